"""What is done to single nodes, in words: what was asked for, what it means, why not. Rooms of the face share this."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from console import changing
from pools.altering import Why
from pools.deeds import MOST, Deed, Unfit
from pools.gleaning import NodeFact
from pools.intervening import Choice
from pools.models import Intervention, Pool, Trouble
from pools.states import ErrandState
from pools.wire.options import JobPhase

# So many nodes are named in a line.
NAMED: Final = 3

WORDS: Final[Mapping[Deed, str | Promise]] = {
    Deed.LOCK: gettext_lazy("Lock…"),
    Deed.UNLOCK: gettext_lazy("Unlock…"),
    Deed.RESTART: gettext_lazy("Restart…"),
    Deed.DELETE: gettext_lazy("Delete…"),
}
ICONS: Final[Mapping[Deed, str]] = {
    Deed.LOCK: "lock-closed",
    Deed.UNLOCK: "lock-open",
    Deed.RESTART: "arrow-path",
    Deed.DELETE: "trash",
}
WHY: Final[Mapping[Why, str | Promise]] = {
    Why.PHASE: gettext_lazy("Nodes can be worked on in Running, Abnormal and ScalingFailed; this pool is %(phase)s."),
    Why.UNDER_WAY: gettext_lazy("Something is being done to its nodes already."),
}


def why(reason: Why, pool: Pool) -> str:
    """Why nothing can be done to nodes of the pool now."""
    told = WHY.get(reason)
    return str(told) % {"phase": pool.phase or _("not told")} if told else changing.why(reason, pool)


def title(deed: Deed, *, nodes: int, name: str) -> str:
    """The question that is asked before anything is recorded."""
    asks: dict[Deed, str] = {
        Deed.LOCK: ngettext("Lock %(n)s node of %(name)s?", "Lock %(n)s nodes of %(name)s?", nodes),
        Deed.UNLOCK: ngettext("Unlock %(n)s node of %(name)s?", "Unlock %(n)s nodes of %(name)s?", nodes),
        Deed.RESTART: ngettext("Restart %(n)s node of %(name)s?", "Restart %(n)s nodes of %(name)s?", nodes),
        Deed.DELETE: ngettext("Delete %(n)s node of %(name)s?", "Delete %(n)s nodes of %(name)s?", nodes),
    }
    return asks[deed] % {"n": nodes, "name": name}


def verb(deed: Deed, *, nodes: int) -> str:
    """What the button says that records it."""
    says: dict[Deed, str] = {
        Deed.LOCK: ngettext("Lock %(n)s node", "Lock %(n)s nodes", nodes),
        Deed.UNLOCK: ngettext("Unlock %(n)s node", "Unlock %(n)s nodes", nodes),
        Deed.RESTART: ngettext("Restart %(n)s node", "Restart %(n)s nodes", nodes),
        Deed.DELETE: ngettext("Delete %(n)s node", "Delete %(n)s nodes", nodes),
    }
    return says[deed] % {"n": nodes}


def means(deed: Deed, *, nodes: int) -> str:
    """What it means for the nodes, and for what runs on them."""
    says: dict[Deed, str] = {
        Deed.LOCK: ngettext(
            "Nobody can delete it by itself until it is unlocked. It can still be restarted, and it goes with the pool "
            "when the whole of it is deleted.",
            "Nobody can delete them one by one until they are unlocked. They can still be restarted, and they go with "
            "the pool when the whole of it is deleted.",
            nodes,
        ),
        Deed.UNLOCK: ngettext(
            "From then on it can be deleted by itself.", "From then on they can be deleted one by one.", nodes
        ),
        Deed.RESTART: ngettext(
            "Whatever runs on it is interrupted. A lock keeps no node from being restarted.",
            "Whatever runs on them is interrupted. A lock keeps no node from being restarted.",
            nodes,
        ),
        Deed.DELETE: ngettext(
            "The cloud removes it and what is stored on its disks. Whatever runs on it ends. This cannot be undone.",
            "The cloud removes them and what is stored on their disks. Whatever runs on them ends. This cannot be "
            "undone.",
            nodes,
        ),
    }
    return says[deed]


def left_out(choice: Choice) -> list[str]:
    """How many of those that were chosen are skipped, reason by reason."""
    told = [_skipped(why, n) for why, n in Counter(why for _node, why in choice.unfit).items()]
    if choice.lost:
        words = ngettext("%(n)s is not there any more.", "%(n)s are not there any more.", len(choice.lost))
        told.append(words % {"n": len(choice.lost)})
    return told


def _skipped(why: Unfit, n: int) -> str:
    says: dict[Unfit, str] = {
        Unfit.LOCKED: ngettext("%(n)s is locked: unlock it first.", "%(n)s are locked: unlock them first.", n),
        Unfit.LOCKED_ALREADY: ngettext("%(n)s is locked already.", "%(n)s are locked already.", n),
        Unfit.NOT_LOCKED: ngettext("%(n)s is not locked.", "%(n)s are not locked.", n),
        Unfit.COMING: ngettext("%(n)s is still on its way.", "%(n)s are still on their way.", n),
        Unfit.LEAVING: ngettext("%(n)s is being removed.", "%(n)s are being removed.", n),
        Unfit.PREPAID: ngettext(
            "%(n)s is paid in advance: it is given back in the cloud's billing.",
            "%(n)s are paid in advance: they are given back in the cloud's billing.",
            n,
        ),
        Unfit.TOGETHER: ngettext(
            "%(n)s is part of a rack or supernode, which does not leave node by node.",
            "%(n)s are part of racks or supernodes, which do not leave node by node.",
            n,
        ),
    }
    return says[why] % {"n": n}


def ill(choice: Choice) -> str:
    """What is wrong with the choice as a whole; empty where nothing is."""
    if not choice.fit:
        return _("It can be done to none of the selected nodes.")
    if choice.is_all:
        return _("A pool keeps at least one node. To be rid of all, delete it.")
    return _("At most %(most)s nodes go together.") % {"most": MOST} if not choice.can_be else ""


def asked(intervention: Intervention) -> str:
    """ "lena restarts 2 nodes"."""
    nodes = len(intervention.nodes)
    says: dict[Deed, str] = {
        Deed.LOCK: ngettext("%(who)s locks %(n)s node", "%(who)s locks %(n)s nodes", nodes),
        Deed.UNLOCK: ngettext("%(who)s unlocks %(n)s node", "%(who)s unlocks %(n)s nodes", nodes),
        Deed.RESTART: ngettext("%(who)s restarts %(n)s node", "%(who)s restarts %(n)s nodes", nodes),
        Deed.DELETE: ngettext("%(who)s deletes %(n)s node", "%(who)s deletes %(n)s nodes", nodes),
    }
    return says[Deed(intervention.deed)] % {"who": intervention.by, "n": nodes}


def in_a_line(nodes: Iterable[NodeFact]) -> str:
    """The first of them by name, and how many more."""
    names = [node.name for node in nodes]
    words = _(", ").join(names[:NAMED])
    more = len(names) - NAMED
    if more <= 0:
        return words
    return _("%(names)s and %(n)s more") % {"names": words, "n": more}


_ASKED: Final[Mapping[Deed, str | Promise]] = {
    Deed.LOCK: gettext_lazy("Lock of nodes asked for"),
    Deed.UNLOCK: gettext_lazy("Unlock of nodes asked for"),
    Deed.RESTART: gettext_lazy("Restart of nodes asked for"),
    Deed.DELETE: gettext_lazy("Deletion of nodes asked for"),
}
_FAILED: Final[Mapping[Deed, str | Promise]] = {
    Deed.LOCK: gettext_lazy("The nodes were not locked"),
    Deed.UNLOCK: gettext_lazy("The nodes were not unlocked"),
    Deed.RESTART: gettext_lazy("The nodes were not restarted"),
    Deed.DELETE: gettext_lazy("The nodes were not deleted"),
}


# Of a restart that the cloud took.
_JOBS: Final[Mapping[str, str | Promise]] = {
    JobPhase.RUNNING: gettext_lazy("The cloud is restarting the nodes."),
    JobPhase.SUCCESS: gettext_lazy("The nodes were restarted."),
    JobPhase.FAILED: gettext_lazy("The cloud took it, and the restart failed."),
}


def was_asked(intervention: Intervention) -> str:
    """As what it stands in the history."""
    return str(_ASKED[Deed(intervention.deed)])


def failure(intervention: Intervention) -> str:
    """What did not come of it."""
    if intervention.failure_code == Trouble.NOT_TOLD:
        return _("Nobody knows whether the nodes were restarted")
    return str(_FAILED[Deed(intervention.deed)])


def how_far(intervention: Intervention) -> str:
    """How far it is on its way, in a sentence."""
    if intervention.failure_code == Trouble.NOT_TOLD:
        return _("Nobody knows what came of it.")
    if intervention.state == ErrandState.DONE and intervention.job_phase in _JOBS:
        return str(_JOBS[intervention.job_phase])
    return changing.how_far(intervention)
