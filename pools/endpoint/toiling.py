"""The jobs that run in a hosted pool: made up, plausible, and the same whenever they are asked for.

There are none before the pool runs and its job types are enabled. Each node is busy with one kind of job after another,
the first node with every kind, so that a pool that runs always has some of each. Pure, as `pools.endpoint.scenario` is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from pools.endpoint.roster import Node
from pools.wire.enums import JobType, Phase
from pools.wire.options import NodePhase, WorkloadStatus, WorkloadType

KINDS = {
    JobType.TRAIN: WorkloadType.TRAIN,
    JobType.INFER: WorkloadType.INFER,
    JobType.NOTEBOOK: WorkloadType.NOTEBOOK,
}
# How long a job has its node, and how early the next one asks for it. A service stays.
LASTS = {WorkloadType.TRAIN: timedelta(minutes=30), WorkloadType.NOTEBOOK: timedelta(hours=4)}
QUEUES = {WorkloadType.TRAIN: timedelta(minutes=5)}
FOR_EVER = timedelta(days=36_500)
PENDING, CREATING, BREAK = timedelta(seconds=5), timedelta(seconds=10), timedelta(minutes=2)
# What ended is told for so long.
TOLD_FOR = timedelta(hours=2)
# What jobs take of a node together.
MOST_OF_A_NODE = 0.9
ENDED = frozenset({WorkloadStatus.COMPLETED, WorkloadStatus.TERMINATED, WorkloadStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Job:
    """One job. `share` is what it takes of its node, `begun_at` when it had it; neither counts while it queues."""

    kind: WorkloadType
    node: Node
    number: int
    status: WorkloadStatus
    created_at: datetime
    begun_at: datetime
    ended_at: datetime
    share: float
    has_cards: bool

    @property
    def key(self) -> str:
        """What tells it from all others of the pool."""
        return f"{self.kind}/{self.node.name}/{self.number}"

    @property
    def is_placed(self) -> bool:
        """Whether it takes something of its node."""
        return self.status not in ENDED | {WorkloadStatus.QUEUE}


def jobs(
    found: Sequence[tuple[Node, NodePhase]],
    scopes: Mapping[str, datetime],
    now: datetime,
    *,
    phase: Phase | None,
    resting: Set[str] = frozenset(),
) -> list[Job]:
    """The jobs of a pool at `now`, newest first.

    `found` are its nodes, `scopes` the job types that work and since when, `resting` the names of nodes that take none.
    """
    kinds = {KINDS[JobType(name)]: since for name, since in scopes.items() if name in KINDS}
    told: list[Job] = []
    for index, (node, state) in enumerate(found):
        if not kinds or node.due_at is None or node.due_at > now or node.name in resting:
            continue
        hosted = [*kinds] if index == 0 else [[*kinds][_dice(node.name) % len(kinds)]]
        for place, kind in enumerate(hosted):
            share, has_cards = MOST_OF_A_NODE / len(hosted), place == 0
            chain = _chain(kind, node, max(node.due_at, kinds[kind]), now, share=share, has_cards=has_cards)
            told += [_troubled(job, state, phase, now) for job in chain]
    return sorted(told, key=lambda job: (job.created_at, job.key), reverse=True)


def _chain(
    kind: WorkloadType, node: Node, since: datetime, now: datetime, *, share: float, has_cards: bool
) -> Iterator[Job]:
    """The jobs of one kind on one node that are told at `now`: the present one, the next, and those that just ended."""
    whole, early = LASTS.get(kind, FOR_EVER), QUEUES.get(kind, timedelta())
    latest = int((now + early - since) / whole)
    for number in range(max(latest - int(TOLD_FOR / whole) - 1, 0), latest + 1):
        starts = since + number * whole
        created = starts - early if number else starts
        ends = starts + whole - BREAK - timedelta(seconds=_dice(f"{node.name}/{kind}/{number}") % 180)
        if created <= now and ends + TOLD_FOR > now:
            status = _status(f"{node.name}/{kind}/{number}", starts, ends, now)
            begun = starts + PENDING + CREATING
            yield Job(kind, node, number, status, created, begun, ends, share, has_cards)


def _status(key: str, starts: datetime, ends: datetime, now: datetime) -> WorkloadStatus:
    if now >= ends:
        luck = _dice(f"end of {key}") % 20
        failed = WorkloadStatus.FAILED if luck == 0 else WorkloadStatus.TERMINATED
        return failed if luck < 2 else WorkloadStatus.COMPLETED  # noqa: PLR2004 - one in twenty each
    if now < starts:
        return WorkloadStatus.QUEUE
    if now < starts + PENDING:
        return WorkloadStatus.PENDING
    return WorkloadStatus.CREATING if now < starts + PENDING + CREATING else WorkloadStatus.RUNNING


def _troubled(job: Job, state: NodePhase, phase: Phase | None, now: datetime) -> Job:
    """The job as its node and its pool let it be."""
    if job.status in ENDED or now >= job.ended_at:
        return job
    status = job.status
    if state is NodePhase.DELETING or phase is Phase.DELETING:
        status = WorkloadStatus.TERMINATING
    elif state is NodePhase.ABNORMAL and job.is_placed:
        status = WorkloadStatus.ABNORMAL
    return Job(
        job.kind, job.node, job.number, status, job.created_at, job.begun_at, job.ended_at, job.share, job.has_cards
    )


def _dice(text: str) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:4], "big")
