"""A resize in words: what changes, why it cannot be, how far it is. Rooms of the face share this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console import describing
from console.templatetags.console import clock, is_ahead
from pools.models import Pool, Resize
from pools.models.alterations import Alteration
from pools.resizing import Ill, Unfit, Why
from pools.states import ErrandState
from pools.wire import reading
from pools.wire import resizing as law
from pools.wire.enums import Phase
from pools.wire.resizing import Entry

WHY: Final[Mapping[Why, str | Promise]] = {
    Why.GONE: gettext_lazy("The pool does not exist any more."),
    Why.PHASE: gettext_lazy("Resize is possible in Running; this pool is %(phase)s."),
    Why.DELETED: gettext_lazy("Its deletion was asked for already."),
    Why.UNDER_WAY: gettext_lazy("It is being resized already."),
    Why.RESIZED: gettext_lazy("It is being resized: nodes can be deleted once that is over."),
    Why.NODES_LEAVE: gettext_lazy("Nodes of it are being deleted: it can be resized once that is over."),
    Why.PREPAID: gettext_lazy("Nodes that are paid in advance are added and given back in the cloud's billing."),
    Why.UNTOLD: gettext_lazy("The cloud did not tell what nodes it is to have."),
    Why.LAPSED: gettext_lazy("Nobody approved it in time. It may be asked for again."),
}
UNFIT: Final[Mapping[Unfit, str | Promise]] = {
    Unfit.NOTHING: gettext_lazy("These are the nodes that it has: change a number first."),
    Unfit.BOTH_WAYS: gettext_lazy(
        "The cloud does not add nodes and take others away at once. Do one now, and the other once it is done."
    ),
    Unfit.NO_NODES: gettext_lazy("A pool keeps at least one node. To be rid of all, delete it."),
    Unfit.TOO_MANY: gettext_lazy("A pool has at most %(most)s nodes."),
    Unfit.STEP: gettext_lazy("Nodes of %(flavor)s come %(step)s at a time: give a multiple of that."),
    Unfit.SOLD_OUT: gettext_lazy("%(flavor)s is sold out: no nodes of it can be added now."),
    Unfit.NOT_SOLD_THERE: gettext_lazy("%(flavor)s is not sold in %(zone)s."),
    Unfit.ZONE_SOLD_OUT: gettext_lazy("%(flavor)s is sold out in %(zone)s: no nodes of it can be added there now."),
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """What becomes of one entry, or of its nodes in one zone; the zone is empty where the cloud chose it."""

    flavor: str
    zone: str
    before: int
    after: int

    @property
    def by(self) -> str:
        return f"{self.after - self.before:+d}".replace("-", "−")


def why(reason: Why, pool: Pool) -> str:
    return str(WHY[reason]) % {"phase": pool.phase or _("not told")}


def unfit(ill: Ill) -> str:
    return str(UNFIT[ill.what]) % ill.values


def changes(was: Sequence[Entry], wanted: Sequence[Entry]) -> list[Change]:
    """What is other than before, entry by entry and zone by zone, in the order of the pool's own list."""
    before, after = _placed(was), _placed(wanted)
    return [
        Change(flavor=place[0][0], zone=place[1], before=before.get(place, 0), after=after.get(place, 0))
        for place in {**before, **after}
        if before.get(place, 0) != after.get(place, 0)
    ]


def _placed(told: Sequence[Entry]) -> dict[tuple[Any, str], int]:
    return {(one.kind, zone): nodes for one in told for zone, nodes in one.zones or (("", one.count),)}


def of_resize(resize: Resize) -> list[Change]:
    return changes(resize.stood, resize.wanted)


def total(told: Sequence[Entry]) -> int:
    return sum(one.count for one in told)


def moved(pool: Pool, was: Sequence[Entry], wanted: Sequence[Entry]) -> tuple[int, int]:
    """How many nodes come and how many go. After a growth that failed some of those that it is to have never came."""
    moves: Mapping[Any, int] = law.grown(was, wanted)
    if pool.phase == Phase.SCALING_FAILED:
        moves = law.added_to_what_is_there(pool.document, wanted)
    numbers = moves.values()
    return sum(n for n in numbers if n > 0), -sum(n for n in numbers if n < 0)


def in_a_line(resize: Resize) -> str:
    """ "2 → 5 nodes", with the flavor where it is of one alone."""
    found = of_resize(resize)
    said = {"before": total(resize.stood), "after": total(resize.wanted)}
    words = ngettext("%(before)s → %(after)s node", "%(before)s → %(after)s nodes", said["after"]) % said
    return f"{words} · {found[0].flavor}" if len({one.flavor for one in found}) == 1 else words


def sentence(resize: Resize) -> str:
    """Who asks for what, as the head of its page says it, and every question before an act."""
    before, after = total(resize.stood), total(resize.wanted)
    more, flavors = after - before, {one.flavor for one in of_resize(resize)}
    said = {"who": resize.by, "team": resize.pool.team, "n": more, "before": before, "after": after}
    if more <= 0:
        return _("%(who)s (%(team)s) asks for other nodes: %(before)s → %(after)s.") % said
    if len(flavors) > 1:
        words = ngettext(
            "%(who)s (%(team)s) asks for %(n)s more node: %(before)s → %(after)s.",
            "%(who)s (%(team)s) asks for %(n)s more nodes: %(before)s → %(after)s.",
            more,
        )
        return words % said
    words = ngettext(
        "%(who)s (%(team)s) asks for %(n)s more node of %(flavor)s: %(before)s → %(after)s.",
        "%(who)s (%(team)s) asks for %(n)s more nodes of %(flavor)s: %(before)s → %(after)s.",
        more,
    )
    return words % {**said, "flavor": next(iter(flavors))}


def document(resize: Resize, patch: str) -> dict[str, Any]:
    """The pool's document, had it the nodes that a patch of ours gives it."""
    known = resize.pool.document
    spec = known.get("spec") if isinstance(known.get("spec"), dict) else {}
    try:
        resources = reading.parse_json(patch)["spec"]["resources"]
    except (reading.NotJson, KeyError, TypeError):
        resources = []
    return {**known, "spec": {**spec, "resources": resources}}


def risks(resize: Resize) -> list[str]:
    """What whoever approves it should think of, in words; empty when nothing stands out."""
    found = describing.lasting_risks(reading.hear_pool(document(resize, resize.body)))
    if total(resize.wanted) - total(resize.stood) > describing.MANY_NODES:
        found.append(_("More than 30 nodes at once: the cloud may slow it down. Several smaller steps are safer."))
    had = {one.flavor for one in resize.stood}
    found += [
        _("The pool has no %(flavor)s yet.") % {"flavor": flavor}
        for flavor in dict.fromkeys(one.flavor for one in resize.wanted)
        if flavor not in had
    ]
    if resize.pool.phase == Phase.SCALING_FAILED:
        found.append(_("Its last growth failed: what could not be had then may not be to be had now."))
    return found


def standing(resize: Resize) -> str:
    """How far it is on its way, in a sentence."""
    if resize.has_lapsed:
        return _("Nobody approved it in time; nothing was sent.")
    if resize.is_awaited:
        return _("It waits to be approved; nothing was sent.")
    if resize.is_rejected:
        return _("It was rejected; nothing was sent.")
    return how_far(resize)


def how_far(alteration: Alteration) -> str:
    """The same of any alteration that needs nobody's approval, or has it."""
    if alteration.state == ErrandState.RECORDED and alteration.due_at and is_ahead(alteration.due_at):
        return _("It is sent to the cloud at %(at)s.") % {"at": clock(alteration.due_at)}
    words = {
        ErrandState.RECORDED: _("It goes to the cloud in a moment."),
        ErrandState.SENDING: _("It is being sent to the cloud."),
        ErrandState.IN_DOUBT: _("We are checking whether the cloud heard it."),
        ErrandState.DONE: _("The cloud has taken it."),
        ErrandState.FAILED: _("The cloud did not take it."),
        ErrandState.WITHDRAWN: _("It was taken back before it was sent."),
    }
    return words[ErrandState(alteration.state)]
