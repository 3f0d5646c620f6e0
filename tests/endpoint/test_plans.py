"""Questions that PostgreSQL plans once."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from pools.endpoint import admitting, plans
from pools.endpoint.models import AccessKey, EndpointProject
from pools.endpoint.prepared import Question

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite remembers what it compiled by itself"),
]
Asking = Callable[[], list[str]]


@pytest.fixture
def asking(home: EndpointProject) -> Asking:
    """Ask for a key, and tell the statements that took."""
    connection.close()
    name = admitting.issue_key(home).access_key
    question: Question[AccessKey] = Question(lambda name: AccessKey.objects.filter(access_key=name))

    def ask() -> list[str]:
        with CaptureQueriesContext(connection) as seen:
            found = question(name)
        assert found is not None
        assert found.access_key == name
        return [one["sql"].split()[0] for one in seen.captured_queries]

    return ask


def plans_there() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE name LIKE 'poolhouse_%'")
        return cursor.fetchone()[0]


def test_a_question_is_planned_once(asking: Asking) -> None:
    assert [asking(), asking(), plans_there()] == [["EXECUTE"], ["EXECUTE"], 1]


def test_a_transaction_rests_on_no_plan(asking: Asking) -> None:
    with transaction.atomic():
        assert asking() == ["SELECT"]


def test_where_plans_are_gone_the_question_is_asked_as_ever(asking: Asking) -> None:
    asking()
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert [asking(), asking()] == [["EXECUTE", "SELECT"], ["SELECT"]]


def test_a_plan_that_stands_there_already_is_used(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    asking()
    # As if the pooler had handed over a connection that another process asked through.
    monkeypatch.setitem(plans._made, connection.connection, set())
    assert [asking(), plans_there()] == [["EXECUTE"], 1]
