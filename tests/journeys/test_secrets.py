"""Secrets of a whole product at its most talkative: in no log, on no page, and in no readable form in its database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.engines import wait_for
from tests.journeys.records import phase, rows, state
from tests.journeys.visitor import Visitor
from tests.running import Product, running

pytestmark = pytest.mark.process

MISTYPED = "mistyped-password-0123456789"
ROTATED = "rotated-secret-key-0123456789abcdefghijk"
SUPERUSER = {"username": "root-of-all", "password": "superuser-password-0123456789"}
ROTATE = f"from pools.models import Project; p = Project.objects.get(); p.secret_key = {ROTATED!r}; p.save()"
ROOMS = ["/", "/approvals/", "/approvals/?tab=decided", "/teams/", "/orders/new/", "/changes"]


@pytest.fixture(scope="module")
def lived() -> Iterator[tuple[Product, dict[str, str], str]]:
    """A product with a past, the secrets it was trusted with, and every page that its people were shown."""
    with running(LOG_LEVEL="DEBUG", LOG_FORMAT="json") as product:
        product.manage(
            "createsuperuser", "--noinput", "--username", SUPERUSER["username"], "--email", "root@example.org",
            DJANGO_SUPERUSER_PASSWORD=SUPERUSER["password"],
        )  # fmt: skip
        member, admin = Visitor(product), Visitor(product, "admin")
        order = member.order("well-kept")
        wait_for(lambda: phase(product, order) == "Waiting", what="the cloud's order")
        admin.ask(f"/approvals/{order}/approve/", yes="1")
        wait_for(lambda: phase(product, order) == "Running", what="the pool to run")
        token = _tokens(product)
        product.manage("shell", "--command", ROTATE)
        held = member.order("held-back")
        wait_for(lambda: state(product, held) == "held", what="the endpoint to refuse the key")
        pages = "".join(_pages(product, [member, admin], order=order, held=held))
        yield product, _secrets(product) | {"token": token}, pages


def _tokens(product: Product) -> str:
    """Ask for a token twice, once with a wrong password, and sign in wrongly once; returns the token."""
    endpoint = product.first_run["endpoint"]
    answers = []
    for password in (MISTYPED, endpoint["iam"]["password"]):
        user = {
            "name": endpoint["iam"]["username"],
            "password": password,
            "domain": {"name": endpoint["iam"]["domain"]},
        }
        identity = {"methods": ["password"], "password": {"user": user}}
        asked = {"auth": {"identity": identity, "scope": {"project": {"id": endpoint["project_id"]}}}}
        answers.append(requests.post(f"{endpoint['url']}/v3/auth/tokens", json=asked, timeout=10))
    assert [answer.status_code for answer in answers] == [401, 201]
    with pytest.raises(AssertionError, match="not signed in"):
        product.session({"username": product.account()["username"], "password": MISTYPED})
    token = answers[1].headers["X-Subject-Token"]
    listed = f"{endpoint['url']}/v2/{endpoint['project_id']}/pools"
    assert requests.get(listed, headers={"X-Auth-Token": token}, timeout=10).status_code == 200
    return token


def _pages(product: Product, people: list[Visitor], *, order: int, held: int) -> Iterator[str]:
    [(pool,)] = rows(product, f"SELECT id FROM pools_pool WHERE order_id = {order}")
    things = [f"/orders/{order}/", f"/orders/{held}/", f"/pools/{pool}/", f"/approvals/{order}/"]
    for visitor in people:
        for address in [*ROOMS, *things]:
            yield visitor.ask(address).text
    place, _ = people[0].review("shown-with-curl")
    yield people[0].ask(place.replace("/place/", "/review/")).text
    root = product.session(SUPERUSER)
    index = root.get(f"{product.url}/admin/", timeout=30).text
    lists = sorted(set(re.findall(r'href="(/admin/\w+/\w+/)"', index)))
    assert "/admin/pools/project/" in lists
    for address in lists:
        page = root.get(product.url + address, timeout=30)
        yield page.text
        for row in re.findall(rf'href="({address}[^"]+/change/)[^"]*"', page.text)[:3]:
            yield root.get(product.url + row, timeout=30).text


def _secrets(product: Product) -> dict[str, str]:
    told, data = product.first_run, Path(product.environment["DATA_DIR"])
    return {
        **{f"the password of {account['username']}": account["password"] for account in told["accounts"]},
        "the endpoint's secret key": told["endpoint"]["secret_key"],
        "the IAM password": told["endpoint"]["iam"]["password"],
        "SECRET_KEY": (data / "secret-key").read_text().strip(),
        "CREDENTIALS_KEYS": (data / "credentials-keys").read_text().strip(),
        "a rotated secret key": ROTATED,
        "a mistyped password": MISTYPED,
        "the superuser's password": SUPERUSER["password"],
    }


def test_no_secret_is_in_a_log(lived: tuple[Product, dict[str, str], str]) -> None:
    product, secrets, _ = lived
    log = product.log()
    assert "DEBUG" in log
    assert [name for name, secret in secrets.items() if secret in log] == []


def test_no_secret_is_on_a_page(lived: tuple[Product, dict[str, str], str]) -> None:
    _, secrets, pages = lived
    assert "held-back" in pages
    assert "/v3/auth/tokens" in pages
    assert [name for name, secret in secrets.items() if secret in pages] == []


def test_no_secret_can_be_read_in_the_database(lived: tuple[Product, dict[str, str], str]) -> None:
    product, secrets, _ = lived
    files = Path(product.environment["DATA_DIR"]).glob("poolhouse.sqlite3*")
    written = b"".join(file.read_bytes() for file in files)
    assert b"held-back" in written
    assert [name for name, secret in secrets.items() if secret.encode() in written] == []


def test_the_log_follows_an_order_from_the_click_to_the_cloud_and_back(
    lived: tuple[Product, dict[str, str], str],
) -> None:
    product, _, _ = lived
    [(order, trace, theirs)] = rows(
        product, "SELECT id, trace, answer_id FROM pools_order WHERE pool_name = 'well-kept'"
    )
    named = [line.partition("| ") for line in product.log().splitlines() if f'"trace": "{trace}"' in line]
    said = [(process.strip(), json.loads(line)["message"]) for process, _, line in named]
    assert ("web", f"Order {order} was made") in said
    assert ("worker", f"Order {order} is accepted, was sending") in said
    sent = [message for process, message in said if process == "worker" and message.startswith("POST ")]
    assert theirs
    assert [theirs in message for message in sent] == [True]
