"""What broke on the line to a cloud, in the reader's language: `upstream` says it in English, and rows keep that."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

# What `upstream` fills in by itself.
_FILLED: Final = (
    gettext_noop("No answer within %(n)s s."),
    gettext_noop("IAM gave no token: %(why)s"),
    gettext_noop("IAM refused the user, the password or the project (HTTP %(status)s)."),
)
_PATTERNS: Final = {text: re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(text))) for text in _FILLED}


def said(message: str) -> str:
    """The message translated where it is our own; what the cloud said is said as it was heard."""
    for text, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(message):
            return _(text) % {name: said(part) for name, part in found.groupdict().items()}
    return _(message) if message else ""
