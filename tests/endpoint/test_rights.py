"""What users of an account may do, and how whoever lacks a right is refused."""

from typing import Any

import pytest

from pools.endpoint import admitting, stocking
from pools.endpoint.models import EndpointProject, IamUser
from pools.endpoint.rights import action
from tests.endpoint.conftest import PASSWORD, PROJECT
from tests.endpoint.guests import CONSOLE, POOLS, creation, ident
from tests.endpoint.routes import SERVED
from tests.endpoint.signed import Clerk, Speaker, ask_token, send

USERS = f"/_sandbox/v1/{PROJECT}/users"
NETWORKS = f"/v1/{PROJECT}/networks"
ORDERS = "/v2/orders/customer-orders"


ALL = {
    action(view.operations[name], name.upper(), dict.fromkeys(named, ""))
    for route, view, methods in SERVED
    for name in methods
    for named in [[part for part in ("pool_name", "network_name") if part in route]]
} - {""}


def told(clerk: Clerk, method: str, path: str) -> tuple[int, str]:
    answer = clerk.call(method, path, b"{}")
    return answer.status_code, answer.json().get("error_code", "")


def given(speaker: Speaker, *rights: str) -> None:
    assert speaker.put(f"{USERS}/clerk", {"rights": list(rights)}).status_code == 200


REFUSED = (403, "ModelArts.0108")


@pytest.mark.shows("Transport.rights")
@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", POOLS, "modelarts:pool:list"),
        ("POST", POOLS, "modelarts:pool:create"),
        ("GET", f"{POOLS}/x", "modelarts:pool:get"),
        ("PATCH", f"{POOLS}/x", "modelarts:pool:update"),
        ("DELETE", f"{POOLS}/x", "modelarts:pool:delete"),
        ("GET", f"{POOLS}/x/nodes", "modelarts:pool:get"),
        ("POST", f"{POOLS}/x/nodes/batch-delete", "modelarts:pool:update"),
        ("POST", f"/v1/{PROJECT}/pools/x/tags", "modelarts:pool:update"),
        ("GET", NETWORKS, "modelarts:network:list"),
        ("POST", NETWORKS, "modelarts:network:create"),
        ("GET", f"{NETWORKS}/x", "modelarts:network:get"),
        ("PATCH", f"{NETWORKS}/x", "modelarts:network:update"),
        ("DELETE", f"{NETWORKS}/x", "modelarts:network:delete"),
    ],
)
def test_a_call_wants_one_right_and_no_other_will_do(
    method: str, path: str, right: str, speaker: Speaker, clerk: Clerk
) -> None:
    everything_else = {action_ for action_ in ALL if action_ != right}
    given(speaker, *everything_else)
    assert told(clerk, method, path) == REFUSED
    given(speaker, right)
    assert told(clerk, method, path) != REFUSED


def test_the_actions_are_those_of_the_facts() -> None:
    assert {
        *(
            f"modelarts:{kind}:{act}"
            for kind in ("pool", "network")
            for act in ("list", "get", "create", "update", "delete")
        ),
        "bss:order:view",
        "bss:order:update",
        "billing:order:pay",
        "billing:subscription:unsubscribe",
    } == ALL


@pytest.mark.shows("Transport.rights")
def test_a_refusal_names_the_action_that_is_missing(speaker: Speaker, clerk: Clerk) -> None:
    given(speaker)
    assert "modelarts:pool:create" in clerk.call("POST", POOLS, b"{}").json()["error_msg"]


@pytest.mark.shows("Transport.rights-of-billing")
@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", ORDERS, "bss:order:view"),
        ("PUT", f"{ORDERS}/cancel", "bss:order:update"),
        ("POST", "/v3/orders/customer-orders/pay", "billing:order:pay"),
        ("POST", "/v2/orders/subscriptions/resources/unsubscribe", "billing:subscription:unsubscribe"),
    ],
)
def test_billing_refuses_by_a_code_of_its_own(
    method: str, path: str, right: str, speaker: Speaker, clerk: Clerk
) -> None:
    given(speaker, "modelarts:*")
    assert told(clerk, method, path) == (403, "CBC.0151")
    given(speaker, right)
    assert told(clerk, method, path) != (403, "CBC.0151")


@pytest.mark.shows("Transport.rights-none-wanted")
def test_work_orders_want_no_right(speaker: Speaker, clerk: Clerk) -> None:
    given(speaker)
    assert told(clerk, "GET", f"/v1/{PROJECT}/orders") == (200, "")


@pytest.mark.shows("Transport.rights")
def test_a_star_stands_for_any_part(speaker: Speaker, clerk: Clerk) -> None:
    given(speaker, "modelarts:*:list")
    assert told(clerk, "GET", POOLS) == told(clerk, "GET", NETWORKS) == (200, "")
    assert told(clerk, "POST", POOLS) == REFUSED


@pytest.mark.shows("Transport.rights-of-the-account")
def test_a_user_may_do_everything_until_rights_are_named(speaker: Speaker, clerk: Clerk) -> None:
    assert told(clerk, "GET", POOLS) == (200, "")
    given(speaker)
    assert told(clerk, "GET", POOLS) == REFUSED
    speaker.put(f"{USERS}/clerk", {"rights": None})
    assert told(clerk, "GET", POOLS) == (200, "")


@pytest.mark.shows("Transport.rights-of-the-account")
def test_keys_and_the_user_that_bears_the_accounts_name_are_the_account(
    speaker: Speaker, home: EndpointProject
) -> None:
    admitting.enrol_user(home.account, name=home.account.name, password=PASSWORD)
    assert speaker.put(f"{USERS}/{home.account.name}", {"rights": []}).status_code == 400
    IamUser.objects.update(rights=[])
    who = {"name": home.account.name, "password": PASSWORD, "domain": {"name": home.account.name}}
    token = ask_token(told=who, scope={"project": {"id": PROJECT}}).headers["X-Subject-Token"]
    assert send("GET", POOLS, headers={"X-Auth-Token": token}).status_code == 200


def test_what_is_refused_has_no_effect(speaker: Speaker, home: EndpointProject, clerk: Clerk) -> None:
    stocking.load(home)
    speaker.post(POOLS, creation(), **CONSOLE)
    given(speaker, "modelarts:pool:list")
    assert told(clerk, "DELETE", f"{POOLS}/{ident()}") == REFUSED
    assert [pool["status"]["phase"] for pool in speaker.get(POOLS).json()["items"]] == ["Waiting"]


class TestSteering:
    def test_a_password_makes_a_user(self, speaker: Speaker, home: EndpointProject) -> None:
        answer = speaker.put(f"{USERS}/reader", {"rights": ["modelarts:*:get"], "password": PASSWORD})
        shown = speaker.get(f"{USERS}/reader").json()
        assert (answer.status_code, answer.json()) == (200, shown)
        assert shown == {"name": "reader", "user_id": IamUser.objects.get().user_id, "rights": ["modelarts:*:get"]}
        assert PASSWORD not in answer.content.decode()

    def test_without_one_an_unknown_user_is_not_found(self, speaker: Speaker) -> None:
        answers = [speaker.get(f"{USERS}/nobody"), speaker.put(f"{USERS}/nobody", {"rights": None})]
        assert [(one.status_code, one.json()["error_code"]) for one in answers] == [(404, "Sandbox.0004")] * 2
        assert not IamUser.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [{}, {"rights": "all"}, {"rights": ["a b"]}, {"rights": ["x"] * 65}, {"rights": None, "password": "short"}],
    )
    def test_what_is_no_right_is_a_bad_request(self, body: Any, speaker: Speaker, user: IamUser) -> None:
        answer = speaker.put(f"{USERS}/clerk", body)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")

    @pytest.mark.parametrize("name", ["a" * 65, "%0A", "a%27b"])
    def test_what_is_no_name_is_a_bad_request(self, name: str, speaker: Speaker) -> None:
        assert speaker.put(f"{USERS}/{name}", {"rights": None, "password": PASSWORD}).status_code == 400

    def test_users_give_nobody_rights(self, clerk: Clerk, user: IamUser) -> None:
        IamUser.objects.update(rights=[])
        assert clerk.call("PUT", f"{USERS}/clerk", b'{"rights":null}').status_code == 403
        assert IamUser.objects.get().rights == []

    def test_users_of_another_account_are_none_of_ours(self, stranger: Speaker, user: IamUser) -> None:
        assert stranger.get(f"{USERS}/clerk").status_code == 403
        assert admitting.grant(admitting.open_account("elsewhere"), name="clerk", password=None, rights=[]) is None
        assert IamUser.objects.get(account=user.account).rights is None
