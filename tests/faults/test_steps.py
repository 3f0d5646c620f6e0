"""SIGKILL of web, worker and beat at every named step of an order's journey: afterwards everything happened once.

All steps stand at once, each with an order of its own, when the process dies. Whoever keeps processes alive starts it
again, and what is left is found in the rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from tests import faulty
from tests.engines import wait_for
from tests.faults.holding import broken, unsettled
from tests.faults.scope import SOAKING
from tests.faults.town import District, Role, Town
from tests.journeys.records import abroad, rows

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("faults")]

WAITING, OVER = "Waiting", "Creating|Running"
# The worker is who can lose most; the others, and the crowd, are tried in `make soak`.
ROLES: list[Role] = ["worker", "web", "beat"] if SOAKING else ["worker"]


@dataclass(frozen=True)
class Step:
    """A named step: from where it is reached, the call that is held there (before or after the cloud did it), the act
    that leads to it, and where its order must end.
    """

    name: str
    waits: bool
    call: tuple[str, str] | None
    before: bool
    act: str
    ends: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


REJECTED = {"decision": "done", "phase": "CreationFailed"}
CREATE, PAY, CANCEL, DELETE = ("POST", "/pools"), ("POST", "/pay"), ("PUT", "/cancel"), ("DELETE", "/pools/")
STEPS = [
    Step("order sent, not heard", False, CREATE, True, "order", {"state": "accepted", "phase": WAITING}),
    Step("order carried out, not told", False, CREATE, False, "order", {"state": "accepted", "phase": WAITING}),
    Step("payment sent, not heard", True, PAY, True, "approve", {"decision": "done", "phase": OVER}),
    Step("paid, not told", True, PAY, False, "approve", {"decision": "done", "phase": OVER}),
    Step("cancelled, not told", True, CANCEL, False, "reject", REJECTED),
    Step("deletion carried out, not told", True, DELETE, False, "delete", {"deletion": "done"}),
]
# Nothing is held at these: the process dies as the row has just been written, or while something takes its time.
RECORDED = [
    Step("order placed", False, None, False, "order", {"state": "accepted", "phase": WAITING}),
    Step("approval recorded", True, None, False, "approve", {"decision": "done", "phase": OVER}),
    Step("deletion recorded", True, None, False, "delete", {"deletion": "done"}),
    Step("being created", True, None, False, "", {"phase": OVER}),
]
if SOAKING:  # the rest of the table, each beside one of those above that differs from it in one word
    STEPS += [
        Step("cancellation sent, not heard", True, CANCEL, True, "reject", REJECTED),
        Step("deletion sent, not heard", True, DELETE, True, "delete", {"deletion": "done"}),
    ]
    RECORDED.insert(2, Step("rejection recorded", True, None, False, "reject", REJECTED))


@dataclass
class Standing:
    """An order that stands at a step."""

    step: Step
    order: int
    district: District
    name: str
    hold: faulty.Hold | None = None


def _walk_to(step: Step, district: District, name: str, order: int) -> Standing:
    """Do the act that leads to the step, and wait until its call is held there."""
    hold = faulty.Hold(before=step.before) if step.call else None
    if step.call and hold:
        district.line.next(*step.call, hold)
    acts: dict[str, Callable[[], int]] = {
        "order": lambda: district.member.order(name),
        "approve": lambda: district.admin.approve(order),
        "reject": lambda: district.admin.reject(order),
        "delete": lambda: district.member.delete(order, name),
    }
    answered = acts[step.act]() if step.act else 302
    if step.act == "order":
        order = answered
    else:
        assert answered == 302, (step, answered)
    if hold:
        assert hold.held.wait(30), f"{step}: the worker never called"
    return Standing(step, order, district, name, hold)


@pytest.mark.parametrize("role", ROLES)
def test_whoever_dies_at_whatever_step_everything_has_happened_once(
    town: Town, districts: list[District], role: Role
) -> None:
    steps = [*STEPS, *RECORDED]
    places = [(step, districts[nth % len(districts)], f"{role}-{nth:02}") for nth, step in enumerate(steps)]
    waiting = {name: where.member.order(name) for step, where, name in places if step.waits}
    for order in waiting.values():
        town.wait_until(order, phase=WAITING, what="an order that can be decided")
    creating, where = next((name, where) for step, where, name in places if step.name == "being created")
    assert where.admin.approve(waiting[creating]) == 302
    town.wait_until(waiting[creating], phase=OVER, what="a pool being created")

    # What is held first stands longest: the rows that were only written come right before the end.
    standing = [_walk_to(step, where, name, waiting.get(name, 0)) for step, where, name in places]
    town.kill(role)
    for one in standing:
        if one.hold:
            one.hold.let_go.set()
    town.begin(role)

    for one in standing:
        town.wait_until(one.order, what=f"{one.step}, {role} killed", seconds=90, **one.step.ends)
    wait_for(lambda: not unsettled(town), what="nothing to be on its way", seconds=60)
    assert broken(town) == []
    placed = {one.name for one in standing}
    assert {name: number for name, number in abroad(town).items() if name in placed} == dict.fromkeys(placed, 1)


def test_a_draft_that_was_saved_outlives_the_web_server(town: Town, districts: list[District]) -> None:
    address, form = districts[0].member.review("draft-kept")
    town.replace("web")
    assert districts[0].member.ask(address, **form).status_code == 302
    [(order,)] = rows(town, "SELECT id FROM pools_order WHERE pool_name = 'draft-kept'")
    town.wait_until(order, phase=WAITING, what="the order of the kept draft")


if SOAKING:

    def test_two_beats_eight_workers_and_one_that_hangs_send_everything_once(
        town: Town, districts: list[District]
    ) -> None:
        town.freeze("worker")
        frozen, town.hands["worker"] = town.hands["worker"], []
        town.begin("worker", number=8)
        town.begin("beat")
        orders = [
            where.member.order(f"crowd-{nth}-{place}") for nth in range(4) for place, where in enumerate(districts)
        ]
        for order in orders:
            town.wait_until(order, phase=WAITING, what="an order among eight workers")
        town.kill("worker")
        town.kill("beat")
        town.hands["worker"] = frozen
        town.thaw("worker")
        town.begin("beat")
        wait_for(lambda: not unsettled(town), what="nothing to be on its way", seconds=60)
        assert broken(town) == []
        assert {number for name, number in abroad(town).items() if name.startswith("crowd-")} == {1}
