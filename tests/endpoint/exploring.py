"""The endpoint as schemathesis explores it: in this process, signed, in a project where all that is named exists."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from zlib import crc32

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from django.test import override_settings
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from schemathesis.generation.meta import TestPhase

from console.wsgi import application
from tests.endpoint.walking import UNSAID, Scene, scene

Environ = dict[str, Any]
Case = schemathesis.Case[Any]

TO_BE_SIGNED = "to be signed"
HEADERS = {"Authorization": TO_BE_SIGNED, "Host": "localhost"}


@dataclass
class Signing:
    """The product's WSGI application behind a signer: a request that asks for it is signed as it is sent."""

    application: Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
    key: tuple[str, str] = ("", "")

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("HTTP_AUTHORIZATION") == TO_BE_SIGNED:
            self._sign(environ)
        return self.application(environ, start_response)

    def _sign(self, environ: Environ) -> None:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        request = SdkRequest(
            method=environ["REQUEST_METHOD"],
            schema="http",
            host=environ["HTTP_HOST"],
            resource_path=environ["PATH_INFO"].encode("latin-1").decode(),
            query_params=parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True),
            # Without a content type the signer covers every body. It would leave one of a merge-patch out, and such
            # a signature is good for one body only.
            header_params={},
            body=body,
        )
        signed = Signer(BasicCredentials(*self.key)).sign(request)
        environ["HTTP_AUTHORIZATION"] = signed.header_params["Authorization"]
        environ["HTTP_X_SDK_DATE"] = signed.header_params["X-Sdk-Date"]


@schemathesis.hook
def before_load_schema(_context: object, raw_schema: dict[str, Any]) -> None:
    """Of the two content types of a merge-patch one is explored: they are read alike."""
    for methods in raw_schema["paths"].values():
        if "patch" in methods:
            methods["patch"]["requestBody"]["content"].pop("application/json")


APP = Signing(application)
SCHEMA = schemathesis.openapi.from_wsgi("/_sandbox/openapi.json", APP)
SCHEMA.config.generation.with_security_parameters = False


@contextmanager
def stocked() -> Iterator[Scene]:
    """A project with one of everything, its key with the signer. All of it is taken back."""
    signals = (request_started, request_finished)
    with transaction.atomic(), override_settings(ENDPOINT_PACE="instant"):
        made = scene()
        APP.key = made.speaker.access_key, made.speaker.secret_key
        for signal in signals:
            # The connection holds what was made; Django's own test client does the same.
            signal.disconnect(close_old_connections)
        try:
            yield made
        finally:
            for signal in signals:
                signal.connect(close_old_connections)
            transaction.set_rollback(True)


def settle(case: Case, where: Scene) -> None:
    """Have most names in the case be those of things that exist; the rest stay as they were made up.

    What is decided depends on the case alone, so that it is decided so again.
    """
    names = where.of(case.operation.definition.raw["operationId"])
    luck = crc32(repr((case.path_parameters, case.query, case.body)).encode())
    if case.meta and case.meta.phase.name is TestPhase.EXAMPLES:
        luck = 1
    for name in case.path_parameters:
        if luck % 8 or (name == "project_id" and luck % 32):
            case.path_parameters[name] = names[name]
    if luck % 4:
        case.headers.pop("X-Domain-Id", None)
        if "X-Subject-Token" in case.headers:
            case.headers["X-Subject-Token"] = names["token"]
        case.query, case.body = _placed(case.query, names), _placed(case.body, names)


def _placed(value: Any, names: Mapping[str, str]) -> Any:
    """The value, what its keys name replaced by what there is."""
    if isinstance(value, dict):
        real = _real(names)
        return {
            key: real[key] if key in real and inner and inner not in UNSAID.values() else _placed(inner, names)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_placed(inner, names) for inner in value]
    return (
        {text: names[name.strip("{}")] for name, text in UNSAID.items()}.get(value, value) if _is_text(value) else value
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _real(names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "flavor": "modelarts.vm.cpu.8ud",
        "nodeNames": [names["node_name"]],
        "deleteNodeNames": [names["node_name"]],
        "order_id": names["order_id"],
        "os.modelarts/workspace.id": "0",
        "workspaceId": "0",
        "network": {"name": names["network_name"]},
        "involvedName": names["pool_name"],
        "name": names["pool_name"],
    }
