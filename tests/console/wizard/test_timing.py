"""How long the pool will take to be created, told while its order is written and once it was placed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pools.models import Project, Stretch
from pools.stages import Stage
from pools.states import OrderState
from pools.wire.enums import Phase
from tests import builders
from tests.console.wizard.catalog import CPU, NPU, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def history(project: Project, *minutes: float, family: str = "flavor.cpu", size: str = "2-4") -> None:
    """Pools of that kind took so many minutes each."""
    now = timezone.now()
    for one in minutes:
        Stretch.objects.create(
            project=project, pool=builders.pool(project=project), stage=Stage.CREATING, family=family, size=size,
            began_at=now - timedelta(minutes=one), ended_at=now, teaches=True,
        )  # fmt: skip


def test_before_there_is_a_history_typical_values_are_told(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    assert "typically 18–28 min" in text_of(lena.get(url(draft, "labels")))
    assert "typically takes 18–28 min to be created" in text_of(lena.get(url(draft, "review")))


def test_the_history_of_such_pools_is_told_and_not_that_of_others(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    history(vision.project, 30, 31, 32, 33, 34, family="flavor.cpu.x86")
    told, other = draft_of(order()), draft_of(order(resources=[{"flavor": NPU, "count": 8}]))
    assert "usually 32–34 min" in text_of(lena.get(url(told, "flavors")))
    assert "usually takes 32–34 min to be created" in text_of(lena.get(url(told, "review")))
    assert "typically 18–28 min" in text_of(lena.get(url(other, "flavors")))


def test_what_is_told_is_the_whole_creation_until_the_pool_is_ready(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    history(vision.project, 30, 31, 32, 33, 34, family="flavor.cpu.x86")
    for one in list(Stretch.objects.all()):
        assert one.ended_at
        Stretch.objects.create(
            project=one.project, pool=one.pool, stage=Stage.SETTLING,
            began_at=one.ended_at, ended_at=one.ended_at + timedelta(minutes=5),
        )  # fmt: skip
    assert "usually takes 37–39 min to be created" in text_of(lena.get(url(draft_of(order()), "review")))


def test_what_another_project_took_says_nothing_here(lena: Client, draft_of: MakeDraft) -> None:
    history(builders.project(teams=(builders.team(),)), 30, 31, 32, 33, 34, family="flavor.cpu.x86")
    assert "usually" not in text_of(lena.get(url(draft_of(order()), "review")))


@pytest.mark.parametrize("resources", [[], [{"flavor": CPU}]], ids=str)
def test_nothing_is_told_while_nobody_knows_what_is_ordered(
    lena: Client, draft_of: MakeDraft, resources: list[dict[str, object]]
) -> None:
    page = text_of(lena.get(url(draft_of(order(resources=resources)), "labels")))
    assert "typically" not in page


@pytest.mark.parametrize("phase", ["", Phase.WAITING])
def test_the_orders_page_says_it_until_the_creation_begins(lena: Client, vision: Vision, phase: str) -> None:
    placed = builders.order(
        team=vision.team, placed_by=vision.lena, project=vision.project,
        state=OrderState.ACCEPTED if phase else OrderState.PLACED,
    )  # fmt: skip
    if phase:
        builders.pool(order=placed, phase=phase)
    assert "typically takes 18–28 min to be created" in text_of(lena.get(reverse("order", args=[placed.pk])))


def test_the_orders_page_says_how_far_the_creation_is(lena: Client, vision: Vision) -> None:
    placed = builders.order(team=vision.team, placed_by=vision.lena, project=vision.project, state=OrderState.ACCEPTED)
    Stretch.objects.create(
        project=vision.project, pool=builders.pool(order=placed, phase=Phase.CREATING), stage=Stage.CREATING,
        began_at=timezone.now() - timedelta(minutes=11), usually=1080.0, at_most=1680.0,
    )  # fmt: skip
    page = text_of(lena.get(reverse("order", args=[placed.pk])))
    assert "usually 18–28 min, now at 11 min" in page
    assert "to be created" not in page
