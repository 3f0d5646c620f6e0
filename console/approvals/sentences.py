"""An order in one sentence: who asks for what."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from console import describing
from pools.models import Order


def sentence(order: Order, wire: Any) -> str:
    """As the head of its page says it, and every question before an act. `wire` is what was asked for."""
    lines = describing.flavor_lines(wire)
    said = {
        "who": order.placed_by,
        "team": order.team,
        "nodes": describing.node_words(sum(line.count for line in lines)),
        "types": describing.job_types(wire),
        "billing": describing.billing(wire),
    }
    if order.needed_by:
        said["day"] = date_format(order.needed_by, "DATE_FORMAT")
        return (
            _("%(who)s (%(team)s) asks for %(nodes)s to run %(types)s, needed by %(day)s. Billing: %(billing)s.")
            if said["types"]
            else _("%(who)s (%(team)s) asks for %(nodes)s, needed by %(day)s. Billing: %(billing)s.")
        ) % said
    if said["types"]:
        return _("%(who)s (%(team)s) asks for %(nodes)s to run %(types)s. Billing: %(billing)s.") % said
    return _("%(who)s (%(team)s) asks for %(nodes)s. Billing: %(billing)s.") % said
