"""What a project has on sale, ready to be judged with: read once, and again when the catalog's stamp is another."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from pools.endpoint import answers
from pools.endpoint.models import EndpointProject, HostedFlavor, HostedNetwork, HostedWorkspace, PluginTemplate
from pools.endpoint.planning import DRIVER_TEMPLATES
from pools.endpoint.scenario import Fate
from pools.wire.enums import NetworkPhase
from pools.wire.flavors import ResourceFlavor
from pools.wire.limits import Catalog, Drivers, FlavorFacts, NetworkFacts
from pools.wire.networks import Network
from pools.wire.options import WorkspaceStatus
from pools.wire.reading import hear

PROJECTS_KEPT = 64


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rows, and the facts the rules want, of one project. Shared between requests: nobody changes what lies here, but
    `asked` remembers."""

    flavors: Mapping[str, HostedFlavor]
    templates: Mapping[str, PluginTemplate]
    networks: Mapping[str, tuple[HostedNetwork, NetworkFacts]]
    # Those that may be something else than NORMAL.
    unsteady: tuple[HostedWorkspace, ...]
    # Without networks; what was asked for about one of them in one phase lies beside it.
    facts: Catalog
    asked: dict[tuple[str, NetworkPhase], Catalog]

    def facts_at(self, now: datetime, *, network: object) -> Catalog:
        """The facts; of networks, which move with time, only the one that is asked about."""
        facts = self.facts
        if isinstance(network, str) and network in self.networks:
            row, heard = self.networks[network]
            phase = answers.network_phase(row, now=now)
            known = self.asked.get((network, phase))
            if known is None:
                known = replace(facts, networks={network: replace(heard, phase=phase)})
                self.asked[network, phase] = known
            facts = known
        return self._with_workspaces(facts, now) if self.unsteady else facts

    def _with_workspaces(self, facts: Catalog, now: datetime) -> Catalog:
        states = {row.ident: row.status_at(now) for row in self.unsteady}
        out_of_use = {ident for ident, status in states.items() if status is not WorkspaceStatus.NORMAL}
        return replace(
            facts,
            workspaces=(facts.workspaces or frozenset()) - out_of_use,
            abnormal_workspaces=frozenset(ident for ident in out_of_use if states[ident] is not None),
        )


def of(project: EndpointProject) -> Shelf:
    return _read(project.pk, project.catalog_stamp)


@lru_cache(maxsize=PROJECTS_KEPT)
def _read(project_pk: int, _stamp: str) -> Shelf:
    """The stamp was read before the rows are, so what lies under it is never older than it."""
    flavors = {row.name: row for row in HostedFlavor.objects.filter(project=project_pk)}
    templates = {row.name: row for row in PluginTemplate.objects.filter(project=project_pk)}
    workspaces = list(HostedWorkspace.objects.filter(project=project_pk))
    return Shelf(
        flavors,
        templates,
        {
            row.ident: (row, NetworkFacts.from_network(hear(Network, row.document)))
            for row in HostedNetwork.objects.filter(project=project_pk)
        },
        tuple(row for row in workspaces if row.deleted_at is not None or row.fate != Fate.FINE),
        Catalog(
            flavors={
                name: FlavorFacts.from_flavor(hear(ResourceFlavor, row.document)) for name, row in flavors.items()
            },
            workspaces=frozenset(row.ident for row in workspaces) | {"0"},
            networks={},
            drivers=Drivers(**{kind: _versions(templates.get(name)) for kind, name in DRIVER_TEMPLATES.items()}),
        ),
        {},
    )


def _versions(template: PluginTemplate | None) -> frozenset[str]:
    return frozenset(template.document["spec"]["versions"]) if template else frozenset()
