"""Judging a creation by the rules of the language, with the facts of the project it is for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.conf import settings

from pools.endpoint import clock, errors, shelf
from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject, HostedFlavor, PluginTemplate
from pools.wire.errors import Code
from pools.wire.limits import Breach, judge, say
from pools.wire.reading import Malformed, read_plainly
from pools.wire.shape import Shape

S = TypeVar("S", bound=Shape)

LONGEST_LIST = 5
# No rule of the service's; it keeps a mistyped number from becoming a million nodes.
MOST_NODES = 10_000


@dataclass(frozen=True, slots=True)
class Judged:
    """A creation nothing speaks against, the flavors it names, and the plug-ins on sale."""

    document: dict[str, Any]
    flavors: list[HostedFlavor]
    templates: list[PluginTemplate]


def admit(project: EndpointProject, document: object) -> Judged:
    """Judge a creation. Raises `Refused` (400) naming the path and the rule of what is wrong.

    Whether the name is free and the quota holds is decided where it can be decided safely: as the pool is written.
    """
    stock = shelf.of(project)
    facts = stock.facts_at(clock.now(project), network=_at(document, "spec", "network", "name"))
    verdict = judge(document, catalog=facts, compatibility=settings.ENDPOINT_COMPATIBILITY, only_breaches=True)
    if verdict.breaches or not isinstance(document, dict):
        raise refusal(*verdict.breaches)
    if sum(resource["count"] for resource in document["spec"]["resources"]) > MOST_NODES:
        raise errors.bad_request(f"$.spec.resources: a pool has at most {MOST_NODES} nodes")
    named = {resource["flavor"] for resource in document["spec"]["resources"]}
    return Judged(document, [stock.flavors[name] for name in named], list(stock.templates.values()))


def admit_change(
    project: EndpointProject, document: Mapping[str, Any], *, touched: Iterable[str], growing: Collection[int]
) -> None:
    """Judge a pool's document as a change leaves it, by the rules of a creation. Raises `Refused` (400).

    Only what the change touched is judged, and whether flavors are on sale only where nodes are added.
    """
    facts = shelf.of(project).facts_at(clock.now(project), network=_at(document, "spec", "network", "name"))
    verdict = judge(document, catalog=facts, compatibility=settings.ENDPOINT_COMPATIBILITY, only_breaches=True)
    grown = tuple(f"$.spec.resources[{index}]" for index in growing)
    found = [
        one
        for one in verdict.breaches
        if one.path.startswith(tuple(touched)) and (one.rule != "R7" or one.path.startswith(grown))
    ]
    if found:
        raise refusal(*found)


def read(shape: type[S], document: object) -> S:
    """A body as `shape`. Raises `Refused` (400) naming the path of what does not fit."""
    try:
        return read_plainly(shape, document)
    except Malformed as why:
        raise refusal(*why.breaches) from None


def refusal(first: Breach, *others: Breach) -> Refused:
    """What is wrong, one after the other, as the service would say it; the first gives the answer its code."""
    words = say(first)
    if others and first.code == Code.BAD_REQUEST:
        more = len(others) + 1 - LONGEST_LIST
        said = [words, *(say(one).removeprefix("Bad request.").strip() for one in others[: LONGEST_LIST - 1])]
        words = "; ".join(said) + (f"; and {more} more" if more > 0 else "")
    return Refused(first.status, first.code, words)


def _at(document: object, *keys: str) -> object:
    """What stands at `keys` of a document that may be anything."""
    for key in keys:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document
