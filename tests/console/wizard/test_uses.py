"""What is on offer is told with how many pools use it, and how long it took: numbers, and nobody else's names."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from pools.estimates import FEW, family_of
from pools.models import Pool, Stretch
from pools.stages import Stage
from tests import builders
from tests.console.wizard.catalog import CPU, GPU, NETWORK, mirror, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def pool(vision: Vision, *, ours: bool = True, gone: bool = False, **spec: Any) -> Pool:
    """A pool of the project, on its network; of another team unless it is ours."""
    document = builders.heard(name="pool-x")
    document["spec"] |= {"network": {"name": NETWORK}, "resources": [{"flavor": CPU, "count": 2}], **spec}
    team = vision.team if ours else builders.team()
    gone_at = timezone.now() if gone else None
    return builders.pool(project=vision.project, team=team, document=document, gone_at=gone_at)


def line_of(page: str, flavor: str) -> str:
    table = page.split('class="table table--cards catalog"')[1].split("</table>", maxsplit=1)[0]
    found = next(line for line in table.split("<tr") if f">{flavor}</span>" in line)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_a_network_says_how_many_pools_of_the_project_stand_in_it(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    for ours, gone in ((True, False), (False, False), (True, True)):
        pool(vision, ours=ours, gone=gone)
    page = text_of(lena.get(url(draft_of(order()), "workload")))
    assert "net-blue · 192.168.0.0/17 · ready · 2 pools use it" in page
    assert "net-young · 192.168.128.0/17 · Creating<" in page


def test_a_flavor_says_how_many_pools_of_the_team_have_it(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    pool(vision)
    pool(vision, ours=False)
    pool(vision, gone=True)
    page = text_of(lena.get(url(draft_of(order()), "flavors")))
    assert "1 pool of the team" in line_of(page, CPU)
    assert "of the team" not in line_of(page, GPU)


def test_a_flavor_says_what_its_family_took_here_and_what_is_typical_before(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    began = timezone.now() - timedelta(days=1)
    for _ in range(FEW):
        made = pool(vision)
        Stretch.objects.create(
            project=vision.project, pool=made, stage=Stage.CREATING, family=family_of([CPU]), size="2-4",
            began_at=began, ended_at=began + timedelta(minutes=12), teaches=True,
        )  # fmt: skip
    page = text_of(lena.get(url(draft_of(order()), "flavors")))
    assert "usually 12 min" in line_of(page, CPU)
    assert "typically 18–28 min" in line_of(page, GPU)


def test_a_driver_says_since_when_there_is_it_and_how_many_pools_have_it(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    versions = {"470.57": {"creationTimestamp": "2026-01-12T08:00:00Z"}, "535.129": {"creationTimestamp": "soon"}}
    mirror(vision.project, drivers={"gpu": {"spec": {"versions": versions}}, "npu": {}})
    pool(vision, driver={"gpuVersion": "470.57"})
    told = pool(vision, ours=False, driver={"gpuVersion": "470.57"})
    told.document["status"]["driver"] = {"gpu": {"version": "535.129"}}
    told.save()
    page = text_of(lena.get(url(draft_of(order(resources=[{"flavor": GPU, "count": 1}])), "drivers")))
    assert "470.57, of 12 Jan 2026 · 1 pool uses it" in page
    assert ">535.129 · 1 pool uses it<" in page


def test_what_a_pool_says_strangely_is_not_counted_and_breaks_nothing(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    stranger: list[dict[str, Any]] = [{"network": []}, {"network": {"name": []}}, {"driver": "x"}]
    for strange in stranger:
        pool(vision, **strange)
    Pool.objects.filter(pk=pool(vision).pk).update(document=[])
    page = text_of(lena.get(url(draft_of(order(resources=[{"flavor": GPU, "count": 1}])), "workload")))
    assert "net-blue · 192.168.0.0/17 · ready · 1 pool uses it" in page


def test_the_quota_says_what_is_left_and_which_orders_hold_the_rest(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    own = builders.order(team=vision.team, placed_by=vision.lena, project=vision.project)
    theirs = builders.order(team=builders.team(), placed_by=builders.person(), project=vision.project)
    page = " ".join(text_of(lena.get(url(draft_of(order()), "flavors"))).split())
    assert "<span>10 left of 15</span>" in page
    assert f'3 in use. 1 is held by an order on its way: <a href="/orders/{own.pk}/">#{own.pk}</a> ' in page
    assert "1 is held by an order of another team. This order is one more." in page
    assert f"#{theirs.pk}<" not in page


def test_the_quota_says_that_there_is_no_room(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    mirror(vision.project, quotas={"quotas": {"resources": [{"type": "pool", "quota": "3", "used": "3"}]}})
    page = text_of(lena.get(url(draft_of(order()), "flavors")))
    assert "<span>0 left of 3</span>" in page
    assert "There is no room for this order." in page
