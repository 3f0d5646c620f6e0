"""The official SDK against the rest of the family: what it sends is taken, what it is answered it can read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkmodelarts import v1 as modelarts

from tests.endpoint.guests import PROJECT, ident

CPU = "modelarts.vm.cpu.8ud"


def pool(name: str = "pool-ae01", **resource: Any) -> Any:
    """A pay-per-use pool."""
    body = modelarts.CreatePoolRequestBody(
        api_version="v2",
        kind="Pool",
        metadata=modelarts.PoolMetadataCreation(labels=modelarts.PoolLabelsCreation(os_modelarts_name=name)),
        spec=modelarts.PoolSpecCreation(
            type="Dedicate",
            scope=["Train", "Infer"],
            network=modelarts.PoolSpecCreationNetwork(name=f"network-21e1-{PROJECT}"),
            resources=[modelarts.PoolResourceFlavor(**{"flavor": CPU, "count": 1, **resource})],
        ),
    )
    return modelarts.CreatePoolRequest(body=body)


@pytest.mark.shows("ListNodePools.parses")
def test_node_pools_are_added_changed_and_removed(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    pools.create_pool(pool())
    entry = modelarts.PoolResource(flavor=CPU, count=2, max_count=2)
    body = modelarts.CreateNodePoolRequestBody(
        api_version="v2",
        kind="NodePool",
        metadata=modelarts.CreateNodePoolMetaVO(name="extra"),
        spec=modelarts.NodePoolSpec(resources=entry),
    )
    made = pools.create_node_pool(modelarts.CreateNodePoolRequest(pool_name=ident(), body=body))
    assert (made.metadata.name, made.spec.resources.count) == ("extra", 2)

    patch = modelarts.PatchNodePoolRequestBody(
        spec=modelarts.NodePoolSpec(resources=modelarts.PoolResource(flavor=CPU, count=3))
    )
    asked = {"pool_name": ident(), "nodepool_name": "extra"}
    pools.patch_node_pool(modelarts.PatchNodePoolRequest(**asked, body=patch))
    shown = pools.show_node_pool(modelarts.ShowNodePoolRequest(**asked))
    assert shown.status.resources.available.count == 3
    listed = pools.list_node_pools(modelarts.ListNodePoolsRequest(pool_name=ident())).items
    assert [one.metadata.name for one in listed] == [f"{CPU}-default", "extra"]
    nodes = pools.list_node_pool_nodes(modelarts.ListNodePoolNodesRequest(**asked)).items
    assert [node.metadata.labels.os_modelarts_node_nodepool for node in nodes] == ["extra"] * 3

    pools.delete_node_pool(modelarts.DeleteNodePoolRequest(**asked))
    with pytest.raises(ClientRequestException) as gone:
        pools.show_node_pool(modelarts.ShowNodePoolRequest(**asked))
    assert (gone.value.status_code, gone.value.error_msg) == (400, "Bad request. invalid nodepool name")


@pytest.mark.shows("CreateWorkspace.parses")
def test_workspaces_live_from_creation_to_deletion(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    wish = modelarts.CreateWorkspaceReq(
        name="vision-team",
        auth_type="INTERNAL",
        grants=[modelarts.CreateWorkspaceReqGrants(user_name="clerk", user_type="IAM")],
    )
    made = pools.create_workspace(modelarts.CreateWorkspaceRequest(body=wish))
    assert (made.auth_type, made.status, made.grants[0].user_name) == ("internal", "NORMAL", "clerk")
    asked = {"workspace_id": made.id}
    change = modelarts.UpdateWorkspaceReq(name="vision-team", description="cameras", auth_type="PUBLIC")
    pools.update_workspace(modelarts.UpdateWorkspaceRequest(**asked, body=change))
    assert pools.show_workspace(modelarts.ShowWorkspaceRequest(**asked)).description == "cameras"
    listed = pools.list_workspace(modelarts.ListWorkspaceRequest(name="vision", filter_accessible=True))
    assert (listed.total_count, listed.workspaces[0].id) == (1, made.id)

    limit = modelarts.UpdateWorkspaceQuotasReqQuotas(resource="exemlProject.gpu_duration", quota=10)
    body = modelarts.UpdateWorkspaceQuotasReq(quotas=[limit])
    set_to = pools.update_workspace_quotas(modelarts.UpdateWorkspaceQuotasRequest(**asked, body=body)).quotas
    shown = pools.show_workspace_quotas(modelarts.ShowWorkspaceQuotasRequest(**asked)).quotas
    assert [one.quota for one in set_to] == [one.quota for one in shown] == [10]

    assert pools.delete_workspace(modelarts.DeleteWorkspaceRequest(**asked)).workspace_id == made.id
    with pytest.raises(ClientRequestException) as gone:
        pools.show_workspace(modelarts.ShowWorkspaceRequest(**asked))
    assert (gone.value.status_code, gone.value.error_code) == (400, "ModelArts.7005")


@pytest.mark.shows("CreatePoolPlugin.parses")
def test_plug_ins_are_found_and_installed(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    pools.create_pool(pool())
    asked = modelarts.ListPluginTemplatesRequest(template_name="log-agent", pool_name=ident())
    (template,) = pools.list_plugin_templates(asked).items
    assert [one.version for one in template.spec.versions] == ["1.7.3", "1.6.9"]
    wish = modelarts.Template(name="log-agent", version="1.6.9", inputs={"retentionDays": 3})
    body = modelarts.CreatePluginRequestBody(api_version="v2", kind="Plugin", spec=modelarts.PluginSpec(template=wish))
    made = pools.create_pool_plugin(modelarts.CreatePoolPluginRequest(pool_name=ident(), body=body))
    assert (made.status.phase, made.status.version) == ("Running", "1.6.9")
    listed = pools.list_pool_plugins(modelarts.ListPoolPluginsRequest(pool_name=ident())).items
    assert [one.metadata.name for one in listed] == ["volcano", "infer-operator", "log-agent"]
    assert listed[0].status.resources[0].involved_object.kind == "Deployment"
    shown = pools.show_plugin_template(modelarts.ShowPluginTemplateRequest(plugintemplate_name="volcano"))
    assert shown.spec.versions["1.16.8"].inputs == {"replicas": 2, "queueing": "fifo"}


@pytest.mark.shows("ListWorkloads.parses")
@pytest.mark.shows("ShowWorkloadStatistics.parses")
@pytest.mark.shows("ShowPoolRuntimeMetrics.parses")
def test_what_runs_in_a_pool_is_read(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    pools.create_pool(pool(flavor="modelarts.bm.npu.arm.8snt9b"))
    listed = pools.list_workloads(modelarts.ListWorkloadsRequest(pool_name=ident(), type="train", limit=1)).items
    assert [(job.type, job.resource_requirement.huawei_com_ascend_1980) for job in listed] == [("train", "8")]
    counted = pools.show_workload_statistics(modelarts.ShowWorkloadStatisticsRequest(pool_name=ident())).statistics
    assert (counted.total, sum(item.status.pending for item in counted.items)) == (2, 2)
    (told,) = pools.show_pool_runtime_metrics(modelarts.ShowPoolRuntimeMetricsRequest()).items
    assert (told.metadata.name, told.table.workload.allocated.sum) == (ident(), 2)


@pytest.mark.shows("BatchResizePoolNodes.parses")
def test_a_supernode_is_resized(sdk: tuple[Any, Any]) -> None:
    pools, _ = sdk
    flavor = "modelarts.bm.npu.arm.8snt9c.supernode"
    small, large = (modelarts.CreatingStep(step=step, type="hyperinstance") for step in (8, 16))
    wish = pool()
    wish.body.spec.resources = [modelarts.PoolResource(flavor=flavor, count=8, creating_step=small)]
    wish.body.metadata.annotations = modelarts.PoolAnnotationsCreation(
        os_modelarts_billing_mode="1",
        os_modelarts_period_type="2",
        os_modelarts_period_num="1",
        os_modelarts_auto_pay="1",
    )
    wish.body.spec.scope = ["Train"]
    pools.create_pool(wish)
    (first, *_) = pools.list_pool_nodes(modelarts.ListPoolNodesRequest(pool_name=ident())).items
    body = modelarts.BatchResizeRequestBody(
        nodes=[modelarts.ResizeNodeInfo(batch_uid=first.metadata.labels.os_modelarts_node_batch_uid)],
        source=modelarts.NodeResizeParams(flavor=flavor, creating_step=small),
        target=modelarts.NodeResizeParams(flavor=flavor, creating_step=large),
    )
    answer = pools.batch_resize_pool_nodes(modelarts.BatchResizePoolNodesRequest(pool_name=ident(), body=body))
    order = json.loads(answer.raw_content)["orderName"]
    assert pools.show_order(modelarts.ShowOrderRequest(order_name=order)).items == []
