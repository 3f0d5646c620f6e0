"""Where an order starts: from nothing, from a template, from a pool or an order, or from what was pasted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from console.models import Draft, Template
from console.wizard import docketing, pasting
from console.wizard.assembly import Kept, Steps, Unplaceable, gather, scatter
from console.wizard.fixing import Said, said_of
from console.wizard.storage import data_of
from pools import queries
from pools.dialects import hearing, shown, unreadable
from pools.dockets import Docket
from pools.models import Order, Pool, Project, Team, User
from pools.ordering import NO_DOCKET
from pools.wire.breaches import path_of

_NUMBERED = re.compile(r"(.*?-?)([0-9]{1,9})$")
_MOST_TRIES = 200


class Unreadable(ValueError):
    """There is no order in it; the message says where and why, in words for people."""


@dataclass(frozen=True)
class Rewritten:
    """A value that is sent otherwise than it came, because a field of the wizard holds it: `100Gi` as `100`."""

    path: str
    came: Any
    written: Any


@dataclass(frozen=True)
class Beginning:
    """What a draft begins with, and what has to be said about it.

    `had_password`: the document held one, which no order here may hold. `dropped`: credentials that came
    along, by name. `left_out`: JSON paths of what belongs to a pool that is there already. `template`: what it was
    made from. `said`: what the cloud said of the order that is to be mended. `docket`: what was ours alone of it.

    `origin` is remembered for whoever decides: what the order is held against. It has `kind` (copy, again, template),
    `name` and `document`, as it was then; empty for an order that began with nothing.
    """

    steps: Steps
    kept: Kept
    had_password: bool = False
    dropped: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    rewritten: tuple[Rewritten, ...] = ()
    template: Template | None = None
    said: Said | None = None
    docket: Docket = NO_DOCKET
    origin: dict[str, Any] = field(default_factory=dict)


def blank() -> Beginning:
    return Beginning({}, {})


def pasted(text: str) -> Beginning:
    """The order in a pasted text: JSON or a curl command; an order, or a pool as the cloud shows it.

    Raises `Unreadable`, which names line and column, or a path.
    """
    try:
        heard = hearing.hear(text)
    except unreadable.Unreadable as trouble:
        raise Unreadable(pasting.said(trouble)) from None
    return _laid_out(
        heard.document, had_password=heard.had_password, dropped=heard.dropped, left_out=heard.left_out
    )  # fmt: skip


def copied(pool: Pool) -> Beginning:
    """The order of a pool, or what the pool as last heard could have been asked for, under the next free name."""
    was = json.loads(pool.order.body) if pool.order else pool.document
    order, left_out = shown.without_billing_order(was) if pool.order else shown.asked_for(was)
    origin = {"kind": "copy", "name": pool.name, "document": was if pool.order else order}
    # Whom to ask and who pays is the same; by when it was needed, and where that was asked for, is not.
    docket = replace(pool.order.docket, needed_by=None, ticket="") if pool.order else NO_DOCKET
    name = free_name(pool.name, pool.project_id)
    return _laid_out(order, left_out=left_out, name=name, origin=origin, docket=docket)


def again(order: Order) -> Beginning:
    """An order as it was sent, under the name it had: what was rejected, or failed, may be mended and sent again."""
    was = json.loads(order.body)
    document, left_out = shown.without_billing_order(was)
    beginning = _laid_out(document, left_out=left_out, origin={"kind": "again", "name": str(order), "document": was})
    return replace(beginning, said=said_of(order, beginning.steps, beginning.kept), docket=order.docket)


def from_template(template: Template, *, for_project: Project) -> Beginning:
    """The order that a team keeps as a template, under the next free name."""
    document = json.loads(template.body)
    origin = {"kind": "template", "name": template.name, "document": json.loads(template.body)}
    beginning = _laid_out(document, template=template, origin=origin)
    name = (beginning.steps["labels"].get("name") or [""])[-1]
    if name:
        beginning.steps["labels"]["name"] = [free_name(name, for_project.pk)]
    return beginning


def _laid_out(document: Any, *, name: str = "", had_password: bool = False, **said: Any) -> Beginning:
    had_password = hearing.take_out_password(document) or had_password
    try:
        steps, kept = scatter(document)
    except Unplaceable as trouble:
        raise Unreadable(pasting.unplaceable(str(trouble))) from None
    changes = tuple(rewritten(document, gather(steps, kept).document))
    if name:
        steps["labels"]["name"] = [name]
    return Beginning(steps, kept, had_password=had_password, rewritten=changes, **said)


def rewritten(came: Any, written: Any, path: tuple[str | int, ...] = ()) -> Iterator[Rewritten]:
    """Every value of a document that another one has otherwise, or has not; what is empty says nothing."""
    if isinstance(came, dict) and isinstance(written, dict):
        for key, value in came.items():
            if not _says_nothing(value):
                yield from rewritten(value, written.get(key), (*path, key))
    elif isinstance(came, list) and isinstance(written, list) and len(came) == len(written):
        for index, (one, other) in enumerate(zip(came, written, strict=True)):
            yield from rewritten(one, other, (*path, index))
    elif type(came) is not type(written) or came != written:
        yield Rewritten(path_of(path), came, written)


def _says_nothing(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(_says_nothing, value.values()))
    return value in ("", [], None)


def next_name(name: str) -> str:
    """`vision-train-02` for `vision-train-01`: the number counted on, or one begun."""
    match = _NUMBERED.match(name)
    if match:
        stem, number = match.groups()
        return f"{stem}{int(number) + 1:0{len(number)}d}"
    return f"{name[:22]}-02"


def free_name(name: str, project: int) -> str:
    """The next name after `name` that nothing in the project has, as far as is known here."""
    taken = queries.names_taken(project)
    for _try in range(_MOST_TRIES):
        name = next_name(name)
        if name not in taken:
            break
    return name


def draft_from(beginning: Beginning, *, team: Team, project: Project, by: User) -> Draft:
    """Write the draft down, for the team."""
    if beginning.steps:
        docketing.lay(beginning.docket, beginning.steps, team=team)
    name = (beginning.steps.get("labels", {}).get("name") or [""])[-1][:64]
    data = data_of(beginning.steps, beginning.kept, beginning.said.as_data if beginning.said else None)
    template = beginning.template
    if template is not None:
        Template.objects.filter(pk=template.pk).update(uses=F("uses") + 1, used_at=timezone.now())
    return Draft.objects.create(
        team=team,
        project=project,
        owner=by,
        saved_by=by,
        name=name,
        data=data,
        template=template,
        origin=beginning.origin,
    )


def what_to_say(beginning: Beginning) -> Iterator[tuple[str, str]]:
    """Every sentence about a beginning, as level and words: what was dropped, left out, kept and written otherwise."""
    if beginning.had_password:
        yield "warning", _("The password was left out: everybody in the team reads its orders. Use a key pair.")
    if beginning.dropped:
        words = _("Credentials in the command were dropped, and are kept nowhere: %(names)s.")
        yield "warning", words % {"names": _(", ").join(beginning.dropped)}
    if beginning.left_out:
        words = _("Left out, because it belongs to the pool that is there: %(paths)s.")
        yield "info", words % {"paths": _listed(list(beginning.left_out))}
    if beginning.kept:
        yield "info", _("Some keys have no field here. They are kept, and sent as they came.")
    if beginning.rewritten:
        changes = [f"{one.path} ({_value(one.came)} → {_value(one.written)})" for one in beginning.rewritten]
        yield "info", _("Written otherwise than it came: %(changes)s.") % {"changes": _listed(changes)}


_MOST_NAMED = 12


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_NAMED
    listed = _(", ").join(name if len(name) <= 160 else f"{name[:160]}…" for name in names[:_MOST_NAMED])  # noqa: PLR2004
    return listed if more <= 0 else _("%(names)s and %(n)s more") % {"names": listed, "n": more}


def _value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004
