"""What the embedded endpoint remembers."""

from pools.endpoint.models.access import (
    AccessKey,
    Account,
    EndpointProject,
    IamUser,
    SeenSignature,
    TemporaryKey,
    Token,
)
from pools.endpoint.models.hosted import (
    HostedFlavor,
    HostedNetwork,
    HostedNode,
    HostedPool,
    HostedPoolQuerySet,
    HostedWorkspace,
    NodeJob,
    PluginTemplate,
    PoolChange,
    Tenancy,
    streamed,
    with_changes,
)
from pools.endpoint.models.orders import BillingOrder, RenewalTurn, WorkOrder
from pools.endpoint.models.steering import CallRecord, FaultRule, HeldCall

__all__ = [
    "AccessKey",
    "Account",
    "BillingOrder",
    "CallRecord",
    "EndpointProject",
    "FaultRule",
    "HeldCall",
    "HostedFlavor",
    "HostedNetwork",
    "HostedNode",
    "HostedPool",
    "HostedPoolQuerySet",
    "HostedWorkspace",
    "IamUser",
    "NodeJob",
    "PluginTemplate",
    "PoolChange",
    "RenewalTurn",
    "SeenSignature",
    "TemporaryKey",
    "Tenancy",
    "Token",
    "WorkOrder",
    "streamed",
    "with_changes",
]
