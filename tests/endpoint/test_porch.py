"""What any caller of any address below /v1, /v2, /v3 can rely on."""

import re

import pytest
from django.test import Client

UNKNOWN = ["/v1", "/v1/", "/v2/p/nothing", "/v3/nothing", "/v2/p/pools/", "/v2/a\nb", "/v2//", "/v2/%FF", "/v3/auth"]


@pytest.mark.shows("Transport.unknown-address")
@pytest.mark.parametrize("path", UNKNOWN)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "DELETE"])
def test_an_unknown_address_is_told_in_the_form_of_the_api(method: str, path: str) -> None:
    answer = Client().generic(method, path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/json"
    assert answer.json()["error_code"] == "APIGW.0101"


@pytest.mark.shows("Transport.request-id-in-errors")
def test_every_answer_has_a_request_id_which_errors_of_the_gateway_repeat() -> None:
    answer = Client().get("/v2/nothing")
    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-Id"])
    assert answer.json()["request_id"] == answer["X-Request-Id"]


@pytest.mark.shows("Transport.not-kept")
def test_no_answer_is_kept_by_anybody_in_between() -> None:
    assert Client().get("/v2/nothing")["Cache-Control"] == "no-store"


@pytest.mark.shows("Transport.request-id")
def test_two_answers_have_two_request_ids() -> None:
    first, second = Client().get("/v2/nothing"), Client().get("/v2/nothing")
    assert first["X-Request-Id"] != second["X-Request-Id"]


@pytest.mark.shows("Transport.encoded-slash")
def test_a_name_with_an_encoded_slash_is_not_found_where_the_server_shows_it() -> None:
    answer = Client().get("/v2/p/pools/a/b", RAW_URI="/v2/p/pools/a%2Fb?x=1")
    assert answer.status_code == 404


@pytest.mark.shows("Transport.strange-host")
def test_a_host_we_do_not_serve_is_told_in_json(settings: object) -> None:
    settings.ALLOWED_HOSTS = ["console.test"]  # type: ignore[attr-defined]
    answer = Client().get("/v2/p/nothing", HTTP_HOST="other.test")
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")
    assert "X-Request-Id" in answer


@pytest.mark.shows("Transport.never-a-redirect")
def test_the_api_is_not_redirected_to_https_either(settings: object) -> None:
    settings.SECURE_SSL_REDIRECT = True  # type: ignore[attr-defined]
    assert Client().get("/v2/nothing").status_code == 404


def test_pages_of_the_console_are_left_alone() -> None:
    assert Client().get("/nothing-here")["Content-Type"].startswith("text/html")
