"""The desk of gate 2: who may decide does, once; everybody else is told why not."""

from __future__ import annotations

import base64

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from pools import approving
from pools.models import Decision, Order, Team
from pools.states import ErrandState
from tests import builders
from tests.console.scenes import Scene


def page(client: Client, order: Order) -> str:
    answer = client.get(reverse("approval", args=[order.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("tab", ["", "decided"])
def test_the_desk_costs_the_same_for_many_orders(
    client: Client, scene: Scene, rows: int, tab: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        scene.waiting()
        builders.decision(order=scene.waiting(), by=scene.admin)
    client.force_login(scene.admin)
    # Session, user, waiting orders, their failed decisions, seats, projects; on the other tab, decisions.
    with django_assert_num_queries(8 if tab else 7):
        client.get(reverse("approvals"), {"tab": tab})


def test_the_desk_puts_ones_own_part_first(client: Client, scene: Scene) -> None:
    theirs, own = scene.waiting(name="by-lena"), scene.waiting(name="by-mia", placed_by=scene.admin)
    client.force_login(scene.admin)
    context = client.get(reverse("approvals")).context
    assert [line["order"] for line in context["mine"]] == [theirs]
    assert [line["order"] for line in context["others"]] == [own]


def test_an_empty_desk_says_so(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    assert "No orders wait for you." in client.get(reverse("approvals")).content.decode()


def test_the_decided_tab_says_who_what_and_why(client: Client, scene: Scene) -> None:
    builders.decision(
        order=scene.waiting(name="vision-train"), by=scene.admin, verdict=Decision.Verdict.REJECTED, reason="Too large."
    )
    client.force_login(scene.member)
    html = client.get(reverse("approvals"), {"tab": "decided"}).content.decode()
    for said in ("vision-train", "Rejected", "mia", "Too large."):
        assert said in html


def test_the_page_names_the_gate_who_opens_it_and_since_when(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    html = page(client, scene.waiting())
    for said in (
        "order CS2611230001 awaits payment or approval",
        "Waiting since",
        "ken, mia",
        "lena (Vision) asks for",
    ):
        assert said in html


def test_risks_are_told_in_words_and_the_script_as_text(client: Client, scene: Scene) -> None:
    body = builders.payload(name="risky", driver={"updateStrategy": "force"})
    body["metadata"]["labels"]["os.modelarts/sharing"] = "shared"
    body["spec"]["resources"] = [
        {
            "flavor": "modelarts.vm.cpu.16u64g.d",
            "count": 31,
            "azs": [{"az": "az1", "count": 30}, {"az": "az2", "count": 1}],
            "extendParams": {"postInstall": base64.b64encode(b"echo <hello>").decode()},
        }
    ]
    client.force_login(scene.admin)
    html = page(client, scene.waiting(name="risky", body=body))
    for said in ("interrupt running jobs", "shared", "script runs", "2 zones", "31 nodes in one", "echo &lt;hello&gt;"):
        assert said in html


def test_an_admin_approves_by_post(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    client.force_login(scene.admin)
    answer = client.post(reverse("approve", args=[order.pk]), follow=True)
    assert Decision.objects.get().verdict == Decision.Verdict.APPROVED
    assert "mia approved this order" in answer.content.decode()


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_a_get_never_decides(client: Client, scene: Scene, name: str) -> None:
    client.force_login(scene.admin)
    assert client.get(reverse(name, args=[scene.waiting().pk])).status_code == 405
    assert not Decision.objects.exists()


def test_a_rejection_keeps_its_reason(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    client.force_login(scene.admin)
    client.post(reverse("reject", args=[order.pk]), {"reason": " Too large. "})
    assert Decision.objects.get().reason == "Too large."


@pytest.mark.parametrize("reason", ["", "   ", "x" * (approving.LONGEST_REASON + 1)])
def test_a_rejection_without_a_reason_is_none(client: Client, scene: Scene, reason: str) -> None:
    order = scene.waiting()
    client.force_login(scene.admin)
    answer = client.post(reverse("reject", args=[order.pk]), {"reason": reason})
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_the_second_admin_is_told_who_was_first(client: Client, scene: Scene, name: str) -> None:
    order = scene.waiting()
    approving.approve(order, by=scene.second_admin)
    client.force_login(scene.admin)
    answer = client.post(reverse(name, args=[order.pk]), {"reason": "No."}, follow=True)
    assert "ken approved just now" in answer.content.decode()
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_an_order_that_waits_no_longer_is_not_decided(client: Client, scene: Scene, name: str) -> None:
    made = scene.pool()
    client.force_login(scene.admin)
    answer = client.post(reverse(name, args=[made.order_id]), {"reason": "No."}, follow=True)
    assert "does not wait any more" in answer.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_four_eyes_keep_an_admin_from_their_own_order_and_say_so(client: Client, scene: Scene, name: str) -> None:
    order = scene.waiting(placed_by=scene.admin)
    client.force_login(scene.admin)
    html = page(client, order)
    assert "You cannot decide: you placed this order" in html
    assert "disabled" in html
    assert client.post(reverse(name, args=[order.pk]), {"reason": "No."}).status_code == 403
    assert not Decision.objects.exists()


def test_without_four_eyes_an_admin_decides_their_own_order(client: Client, scene: Scene) -> None:
    Team.objects.update(four_eyes=False)
    order = scene.waiting(placed_by=scene.admin)
    client.force_login(scene.admin)
    client.post(reverse("approve", args=[order.pk]))
    assert Decision.objects.get().by == scene.admin


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_a_member_sees_the_desk_and_decides_nothing(client: Client, scene: Scene, name: str) -> None:
    order = scene.waiting()
    client.force_login(scene.member)
    assert "You cannot decide: only admins of Vision do." in page(client, order)
    answer = client.post(reverse(name, args=[order.pk]), {"reason": "No."})
    assert answer.status_code == 403
    assert "Only admins of the team decide" in answer.content.decode()


@pytest.mark.parametrize("name", ["approval", "approve", "reject"])
def test_a_stranger_finds_no_order_to_decide(client: Client, scene: Scene, name: str) -> None:
    order = scene.waiting(name="vision-wait")
    client.force_login(scene.stranger)
    address = reverse(name, args=[order.pk])
    assert (client.get(address) if name == "approval" else client.post(address)).status_code == 404
    assert "vision-wait" not in client.get(reverse("approvals")).content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name", ["approval", "approve", "reject"])
def test_nobody_decides_before_signing_in(client: Client, scene: Scene, name: str) -> None:
    address = reverse(name, args=[scene.waiting().pk])
    assert client.post(address).headers["Location"].startswith(reverse("sign-in"))


def test_a_superuser_has_no_word_here(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    client.force_login(builders.person(superuser=True, staff=True))
    assert client.post(reverse("approve", args=[order.pk])).status_code == 404


def test_a_failed_decision_may_be_taken_again(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    builders.decision(order=order, by=scene.second_admin, state=ErrandState.FAILED, failure_message="No balance.")
    client.force_login(scene.admin)
    html = page(client, order)
    assert "the cloud did not take it" in html
    assert "No balance." in html
    client.post(reverse("approve", args=[order.pk]))
    assert Decision.objects.exclude(state=ErrandState.FAILED).get().by == scene.admin
