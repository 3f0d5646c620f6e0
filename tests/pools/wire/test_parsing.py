"""Hostile JSON stops at the door, by one kind of error."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pools.wire.parsing import NotJson, parse_json


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="half a document"),
        pytest.param(b"{} {}", id="two documents"),
        pytest.param(b'{"a":1,}', id="a stray comma"),
        pytest.param(b"{'a':1}", id="single quotes"),
        pytest.param(b"[NaN]", id="NaN"),
        pytest.param(b"[Infinity]", id="infinity"),
        pytest.param(b"[-Infinity]", id="minus infinity"),
        pytest.param(b"[1e999]", id="a number too large"),
        pytest.param(b"[" + b"9" * 400 + b".5]", id="a long number too large"),
        pytest.param(b"[" + b"1" * 5000 + b"]", id="an integer of 5000 digits"),
        pytest.param(b"[01]", id="a leading zero"),
        pytest.param(b'["\x00"]', id="a NUL"),
        pytest.param(b'["\\u0000"]', id="an escaped NUL"),
        pytest.param(b'{"a\\u0000b":1}', id="an escaped NUL in a key"),
        pytest.param(b'["\\ud800"]', id="a lone surrogate"),
        pytest.param(b'["\\udc00\\ud800"]', id="surrogates in the wrong order"),
        pytest.param('["\ud800"]', id="a lone surrogate in text"),
        pytest.param(b'["\xff"]', id="not UTF-8"),
        pytest.param(b'["\xed\xa0\x80"]', id="an encoded surrogate"),
        pytest.param('{"a":1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b"\xef\xbb\xbf{}", id="a byte order mark"),
        pytest.param(b'["a\nb"]', id="a line break in a string"),
        pytest.param(b"[" * 100_000, id="100,000 levels, open"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="100,000 levels of arrays"),
        pytest.param(b'{"a":' * 100_000 + b"1" + b"}" * 100_000, id="100,000 levels of objects"),
    ],
)
def test_what_is_not_json_we_hold_is_refused(raw: bytes | str) -> None:
    with pytest.raises(NotJson):
        parse_json(raw)


def test_the_place_of_a_mistake_is_told() -> None:
    with pytest.raises(NotJson) as refused:
        parse_json('{\n  "a": 1,\n}')
    assert (refused.value.line, refused.value.column, refused.value.reason) == (3, 1, "trailing comma")


@pytest.mark.parametrize(
    ("raw", "document"),
    [
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'["\\\\u0000"]', ["\\u0000"]),
        (b'["\\ud83d\\ude00"]', ["😀"]),
        (b"[123456789012345678901234567890]", [123456789012345678901234567890]),
        (b"[1e2, -0, 1.5]", [100.0, 0, 1.5]),
        (b"[" * 150 + b"]" * 150, json.loads("[" * 150 + "]" * 150)),
        (b" null ", None),
    ],
    ids=["the last of equal keys", "a backslash", "a pair", "a large integer", "numbers", "150 levels", "null"],
)
def test_what_is_json_passes(raw: bytes, document: object) -> None:
    assert parse_json(raw) == document


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")], ids=["arrays", "objects"])
def test_no_more_levels_pass_than_whoever_asks_can_use(opening: str, closing: str) -> None:
    four, five = (opening * levels + "1" + closing * levels for levels in (4, 5))

    assert parse_json(four, most_levels=4) == json.loads(four)
    with pytest.raises(NotJson, match="more than 4 levels"):
        parse_json(five, most_levels=4)


@pytest.mark.parametrize("raw", ["", "1],[2", "1,2", "]", "[", "]]]]", "{} {}", '{"a":1,}'])
def test_what_is_no_document_is_none_for_want_of_levels_either(raw: str) -> None:
    with pytest.raises(NotJson) as usual:
        parse_json(raw)
    with pytest.raises(NotJson) as asked:
        parse_json(raw, most_levels=4)
    assert str(asked.value) == str(usual.value)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200))
def test_nothing_but_not_json_is_raised(raw: bytes | str) -> None:
    try:
        document = parse_json(raw)
    except NotJson:
        return
    json.dumps(document, allow_nan=False).encode()
