"""Sweeping a project empty, and back to how it was opened. Keys, users and flavors stay."""

from __future__ import annotations

from datetime import timedelta

from pools.endpoint import stocking
from pools.endpoint.models import (
    BillingOrder,
    CallRecord,
    EndpointProject,
    FaultRule,
    HostedNode,
    HostedPool,
    NodeJob,
    PoolChange,
    Tenancy,
    WorkOrder,
)
from pools.endpoint.steering.patience import patiently


def reset(project: EndpointProject) -> int:
    """Take everything hosted back to the stock and the clock to real time; rules, log and draws begin anew.

    The pace, the seed of identifiers and the log's switch are how the project is set up, and stay. Returns how many
    pools were swept away. Twice is the same as once. Raises `Refused` (409) while the project will not let go.
    """

    def act() -> int:
        gone = sweep(project)
        FaultRule.objects.filter(project=project).delete()
        CallRecord.objects.filter(project=project).delete()
        anew = {"clock_ahead": timedelta(), "clock_stands_at": None, "faults_until": None, "ids_drawn": 0}
        EndpointProject.objects.filter(pk=project.pk).update(**anew)
        restock(project)
        return gone

    return patiently(act)


def hold(project: EndpointProject) -> None:
    """Have creations, resets and seeds of this project wait for one another, until the transaction ends."""
    Tenancy.objects.select_for_update().filter(project=project).first()


def sweep(project: EndpointProject) -> int:
    """Take away pools with their orders, networks and workspaces. Inside a transaction; returns how many pools."""
    # Everything that a call might hold is held first, and only then anything is taken away.
    hold(project)
    orders = BillingOrder.objects.filter(project=project)
    pools = HostedPool.objects.filter(project=project)
    list(orders.order_by("pk").select_for_update().values_list("pk"))
    count = len(pools.order_by("pk").select_for_update().values_list("pk"))
    orders.delete()
    WorkOrder.objects.filter(project=project).delete()
    for children in (PoolChange, HostedNode, NodeJob):
        children._default_manager.filter(pool__project=project).delete()  # noqa: SLF001 - of whichever model it is
    pools.delete()
    for goods in (*project.networks.all(), *project.workspaces.all()):
        goods.delete()  # one by one: it is this project's catalog that changes, and no other's
    return count


def restock(project: EndpointProject) -> None:
    """Put the sample catalog back, its quotas too."""
    row = EndpointProject.objects.get(pk=project.pk)
    stocking.load(row)
    Tenancy.objects.filter(project=row).update(pool_quota=stocking.POOL_QUOTA, network_quota=stocking.NETWORK_QUOTA)
