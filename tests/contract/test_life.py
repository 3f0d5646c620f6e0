"""A pool from its order to its end. The tests share one, in the order in which they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkmodelarts import v1 as ma

from pools.upstream import AlreadyExists, Refused
from pools.wire.enums import WorkOrderPhase
from tests.contract.accounts import Account
from tests.contract.creating import Workshop, new_name, opened

# A real pool comes in its own time; how long it is waited for is the account's `patience`.
pytestmark = pytest.mark.timeout(0)

DONE = {WorkOrderPhase.SUCCESSED, WorkOrderPhase.PARTIAL_SUCCESSED}


@pytest.fixture(scope="module")
def workshop(account: Account) -> Iterator[Workshop]:
    made = opened(account)
    try:
        yield made
    finally:
        made.clear()


@pytest.fixture(scope="module")
def created(workshop: Workshop) -> dict[str, Any]:
    """The answer to the creation of the pool that all tests here share."""
    return workshop.create(new_name())


@pytest.fixture(scope="module")
def pool_id(workshop: Workshop, created: dict[str, Any]) -> str:
    """The pool once it runs; whatever had to be paid is paid."""
    name: str = created["metadata"]["name"]
    if order := created["metadata"]["annotations"].get("os.modelarts/order.id"):
        workshop.until(name, "Waiting", "Creating", "Running")
        workshop.client.pay_order(order)
    workshop.until(name, "Running")
    return name


def test_a_creation_is_answered_with_an_id_and_a_work_order_and_no_phase(created: dict[str, Any]) -> None:
    assert created["metadata"]["name"].startswith(created["metadata"]["labels"]["os.modelarts/name"][:30])
    assert created["metadata"]["labels"]["os.modelarts/order.name"].startswith("order.")
    assert not created["status"].get("phase")


def test_the_work_order_is_listed_at_once(workshop: Workshop, created: dict[str, Any]) -> None:
    hour = timezone.now() - timedelta(hours=1)
    listed = workshop.client.list_orders(since=hour, involved=created["metadata"]["name"]).document["items"]

    assert created["metadata"]["labels"]["os.modelarts/order.name"] in {one["orderName"] for one in listed}


def test_its_name_is_taken(workshop: Workshop, created: dict[str, Any]) -> None:
    again = workshop.creation(created["metadata"]["labels"]["os.modelarts/name"])

    with pytest.raises(AlreadyExists) as told:
        workshop.client.create_pool(json.dumps(again))

    assert (told.value.status, told.value.code) == (409, "ModelArts.50015000")


def test_a_creation_that_breaks_the_rules_is_refused_by_code(workshop: Workshop) -> None:
    with pytest.raises(Refused) as told:
        workshop.client.create_pool(json.dumps(workshop.creation("No Name At All!")))

    assert (told.value.status, told.value.code) == (400, "ModelArts.50004000")


def test_it_runs_with_its_node(workshop: Workshop, pool_id: str) -> None:
    workshop.until_nodes(pool_id, 1)

    document = workshop.client.get_pool(pool_id).document
    assert document["status"]["phase"] == "Running"
    assert document["spec"]["resources"][0]["flavor"] == workshop.flavor


def test_its_order_succeeded(workshop: Workshop, created: dict[str, Any], pool_id: str) -> None:
    hour = timezone.now() - timedelta(hours=3)
    listed = workshop.client.list_orders(since=hour, involved=pool_id).typed.items or []
    name = created["metadata"]["labels"]["os.modelarts/order.name"]

    assert {order.outcome for order in listed if order.order_name == name} <= DONE


def test_its_description_is_changed_at_once(workshop: Workshop, pool_id: str) -> None:
    workshop.change(pool_id, {"metadata": {"annotations": {"os.modelarts/description": "still a contract test"}}})

    annotations = workshop.client.get_pool(pool_id).document["metadata"]["annotations"]
    assert annotations["os.modelarts/description"] == "still a contract test"


def test_a_change_as_plain_json_is_read_alike_or_refused_by_its_code(
    workshop: Workshop, account: Account, pool_id: str
) -> None:
    metadata = ma.PoolMetadataUpdate(annotations=ma.PoolMetadataUpdateAnnotations(os_modelarts_description="plain"))
    asked = ma.PatchPoolRequest(pool_name=pool_id, body=ma.PoolUpdateRequest(metadata=metadata))
    code = ""
    try:
        account.official("modelarts").patch_pool(asked)
    except ClientRequestException as refused:
        code = refused.error_code

    annotations = workshop.client.get_pool(pool_id).document["metadata"]["annotations"]
    read_alike = annotations["os.modelarts/description"] == "plain"
    assert (read_alike, code) in {(True, ""), (False, "ModelArts.50004100")}


def test_tags_come_and_go(account: Account, pool_id: str) -> None:
    sdk, asked = account.official("modelarts"), ma.ShowPoolTagsRequest(pool_name=pool_id)
    tag = ma.CreateTagRequest(tags=[ma.Tag(key="contract", value="yes")])
    sdk.batch_create_pool_tags(ma.BatchCreatePoolTagsRequest(pool_name=pool_id, body=tag))
    assert "contract" in {one.key for one in sdk.show_pool_tags(asked).tags}

    gone = ma.DeleteTagRequest(tags=[ma.DeleteTagItem(key="contract", value="yes")])
    sdk.batch_delete_pool_tags(ma.BatchDeletePoolTagsRequest(pool_name=pool_id, body=gone))
    assert "contract" not in {one.key for one in sdk.show_pool_tags(asked).tags}


@pytest.mark.parametrize("count", [2, 1], ids=["up", "down"])
def test_it_is_scaled_under_a_work_order_of_its_own(workshop: Workshop, pool_id: str, count: int) -> None:
    before = workshop.client.get_pool(pool_id).document
    entry = before["spec"]["resources"][0] | {"count": count, "maxCount": count}
    entry.pop("azs", None)

    changed = workshop.change(pool_id, {"spec": {"resources": [entry]}})

    key = "os.modelarts/order.name"
    assert changed["metadata"]["labels"][key] != before["metadata"]["labels"][key]
    workshop.until_nodes(pool_id, count)


def test_its_events_tell_how_it_came_to_run(account: Account, pool_id: str) -> None:
    asked = ma.ListEventsRequest(resource="pools", name=pool_id)
    events = account.official("modelarts").list_events(asked).items

    assert any("to Running" in event.message for event in events)


def test_it_is_deleted_and_then_not_found(workshop: Workshop, pool_id: str) -> None:
    answer = workshop.client.delete_pool(pool_id).document
    assert not answer or answer["metadata"]["deletionTimestamp"]

    workshop.until_gone(pool_id)


def test_an_order_that_is_cancelled_leaves_no_pool_behind(workshop: Workshop) -> None:
    made = workshop.create(new_name())
    order = made["metadata"]["annotations"].get("os.modelarts/order.id")
    if not order:
        pytest.skip(f"the {workshop.account.party} account opens no billing order for pay-per-use pools")

    workshop.client.cancel_order(order)

    workshop.until_gone(made["metadata"]["name"])
