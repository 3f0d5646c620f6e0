"""Whether the network that was asked for with an order overlaps another one of the project: told, never refused.

The service does not refuse it (`docs/facts.md`, "Networks"), but two networks of one range can never be connected.
"""

from __future__ import annotations

from uuid import UUID

from pools.models import CatalogPart, Founding, Project
from pools.wire.breaches import Breach
from pools.wire.naming import pool_id
from pools.wire.ranges import overlaps
from pools.wire.reading import hear_networks


def overlapping(project: Project, *, name: str, cidr: str) -> list[tuple[str, str]]:
    """Name and range of every other network of the project, there or on its way, that overlaps `cidr`."""
    parts = {part.kind: part.document for part in project.catalog_parts.all() if part.read_at}
    found: dict[str, str] = {}
    own = {name, pool_id(name, project.project_id)}
    for network in hear_networks(parts.get(CatalogPart.Kind.NETWORKS, {})).items or []:
        ident = (network.metadata and network.metadata.name) or ""
        labels = network.metadata.labels if network.metadata else None
        if ident not in own:
            found[(labels and labels.name) or ident] = (network.spec and network.spec.cidr) or ""
    asked = Founding.objects.filter(project=project).exclude(name=name)
    found |= dict((asked.under_way() | asked.made_lately()).values_list("name", "cidr"))
    return sorted((title, other) for title, other in found.items() if title not in own and overlaps(cidr, other))


def overlap_of(project: Project, *, draft: UUID, network: str) -> Breach | None:
    """Advice about `network`, the identifier that an order of the draft names, if it was asked for from it (A12)."""
    asked = Founding.objects.select_related("project").filter(project=project, draft=draft).first()
    return overlap_by(asked, project) if asked and network == network_id(asked) else None


def overlap_by(asked: Founding, project: Project) -> Breach | None:
    """The same of a network that was asked for in `project`."""
    others = overlapping(project, name=asked.name, cidr=asked.cidr)
    if not others:
        return None
    (name, other), *_more = others
    values = {"problem": "overlap", "cidr": asked.cidr, "other": other, "name": name}
    return Breach("A12", "$.spec.network.name", values)


def network_id(asked: Founding) -> str:
    """The identifier of the network as the cloud told it, or as it will by its convention."""
    return asked.network_id or pool_id(asked.name, asked.project.project_id)
