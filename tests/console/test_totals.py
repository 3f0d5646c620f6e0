"""What an order comes to, where somebody decides about it, and by when it is needed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pools.models import CatalogPart, Order, Project
from tests import builders
from tests.console.scenes import Scene

FLAVOR = "modelarts.npu.8u"


def body(name: str, *azs: tuple[str, int]) -> dict[str, Any]:
    entry = {
        "flavor": FLAVOR,
        "count": sum(nodes for _, nodes in azs) or 1,
        "azs": [{"az": az, "count": nodes} for az, nodes in azs],
    }
    return builders.payload(name=name, resources=[entry])


@pytest.fixture
def priced(scene: Scene) -> Scene:
    """A catalog that knows the flavor's accelerators, its price by the hour, and the quota of pools."""
    flavor = {"metadata": {"name": FLAVOR}, "spec": {"npu": {"type": "Ascend", "size": 8}, "billingCode": "npu.8u"}}
    prices = {"hour": {"currency": "CNY", "amounts": {"npu.8u": "10"}}}
    quotas = {"quotas": {"resources": [{"type": "pool", "quota": "15", "used": "3"}]}}
    for kind, document in (("flavors", {"items": [flavor]}), ("prices", prices), ("quotas", quotas)):
        builders.catalog_part(project=scene.project, kind=CatalogPart.Kind(kind), document=document)
    return scene


def table(client: Client, scene: Scene, order: Order, **asked: str) -> dict[str, tuple[str, str]]:
    client.force_login(scene.admin)
    found = client.get(reverse("approval", args=[order.pk]), asked).context["totals"]
    return {total.what: (total.before, total.after) for total in found}


def test_a_new_pool_is_held_against_nothing(client: Client, priced: Scene) -> None:
    order = priced.waiting(name="fresh", body=body("fresh", ("az-1", 2), ("az-2", 1)))

    told = table(client, priced, order)

    assert told["List price"] == ("–", "CNY 30.00 an hour")
    assert (told["Nodes"], told["Nodes in az-1"], told["Ascend"]) == (("–", "3"), ("–", "2"), ("–", "24"))


def test_an_order_sent_anew_is_held_against_the_one_before(client: Client, priced: Scene) -> None:
    long_ago = timezone.now() - timedelta(days=1)
    priced.order(name="again", state="refused", body=body("again", ("az-1", 1)), placed_at=long_ago)
    order = priced.waiting(name="again", body=body("again", ("az-2", 4)))

    told = table(client, priced, order, against="previous")

    assert told["List price"] == ("CNY 10.00 an hour", "CNY 40.00 an hour")
    assert (told["Nodes in az-1"], told["Nodes in az-2"]) == (("1", "0"), ("0", "4"))


def test_the_quota_is_told_without_this_pool_with_those_on_their_way_and_with_all(
    client: Client, priced: Scene
) -> None:
    order = priced.waiting(name="fresh")
    priced.order(name="on-its-way")
    client.force_login(priced.admin)

    page = client.get(reverse("approval", args=[order.pk]))

    [quota] = [total for total in page.context["totals"] if total.what == "Pools of the project"]
    assert (quota.before, quota.pending, quota.after) == ("2", "1 on their way", "4 of 15")


def test_where_no_price_is_known_none_is_told(client: Client, scene: Scene) -> None:
    assert "List price" not in table(client, scene, scene.waiting(name="fresh"))


def test_by_when_it_is_needed_is_part_of_the_sentence(client: Client, scene: Scene) -> None:
    order = scene.waiting(needed_by=timezone.localdate() + timedelta(days=30))
    client.force_login(scene.admin)

    assert ", needed by " in client.get(reverse("approval", args=[order.pk])).context["sentence"]


@pytest.mark.parametrize(
    ("days", "due"),
    [(-1, ("late", "Needed by now")), (0, ("late", "Needed soon")), (2, ("due", "Needed soon")), (9, ("new", "New"))],
)
def test_what_is_needed_soon_is_due(client: Client, scene: Scene, days: int, due: tuple[str, str]) -> None:
    scene.waiting(needed_by=timezone.localdate() + timedelta(days=days))
    client.force_login(scene.admin)

    [line] = client.get(reverse("approvals")).context["lines"]

    assert (line["due"], line["due_word"]) == due


def test_what_is_needed_first_stands_first(client: Client, scene: Scene) -> None:
    for name, days in (("later", 9), ("sooner", 1)):
        scene.waiting(name=name, needed_by=timezone.localdate() + timedelta(days=days))
    client.force_login(scene.admin)

    listed = [line["order"].pool_name for line in client.get(reverse("approvals")).context["lines"]]

    assert listed == ["sooner", "later"]


def test_the_list_price_is_a_column_to_choose(
    client: Client, priced: Scene, settings: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("one", "two", "three"):
        builders.pool(order=priced.order(state="accepted", name=name), document=heard_of(name, ("az-1", 2)))
    client.force_login(priced.member)
    client.get(reverse("dashboard"))

    # As many as without the column: price lists come with the projects.
    with django_assert_num_queries(10 + settings.ENDPOINT_ENABLED):
        page = client.get(reverse("dashboard"), {"column": "cost"}).text
    assert page.count("CNY 20.00 an hour") == 3
    assert "CNY 20.00" not in client.get(reverse("dashboard")).text


def heard_of(name: str, *azs: tuple[str, int]) -> dict[str, Any]:
    document = builders.heard(name=name)
    document["spec"]["resources"] = body(name, *azs)["spec"]["resources"]
    return document


def test_whoever_deletes_a_pool_reads_what_it_costs(client: Client, priced: Scene) -> None:
    pool = builders.pool(order=priced.order(state="accepted", name="one"), document=heard_of("one", ("az-1", 2)))
    client.force_login(priced.member)

    assert "its nodes cost CNY 20.00 an hour" in client.get(reverse("pool-delete", args=[pool.pk])).text


def test_whoever_approves_a_resize_reads_what_it_costs(client: Client, priced: Scene) -> None:
    pool = builders.pool(order=priced.order(state="accepted", name="one"), document=heard_of("one"))
    builders.resize(pool=pool, by=priced.member, to=4)
    client.force_login(priced.admin)

    page = client.get(reverse("pool", args=[pool.pk])).text

    assert "CNY 10.00 an hour" in page
    assert "<strong>CNY 40.00 an hour</strong>" in page


def test_an_order_of_a_real_project_leads_to_where_it_is_paid(client: Client, scene: Scene, settings: Any) -> None:
    settings.PAYMENT_PAGE_URL = "https://pay.example.org/?order={order}"
    order = scene.waiting()
    client.force_login(scene.admin)
    address, link = reverse("approval", args=[order.pk]), 'href="https://pay.example.org/?order=CS2611230001"'

    assert link not in client.get(address).text
    Project.objects.update(embedded=False)
    assert link in client.get(address).text
    settings.PAYMENT_PAGE_URL = "javascript:alert(1)"
    assert "payment page" not in client.get(address).text
