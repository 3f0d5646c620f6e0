"""What the embedded endpoint remembers."""

from pools.endpoint.models.access import AccessKey, Account, EndpointProject, IamUser, SeenSignature, Token
from pools.endpoint.models.hosted import (
    BillingOrder,
    HostedFlavor,
    HostedNetwork,
    HostedPool,
    HostedWorkspace,
    PluginTemplate,
    Tenancy,
    WorkOrder,
)

__all__ = [
    "AccessKey",
    "Account",
    "BillingOrder",
    "EndpointProject",
    "HostedFlavor",
    "HostedNetwork",
    "HostedPool",
    "HostedWorkspace",
    "IamUser",
    "PluginTemplate",
    "SeenSignature",
    "Tenancy",
    "Token",
    "WorkOrder",
]
