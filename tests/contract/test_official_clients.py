"""The official clients read every answer, and see what our own client sees."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkbss import v2 as bss
from huaweicloudsdkiam import v3 as iam
from huaweicloudsdkmodelarts import v1 as ma

from pools.upstream import Client
from tests.contract.accounts import Account


@pytest.fixture
def pool(modelarts: Any) -> Any:
    """A pool of the project, running if one does; skips the test where there is none."""
    found = modelarts.list_pools(ma.ListPoolsRequest()).items
    running = [one for one in found if one.status and one.status.phase == "Running"]
    return (running or found or [pytest.skip("the account has no pool to look at")])[0]


def test_both_clients_list_the_same_pools(modelarts: Any, client: Client) -> None:
    theirs = {one.metadata.name for one in modelarts.list_pools(ma.ListPoolsRequest()).items}

    assert theirs == {one["metadata"]["name"] for one in client.list_pools().document["items"]}


def test_a_pool_is_found_by_its_label(modelarts: Any, pool: Any) -> None:
    name = pool.metadata.labels.os_modelarts_name

    found = modelarts.list_pools(ma.ListPoolsRequest(label_selector=f"os.modelarts/name={name}")).items

    assert [one.metadata.name for one in found] == [pool.metadata.name]


def test_pages_of_flavors_follow_one_another(modelarts: Any) -> None:
    first = modelarts.list_resource_flavors(ma.ListResourceFlavorsRequest(limit=1))
    if first.metadata is None or not first.metadata._continue:
        pytest.skip("the account is offered a single flavor")
    second = modelarts.list_resource_flavors(ma.ListResourceFlavorsRequest(limit=1, _continue=first.metadata._continue))

    assert len(first.items) == len(second.items) == 1
    assert first.items[0].metadata.name != second.items[0].metadata.name


def test_networks_are_listed_and_shown(modelarts: Any) -> None:
    networks = modelarts.list_networks(ma.ListNetworksRequest()).items
    if not networks:
        pytest.skip("the account has no network to look at")
    name = networks[0].metadata.name

    assert modelarts.show_network(ma.ShowNetworkRequest(network_name=name)).metadata.name == name


def test_quotas_configuration_and_statistics_are_read(modelarts: Any) -> None:
    assert modelarts.show_os_quota(ma.ShowOsQuotaRequest()).quotas.resources
    assert modelarts.show_os_config(ma.ShowOsConfigRequest())
    assert modelarts.show_pool_statistics(ma.ShowPoolStatisticsRequest()).statistics.status.created >= 0


def test_workspaces_are_read(modelarts: Any) -> None:
    assert modelarts.list_workspace(ma.ListWorkspaceRequest()).total_count >= 1


def test_nodes_of_a_pool_are_listed_and_shown(modelarts: Any, pool: Any) -> None:
    nodes = modelarts.list_pool_nodes(ma.ListPoolNodesRequest(pool_name=pool.metadata.name)).items
    if not nodes:
        pytest.skip("the pool has no nodes yet")
    asked = ma.ShowPoolNodeRequest(pool_name=pool.metadata.name, node_name=nodes[0].metadata.name)

    assert modelarts.show_pool_node(asked).metadata.name == nodes[0].metadata.name


def test_events_of_a_pool_are_read(modelarts: Any, pool: Any) -> None:
    events = modelarts.list_events(ma.ListEventsRequest(resource="pools", name=pool.metadata.name)).items

    assert all(event.reason and event.type in {"Normal", "Warning"} for event in events)


def test_series_and_tags_of_a_pool_are_read(modelarts: Any, pool: Any) -> None:
    series = modelarts.show_pool_monitor(ma.ShowPoolMonitorRequest(pool_name=pool.metadata.name)).metrics

    assert all(one.metric.metric_name for one in series)
    assert modelarts.show_pool_tags(ma.ShowPoolTagsRequest(pool_name=pool.metadata.name)).tags is not None


def test_the_work_order_that_a_pool_names_is_shown(modelarts: Any, pool: Any) -> None:
    name = pool.metadata.labels.os_modelarts_order_name
    if not name:
        pytest.skip("the pool names no work order: it is older than a month, or was made otherwise")

    assert modelarts.show_order(ma.ShowOrderRequest(order_name=name)).items is not None


def test_billing_orders_are_listed_and_shown(account: Account) -> None:
    if not account.connection.bss_url:
        pytest.skip(f"the {account.party} account is given without a billing address")
    billing = account.official("bss")
    listed = billing.list_customer_orders(bss.ListCustomerOrdersRequest(limit=1))
    if not listed.order_infos:
        assert listed.total_count == 0
        return
    asked = bss.ShowCustomerOrderDetailsRequest(order_id=listed.order_infos[0].order_id)

    assert billing.show_customer_order_details(asked).order_info.status == listed.order_infos[0].status


def test_the_account_and_its_projects_are_listed(account: Account) -> None:
    identity = account.official("iam")
    domains = identity.keystone_list_auth_domains(iam.KeystoneListAuthDomainsRequest()).domains
    projects = identity.keystone_list_auth_projects(iam.KeystoneListAuthProjectsRequest()).projects

    assert not account.connection.domain_id or account.connection.domain_id in {one.id for one in domains}
    assert account.connection.project_id in {one.id for one in projects}
