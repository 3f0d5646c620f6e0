"""How a hosted thing moves with time: every answer here is a pure function of what happened, a pace, a fate and now.

Nothing is written when time passes, so ten thousand pools cost ten thousand small sums and no query.
`docs/endpoint.md` lists the fates and the timetable.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from pools.wire.enums import DriverState, JobType, NetworkPhase, Phase, PluginPhase, ScopeState, WorkOrderPhase

Document = dict[str, Any]
Zones = Sequence[Sequence[Any]]

FAILURES_KEPT = timedelta(days=3)
PAYMENT_TERM = timedelta(days=7)
FATE_PREFIX = "fate-"

# Plug-ins that a job type brings into the pool, in the order in which they come up.
PLUGINS: dict[str, tuple[str, ...]] = {
    JobType.TRAIN: ("volcano",),
    JobType.INFER: ("volcano", "infer-operator"),
    JobType.NOTEBOOK: ("notebook-operator",),
}


class Pace(StrEnum):
    """How long things take (`ENDPOINT_PACE`)."""

    DEMO = "demo"
    QUICK = "quick"
    INSTANT = "instant"
    REAL = "real"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """For a model field."""
        return [(pace.value, pace.value) for pace in cls]


class Fate(StrEnum):
    """What becomes of a hosted pool; chosen by the node prefix `fate-<value>`."""

    FINE = "fine"
    CREATION_FAILED = "creationfailed"
    STUCK = "stuck"
    PARTIAL = "partial"
    ABNORMAL = "abnormal"
    RECOVERING = "recovering"
    SCALING_FAILED = "scalingfailed"
    ERROR = "error"
    SCOPE_FAILED = "scopefailed"
    DRIVER_FAILED = "driverfailed"
    UNPAYABLE = "unpayable"
    EXPIRING = "expiring"
    UNDELETABLE = "undeletable"
    NO_GROWTH = "nogrowth"

    @classmethod
    def choices(cls) -> list[tuple[str, str]]:
        """For a model field."""
        return [(fate.value, fate.value) for fate in cls]

    @classmethod
    def chosen_by(cls, node_prefix: object) -> "Fate":
        """The fate a node prefix asks for; any other prefix, or none, is an ordinary life."""
        text = str(node_prefix or "").rstrip("-")
        if not text.startswith(FATE_PREFIX):
            return cls.FINE
        known = {fate.value: fate for fate in cls}
        return known.get(text.removeprefix(FATE_PREFIX), cls.FINE)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Seconds that a creation, a deletion, a network, booking a payment, and an expiring order's term take.

    A change is of nodes added, job types, drivers or the workspace; a removal of nodes.
    """

    creation: float
    deletion: float
    network: float
    booking: float
    short_term: float
    change: float
    removal: float


TIMETABLES = {
    Pace.DEMO: Timetable(creation=45, deletion=10, network=8, booking=3, short_term=60, change=20, removal=8),
    Pace.QUICK: Timetable(creation=15, deletion=5, network=2, booking=1, short_term=15, change=8, removal=3),
    Pace.INSTANT: Timetable(creation=0, deletion=0, network=0, booking=0, short_term=0, change=0, removal=0),
    Pace.REAL: Timetable(creation=1200, deletion=180, network=60, booking=30, short_term=600, change=600, removal=120),
}

# Milestones of a creation, as shares of its whole length.
FIRST_NODE, LAST_NODE = 0.1, 0.65
FAILURE = 0.5
PLUGINS_START, RUNNING, DRIVERS_READY, SCOPES_READY = 0.7, 0.8, 0.9, 1.0
TROUBLE, RECOVERY = 1.25, 2.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """A change of the number of nodes: when it began, and whether it fails."""

    begun_at: datetime
    fails: bool


class Life(NamedTuple):
    """What happened to a pool and when; with `now`, all that decides its phase."""

    fate: Fate
    pace: Pace
    accepted_at: datetime
    started_at: datetime | None
    pay_until: datetime | None
    withdrawn_at: datetime | None
    deleted_at: datetime | None  # may lie ahead, where nobody renews what was paid for
    attempts: tuple[Attempt, ...] = ()

    @property
    def timetable(self) -> Timetable:
        return TIMETABLES[self.pace]

    def progress(self, now: datetime) -> float:
        """The share of the creation that is over; beyond 1.0 it counts on."""
        if self.started_at is None:
            return 0.0
        whole = self.timetable.creation
        return (now - self.started_at).total_seconds() / whole if whole else math.inf

    def moment(self, share: float) -> datetime | None:
        """When `share` of the creation is, or will be, over."""
        return self.started_at and self.started_at + timedelta(seconds=share * self.timetable.creation)

    def failed_at(self, now: datetime) -> datetime | None:
        """When the creation failed, if it has by `now`: cancelled, expired, or by fate."""
        if self.withdrawn_at is not None:
            return self.withdrawn_at
        if self.started_at is None:
            return self.pay_until if self.pay_until is not None and now >= self.pay_until else None
        if self.fate is Fate.CREATION_FAILED and self.progress(now) >= FAILURE:
            return self.moment(FAILURE)
        return None

    def outcome(self, now: datetime) -> Attempt | None:
        """The latest change of the number of nodes that has ended by `now`."""
        whole = timedelta(seconds=self.timetable.change)
        return next((one for one in reversed(self.attempts) if one.begun_at + whole <= now), None)


def pay_until(fate: Fate, pace: Pace, accepted_at: datetime) -> datetime:
    """The deadline of an order: seven days, as the billing centre's."""
    return accepted_at + (timedelta(seconds=TIMETABLES[pace].short_term) if fate is Fate.EXPIRING else PAYMENT_TERM)


def phase(life: Life, now: datetime) -> Phase | None:
    """The pool's phase (Table 39) at `now`; None once it is gone and its ID answers 404."""
    if life.deleted_at is not None and now >= life.deleted_at:
        stays = life.fate is Fate.UNDELETABLE
        over = (now - life.deleted_at).total_seconds() >= life.timetable.deletion
        return None if over and not stays else Phase.DELETING
    failed_at = life.failed_at(now)
    if failed_at is not None:
        return Phase.CREATION_FAILED if now - failed_at < FAILURES_KEPT else None
    if life.started_at is None:
        return Phase.WAITING
    return _moving(life, now)


_TROUBLES = {Fate.ABNORMAL: Phase.ABNORMAL, Fate.SCALING_FAILED: Phase.SCALING_FAILED, Fate.ERROR: Phase.ERROR}


def _moving(life: Life, now: datetime) -> Phase:
    fate, progress = life.fate, life.progress(now)
    if progress < RUNNING or fate is Fate.STUCK:
        return Phase.CREATING
    outcome = life.outcome(now) if life.attempts else None
    if outcome is not None and (outcome.fails or fate is Fate.SCALING_FAILED):
        return Phase.SCALING_FAILED if outcome.fails else Phase.RUNNING
    if progress >= TROUBLE and fate in _TROUBLES:
        return _TROUBLES[fate]
    if fate is Fate.RECOVERING and TROUBLE <= progress < RECOVERY:
        return Phase.ABNORMAL
    return Phase.RUNNING


_MESSAGES = {
    Phase.WAITING: "The order is awaiting payment or approval.",
    Phase.CREATING: "The resource pool is being created.",
    Phase.RUNNING: "",
    Phase.ABNORMAL: "1 node is not ready.",
    Phase.ERROR: "The control plane of the resource pool cannot be reached.",
    Phase.SCALING_FAILED: "Expanding the capacity failed: no more nodes of this flavor can be provided.",
    Phase.DELETING: "The resource pool is being deleted.",
}


def failure(life: Life, now: datetime) -> str:
    """Why the creation failed, in the words of `failReason` and `status.message`; empty if it has not."""
    if life.failed_at(now) is None:
        return ""
    if life.withdrawn_at is not None:
        return "order canceled"
    return "order expired" if life.started_at is None else "Insufficient capacity: no node could be created."


def message(life: Life, now: datetime, said: Phase) -> str:
    """The reason for the phase, `status.message`."""
    if said is Phase.CREATION_FAILED:
        return failure(life, now)
    if said is Phase.RUNNING and life.fate is Fate.PARTIAL:
        return "1 node could not be created."
    if said is Phase.WAITING and life.fate is Fate.UNPAYABLE:
        return "The order could not be paid: the balance of the account is insufficient."
    return _MESSAGES[said]


def status(
    life: Life, now: datetime, *, ident: str, spec: Document, zones: Sequence[Zones], drivers: dict[str, str]
) -> Document | None:
    """`status` of the pool (Tables 39-47), or None once it is gone."""
    said = phase(life, now)
    if said is None:
        return None
    answer: Document = {
        "phase": said.value,
        "message": message(life, now, said),
        "resources": _resources(life, now, said, spec["resources"], zones),
    }
    progress = life.progress(now)
    if life.started_at is not None and said is not Phase.CREATION_FAILED:
        answer["scope"] = _scopes(life, said, progress, spec.get("scope") or [])
        if drivers:
            answer["driver"] = {
                kind: {"version": version, "state": _driver(life.fate, progress).value}
                for kind, version in drivers.items()
            }
    answer["parent"], answer["root"] = "", ident
    return answer


def _resources(
    life: Life, now: datetime, said: Phase, resources: Sequence[Document], zones: Sequence[Zones]
) -> Document:
    """Table 40: how many nodes of each resource are in which state."""
    if life.started_at is None or said is Phase.CREATION_FAILED:
        return {}
    wanted = [int(resource["count"]) for resource in resources]
    up = _arrived(life.fate, life.progress(min(now, life.deleted_at or now)), wanted, resources)
    if said is Phase.DELETING:
        return _counts({"deleting": _leaving(life, now, up)}, resources, zones)
    if said is Phase.CREATING:
        return _counts({"available": up, "creating": _less(wanted, up)}, resources, zones)
    if said is Phase.ERROR:
        return _counts({"abnormal": up}, resources, zones)
    if said is Phase.ABNORMAL or (said is Phase.RUNNING and life.fate is Fate.PARTIAL):
        sick = [*(0 for _ in up[1:]), 1]
        return _counts({"available": _less(up, sick), "abnormal": sick}, resources, zones)
    return _counts({"available": up}, resources, zones)


def _less(some: Sequence[int], others: Sequence[int]) -> list[int]:
    return [n - m for n, m in zip(some, others, strict=True)]


def _arrived(fate: Fate, progress: float, wanted: Sequence[int], resources: Sequence[Document]) -> list[int]:
    """Nodes that have arrived, resource by resource, in whole batches where the flavor comes in batches."""
    total = sum(wanted)
    share = min(max((progress - FIRST_NODE) / (LAST_NODE - FIRST_NODE), 0.0), 1.0)
    if fate is Fate.CREATION_FAILED:
        share = 0.0
    if fate is Fate.STUCK:
        share = min(share, 0.5)
    if share == 1.0:
        return list(wanted)
    left = math.floor(total * share + 1e-9)
    arrived = []
    for count, resource in zip(wanted, resources, strict=True):
        here = min(count, left)
        left -= here
        step = (resource.get("creatingStep") or {}).get("step") or 1
        arrived.append(here - here % step if here < count else here)
    return arrived


def left_of(life: Life, now: datetime) -> float:
    """The share of a pool being deleted that is still there."""
    whole = life.timetable.deletion
    spent = (now - life.deleted_at).total_seconds() / whole if life.deleted_at and whole else 0.0
    return 1.0 if life.fate is Fate.UNDELETABLE else 1.0 - min(max(spent, 0.0), 1.0)


def _leaving(life: Life, now: datetime, up: Sequence[int]) -> list[int]:
    share = left_of(life, now)
    return [math.ceil(count * share) for count in up]


def _counts(states: dict[str, list[int]], resources: Sequence[Document], zones: Sequence[Zones]) -> Document:
    """Tables 40-43. Nodes fill their zones in the order of the states, so what is up stands before what is to come."""
    answer: Document = {}
    taken = [0] * len(resources)
    for state, counts in states.items():
        entries = []
        for index, count in enumerate(counts):
            if count:
                entries.append(_entry(resources[index], count, zones[index], taken[index]))
                taken[index] += count
        if entries:
            answer[state] = entries
    return answer


def _entry(resource: Document, count: int, zones: Zones, skip: int) -> Document:
    entry: Document = {"flavor": resource["flavor"], "count": count, "maxCount": count}
    azs = []
    left = count
    for az, room in zones:
        passed = min(skip, room)
        skip -= passed
        here = min(left, room - passed)
        if here:
            azs.append({"az": az, "count": here})
            left -= here
    if azs:
        entry["azs"] = azs
    for key in ("creatingStep", "nodePool"):
        if resource.get(key):
            entry[key] = resource[key]
    return entry


def _scopes(life: Life, said: Phase, progress: float, scopes: Sequence[str]) -> list[Document]:
    """Tables 44 and 45: job types come up one after another, each when its plug-ins run."""
    at_rest = progress >= SCOPES_READY and said is not Phase.DELETING and life.fate not in _HINDERED
    return [*_ready(tuple(scopes))] if at_rest else _coming(life, said, progress, scopes)


_HINDERED = {Fate.STUCK, Fate.SCOPE_FAILED}


@lru_cache(maxsize=256)
def _ready(scopes: tuple[str, ...]) -> list[Document]:
    """What most pools answer most of the time."""
    return [
        {
            "scopeType": name,
            "state": ScopeState.ENABLED.value,
            "plugins": [{"name": plugin, "phase": PluginPhase.RUNNING.value} for plugin in PLUGINS.get(name, ())],
            "message": "",
        }
        for name in scopes
    ]


def _coming(life: Life, said: Phase, progress: float, scopes: Sequence[str]) -> list[Document]:
    answer = []
    for index, name in enumerate(scopes):
        due = RUNNING + 0.05 + (SCOPES_READY - RUNNING - 0.05) * (index + 1) / len(scopes)
        fails = life.fate is Fate.SCOPE_FAILED and index == len(scopes) - 1
        plugins = _plugins(name, progress if life.fate is not Fate.STUCK else 0.0, due, fails=fails)
        state = ScopeState.ENABLING
        if said is Phase.DELETING:
            state = ScopeState.DISABLING
        elif progress >= due and life.fate is not Fate.STUCK:
            state = ScopeState.ENABLE_FAILED if fails else ScopeState.ENABLED
        failed = state is ScopeState.ENABLE_FAILED
        words = f"The plug-in {plugins[-1]['name']} did not become ready." if failed and plugins else ""
        answer.append({"scopeType": name, "state": state.value, "plugins": plugins, "message": words})
    return answer


def _plugins(scope: str, progress: float, due: float, *, fails: bool) -> list[Document]:
    names = PLUGINS.get(scope, ())
    plugins = []
    for index, name in enumerate(names):
        ready = PLUGINS_START + (due - PLUGINS_START) * (index + 1) / len(names)
        state = PluginPhase.RUNNING if progress >= ready else PluginPhase.PENDING
        if fails and index == len(names) - 1 and progress >= ready:
            state = PluginPhase.ABNORMAL
        plugins.append({"name": name, "phase": state.value})
    return plugins


def driver_state(life: Life, now: datetime) -> DriverState:
    """How the drivers fare that the pool was made with."""
    return _driver(life.fate, life.progress(now))


def _driver(fate: Fate, progress: float) -> DriverState:
    if progress < DRIVERS_READY or fate is Fate.STUCK:
        return DriverState.CREATING
    return DriverState.ABNORMAL if fate is Fate.DRIVER_FAILED else DriverState.RUNNING


@dataclass(frozen=True, slots=True)
class Work:
    """How far a work order is: phase, begin, end, and why it failed."""

    phase: WorkOrderPhase
    begun_at: datetime | None
    ended_at: datetime | None
    fail_reason: str = ""


def creation_work(life: Life, now: datetime) -> Work:
    """The work order that creates the pool."""
    if life.deleted_at is not None and life.deleted_at < now:
        unfinished = creation_work(life, life.deleted_at)
        if unfinished.ended_at is None:
            return Work(WorkOrderPhase.FAILED, unfinished.begun_at, life.deleted_at, "pool deleted")
        return unfinished
    failed_at = life.failed_at(now)
    if failed_at is not None:
        return Work(WorkOrderPhase.FAILED, life.started_at, failed_at, failure(life, now))
    if life.started_at is None:
        return Work(WorkOrderPhase.PENDING, None, None)
    if life.fate is Fate.STUCK or life.progress(now) < RUNNING:
        return Work(WorkOrderPhase.RUNNING, life.started_at, None)
    done = WorkOrderPhase.PARTIAL_SUCCESSED if life.fate is Fate.PARTIAL else WorkOrderPhase.SUCCESSED
    return Work(done, life.started_at, life.moment(RUNNING))


@dataclass(frozen=True, slots=True)
class Bid:
    """A change of a pool that may have to be paid first: when it began, or until when and whether it can.

    It `fails` where none of the nodes come that it adds, and `lacks` some where some do.
    """

    begun_at: datetime | None
    pay_until: datetime | None = None
    withdrawn_at: datetime | None = None
    fails: bool = False
    lacks: bool = False

    def waits(self, now: datetime) -> bool:
        """Whether it may still be paid for."""
        return self.begun_at is None and self.given_up(now) is None and self.pay_until is not None

    def given_up(self, now: datetime) -> Work | None:
        """How it ended without being paid, if it has by `now`."""
        if self.begun_at is not None or self.pay_until is None:
            return None
        if self.withdrawn_at is not None and self.withdrawn_at < self.pay_until:
            return Work(WorkOrderPhase.FAILED, None, self.withdrawn_at, "order canceled")
        return Work(WorkOrderPhase.FAILED, None, self.pay_until, "order expired") if now >= self.pay_until else None


def change_work(life: Life, now: datetime, bid: Bid, *, lasts: float | None = None) -> Work:
    """The work order of a change. It lasts as changes do, or so many seconds."""
    begun_at, whole = bid.begun_at, timedelta(seconds=life.timetable.change if lasts is None else lasts)
    ends = begun_at and begun_at + whole
    over = bid.given_up(now)
    latest = ends or (over.ended_at if over else None)
    ended = life.deleted_at is not None and now >= life.deleted_at
    if ended and life.deleted_at is not None and (latest is None or life.deleted_at < latest):
        return Work(WorkOrderPhase.FAILED, begun_at, life.deleted_at, "pool deleted")
    if over is not None:
        return over
    if begun_at is None or ends is None:
        return Work(WorkOrderPhase.PENDING, None, None)
    if now < ends:
        return Work(WorkOrderPhase.RUNNING, begun_at, None)
    if bid.fails:
        return Work(WorkOrderPhase.FAILED, begun_at, ends, "Insufficient capacity: no node could be added.")
    done = WorkOrderPhase.PARTIAL_SUCCESSED if bid.lacks else WorkOrderPhase.SUCCESSED
    return Work(done, begun_at, ends)


def deletion_work(life: Life, now: datetime) -> Work:
    """The work order that deletes the pool."""
    begun_at = life.deleted_at or now
    if phase(life, now) is None:
        return Work(WorkOrderPhase.SUCCESSED, begun_at, begun_at + timedelta(seconds=life.timetable.deletion))
    return Work(WorkOrderPhase.RUNNING, begun_at, None)


def nodes_up(life: Life, now: datetime, resources: Sequence[Document]) -> list[int]:
    """Nodes of each resource that have been created by `now`."""
    if life.started_at is None:
        return [0] * len(resources)
    seen = min(now, life.deleted_at or now)
    up = _arrived(life.fate, life.progress(seen), [int(one["count"]) for one in resources], resources)
    if life.fate is Fate.PARTIAL and up[-1] and life.progress(seen) >= RUNNING:
        up[-1] -= 1
    return up


def network_phase(
    pace: Pace, fate: Fate, accepted_at: datetime, now: datetime
) -> Literal[NetworkPhase.CREATING, NetworkPhase.ACTIVE, NetworkPhase.ABNORMAL]:
    """A network's phase once its creation was answered."""
    if fate is Fate.STUCK or (now - accepted_at).total_seconds() < TIMETABLES[pace].network:
        return NetworkPhase.CREATING
    return NetworkPhase.ABNORMAL if fate is Fate.ABNORMAL else NetworkPhase.ACTIVE
