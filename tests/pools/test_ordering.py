"""What people ask for: placing, withdrawing, deleting, reading, resolving."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from pools import ordering
from pools.models import Deletion, Order, Pool, Project, Reading, Team, User
from pools.states import ErrandState, OrderState
from pools.wire.enums import Phase
from tests import builders

pytestmark = pytest.mark.django_db

DRAFT = UUID("00000000-0000-0000-0000-00000000d4af")


@dataclass
class Scene:
    team: Team
    project: Project
    member: User
    admin: User
    stranger: User


@pytest.fixture
def scene() -> Scene:
    team, other = builders.team(), builders.team()
    return Scene(
        team=team,
        project=builders.project(teams=(team, other)),
        member=builders.person(member_of=team),
        admin=builders.person(admin_of=team),
        stranger=builders.person(admin_of=other),
    )


def place(scene: Scene, **changed: Any) -> Order:
    said: dict[str, Any] = {
        "project": scene.project,
        "team": scene.team,
        "by": scene.member,
        "draft": DRAFT,
        "revision": 1,
        "body": json.dumps(builders.payload(name="pool-one")),
        **changed,
    }
    return ordering.place(**said)


def test_an_order_placed_is_due_at_once(scene: Scene) -> None:
    order = place(scene)

    assert (order.state, order.pool_name, order.workspace_id) == (OrderState.PLACED, "pool-one", "0")
    assert list(Order.objects.due()) == [order]


@pytest.mark.parametrize("text", ['{ "kind":"Pool",\n\t"é":1, ', "{"])
def test_the_body_is_kept_byte_for_byte(scene: Scene, text: str) -> None:
    body = text + json.dumps(builders.payload(name="pool-one"), indent=3)[1:]

    order = place(scene, body=body)

    order.refresh_from_db()
    assert order.body == body


def test_a_double_click_is_one_order(scene: Scene) -> None:
    assert place(scene) == place(scene)
    assert Order.objects.count() == 1


def test_a_refused_orders_next_revision_is_another_order(scene: Scene) -> None:
    first = place(scene)
    first.claim(OrderState.SENDING, until=timezone.now())
    first.move(OrderState.REFUSED)

    assert place(scene, revision=2) != first


def test_a_placed_draft_is_nobody_elses_to_ask_about(scene: Scene) -> None:
    place(scene)

    with pytest.raises(ordering.NotAllowed):
        place(scene, by=scene.admin)


def test_a_stranger_places_nothing_for_the_team(scene: Scene) -> None:
    with pytest.raises(ordering.NotAllowed):
        place(scene, by=scene.stranger)


def test_a_project_that_does_not_serve_the_team_takes_no_order_of_it(scene: Scene) -> None:
    with pytest.raises(ordering.NotAllowed):
        place(scene, project=builders.project())


@pytest.mark.parametrize("state", [OrderState.PLACED, OrderState.IN_DOUBT, OrderState.HELD, OrderState.ACCEPTED])
def test_a_name_on_its_way_is_taken_whosever_it_is(scene: Scene, state: OrderState) -> None:
    theirs = scene.stranger.teams.get()
    builders.order(team=theirs, placed_by=scene.stranger, project=scene.project, name="pool-one", state=state)

    with pytest.raises(ordering.NameTaken) as taken:
        place(scene)

    assert not str(taken.value)


def test_a_living_pools_name_is_taken(scene: Scene) -> None:
    builders.pool(project=scene.project, name="pool-one")

    with pytest.raises(ordering.NameTaken):
        place(scene)


@pytest.mark.parametrize(("phase", "gone"), [(Phase.CREATION_FAILED, False), (Phase.DELETING, True)])
def test_a_failed_or_gone_pools_name_is_free(scene: Scene, phase: Phase, gone: bool) -> None:
    builders.pool(project=scene.project, name="pool-one", phase=phase, gone_at=timezone.now() if gone else None)

    assert place(scene).pool_name == "pool-one"


def test_the_same_name_is_free_in_another_project(scene: Scene) -> None:
    place(scene)

    assert place(scene, project=builders.project(teams=(scene.team,)), draft=uuid4()).pk


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "null",
        '"\ud800"',
        '{"kind": NaN}',
        "[" * 100_000,
        json.dumps(builders.payload(count=0)),
        json.dumps(builders.payload(name="No")),
    ],
    ids=["empty", "half", "list", "null", "surrogate", "nan", "deep", "no nodes", "bad name"],
)
def test_what_the_cloud_would_refuse_is_not_placed(scene: Scene, body: str) -> None:
    with pytest.raises(ordering.Unsendable) as unsendable:
        place(scene, body=body)

    assert unsendable.value.breaches
    assert not Order.objects.exists()


def paying(*, mode: str = "1", value: str = "1") -> str:
    body = builders.payload(name="pool-one", billing_mode=mode)
    period = {"os.modelarts/period.type": "2", "os.modelarts/period.num": "1"} if mode == "1" else {}
    body["metadata"]["annotations"] |= {**period, "os.modelarts/auto.pay": value}
    return json.dumps(body)


@pytest.mark.parametrize("said", [{}, {"mode": "0"}, {"value": "True"}])
def test_an_order_pays_itself_only_where_its_team_lets_it(scene: Scene, said: dict[str, str]) -> None:
    with pytest.raises(ordering.PaysItself):
        place(scene, body=paying(**said))
    assert not Order.objects.exists()

    Team.objects.filter(pk=scene.team.pk).update(orders_may_pay_themselves=True)
    assert place(scene, body=paying(**said)).pays_itself


def test_a_switch_that_is_off_pays_nothing(scene: Scene) -> None:
    assert not place(scene, body=paying(value="0")).pays_itself


@pytest.mark.parametrize("state", list(OrderState))
def test_only_an_order_that_is_not_on_the_wire_is_withdrawn(scene: Scene, state: OrderState) -> None:
    order = builders.order(team=scene.team, placed_by=scene.member, state=state)

    done = ordering.withdraw(order, by=scene.member)

    assert done is (state in {OrderState.PLACED, OrderState.HELD})
    order.refresh_from_db()
    assert order.state == (OrderState.WITHDRAWN if done else state)


def test_a_withdrawn_orders_name_is_free_again(scene: Scene) -> None:
    ordering.withdraw(place(scene), by=scene.admin)

    assert place(scene, revision=2).pk


def test_a_withdrawal_that_meets_the_worker_comes_too_late(scene: Scene) -> None:
    order = place(scene)
    Order.objects.get(pk=order.pk).claim(OrderState.SENDING, until=timezone.now())

    assert ordering.withdraw(order, by=scene.member) is False


def test_a_stranger_withdraws_nothing(scene: Scene) -> None:
    with pytest.raises(ordering.NotAllowed):
        ordering.withdraw(place(scene), by=scene.stranger)


def pool_of(scene: Scene, **fields: Any) -> Pool:
    order = builders.order(team=scene.team, placed_by=scene.member, project=scene.project, state=OrderState.ACCEPTED)
    return builders.pool(order=order, **fields)


def test_a_deletion_is_recorded_for_the_worker(scene: Scene) -> None:
    pool = pool_of(scene)

    deletion = ordering.delete(pool, by=scene.member, typed_name=pool.name)

    assert (deletion.state, list(Deletion.objects.due())) == (ErrandState.RECORDED, [deletion])


def test_a_deletion_asked_for_twice_is_one(scene: Scene) -> None:
    pool = pool_of(scene)

    first = ordering.delete(pool, by=scene.member, typed_name=pool.name)

    assert ordering.delete(pool, by=scene.admin, typed_name=pool.name) == first


def test_a_failed_deletion_may_be_asked_for_again(scene: Scene) -> None:
    pool = pool_of(scene)
    first = ordering.delete(pool, by=scene.member, typed_name=pool.name)
    first.move(ErrandState.FAILED)

    assert ordering.delete(pool, by=scene.member, typed_name=pool.name) != first


def test_a_deletion_wants_the_pools_name(scene: Scene) -> None:
    with pytest.raises(ordering.Mistyped):
        ordering.delete(pool_of(scene), by=scene.member, typed_name="pool")


def test_a_pool_that_is_gone_is_not_deleted(scene: Scene) -> None:
    pool = pool_of(scene, gone_at=timezone.now())

    with pytest.raises(ordering.AlreadyGone):
        ordering.delete(pool, by=scene.member, typed_name=pool.name)


def test_an_unclaimed_pool_is_deleted_by_an_admin_of_a_team_its_project_serves_and_by_no_member(scene: Scene) -> None:
    pool = builders.pool(project=scene.project)

    with pytest.raises(ordering.NotAllowed):
        ordering.delete(pool, by=scene.member, typed_name=pool.name)
    assert ordering.delete(pool, by=scene.admin, typed_name=pool.name).pk


def test_a_stranger_deletes_nothing_even_with_the_right_name(scene: Scene) -> None:
    pool = pool_of(scene)

    with pytest.raises(ordering.NotAllowed):
        ordering.delete(pool, by=scene.stranger, typed_name=pool.name)


@pytest.mark.parametrize("of_a_pool", [True, False])
def test_an_open_reading_is_returned_instead_of_a_second(scene: Scene, of_a_pool: bool) -> None:
    pool = pool_of(scene) if of_a_pool else None

    first = ordering.ask_reading(scene.project, by=scene.member, pool=pool)

    assert ordering.ask_reading(scene.project, by=scene.admin, pool=pool) == first


def test_an_answered_reading_may_be_asked_for_again(scene: Scene) -> None:
    first = ordering.ask_reading(scene.project, by=scene.member)
    Reading.objects.update(state=Reading.State.DONE)

    assert ordering.ask_reading(scene.project, by=scene.member) != first


def test_nobody_has_a_pool_read_that_they_may_not_see(scene: Scene) -> None:
    with pytest.raises(ordering.NotAllowed):
        ordering.ask_reading(scene.project, by=scene.stranger, pool=pool_of(scene))


def test_nobody_has_a_project_read_that_serves_no_team_of_theirs(scene: Scene) -> None:
    with pytest.raises(ordering.NotAllowed):
        ordering.ask_reading(builders.project(), by=scene.member)


def test_a_pool_is_not_read_in_the_name_of_another_project(scene: Scene) -> None:
    with pytest.raises(ordering.NotAllowed):
        ordering.ask_reading(builders.project(teams=(scene.team,)), by=scene.member, pool=pool_of(scene))


def doubtful(scene: Scene, **fields: Any) -> Order:
    return builders.order(
        team=scene.team, placed_by=scene.member, state=OrderState.IN_DOUBT, **{"needs_person": True, **fields}
    )


@pytest.mark.parametrize(
    ("word", "state"),
    [("not_ours", OrderState.REFUSED), ("send_again", OrderState.PLACED), ("ours", OrderState.IN_DOUBT)],
)
def test_a_persons_word_moves_the_order_and_is_kept(scene: Scene, word: str, state: OrderState) -> None:
    order = doubtful(scene)

    ordering.resolve(order, by=scene.admin, as_=Order.Resolution(word))

    order.refresh_from_db()
    assert (order.state, order.resolved_as, order.resolved_by) == (state, word, scene.admin)
    assert (order.due_at is None) is (state is OrderState.REFUSED)


def test_a_persons_word_outruns_a_worker_that_is_looking(scene: Scene) -> None:
    order = doubtful(scene)
    looking = Order.objects.get(pk=order.pk)
    looking.take(until=timezone.now())
    order.refresh_from_db()

    ordering.resolve(order, by=scene.admin, as_=Order.Resolution.OURS)

    assert looking.note(due_at=None) is False


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_only_a_team_admin_resolves_a_doubt(scene: Scene, who: str) -> None:
    with pytest.raises(ordering.NotAllowed):
        ordering.resolve(doubtful(scene), by=getattr(scene, who), as_=Order.Resolution.OURS)


def test_a_doubt_that_asks_for_nobody_is_not_resolved_by_anybody(scene: Scene) -> None:
    with pytest.raises(ordering.NothingToResolve):
        ordering.resolve(doubtful(scene, needs_person=False), by=scene.admin, as_=Order.Resolution.SEND_AGAIN)
