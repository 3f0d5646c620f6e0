"""What people say about an order, and whom they name. Remarks are added and never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

from pools.models.orders import Order
from pools.models.teams import User


class Comment(models.Model):
    """One remark, as it was typed."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="comments", db_index=False)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="comments")
    at = models.DateTimeField(default=timezone.now)
    text = models.TextField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]
        indexes: ClassVar = [models.Index(fields=["order", "at"], name="comment_order_at")]

    def __str__(self) -> str:
        return f"{self.by_id} about {self.order_id}"


class MentionQuerySet(models.QuerySet["Mention"]):
    def unseen_by(self, user: User) -> MentionQuerySet:
        """Those that the user has not read, in orders of teams they are in."""
        return self.filter(user_id=user.pk, seen_at__isnull=True, order__team__memberships__user_id=user.pk)


class Mention(models.Model):
    """Somebody of the team who was named in a remark, until they have read it. `order` is the remark's own."""

    comment = models.ForeignKey(Comment, on_delete=models.PROTECT, related_name="mentions")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="mentions", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="mentions", db_index=False)
    seen_at = models.DateTimeField(null=True, blank=True)

    objects = MentionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["comment", "user"], name="one_mention_per_remark")]
        indexes: ClassVar = [
            models.Index(fields=["user", "order"], condition=Q(seen_at__isnull=True), name="mention_unseen")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.comment_id}"
