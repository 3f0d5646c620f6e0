"""What happened to a pool, as events: every change of its phase and of its nodes' numbers, computed from its life."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pools.endpoint import scenario
from pools.endpoint.roster import Node
from pools.endpoint.scenario import FAILURE, RECOVERY, RUNNING, TROUBLE, Fate, Life
from pools.wire.enums import Phase

WORRYING = frozenset({Phase.ABNORMAL, Phase.ERROR, Phase.CREATION_FAILED, Phase.SCALING_FAILED})
EMPTY = frozenset({None, Phase.WAITING, Phase.CREATION_FAILED})
# Shares are rounded to microseconds; a moment's phase is that of just after it.
JUST_AFTER = timedelta(milliseconds=1)
STATES = ("available", "abnormal", "creating", "deleting")


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened."""

    at: datetime
    reason: str
    message: str
    is_warning: bool = False


def chronicle(life: Life, nodes: Sequence[Node], *, now: datetime) -> list[Event]:
    """The events until `now`, oldest first."""
    steps = _steps(nodes, life)
    counts = dict.fromkeys(("creating", "available", "deleting"), 0)
    events: list[Event] = []
    was: Phase | None = None
    told = dict.fromkeys(STATES, 0)
    for at in sorted({*moments(life), *steps}):
        if at > now:
            break
        for state, more in steps.get(at, ()):
            counts[state] += more
        said = scenario.phase(_as_known(life, at), at + JUST_AFTER)
        if said is not was:
            events.append(_phase_event(life, at, was, said))
        shown = _shown(counts, life, said)
        if shown != told:
            events.append(_resource_event(at, told, shown))
        was, told = said, shown
    return events


def _as_known(life: Life, at: datetime) -> Life:
    """The life without what had not happened yet."""
    return life._replace(
        started_at=life.started_at if life.started_at and life.started_at <= at else None,
        withdrawn_at=life.withdrawn_at if life.withdrawn_at and life.withdrawn_at <= at else None,
        deleted_at=life.deleted_at if life.deleted_at and life.deleted_at <= at else None,
    )


def moments(life: Life) -> Iterator[datetime]:
    """When the phase may change."""
    shares = (life.moment(share) for share in (FAILURE, RUNNING, TROUBLE, RECOVERY))
    known = (life.accepted_at, life.started_at, life.withdrawn_at, life.deleted_at, *shares)
    yield from (at for at in known if at is not None)
    if life.started_at is None and life.pay_until is not None:
        yield life.pay_until
    if life.deleted_at is not None:
        yield life.deleted_at + timedelta(seconds=life.timetable.deletion)
    yield from (one.begun_at + timedelta(seconds=life.timetable.change) for one in life.attempts)


def _steps(nodes: Sequence[Node], life: Life) -> dict[datetime, list[tuple[str, int]]]:
    """By moment: how many nodes more, or fewer, there are by themselves in which state."""
    steps: dict[datetime, list[tuple[str, int]]] = {}

    def note(at: datetime, state: str, more: int) -> None:
        if life.deleted_at is None or at <= life.deleted_at:
            steps.setdefault(at, []).append((state, more))

    for node in nodes:
        note(node.begun_at, "creating", 1)
        end = node.leaves_at or node.gone_at
        comes = node.due_at is not None and (end is None or node.due_at <= end)
        if node.due_at is not None and comes:
            note(node.due_at, "creating", -1)
            note(node.due_at, "available", 1)
        if end is not None:
            note(end, "available" if comes else "creating", -1)
        if comes and node.leaves_at is not None and node.gone_at is not None:
            note(node.leaves_at, "deleting", 1)
            note(node.gone_at, "deleting", -1)
    return steps


def _shown(counts: dict[str, int], life: Life, said: Phase | None) -> dict[str, int]:
    if said in EMPTY:
        return dict.fromkeys(STATES, 0)
    if said is Phase.DELETING:
        return {**dict.fromkeys(STATES, 0), "deleting": counts["available"] + counts["deleting"]}
    one = said is Phase.ABNORMAL or (said is Phase.RUNNING and life.fate is Fate.PARTIAL)
    sick = counts["available"] if said is Phase.ERROR else min(1, counts["available"]) if one else 0
    return {
        "available": counts["available"] - sick,
        "abnormal": sick,
        "creating": counts["creating"],
        "deleting": counts["deleting"],
    }


def _phase_event(life: Life, at: datetime, was: Phase | None, said: Phase | None) -> Event:
    details = scenario.message(_as_known(life, at), at + JUST_AFTER, said) if said else ""
    names = [phase.value if phase else "None" for phase in (was, said)]
    text = f"Pool status changed, from {names[0]} to {names[1]}"
    return Event(at, "PoolStatusChange", f"{text}, details: {details}" if details else f"{text}.", said in WORRYING)


def _resource_event(at: datetime, was: dict[str, int], became: dict[str, int]) -> Event:
    before, after = (", ".join(f"{state}: {some[state]}" for state in STATES) for some in (was, became))
    epoch = int(at.timestamp() * 1000)
    text = f"Pool resources status changed, from ({before}) to ({after}), epoch: {epoch}."
    return Event(at, "PoolResourcesStatusChange", text, became["abnormal"] > was["abnormal"])
