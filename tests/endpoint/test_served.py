"""The endpoint as it is served: real processes, real sockets, several workers, both databases."""

import json
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.endpoint.guests import POOLS, creation
from tests.endpoint.signed import sdk_headers
from tests.faults.scope import SOAKING
from tests.running import Product

pytestmark = [pytest.mark.process, pytest.mark.xdist_group("housed")]

ORDERS = "/v2/orders/customer-orders"
PAY = "/v3/orders/customer-orders/pay"
ROUNDS = 3


@pytest.fixture(params=["on_sqlite", "on_postgres"] if SOAKING else ["on_postgres"])
def served(request: pytest.FixtureRequest) -> Product:
    house: Product = request.getfixturevalue(request.param)
    return house


def call(product: Product, method: str, target: str, document: object = None, **headers: str) -> requests.Response:
    """Call the served endpoint with the key of the first run."""
    keys = product.first_run["endpoint"]
    body = b"" if document is None else json.dumps(document).encode()
    host = product.url.removeprefix("http://")
    signer = (keys["access_key"], keys["secret_key"])
    uri, signed = sdk_headers(method, target, key=signer, body=body, headers=headers, host=host)
    return requests.request(method, product.url + uri, data=body, headers=signed, timeout=20)


def waiting_order(product: Product, name: str) -> str:
    """Ask for a pool as a console does; return the order that is to be paid."""
    answer = call(product, "POST", POOLS, creation(name=name), **{"request-type": "console"})
    assert answer.status_code == 200, answer.text
    annotations: dict[str, str] = answer.json()["metadata"]["annotations"]
    return annotations["os.modelarts/order.id"]


@pytest.mark.shows("PayOrders.or-cancels")
def test_of_paying_and_cancelling_at_once_one_wins_and_the_order_says_which(served: Product) -> None:
    with ThreadPoolExecutor(4) as together:
        for number in range(ROUNDS):
            order = waiting_order(served, f"payday-{number}")
            acts = [("POST", PAY), ("PUT", f"{ORDERS}/cancel")] * 2
            told = [together.submit(call, served, method, path, {"order_id": order}) for method, path in acts]
            answers = [future.result() for future in told]
            won = [act for act, answer in zip(acts, answers, strict=True) if answer.status_code == 204]
            assert sorted(answer.status_code for answer in answers) == [204, 400, 400, 400]
            status = call(served, "GET", f"{ORDERS}/details/{order}").json()["order_info"]["status"]
            assert (status in {3, 5}) == (won == [("POST", PAY)])


@pytest.mark.shows("Transport.too-large")
def test_ten_megabytes_are_refused_and_the_refusal_arrives(served: Product) -> None:
    answer = requests.post(
        f"{served.url}/v3/auth/tokens",
        data=b'"' + b"a" * 10_000_000 + b'"',
        headers={"Content-Type": "application/json"},
        timeout=20,
    )
    assert (answer.status_code, answer.json()["error_code"]) == (413, "APIGW.0201")


@pytest.mark.shows("Transport.long-headers")
def test_a_token_of_32_kilobytes_is_looked_at(served: Product) -> None:
    answer = requests.get(f"{served.url}/v3/auth/domains", headers={"X-Auth-Token": "M" * 32_768}, timeout=20)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (f"GET {POOLS}/pool%2Fone HTTP/1.1", 404),
        ("GET /v2//pools HTTP/1.1", 404),
        ("GET /v2/a%00b/nothing HTTP/1.1", 404),
        (f"GET {POOLS}?status=%00 HTTP/1.1", 400),
        ("OPTIONS /v3/projects HTTP/1.1", 401),
    ],
)
def test_an_odd_request_is_answered_in_json(request_line: str, status: int, served: Product) -> None:
    answer = raw(served, request_line)
    head, _, body = answer.partition("\r\n\r\n")
    assert int(head.split()[1]) == status
    assert "x-request-id:" in head.lower()
    assert json.loads(body)["error_code"]


def raw(product: Product, request_line: str) -> str:
    with socket.create_connection(("127.0.0.1", product.port), timeout=10) as line:
        line.sendall(f"{request_line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        received = b""
        while chunk := line.recv(65536):
            received += chunk
    return received.decode()


@pytest.mark.shows("Tokens.bearer")
def test_a_token_opens_the_pools_of_its_project(served: Product) -> None:
    told = served.first_run["endpoint"]
    user: dict[str, Any] = {
        "name": told["iam"]["username"],
        "password": told["iam"]["password"],
        "domain": {"name": told["iam"]["domain"]},
    }
    auth = {
        "identity": {"methods": ["password"], "password": {"user": user}},
        "scope": {"project": {"id": told["project_id"]}},
    }
    bought = requests.post(f"{served.url}/v3/auth/tokens", json={"auth": auth}, timeout=20)
    token = bought.headers["X-Subject-Token"]
    assert requests.get(served.url + POOLS, headers={"X-Auth-Token": token}, timeout=20).status_code == 200


def test_nothing_that_was_said_is_logged_with_its_secrets(served: Product) -> None:
    told = served.first_run["endpoint"]
    assert told["secret_key"] not in served.log()
    assert told["iam"]["password"] not in served.log()
