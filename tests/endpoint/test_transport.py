"""What holds for every route of the endpoint: who gets in, hostile bodies, and the form of every answer."""

import gc
import json
import logging
import re
from collections.abc import Callable
from io import BytesIO
from random import Random
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import include, path
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import admitting
from pools.endpoint.models import EndpointProject, IamUser
from pools.endpoint.transport import EndpointView, OpenView, document
from tests.endpoint import routes
from tests.endpoint.conftest import PROJECT
from tests.endpoint.signed import Speaker, send

MANY = 100_000
HOSTILE: dict[str, bytes] = {
    "nothing": b"",
    "half": b"{",
    "two": b"{} {}",
    "words": b"hello",
    "single-quotes": b"{'a':1}",
    "trailing-comma": b'{"a":1,}',
    "NaN": b'{"a":NaN}',
    "Infinity": b'{"a":-Infinity}',
    "beyond-float": b'{"a":1e999}',
    "long-number": b'{"a":' + b"9" * 5000 + b"}",
    "long-fraction": b'{"a":' + b"9" * 400 + b".5}",
    "raw-NUL": b'{"a":"\0"}',
    "escaped-NUL": b'{"a":"\\u0000"}',
    "NUL-in-a-key": b'{"\\u0000":1}',
    "lone-surrogate": b'{"a":"\\ud800"}',
    "encoded-surrogate": b'{"a":"\xed\xa0\x80"}',
    "not-utf-8": b'{"a":"\xff"}',
    "byte-order-mark": b"\xef\xbb\xbf{}",
    "utf-16": '{"a":1}'.encode("utf-16"),
    "deep-list": b"[" * MANY,
    "deep-object": b'{"a":' * MANY,
    "deep-and-closed": b"[" * MANY + b"]" * MANY,
    "null": b"null",
    "number": b"1",
    "string": b'"text"',
    "list": b"[]",
    "10-MB": b'{"a":"' + b"a" * 10_000_000 + b'"}',
}


def is_refusal(answer: Any) -> bool:
    """Whether this is a refusal in the API's own form."""
    told = answer.json()
    codes = told.get("error", told)
    return bool(answer["Content-Type"] == "application/json" and (codes.get("code") or codes["error_code"]))


@pytest.mark.shows("Transport.hostile-bodies")
@pytest.mark.parametrize(("method", "path_"), routes.WITH_BODY)
def test_a_hostile_body_is_refused_and_hurts_nobody(method: str, path_: str, speaker: Speaker) -> None:
    for name, body in HOSTILE.items():
        if not body and path_.endswith("/orderid"):
            continue  # this call's body may be left out
        answer = speaker.call(method, path_, body=body)
        assert answer.status_code in {400, 413}, name
        assert is_refusal(answer), name


@pytest.mark.shows("Transport.other-types")
@pytest.mark.parametrize(("method", "path_"), routes.WITH_BODY)
def test_another_content_type_is_refused(method: str, path_: str, speaker: Speaker) -> None:
    for kind in ("text/plain", "application/xml", "", "application/x-www-form-urlencoded", "a/b; c"):
        answer = speaker.call(method, path_, body=b"{}", headers={"Content-Type": kind})
        assert answer.status_code == 400, kind
        assert "Content type not supported" in answer.content.decode(), kind


def told(routes_: list[tuple[str, str]], tell: Callable[[str, str], Any]) -> dict[Any, list[str]]:
    """What `tell` says of each route: every word, with the routes it was said of. That is one word where all hold."""
    said: dict[Any, list[str]] = {}
    for method, path_ in routes_:
        said.setdefault(tell(method, path_), []).append(f"{method} {path_}")
    return said


@pytest.mark.shows("Signatures.no-credentials")
def test_nobody_gets_in_without_credentials(db: None) -> None:
    def refusal(method: str, path_: str) -> tuple[int, str]:
        answer = send(method, path_, body=b"{}")
        return answer.status_code, answer.json()["error_code"]

    assert told(routes.CLOSED, refusal).keys() == {(401, "APIGW.0301")}


@pytest.mark.parametrize(("method", "path_"), routes.CLOSED)
def test_nobody_gets_in_with_a_wrong_signature(method: str, path_: str, speaker: Speaker) -> None:
    answer = Speaker(speaker.access_key, "wrong").call(method, path_, body=b"{}")
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")


@pytest.mark.shows("Signatures.any-change")
@pytest.mark.parametrize(("method", "path_"), routes.CLOSED)
def test_nobody_gets_in_with_another_body_than_was_signed(method: str, path_: str, speaker: Speaker) -> None:
    assert speaker.call(method, path_, body=b"{}", body_sent=b'{"a":1}').status_code == 401


@pytest.mark.shows("Transport.another-project")
def test_a_stranger_with_a_good_key_is_told_it_is_another_project(stranger: Speaker) -> None:
    def refusal(method: str, path_: str) -> tuple[int, str]:
        answer = stranger.call(method, path_, body=b"{}")
        return answer.status_code, answer.json()["error_code"]

    assert told(routes.OF_A_PROJECT, refusal).keys() == {(403, "ModelArts.0210")}


@pytest.mark.shows("Transport.unknown-method")
def test_a_method_that_is_not_there_is_told_in_json(speaker: Speaker) -> None:
    def refusal(method: str, path_: str) -> tuple[int, bool, bool]:
        answer = speaker.call(method, path_)
        return answer.status_code, method in answer["Allow"], is_refusal(answer)

    assert told(routes.WITHOUT, refusal).keys() == {(405, False, True)}


@pytest.mark.shows("Transport.request-id")
def test_every_answer_has_a_request_id(speaker: Speaker) -> None:
    def has_one(method: str, path_: str) -> bool:
        return bool(re.fullmatch("[0-9a-f]{32}", speaker.call(method, path_, body=b"{}")["X-Request-Id"]))

    assert told(routes.ALL, has_one).keys() == {True}


@pytest.mark.shows("Transport.always-json", "Transport.never-a-redirect")
def test_no_address_redirects_or_answers_a_page(speaker: Speaker) -> None:
    def answer_to(method: str, path_: str) -> tuple[int, str]:
        answer = speaker.call(method, path_ + "/", headers={"Accept": "text/html"})
        return answer.status_code, answer["Content-Type"]

    assert told(routes.ALL, answer_to).keys() == {(404, "application/json")}


@pytest.mark.shows("Transport.nul-in-query")
def test_a_nul_in_the_query_is_refused(speaker: Speaker) -> None:
    def status(method: str, path_: str) -> int:
        return int(speaker.call(method, f"{path_}?name=a%00b&workspaceId=%00", body=b"{}").status_code)

    assert told(routes.CLOSED, status).keys() == {400}


ODD = ["-1", "9" * 30, "NaN", "a" * 3000, "%FF", "a%20in%20(b", "٣"]
ASKED = [
    "limit",
    "offset",
    "continue",
    "labelSelector",
    "status",
    "workspaceId",
    "since",
    "until",
    "phase",
    "result",
    "resource",
    "involvedName",
    "order_id",
    "create_time_begin",
    "order_by",
    "name",
    "domain_id",
    "sort_by",
    "order",
]


@pytest.mark.shows("Transport.odd-queries")
@pytest.mark.parametrize(("method", "path_"), [one for one in routes.ALL if one[0] == "GET"])
def test_no_query_and_no_name_makes_it_stumble(method: str, path_: str, home: EndpointProject, user: IamUser) -> None:
    # Some for each key, others at another address: together they are all of them.
    chance = Random(path_)
    targets = [f"{path_}?{key}={odd}" for key in ASKED for odd in chance.sample(ODD, 2)]
    targets += [path_.replace("some-name", odd) for odd in ODD]
    text, _ = admitting.issue_token(user, project=home, now=timezone.now())
    answers = {target: send(method, target, headers={"X-Auth-Token": text}).status_code for target in targets}
    assert {target for target, status in answers.items() if status >= 500} == set()


class Echo(OpenView):
    """Answers the document it was given."""

    def post(self, request: Request) -> Response:
        return Response({"heard": document(request)})

    def delete(self, request: Request) -> Response:
        return Response(status=204)

    def get(self, request: Request) -> Response:
        raise RuntimeError("secret-in-a-message is our own affair")


class OwnProject(EndpointView):
    """Answers the project it was admitted for."""

    def get(self, request: Request, project_id: str) -> Response:
        return Response({"project": self.project.project_id})


def outside(request: HttpRequest) -> HttpResponse:
    """A view that is none of the endpoint's kind, and fails."""
    raise RuntimeError


urlpatterns = [
    path("v1/outside", outside),
    path("v1/echo", Echo.as_view()),
    path("v1/<str:project_id>/own", OwnProject.as_view()),
    # The console's pages for failures name its other pages.
    path("", include("console.urls")),
]
here = pytest.mark.urls(__name__)


@pytest.mark.shows("Transport.json-types")
@here
@pytest.mark.parametrize(
    "kind",
    [
        "application/json",
        "application/json;charset=utf8",
        "application/JSON; charset=UTF-8",
        "application/merge-patch+json",
    ],
)
def test_json_is_read_by_any_of_its_names(kind: str) -> None:
    answer = send("POST", "/v1/echo", body='{"ü":[1,1.5,null,"北"]}'.encode(), headers={"Content-Type": kind})
    assert answer.json() == {"heard": {"ü": [1, 1.5, None, "北"]}}


@pytest.mark.shows("Transport.bodies-on-reads")
@here
@pytest.mark.parametrize("body", [b"{}", b"{", b"\0", b"[" * 1000])
def test_a_body_where_none_is_expected_is_not_read(body: bytes) -> None:
    assert send("DELETE", "/v1/echo", body=body).status_code == 204


@pytest.mark.shows("Transport.too-large")
@here
def test_a_body_just_within_the_limit_is_read(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 20
    assert send("POST", "/v1/echo", body=json.dumps("a" * 18).encode()).status_code == 200
    assert send("POST", "/v1/echo", body=json.dumps("a" * 19).encode()).status_code == 413


@pytest.mark.shows("Transport.internal")
@here
def test_what_nobody_expected_is_told_as_internal_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        answer = send("GET", "/v1/echo", headers={"X-Auth-Token": "token-of-somebody"})
    assert answer.status_code == 500
    assert answer.json() == {"error_code": "ModelArts.50005000", "error_msg": "internal error"}
    assert answer["X-Request-Id"] in caplog.text
    assert "token-of-somebody" not in caplog.text


@here
def test_a_failure_outside_the_views_is_told_in_json_too() -> None:
    answer = Client(raise_request_exception=False).get("/v1/outside")
    assert (answer.status_code, is_refusal(answer)) == (500, True)
    assert int(answer["Content-Length"]) == len(answer.content)


@pytest.mark.shows("Transport.broken-off")
@here
def test_a_body_that_breaks_off_is_not_our_failure() -> None:
    class Gone(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError("connection reset")

    environ = RequestFactory().post("/v1/echo", b"{}", "application/json").environ
    request = WSGIRequest({**environ, "wsgi.input": Gone()})
    assert Echo.as_view()(request).status_code == 400


class Told(OpenView):
    def get(self, request: Request, **_: Any) -> Response:
        return Response({"heard": dict(request.query_params)})


def test_a_call_leaves_no_garbage_to_be_searched_for() -> None:
    def call() -> Any:
        answer = Told.as_view()(WSGIRequest(environ))
        assert isinstance(answer, Response)
        return answer.render().content

    environ = RequestFactory().get("/v1/told?a=b").environ
    call()
    gc.collect()
    gc.disable()
    try:
        assert (call(), gc.collect()) == (b'{"heard":{"a":["b"]}}', 0)
    finally:
        gc.enable()


@here
def test_a_project_is_its_own(speaker: Speaker) -> None:
    assert speaker.get(f"/v1/{PROJECT}/own").json() == {"project": PROJECT}


@pytest.mark.shows("Transport.external-user")
@here
def test_the_header_of_an_external_user_changes_nothing(speaker: Speaker) -> None:
    answer = speaker.get(f"/v1/{PROJECT}/own", headers={"X-ModelArts-User-ID": "somebody"})
    assert (answer.status_code, answer.json()) == (200, {"project": PROJECT})


@here
def test_another_project_is_not(speaker: Speaker) -> None:
    answer = speaker.get("/v1/0f5da086876d4cd084d36f8bd3346036/own")
    assert (answer.status_code, answer.json()["error_code"]) == (403, "ModelArts.0210")


@pytest.mark.shows("Tokens.of-the-account")
@here
def test_a_token_of_the_account_is_not_for_a_project(user: IamUser) -> None:
    text, _ = admitting.issue_token(user, project=None, now=timezone.now())
    assert send("GET", f"/v1/{PROJECT}/own", headers={"X-Auth-Token": text}).status_code == 403
