"""What a project has on sale, ready to be judged with: read once, and again when the catalog's stamp is another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from pools.endpoint import answers
from pools.endpoint.models import EndpointProject, HostedFlavor, HostedNetwork, HostedWorkspace, PluginTemplate
from pools.endpoint.planning import DRIVER_TEMPLATES
from pools.wire.flavors import ResourceFlavor
from pools.wire.limits import Catalog, Drivers, FlavorFacts, NetworkFacts
from pools.wire.networks import Network
from pools.wire.reading import hear

PROJECTS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rows, and the facts the rules want, of one project. Shared between requests: nobody changes what lies here."""

    flavors: Mapping[str, HostedFlavor]
    templates: Mapping[str, PluginTemplate]
    networks: Mapping[str, HostedNetwork]
    facts: Catalog

    def facts_at(self, now: datetime, *, network: object) -> Catalog:
        """The facts; of networks, which move with time, only the one that is asked about."""
        row = self.networks.get(network) if isinstance(network, str) else None
        known = {row.ident: NetworkFacts.from_network(hear(Network, answers.network(row, now=now)))} if row else {}
        return replace(self.facts, networks=known)


def of(project: EndpointProject) -> Shelf:
    return _read(project.pk, project.catalog_stamp)


@lru_cache(maxsize=PROJECTS_KEPT)
def _read(project_pk: int, _stamp: str) -> Shelf:
    """The stamp was read before the rows are, so what lies under it is never older than it."""
    flavors = {row.name: row for row in HostedFlavor.objects.filter(project=project_pk)}
    templates = {row.name: row for row in PluginTemplate.objects.filter(project=project_pk)}
    workspaces = HostedWorkspace.objects.filter(project=project_pk).values_list("ident", flat=True)
    return Shelf(
        flavors,
        templates,
        {row.ident: row for row in HostedNetwork.objects.filter(project=project_pk)},
        Catalog(
            flavors={
                name: FlavorFacts.from_flavor(hear(ResourceFlavor, row.document)) for name, row in flavors.items()
            },
            workspaces=frozenset(workspaces) | {"0"},
            drivers=Drivers(**{kind: _versions(templates.get(name)) for kind, name in DRIVER_TEMPLATES.items()}),
        ),
    )


def _versions(template: PluginTemplate | None) -> frozenset[str]:
    return frozenset(template.document["spec"]["versions"]) if template else frozenset()
