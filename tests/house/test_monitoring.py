"""Sample alerts and dashboard speak only of figures that the console tells, and of labels that these have."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from console import metrics
from pools import counting, reporting
from pools.models import Presence
from tests import builders
from tests.console.scenes import scene
from tests.running import ROOT

MONITORING = ROOT / "deploy" / "monitoring"
RULES: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((MONITORING / "alerts.yaml").read_text())["groups"] for rule in group["rules"]
]
DASHBOARD: dict[str, Any] = json.loads((MONITORING / "dashboard.json").read_text())
ASKED = {rule["alert"]: rule["expr"] for rule in RULES} | {
    panel["title"]: " ".join(target["expr"] for target in panel["targets"]) for panel in DASHBOARD["panels"]
}
SELECTOR = re.compile(r"(poolhouse_\w+)(?:\{([^}]*)\})?")


@pytest.fixture
def told(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, set[str]]:
    """Every sample that a console with some past tells, with its labels."""
    settings.MONITORING_TOKEN = "monitoring-token-of-the-tests"
    monkeypatch.setattr(metrics, "_told", (-metrics.GOOD_FOR, b""))
    scene().waiting()
    builders.project(name="ill", failing_since=timezone.now())
    counting.take()
    counting.count("upstream_calls", method="GET", result="ok")
    counting.count("upstream_seconds", method="GET")
    counting.count("sign_ins", result="shut")
    counting.count("pruned_rows", kind="phases")
    reporting.report("host:1", {role: timezone.now() for role in Presence.Role})
    text = Client().get("/metrics", headers={"Authorization": f"Bearer {settings.MONITORING_TOKEN}"}).content.decode()
    families = text_string_to_metric_families(text)
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}


@pytest.mark.parametrize("what", ASKED)
def test_every_figure_that_is_asked_for_is_told_with_these_labels(what: str, told: dict[str, set[str]]) -> None:
    asked = SELECTOR.findall(ASKED[what])
    assert asked or what == "PoolhouseDoesNotAnswer"
    for name, labels in asked:
        assert name in told
        assert set(re.findall(r"(\w+)\s*=~?", labels)) <= told[name]
    for name in re.findall(r"by \(([^)]*)\)", ASKED[what]):
        assert any(name in told[figure] for figure, _ in asked)


@pytest.mark.parametrize("what", ASKED)
def test_every_expression_is_closed(what: str) -> None:
    for opening, closing in ("()", "{}", "[]"):
        assert ASKED[what].count(opening) == ASKED[what].count(closing)


def test_every_figure_is_explained_and_no_other(told: dict[str, set[str]]) -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    rows = [line for line in page.splitlines() if line.startswith("| `poolhouse_")]
    explained = set(re.findall(r"poolhouse_\w+", " ".join(rows))) | {"poolhouse_sweep_seconds_sum"}
    assert explained == set(told)


@pytest.mark.parametrize("rule", RULES, ids=[rule["alert"] for rule in RULES])
def test_every_alert_says_how_bad_it_is_and_what_it_means(rule: dict[str, Any]) -> None:
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert {"summary", "description"} <= rule["annotations"].keys()
    used = set(re.findall(r"\$labels\.(\w+)", " ".join(rule["annotations"].values())))
    assert all(label in rule["expr"] or label == "project" for label in used)


def test_no_two_panels_share_a_place_or_a_number() -> None:
    panels = DASHBOARD["panels"]
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_prometheus_asks_where_the_figures_are_with_the_token_that_is_mounted() -> None:
    [job] = yaml.safe_load((MONITORING / "prometheus.yaml").read_text())["scrape_configs"]
    compose = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
    assert job["authorization"]["credentials_file"] == compose["x-environment"]["MONITORING_TOKEN_FILE"]
    assert job["static_configs"][0]["targets"] == ["web:8000"]
