"""The columns of the dashboard: which there are, which are shown, and by which of them rows are sorted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

# Name and status are always there. The order here is the order on the page.
COLUMNS: Final[dict[str, Any]] = {
    "flavors": _("Flavors and zones"),
    "jobs": _("Job types"),
    "order": _("Order"),
    "by": _("Ordered by"),
    "project": _("Project"),
    "workspace": _("Workspace"),
    "cost": _("List price"),
    "age": _("Age"),
    "read": _("Read"),
}
USUAL: Final = ("flavors", "by", "read")
# By a click on the head of a column: the order it leads to first, and the one after that.
SORTED_BY: Final = {"name": ("name", "name-down"), "status": ("changed", "unchanged"), "age": ("newest", "oldest")}
DOWN: Final = frozenset({"newest", "changed", "name-down"})


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of one column. `sort` is the order a click leads to, empty where rows are not sorted by it; `aria` says
    how they are now, in the words of `aria-sort`.
    """

    key: str
    word: Any
    sort: str = ""
    aria: str = ""


def chosen(asked: Sequence[str]) -> tuple[str, ...]:
    """The known ones among those asked for, in the order of the page; the usual ones where none is."""
    return tuple(key for key in COLUMNS if key in asked) or USUAL


def heads(columns: Sequence[str], *, sort: str) -> list[Head]:
    words = {"name": _("Pool"), "status": _("Status"), **{key: COLUMNS[key] for key in columns}}
    return [_head(key, word, sort=sort) for key, word in words.items()]


def _head(key: str, word: Any, *, sort: str) -> Head:
    first, second = SORTED_BY.get(key, ("", ""))
    if sort not in {first, second}:
        return Head(key=key, word=word, sort=first)
    aria = "descending" if sort in DOWN else "ascending"
    return Head(key=key, word=word, sort=second if sort == first else first, aria=aria)
