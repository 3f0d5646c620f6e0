"""Reading what is told of a pool besides itself: its nodes, events, work orders, and while it runs its jobs and
measurements.

They are read when a pool begins or ends something, while nodes of it are being restarted, while somebody has its page
before them, and when a person asks; never for a pool that nobody looks at and that nothing happens to. Whoever only
watches is patient (`pools.upstream`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pools import gleaning
from pools.gleaning import Dated, EventFact, JobFact, OrderFact, SeriesFact
from pools.models import Attention, Detail, Pool
from pools.tracking.failing import is_away, jittered, note_refusal, pause_after
from pools.tracking.following import follow
from pools.tracking.weighing import weigh
from pools.tracking.writing import in_batches
from pools.upstream import Client, NotFound, Stopping, Unauthorised, UpstreamError
from pools.wire.digest import digest

# How long somebody counts as looking who had the page before them, and how often it is read for them meanwhile.
LOOKED_AT_FOR = timedelta(minutes=2)
WHILE_LOOKED_AT = timedelta(seconds=30)
WHILE_LOOKED_AT_EMBEDDED = timedelta(seconds=3)
# So often a reading is tried again that nobody looks at; the next change of the pool brings another.
MOST_FAILURES = 5
# The cloud keeps orders so long. Its events it keeps shorter, and tells the newest anyway.
ORDERS_KEPT = timedelta(days=31)
BEFORE_IT_BEGAN = timedelta(minutes=1)
MINUTES, PERIOD = 180, 300

Kind = Detail.Kind
Document = dict[str, Any]
Glean = Callable[[object], Document]


def detail(attention: Attention) -> list[Detail.Kind]:
    """Read the details of one pool if they are due and nobody else is reading them. Returns what could not be read.

    Takes the lease, speaks with no transaction open, and drops what is older than what is on record.
    """
    pool = attention.pool
    connection = pool.project.connection()
    until = timezone.now() + timedelta(seconds=10 * connection.read_timeout)
    if not Attention.objects.due().filter(pk=attention.pk).order_by().update(lease_until=until):
        return []
    attention.lease_until = until
    at = timezone.now()
    client = Client(connection, patient=not is_looked_at(attention, at=at))
    failed, trouble = read_details(pool, client)
    at_work = trouble is None and follow(pool, client)
    _read_next(attention, trouble, at=at, at_work=at_work)
    return failed


def is_looked_at(attention: Attention, *, at: datetime) -> bool:
    return attention.looked_at is not None and at - attention.looked_at < LOOKED_AT_FOR


def read_details(pool: Pool, client: Client) -> tuple[list[Detail.Kind], UpstreamError | None]:
    """Read every part and keep it. Returns those that could not be read, and the last trouble.

    Where the cloud as a whole is out of reach the rest is not tried. With them it is held against what was ordered.
    Raises `Stopping`.
    """
    weigh(pool)
    failed: list[Detail.Kind] = []
    trouble: UpstreamError | None = None
    for kind, read in _readers(pool, client).items():
        at = timezone.now()
        try:
            if trouble and is_away(trouble):
                raise trouble
            keep(pool, kind, read(), at=at)
        except Stopping:
            raise
        except NotFound:
            continue  # it has none of these, or is gone itself: that is for those to find out who look at it
        except UpstreamError as error:
            trouble = error
            failed.append(kind)
            _keep_failure(pool, kind, error, at=at)
    if isinstance(trouble, Unauthorised):
        note_refusal(pool.project, at=timezone.now())
    return failed, trouble


def _readers(pool: Pool, client: Client) -> dict[Detail.Kind, Callable[[], Glean]]:
    readers: dict[Detail.Kind, Callable[[], Glean]] = {
        Kind.NODES: lambda: _nodes(pool, client),
        Kind.EVENTS: lambda: _events(pool, client),
        Kind.ORDERS: lambda: _orders(pool, client),
    }
    if pool.phase in gleaning.MEASURED:
        readers[Kind.JOBS] = lambda: _jobs(pool, client)
        readers[Kind.METRICS] = lambda: _metrics(pool, client)
    return readers


def _nodes(pool: Pool, client: Client) -> Glean:
    document = gleaning.nodes(client.list_nodes(pool.pool_id, most=gleaning.MOST_NODES).typed)
    return lambda _: document


def _events(pool: Pool, client: Client) -> Glean:
    heard = client.list_events(pool.pool_id).typed
    told = _of_this_life(pool, map(EventFact.of, heard.items or []))
    more = (heard.total or 0) > len(told)
    return lambda known: _with_what_was(EventFact.read(known), told, more=more or gleaning.has_more(known))


def _orders(pool: Pool, client: Client) -> Glean:
    since = timezone.now() - ORDERS_KEPT
    heard = client.list_orders(since=since, involved=pool.pool_id, most=gleaning.MOST_ORDERS).typed
    told = _of_this_life(pool, map(OrderFact.of, heard.items or []))
    return lambda known: _with_what_was(OrderFact.read(known), told, more=gleaning.has_more(known))


def _of_this_life(pool: Pool, facts: Iterable[Dated]) -> list[Dated]:
    """Without what is told of an earlier pool under the same ID, that was deleted before this one was ordered."""
    began = (pool.created_abroad - BEFORE_IT_BEGAN).astimezone(UTC).isoformat()
    return [fact for fact in facts if not fact.age or fact.age >= began]


def _jobs(pool: Pool, client: Client) -> Glean:
    """What runs there or waits to; what is over is left out, for nothing of it can be ended."""
    heard = client.list_workloads(pool.pool_id).typed
    told = heard.items or []
    document = gleaning.kept(
        [fact for fact in map(JobFact.of, told) if not fact.is_over], more=(heard.total or 0) > len(told)
    )
    return lambda _: document


def _metrics(pool: Pool, client: Client) -> Glean:
    heard = client.show_monitor(pool.pool_id, minutes=MINUTES, period=PERIOD).typed
    document = gleaning.kept(map(SeriesFact.of, heard.metrics or []))
    return lambda _: document


def _with_what_was(known: Sequence[Any], told: Sequence[Any], *, more: bool) -> Document:
    return gleaning.kept(gleaning.merged(known, told), more=more)


def keep(pool: Pool, kind: Detail.Kind, glean: Glean, *, at: datetime) -> bool:
    """Keep what `glean` makes of the document on record; returns whether that is news.

    What was asked for at `at` never takes the place of what was asked for later.
    """
    try:
        return _keep(pool, kind, glean, at=at)
    except IntegrityError:
        return _keep(pool, kind, glean, at=at)  # another worker made the row this moment


@transaction.atomic
def _keep(pool: Pool, kind: Detail.Kind, glean: Glean, *, at: datetime) -> bool:
    row = Detail.objects.select_for_update().filter(pool=pool, kind=kind).first() or Detail(pool=pool, kind=kind)
    if row.asked_at is not None and row.asked_at >= at:
        return False
    document = glean(row.document)
    fingerprint = digest(document)
    is_news = fingerprint != row.fingerprint
    row.document, row.fingerprint, row.asked_at = document, fingerprint, at
    row.failed_at, row.failure_message = None, ""
    row.save(update_fields=None if is_news else ["asked_at", "failed_at", "failure_message"])
    if is_news:
        Pool.objects.filter(pk=pool.pk).update(changed_at=timezone.now())
    return is_news


def _keep_failure(pool: Pool, kind: Detail.Kind, error: UpstreamError, *, at: datetime) -> None:
    told = {"failed_at": at, "failure_message": str(error)}
    Detail.objects.update_or_create(pool=pool, kind=kind, defaults=told, create_defaults=told)


def _read_next(attention: Attention, trouble: UpstreamError | None, *, at: datetime, at_work: bool) -> None:
    """When it is read next, unless somebody wanted it again while we were reading."""
    failures = attention.failures + 1 if trouble else 0
    looked_at, project = is_looked_at(attention, at=at), attention.pool.project
    due_at: datetime | None = None
    if trouble and (looked_at or failures <= MOST_FAILURES):
        due_at = timezone.now() + pause_after(trouble, failures=failures, embedded=project.embedded)
    elif (looked_at or at_work) and not trouble:
        due_at = at + (WHILE_LOOKED_AT_EMBEDDED if project.embedded else jittered(WHILE_LOOKED_AT))
    mine = Attention.objects.filter(pk=attention.pk, lease_until=attention.lease_until)
    mine.filter(due_at=attention.due_at).update(due_at=due_at)
    mine.update(lease_until=None, failures=failures)


def have_read(pools: Iterable[Pool], *, at: datetime) -> None:
    """Have the details of these pools read, which begin or end something."""
    for batch in in_batches([Attention(pool=pool, due_at=at) for pool in pools]):
        Attention.objects.bulk_create(batch, update_conflicts=True, update_fields=["due_at"], unique_fields=["pool"])
