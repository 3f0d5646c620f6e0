"""What an error says about the thing that was asked for, against a stranger on a real socket."""

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pools.upstream import (
    AlreadyExists,
    Client,
    Garbled,
    InDoubt,
    NotFound,
    NotSent,
    Refused,
    Throttled,
    Unauthorised,
    Unreachable,
    UpstreamError,
    transport,
)
from tests.pools.upstream.conftest import PROJECT_ID, connect
from tests.pools.upstream.stranger import (
    Behaviour,
    Stranger,
    answering,
    dripping,
    flooding,
    hanging_up,
    raw,
    resetting,
    silent,
)

POOL = {"metadata": {"name": f"pool-ae01-{PROJECT_ID}"}}


@pytest.mark.shows("ClientErrors.not-sent")
def test_a_refused_connection_sent_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NotSent, match="refused"):
        Client(connect(f"http://127.0.0.1:{port}")).create_pool(b"{}")


def test_what_could_not_be_over_in_time_is_not_begun(stranger: Stranger) -> None:
    client = Client(connect(stranger.url, read_timeout=5)).within(datetime.now(UTC) + timedelta(seconds=9))

    with pytest.raises(NotSent, match="time"):
        client.create_pool(b"{}")
    assert stranger.heard == []


def test_what_can_be_over_in_time_is_said(stranger: Stranger) -> None:
    stranger.will(answering(POOL))
    client = Client(connect(stranger.url, read_timeout=5)).within(datetime.now(UTC) + timedelta(seconds=11))

    assert client.create_pool(b"{}").document == POOL


def test_a_name_nobody_knows_sent_nothing() -> None:
    with pytest.raises(NotSent, match="resolved"):
        Client(connect("https://nowhere.invalid")).create_pool(b"{}")


@pytest.mark.shows("ClientErrors.not-sent")
def test_a_connection_nobody_answers_sent_nothing() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())

        with pytest.raises(NotSent, match="in time"):
            Client(connect(f"http://127.0.0.1:{listener.getsockname()[1]}", read_timeout=0.3)).create_pool(b"{}")
        for one in crowd:
            one.close()


def test_a_failed_tls_handshake_sent_nothing(stranger: Stranger) -> None:
    stranger.will(hanging_up)

    with pytest.raises(NotSent):
        Client(connect(stranger.url.replace("http", "https"), read_timeout=0.5)).create_pool(b"{}")


@pytest.mark.shows("ClientErrors.in-doubt")
@pytest.mark.parametrize(
    "behaviour",
    [
        hanging_up,
        resetting,
        raw(b"HTTP/1.1 200 OK\r\nContent-Len"),
        raw(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"metadata":'),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnonsense"),
        raw(b"I am not HTTP at all\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n"),
        answering({"error_code": "ModelArts.50005000", "error_msg": "internal error"}, status=500),
        answering(b"<html>Bad gateway</html>", status=502),
        answering(None, status=503),
    ],
)
def test_a_broken_answer_to_a_creation_leaves_it_in_doubt(
    client: Client, stranger: Stranger, behaviour: Behaviour
) -> None:
    stranger.will(behaviour)

    with pytest.raises(InDoubt):
        client.create_pool(b"{}")


@pytest.mark.shows("ClientErrors.never-twice")
@pytest.mark.parametrize(
    "behaviour",
    [hanging_up, resetting, answering(None, status=500), answering(b"nonsense"), answering(None, status=307)],
)
@pytest.mark.parametrize("act", ["create", "delete", "pay", "cancel"])
def test_what_changes_things_is_never_sent_twice(
    client: Client, stranger: Stranger, behaviour: Behaviour, act: str
) -> None:
    stranger.will(behaviour)
    acts: dict[str, Callable[[], object]] = {
        "create": lambda: client.create_pool(b"{}"),
        "delete": lambda: client.delete_pool("pool-1"),
        "pay": lambda: client.pay_order("CS1"),
        "cancel": lambda: client.cancel_order("CS1"),
    }

    with suppress(UpstreamError):
        acts[act]()

    assert len(stranger.heard) == 1


def test_silence_after_sending_leaves_it_in_doubt(stranger: Stranger) -> None:
    stranger.will(silent)

    with pytest.raises(Unreachable, match="No answer") as told:
        Client(connect(stranger.url, read_timeout=0.2)).create_pool(b"{}")

    assert told.value.timed_out


@pytest.mark.shows("ClientErrors.bounds")
def test_an_answer_that_only_drips_ends_within_twice_the_read_timeout(stranger: Stranger) -> None:
    stranger.will(dripping)
    begun = time.monotonic()

    with pytest.raises(Unreachable, match="No answer"):
        Client(connect(stranger.url, read_timeout=0.2)).get_pool("pool-1")

    assert time.monotonic() - begun < 1


@pytest.mark.shows("ClientErrors.without-end")
def test_an_answer_without_end_is_cut_off(client: Client, stranger: Stranger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST_ANSWER", 3_000_000)
    stranger.will(flooding)

    with pytest.raises(Garbled, match="too large"):
        client.create_pool(b"{}")


@pytest.mark.shows("ClientErrors.no-redirects")
def test_an_endless_redirect_is_not_even_read(client: Client, stranger: Stranger) -> None:
    stranger.will(raw(b"HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 9\r\n\r\nelsewhere"))

    with pytest.raises(Garbled, match="leads elsewhere"):
        client.get_pool("pool-1")

    assert len(stranger.heard) == 1


@pytest.mark.shows("ClientErrors.other-shape")
@pytest.mark.parametrize(
    "body",
    [b"", b"nonsense", b"[]", b"null", b'{"metadata": {}}', b'{"metadata": {"name": 3}}', b"\xff\xfe", b"[" * 100_000],
)
def test_a_success_of_another_shape_is_garbled_and_in_doubt(client: Client, stranger: Stranger, body: bytes) -> None:
    stranger.will(answering(body))

    with pytest.raises(Garbled) as told:
        client.create_pool(b"{}")

    assert isinstance(told.value, InDoubt)


@pytest.mark.shows("ClientErrors.other-shape")
@pytest.mark.parametrize("body", [{}, {"items": None}, {"items": [3]}, {"items": [{"metadata": {}}]}])
def test_a_list_of_another_shape_is_not_an_empty_list(client: Client, stranger: Stranger, body: object) -> None:
    stranger.will(answering(body))

    with pytest.raises(Garbled):
        client.list_pools()


@pytest.mark.shows("ClientErrors.each-answer")
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Refused),
        (405, Refused),
        (413, Refused),
        (404, Refused),
        (409, AlreadyExists),
        (401, Unauthorised),
        (403, Unauthorised),
        (429, Throttled),
        (408, Unreachable),
    ],
)
def test_each_answer_to_a_creation_has_its_name(
    client: Client, stranger: Stranger, status: int, error: type[UpstreamError]
) -> None:
    stranger.will(answering({"error_code": "X.1", "error_msg": "no"}, status=status))

    with pytest.raises(UpstreamError) as told:
        client.create_pool(b"{}")

    assert type(told.value) is error
    assert (told.value.code, told.value.message, told.value.status) == ("X.1", "no", status)


def test_a_missing_pool_is_not_found(client: Client, stranger: Stranger) -> None:
    stranger.will(answering({"error_code": "ModelArts.50015001", "error_msg": "pool not found"}, status=404))

    with pytest.raises(NotFound):
        client.get_pool("pool-1")


def test_a_conflict_when_paying_is_a_refusal(client: Client, stranger: Stranger) -> None:
    stranger.will(answering({"error_code": "CBC.1", "error_msg": "no"}, status=409))

    with pytest.raises(Refused):
        client.pay_order("CS1")


@pytest.mark.shows("ClientErrors.every-spelling")
@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"error_code": "A", "error_msg": "b"}, ("A", "b")),
        ({"errorCode": "A", "errorMsg": "b"}, ("A", "b")),
        ({"code": "A", "message": "b"}, ("A", "b")),
        ({"error": {"code": 401, "message": "b"}}, ("401", "b")),
        ({"error_code": ["A"], "error_msg": {}}, ("", "HTTP 400")),
        ([], ("", "HTTP 400")),
    ],
)
def test_the_words_of_an_error_are_found_in_every_spelling(
    client: Client, stranger: Stranger, document: object, words: tuple[str, str]
) -> None:
    stranger.will(answering(document, status=400))

    with pytest.raises(Refused) as told:
        client.create_pool(b"{}")

    assert (told.value.code, told.value.message) == words


@pytest.mark.shows("ClientErrors.retry-after")
@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7.0), ("0", 0.0), ("99999999999999999999", 3600.0), ("soon", None), ("-3", None), ("", None)],
)
def test_retry_after_in_seconds(client: Client, stranger: Stranger, said: str, seconds: float | None) -> None:
    stranger.will(answering(None, status=429, headers={"Retry-After": said}))

    with pytest.raises(Throttled) as told:
        client.list_pools()

    assert told.value.retry_after == seconds


@pytest.mark.shows("ClientErrors.retry-after")
def test_retry_after_as_a_date(client: Client, stranger: Stranger) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    stranger.will(answering(None, status=429, headers={"Retry-After": at}))

    with pytest.raises(Throttled) as told:
        client.list_pools()

    assert told.value.retry_after == pytest.approx(40, abs=2)


@pytest.mark.shows("ClientErrors.never-twice")
def test_a_read_whose_connection_broke_is_tried_once_more(client: Client, stranger: Stranger) -> None:
    stranger.will(resetting, answering(POOL))

    assert client.get_pool("pool-1").document == POOL


@pytest.mark.shows("ClientErrors.never-twice")
def test_a_read_is_not_tried_a_third_time(client: Client, stranger: Stranger) -> None:
    stranger.will(resetting, resetting, answering(POOL))

    with pytest.raises(Unreachable):
        client.get_pool("pool-1")


@pytest.mark.shows("ClientCredentials.secrets")
def test_no_error_and_no_repr_holds_a_secret(client: Client, stranger: Stranger) -> None:
    secret = client.connection.secret_key
    stranger.will(answering({"error_code": "X", "error_msg": f"your key {secret} is wrong"}, status=401))

    with pytest.raises(Unauthorised) as told:
        client.list_pools()

    shown = f"{told.value!r} {told.value} {client!r} {client.connection!r}"
    assert secret not in shown
    assert client.connection.access_key not in shown


def test_without_credentials_nothing_is_sent(stranger: Stranger) -> None:
    stranger.will(answering(POOL))
    connection = connect(stranger.url)
    object.__setattr__(connection, "secret_key", "")

    with pytest.raises(Unauthorised):
        Client(connection).create_pool(b"{}")

    assert not stranger.heard
