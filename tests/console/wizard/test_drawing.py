"""One node, drawn: a lane per group, a drive per disk, and words that say the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from console.wizard.assembly import gather, scatter
from console.wizard.drawing import MOST_DRIVES, WIDE, Node, nodes
from console.wizard.situation import Situation
from tests.console.wizard.catalog import CPU, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def of(count: Any = 8, **parts: Any) -> dict[str, Any]:
    return order(resources=[{"flavor": CPU, "count": count, **parts}])


def disk(size: Any, number: Any = 1, group: str = "default") -> dict[str, Any]:
    return {"volumeType": "SSD", "size": size, "count": number, "extendParams": {"volumeGroup": group}}


def drawn(vision: Vision, draft_of: MakeDraft, document: dict[str, Any]) -> Node:
    typed, kept = scatter(document)
    situation = Situation(draft_of(document), vision.lena, typed, kept)
    return nodes(situation, gather(typed, kept).document, ["r1"])[0]


def test_the_longest_group_is_as_wide_as_the_drawing(vision: Vision, draft_of: MakeDraft) -> None:
    node = drawn(vision, draft_of, of(dataVolumes=[disk("500", 2), disk("250", group="vgpaas")]))
    assert [lane.length for lane in node.lanes[1:]] == [WIDE, WIDE // 4]
    assert len(node.lanes[1].drives) == 2


def test_what_is_added_is_told_for_one_node_and_for_all(vision: Vision, draft_of: MakeDraft) -> None:
    root = {"volumeType": "SSD", "size": "100"}
    assert drawn(vision, draft_of, of(rootVolume=root, dataVolumes=[disk("500", 3)])).total == (
        "1.6 TiB a node, 12.5 TiB in 8 nodes"
    )


@pytest.mark.parametrize(
    "odd", [disk("much"), disk("1e9"), disk("9" * 40), disk("100", -5), disk("100", "many"), disk("²")]
)
def test_a_slip_draws_a_lane_all_the_same(vision: Vision, draft_of: MakeDraft, odd: dict[str, Any]) -> None:
    node = drawn(vision, draft_of, of(count="x", dataVolumes=[odd]))
    assert all(drive.width >= 1 for lane in node.lanes for drive in lane.drives)


def test_many_disks_are_told_and_not_all_drawn(vision: Vision, draft_of: MakeDraft) -> None:
    lane = drawn(vision, draft_of, of(dataVolumes=[disk("100", 500)])).lanes[1]
    assert len(lane.drives) == MOST_DRIVES
    assert "500 disks" in lane.detail


def test_the_drawing_stands_beside_the_disks(lena: Client, draft_of: MakeDraft) -> None:
    group = {"volumeGroup": "vguser1", "lvmConfig": {"lvType": "striped", "path": "/data"}}
    document = of(dataVolumes=[disk("500", 2, "vguser1")], volumeGroupConfigs=[group])
    page = text_of(lena.get(url(draft_of(document), "disks")))
    figure = page[page.index("<figure") : page.index("</figure>")]
    assert figure.count("<rect") == 3
    assert re.search(r"2 disks · striped · /data", figure)


def test_the_drawing_follows_what_is_typed(lena: Client, draft_of: MakeDraft) -> None:
    typed = {"same": "on", "r1-disk": "d1", "r1-d1-type": "SSD", "r1-d1-size": "300", "r1-d1-group": "default"}
    answer = lena.post(url(draft_of(of()), "disks"), {"version": 0, **typed}, headers={"Accept": "application/json"})
    assert "300 GiB" in answer.json()["parts"]["nodes"]
