"""What broke on the line to a cloud, in the reader's language: `upstream` says it in English, and rows keep that."""

from __future__ import annotations

import re
from typing import Final

from django.utils.translation import gettext as _

_SILENCE: Final = re.compile(r"No answer within (\d+) s\.")


def said(message: str) -> str:
    """The message translated where it is our own; what the cloud said is said as it was heard."""
    if silence := _SILENCE.fullmatch(message):
        return _("No answer within %(n)s s.") % {"n": silence[1]}
    return _(message) if message else ""
