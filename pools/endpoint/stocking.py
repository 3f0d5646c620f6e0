"""Stocking a project with the sample catalog. Again and again is the same as once."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from pools.endpoint import catalog, clock
from pools.endpoint.models import (
    EndpointProject,
    HostedFlavor,
    HostedNetwork,
    HostedWorkspace,
    PluginTemplate,
    Tenancy,
)
from pools.endpoint.plugin_catalog import PLUGINS
from pools.endpoint.scenario import Fate, Pace
from pools.wire.naming import pool_id

POOL_QUOTA, NETWORK_QUOTA = 100, 15
# Of what the sample catalog has made.
AGE = timedelta(days=30)


def load(project: EndpointProject) -> None:
    """Put flavors, drivers, networks, workspaces and quotas on sale in `project`.

    What the sample catalog sells follows the version; what somebody may have changed since is left as it is.
    """
    flavors = [
        HostedFlavor(project=project, name=one.name, document=one.document(), monthly_price=one.monthly)
        for one in catalog.FLAVORS
    ]
    plugins = [PluginTemplate(project=project, name=one.name, document=one.document()) for one in PLUGINS]
    with transaction.atomic():
        Tenancy.objects.get_or_create(
            project=project,
            defaults={"pool_quota": POOL_QUOTA, "network_quota": NETWORK_QUOTA, "config": catalog.USER_CONFIG},
        )
        HostedFlavor.objects.bulk_create(flavors, **_following("document", "monthly_price"))
        PluginTemplate.objects.bulk_create(plugins, **_following("document"))
        HostedWorkspace.objects.bulk_create(_workspaces(project), ignore_conflicts=True)
        HostedNetwork.objects.bulk_create(
            [_network(project, network) for network in catalog.NETWORKS], ignore_conflicts=True
        )
    project.refresh_from_db(fields=["catalog_stamp"])


def _following(*fields: str) -> dict[str, Any]:
    """How rows are written that may stand already: by name, and with what these fields are now."""
    return {"update_conflicts": True, "unique_fields": ["project", "name"], "update_fields": fields}


def second_workspace(project: EndpointProject) -> str:
    """The ID of the workspace beside the default one."""
    return uuid5(NAMESPACE_URL, f"{project.project_id}/{catalog.SECOND_WORKSPACE}").hex


def _workspaces(project: EndpointProject) -> list[HostedWorkspace]:
    owner, now = project.account.name, timezone.now()
    return [
        HostedWorkspace(project=project, ident=ident, name=name, owner=owner, created_at=now)
        for ident, name in (("0", "default"), (second_workspace(project), catalog.SECOND_WORKSPACE))
    ]


def _network(project: EndpointProject, network: catalog.SampleNetwork) -> HostedNetwork:
    ident = pool_id(network.name, project.project_id)
    workspace_id = second_workspace(project) if network.in_second_workspace else "0"
    created_at = timezone.now() - AGE
    return HostedNetwork(
        project=project,
        ident=ident,
        workspace_id=workspace_id,
        document={
            "kind": "Network",
            "apiVersion": "v1",
            "metadata": {
                "name": ident,
                "creationTimestamp": f"{created_at:%Y-%m-%dT%H:%M:%SZ}",
                "labels": {"os.modelarts/name": network.name, "os.modelarts/workspace.id": workspace_id},
                "annotations": {"os.modelarts/description": network.description},
            },
            "spec": {"cidr": network.cidr, "connection": {}},
        },
        subnet_id=uuid5(NAMESPACE_URL, ident),
        accepted_at=clock.now(project) - AGE,
        fate=Fate.STUCK if network.still_creating else Fate.FINE,
        pace=Pace.INSTANT,
    )
