"""Taking parts out of an order that Terraform's provider has arguments for, if they are what the argument takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from pools.dialects import hcl

Fits = Callable[[Any], bool]
_TOO_LARGE: Final = 2**31
_EMPTY: Final[tuple[object, ...]] = ("", {}, [], None)


def text(value: Any) -> bool:
    return isinstance(value, str) and value != "" and hcl.can_say(value)


def whole(value: Any) -> bool:
    # Zero is the same as nothing for the provider.
    return isinstance(value, int) and not isinstance(value, bool) and value != 0 and abs(value) < _TOO_LARGE


def texts(value: Any) -> bool:
    return isinstance(value, list) and all(map(text, value))


def set_of_texts(value: Any) -> bool:
    return texts(value) and len(set(value)) == len(value)


def plain_object(value: Any) -> bool:
    return isinstance(value, dict) and hcl.can_say(value)


def map_of_texts(value: Any) -> bool:
    return plain_object(value) and all(isinstance(one, str) for one in value.values())


def constant(wanted: str) -> Fits:
    return lambda value: bool(value == wanted)


def take(holder: Any, key: str, fits: Fits) -> Any:
    """Take `key` out of `holder` if the provider can say it. What is empty says nothing: it goes too. Else None."""
    if not isinstance(holder, dict) or key not in holder:
        return None
    if holder[key] in _EMPTY:
        del holder[key]
        return None
    return holder.pop(key) if fits(holder[key]) else None


def inner(holder: Any, key: str) -> dict[str, Any]:
    found = holder.get(key) if isinstance(holder, dict) else None
    return found if isinstance(found, dict) else {}


def entries(holder: Mapping[str, Any], key: str) -> list[Any]:
    found = holder.get(key)
    return found if isinstance(found, list) else []


def has(holder: Mapping[str, Any], **fits: Fits) -> bool:
    return all(name in holder and check(holder[name]) for name, check in fits.items())
