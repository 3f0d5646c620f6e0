"""What is unknown, wrong or not allowed is refused with the codes and in the form that clients read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkmodelarts import v1 as ma

from pools.upstream import Client, NotFound, Refused, Unauthorised, UpstreamError
from tests.contract.accounts import Account

NOBODY = "contract-of-nobody"


def test_an_unknown_pool_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound, match="not found") as told:
        client.get_pool(NOBODY)

    assert (told.value.status, told.value.code) == (404, "ModelArts.50015001")
    assert told.value.request_id


UNKNOWN: list[tuple[str, Callable[[Any], object], str]] = [
    ("pool", lambda sdk: sdk.show_pool(ma.ShowPoolRequest(pool_name=NOBODY)), "ModelArts.50015001"),
    ("nodes", lambda sdk: sdk.list_pool_nodes(ma.ListPoolNodesRequest(pool_name=NOBODY)), "ModelArts.50015001"),
    ("network", lambda sdk: sdk.show_network(ma.ShowNetworkRequest(network_name=NOBODY)), "ModelArts.50025001"),
    ("order", lambda sdk: sdk.show_order(ma.ShowOrderRequest(order_name=f"order.{NOBODY}")), ""),
    (
        "plug-in",
        lambda sdk: sdk.show_plugin_template(ma.ShowPluginTemplateRequest(plugintemplate_name=NOBODY)),
        "ModelArts.50005101",
    ),
    ("workspace", lambda sdk: sdk.show_workspace(ma.ShowWorkspaceRequest(workspace_id="f" * 32)), "ModelArts.7005"),
]


@pytest.mark.parametrize(("ask", "code"), [pytest.param(ask, code, id=name) for name, ask, code in UNKNOWN])
def test_the_official_client_finds_the_code_of_what_is_unknown(
    modelarts: Any, ask: Callable[[Any], object], code: str
) -> None:
    with pytest.raises(ClientRequestException) as told:
        ask(modelarts)

    assert told.value.status_code in {400, 404}
    assert told.value.error_code
    assert told.value.request_id
    # Which code an unknown work order has is not documented.
    assert not code or told.value.error_code == code


def test_an_unknown_billing_order_is_refused_by_the_code_of_billing(client: Client, account: Account) -> None:
    if not account.connection.bss_url:
        pytest.skip(f"the {account.party} account is given without a billing address")
    with pytest.raises(Refused) as told:
        client.show_billing_order("CS0000000000NOONE")

    assert told.value.code.startswith("CBC.")


def test_a_wrong_secret_is_refused_by_the_gateway(account: Account) -> None:
    with pytest.raises(Unauthorised) as told:
        Client(replace(account.keys, secret_key="not-the-secret")).list_pools()

    assert told.value.status == 401
    assert told.value.code in {"APIGW.0301", "APIG.0301"}
    assert "not-the-secret" not in str(told.value)


def test_a_wrong_password_buys_no_token(account: Account) -> None:
    with pytest.raises(Unauthorised):
        Client(replace(account.password, iam_password="not the password")).list_pools()


def test_another_project_is_closed(account: Account) -> None:
    with pytest.raises(UpstreamError) as told:
        Client(replace(account.connection, project_id="0" * 32)).list_pools()

    assert isinstance(told.value, Unauthorised)
