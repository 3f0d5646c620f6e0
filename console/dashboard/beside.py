"""One row beside the list: where it stands, what is ready of it and what happened, without leaving the dashboard."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from console import describing, history
from console.dashboard import readiness, saying
from console.dashboard.naming import Named
from pools import queries
from pools.models import Order, Pool, Reading, User


def beside(user: User, key: str) -> dict[str, Any]:
    """What the panel shows of the row with this key; nothing where the person may see none."""
    named = Named.among([key])
    rows = named.rows_for(user) if named else []
    if not rows:
        return {}
    [row] = rows[:1]
    if row.pool:
        return _of_pool(queries.pool_page(user, row.pool.pk))
    return _of_order(queries.order_page(user, row.order.pk)) if row.order else {}


def _of_pool(shown: Pool) -> dict[str, Any]:
    wire = describing.heard(shown)
    decision = saying.standing_decision(shown.order) if shown.order else None
    deletion = saying.standing_deletion(shown)
    reading = next(iter(shown.readings.all()), None)
    return {
        "pool": shown,
        "order": shown.order,
        "says": saying.of_pool(shown, wire, decision=decision, deletion=deletion, stretch=saying.stretch_of(shown)),
        "checks": [] if shown.gone_at else readiness.checks(shown, wire, decision),
        "flavors": describing.flavor_lines(wire),
        "facts": [
            (_("Job types"), describing.job_types(wire)),
            (_("Billing"), describing.billing(wire)),
            (_("Description"), describing.description(wire)),
        ],
        "events": history.of_pool(shown),
        "reading": reading,
        "is_asked": reading is not None and reading.state == Reading.State.ASKED,
    }


def _of_order(shown: Order) -> dict[str, Any]:
    wire = describing.asked(shown)
    return {
        "pool": None,
        "order": shown,
        "says": saying.of_order(shown),
        "flavors": describing.flavor_lines(wire),
        "events": history.of_order(shown),
    }
