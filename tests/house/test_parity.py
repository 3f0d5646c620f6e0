"""docs/parity.md tells the truth: every claim has its test, every mark its claim, every operation its claims."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.parity import shown
from tests.parity.behaviours import CHAPTERS, HERE, SOURCES, THEMES, read
from tests.parity.operations import OPERATIONS
from tests.parity.page import PAGE, written

CLAIMS = read()


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == written(), "make docs writes it anew"


def test_every_claim_is_shown_by_a_test() -> None:
    tests = shown.tests_by_claim()
    assert [one.ident for one in CLAIMS if not one.lacks and one.ident not in tests] == []


def test_what_is_not_done_is_not_shown() -> None:
    tests = shown.tests_by_claim()
    assert [one.ident for one in CLAIMS if one.lacks and one.ident in tests] == []


def test_a_claim_is_held_in_one_way() -> None:
    assert [one.ident for one in CLAIMS if sum(map(bool, (one.differs, one.unsure, one.lacks))) > 1] == []


def test_every_mark_names_a_claim() -> None:
    assert shown.tests_by_claim().keys() - {one.ident for one in CLAIMS} == set()


def test_every_operation_that_is_served_has_claims() -> None:
    assert {one.name for one in OPERATIONS} - {one.operation for one in CLAIMS} == set()


def test_every_section_is_an_operation_or_a_theme() -> None:
    assert {one.operation for one in CLAIMS} - {one.name for one in OPERATIONS} - {*THEMES} == set()


def test_every_chapter_and_theme_is_told() -> None:
    assert {one.chapter for one in CLAIMS} == {*CHAPTERS}
    assert {*THEMES} - {one.operation for one in CLAIMS} == set()
    assert {path.stem for path in HERE.iterdir()} == {*CHAPTERS}


def test_no_claim_is_made_twice() -> None:
    assert [text for text, times in Counter((one.operation, one.does) for one in CLAIMS).items() if times > 1] == []


def test_every_claim_is_a_sentence_and_has_a_known_source() -> None:
    def learnt_from(source: str) -> set[str]:
        return {part.partition(" ")[0].rstrip(":") for part in source.split("; ")}

    assert [
        one.ident for one in CLAIMS if not one.does.endswith((".", '."')) or learnt_from(one.source) - {*SOURCES}
    ] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('@pytest.mark.shows("A.b", "A.c")\ndef test_x(): ...', [("test_x", ["A.b", "A.c"])]),
        ('@pytest.mark.shows("A.b")\n@pytest.mark.shows("A.c")\ndef test_x(): ...', [("test_x", ["A.b", "A.c"])]),
        ('@cases("n", [pytest.param(1, marks=pytest.mark.shows("A.b"))])\ndef test_x(n): ...', [("test_x", ["A.b"])]),
        ('class TestX:\n    @pytest.mark.shows("A.b")\n    def test_y(self): ...', [("TestX::test_y", ["A.b"])]),
        ('def test_x(): "shows nothing"', []),
    ],
)
def test_a_mark_is_found_wherever_it_stands(source: str, found: list[tuple[str, list[str]]]) -> None:
    assert [(test.name, claims) for test, claims in shown.marks(source, file="x.py")] == found


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ('@pytest.mark.shows(f"A.{b}")\ndef test_x(): ...', "plain string"),
        ('@pytest.mark.shows("A.b")\ndef helper(): ...', "no test"),
    ],
)
def test_a_mark_that_cannot_be_followed_is_an_error(source: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        list(shown.marks(source, file="x.py"))
