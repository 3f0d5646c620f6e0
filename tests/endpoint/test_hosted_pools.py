"""Pools over HTTP after their creation: listed, shown, waited for, deleted, counted."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone

from pools.endpoint import paying, sampling, stocking
from pools.endpoint.models import BillingOrder, EndpointProject, HostedPool
from tests.clocks import freeze_time
from tests.endpoint.guests import CONSOLE, EXAMPLE, POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def phase(speaker: Speaker, path: str = POOL) -> str:
    return str(speaker.get(path).json()["status"]["phase"])


def names(speaker: Speaker, query: str = "") -> list[str]:
    return [item["metadata"]["labels"]["os.modelarts/name"] for item in speaker.get(f"{POOLS}{query}").json()["items"]]


@pytest.mark.shows("Life.never-inside-the-post")
def test_the_creation_never_finishes_inside_the_post(speaker: Speaker) -> None:
    assert speaker.post(POOLS, EXAMPLE).json()["status"] == {"resources": {}}
    assert phase(speaker) == "Running"


@pytest.mark.shows("Life.own-pace")
def test_a_pool_keeps_the_pace_it_was_created_with(speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_PACE = "demo"
    speaker.post(POOLS, EXAMPLE)
    settings.ENDPOINT_PACE = "instant"
    assert phase(speaker) == "Creating"


def test_a_pool_seen_again_a_minute_later_runs(speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_PACE = "demo"
    speaker.post(POOLS, EXAMPLE)
    with freeze_time(timezone.now() + timedelta(minutes=1)):
        assert phase(speaker) == "Running"


@pytest.fixture(params=[1, 3])
def several(request: pytest.FixtureRequest, speaker: Speaker) -> list[str]:
    """The names of some pools that are there."""
    chosen = [f"pool-{number}" for number in range(request.param)]
    for name in chosen:
        speaker.post(POOLS, creation(name=name))
    return chosen


@pytest.mark.shows("Life.reading-writes-nothing")
def test_a_list_is_two_reads(speaker: Speaker, several: list[str], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2) as asked:
        assert names(speaker) == several
    # PostgreSQL reads a long list through a cursor.
    assert all(query["sql"].startswith(("SELECT", "DECLARE")) for query in asked)


def test_a_pool_is_two_reads(speaker: Speaker, several: list[str], django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2) as asked:
        assert phase(speaker, f"{POOLS}/{ident(several[0])}") == "Running"
    assert all(query["sql"].startswith("SELECT") for query in asked)


def test_a_creation_is_three_reads_and_three_rows(
    speaker: Speaker, several: list[str], django_assert_num_queries: Any
) -> None:
    speaker.get(POOLS)
    # PostgreSQL takes those of the transaction in one go.
    with django_assert_num_queries(4 if connection.vendor == "postgresql" else 8) as asked:
        speaker.post(POOLS, creation(name="pool-ae01"), **CONSOLE)
    verbs = [statement.split()[0] for query in asked for statement in query["sql"].splitlines()]
    # The savepoint is what the transaction is inside that of the test.
    assert verbs == ["SELECT", "SAVEPOINT", "SELECT", "INSERT", "SELECT", "INSERT", "INSERT", "RELEASE"]


def test_paying_starts_a_waiting_pool(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    paying.pay(BillingOrder.objects.get())
    assert phase(speaker) == "Running"


@pytest.mark.shows("ShowPool.reason")
def test_cancelling_fails_a_waiting_pool_with_the_reason(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    paying.cancel(BillingOrder.objects.get())
    status = speaker.get(POOL).json()["status"]
    assert (status["phase"], status["message"]) == ("CreationFailed", "order canceled")


def test_an_order_is_paid_once(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    order = BillingOrder.objects.get()
    paying.pay(order)
    with pytest.raises(paying.NotPayable):
        paying.pay(order)
    with pytest.raises(paying.NotCancellable):
        paying.cancel(order)


def test_a_cancelled_order_cannot_be_paid(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    order = BillingOrder.objects.get()
    paying.cancel(order)
    with pytest.raises(paying.NotPayable):
        paying.pay(order)


def test_an_order_is_not_paid_after_its_deadline(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    with freeze_time(timezone.now() + timedelta(days=8)):
        order = BillingOrder.objects.get()
        with pytest.raises(paying.TooLate):
            paying.pay(order)
        with pytest.raises(paying.NotCancellable):
            paying.cancel(order)
        assert order.status_at(timezone.now()) == 4


@pytest.mark.shows("ShowPool.unpayable")
def test_a_fate_has_no_money(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(prefix="fate-unpayable"), **CONSOLE)
    with pytest.raises(paying.BalanceInsufficient):
        paying.pay(BillingOrder.objects.get())
    assert "balance" in speaker.get(POOL).json()["status"]["message"]


@pytest.mark.shows("ShowPool.unknown", "DeletePool.as-it-was")
def test_a_deletion_answers_the_pool_as_it_was_and_then_it_is_gone(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    answer = speaker.delete(POOL)
    assert answer.status_code == 200
    assert answer.json()["metadata"]["deletionTimestamp"]
    assert answer.json()["status"]["phase"] == "Running"
    gone = speaker.get(POOL)
    assert gone.status_code == 404
    assert gone.json() == {"error_code": "ModelArts.50015001", "error_msg": f'pool "{ident()}" not found'}


@pytest.mark.shows("Life.deleting-gone", "DeletePool.again")
def test_a_pool_that_is_being_deleted_says_so_and_when(speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_PACE = "demo"
    speaker.post(POOLS, EXAMPLE)
    first = speaker.delete(POOL).json()["metadata"]["deletionTimestamp"]
    assert phase(speaker) == "Deleting"
    again = speaker.delete(POOL)
    assert (again.status_code, again.json()["metadata"]["deletionTimestamp"]) == (200, first)


@pytest.mark.shows("DeletePool.waiting")
def test_deleting_a_waiting_pool_cancels_its_order(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    assert speaker.delete(POOL).status_code == 200
    assert BillingOrder.objects.get().status == 4
    assert speaker.get(POOL).status_code == 404


PAID = {
    "os.modelarts/billing.mode": "1",
    "os.modelarts/period.type": "2",
    "os.modelarts/period.num": "1",
    "os.modelarts/auto.pay": "1",
}


@pytest.mark.shows("DeletePool.prepaid-strict")
def test_a_strict_endpoint_leaves_prepaid_pools_to_billing(speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_DELETES_PREPAID = False
    speaker.post(POOLS, creation(annotations=PAID))
    answer = speaker.delete(POOL)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")
    assert speaker.delete(POOL, **CONSOLE).status_code == 200


@pytest.mark.shows("DeletePool.prepaid")
def test_official_clients_delete_prepaid_pools(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(annotations=PAID))
    assert speaker.delete(POOL).status_code == 200


@pytest.mark.shows("ShowPool.unknown", "DeletePool.unknown")
@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("name", ["nobody", "%F0%9F%8F%8A", "x" * 300])
def test_a_pool_nobody_made_is_not_found(speaker: Speaker, method: str, name: str) -> None:
    answer = speaker.call(method, f"{POOLS}/{name}")
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50015001")


@pytest.mark.shows("ListPools.one-answer", "ListPools.buckets")
def test_lists_come_in_three_buckets(speaker: Speaker, home: EndpointProject) -> None:
    sampling.host(home)
    created, creating, failed = (set(names(speaker, f"?status={one}")) for one in ("created", "creating", "failed"))
    assert creating == {"sample-creating", "sample-waiting"}
    assert failed == {"sample-creation-failed"}
    assert set(names(speaker)) == created | creating
    assert "sample-deleting" in created


@pytest.mark.shows("ListPools.selector")
@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ("", {"pool-one", "pool-two"}),
        ("os.modelarts/name=pool-one", {"pool-one"}),
        ("os.modelarts/name==pool-one", {"pool-one"}),
        ("os.modelarts/name!=pool-one", {"pool-two"}),
        ("os.modelarts/name in (pool-one, pool-two),os.modelarts.pool/biz=private", {"pool-one", "pool-two"}),
        ("os.modelarts/name notin (pool-one)", {"pool-two"}),
        ("team", {"pool-two"}),
        ("!team", {"pool-one"}),
    ],
)
def test_label_selectors_are_read_as_kubernetes_reads_them(speaker: Speaker, selector: str, found: set[str]) -> None:
    speaker.post(POOLS, creation(name="pool-one"))
    second = creation(name="pool-two")
    second["metadata"]["labels"]["team"] = "blue"
    speaker.post(POOLS, second)
    assert set(names(speaker, f"?labelSelector={quote(selector)}")) == found


@pytest.mark.shows("ListPools.nonsense")
@pytest.mark.parametrize("query", ["status=nothing", "labelSelector=%3D%3D", "workspaceId=%00", "labelSelector=a%20in"])
def test_a_query_that_means_nothing_is_told(speaker: Speaker, query: str) -> None:
    answer = speaker.get(f"{POOLS}?{query}")
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")


@pytest.mark.shows("ListPools.workspace")
def test_a_list_is_narrowed_to_a_workspace(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    assert names(speaker, "?workspaceId=0") == ["pool-ae01"]
    assert names(speaker, "?workspaceId=other") == []


@pytest.mark.shows("ListPools.parent")
def test_pools_below_a_pool_are_asked_for_by_their_parent(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    speaker.post(POOLS, creation(name="pool-below", parent=ident()))
    assert names(speaker, f"?parent={ident()}") == ["pool-below"]
    assert names(speaker, "?parent=nobody") == []


@pytest.mark.shows("ShowPoolStatistics.counts")
def test_statistics_count_what_is_there(speaker: Speaker, home: EndpointProject) -> None:
    sampling.host(home)
    counted = speaker.get(f"/v2/{PROJECT}/statistics/pools").json()["statistics"]["status"]
    assert counted == {"creating": 1, "created": 4, "failed": 1, "pending": 1, "deleting": 1}


@pytest.mark.shows("CreatePool.reason")
def test_a_number_of_nodes_beyond_reason_is_refused(speaker: Speaker) -> None:
    answer = speaker.post(POOLS, creation(resource={"count": 10**18}))
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")
    assert not HostedPool.objects.exists()


def rejected(speaker: Speaker, name: str = "pool-ae01") -> tuple[str, str]:
    """Have a creation's order cancelled; returns the names of its work order and of its billing order."""
    metadata = speaker.post(POOLS, creation(name=name), **CONSOLE).json()["metadata"]
    order_id = metadata["annotations"]["os.modelarts/order.id"]
    speaker.put("/v2/orders/customer-orders/cancel", {"order_id": order_id})
    return metadata["labels"]["os.modelarts/order.name"], order_id


@pytest.mark.shows("CreatePool.failed-name")
def test_a_failed_creation_gives_its_name_free(speaker: Speaker) -> None:
    rejected(speaker)
    answer = speaker.post(POOLS, EXAMPLE)
    assert answer.status_code == 200
    assert phase(speaker) == "Running"


@pytest.mark.shows("CreatePool.failed-name")
@pytest.mark.parametrize("prefix", ["fate-creationfailed", "fate-expiring"])
def test_a_creation_that_failed_by_itself_gives_its_name_free(speaker: Speaker, prefix: str) -> None:
    speaker.post(POOLS, creation(prefix=prefix), **(CONSOLE if prefix == "fate-expiring" else {}))
    assert phase(speaker) == "CreationFailed"
    assert speaker.post(POOLS, EXAMPLE).status_code == 200


@pytest.mark.shows("CreatePool.living-name")
def test_a_name_that_waits_or_lives_stays_taken(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    assert speaker.post(POOLS, EXAMPLE).status_code == 409
    paying.pay(BillingOrder.objects.get())
    assert speaker.post(POOLS, EXAMPLE).status_code == 409


@pytest.mark.shows("ListPools.failed-with-living")
def test_a_failure_stays_on_record_when_its_name_is_another_pools(speaker: Speaker) -> None:
    work_order, order_id = rejected(speaker)
    speaker.post(POOLS, EXAMPLE)
    assert names(speaker) == ["pool-ae01"]
    assert names(speaker, "?status=failed") == ["pool-ae01"]
    assert speaker.get(f"/v2/{PROJECT}/statistics/pools").json()["statistics"]["status"]["failed"] == 1
    assert speaker.get(f"/v1/{PROJECT}/orders/{work_order}").json()["items"][0]["status"] == "failed"
    billed = speaker.get(f"/v2/orders/customer-orders/details/{order_id}").json()
    assert billed["order_info"]["status"] == 4
    with freeze_time(timezone.now() + timedelta(days=3)):
        assert names(speaker, "?status=failed") == []


@pytest.mark.shows("ListPools.failed-with-living")
def test_pools_of_one_name_are_told_apart_by_their_creation_times(speaker: Speaker) -> None:
    with freeze_time(timezone.now()):
        for _ in range(3):
            rejected(speaker)
        failed = speaker.get(f"{POOLS}?status=failed").json()["items"]
    assert len({item["metadata"]["creationTimestamp"] for item in failed}) == 3


def test_failures_whose_name_is_another_pools_use_no_quota(speaker: Speaker, home: EndpointProject) -> None:
    home.tenancy.pool_quota = 1
    home.tenancy.save()
    for _ in range(3):
        rejected(speaker)
    assert speaker.post(POOLS, EXAMPLE).status_code == 200


@pytest.mark.shows("PayOrders.not-back-to-life")
def test_a_pool_that_lost_its_name_is_not_paid_back_to_life(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, **CONSOLE)
    HostedPool.objects.update(buried=True)
    with pytest.raises(paying.TooLate):
        paying.pay(BillingOrder.objects.get())
    assert BillingOrder.objects.get().status == 6
