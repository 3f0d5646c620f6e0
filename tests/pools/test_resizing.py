"""Asking for other numbers of nodes: who may, when, and what cannot be."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools import adopting, ordering, queries, reminding, resizing, tracking
from pools.models import CatalogPart, Pool, Resize, Team, Trouble, User
from pools.resizing import Unfit, Why
from pools.states import ErrandState, OrderState
from pools.wire import resizing as law
from pools.wire.enums import Phase
from pools.wire.resizing import Entry
from tests import builders

pytestmark = pytest.mark.django_db

FLAVOR = "modelarts.vm.cpu.8ud"


class House:
    """A team with its pool of two nodes, a member who ordered it and two admins."""

    def __init__(self, *, four_eyes: bool = True, resources: list[dict[str, Any]] | None = None) -> None:
        self.team: Team = builders.team(four_eyes=four_eyes)
        self.member: User = builders.person(member_of=self.team)
        self.admin: User = builders.person(admin_of=self.team)
        self.other: User = builders.person(admin_of=self.team)
        self.stranger: User = builders.person(admin_of=builders.team())
        order = builders.order(team=self.team, placed_by=self.member, state=OrderState.ACCEPTED)
        document = builders.heard(name=order.pool_name)
        document["spec"]["resources"] = resources or [{"flavor": FLAVOR, "count": 2, "maxCount": 2, "note": "kept"}]
        self.pool: Pool = builders.pool(order=order, document=document)

    @property
    def stands(self) -> tuple[Entry, ...]:
        return law.entries(self.pool.document) or ()

    def ask(self, *counts: int, by: User | None = None) -> Resize:
        wanted = [one.of(count) for one, count in zip(self.stands, counts, strict=True)]
        return resizing.ask(self.pool, by=by or self.member, wanted=wanted, seen=law.print_of(self.stands))


@pytest.fixture
def house() -> House:
    return House()


def test_more_nodes_wait_for_somebody_to_approve_them(house: House) -> None:
    resize = house.ask(3)

    assert (resize.is_awaited, resize.due_at) == (True, None)


def test_fewer_nodes_need_nobody(house: House) -> None:
    resize = house.ask(1)

    assert (resize.is_awaited, resize.approved_by) == (False, house.member)
    assert resize.due_at is not None


def test_with_four_eyes_no_admin_approves_what_they_asked_for(house: House) -> None:
    resize = house.ask(3, by=house.admin)

    assert resize.is_awaited
    with pytest.raises(resizing.NotAllowed):
        resizing.approve(resize, by=house.admin)
    assert resizing.approve(resize, by=house.other)


def test_without_four_eyes_an_admin_asks_and_approves_at_once() -> None:
    house = House(four_eyes=False)

    assert house.ask(3, by=house.admin).approved_by == house.admin


@pytest.mark.parametrize("who", ["stranger", "member"])
def test_only_admins_approve(house: House, who: str) -> None:
    resize = house.ask(3)

    with pytest.raises(resizing.NotAllowed):
        resizing.approve(resize, by=getattr(house, who))


def test_a_stranger_asks_for_nothing(house: House) -> None:
    with pytest.raises(resizing.NotAllowed):
        house.ask(1, by=house.stranger)


def test_the_patch_has_every_entry_whole_with_its_new_number(house: House) -> None:
    [entry] = json.loads(house.ask(3).body)["spec"]["resources"]

    assert entry == {"flavor": FLAVOR, "count": 3, "maxCount": 3, "note": "kept"}


def test_a_double_click_asks_once(house: House) -> None:
    assert house.ask(3) == house.ask(3)


def test_while_one_is_under_way_no_other_is_taken(house: House) -> None:
    house.ask(3)

    with pytest.raises(resizing.NotNow) as caught:
        house.ask(1)
    assert caught.value.why is Why.UNDER_WAY


def test_of_two_approvals_one_counts(house: House) -> None:
    resize = house.ask(3)

    assert [resizing.approve(resize, by=admin) for admin in (house.admin, house.other)] == [True, False]


def test_a_rejection_that_comes_after_an_approval_does_not_count(house: House) -> None:
    resize = house.ask(3)
    resizing.approve(resize, by=house.admin)

    assert not resizing.reject(resize, by=house.other, reason="no budget")
    assert Resize.objects.get().state == ErrandState.RECORDED


def test_a_rejection_wants_a_reason_and_leaves_room_for_another_try(house: House) -> None:
    resize = house.ask(3)

    with pytest.raises(ValueError, match=r"^$"):
        resizing.reject(resize, by=house.admin, reason=" ")
    assert resizing.reject(resize, by=house.admin, reason="no budget")
    assert house.ask(3) != resize


@pytest.mark.parametrize("approved", [True, False])
def test_it_can_be_taken_back_until_it_is_sent(house: House, *, approved: bool) -> None:
    resize = house.ask(3)
    if approved:
        resizing.approve(resize, by=house.admin)
    row = Resize.objects.get()

    assert resizing.take_back(row, by=house.member)
    assert Resize.objects.get().state == ErrandState.WITHDRAWN


@pytest.mark.parametrize(("count", "awaited"), [(3, True), (2, False), (1, False)])
def test_after_a_growth_that_failed_what_adds_to_what_is_there_is_approved(
    house: House, count: int, *, awaited: bool
) -> None:
    house.pool.document["spec"]["resources"][0] |= {"count": 4, "maxCount": 4}
    house.pool.document["status"]["resources"] = {"available": [{"flavor": FLAVOR, "count": 2}]}
    house.pool.phase = Phase.SCALING_FAILED
    house.pool.save()

    assert house.ask(count).is_awaited is awaited


def test_where_it_is_not_told_what_is_there_after_a_growth_that_failed_fewer_are_approved(house: House) -> None:
    house.pool.document["status"] = {}
    house.pool.phase = Phase.SCALING_FAILED
    house.pool.save()

    assert house.ask(1).is_awaited


@pytest.mark.parametrize(
    ("counts", "unfit"),
    [((2, 2), Unfit.NOTHING), ((0, 0), Unfit.NO_NODES), ((3, 1), Unfit.BOTH_WAYS), ((2, 3000), Unfit.TOO_MANY)],
)
def test_numbers_that_cannot_be_are_told_apart(counts: tuple[int, ...], unfit: Unfit) -> None:
    house = House(resources=[{"flavor": FLAVOR, "count": 2}, {"flavor": "other", "count": 2}])

    with pytest.raises(resizing.Ill) as caught:
        house.ask(*counts)
    assert caught.value.what is unfit


def test_nodes_are_not_moved_from_zone_to_zone() -> None:
    house = House(resources=[{"flavor": FLAVOR, "count": 2, "azs": [{"az": "a", "count": 2}]}])

    with pytest.raises(resizing.Ill) as caught:
        resizing.judge(house.pool, [house.stands[0].of(2, [("a", 1), ("b", 1)])])
    assert caught.value.what is Unfit.BOTH_WAYS


def test_racks_stay_whole() -> None:
    house = House(resources=[{"flavor": FLAVOR, "count": 8, "creatingStep": {"step": 4, "type": "rack"}}])

    with pytest.raises(resizing.Ill) as caught:
        house.ask(9)
    assert (caught.value.what, caught.value.values["step"]) == (Unfit.STEP, 4)


def test_what_is_sold_out_does_not_grow_and_may_shrink(house: House) -> None:
    flavor = {"metadata": {"name": FLAVOR}, "status": {"phase": {"az-1": "soldout"}}}
    builders.catalog_part(project=house.pool.project, kind=CatalogPart.Kind.FLAVORS, document={"items": [flavor]})

    with pytest.raises(resizing.Ill) as caught:
        house.ask(3)
    assert caught.value.what is Unfit.SOLD_OUT
    assert house.ask(1)


@pytest.mark.parametrize("phase", [Phase.ABNORMAL, Phase.WAITING, "Unheard"])
def test_only_a_running_pool_is_resized(house: House, phase: str) -> None:
    Pool.objects.update(phase=phase)

    with pytest.raises(resizing.NotNow) as caught:
        house.ask(1)
    assert caught.value.why is Why.PHASE


def test_a_pool_that_is_to_be_deleted_is_not_resized(house: House) -> None:
    ordering.delete(house.pool, by=house.member, typed_name=house.pool.name)

    with pytest.raises(resizing.NotNow) as caught:
        house.ask(1)
    assert caught.value.why is Why.DELETED


def test_nodes_paid_in_advance_are_left_to_billing(house: House) -> None:
    house.pool.document["metadata"]["annotations"]["os.modelarts/billing.mode"] = "1"
    house.pool.save()

    with pytest.raises(resizing.NotNow) as caught:
        house.ask(1)
    assert caught.value.why is Why.PREPAID


def test_whoever_read_other_nodes_is_told(house: House) -> None:
    with pytest.raises(resizing.Overtaken):
        resizing.ask(house.pool, by=house.member, wanted=[house.stands[0].of(1)], seen="other")


def test_what_was_read_before_it_changed_is_not_approved(house: House) -> None:
    resize = house.ask(3)
    house.pool.document["spec"]["resources"][0]["count"] = 5
    house.pool.save()

    with pytest.raises(resizing.Overtaken):
        resizing.approve(resize, by=house.admin)


def test_what_was_not_read_is_neither_approved_nor_rejected(house: House) -> None:
    resize = house.ask(3)

    with pytest.raises(resizing.Changed):
        resizing.approve(resize, by=house.admin, seen="another")
    with pytest.raises(resizing.Changed):
        resizing.reject(resize, by=house.admin, reason="no budget", seen="another")
    assert Resize.objects.get().is_awaited


def test_an_approval_keeps_what_was_read_checked_and_said(house: House) -> None:
    resize = house.ask(3)

    resizing.approve(resize, by=house.admin, seen=resizing.digest_of(resize), comment=" for the spring ")

    kept = Resize.objects.get()
    assert (kept.digest, kept.comment) == (resizing.digest_of(resize), "for the spring")
    assert [one["question"] for one in kept.checks] == ["runs", "unchanged", "stays", "stock"]


def test_what_is_sold_out_by_now_is_not_approved(house: House) -> None:
    resize = house.ask(3)
    flavor = {"metadata": {"name": FLAVOR}, "status": {"phase": {"az-1": "soldout"}}}
    builders.catalog_part(project=house.pool.project, kind=CatalogPart.Kind.FLAVORS, document={"items": [flavor]})

    with pytest.raises(resizing.Worse):
        resizing.approve(resize, by=house.admin)
    assert Resize.objects.get().is_awaited


def test_an_approval_that_is_undone_leaves_it_waiting(house: House) -> None:
    resize = house.ask(3)
    resizing.approve(resize, by=house.admin)

    with pytest.raises(resizing.NotAllowed):
        resizing.undo(Resize.objects.get(), by=house.other)
    assert resizing.undo(Resize.objects.get(), by=house.admin)

    again = Resize.objects.get()
    assert (again.is_awaited, again.due_at, again.undone[0]["by"]) == (True, None, str(house.admin))
    assert resizing.approve(again, by=house.other)


def test_an_approval_that_a_worker_has_is_not_undone(house: House) -> None:
    resize = house.ask(3)
    resizing.approve(resize, by=house.admin)
    before = Resize.objects.get()
    Resize.objects.get().claim(ErrandState.SENDING, until=timezone.now())

    assert not resizing.undo(before, by=house.admin)
    assert not resizing.undo(Resize.objects.get(), by=house.admin)


def test_what_nobody_approved_in_time_lapses_and_may_be_asked_for_again(house: House) -> None:
    resize = house.ask(3)
    Resize.objects.update(at=timezone.now() - timedelta(days=7))

    with pytest.raises(resizing.NotNow) as caught:
        resizing.approve(resize, by=house.admin)
    assert caught.value.why is Why.LAPSED
    assert (reminding.lapse(), reminding.lapse()) == (1, 0)
    assert Resize.objects.get().failure_code == Trouble.LAPSED
    assert [need.kind for need in queries.needs_me(house.member).shown] == ["unsized"]
    assert house.ask(3) != resize


def test_where_it_may_wait_for_ever_nothing_lapses(house: House, settings: Any) -> None:
    settings.APPROVAL_DAYS = 0
    house.ask(3)
    Resize.objects.update(at=timezone.now() - timedelta(days=400))

    assert reminding.lapse() == 0


def test_whoever_asked_reminds_once_a_day(house: House) -> None:
    resize = house.ask(3)

    assert [resizing.remind(resize, by=house.member) for _ in range(2)] == [True, False]
    Resize.objects.update(reminded_at=timezone.now() - timedelta(days=1))
    assert resizing.remind(resize, by=house.member)
    with pytest.raises(resizing.NotAllowed):
        resizing.remind(resize, by=house.admin)


def test_what_a_pool_was_to_become_ends_with_its_change_of_hands(house: House) -> None:
    house.ask(3)
    Pool.objects.update(team=None, order=None)
    house.pool.project.teams.add(house.team)

    adopting.adopt(Pool.objects.get(), team=house.team, by=house.admin)

    assert Resize.objects.get().failure_code == Trouble.CHANGED_HANDS


def test_what_nobody_approved_ends_with_the_pool(house: House) -> None:
    resize = house.ask(3)

    tracking.retire(house.pool, at=timezone.now())

    assert (Resize.objects.get().state, Resize.objects.get().failure_code) == (ErrandState.FAILED, Trouble.OVERTAKEN)
    assert not resizing.take_back(resize, by=house.member)


@pytest.mark.parametrize(
    "resources", [None, [], "many", [{"flavor": 7, "count": 1}], [{"flavor": "a", "count": True}], [{"flavor": "a"}]]
)
def test_entries_that_cannot_be_told_for_sure_are_not_guessed(resources: Any) -> None:
    assert law.entries({"spec": {"resources": resources}}) is None


def test_what_was_ordered_and_resized_keeps_all_but_its_numbers() -> None:
    ordered = json.dumps(builders.payload(resources=[{"flavor": "a", "count": 1, "tags": []}]))

    resized = json.loads(law.laid_over(ordered, '{"spec": {"resources": [{"flavor": "a", "count": 4}]}}'))

    assert resized["spec"]["resources"] == [{"flavor": "a", "count": 4, "maxCount": 4, "tags": []}]


@pytest.mark.parametrize("end", ["rejected", "failed"])
def test_whoever_asked_is_told_for_some_days_that_nothing_came_of_it(house: House, end: str) -> None:
    resize = house.ask(3)
    if end == "rejected":
        resizing.reject(resize, by=house.admin, reason="no budget")
    else:
        resize.move(ErrandState.FAILED, failure_code=Trouble.OVERTAKEN)

    assert [need.kind for need in queries.needs_me(house.member).shown] == ["unsized"]
    assert queries.needs_me(house.admin).shown == []
    Resize.objects.update(changed_at=timezone.now() - timedelta(days=4))
    assert queries.needs_me(house.member).shown == []


def test_what_was_taken_back_or_asked_for_anew_is_no_news(house: House) -> None:
    resizing.take_back(house.ask(3), by=house.member)
    assert queries.needs_me(house.member).shown == []

    resizing.reject(house.ask(3), by=house.admin, reason="no budget")
    house.ask(4)
    assert queries.needs_me(house.member).shown == []
