"""The rows of a dashboard: narrowed, sorted, in chosen columns, beside the list, selected, and as files."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pools.models import CatalogPart, Order, Pool, Project, Reading, Stretch
from pools.stages import Stage
from pools.states import OrderState
from pools.wire.enums import Phase
from tests import builders
from tests.console.scenes import Scene


def names(client: Client, **asked: Any) -> list[str]:
    return [line.row.name for line in client.get("/", asked).context["lines"]]


def heard(name: str, *, flavor: str, zone: str = "az1", job: str = "Train", **status: Any) -> dict[str, Any]:
    document = builders.heard(name=name, **status)
    document["spec"] |= {
        "scope": [job],
        "resources": [{"flavor": flavor, "count": 2, "azs": [{"az": zone, "count": 2}]}],
    }
    return document


def text_of(answer: Any) -> str:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer).decode()


def table(client: Client, **asked: Any) -> list[dict[str, str]]:
    text = text_of(client.get("/rows.csv", asked))
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


# Narrowing


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"flavor": "npu.8u"}, ["vision-npu"]),
        ({"zone": "az2"}, ["vision-cpu"]),
        ({"job": "Infer"}, ["vision-cpu"]),
        ({"flavor": "npu"}, []),
        ({"flavor": "npu.8u", "zone": "az2"}, []),
        ({"flavor": "npu.8u\njob=Train"}, []),
        ({"zone": "%"}, []),
    ],
)
def test_a_whole_word_of_the_cloud_narrows_the_list(
    client: Client, scene: Scene, asked: dict[str, str], found: list[str]
) -> None:
    scene.pool(name="vision-npu", document=heard("vision-npu", flavor="npu.8u"))
    scene.pool(name="vision-cpu", document=heard("vision-cpu", flavor="cpu.16u", zone="az2", job="Infer"))
    client.force_login(scene.member)
    assert names(client, **asked) == found


def test_an_order_without_a_pool_is_narrowed_by_what_it_asks_for(client: Client, scene: Scene) -> None:
    scene.order(name="vision-train")
    scene.order(name="vision-infer", body=builders.payload(name="vision-infer", scope=["Infer"]))
    client.force_login(scene.member)
    assert names(client, job="Infer") == ["vision-infer"]


def test_counters_and_nodes_are_of_what_the_filters_leave(client: Client, scene: Scene) -> None:
    scene.pool(name="vision-npu", document=heard("vision-npu", flavor="npu.8u"))
    scene.pool(name="vision-cpu")
    client.force_login(scene.member)
    context = client.get("/", {"flavor": "npu.8u"}).context
    assert {counter.group: counter.number for counter in context["counters"]}["Running"] == 1
    assert [(share.key, share.number) for share in context["shares"] if share.number] == [
        ("available", 1),
        ("unheard", 1),
    ]


def test_every_filter_that_is_on_is_a_chip_that_takes_itself_off_alone(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    asked = {"q": "vision", "phase": "Failed", "flavor": "npu.8u", "zone": "az1", "job": "Train", "mine": "yes",
             "project": str(scene.project.pk)}  # fmt: skip
    chips = client.get("/", asked).context["chips"]
    left = [{name: value for name, [value] in parse_qs(chip.query).items() if name != "team"} for chip in chips]
    assert sorted(asked) == sorted(name for one in left for name in asked if name not in one)
    assert all(len(one) == len(asked) - 1 for one in left)


def test_a_filter_that_finds_nothing_tells_how_much_there_is_without_it(
    client: Client, scene: Scene, django_assert_num_queries: DjangoAssertNumQueries, settings: Any
) -> None:
    scene.pool()
    scene.order()
    client.force_login(scene.member)
    # One more than a dashboard with rows: what there is without the filters.
    with django_assert_num_queries(11 + settings.ENDPOINT_ENABLED):
        html = client.get("/", {"flavor": "none"}).content.decode()
    assert "Without these filters there are 2 rows." in html
    assert "Flavor: none" in html


@pytest.mark.parametrize("value", ["\0", "x" * 5000, "<script>alert(1)</script>", "\n=", "ſ" * 200])
def test_hostile_words_find_nothing_and_are_shown_harmless(client: Client, scene: Scene, value: str) -> None:
    scene.pool()
    client.force_login(scene.member)
    names = ("flavor", "zone", "job", "column", "beside", "sort")
    answer = client.get(f"/?{urlencode(dict.fromkeys(names, value))}")
    assert answer.status_code == 200
    assert "<script>alert" not in answer.content.decode()


# Order and columns


def test_a_click_on_a_head_sorts_and_the_next_one_turns_round(client: Client, scene: Scene) -> None:
    for name in ("vision-b", "vision-a"):
        scene.pool(name=name)
    client.force_login(scene.member)
    first = client.get("/").context["heads"][0]
    assert names(client, sort="name") == ["vision-a", "vision-b"]
    assert "sort=name" in first[1]
    answer = client.get("/", {"sort": "name"})
    assert 'aria-sort="ascending"' in answer.content.decode()
    assert "sort=name-down" in answer.context["heads"][0][1]
    assert names(client, sort="name-down") == ["vision-b", "vision-a"]


def test_chosen_columns_are_shown_and_go_along_with_every_link(client: Client, scene: Scene) -> None:
    scene.pool(name="vision-one")
    client.force_login(scene.member)
    answer = client.get("/", {"column": ["jobs", "age", "<b>"]})
    html = answer.content.decode()
    assert 'data-label="Job types"' in html
    assert 'data-label="Ordered by"' not in html
    assert "column=jobs&column=age" in answer.context["counters"][0].query


# Overdue


def overdue(pool: Pool) -> Stretch:
    """What the pool is at takes it longer than nine in ten took."""
    ago = timezone.now() - timedelta(hours=1)
    return Stretch.objects.create(
        project=pool.project, pool=pool, stage=Stage.CREATING, began_at=ago, usually=60, at_most=90, late_after=ago
    )


def test_what_is_overdue_is_counted_beside_its_phase_and_can_be_looked_for(client: Client, scene: Scene) -> None:
    overdue(scene.pool(Phase.CREATING, name="vision-late"))
    scene.pool(Phase.CREATING, name="vision-soon")
    over = overdue(scene.pool(Phase.RUNNING, name="vision-done"))
    Stretch.objects.filter(pk=over.pk).update(ended_at=timezone.now())
    client.force_login(scene.second_admin)
    answer = client.get("/", {"phase": "Overdue"})
    counts = {counter.group: counter.number for counter in answer.context["counters"]}
    assert [line.row.name for line in answer.context["lines"]] == ["vision-late"]
    assert (counts["Overdue"], counts["Creating"], answer.context["number"]) == (1, 2, 1)
    assert client.get("/").context["number"] == 3


def test_what_is_overdue_needs_whoever_ordered_it_and_admins(client: Client, scene: Scene) -> None:
    pool = scene.pool(Phase.CREATING, name="vision-late")
    overdue(pool)
    for who, needs in ((scene.member, ["overdue"]), (scene.admin, ["overdue"]), (scene.stranger, [])):
        client.force_login(who)
        answer = client.get("/")
        assert [need.kind for need in answer.context["needs"]] == needs
        assert ("longer than nine in ten took" in answer.content.decode()) is bool(needs)


# Since yesterday


def test_each_counter_says_by_how_much_it_grew_since_yesterday(client: Client, scene: Scene) -> None:
    now = timezone.now()
    ready, old, gone = scene.pool(), scene.pool(), scene.pool(gone_at=now - timedelta(hours=2))
    for pool, at in (
        (ready, now - timedelta(hours=3)),
        (old, now - timedelta(days=2)),
        (gone, now - timedelta(days=3)),
    ):
        builders.phase_change(pool=pool, became=Phase.CREATING, at=at - timedelta(minutes=20))
        builders.phase_change(pool=pool, was=Phase.CREATING, became=Phase.RUNNING, at=at)
    builders.phase_change(pool=builders.pool(team=builders.team(), phase=Phase.RUNNING), became=Phase.RUNNING, at=now)
    client.force_login(scene.member)
    counters = {counter.group: counter.change for counter in client.get("/").context["counters"]}
    # One came and one went.
    assert (counters["Creating"], counters["Running"], counters["Gone"]) == ("", "", "+1")
    Pool.objects.filter(pk=gone.pk).delete()
    counters = {counter.group: counter.change for counter in client.get("/").context["counters"]}
    assert (counters["Running"], counters["Gone"]) == ("+1", "")


def test_what_is_narrowed_is_not_held_against_yesterday(client: Client, scene: Scene) -> None:
    builders.phase_change(pool=scene.pool(), became=Phase.RUNNING)
    client.force_login(scene.member)
    assert [counter.change for counter in client.get("/?phase=Running").context["counters"] if counter.change] == ["+1"]
    assert not [counter.change for counter in client.get("/?q=x").context["counters"] if counter.change]


# Nodes


def test_nodes_are_told_by_state_and_what_is_wanted_and_not_there(client: Client, scene: Scene) -> None:
    one = [{"flavor": "npu.8u", "count": 1}]
    resources = {"available": one * 3, "creating": one, "abnormal": one * 2, "deleting": one}
    document = heard("vision-one", flavor="npu.8u", resources=resources)
    document["spec"]["resources"][0]["count"] = 9
    scene.pool(name="vision-one", document=document)
    client.force_login(scene.member)
    shares = client.get("/").context["shares"]
    assert [(share.key, share.number, share.x) for share in shares] == [
        ("available", 3, 0), ("creating", 1, 3), ("abnormal", 2, 4), ("deleting", 1, 6), ("unheard", 2, 7),
    ]  # fmt: skip


def test_a_quota_of_pools_is_told_of_projects_that_serve_the_team(client: Client, scene: Scene) -> None:
    elsewhere = builders.project(teams=(builders.team(),), name="Elsewhere")
    for project in (scene.project, elsewhere):
        builders.catalog_part(
            project=project,
            kind=CatalogPart.Kind.QUOTAS,
            document={"quotas": {"resources": [{"type": "pool", "quota": 15, "used": 11}]}},
        )
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.FLAVORS)
    client.force_login(scene.member)
    html = client.get("/").content.decode()
    assert f"11 of 15 pools in {scene.project}" in html
    assert "Elsewhere" not in html


# Beside the list


def test_a_row_is_shown_beside_the_list_with_what_is_ready_and_what_happened(client: Client, scene: Scene) -> None:
    pool = scene.pool(name="vision-one")
    builders.phase_change(pool=pool, became=Phase.RUNNING)
    client.force_login(scene.member)
    for address in ("/", "/beside/"):
        html = client.get(address, {"beside": f"order-{pool.order_id}"}).content.decode()
        panel = html[html.index('<aside class="beside"') :]
        for said in (pool.pool_id, "Conditions", "Timeline", "Order placed", "Read the cloud now"):
            assert said in panel


def test_an_order_without_a_pool_can_be_looked_at_too(client: Client, scene: Scene) -> None:
    order = scene.order(state=OrderState.REFUSED, failure_message="The flavor is sold out.")
    client.force_login(scene.member)
    assert "sold out" in client.get("/beside/", {"beside": f"order-{order.pk}"}).content.decode()


@pytest.mark.parametrize("key", ["pool-{0}", "order-{1}", "pool-0", "pool-x", "x", "pool-" + "9" * 30])
def test_what_one_may_not_see_is_shown_beside_no_list(client: Client, scene: Scene, key: str) -> None:
    pool = scene.pool(name="vision-one")
    client.force_login(scene.stranger)
    html = client.get("/", {"beside": key.format(pool.pk, pool.order_id)}).content.decode()
    assert "vision-one" not in html
    assert 'data-key-of="" aria-labelledby="beside-title" tabindex="-1" hidden' in html


def test_parts_bring_the_panel_that_stands_open_and_the_order_of_rows(client: Client, scene: Scene) -> None:
    pool, other = scene.pool(name="vision-one"), scene.pool(name="vision-two")
    client.force_login(scene.member)
    html = client.get("/parts/", {"team": "vision", "beside": f"order-{pool.order_id}"}).content.decode()
    assert f'data-key-of="order-{pool.order_id}"' in html
    assert f'data-order-of-rows="order-{other.order_id} order-{pool.order_id}"' in html


def test_looking_beside_costs_what_one_pool_costs(
    client: Client, scene: Scene, django_assert_num_queries: DjangoAssertNumQueries, settings: Any
) -> None:
    pool = scene.pool()
    client.force_login(scene.admin)
    # Session, user, seats; the row, its pool with stages, phases, deletions, resizes, refits, interventions,
    # decisions, readings; steering.
    with django_assert_num_queries(13 + settings.ENDPOINT_ENABLED):
        client.get("/beside/", {"beside": f"order-{pool.order_id}"})


# Selected rows


def test_selected_pools_are_read_and_the_others_are_said_to_be_skipped_and_why(client: Client, scene: Scene) -> None:
    living, gone, unmade = scene.pool(), scene.pool(gone_at=timezone.now()), scene.order()
    client.force_login(scene.member)
    rows = [f"order-{living.order_id}", f"order-{gone.order_id}", f"order-{unmade.pk}"]
    answer = client.post("/rows/read/", {"row": rows, "back": "team=vision&phase=Gone"})
    assert answer.headers["Location"] == "/?team=vision&phase=Gone"
    assert [reading.pool_id for reading in Reading.objects.all()] == [living.pk]
    html = client.get("/").content.decode()
    for said in ("1 pool is being read.", "skipped: gone from the cloud.", "skipped: no pool of it is known yet."):
        assert said in html


def test_a_pool_that_was_read_for_somebody_a_moment_ago_is_left_alone(client: Client, scene: Scene) -> None:
    pool = scene.pool()
    Reading.objects.create(
        project=scene.project, pool=pool, asked_by=scene.admin, state=Reading.State.DONE, answered_at=timezone.now()
    )
    client.force_login(scene.member)
    client.post("/rows/read/", {"row": f"order-{pool.order_id}"})
    assert Reading.objects.count() == 1
    assert "skipped: read for somebody a moment ago." in client.get("/").content.decode()


def test_where_no_worker_is_at_work_the_button_says_why_it_does_nothing(client: Client, scene: Scene) -> None:
    pool = scene.pool()
    Project.objects.update(look_after=timezone.now() - timedelta(minutes=5))
    client.force_login(scene.member)
    html = client.get("/beside/", {"beside": f"order-{pool.order_id}"}).content.decode()
    assert 'disabled aria-describedby="beside-read"' in html
    assert "nobody reads the cloud at the moment" in html


def test_nobody_has_a_pool_read_that_they_may_not_see(client: Client, scene: Scene) -> None:
    pool = scene.pool()
    client.force_login(scene.stranger)
    client.post("/rows/read/", {"row": [f"pool-{pool.pk}", f"order-{pool.order_id}", "x"]})
    assert not Reading.objects.exists()


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example/", "\r\nX-Evil: 1", "x" * 9000, ""])
def test_after_an_act_the_way_back_never_leaves_the_console(client: Client, scene: Scene, back: str) -> None:
    client.force_login(scene.member)
    answer = client.post("/rows/read/", {"back": back})
    assert answer.headers["Location"].startswith("/?")
    assert "X-Evil" not in answer.headers


# Files


def test_a_file_holds_every_row_that_the_filters_find_and_no_other(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pools.queries.overview.ROWS_AT_ONCE", 2)
    for number in range(5):
        scene.pool(name=f"vision-{number}")
    scene.order(name="vision-order")
    scene.pool(name="other")
    client.force_login(scene.member)
    rows = table(client, q="vision", sort="name")
    assert [row["name"] for row in rows] == [*(f"vision-{number}" for number in range(5)), "vision-order"]
    assert (rows[0]["phase"], rows[0]["nodes_available"], rows[0]["ordered_by"]) == ("Running", "1", "lena")
    assert (rows[5]["order_state"], rows[5]["nodes_available"]) == ("placed", "")


def test_both_kinds_of_file_say_the_same(client: Client, scene: Scene) -> None:
    scene.pool(name="vision-one", document=heard("vision-one", flavor="npu.8u"))
    client.force_login(scene.member)
    told = json.loads(text_of(client.get("/rows.json")))
    [row] = told["rows"]
    assert (told["team"], told["left_out"]) == ("vision", 0)
    assert (row["flavors"], row["zones"], row["job_types"]) == (["2 × npu.8u"], ["az1"], ["Train"])
    assert {name for name, value in table(client)[0].items() if value} == {
        name for name, value in row.items() if value not in (None, "", [])
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝"])
def test_no_cell_of_a_file_is_a_formula(client: Client, scene: Scene, start: str) -> None:
    scene.pool(name="vision-one", message=f"{start}cmd|' /C calc'!A0")
    client.force_login(scene.member)
    assert table(client)[0]["message"].startswith(f"'{start}")


def test_a_file_ends_somewhere_and_says_what_it_left_out(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.dashboard.exporting.MOST_ROWS", 2)
    for _ in range(3):
        scene.pool()
    client.force_login(scene.member)
    assert [row["name"] for row in table(client)][2] == "1 more rows were left out: narrow the filters."
    told = json.loads(text_of(client.get("/rows.json")))
    assert (len(told["rows"]), told["left_out"]) == (2, 1)


def test_a_file_of_selected_rows_holds_those_one_may_see(client: Client, scene: Scene) -> None:
    one, two = scene.pool(name="vision-one"), scene.pool(name="vision-two")
    client.force_login(scene.member)
    chosen = json.loads(text_of(client.post("/rows.json", {"row": [f"order-{one.order_id}"]})))
    client.force_login(scene.stranger)
    hidden = json.loads(text_of(client.post("/rows.json", {"row": [f"order-{one.order_id}", f"pool-{two.pk}"]})))
    assert [row["name"] for row in chosen["rows"]] == ["vision-one"]
    assert hidden["rows"] == []


def test_a_file_tells_list_prices_with_their_currency_and_nothing_where_none_is_known(
    client: Client, scene: Scene
) -> None:
    """To the last digit, whatever stands in the columns of the page; and never for what costs nothing any more."""
    flavor = {"metadata": {"name": "modelarts.vm.cpu.16u64g.d"}, "spec": {"billingCode": "cpu"}}
    prices = {"hour": {"currency": "CNY", "amounts": {"cpu": "0.00015"}}}
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.FLAVORS, document={"items": [flavor]})
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.PRICES, document=prices)
    scene.order(name="priced", body=builders.payload(name="priced", count=2))
    scene.order(name="refused", body=builders.payload(name="refused"), state=OrderState.REFUSED)
    scene.order(name="other", body=builders.payload(name="other", resources=[{"flavor": "another", "count": 2}]))
    client.force_login(scene.member)
    columns = ("list_price", "list_price_currency", "list_price_per")
    told = {"priced": ("0.00030", "CNY", "hour"), "refused": ("", "", ""), "other": ("", "", "")}
    assert {row["name"]: tuple(row[column] for column in columns) for row in table(client)} == told
    rows = json.loads(text_of(client.get("/rows.json")))["rows"]
    assert {row["name"]: tuple(row[column] or "" for column in columns) for row in rows} == told


def test_a_file_of_nothing_is_whole_too(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    assert json.loads(text_of(client.get("/rows.json")))["rows"] == []
    assert table(client) == []


def test_a_file_tells_no_secret(client: Client, scene: Scene) -> None:
    scene.pool()
    client.force_login(scene.member)
    text = text_of(client.get("/rows.json")) + text_of(client.get("/rows.csv"))
    for secret in (scene.project.access_key, scene.project.secret_key):
        assert secret not in text


def test_times_in_a_file_are_whole_moments(client: Client, scene: Scene) -> None:
    at = timezone.now() - timedelta(hours=3)
    order = scene.order(placed_at=at)
    client.force_login(scene.member)
    assert table(client)[0]["ordered_at"] == Order.objects.get(pk=order.pk).placed_at.isoformat(timespec="seconds")


# What can be done with a row


def acts(client: Client, **asked: str) -> list[tuple[str, str, str]]:
    [line] = client.get("/", asked).context["lines"]
    return [(act.word, act.url, act.why_not) for act in line.acts]


def test_a_row_leads_to_what_can_be_done_with_it(client: Client, scene: Scene) -> None:
    order = scene.waiting()
    client.force_login(scene.admin)
    deleting, resizing, refitting = (
        reverse(act, args=[order.pool.pk]) for act in ("pool-delete", "pool-resize", "pool-refit")
    )
    assert acts(client) == [
        ("Approve or reject…", reverse("approval", args=[order.pk]), ""),
        ("Order", reverse("order", args=[order.pk]), ""),
        ("Copy into a new order…", f"{reverse('order-new')}?copy={order.pool.pk}", ""),
        ("Resize…", resizing, "Resize is possible in Running; this pool is Waiting."),
        ("Job types and drivers…", refitting, "Job types and drivers are changed in Running; this pool is Waiting."),
        ("Delete…", deleting, ""),
    ]
    builders.decision(order=order, by=scene.admin)
    builders.deletion(pool=order.pool, by=scene.member)
    assert [act[0] for act in acts(client)] == [
        "Order", "Copy into a new order…", "Resize…", "Job types and drivers…", "Delete…",
    ]  # fmt: skip
    assert acts(client)[-1] == ("Delete…", deleting, "Somebody asked for it already.")


def test_the_workspace_is_a_column_to_choose(client: Client, scene: Scene) -> None:
    scene.order(workspace_id="ws-blue")
    client.force_login(scene.member)
    assert "ws-blue" not in client.get("/").content.decode()
    assert "ws-blue" in client.get("/", {"column": "workspace"}).content.decode()
