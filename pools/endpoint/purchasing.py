"""How something is paid for, read from a pool's billing annotations, and the billing order that this opens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from pools.endpoint import chance, naming, pricing, scenario
from pools.endpoint.models import BillingOrder, EndpointProject, HostedPool
from pools.endpoint.planning import PERIOD_WORDS
from pools.endpoint.scenario import Fate, Pace
from pools.wire.enums import BillingMode, BillingStatus, OrderType
from pools.wire.extras import Annotation, is_yes

MODE = "os.modelarts/billing.mode"


@dataclass(frozen=True, slots=True)
class Purchase:
    """How nodes are paid for. The period is empty for pay-per-use."""

    billing_mode: str
    period_type: str = ""
    period_num: int = 0
    renews: bool = False
    pays_at_once: bool = False

    @property
    def is_prepaid(self) -> bool:
        return self.billing_mode == BillingMode.PREPAID

    @classmethod
    def of_more(cls, said: Mapping[str, Any], own: Mapping[str, Any]) -> Self:
        """What nodes added to a pool are paid with: as the change `said`, and else as the pool's `own` annotations do.

        That a pool paid by itself once says nothing about what is added later.
        """
        mode = str(said.get(MODE) or own.get(MODE) or BillingMode.PAY_PER_USE.value)
        if mode != BillingMode.PREPAID:
            return cls(mode)
        meant = {**(own if own.get(MODE) == mode else {}), **said}
        kind = str(meant.get(Annotation.PERIOD_TYPE) or "")
        return cls(
            mode,
            PERIOD_WORDS.get(kind, kind),
            int(meant.get(Annotation.PERIOD_NUM) or 0),
            is_yes(meant.get(Annotation.AUTO_RENEW)),
            is_yes(said.get(Annotation.AUTO_PAY)),
        )


def free_number(project: EndpointProject) -> str:
    """A number for a billing order that none has: five letters for each minute meet now and then."""
    while True:
        drawn = chance.draw(project)
        number = naming.billing_order(drawn.luck, drawn.moment)
        if not BillingOrder.objects.filter(order_id=number).exists():
            return number


def draw_up(
    pool: HostedPool,
    purchase: Purchase,
    resources: Iterable[Mapping[str, Any]],
    *,
    now: datetime,
    order_type: OrderType = OrderType.PURCHASE,
) -> BillingOrder:
    """The billing order for these `spec.resources` of a prepaid pool, not written yet; paid where it pays at once."""
    listed = list(resources)
    flavors = pool.project.flavors.filter(name__in={one["flavor"] for one in listed})
    lines = pricing.lines(
        listed,
        flavors,
        billing_mode=purchase.billing_mode,
        period_type=purchase.period_type,
        period_num=purchase.period_num,
    )
    paid = purchase.pays_at_once and pool.fate != Fate.UNPAYABLE
    return BillingOrder(
        project=pool.project,
        pool=pool,
        order_id=free_number(pool.project),
        order_type=order_type,
        status=BillingStatus.COMPLETED if paid else BillingStatus.PENDING_PAYMENT,
        amount=pricing.total(lines),
        lines=lines,
        billing_mode=purchase.billing_mode,
        period_type=purchase.period_type,
        period_num=purchase.period_num,
        auto_renew=purchase.renews,
        created_at=now,
        deadline=scenario.pay_until(Fate(pool.fate), Pace(pool.pace), now),
        paid_at=now if paid else None,
    )
