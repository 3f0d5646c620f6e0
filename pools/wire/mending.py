"""Small repairs on a copy of a document, guided by what the models found wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final, Literal, TypeVar

from pydantic import ValidationError

from pools.wire.shape import Odd, Shape, read_keys, wire_keys

S = TypeVar("S", bound=Shape)
Extra = Literal["ignore"] | None
Where = tuple[str | int, ...]
Mender = Callable[[Any, Where, str], bool]
"""Changes the document where a problem of some kind is; answers whether it did."""

MOST_MISTAKES: Final = 1000
"""More than that is no document but an attack: it is not mended, and not told one by one."""

_ROUNDS: Final = 12
_MISSING: Final = object()
_WHOLE: Final = re.compile(r"-?\d{1,9}")


def validate(shape: type[S], document: object, mend: Mender, *, known_only: bool = False) -> S:
    """The document as a shape. What does not fit is offered to `mend`, on a copy, for as long as that changes
    something. Raises ValidationError when it no longer does. `known_only` leaves out keys beyond the tables."""
    extra: Extra = "ignore" if known_only else None
    try:
        return shape.model_validate(document, by_alias=True, by_name=False, extra=extra)
    except ValidationError as error:
        refusal = error
    if refusal.error_count() > MOST_MISTAKES:
        raise refusal
    mended = copied(document)
    for _ in range(_ROUNDS):
        if not _mend_all(mended, refusal, mend):
            break
        try:
            return shape.model_validate(mended, by_alias=True, by_name=False, extra=extra)
        except ValidationError as error:
            refusal = error
    raise refusal


def _mend_all(document: Any, refusal: ValidationError, mend: Mender) -> bool:
    problems = refusal.errors(include_url=False, include_input=False, include_context=False)
    targets = {within(document, problem["loc"]): problem["type"] for problem in problems}
    mended: set[Where] = set()
    # From the back, so that taking an item out of a list does not move those still to be looked at.
    for where, kind in reversed(targets.items()):
        if where and not any(where[:length] in mended for length in range(len(where))) and mend(document, where, kind):
            mended.add(where)
    return bool(mended)


def leave_out_empty(document: Any, where: Where, _kind: str) -> bool:
    """For requests: an empty object or string stands for absence, so it may not be what is wrong."""
    holder = at(document, where[:-1])
    if not isinstance(holder, dict) or holder[where[-1]] not in ("", {}):
        return False
    del holder[where[-1]]
    return True


def keep_what_reads(document: Any, where: Where, kind: str) -> bool:
    """For answers: make of a value what it was meant to be, else leave it out."""
    holder, last = at(document, where[:-1]), where[-1]
    meant = _meant(holder[last], kind)
    if meant is _MISSING:
        del holder[last]
    else:
        holder[last] = meant
    return True


def _meant(value: Any, kind: str) -> Any:
    if kind == "list_type" and isinstance(value, dict):
        return [value] if value else []
    if kind == "string_type" and isinstance(value, bool | int | float):
        return str(value).lower()
    if kind == "int_type" and (isinstance(value, str) and _WHOLE.fullmatch(value)):
        return int(value)
    if kind in ("int_type", "int_from_float") and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind == "bool_type" and value in ("true", "false"):
        return value == "true"
    return _MISSING


def within(document: Any, parts: Sequence[str | int]) -> Where:
    """As many of the parts as the document has."""
    for length, part in enumerate(parts):
        try:
            document = document[part]
        except (KeyError, IndexError, TypeError):
            return tuple(parts[:length])
    return tuple(parts)


def at(document: Any, where: Where) -> Any:
    for part in where:
        document = document[part]
    return document


def copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


def remember(shape: Shape, document: Any) -> None:
    """Let a shape know the document it was read from, so that it writes the same again."""
    if not isinstance(document, dict):
        return
    came: dict[str, Odd | None] = {}
    names, own_keys = read_keys(type(shape)), wire_keys(type(shape))
    spelled_out = {own_keys[key] for key in document if key in own_keys}
    for key, raw in document.items():
        name = names.get(key)
        typed = getattr(shape, name) if name else None
        # Of two spellings of one key the table's own is read, the other only kept.
        is_read = typed is not None and (key in own_keys or name not in spelled_out)
        came[key] = None if name is None or (is_read and _reads_as(typed, raw)) else Odd(typed, raw)
    object.__setattr__(shape, "came", came)


def _reads_as(typed: Any, raw: Any) -> bool:
    """Whether the typed value says all that the raw one says; shapes within are told of theirs on the way."""
    if isinstance(typed, Shape):
        remember(typed, raw)
        return isinstance(raw, dict)
    if isinstance(typed, list):
        if not isinstance(raw, list) or len(raw) != len(typed):
            return False
        return all(_reads_as(item, part) for item, part in zip(typed, raw, strict=True))
    if isinstance(typed, str):
        return bool(typed == raw)
    return type(typed) is type(raw) and bool(typed == raw)
