"""Differences in the words of people."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.template.loader import render_to_string

from console.differing import MOST_LINES, in_words
from pools.wire.differing import differences
from tests.builders import payload

NPU = "modelarts.npu.8u"


def ordered(
    count: int = 8, *, annotations: dict[str, str] | None = None, spec: Any = None, **nodes: Any
) -> dict[str, Any]:
    document = payload(resources=[{"flavor": NPU, "count": count, **nodes}], **(spec or {}))
    document["metadata"]["annotations"] |= annotations or {}
    return document


def placed(**zones: int) -> dict[str, Any]:
    return {"count": sum(zones.values()), "azs": [{"az": az, "count": count} for az, count in zones.items()]}


def encoded(script: str) -> str:
    return base64.b64encode(script.encode()).decode()


def disks(*sizes: str) -> dict[str, Any]:
    each = [{"volumeType": "SSD", "size": size, "extendParams": {"volumeGroup": "vgpaas"}} for size in sizes]
    return {"dataVolumes": each}


SENTENCES = [
    (ordered(**placed(az1=8)), ordered(**placed(az1=8, az2=8)), "+", f"8 × {NPU} in az2"),
    (ordered(**placed(az1=8)), ordered(**placed(az1=6)), "−", f"2 × {NPU} in az1 (8 → 6)"),
    (ordered(8), ordered(9), "+", f"1 × {NPU}, zone chosen by the cloud (8 → 9)"),
    (ordered(8), ordered(**placed(az1=8)), "→", f"{NPU}: zones chosen by the cloud → 8 × az1"),
    (ordered(rootVolume={"size": "100"}), ordered(rootVolume={"size": "500"}), "→", "System disk: 100 GiB → 500 GiB"),
    (ordered(**disks("100")), ordered(**disks("500", "500")), "→",
     "Disks of group vgpaas: 1 × 100 GiB SSD → 2 × 500 GiB SSD"),
    (ordered(), ordered(tags=[{"key": "team", "value": "vision"}]), "+", "Tag team: vision"),
    (ordered(spec={"scope": ["Train"]}), ordered(spec={"scope": ["Train", "Infer"]}), "+", "Job type Infer"),
    (ordered(), ordered(spec={"driver": {"updateStrategy": "force"}}), "+",
     "Later driver upgrades: force (Upgrade at once, even under running jobs)"),
    (ordered(), ordered(spec={"ipv6enable": True}), "→", "IPv6: no → yes"),
    (ordered(), ordered(annotations={"os.modelarts/billing.mode": "1"}), "→",
     "Billing: Pay-per-use → Monthly or yearly, paid in advance"),
    (ordered(), ordered(annotations={"os.modelarts/auto.pay": "1"}), "→", "Paid by itself: no → yes"),
    (ordered(extendParams={"dockerBaseSize": "50"}), ordered(extendParams={"dockerBaseSize": "0"}), "→",
     "Container space: 50 GiB → unlimited"),
    (ordered(volumeGroupConfigs=[{"volumeGroup": "vgpaas", "dockerThinPool": 60}]),
     ordered(volumeGroupConfigs=[{"volumeGroup": "vgpaas", "dockerThinPool": 90}]), "→",
     "Containers' share of vgpaas: 60 % → 90 %"),
    (ordered(), ordered(spec={"zebra": {"stripes": [1, 2]}}), "+", "spec.zebra.stripes: [1,2]"),
]  # fmt: skip


@pytest.mark.parametrize(("was", "became", "sign", "text"), SENTENCES, ids=[case[3] for case in SENTENCES])
def test_a_difference_is_a_sentence(was: dict[str, Any], became: dict[str, Any], sign: str, text: str) -> None:
    (line,) = in_words(differences(was, became)).lines
    assert (line.sign, line.text) == (sign, text)


def test_a_script_is_shown_as_text_before_and_after() -> None:
    was, became = (ordered(extendParams={"postInstall": encoded(script)}) for script in ("echo 1", "echo <2>"))
    (line,) = in_words(differences(was, became)).lines
    assert (line.before, line.after) == ("echo 1", "echo <2>")


def test_what_belongs_together_stands_under_one_heading() -> None:
    became = ordered(9, rootVolume={"size": "100"}, spec={"scope": ["Infer"], "zebra": 1})
    titles = [group.title for group in in_words(differences(ordered(), became)).groups]
    assert titles == ["Nodes", f"Each node of {NPU}", "What it runs, and where", "Keys without a name here"]


def test_nothing_that_differs_is_nothing_to_tell() -> None:
    assert not in_words(differences(ordered(), ordered()))


def test_a_flood_of_differences_is_cut_and_counted() -> None:
    told = in_words(differences(ordered(), ordered(spec={f"key-{n}": n for n in range(MOST_LINES + 3)})))
    assert (len(told.lines), told.left_out) == (MOST_LINES, 3)


def test_the_part_escapes_what_people_typed() -> None:
    became = ordered(spec={"<b>": "<script>"}, extendParams={"postInstall": encoded("echo <hello>")})
    html = render_to_string("components/differences.html", {"told": in_words(differences(ordered(), became))})
    assert "<script>" not in html
    assert "spec.&lt;b&gt;: &lt;script&gt;" in html
    assert "echo &lt;hello&gt;" in html
