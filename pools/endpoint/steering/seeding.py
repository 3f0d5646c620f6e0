"""Seeds: ready-made contents of a project, in place of what is hosted there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from functools import partial

from pools.endpoint import clock, sampling, scenario
from pools.endpoint.models import EndpointProject, HostedPool, with_changes
from pools.endpoint.steering import clearing, crowding, demonstration
from pools.endpoint.steering.patience import patiently
from pools.wire.enums import Phase


class Seed(StrEnum):
    """What a project can be filled with."""

    EMPTY = "empty"
    DEMO = "demo"
    EVERY_PHASE = "every-phase"
    LARGE = "large"


class Occupied(Exception):
    """Pools are hosted, and nobody said that they may go."""

    def __init__(self, pools: int) -> None:
        super().__init__(f"{pools} pools are hosted")
        self.pools = pools


def sow(project: EndpointProject, seed: Seed, *, pools: int = crowding.USUAL, replace: bool = False) -> int:
    """Have the project host what `seed` holds and nothing else; returns how many pools that is.

    `pools` is for `large`. Clock, pace, rules and log stay as they are. Raises `Occupied` where pools are hosted,
    unless `replace` says that they may go, and `Refused` (409) while the project will not let go of them.
    """
    hosts: dict[Seed, Callable[[EndpointProject], object]] = {
        Seed.DEMO: demonstration.host,
        Seed.EVERY_PHASE: sampling.host,
        Seed.LARGE: partial(crowding.host, number=pools),
    }

    def act() -> int:
        clearing.hold(project)
        hosted = occupants(project)
        if hosted and not replace:
            raise Occupied(hosted)
        clearing.sweep(project)
        clearing.restock(project)
        row = EndpointProject.objects.select_related("account").get(pk=project.pk)
        if seed in hosts:
            hosts[seed](row)
        return row.pools.count()

    return patiently(act)


def phases(project: EndpointProject) -> dict[str, int]:
    """How many pools are in which phase."""
    now = clock.now(project)
    rows = HostedPool.objects.filter(project=project).recorded(now).defer("document", "zones", "drivers")
    counted = Counter(scenario.phase(row.life, now) for row in with_changes(rows.iterator(chunk_size=2000)))
    return {phase.value: counted[phase] for phase in Phase if counted[phase]}


def occupants(project: EndpointProject) -> int:
    """How many pools would be lost."""
    return project.pools.recorded(clock.now(project)).count()
