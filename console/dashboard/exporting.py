"""The rows of a dashboard as a file: all that its filters find, or those that were selected, as CSV or JSON.

A file is sent while it is read, so that a long one needs neither memory nor patience; and it ends somewhere. It is
posted for where rows were selected, as a form of many of them grows too long for an address; that changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from console.dashboard import sheets
from console.dashboard.asking import Asked
from console.dashboard.naming import Named
from console.dashboard.rows import Line
from console.prices import Tariff, tariffs
from console.shell import SignedIn
from pools import queries
from pools.queries import Row

MOST_ROWS = 10_000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def as_csv(request: SignedIn) -> StreamingHttpResponse:
    """One line per row, the names of the columns first; what is several things is parted by "; "."""
    asked, lines, left_out = _found(request)
    return _answer(asked, "csv", "text/csv; charset=utf-8", _csv(lines, left_out))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def as_json(request: SignedIn) -> StreamingHttpResponse:
    """`{"team", "read_at", "left_out", "rows": [...]}`: `left_out` counts what a file of this kind is too short for."""
    asked, lines, left_out = _found(request)
    return _answer(asked, "json", "application/json", _json(asked, lines, left_out))


def _found(request: SignedIn) -> tuple[Asked, Iterator[Line], int]:
    asked = Asked.of(request)
    if asked is None:
        raise Http404
    costs = tariffs(queries.project_freshness(request.user, quotas_for=asked.team, priced=True))
    line = partial(_line, costs)
    if selected := Named.among(request.POST.getlist("row")):
        return asked, map(line, selected.rows_for(request.user)), 0
    counts = queries.phase_counts(request.user, asked.team, asked.filters)
    rows = queries.whole(request.user, asked.team, asked.filters, sort=asked.sort, most=MOST_ROWS)
    return asked, map(line, rows), max(queries.total(counts, asked.filters) - MOST_ROWS, 0)


def _line(costs: Mapping[int, Tariff], row: Row) -> Line:
    return Line(row, tariff=costs.get(row.project.pk) if row.project else None)


def _answer(asked: Asked, kind: str, content_type: str, text: Iterable[str]) -> StreamingHttpResponse:
    answer = StreamingHttpResponse((part.encode() for part in text), content_type=content_type)
    name = f"{asked.team.slug}-pools-{timezone.localdate().isoformat()}.{kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _csv(lines: Iterator[Line], left_out: int) -> Iterator[str]:
    rows: Iterator[Iterable[Any]] = (_record(line).values() for line in lines)
    if left_out:
        rows = chain(rows, [[f"{left_out} more rows were left out: narrow the filters."]])
    return sheets.lines(_record(None), rows)


def _json(asked: Asked, lines: Iterator[Line], left_out: int) -> Iterator[str]:
    head = {"team": asked.team.slug, "read_at": timezone.now(), "left_out": left_out}
    yield json.dumps(head, cls=DjangoJSONEncoder, ensure_ascii=False)[:-1] + ', "rows": ['
    first = next(lines, None)
    for nth, line in enumerate(chain([first] if first else [], lines)):
        yield ("\n," if nth else "\n") + json.dumps(_record(line), cls=DjangoJSONEncoder, ensure_ascii=False)
    yield "\n]}\n"


def _record(line: Line | None) -> dict[str, Any]:
    """What a file tells of a row, by name and in order; None for what is not known. Without a row, the names alone."""
    row = line.row if line else None
    pool, order = (row.pool, row.order) if row else (None, None)
    cost = line.cost if line else None
    return {
        "name": row.name if row else None,
        "pool_id": pool.pool_id if pool else None,
        "phase": pool.phase if pool else None,
        "order_state": row.state if row else None,
        "since": row.since if row else None,
        "message": pool.message if pool else None,
        "project": row.project.name if row and row.project else None,
        "workspace": row.workspace if row else None,
        "flavors": [f"{one.count} × {one.flavor}" for one in line.flavors] if line else [],
        "zones": sorted({az for one in line.flavors for az, _ in one.azs}) if line else [],
        "job_types": [job.word for job in line.jobs] if line else [],
        "nodes_wanted": line.nodes.wanted if line else None,
        "nodes_available": line.nodes.available if line and line.nodes.known else None,
        "nodes_creating": line.nodes.creating if line and line.nodes.known else None,
        "nodes_abnormal": line.nodes.abnormal if line and line.nodes.known else None,
        "nodes_deleting": line.nodes.deleting if line and line.nodes.known else None,
        # Every digit of it, as text: a number of JSON has not as many.
        "list_price": format(cost.money.amount, "f") if cost else None,
        "list_price_currency": cost.money.currency if cost else None,
        "list_price_per": cost.unit if cost else None,
        "order": order.pk if order else None,
        "billing_order": order.billing_order if order else None,
        "ordered_by": order.placed_by.username if order else None,
        "ordered_at": order.placed_at if order else None,
        "created_at": pool.created_abroad if pool else None,
        "read_at": pool.read_at if pool else None,
        "gone_at": pool.gone_at if pool else None,
    }
