"""The tags of a pool. They stand where the pool tells them: in its annotation `os.modelarts/tms.tags`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from django.db import transaction

from pools.endpoint import clock, errors
from pools.endpoint.amendment import living
from pools.endpoint.models import HostedPool
from pools.wire.options import TagAction

Tags = dict[str, str]

ANNOTATION = "os.modelarts/tms.tags"
MOST = 20
_KEY = re.compile(r"(?!_sys_)(?! )[\w _.:=+@-]{1,128}(?<! )")
_VALUE = re.compile(r"[\w _.:=+@/-]{0,255}")


def tags_of(pool: HostedPool) -> Tags:
    """Key -> value. What a client wrote into the annotation itself and is no list of tags counts as none."""
    try:
        found = json.loads(pool.document["metadata"]["annotations"].get(ANNOTATION) or "[]")
    except (TypeError, ValueError):
        return {}
    listed = found if isinstance(found, list) else []
    return {str(tag["key"]): str(tag.get("value") or "") for tag in listed if isinstance(tag, dict) and tag.get("key")}


def read(document: object, *, may_be_empty: bool = False) -> list[tuple[str, str | None]]:
    """The tags a body lists; a value of None is one that was not given. Raises `Refused` (400)."""
    listed = document.get("tags") if isinstance(document, Mapping) else None
    if not isinstance(listed, list) or (not listed and not may_be_empty):
        raise errors.bad_request("$.tags: must be an array of tags")
    return [_tag(index, tag) for index, tag in enumerate(listed)]


def _tag(index: int, tag: object) -> tuple[str, str | None]:
    key = tag.get("key") if isinstance(tag, Mapping) else None
    value = tag.get("value") if isinstance(tag, Mapping) else None
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise errors.bad_request(f"$.tags[{index}].key: 1 to 128 letters, digits, spaces and _.:=+-@, not _sys_ first")
    if value is not None and not (isinstance(value, str) and _VALUE.fullmatch(value)):
        raise errors.bad_request(f"$.tags[{index}].value: at most 255 letters, digits, spaces and _.:=+-@/")
    return key, value


def merged(found: Tags, action: object, tags: list[tuple[str, str | None]]) -> Tags:
    """The tags after an action: some more (or other values), some less (those that are equal), or these alone.

    Raises `Refused` (400).
    """
    if action not in [*TagAction]:
        raise errors.bad_request(f"$.action: one of {', '.join(TagAction)}")
    after: Tags = {} if action == TagAction.RESET else dict(found)
    for key, value in tags:
        if action != TagAction.DELETE:
            after[key] = value or ""
        elif value is None or after.get(key) == value:
            after.pop(key, None)
    if len(after) > MOST:
        raise errors.bad_request(f"$.tags: there are at most {MOST} tags")
    return after


def change(pool: HostedPool, action: object, tags: list[tuple[str, str | None]]) -> Tags:
    """Change the tags of a pool; returns all. Raises `Refused` (400)."""
    with transaction.atomic():
        row = HostedPool.objects.select_for_update().get(pk=pool.pk)
        living(row, clock.now(pool.project))
        found = merged(tags_of(row), action, tags)
        listed = [{"key": key, "value": value} for key, value in found.items()]
        row.document["metadata"]["annotations"][ANNOTATION] = json.dumps(listed, separators=(",", ":"))
        row.save(update_fields=["document"])
    return found
