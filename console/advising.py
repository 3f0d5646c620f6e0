"""What is allowed and often not meant, in words: told to whoever orders, and what they accepted to whoever decides.

The wizard says it while it is typed (`console.wizard.words`), the desk says which of it was ticked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from pools.models import Order

SENTENCES: Mapping[tuple[str, str], Any] = {
    ("A2", "shared"): _("Other users of the account will be able to send jobs to this pool."),
    ("A3", "ipv6"): _("IPv6 cannot be switched off later."),
    ("A5", "one_zone"): _("All of the control plane is in one zone: the pool fails with that zone."),
    ("A7", "unusual"): _("%(cidr)s is outside the ranges the cloud recommends: see the help above."),
    ("A8", "reserved"): _(
        "The network’s range %(cidr)s overlaps %(other)s, which the cluster uses unless you name others."
    ),
    ("A12", "overlap"): _(
        "The network’s range %(cidr)s overlaps %(other)s of the network %(name)s: the two can never be connected."
    ),
    ("R23", "nodes"): _(
        "%(nodes)s nodes at once may be throttled; up to %(maximum)s are advised. Order the rest later."
    ),
    ("R23", "accelerators"): _(
        "The accelerators of different flavors are not connected to each other: training over both will be slow."
    ),
    ("A1", "zones"): _("Training across zones is slower than within one."),
    ("A9", "no_effect"): _("A mount path has no effect on group %(group)s, which the cloud mounts itself."),
    ("A4", "force"): _("Later driver upgrades will interrupt the jobs that run at that time."),
    ("A6", "not_offered"): _("The cloud does not list version %(version)s. It may refuse the order."),
    ("A10", "secret"): _(
        "Line %(line)s looks like a secret. Everybody who sees the order can read the script: have the node fetch it."
    ),
    ("A11", "at_once"): _("It will be paid at once, without an admin: nobody is asked before."),
}


def accepted(order: Order) -> list[str]:
    """The warnings that whoever ordered read and ticked; one that is said no more is named by its rule."""
    return [_say(kept) for kept in order.understood if isinstance(kept, dict)]


def _say(kept: Mapping[str, Any]) -> str:
    sentence = SENTENCES.get((str(kept.get("rule")), str(kept.get("case"))))
    try:
        return str(sentence) % kept.get("values", {}) if sentence else _unknown(kept)
    except (KeyError, TypeError, ValueError):
        return _unknown(kept)


def _unknown(kept: Mapping[str, Any]) -> str:
    return str(_("A warning of rule %(rule)s")) % {"rule": kept.get("rule", "?")}
