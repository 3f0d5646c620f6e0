"""Signing in by password: the token is asked for once, kept, renewed in time, and once when it is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pools.upstream import Client, Connection, NotSent, Throttled, Unauthorised
from tests.clocks import freeze_time
from tests.pools.upstream.conftest import PROJECT_ID, connect
from tests.pools.upstream.stranger import Behaviour, Request, Stranger, answering, hanging_up, silent

PASSWORD = "pass-word/planted+0001"


class Cloud:
    """IAM and ModelArts in one: gives numbered tokens and takes those that are not revoked."""

    def __init__(self, *, life: timedelta = timedelta(hours=24)) -> None:
        self.life = life
        self.asked: list[dict[str, object]] = []
        self.revoked: set[str] = set()
        self.stranger = Stranger(self.answer)

    def answer(self, request: Request) -> Behaviour:
        if request.target.startswith("/v3/auth/tokens"):
            self.asked.append(json.loads(request.body)["auth"])
            now = datetime.now(UTC)
            times = {"issued_at": now.isoformat(), "expires_at": (now + self.life).isoformat()}
            return answering({"token": times}, status=201, headers={"X-Subject-Token": f"MII-{len(self.asked)}"})
        if request.headers.get("x-auth-token") in {None, *self.revoked}:
            return answering({"error_code": "APIGW.0301", "error_msg": "decrypt token fail"}, status=401)
        return answering({"items": [], "order_info": {}})

    @property
    def borne(self) -> list[str]:
        return [
            request.headers.get("x-auth-token", "") for request in self.stranger.heard if "/v3/" not in request.target
        ]


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    made = Cloud()
    yield made
    made.stranger.close()


def by_password(url: str, **fields: str) -> Connection:
    who = {"iam_domain": "account", "iam_user": "robot", "iam_password": PASSWORD, **fields}
    return replace(connect(url), access_key="", secret_key="", **who)  # type: ignore[arg-type]


@pytest.mark.shows("ClientCredentials.one-token")
def test_one_token_of_the_project_serves_many_calls(cloud: Cloud) -> None:
    client = Client(by_password(cloud.stranger.url))

    client.list_pools()
    Client(by_password(cloud.stranger.url)).list_pools()

    assert cloud.borne == ["MII-1", "MII-1"]
    assert [asked["scope"] for asked in cloud.asked] == [{"project": {"id": PROJECT_ID}}]
    assert "authorization" not in cloud.stranger.heard[-1].headers


@pytest.mark.shows("ClientCredentials.two-scopes")
def test_billing_bears_a_token_of_the_whole_account(cloud: Cloud) -> None:
    client = Client(by_password(cloud.stranger.url))

    client.list_pools()
    client.show_billing_order("CS1")

    assert [asked["scope"] for asked in cloud.asked] == [
        {"project": {"id": PROJECT_ID}},
        {"domain": {"name": "account"}},
    ]


@pytest.mark.shows("ClientCredentials.renewal")
def test_a_token_is_renewed_before_its_end(cloud: Cloud) -> None:
    client = Client(by_password(cloud.stranger.url))
    with freeze_time(datetime.now(UTC), tick=True) as clock:
        client.list_pools()
        clock.tick(timedelta(hours=23))
        client.list_pools()
        clock.tick(timedelta(minutes=20))
        client.list_pools()

    assert cloud.borne == ["MII-1", "MII-1", "MII-2"]


@pytest.mark.shows("ClientCredentials.renewal")
def test_a_short_lived_token_is_kept_for_three_quarters_of_its_life(cloud: Cloud) -> None:
    cloud.life = timedelta(minutes=20)
    client = Client(by_password(cloud.stranger.url))
    with freeze_time(datetime.now(UTC), tick=True) as clock:
        client.list_pools()
        clock.tick(timedelta(minutes=14))
        client.list_pools()
        clock.tick(timedelta(minutes=2))
        client.list_pools()

    assert cloud.borne == ["MII-1", "MII-1", "MII-2"]


@pytest.mark.shows("ClientCredentials.once-on-401")
def test_a_token_that_is_refused_is_replaced_and_the_call_said_again(cloud: Cloud) -> None:
    client = Client(by_password(cloud.stranger.url))
    client.list_pools()
    cloud.revoked.add("MII-1")

    client.list_pools()

    assert cloud.borne == ["MII-1", "MII-1", "MII-2"]


@pytest.mark.shows("ClientCredentials.once-on-401")
def test_only_once(cloud: Cloud) -> None:
    cloud.revoked |= {"MII-1", "MII-2", "MII-3"}

    with pytest.raises(Unauthorised, match="decrypt token fail"):
        Client(by_password(cloud.stranger.url)).list_pools()

    assert cloud.borne == ["MII-1", "MII-2"]


def test_another_password_does_not_use_the_token_of_the_first(cloud: Cloud) -> None:
    Client(by_password(cloud.stranger.url)).list_pools()

    Client(by_password(cloud.stranger.url, iam_password="another")).list_pools()

    assert cloud.borne == ["MII-1", "MII-2"]


@pytest.mark.shows("ClientCredentials.wrong-password")
@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_a_wrong_password_is_a_matter_of_credentials_and_not_repeated(stranger: Stranger, status: int) -> None:
    echoed = {"error": {"message": f"wrong: {PASSWORD}", "code": status}}
    stranger.will(answering(echoed, status=status))

    with pytest.raises(Unauthorised) as told:
        Client(by_password(stranger.url)).create_pool(b"{}")

    assert PASSWORD not in str(told.value)
    assert len(stranger.heard) == 1


@pytest.mark.shows("ClientCredentials.no-token")
@pytest.mark.parametrize(
    "behaviour",
    [answering(status=500), answering(status=302), hanging_up, silent, answering({"token": {}}, status=201)],
)
def test_without_a_token_an_order_was_certainly_not_sent(stranger: Stranger, behaviour: Behaviour) -> None:
    stranger.will(behaviour)

    with pytest.raises(NotSent, match="IAM gave no token"):
        Client(replace(by_password(stranger.url), read_timeout=0.3)).create_pool(b"{}")

    assert all(request.target.startswith("/v3/auth/tokens") for request in stranger.heard)


def test_iam_may_ask_for_a_pause(stranger: Stranger) -> None:
    stranger.will(answering(status=429, headers={"Retry-After": "7"}))

    with pytest.raises(Throttled) as told:
        Client(by_password(stranger.url)).list_pools()

    assert told.value.retry_after == 7


def test_without_the_name_of_the_account_nobody_is_asked(stranger: Stranger) -> None:
    with pytest.raises(Unauthorised, match="account"):
        Client(by_password(stranger.url, iam_domain="")).list_pools()

    assert stranger.heard == []


@pytest.mark.shows("ClientCredentials.temporary")
def test_temporary_keys_come_with_their_token_and_sign_it(stranger: Stranger) -> None:
    stranger.will(answering({"items": []}))

    Client(replace(connect(stranger.url), security_token="temporary-1")).list_pools()

    [request] = stranger.heard
    assert request.headers["x-security-token"] == "temporary-1"
    assert "x-security-token" in request.headers["authorization"]


@pytest.mark.shows("ClientCredentials.secrets")
def test_no_representation_shows_a_secret() -> None:
    connection = replace(by_password("https://example.org"), secret_key="s-3", access_key="a-3", security_token="t-3")

    shown = repr(connection) + repr(Client(connection))

    assert not any(secret in shown for secret in (PASSWORD, "s-3", "a-3", "t-3"))
