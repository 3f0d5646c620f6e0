"""What our own client reads is of the form that the language describes, and hangs together."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools.upstream import Client, NotFound
from pools.wire.enums import WorkOrderPhase
from tests.contract.accounts import Account

NOBODY = "contract-of-nobody"


def first_pool(client: Client) -> dict[str, Any]:
    """A pool of the project; skips the test where there is none."""
    found: list[dict[str, Any]] = client.list_pools().document["items"]
    return found[0] if found else pytest.skip("the account has no pool to look at")


def test_every_pool_is_heard_without_loss(client: Client) -> None:
    heard = client.list_pools()

    assert heard.document["kind"] == "PoolList"
    assert [pool.wire() for pool in heard.typed] == heard.document["items"]
    assert all(pool.metadata and pool.metadata.labels and pool.metadata.labels.name for pool in heard.typed)


def test_every_pool_says_its_phase_or_was_just_accepted(client: Client) -> None:
    for pool in client.list_pools().typed:
        created = pool.metadata.creation_timestamp if pool.metadata else None
        assert (pool.status and pool.status.phase) or created


def test_a_listed_pool_is_shown_by_its_id(client: Client) -> None:
    name = first_pool(client)["metadata"]["name"]

    assert client.get_pool(name).document["metadata"]["name"] == name


def test_failed_pools_are_in_a_list_of_their_own(client: Client) -> None:
    failed = client.list_pools(status="failed").document["items"]
    usual = client.list_pools().document["items"]

    key = [(one["metadata"]["name"], one["metadata"].get("creationTimestamp")) for one in failed]
    assert not {*key} & {(one["metadata"]["name"], one["metadata"].get("creationTimestamp")) for one in usual}


def test_every_flavor_says_where_it_is_on_sale_and_how_it_is_paid_for(client: Client) -> None:
    flavors = client.list_flavors().document["items"]

    assert flavors
    for flavor in flavors:
        assert {*flavor["status"]["phase"].values()} <= {"normal", "soldout"}
        assert {*flavor["spec"]["billingModes"]} <= {0, 1}


def test_every_network_has_an_id_a_name_and_a_range(client: Client) -> None:
    for network in client.list_networks().document["items"]:
        assert network["metadata"]["name"]
        assert network["metadata"]["labels"]["os.modelarts/name"]
        assert network["spec"]["cidr"]


def test_quotas_are_numbers_or_strings_of_digits(client: Client) -> None:
    resources = client.get_quotas().document["quotas"]["resources"]

    assert resources
    assert all(int(one["quota"]) >= -1 for one in resources)


def test_the_configuration_says_how_many_flavors_a_pool_takes(client: Client) -> None:
    assert client.get_config().document["maxPoolFlavors"] >= 1


@pytest.mark.parametrize("kind", ["gpu", "npu"])
def test_drivers_are_told_by_version_or_not_sold_here(client: Client, kind: Any) -> None:
    try:
        versions = client.get_drivers(kind).document["spec"]["versions"]
    except NotFound:
        return
    assert versions


def test_the_default_workspace_is_among_the_workspaces(client: Client) -> None:
    told = client.list_workspaces().document

    assert told["total_count"] >= len(told["workspaces"])
    assert "0" in {one["id"] for one in told["workspaces"]}


def test_work_orders_come_newest_first_in_known_words(client: Client) -> None:
    name = first_pool(client)["metadata"]["name"]
    month = timezone.now() - timedelta(days=29)

    orders = client.list_orders(since=month, involved=name).typed.items or []

    created = [order.creation_timestamp or 0 for order in orders]
    assert created == sorted(created, reverse=True)
    assert {order.outcome for order in orders} <= {*WorkOrderPhase}


def test_nobody_has_work_orders(client: Client) -> None:
    hour = timezone.now() - timedelta(hours=1)

    assert client.list_orders(since=hour, involved=NOBODY).document["items"] == []


def test_billing_orders_have_numbers_for_statuses(client: Client, account: Account) -> None:
    if not account.connection.bss_url:
        pytest.skip(f"the {account.party} account is given without a billing address")

    told = client.list_billing_orders(limit=10).document

    assert told["total_count"] >= len(told["order_infos"])
    assert all(isinstance(one["status"], int) for one in told["order_infos"])


def test_every_answer_can_be_asked_about_and_is_dated(client: Client) -> None:
    heard = client.get_quotas()

    assert heard.request_id
    assert heard.clock_skew is not None
    assert abs(heard.clock_skew) < 900


@pytest.mark.shows("Transport.in-time")
def test_an_answer_comes_within_the_time_that_clients_wait(client: Client) -> None:
    begun = time.monotonic()
    client.list_pools()
    assert time.monotonic() - begun < 60
