"""What people say about an order. Rows are added and never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
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
