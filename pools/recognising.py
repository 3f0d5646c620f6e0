"""Is a pool found abroad the one we ordered? A law of ours, and a careful one: what is not proved, a person decides.

*Ours*: every value we sent in name, workspace and spec is found unchanged, it was created no earlier than our first
send, and no other order has claimed it. What was empty counts as not sent, and what we did not send is ignored.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any, Final

from pools.wire.digest import canonical

NAME: Final = "os.modelarts/name"
WORKSPACE: Final = "os.modelarts/workspace.id"
DEFAULT_WORKSPACE: Final = "0"
# Creation times are told in whole seconds.
GRANULARITY: Final = timedelta(seconds=1)

Document = Mapping[str, Any]


class Finding(Enum):
    """What comparing told."""

    OURS = "ours"
    NOT_OURS = "not ours"
    UNPROVEN = "unproven"


def recognise(*, sent: Document, heard: Document, first_sent_at: datetime, clock_skew: float, claimed: bool) -> Finding:
    """Judge `heard`, a pool's document, against `sent`, a creation's.

    `clock_skew` is in seconds, positive where their clock is ahead of ours; `claimed` says that another order has it.
    Older than our first send, or claimed, it is certainly not ours.
    """
    created = created_at(heard)
    if claimed:
        return Finding.NOT_OURS
    if created is None:
        return Finding.UNPROVEN
    if created - timedelta(seconds=clock_skew) < first_sent_at - GRANULARITY:
        return Finding.NOT_OURS
    return Finding.OURS if _echoes(sent, heard) else Finding.UNPROVEN


def created_at(heard: Document) -> datetime | None:
    """`metadata.creationTimestamp`, by their clock; None where there is none that can be read."""
    try:
        created = datetime.fromisoformat(_part(heard, "metadata").get("creationTimestamp", ""))
    except (TypeError, ValueError):
        return None
    return created if created.tzinfo else created.replace(tzinfo=UTC)


def name_of(document: Document) -> str:
    """The name its orderer gave the pool; empty where there is none."""
    name = _labels(document).get(NAME)
    return name if isinstance(name, str) else ""


def _echoes(sent: Document, heard: Document) -> bool:
    ours, theirs = _labels(sent), _labels(heard)
    same_workspace = _workspace(ours) == _workspace(theirs)
    return (
        same_workspace
        and ours.get(NAME) == theirs.get(NAME)
        and _holds(_bare(heard.get("spec")), _bare(sent.get("spec")))
    )


def _holds(heard: Any, sent: Any) -> bool:
    """Whether everything in `sent` stands in `heard`; both are bare."""
    match sent:
        case None:
            return True
        case dict():
            theirs = heard if isinstance(heard, Mapping) else {}
            return all(_holds(_value(theirs, key), value) for key, value in sent.items())
        case list():
            return isinstance(heard, list) and _same_items(heard, sent)
        case _:
            # Told apart as JSON tells them apart: true is not 1.
            return type(heard) is type(sent) and bool(heard == sent)


def _same_items(heard: list[Any], sent: list[Any]) -> bool:
    if any(isinstance(item, dict | list) for item in sent):
        return len(heard) == len(sent) and all(map(_holds, heard, sent))
    # Plain words, such as job types, mean the same in any order.
    return sorted(map(canonical, heard)) == sorted(map(canonical, sent))


def _value(heard: Mapping[str, Any], key: str) -> Any:
    """A node count that is not elastic has no `maxCount` of its own."""
    value = heard.get(key)
    return heard.get("count") if value is None and key == "maxCount" else value


def _bare(value: Any) -> Any:
    """`value` without what is empty: an empty object, list or text means what an absent one means."""
    match value:
        case dict():
            return {key: bare for key, each in value.items() if (bare := _bare(each)) is not None} or None
        case list():
            return [_bare(each) for each in value] or None
        case "":
            return None
        case _:
            return value


def _labels(document: Document) -> Mapping[str, Any]:
    return _part(_part(document, "metadata"), "labels")


def _workspace(labels: Mapping[str, Any]) -> Any:
    return labels.get(WORKSPACE) or DEFAULT_WORKSPACE


def _part(document: Document, key: str) -> Mapping[str, Any]:
    part = document.get(key)
    return part if isinstance(part, Mapping) else {}
