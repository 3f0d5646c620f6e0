"""The queries that are described are those that are read: each view is asked, and what it looks for is noted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.test import override_settings

from pools.endpoint.describing.calls import CALLS
from tests.endpoint.walking import scene, walk

# Official clients say it; the pool is in one workspace, whatever they say.
NOT_LOOKED_AT = {"CreateOrderId": {"workspaceId"}}

LOOKED_FOR: set[str] = set()


class Noting(QueryDict):
    """A query that notes which parameters are looked for."""

    def __getitem__(self, key: str) -> Any:
        LOOKED_FOR.add(key)
        return super().__getitem__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        LOOKED_FOR.add(key)
        return super().getlist(key, default)

    def items(self) -> Any:
        LOOKED_FOR.add("*")
        return super().items()


class Noted:
    """Middleware before all others: the request's query notes what is looked for."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.GET = Noting(request.META.get("QUERY_STRING", ""))
        answer: HttpResponseBase = self.get_response(request)
        return answer


@pytest.fixture(scope="module")
def looked_for(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, set[str]]]:
    """By operation: the parameters its view looked for. `*`: it read the query as the shape that describes it."""
    noted = ["tests.endpoint.test_queries_described.Noted", *settings.MIDDLEWARE]
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MIDDLEWARE=noted):
        where, found = scene(), {}
        LOOKED_FOR.clear()
        for one in walk(where):
            found[one.operation] = {*LOOKED_FOR}
            LOOKED_FOR.clear()
        yield found
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("operation", CALLS)
def test_a_view_reads_the_query_that_is_described(looked_for: dict[str, set[str]], operation: str) -> None:
    shape = CALLS[operation].query
    described = {field.alias or name for name, field in shape.model_fields.items()} if shape else set()
    read = looked_for[operation]
    assert "*" in read or read == described - NOT_LOOKED_AT.get(operation, set())
