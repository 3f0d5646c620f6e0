"""What somebody pasted: a document or a curl command around one; an order, or a pool as the cloud shows it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from pools.dialects import curl, jsontext, shown
from pools.dialects.unreadable import Problem, Unreadable

MOST_CHARACTERS: Final = 256 * 1024  # a post-install script of the largest size the service takes fits many times
_FENCE: Final = re.compile(r"\A```[\w-]*[ \t]*\n(?P<text>.*?)\n?```\s*\Z", re.DOTALL)


@dataclass(frozen=True)
class Heard:
    """A pasted text, understood. `document` may still be no order: its frame has not been looked at.

    `dropped` names credentials that came along; `left_out` are the JSON paths of what belongs to a pool that is there
    already; `had_password` tells that the document held one for the nodes, which is not in it any more.
    """

    document: Any
    form: Literal["json", "curl"]
    dropped: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    had_password: bool = False


def hear(text: str) -> Heard:
    """Read a pasted text. Raises `Unreadable` and nothing else."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(Problem.LONG, most=MOST_CHARACTERS, number=len(text))
    bare = _bare(text)
    if not bare.strip():
        raise Unreadable(Problem.NOTHING)
    if curl.is_one(bare):
        call = curl.hear(bare)
        return _understood(_of_data(call, bare), "curl", tuple(call.dropped))
    return _understood(_of_text(bare), "json", ())


def _bare(text: str) -> str:
    """Without what programs put around a text: the mark of byte orders, and the fences of Markdown."""
    bare = text.removeprefix("\ufeff")
    fenced = _FENCE.match(bare.strip())
    return fenced["text"] if fenced else bare


def _of_text(text: str) -> Any:
    try:
        return jsontext.read(text)
    except Unreadable as trouble:
        is_at_start = trouble.problem is Problem.VALUE and not text.lstrip().startswith(("{", "["))
        raise Unreadable(Problem.NEITHER) if is_at_start else trouble from None


def _of_data(call: curl.Call, command: str) -> Any:
    body = call.body
    try:
        return jsontext.read(body)
    except Unreadable as trouble:
        if curl.is_of_windows(command):
            raise Unreadable(Problem.WINDOWS) from None
        if len(call.pieces) > 1:
            raise Unreadable(Problem.JOINED, number=len(call.pieces)) from None
        problem = Problem.UNSHELLED if curl.lost_its_quotes(body) else trouble.problem
        raise Unreadable(problem, trouble.line, trouble.column, in_data=True, **trouble.values) from None


def _understood(document: Any, form: Literal["json", "curl"], dropped: tuple[str, ...]) -> Heard:
    if isinstance(document, dict) and document.get("kind") == "PoolList":
        items = document.get("items")
        document = items[0] if isinstance(items, list) and len(items) == 1 else document
    left_out: tuple[str, ...] = ()
    had_password = take_out_password(document)
    if isinstance(document, dict) and shown.is_shown(document):
        document, left_out = shown.asked_for(document)
    return Heard(document, form, dropped, left_out, had_password)


def take_out_password(document: object) -> bool:
    """Remove the nodes' password: a whole team reads its orders, and they are kept for good."""
    spec = document.get("spec") if isinstance(document, dict) else None
    login = spec.get("userLogin") if isinstance(spec, dict) else None
    return isinstance(login, dict) and login.pop("password", None) is not None
