"""A pool that stands is held against what was ordered, and somebody may say that it is meant to be otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from pools import ordering
from pools.models import Pool, User
from pools.states import OrderState
from pools.tracking.weighing import weigh
from pools.wire.enums import Phase
from tests import builders

pytestmark = pytest.mark.django_db


def standing(*, scope: str = "Infer", phase: str = Phase.RUNNING, **fields: Any) -> Pool:
    """A pool that was ordered for training, and runs what is said."""
    team = builders.team()
    by = builders.person(member_of=team)
    order = builders.order(team=team, placed_by=by, state=OrderState.ACCEPTED)
    return builders.pool(order=order, phase=phase, document=running(order.pool_name, scope), **fields)


def running(name: str, scope: str) -> dict[str, Any]:
    document = builders.heard(name=name)
    document["spec"]["scope"] = [scope]
    return document


def orderer(pool: Pool) -> User:
    assert pool.order
    return pool.order.placed_by


def test_what_is_not_as_ordered_is_noted_once() -> None:
    pool = standing()
    assert [weigh(pool), weigh(pool)] == [True, False]
    pool.refresh_from_db()
    assert pool.drift
    assert pool.drift_since


@pytest.mark.parametrize(
    "said", [{"scope": "Train"}, {"phase": Phase.CREATING}, {"moving": True}, {"gone_at": timezone.now()}]
)
def test_what_is_as_ordered_or_still_on_its_way_is_not(said: dict[str, Any]) -> None:
    pool = standing(**said)
    assert not weigh(pool)
    assert not Pool.objects.get().drift


def test_a_pool_that_nobody_ordered_here_is_held_against_nothing() -> None:
    assert not weigh(builders.pool())


def test_what_is_meant_needs_nobody_until_it_is_other() -> None:
    pool = standing()
    weigh(pool)
    pool.refresh_from_db()
    assert ordering.mean_drift(pool, by=orderer(pool), drift=pool.drift)
    assert not ordering.mean_drift(pool, by=orderer(pool), drift="of yesterday")
    weigh(pool)
    assert Pool.objects.get().drift_since is None

    Pool.objects.update(document=running(pool.name, "Notebook"))
    weigh(pool)
    assert Pool.objects.get().drift_since


def test_a_pool_that_is_as_ordered_again_needs_nobody() -> None:
    pool = standing()
    weigh(pool)
    Pool.objects.update(document=running(pool.name, "Train"))
    assert weigh(pool)
    assert (Pool.objects.get().drift, Pool.objects.get().drift_since) == ("", None)


def test_nobody_else_says_what_is_meant() -> None:
    pool = standing()
    with pytest.raises(ordering.NotAllowed):
        ordering.mean_drift(pool, by=builders.person(member_of=pool.team), drift="")
