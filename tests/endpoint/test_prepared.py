"""Statements written once say what Django says each time."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.forms.models import model_to_dict

from pools.endpoint import admitting
from pools.endpoint.insertion import Insertion
from pools.endpoint.models import AccessKey, BillingOrder, EndpointProject, HostedPool, Tenancy, WorkOrder
from pools.endpoint.prepared import Question, together
from pools.wire.enums import BillingStatus

NOW = datetime(2026, 3, 1, 8, 0, 0, 123456, tzinfo=UTC)
KEY: Question[AccessKey] = Question(
    lambda name: AccessKey.objects.select_related("project__account").filter(access_key=name)
)


def a_pool(home: EndpointProject, **told: Any) -> HostedPool:
    given = {"name": "pool-ae01", "ident": "pool-ae01-x", "zones": [["a", 1]], "drivers": {}, "dice": 7, **told}
    return HostedPool(
        project=home, document={"spec": {"größe": [1.5, None]}}, accepted_at=NOW, created_at=NOW, pace="demo", **given
    )


def test_a_question_is_answered_as_django_would(home: EndpointProject, django_assert_num_queries: Any) -> None:
    names = [admitting.issue_key(home).access_key for _ in range(3)]
    KEY(names[0])
    with django_assert_num_queries(2):
        found = [KEY(name) for name in names[1:]]
        told = [(one.secret_key, one.project.project_id, one.project.account.name) for one in found if one]
    expected = [AccessKey.objects.get(access_key=name) for name in names[1:]]
    assert [one and model_to_dict(one) for one in found] == [model_to_dict(one) for one in expected]
    assert told == [(one.secret_key, home.project_id, home.account.name) for one in expected]


def test_what_a_question_found_can_be_changed_and_saved(home: EndpointProject) -> None:
    key = KEY(admitting.issue_key(home).access_key)
    assert key is not None
    key.failures = 3
    key.save()
    assert AccessKey.objects.get().failures == 3


def test_a_question_may_want_columns_only(home: EndpointProject) -> None:
    Tenancy.objects.create(project=home, pool_quota=4, config={"a": 1})
    columns = Question(lambda project: Tenancy.objects.filter(project=project).values_list("pool_quota", "config"))
    assert columns(home.pk) == (4, {"a": 1})


def test_nothing_found_is_none(db: None) -> None:
    assert KEY("nobody") is None


def test_a_question_with_a_hidden_parameter_cannot_be_asked(home: EndpointProject) -> None:
    asked: Question[AccessKey] = Question(lambda name: AccessKey.objects.filter(access_key=name, failures=2))
    with pytest.raises(ValueError, match="not the parameters alone"):
        asked("somebody")


def test_an_inserted_row_is_what_saving_would_have_made_of_it(home: EndpointProject) -> None:
    row, saved = a_pool(home), a_pool(home, ident="pool-ae02-x")
    assert Insertion(HostedPool)(row)
    saved.save()
    written = {pool.pk: model_to_dict(pool, exclude=["id", "ident"]) for pool in HostedPool.objects.all()}
    assert written[row.pk] == written[saved.pk]


def test_an_inserted_row_can_be_changed_and_saved(home: EndpointProject) -> None:
    row = a_pool(home)
    Insertion(HostedPool)(row)
    row.fate = "stuck"
    row.save()
    assert HostedPool.objects.get().fate == "stuck"


def test_a_row_written_without_an_object_is_what_saving_would_have_made_of_it(home: EndpointProject) -> None:
    pool = a_pool(home)
    pool.save()
    told = {
        "project_id": home.pk,
        "pool_id": pool.pk,
        "status": BillingStatus.COMPLETED,
        "amount": Decimal("1200.5"),
        "lines": [{"product": "größe"}],
        "auto_renew": True,
        "created_at": NOW.astimezone(timezone(timedelta(hours=8))),
        "deadline": NOW,
    }
    [key] = together(Insertion(BillingOrder).of(order_id="CS1", **told))
    BillingOrder(order_id="CS2", **told).save()
    written, saved = (
        model_to_dict(row, exclude=["id", "order_id"]) for row in BillingOrder.objects.order_by("order_id")
    )
    assert BillingOrder.objects.get(pk=key).order_id == "CS1"
    assert written == saved


def test_what_is_said_together_is_answered_one_by_one(home: EndpointProject) -> None:
    names, insert = [admitting.issue_key(home).access_key for _ in range(2)], Insertion(HostedPool, yields=True)
    row, twin, other = a_pool(home), a_pool(home), a_pool(home, ident="another")
    count = Question(
        lambda project: HostedPool.objects.filter(project=project).values("project").values_list(Count("pk"))
    )
    with transaction.atomic():
        first, put, none, more, number, last = together(
            KEY.asked(names[0]),
            insert.putting(row),
            insert.putting(twin),
            insert.putting(other),
            count.asked(home.pk),
            KEY.asked("nobody"),
        )
    assert (first.access_key, put, none, more, number, last) == (names[0], row.pk, None, other.pk, (2,), None)
    assert twin.pk is None


def test_a_mistake_among_several_undoes_all_of_them(home: EndpointProject) -> None:
    insert = Insertion(HostedPool)
    with pytest.raises(IntegrityError), transaction.atomic():
        together(insert.putting(a_pool(home)), insert.putting(a_pool(home, ident="odd", dice=None)))
    assert not HostedPool.objects.exists()


def test_a_row_points_to_those_written_before_it(home: EndpointProject) -> None:
    earlier, opened = a_pool(home, ident="earlier"), {"project_id": home.pk, "created_at": NOW}
    earlier.save()
    # So that the tables do not count alike.
    for name in ("order.v", "order.w"):
        WorkOrder.objects.create(project=home, pool=earlier, name=name, operation="apply", created_at=NOW)
    pool, work_order, bill = together(
        Insertion(HostedPool).putting(a_pool(home)),
        Insertion(WorkOrder, after=["pool"]).of(name="order.x", operation="apply", **opened),
        Insertion(BillingOrder, after=["pool", "work_order"]).of(
            order_id="CS1", status=BillingStatus.COMPLETED, amount=0, lines=[], deadline=NOW, **opened
        ),
    )
    written = BillingOrder.objects.select_related("work_order").get(pk=bill)
    assert (written.pool_id, written.work_order_id) == (pool, work_order)
    assert written.work_order
    assert written.work_order.pool_id == pool


def test_a_row_to_be_written_is_as_django_makes_it(home: EndpointProject) -> None:
    expected = a_pool(home)
    values = {name: value for name, value in vars(expected).items() if name not in ("_state", "id", "fate", "founding")}
    made = Insertion(HostedPool).row(**values)
    made.project = home
    assert made._state.adding
    assert {**vars(made), "_state": None} == {**vars(expected), "_state": None}


def test_a_row_that_yields_leaves_the_transaction_whole(home: EndpointProject) -> None:
    insert = Insertion(HostedPool, yields=True)
    with transaction.atomic():
        assert [insert(a_pool(home)), insert(a_pool(home)), insert(a_pool(home, ident="another"))] == [
            True,
            False,
            True,
        ]
    assert HostedPool.objects.count() == 2


def test_a_buried_pool_leaves_its_id_to_another(home: EndpointProject) -> None:
    insert = Insertion(HostedPool, yields=True)
    assert [insert(a_pool(home, buried=True)), insert(a_pool(home))] == [True, True]


def test_a_row_that_yields_is_still_refused_for_anything_else(home: EndpointProject) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Insertion(HostedPool, yields=True)(a_pool(home, dice=None))


def test_a_row_that_does_not_yield_is_refused_for_its_twin(home: EndpointProject) -> None:
    pool, insert = a_pool(home), Insertion(WorkOrder)
    pool.save()
    insert(WorkOrder(project=home, pool=pool, name="order.x", operation="apply", created_at=NOW))
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(WorkOrder(project=home, pool=pool, name="order.x", operation="apply", created_at=NOW))
