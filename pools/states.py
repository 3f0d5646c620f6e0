"""The law of ours: which states an order or an errand may be in, and the moves between them. Enforced.

The other law, the cloud's phases, is only observed: see `pools.phases`.
"""

from collections.abc import Mapping
from enum import StrEnum


class OrderState(StrEnum):
    """Where an order stands on its way to the cloud. What the cloud then does with it is its pool's phase."""

    PLACED = "placed"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    HELD = "held"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ErrandState(StrEnum):
    """Where a decision or a deletion stands on its way to the cloud."""

    RECORDED = "recorded"
    SENDING = "sending"
    IN_DOUBT = "in_doubt"
    DONE = "done"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"


class WatchState(StrEnum):
    """Where a draft stands that waits for what is sold out. It never comes back: who wants that watches anew."""

    WATCHING = "watching"
    PLACED = "placed"
    ENDED = "ended"


State = OrderState | ErrandState | WatchState

ORDER_MOVES: Mapping[OrderState, frozenset[OrderState]] = {
    # Without credentials that can be opened there is nothing to send with.
    OrderState.PLACED: frozenset({OrderState.SENDING, OrderState.HELD, OrderState.WITHDRAWN}),
    OrderState.SENDING: frozenset(
        {OrderState.ACCEPTED, OrderState.REFUSED, OrderState.HELD, OrderState.PLACED, OrderState.IN_DOUBT}
    ),
    # Proved absent, an order in doubt is placed again; found, it is accepted; taken by another pool, it is refused.
    OrderState.IN_DOUBT: frozenset({OrderState.ACCEPTED, OrderState.REFUSED, OrderState.PLACED}),
    OrderState.HELD: frozenset({OrderState.PLACED, OrderState.WITHDRAWN}),
    OrderState.ACCEPTED: frozenset(),
    OrderState.REFUSED: frozenset(),
    OrderState.WITHDRAWN: frozenset(),
}

ERRAND_MOVES: Mapping[ErrandState, frozenset[ErrandState]] = {
    # Whoever decided may think better of it, as long as no worker has taken it.
    ErrandState.RECORDED: frozenset({ErrandState.SENDING, ErrandState.FAILED, ErrandState.WITHDRAWN}),
    ErrandState.SENDING: frozenset({ErrandState.DONE, ErrandState.FAILED, ErrandState.RECORDED, ErrandState.IN_DOUBT}),
    ErrandState.IN_DOUBT: frozenset({ErrandState.DONE, ErrandState.FAILED, ErrandState.RECORDED}),
    ErrandState.DONE: frozenset(),
    ErrandState.FAILED: frozenset(),
    ErrandState.WITHDRAWN: frozenset(),
}

WATCH_MOVES: Mapping[WatchState, frozenset[WatchState]] = {
    WatchState.WATCHING: frozenset({WatchState.PLACED, WatchState.ENDED}),
    WatchState.PLACED: frozenset(),
    WatchState.ENDED: frozenset(),
}

# Errands that came to nothing. Of all others an order, or a pool, has at most one: the one that stands.
IN_VAIN = (ErrandState.FAILED, ErrandState.WITHDRAWN)

# Orders that may still become a pool: at most one of them per project and pool name.
ON_THE_WAY = frozenset({OrderState.PLACED, OrderState.SENDING, OrderState.IN_DOUBT, OrderState.HELD})


class ForbiddenMove(ValueError):
    """A move outside the table: a defect of ours, never the cloud's doing."""


def allows(was: State, to: State) -> bool:
    """Whether the table of moves holds `was` to `to`. States of different kinds never meet."""
    if isinstance(was, OrderState) and isinstance(to, OrderState):
        return to in ORDER_MOVES[was]
    if isinstance(was, ErrandState) and isinstance(to, ErrandState):
        return to in ERRAND_MOVES[was]
    if isinstance(was, WatchState) and isinstance(to, WatchState):
        return to in WATCH_MOVES[was]
    return False


def is_final(state: OrderState | ErrandState) -> bool:
    """Whether no move leads out of `state`: nothing is left to be done about it."""
    moves = ORDER_MOVES[state] if isinstance(state, OrderState) else ERRAND_MOVES[state]
    return not moves
