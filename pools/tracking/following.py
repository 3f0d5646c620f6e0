"""Hearing what became of restarts that the cloud took: each is a job there, and ends some time later."""

from __future__ import annotations

from pools import gleaning
from pools.models import Intervention, Pool
from pools.upstream import Client, Stopping, UpstreamError
from pools.wire.options import NodeJobType


def follow(pool: Pool, client: Client) -> bool:
    """Note how far the jobs of `pool` are that are not over. Returns whether one still is at work, or was not told of.

    A cloud that tells of no jobs is asked again as long as they are followed. Raises `Stopping`.
    """
    at_work = list(Intervention.objects.at_work().filter(pool=pool))
    if not at_work:
        return False
    try:
        listed = client.list_node_jobs(pool.pool_id, NodeJobType.REBOOT).typed.items or []
    except Stopping:
        raise
    except UpstreamError:
        return True
    told = {job.ident: job for job in listed}
    for row in at_work:
        if job := told.get(row.job):
            phase, message = gleaning.text(job.phase, 16), gleaning.text(job.message, gleaning.LONG)
            if row.job_phase != phase:
                row.note(job_phase=phase, job_message=message)
    return any(not row.job_is_over for row in at_work)
