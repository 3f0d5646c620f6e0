"""Static files are collected and compressed anew only when there is something new: a start has no second to waste."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command


def collect() -> bool:
    """Have what the pages need in STATIC_ROOT. Returns whether anything had to be done."""
    note, now = settings.DATA_DIR / "static-files", _fingerprint()
    if note.exists() and note.read_text() == now and (settings.STATIC_ROOT / "staticfiles.json").exists():
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    note.write_text(now)
    return True


def _fingerprint() -> str:
    """Of everything that is collected, as it lies on the disk, and of where it goes."""
    found = sorted(
        (name, *_looks(Path(storage.path(name)))) for each in get_finders() for name, storage in each.list([])
    )
    told = json.dumps([str(settings.STATIC_ROOT), settings.STORAGES["staticfiles"], found])
    return hashlib.sha256(told.encode()).hexdigest()


def _looks(file: Path) -> tuple[str, int, int]:
    seen = file.stat()
    return str(file), seen.st_size, seen.st_mtime_ns
