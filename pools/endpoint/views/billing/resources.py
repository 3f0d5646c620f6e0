"""What is paid for by the month or year: listed, given back, renewed by itself or not, and what was given back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import clock, ledger, renewals, renewing, unsubscribing
from pools.endpoint.errors import Refused
from pools.endpoint.ledger import Resource
from pools.endpoint.models import BillingOrder, HostedPool
from pools.endpoint.views.billing.asking import (
    RESOURCE_TYPE,
    SERVICE,
    TIME,
    BillingView,
    OrderAsked,
    asked,
    invalid,
    moment,
    read,
)
from pools.endpoint.views.billing.orders import find
from pools.wire.enums import BillingMode, ExpirePolicy, OrderType
from pools.wire.errors import Code
from pools.wire.subscriptions import AutoRenewal, ResourceQuery, Unsubscription

USUAL_PAGE = 10
ONLY_RENEWALS = 2
Document = dict[str, Any]


class Resources(BillingView):
    """`POST /v2/orders/suscriptions/resources/query`, spelt as it is: pools and nodes, the newest pools first."""

    operations = {"post": "ListPayPerUseCustomerResources"}

    def post(self, request: Request) -> Response:
        query = read(ResourceQuery, request)
        begin, end = _time(query.expire_time_begin), _time(query.expire_time_end)
        ours = query.service_type_code in {None, SERVICE["service_type_code"]}
        found = [
            told
            for one, now in self._asked_about(query)
            if ours
            and (one.is_main or not query.only_main_resource)
            and (not query.status_list or one.status(now) in query.status_list)
            and (begin is None or one.ends_at(now) >= begin)
            and (end is None or one.ends_at(now) <= end)
            for told in [_told(one, now)]
        ]
        first, length = query.offset or 0, query.limit or USUAL_PAGE
        return Response({"total_count": len(found), "data": found[first : first + length]})

    def _asked_about(self, query: ResourceQuery) -> Iterator[tuple[Resource, datetime]]:
        wanted, order = set(query.resource_ids or ()), find(self, query.order_id) if query.order_id else None
        for pool in self._pools(wanted, order):
            now = clock.now(pool.project)
            for one in ledger.resources(pool, now):
                # Parts come with what they are part of.
                named = not wanted or bool({one.ident, one.parent} & wanted)
                if named and (order is None or _is_of(one, order, now)):
                    yield one, now

    def _pools(self, wanted: set[str], order: BillingOrder | None) -> Iterable[HostedPool]:
        account = self.caller.account
        if order is not None:
            return ledger.with_ledgers([order.pool])
        # Parts of a pool have names of their own, which do not tell which one it is.
        if wanted and all(ident.startswith("maos-") for ident in wanted):
            located = ledger.locate(account, wanted)
            return ledger.with_ledgers({pool.pk: pool for pool in located.values()}.values())
        bought = BillingOrder.objects.filter(
            project__account=account, billing_mode=BillingMode.PREPAID, paid_at__isnull=False
        )
        pools = HostedPool.objects.filter(pk__in=bought.values("pool")).order_by("-pk")
        return ledger.with_ledgers(pools.select_related("project__account"))


def _is_of(one: Resource, order: BillingOrder, now: datetime) -> bool:
    """Whether the order is about the resource: it bought, renewed or gave it back."""
    if order.order_type == OrderType.UNSUBSCRIPTION:
        return one.ident == order.resource or one.ident in {line["resource"] for line in order.lines}
    return order.order_id in renewals.orders_of(one, now)


def _time(text: str | None) -> datetime | None:
    try:
        return moment(text) if text else None
    except ValueError:
        raise invalid(f"Times are like {TIME}.") from None


def _told(one: Resource, now: datetime) -> Document:
    project, renews = one.pool.project, one.renews_at(now)
    return {
        "id": uuid5(NAMESPACE_URL, one.ident).hex,
        "resource_id": one.ident,
        "resource_name": one.name,
        "region_code": project.name.split("_")[0],
        **SERVICE,
        **RESOURCE_TYPE,
        "resource_spec_code": one.spec,
        "project_id": project.project_id,
        "product_id": one.spec,
        "parent_resource_id": one.parent,
        "is_main_resource": int(one.is_main),
        "status": one.status(now).value,
        "effective_time": f"{one.begun_at():{TIME}}",
        "expire_time": f"{one.ends_at(now):{TIME}}",
        "expire_policy": (ExpirePolicy.RENEWED if renews else ExpirePolicy.GRACE).value,
        "product_spec_desc": one.spec,
        "enterprise_project": {"id": "0", "name": "default"},
    }


class Unsubscriptions(BillingView):
    """`POST /v2/orders/subscriptions/resources/unsubscribe`.

    That some could not be given back is told in the answer; only where none could be, it is refused.
    """

    operations = {"post": "CancelResourcesSubscription"}

    def post(self, request: Request) -> Response:
        wanted = read(Unsubscription, request)
        outcome = unsubscribing.unsubscribe(
            self.caller.account, wanted.resource_ids, only_ahead=wanted.unsubscribe_type == ONLY_RENEWALS
        )
        if not outcome.order_ids:
            first = outcome.failures[0]
            raise Refused(400, first.code, first.message)
        failed = [
            {"resource_id": one.resource, "error_code": one.code.value, "error_msg": one.message}
            for one in outcome.failures
        ]
        return Response({"order_ids": outcome.order_ids, "fail_resource_infos": failed})


class AutoRenewals(BillingView):
    """`/v2/orders/subscriptions/resources/autorenew/{resource_id}`: POST switches it on, DELETE off."""

    operations = {"post": "AutoRenewalResources", "delete": "CancelAutoRenewalResources"}

    def post(self, request: Request, resource_id: str) -> Response:
        if request.body:
            asked = read(AutoRenewal, request)
            if asked.auto_renew_times or asked.period_type not in {None, "MONTH", "YEAR"}:
                raise invalid(
                    "auto_renew_times, period_type: here it renews without end, for the period that was bought."
                )
        return self._switched(resource_id, on=True)

    def delete(self, request: Request, resource_id: str) -> Response:
        return self._switched(resource_id, on=False)

    def _switched(self, resource_id: str, *, on: bool) -> Response:
        try:
            renewing.switch(self.caller.account, resource_id, on=on)
        except renewing.NoSuchResource:
            raise Refused(400, Code.BILLING_NO_SUCH_RESOURCE, "The resource ID does not exist.") from None
        except renewing.NotRenewable:
            words = "The resource has expired or is frozen; it cannot be renewed automatically."
            raise Refused(400, Code.BILLING_NOT_RENEWABLE, words) from None
        except renewing.NotRenewing:
            raise Refused(400, Code.BILLING_NOT_RENEWING, "Auto-renewal has already been canceled.") from None
        return Response(status=204)


class Refunds(BillingView):
    """`GET /v2/orders/customer-orders/refund-orders`: what came back, what had been used, and of which order."""

    operations = {"get": "ShowRefundOrderDetails"}

    def get(self, request: Request) -> Response:
        order = find(self, asked(OrderAsked, request).order_id)
        infos = list(_refunds(order)) if order.order_type == OrderType.UNSUBSCRIPTION else []
        return Response({"total_count": len(infos), "refund_infos": infos})


def _refunds(order: BillingOrder) -> Iterator[Document]:
    for number, line in enumerate(order.lines, start=1):
        for kind, amount in (("back", float(line["amount"])), ("used", float(line["used"]))):
            if amount:
                yield {
                    "id": f"{order.order_id}-{number:06d}-{kind}",
                    "amount": amount,
                    "measure_id": "1",
                    "customer_id": order.project.account.domain_id,
                    **SERVICE,
                    **RESOURCE_TYPE,
                    "region_code": order.project.name.split("_")[0],
                    "base_order_id": line["base"],
                }
