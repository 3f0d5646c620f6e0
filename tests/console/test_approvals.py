"""The desk of gate 2: who may decide does, once; everybody else is told why not."""

from __future__ import annotations

import base64
import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console.approvals import seen
from console.approvals.forms import CHIPS
from console.models import Draft
from pools import approving, conversing
from pools.models import CatalogPart, Comment, Decision, Order, Pool, Project, Team
from pools.states import ErrandState, OrderState
from tests import builders
from tests.console.scenes import Scene


def page(client: Client, order: Order, **asked: str) -> str:
    answer = client.get(reverse("approval", args=[order.pk]), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def decide(client: Client, name: str, order: Order, *, follow: bool = False, **typed: str | list[str]) -> Any:
    """Press a button of the page as it is now: what was read goes along."""
    said = {"digest": approving.digest_of(order), "seen": seen.seal(order), "reason": "No.", **typed}
    return client.post(reverse(name, args=[order.pk]), said, follow=follow)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("tab", ["", "team", "decided"])
def test_the_desk_costs_the_same_for_many_orders(
    client: Client, scene: Scene, rows: int, tab: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        scene.waiting()
        builders.decision(order=scene.waiting(), by=scene.admin)
    client.force_login(scene.admin)
    # Session, user, waiting orders, their failed decisions, seats, projects; on the other tab, decisions. And what the
    # orders of a tab rest on: the catalogs, the pools' documents, who has their names, whom they compete with;
    # on one's own, what paid itself. And resizes that wait; of those that were decided, one more.
    with django_assert_num_queries({"decided": 10, "team": 8}.get(tab, 13)):
        client.get(reverse("approvals"), {"tab": tab})


def test_ones_own_part_and_that_of_others_have_a_tab_each(client: Client, scene: Scene) -> None:
    theirs, own = scene.waiting(name="by-lena"), scene.waiting(name="by-mia", placed_by=scene.admin)
    client.force_login(scene.admin)
    lines = {tab: client.get(reverse("approvals"), {"tab": tab}).context["lines"] for tab in ("mine", "team")}
    assert [line["order"] for line in lines["mine"]] == [theirs]
    assert [line["order"] for line in lines["team"]] == [own]


@pytest.mark.parametrize(("hours", "word"), [(0, "New"), (5, "Due"), (30, "Overdue")])
def test_how_long_an_order_waits_is_a_word(client: Client, scene: Scene, hours: int, word: str) -> None:
    order = scene.waiting()
    Pool.objects.filter(order=order).update(phase_since=timezone.now() - timedelta(hours=hours))
    client.force_login(scene.admin)
    assert f">{word}<" in client.get(reverse("approvals")).content.decode()


def test_an_empty_desk_says_when_somebody_last_decided(client: Client, scene: Scene) -> None:
    builders.decision(order=scene.waiting(), by=scene.second_admin, at=timezone.now() - timedelta(hours=2))
    scene.waiting(placed_by=scene.admin)
    client.force_login(scene.admin)
    html = client.get(reverse("approvals")).content.decode()
    assert "The last one was decided 2 h ago." in html
    assert "1 order of your teams waits for somebody else." in html


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
    answer = decide(client, "approve", order, follow=True)
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
    decide(client, "reject", order, reason=" Too large. ")
    assert Decision.objects.get().reason == "Too large."


@pytest.mark.parametrize("chip", list(CHIPS))
def test_a_usual_reason_is_reason_enough(client: Client, scene: Scene, chip: str) -> None:
    client.force_login(scene.admin)
    decide(client, "reject", scene.waiting(), chip=chip, reason="")
    assert Decision.objects.get().reason == str(CHIPS[chip])


def test_a_usual_reason_and_ones_own_words_are_kept_together(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    decide(client, "reject", scene.waiting(), chip="duplicate", reason="vision-train-01 has room.")
    assert Decision.objects.get().reason == "There is one already: vision-train-01 has room."


@pytest.mark.parametrize("reason", ["", "   ", "x" * (approving.LONGEST_REASON + 1)])
def test_a_rejection_without_a_reason_is_none(client: Client, scene: Scene, reason: str) -> None:
    order = scene.waiting()
    client.force_login(scene.admin)
    answer = decide(client, "reject", order, reason=reason)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_the_second_admin_is_told_who_was_first(client: Client, scene: Scene, name: str) -> None:
    order = scene.waiting()
    approving.approve(order, by=scene.second_admin)
    client.force_login(scene.admin)
    answer = decide(client, name, order, follow=True)
    assert "ken approved just now" in answer.content.decode()
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_an_order_that_waits_no_longer_is_not_decided(client: Client, scene: Scene, name: str) -> None:
    made = scene.pool()
    assert made.order
    client.force_login(scene.admin)
    answer = decide(client, name, made.order, follow=True)
    assert "does not wait any more" in answer.content.decode()
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_four_eyes_keep_an_admin_from_their_own_order_and_say_so(client: Client, scene: Scene, name: str) -> None:
    order = scene.waiting(placed_by=scene.admin)
    client.force_login(scene.admin)
    html = page(client, order)
    assert "You cannot decide: you placed this order" in html
    assert "disabled" in html
    assert decide(client, name, order).status_code == 403
    assert not Decision.objects.exists()


def test_without_four_eyes_an_admin_decides_their_own_order(client: Client, scene: Scene) -> None:
    Team.objects.update(four_eyes=False)
    order = scene.waiting(placed_by=scene.admin)
    client.force_login(scene.admin)
    decide(client, "approve", order)
    assert Decision.objects.get().by == scene.admin


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_a_member_sees_the_desk_and_decides_nothing(client: Client, scene: Scene, name: str) -> None:
    order = scene.waiting()
    client.force_login(scene.member)
    assert "You cannot decide: only admins of Vision do." in page(client, order)
    answer = decide(client, name, order)
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
    assert decide(client, "approve", order).status_code == 404


def test_a_failed_decision_may_be_taken_again(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    builders.decision(order=order, by=scene.second_admin, state=ErrandState.FAILED, failure_message="No balance.")
    client.force_login(scene.admin)
    html = page(client, order)
    assert "the cloud did not take it" in html
    assert "No balance." in html
    decide(client, "approve", order)
    assert Decision.objects.exclude(state=ErrandState.FAILED).get().by == scene.admin


# Undoing


@pytest.fixture
def patience(settings: Settings) -> None:
    settings.DECISION_UNDO_SECONDS = 30


@pytest.mark.usefixtures("patience")
def test_a_decision_says_when_it_is_sent_and_offers_the_way_back(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    html = decide(client, "approve", scene.waiting(), follow=True).content.decode()
    assert "Until then you can undo it." in html
    assert reverse("undo", args=[Decision.objects.get().pk]) in html


@pytest.mark.usefixtures("patience")
def test_another_admin_sees_the_decision_and_not_the_way_back(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    approving.approve(order, by=scene.second_admin)
    client.force_login(scene.admin)
    html = page(client, order)
    assert "ken approved this order" in html
    assert "It is sent to the cloud at" in html
    assert ">Undo" not in html


@pytest.mark.usefixtures("patience")
def test_an_undone_decision_leaves_the_order_to_be_decided(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    client.force_login(scene.admin)
    decide(client, "approve", order)
    answer = client.post(reverse("undo", args=[Decision.objects.get().pk]), follow=True)
    html = answer.content.decode()
    for said in ("Undone. Nothing was sent", "Approve…", "Undone before it was sent"):
        assert said in html
    assert Decision.objects.get().state == ErrandState.WITHDRAWN


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize(
    ("state", "told"), [(ErrandState.SENDING, "Too late"), (ErrandState.WITHDRAWN, "undone already")]
)
def test_what_cannot_be_undone_is_told(client: Client, scene: Scene, state: ErrandState, told: str) -> None:
    decision = builders.decision(order=scene.waiting(), by=scene.admin, state=state)
    client.force_login(scene.admin)
    assert told in client.post(reverse("undo", args=[decision.pk]), follow=True).content.decode()
    decision.refresh_from_db()
    assert decision.state == state


@pytest.mark.usefixtures("patience")
def test_a_stranger_undoes_nothing(client: Client, scene: Scene) -> None:
    decision = approving.approve(scene.waiting(), by=scene.admin)
    client.force_login(scene.stranger)
    assert client.post(reverse("undo", args=[decision.pk])).status_code == 404


# What was read, and what changed since


def test_what_changed_since_it_was_read_is_told_and_nothing_is_decided(client: Client, scene: Scene) -> None:
    order = scene.waiting(name="growing", body=builders.payload(name="growing"))
    client.force_login(scene.admin)
    read = {"digest": approving.digest_of(order), "seen": seen.seal(order), "reason": "No."}
    Order.objects.filter(pk=order.pk).update(body=json.dumps(builders.payload(name="growing", resources=[
        {"flavor": "modelarts.vm.cpu.16u64g.d", "count": 9}])))  # fmt: skip
    for name in ("approve", "reject"):
        answer = client.post(reverse(name, args=[order.pk]), read)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "The order changed after you opened it" in html
        assert "8 × modelarts.vm.cpu.16u64g.d, zone chosen by the cloud (1 → 9)" in html
    assert not Decision.objects.exists()


@pytest.mark.parametrize("sealed", ["", "forged", "\0"])
def test_without_what_was_read_nothing_is_decided_either(client: Client, scene: Scene, sealed: str) -> None:
    order = scene.waiting()
    client.force_login(scene.admin)
    answer = client.post(reverse("approve", args=[order.pk]), {"seen": sealed})
    assert answer.status_code == 409
    assert "the difference cannot be told" in answer.content.decode()
    assert not Decision.objects.exists()


# What it is held against


def test_an_order_is_held_against_the_pool_it_was_copied_from(client: Client, scene: Scene) -> None:
    was = builders.payload(name="vision-train-01", resources=[{"flavor": "npu", "count": 4}])
    order = scene.waiting(draft=uuid4(), body=builders.payload(resources=[{"flavor": "npu", "count": 12}]))
    Draft.objects.create(
        pk=order.draft, team=scene.team, project=scene.project, owner=scene.member,
        origin={"kind": "copy", "name": "vision-train-01", "document": was},
    )  # fmt: skip
    client.force_login(scene.admin)
    html = page(client, order)
    assert "Against the pool vision-train-01, which it was copied from" in html
    assert "8 × npu, zone chosen by the cloud (4 → 12)" in html


def test_an_order_is_held_against_the_last_one_of_its_name(client: Client, scene: Scene) -> None:
    earlier = scene.order(name="again", state=OrderState.WITHDRAWN, placed_at=timezone.now() - timedelta(days=1))
    order = scene.waiting(name="again", body=builders.payload(name="again", scope=["Infer"]))
    client.force_login(scene.admin)
    html = page(client, order, against="previous")
    assert f"Against order #{earlier.pk} by lena" in html
    assert "Job type Infer" in html


def test_what_the_cloud_made_of_the_order_is_held_against_it(client: Client, scene: Scene) -> None:
    order = scene.waiting(name="drifted")
    client.force_login(scene.admin)
    assert "stands in the cloud's answer, unchanged" in page(client, order, against="cloud")
    document = builders.heard(name="drifted")
    document["spec"]["scope"] = ["Train", "Notebook"]
    Pool.objects.filter(order=order).update(document=document)
    assert "Job type Notebook" in page(client, order, against="cloud")


# The page


def test_the_page_is_read_in_the_order_in_which_one_decides(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    html = page(client, scene.waiting())
    parts = ("asks for", "Gate 2", "Approve…", "what-title", "checks-title", "compared-title", "risks-title",
             "why-title", "conversation-title", "trail-title", "exact-title")  # fmt: skip
    places = [html.index(part) for part in parts]
    assert places == sorted(places)


@pytest.mark.parametrize("key", ["a", "m", "r"])
def test_every_key_of_a_decision_has_its_control(client: Client, scene: Scene, key: str) -> None:
    client.force_login(scene.admin)
    assert page(client, scene.waiting()).count(f'data-key="{key}"') == 1


@pytest.mark.parametrize("tab", ["mine", "decided"])
def test_the_desk_is_walked_by_keys(client: Client, scene: Scene, tab: str) -> None:
    builders.decision(order=scene.waiting(), by=scene.admin)
    scene.waiting()
    client.force_login(scene.admin)
    assert " data-rows>" in client.get(reverse("approvals"), {"tab": tab}).content.decode()


def test_the_exact_request_is_shown_in_every_form(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    client.force_login(scene.admin)
    html = page(client, order)
    assert "request-type: console" in html
    assert reverse("order-as", args=[order.pk, "curl"]) in html


def test_a_first_use_and_a_commitment_are_risks(client: Client, scene: Scene) -> None:
    body = builders.payload(name="prepaid", billing_mode="1")
    body["metadata"]["annotations"] |= {"os.modelarts/period.type": "2", "os.modelarts/period.num": "3"}
    client.force_login(scene.admin)
    html = page(client, scene.waiting(name="prepaid", body=body))
    assert "The first modelarts.vm.cpu.16u64g.d that Vision orders." in html
    assert "Approving pays the whole period at once: 3 months in advance." in html


def test_warnings_that_were_ticked_are_told_as_accepted(client: Client, scene: Scene) -> None:
    kept = [
        {"rule": "R23", "case": "nodes", "path": "$.spec.resources", "values": {"nodes": 40, "maximum": 30}},
        {"rule": "A99", "case": "of another version", "path": "$", "values": {}},
    ]
    client.force_login(scene.admin)
    html = page(client, scene.waiting(understood=[*kept, "nonsense"]))
    for said in (
        "Read and accepted by lena when ordering",
        "40 nodes at once may be throttled",
        "A warning of rule A99",
    ):
        assert said in html


def test_a_flavor_that_the_team_has_had_is_no_news(client: Client, scene: Scene) -> None:
    scene.order(state=OrderState.ACCEPTED, placed_at=timezone.now() - timedelta(days=1))
    client.force_login(scene.admin)
    assert "The first modelarts" not in page(client, scene.waiting())


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_decision_costs_the_same_however_much_was_said(
    client: Client, scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    order = scene.waiting()
    for number in range(rows):
        builders.decision(order=order, by=scene.admin, state=ErrandState.WITHDRAWN)
        Comment.objects.create(order=order, by=scene.member, text=f"Remark {number}")
    client.force_login(scene.admin)
    # Session, user, order, decisions, whether what it rests on is young; remarks; who decides, may I (two), seats;
    # flavors, draft, previous order, the cloud's document, the catalog, who has its name, whom it competes with,
    # whether the catalog is being read; whether they were named; projects and the desk's count for the frame.
    with django_assert_num_queries(21):
        page(client, order)


def paying(name: str) -> dict[str, Any]:
    body = builders.payload(name=name)
    body["metadata"]["annotations"]["os.modelarts/auto.pay"] = "1"
    return body


def test_the_desk_of_an_admin_lists_what_was_paid_without_one(client: Client, scene: Scene) -> None:
    ours, theirs = ({"name": name, "body": paying(name), "pays_itself": True} for name in ("by-itself", "of-speech"))
    scene.pool(name="asked-for")
    builders.pool(order=scene.order(state=OrderState.ACCEPTED, **ours))
    scene.order(state=OrderState.REFUSED, **ours | {"name": "refused"})
    scene.order(placed_at=timezone.now() - timedelta(days=15), **ours | {"name": "long-ago"})
    scene.order(team=scene.stranger.teams.get(), placed_by=scene.stranger, **theirs)
    client.force_login(scene.admin)
    listed = client.get(reverse("approvals"))
    assert [line["order"].pool_name for line in listed.context["unasked"]] == ["by-itself"]
    assert "Paid by themselves" in listed.content.decode()
    client.force_login(scene.member)
    assert client.get(reverse("approvals")).context["unasked"] == []


@pytest.mark.parametrize("decided", [True, False])
def test_of_a_pool_that_is_gone_no_phase_is_told(client: Client, scene: Scene, *, decided: bool) -> None:
    order = scene.waiting()
    if decided:
        builders.decision(order=order, by=scene.admin, state=ErrandState.DONE)
    Pool.objects.filter(order=order).update(phase="Deleting", gone_at=timezone.now())
    client.force_login(scene.admin)
    html = page(client, order)
    assert "The pool does not exist any more." in html
    assert "Deleting" not in html


@pytest.mark.parametrize("name", ["approve", "reject"])
def test_what_was_typed_for_an_order_that_changed_stays_on_the_page(client: Client, scene: Scene, name: str) -> None:
    client.force_login(scene.admin)
    answer = decide(client, name, scene.waiting(), digest="of another", reason="Because of the quota.")
    assert answer.status_code == 409
    assert "Because of the quota.</textarea>" in answer.content.decode()


def test_what_was_typed_for_an_order_decided_meanwhile_is_given_back(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    builders.decision(order=order, by=scene.second_admin)
    client.force_login(scene.admin)
    html = decide(client, "reject", order, follow=True, reason="Not this month.").content.decode()
    assert "You had written: “Not this month.”" in html


# Changes requested


def send_again(client: Client, order: Order) -> Any:
    return client.post(reverse("order-new"), {"order": order.pk, "start": "again"}, follow=True)


def test_changes_are_asked_for_with_the_parts_and_how(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    order = scene.waiting()
    html = decide(client, "request-changes", order, follow=True, parts=["zones", "flavors"], reason="Two less.")
    decision = Decision.objects.get()
    assert (decision.verdict, decision.asked, decision.reason) == ("rejected", ["flavors", "zones"], "Two less.")
    assert "mia asked for changes" in html.content.decode()
    client.force_login(scene.member)
    own = client.get(reverse("order", args=[order.pk])).content.decode()
    assert "mia asks for changes" in own
    assert "Flavors, Zones" in own


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"parts": [], "reason": "Two less."}, "Choose at least one part"),
        ({"parts": "flavors", "reason": " "}, "Say how"),
        ({"parts": "everything", "reason": "Two less."}, "Select a valid choice"),
    ],
)
def test_changes_name_what_and_how_or_nothing_is_decided(
    client: Client, scene: Scene, typed: dict[str, Any], told: str
) -> None:
    client.force_login(scene.admin)
    answer = decide(client, "request-changes", scene.waiting(), **typed)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Decision.objects.exists()


def test_the_wizard_opens_where_the_first_change_is_asked_for_and_says_so_at_each(client: Client, scene: Scene) -> None:
    order = scene.waiting(name="pool-one")
    Order.objects.filter(pk=order.pk).update(on_the_way_or_living=False)
    asked = [Decision.Part.ZONES, Decision.Part.FLAVORS]
    approving.request_changes(order, by=scene.admin, reason="Two less.", asked=asked)
    client.force_login(scene.member)
    opened = send_again(client, order)
    address = opened.redirect_chain[-1][0]
    assert "/flavors/" in address
    for step, told in (("flavors", True), ("zones", True), ("labels", False)):
        html = client.get(re.sub("/flavors/.*", f"/{step}/", address)).content.decode()
        assert ("mia asks for changes here" in html and "Two less." in html) == told


def test_the_conversation_goes_on_about_the_order_that_is_sent_instead(client: Client, scene: Scene) -> None:
    before, other = scene.waiting(name="pool-one"), scene.order(name="pool-two", state=OrderState.REFUSED)
    conversing.say(before, by=scene.admin, text="Why eight?")
    conversing.say(other, by=scene.admin, text="Of another.")
    approving.request_changes(before, by=scene.admin, reason="Two less.", asked=[Decision.Part.FLAVORS])
    Order.objects.filter(pk=before.pk).update(on_the_way_or_living=False)
    again = scene.waiting(name="pool-one")
    client.force_login(scene.admin)
    html = page(client, again)
    assert "Why eight?" in html
    assert "Of another." not in html
    assert f'href="{reverse("order", args=[before.pk])}">Order #{before.pk}</a>' in html


def test_whoever_decides_reads_what_the_nodes_cost_by_the_list(client: Client, scene: Scene) -> None:
    flavor = {"metadata": {"name": "modelarts.vm.cpu.16u64g.d"}, "spec": {"billingCode": "cpu"}}
    prices = {"hour": {"currency": "CNY", "amounts": {"cpu": "2.5"}}}
    client.force_login(scene.admin)
    order = scene.waiting(body=builders.payload(name="two", count=2))
    assert "List price" not in page(client, order)
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.FLAVORS, document={"items": [flavor]})
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.PRICES, document=prices)
    assert "List price of all its nodes: CNY 5.00 an hour." in page(client, order)
    assert "list price CNY 5.00 an hour" in client.get(reverse("approvals")).content.decode()


@pytest.mark.parametrize(("days", "word"), [(1, "Overdue"), (6.5, "Ends soon")])
def test_until_when_it_can_be_decided_is_told_wherever_it_waits(
    client: Client, scene: Scene, days: float, word: str
) -> None:
    order = scene.waiting()
    began = timezone.now() - timedelta(days=days)
    Pool.objects.filter(order=order).update(created_abroad=began, phase_since=began)
    Project.objects.update(clock_skew=3600)
    ends = (began + timedelta(days=7, hours=-1)).isoformat()
    client.force_login(scene.admin)
    desk, dashboard = (client.get(address).content.decode() for address in ("/approvals/", "/"))
    assert f">{word}<" in desk
    for html in (desk, page(client, order), client.get(reverse("order", args=[order.pk])).content.decode()):
        assert f'datetime="{ends}"' in html
    # What has days left needs no word more on the dashboard.
    assert (f'datetime="{ends}"' in dashboard) == (word == "Ends soon")
