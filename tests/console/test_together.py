"""Orders that compete are told of each other; orders that nothing is to be said of are approved together."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from pools import approving
from pools.models import CatalogPart, Decision, Order, Pool
from tests import builders
from tests.console.scenes import Scene

FLAVOR, NETWORK = "modelarts.vm.cpu.16u64g.d", "network-7a03-86c13962597848eeb29c5861153a391f"
Kind = CatalogPart.Kind


def know(scene: Scene, *, used: int = 3, **stock: str) -> None:
    """Everything the checks ask for was read just now, and is good unless `stock` or `used` (of 15) say otherwise."""
    flavor = {"metadata": {"name": FLAVOR}, "spec": {}, "status": {"phase": stock or {"az1": "normal"}}}
    documents: dict[CatalogPart.Kind, dict[str, Any]] = {
        Kind.FLAVORS: {"items": [flavor]},
        Kind.NETWORKS: {"items": [{"metadata": {"name": NETWORK}, "spec": {}, "status": {"phase": "Active"}}]},
        Kind.QUOTAS: {"quotas": {"resources": [{"type": "pool", "used": str(used), "quota": "15"}]}},
    }
    for kind, document in documents.items():
        builders.catalog_part(project=scene.project, kind=kind, document=document)


def in_zone(scene: Scene, name: str, zone: str = "", **fields: Any) -> Order:
    wanted = {"flavor": FLAVOR, "count": 1, **({"azs": [{"az": zone, "count": 1}]} if zone else {})}
    body = builders.payload(name=name, resources=[wanted])
    order = builders.waiting_order(
        **{
            "team": scene.team,
            "placed_by": scene.member,
            "project": scene.project,
            "name": name,
            "body": body,
            **fields,
        }
    )
    told = json.loads(order.body) | {"status": {"phase": "Waiting"}}
    Pool.objects.filter(order=order).update(document=told)
    return order


def competition(client: Client, order: Order) -> list[tuple[str, str]]:
    lines = client.get(reverse("approval", args=[order.pk])).context["competition"].lines
    return [(line.says, line.who) for line in lines]


RUNNING_OUT = f"Competes for {FLAVOR}, which is running out"


@pytest.mark.parametrize(("theirs", "told"), [("az1", True), ("", True), ("az2", False)])
def test_orders_that_want_the_last_of_a_flavor_in_one_zone_are_told_of_each_other(
    client: Client, scene: Scene, theirs: str, *, told: bool
) -> None:
    know(scene, az1="normal", az2="soldout")
    mine, other = in_zone(scene, "mine", "az1"), in_zone(scene, "theirs", theirs)
    client.force_login(scene.admin)
    assert competition(client, mine) == ([(RUNNING_OUT, f"#{other.pk} by lena")] if told else [])
    assert bool(competition(client, other)) == told


def test_of_what_is_on_sale_everywhere_there_is_enough(client: Client, scene: Scene) -> None:
    know(scene, az1="normal", az2="normal")
    mine, _other = in_zone(scene, "mine", "az1"), in_zone(scene, "theirs", "az1")
    client.force_login(scene.admin)
    assert competition(client, mine) == []


@pytest.mark.parametrize(("used", "told"), [(14, False), (15, True)])
def test_an_order_on_its_way_that_the_quota_has_no_room_for_competes(
    client: Client, scene: Scene, used: int, *, told: bool
) -> None:
    mine = in_zone(scene, "mine")
    know(scene, used=used)
    coming = scene.order(name="coming")
    client.force_login(scene.admin)
    html = client.get(reverse("approvals")).content.decode()
    assert ("Competes for the quota of pools" in html) == told
    assert (reverse("order", args=[coming.pk]) in html) == told
    assert bool(competition(client, mine)) == told
    assert "on their way: 1" in client.get(reverse("approval", args=[mine.pk])).content.decode()


def test_whose_a_competing_order_of_another_team_is_stays_unsaid(client: Client, scene: Scene) -> None:
    know(scene, az1="normal", az2="soldout")
    mine = in_zone(scene, "mine")
    in_zone(scene, "speech-secret", team=scene.stranger.teams.get(), placed_by=scene.stranger)
    client.force_login(scene.admin)
    assert competition(client, mine) == [(RUNNING_OUT, "another team")]
    assert "speech-secret" not in client.get(reverse("approvals")).content.decode()


def test_a_rejected_order_competes_no_more(client: Client, scene: Scene) -> None:
    know(scene, az1="normal", az2="soldout")
    mine, other = in_zone(scene, "mine"), in_zone(scene, "theirs")
    builders.decision(order=other, by=scene.admin, verdict=Decision.Verdict.REJECTED)
    client.force_login(scene.admin)
    assert competition(client, mine) == []


# Approved together


def together(client: Client, *orders: Order, digest: str = "", follow: bool = True, **typed: str) -> Any:
    read = [f"{order.pk}:{digest or approving.digest_of(order)}" for order in orders]
    return client.post(reverse("approve-together"), {"read": read, **typed}, follow=follow)


def approved() -> set[int]:
    return set(Decision.objects.filter(verdict=Decision.Verdict.APPROVED).values_list("order_id", flat=True))


def test_orders_of_which_all_is_good_are_read_and_approved_together(
    client: Client, scene: Scene, settings: Settings
) -> None:
    settings.DECISION_UNDO_SECONDS = 30
    know(scene)
    first, second = in_zone(scene, "first"), in_zone(scene, "second")
    client.force_login(scene.admin)
    assert client.get(reverse("approvals")).context["may_join"]
    summary = client.get(reverse("approve-together"), {"order": [first.pk, second.pk]}).content.decode()
    for order in (first, second):
        assert f"{order.pk}:{approving.digest_of(order)}" in summary
    html = together(client, first, second, reason="As agreed.").content.decode()
    assert "2 orders were approved." in html
    assert approved() == {first.pk, second.pk}
    assert {decision.reason for decision in Decision.objects.all()} == {"As agreed."}
    for decision in Decision.objects.all():
        assert reverse("undo", args=[decision.pk]) in html


def test_what_needs_a_look_of_its_own_is_left_and_the_others_are_approved(client: Client, scene: Scene) -> None:
    know(scene)
    good, drifted, decided, changed = (in_zone(scene, name) for name in ("good", "drifted", "decided", "changed"))
    builders.decision(order=decided, by=scene.second_admin)
    read = {order.pk: approving.digest_of(order) for order in (good, drifted, decided, changed)}
    Pool.objects.filter(order=drifted).update(document=builders.heard(name="drifted") | {"spec": {"scope": ["Infer"]}})
    read[changed.pk] = "of something else"
    client.force_login(scene.admin)
    pairs = [f"{number}:{digest}" for number, digest in read.items()]
    html = client.post(reverse("approve-together"), {"read": pairs}, follow=True).content.decode()
    assert Decision.objects.filter(by=scene.admin).get().order == good
    for said in (
        "1 order was approved.",
        "drifted was not approved: it needs a look of its own now.",
        "decided was not approved: ken decided it first.",
        "changed was not approved: it changed after you opened it.",
    ):
        assert said in html


@pytest.mark.parametrize("ready", [True, False])
def test_a_comment_that_no_order_took_stays_on_the_page(client: Client, scene: Scene, *, ready: bool) -> None:
    know(scene)
    orders = in_zone(scene, "first"), in_zone(scene, "second")
    if not ready:
        Pool.objects.update(phase="Creating")
    client.force_login(scene.admin)
    answer = together(client, *orders, digest="" if not ready else "of something else", reason="As agreed on Monday.")
    assert answer.status_code == 409
    assert "As agreed on Monday." in answer.content.decode()


def test_orders_that_compete_or_could_not_be_checked_are_not_offered_together(client: Client, scene: Scene) -> None:
    first, second = in_zone(scene, "first"), in_zone(scene, "second")
    client.force_login(scene.admin)
    assert not client.get(reverse("approvals")).context["may_join"]
    page = client.get(reverse("approve-together"), {"order": [first.pk, second.pk]})
    assert {one.why_not for one in page.context["left"]} == {"Not every check of it is good."}
    know(scene, az1="normal", az2="soldout")
    page = client.get(reverse("approve-together"), {"order": [first.pk, second.pk]})
    assert {one.why_not for one in page.context["left"]} == {"It competes with another order."}


@pytest.mark.parametrize("who", ["stranger", "member"])
def test_who_may_not_decide_one_decides_none(client: Client, scene: Scene, who: str) -> None:
    know(scene)
    first, second = in_zone(scene, "first"), in_zone(scene, "second")
    client.force_login(getattr(scene, who))
    assert together(client, first, second).status_code == (404 if who == "stranger" else 403)
    assert not approved()


def test_one_order_of_a_stranger_ends_it_for_all(client: Client, scene: Scene) -> None:
    know(scene)
    mine = in_zone(scene, "mine")
    theirs = in_zone(scene, "theirs", team=scene.stranger.teams.get(), placed_by=scene.stranger)
    client.force_login(scene.admin)
    assert client.get(reverse("approve-together"), {"order": [mine.pk, theirs.pk]}).status_code == 404
    assert together(client, mine, theirs).status_code == 404
    assert not approved()


def test_ones_own_order_among_them_ends_it_for_all(client: Client, scene: Scene) -> None:
    know(scene)
    theirs, own = in_zone(scene, "theirs"), in_zone(scene, "own", placed_by=scene.admin)
    client.force_login(scene.admin)
    assert together(client, theirs, own).status_code == 403
    assert not approved()


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 40, "\0", "٣", "1 OR 1=1"])
def test_what_is_no_order_is_found_nowhere(client: Client, scene: Scene, number: str) -> None:
    client.force_login(scene.admin)
    assert client.get(reverse("approve-together"), {"order": number}).status_code == 404
    assert client.post(reverse("approve-together"), {"read": f"{number}:"}).status_code == 404


def test_nothing_selected_is_no_mistake(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    assert client.get(reverse("approve-together"), follow=True).redirect_chain == [(reverse("approvals"), 302)]


@pytest.mark.parametrize("rows", [2, 4])
def test_reading_together_costs_the_same_for_many(
    client: Client, scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    know(scene)
    orders = [in_zone(scene, f"pool-{number}") for number in range(rows)]
    client.force_login(scene.admin)
    # Session, user, orders, decisions; catalogs, documents, names, younger pools, unanswered orders, rivals; seats;
    # projects, the desk's count and the endpoint's banner for the frame.
    with django_assert_num_queries(14):
        client.get(reverse("approve-together"), {"order": [order.pk for order in orders]})
