"""The two kinds of orders about hosted pools: work orders carry a change out, billing orders are paid for it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import models

from pools.endpoint.models.access import EndpointProject
from pools.endpoint.models.documents import DocumentField
from pools.endpoint.models.hosted import HostedPool, PoolChange
from pools.endpoint.scenario import TIMETABLES, Pace
from pools.endpoint.terms import later, months
from pools.wire.enums import BillingMode, BillingStatus, OrderType, WorkOrderOperation


class WorkOrder(models.Model):
    """One asynchronous change of a pool (`/v1/{project_id}/orders`). Its phase follows from its pool's life."""

    # Found by the constraint's index: another one would only be written.
    project = models.ForeignKey(EndpointProject, on_delete=models.CASCADE, related_name="work_orders", db_index=False)
    pool = models.ForeignKey(HostedPool, on_delete=models.CASCADE, related_name="work_orders")
    name = models.CharField(max_length=96)
    operation = models.CharField(max_length=8, choices=[(one.value, one.value) for one in WorkOrderOperation])
    created_at = models.DateTimeField()
    change = models.OneToOneField(
        PoolChange, null=True, blank=True, on_delete=models.CASCADE, related_name="work_order"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["project", "name"], name="one_work_order_per_name")]

    def __str__(self) -> str:
        return self.name

    # Of one that nobody placed: the nodes that were paid for another term (`pools.endpoint.renewals`).
    renews: tuple[str, ...] = ()

    @property
    def bill(self) -> BillingOrder | None:
        """The billing order it goes with; None where it costs nothing."""
        return getattr(self, "billing_order", None)


class BillingOrder(models.Model):
    """One order of the billing centre (`CS…`): what Approve pays and Reject cancels. A pool may have several."""

    # Found by the index below, as the number is by its constraint's: others would only be written.
    project = models.ForeignKey(
        EndpointProject, on_delete=models.CASCADE, related_name="billing_orders", db_index=False
    )
    pool = models.ForeignKey(HostedPool, on_delete=models.CASCADE, related_name="billing_orders")
    work_order = models.OneToOneField(
        WorkOrder,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="billing_order",
        help_text="What it is paid for; empty where nothing is done for it.",
    )
    order_id = models.CharField(max_length=32)
    order_type = models.PositiveSmallIntegerField(
        choices=[(kind.value, kind.name.lower()) for kind in OrderType], default=OrderType.PURCHASE
    )
    status = models.PositiveSmallIntegerField(
        choices=[(status.value, status.name.lower()) for status in BillingStatus], default=BillingStatus.PENDING_PAYMENT
    )
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    lines = DocumentField(default=list, help_text="What it is for: [{product, count, amount}], amounts as text.")
    resource = models.CharField(max_length=96, blank=True, help_text="What is given back with it.")
    billing_mode = models.CharField(max_length=1, default="0")
    period_type = models.CharField(max_length=1, blank=True, help_text="2 month, 3 year; empty for pay-per-use.")
    period_num = models.PositiveSmallIntegerField(default=0)
    auto_renew = models.BooleanField(default=False, help_text="As it was bought; whether it is by now, others say.")
    created_at = models.DateTimeField()
    deadline = models.DateTimeField(help_text="By the scenario's clock, as the pool's times.")
    paid_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["project", "-created_at"], name="billing_order_newest")]
        constraints = [models.UniqueConstraint(fields=["order_id"], name="one_billing_order_per_number")]

    # Of one that nobody placed: when the term that it paid for begins.
    term_begins_at: datetime | None = None

    def __str__(self) -> str:
        return self.order_id

    @property
    def buys(self) -> bool:
        """Whether something was paid for with it by the month or year."""
        paid = self.paid_at is not None and self.billing_mode == BillingMode.PREPAID
        return paid and self.order_type in {OrderType.PURCHASE, OrderType.TO_PERIODIC}

    def price_of(self, product: str) -> Decimal:
        """What one of the product costs in it."""
        lines = [line for line in self.lines if line["product"] == product]
        number = sum(line["count"] for line in lines)
        amount = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
        return (amount / number).quantize(Decimal("0.01")) if number else Decimal(0)

    @property
    def period(self) -> tuple[datetime, datetime]:
        """From when until when what was paid for with it lasts."""
        begins = self.term_begins_at or self.paid_at or self.created_at
        return begins, later(begins, months(self.period_type, self.period_num))

    @property
    def change(self) -> PoolChange | None:
        """The change of its pool that waits for it; None where the pool itself does, or nothing."""
        return self.work_order.change if self.work_order else None

    def status_at(self, now: datetime) -> BillingStatus:
        """The status a client hears at `now`: an order nobody paid is cancelled by its deadline."""
        if self.status == BillingStatus.PENDING_PAYMENT and now >= self.deadline:
            return BillingStatus.CANCELLED
        if self.paid_at is not None and (now - self.paid_at).total_seconds() < TIMETABLES[Pace(self.pool.pace)].booking:
            return BillingStatus.PROCESSING
        return BillingStatus(self.status)


class RenewalTurn(models.Model):
    """Somebody switched auto-renewal on or off, of one node or of all that are paid for."""

    pool = models.ForeignKey(HostedPool, on_delete=models.CASCADE, related_name="renewal_turns")
    node = models.CharField(max_length=128, blank=True, help_text="Empty: all of the pool's.")
    on = models.BooleanField()
    refunds = models.BooleanField(default=False, help_text="Off, and what was renewed ahead was given back.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{'on' if self.on else 'off'} at {self.at}"
