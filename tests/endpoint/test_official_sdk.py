"""The official SDK against the real HTTP server: it cannot send `request-type`, so it orders by `billing.mode` "1"."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkbss import v2 as bss
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkmodelarts import v1 as modelarts

from pools.endpoint import sampling
from pools.endpoint.models import EndpointProject
from tests.endpoint.guests import PROJECT, ident


def creation(name: str = "pool-ae01", **annotations: str) -> Any:
    """A yearly/monthly pool, as somebody with the SDK would write it."""
    return modelarts.CreatePoolRequest(
        body=modelarts.CreatePoolRequestBody(
            api_version="v2",
            kind="Pool",
            metadata=modelarts.PoolMetadataCreation(
                labels=modelarts.PoolLabelsCreation(os_modelarts_name=name, os_modelarts_workspace_id="0"),
                annotations=modelarts.PoolAnnotationsCreation(
                    **{
                        "os_modelarts_billing_mode": "1",
                        "os_modelarts_period_type": "2",
                        "os_modelarts_period_num": "1",
                        **annotations,
                    }
                ),
            ),
            spec=modelarts.PoolSpecCreation(
                type="Dedicate",
                scope=["Train"],
                network=modelarts.PoolSpecCreationNetwork(name=f"network-21e1-{PROJECT}"),
                resources=[modelarts.PoolResourceFlavor(flavor="modelarts.vm.gpu.v100.x1", count=2, max_count=2)],
                driver=modelarts.PoolDriver(gpu_version="470.57.02"),
            ),
        )
    )


def shown(pools: Any, name: str = "pool-ae01") -> Any:
    return pools.show_pool(modelarts.ShowPoolRequest(pool_name=ident(name)))


@pytest.mark.shows("ShowCustomerOrderDetails.statuses", "CreatePool.parses", "ShowPool.parses", "DeletePool.parses")
def test_a_pool_is_ordered_paid_and_deleted_by_the_official_sdks(sdk: tuple[Any, Any]) -> None:
    pools, billing = sdk
    made = pools.create_pool(creation())
    assert made.metadata.name == ident()
    assert shown(pools).status.phase == "Waiting"

    order_id = shown(pools).metadata.annotations.os_modelarts_order_id
    details = bss.ShowCustomerOrderDetailsRequest(order_id=order_id)
    assert billing.show_customer_order_details(details).order_info.status == 6
    pay = bss.PayCustomerOrderV3Req(order_id=order_id, use_coupon="NO", use_discount="NO")
    billing.pay_orders(bss.PayOrdersRequest(body=pay))
    assert billing.show_customer_order_details(details).order_info.status == 5

    assert shown(pools).status.phase == "Running"
    assert shown(pools).status.driver.gpu.version == "470.57.02"
    assert pools.delete_pool(modelarts.DeletePoolRequest(pool_name=ident())).metadata.name == ident()
    with pytest.raises(ClientRequestException) as gone:
        shown(pools)
    assert (gone.value.status_code, gone.value.error_code) == (404, "ModelArts.50015001")
    assert len(gone.value.request_id) == 32


@pytest.mark.shows("CancelCustomerOrder.parses")
def test_a_pool_is_rejected_by_cancelling_its_order(sdk: tuple[Any, Any]) -> None:
    pools, billing = sdk
    pools.create_pool(creation())
    body = bss.CancelCustomerOrderReq(order_id=shown(pools).metadata.annotations.os_modelarts_order_id)
    billing.cancel_customer_order(bss.CancelCustomerOrderRequest(body=body))
    assert (shown(pools).status.phase, shown(pools).status.message) == ("CreationFailed", "order canceled")


@pytest.mark.shows("ShowOrder.parses")
def test_the_work_order_is_shown_at_once(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    pools.create_pool(creation(os_modelarts_auto_pay="true"))
    name = shown(pools).metadata.labels.os_modelarts_order_name
    order = pools.show_order(modelarts.ShowOrderRequest(order_name=name))
    assert [item.status for item in order.items] == ["succeed", "succeed", "succeed"]


@pytest.mark.shows("CreatePool.taken")
def test_a_name_in_use_is_told_as_a_conflict(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    pools.create_pool(creation())
    with pytest.raises(ClientRequestException) as taken:
        pools.create_pool(creation())
    assert (taken.value.status_code, taken.value.error_code) == (409, "ModelArts.50015000")


@pytest.mark.shows("ListPools.parses", "ShowPoolStatistics.parses")
def test_pools_are_listed_and_every_sample_parses(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    sampling.host(EndpointProject.objects.get())
    usual = pools.list_pools(modelarts.ListPoolsRequest(workspace_id="0")).items
    failed = pools.list_pools(modelarts.ListPoolsRequest(status="failed")).items
    named = modelarts.ListPoolsRequest(label_selector="os.modelarts/name in (sample-running,sample-error)")
    assert (len(usual), len(failed), len(pools.list_pools(named).items)) == (7, 1, 2)
    assert pools.show_pool_statistics(modelarts.ShowPoolStatisticsRequest()).statistics.status.pending == 1


@pytest.mark.shows("ListNetworks.parses", "ListResourceFlavors.parses")
def test_networks_and_flavors_are_listed_page_by_page(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    networks = pools.list_networks(modelarts.ListNetworksRequest()).items
    assert networks[0].status.phase == "Active"
    first = pools.list_resource_flavors(modelarts.ListResourceFlavorsRequest(limit=10))
    following = modelarts.ListResourceFlavorsRequest(limit=10, _continue=first.metadata._continue)
    names = [one.metadata.name for one in first.items + pools.list_resource_flavors(following).items]
    assert len(names) == len(set(names)) == 14
    assert first.items[0].spec.billing_modes == [0, 1]


@pytest.mark.shows("ShowOsQuota.parses", "ShowPluginTemplate.parses")
def test_configuration_quotas_and_drivers_parse(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    assert pools.show_os_quota(modelarts.ShowOsQuotaRequest()).quotas.resources[0].type == "pool"
    template = pools.show_plugin_template(modelarts.ShowPluginTemplateRequest(plugintemplate_name="gpu-driver"))
    assert "535.129.03" in str(template)


def changed(pools: Any, **spec: Any) -> Any:
    body = modelarts.PoolUpdateRequest(spec=modelarts.PoolSpecUpdate(**spec))
    return pools.patch_pool(modelarts.PatchPoolRequest(pool_name=ident(), body=body))


@pytest.mark.shows("PatchPool.parses", "ListEvents.parses", "ShowPoolMonitor.parses", "ListPoolNodes.parses")
def test_a_pool_is_scaled_upgraded_and_looked_into(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    pools.create_pool(creation(os_modelarts_billing_mode="0", os_modelarts_period_type="", os_modelarts_period_num=""))
    grown = modelarts.PoolSpecUpdateResources(flavor="modelarts.vm.gpu.v100.x1", count=4)
    order = changed(pools, resources=[grown]).metadata.labels.os_modelarts_order_name
    work = pools.show_order(modelarts.ShowOrderRequest(order_name=order)).items
    assert [item.status for item in work] == ["succeed"] * 2
    changed(pools, driver=modelarts.PoolDriver(gpu_version="535.129.03", update_strategy="force"))
    assert shown(pools).status.driver.gpu.state == "Running"
    assert shown(pools).status.driver.gpu.version == "535.129.03"

    nodes = pools.list_pool_nodes(modelarts.ListPoolNodesRequest(pool_name=ident(), limit=3))
    assert len(nodes.items) == 3
    name = nodes.items[0].metadata.name
    one = pools.show_pool_node(modelarts.ShowPoolNodeRequest(pool_name=ident(), node_name=name))
    assert (one.metadata.name, one.status.phase) == (name, "Available")
    events = pools.list_events(modelarts.ListEventsRequest(resource="pools", name=ident())).items
    assert "PoolStatusChange" in {event.reason for event in events}
    monitor = pools.show_pool_monitor(modelarts.ShowPoolMonitorRequest(pool_name=ident()))
    assert monitor.metrics[0].metric.metric_name == "cpuUsage"


@pytest.mark.shows(
    "BatchDeletePoolNodes.parses", "BatchLockPoolNodes.parses", "BatchRebootPoolNodes.parses", "ListJobs.parses"
)
def test_nodes_are_locked_rebooted_and_deleted(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    pools.create_pool(creation(os_modelarts_billing_mode="0", os_modelarts_period_type="", os_modelarts_period_num=""))
    asked = modelarts.ListPoolNodesRequest(pool_name=ident())
    first, second = (node.metadata.name for node in pools.list_pool_nodes(asked).items)
    lock = modelarts.BatchLockPoolNodesRequestBody(node_names=[first], actions=["delete"])
    locked = pools.batch_lock_pool_nodes(modelarts.BatchLockPoolNodesRequest(pool_name=ident(), body=lock))
    assert locked.nodes[0].status == "success"
    reboot = modelarts.BatchRebootPoolNodesRequestBody(node_names=[first])
    pools.batch_reboot_pool_nodes(modelarts.BatchRebootPoolNodesRequest(pool_name=ident(), body=reboot))
    assert pools.list_jobs(modelarts.ListJobsRequest(type="reboot-node", resource="pools", name=ident())).count == 1
    gone = modelarts.NodesDeletionRequest(delete_node_names=[second])
    pools.batch_delete_pool_nodes(modelarts.BatchDeletePoolNodesRequest(pool_name=ident(), body=gone))
    assert [node.metadata.name for node in pools.list_pool_nodes(asked).items] == [first]


@pytest.mark.shows("ListPoolTags.parses", "BatchCreatePoolTags.parses", "BatchDeletePoolTags.parses")
def test_tags_come_and_go(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    pools.create_pool(creation())
    tag = modelarts.CreateTagRequest(tags=[modelarts.Tag(key="env", value="dev")])
    pools.batch_create_pool_tags(modelarts.BatchCreatePoolTagsRequest(pool_name=ident(), body=tag))
    assert pools.show_pool_tags(modelarts.ShowPoolTagsRequest(pool_name=ident())).tags[0].values == ["dev"]
    assert pools.list_pool_tags(modelarts.ListPoolTagsRequest()).tags[0].key == "env"
    gone = modelarts.DeleteTagRequest(tags=[modelarts.DeleteTagItem(key="env", value="dev")])
    pools.batch_delete_pool_tags(modelarts.BatchDeletePoolTagsRequest(pool_name=ident(), body=gone))
    assert pools.show_pool_tags(modelarts.ShowPoolTagsRequest(pool_name=ident())).tags == []


@pytest.mark.shows("DeleteNetwork.in-use")
def test_a_network_is_deleted_after_its_pools(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    pools.create_pool(creation())
    asked = modelarts.DeleteNetworkRequest(network_name=f"network-21e1-{PROJECT}")
    with pytest.raises(ClientRequestException) as in_use:
        pools.delete_network(asked)
    assert (in_use.value.status_code, in_use.value.error_code) == (409, "ModelArts.50025002")
    pools.delete_pool(modelarts.DeletePoolRequest(pool_name=ident()))
    pools.delete_network(asked)
