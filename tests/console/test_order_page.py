"""An order's page answers four questions: what step, who can act, since when, what can I do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from pools import approving, conversing, ordering
from pools.models import Order
from pools.states import ErrandState, OrderState
from tests import builders
from tests.console.scenes import Scene


def page(client: Client, order: Order) -> str:
    answer = client.get(reverse("order", args=[order.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (OrderState.PLACED, "It goes to the cloud in a moment."),
        (OrderState.SENDING, "It is being sent to the cloud."),
        (OrderState.IN_DOUBT, "Outcome unknown: do not order again"),
        (OrderState.HELD, "This console may not order in"),
        (OrderState.REFUSED, "The cloud refused this order. Nothing was created."),
        (OrderState.WITHDRAWN, "Taken back before it was sent."),
    ],
)
def test_every_state_says_what_it_means(client: Client, scene: Scene, state: OrderState, words: str) -> None:
    client.force_login(scene.member)
    assert words in page(client, scene.order(state=state))


def test_an_accepted_order_leads_to_its_pool(client: Client, scene: Scene) -> None:
    made = scene.pool()
    assert made.order is not None
    client.force_login(scene.member)
    assert reverse("pool", args=[made.pk]) in page(client, made.order)


def test_a_refusal_brings_code_message_and_field(client: Client, scene: Scene) -> None:
    refused = scene.order(
        state=OrderState.REFUSED, failure_code="ModelArts.50004000", failure_message="The network does not exist.",
        failure_field="$.spec.network",
    )  # fmt: skip
    client.force_login(scene.member)
    html = page(client, refused)
    for said in ("ModelArts.50004000", "The network does not exist.", "$.spec.network"):
        assert said in html


def test_the_exact_document_is_shown(client: Client, scene: Scene) -> None:
    order = scene.order()
    Order.objects.filter(pk=order.pk).update(body='{"kind" :  "Pool"}')
    client.force_login(scene.member)
    assert "{&quot;kind&quot; :  &quot;Pool&quot;}" in page(client, order)


@pytest.mark.parametrize("name", ["order", "order-withdraw", "order-resolve"])
def test_a_stranger_finds_no_order(client: Client, scene: Scene, name: str) -> None:
    order = scene.order()
    client.force_login(scene.stranger)
    address = reverse(name, args=[order.pk])
    assert (client.get(address) if name == "order" else client.post(address)).status_code == 404
    order.refresh_from_db()
    assert order.state == OrderState.PLACED


@pytest.mark.parametrize("name", ["order", "order-withdraw", "order-resolve"])
def test_nobody_gets_in_before_signing_in(client: Client, scene: Scene, name: str) -> None:
    address = reverse(name, args=[scene.order().pk])
    assert client.post(address).headers["Location"].startswith(reverse("sign-in"))


@pytest.mark.parametrize("who", ["member", "admin"])
def test_the_person_who_ordered_and_an_admin_take_an_order_back(client: Client, scene: Scene, who: str) -> None:
    order = scene.order()
    client.force_login(getattr(scene, who))
    client.post(reverse("order-withdraw", args=[order.pk]))
    order.refresh_from_db()
    assert order.state == OrderState.WITHDRAWN


def test_another_member_does_not_take_it_back(client: Client, scene: Scene) -> None:
    order = scene.order()
    client.force_login(builders.person(member_of=scene.team))
    answer = client.post(reverse("order-withdraw", args=[order.pk]))
    assert answer.status_code == 403
    assert "Only the person who ordered and admins" in answer.content.decode()


def test_too_late_is_told(client: Client, scene: Scene) -> None:
    order = scene.order(state=OrderState.SENDING)
    client.force_login(scene.member)
    answer = client.post(reverse("order-withdraw", args=[order.pk]), follow=True)
    assert "Too late" in answer.content.decode()


def test_an_admin_settles_what_nobody_can_prove(client: Client, scene: Scene) -> None:
    order = scene.order(state=OrderState.IN_DOUBT, needs_person=True)
    client.force_login(scene.admin)
    assert "What became of it?" in page(client, order)
    client.post(reverse("order-resolve", args=[order.pk]), {"as": "not_ours"})
    order.refresh_from_db()
    assert (order.state, order.resolved_by) == (OrderState.REFUSED, scene.admin)


def test_a_member_sees_the_doubt_and_finds_no_lever(client: Client, scene: Scene) -> None:
    order = scene.order(state=OrderState.IN_DOUBT, needs_person=True)
    client.force_login(scene.member)
    assert "What became of it?" not in page(client, order)
    assert client.post(reverse("order-resolve", args=[order.pk]), {"as": "ours"}).status_code == 403


def test_a_word_nobody_offered_settles_nothing(client: Client, scene: Scene) -> None:
    order = scene.order(state=OrderState.IN_DOUBT, needs_person=True)
    client.force_login(scene.admin)
    client.post(reverse("order-resolve", args=[order.pk]), {"as": "whatever"})
    order.refresh_from_db()
    assert order.needs_person


def test_what_is_settled_already_is_told(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    answer = client.post(reverse("order-resolve", args=[scene.order().pk]), {"as": "ours"}, follow=True)
    assert "settled a moment ago" in answer.content.decode()


# The four answers


def answers(client: Client, order: Order) -> str:
    html = page(client, order)
    return html[html.index('data-part="answers"') : html.index('id="conversation"')]


def test_who_can_act_is_told_by_name(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    said = answers(client, scene.waiting())
    for told in ("ken, mia", "Remind", "Write to whoever decides"):
        assert told in said


def test_an_order_that_nobody_can_decide_says_so(client: Client, scene: Scene) -> None:
    scene.team.memberships.exclude(user=scene.admin).delete()
    client.force_login(scene.admin)
    assert "Nobody: the team needs another admin" in answers(client, scene.waiting(placed_by=scene.admin))


def test_a_decision_that_can_be_undone_says_by_whom(client: Client, scene: Scene, settings: Settings) -> None:
    settings.DECISION_UNDO_SECONDS = 30
    order = scene.waiting()
    approving.approve(order, by=scene.admin)
    client.force_login(scene.member)
    assert "mia can still undo the decision" in answers(client, order)
    client.force_login(scene.admin)
    assert "Undo your decision" in answers(client, order)


# The conversation


def test_a_remark_is_read_by_the_team_and_escaped(client: Client, scene: Scene) -> None:
    order = scene.order()
    client.force_login(scene.admin)
    client.post(reverse("order-say", args=[order.pk]), {"text": "Why <b>8</b>?"})
    client.force_login(scene.member)
    assert "Why &lt;b&gt;8&lt;/b&gt;?" in page(client, order)


@pytest.mark.parametrize(("back", "name"), [("order", "order"), ("approval", "approval"), ("//evil", "order")])
def test_who_said_something_is_back_where_they_said_it(client: Client, scene: Scene, back: str, name: str) -> None:
    order = scene.waiting()
    client.force_login(scene.member)
    answer = client.post(reverse("order-say", args=[order.pk]), {"text": "Please.", "back": back})
    assert answer.headers["Location"] == f"{reverse(name, args=[order.pk])}#conversation"


@pytest.mark.parametrize(("text", "told"), [("  ", "Nothing was typed."), ("x" * 2001, "Not kept:")])
def test_what_is_not_kept_is_told(client: Client, scene: Scene, text: str, told: str) -> None:
    client.force_login(scene.member)
    answer = client.post(reverse("order-say", args=[scene.order().pk]), {"text": text}, follow=True)
    assert told in answer.content.decode()


# Reminding


def test_whoever_decides_is_reminded_once_a_day(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    client.force_login(scene.member)
    said = [client.post(reverse("order-remind", args=[order.pk]), follow=True).content.decode() for _ in range(2)]
    assert "sees on the desk that you asked" in said[0]
    assert "Not now" in said[1]
    Order.objects.filter(pk=order.pk).update(reminded_at=timezone.now() - timedelta(days=1))
    assert ordering.remind(order, by=scene.member)
    client.force_login(scene.admin)
    assert "lena asked just now to have it decided." in client.get(reverse("approvals")).content.decode()


def test_nobody_is_reminded_of_what_is_decided(scene: Scene) -> None:
    order = scene.waiting()
    approving.approve(order, by=scene.admin)
    assert not ordering.remind(order, by=scene.member)


def test_nobody_but_the_person_who_ordered_reminds(scene: Scene) -> None:
    with pytest.raises(ordering.NotAllowed):
        ordering.remind(scene.waiting(), by=scene.admin)


def test_a_rejected_order_is_written_again_once_the_rejection_is_final(
    client: Client, scene: Scene, settings: Settings
) -> None:
    settings.DECISION_UNDO_SECONDS = 30
    order = scene.waiting()
    decision = approving.reject(order, by=scene.admin, reason="Too large.")
    client.force_login(scene.member)
    before = page(client, order)
    decision.claim(ErrandState.SENDING, until=timezone.now())
    assert ("Edit and send again" in before, "Edit and send again" in page(client, order)) == (False, True)


@pytest.mark.parametrize("page", ["order", "approval"])
def test_whoever_was_named_is_told_until_they_open_the_page(client: Client, scene: Scene, page: str) -> None:
    order = scene.waiting(name="vision-talk")
    conversing.say(order, by=scene.admin, text="@lena, why 8 nodes?")
    client.force_login(scene.member)

    assert "mia named you in what was said about it." in client.get(reverse("dashboard")).text
    client.get(reverse(page, args=[order.pk]))
    assert "named you" not in client.get(reverse("dashboard")).text
