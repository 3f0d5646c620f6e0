"""The dashboard of a team: what needs me, counters that filter, every pool and every order without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console.dashboard.rows import Line
from console.shell import Shell, SignedIn
from pools import queries
from pools.models import Team
from pools.queries import GROUPS, Filters

# Words of counters that are not the cloud's own.
GROUP_WORDS = {"Ordered": _("On the way"), "Failed": _("Failed"), "Refused": _("Refused")}
MOST_NEEDS = 5
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
    team = _chosen_team(request)
    if team is None:
        return render(request, "dashboard/no_team.html")
    cursor = queries.cursor_from_now(timezone.now())
    filters, number = _filters(request), request.GET.get("page", "1")
    counts = queries.phase_counts(request.user, team, filters)
    page = queries.dashboard(request.user, team, filters, number, counts=counts)
    page.object_list = [Line(row) for row in page.object_list]
    context = _around(request, team, filters, counts) | {"page": page, "cursor": cursor, "lines": page.object_list}
    return render(request, "dashboard/dashboard.html", context | {"is_moving": _moves(page)})


@never_cache
@require_safe
def parts(request: SignedIn) -> HttpResponse:
    """What a dashboard in a browser swaps in: everything around the table, and the rows of the orders and pools named.

    A row that is on no page any more is still given, as it stands now: nothing vanishes under the pointer.
    """
    team = _chosen_team(request)
    if team is None:
        raise Http404
    filters, number = _filters(request), request.GET.get("page", "1")
    counts = queries.phase_counts(request.user, team, filters)
    page = queries.dashboard(request.user, team, filters, number, counts=counts)
    here = {row.key for row in page.object_list}
    named = queries.rows_named(request.user, orders=_keys(request, "orders"), pools=_keys(request, "pools"))
    lines = [Line(row, fresh=row.key in here and page.number == 1) for row in named]
    page.object_list = [Line(row) for row in page.object_list]
    context = _around(request, team, filters, counts) | {"lines": lines, "page": page, "is_moving": _moves(page)}
    return render(request, "dashboard/parts.html", context)


def _around(request: SignedIn, team: Team, filters: Filters, counts: dict[str, int]) -> dict[str, Any]:
    """Everything but the rows."""
    needs, shell = queries.needs_me(request.user), Shell.of(request)
    shell.desk_count = sum(need.kind == "decide" for need in needs)
    everyone = _query(team, Filters(phase=filters.phase, text=filters.text))
    return {
        "team": team,
        "filters": filters,
        "query": _query(team, filters),
        "query_clear": _query(team, Filters()),
        "query_everyone": everyone,
        "query_mine": _query(team, Filters(phase=filters.phase, text=filters.text, mine=True)),
        "counters": _counters(team, filters, counts),
        "total": sum(counts.values()),
        "needs": needs[:MOST_NEEDS] if "needs" not in request.GET else needs,
        "needs_count": len(needs),
        "several_projects": len(shell.projects) > 1,
        "is_filtered": bool(filters.phase or filters.text or filters.mine),
    }


def _counters(team: Team, filters: Filters, counts: dict[str, int]) -> list[Counter]:
    """A counter per group, zero shown; and one for each word of the cloud's that we do not know."""
    known = frozenset[str]().union(*GROUPS.values())
    groups = {**GROUPS} | {word: frozenset({word}) for word in sorted(counts) if word not in known}
    return [
        Counter(
            group=group,
            word=GROUP_WORDS.get(group, group),
            number=sum(counts.get(word, 0) for word in words),
            current=filters.phase == group,
            query=_query(
                team, Filters(phase="" if filters.phase == group else group, text=filters.text, mine=filters.mine)
            ),
        )
        for group, words in groups.items()
    ]


def _query(team: Team, filters: Filters) -> str:
    """The address of a dashboard, after its question mark."""
    said = {"team": team.slug, "phase": filters.phase, "q": filters.text, "mine": "yes" if filters.mine else ""}
    return urlencode({key: value for key, value in said.items() if value})


def _filters(request: SignedIn) -> Filters:
    asked = request.GET
    text = asked.get("q", "").replace("\0", "").strip()[:64]
    return Filters(phase=asked.get("phase", "")[:64].replace("\0", ""), text=text, mine=asked.get("mine") == "yes")


def _chosen_team(request: SignedIn) -> Team | None:
    """The team named in the address, else the first of the person's own; a team of others is not found."""
    teams = {membership.team.slug: membership.team for membership in Shell.of(request).memberships}
    asked = request.GET.get("team")
    if asked and asked not in teams:
        raise Http404
    return teams[asked] if asked else next(iter(teams.values()), None)


def _keys(request: SignedIn, name: str) -> list[int]:
    """Primary keys, separated by commas; what is none is left out, and so is more than a page can hold."""
    words = request.GET.get(name, "").split(",")[:MOST_NAMED]
    return [int(word) for word in words if word.isascii() and word.isdigit() and len(word) < 19]  # noqa: PLR2004 - 64 bits


def _moves(page: Page[Any]) -> bool:
    return any(line.is_moving for line in page.object_list)
