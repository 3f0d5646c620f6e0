"""The gist of a pool: what lists of pools are narrowed by and what is added up, read off its whole document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from pools.wire.pool import Pool
from pools.wire.shared import PoolResource

TraitKind = Literal["flavor", "zone", "job"]
# What no honest document comes near, and a list can still be searched with.
MOST_TRAITS: Final = 64
LONGEST_TRAIT: Final = 128
MOST_NODES: Final = 1_000_000
# In bytes: a census stands in an index, and no index takes a text of any length.
LONGEST_CENSUS: Final = 1500


@dataclass(frozen=True, kw_only=True)
class Gist:
    """`traits` is a text with a line for each flavor, zone and job type, as `trait` writes it; the rest are numbers of
    nodes: how many the spec wants, and how many were told to stand in each state. `census` says the same flavor by
    flavor: a line for each, as `read_census` reads it.
    """

    traits: str
    nodes_wanted: int
    nodes_available: int
    nodes_creating: int
    nodes_abnormal: int
    nodes_deleting: int
    census: str

    @classmethod
    def of(cls, pool: Pool) -> Gist:
        """Tables 26, 27, 40 and 41. Where nothing was said, the numbers are 0."""
        states = pool.status.resources if pool.status else None
        return cls(
            traits=_traits(pool),
            nodes_wanted=_bounded(resource.count for resource in _resources(pool)),
            nodes_available=_bounded(entry.count for entry in (states.available if states else None) or []),
            nodes_creating=_bounded(entry.count for entry in (states.creating if states else None) or []),
            nodes_abnormal=_bounded(entry.count for entry in (states.abnormal if states else None) or []),
            nodes_deleting=_bounded(entry.count for entry in (states.deleting if states else None) or []),
            census=_census(pool),
        )


def trait(kind: TraitKind, value: str) -> str:
    """One trait as it stands in `Gist.traits`, with the ends of its line: so no other contains it."""
    return f"\n{kind}={' '.join(value.split())[:LONGEST_TRAIT]}\n"


def read_census(census: str) -> dict[str, tuple[int, ...]]:
    """Numbers of nodes by flavor: wanted, available, being created, abnormal, being deleted."""
    lines = (line.rsplit(" ", 5) for line in census.splitlines())
    return {flavor: tuple(map(int, numbers)) for flavor, *numbers in lines}


def _census(pool: Pool) -> str:
    states = pool.status.resources if pool.status else None
    told = [getattr(states, state, None) or [] for state in ("available", "creating", "abnormal", "deleting")]
    counts: dict[str, list[int]] = {}
    for place, entries in enumerate([_resources(pool), *told]):
        for entry in entries:
            if flavor := " ".join((entry.flavor or "").split())[:LONGEST_TRAIT]:
                counts.setdefault(flavor, [0] * 5)[place] += entry.count or 0
    census = ""
    for flavor, numbers in counts.items():
        line = f"{flavor} {' '.join(str(min(max(number, 0), MOST_NODES)) for number in numbers)}\n"
        if len((census + line).encode()) > LONGEST_CENSUS:
            break
        census += line
    return census


def _traits(pool: Pool) -> str:
    resources = _resources(pool)
    flavors = [trait("flavor", resource.flavor) for resource in resources if resource.flavor]
    zones = [trait("zone", place.az) for resource in resources for place in resource.azs or [] if place.az]
    jobs = [trait("job", str(job)) for job in (pool.spec.scope if pool.spec else None) or [] if job]
    return "".join([*dict.fromkeys([*jobs, *zones, *flavors])][:MOST_TRAITS])


def _resources(pool: Pool) -> list[PoolResource]:
    heard = (pool.spec.resources if pool.spec else None) or []
    return [resource for resource in heard if isinstance(resource, PoolResource)]


def _bounded(counts: Iterable[int | None]) -> int:
    return min(max(sum(count or 0 for count in counts), 0), MOST_NODES)
