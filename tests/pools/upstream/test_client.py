"""What is said abroad, and what is made of a good answer."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from pools.upstream import Client, Garbled, Refused
from tests.pools.upstream.conftest import PROJECT_ID, connect
from tests.pools.upstream.stranger import Behaviour, Stranger, answering

POOL: dict[str, Any] = {"metadata": {"name": f"pool-ae01-{PROJECT_ID}"}, "spec": {"unknown": [1, {"x": None}]}}


@pytest.mark.shows("ClientCalls.bytes")
def test_a_creation_sends_the_very_bytes_and_asks_for_ordering(client: Client, stranger: Stranger) -> None:
    stranger.will(answering(POOL))
    body = '{ "b":1,  "a": "ü" }'

    client.create_pool(body)

    [request] = stranger.heard
    assert (request.method, request.target) == ("POST", f"/v2/{PROJECT_ID}/pools")
    assert request.body == body.encode()
    assert request.headers["request-type"] == "console"
    assert request.headers["content-type"] == "application/json"
    assert request.headers["x-project-id"] == PROJECT_ID


@pytest.mark.shows("ClientCalls.deletes")
def test_a_deletion_asks_for_ordering(client: Client, stranger: Stranger) -> None:
    stranger.will(answering(None, status=204))

    heard = client.delete_pool("pool-1")

    assert heard.document == {}
    assert stranger.heard[0].headers["request-type"] == "console"


@pytest.mark.shows("ClientCalls.changes")
def test_a_change_is_a_merge_patch_sent_byte_for_byte(client: Client, stranger: Stranger) -> None:
    stranger.will(answering({"metadata": {"name": "pool-1"}}))

    client.change_pool("pool-1", '{ "spec": {} }')

    [asked] = stranger.heard
    assert (asked.method, asked.body) == ("PATCH", b'{ "spec": {} }')
    assert asked.headers["content-type"] == "application/merge-patch+json"


@pytest.mark.parametrize("said", [{}, {"metadata": {"name": "another"}}, {"metadata": []}])
def test_a_success_that_does_not_name_the_pool_that_was_changed_is_a_doubt(
    client: Client, stranger: Stranger, said: dict[str, object]
) -> None:
    stranger.will(answering(said))

    with pytest.raises(Garbled):
        client.change_pool("pool-1", "{}")


@pytest.mark.shows("ClientErrors.other-deletion")
@pytest.mark.parametrize(
    "answer",
    [
        answering({}),
        answering(None),
        answering(POOL),
        answering({"metadata": {"name": "another", "deletionTimestamp": "2026-03-01T08:00:00Z"}}),
        answering({"metadata": []}, status=202),
        answering([], status=202),
    ],
)
def test_a_deletion_is_answered_with_the_pool_and_when_it_is_deleted(
    client: Client, stranger: Stranger, answer: Behaviour
) -> None:
    stranger.will(answer)

    with pytest.raises(Garbled):
        client.delete_pool(POOL["metadata"]["name"])


@pytest.mark.shows("ClientCalls.fresh-connection")
def test_every_call_has_a_connection_of_its_own(client: Client, stranger: Stranger) -> None:
    stranger.will(answering(POOL))

    client.get_pool("a")
    client.get_pool("b")

    assert [request.headers["connection"] for request in stranger.heard] == ["close", "close"]


def test_a_pool_is_heard_whole_with_unknown_keys(client: Client, stranger: Stranger) -> None:
    stranger.will(answering(POOL))

    assert client.get_pool("pool-1").document == POOL


@pytest.mark.shows("ClientErrors.clock")
def test_the_request_id_and_the_difference_of_clocks_are_kept(client: Client, stranger: Stranger) -> None:
    ahead = format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True)
    stranger.will(answering(POOL, headers={"Date": ahead, "X-Request-Id": "abc"}))

    heard = client.get_pool("pool-1")

    assert heard.request_id == "abc"
    assert heard.clock_skew == pytest.approx(120, abs=2)


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 Foo 2026"])
def test_a_date_that_cannot_be_read_is_no_difference_known(client: Client, stranger: Stranger, date: str) -> None:
    stranger.will(answering(POOL, headers={"Date": date}))

    assert client.get_pool("pool-1").clock_skew is None


@pytest.mark.shows("ClientCalls.names")
def test_names_in_a_path_are_quoted(client: Client, stranger: Stranger) -> None:
    stranger.will(answering(POOL))

    client.get_pool("a b/../c?d")

    assert stranger.heard[0].target == f"/v2/{PROJECT_ID}/pools/a%20b%2F..%2Fc%3Fd"


@pytest.mark.shows("ClientCalls.names")
@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_change_the_path_is_an_error_of_ours(client: Client, name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        client.delete_pool(name)


@pytest.mark.shows("ClientCalls.pages")
def test_a_list_is_followed_to_its_end(client: Client, stranger: Stranger) -> None:
    first = {"items": [{"metadata": {"name": "a"}}], "metadata": {"continue": "next token"}}
    stranger.will(answering(first), answering({"items": [{"metadata": {"name": "b"}}], "metadata": {}}))

    heard = client.list_networks()

    assert [item["metadata"]["name"] for item in heard.document["items"]] == ["a", "b"]
    assert "continue=next%20token" in stranger.heard[1].target


@pytest.mark.shows("ClientCalls.failed")
def test_failed_pools_are_asked_for_by_their_status(client: Client, stranger: Stranger) -> None:
    stranger.will(answering({"items": []}))

    client.list_pools(status="failed")

    assert stranger.heard[0].target.endswith("/pools?status=failed")


@pytest.mark.shows("ClientCalls.pages", "ClientCalls.since")
def test_orders_are_paged_by_offset(client: Client, stranger: Stranger) -> None:
    full = {"count": 501, "items": [{"orderName": f"order.{number}"} for number in range(500)]}
    stranger.will(answering(full), answering({"count": 501, "items": [{"orderName": "order.last"}]}))

    heard = client.list_orders(since=datetime(2026, 1, 1, tzinfo=UTC), involved="pool-1")

    assert len(heard.document["items"]) == 501
    assert "since=1767225600000" in stranger.heard[0].target
    assert "offset=500" in stranger.heard[1].target


@pytest.mark.shows("ClientCalls.billing")
def test_billing_is_asked_in_the_name_of_the_account(client: Client, stranger: Stranger) -> None:
    stranger.will(answering(None, status=204))

    client.pay_order("CS1")

    [request] = stranger.heard
    assert request.target == "/v3/orders/customer-orders/pay"
    assert request.headers["x-domain-id"] == "d" * 32
    assert "x-project-id" not in request.headers
    assert b'"order_id": "CS1"' in request.body


@pytest.mark.shows("ClientCalls.no-billing")
def test_without_a_billing_address_paying_is_refused(stranger: Stranger) -> None:
    connection = connect(stranger.url)
    object.__setattr__(connection, "bss_url", "")

    with pytest.raises(Refused, match="billing address"):
        Client(connection).pay_order("CS1")
