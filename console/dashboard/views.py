"""The dashboard of a team: what needs me, counters that filter, every pool and every order without one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.dashboard import adopting, columns, counters
from console.dashboard.asking import Asked
from console.dashboard.beside import beside
from console.dashboard.naming import Named
from console.dashboard.rows import Line
from console.prices import Tariff, tariffs
from console.shell import Shell, SignedIn
from pools import queries
from pools.models import Membership
from pools.queries import NEWEST, SORTS, Counts, Filters, Found, Row
from pools.wire.enums import Phase

SORT_WORDS = {
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "changed": _("Changed last"),
    "unchanged": _("Changed first"),
    "name": _("Name"),
    "name-down": _("Name, backwards"),
}
MOST_NEEDS = 5
ALL_NEEDS = 200


@never_cache
@require_safe
def dashboard(request: SignedIn) -> HttpResponse:
    asked = Asked.of(request)
    if asked is None:
        return render(request, "dashboard/no_team.html")
    cursor = queries.cursor_from_now(timezone.now())
    page, costs = _page(request, asked), _tariffs(request, asked)
    lines = [_line(asked, row, costs) for row in page.rows]
    context = _around(request, asked, page, lines) | {"cursor": cursor, "lines": lines}
    return render(request, "dashboard/dashboard.html", context)


@never_cache
@require_safe
def parts(request: SignedIn) -> HttpResponse:
    """What a dashboard in a browser swaps in: everything around the table, and the rows of the orders and pools named.

    A row that is on no page any more is still given, as it stands now: nothing vanishes under the pointer.
    """
    asked = Asked.of(request)
    if asked is None:
        raise Http404
    page, costs = _page(request, asked), _tariffs(request, asked)
    here = {row.key for row in page.rows}
    # A row that is new here is put at the top, and belongs there on the first page of the newest alone.
    at_top = page.previous is None and asked.sort == NEWEST
    named = Named.of(request).rows_for(request.user)
    lines = [_line(asked, row, costs, fresh=at_top and row.key in here) for row in named]
    shown = [_line(asked, row, costs) for row in page.rows]
    context = _around(request, asked, page, shown) | {"lines": lines, "shown": shown}
    return render(request, "dashboard/parts.html", context)


@never_cache
@require_safe
def aside(request: SignedIn) -> HttpResponse:
    """The part of a dashboard that shows one row beside the list."""
    asked = Asked.of(request)
    if asked is None:
        raise Http404
    return render(request, "dashboard/_beside.html", _beside(request, asked))


def _page(request: SignedIn, asked: Asked) -> Found[Row]:
    return queries.dashboard(request.user, asked.team, asked.filters, sort=asked.sort, at=asked.at)


def _line(asked: Asked, row: Row, costs: Mapping[int, Tariff], *, fresh: bool = True) -> Line:
    tariff = costs.get(row.project.pk) if row.project else None
    return Line(row, fresh=fresh, beside=asked.looking_at(row.key), tariff=tariff)


def _tariffs(request: SignedIn, asked: Asked) -> dict[int, Tariff]:
    """Read the team's projects, once for all of the page; with their price lists only where those are a column."""
    priced = "cost" in asked.columns
    shell = Shell.of(request)
    shell.projects = queries.project_freshness(request.user, quotas_for=asked.team, priced=priced)
    return tariffs(shell.projects) if priced else {}


def _around(request: SignedIn, asked: Asked, page: Found[Row], lines: list[Line]) -> dict[str, Any]:
    """Everything but the rows."""
    counts = queries.counted(request.user, asked.team, asked.filters)
    watches = queries.watches_of(request.user, asked.team)
    most = ALL_NEEDS if "needs" in request.GET else MOST_NEEDS
    needs = queries.needs_me(request.user, most=most, over=watches.over)
    shell = Shell.of(request)
    shell.desk_count = needs.to_decide
    return {
        "needs": needs.shown,
        "needs_count": needs.total,
        "watches": watches.standing,
        "several_projects": len(shell.projects) > 1,
        "is_moving": any(line.is_moving for line in lines),
        "suggestions": counters.suggestions(lines),
        "order_of_rows": " ".join(line.row.key for line in lines),
        **_beside(request, asked),
        **_asked(request, asked, page),
        **_counted(request, asked, counts, is_empty=not lines),
    }


def _asked(request: SignedIn, asked: Asked, page: Found[Row]) -> dict[str, Any]:
    """What the address said, and the addresses that lead on from there."""
    return {
        "team": asked.team,
        "may_adopt": any(
            seat.team == asked.team and seat.role == Membership.Role.ADMIN for seat in Shell.of(request).memberships
        ),
        "filters": asked.filters,
        "is_filtered": asked.is_filtered,
        "sort": asked.sort,
        "sorts": [(word, SORT_WORDS[word]) for word in SORTS],
        "heads": [(head, asked.sorted_by(head.sort)) for head in columns.heads(asked.columns, sort=asked.sort)],
        "columns": asked.columns,
        "all_columns": columns.COLUMNS.items(),
        "query": asked.query,
        "query_clear": asked.cleared(),
        "query_everyone": asked.narrowed(mine=False, unclaimed=False),
        "query_mine": asked.narrowed(mine=True, unclaimed=False),
        "query_unclaimed": asked.narrowed(mine=False, unclaimed=True),
        "query_previous": asked.turned_to(page.previous),
        "query_next": asked.turned_to(page.next),
        "first": page.first,
        "last": page.first + len(page.rows) - 1,
    }


def _counted(request: SignedIn, asked: Asked, counts: Counts, *, is_empty: bool) -> dict[str, Any]:
    shares = counters.shares(counts.nodes)
    return {
        "number": queries.total(counts.rows, asked.filters),
        "counters": counters.counters(asked, counts.rows, counts.moved),
        "chips": counters.chips(asked, Shell.of(request).projects),
        "shares": shares,
        "all_nodes": sum(share.number for share in shares),
        "cards": counters.cards(counts.flavors, queries.accelerators_of(Shell.of(request).projects)),
        "quotas": queries.pool_quotas(Shell.of(request).projects),
        "unclaimed": counts.unclaimed,
        "running": counts.rows.get(Phase.RUNNING, 0),
        "unfiltered": _unfiltered(request, asked) if is_empty and asked.is_filtered else 0,
    }


def _unfiltered(request: SignedIn, asked: Asked) -> int:
    """How many rows there would be without the filters that found none."""
    return queries.total(queries.phase_counts(request.user, asked.team), Filters())


def _beside(request: SignedIn, asked: Asked) -> dict[str, Any]:
    """The row beside the list, if one was asked for and may be seen; and the address that closes it."""
    panel = beside(request.user, asked.beside) if asked.beside else {}
    if panel.get("pool"):
        panel["teams"] = adopting.teams_for(request, panel["pool"])
    return {"panel": panel, "beside": asked.beside if panel else "", "query_close": asked.looking_at("")}
