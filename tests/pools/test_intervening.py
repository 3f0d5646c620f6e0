"""Asking for something to be done to single nodes: what was read is what is asked for, and by whom it may be."""

from __future__ import annotations

from typing import Any

import pytest

from pools import altering, deeds, intervening, resizing
from pools.altering import Why
from pools.deeds import Deed, Unfit
from pools.gleaning import NodeFact
from pools.models import Intervention, Pool, Team, User
from pools.states import ErrandState, OrderState
from pools.wire import resizing as law
from tests import builders

pytestmark = pytest.mark.django_db

FLAVOR = "modelarts.vm.cpu.16u64g.d"


@pytest.fixture
def team() -> Team:
    return builders.team()


@pytest.fixture
def member(team: Team) -> User:
    return builders.person(member_of=team)


@pytest.fixture
def pool(team: Team, member: User) -> Pool:
    """A pool of three nodes, Running."""
    document = builders.heard(name="pool-one")
    document["spec"]["resources"][0]["count"] = 3
    order = builders.order(
        team=team, placed_by=member, state=OrderState.ACCEPTED, project=builders.project(teams=(team,))
    )
    row = builders.pool(order=order, phase="Running", document=document)
    return builders.nodes(row, *(builders.node(f"node-{n}") for n in "abc"))


def asked(pool: Pool, deed: Deed, by: User, *names: str, seen: str = "") -> Intervention:
    chosen = names or ("node-a",)
    pool = Pool.objects.get(pk=pool.pk)
    seen = seen or intervening.choose(pool, deed, chosen).seen
    return intervening.ask(pool, deed, by=by, names=chosen, seen=seen, typed_name=pool.name)


def test_what_is_sent_names_the_nodes_and_nothing_else(pool: Pool, member: User) -> None:
    bodies = {deed: deeds.body(deed, ["a", "b"]).replace("\n", "").replace(" ", "") for deed in Deed}

    lock = '{"nodeNames":["a","b"],"actions":["delete"]}'
    names = '{"nodeNames":["a","b"]}'
    assert bodies == {"lock": lock, "unlock": lock, "restart": names, "delete": '{"deleteNodeNames":["a","b"]}'}


@pytest.mark.parametrize(
    ("deed", "fields", "why"),
    [
        (Deed.LOCK, {"locked": True}, Unfit.LOCKED_ALREADY),
        (Deed.LOCK, {"phase": "Deleting"}, Unfit.LEAVING),
        (Deed.UNLOCK, {}, Unfit.NOT_LOCKED),
        (Deed.RESTART, {"phase": "Creating"}, Unfit.COMING),
        (Deed.RESTART, {"phase": "Abnormal", "locked": True}, None),
        (Deed.DELETE, {"locked": True}, Unfit.LOCKED),
        (Deed.DELETE, {"prepaid": True}, Unfit.PREPAID),
        (Deed.DELETE, {"supernode": "rack-1"}, Unfit.TOGETHER),
        (Deed.DELETE, {"phase": "Abnormal"}, None),
    ],
)
def test_nodes_that_are_not_fit_for_it_are_left_out_with_a_reason(
    deed: Deed, fields: dict[str, Any], why: Unfit | None
) -> None:
    assert deeds.unfit(deed, builders.node("one", **fields)) == why


def test_one_page_asks_once_however_often_it_is_sent(pool: Pool, member: User) -> None:
    seen = intervening.choose(pool, Deed.LOCK, ["node-a"]).seen
    first = asked(pool, Deed.LOCK, member, seen=seen)
    first.move(ErrandState.SENDING)
    first.move(ErrandState.DONE)
    builders.nodes(pool, builders.node("node-a", locked=True), builders.node("node-b"))

    assert asked(pool, Deed.LOCK, member, seen=seen) == first


@pytest.mark.parametrize(
    "now",
    [builders.node("node-a", locked=True), builders.node("node-a", created="2026-04-01"), builders.node("node-z")],
)
def test_a_node_that_is_another_than_was_read_is_told_and_nothing_is_recorded(
    pool: Pool, member: User, now: NodeFact
) -> None:
    seen = intervening.choose(pool, Deed.DELETE, ["node-a"]).seen
    builders.nodes(pool, now, builders.node("node-b"))

    with pytest.raises(altering.Overtaken):
        asked(pool, Deed.DELETE, member, seen=seen)


def test_one_node_stays(pool: Pool, member: User) -> None:
    every = ["node-a", "node-b", "node-c"]

    assert intervening.choose(pool, Deed.DELETE, every).is_all
    assert not intervening.choose(pool, Deed.RESTART, every).is_all
    with pytest.raises(altering.Overtaken):
        asked(pool, Deed.DELETE, member, *every)


def test_a_deletion_wants_the_name_of_the_pool(pool: Pool, member: User) -> None:
    with pytest.raises(intervening.Mistyped):
        intervening.ask(pool, Deed.DELETE, by=member, names=["node-a"], seen="", typed_name="pool-two")


@pytest.mark.parametrize(("deed", "waits"), [(Deed.LOCK, False), (Deed.UNLOCK, False), (Deed.RESTART, True)])
def test_what_can_be_undone_by_its_contrary_is_sent_at_once(
    pool: Pool, member: User, settings: Any, deed: Deed, *, waits: bool
) -> None:
    settings.DECISION_UNDO_SECONDS = 30
    builders.nodes(pool, builders.node("node-a", locked=deed is Deed.UNLOCK), builders.node("node-b"))

    intervention = asked(pool, deed, member)

    assert Intervention.objects.due().filter(pk=intervention.pk).exists() is not waits


def test_whoever_may_not_resize_the_pool_does_nothing_to_its_nodes(pool: Pool, team: Team) -> None:
    with pytest.raises(intervening.NotAllowed):
        asked(pool, Deed.LOCK, builders.person(member_of=team))


def test_a_pool_whose_nodes_leave_is_not_resized_and_one_that_is_resized_loses_none(pool: Pool, member: User) -> None:
    stands = law.entries(pool.document) or ()
    leaving = asked(pool, Deed.DELETE, member)
    with pytest.raises(altering.NotNow, match=Why.NODES_LEAVE):
        resizing.ask(pool, by=member, wanted=[stands[0].of(2)], seen=law.print_of(stands))

    assert intervening.take_back(leaving, by=member)
    resizing.ask(pool, by=member, wanted=[stands[0].of(2)], seen=law.print_of(stands))

    with pytest.raises(altering.NotNow, match=Why.RESIZED):
        asked(pool, Deed.DELETE, member)
    assert asked(pool, Deed.RESTART, member)


@pytest.mark.parametrize(
    ("entry", "az", "left"),
    [
        ({"count": 3, "azs": [{"az": "z1", "count": 2}, {"az": "z2", "count": 1}]}, "z1", (2, (("z1", 1), ("z2", 1)))),
        ({"count": 3, "azs": [{"az": "z1", "count": 2}, {"az": "z2", "count": 1}]}, "z9", (2, ())),
        ({"count": 3}, "z1", (2, ())),
        ({"count": 3, "nodePool": "other"}, "z1", None),
    ],
)
def test_what_a_deletion_leaves_is_told_where_it_is_sure(entry: dict[str, Any], az: str, left: Any) -> None:
    entries = law.entries({"spec": {"resources": [{"flavor": FLAVOR, **entry}]}}) or ()

    found = deeds.left(entries, [builders.node("node-a", az=az, entry=f"{FLAVOR}-default")])

    assert (found and (found[0].count, found[0].zones)) == left
