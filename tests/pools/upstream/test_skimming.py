"""A list that is only skimmed: the same pools as one read in full, found without being read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pools.upstream import Garbled
from pools.upstream.skimming import Skimmed, skim
from pools.upstream.transport import Answer
from tests import builders

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def answer(body: str | bytes) -> Answer:
    raw = body if isinstance(body, bytes) else body.encode()
    return Answer(status=200, headers={}, body=raw, clock_skew=0.5, request_id="")


def skimmed(*items: Any, **around: Any) -> Skimmed:
    return skim(answer(json.dumps({"kind": "PoolList", **around, "items": items})))


def pool(name: str = "one", **status: Any) -> dict[str, Any]:
    return builders.heard(name=name, pool_id=f"{name}-id", **status)


def test_every_pool_is_found_by_its_id_and_read_when_asked_for() -> None:
    one, two = pool("one"), pool("two", phase="Creating")

    listing = skimmed(one, two)

    assert [listing.document(pool_id) for pool_id in listing.prints] == [one, two]
    assert listing.clock_skew == 0.5


def test_equal_text_has_an_equal_print_wherever_it_stands() -> None:
    one, two = pool("one"), pool("two")

    assert skimmed(one, two).prints["one-id"] == skimmed(two, one, metadata={"more": 1}).prints["one-id"]
    assert skimmed(one).prints != skimmed(pool("one", phase="Error")).prints


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(extra=values, around=values, indent=st.none() | st.integers(0, 3))
def test_whatever_stands_in_and_around_a_pool_it_is_read_as_it_was_written(
    extra: Any, around: Any, indent: int | None
) -> None:
    one = {**pool("one"), "extra": extra}
    text = json.dumps({"before": around, "items": [one, pool("two")], "after": around}, indent=indent)
    if "\\u0000" in text:
        return  # is told as another character: databases cannot keep it

    assert skim(answer(text)).document("one-id") == one


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "[]",
        "null",
        "{}",
        '{"items": null}',
        '{"items": {}}',
        '{"items": [{}]}',
        '{"items": [1]}',
        '{"items": [{"metadata": null}]}',
        '{"items": [{"metadata": {"name": ""}}]}',
        '{"items": [{"metadata": {"name": 7}}]}',
        '{"items": [{"metadata": {"name": "a"}}, {}]}',
        '{"items": [{"metadata": {"name": "a"}},]}',
        '{"items": [,]}',
        '{"items": [{"metadata": {"name": "a"}}]',
        '{"items": [{"metadata": {"name": "a"}}]} x',
        '{"items": [{"metadata": {"name": "a"}}], }',
        '{"items": [{"metadata": {"name": "a"}}], "items": null}',
        '{"items": [{"metadata": {"name": NaN}}]}',
        '{1: 2, "items": []}',
        '{"items" []}',
        "<html>",
        "\ufeff{}",
        b'{"items": ["\xff"]}',
        '{"items": [' + "[" * 100_000,
        '{"items": [{"metadata": {"name": "a", "n": ' + "9" * 5000 + "}}]}",
    ],
)
def test_what_is_no_list_of_pools_is_garbled(body: str | bytes) -> None:
    with pytest.raises(Garbled):
        skim(answer(body))


@pytest.mark.parametrize("value", ["1e999", '"\\ud800"'])
def test_a_pool_that_cannot_be_kept_is_refused_when_it_is_read(value: str) -> None:
    listing = skim(answer(f'{{"items": [{{"metadata": {{"name": "a"}}, "extra": {value}}}]}}'))

    with pytest.raises(Garbled):
        listing.document("a")


def test_the_one_character_that_databases_cannot_keep_hides_no_list() -> None:
    listing = skimmed({"metadata": {"name": "a"}, "status": {"message": "nul: \0"}})

    assert listing.document("a")["status"]["message"] == "nul: \ufffd"


def test_of_several_pools_under_one_id_the_one_created_last_counts() -> None:
    old, new = pool(), pool()
    old["metadata"]["creationTimestamp"], new["metadata"]["creationTimestamp"] = "2026-01-01T00:00:00Z", None
    newer = {**old, "metadata": {**old["metadata"], "creationTimestamp": "2026-02-01T00:00:00Z"}}

    assert skimmed(new, newer, old).document("one-id") == newer


def test_of_two_lists_the_upper_one_counts() -> None:
    upper, lower = skimmed(pool("one", phase="Running")), skimmed(pool("one", phase="CreationFailed"), pool("two"))

    both = upper.over(lower)

    assert {pool_id: both.document(pool_id)["status"]["phase"] for pool_id in both.prints} == {
        "one-id": "Running",
        "two-id": "Running",
    }


def test_an_id_longer_than_we_can_keep_is_cut_as_we_keep_it() -> None:
    assert list(skimmed({"metadata": {"name": "x" * 500}}).prints) == ["x" * 128]
