"""Trying what a project's credentials open, part by part, with calls that only read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from pools.models import Probe
from pools.sealing import Unreadable
from pools.upstream import Client, NotFound, NotSent, Refused, Stopping, Throttled, Unauthorised, UpstreamError

LEASE = timedelta(minutes=6)
# Nothing is called so; an empty list is as good an answer as a long one.
NOBODY = "poolhouse-connection-test"

Part, Outcome = Probe.Part, Probe.Outcome


def probe(row: Probe) -> bool:
    """Try every part and record what was found. Returns whether it was ours to do: nobody else had taken it."""
    until = timezone.now() + LEASE
    if not Probe.objects.due().filter(pk=row.pk).order_by().update(lease_until=until):
        return False
    row.lease_until = until
    try:
        findings = _try_all(Client(row.project.connection()))
    except Unreadable as sealed:
        findings = [_finding(part, Outcome.REFUSED, message=str(sealed)) for part in Part]
    Probe.objects.filter(pk=row.pk).update(
        state=Probe.State.DONE, findings=findings, answered_at=timezone.now(), lease_until=None
    )
    return True


def _try_all(client: Client) -> list[dict[str, Any]]:
    hour_ago = timezone.now() - timedelta(hours=1)
    tries: dict[Probe.Part, Callable[[], int | None]] = {
        Part.POOLS: lambda: len(client.list_pools().document["items"]),
        Part.FLAVORS: lambda: len(client.list_flavors().document["items"]),
        Part.NETWORKS: lambda: len(client.list_networks().document["items"]),
        Part.WORK_ORDERS: lambda: _none(client.list_orders(since=hour_ago, involved=NOBODY)),
        Part.BILLING: lambda: _none(client.list_billing_orders()),
    }
    findings: list[dict[str, Any]] = []
    for part, attempt in tries.items():
        if part == Part.BILLING and not client.connection.bss_url:
            findings.append(_finding(part, Outcome.UNSET))
        else:
            findings.append(_tried(part, attempt))
    return findings


def _none(_heard: object) -> None:
    """That it answered is all there is to say."""


def _tried(part: Probe.Part, attempt: Callable[[], int | None]) -> dict[str, Any]:
    try:
        return _finding(part, Outcome.WORKS, count=attempt())
    except Stopping:
        raise
    except UpstreamError as error:
        skew = error.clock_skew if isinstance(error, Unauthorised) else None
        return _finding(part, _outcome(error), code=error.code, message=error.message, clock_skew=skew)


OUTCOMES: tuple[tuple[type[UpstreamError], Probe.Outcome], ...] = (
    (Unauthorised, Outcome.REFUSED),
    (Throttled, Outcome.THROTTLED),
    (NotSent, Outcome.UNREACHED),
    (NotFound, Outcome.MISSING),
    (Refused, Outcome.MISSING),
)
FORBIDDEN = 403


def _outcome(error: UpstreamError) -> Probe.Outcome:
    if isinstance(error, Unauthorised) and error.status == FORBIDDEN:
        return Outcome.DENIED
    # Without a status there was no answer to be unclear.
    otherwise = Outcome.UNCLEAR if error.status is not None else Outcome.UNREACHED
    return next((outcome for kind, outcome in OUTCOMES if isinstance(error, kind)), otherwise)


def _finding(
    part: Probe.Part,
    outcome: Probe.Outcome,
    *,
    code: str = "",
    message: str = "",
    count: int | None = None,
    clock_skew: float | None = None,
) -> dict[str, Any]:
    told = {"code": code, "message": message, "count": count, "clock_skew": clock_skew}
    return {"part": str(part), "outcome": str(outcome), **told}
