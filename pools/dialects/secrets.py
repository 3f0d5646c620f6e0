"""What a pasted text may carry besides an order and nobody must keep: tokens, passwords, signatures, cookies."""

from __future__ import annotations

import re
from typing import Final

LEFT_OUT: Final = "…"
_SECRET: Final = re.compile(
    r"authori[sz]ation|token|cookie|secret|password|signature|api-?key|access-?key", re.IGNORECASE
)
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,60}")

# A header's value ends at the quote that closes its word, or with the line.
_HEADER: Final = re.compile(
    rf"(?<![A-Za-z0-9-])(?P<name>[A-Za-z0-9-]{{0,40}}(?:{_SECRET.pattern})[A-Za-z0-9-]{{0,40}}\s*:[ \t]*)"
    r"(?P<value>[^\r\n]*?)(?=['\"](?:\s|\\|$)|\r|\n|$)",
    re.IGNORECASE,
)
_OPTION: Final = re.compile(
    r"(?P<name>(?<=\s)(?:-[a-zA-Z]*[uUb]|--user|--proxy-user|--cookie|--oauth2-bearer|--pass)[ \t=]*)"
    r"(?P<value>'[^']*'?|\"(?:[^\"\\]|\\.)*\"?|[^\s'\"-][^\s'\"]*)"
)
_IN_ADDRESS: Final = re.compile(r"(?P<name>https?://)(?P<value>[^\s/@'\"]+)(?=@)", re.IGNORECASE)
# In JSON, and in JSON between a shell's double quotes.
_PASSWORD: Final = re.compile(r"(?P<name>\"password\"\s*:\s*\")(?P<value>(?:[^\"\\]|\\.)*)", re.IGNORECASE)
_PASSWORD_ESCAPED: Final = re.compile(
    r"(?P<name>\\\"password\\\"\s*:\s*\\\")(?P<value>(?:[^\"\\]|\\\\\\?.)*)", re.IGNORECASE
)


def is_secret(header: str) -> bool:
    """Whether a header of this name carries what somebody signs in with."""
    return bool(_SECRET.search(header))


def shown_name(header: str) -> str:
    """A header's name as it may be said back; what is no name of a header is not said."""
    found = _NAME.fullmatch(header.strip())
    return found[0] if found else LEFT_OUT


def without(text: str) -> str:
    """A pasted text as it may be shown to the person again: everything as typed, but for what signs somebody in."""
    of_commands = (_HEADER, _OPTION, _IN_ADDRESS) if "curl" in text.lower() else ()
    for pattern in (_PASSWORD, _PASSWORD_ESCAPED, *of_commands):
        text = pattern.sub(lambda found: found["name"] + LEFT_OUT, text)
    return text
