"""Every sentence that a person reads, out of the source: what the catalogs must have words for.

Python is read by its grammar and templates by Django's own reader, so that nothing besides the pinned requirements is
needed. `words(…)` marks what the language says, which knows no framework.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

ROOT: Final = Path(__file__).resolve().parents[2]
ROOMS: Final = ("console", "pools", "templates")
# How many arguments of a call are text: English has two where something is counted. A context (p) stands before them.
_KINDS: Final = {"gettext": 1, "ngettext": 2, "pgettext": 1, "npgettext": 2}
MARKS: Final = {**_KINDS, **{f"{kind}_lazy": number for kind, number in _KINDS.items()}, "gettext_noop": 1, "words": 1}
HOMES: Final = frozenset({"django.utils.translation", "pools.wire.words"})
_COMMENT: Final = re.compile(r"{#.*?#}|{%\s*comment\b.*?{%\s*endcomment\s*%}", re.DOTALL)


class Message(NamedTuple):
    """What is looked up. `many` is the English plural, empty where nothing is counted; `context` tells the same English
    words of two meanings apart.
    """

    one: str
    many: str = ""
    context: str = ""


class Found(NamedTuple):
    message: Message
    path: str


class Unreadable(ValueError):
    """A mark around what no catalog can hold, such as a text put together on the spot."""


def everything() -> list[Found]:
    """All of the product's sentences, file by file. Raises `Unreadable`."""
    return [found for room in ROOMS for path in sorted((ROOT / room).rglob("*")) for found in _of_file(path)]


def _of_file(path: Path) -> Iterator[Found]:
    readers = {".py": of_python, ".html": of_template}
    if path.suffix in readers and "migrations" not in path.parts:
        name = str(path.relative_to(ROOT))
        yield from (Found(message, name) for message in readers[path.suffix](path.read_text(), name))


def of_python(source: str, name: str = "") -> Iterator[Message]:
    """The texts of the marks that a module imported, under whatever names."""
    tree = ast.parse(source)
    known = dict(marks(tree))
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        if mark := known.get(ast.unparse(call.func)):
            wanted = call.args[: MARKS[mark] + _has_context(mark)]
            texts = [_text(argument, f"{name}:{call.lineno}") for argument in wanted]
            # A name stands for a text that is marked where it is written.
            if None not in texts:
                yield _message(mark, [text for text in texts if text])


def _has_context(mark: str) -> bool:
    return mark.lstrip("n").startswith("pgettext")


def _message(mark: str, texts: list[str]) -> Message:
    context, texts = (texts[0], texts[1:]) if _has_context(mark) else ("", texts)
    return Message(texts[0], "".join(texts[1:]), context)


def marks(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """How the module calls a mark, and which it is."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for one in node.names:
            if node.module in HOMES and one.name in MARKS:
                yield one.asname or one.name, one.name
            elif f"{node.module}.{one.name}" in HOMES:
                yield from ((f"{one.asname or one.name}.{mark}", mark) for mark in MARKS)


def _text(argument: ast.expr, place: str) -> str | None:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.JoinedStr | ast.BinOp):
        raise Unreadable(f"{place}: this text is put together before it is looked up")
    return None


def of_template(source: str, name: str = "") -> Iterator[Message]:
    """The texts of `translate`, `blocktranslate` and `_("…")`, with their contexts."""
    told = templatize(_COMMENT.sub("", source), origin=name)
    # What stands between the marks is blanked out and no Python: on one line it is harmless to Babel's reader.
    line = BytesIO(told.replace("\n", " ").encode())
    for _number, mark, texts, _comments in extract_python(line, dict.fromkeys(["_", *_KINDS]), [], {}):
        yield _message(str(mark), [texts] if isinstance(texts, str) else [text for text in texts if text])
