"""What the address of a dashboard asks for: whose, narrowed by what, in which order and columns, from where on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, QueryDict

from console.dashboard.columns import USUAL, chosen
from console.shell import Shell, SignedIn
from pools.models import Team
from pools.queries import NEWEST, SORTS, Filters
from pools.wire.gist import LONGEST_TRAIT

LONGEST_TEXT = 64
LONGEST_PLACE = 1000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`at` is the cursor of a page; whoever narrows or sorts anew begins at the first. `beside` names the row that is
    shown beside the list.
    """

    team: Team
    filters: Filters
    sort: str = NEWEST
    columns: tuple[str, ...] = USUAL
    at: str = ""
    beside: str = ""

    @classmethod
    def of(cls, request: SignedIn) -> Asked | None:
        """None where the person is in no team at all; a team of others, or no team's, is not found."""
        team = _chosen_team(request)
        return cls.read(request.GET, team=team) if team else None

    @classmethod
    def read(cls, said: QueryDict, *, team: Team) -> Asked:
        """Whatever was said: what means nothing is as if it was not there, or finds nothing."""
        filters = Filters(
            phase=_plain(said.get("phase", "")),
            text=_plain(said.get("q", "")).strip(),
            mine=said.get("mine") == "yes",
            unclaimed=said.get("unclaimed") == "yes",
            project=_key(said.get("project", "")),
            flavor=_plain(said.get("flavor", ""), LONGEST_TRAIT).strip(),
            zone=_plain(said.get("zone", ""), LONGEST_TRAIT).strip(),
            job=_plain(said.get("job", ""), LONGEST_TRAIT).strip(),
        )
        sort = said.get("sort", NEWEST)
        return cls(
            team=team,
            filters=filters,
            sort=sort if sort in SORTS else NEWEST,
            columns=chosen(said.getlist("column")),
            at=said.get("at", "")[:LONGEST_PLACE],
            beside=_plain(said.get("beside", "")),
        )

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
            "unclaimed": "yes" if filters.unclaimed else "",
            "project": "" if filters.project is None else str(filters.project),
            "flavor": filters.flavor,
            "zone": filters.zone,
            "job": filters.job,
            "sort": self.sort if self.sort != NEWEST else "",
            "column": self.columns if self.columns != USUAL else (),
            "at": self.at,
            "beside": self.beside,
        }
        return urlencode({key: value for key, value in said.items() if value}, doseq=True)

    def narrowed(self, **filters: Any) -> str:
        """The address of the first page with these filters changed."""
        return replace(self, filters=replace(self.filters, **filters), at="").query

    def sorted_by(self, sort: str) -> str:
        """The address of the first page in this order."""
        return replace(self, sort=sort, at="").query

    def turned_to(self, at: object) -> str:
        """The address of the page at this cursor; empty for none."""
        return replace(self, at=str(at)).query if at else ""

    def cleared(self) -> str:
        return replace(self, filters=Filters(), at="").query

    def kept(self) -> str:
        """What a saved view keeps of the address: neither whose it is nor where on the list one was."""
        said = QueryDict(replace(self, at="", beside="").query, mutable=True)
        del said["team"]
        return said.urlencode()

    def looking_at(self, row: str) -> str:
        """The address of this page with a row shown beside the list, or with none."""
        return replace(self, beside=row).query


def _plain(text: str, longest: int = LONGEST_TEXT) -> str:
    return text.replace("\0", "")[:longest]


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
