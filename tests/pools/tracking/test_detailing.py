"""What is told of a pool besides itself: when it is read, what is kept of it, and what is not believed."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pools import gleaning, ordering, tracking
from pools.gleaning import EventFact, JobFact, NodeFact, OrderFact, SeriesFact
from pools.models import Attention, Detail, Pool, Reading
from pools.tracking.detailing import MOST_FAILURES, keep, read_details
from pools.upstream import Client
from pools.wire.enums import Phase
from tests import builders
from tests.pools.tracking.cloud import Cloud
from tests.pools.upstream.stranger import answering, hanging_up

pytestmark = pytest.mark.django_db
Kind = Detail.Kind
NOW = timezone.now()
STAMP = "2026-03-01T08:10:00Z"


def node(name: str, phase: str = "Available") -> dict[str, Any]:
    return {
        "metadata": {"name": name, "annotations": {"os.modelarts.node/lock.action": "delete"}},
        "spec": {"flavor": "modelarts.vm.cpu.8ud"},
        "status": {
            "phase": phase,
            "az": "az1",
            "privateIp": "192.168.0.7",
            "driver": {"phase": "Running", "version": "7"},
        },
    }


def event(message: str, *, at: str = STAMP, kind: str = "Normal") -> dict[str, Any]:
    return {"type": kind, "firstTimestamp": at, "lastTimestamp": at, "count": 1, "reason": "PoolStatusChange",
            "message": message}  # fmt: skip


def work_order(name: str, *, millis: int = 1772352600000, **more: Any) -> dict[str, Any]:
    return {"orderName": name, "operation": "apply", "phase": "completed", "result": "successed", "initCount": [],
            "specCount": [{"flavor": "cpu", "count": 3}], "resultCount": [{"flavor": "cpu", "count": 2}],
            "creationTimestamp": millis, "endTimestamp": millis, **more}  # fmt: skip


@pytest.fixture
def watched(cloud: Cloud) -> Pool:
    """A pool since before all of this, and a cloud that tells everything of it."""
    cloud.documents = {
        "pools/one-id/nodes": {"items": [node("node-1"), node("node-2", "Abnormal")], "metadata": {}},
        "events?": {"items": [event("to Running")], "total": 1},
        "orders?": {"items": [work_order("order.one")], "count": 1},
        "pools/one-id/workloads": {
            "items": [
                {"jobName": "job-1", "type": "train", "status": "Running", "userName": "lena", "runningDuration": 60},
                {"jobName": "job-0", "type": "train", "status": "Completed"},
            ],
            "total": 9,
        },
        "pools/one-id/monitor": {
            "metrics": [{"metric": {"metricName": "cpuUsage"}, "dataPoints": [
                {"timestamp": 1772352000000, "unit": "Percent", "statistics": [{"statistic": "average", "value": 7.5}]},
                {"timestamp": 1772352300000, "unit": "", "statistics": [{"statistic": "average", "value": -1}]}]}]
        },
    }  # fmt: skip
    began = timezone.datetime.fromisoformat("2026-03-01T08:00:00+00:00")  # type: ignore[attr-defined]
    return builders.pool(project=cloud.project(), name="one", pool_id="one-id", created_abroad=began)


def read(pool: Pool) -> list[Detail.Kind]:
    return read_details(pool, Client(pool.project.connection()))[0]


def kept(pool: Pool, kind: Detail.Kind) -> Any:
    return Detail.objects.get(pool=pool, kind=kind).document


def due(pool: Pool, **fields: Any) -> Attention:
    made = {"due_at": timezone.now(), **fields}
    return Attention.objects.update_or_create(pool=pool, defaults=made)[0]


def test_nodes_events_orders_and_measurements_are_kept_as_plain_facts(watched: Pool) -> None:
    assert read(watched) == []

    first, _ = NodeFact.read(kept(watched, Kind.NODES))
    assert (first.name, first.phase, first.az, first.driver, first.locked) == ("node-1", "Available", "az1", "7", True)
    assert [fact.message for fact in EventFact.read(kept(watched, Kind.EVENTS))] == ["to Running"]
    (order,) = OrderFact.read(kept(watched, Kind.ORDERS))
    assert (order.phase, order.wanted, order.result) == ("successed", [["cpu", 3]], [["cpu", 2]])
    (series,) = SeriesFact.read(kept(watched, Kind.METRICS))
    assert [value for _, value in series.points] == [7.5, None]


def test_jobs_that_are_over_are_not_kept_and_those_not_told_are_said(watched: Pool) -> None:
    read(watched)
    document = kept(watched, Kind.JOBS)
    (job,) = JobFact.read(document)
    assert (job.name, job.by, job.ran) == ("job-1", "lena", 60)
    assert gleaning.has_more(document)


def test_a_cloud_that_tells_of_no_jobs_is_no_trouble(cloud: Cloud, watched: Pool) -> None:
    del cloud.documents["pools/one-id/workloads"]
    assert read(watched) == []
    assert not Detail.objects.filter(pool=watched, kind=Kind.JOBS).exists()


def test_what_the_cloud_has_forgotten_stays(cloud: Cloud, watched: Pool) -> None:
    read(watched)
    cloud.documents["events?"] = {"items": [event("to Abnormal", at="2026-03-02T08:10:00Z", kind="Warning")]}
    cloud.documents["orders?"] = {"items": []}
    read(watched)

    assert [fact.message for fact in EventFact.read(kept(watched, Kind.EVENTS))] == ["to Abnormal", "to Running"]
    assert [fact.name for fact in OrderFact.read(kept(watched, Kind.ORDERS))] == ["order.one"]


def test_an_order_that_goes_on_is_kept_once_and_as_it_stands_now(cloud: Cloud, watched: Pool) -> None:
    cloud.documents["orders?"] = {"items": [work_order("order.one", phase="running", result=None)]}
    read(watched)
    cloud.documents["orders?"] = {"items": [work_order("order.one", phase="failed", result=None, failReason="quota")]}
    read(watched)

    assert [(fact.phase, fact.trouble) for fact in OrderFact.read(kept(watched, Kind.ORDERS))] == [("failed", "quota")]


def test_what_is_told_of_an_earlier_pool_of_this_name_is_not_its_own(cloud: Cloud, watched: Pool) -> None:
    cloud.documents["events?"] = {"items": [event("long ago", at="2026-02-01T08:00:00Z")]}
    cloud.documents["orders?"] = {"items": [work_order("order.old", millis=1769932800000)]}
    read(watched)

    assert kept(watched, Kind.EVENTS)["items"] == kept(watched, Kind.ORDERS)["items"] == []


def test_a_stale_answer_never_takes_the_place_of_a_newer_one(watched: Pool) -> None:
    newer, older = ({"items": [{"name": name}]} for name in ("newer", "older"))
    assert keep(watched, Kind.NODES, lambda _: newer, at=NOW)

    assert not keep(watched, Kind.NODES, lambda _: older, at=NOW - timedelta(seconds=1))

    assert kept(watched, Kind.NODES) == newer


def test_a_crowd_of_nodes_is_kept_up_to_a_bound_that_is_told(cloud: Cloud, watched: Pool) -> None:
    page = {"items": [node(f"node-{number}") for number in range(600)], "metadata": {"continue": "next"}}
    cloud.documents["pools/one-id/nodes"] = page
    read(watched)

    document = kept(watched, Kind.NODES)
    assert len(document["items"]) == gleaning.MOST_NODES
    assert gleaning.has_more(document)
    assert sum("nodes" in target for target in cloud.asked()) == 2


@pytest.mark.parametrize(
    "items",
    [[{}], [{"metadata": [], "status": 3}],
     [{"type": 1, "count": "x", "firstTimestamp": "soon", "message": "m" * 9000}],
     [{"orderName": None, "creationTimestamp": 10**14, "specCount": "x"}]],
    ids=["empty", "odd", "long", "far"],
)  # fmt: skip
def test_odd_answers_break_nothing_and_take_no_more_room_than_others(
    cloud: Cloud, watched: Pool, items: list[Any]
) -> None:
    for path in list(cloud.documents):
        cloud.documents[path] = {"items": items, "metrics": items, "metadata": None, "total": "many"}

    assert read(watched) == []

    assert all(len(str(row.document)) < 3000 for row in Detail.objects.all())


def test_a_part_that_cannot_be_read_keeps_what_was_heard_and_tells_why(cloud: Cloud, watched: Pool) -> None:
    read(watched)
    cloud.fails_at("pools/one-id/nodes", answering(None, status=500))

    assert read(watched) == [Kind.NODES]

    row = Detail.objects.get(pool=watched, kind=Kind.NODES)
    assert len(row.document["items"]) == 2
    assert row.trouble
    assert Detail.objects.get(pool=watched, kind=Kind.EVENTS).trouble == ""


def test_a_cloud_that_is_away_is_asked_once(cloud: Cloud, watched: Pool) -> None:
    cloud.fails_at("", answering({"error_code": "APIGW.0301"}, status=401))

    assert set(read(watched)) == set(Kind)

    assert len(cloud.asked()) == 1


def test_news_are_told_to_whoever_watches_and_the_same_again_is_not(watched: Pool) -> None:
    before = watched.changed_at
    read(watched)
    watched.refresh_from_db()
    told = watched.changed_at
    read(watched)
    watched.refresh_from_db()

    assert before < told == watched.changed_at


def test_a_pool_that_nobody_looks_at_is_read_once(watched: Pool) -> None:
    tracking.detail(due(watched))

    attention = Attention.objects.get()
    assert (attention.due_at, attention.lease_until) == (None, None)
    assert Detail.objects.count() == len(Kind)


def test_one_that_somebody_looks_at_is_read_again_soon(watched: Pool) -> None:
    tracking.detail(due(watched, looked_at=timezone.now()))

    again = Attention.objects.get().due_at
    assert again
    assert timedelta(0) < again - timezone.now() < timedelta(minutes=1)


def test_a_second_worker_leaves_it_to_the_first(cloud: Cloud, watched: Pool) -> None:
    tracking.detail(due(watched, lease_until=timezone.now() + timedelta(minutes=1)))

    assert cloud.asked() == []


def test_a_cloud_that_fails_is_tried_again_later_and_not_for_ever(cloud: Cloud, watched: Pool) -> None:
    cloud.fails_at("", hanging_up)
    tracking.detail(due(watched))
    again = Attention.objects.get().due_at
    assert again
    assert again > timezone.now()

    tracking.detail(due(watched, failures=MOST_FAILURES))
    assert Attention.objects.get().due_at is None


def test_gone_pools_and_disconnected_projects_are_left_alone(watched: Pool) -> None:
    due(watched)
    due(builders.pool(gone_at=timezone.now()))
    due(builders.pool(project=builders.project(disconnected_at=timezone.now())))

    assert [row.pool for row in Attention.objects.due()] == [watched]


def test_a_pool_that_begins_something_is_read(cloud: Cloud) -> None:
    project = cloud.project()
    cloud.has("busy", Phase.CREATING)
    cloud.has("calm", Phase.RUNNING)
    tracking.sweep(project)

    assert [row.pool.name for row in Attention.objects.due()] == ["busy"]


def test_looking_has_it_read_and_is_noted_once_in_a_while(watched: Pool, django_assert_num_queries: Any) -> None:
    ordering.watch(watched)
    assert Attention.objects.due().count() == 1

    again = Pool.objects.select_related("attention").get(pk=watched.pk)
    with django_assert_num_queries(0):
        ordering.watch(again)


def test_looking_brings_nothing_forward_that_rests_after_a_failure(watched: Pool) -> None:
    later = timezone.now() + timedelta(minutes=3)
    due(watched, due_at=later)
    ordering.watch(Pool.objects.select_related("attention").get(pk=watched.pk))

    assert Attention.objects.get().due_at == later


def test_reading_the_cloud_now_reads_the_details_too(cloud: Cloud, watched: Pool) -> None:
    cloud.has("one", created=watched.created_abroad)
    reading = Reading.objects.create(project=watched.project, pool=watched, asked_by=builders.person())

    assert tracking.answer(reading)

    assert {row.kind for row in Detail.objects.filter(pool=watched)} == set(Kind)


@pytest.mark.django_db(transaction=True)
def test_two_that_keep_at_once_lose_nothing(watched: Pool) -> None:
    """Each adds an event of its own to what is on record; whoever asked first and comes last is not believed."""
    barrier = threading.Barrier(2)

    def run(number: int) -> None:
        barrier.wait()
        told = [EventFact(reason="r", message=str(number), last=STAMP)]
        keep(watched, Kind.EVENTS, lambda known: gleaning.kept(gleaning.merged(EventFact.read(known), told)),
             at=NOW + timedelta(seconds=number))  # fmt: skip
        connection.close()

    workers = [threading.Thread(target=run, args=(number,)) for number in (1, 2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    messages = {fact.message for fact in EventFact.read(kept(watched, Kind.EVENTS))}
    assert "2" in messages
    assert Detail.objects.filter(kind=Kind.EVENTS).count() == 1
