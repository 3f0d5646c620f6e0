"""Work orders: list and detail."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import answers, clock, converting, errors, judging, renewals, reporting
from pools.endpoint.errors import Refused
from pools.endpoint.models import HostedPool, WorkOrder, with_changes
from pools.endpoint.paging import LONGEST_PAGE, moment, number, text
from pools.endpoint.transport import EndpointView, document
from pools.endpoint.views.pools import find
from pools.wire.errors import Code
from pools.wire.orders import OrderOpening

USUAL_PAGE = 100
SEARCHABLE = timedelta(days=31)


class WorkOrders(EndpointView):
    """`/v1/{project_id}/orders`, newest first."""

    operations = {"get": "ListOrders"}

    def get(self, request: Request, **_: Any) -> Response:
        query, now = request.query_params, clock.now(self.project)
        limit = number(query, "limit", most=LONGEST_PAGE) or USUAL_PAGE
        offset = number(query, "offset")
        found = self._with_renewals(self._matching(query, now), query, now)
        page = found[offset : offset + limit]
        rows = {row.pk: row for row in self._orders(now).filter(pk__in=[one for one in page if isinstance(one, int)])}
        with_changes(row.pool for row in rows.values())
        items = [reporting.work_order(rows[one] if isinstance(one, int) else one, now=now) for one in page]
        return Response({"count": len(found), "items": items})

    def _with_renewals(self, written: list[int], query: Mapping[str, str], now: datetime) -> Sequence[int | WorkOrder]:
        """The orders that were written, and among them in their places those that nobody placed."""
        renewed = list(self._renewed(query, now))
        if not renewed:
            return written
        made = dict(self._orders(now).filter(pk__in=written).values_list("pk", "created_at"))
        every = [(one.created_at, one) for one in renewed] + [(made[pk], pk) for pk in written]
        return [one for _, one in sorted(every, key=lambda pair: pair[0], reverse=True)]

    def _renewed(self, query: Mapping[str, str], now: datetime) -> Iterator[WorkOrder]:
        pools = HostedPool.objects.filter(project=self.project).exclude(workspace_id__in=self.closed)
        if workspace_id := text(query, "workspaceId"):
            pools = pools.filter(workspace_id=workspace_id)
        if name := text(query, "involvedName"):
            pools = pools.filter(Q(ident=name) | Q(name=name))
        until, since = number(query, "until"), number(query, "since")
        phases = {text(query, "phase"), text(query, "result")} - {""}
        if text(query, "resource") in {"", "pools"}:
            for order in renewals.work_orders(pools):
                within = order.created_at >= now - SEARCHABLE and (not until or order.created_at <= moment(until))
                if within and self._is_due(order, since, phases, now):
                    yield order

    def _orders(self, now: datetime) -> QuerySet[WorkOrder]:
        orders = WorkOrder.objects.filter(project=self.project, created_at__gte=now - SEARCHABLE)
        if self.closed:
            orders = orders.exclude(pool__workspace_id__in=self.closed)
        return orders.select_related("pool", "billing_order", "change")

    def _matching(self, query: Mapping[str, str], now: datetime) -> list[int]:
        """The keys of the orders asked for."""
        orders = self._orders(now)
        since, until = number(query, "since"), number(query, "until")
        if text(query, "resource") not in {"", "pools"}:
            return []
        if workspace_id := text(query, "workspaceId"):
            orders = orders.filter(pool__workspace_id=workspace_id)
        if name := text(query, "involvedName"):
            # The reference says display name, a known client sends the ID.
            orders = orders.filter(Q(pool__ident=name) | Q(pool__name=name))
        if until:
            orders = orders.filter(created_at__lte=moment(until))
        phases = {text(query, "phase"), text(query, "result")} - {""}
        if not since and not phases:
            return list(orders.values_list("pk", flat=True))
        light = orders.defer("pool__document", "pool__zones", "pool__drivers").select_related(None)
        candidates = list(light.select_related("pool", "change"))
        with_changes(order.pool for order in candidates)
        return [order.pk for order in candidates if self._is_due(order, since, phases, now)]

    def _is_due(self, order: WorkOrder, since: int, phases: set[str], now: datetime) -> bool:
        done = reporting.work(order, now=now)
        # An order that is still open is never hidden by `since`: clients poll with a window that slides.
        recent = done.ended_at is None or answers.milliseconds(done.ended_at) >= since
        return recent and (not phases or phases == {done.phase.value})


class WorkOrderDetail(EndpointView):
    """`/v1/{project_id}/orders/{order_name}`."""

    operations = {"get": "ShowOrder"}

    def get(self, request: Request, *, order_name: str, **_: Any) -> Response:
        orders = WorkOrder.objects.select_related("pool", "change").filter(project=self.project)
        order = orders.filter(name=order_name).first() or self._renewed(order_name)
        if order is None:
            raise Refused(404, Code.TEMPLATE_NOT_FOUND, f"Order [{order_name}] not found.")
        self.enter(order.pool.workspace_id)
        items = reporting.work_items(order, now=clock.now(self.project))
        return Response({"count": len(items), "items": items})

    def _renewed(self, order_name: str) -> WorkOrder | None:
        pools = HostedPool.objects.filter(project=self.project)
        return next((order for order in renewals.work_orders(pools) if order.name == order_name), None)


class PoolOrder(EndpointView):
    """`/v2/{project_id}/pools/{pool_name}/orderid`: opens the order that makes a pool yearly/monthly."""

    operations = {"post": "CreateOrderId"}

    def post(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        if text(request.query_params, "actionType") not in {"", "toPeriod"}:
            raise errors.bad_request("actionType: toPeriod is expected")
        if request.body:
            judging.read(OrderOpening, document(request))
        pool = find(self.project, pool_name, now=clock.now(self.project))
        return Response({"id": converting.convert(pool).order_id})
