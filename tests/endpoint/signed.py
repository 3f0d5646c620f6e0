"""Calling the endpoint as the official SDK does: Django's test client, its requests signed by the SDK's own signer."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.test import Client
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

HOST = "modelarts.example.test"


def sdk_headers(
    method: str,
    target: str,
    *,
    key: tuple[str, str],
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    host: str = HOST,
) -> tuple[str, dict[str, str]]:
    """Return the target and the headers as the SDK's signer makes them."""
    parts = urlsplit(target)
    request = SdkRequest(
        method=method,
        schema="http",
        host=host,
        resource_path=parts.path,
        query_params=parse_qsl(parts.query, keep_blank_values=True),
        header_params={"Content-Type": "application/json", **(headers or {})},
        body=body,
    )
    signed = Signer(BasicCredentials(*key)).sign(request)
    return str(signed.uri), dict(signed.header_params)


@dataclass(frozen=True)
class Speaker:
    """Somebody with a key. `speaker.post(path, document)` is a signed request; what it returns is the response."""

    access_key: str
    secret_key: str

    def call(
        self, method: str, target: str, *, body: bytes = b"", headers: dict[str, str] | None = None, **sent: Any
    ) -> Any:
        """Sign `method target body` and send it; `sent` replaces what is sent after signing (path, body, headers)."""
        uri, signed = sdk_headers(method, target, key=(self.access_key, self.secret_key), body=body, headers=headers)
        return send(
            method,
            sent.get("target_sent", uri),
            body=sent.get("body_sent", body),
            headers={**signed, **sent.get("headers_sent", {})},
        )

    def get(self, target: str, **how: Any) -> Any:
        return self.call("GET", target, **how)

    def post(self, target: str, document: object, **how: Any) -> Any:
        return self.call("POST", target, body=json.dumps(document).encode(), **how)

    def put(self, target: str, document: object, **how: Any) -> Any:
        return self.call("PUT", target, body=json.dumps(document).encode(), **how)

    def patch(self, target: str, document: object, **how: Any) -> Any:
        headers = {"Content-Type": "application/merge-patch+json"}
        return self.call("PATCH", target, body=json.dumps(document).encode(), headers=headers, **how)

    def delete(self, target: str, **how: Any) -> Any:
        return self.call("DELETE", target, **how)


@dataclass(frozen=True)
class Clerk:
    """A user of the account with a token, as a `Speaker` is somebody with a key."""

    token: str

    def call(self, method: str, path: str, body: bytes = b"") -> Any:
        return send(method, path, body=body, headers={"X-Auth-Token": self.token})


def send(method: str, target: str, *, body: bytes = b"", headers: dict[str, str] | None = None) -> Any:
    """Send these bytes with these headers, as they are."""
    told = dict(headers or {})
    kind = told.pop("Content-Type", "application/json")
    host = told.pop("Host", HOST)
    # The test client leaves the content type away where there is no body; clients of the API do not.
    return Client().generic(method, target, body, kind, headers=told, CONTENT_TYPE=kind, HTTP_HOST=host)


def ask_token(*, told: dict[str, Any] | None = None, scope: dict[str, Any] | None = None) -> Any:
    """Ask for a token as the clerk of the account poolhouse, or as `told`."""
    clerk = {"name": "clerk", "password": "a-good-password", "domain": {"name": "poolhouse"}}
    auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": told or clerk}}}
    if scope is not None:
        auth["scope"] = scope
    return send("POST", "/v3/auth/tokens", body=json.dumps({"auth": auth}).encode())
