"""Holding a pool that stands against what was ordered."""

from __future__ import annotations

from django.utils import timezone

from pools.models import Pool
from pools.wire.differing import drift, print_of


def weigh(pool: Pool) -> bool:
    """Note what of `pool`, as it is on record, is not as it was ordered; returns whether that is news.

    One on its way to somewhere is weighed once it stands. What somebody said is meant is no news until it is other.
    """
    for now in Pool.objects.standing().filter(pk=pool.pk, order__isnull=False).select_related("order"):
        found = print_of(drift(now.order.body, now.document)) if now.order else ""
        if found == now.drift:
            return False
        at = timezone.now()
        since = at if found and found != now.drift_meant else None
        weighed = Pool.objects.filter(pk=now.pk, drift=now.drift, fingerprint=now.fingerprint)
        return weighed.update(drift=found, drift_since=since, changed_at=at) == 1
    return False
