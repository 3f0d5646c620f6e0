"""docs/parity.md, written anew from claims, marks and the endpoint's own table of addresses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Final

from tests.parity.behaviours import CHAPTERS, SOURCES, THEMES, Behaviour, read
from tests.parity.operations import OPERATIONS
from tests.parity.shown import Test, tests_by_claim

PAGE: Final = Path(__file__).parent.parent.parent / "docs" / "parity.md"

HEAD: Final = """# Parity

What the [embedded endpoint](endpoint.md) and our own client do as the cloud does: claim by claim, where each was
learnt, how it is held here, and the test that shows it. *Unsure* names what no source tells and how we read it,
*otherwise* how we depart from the original on purpose.

`make docs` writes this page from the claims in `tests/parity/behaviours` and from the marks on the tests. The build
fails when it is out of date and when a claim has no test.
"""


def written() -> str:
    """The whole page."""
    claims, shown = read(), tests_by_claim()
    parts = [HEAD, _sources(), _numbers(claims)]
    for chapter, inside in groupby(claims, key=lambda one: one.chapter):
        parts.append(f"## {CHAPTERS[chapter]}\n")
        for operation, rows in groupby(inside, key=lambda one: one.operation):
            parts += _section(operation, list(rows), shown)
    return "\n".join(parts)


def _sources() -> str:
    rows = "\n".join(f"| {name} | {what} |" for name, what in SOURCES.items())
    return f"| Source | What it stands for |\n|---|---|\n{rows}\n"


def _numbers(claims: list[Behaviour]) -> str:
    lines = ["| | Operations | Claims | Yes | Unsure | Otherwise | No |", "|---|---|---|---|---|---|---|"]
    lines += [_counted(title, [one for one in claims if one.chapter == name]) for name, title in CHAPTERS.items()]
    return "\n".join([*lines, _counted("**All**", claims)]) + "\n"


def _counted(title: str, claims: list[Behaviour]) -> str:
    operations = {one.operation for one in claims} - {*THEMES}
    states = Counter(_state(one)[0] for one in claims)
    cells = [len(operations), len(claims), *(states[state] for state in ("yes", "unsure", "otherwise", "no"))]
    return f"| {title} | {' | '.join(map(str, cells))} |"


def _state(one: Behaviour) -> tuple[str, str]:
    """How a claim is held, in a word, and what there is to say of it."""
    for state, text in (("no", one.lacks), ("otherwise", one.differs), ("unsure", one.unsure)):
        if text:
            return state, text
    return "yes", ""


def _section(operation: str, rows: list[Behaviour], shown: dict[str, list[Test]]) -> Iterator[str]:
    yield f"### {THEMES.get(operation, operation)}\n"
    if addresses := [f"`{one.method} {one.path}`" for one in OPERATIONS if one.name == operation]:
        yield f"{', '.join(addresses)}\n"
    yield "| What it does | Source | Here | Shown by |\n|---|---|---|---|"
    yield "\n".join(_row(one, shown.get(one.ident, [])) for one in rows) + "\n"


def _row(one: Behaviour, tests: Iterable[Test]) -> str:
    state, text = _state(one)
    here = f"**{state}.** {text}" if text else state
    links = ", ".join(f"[{test.name}](../tests/{test.file})" for test in tests)
    return f"| {one.does} | {one.source} | {here} | {links} |"
