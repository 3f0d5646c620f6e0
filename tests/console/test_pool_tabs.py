"""The tabs of a pool's page: stages, nodes, events, the cloud's orders, measurements and what is not as ordered."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from console.dashboard.tabs import A_PAGE, TABS
from pools import gleaning, ordering
from pools.gleaning import EventFact, JobFact, NodeFact, OrderFact, SeriesFact
from pools.models import Attention, Detail, Pool, Stretch
from pools.stages import Stage
from pools.states import ErrandState
from pools.wire.enums import Phase
from tests import builders
from tests.console.scenes import Scene

ADDRESSES = [tab.address for tab in TABS]
Kind = Detail.Kind


def get(client: Client, pool: Pool, tab: str = "", query: str = "") -> Any:
    answer = client.get(reverse(f"pool-{tab}" if tab else "pool", args=[pool.pk]) + query)
    assert answer.status_code == 200
    return answer


def html(client: Client, pool: Pool, tab: str = "", query: str = "") -> str:
    """What is read on the tab, in one line."""
    return " ".join(str(get(client, pool, tab, query).content.decode()).split())


def known(pool: Pool, kind: Detail.Kind, *facts: gleaning.Fact, more: bool = False, **fields: Any) -> Detail:
    document = gleaning.kept(facts, more=more)
    return Detail.objects.create(pool=pool, kind=kind, document=document, **{"asked_at": timezone.now(), **fields})


def stretch(pool: Pool, stage: Stage, *, began: int, ended: int | None, **fields: Any) -> Stretch:
    """A stage that began and ended so many minutes ago."""
    now = timezone.now()
    return Stretch.objects.create(
        pool=pool, project=pool.project, stage=stage, began_at=now - timedelta(minutes=began),
        ended_at=None if ended is None else now - timedelta(minutes=ended), **fields,
    )  # fmt: skip


@pytest.fixture
def shown(client: Client, scene: Scene) -> Pool:
    """A running pool, before the member who ordered it."""
    client.force_login(scene.member)
    return scene.pool(name="vision-train")


@pytest.mark.parametrize("tab", ADDRESSES)
def test_every_tab_links_to_every_other_and_none_styles_by_hand(client: Client, shown: Pool, tab: str) -> None:
    text = html(client, shown, tab)

    for other in ADDRESSES:
        assert f'href="{reverse(f"pool-{other}" if other else "pool", args=[shown.pk])}"' in text
    assert text.count('aria-current="page"') == 2  # the room, and the tab
    assert "style=" not in text


@pytest.mark.parametrize("tab", ADDRESSES)
@pytest.mark.parametrize("document", [{}, {"items": 3}, {"items": [1, {}, {"name": []}, {"points": 3, "name": "x"}]}])
def test_a_detail_of_another_version_breaks_no_tab(client: Client, shown: Pool, tab: str, document: Any) -> None:
    for kind in Kind:
        Detail.objects.create(pool=shown, kind=kind, document=document, asked_at=timezone.now())
    get(client, shown, tab)


# As the overview, less what only admins are asked about; and the one kind of detail that the tab shows. Of nodes it is
# asked whether one may do anything to them, too.
@pytest.mark.parametrize("rows", [1, 120])
@pytest.mark.parametrize(
    ("tab", "queries"),
    [
        ("", 18),
        ("nodes", 20),
        ("jobs", 19),
        ("events", 19),
        ("orders", 19),
        ("measurements", 19),
        ("configuration", 18),
        # Readings and networks that were asked for by hand, besides; no detail.
        ("audit", 20),
    ],
)
def test_a_tab_costs_the_same_for_one_row_and_for_many(
    client: Client, shown: Pool, tab: str, *, queries: int, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    known(shown, Kind.NODES, *(NodeFact(name=f"node-{n}") for n in range(rows)))
    known(shown, Kind.JOBS, *(JobFact(name=f"job-{n}", status="Running") for n in range(rows)))
    known(shown, Kind.EVENTS, *(EventFact(reason=f"r{n}", last="2026-03-01T08:00:00+00:00") for n in range(rows)))
    known(shown, Kind.ORDERS, *(OrderFact(name=f"order.{n}") for n in range(rows)))
    for n in range(min(rows, 5)):
        stretch(shown, Stage.CHANGING, began=20 - n, ended=19 - n)
    ordering.watch(shown)
    with django_assert_num_queries(queries):
        get(client, shown, tab)


def test_who_looks_has_the_details_read(client: Client, shown: Pool) -> None:
    get(client, shown, "nodes")
    assert Attention.objects.due().get().pool == shown


def test_looking_at_a_pool_that_is_gone_has_nothing_read(client: Client, scene: Scene) -> None:
    client.force_login(scene.member)
    get(client, scene.pool(gone_at=timezone.now()))
    assert not Attention.objects.exists()


def test_each_stage_says_how_long_it_took_whom_it_waited_for_and_what_is_usual(client: Client, shown: Pool) -> None:
    stretch(shown, Stage.WAITING, began=150, ended=30)
    stretch(shown, Stage.CREATING, began=30, ended=8, usually=1080.0, at_most=1680.0)
    stretch(shown, Stage.SETTLING, began=8, ended=None)

    legs = get(client, shown).context["course"].legs

    assert [(leg.what, leg.waited_for, leg.took, leg.usually) for leg in legs[1:]] == [
        ("Payment or approval", "an admin of Vision", "2 h", ""),
        ("Nodes", "the cloud", "22 min", "18–28 min"),
        ("Drivers and job types", "the cloud", "8 min", ""),
    ]


def test_what_is_under_way_says_when_it_is_usually_over(client: Client, shown: Pool) -> None:
    stretch(shown, Stage.CREATING, began=11, ended=None, usually=1080.0, at_most=1680.0, typical=True)
    text = html(client, shown)
    assert "The cloud has been creating it for 11 min. Creations typically take 18–28 min in all." in text
    assert "Typically ready between" in text


def test_of_its_own_history_each_stage_has_its_span_and_the_creation_its_own(client: Client, shown: Pool) -> None:
    stretch(shown, Stage.CREATING, began=30, ended=8, usually=1080.0, at_most=1680.0)
    stretch(shown, Stage.SETTLING, began=8, ended=None, usually=540.0, at_most=570.0)
    page = get(client, shown)
    assert [leg.usually for leg in page.context["course"].legs[1:]] == ["18–28 min", "9–10 min"]
    text = page.content.decode()
    assert "The cloud has been creating it for 30 min." in text
    assert re.search(r"This stage is usually over between .*:\d\d:\d\d</time> and", text)


def test_what_is_overdue_says_so_and_promises_nothing_more(client: Client, shown: Pool) -> None:
    late = timezone.now() - timedelta(minutes=1)
    stretch(shown, Stage.CREATING, began=41, ended=None, usually=1080.0, at_most=1680.0, late_after=late)
    text = html(client, shown)
    assert ">Overdue<" in text
    assert "over between" not in text


def test_stages_are_drawn_within_their_box_whatever_the_clocks_did(client: Client, shown: Pool) -> None:
    assert shown.order
    shown.order.placed_at = timezone.now() + timedelta(days=400)
    shown.order.save()
    stretch(shown, Stage.WAITING, began=-60, ended=60)
    stretch(shown, Stage.CREATING, began=10**6, ended=0, usually=0.0, at_most=0.0)

    course = get(client, shown).context["course"]

    for leg in course.legs:
        assert 0 <= leg.at <= leg.at + leg.width <= 1010
        assert 0 <= leg.bar.lasted <= 1000


def test_nodes_in_trouble_come_first_with_what_marks_them(client: Client, shown: Pool) -> None:
    known(shown, Kind.NODES, NodeFact(name="a-well", phase="Available"),
          NodeFact(name="z-ill", phase="Abnormal", locked=True, taints=2))  # fmt: skip
    lines = get(client, shown, "nodes").context["lines"]
    assert [(line.fact.name, line.marks) for line in lines] == [("z-ill", ["locked", "tainted"]), ("a-well", [])]


def test_a_crowd_of_nodes_has_pages_and_says_that_there_are_more(client: Client, shown: Pool) -> None:
    known(shown, Kind.NODES, *(NodeFact(name=f"node-{n:04}") for n in range(A_PAGE + 1)), more=True)
    assert f"Only the first {A_PAGE + 1} nodes are kept here" in html(client, shown, "nodes")
    assert f"node-{A_PAGE:04}" in html(client, shown, "nodes", "?page=2")
    assert "node-0000" in html(client, shown, "nodes", "?page=nonsense")


def test_what_was_never_read_is_not_nothing(client: Client, shown: Pool) -> None:
    text = html(client, shown, "nodes")
    assert "Being read for the first time" in text
    assert "No nodes" not in text


def test_what_could_not_be_read_is_told_beside_what_was_heard_before(client: Client, shown: Pool) -> None:
    known(
        shown, Kind.NODES, NodeFact(name="node-1"), failed_at=timezone.now(), failure_message="No answer within 10 s."
    )
    text = html(client, shown, "nodes")
    assert "this is what was heard before" in text
    assert "No answer within 10 s." in text
    assert "node-1" in text


def test_events_of_people_and_of_the_cloud_stand_in_one_line_of_time(client: Client, shown: Pool) -> None:
    assert shown.order
    minute = timedelta(minutes=1)
    sick = EventFact(reason="PoolStatusChange", message="sick", kind="Warning", count=3,
                     last=(timezone.now() + minute).isoformat())  # fmt: skip
    early = EventFact(reason="Early", last="2020-01-01T00:00:00+00:00")
    known(shown, Kind.EVENTS, sick, early)
    builders.decision(order=shown.order, by=shown.order.placed_by, state=ErrandState.DONE)

    events = get(client, shown, "events").context["events"]

    assert (events[0].what, events[0].note, events[-1].what) == ("PoolStatusChange", "sick (3 times)", "Early")
    assert "Approved" in [event.what for event in events]


def test_what_the_cloud_says_many_times_in_a_row_is_folded_into_its_latest_word(client: Client, shown: Pool) -> None:
    nodes = [
        EventFact(reason="NodesChanged", message=f"{n} there", last=f"2026-03-01T00:0{n}:00+00:00") for n in range(5)
    ]
    known(shown, Kind.EVENTS, *nodes, EventFact(reason="Fine", last="2026-03-02T00:00:00+00:00"))

    latest = get(client, shown, "events", "?kind=cloud").context["events"][1]

    assert (latest.note, [one.note for one in latest.alike]) == (
        "4 there",
        ["3 there", "2 there", "1 there", "0 there"],
    )
    text = html(client, shown, "events")
    assert "4 more before it" in text
    assert "0 there" in text


@pytest.mark.parametrize(
    ("kind", "whats"),
    [("warning", ["Sick"]), ("cloud", ["Sick", "Fine"]), ("phase", ["Running"]), ("nonsense", None)],
)
def test_events_are_chosen_by_whose_word_they_are(
    client: Client, shown: Pool, kind: str, whats: list[str] | None
) -> None:
    builders.phase_change(pool=shown, became=Phase.RUNNING)
    known(shown, Kind.EVENTS, EventFact(reason="Sick", kind="Warning", last="2026-03-02T00:00:00+00:00"),
          EventFact(reason="Fine", kind="Normal", last="2026-03-01T00:00:00+00:00"))  # fmt: skip
    found = [event.what for event in get(client, shown, "events", f"?kind={kind}").context["events"]]
    assert found == whats if whats else len(found) > 3


def test_an_order_of_the_cloud_tells_what_was_what_was_wanted_and_what_is_left(client: Client, shown: Pool) -> None:
    known(shown, Kind.ORDERS, OrderFact(name="order.one", operation="modify", phase="partialSuccessed", trouble="quota",
                                        ended="2026-03-01T08:00:00+00:00", before=[["cpu", 2]], wanted=[["cpu", 8]],
                                        result=[["cpu", 5]]))  # fmt: skip
    (line,) = get(client, shown, "orders").context["lines"]
    (count,) = line.counts
    assert (line.what, line.word, line.fact.trouble) == ("Change", "partialSuccessed", "quota")
    assert (count.before, count.wanted, count.result, count.fell_short) == (2, 8, 5, True)


def test_an_order_that_goes_on_has_no_result_and_a_word_nobody_knows_is_shown(client: Client, shown: Pool) -> None:
    known(shown, Kind.ORDERS, OrderFact(name="order.one", operation="apply", phase="pondering", wanted=[["cpu", 8]]))
    (line,) = get(client, shown, "orders").context["lines"]
    assert line.counts[0].result is None
    assert "pondering" in html(client, shown, "orders")


def test_jobs_that_run_stand_first_then_those_that_wait_in_their_turn(client: Client, shown: Pool) -> None:
    known(
        shown, Kind.JOBS,
        JobFact(name="second", status="Queue", place=2), JobFact(name="first", status="Queue", place=1, waited=90),
        JobFact(name="runs", kind="train", status="Running", by="lena", ran=7200),
    )  # fmt: skip
    text = html(client, shown, "jobs")
    assert text.index(">runs<") < text.index(">first<") < text.index(">second<")
    for said in ("Training job", "runs for 2 h", "Number 1 in the queue", "waits for 90 s", "lena"):
        assert said in text


@pytest.mark.parametrize("tab", ["jobs", "delete"])
def test_before_jobs_were_read_nothing_is_said_of_them(client: Client, shown: Pool, tab: str) -> None:
    text = html(client, shown, tab)
    assert "None ran or waited" not in text
    assert Attention.objects.filter(pool=shown, due_at__isnull=False).exists()


def test_whoever_deletes_a_pool_sees_the_jobs_that_would_end(client: Client, shown: Pool) -> None:
    assert "Whether jobs run here is not known yet." in html(client, shown, "delete")
    known(shown, Kind.JOBS, *(JobFact(name=f"job-{n}", status="Running", by="<ken>") for n in range(12)))
    text = html(client, shown, "delete")
    for said in ("12 jobs would end", ">job-0<", "&lt;ken&gt;", reverse("pool-jobs", args=[shown.pk])):
        assert said in text
    Detail.objects.update(document=gleaning.kept([]))
    assert "No job would end" in html(client, shown, "delete")


def test_a_pool_without_nodes_has_no_jobs_to_end(client: Client, scene: Scene, shown: Pool) -> None:
    assert "would end" not in html(client, scene.pool(Phase.WAITING), "delete")
    assert "Nothing runs here now" in html(client, scene.pool(Phase.WAITING), "jobs")


def test_measurements_are_drawn_with_gaps_and_told_in_numbers(client: Client, shown: Pool) -> None:
    points = [[f"2026-03-01T08:0{n}:00+00:00", value] for n, value in enumerate([10.0, 20.0, None, 40.0])]
    known(shown, Kind.METRICS, SeriesFact(name="cpuUsage", unit="Percent", points=points),
          SeriesFact(name="gpuUtil", unit="", points=[["2026-03-01T08:00:00+00:00", None]]))  # fmt: skip
    (series,) = get(client, shown, "measurements").context["series"]
    assert (series.name, series.latest, series.highest, len(series.lines)) == ("CPU", "40 %", "40 %", 2)
    assert [value for _, value in series.points] == ["40 %", "", "20 %", "10 %"]


def test_what_is_not_as_it_was_ordered_is_told_in_words(client: Client, shown: Pool) -> None:
    shown.document["spec"]["resources"][0] |= {"count": 3}
    shown.save()
    assert "1 difference from what was ordered" in html(client, shown)
    assert "This is not as it was ordered" in html(client, shown, "configuration")


def test_a_pool_as_it_was_ordered_says_so_and_one_of_nobodys_has_nothing_to_be_held_against(
    client: Client, shown: Pool, scene: Scene
) -> None:
    assert "The pool is as it was ordered" in html(client, shown, "configuration")
    client.force_login(scene.admin)
    stranger = builders.pool(project=scene.project, name="found-there")
    assert "nothing to hold it against" in html(client, stranger, "configuration")


class _Ids(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name == "id" and value]


@pytest.mark.parametrize("tab", ADDRESSES)
def test_no_two_things_on_a_tab_share_a_name(client: Client, shown: Pool, tab: str) -> None:
    reader = _Ids()
    reader.feed(html(client, shown, tab))
    assert len(reader.found) == len(set(reader.found))


def test_a_tab_that_waits_for_its_first_reading_asks_for_it_soon(client: Client, shown: Pool) -> None:
    assert 'data-moving="yes"' in html(client, shown, "nodes")
    known(shown, Kind.NODES, NodeFact(name="node-1"))
    assert 'data-moving="no"' in html(client, shown, "nodes")
