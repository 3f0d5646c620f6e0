"""What a draft was started from, in words: whoever places the order and whoever decides it see what differs since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True, kw_only=True)
class Origin:
    """`word` is for a switch, `title` for a sentence; the document is as it was then."""

    word: str
    title: str
    document: Any


def of(origin: Mapping[str, Any]) -> Origin | None:
    """From what a draft remembers; None where it began with nothing that can be held against it."""
    titles = {
        "template": (_("Template"), _("Against the template %(name)s, as it was when the order was begun")),
        "copy": (_("Copied pool"), _("Against the pool %(name)s, which it was copied from")),
        "again": (_("First attempt"), _("Against order %(name)s, which it was written from again")),
    }
    if origin.get("kind") not in titles or "document" not in origin:
        return None
    word, title = titles[origin["kind"]]
    return Origin(word=word, title=title % {"name": origin.get("name", "")}, document=origin["document"])
