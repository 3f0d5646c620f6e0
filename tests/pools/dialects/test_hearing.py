from __future__ import annotations

import json
from typing import Any

import pytest

from pools.dialects import hearing, secrets
from pools.dialects.jsontext import MOST_LEVELS
from pools.dialects.unreadable import Problem, Unreadable
from tests.console.wizard.catalog import order


@pytest.mark.parametrize(
    ("text", "problem", "place"),
    [
        ("", Problem.NOTHING, (0, 0)),
        (" \n", Problem.NOTHING, (0, 0)),
        ("x" * (hearing.MOST_CHARACTERS + 1), Problem.LONG, (0, 0)),
        ("pool: blue", Problem.NEITHER, (0, 0)),
        ('{"a": 1', Problem.ENDS, (1, 7)),
        ('{"a": 1,}', Problem.COMMA, (1, 9)),
        ('{"a" 1}', Problem.COLON, (1, 6)),
        ('{"a": 1 "b": 2}', Problem.SEPARATOR, (1, 9)),
        ('{\n"a": oops}', Problem.VALUE, (2, 6)),
        ("{a: 1}", Problem.KEY, (1, 2)),
        ("{'a': 1}", Problem.SINGLE_QUOTES, (1, 2)),
        ('{"a": True}', Problem.PYTHON_WORD, (1, 7)),
        ('{"a": NaN}', Problem.NOT_FINITE, (1, 7)),
        ('{"a": -Infinity}', Problem.NOT_FINITE, (1, 8)),
        ('{"a": 1e999}', Problem.NUMBER, (0, 0)),
        ('{"a": 01}', Problem.NUMBER, (1, 8)),
        ('{"a": "b\nc"}', Problem.CONTROL, (2, 0)),
        ('{"a": "\\x"}', Problem.CHARACTER, (1, 9)),
        ('{"a": "\\u0000"}', Problem.CHARACTER, (0, 0)),
        ("{} {}", Problem.TRAILING, (1, 4)),
        ("[" * 300, Problem.DEEP, (1, 202)),
        ("[" * (MOST_LEVELS + 1) + "]" * (MOST_LEVELS + 1), Problem.DEEP, (1, MOST_LEVELS + 1)),
        ('{"a": {"b": 1,\n "b": 2}}', Problem.TWICE, (2, 2)),
        ('{"\\u0061": 1, "a": 2}', Problem.TWICE, (1, 15)),
    ],
)
def test_a_text_that_is_no_order_is_told_why_and_where(text: str, problem: Problem, place: tuple[int, int]) -> None:
    with pytest.raises(Unreadable) as caught:
        hearing.hear(text)
    assert (caught.value.problem, (caught.value.line, caught.value.column)) == (problem, place)


def test_equal_keys_in_different_objects_are_no_mistake() -> None:
    assert hearing.hear('[{"a": {"a": "a"}}, {"a": ["a", "a"]}]').document


def test_marks_and_fences_around_a_document_are_no_part_of_it() -> None:
    assert hearing.hear(f"\ufeff```json\n{json.dumps(order())}\n```\n").document == order()


def test_numbers_keep_their_digits() -> None:
    document = {"whole": 12345678901234567890123, "part": 0.1, "small": 1e-07}
    assert hearing.hear(json.dumps(document)).document == document


SHOWN: dict[str, Any] = {
    **order(),
    "status": {"phase": "Running"},
    "metadata": {
        "name": "pool-blue-p1",
        "creationTimestamp": "2026-03-01T08:00:00Z",
        "labels": {
            "os.modelarts/name": "pool-blue",
            "os.modelarts/resource.id": "maos-1",
            "os.modelarts/order.name": "order.pool-blue-x",
            "os.modelarts.pool/biz": "private",
            "ours/cost": "a",
        },
        "annotations": {"os.modelarts/order.id": "CS1", "os.modelarts/description": "why", "ours/note": "b"},
    },
    "spec": {**order()["spec"], "controlMode": 0, "containerNetwork": {"mode": "eni", "cidr": "10.0.0.0/16"}},
}


def test_of_a_pool_as_the_cloud_shows_it_what_belongs_to_it_is_left_out_and_named() -> None:
    found = hearing.hear(json.dumps(SHOWN))
    assert found.document == {
        **order(containerNetwork={"cidr": "10.0.0.0/16"}),
        "metadata": {
            "labels": {"os.modelarts/name": "pool-blue", "ours/cost": "a"},
            "annotations": {"os.modelarts/description": "why", "ours/note": "b"},
        },
    }
    assert set(found.left_out) == {
        "$.status",
        "$.metadata.name",
        "$.metadata.creationTimestamp",
        '$.metadata.labels["os.modelarts/resource.id"]',
        '$.metadata.labels["os.modelarts/order.name"]',
        '$.metadata.labels["os.modelarts.pool/biz"]',
        '$.metadata.annotations["os.modelarts/order.id"]',
        "$.spec.controlMode",
        "$.spec.containerNetwork.mode",
    }


def test_a_list_of_one_pool_is_that_pool() -> None:
    found = hearing.hear(json.dumps({"apiVersion": "v2", "kind": "PoolList", "items": [SHOWN]}))
    assert found.document["kind"] == "Pool"


def test_the_node_pool_that_every_flavor_has_by_itself_is_not_asked_for() -> None:
    resources = [{"flavor": "a", "count": 1, "nodePool": "a-default"}, {"flavor": "b", "count": 1, "nodePool": {}}]
    found = hearing.hear(json.dumps({**SHOWN, "spec": {"resources": resources}}))
    assert found.document["spec"]["resources"] == [{"flavor": "a", "count": 1}, resources[1]]


@pytest.mark.parametrize(
    "text",
    [
        "curl -H 'X-Auth-Token: planted' x -d '{",
        'curl -H "X-Auth-Token: planted" x -d \'{',
        "curl -H X-Auth-Token:planted x",
        'curl -H \'Authorization: Digest a="planted", b="planted"\' x -d \'',
        "curl -H 'X-Auth-Token: planted",
        "curl -u lena:planted x",
        "curl -su 'lena:planted' x",
        "curl --user=lena:planted x",
        "curl -b 'session=planted' x",
        "curl https://lena:planted@x.test/v2/p1/pools",
        '{"userLogin": {"password": "planted\\" planted"}, }',
        'curl x -d "{\\"password\\": \\"planted\\\\\\" planted\\"',
    ],
)
def test_what_somebody_signs_in_with_is_not_shown_again(text: str) -> None:
    assert "planted" not in secrets.without(text)


def test_everything_else_that_was_typed_stays_as_it_was() -> None:
    text = (
        "curl -H 'X-Auth-Token: planted' -H 'request-type: console' \\\n  https://x.test/v2/p1/pools -d '{\"a\": 1,}'"
    )
    assert secrets.without(text) == text.replace("planted", "…")


def test_a_long_text_is_searched_in_no_time() -> None:
    secrets.without("curl " + "a-token-" * 30_000 + " -u" * 9_000)
