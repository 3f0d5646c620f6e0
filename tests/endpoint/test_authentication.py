"""Who is let in: by signature, by token, and who is not."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from pools.endpoint import admitting
from pools.endpoint.models import Account, EndpointProject, IamUser, SeenSignature
from tests.clocks import Clock, freeze_time
from tests.endpoint.signed import Speaker, send

DOMAINS = "/v3/auth/domains"
NOON = "2026-03-01T12:00:00Z"
UNSIGNED = {"Content-Type": "application/merge-patch+json"}


@pytest.fixture
def clock() -> Iterator[Clock]:
    with freeze_time(NOON) as frozen:
        assert isinstance(frozen, Clock)
        yield frozen


@pytest.mark.shows("Signatures.whatever-the-sdk-signs")
def test_a_signature_of_the_official_sdk_is_let_in(speaker: Speaker) -> None:
    assert speaker.get(DOMAINS).status_code == 200


@pytest.mark.shows("Signatures.path")
def test_a_name_that_is_not_ascii_can_be_signed(speaker: Speaker) -> None:
    assert speaker.get("/v3/projects?name=北京 一+1/~").status_code == 200


@pytest.mark.shows("Signatures.header-not-ascii")
def test_a_header_that_is_not_ascii_can_be_signed(speaker: Speaker) -> None:
    assert speaker.get(DOMAINS, headers={"X-Note": "Größe"}).status_code == 200


@pytest.mark.shows("Signatures.no-credentials")
def test_without_credentials_the_answer_says_what_is_missing(db: None) -> None:
    answer = send("GET", DOMAINS)
    assert answer.status_code == 401
    assert answer.json() == {
        "error_code": "APIGW.0301",
        "error_msg": "Incorrect IAM authentication information: x-auth-token not found",
        "request_id": answer["X-Request-Id"],
    }


@pytest.mark.shows("Signatures.mismatch-words")
def test_a_wrong_signature_is_told_with_the_canonical_request(speaker: Speaker) -> None:
    answer = Speaker(speaker.access_key, "wrong").get(DOMAINS)
    assert answer.status_code == 401
    assert "verify aksk signature fail, canonical request: GET|/v3/auth/domains/||" in answer.json()["error_msg"]


@pytest.mark.shows("Signatures.mismatch-words")
def test_the_answer_to_a_wrong_signature_does_not_hold_the_secret(speaker: Speaker) -> None:
    assert speaker.secret_key not in Speaker(speaker.access_key, "wrong").get(DOMAINS).content.decode()


@pytest.mark.shows("Signatures.unknown-key")
def test_an_unknown_key_is_told_so(speaker: Speaker) -> None:
    answer = Speaker("AKNOBODY", "x").get(DOMAINS)
    assert (answer.status_code, "Get secretKey failed" in answer.json()["error_msg"]) == (401, True)


@pytest.mark.shows("Signatures.form")
def test_another_algorithm_is_refused(speaker: Speaker) -> None:
    assert speaker.get(DOMAINS, headers_sent={"Authorization": "Basic dXNlcjpw"}).status_code == 401


@pytest.mark.shows("Signatures.quarter-of-an-hour")
@pytest.mark.parametrize("minutes", [-16, 16])
def test_a_stale_signature_is_refused(minutes: int, speaker: Speaker) -> None:
    then = timezone.now() + timedelta(minutes=minutes)
    answer = speaker.get(DOMAINS, headers={"X-Sdk-Date": f"{then:%Y%m%dT%H%M%SZ}"})
    assert (answer.status_code, "x-sdk-date" in answer.json()["error_msg"]) == (401, True)


def test_a_signed_call_with_another_body_is_refused(speaker: Speaker) -> None:
    assert speaker.post("/v2/orders/customer-orders/pay", {"order_id": "CS1"}, body_sent=b"{}").status_code in {
        401,
        404,
    }


def test_a_signed_call_to_another_address_is_refused(speaker: Speaker) -> None:
    assert speaker.get("/v3/projects", target_sent=DOMAINS).status_code == 401


@pytest.mark.shows("Signatures.heard-twice")
def test_the_same_call_twice_in_a_second_is_legal(speaker: Speaker, clock: Clock) -> None:
    assert [speaker.get(DOMAINS).status_code for _ in range(2)] == [200, 200]


@pytest.mark.shows("Signatures.heard-twice")
def test_a_signature_that_leaves_its_body_open_may_be_sent_again(speaker: Speaker, clock: Clock) -> None:
    def again() -> int:
        return int(speaker.call("GET", DOMAINS, body=b"{}", headers=UNSIGNED).status_code)

    assert [again(), again()] == [200, 200]


@pytest.mark.shows("Signatures.one-body")
def test_a_signature_that_leaves_its_body_open_serves_one_body_only(speaker: Speaker, clock: Clock) -> None:
    speaker.call("GET", DOMAINS, body=b'{"a":1}', headers=UNSIGNED)
    replayed = speaker.call("GET", DOMAINS, body=b'{"a":1}', headers=UNSIGNED, body_sent=b'{"a":2}')
    assert replayed.status_code == 401
    assert "used with another body" in replayed.json()["error_msg"]


def test_a_signature_that_covers_its_body_is_not_remembered(speaker: Speaker) -> None:
    speaker.call("GET", DOMAINS, body=b"{}")
    assert not SeenSignature.objects.exists()


@pytest.mark.shows("Signatures.one-body")
def test_seen_signatures_are_forgotten_once_they_are_stale(speaker: Speaker, clock: Clock) -> None:
    speaker.call("GET", DOMAINS, body=b"{}", headers=UNSIGNED)
    clock.tick(timedelta(minutes=31))
    speaker.call("GET", DOMAINS, body=b"{}", headers=UNSIGNED)
    assert SeenSignature.objects.count() == 1


class TestLock:
    """Five wrong signatures in a row lock a key for five minutes."""

    def fail(self, speaker: Speaker, times: int) -> None:
        for _ in range(times):
            Speaker(speaker.access_key, "wrong").get(DOMAINS)

    @pytest.mark.shows("Signatures.lock")
    def test_the_right_key_is_locked_too(self, speaker: Speaker) -> None:
        self.fail(speaker, 5)
        answer = speaker.get(DOMAINS)
        assert answer.status_code == 401
        assert answer.json()["error_msg"].endswith("AK access failed to reach the limit,forbidden.")

    @pytest.mark.shows("Signatures.lock")
    def test_the_lock_opens_after_five_minutes(self, speaker: Speaker, clock: Clock) -> None:
        self.fail(speaker, 5)
        clock.tick(timedelta(minutes=5))
        assert speaker.get(DOMAINS).status_code == 200

    @pytest.mark.shows("Signatures.lock-row")
    def test_four_failures_lock_nothing(self, speaker: Speaker) -> None:
        self.fail(speaker, 4)
        assert speaker.get(DOMAINS).status_code == 200

    @pytest.mark.shows("Signatures.lock-row")
    def test_a_right_signature_breaks_the_row(self, speaker: Speaker) -> None:
        self.fail(speaker, 4)
        speaker.get(DOMAINS)
        self.fail(speaker, 4)
        assert speaker.get(DOMAINS).status_code == 200

    @pytest.mark.shows("Signatures.lock-clock")
    def test_a_stale_clock_is_no_failure(self, speaker: Speaker) -> None:
        for _ in range(6):
            speaker.get(DOMAINS, headers={"X-Sdk-Date": "20200101T000000Z"})
        assert speaker.get(DOMAINS).status_code == 200

    @pytest.mark.shows("Signatures.lock-row")
    def test_another_key_is_not_locked(self, speaker: Speaker, home: EndpointProject) -> None:
        other = admitting.issue_key(home)
        self.fail(speaker, 5)
        assert Speaker(other.access_key, other.secret_key).get(DOMAINS).status_code == 200


@pytest.mark.shows("Signatures.secret-sealed")
def test_the_secret_key_is_sealed_in_the_database(speaker: Speaker) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret_key FROM endpoint_accesskey")
        assert speaker.secret_key not in str(cursor.fetchall())


def test_a_key_sealed_with_a_lost_key_is_refused_and_not_a_failure_of_ours(speaker: Speaker) -> None:
    with override_settings(CREDENTIALS_KEYS=["b3RoZXItdGVzdHMta2V5LTMyLWJ5dGVzLWxvbmctMDE="]):
        assert speaker.get(DOMAINS).status_code == 401


def test_having_been_opened_once_a_secret_is_not_open_to_other_keys(speaker: Speaker) -> None:
    assert speaker.get(DOMAINS).status_code == 200
    with override_settings(CREDENTIALS_KEYS=["b3RoZXItdGVzdHMta2V5LTMyLWJ5dGVzLWxvbmctMDE="]):
        assert speaker.get(DOMAINS).status_code == 401


@pytest.mark.shows("Tokens.bearer")
def test_a_token_is_let_in(user: IamUser) -> None:
    text, _ = admitting.issue_token(user, project=None, now=timezone.now())
    assert send("GET", DOMAINS, headers={"X-Auth-Token": text}).status_code == 200


@pytest.mark.shows("Tokens.expired")
def test_an_expired_token_is_told_when_it_expired(user: IamUser) -> None:
    text, token = admitting.issue_token(user, project=None, now=timezone.now() - timedelta(days=1, seconds=1))
    answer = send("GET", DOMAINS, headers={"X-Auth-Token": text})
    assert answer.status_code == 401
    assert f"token expires, expires_at: {token.expires_at:%Y-%m-%dT%H:%M:%S}" in answer.json()["error_msg"]


@pytest.mark.shows("Tokens.unknown")
@pytest.mark.parametrize("text", ["", "MIInothing", "ü", hashlib.sha256(b"").hexdigest()])
def test_an_unknown_token_is_refused(text: str, db: None) -> None:
    answer = send("GET", DOMAINS, headers={"X-Auth-Token": text})
    assert (answer.status_code, answer.json()["error_msg"].rpartition(": ")[2]) == (401, "decrypt token fail")


@pytest.mark.shows("Transport.another-account")
def test_a_caller_who_names_another_account_is_refused(speaker: Speaker) -> None:
    assert speaker.get(DOMAINS, headers={"X-Domain-Id": "0" * 32}).status_code == 403


@pytest.mark.shows("Transport.another-account")
def test_a_caller_may_name_the_account(speaker: Speaker, account: Account) -> None:
    assert speaker.get(DOMAINS, headers={"X-Domain-Id": account.domain_id}).status_code == 200
