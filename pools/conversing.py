"""Talking about an order: whoever may see it may say something, and nobody can change what was said."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from pools.models import Comment, Order, User
from pools.rules import NotAllowed, require

__all__ = ["LONGEST", "MOST", "NotAllowed", "NothingSaid", "TooMuch", "say"]

LONGEST = 2000
MOST = 300
# The same words of the same person within this time are one remark, sent twice.
AGAIN = timedelta(seconds=30)


class NothingSaid(ValueError):
    """A remark without words."""


class TooMuch(ValueError):
    """A remark longer than `LONGEST`, or one more than `MOST` about one order."""


def say(order: Order, *, by: User, text: str) -> Comment:
    """Add a remark; the same one again, as by a double click, is the first.

    Raises `NotAllowed`, `NothingSaid` and `TooMuch`.
    """
    require("pools.comment_order", order, of=by)
    text, now = text.replace("\0", "").strip(), timezone.now()
    if not text:
        raise NothingSaid
    if len(text) > LONGEST:
        raise TooMuch
    with transaction.atomic():
        # Under the order's lock, so that two clicks see each other.
        Order.objects.select_for_update(no_key=True).get(pk=order.pk)
        said = Comment.objects.filter(order=order)
        if same := said.filter(by=by, text=text, at__gt=now - AGAIN).first():
            return same
        if said.count() >= MOST:
            raise TooMuch
        Order.objects.filter(pk=order.pk).update(changed_at=now)
        return Comment.objects.create(order=order, by=by, at=now, text=text)
