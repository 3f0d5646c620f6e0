"""What is asked of a pool: pages show it with its pool, and it falls when the pool becomes another team's."""

from __future__ import annotations

from typing import Any, ClassVar, Self, TypeVar

from django.db import models, transaction
from django.utils import timezone

from pools.models.errands import Errand, Trouble
from pools.models.pools import Pool
from pools.models.teams import User
from pools.states import ErrandState

E = TypeVar("E", bound="PoolErrand")


class PoolErrandQuerySet(models.QuerySet[E]):
    def due(self) -> Self:
        return self.filter(due_at__lte=timezone.now()).order_by("due_at")

    def call_off(self, pool: Pool) -> None:
        """Let what was asked of `pool` come to nothing, as it becomes another's. To be called in that transaction.

        One that a worker takes just now is left to the worker, which looks before it sends; waiting for it, each of the
        two could wait for the other.
        """
        for errand in self.filter(pool=pool, state=ErrandState.RECORDED).select_for_update(skip_locked=True):
            errand.move(ErrandState.FAILED, failure_code=Trouble.CHANGED_HANDS, failure_message="")


class PoolErrand(Errand):
    """Something that `by` asked, at `at`, to be done to a pool."""

    STATES: ClassVar[type[ErrandState]] = ErrandState

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="%(class)ss")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="%(class)ss")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} of {self.pool_id}"

    @classmethod
    def call_off(cls, pool: Pool) -> None:
        """Let everything that was asked of `pool`, of whatever kind, come to nothing: see `PoolErrandQuerySet`."""
        for kind in cls.__subclasses__():
            if kind._meta.abstract:  # noqa: SLF001 - Django's public way to ask a model
                kind.call_off(pool)
            else:
                PoolErrandQuerySet(kind).call_off(pool)

    def _swap(self, fields: dict[str, Any]) -> bool:
        """Pages show it with its pool: when one changes, both have."""
        with transaction.atomic():
            won = super()._swap(fields)
            if won:
                Pool.objects.filter(pk=self.pool_id, changed_at__lt=self.changed_at).update(changed_at=self.changed_at)
        return won
