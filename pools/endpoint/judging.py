"""Judging a creation by the rules of the language, with the facts of the project it is for."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from pools.endpoint import answers, clock, errors
from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject, HostedFlavor, HostedNetwork, HostedWorkspace, PluginTemplate
from pools.endpoint.planning import DRIVER_TEMPLATES
from pools.wire.flavors import ResourceFlavor
from pools.wire.limits import Breach, Catalog, FlavorFacts, NetworkFacts, judge, say
from pools.wire.limits.catalog import Drivers
from pools.wire.networks import Network
from pools.wire.reading import hear

LONGEST_LIST = 5
# No rule of the service's; it keeps a mistyped number from becoming a million nodes.
MOST_NODES = 10_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A creation nothing speaks against, and the flavors it names."""

    document: dict[str, Any]
    flavors: list[HostedFlavor]


def admit(project: EndpointProject, document: object) -> Judged:
    """Judge a creation. Raises `Refused` (400) naming the path and the rule of what is wrong.

    Whether the name is free and the quota holds is decided where it can be decided safely: as the pool is written.
    """
    # Only the facts that the document names are fetched: the rules ask for no others.
    flavors = list(HostedFlavor.objects.filter(project=project, name__in=_named_flavors(document)))
    facts = _facts(project, document, flavors)
    verdict = judge(document, catalog=facts, compatibility=settings.ENDPOINT_COMPATIBILITY, only_breaches=True)
    if verdict.breaches or not isinstance(document, dict):
        raise refusal(*verdict.breaches)
    if sum(resource["count"] for resource in document["spec"]["resources"]) > MOST_NODES:
        raise errors.bad_request(f"$.spec.resources: a pool has at most {MOST_NODES} nodes")
    return Judged(document, flavors)


def refusal(*breaches: Breach) -> Refused:
    """What is wrong, one after the other, as the service would say it."""
    said = [say(breach).removeprefix("Bad request.").strip() for breach in breaches[:LONGEST_LIST]]
    more = len(breaches) - LONGEST_LIST
    return errors.bad_request("; ".join(said) + (f"; and {more} more" if more > 0 else ""))


def _facts(project: EndpointProject, document: object, flavors: list[HostedFlavor]) -> Catalog:
    now = clock.now()
    network = _at(document, "spec", "network", "name")
    networks = HostedNetwork.objects.filter(project=project, ident=network) if isinstance(network, str) else ()
    return Catalog(
        flavors={one.name: FlavorFacts.from_flavor(hear(ResourceFlavor, one.document)) for one in flavors},
        networks={
            one.ident: NetworkFacts.from_network(hear(Network, answers.network(one, now=now))) for one in networks
        },
        workspaces=frozenset(HostedWorkspace.objects.filter(project=project).values_list("ident", flat=True)) | {"0"},
        drivers=_drivers(project) if _at(document, "spec", "driver") else None,
    )


def _drivers(project: EndpointProject) -> Drivers:
    versions = {
        template.name: frozenset(template.document["spec"]["versions"])
        for template in PluginTemplate.objects.filter(project=project)
    }
    none: frozenset[str] = frozenset()
    return Drivers(
        gpu=versions.get(DRIVER_TEMPLATES["gpu"], none),
        npu=versions.get(DRIVER_TEMPLATES["npu"], none),
    )


def _at(document: object, *keys: str) -> object:
    """What stands at `keys` of a document that may be anything."""
    for key in keys:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def _named_flavors(document: object) -> set[str]:
    resources = _at(document, "spec", "resources")
    found = [_at(one, "flavor") for one in resources] if isinstance(resources, list) else []
    return {name for name in found if isinstance(name, str)}
