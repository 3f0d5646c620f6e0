"""What is wrong with the words of an entry: missing, guessed, or not made of the parts that the page fills in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from tests.wording.catalogs import Entry
from tests.wording.extracting import ROOT

# What is filled in or stands for itself: %(name)s, %s, %d, our own %n, {name}, and tags of HTML.
_PARTS: Final = re.compile(r"%%?n(?![a-z])|%\(\w+\)[sd]|%[sd]|%%|\{\w*\}|</?[a-z][^>]*>|%")
_HAN: Final = r"[\u4e00-\u9fff]"
_HALF_WIDTH: Final = re.compile(rf"{_HAN}[,;:!?](?!\S*://)|{_HAN}\.(?:\s|$)|{_HAN} +{_HAN}")


def complaints(entry: Entry) -> list[str]:
    """Sentences, each of them about one thing that is wrong; none where all is well."""
    checks: tuple[Callable[[Entry], Iterator[str]], ...] = (_words, _parts, _signs, _terms)
    return [f"{entry.message.one!r} {wrong}" for check in checks for wrong in check(entry)]


def _words(entry: Entry) -> Iterator[str]:
    if entry.fuzzy:
        yield "is marked fuzzy: somebody guessed. Say it right and take the mark away"
    if not all(text.strip() for text in entry.said):
        yield "has no words"


def _parts(entry: Entry) -> Iterator[str]:
    # A singular need not name the number that its plural does.
    wanted = Counter(_PARTS.findall(entry.message.many or entry.message.one))
    allowed = wanted | Counter(_PARTS.findall(entry.message.one))
    for text in filter(None, entry.said):
        parts = Counter(_PARTS.findall(text))
        if missing := set(wanted) - set(parts):
            yield f"lacks {', '.join(sorted(missing))} in {text!r}"
        if strange := {part for part in parts if parts[part] > allowed[part]}:
            yield f"has too many {', '.join(sorted(strange))} in {text!r}"
        if entry.message.one.endswith("…") != text.endswith("…"):
            yield f"ends otherwise than {text!r}: three dots promise a question first"


def _signs(entry: Entry) -> Iterator[str]:
    for text in entry.said:
        if "你" in text:
            yield f"says 你 in {text!r}; this console says 您"
        if found := _HALF_WIDTH.search(text):
            yield f"has the wrong sign or space at {found.group()!r} in {text!r}"


def _terms(entry: Entry) -> Iterator[str]:
    """The glossary's words, the longest first: a node pool is no pool. A word of the API may stay as it is."""
    said, left = " ".join(entry.said), _PARTS.sub(" ", entry.message.one)
    for english, chinese in terms():
        left, times = re.subn(rf"(?<![\w.-]){english}s?(?![\w-])", " ", left, flags=re.IGNORECASE)
        if times and all(entry.said) and chinese not in said and english not in said.lower():
            yield f"says {english}, which is {chinese}, in {said!r}"


@cache
def terms() -> tuple[tuple[str, str], ...]:
    """English and Chinese, as the table of docs/languages.md has them."""
    page = (ROOT / "docs" / "languages.md").read_text()
    rows: list[tuple[str, str]] = re.findall(rf"^\| ([a-z -]+) \| ({_HAN}+) \|", page, re.MULTILINE)
    return tuple(sorted(rows, key=lambda row: -len(row[0])))
