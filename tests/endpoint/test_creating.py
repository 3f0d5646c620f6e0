"""Creating a pool over HTTP, as the seed page says it."""

import json
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import BillingOrder, EndpointProject, HostedPool
from tests.endpoint.guests import CONSOLE, EXAMPLE, POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


@pytest.mark.shows("CreatePool.example", "CreatePool.pool-id", "CreatePool.no-phase", "CreatePool.max-count")
def test_the_seed_pages_example_is_answered_as_the_seed_page_shows(speaker: Speaker) -> None:
    answer = speaker.post(POOLS, EXAMPLE)
    assert answer.status_code == 200
    document = answer.json()
    labels, annotations = document["metadata"]["labels"], document["metadata"]["annotations"]
    assert list(document) == ["kind", "apiVersion", "metadata", "spec", "status"]
    assert list(document["metadata"]) == ["name", "creationTimestamp", "labels", "annotations"]
    assert list(labels) == [
        "os.modelarts/name",
        "os.modelarts/workspace.id",
        "os.modelarts/node.prefix",
        "os.modelarts/resource.id",
        "os.modelarts/tenant.domain.id",
        "os.modelarts/tenant.project.id",
        "os.modelarts.pool/biz",
        "os.modelarts/create-from",
        "os.modelarts/order.name",
    ]
    assert list(annotations) == [
        "os.modelarts/billing.mode",
        "os.modelarts.pool/subpools.count",
        "os.modelarts/flavor.resource.ids",
        "os.modelarts/tenant.domain.name",
    ]
    assert document["metadata"]["name"] == ident()
    assert labels["os.modelarts/resource.id"].startswith("maos-pool-ae01-")
    assert labels["os.modelarts/tenant.project.id"] == PROJECT
    assert json.loads(annotations["os.modelarts/flavor.resource.ids"])["modelarts.vm.cpu.8ud"].startswith(
        "maos.vm.cpu.8ud."
    )
    assert document["spec"] == {
        "type": "Dedicate",
        "scope": ["Train"],
        "resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": 1, "maxCount": 1}],
        "network": {"name": f"network-21e1-{PROJECT}"},
    }
    assert document["status"] == {"resources": {}}


@pytest.mark.shows("CreatePool.stray-comma")
def test_the_example_with_its_stray_comma_is_not_json(speaker: Speaker) -> None:
    body = json.dumps(EXAMPLE).replace('8ud"}', '8ud",}').encode()
    answer = speaker.call("POST", POOLS, body=body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")


@pytest.mark.shows("CreatePool.no-header")
def test_without_the_header_a_pay_per_use_pool_starts_at_once(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    assert speaker.get(f"{POOLS}/{ident()}").json()["status"]["phase"] == "Running"
    assert not BillingOrder.objects.exists()


@pytest.mark.shows("CreatePool.header-orders")
def test_with_the_header_every_pool_waits_for_an_order_of_nothing(speaker: Speaker) -> None:
    answer = speaker.post(POOLS, EXAMPLE, **CONSOLE).json()
    order = BillingOrder.objects.get()
    assert answer["metadata"]["annotations"]["os.modelarts/order.id"] == order.order_id
    assert order.status == 6
    assert order.amount == 0
    assert speaker.get(f"{POOLS}/{ident()}").json()["status"]["phase"] == "Waiting"


@pytest.mark.shows("CreatePool.other-header")
def test_another_value_of_the_header_changes_nothing(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE, headers={"request-type": "Console"})
    assert speaker.get(f"{POOLS}/{ident()}").json()["status"]["phase"] == "Running"


PREPAID = {"os.modelarts/billing.mode": "1", "os.modelarts/period.type": "2", "os.modelarts/period.num": "3"}


@pytest.mark.shows("CreatePool.prepaid-orders", "CreatePool.price")
def test_prepaid_billing_opens_an_order_without_the_header(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(annotations=PREPAID, resource={"count": 2}))
    order = BillingOrder.objects.get()
    assert (order.status, order.period_num) == (6, 3)
    assert order.amount == 180 * 2 * 3


@pytest.mark.shows("CreatePool.auto-pay")
@pytest.mark.parametrize("said", ["1", "true", "True"])
def test_auto_pay_pays_at_once(speaker: Speaker, said: object) -> None:
    speaker.post(POOLS, creation(annotations={**PREPAID, "os.modelarts/auto.pay": said}))
    assert speaker.get(f"{POOLS}/{ident()}").json()["status"]["phase"] == "Running"
    assert BillingOrder.objects.get().status == 5


@pytest.mark.shows("Transport.flat-errors", "CreatePool.taken")
def test_a_name_in_use_is_a_conflict(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    answer = speaker.post(POOLS, EXAMPLE)
    assert answer.status_code == 409
    assert answer.json() == {"error_code": "ModelArts.50015000", "error_msg": "Pool already exists."}


@pytest.mark.shows("CreatePool.pool-id", "CreatePool.cut-names-collide")
def test_names_that_are_cut_to_one_id_collide(speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_COMPATIBILITY = "wide"
    assert speaker.post(POOLS, creation(name="a" * 30 + "-b")).status_code == 200
    assert speaker.post(POOLS, creation(name="a" * 30 + "-c")).status_code == 409


@pytest.mark.shows("CreatePool.deleted-name")
def test_a_deleted_name_can_be_ordered_again(speaker: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    speaker.delete(f"{POOLS}/{ident()}")
    assert speaker.post(POOLS, EXAMPLE).status_code == 200
    assert HostedPool.objects.filter(buried=False).count() == 1


@pytest.mark.shows("Documents.unknown-keys")
def test_unknown_keys_are_kept_and_answered(speaker: Speaker) -> None:
    document = creation(resource={"nodePool": "first", "x": {"y": [1, None]}}, jobFlavors=["a"])
    document["metadata"]["labels"]["team"] = "blue"
    document["metadata"]["annotations"]["note"] = "kept"
    answer = speaker.post(POOLS, document).json()
    assert answer["spec"]["resources"][0]["x"] == {"y": [1, None]}
    assert answer["spec"]["jobFlavors"] == ["a"]
    assert (answer["metadata"]["labels"]["team"], answer["metadata"]["annotations"]["note"]) == ("blue", "kept")


@pytest.mark.shows("CreatePool.password")
def test_a_password_is_not_answered(speaker: Speaker) -> None:
    answer = speaker.post(POOLS, creation(userLogin={"password": "c2VjcmV0"}))
    assert "c2VjcmV0" not in answer.content.decode()


@pytest.mark.shows("CreatePool.r21")
def test_the_quota_holds(speaker: Speaker, home: EndpointProject) -> None:
    home.tenancy.pool_quota = 1
    home.tenancy.save()
    assert speaker.post(POOLS, creation(name="pool-one")).status_code == 200
    answer = speaker.post(POOLS, creation(name="pool-two"))
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.0118")
    assert "quota" in answer.json()["error_msg"]


@pytest.mark.shows("CreatePool.strangers")
def test_a_stranger_creates_and_sees_nothing(speaker: Speaker, stranger: Speaker) -> None:
    speaker.post(POOLS, EXAMPLE)
    for path in (POOLS, f"{POOLS}/{ident()}", f"/v1/{PROJECT}/orders", f"/v1/{PROJECT}/networks"):
        assert stranger.get(path).status_code == 403
    assert stranger.post(POOLS, creation(name="pool-two")).status_code == 403
    assert stranger.delete(f"{POOLS}/{ident()}").status_code == 403
    assert HostedPool.objects.get().deleted_at is None
