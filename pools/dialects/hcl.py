"""Terraform's language, as far as a configuration of one resource needs it: text, values, attributes, blocks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TEMPLATE: Final = re.compile(r"[$%](?=\{)")


def can_say(value: Any) -> bool:
    """Whether Terraform keeps a value as it is: it brings all text into one normal form (NFC), keys included."""
    if isinstance(value, str):
        return unicodedata.is_normalized("NFC", value)
    if isinstance(value, dict):
        return all(can_say(key) and can_say(inner) for key, inner in value.items())
    return not isinstance(value, list) or all(map(can_say, value))


def text(value: str) -> str:
    """A quoted text that means `value`: nothing in it is invisible, and nothing begins a template."""
    plain = "".join(_ESCAPES.get(one) or (one if one.isprintable() else _code(one)) for one in value)
    # Doubling the sign is what people write, but readers disagree about several in a row, and about one left open.
    return f'"{_TEMPLATE.sub(lambda found: _code(found[0]), plain)}"'


def _code(one: str) -> str:
    number = ord(one)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"  # noqa: PLR2004


def value(it: Any, indent: int = 0) -> str:
    """A JSON value as an expression, objects and lists over several lines."""
    inner, outer = "  " * (indent + 1), "  " * indent
    if isinstance(it, str):
        return text(it)
    if isinstance(it, dict) and it:
        pairs = [(text(key), value(part, indent + 1)) for key, part in it.items()]
        return "\n".join(("{", *aligned(pairs, inner), f"{outer}}}"))
    if isinstance(it, list) and any(isinstance(part, dict | list) for part in it):
        return "\n".join(("[", *(f"{inner}{value(part, indent + 1)}," for part in it), f"{outer}]"))
    if isinstance(it, list):
        return f"[{', '.join(map(value, it))}]"
    return {"None": "null", "True": "true", "False": "false"}.get(repr(it), repr(it))


def aligned(pairs: Sequence[tuple[str, str]], space: str) -> Iterator[str]:
    """Names and values with their signs below each other, as far as values of one line follow each other."""
    for is_short, some in groupby(pairs, lambda pair: "\n" not in pair[1]):
        group = list(some)
        width = max(len(name) for name, _value in group) if is_short else 0
        yield from (f"{space}{name:{width}} = {said}" for name, said in group)


@dataclass
class Block:
    """A block with its attributes and blocks, in the order they were given."""

    kind: str
    labels: tuple[str, ...] = ()
    parts: list[tuple[str, str] | Block] = field(default_factory=list)

    def give(self, name: str, it: Any) -> None:
        """An attribute, unless `it` is None."""
        if it is not None:
            self.parts.append((name, value(it)))

    def give_json(self, name: str, it: Any) -> None:
        """An attribute that holds JSON as text, unless `it` is None."""
        if it is not None:
            self.parts.append((name, f"jsonencode({value(it)})"))

    def block(self, kind: str) -> Block:
        inner = Block(kind)
        self.parts.append(inner)
        return inner

    def written(self, indent: int = 0) -> str:
        """The block as `terraform fmt` would leave it."""
        outer = "  " * indent
        head = " ".join((self.kind, *map(text, self.labels)))
        if not self.parts:
            return f"{outer}{head} {{}}"
        return f"{outer}{head} {{\n{self._body(indent + 1)}\n{outer}}}"

    def _body(self, indent: int) -> str:
        space = "  " * indent
        parts = []
        for is_short, some in groupby(self.parts, _is_short):
            if is_short:
                parts.append("\n".join(aligned([part for part in some if not isinstance(part, Block)], space)))
                continue
            parts += [_written(part, indent) for part in some]
        return "\n\n".join(parts)


def _written(part: tuple[str, str] | Block, indent: int) -> str:
    if isinstance(part, Block):
        return part.written(indent)
    space = "  " * indent
    return f"{space}{part[0]} = {part[1]}".replace("\n", f"\n{space}")


def _is_short(part: tuple[str, str] | Block) -> bool:
    return not isinstance(part, Block) and "\n" not in part[1]
