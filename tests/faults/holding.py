"""What must hold whatever happened, asked of a product's database. An answer is a list of what is broken."""

from __future__ import annotations

from collections.abc import Iterable

from pools.states import ErrandState, OrderState, WatchState
from tests.journeys.records import rows
from tests.running import Product

# Each finds the rows that break it: name of the claim, statement.
CLAIMS = {
    "no two living pools abroad for one name": (
        "SELECT name, count(*) FROM endpoint_hostedpool WHERE NOT buried GROUP BY project_id, name HAVING count(*) > 1"
    ),
    "no more pools abroad than orders were placed for their name": (
        "SELECT h.name, count(*) FROM endpoint_hostedpool h GROUP BY h.name"
        " HAVING count(*) > (SELECT count(*) FROM pools_order o WHERE o.pool_name = h.name)"
    ),
    "every accepted order has its pool": (
        "SELECT o.id, o.pool_name FROM pools_order o LEFT JOIN pools_pool p ON p.order_id = o.id"
        " WHERE o.state = 'accepted' AND p.id IS NULL"
    ),
    "no order that was refused or taken back has a pool": (
        "SELECT o.id, o.state FROM pools_order o JOIN pools_pool p ON p.order_id = o.id"
        " WHERE o.state IN ('refused', 'withdrawn')"
    ),
    "no pool is abroad for a name of which every order was refused or taken back": (
        "SELECT o.id, o.pool_name, o.state FROM pools_order o JOIN pools_project j ON j.id = o.project_id"
        " JOIN endpoint_endpointproject e ON e.project_id = j.project_id"
        " JOIN endpoint_hostedpool h ON h.project_id = e.id AND h.name = o.pool_name"
        " WHERE o.state IN ('refused', 'withdrawn') AND NOT EXISTS (SELECT 1 FROM pools_order x"
        " WHERE x.project_id = o.project_id AND x.pool_name = o.pool_name AND x.state NOT IN ('refused', 'withdrawn'))"
    ),
    "every refused order has a reason": (
        "SELECT id FROM pools_order WHERE state = 'refused' AND failure_code = '' AND failure_message = ''"
    ),
    "no living pool abroad that an order of ours made is unknown here": (
        "SELECT h.name FROM endpoint_hostedpool h JOIN pools_order o ON o.pool_name = h.name"
        " WHERE NOT h.buried AND o.state = 'accepted'"
        " AND NOT EXISTS (SELECT 1 FROM pools_pool p WHERE p.name = h.name AND p.order_id IS NOT NULL)"
    ),
    "no order has two standing decisions": (
        "SELECT order_id FROM pools_decision WHERE state NOT IN ('failed', 'withdrawn')"
        " GROUP BY order_id HAVING count(*) > 1"
    ),
    "no pool has two standing deletions": (
        "SELECT pool_id FROM pools_deletion WHERE state NOT IN ('failed', 'withdrawn')"
        " GROUP BY pool_id HAVING count(*) > 1"
    ),
    "whatever was approved is paid, and nothing else by us": (
        "SELECT d.id, b.status FROM pools_decision d JOIN pools_order o ON o.id = d.order_id"
        " JOIN endpoint_billingorder b ON b.order_id = o.billing_order"
        " WHERE d.state = 'done' AND ((d.verdict = 'approved' AND b.status <> 5)"
        " OR (d.verdict = 'rejected' AND b.status <> 4))"
    ),
    "whatever came to nothing was not done by us": (
        "SELECT d.id, d.verdict, d.state, b.status FROM pools_decision d JOIN pools_order o ON o.id = d.order_id"
        " JOIN endpoint_billingorder b ON b.order_id = o.billing_order WHERE d.state IN ('failed', 'withdrawn')"
        " AND ((d.verdict = 'approved' AND b.status = 5) OR (d.verdict = 'rejected' AND b.status = 4))"
        " AND NOT EXISTS (SELECT 1 FROM pools_decision x WHERE x.order_id = d.order_id AND x.state = 'done')"
    ),
    "no pool has two resizes under way": (
        "SELECT pool_id FROM pools_resize WHERE state IN ('recorded', 'sending', 'in_doubt')"
        " GROUP BY pool_id HAVING count(*) > 1"
    ),
    "no resize that adds nodes was ever sent without an approval": (
        "SELECT id, state FROM pools_resize WHERE grows AND approved_at IS NULL"
        " AND (sends > 0 OR state IN ('sending', 'in_doubt', 'done'))"
    ),
    "whoever approved more nodes is another than who asked": (
        "SELECT id FROM pools_resize WHERE grows AND approved_by_id = by_id"
    ),
    "an approval is of what is sent": (
        "SELECT id FROM pools_resize WHERE grows AND approved_at IS NOT NULL AND digest = ''"
    ),
    "no watch placed more than one order": (
        "SELECT w.id, count(*) FROM pools_watch w JOIN pools_order o ON o.draft = w.draft AND o.revision = w.revision"
        " GROUP BY w.id HAVING count(*) > 1"
    ),
    "a watch that was taken has its order, and it is the text that was read": (
        "SELECT w.id FROM pools_watch w LEFT JOIN pools_order o ON o.id = w.order_id"
        " WHERE w.state = 'placed' AND (o.id IS NULL OR o.body <> w.body OR o.draft <> w.draft)"
    ),
    "a watch that ended in vain placed nothing": (
        "SELECT w.id, w.ending FROM pools_watch w JOIN pools_order o ON o.draft = w.draft AND o.revision = w.revision"
        " WHERE w.state = 'ended' AND w.ending <> 'by_hand'"
    ),
    "whatever was deleted is deleted abroad": (
        "SELECT x.id FROM pools_deletion x JOIN pools_pool p ON p.id = x.pool_id WHERE x.state = 'done'"
        " AND NOT EXISTS (SELECT 1 FROM endpoint_hostedpool h WHERE h.ident = p.pool_id AND h.deleted_at IS NOT NULL)"
    ),
}
STATES = {
    "pools_order": OrderState,
    "pools_decision": ErrandState,
    "pools_deletion": ErrandState,
    "pools_resize": ErrandState,
    "pools_watch": WatchState,
}
HISTORY = "SELECT pool_id, was, became FROM pools_phasechange ORDER BY pool_id, heard_at, id"
PRESENT = "SELECT id, phase FROM pools_pool WHERE phase <> ''"
UNSETTLED = {
    "orders": "SELECT id, state, failure_code FROM pools_order WHERE state NOT IN"
    " ('accepted', 'refused', 'withdrawn') AND NOT needs_person",
    "decisions": "SELECT id, state, failure_code FROM pools_decision WHERE state NOT IN"
    " ('done', 'failed', 'withdrawn')",
    # One that nobody has approved waits for a person.
    "resizes": "SELECT id, state, failure_code FROM pools_resize WHERE state NOT IN ('done', 'failed', 'withdrawn')"
    " AND approved_at IS NOT NULL",
    # All is on sale once all is healed.
    "watches": "SELECT id, pool_name FROM pools_watch WHERE state = 'watching'",
    "deletions": "SELECT id, state, failure_code FROM pools_deletion WHERE state NOT IN"
    " ('done', 'failed', 'withdrawn')",
}


def broken(product: Product) -> list[str]:
    """Everything that does not hold at this moment, in words; empty if all does."""
    found = [f"not true: {claim}: {row}" for claim, statement in CLAIMS.items() for row in rows(product, statement)]
    for table, states in STATES.items():
        found += [f"{table} knows no {state}" for (state,) in rows(product, f"SELECT DISTINCT state FROM {table}")
                  if state not in set(states)]  # fmt: skip
    return [*found, *_gaps(rows(product, HISTORY), dict(rows(product, PRESENT)))]


def _gaps(history: Iterable[tuple[int, str, str]], present: dict[int, str]) -> list[str]:
    """Every phase ever heard follows the one before it, and the last one is where the pool stands."""
    last: dict[int, str] = {}
    found = []
    for pool, was, became in history:
        if last.get(pool, "") != was:
            found.append(f"pool {pool}: {became} follows {was!r}, but {last.get(pool)!r} was heard before")
        last[pool] = became
    return found + [
        f"pool {pool} is {phase}, and its history ends with {last.get(pool)!r}"
        for pool, phase in present.items()
        if last.get(pool) != phase
    ]


def unsettled(product: Product) -> list[str]:
    """What is still on its way and waits for nobody but us."""
    return [f"{kind}: {row}" for kind, statement in UNSETTLED.items() for row in rows(product, statement)]
