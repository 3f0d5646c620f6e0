"""What one line of the dashboard shows, read off a row of `queries.dashboard`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext as _

from console import changing, describing, fitting
from console.dashboard import saying
from console.prices import Cost, Tariff
from pools.models import Decision, Pool
from pools.models.pool_errands import PoolErrand
from pools.phases import FITTABLE, MOVING, RESIZABLE
from pools.queries import Row
from pools.resizing import Why
from pools.states import ErrandState, OrderState, is_final
from pools.wire.enums import Phase, ScopeState
from pools.wire.pool import Pool as WirePool

JOB_SHAPES: dict[str, str] = {
    ScopeState.ENABLED: "tick",
    ScopeState.ENABLING: "ring",
    ScopeState.DISABLING: "ring",
    ScopeState.DISABLED: "minus",
    ScopeState.ENABLE_FAILED: "octagon",
}


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job type of a pool and how it fares, in the cloud's words; the state is empty where none was heard."""

    word: str
    state: str

    @property
    def shape(self) -> str:
        return JOB_SHAPES.get(self.state, "question" if self.state else "dashed")


@dataclass(frozen=True, kw_only=True)
class Act:
    """What can be done with a row, behind its "⋯": each leads to a page that asks or shows before anything is done."""

    word: str
    icon: str
    url: str = ""
    danger: bool = False
    why_not: str = ""


@dataclass(frozen=True)
class Line:
    """A pool, or an order without one, in words. `fresh` says that it belongs on the page that asked for it; `beside`
    is the address of that page with the row shown beside the list, `tariff` what its project's nodes cost.
    """

    row: Row
    fresh: bool = True
    beside: str = ""
    tariff: Tariff | None = None

    @cached_property
    def cost(self) -> Cost | None:
        """What its nodes cost by the price list, where that is told."""
        pool, order = self.row.pool, self.row.order
        if self.tariff is None or self.is_nothing:
            return None
        asked = pool.document if pool and pool.document else describing.document(order) if order else {}
        return self.tariff.cost_of(asked)

    @property
    def is_nothing(self) -> bool:
        """Whether there is no pool of it, and none is to come: it costs nothing."""
        if self.row.pool:
            return self.row.pool.gone_at is not None or self.row.phase == Phase.CREATION_FAILED
        return self.row.state in {OrderState.REFUSED, OrderState.WITHDRAWN}

    @cached_property
    def wire(self) -> WirePool:
        """As heard; before anything was heard, as ordered."""
        pool = describing.heard(self.row.pool) if self.row.pool else WirePool()
        if not pool.spec and self.row.order:
            return describing.asked(self.row.order)
        return pool

    @property
    def says(self) -> str:
        pool, order = self.row.pool, self.row.order
        if pool:
            row = self.row
            return saying.of_pool(pool, self.wire, decision=row.decision, deletion=row.deletion, stretch=row.stretch)
        return saying.of_order(order) if order else ""

    @cached_property
    def flavors(self) -> list[describing.FlavorLine]:
        return describing.flavor_lines(self.wire)

    @cached_property
    def nodes(self) -> describing.Nodes:
        return describing.nodes(self.wire)

    @property
    def jobs(self) -> list[Job]:
        heard = (self.wire.status.scope if self.wire.status else None) or []
        states = {str(scope.scope_type): str(scope.state or "") for scope in heard if scope.scope_type}
        wanted = (self.wire.spec.scope if self.wire.spec else None) or []
        return [Job(word=word, state=states.get(word, "")) for word in dict.fromkeys([*map(str, wanted), *states])]

    @property
    def acts(self) -> list[Act]:
        pool, order = self.row.pool, self.row.order
        found = []
        if pool and order and pool.phase == Phase.WAITING and not pool.gone_at and not self.row.decision:
            found.append(Act(word=_("Approve or reject…"), icon="scale", url=reverse("approval", args=[order.pk])))
        if order:
            found.append(Act(word=_("Order"), icon="document-text", url=reverse("order", args=[order.pk])))
        if pool:
            copied = f"{reverse('order-new')}?copy={pool.pk}"
            found.append(Act(word=_("Copy into a new order…"), icon="document-duplicate", url=copied))
            found += [self._resizing(pool), self._refitting(pool), self._deleting(pool)]
        return found

    def _resizing(self, pool: Pool) -> Act:
        """Whether one of it is under way, or the person may not, its page says."""
        stands = pool.gone_at is None and pool.phase in RESIZABLE and self.row.deletion is None
        reason = Why.GONE if pool.gone_at else Why.DELETED if self.row.deletion else Why.PHASE
        why_not = "" if stands else changing.why(reason, pool)
        address = reverse("pool-resize", args=[pool.pk])
        return Act(word=_("Resize…"), icon="arrows-pointing-out", url=address, why_not=why_not)

    def _refitting(self, pool: Pool) -> Act:
        """As `_resizing`, of job types and drivers."""
        stands = pool.gone_at is None and pool.phase in FITTABLE and self.row.deletion is None
        reason = Why.GONE if pool.gone_at else Why.DELETED if self.row.deletion else Why.PHASE
        why_not = "" if stands else fitting.why(reason, pool)
        address = reverse("pool-refit", args=[pool.pk])
        return Act(word=_("Job types and drivers…"), icon="wrench-screwdriver", url=address, why_not=why_not)

    def _deleting(self, pool: Pool) -> Act:
        why_not = _("It is gone.") if pool.gone_at else _("Somebody asked for it already.") if self.row.deletion else ""
        address = reverse("pool-delete", args=[pool.pk])
        return Act(word=_("Delete…"), icon="trash", url=address, danger=True, why_not=why_not)

    @property
    def is_moving(self) -> bool:
        """Whether something about it will change by itself or by an admin's word: the page then asks more often."""
        pool, order = self.row.pool, self.row.order
        if pool is None:
            return order is not None and order.is_on_the_way
        return moves(pool, self.row.decision, self.row.deletion)


def moves(pool: Pool, *errands: Decision | PoolErrand | None) -> bool:
    under_way = any(not is_final(ErrandState(errand.state)) for errand in errands if errand)
    return not pool.gone_at and (pool.moving or under_way or pool.phase == "" or pool.phase in MOVING)
