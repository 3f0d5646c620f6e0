"""Gate 2: deciding on Waiting orders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from pools import approving
from pools.models import Decision, Order, User
from pools.states import ErrandState, OrderState
from pools.wire.enums import Phase
from tests import builders

pytestmark = pytest.mark.django_db


@dataclass
class Desk:
    order: Order
    orderer: User
    admin: User
    second: User
    stranger: User


@pytest.fixture
def desk() -> Desk:
    team = builders.team()
    orderer = builders.person(member_of=team)
    return Desk(
        order=builders.waiting_order(team=team, placed_by=orderer),
        orderer=orderer,
        admin=builders.person(admin_of=team),
        second=builders.person(admin_of=team),
        stranger=builders.person(admin_of=builders.team()),
    )


def test_an_approval_is_recorded_for_the_worker(desk: Desk) -> None:
    decision = approving.approve(desk.order, by=desk.admin)

    assert (decision.verdict, decision.by, decision.state) == ("approved", desk.admin, ErrandState.RECORDED)
    assert list(Decision.objects.due()) == [decision]


def test_a_rejection_keeps_its_reason(desk: Desk) -> None:
    decision = approving.reject(desk.order, by=desk.admin, reason="  too large \n")

    assert (decision.verdict, decision.reason) == ("rejected", "too large")


@pytest.mark.parametrize("reason", ["", " \n\t", "x" * 2001])
def test_a_rejection_without_a_reason_or_with_a_novel_is_none(desk: Desk, reason: str) -> None:
    with pytest.raises(approving.NoReason):
        approving.reject(desk.order, by=desk.admin, reason=reason)

    assert not Decision.objects.exists()


@pytest.mark.parametrize("who", ["orderer", "stranger"])
def test_nobody_else_decides(desk: Desk, who: str) -> None:
    with pytest.raises(approving.NotAllowed):
        approving.approve(desk.order, by=getattr(desk, who))
    with pytest.raises(approving.NotAllowed):
        approving.reject(desk.order, by=getattr(desk, who), reason="no")

    assert not Decision.objects.exists()


def test_a_stranger_does_not_learn_that_a_reason_was_missing(desk: Desk) -> None:
    with pytest.raises(approving.NotAllowed):
        approving.reject(desk.order, by=desk.stranger, reason="")


def test_the_second_admin_is_told_who_was_first(desk: Desk) -> None:
    first = approving.approve(desk.order, by=desk.admin)

    with pytest.raises(approving.AlreadyDecided) as late:
        approving.reject(desk.order, by=desk.second, reason="no")

    assert late.value.decision == first
    assert (late.value.decision.by, late.value.decision.at) == (desk.admin, first.at)


def test_a_decided_order_leaves_the_desk_at_once(desk: Desk) -> None:
    approving.approve(desk.order, by=desk.admin)

    assert not Order.objects.waiting().exists()


def test_a_failed_decision_puts_the_order_back_on_the_desk(desk: Desk) -> None:
    decision = approving.approve(desk.order, by=desk.admin)
    decision.move(ErrandState.FAILED, failure_code="CBC.99005003", failure_message="Balance insufficient")

    assert list(Order.objects.waiting()) == [desk.order]
    assert approving.approve(desk.order, by=desk.second).by == desk.second


@pytest.mark.parametrize("phase", [phase for phase in Phase if phase is not Phase.WAITING] + [""])
def test_an_order_whose_pool_does_not_wait_is_not_decided(desk: Desk, phase: str) -> None:
    desk.order.pool.phase = phase
    desk.order.pool.save()

    with pytest.raises(approving.NothingToDecide):
        approving.approve(desk.order, by=desk.admin)


@pytest.mark.parametrize("state", [state for state in OrderState if state is not OrderState.ACCEPTED])
def test_an_order_not_accepted_is_not_decided(desk: Desk, state: OrderState) -> None:
    order = builders.order(team=desk.order.team, placed_by=desk.orderer, state=state)

    with pytest.raises(approving.NothingToDecide):
        approving.approve(order, by=desk.admin)


def test_an_order_whose_pool_is_gone_is_not_decided(desk: Desk) -> None:
    desk.order.pool.gone_at = timezone.now()
    desk.order.pool.save()

    with pytest.raises(approving.NothingToDecide):
        approving.approve(desk.order, by=desk.admin)


def test_pages_are_told_of_a_decision(desk: Desk) -> None:
    before = desk.order.changed_at

    approving.approve(desk.order, by=desk.admin)

    desk.order.refresh_from_db()
    assert desk.order.changed_at > before


def test_pages_are_told_when_a_decision_moves(desk: Desk) -> None:
    decision = approving.approve(desk.order, by=desk.admin)
    desk.order.refresh_from_db()
    before = desk.order.changed_at

    decision.move(ErrandState.FAILED)

    desk.order.refresh_from_db()
    assert desk.order.changed_at > before


# Undoing


@pytest.fixture
def undoable(desk: Desk, settings: Settings) -> Decision:
    settings.DECISION_UNDO_SECONDS = 30
    return approving.approve(desk.order, by=desk.admin)


def test_a_decision_is_due_when_it_can_be_undone_no_more(undoable: Decision) -> None:
    assert undoable.due_at == undoable.at + timedelta(seconds=30)
    assert not Decision.objects.due().exists()


def test_an_undone_decision_is_never_due_and_its_order_waits_again(desk: Desk, undoable: Decision) -> None:
    assert approving.undo(undoable, by=desk.admin)

    undoable.refresh_from_db()
    assert (undoable.state, undoable.due_at) == (ErrandState.WITHDRAWN, None)
    assert list(Order.objects.waiting()) == [desk.order]


def test_after_an_undone_decision_another_one_may_be_taken(desk: Desk, undoable: Decision) -> None:
    approving.undo(undoable, by=desk.admin)

    assert approving.reject(desk.order, by=desk.second, reason="no").verdict == "rejected"


def test_a_decision_is_undone_once(desk: Desk, undoable: Decision) -> None:
    other_window = Decision.objects.get()

    assert [approving.undo(row, by=desk.admin) for row in (undoable, other_window)] == [True, False]


def test_what_a_worker_has_taken_is_not_undone(desk: Desk, undoable: Decision) -> None:
    page = Decision.objects.get()
    undoable.claim(ErrandState.SENDING, until=timezone.now() + timedelta(minutes=1))

    assert not approving.undo(page, by=desk.admin)
    assert not approving.undo(undoable, by=desk.admin)


def test_what_was_undone_is_not_taken_by_a_worker(desk: Desk, undoable: Decision) -> None:
    in_a_workers_hand = Decision.objects.get()
    approving.undo(undoable, by=desk.admin)

    assert not in_a_workers_hand.claim(ErrandState.SENDING, until=timezone.now() + timedelta(minutes=1))


def test_what_was_sent_once_and_shall_be_sent_again_is_not_undone(desk: Desk, undoable: Decision) -> None:
    """It may have come there the first time."""
    undoable.claim(ErrandState.SENDING, until=timezone.now() + timedelta(minutes=1))
    undoable.move(ErrandState.RECORDED, due_at=timezone.now())

    assert not approving.undo(undoable, by=desk.admin)


@pytest.mark.parametrize("who", ["orderer", "second", "stranger"])
def test_nobody_else_undoes_a_decision(desk: Desk, undoable: Decision, who: str) -> None:
    with pytest.raises(approving.NotAllowed):
        approving.undo(undoable, by=getattr(desk, who))


def test_who_is_no_admin_any_more_undoes_nothing(desk: Desk, undoable: Decision) -> None:
    desk.admin.memberships.all().delete()

    with pytest.raises(approving.NotAllowed):
        approving.undo(undoable, by=desk.admin)


# What was decided about


def test_a_decision_keeps_the_digest_of_what_it_is_about(desk: Desk) -> None:
    assert approving.approve(desk.order, by=desk.admin).digest == approving.digest_of(desk.order) != ""


@pytest.mark.parametrize("seen", ["", "0" * 12, "\u0000", "x" * 10_000])
def test_who_read_something_else_decides_nothing(desk: Desk, seen: str) -> None:
    with pytest.raises(approving.Changed):
        approving.approve(desk.order, by=desk.admin, seen=seen)
    with pytest.raises(approving.Changed):
        approving.reject(desk.order, by=desk.admin, reason="no", seen=seen)

    assert not Decision.objects.exists()


def test_an_order_that_changed_since_it_was_read_is_not_decided(desk: Desk) -> None:
    seen = approving.digest_of(desk.order)
    Order.objects.filter(pk=desk.order.pk).update(body=desk.order.body.replace('"count": 1', '"count": 9'))

    with pytest.raises(approving.Changed):
        approving.approve(desk.order, by=desk.admin, seen=seen)


def test_a_document_written_otherwise_is_the_same_document(desk: Desk) -> None:
    seen = approving.digest_of(desk.order)
    Order.objects.filter(pk=desk.order.pk).update(body=f"  {desk.order.body}\n")

    assert approving.approve(desk.order, by=desk.admin, seen=seen).digest == seen
