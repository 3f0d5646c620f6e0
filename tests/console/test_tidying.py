"""Leftovers of the face go in the same rounds as those of the heart: drafts that became an order long ago."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from console.models import Draft
from console.tidying import retention_is_some_time
from pools import pruning
from pools.models import Order
from pools.states import OrderState
from tests import builders

pytestmark = pytest.mark.django_db


def draft(*, days: float, placed: OrderState | None = None) -> Draft:
    """One that was touched so many days ago, and what became of its order, if it was placed."""
    team = builders.team()
    person, project = builders.person(member_of=team), builders.project(teams=(team,))
    saved = timezone.now() - timedelta(days=days)
    made = Draft.objects.create(team=team, project=project, owner=person, saved_at=saved)
    if placed:
        order = builders.order(team=team, placed_by=person, project=project, state=placed)
        Order.objects.filter(pk=order.pk).update(draft=made.pk, revision=made.revision)
    return made


def test_drafts_that_became_an_order_long_ago_go_and_all_others_stay() -> None:
    draft(days=200, placed=OrderState.ACCEPTED)
    stay = {
        draft(days=100, placed=OrderState.ACCEPTED),
        draft(days=200, placed=OrderState.REFUSED),
        draft(days=200),
    }

    assert pruning.prune()["drafts"] == 1
    assert set(Draft.objects.all()) == stay


def test_drafts_may_be_kept_for_ever(settings: Any) -> None:
    settings.RETAIN_DRAFTS_DAYS = 0
    draft(days=9000, placed=OrderState.ACCEPTED)

    assert pruning.prune()["drafts"] == 0


@pytest.mark.parametrize(("days", "is_wrong"), [(0, False), (400, False), (-1, True), (10**9, True)])
def test_less_than_no_time_is_not_started_with(settings: Any, days: int, is_wrong: bool) -> None:
    settings.RETAIN_HISTORY_DAYS = days

    assert [error.id for error in retention_is_some_time()] == ["console.E002"] * is_wrong
