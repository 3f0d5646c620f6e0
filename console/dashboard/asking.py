"""What the address of a dashboard asks for: whose, narrowed by what, in which order, from where on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404

from console.shell import Shell, SignedIn
from pools.models import Team
from pools.queries import NEWEST, SORTS, Filters

LONGEST_TEXT = 64
LONGEST_PLACE = 1000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`at` is the cursor of a page; whoever narrows or sorts anew begins at the first."""

    team: Team
    filters: Filters
    sort: str = NEWEST
    at: str = ""

    @classmethod
    def of(cls, request: SignedIn) -> Asked | None:
        """None where the person is in no team at all; a team of others, or no team's, is not found."""
        team = _chosen_team(request)
        if team is None:
            return None
        said = request.GET
        filters = Filters(
            phase=_plain(said.get("phase", "")),
            text=_plain(said.get("q", "")).strip(),
            mine=said.get("mine") == "yes",
            project=_key(said.get("project", "")),
        )
        sort = said.get("sort", NEWEST)
        at = said.get("at", "")[:LONGEST_PLACE]
        return cls(team=team, filters=filters, sort=sort if sort in SORTS else NEWEST, at=at)

    @property
    def is_filtered(self) -> bool:
        return self.filters != Filters()

    @property
    def query(self) -> str:
        """Of this very page, after the question mark."""
        filters = self.filters
        said = {
            "team": self.team.slug,
            "phase": filters.phase,
            "q": filters.text,
            "mine": "yes" if filters.mine else "",
            "project": filters.project or "",
            "sort": self.sort if self.sort != NEWEST else "",
            "at": self.at,
        }
        return urlencode({key: value for key, value in said.items() if value})

    def narrowed(self, **filters: Any) -> str:
        """The address of the first page with these filters changed."""
        return replace(self, filters=replace(self.filters, **filters), at="").query

    def turned_to(self, at: object) -> str:
        """The address of the page at this cursor; empty for none."""
        return replace(self, at=str(at)).query if at else ""

    def cleared(self) -> str:
        return replace(self, filters=Filters(), at="").query


def _plain(text: str) -> str:
    return text.replace("\0", "")[:LONGEST_TEXT]


def _key(word: str) -> int | None:
    """A primary key; a word that is none finds nothing, as a key that nobody has."""
    if not word:
        return None
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else 0  # noqa: PLR2004 - 64 bits


def _chosen_team(request: SignedIn) -> Team | None:
    """The team named in the address, else the first of the person's own."""
    teams = {membership.team.slug: membership.team for membership in Shell.of(request).memberships}
    asked = request.GET.get("team")
    if asked and asked not in teams:
        raise Http404
    return teams[asked] if asked else next(iter(teams.values()), None)
