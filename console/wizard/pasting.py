"""What is wrong with a pasted text, in words that tell how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pools.dialects.jsontext import MOST_LEVELS
from pools.dialects.unreadable import Problem, Unreadable

_LONGEST: Final = 80  # characters of what was pasted that a message repeats
SENTENCES: Mapping[Problem, Any] = {
    Problem.NOTHING: gettext_lazy("Nothing was pasted: paste a JSON document or a curl command."),
    Problem.LONG: gettext_lazy(
        "The text has %(number)s characters; %(most)s are read at most. Leave out what is no part of the order."
    ),
    Problem.NEITHER: gettext_lazy(
        "This is neither JSON nor a curl command. JSON begins with { and a command with curl."
    ),
    Problem.ENDS: gettext_lazy("The document ends too early: a bracket or a quote is not closed."),
    Problem.COMMA: gettext_lazy("A comma stands before a closing bracket. Take it out."),
    Problem.COLON: gettext_lazy("A colon is missing after a key."),
    Problem.SEPARATOR: gettext_lazy("A comma or a closing bracket is missing."),
    Problem.VALUE: gettext_lazy("A value is missing, or cannot be read."),
    Problem.KEY: gettext_lazy("A key must stand in double quotes."),
    Problem.SINGLE_QUOTES: gettext_lazy("JSON knows no single quotes. Write double ones."),
    Problem.PYTHON_WORD: gettext_lazy("JSON writes true, false and null, in small letters."),
    Problem.NOT_FINITE: gettext_lazy("NaN and Infinity are no numbers in JSON."),
    Problem.NUMBER: gettext_lazy("This number is too large, or is none."),
    Problem.CONTROL: gettext_lazy(
        "A line break or another control character stands within a text. Write a line break as \\n."
    ),
    Problem.CHARACTER: gettext_lazy("This text holds an escape or a character that cannot be read."),
    Problem.TRAILING: gettext_lazy("Something follows after the end of the document. Take it out."),
    Problem.DEEP: gettext_lazy("The document is nested more than %(most)s levels deep, which no order is."),
    Problem.TWICE: gettext_lazy("The key %(key)s stands twice in one object. Take one of them out."),
    Problem.OTHER: gettext_lazy("This is not JSON: %(reason)s."),
    Problem.UNCLOSED: gettext_lazy("%(what)s is opened here and not closed."),
    Problem.WINDOWS: gettext_lazy(
        "This command is written for Windows. Copy it for bash: browsers call it “Copy as cURL (bash)”."
    ),
    Problem.NO_DATA: gettext_lazy("The command sends no data. Paste one that has the order after -d."),
    Problem.SEVERAL: gettext_lazy("There are %(number)s commands that order a pool. Paste one of them."),
    Problem.JOINED: gettext_lazy(
        "The command has %(number)s pieces of data. curl puts & between them, and the whole is not JSON. "
        "Put the order into one."
    ),
    Problem.FILE: gettext_lazy(
        "The command reads its data from %(name)s on your own computer. Paste what stands in that file."
    ),
    Problem.ENCODED: gettext_lazy(
        "The command sends a form or a file (%(option)s). Paste one that has the order after -d."
    ),
    Problem.VARIABLE: gettext_lazy("%(name)s would be filled in by your own shell. Write its value in its place."),
    Problem.UNSHELLED: gettext_lazy(
        "A shell takes these double quotes for its own. Put the JSON between single quotes."
    ),
    Problem.OTHER_CALL: gettext_lazy(
        "This command is %(method)s %(path)s, which orders no pool. Paste one that is POST …/pools."
    ),
}


def said(trouble: Unreadable) -> str:
    """One sentence about a text that could not be read, with its place where there is one."""
    values = {"most": MOST_LEVELS, **{name: _short(value) for name, value in trouble.values.items()}}
    words = str(SENTENCES[trouble.problem]) % values
    if not trouble.line:
        return words
    where = {"line": trouble.line, "column": trouble.column, "words": words}
    if trouble.in_data:
        return _("In the data of the command, line %(line)s, column %(column)s: %(words)s") % where
    return _("Line %(line)s, column %(column)s: %(words)s") % where


def unplaceable(path: str) -> str:
    """One sentence about JSON that is no order: its frame is another."""
    wanted = {
        "$": _("The document is not an object: an order begins with { and ends with }."),
        "$.apiVersion": _("$.apiVersion is not v2: only orders of that version can be sent."),
        "$.kind": _("$.kind is not Pool: this is another kind of document."),
        "$.spec.type": _("$.spec.type is not Dedicate, the only type of pool that can be ordered."),
        "$.spec.resources": _("$.spec.resources is not a list of flavors."),
    }
    return wanted.get(path) or _("%(path)s is not an object, so no step can show it.") % {"path": path}


def _short(value: Any) -> Any:
    return f"{value[:_LONGEST]}…" if isinstance(value, str) and len(value) > _LONGEST else value
