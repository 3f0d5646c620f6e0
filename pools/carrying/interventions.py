"""Interventions: what was done to single nodes the list of nodes tells; that they were restarted, jobs alone.

A restart in doubt is never sent again: whatever runs on the nodes would be interrupted a second time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from pools import gleaning, tracking
from pools.carrying.alterations import insist_on_rights
from pools.carrying.kinds import Standing, Unready, reads, standing, tell, what_thwarted
from pools.deeds import Deed
from pools.models import Detail, Intervention, Pool, Trouble
from pools.rules import require
from pools.states import ErrandState
from pools.upstream import Client, InDoubt, NotFound, NotSent, Refused
from pools.upstream.client import PAGE
from pools.wire.nodes import Job, NodesOutcome
from pools.wire.options import NodeJobType
from pools.wire.resizing import MOST_NODES
from pools.wire.words import words

MOST_READS = 6


@insist_on_rights.register
def _(intervention: Intervention, pool: Pool) -> None:
    require("pools.intervene_in_pool", pool, of=intervention.by)


@reads.register
def _(intervention: Intervention) -> int:
    """The jobs, and every page of the nodes; there may be more of them than were counted."""
    return min(3 + intervention.pool.nodes_wanted // PAGE, MOST_READS)


@standing.register
def _(intervention: Intervention, client: Client) -> Standing:
    """By the nodes, as the cloud lists them now; for a restart in doubt by the jobs on them."""
    in_doubt = intervention.state == ErrandState.IN_DOUBT
    # Without the jobs of before nothing was sent: they are noted first.
    if in_doubt and intervention.deed == Deed.RESTART and intervention.jobs_before is not None:
        return _standing_of_restart(intervention, client)
    pool, asked_at = intervention.pool, timezone.now()
    try:
        heard = client.list_nodes(pool.pool_id, most=MOST_NODES)
    except NotFound:
        return Standing.THWARTED
    # What was heard is what pages show, too.
    listed = gleaning.nodes(heard.typed)
    tracking.keep(pool, Detail.Kind.NODES, lambda _: listed, at=asked_at)
    if intervention.is_fulfilled_by(heard.document):
        return Standing.DONE
    if not intervention.is_still_before(heard.document):
        return Standing.THWARTED
    if in_doubt:
        _insist_that_nothing_is_on_its_way(intervention, client, at=asked_at)
    return Standing.UNDONE


def _standing_of_restart(intervention: Intervention, client: Client) -> Standing:
    """Begun, if there is a job on these nodes that was not there before it was sent; else nobody can tell."""
    asked_at = timezone.now()
    begun = [job.ident for job in _jobs_on(intervention, client) if job.ident not in intervention.jobs_before]
    if begun:
        intervention.note(lease_until=intervention.lease_until, job=begun[0])
        return Standing.DONE
    _insist_that_nothing_is_on_its_way(intervention, client, at=asked_at)
    return Standing.THWARTED


def _insist_that_nothing_is_on_its_way(intervention: Intervention, client: Client, *, at: datetime) -> None:
    """Raise `Unready` while what was sent could come after whatever is found, or sent, next."""
    sent = intervention.last_sent_at
    if sent and at <= sent + 2 * timedelta(seconds=client.connection.read_timeout):
        raise Unready


@what_thwarted.register
def _(intervention: Intervention) -> Trouble:
    in_doubt = intervention.state == ErrandState.IN_DOUBT and intervention.jobs_before is not None
    return Trouble.NOT_TOLD if in_doubt else Trouble.OTHER_NODES


@tell.register
def _(intervention: Intervention, client: Client) -> None:
    pool_id, body = intervention.pool.pool_id, intervention.body
    match Deed(intervention.deed):
        case Deed.LOCK:
            _insist_on_all(intervention, client.lock_nodes(pool_id, body).typed)
        case Deed.UNLOCK:
            _insist_on_all(intervention, client.unlock_nodes(pool_id, body).typed)
        case Deed.DELETE:
            client.delete_nodes(pool_id, body)
        case Deed.RESTART:
            _restart(intervention, client)
    tracking.have_read([intervention.pool], at=timezone.now())


def _insist_on_all(intervention: Intervention, outcome: NodesOutcome) -> None:
    """Raise `InDoubt` where the answer does not tell of every node that it was done."""
    if not outcome.done.issuperset(node.name for node in intervention.nodes):
        raise InDoubt(words("The cloud did not say of all nodes that it was done."))


def _restart(intervention: Intervention, client: Client) -> None:
    """The jobs there are already are noted first: by them one that is begun now is told from one of before."""
    before = [job.ident for job in _jobs_on(intervention, client)]
    # How long it may be on its way counts from here.
    sent = timezone.now()
    if not intervention.note(lease_until=intervention.lease_until, jobs_before=before, last_sent_at=sent):
        raise NotSent(words("Another worker has it."))
    heard = client.reboot_nodes(intervention.pool.pool_id, intervention.body)
    intervention.note(lease_until=intervention.lease_until, job=gleaning.text(heard.typed.job_id))


def _jobs_on(intervention: Intervention, client: Client) -> list[Job]:
    """The restarts of any of its nodes that the cloud tells of; none where it tells of no jobs at all."""
    names = {node.name for node in intervention.nodes}
    try:
        heard = client.list_node_jobs(intervention.pool.pool_id, NodeJobType.REBOOT)
    except (NotFound, Refused):
        return []
    return [job for job in heard.typed.items or [] if job.about & names]
