"""docker-compose.yml in motion, as on several machines: its own commands and variables, each service a process tree.

Two webs behind the proxy that ends TLS, two workers and two beats share one PostgreSQL and one Redis, and nothing else.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.composed import Composed, Container
from tests.engines import Postgres, Redis, serving, wait_for
from tests.journeys.visitor import Visitor, number_in
from tests.prepared import MIGRATED

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("composed")]


@pytest.fixture(scope="module")
def broker() -> Iterator[Redis]:
    with serving(Redis()) as server:
        yield server


@pytest.fixture(scope="module")
def composed(postgres: Postgres, broker: Redis) -> Iterator[Composed]:
    variables = {"ENDPOINT_PACE": "instant", "UPSTREAM_READ_TIMEOUT": "2", "DECISION_UNDO_SECONDS": "0"}
    made = Composed(postgres.create_database(template=MIGRATED), broker, variables)
    try:
        with ThreadPoolExecutor() as aside:
            collecting = aside.submit(made.collect_static)
            made.finish("migrate")
            made.finish("first-run")
            collecting.result()
        made.read_first_run()
        webs = [made.start("web") for _ in range(2)]
        for service in ("demo", "worker", "worker", "beat", "beat"):
            made.start(service)
        made.start_proxy(*webs)
        made.wait_until_ready()
        yield made
    finally:
        made.remove()


def of(composed: Composed, service: str) -> list[Container]:
    return [each for each in composed.containers if each.service == service]


def rows(composed: Composed, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(composed.database_url) as connection:
        return connection.execute(statement.encode()).fetchall()


def phases(composed: Composed, orders: list[int]) -> list[str]:
    """The phases of the orders' pools, of those that have one."""
    numbers = ", ".join(map(str, orders))
    found = rows(composed, f"SELECT phase FROM pools_pool WHERE order_id IN ({numbers}) ORDER BY order_id")
    return [phase for (phase,) in found]


def test_an_order_runs_through_behind_tls(composed: Composed) -> None:
    member, admin = Visitor(composed), Visitor(composed, "admin")
    order = member.order("through-tls")
    wait_for(lambda: phases(composed, [order]) == ["Waiting"], what="the cloud's order")

    admin.decide(order)

    wait_for(lambda: phases(composed, [order]) == ["Running"], what="the pool to run")
    [session] = [cookie for cookie in member.session.cookies if cookie.name == "__Host-session"]
    assert (session.secure, session.path) == (True, "/")


def test_plain_http_leads_to_tls(composed: Composed) -> None:
    answer = requests.get(f"http://127.0.0.1:{composed.http}/teams/?a=b", allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.headers["Location"]) == (308, "https://127.0.0.1/teams/?a=b")


def test_nobody_writes_down_an_address_of_their_own(composed: Composed) -> None:
    pretending = {"X-Forwarded-For": "203.0.113.77", "Referer": f"{composed.url}/sign-in/"}
    session = composed.client()
    page = session.get(f"{composed.url}/sign-in/", timeout=10)
    token = page.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    form = {"username": "nobody", "password": "wrong", "csrfmiddlewaretoken": token}

    session.post(f"{composed.url}/sign-in/", form, headers=pretending, timeout=10)

    assert {address for (address,) in rows(composed, "SELECT address FROM console_tries")} == {"127.0.0.1"}


def test_the_proxy_names_the_request_and_so_does_every_log_line(composed: Composed) -> None:
    name = composed.ask("/sign-in/", headers={"X-Request-Id": "a-name-of-my-own"}).headers["X-Request-Id"]
    assert (len(name), name == "a-name-of-my-own") == (32, False)


def test_any_web_tells_of_all_processes(composed: Composed) -> None:
    assert composed.ask("/metrics").status_code == 401
    text = composed.monitored("/metrics").text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    told = {sample.labels["role"]: sample.value for sample in samples if sample.name == "poolhouse_processes"}
    assert told == {"beat": 2.0, "worker": 2.0}
    assert composed.monitored("/readyz").json()["ready"] is True


def test_when_one_beat_dies_the_other_ticks_on(composed: Composed) -> None:
    of(composed, "beat")[0].kill()
    [(now,)] = rows(composed, "SELECT now()")
    ticked = f"SELECT 1 FROM pools_presence WHERE role = 'beat' AND worked_at > '{now}'"
    wait_for(lambda: rows(composed, ticked), what="a tick")
    composed.start("beat")


def test_orders_placed_through_both_webs_while_workers_die_have_one_pool_each(composed: Composed) -> None:
    member, other = Visitor(composed), Visitor(composed, nth=1)
    first, second = of(composed, "worker")
    forms = [
        visitor.review(f"{visitor.account['username']}-{number}") for visitor in (member, other) for number in "123"
    ]
    visitors = [member] * 3 + [other] * 3
    orders = []
    for number, (visitor, (address, form)) in enumerate(zip(visitors, forms, strict=True)):
        orders.append(number_in(visitor.ask(address, **form)))
        if number in {1, 3}:
            (first if number == 1 else second).kill()
            composed.start("worker")

    wait_for(lambda: phases(composed, orders) == ["Waiting"] * 6, what="six pools", seconds=60)

    abroad = rows(composed, "SELECT name, count(*) FROM endpoint_hostedpool WHERE name <> 'through-tls' GROUP BY name")
    assert sorted(abroad) == sorted((f"{each.account['username']}-{n}", 1) for each in (member, other) for n in "123")
    made = ["was made" in web.log() for web in of(composed, "web")]
    assert made == [True, True]


def test_a_web_that_is_told_to_stop_answers_what_it_was_asked(composed: Composed) -> None:
    web = of(composed, "web")[0]
    head = f"POST /theme/ HTTP/1.1\r\nHost: localhost:{composed.https}\r\nX-Forwarded-Proto: https\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 10\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", web.port), timeout=10) as line:
        line.sendall(head.encode() + b"theme")
        time.sleep(0.3)
        with ThreadPoolExecutor() as aside:
            stopping = aside.submit(web.stop)
            time.sleep(0.5)
            line.sendall(b"=dark")
            assert line.recv(65536).startswith(b"HTTP/1.1 403")  # no token, and an answer all the same
            assert stopping.result() == 0
    assert composed.ask("/sign-in/").status_code == 200  # the other one


def test_everything_ends_in_good_order_when_it_is_told_to(composed: Composed) -> None:
    two_of_each = "SELECT count(*) FROM pools_presence WHERE seen_at > now() - interval '8 seconds' GROUP BY role"
    wait_for(lambda: rows(composed, two_of_each) == [(2,), (2,)], what="those that took a dead one's place")
    living = [each for each in composed.containers if each.family()]
    assert {each.service for each in living} >= {"web", "demo", "worker", "beat", "proxy"}
    with ThreadPoolExecutor() as aside:
        codes = dict(zip([each.folder.name for each in living], aside.map(Container.stop, living), strict=True))
    assert {name: code for name, code in codes.items() if code} == {}
    assert rows(composed, "SELECT role FROM pools_presence WHERE seen_at > now() - interval '5 seconds'") == []
