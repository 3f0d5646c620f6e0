"""What an order rests on: told before somebody decides, checked again when they do, and kept with the decision."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pools.models import CatalogPart, Decision, Order, Project
from tests import builders
from tests.console.scenes import Scene
from tests.console.test_approvals import decide, page

FLAVOR = "modelarts.vm.cpu.16u64g.d"


def said_of(client: Client, order: Order) -> dict[str, tuple[str, str]]:
    checks = client.get(reverse("approval", args=[order.pk])).context["checks"]
    return {check.what: (check.result, check.says) for check in checks}


def offer(scene: Scene, **stock: str) -> CatalogPart:
    """The flavor of all these orders, on sale in zones or not, as it was read just now."""
    flavor = {"metadata": {"name": FLAVOR}, "spec": {}, "status": {"phase": stock}}
    kind = CatalogPart.Kind.FLAVORS
    CatalogPart.objects.filter(project=scene.project, kind=kind).delete()
    return builders.catalog_part(project=scene.project, kind=kind, document={"items": [flavor]})


def test_what_was_never_read_could_not_be_checked(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    said = said_of(client, scene.waiting(name="pool-one"))
    assert said["Waits in the cloud"] == ("good", "the pool is Waiting")
    assert said["The cloud has what was ordered"] == ("good", "word for word")
    assert said["The name is its own"][0] == "good"
    assert {said[what][0] for what in (f"{FLAVOR} on sale", "Network Active", "The quota of pools holds")} == {
        "unknown"
    }


@pytest.mark.parametrize(
    ("phase", "result", "says"),
    [
        ({"az1": "normal", "az2": "soldout"}, "good", "yes"),
        ({"az1": "soldout", "az2": "normal"}, "bad", "sold out in az1"),
        ({"az1": "soldout"}, "bad", "sold out in every zone"),
    ],
)
def test_stock_is_looked_up_where_the_nodes_are_wanted(
    client: Client, scene: Scene, phase: dict[str, str], result: str, says: str
) -> None:
    offer(scene, **phase)
    wanted = [{"flavor": FLAVOR, "count": 2, "azs": [{"az": "az1", "count": 2}]}, {"flavor": "cpu", "count": 1}]
    client.force_login(scene.admin)
    said = said_of(client, scene.waiting(name="stock", body=builders.payload(name="stock", resources=wanted)))
    assert said[f"{FLAVOR} on sale"] == (result, says)
    assert said["cpu on sale"] == ("bad", "no flavor of this name is offered")


def test_a_drift_is_a_check_that_fails(client: Client, scene: Scene) -> None:
    order = scene.waiting(name="drifted", body=builders.payload(name="drifted", scope=["Infer"]))
    client.force_login(scene.admin)
    assert said_of(client, order)["The cloud has what was ordered"] == ("bad", "no: see what changes")


def test_after_a_reading_that_failed_nothing_good_is_sure(client: Client, scene: Scene) -> None:
    CatalogPart.objects.filter(pk=offer(scene, az1="normal").pk).update(failed_at=timezone.now())
    client.force_login(scene.admin)
    said = said_of(client, scene.waiting())
    assert said[f"{FLAVOR} on sale"] == ("unknown", "could not be checked: the last reading failed")


def test_a_namesake_that_no_order_made_is_told(client: Client, scene: Scene) -> None:
    builders.pool(project=scene.project, name="twice")
    client.force_login(scene.admin)
    said = said_of(client, scene.waiting(name="twice"))
    assert said["The name is its own"] == ("bad", "another pool of the project is called twice")


@pytest.mark.parametrize(("used", "result"), [(13, "good"), (14, "bad")])
def test_pools_that_are_younger_than_the_quota_as_it_was_read_count_too(
    client: Client, scene: Scene, used: int, result: str
) -> None:
    """The cloud had counted so many of fifteen ten minutes ago; since then this pool was made, and another."""
    order = scene.waiting()
    scene.pool()
    quotas = {"quotas": {"resources": [{"type": "pool", "used": str(used), "quota": "15"}]}}
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.QUOTAS, document=quotas,
                          read_at=timezone.now() - timedelta(minutes=10))  # fmt: skip
    client.force_login(scene.admin)
    assert said_of(client, order)["The quota of pools holds"][0] == result


def test_what_got_worse_since_it_was_read_is_told_and_nothing_is_decided(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    client.force_login(scene.admin)
    offer(scene, az1="soldout")
    answer = decide(client, "approve", order, reason="")
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "It got worse after you opened it" in html
    assert "sold out in every zone" in html
    assert not Decision.objects.exists()


def test_in_spite_of_a_bad_check_an_order_is_approved_only_with_a_reason(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    offer(scene, az1="soldout")
    client.force_login(scene.admin)
    shown = client.get(reverse("approval", args=[order.pk]))
    read = [check.key for check in shown.context["bad"]]
    answer = decide(client, "approve", order, reason=" ", despite=read)
    assert (answer.status_code, Decision.objects.count()) == (422, 0)
    assert "Say why it is approved all the same." in answer.content.decode()
    decide(client, "approve", order, reason="More come tonight.", despite=read)
    html = page(client, order)
    assert "In spite of: modelarts.vm.cpu.16u64g.d on sale: sold out in every zone." in html
    assert "More come tonight." in html


def test_what_got_well_again_keeps_nobody_from_approving(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    offer(scene, az1="soldout")
    client.force_login(scene.admin)
    read = [check.key for check in client.get(reverse("approval", args=[order.pk])).context["bad"]]
    offer(scene, az1="normal")
    decide(client, "approve", order, reason="", despite=read)
    assert Decision.objects.get().verdict == Decision.Verdict.APPROVED


def test_a_decision_keeps_what_was_checked_when_it_was_taken(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    offer(scene, az1="normal")
    client.force_login(scene.admin)
    decide(client, "approve", order, reason="")
    offer(scene, az1="soldout")
    html = page(client, order)
    assert "Checks when it was approved" in html
    assert said_of(client, order)[f"{FLAVOR} on sale"] == ("good", "yes")


@pytest.mark.parametrize(("minutes", "asked"), [(0, 0), (2, 1)])
def test_whoever_comes_to_decide_has_what_is_old_read_anew(
    client: Client, scene: Scene, minutes: int, asked: int
) -> None:
    order, part = scene.waiting(), offer(scene, az1="normal")
    CatalogPart.objects.filter(pk=part.pk).update(read_at=timezone.now() - timedelta(minutes=minutes))
    client.force_login(scene.admin)
    html = page(client, order)
    assert scene.project.readings.count() == asked
    assert ("Being read from the cloud now" in html) == bool(asked)


def test_a_page_that_keeps_itself_true_asks_the_cloud_for_nothing(client: Client, scene: Scene) -> None:
    order, part = scene.waiting(), offer(scene, az1="normal")
    CatalogPart.objects.filter(pk=part.pk).update(read_at=timezone.now() - timedelta(hours=1))
    client.force_login(scene.admin)
    client.get(reverse("approval", args=[order.pk]), headers={"X-Requested-With": "live"})
    assert not scene.project.readings.exists()


def test_without_a_worker_nothing_can_be_checked_anew_and_the_page_says_why(client: Client, scene: Scene) -> None:
    Project.objects.update(look_after=timezone.now() - timedelta(minutes=10))
    client.force_login(scene.admin)
    html = page(client, scene.waiting())
    assert "Nobody reads the cloud at the moment, so nothing can be checked anew." in html
    assert 'disabled aria-describedby="check-why"' in html


def test_checking_again_has_the_catalog_and_the_pool_read(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    client.force_login(scene.admin)
    client.post(reverse("approval-check", args=[order.pk]))
    assert {reading.pool for reading in scene.project.readings.all()} == {None, order.pool}
