"""Keys that identity gives for a token: what they open, with what, and for how long."""

import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pools.endpoint import admitting
from pools.endpoint.models import EndpointProject, IamUser, TemporaryKey
from tests.clocks import freeze_time
from tests.endpoint.conftest import PROJECT
from tests.endpoint.guests import POOLS
from tests.endpoint.signed import Speaker, ask_token, send

KEYS = "/v3.0/OS-CREDENTIAL/securitytokens"
OF_PROJECT = {"project": {"id": PROJECT}}


def wanted(*, methods: Any = ("token",), policy: Any = None, **token: Any) -> dict[str, Any]:
    identity = {"methods": list(methods), "token": token}
    return {"auth": {"identity": identity | ({"policy": policy} if policy else {})}}


def ask(speaker: Speaker, *, scope: Any = None, **more: Any) -> Any:
    """Ask for keys for a new token of the clerk's, of the project unless told otherwise."""
    return speaker.post(
        KEYS, wanted(id=ask_token(scope=OF_PROJECT if scope is None else scope)["X-Subject-Token"], **more)
    )


@dataclass(frozen=True)
class Bearer(Speaker):
    """Somebody with temporary keys."""

    security_token: str

    def call(
        self, method: str, target: str, *, body: bytes = b"", headers: dict[str, str] | None = None, **sent: Any
    ) -> Any:
        told = {"X-Security-Token": self.security_token} if self.security_token else {}
        return super().call(method, target, body=body, headers={**told, **(headers or {})}, **sent)


def bearer(answer: Any) -> Bearer:
    told = answer.json()["credential"]
    return Bearer(told["access"], told["secret"], told["securitytoken"])


@pytest.fixture
def temporary(speaker: Speaker, user: IamUser) -> Bearer:
    return bearer(ask(speaker))


def refused(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


@pytest.mark.shows("CreateTemporaryAccessKeyByToken.answers")
def test_a_token_buys_keys_that_say_when_they_end(speaker: Speaker, user: IamUser) -> None:
    with freeze_time("2026-03-01T08:00:00Z"):
        answer = ask(speaker, duration_seconds=3600)
    assert answer.status_code == 201
    assert answer.json()["credential"]["expires_at"] == "2026-03-01T09:00:00.000000Z"


@pytest.mark.shows("CreateTemporaryAccessKeyByToken.own-token")
def test_whoever_brings_a_token_need_not_name_it(home: EndpointProject, user: IamUser) -> None:
    headers = {"X-Auth-Token": ask_token(scope=OF_PROJECT)["X-Subject-Token"]}
    body = b'{"auth":{"identity":{"methods":["token"]}}}'
    assert bearer(send("POST", KEYS, body=body, headers=headers)).get(POOLS).status_code == 200


@pytest.mark.shows("Signatures.temporary")
def test_temporary_keys_open_what_their_token_does(temporary: Bearer) -> None:
    assert temporary.get(POOLS).json()["items"] == []


@pytest.mark.shows("Signatures.temporary")
def test_temporary_keys_do_nothing_without_their_security_token(temporary: Bearer, speaker: Speaker) -> None:
    other = bearer(ask(speaker))
    assert refused(replace(temporary, security_token="").get(POOLS)) == (401, "APIGW.0301")
    assert refused(replace(temporary, security_token="wrong").get(POOLS)) == (401, "APIGW.0301")
    assert refused(replace(temporary, security_token=other.security_token).get(POOLS)) == (401, "APIGW.0301")


@pytest.mark.shows("Signatures.temporary")
def test_a_security_token_does_nothing_without_its_keys(temporary: Bearer, speaker: Speaker) -> None:
    lasting = Bearer(speaker.access_key, speaker.secret_key, temporary.security_token)
    assert refused(lasting.get(POOLS)) == (401, "APIGW.0301")
    assert refused(replace(temporary, secret_key="wrong").get(POOLS)) == (401, "APIGW.0301")


@pytest.mark.shows("Signatures.temporary")
def test_the_security_token_may_be_added_after_signing(temporary: Bearer) -> None:
    """As the Terraform provider does."""
    plain, told = replace(temporary, security_token=""), {"X-Security-Token": temporary.security_token}
    assert plain.call("GET", POOLS, headers_sent=told).status_code == 200


@pytest.mark.shows("Signatures.temporary-end")
def test_temporary_keys_end(speaker: Speaker, temporary: Bearer) -> None:
    with freeze_time(timezone.now() + timedelta(minutes=14)):
        assert temporary.get(POOLS).status_code == 200
    with freeze_time(timezone.now() + timedelta(minutes=16)):
        answer = temporary.get(POOLS)
        assert refused(answer) == (401, "APIGW.0301")
        assert "expires" in answer.json()["error_msg"]
        ask(speaker)
    assert TemporaryKey.objects.count() == 1, "those that ended go when others are made"


@pytest.mark.shows("CreateTemporaryAccessKeyByToken.scope")
def test_keys_for_a_token_of_the_account_open_billing_and_no_project(speaker: Speaker, user: IamUser) -> None:
    keys = bearer(ask(speaker, scope={}))
    assert keys.get("/v2/orders/customer-orders").status_code == 200
    assert refused(keys.get(POOLS)) == (403, "ModelArts.0210")


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.new-password")
def test_a_new_password_ends_the_keys_of_the_old_one(temporary: Bearer, user: IamUser) -> None:
    admitting.enrol_user(user.account, name=user.name, password="another-password")
    assert refused(temporary.get(POOLS)) == (401, "APIGW.0301")


@pytest.mark.shows("Signatures.lock")
def test_five_wrong_signatures_lock_temporary_keys_too(temporary: Bearer) -> None:
    for _ in range(5):
        replace(temporary, secret_key="wrong").get(POOLS)
    assert "limit" in temporary.get(POOLS).json()["error_msg"]


@pytest.mark.shows("CreateTemporaryAccessKeyByToken.not-kept")
def test_a_security_token_and_a_secret_key_stand_nowhere_in_the_clear(temporary: Bearer) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM endpoint_temporarykey")
        kept = str(cursor.fetchall())
    assert temporary.access_key in kept
    assert temporary.security_token not in kept
    assert temporary.secret_key not in kept


@pytest.mark.shows("CreateTemporaryAccessKeyByToken.not-kept")
def test_the_log_of_calls_holds_none_of_them(speaker: Speaker, temporary: Bearer) -> None:
    speaker.put(f"/_sandbox/v1/{PROJECT}/log", {"keeps": True})
    made = bearer(ask(speaker))
    made.get(POOLS)
    log = speaker.get(f"/_sandbox/v1/{PROJECT}/log").json()["calls"]
    assert [call["operation"] for call in log[:2]] == ["ListPools", "CreateTemporaryAccessKeyByToken"]
    assert not [word for word in (made.access_key, made.secret_key, made.security_token) if word in json.dumps(log[1])]
    assert made.security_token not in json.dumps(log[0])


@pytest.mark.shows("CreateTemporaryAccessKeyByToken.shape")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"auth": {"identity": {}}},
        wanted(methods=["assume_role"]),
        wanted(methods=["token", "password"]),
        wanted(policy={"Version": "1.1"}),
        *(wanted(duration_seconds=seconds) for seconds in (899, 86_401, 10**30, -1, "soon", True)),
    ],
)
def test_what_asks_for_no_such_keys_is_refused_in_the_form_of_identity(
    body: Any, home: EndpointProject, user: IamUser
) -> None:
    token = ask_token(scope=OF_PROJECT)["X-Subject-Token"]
    answer = send("POST", KEYS, body=_json(body), headers={"X-Auth-Token": token})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 400)


@pytest.mark.shows("CreateTemporaryAccessKeyByToken.no-token")
def test_keys_are_given_for_nothing_but_a_living_token_of_the_account(
    speaker: Speaker, stranger: Speaker, user: IamUser
) -> None:
    token = ask_token(scope=OF_PROJECT)["X-Subject-Token"]
    answers = [speaker.post(KEYS, wanted()), speaker.post(KEYS, wanted(id="x")), stranger.post(KEYS, wanted(id=token))]
    with freeze_time(timezone.now() + timedelta(hours=25)):
        answers.append(speaker.post(KEYS, wanted(id=token)))
    assert [answer.status_code for answer in answers] == [401] * 4
    assert not TemporaryKey.objects.exists()


def _json(document: Any) -> bytes:
    return json.dumps(document).encode()
