"""Secrets of a whole product at its most talkative: in no log, on no page, and in no readable form in its database."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.endpoint.signed import sdk_headers
from tests.engines import wait_for
from tests.journeys.records import phase, rows, state
from tests.journeys.visitor import Visitor
from tests.running import Product, running

pytestmark = pytest.mark.process

MISTYPED = "mistyped-password-0123456789"
ROTATED = "rotated-secret-key-0123456789abcdefghijk"
SUPERUSER = {"username": "root-of-all", "password": "superuser-password-0123456789"}
MONITORING = "monitoring-token-0123456789"
LOGIN = "login-password-0123456789"
SCRIPT = "export TOKEN=script-secret-0123456789"
ENCODED = b64encode(SCRIPT.encode()).decode()
# What staff type when they connect projects.
KEYS = {
    "access_key": "AKtyped0123456789abc",
    "secret_key": "typed-secret-key-0123456789abcdefghijklm",
    "security_token": "typed-security-token-0123456789",
}
USER = {"iam_domain": "poolhouse", "iam_user": "robot-of-ours", "iam_password": "typed-iam-password-0123456789"}
ROTATE = "from pools.models import Project; p = Project.objects.order_by('pk').first(); "
ROTATE += f"p.secret_key = {ROTATED!r}; p.save()"
ROOMS = ["/", "/approvals/", "/approvals/?tab=decided", "/teams/", "/orders/new/", "/changes"]
# For programs, and for anybody.
OPEN = ["/_sandbox/openapi.json", "/healthz", "/readyz", "/metrics", "/sign-in/"]


@dataclass(frozen=True)
class Lived:
    """A product with a past: the secrets it was trusted with, by name, and the pages that its people were shown.

    `elsewhere` are those shown to somebody of another team and to nobody in particular, and what the endpoint
    remembers of the calls it heard.
    """

    product: Product
    secrets: dict[str, str]
    pages: str
    elsewhere: str

    def found_in(self, text: str | bytes) -> list[str]:
        """The names of the secrets that stand there in the clear."""
        written = text if isinstance(text, bytes) else text.encode()
        return [name for name, secret in self.secrets.items() if secret.encode() in written]


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    with running(LOG_LEVEL="DEBUG", LOG_FORMAT="json", MONITORING_TOKEN=MONITORING) as product:
        product.manage(
            "createsuperuser", "--noinput", "--username", SUPERUSER["username"], "--email", "root@example.org",
            DJANGO_SUPERUSER_PASSWORD=SUPERUSER["password"],
        )  # fmt: skip
        root = Visitor(product, account=SUPERUSER)
        _ask_endpoint(product, "PUT", "log", b'{"keeps": true}')
        member, admin, stranger = Visitor(product), Visitor(product, "admin"), Visitor(product, stranger=True)
        order = member.order("well-kept", **_trusting(member))
        wait_for(lambda: phase(product, order) == "Waiting", what="the cloud's order")
        admin.decide(order)
        wait_for(lambda: phase(product, order) == "Running", what="the pool to run")
        token = _tokens(product)
        connected = _connect(product, root)
        log = _ask_endpoint(product, "GET", "log").text
        product.manage("shell", "--command", ROTATE)
        held = member.order("held-back")
        wait_for(lambda: state(product, held) == "held", what="the endpoint to refuse the key")
        things = _things(product, order=order, held=held)
        pages = [visitor.ask(address).text for visitor in (member, admin) for address in [*ROOMS, *things]]
        pages += [_review(member), *_pages_of_root(root, connected)]
        elsewhere = [stranger.ask(address).text for address in [*ROOMS, *things]]
        elsewhere += [requests.get(product.url + address, timeout=30).text for address in [*OPEN, *things]]
        yield Lived(product, _secrets(product) | {"token": token}, "".join(pages), "".join([*elsewhere, log]))


def _ask_endpoint(product: Product, method: str, what: str, body: bytes = b"") -> requests.Response:
    """Ask the endpoint to steer its project, with the project's own keys."""
    told = product.first_run["endpoint"]
    path, keys = f"/_sandbox/v1/{told['project_id']}/{what}", (told["access_key"], told["secret_key"])
    uri, headers = sdk_headers(method, path, key=keys, body=body, host=product.url.removeprefix("http://"))
    answer = requests.request(method, product.url + uri, data=body, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer


def _trusting(member: Visitor) -> dict[str, Any]:
    """A spec with a script that holds a secret, and a password for the nodes."""
    [resource] = member.document("")["spec"]["resources"]
    return {
        "resources": [{**resource, "extendParams": {"postInstall": ENCODED}}],
        "userLogin": {"password": LOGIN},
    }


def _connect(product: Product, root: Visitor) -> list[str]:
    """Connect two projects that nobody has, by keys and by a user; returns their addresses once they were tested."""
    root.ask("/projects/new/")
    said = {"where": "embedded", "name": "By keys", "project_id": "1" * 32, "signs_with": "keys", **KEYS}
    other = {**said, "name": "By password", "project_id": "2" * 32, "signs_with": "password", **USER}
    places = [root.ask("/projects/new/", **form).headers["Location"] for form in (said, other)]
    tested = "SELECT count(*) FROM pools_probe WHERE state = 'done'"
    wait_for(lambda: rows(product, tested) == [(2,)], what="the worker to test both")
    return places


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


def _things(product: Product, *, order: int, held: int) -> list[str]:
    [(pool,)] = rows(product, f"SELECT id FROM pools_pool WHERE order_id = {order}")
    return [f"/orders/{order}/", f"/orders/{held}/", f"/pools/{pool}/", f"/approvals/{order}/"]


def _review(member: Visitor) -> str:
    place, _ = member.review("shown-with-curl", **_trusting(member))
    return member.ask(place.replace("/place/", "/review/")).text


def _pages_of_root(root: Visitor, connected: list[str]) -> Iterator[str]:
    """The project room, and the admin's lists, each with something of what stands in it."""
    for address in ["/projects/", *connected, *(f"{address}edit/" for address in connected), "/metrics", "/readyz"]:
        yield root.ask(address).text
    lists = sorted(set(re.findall(r'href="(/admin/\w+/\w+/)"', root.ask("/admin/").text)))
    assert "/admin/pools/project/" in lists
    for address in lists:
        page = root.ask(address).text
        yield page
        for row in re.findall(rf'href="({address}[^"]+/change/)[^"]*"', page)[:1]:
            yield root.ask(row).text


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
        "the monitoring token": MONITORING,
        "the nodes' password": LOGIN,
        **{f"a typed {name}": KEYS[name] for name in KEYS},
        "a typed IAM password": USER["iam_password"],
    }


def test_no_secret_is_in_a_log(lived: Lived) -> None:
    log = lived.product.log()
    assert "DEBUG" in log
    assert lived.found_in(log) == []


def test_no_secret_is_on_a_page(lived: Lived) -> None:
    for shown in ("held-back", "/v3/auth/tokens", "By password"):
        assert shown in lived.pages
    assert lived.found_in(lived.pages) == []


def test_no_secret_is_in_what_programs_are_told(lived: Lived) -> None:
    for shown in ('"openapi"', '"CreatePool"', '"KeystoneCreateUserTokenByPassword"', "well-kept"):
        assert shown in lived.elsewhere
    assert lived.found_in(lived.elsewhere) == []


def test_no_secret_can_be_read_in_the_database(lived: Lived) -> None:
    files = list(Path(lived.product.environment["DATA_DIR"]).glob("poolhouse.sqlite3*"))
    written = b"".join(file.read_bytes() for file in files)
    assert {file.suffix for file in files} >= {".sqlite3", ".sqlite3-wal"}
    assert b"held-back" in written
    assert lived.found_in(written) == []


def test_no_secret_is_in_an_export(lived: Lived) -> None:
    exported = lived.product.manage("dumpdata")
    assert "held-back" in exported
    assert "endpoint.accesskey" in exported
    assert lived.found_in(exported) == []


def test_a_script_is_read_by_its_team_and_by_nobody_else(lived: Lived) -> None:
    log = lived.product.log()
    assert SCRIPT in unescape(lived.pages)
    for secret in (SCRIPT, ENCODED):
        assert secret not in unescape(lived.elsewhere)
        assert secret not in log


def test_the_log_follows_an_order_from_the_click_to_the_cloud_and_back(lived: Lived) -> None:
    product = lived.product
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
