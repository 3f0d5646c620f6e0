"""A database of an earlier version keeps what it holds."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    """The models as they were when a pool had one billing order, in a database of that shape."""
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes("endpoint")
    executor.migrate([("endpoint", "0004_identifiers")])
    yield executor.loader.project_state([("endpoint", "0004_identifiers")]).apps
    MigrationExecutor(connection).migrate(newest)


def upgraded() -> Any:
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes("endpoint")
    executor.migrate(newest)
    return MigrationExecutor(connection).loader.project_state(newest).apps


def test_an_order_of_a_pool_keeps_its_amount_and_says_what_it_is_for(before: Any) -> None:
    account = before.get_model("endpoint", "Account").objects.create(name="poolhouse")
    project = before.get_model("endpoint", "EndpointProject").objects.create(
        account=account, name="cn-north-4", project_id="p" * 32
    )
    before.get_model("endpoint", "HostedFlavor").objects.create(
        project=project, name="small", document={}, monthly_price=180
    )
    resources = [{"flavor": "small", "count": 2, "maxCount": 2}, {"flavor": "gone", "count": 1, "maxCount": 1}]
    for name, amount, num in (("dear", 1000, 1), ("plain", 360, 1)):
        pool = before.get_model("endpoint", "HostedPool").objects.create(
            project=project,
            ident=name,
            name=name,
            document={
                "metadata": {"annotations": {"os.modelarts/auto.renew": "1"}},
                "spec": {"resources": resources[: 1 if name == "plain" else 2]},
            },
            zones=[],
            drivers={},
            created_at=NOW,
            pace="demo",
            dice=1,
            accepted_at=NOW,
        )
        before.get_model("endpoint", "WorkOrder").objects.create(
            project=project, pool=pool, name=f"order.{name}", operation="apply", created_at=NOW
        )
        before.get_model("endpoint", "BillingOrder").objects.create(
            project=project,
            pool=pool,
            order_id=f"CS{name}",
            amount=amount,
            billing_mode="1",
            period_type="2",
            period_num=num,
            created_at=NOW,
            deadline=NOW,
        )

    now = upgraded()
    orders = {one.order_id: one for one in now.get_model("endpoint", "BillingOrder").objects.all()}
    assert orders["CSplain"].lines == [{"product": "small", "count": 2, "amount": "360.00"}]
    assert [(line["count"], line["amount"]) for line in orders["CSdear"].lines] == [(2, "666.66"), (1, "333.34")]
    assert {(one.order_type, one.auto_renew) for one in orders.values()} == {(1, True)}
    works = now.get_model("endpoint", "WorkOrder").objects.all()
    assert {one.name: one.billing_order.order_id for one in works} == {"order.dear": "CSdear", "order.plain": "CSplain"}
