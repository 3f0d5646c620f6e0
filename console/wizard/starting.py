"""Where an order starts: from nothing, from a pool, or from pasted JSON."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from console.models import Draft
from console.wizard.assembly import Kept, Steps, Unplaceable, scatter
from console.wizard.fixing import Said, said_of
from console.wizard.storage import data_of
from pools.models import Order, Pool, Project, Team, User
from pools.wire.reading import NotJson, parse_json

_LABEL = "os.modelarts/"
_SENT_LABELS = ("workspace.id", "sharing", "node.prefix")
_SENT_NOTES = (
    "description", "billing.mode", "scheduler.extension", "period.type", "period.num", "auto.renew", "auto.pay",
)  # fmt: skip
_NUMBERED = re.compile(r"(.*?-?)(\d+)$")


class Unreadable(ValueError):
    """The pasted text is no order; the message says where and why, in words for people."""


@dataclass(frozen=True)
class Beginning:
    """What a draft begins with. `leaves_out` is whether the document held a password, which no order here may hold;
    `said` is what the cloud said of the order that is to be mended.

    `origin` is remembered for whoever decides: what the order is held against. It has `kind` (copy, again, template),
    `name` and `document`, as it was then; empty for an order that began with nothing.
    """

    steps: Steps
    kept: Kept
    leaves_out: bool = False
    said: Said | None = None
    origin: dict[str, Any] = field(default_factory=dict)


def blank() -> Beginning:
    return Beginning({}, {})


def pasted(text: str) -> Beginning:
    """The order in a pasted JSON document. Raises `Unreadable`, which names line and column, or a path."""
    if not text.strip():
        raise Unreadable(_("Nothing was pasted: paste a whole JSON document."))
    try:
        document = parse_json(text.encode("utf-8", "surrogatepass"))
    except NotJson as trouble:
        if trouble.reason.startswith("EOF"):
            ends = {"line": trouble.line, "column": trouble.column}
            raise Unreadable(_("Line %(line)s, column %(column)s: the document ends too early.") % ends) from None
        if trouble.line:
            where = {"line": trouble.line, "column": trouble.column, "reason": trouble.reason}
            raise Unreadable(_("Line %(line)s, column %(column)s: %(reason)s.") % where) from None
        raise Unreadable(_("This is not JSON: %(reason)s.") % {"reason": trouble.reason}) from None
    leaves_out = _take_out_password(document)
    try:
        return Beginning(*scatter(document), leaves_out=leaves_out)
    except Unplaceable as trouble:
        raise Unreadable(_unplaceable(str(trouble))) from None


def _take_out_password(document: object) -> bool:
    """Remove the nodes' password: a whole team reads its orders, and they are kept for good."""
    spec = document.get("spec") if isinstance(document, dict) else None
    login = spec.get("userLogin") if isinstance(spec, dict) else None
    return isinstance(login, dict) and login.pop("password", None) is not None


def _unplaceable(path: str) -> str:
    wanted = {
        "$": _("The document is not an object: an order begins with { and ends with }."),
        "$.apiVersion": _("$.apiVersion is not v2: only orders of that version can be sent."),
        "$.kind": _("$.kind is not Pool: this is another kind of document."),
        "$.spec.type": _("$.spec.type is not Dedicate, the only type of pool that can be ordered."),
        "$.spec.resources": _("$.spec.resources is not a list of flavors."),
    }
    return wanted.get(path) or _("%(path)s is not an object, so no step can show it.") % {"path": path}


def copied(pool: Pool) -> Beginning:
    """The order of a pool, or the pool as last heard, under the next free-looking name."""
    document: dict[str, Any] = json.loads(pool.order.body) if pool.order else _asked_for(pool.document)
    origin = {"kind": "copy", "name": pool.name, "document": deepcopy(document)}
    labels = document.setdefault("metadata", {}).setdefault("labels", {})
    labels[f"{_LABEL}name"] = next_name(pool.name)
    # A billing order belongs to the pool it was made for.
    document["metadata"].get("annotations", {}).pop(f"{_LABEL}order.id", None)
    return Beginning(*scatter(document), origin=origin)


def again(order: Order) -> Beginning:
    """An order as it was sent, under the name it had: what was rejected, or failed, may be mended and sent again."""
    document = json.loads(order.body)
    origin = {"kind": "again", "name": str(order), "document": deepcopy(document)}
    document.get("metadata", {}).get("annotations", {}).pop(f"{_LABEL}order.id", None)
    typed, kept = scatter(document)
    return Beginning(typed, kept, said=said_of(order, typed, kept), origin=origin)


def _asked_for(heard: dict[str, Any]) -> dict[str, Any]:
    """Of a pool as heard, what somebody could have asked for; what the service adds is left out."""
    metadata, spec = heard.get("metadata", {}), dict(heard.get("spec", {}))
    labels, notes = metadata.get("labels") or {}, metadata.get("annotations") or {}
    if isinstance(spec.get("containerNetwork"), dict):
        spec["containerNetwork"] = {key: value for key, value in spec["containerNetwork"].items() if key != "mode"}
    for served in ("controlMode", "jobFlavors"):
        spec.pop(served, None)
    return {
        "metadata": {
            "labels": {
                f"{_LABEL}{key}": labels[f"{_LABEL}{key}"] for key in _SENT_LABELS if f"{_LABEL}{key}" in labels
            },
            "annotations": {
                f"{_LABEL}{key}": notes[f"{_LABEL}{key}"] for key in _SENT_NOTES if f"{_LABEL}{key}" in notes
            },
        },
        "spec": spec,
    }


def next_name(name: str) -> str:
    """`vision-train-02` for `vision-train-01`: the number counted on, or one begun."""
    match = _NUMBERED.match(name)
    if match:
        stem, number = match.groups()
        return f"{stem}{int(number) + 1:0{len(number)}d}"
    return f"{name[:22]}-02"


def draft_from(beginning: Beginning, *, team: Team, project: Project, by: User) -> Draft:
    """Write the draft down, for the team."""
    name = (beginning.steps.get("labels", {}).get("name") or [""])[-1][:64]
    data = data_of(beginning.steps, beginning.kept, beginning.said.as_data if beginning.said else None)
    return Draft.objects.create(
        team=team, project=project, owner=by, saved_by=by, name=name, data=data, origin=beginning.origin
    )
