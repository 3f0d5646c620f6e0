"""Talking about an order: whoever may see it may say something, and nobody can change what was said."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from pools.models import Comment, Mention, Order, User
from pools.rules import NotAllowed, require

__all__ = ["LONGEST", "MOST", "NotAllowed", "NothingSaid", "TooMuch", "read", "say"]

LONGEST = 2000
MOST = 300
# The same words of the same person within this time are one remark, sent twice.
AGAIN = timedelta(seconds=30)


class NothingSaid(ValueError):
    """A remark without words."""


class TooMuch(ValueError):
    """A remark longer than `LONGEST`, or one more than `MOST` about one order."""


def say(order: Order, *, by: User, text: str) -> Comment:
    """Add a remark; the same one again, as by a double click, is the first. Whoever of the team it names as @username
    is told, until they have read it.

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
        comment = Comment.objects.create(order=order, by=by, at=now, text=text)
        named = _named(order, text, by=by) if "@" in text else []
        Mention.objects.bulk_create(Mention(comment=comment, order=order, user=user) for user in named)
        return comment


def read(order: Order, *, by: User) -> bool:
    """Note that the person has what was said about the order before them. Returns whether they were named there."""
    unseen = Mention.objects.unseen_by(by).filter(order=order)
    # Looked for first: nearly always there is nothing to write.
    return unseen.exists() and Mention.objects.filter(pk__in=unseen.values("pk")).update(seen_at=timezone.now()) > 0


def _named(order: Order, text: str, *, by: User) -> list[User]:
    """Those of the team, other than whoever says it, whose name stands in it whole, in capitals or not."""
    team = User.objects.filter(memberships__team_id=order.team_id, is_active=True).exclude(pk=by.pk)
    return [user for user in team if re.search(_as_named(user.username), text, re.IGNORECASE)]


def _as_named(username: str) -> str:
    """Not as part of a longer name, nor of an address; a full stop may end the sentence."""
    return rf"(?<![\w@.+-])@{re.escape(username)}(?![\w@+-]|\.\w)"
