"""The dashboard: what needs me, counters that filter, every pool and order, told honestly and to nobody else."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pools.models import CatalogPart, Membership, Project
from pools.states import OrderState
from pools.tracking.weighing import weigh
from pools.wire.enums import Phase
from tests import builders
from tests.console.scenes import Scene


def page(client: Client, address: str = "/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode().replace("<wbr>", "")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_many_rows_of_every_kind(
    client: Client, scene: Scene, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(rows):
        scene.waiting()
        scene.order()
        scene.order(state=OrderState.REFUSED, placed_by=scene.admin)
        builders.decision(order=scene.waiting(), by=scene.admin)
        builders.deletion(pool=scene.pool(), by=scene.member)
        scene.pool(Phase.CREATION_FAILED)
    client.force_login(scene.admin)
    # Session, user, seats; orders, pools; counters, what is watched, needs, failed pools, projects. And, where the
    # endpoint is served, what of it is being steered.
    with django_assert_num_queries(10 + settings.ENDPOINT_ENABLED):
        page(client)


def test_a_row_says_what_where_who_and_since_when(client: Client, scene: Scene) -> None:
    scene.pool(Phase.RUNNING, name="vision-train")
    client.force_login(scene.admin)
    html = page(client)
    for said in ("vision-train", "Running", "modelarts.vm.cpu.16u64g.d", "lena", "Ready for Train", "1 / 1 nodes"):
        assert said in html


def test_a_stranger_sees_no_pool_of_the_team(client: Client, scene: Scene) -> None:
    scene.pool(name="vision-train")
    scene.order(name="vision-order")
    scene.waiting(name="vision-wait")
    client.force_login(scene.stranger)
    assert "vision-" not in page(client)


def test_a_stranger_does_not_find_the_team(client: Client, scene: Scene) -> None:
    client.force_login(scene.stranger)
    for name in ("dashboard", "dashboard-parts"):
        assert client.get(reverse(name), {"team": "vision"}).status_code == 404


@pytest.mark.parametrize("name", ["dashboard", "dashboard-parts", "changes"])
def test_nobody_looks_before_signing_in(client: Client, name: str) -> None:
    assert client.get(reverse(name)).headers["Location"].startswith(reverse("sign-in"))


def test_somebody_in_no_team_is_told_how_to_get_into_one(client: Client, scene: Scene) -> None:
    client.force_login(builders.person())
    assert "You are in no team yet" in page(client)


def test_staff_in_no_team_are_shown_the_way_to_the_first_pool(client: Client, scene: Scene) -> None:
    client.force_login(builders.person(staff=True))
    html = page(client)
    for said in ("Three steps to the first pool", reverse("projects"), "A superuser makes teams"):
        assert said in html


def test_a_team_that_no_project_serves_is_told_so(client: Client, scene: Scene) -> None:
    client.force_login(builders.person(member_of=builders.team()))
    assert "No project serves this team yet" in page(client)


def test_who_is_in_several_teams_switches_between_them(client: Client, scene: Scene) -> None:
    scene.pool(name="vision-train")
    Membership.objects.create(team=builders.team(name="Aero"), user=scene.member)
    client.force_login(scene.member)
    assert "vision-train" not in page(client)
    assert "vision-train" in page(client, "/?team=vision")


def test_every_counter_is_shown_and_zero_is_shown(client: Client, scene: Scene) -> None:
    scene.pool(Phase.RUNNING)
    scene.pool("Frozen")
    client.force_login(scene.member)
    counters = client.get("/").context["counters"]
    assert [(counter.group, counter.number) for counter in counters] == [
        ("Ordered", 0), ("Waiting", 0), ("Creating", 0), ("Running", 1), ("Abnormal", 0), ("Failed", 0),
        ("Overdue", 0), ("Deleting", 0), ("Refused", 0), ("Gone", 0), ("Frozen", 1),
    ]  # fmt: skip


def test_a_counter_is_a_link_that_filters_and_says_so(client: Client, scene: Scene) -> None:
    scene.pool(Phase.RUNNING, name="vision-run")
    scene.pool(Phase.ERROR, name="vision-err")
    client.force_login(scene.second_admin)
    answer = client.get("/", {"phase": "Failed"})
    assert [line.row.name for line in answer.context["lines"]] == ["vision-err"]
    assert [counter.group for counter in answer.context["counters"] if counter.current] == ["Failed"]
    assert 'aria-current="true"' in answer.content.decode()


def test_search_and_mine_narrow_the_list_together(client: Client, scene: Scene) -> None:
    scene.pool(name="vision-one")
    scene.order(name="vision-two", placed_by=scene.admin)
    scene.order(name="other-one", placed_by=scene.admin)
    client.force_login(scene.admin)
    lines = client.get("/", {"q": "VISION", "mine": "yes"}).context["lines"]
    assert [line.row.name for line in lines] == ["vision-two"]


def test_a_filter_that_finds_nothing_offers_the_way_back(client: Client, scene: Scene) -> None:
    scene.pool()
    client.force_login(scene.member)
    html = page(client, "/?q=nothing-like-it")
    assert "Nothing matches" in html
    assert "Clear filters" in html


def test_a_team_without_pools_is_told_what_to_do(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    assert "No pools now" in page(client)


@pytest.mark.parametrize("text", ["\0", "%", "'; DROP", "<script>alert(1)</script>", "x" * 5000])
def test_a_hostile_search_finds_nothing_and_is_shown_harmless(client: Client, scene: Scene, text: str) -> None:
    scene.pool()
    client.force_login(scene.member)
    assert "<script>alert" not in page(client, f"/?{urlencode({'q': text})}")


def test_fifty_rows_make_a_page(client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pools.queries.overview.ROWS_A_PAGE", 2)
    for _ in range(3):
        scene.pool()
    client.force_login(scene.member)
    html = page(client)
    assert "1–2 of 3" in html
    second = client.get(f"/?{client.get('/').context['query_next']}")
    assert "3–3 of 3" in second.content.decode()
    assert len(second.context["lines"]) == 1


def test_the_next_page_keeps_filters_and_order_and_a_new_filter_begins_anew(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pools.queries.overview.ROWS_A_PAGE", 2)
    for name in ("vision-c", "vision-a", "vision-b", "other"):
        scene.pool(name=name)
    client.force_login(scene.member)

    first = client.get("/", {"q": "vision", "sort": "name"})
    second = client.get(f"/?{first.context['query_next']}")

    assert [line.row.name for line in first.context["lines"]] == ["vision-a", "vision-b"]
    assert [line.row.name for line in second.context["lines"]] == ["vision-c"]
    assert all("&at=" not in counter.query for counter in second.context["counters"])
    assert all("sort=name" in counter.query for counter in second.context["counters"])


def test_gone_pools_are_found_by_their_counter(client: Client, scene: Scene) -> None:
    scene.pool(name="vision-gone", gone_at=timezone.now())
    scene.pool(name="vision-here")
    client.force_login(scene.member)

    gone = client.get("/", {"phase": "Gone"})

    assert [line.row.name for line in gone.context["lines"]] == ["vision-gone"]
    assert "Not found in the cloud any more." in gone.content.decode()


def test_whoever_has_several_projects_may_look_at_one(client: Client, scene: Scene) -> None:
    other = builders.project(teams=(scene.team,), name="Far away")
    scene.pool(name="vision-near")
    builders.pool(project=other, team=scene.team, name="vision-far")
    client.force_login(scene.member)

    answer = client.get("/", {"project": other.pk})

    assert [line.row.name for line in answer.context["lines"]] == ["vision-far"]
    assert f'<option value="{other.pk}" selected>Far away</option>' in answer.content.decode()


@pytest.mark.parametrize(
    "asked", [{"project": "x"}, {"project": "²"}, {"project": "9" * 30}, {"sort": "<b>"}, {"at": "x" * 9000}]
)
def test_an_address_that_makes_no_sense_is_no_failure(client: Client, scene: Scene, asked: dict[str, str]) -> None:
    scene.pool()
    client.force_login(scene.member)
    assert client.get("/", asked).status_code == 200


@pytest.mark.parametrize(("asked", "at_top"), [({}, True), ({"sort": "name"}, False), ({"sort": "oldest"}, False)])
def test_a_new_row_is_put_on_top_of_the_newest_alone(
    client: Client, scene: Scene, asked: dict[str, str], at_top: bool
) -> None:
    pool = scene.pool()
    client.force_login(scene.member)
    html = client.get("/parts/", {"team": "vision", "pools": str(pool.pk), **asked}).content.decode()
    assert ("data-fresh" in html) is at_top


def test_a_page_further_on_takes_in_no_new_row(client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pools.queries.overview.ROWS_A_PAGE", 1)
    older, _ = scene.pool(), scene.pool()
    client.force_login(scene.member)
    second = client.get("/").context["query_next"]
    assert "data-fresh" not in client.get(f"/parts/?{second}&pools={older.pk}").content.decode()


def test_what_needs_me_comes_first_with_a_verb(client: Client, scene: Scene) -> None:
    waiting = scene.waiting(name="vision-wait")
    client.force_login(scene.admin)
    html = page(client)
    assert reverse("approval", args=[waiting.pk]) in html
    assert html.index("Needs you") < html.index("Filter by phase")


def test_nothing_needed_is_said(client: Client, scene: Scene) -> None:
    scene.waiting()
    client.force_login(scene.member)
    assert "Nothing needs you." in page(client)


def test_an_order_in_doubt_says_not_to_order_again(client: Client, scene: Scene) -> None:
    scene.order(state=OrderState.IN_DOUBT)
    client.force_login(scene.member)
    assert "Outcome unknown" in page(client)
    assert "Do not order again" in page(client)


def test_a_cloud_that_does_not_answer_changes_the_freshness_and_no_phase(client: Client, scene: Scene) -> None:
    scene.pool(Phase.RUNNING)
    Project.objects.filter(pk=scene.project.pk).update(failing_since=timezone.now() - timedelta(minutes=4))
    client.force_login(scene.member)
    html = page(client)
    assert "is not answering since" in html
    assert "Running" in html


def test_when_a_cloud_that_does_not_answer_is_tried_next_is_told(client: Client, scene: Scene) -> None:
    soon = timezone.now().replace(microsecond=0) + timedelta(minutes=2)
    Project.objects.update(failing_since=timezone.now() - timedelta(minutes=4), look_after=soon)
    client.force_login(scene.member)
    assert f'next try at <time datetime="{soon.isoformat()}"' in page(client)


def test_a_cloud_that_is_read_late_is_told_by_how_much(client: Client, scene: Scene) -> None:
    Project.objects.update(sweep_late=44.6, late_in_a_row=2)
    client.force_login(scene.member)
    assert "is read 45 s later than it should be" in page(client)


def test_of_many_projects_that_fail_the_page_tells_no_more_than_it_must(client: Client, scene: Scene) -> None:
    for number in range(5):
        builders.project(teams=(scene.team,), name=f"Far away {number}", failing_since=timezone.now())
    client.force_login(scene.member)
    html = page(client)
    assert html.count("is not answering since") == 3
    assert "Far away 3, Far away 4" in html


def test_a_worker_that_reads_nothing_is_told(client: Client, scene: Scene) -> None:
    Project.objects.filter(pk=scene.project.pk).update(look_after=timezone.now() - timedelta(minutes=5))
    client.force_login(scene.member)
    assert "Nobody reads the cloud" in page(client)


def test_a_healthy_cloud_needs_no_banner(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    assert 'class="banner"' not in page(client)


def test_the_embedded_endpoint_is_named_in_the_bar(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    assert "SANDBOX" in page(client)
    Project.objects.update(embedded=False)
    assert "SANDBOX" not in page(client)


def test_parts_bring_the_rows_named_and_what_stands_around_them(client: Client, scene: Scene) -> None:
    one, other = scene.pool(name="vision-one"), scene.pool(name="vision-two")
    client.force_login(scene.member)
    html = page(client, f"/parts/?team=vision&orders=&pools={one.pk}")
    assert "vision-one" in html
    assert "vision-two" not in html
    assert 'data-part="counters"' in html
    assert f'data-pool="{other.pk}"' not in html


def test_a_row_that_left_the_filter_is_still_given_but_not_as_a_fresh_one(client: Client, scene: Scene) -> None:
    gone = scene.pool(gone_at=timezone.now())
    client.force_login(scene.member)
    html = page(client, f"/parts/?team=vision&pools={gone.pk}")
    assert "Gone" in html
    assert "data-fresh" not in html


def test_parts_show_a_stranger_nothing_of_the_rows_they_name(client: Client, scene: Scene) -> None:
    hidden, order = scene.pool(name="vision-one"), scene.order(name="vision-two")
    client.force_login(scene.stranger)
    assert "vision-" not in page(client, f"/parts/?pools={hidden.pk}&orders={order.pk}")


@pytest.mark.parametrize("named", ["", "x", "1,,2", "-1", "9" * 40, "1;2", "²"])
def test_keys_that_are_none_are_passed_over(client: Client, scene: Scene, named: str) -> None:
    client.force_login(scene.member)
    assert client.get("/parts/", {"team": "vision", "pools": named, "orders": named}).status_code == 200


def test_accelerators_are_added_up_by_kind_over_all_pools_of_the_team(client: Client, scene: Scene) -> None:
    flavors = [("npu.8", "npu", "Ascend", "8"), ("gpu.1", "gpu", "V100", "1"), ("gpu.8", "gpu", "V100", "8")]
    items = [
        {"metadata": {"name": name}, "spec": {kind: {"type": card, "size": size}}} for name, kind, card, size in flavors
    ]
    CatalogPart.objects.create(
        project=scene.project, kind="flavors", read_at=timezone.now(), document={"items": [*items, None, {"spec": 3}]}
    )
    mixed = [("gpu.1", 3, 3), ("gpu.8", 1, 0), ("cpu", 9, 9)]
    for counts in ([("npu.8", 2, 1)], [("npu.8", 2, 1)], mixed):
        there = {"available": [{"flavor": flavor, "count": there} for flavor, _, there in counts]}
        document = builders.heard(name="pool-one", resources=there)
        document["spec"]["resources"] = [{"flavor": flavor, "count": wanted} for flavor, wanted, _ in counts]
        scene.pool(document=document)
    client.force_login(scene.member)
    answer = client.get("/")
    cards = answer.context["cards"]
    assert [(one.kind, one.available, one.whole) for one in cards] == [("Ascend", 16, 32), ("V100", 3, 11)]
    assert "16 of 32 Ascend cards available" in answer.content.decode()


def test_the_quota_tells_what_came_and_went_since_it_was_read(client: Client, scene: Scene) -> None:
    quotas = {"quotas": {"resources": [{"type": "pool", "used": "3", "quota": "15"}]}}
    now = timezone.now()
    kind = CatalogPart.Kind.QUOTAS
    builders.catalog_part(project=scene.project, kind=kind, document=quotas, read_at=now - timedelta(minutes=2))
    scene.pool(created_abroad=now - timedelta(minutes=5))
    for born, gone in ((1, None), (1, None), (5, 1), (1, 0), (1, None)):
        ended = None if gone is None else now - timedelta(minutes=gone)
        scene.pool(created_abroad=now - timedelta(minutes=born), gone_at=ended)
    scene.order()
    client.force_login(scene.member)
    html = page(client)
    assert "5 of 15 pools in" in html
    assert "1 more on its way" in html


def test_a_pool_that_is_not_as_ordered_needs_whoever_ordered_it_until_they_say_it_is_meant(
    client: Client, scene: Scene
) -> None:
    document = builders.heard(name="drifter")
    document["spec"]["scope"] = ["Infer"]
    pool = scene.pool(name="drifter", document=document)
    weigh(pool)
    client.force_login(scene.member)
    assert "is not as it was ordered" in page(client)
    tab = client.get(reverse("pool-configuration", args=[pool.pk])).content.decode()
    [drift] = re.findall(r'name="drift" value="(\w+)"', tab)
    told = client.post(reverse("pool-mean", args=[pool.pk]), {"drift": drift}, follow=True).content.decode()
    assert "lena said just now that it is meant so." in told
    assert "is not as it was ordered" not in page(client)
