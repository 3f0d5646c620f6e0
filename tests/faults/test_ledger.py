"""The reckoning of resizes finds what is wrong, and nothing where all is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.faults.ledger import Asked, Pool, arrivals, misdeeds


def nodes(count: int) -> dict[str, int]:
    return {"cpu": count}


def asked(pk: int, was: int, wanted: int, **fields: Any) -> Asked:
    return Asked(**{"pk": pk, "state": "done", "approved": True, "was": nodes(was), "wanted": nodes(wanted), **fields})


ROWS = (
    asked(1, 1, 3),
    asked(2, 3, 5, state="withdrawn", approved=False),
    asked(3, 3, 2),
    asked(4, 2, 3, state="failed"),
    asked(5, 2, 3),
    asked(6, 3, 6, state="recorded", approved=False),
)
CHANGES = ((nodes(1), nodes(3)), (nodes(3), nodes(2)), (nodes(2), nodes(3)))
RIGHT = Pool(name="soak-1", ordered=nodes(1), asked=ROWS, changes=CHANGES, now=nodes(3))


def test_books_that_are_right_have_nothing_wrong() -> None:
    assert list(misdeeds(RIGHT)) == []
    assert list(misdeeds(replace(RIGHT, asked=(), changes=(), now=nodes(1)))) == []


def test_what_was_so_already_and_what_nobody_heard_of_are_no_mistakes() -> None:
    again = replace(RIGHT, asked=(*ROWS[:5], asked(7, 2, 3), ROWS[5]))
    assert list(misdeeds(again)) == []
    lost = asked(8, 3, 5, state="failed", is_untold=True)
    gone = replace(RIGHT, asked=(*ROWS, lost), changes=(*CHANGES, (nodes(3), nodes(5))), now=nodes(5))
    assert list(misdeeds(gone)) == []
    assert list(misdeeds(replace(gone, asked=(*ROWS, replace(lost, is_untold=False))))) != []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"changes": (*CHANGES, (nodes(3), nodes(6)))}, "no resize is behind it"),
        ({"changes": (*CHANGES, CHANGES[-1])}, "or it was sent twice"),
        ({"changes": (CHANGES[0], (nodes(4), nodes(2)), CHANGES[2])}, "no resize is behind it"),
        ({"asked": (replace(ROWS[0], approved=False), *ROWS[1:])}, "nobody had approved it"),
        ({"changes": CHANGES[:2]}, "the cloud did nothing"),
        ({"now": nodes(2)}, "by the resizes it should have"),
    ],
    ids=["unapproved", "twice", "to other nodes", "unasked", "not done", "left otherwise"],
)
def test_what_is_wrong_is_found(wrong: dict[str, Any], told: str) -> None:
    assert [one for one in misdeeds(replace(RIGHT, **wrong)) if told in one]


def test_what_was_taken_more_often_than_it_was_asked_for_is_found() -> None:
    assert list(arrivals([("a", "x"), ("a", "y")], [("a", "x"), ("a", "y"), ("b", "x")])) == []
    assert len(list(arrivals([("a", "x"), ("a", "x"), ("b", "y")], [("a", "x"), ("b", "x")]))) == 2
