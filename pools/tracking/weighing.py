"""Holding a pool that stands against what was ordered."""

from __future__ import annotations

from django.utils import timezone

from pools.models import Intervention, Order, Pool, Refit, Resize
from pools.wire import refitting, resizing
from pools.wire.differing import drift, print_of


def weigh(pool: Pool) -> bool:
    """Note what of `pool`, as it is on record, is not as it was ordered; returns whether that is news.

    One on its way to somewhere is weighed once it stands. What somebody said is meant is no news until it is other.
    """
    for now in Pool.objects.standing().filter(pk=pool.pk, order__isnull=False).select_related("order"):
        found = print_of(drift(as_ordered(now, now.order), now.document)) if now.order else ""
        if found == now.drift:
            return False
        at = timezone.now()
        since = at if found and found != now.drift_meant else None
        weighed = Pool.objects.filter(pk=now.pk, drift=now.drift, fingerprint=now.fingerprint)
        return weighed.update(drift=found, drift_since=since, changed_at=at) == 1
    return False


def as_ordered(pool: Pool, order: Order) -> str:
    """What was ordered, with the nodes, job types and drivers that the pool was given since by somebody here."""
    resized = Resize.objects.carried_out().filter(pool=pool).only("at", "body").first()
    given = (resized.at, resized.body) if resized else None
    lessened = Intervention.objects.carried_out().filter(pool=pool).exclude(left="").only("at", "left").first()
    if lessened and (given is None or lessened.at > given[0]):
        given = lessened.at, lessened.left
    sized = resizing.laid_over(order.body, given[1]) if given else order.body
    fitted = Refit.objects.carried_out().filter(pool=pool, retried="").order_by("at", "pk")
    return refitting.laid_over(sized, list(fitted.values_list("body", flat=True)))
