"""Addresses of what is hosted, as the service spells them."""

from django.urls import URLPattern, path

from pools.endpoint.views.config import Quotas, UserConfig
from pools.endpoint.views.flavors import ResourceFlavors
from pools.endpoint.views.insight import Events, Monitor, ScopeRetry
from pools.endpoint.views.networks import Network, NetworkAddresses, Networks
from pools.endpoint.views.nodepools import NodePool, NodePoolNodes, NodePools
from pools.endpoint.views.nodes import (
    BatchDelete,
    BatchLock,
    BatchReboot,
    BatchReset,
    BatchResize,
    BatchUnlock,
    BatchUpdate,
    Jobs,
    Nodes,
    OneJob,
    OneNode,
)
from pools.endpoint.views.orders import PoolOrder, WorkOrderDetail, WorkOrders
from pools.endpoint.views.plugins import Plugins, PluginTemplate, PluginTemplates
from pools.endpoint.views.pools import Pool, Pools, PoolStatistics
from pools.endpoint.views.tags import (
    NodesTags,
    NodeTags,
    PoolTags,
    PoolTagsCreation,
    PoolTagsDeletion,
    ProjectTags,
)
from pools.endpoint.views.workloads import PoolMetrics, WorkloadCounts, Workloads
from pools.endpoint.views.workspaces import Workspace, WorkspaceQuotas, Workspaces

hosted: list[URLPattern] = [
    path("v2/<str:project_id>/pools", Pools.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>", Pool.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodes", Nodes.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodes/batch-delete", BatchDelete.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodes/batch-lock", BatchLock.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodes/batch-unlock", BatchUnlock.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodes/batch-update", BatchUpdate.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodes/batch-reboot", BatchReboot.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodes/batch-reset", BatchReset.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodes/batch-resize", BatchResize.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodes/<str:node_name>", OneNode.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodepools", NodePools.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodepools/<str:nodepool_name>", NodePool.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/nodepools/<str:nodepool_name>/nodes", NodePoolNodes.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/orderid", PoolOrder.as_view()),
    path("v2/<str:project_id>/jobs", Jobs.as_view()),
    path("v2/<str:project_id>/jobs/<str:job_id>", OneJob.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/monitor", Monitor.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/retry-scope", ScopeRetry.as_view()),
    path("v1/<str:project_id>/pools/tags", ProjectTags.as_view()),
    path("v1/<str:project_id>/pools/<str:pool_name>/tags", PoolTags.as_view()),
    path("v1/<str:project_id>/pools/<str:pool_name>/tags/create", PoolTagsCreation.as_view()),
    path("v1/<str:project_id>/pools/<str:pool_name>/tags/delete", PoolTagsDeletion.as_view()),
    path("v1/<str:project_id>/nodes/tags", NodesTags.as_view()),
    path("v1/<str:project_id>/nodes/<str:node_name>/tags", NodeTags.as_view()),
    path("v1/<str:project_id>/events", Events.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/workloads", Workloads.as_view()),
    path("v2/<str:project_id>/statistics/pools/<str:pool_name>/workloads", WorkloadCounts.as_view()),
    path("v2/<str:project_id>/metrics/runtime/pools", PoolMetrics.as_view()),
    path("v2/<str:project_id>/statistics/pools", PoolStatistics.as_view()),
    path("v1/<str:project_id>/networks", Networks.as_view()),
    path("v1/<str:project_id>/networks/<str:network_name>", Network.as_view()),
    path("v1/<str:project_id>/networks/<str:network_name>/network-ip-availabilities", NetworkAddresses.as_view()),
    path("v1/<str:project_id>/resourceflavors", ResourceFlavors.as_view()),
    path("v1/<str:project_id>/orders", WorkOrders.as_view()),
    path("v1/<str:project_id>/orders/<str:order_name>", WorkOrderDetail.as_view()),
    path("v1/<str:project_id>/quotas", Quotas.as_view()),
    path("v1/<str:project_id>/os-user-config", UserConfig.as_view()),
    path("v1/<str:project_id>/plugintemplates/<str:plugintemplate_name>", PluginTemplate.as_view()),
    path("v2/<str:project_id>/plugintemplates", PluginTemplates.as_view()),
    path("v2/<str:project_id>/pools/<str:pool_name>/plugins", Plugins.as_view()),
    path("v1/<str:project_id>/workspaces", Workspaces.as_view()),
    path("v1/<str:project_id>/workspaces/<str:workspace_id>", Workspace.as_view()),
    path("v1/<str:project_id>/workspaces/<str:workspace_id>/quotas", WorkspaceQuotas.as_view()),
]
