"""Leftovers of the face go in the same rounds as those of the heart: drafts that became an order long ago, and those
that nobody went on with, with notice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import formats, timezone

from console.models import Draft
from console.tidying import retention_is_some_time
from pools import pruning, watching
from pools.models import Chore, Order
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


def test_drafts_that_became_an_order_long_ago_go_and_younger_ones_stay() -> None:
    draft(days=200, placed=OrderState.ACCEPTED)
    stay = {draft(days=100, placed=OrderState.ACCEPTED)}

    assert pruning.prune()["drafts"] == 1
    assert set(Draft.objects.all()) == stay


def test_drafts_may_be_kept_for_ever(settings: Any) -> None:
    settings.RETAIN_DRAFTS_DAYS = settings.RETAIN_IDLE_DRAFTS_DAYS = 0
    draft(days=9000, placed=OrderState.ACCEPTED)
    draft(days=9000)
    the_rule_is_known_since(days=30)

    assert pruning.prune().items() >= {"drafts": 0, "idle drafts": 0}.items()


def the_rule_is_known_since(*, days: float) -> None:
    known = {"idle drafts since": (timezone.now() - timedelta(days=days)).isoformat()}
    Chore.objects.update_or_create(name="prune", defaults={"state": known})


def test_what_is_watched_stays_until_that_is_over() -> None:
    the_rule_is_known_since(days=8)
    row = draft(days=31)
    watch = builders.watch(team=row.team, by=row.owner, draft=row.pk)
    assert pruning.prune()["idle drafts"] == 0

    watching.cancel(watch, by=row.owner)
    assert pruning.prune()["idle drafts"] == 1


def test_drafts_that_nobody_went_on_with_go_and_those_saved_lately_stay() -> None:
    the_rule_is_known_since(days=8)
    draft(days=31)
    draft(days=31, placed=OrderState.REFUSED)
    stay = {draft(days=29), draft(days=31, placed=OrderState.ACCEPTED)}

    assert pruning.prune()["idle drafts"] == 2
    assert set(Draft.objects.all()) == stay


def test_no_draft_goes_before_people_could_read_for_a_week_that_it_will() -> None:
    draft(days=300)
    assert pruning.prune()["idle drafts"] == 0
    assert Chore.objects.get().state["idle drafts since"]


def test_whoever_begins_an_order_reads_when_each_draft_goes_and_is_warned_a_week_before(client: Client) -> None:
    soon = draft(days=24)
    Draft.objects.create(team=soon.team, project=soon.project, owner=soon.owner)
    client.force_login(soon.owner)
    page = client.get("/orders/new/").content.decode()
    gone = formats.date_format(timezone.localtime(soon.saved_at + timedelta(days=30)), "DATE_FORMAT")
    assert page.count(f"It goes on {gone}, unless somebody saves it.") == 1
    assert page.count("kept until") == 1


@pytest.mark.parametrize(("days", "is_wrong"), [(0, False), (400, False), (-1, True), (10**9, True)])
def test_less_than_no_time_is_not_started_with(settings: Any, days: int, is_wrong: bool) -> None:
    settings.RETAIN_HISTORY_DAYS = days

    assert [error.id for error in retention_is_some_time()] == ["console.E002"] * is_wrong
