"""Somebody who owns pools and has nothing but the official clients: for pools, for billing, for identity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import F
from huaweicloudsdkbss import v2 as bss
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkiam import v3 as iam
from huaweicloudsdkmodelarts import v1 as ma

from pools.endpoint.models import EndpointProject
from tests.endpoint.guests import PROJECT, ident

GPU = "modelarts.vm.gpu.v100.x1"
MONTHLY = {"os_modelarts_billing_mode": "1", "os_modelarts_period_type": "2", "os_modelarts_period_num": "1"}


@dataclass(frozen=True)
class Owner:
    """Each method is one call or a wait for what it began; every answer is read by the client's own models."""

    modelarts: Any
    billing: Any
    identity: Any

    # Waiting

    def wait(self, ready: Callable[[], Any], *, what: str) -> Any:
        """Move the project's clock by a few seconds at a time, until `ready` says something true."""
        for _ in range(60):
            if found := ready():
                return found
            EndpointProject.objects.update(clock_ahead=F("clock_ahead") + timedelta(seconds=5))
        raise AssertionError(f"waited in vain for {what}")

    def wait_for_phase(self, phase: str, name: str) -> Any:
        return self.wait(lambda: (pool := self.pool(name)).status.phase == phase and pool, what=f"{name} to be {phase}")

    def wait_for_nodes(self, count: int, name: str) -> list[Any]:
        """Wait until exactly so many nodes are there, all of them available."""

        def looked() -> list[Any]:
            nodes: list[Any] = self.nodes(name)
            return nodes if [node.status.phase for node in nodes] == ["Available"] * count else []

        found: list[Any] = self.wait(looked, what=f"{count} nodes of {name}")
        return found

    def wait_for_the_end(self, name: str) -> None:
        self.wait(lambda: self.is_gone(name), what=f"the end of {name}")

    def is_gone(self, name: str) -> bool:
        try:
            self.pool(name)
        except ClientRequestException as told:
            if (told.status_code, told.error_code) != (404, "ModelArts.50015001"):
                raise
            return True
        return False

    # Identity and networks

    def token(self, *, user: str, password: str, account: str) -> Any:
        who = iam.PwdPasswordUser(domain=iam.PwdPasswordUserDomain(name=account), name=user, password=password)
        identity = iam.PwdIdentity(methods=["password"], password=iam.PwdPassword(user=who))
        scope = iam.AuthScope(project=iam.AuthScopeProject(name="cn-north-4"))
        body = iam.KeystoneCreateUserTokenByPasswordRequestBody(auth=iam.PwdAuth(identity=identity, scope=scope))
        asked = iam.KeystoneCreateUserTokenByPasswordRequest(body=body)
        return self.identity.keystone_create_user_token_by_password(asked)

    def projects(self) -> list[Any]:
        found: list[Any] = self.identity.keystone_list_projects(iam.KeystoneListProjectsRequest()).projects
        return found

    def create_network(self, name: str) -> str:
        """Create a network; returns its ID once it is Active."""
        metadata = ma.NetworkMetadataCreation(labels=ma.NetworkMetadataLabels(os_modelarts_name=name))
        body = ma.NetworkCreationRequest(
            api_version="v1", kind="Network", metadata=metadata, spec=ma.NetworkSpec(cidr="192.168.128.0/17")
        )
        made = self.modelarts.create_network(ma.CreateNetworkRequest(body=body)).metadata.name
        asked = ma.ShowNetworkRequest(network_name=made)
        self.wait(lambda: self.modelarts.show_network(asked).status.phase == "Active", what="the network")
        return str(made)

    def delete_network(self, ident: str) -> Any:
        return self.modelarts.delete_network(ma.DeleteNetworkRequest(network_name=ident))

    def networks(self) -> set[str]:
        return {one.metadata.name for one in self.modelarts.list_networks(ma.ListNetworksRequest()).items}

    # Pools

    def create(self, name: str, *, network: str, count: int, **annotations: str) -> Any:
        labels = ma.PoolLabelsCreation(os_modelarts_name=name, os_modelarts_workspace_id="0")
        spec = ma.PoolSpecCreation(
            type="Dedicate",
            scope=["Train"],
            network=ma.PoolSpecCreationNetwork(name=network),
            resources=[ma.PoolResourceFlavor(flavor=GPU, count=count, max_count=count)],
            driver=ma.PoolDriver(gpu_version="470.57.02"),
        )
        metadata = ma.PoolMetadataCreation(labels=labels, annotations=ma.PoolAnnotationsCreation(**annotations))
        body = ma.CreatePoolRequestBody(api_version="v2", kind="Pool", metadata=metadata, spec=spec)
        return self.modelarts.create_pool(ma.CreatePoolRequest(body=body))

    def pool(self, name: str) -> Any:
        return self.modelarts.show_pool(ma.ShowPoolRequest(pool_name=ident(name)))

    def nodes(self, name: str) -> list[Any]:
        listed = self.modelarts.list_pool_nodes(ma.ListPoolNodesRequest(pool_name=ident(name)))
        return [
            self.modelarts.show_pool_node(ma.ShowPoolNodeRequest(pool_name=ident(name), node_name=node.metadata.name))
            for node in listed.items
        ]

    def change(self, name: str, **spec: Any) -> Any:
        body = ma.PoolUpdateRequest(spec=ma.PoolSpecUpdate(**spec))
        return self.modelarts.patch_pool(ma.PatchPoolRequest(pool_name=ident(name), body=body))

    def scale(self, name: str, count: int) -> Any:
        entry = ma.PoolSpecUpdateResources(flavor=GPU, count=count)
        return self.change(name, resources=[entry])

    def upgrade(self, name: str, version: str) -> None:
        """Upgrade the driver and wait until it runs again."""
        self.change(name, driver=ma.PoolDriver(gpu_version=version, update_strategy="idle"))
        assert self.pool(name).status.driver.gpu.state == "Upgrading"
        self.wait(lambda: self.pool(name).status.driver.gpu.state == "Running", what="the driver")

    def delete(self, name: str) -> Any:
        return self.modelarts.delete_pool(ma.DeletePoolRequest(pool_name=ident(name)))

    # Looking into a pool

    def work_order(self, answer: Any) -> Any:
        """The work order that an answer names."""
        name = answer.metadata.labels.os_modelarts_order_name
        return self.modelarts.show_order(ma.ShowOrderRequest(order_name=name))

    def tag(self, name: str, **tags: str) -> dict[str, str]:
        """Add tags; returns those that are there then."""
        said = ma.CreateTagRequest(tags=[ma.Tag(key=key, value=value) for key, value in tags.items()])
        self.modelarts.batch_create_pool_tags(ma.BatchCreatePoolTagsRequest(pool_name=ident(name), body=said))
        return self.tags(name)

    def untag(self, name: str, **tags: str) -> dict[str, str]:
        """Take tags away; returns those that are left."""
        said = ma.DeleteTagRequest(tags=[ma.DeleteTagItem(key=key, value=value) for key, value in tags.items()])
        self.modelarts.batch_delete_pool_tags(ma.BatchDeletePoolTagsRequest(pool_name=ident(name), body=said))
        return self.tags(name)

    def tags(self, name: str) -> dict[str, str]:
        found = self.modelarts.show_pool_tags(ma.ShowPoolTagsRequest(pool_name=ident(name))).tags
        return {one.key: one.values[0] for one in found}

    def events(self, name: str) -> list[str]:
        asked = ma.ListEventsRequest(resource="pools", name=ident(name))
        return [event.message for event in self.modelarts.list_events(asked).items]

    def series(self, name: str) -> dict[str, list[float]]:
        """What the monitor tells, by the name of the metric."""
        metrics = self.modelarts.show_pool_monitor(ma.ShowPoolMonitorRequest(pool_name=ident(name))).metrics
        return {one.metric.metric_name: [point.statistics[0].value for point in one.data_points] for one in metrics}

    # Money

    def order_of(self, answer: Any) -> str:
        """The billing order that an answer names."""
        return str(answer.metadata.annotations.os_modelarts_order_id)

    def order_status(self, order: str) -> int:
        asked = bss.ShowCustomerOrderDetailsRequest(order_id=order, x_language="en_US")
        return int(self.billing.show_customer_order_details(asked).order_info.status)

    def pay(self, order: str) -> None:
        body = bss.PayCustomerOrderV3Req(order_id=order, use_coupon="NO", use_discount="NO")
        assert self.billing.pay_orders(bss.PayOrdersRequest(body=body)).status_code == 204

    def rented(self, *resources: str) -> set[str]:
        """Those of the resources that are paid for and in use."""
        body = bss.QueryResourcesReq(resource_ids=list(resources), only_main_resource=1, status_list=[2], limit=100)
        asked = bss.ListPayPerUseCustomerResourcesRequest(body=body)
        return {one.resource_id for one in self.billing.list_pay_per_use_customer_resources(asked).data}

    def unsubscribe(self, *resources: str) -> list[str]:
        """Give resources back; returns the orders that do it."""
        body = bss.UnsubscribeResourcesReq(resource_ids=list(resources), unsubscribe_type=1)
        told = self.billing.cancel_resources_subscription(bss.CancelResourcesSubscriptionRequest(body=body))
        assert not told.fail_resource_infos
        orders: list[str] = told.order_ids
        return orders

    def refunds(self, order: str) -> Any:
        return self.billing.show_refund_order_details(bss.ShowRefundOrderDetailsRequest(order_id=order))


def project_of(owner: Owner) -> str:
    """The project the owner's region has, as clients find it that know none."""
    [found] = [one.id for one in owner.projects() if one.name == "cn-north-4"]
    assert found == PROJECT
    return str(found)
