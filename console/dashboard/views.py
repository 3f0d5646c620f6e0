"""The dashboard of a team: what needs me, counters that filter, every pool and every order without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.dashboard.asking import Asked
from console.dashboard.rows import Line
from console.shell import Shell, SignedIn
from pools import queries
from pools.queries import GONE, GROUPS, NEWEST, SORTS, Filters, Found, Row

# Words of counters that are not the cloud's own.
GROUP_WORDS = {"Ordered": _("On the way"), "Failed": _("Failed"), "Refused": _("Refused"), GONE: _("Gone")}
SORT_WORDS = {
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "changed": _("Changed last"),
    "name": _("Name"),
}
MOST_NEEDS = 5
ALL_NEEDS = 200
MOST_NAMED = 2 * queries.ROWS_A_PAGE


@dataclass(frozen=True, kw_only=True)
class Counter:
    """One counter above the table: a link that filters, or takes its own filter away again."""

    group: str
    word: Any
    number: int
    current: bool
    query: str


@never_cache
@require_safe
def dashboard(request: SignedIn) -> HttpResponse:
    asked = Asked.of(request)
    if asked is None:
        return render(request, "dashboard/no_team.html")
    cursor = queries.cursor_from_now(timezone.now())
    page = _page(request, asked)
    lines = [Line(row) for row in page.rows]
    context = _around(request, asked, page) | {"cursor": cursor, "lines": lines, "is_moving": _move(lines)}
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
    page = _page(request, asked)
    here = {row.key for row in page.rows}
    # A row that is new here is put at the top, and belongs there on the first page of the newest alone.
    at_top = page.previous is None and asked.sort == NEWEST
    named = queries.rows_named(request.user, orders=_keys(request, "orders"), pools=_keys(request, "pools"))
    lines = [Line(row, fresh=at_top and row.key in here) for row in named]
    shown = [Line(row) for row in page.rows]
    context = _around(request, asked, page) | {"lines": lines, "shown": shown, "is_moving": _move(shown)}
    return render(request, "dashboard/parts.html", context)


def _page(request: SignedIn, asked: Asked) -> Found[Row]:
    return queries.dashboard(request.user, asked.team, asked.filters, sort=asked.sort, at=asked.at)


def _around(request: SignedIn, asked: Asked, page: Found[Row]) -> dict[str, Any]:
    """Everything but the rows."""
    counts = queries.phase_counts(request.user, asked.team, asked.filters)
    needs = queries.needs_me(request.user, most=ALL_NEEDS if "needs" in request.GET else MOST_NEEDS)
    shell = Shell.of(request)
    shell.desk_count = needs.to_decide
    return {
        "team": asked.team,
        "filters": asked.filters,
        "sort": asked.sort,
        "sorts": [(word, SORT_WORDS[word]) for word in SORTS],
        "query": asked.query,
        "query_clear": asked.cleared(),
        "query_everyone": asked.narrowed(mine=False),
        "query_mine": asked.narrowed(mine=True),
        "query_previous": asked.turned_to(page.previous),
        "query_next": asked.turned_to(page.next),
        "first": page.first,
        "last": page.first + len(page.rows) - 1,
        "number": queries.total(counts, asked.filters),
        "counters": _counters(asked, counts),
        "total": queries.total(counts, Filters()),
        "needs": needs.shown,
        "needs_count": needs.total,
        "several_projects": len(shell.projects) > 1,
        "is_filtered": asked.is_filtered,
    }


def _counters(asked: Asked, counts: dict[str, int]) -> list[Counter]:
    """A counter per group, zero shown; and one for each word of the cloud's that we do not know."""
    known = frozenset[str]().union(*GROUPS.values())
    groups = {**GROUPS} | {word: frozenset({word}) for word in sorted(counts) if word not in known}
    return [
        Counter(
            group=group,
            word=GROUP_WORDS.get(group, group),
            number=sum(counts.get(word, 0) for word in words),
            current=asked.filters.phase == group,
            query=asked.narrowed(phase="" if asked.filters.phase == group else group),
        )
        for group, words in groups.items()
    ]


def _keys(request: SignedIn, name: str) -> list[int]:
    """Primary keys, separated by commas; what is none is left out, and so is more than a page can hold."""
    words = request.GET.get(name, "").split(",")[:MOST_NAMED]
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19]  # noqa: PLR2004 - 64 bits


def _move(lines: list[Line]) -> bool:
    return any(line.is_moving for line in lines)
