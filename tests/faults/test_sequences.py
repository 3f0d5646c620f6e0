"""Sequences of acts that nobody thought of, with answers lost between them, held against what must be true after each.

The acts are the product's own, by one person or by several in the same moment; the cloud is the embedded endpoint
behind a faulty line. What must be true: one pool for an order and one order for a pool, no move outside the table, a
reason for every refusal, a history of phases without gaps.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pools import approving, ordering, submitting, tracking
from pools.endpoint.models import Tenancy
from pools.models import Decision, Deletion, Order, PhaseChange, Pool
from pools.states import ORDER_MOVES, OrderState
from tests import builders, faulty
from tests.faults.scope import SOAKING
from tests.pools.errands.conftest import Abroad, attend_until_settled, fresh, pass_time
from tests.pools.errands.test_races import together

# In `make soak` it takes minutes, and longer where others are at work.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(1800 if SOAKING else 180)]

CALLS = (("POST", "/pools"), ("POST", "/pay"), ("PUT", "/cancel"), ("DELETE", "/pools/"))
FAULTS: dict[str, faulty.Fault] = {
    "answer lost": faulty.drop_answer,
    "request lost": faulty.drop_request,
    "half an answer": faulty.half_answer,
    "done, but 500": faulty.done_but(500),
    "500": faulty.answer(500, "ModelArts.50005000", "internal error"),
    "429": faulty.answer(429, "APIGW.0308", "too many", Retry_After="1"),
}
ACTS = ("place", "place at once", "approve", "decide at once", "reject", "withdraw", "delete at once", "work", "look")
STEP = st.tuples(
    st.sampled_from(ACTS), st.integers(0, 3), st.none() | st.tuples(st.sampled_from(CALLS), st.sampled_from([*FAULTS]))
)


def _reachable() -> dict[str, set[str]]:
    """Where the table of moves may lead from each state, over any number of moves."""
    known = {state: {state} for state in OrderState}
    for _ in OrderState:
        known = {state: some.union(*(ORDER_MOVES[one] for one in some)) for state, some in known.items()}
    return {str(state): {str(one) for one in some} for state, some in known.items()}


MAY_LEAD_TO = _reachable()


class Life:
    """One sequence. `was` is the state that each order was last seen in."""

    def __init__(self, abroad: Abroad) -> None:
        self.abroad, self.mark = abroad, f"p{uuid4().hex[:6]}"
        self.other = builders.person(admin_of=abroad.team)
        self.was: dict[int, str] = {}
        self.throttled = False

    def step(self, act: str, which: int, fault: tuple[tuple[str, str], str] | None) -> None:
        if fault:
            self.abroad.proxy.next(*fault[0], FAULTS[fault[1]])
            self.throttled |= fault[1] == "429"
        orders = list(Order.objects.filter(pool_name__startswith=self.mark).order_by("pk"))
        name = act.replace(" ", "_")
        if name.startswith("place"):
            getattr(self, f"_{name}")()
        elif orders:
            # What is refused is refused by name; anything else that is raised is a defect.
            refusals = (approving.AlreadyDecided, approving.NothingToDecide, ordering.AlreadyGone)
            with suppress(*refusals):
                getattr(self, f"_{name}")(orders[which % len(orders)])
        self.abroad.proxy.heal()
        self.check()

    def _placing(self) -> Callable[[], Order]:
        name = f"{self.mark}-{len(self.was)}"
        body = builders.payload(
            name=name,
            network={"name": f"network-21e1-{self.abroad.project.project_id}"},
            resources=[{"flavor": "modelarts.vm.cpu.8ud", "count": 1}],
        )
        said: dict[str, Any] = {
            "project": self.abroad.project,
            "team": self.abroad.team,
            "by": self.abroad.member,
            "draft": uuid4(),
            "revision": 1,
            "body": json.dumps(body),
        }
        return lambda: ordering.place(**said)

    def _place(self) -> None:
        placing = self._placing()
        assert placing().pk == placing().pk

    def _place_at_once(self) -> None:
        same, other = self._placing(), self._placing()
        came = together(same, same, other)
        # The same draft twice is one order; another draft of the same name is refused, or was first.
        assert len({order.pk for order in came if isinstance(order, Order)}) == 1

    def _approve(self, order: Order) -> None:
        approving.approve(order, by=self.abroad.admin)

    def _reject(self, order: Order) -> None:
        approving.reject(order, by=self.abroad.admin, reason="too large")

    def _decide_at_once(self, order: Order) -> None:
        came = together(
            lambda: approving.approve(order, by=self.abroad.admin),
            lambda: approving.reject(order, by=self.other, reason="too large"),
            lambda: submitting.attend(fresh(order)),
        )
        assert sum(isinstance(one, Decision) for one in came) <= 1

    def _withdraw(self, order: Order) -> None:
        ordering.withdraw(order, by=self.abroad.member)

    def _delete_at_once(self, order: Order) -> None:
        if pool := Pool.objects.filter(order=order).first():
            delete = [lambda: ordering.delete(pool, by=self.abroad.member, typed_name=pool.name)] * 2
            came = together(*delete, lambda: tracking.sweep(pool.project))
            assert len({one.pk for one in came if isinstance(one, Deletion)}) <= 1

    def _work(self, order: Order) -> None:
        for errand in self._errands(order):
            pass_time(errand, minutes=1)
            submitting.attend(fresh(errand))

    def _look(self, order: Order) -> None:
        tracking.sweep(self.abroad.project)

    def _errands(self, order: Order) -> list[Order | Decision | Deletion]:
        mine = Deletion.objects.filter(pool__order=order)
        all_of_it: list[Order | Decision | Deletion] = [order, *Decision.objects.filter(order=order), *mine]
        return [errand for errand in all_of_it if fresh(errand).due_at is not None]

    def check(self) -> None:
        orders = list(Order.objects.filter(pool_name__startswith=self.mark))
        for order in orders:
            was = self.was.get(order.pk, str(OrderState.PLACED))
            assert order.state in MAY_LEAD_TO[was], (was, order.state)
            self.was[order.pk] = order.state
            assert len(self.abroad.hosted(order.pool_name)) <= 1
            has_pool = Pool.objects.filter(order=order).exists()
            assert has_pool == (order.state == OrderState.ACCEPTED), (order.state, has_pool)
            assert order.state != OrderState.REFUSED or order.trouble
            assert Decision.objects.standing().filter(order=order).count() <= 1
        for pool in Pool.objects.filter(name__startswith=self.mark):
            assert pool.order_id is not None, "a pool of ours is nobody's"
            heard = list(PhaseChange.objects.filter(pool=pool).order_by("heard_at", "pk"))
            phases = ["", *(change.became for change in heard)]
            assert [change.was for change in heard] == phases[:-1]
            assert phases[-1] == pool.phase

    def end(self) -> None:
        """No more faults: everything comes to its end, and every order has its pool or was taken back."""
        if self.throttled:
            time.sleep(1.1)  # the pause that the cloud asked for is kept in real time
        for order in Order.objects.filter(pool_name__startswith=self.mark):
            for errand in [order, *self._errands(order)]:
                attend_until_settled(errand)
            self.check()
            settled = fresh(order)
            assert settled.needs_person or settled.state in {OrderState.ACCEPTED, OrderState.WITHDRAWN}
            made = len(self.abroad.hosted(order.pool_name))
            assert settled.needs_person or made == (settled.state == OrderState.ACCEPTED)


@settings(
    max_examples=200 if SOAKING else 12,
    deadline=None,
    derandomize=not SOAKING,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(STEP, min_size=4, max_size=12))
def test_whatever_is_done_in_whatever_order_everything_that_must_hold_holds(abroad: Abroad, steps: Any) -> None:
    # All sequences order in one project, and that there is room in it is not what they are about.
    Tenancy.objects.update(pool_quota=1_000_000)
    life = Life(abroad)
    life.step("place", 0, None)
    for act, which, fault in steps:
        life.step(act, which, fault)
    life.end()
