"""What is ours alone of an order: read as it was typed, or left out with a word about it."""

from __future__ import annotations

from datetime import date

import pytest

from pools.dockets import Docket, Slip, address, read


def typed(**parts: str) -> tuple[Docket, list[Slip]]:
    return read(**{"needed_by": "", "contact": "", "cost_centre": "", "ticket": "", **parts})


def test_nothing_typed_is_an_empty_docket() -> None:
    assert typed() == (Docket(), [])


def test_what_was_typed_is_kept() -> None:
    docket, slips = typed(needed_by="2026-12-03", contact="Lena, 4711", cost_centre="KST 7", ticket="OPS-12")
    assert docket == Docket(needed_by=date(2026, 12, 3), contact="Lena, 4711", cost_centre="KST 7", ticket="OPS-12")
    assert slips == []


@pytest.mark.parametrize(
    "text", ["20261203", "2026-W49-4", "3.12.2026", "2026-06-31", "2026-12-03T00:00", "٢٠٢٦-١٢-٠٣", "x" * 9999]
)
def test_a_day_has_one_spelling(text: str) -> None:
    assert typed(needed_by=text) == (Docket(), [Slip("needed_by", "date")])


@pytest.mark.parametrize(
    ("part", "text", "case"),
    [
        ("contact", "x" * 121, "long"),
        ("cost_centre", "x" * 41, "long"),
        ("ticket", "x" * 256, "long"),
        ("contact", "lena\nadmin", "unreadable"),
        ("cost_centre", "7\u202e7", "unreadable"),
        ("ticket", "https://lena:secret@tickets.example/7", "password"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_left_out_and_named(part: str, text: str, case: str) -> None:
    assert typed(**{part: text}) == (Docket(), [Slip(part, case)])  # type: ignore[arg-type]  # as the cases say


@pytest.mark.parametrize("ticket", ["https://tickets.example/OPS-12", "http://10.0.0.7:8080/x?id=1"])
def test_a_ticket_that_is_an_address_leads_there(ticket: str) -> None:
    assert address(ticket) == ticket


@pytest.mark.parametrize(
    "ticket",
    [
        "",
        "OPS-12",
        "javascript:alert(1)",
        "//tickets.example",
        "data:text/html,x",
        "https://",
        "http://[",
        "https://a b",
    ],
)
def test_nothing_else_leads_anywhere(ticket: str) -> None:
    assert not address(ticket)
