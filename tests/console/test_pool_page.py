"""A pool's page: where it stands, whether it is ready, what happened, and who may read it again or delete it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pools import ordering
from pools.models import Decision, Deletion, Pool, Reading
from pools.states import ErrandState
from pools.wire.enums import Phase
from tests import builders
from tests.console.scenes import Scene


def page(client: Client, pool: Pool) -> str:
    answer = client.get(reverse("pool", args=[pool.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def addresses(pool: Pool) -> list[str]:
    return [reverse(name, args=[pool.pk]) for name in ("pool", "pool-read", "pool-delete")]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_a_long_history(
    client: Client, scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shown = scene.pool()
    assert shown.order is not None
    for _ in range(rows):
        builders.phase_change(pool=shown, became=Phase.RUNNING)
        builders.decision(order=shown.order, by=scene.admin, state=ErrandState.FAILED)
        builders.deletion(pool=shown, by=scene.member, state=ErrandState.FAILED)
        Reading.objects.create(project=scene.project, pool=shown, asked_by=scene.admin, state=Reading.State.DONE)
    client.force_login(scene.admin)
    ordering.watch(shown)
    # Session, user; the pool, its stages, phases, deletions, resizes, interventions, refits, decisions,
    # readings; may delete (2), may refit, may decide; seats, projects, the desk's count.
    with django_assert_num_queries(20):
        page(client, shown)


def test_a_stranger_finds_no_pool(client: Client, scene: Scene) -> None:
    shown = scene.pool()
    client.force_login(scene.stranger)
    assert client.get(addresses(shown)[0]).status_code == 404
    assert client.post(addresses(shown)[1]).status_code == 404
    assert client.post(addresses(shown)[2], {"typed_name": shown.name}).status_code == 404
    assert not Deletion.objects.exists()


def test_nobody_gets_in_before_signing_in(client: Client, scene: Scene) -> None:
    for address in addresses(scene.pool()):
        assert client.post(address).headers["Location"].startswith(reverse("sign-in"))


def test_readiness_is_told_line_by_line(client: Client, scene: Scene) -> None:
    shown = scene.pool(Phase.RUNNING)
    shown.document["status"] |= {
        "driver": {"npu": {"version": "7.1", "state": "Creating"}},
        "scope": [
            {"scopeType": "Train", "state": "Enabled"},
            {"scopeType": "Notebook", "state": "Enabling", "plugins": [{"name": "gateway", "phase": "Pending"}]},
        ],
    }
    shown.save()
    client.force_login(scene.member)
    checks = {check.what: (check.standing, check.says) for check in client.get(f"/pools/{shown.pk}/").context["checks"]}
    assert checks == {
        "Order": ("done", "Nothing to pay or approve"),
        "Nodes": ("done", "1 of 1 available"),
        "NPU driver": ("moving", "7.1 · Creating"),
        "Train": ("done", "Enabled"),
        "Notebook": ("moving", "Enabling · gateway Pending"),
    }


@pytest.mark.shows("ClientWatching.driver-abnormal")
def test_a_driver_in_trouble_is_a_warning_and_does_not_make_the_pool_a_failure(client: Client, scene: Scene) -> None:
    shown = scene.pool(Phase.RUNNING)
    shown.document["status"] |= {"driver": {"gpu": {"version": "470.57.02", "state": "Abnormal"}}}
    shown.save()
    client.force_login(scene.member)
    context = client.get(f"/pools/{shown.pk}/").context
    assert [check.standing for check in context["checks"] if check.what == "GPU driver"] == ["troubled"]
    assert context["pool"].phase == Phase.RUNNING


def test_what_was_not_heard_is_not_zero(client: Client, scene: Scene) -> None:
    shown = scene.pool("", document={})
    client.force_login(scene.member)
    html = page(client, shown)
    assert "Not heard yet" in html
    assert "none heard of yet" in html


@pytest.mark.parametrize("document", [{}, {"spec": "odd"}, {"status": {"resources": []}}, {"spec": {"resources": [1]}}])
def test_an_odd_document_is_shown_and_breaks_nothing(client: Client, scene: Scene, document: object) -> None:
    shown = scene.pool("Frozen", document=document)
    client.force_login(scene.member)
    assert "Frozen" in page(client, shown)
    assert client.get("/").status_code == 200


def test_the_history_is_one_line_of_time_with_who_did_what(client: Client, scene: Scene) -> None:
    shown, now = scene.pool(Phase.CREATING), timezone.now()
    assert shown.order is not None
    Pool.objects.filter(pk=shown.pk).update(created_abroad=now - timedelta(minutes=9))
    shown.order.placed_at = shown.order.first_sent_at = now - timedelta(minutes=10)
    shown.order.save()
    builders.phase_change(pool=shown, became=Phase.WAITING, at=now - timedelta(minutes=8))
    builders.decision(order=shown.order, by=scene.admin, state=ErrandState.DONE, at=now - timedelta(minutes=5))
    builders.phase_change(pool=shown, became=Phase.CREATING, at=now - timedelta(minutes=4))
    client.force_login(scene.member)
    events = client.get(f"/pools/{shown.pk}/events/").context["events"]
    assert [(event.what, event.by) for event in reversed(events)] == [
        ("Order placed", "lena"),
        ("Sent to the cloud", ""),
        ("Accepted by the cloud", ""),
        ("Waiting", ""),
        ("Approved", "mia"),
        ("Creating", ""),
    ]


def test_both_documents_are_there_word_for_word(client: Client, scene: Scene) -> None:
    shown = scene.pool(name="vision-train")
    client.force_login(scene.member)
    html = client.get(f"/pools/{shown.pk}/configuration/").content.decode()
    assert "JSON as sent" in html
    assert "creationTimestamp" in html


def test_a_document_that_looks_like_markup_is_only_text(client: Client, scene: Scene) -> None:
    shown = scene.pool(document={"x": "<script>alert(1)</script>"}, message="<b>boo</b>")
    client.force_login(scene.member)
    html = page(client, shown) + client.get(f"/pools/{shown.pk}/configuration/").content.decode()
    assert "<script>alert" not in html
    assert "<b>boo" not in html


def test_waiting_says_which_gate_and_who_opens_it(client: Client, scene: Scene) -> None:
    waiting = scene.waiting()
    client.force_login(scene.member)
    html = page(client, waiting.pool)
    assert "order CS2611230001 awaits payment or approval" in html
    assert "An admin of Vision decides it" in html


def test_asking_for_a_reading_makes_the_page_watch_for_it(client: Client, scene: Scene) -> None:
    shown = scene.pool()
    client.force_login(scene.member)
    answer = client.post(reverse("pool-read", args=[shown.pk]), follow=True)
    assert Reading.objects.get().pool == shown
    assert 'data-always="yes"' in answer.content.decode()


def test_an_answered_reading_is_told(client: Client, scene: Scene) -> None:
    shown = scene.pool()
    Reading.objects.create(
        project=scene.project, pool=shown, asked_by=scene.member, state=Reading.State.FAILED,
        answered_at=timezone.now(), result="no answer within 10 s",
    )  # fmt: skip
    client.force_login(scene.member)
    html = page(client, shown)
    assert "could not be read" in html
    assert "no answer within 10 s" in html


def test_deleting_asks_first_and_wants_the_name(client: Client, scene: Scene) -> None:
    shown = scene.pool(name="vision-train")
    client.force_login(scene.member)
    address = reverse("pool-delete", args=[shown.pk])
    assert "Delete vision-train?" in client.get(address).content.decode()
    mistyped = client.post(address, {"typed_name": "vision-tran"})
    assert mistyped.status_code == 422
    assert 'value="vision-tran"' in mistyped.content.decode()
    assert not Deletion.objects.exists()


@pytest.mark.parametrize("who", ["member", "admin"])
def test_the_person_who_ordered_it_and_an_admin_delete_a_pool(client: Client, scene: Scene, who: str) -> None:
    shown = scene.pool(name="vision-train")
    client.force_login(getattr(scene, who))
    answer = client.post(reverse("pool-delete", args=[shown.pk]), {"typed_name": "vision-train"}, follow=True)
    assert Deletion.objects.get().by == getattr(scene, who)
    assert "on its way to the cloud" in answer.content.decode()


def test_another_member_may_look_but_not_delete_and_is_told_why(client: Client, scene: Scene) -> None:
    shown = scene.pool(name="vision-train")
    client.force_login(builders.person(member_of=scene.team))
    assert "Only the person who ordered it and admins" in page(client, shown)
    answer = client.post(reverse("pool-delete", args=[shown.pk]), {"typed_name": "vision-train"})
    assert answer.status_code == 403
    assert not Deletion.objects.exists()


def test_a_pool_that_is_gone_keeps_its_page(client: Client, scene: Scene) -> None:
    shown = scene.pool(gone_at=timezone.now())
    client.force_login(scene.member)
    html = page(client, shown)
    assert "does not exist any more" in html
    assert reverse("pool-delete", args=[shown.pk]) not in html


def test_deleting_what_is_gone_says_so(client: Client, scene: Scene) -> None:
    shown = scene.pool(gone_at=timezone.now())
    client.force_login(scene.member)
    answer = client.post(reverse("pool-delete", args=[shown.pk]), {"typed_name": shown.name}, follow=True)
    assert "nothing to delete" in answer.content.decode()


def test_a_decision_the_cloud_did_not_take_is_told(client: Client, scene: Scene) -> None:
    waiting = scene.waiting()
    builders.decision(
        order=waiting, by=scene.admin, state=ErrandState.FAILED, verdict=Decision.Verdict.APPROVED,
        failure_message="Insufficient balance.", failure_code="CBC.1",
    )  # fmt: skip
    client.force_login(scene.member)
    html = page(client, waiting.pool)
    assert "did not take the decision" in html
    assert "Insufficient balance." in html


def test_an_unclaimed_pool_is_for_admins_of_teams_its_project_serves(client: Client, scene: Scene) -> None:
    shown = builders.pool(project=scene.project, name="found-there")
    client.force_login(scene.admin)
    assert "no order of this console made it" in page(client, shown)
    client.force_login(scene.member)
    assert client.get(reverse("pool", args=[shown.pk])).status_code == 404
