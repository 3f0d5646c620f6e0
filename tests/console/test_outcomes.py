"""What became of an order, and what can be done about it: one outcome for every answer of the cloud."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pools import ordering
from pools.models import Order, Trouble
from pools.states import OrderState
from pools.wire.enums import Phase
from tests import builders
from tests.console.scenes import Scene


def outcome(client: Client, order: Order) -> str:
    page = client.get(reverse("order", args=[order.pk])).content.decode()
    return page[page.index('data-part="outcome"') : page.index('data-part="answers"')]


def test_an_accepted_order_gives_its_pools_id_to_copy(client: Client, scene: Scene) -> None:
    made = scene.pool()
    assert made.order is not None
    client.force_login(scene.member)
    said = outcome(client, made.order)
    assert made.pool_id in said
    assert 'data-copy="pool-id"' in said


def test_a_cloud_that_asks_to_wait_says_until_when_and_the_order_can_be_taken_back(
    client: Client, scene: Scene
) -> None:
    due_at = timezone.now() + timedelta(minutes=1)
    order = scene.order(state=OrderState.PLACED, setbacks=1, due_at=due_at, failure_message="Too many requests.")
    client.force_login(scene.member)
    said = outcome(client, order)
    assert "The cloud asks us to wait" in said
    assert f'datetime="{due_at.isoformat()}"' in said
    assert 'popovertarget="withdraw"' in said


def test_a_taken_name_leads_to_the_pool_if_one_may_see_it(client: Client, scene: Scene) -> None:
    order = scene.order(state=OrderState.REFUSED, failure_code=Trouble.NAME_TAKEN)
    theirs = builders.pool(project=order.project, team=order.team, name=order.pool_name)
    client.force_login(scene.member)
    said = outcome(client, order)
    assert f"A pool named {order.pool_name} exists already. Nothing was created." in said
    assert reverse("pool", args=[theirs.pk]) in said


def test_a_taken_name_never_tells_of_a_pool_that_is_none_of_ones_business(client: Client, scene: Scene) -> None:
    order = scene.order(state=OrderState.REFUSED, failure_code=Trouble.NAME_TAKEN)
    theirs = builders.pool(project=order.project, team=builders.team(), name=order.pool_name)
    client.force_login(scene.member)
    said = outcome(client, order)
    assert reverse("pool", args=[theirs.pk]) not in said
    assert "Is it yours?" not in said


@pytest.mark.parametrize("phase", [Phase.CREATION_FAILED, Phase.ERROR])
def test_a_pool_that_failed_can_be_fixed_and_ordered_again(client: Client, scene: Scene, phase: Phase) -> None:
    made = scene.pool(phase=phase, message="Insufficient capacity.")
    assert made.order is not None
    client.force_login(scene.member)
    assert "Fix and re-order" in outcome(client, made.order)


def test_the_page_of_a_failed_pool_offers_the_same(client: Client, scene: Scene) -> None:
    made = scene.pool(phase=Phase.CREATION_FAILED, message="Insufficient capacity.")
    client.force_login(scene.member)
    page = client.get(reverse("pool", args=[made.pk])).content.decode()
    assert f'name="order" value="{made.order_id}"' in page
    assert "Fix and re-order" in page


def test_an_unknown_outcome_is_looked_into_at_once_when_asked(client: Client, scene: Scene) -> None:
    order = scene.order(state=OrderState.IN_DOUBT, due_at=timezone.now() + timedelta(minutes=5))
    client.force_login(scene.member)
    assert "do not order again" in outcome(client, order)
    client.post(reverse("order-look", args=[order.pk]))
    order.refresh_from_db()
    assert order.due_at is not None
    assert order.due_at < timezone.now() + timedelta(seconds=3)


def test_a_worker_that_is_looking_is_left_in_peace(scene: Scene) -> None:
    later = timezone.now() + timedelta(minutes=5)
    order = scene.order(state=OrderState.IN_DOUBT, due_at=later, lease_until=later)
    assert not ordering.look_sooner(order, by=scene.member)
    order.refresh_from_db()
    assert order.due_at == later


def test_a_stranger_hurries_nothing(client: Client, scene: Scene) -> None:
    later = timezone.now() + timedelta(minutes=5)
    order = scene.order(state=OrderState.IN_DOUBT, due_at=later)
    client.force_login(builders.person(member_of=builders.team()))
    assert client.post(reverse("order-look", args=[order.pk])).status_code == 404
    order.refresh_from_db()
    assert order.due_at == later
