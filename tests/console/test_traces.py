"""One name from a click to the cloud and back, and log lines that nobody can forge."""

from __future__ import annotations

import json
import logging
import sys
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.logs import Json, Lines, Plain
from pools import approving, submitting, tasks, tracing
from pools.models import Order
from pools.states import OrderState
from tests import builders
from tests.console.scenes import Scene
from tests.pools.upstream.stranger import Stranger, answering


@pytest.mark.django_db
def test_every_answer_of_a_page_is_named_and_no_two_alike(client: Client) -> None:
    names = {client.get("/healthz").headers["X-Request-Id"] for _ in range(3)}
    assert len(names) == 3
    assert all(len(name) == 32 for name in names)


@pytest.mark.parametrize(("given", "behind_proxy", "taken"), [
    ("0123456789abcdef", True, True),
    ("0123456789abcdef", False, False),
    ("short", True, False),
    ("with space and more", True, False),
    ("x" * 65, True, False),
])  # fmt: skip
def test_only_a_proxy_of_ours_may_name_a_request(
    client: Client, settings: Any, given: str, behind_proxy: bool, taken: bool
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    answer = client.get("/healthz", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) is taken


@pytest.mark.django_db
def test_what_a_click_makes_bears_its_name(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    waiting = scene.waiting()
    answer = client.post(reverse("approve", args=[waiting.pk]), {"digest": approving.digest_of(waiting)})
    assert waiting.decisions.get().trace == answer.headers["X-Request-Id"]


@pytest.mark.django_db
def test_what_no_click_made_has_a_name_of_its_own(scene: Scene) -> None:
    assert scene.order().trace != scene.order().trace
    assert tracing.known() == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_the_worker_takes_the_name_up_and_keeps_what_the_cloud_called_its_answer(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    caplog.handler.setFormatter(Json())
    cloud = Stranger()
    body = builders.heard(name="pool-one") if status == 200 else {"error_code": "X.1", "error_msg": "no"}
    cloud.will(answering(body, status=status, headers={"X-Request-Id": "theirs-1234"}))
    project = builders.project(url=cloud.url)
    order = builders.order(team=builders.team(), placed_by=builders.person(), project=project)

    tasks.attend_order(order.pk)

    cloud.close()
    order.refresh_from_db()
    assert order.answer_id == "theirs-1234"
    lines = [json.loads(line) for line in caplog.text.splitlines()]
    mine = [line["message"] for line in lines if line.get("trace") == order.trace]
    assert any("theirs-1234" in message for message in mine)
    assert any(f"Order {order.pk} is {order.state}" in message for message in mine)


@pytest.mark.django_db(transaction=True)
def test_a_look_at_what_became_of_it_does_not_take_the_place_of_the_answer(scene: Scene) -> None:
    cloud = Stranger()
    cloud.will(answering({"error_code": "X", "error_msg": "no"}, status=404, headers={"X-Request-Id": "a-look"}))
    order = scene.order(project=builders.project(url=cloud.url), state=OrderState.IN_DOUBT, answer_id="the-sending")
    with tracing.following(order.trace):
        submitting.settle(order)
    cloud.close()
    assert Order.objects.get(pk=order.pk).answer_id == "the-sending"


@pytest.mark.django_db
@pytest.mark.parametrize("staff", [True, False])
def test_staff_find_both_names_on_the_page_of_the_order(client: Client, scene: Scene, staff: bool) -> None:
    order = scene.order(answer_id="theirs-1234")
    scene.member.is_staff = staff
    scene.member.save()
    client.force_login(scene.member)
    page = client.get(reverse("order", args=[order.pk])).content.decode()
    assert ("theirs-1234" in page, order.trace in page) == (staff, staff)


def _record(message: str, *args: object, **extra: object) -> logging.LogRecord:
    return logging.getLogger("room").makeRecord("room", logging.INFO, "file", 1, message, args, None, extra=extra)


def test_a_line_for_people_bears_the_trace_of_what_is_done() -> None:
    with tracing.following("abc"):
        assert Lines().format(_record("it %s", "works")).endswith(" INFO room [abc]: it works")
    assert Lines().format(_record("it works")).endswith(" INFO room: it works")


@pytest.mark.parametrize("break_", ["\n", "\r\n", "\x1b[2J", "\u2028", "\x85"])
def test_nobody_can_write_a_line_of_their_own(break_: str) -> None:
    forged = _record("signed in: %s", f"mia{break_}2026-01-01 INFO all is well")
    for formatter in (Lines(), Json()):
        line = formatter.format(forged)
        assert len(line.splitlines()) == 1
        assert "\x1b" not in line


def test_a_line_of_json_holds_what_was_given_with_it_and_no_objects() -> None:
    told = json.loads(Json().format(_record("hm", status_code=500, request=object(), text="é")))
    assert (told["message"], told["level"], told["logger"]) == ("hm", "INFO", "room")
    assert (told["status_code"], told["text"]) == (500, "é")
    assert "request" not in told
    assert told["time"].endswith("+00:00")


def test_an_exception_stays_in_its_line() -> None:
    record = _record("broken")
    try:
        int("inside")
    except ValueError:
        record.exc_info = sys.exc_info()
    assert "ValueError: invalid literal" in json.loads(Json().format(record))["exception"]


@pytest.mark.django_db
def test_a_refusal_is_one_line_of_the_log(client: Client, scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(Plain())
    client.force_login(scene.member)
    assert client.post(reverse("approve", args=[scene.waiting().pk])).status_code == 403
    assert "Forbidden" in caplog.text
    assert "Traceback" not in caplog.text
