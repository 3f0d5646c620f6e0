"""Signatures, held against vectors worked out by the vendor's own signer and against a reading of the rules."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import parse_qsl, quote, unquote

import pytest
from requests import Request as Prepared

from pools.upstream import Client
from pools.upstream.auth import Signature
from tests.clocks import freeze_time
from tests.pools.upstream.stranger import Request, Stranger, answering

P = "6f5da086876d4cd084d36f8bd3346036"
HOST = "modelarts.cn-north-4.myhuaweicloud.com"
SECRET = "SKexample+secret/0123456789abcdefghijklm"


def _signed(method: str, target: str, *, headers: dict[str, str], body: bytes | None = None) -> str:
    request = Prepared(
        method,
        f"https://{HOST}{target}",
        headers={"Content-Type": "application/json", "X-Project-Id": P, **headers},
        data=body,
        auth=Signature(access_key="AKEXAMPLE0000000001", secret_key=SECRET),
    ).prepare()
    return request.headers["Authorization"]


@pytest.mark.shows("ClientCredentials.signatures")
@freeze_time("2026-01-02T03:04:05Z")
def test_a_read_with_a_query_is_signed_as_the_vector_says() -> None:
    target = f"/v2/{P}/pools?labelSelector=os.modelarts%2Fname%3Dpool-ae01&status=created&workspaceId=0"

    assert _signed("GET", target, headers={}) == (
        "SDK-HMAC-SHA256 Access=AKEXAMPLE0000000001, SignedHeaders=content-type;host;x-project-id;x-sdk-date, "
        "Signature=63d3d6cd43d95a61632ffb9e9eac8766c92438e1e9fcaa655928aa2194dfea0a"
    )


@pytest.mark.shows("ClientCredentials.signatures")
@freeze_time("2026-01-02T03:04:05Z")
def test_a_creation_is_signed_as_the_vector_says() -> None:
    body = b'{"apiVersion":"v2","kind":"Pool","metadata":{"labels":{"os.modelarts/name":"pool-ae01"}}}'

    said = _signed("POST", f"/v2/{P}/pools", headers={"request-type": "console"}, body=body)

    assert said.endswith("Signature=71826d7f0df908f349e109dbb03cd61ffe3f8c6fa86352cb8b22b3f2e18487db")


def _verified(request: Request) -> bool:
    """The rules read once more, from what arrived on the socket."""
    path, _, query = request.target.partition("?")
    said = dict(part.split("=", 1) for part in request.headers["authorization"].split(" ", 1)[1].split(", "))
    segments = "/".join(quote(segment, safe="~") for segment in unquote(path).split("/"))
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    names = said["SignedHeaders"].split(";")
    canonical = "\n".join(
        [
            request.method,
            segments if segments.endswith("/") else segments + "/",
            "&".join(f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in pairs),
            "".join(f"{name}:{request.headers[name]}\n" for name in names),
            said["SignedHeaders"],
            hashlib.sha256(request.body).hexdigest(),
        ]
    )
    text = f"SDK-HMAC-SHA256\n{request.headers['x-sdk-date']}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(SECRET.encode(), text.encode(), "sha256").hexdigest() == said["Signature"]


@pytest.mark.shows("ClientCredentials.signatures")
def test_what_arrives_on_the_wire_is_what_was_signed(client: Client, stranger: Stranger) -> None:
    document, done = answering({"metadata": {"name": "a"}, "items": [], "order_info": {}}), answering(status=204)
    deleted = answering({"metadata": {"name": "pool-1", "deletionTimestamp": "2026-11-26T08:00:00Z"}})
    changed = answering({"metadata": {"name": "pool-1"}})
    stranger.will(*[document] * 3, changed, deleted, done, done, document)

    client.create_pool('{"a": "ü"}')
    client.get_pool("pool with space~")
    client.list_pools(status="failed")
    client.change_pool("pool-1", '{"spec": {}}')
    client.delete_pool("pool-1")
    client.pay_order("CS1")
    client.cancel_order("CS1")
    client.show_billing_order("CS1")

    assert [_verified(request) for request in stranger.heard] == [True] * 8
