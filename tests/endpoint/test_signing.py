"""Signatures: the published vectors, the SDK's own signer, and what must not pass."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import given
from hypothesis import strategies as st

from pools.endpoint.signing import (
    Arrived,
    Claim,
    Stale,
    Unverified,
    canonical_request,
    check_date,
    read_claim,
    sign,
    verify,
)

AK = "AKEXAMPLE0000000001"
SK = "SKexample+secret/0123456789abcdefghijklm"
P = "6f5da086876d4cd084d36f8bd3346036"
DATE = "20260102T030405Z"
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
EMPTY = hashlib.sha256(b"").hexdigest()
CREATION = b'{"apiVersion":"v2","kind":"Pool","metadata":{"labels":{"os.modelarts/name":"pool-ae01"}}}'
CHANGE = b'{"metadata":{"annotations":{"os.modelarts/description":"d"}}}'


def arrived(method: str, path: str, *, query: str = "", body: bytes = b"", **headers: str) -> Arrived:
    told = {"host": "modelarts.cn-north-4.myhuaweicloud.com", "x-project-id": P, "x-sdk-date": DATE}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Arrived(method, path.encode(), query.encode(), {k: v.encode() for k, v in told.items()}, body)


V1 = arrived(
    "GET",
    f"/v2/{P}/pools",
    query="labelSelector=os.modelarts%2Fname%3Dpool-ae01&status=created&workspaceId=0",
    content_type="application/json",
)
V2 = arrived("POST", f"/v2/{P}/pools", body=CREATION, content_type="application/json", request_type="console")
V3 = arrived(
    "PATCH",
    f"/v2/{P}/pools/pool-ae01-{P}",
    body=CHANGE,
    content_type="application/merge-patch+json",
    x_sdk_content_sha256="UNSIGNED-PAYLOAD",
)
V4 = arrived(
    "PATCH",
    f"/v2/{P}/pools/pool-ae01-{P}",
    body=CHANGE + b"\n",
    content_type="application/merge-patch+json",
    accept="application/json",
    user_agent="example/1.0",
)
VECTORS = [
    pytest.param(
        V1,
        "content-type;host;x-project-id;x-sdk-date",
        EMPTY,
        "7ced2f08b43e1e77d3725593a83a8b4c43d1e652ca6b45491f4e7613c2ebd0de",
        "63d3d6cd43d95a61632ffb9e9eac8766c92438e1e9fcaa655928aa2194dfea0a",
        id="V1",
    ),
    pytest.param(
        V2,
        "content-type;host;request-type;x-project-id;x-sdk-date",
        hashlib.sha256(CREATION).hexdigest(),
        "28ec41556f6bc69d0d49c1335dd1b81c84b26b62ed5786bc3da5357dc3e70030",
        "71826d7f0df908f349e109dbb03cd61ffe3f8c6fa86352cb8b22b3f2e18487db",
        id="V2",
    ),
    pytest.param(
        V3,
        "content-type;host;x-project-id;x-sdk-content-sha256;x-sdk-date",
        "UNSIGNED-PAYLOAD",
        "845d2c008178427b7ae62a8f779bcd98558ae25d25ce45149df34e9883edc1ff",
        "99594316fdfa4a6b5070fa7b9d2efec0c485ebd062aec674e59bd07525b241cc",
        id="V3",
    ),
    pytest.param(
        V4,
        "accept;content-type;user-agent;x-sdk-date",
        hashlib.sha256(CHANGE + b"\n").hexdigest(),
        "2847f475856992335d9e085e10947e3c8a7a7a4a2a30844c28d586218fe59627",
        "f4632282cf2009fa69225ac4e5b90a3493885f379fbf57c25a04b6ec034262cb",
        id="V4",
    ),
]
vectors = pytest.mark.parametrize(("request_", "signed", "payload", "canonical", "signature"), VECTORS)


@pytest.mark.shows("Signatures.vectors")
@vectors
def test_the_canonical_request_is_that_of_the_vector(
    request_: Arrived, signed: str, payload: str, canonical: str, signature: str
) -> None:
    assert hashlib.sha256(canonical_request(request_, signed.split(";"), payload)).hexdigest() == canonical


@pytest.mark.shows("Signatures.vectors")
@vectors
def test_the_signature_is_that_of_the_vector(
    request_: Arrived, signed: str, payload: str, canonical: str, signature: str
) -> None:
    assert sign(canonical_request(request_, signed.split(";"), payload), DATE.encode(), SK) == signature


@pytest.mark.shows("Signatures.vectors", "Signatures.host-unsigned")
@vectors
def test_a_vector_is_verified(request_: Arrived, signed: str, payload: str, canonical: str, signature: str) -> None:
    header = f"SDK-HMAC-SHA256 Access={AK}, SignedHeaders={signed}, Signature={signature}"
    assert verify(request_, read_claim(header), SK) is (payload != "UNSIGNED-PAYLOAD")


@pytest.mark.shows("Signatures.path")
def test_the_canonical_request_of_v1_stands_as_written() -> None:
    assert canonical_request(V1, ["content-type", "host", "x-project-id", "x-sdk-date"], EMPTY).decode() == (
        "GET\n"
        f"/v2/{P}/pools/\n"
        "labelSelector=os.modelarts%2Fname%3Dpool-ae01&status=created&workspaceId=0\n"
        "content-type:application/json\n"
        "host:modelarts.cn-north-4.myhuaweicloud.com\n"
        f"x-project-id:{P}\n"
        "x-sdk-date:20260102T030405Z\n"
        "\n"
        "content-type;host;x-project-id;x-sdk-date\n" + EMPTY
    )


def signed_by_sdk(
    *, path: str = "/v2/p/pools", query: list[tuple[str, object]], body: bytes = b"", kind: str = "application/json"
) -> tuple[Arrived, Claim]:
    """Let the SDK sign a request, and take it apart as a server would."""
    made = SdkRequest(
        method="POST",
        schema="https",
        host="host.test:8443",
        resource_path=path,
        query_params=query,
        header_params={"Content-Type": kind, "X-Sdk-Date": DATE},
        body=body,
    )
    request = Signer(BasicCredentials(AK, SK)).sign(made)
    headers = {name.lower(): str(value).encode() for name, value in request.header_params.items()}
    uri = str(request.uri)
    raw_query = uri.partition("?")[2]
    return Arrived("POST", path.encode(), raw_query.encode(), headers, body), read_claim(
        headers["authorization"].decode()
    )


@pytest.mark.shows("Signatures.whatever-the-sdk-signs")
@given(
    path=st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="%?"), max_size=20),
    query=st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), max_size=5),
    body=st.binary(max_size=40),
)
def test_whatever_the_sdk_signs_is_verified(path: str, query: list[tuple[str, object]], body: bytes) -> None:
    request, claim = signed_by_sdk(path=f"/v2/{path}", query=query, body=body)
    assert verify(request, claim, SK)


@pytest.mark.shows("Signatures.repeated-keys")
def test_repeated_keys_are_sorted_by_value() -> None:
    request, claim = signed_by_sdk(query=[("k", ["b", "a"]), ("a", "z")])
    assert verify(replace(request, query=b"k=b&a=z&k=a"), claim, SK)


@pytest.mark.shows("Signatures.plus")
def test_a_plus_in_the_query_is_a_space() -> None:
    request, claim = signed_by_sdk(query=[("k", "a b")])
    assert verify(replace(request, query=b"k=a+b"), claim, SK)


@pytest.mark.shows("Signatures.plus")
def test_an_encoded_plus_is_a_plus() -> None:
    request, claim = signed_by_sdk(query=[("k", "a+b")])
    assert verify(replace(request, query=b"k=a%2Bb"), claim, SK)


@pytest.mark.shows("Signatures.no-value")
def test_a_key_without_a_value_is_signed_with_an_empty_one() -> None:
    request, claim = signed_by_sdk(query=[("k", "")])
    assert verify(replace(request, query=b"k"), claim, SK)


@pytest.mark.shows("Signatures.unsigned-body")
def test_an_empty_body_is_covered_even_where_the_sdk_says_unsigned() -> None:
    request, claim = signed_by_sdk(query=[], kind="application/merge-patch+json")
    assert request.headers["x-sdk-content-sha256"] == b"UNSIGNED-PAYLOAD"
    assert verify(request, claim, SK)


@pytest.mark.shows("Signatures.stated-hash")
def test_a_stated_hash_that_is_not_the_bodys_is_refused() -> None:
    request, claim = signed_by_sdk(query=[], body=b"{}")
    with pytest.raises(Unverified, match="not the hash of the body"):
        verify(replace(request, headers={**request.headers, "x-sdk-content-sha256": b"0" * 64}), claim, SK)


@pytest.mark.shows("Signatures.any-change")
@pytest.mark.parametrize(
    "changed",
    [
        {"method": "PUT"},
        {"path": b"/v2/other/pools"},
        {"query": b"a=1"},
        {"body": b"another"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_change_after_signing_is_refused(changed: dict[str, bytes]) -> None:
    request, claim = signed_by_sdk(query=[], body=b"{}")
    with pytest.raises(Unverified, match="canonical request: "):
        verify(replace(request, **changed), claim, SK)  # type: ignore[arg-type]


@pytest.mark.shows("Signatures.any-change")
def test_a_changed_signed_header_is_refused() -> None:
    request, claim = signed_by_sdk(query=[])
    with pytest.raises(Unverified):
        verify(replace(request, headers={**request.headers, "host": b"other.test"}), claim, SK)


def test_another_secret_is_refused() -> None:
    request, claim = signed_by_sdk(query=[])
    with pytest.raises(Unverified):
        verify(request, claim, SK + "x")


@pytest.mark.shows("Signatures.unsigned-afterwards")
def test_declaring_the_payload_unsigned_afterwards_frees_no_body() -> None:
    request, claim = signed_by_sdk(query=[], body=b"{}")
    loosened = {**request.headers, "x-sdk-content-sha256": b"UNSIGNED-PAYLOAD"}
    with pytest.raises(Unverified):
        verify(replace(request, headers=loosened, body=b"other"), claim, SK)


@pytest.mark.shows("Signatures.missing-header")
def test_a_signed_header_that_did_not_arrive_is_named() -> None:
    request, claim = signed_by_sdk(query=[])
    with pytest.raises(Unverified, match="signed header x-extra is not in the request"):
        verify(request, replace(claim, signed_headers=(*claim.signed_headers, "x-extra")), SK)


@pytest.mark.shows("Signatures.mismatch-words")
def test_the_words_of_a_mismatch_hold_the_canonical_request_and_not_the_secret() -> None:
    request, claim = signed_by_sdk(query=[])
    with pytest.raises(Unverified) as told:
        verify(request, claim, "another-secret")
    assert "POST|/v2/p/pools/||content-type:application/json|" in str(told.value)
    assert "another-secret" not in str(told.value)


@pytest.mark.shows("Signatures.quarter-of-an-hour")
@pytest.mark.parametrize("minutes", [-15, 0, 15])
def test_a_date_within_a_quarter_of_an_hour_holds(minutes: int) -> None:
    check_date(V1, Claim(AK, ("x-sdk-date",), ""), now=NOW + timedelta(minutes=minutes))


@pytest.mark.shows("Signatures.quarter-of-an-hour")
@pytest.mark.parametrize("seconds", [-901, 901])
def test_a_date_beyond_is_stale(seconds: int) -> None:
    with pytest.raises(Stale, match="more than 15 minutes"):
        check_date(V1, Claim(AK, ("x-sdk-date",), ""), now=NOW + timedelta(seconds=seconds))


@pytest.mark.shows("Signatures.date-signed")
@pytest.mark.parametrize("date", ["", "yesterday", "20260102", "20260102T030405", "20261302T030405Z"])
def test_a_date_that_cannot_be_read_is_stale(date: str) -> None:
    with pytest.raises(Stale, match="not of the form"):
        check_date(arrived("GET", "/", x_sdk_date=date), Claim(AK, ("x-sdk-date",), ""), now=NOW)


@pytest.mark.shows("Signatures.date-signed")
def test_a_date_that_is_not_signed_is_stale() -> None:
    with pytest.raises(Stale, match="not among the signed headers"):
        check_date(V1, Claim(AK, ("host",), ""), now=NOW)


@pytest.mark.shows("Signatures.form")
@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic dXNlcjpwYXNz",
        f"SDK-HMAC-SM3 Access={AK}, SignedHeaders=host, Signature={'0' * 64}",
        f"SDK-HMAC-SHA256 Credential={AK}/20260102/r/s/sdk_request, SignedHeaders=host, Signature={'0' * 64}",
        f"SDK-HMAC-SHA256 Access={AK}, SignedHeaders=host, Signature={'0' * 63}",
        f"SDK-HMAC-SHA256 Access={AK}, SignedHeaders=, Signature={'0' * 64}",
        f"SDK-HMAC-SHA256 Access=a\0b, SignedHeaders=host, Signature={'0' * 64}",
    ],
)
def test_any_other_authorization_is_refused(header: str) -> None:
    with pytest.raises(Unverified, match="not of the form"):
        read_claim(header)
