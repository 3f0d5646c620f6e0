"""Stocking a project with the sample catalog. Again and again is the same as once."""

from datetime import timedelta
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
    """Put flavors, drivers, networks, workspaces and quotas on sale in `project`."""
    with transaction.atomic():
        Tenancy.objects.get_or_create(
            project=project,
            defaults={"pool_quota": POOL_QUOTA, "network_quota": NETWORK_QUOTA, "config": catalog.USER_CONFIG},
        )
        for sample in catalog.FLAVORS:
            HostedFlavor.objects.update_or_create(
                project=project,
                name=sample.name,
                defaults={"document": sample.document(), "monthly_price": sample.monthly},
            )
        for plugin in PLUGINS:
            PluginTemplate.objects.update_or_create(
                project=project, name=plugin.name, defaults={"document": plugin.document()}
            )
        _workspaces(project)
        for network in catalog.NETWORKS:
            _network(project, network)


def second_workspace(project: EndpointProject) -> str:
    """The ID of the workspace beside the default one."""
    return uuid5(NAMESPACE_URL, f"{project.project_id}/{catalog.SECOND_WORKSPACE}").hex


def _workspaces(project: EndpointProject) -> None:
    for ident, name in (("0", "default"), (second_workspace(project), catalog.SECOND_WORKSPACE)):
        HostedWorkspace.objects.get_or_create(
            project=project,
            ident=ident,
            defaults={"name": name, "owner": project.account.name, "created_at": timezone.now()},
        )


def _network(project: EndpointProject, network: catalog.SampleNetwork) -> None:
    ident = pool_id(network.name, project.project_id)
    workspace_id = second_workspace(project) if network.in_second_workspace else "0"
    created_at = timezone.now() - AGE
    HostedNetwork.objects.get_or_create(
        project=project,
        ident=ident,
        defaults={
            "workspace_id": workspace_id,
            "document": {
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
            "subnet_id": uuid5(NAMESPACE_URL, ident),
            "accepted_at": clock.now(project) - AGE,
            "fate": Fate.STUCK if network.still_creating else Fate.FINE,
            "pace": Pace.INSTANT,
        },
    )
