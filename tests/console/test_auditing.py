"""Who did what to a pool: on its tab and as a file, narrowed to one person, and no more than the reader is to know."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pools.models import Adoption, Decision, Deletion, Pool, Reading, Resize, Watch
from pools.states import ErrandState, WatchState
from pools.wire.digest import digest
from tests import builders
from tests.console.scenes import Scene


@pytest.fixture
def pool(client: Client, scene: Scene) -> Pool:
    client.force_login(scene.member)
    body = builders.payload(name="vision-train")
    return builders.pool(order=scene.order(state="accepted", name="vision-train", body=body, trace="click-1"))


def told(client: Client, pool: Pool, **asked: str) -> list[dict[str, Any]]:
    answer = client.get(reverse("pool-audit-as", args=[pool.pk, "json"]), asked)
    entries: list[dict[str, Any]] = json.loads(answer.content)["entries"]
    return entries


def acts(client: Client, pool: Pool, **asked: str) -> list[tuple[str, str, str]]:
    return [(one["what"], one["by"], one["result"]) for one in told(client, pool, **asked)]


def page(client: Client, pool: Pool, **asked: str) -> str:
    return " ".join(client.get(reverse("pool-audit", args=[pool.pk]), asked).content.decode().split())


def test_each_act_names_who_what_by_which_click_and_what_came_of_it(client: Client, pool: Pool) -> None:
    [placed] = told(client, pool)
    assert placed.pop("at").startswith(str(timezone.now().year))
    assert placed == {
        "by": "lena", "what": "order.placed", "about": "", "result": "accepted", "note": "", "click": "click-1",
        "digest": digest(builders.payload(name="vision-train")),
    }  # fmt: skip
    html = page(client, pool)
    for words in ("Placed the order", placed["digest"], "click-1", "Accepted"):
        assert words in html


def test_everything_that_people_did_is_told_the_latest_first(client: Client, scene: Scene, pool: Pool) -> None:
    assert pool.order
    by: dict[str, Any] = {"by": scene.member}
    builders.watch(team=scene.team, by=scene.member, state=WatchState.PLACED, due_at=None, order=pool.order)
    builders.decision(
        order=pool.order, by=scene.admin, state=ErrandState.WITHDRAWN, verdict=Decision.Verdict.REJECTED, reason="No"
    )
    builders.decision(order=pool.order, by=scene.admin, state=ErrandState.DONE)
    patch = json.dumps({"spec": {"resources": []}})
    common: dict[str, Any] = {"pool": pool, "body": patch, "was": patch}
    Resize.objects.create(**by, **common, state=ErrandState.DONE, approved_by=scene.admin, approved_at=timezone.now())
    ended = {"state": ErrandState.WITHDRAWN, "ended_by": scene.admin, "reason": "Too large"}
    Resize.objects.create(**by, **common, **ended)
    Deletion.objects.create(**by, pool=pool, state=ErrandState.FAILED)
    builders.intervention(**by, pool=pool, state=ErrandState.DONE)
    builders.refit(**by, pool=pool, state=ErrandState.DONE, retried="Notebook")
    Reading.objects.create(project=pool.project, pool=pool, asked_by=scene.admin)
    now = timezone.now()
    Pool.objects.filter(pk=pool.pk).update(drift_meant="abc", drift_meant_by=scene.admin, drift_meant_at=now)

    found = told(client, pool)

    assert sorted({one["what"] for one in found}) == [
        "decision.undone", "deletion.asked", "drift.meant", "intervention.asked", "order.approved", "order.placed",
        "order.rejected", "order.watched", "pool.read", "refit.asked", "resize.approved", "resize.asked",
        "resize.rejected",
    ]  # fmt: skip
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
    assert {"restart · node-one", "Notebook tried again"} <= {one["about"] for one in found}
    assert "Too large" in (html := page(client, pool))
    # Everything is told in words.
    assert not re.search(r'class="strong">\w+\.\w+<', html)


def test_it_is_narrowed_to_one_person_on_the_page_and_in_the_file(client: Client, scene: Scene, pool: Pool) -> None:
    Deletion.objects.create(pool=pool, by=scene.admin, state=ErrandState.RECORDED)
    assert acts(client, pool, by="mia") == [("deletion.asked", "mia", "recorded")]
    assert "Placed the order" not in page(client, pool, by="mia")
    # Who did nothing here is nobody in particular.
    assert len(acts(client, pool, by="sam")) == len(acts(client, pool)) == 2


def test_no_spreadsheet_takes_a_reason_for_a_formula(client: Client, scene: Scene, pool: Pool) -> None:
    assert pool.order
    builders.decision(
        order=pool.order, by=scene.admin, verdict=Decision.Verdict.REJECTED, reason='=HYPERLINK("http://x")'
    )
    answer = client.get(reverse("pool-audit-as", args=[pool.pk, "csv"]))
    text = answer.content.decode().removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["note"] for row in rows] == ['\'=HYPERLINK("http://x")', ""]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="vision-train-audit-')


def test_who_looked_while_a_pool_was_nobodys_is_told_to_their_own_team_alone(
    client: Client, scene: Scene, pool: Pool
) -> None:
    found = builders.pool(project=scene.project, team=scene.team, name="found")
    Adoption.objects.create(pool=found, team=scene.team, by=scene.admin)
    for person in (scene.stranger, scene.admin):
        Reading.objects.create(project=found.project, pool=found, asked_by=person, state=Reading.State.DONE)
    assert sorted(acts(client, found)) == [("pool.adopted", "mia", ""), ("pool.read", "mia", "done")]


@pytest.mark.parametrize("form", ["xml", "csvx"])
def test_there_is_no_other_form_of_it(client: Client, pool: Pool, form: str) -> None:
    assert client.get(reverse("pool-audit-as", args=[pool.pk, form])).status_code == 404


def test_a_watch_tells_what_was_agreed_to(client: Client, scene: Scene, pool: Pool) -> None:
    watch = builders.watch(team=scene.team, by=scene.member, state=WatchState.PLACED, due_at=None, order=pool.order)
    Watch.objects.update(trace="click-0")
    [watched] = [one for one in told(client, pool) if one["what"] == "order.watched"]
    assert (watched["digest"], watched["click"]) == (watch.digest, "click-0")


@pytest.mark.parametrize("name", ['a"; filename="b.exe', "a\r\nSet-Cookie: b=c", "池", "../.."])
def test_a_pool_may_be_called_what_no_header_can_say(client: Client, scene: Scene, name: str) -> None:
    pool = scene.pool(name="vision-one")
    Pool.objects.filter(pk=pool.pk).update(name=name)
    client.force_login(scene.admin)
    answer = client.get(reverse("pool-audit-as", args=[pool.pk, "csv"]))
    assert re.fullmatch(r'attachment; filename="[\w-]+-audit-[\d-]+\.csv"', answer["Content-Disposition"], re.ASCII)
