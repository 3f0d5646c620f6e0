"""The words of other languages: `locale/<language>/LC_MESSAGES/django.po` made into what Django reads.

The catalogs in the repository are text; the machine's form beside them is made from it wherever the product is set up,
so that nobody needs a compiler of messages. `python -m console.wording` makes what is missing or old.
"""

from __future__ import annotations

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent.parent / "locale"


def make(folder: Path = FOLDER) -> list[Path]:
    """Make every catalog that is missing or older than its text; returns those that were made."""
    texts = sorted(folder.glob("*/LC_MESSAGES/django.po"))
    return [_made(text) for text in texts if not _is_fresh(text)]


def _is_fresh(text: Path) -> bool:
    made = text.with_suffix(".mo")
    return made.exists() and made.stat().st_mtime_ns >= text.stat().st_mtime_ns


def _made(text: Path) -> Path:
    """Whole or not at all: another process may be reading, or making the same."""
    made = text.with_suffix(".mo")
    half = made.with_suffix(f".{os.getpid()}")
    with text.open("rb") as source, half.open("wb") as target:
        write_mo(target, read_po(source, locale=text.parent.parent.name, domain="django"))
    half.replace(made)
    return made


if __name__ == "__main__":
    make()
