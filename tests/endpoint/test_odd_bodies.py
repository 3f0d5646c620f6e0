"""Whatever stands anywhere in a body, no operation fails of itself: it does what is asked, or refuses in its form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from pools.endpoint.describing.call import JSON
from pools.endpoint.describing.calls import CALLS
from tests.endpoint.routes import METHODS, SERVED
from tests.endpoint.test_odd_documents import DELETE, altered, places
from tests.endpoint.walking import Scene, call, filled, scene

ODD: tuple[Any, ...] = (None, "", {}, [], 0, -1, 10**30, 0.5, True, "x" * 5000, [None], [{}], {"x": {}}, DELETE)
READING = [
    (METHODS[name], route, view.operations[name])
    for route, view, methods in SERVED
    for name in methods
    if CALLS[view.operations[name]].body is not None
]


@pytest.fixture(scope="module")
def where(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield scene()
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "route", "operation"), READING, ids=[operation for *_, operation in READING])
def test_an_odd_body_is_taken_or_refused(where: Scene, method: str, route: str, operation: str) -> None:
    said = CALLS[operation]
    whole = filled(said.example["body"], where.of(operation))
    answers = {said.status, 400, 403, 404, 409, 413, *said.in_iam_form}
    for path in places(whole):
        for value in ODD:
            with transaction.atomic():
                answer = call(where, method, route, operation, body=altered(whole, path, value), kind=JSON)
                transaction.set_rollback(True)
            assert answer.status_code in answers, (path, value, answer.content)
            assert answer.status_code < 400 or {"error_code", "error"} & {*answer.json()}, (path, value)
