"""Label selectors, as Kubernetes reads them; a comma is an and.

`k`, `!k`, `k=v`, `k==v`, `k!=v`, `k in (a,b)`, `k notin (a,b)`.
"""

import re
from collections.abc import Callable, Mapping

from pools.endpoint import errors

Labels = Mapping[str, object]
Test = Callable[[Labels], bool]

_KEY = r"[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?"
_VALUE = r"[A-Za-z0-9_.-]*"
_SET = re.compile(rf"({_KEY})\s+(in|notin)\s*\(([^()]*)\)")
_EQUAL = re.compile(rf"({_KEY})\s*(==|=|!=)\s*({_VALUE})")
_EXISTS = re.compile(rf"(!?)\s*({_KEY})")
_COMMA = re.compile(r",(?![^(]*\))")


def by_labels(selector: str) -> Test:
    """Return the test a selector stands for; an empty one is passed by everything. Raises `Refused` (400)."""
    tests = [_term(term.strip()) for term in _COMMA.split(selector)] if selector.strip() else []
    return lambda labels: all(test(labels) for test in tests)


def _term(term: str) -> Test:
    if match := _SET.fullmatch(term):
        key, values = match[1], frozenset(value.strip() for value in match[3].split(","))
        if match[2] == "in":
            return lambda labels: labels.get(key) in values
        return lambda labels: labels.get(key) not in values
    if match := _EQUAL.fullmatch(term):
        key, value = match[1], match[3]
        if match[2] == "!=":
            return lambda labels: labels.get(key) != value
        return lambda labels: labels.get(key) == value
    if match := _EXISTS.fullmatch(term):
        key, wanted = match[2], not match[1]
        return lambda labels: (key in labels) is wanted
    raise errors.bad_request(f"labelSelector: {term[:80]!r} is not a selector")
