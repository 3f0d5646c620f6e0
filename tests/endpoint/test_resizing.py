"""Supernodes become larger or smaller: nodes join one or leave it, under a work order, and are paid for or back."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import BillingOrder, EndpointProject, HostedFlavor, HostedPool
from pools.wire.enums import OrderType
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
RESIZE = f"{POOL}/nodes/batch-resize"
ORDERS = f"/v1/{PROJECT}/orders"
SUPERNODE, RACK = "modelarts.bm.npu.arm.8snt9c.supernode", "modelarts.bm.npu.arm.8snt9b"
BATCH = "os.modelarts.node/batch.uid"
SAID = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1"}
PAID = {f"os.modelarts/{key}": value for key, value in SAID.items()}


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def supernodes(step: int) -> dict[str, Any]:
    return {"step": step, "type": "hyperinstance"}


def made(speaker: Speaker, *, step: int = 8, of: int = 1, **how: Any) -> list[str]:
    """A pool of so many supernodes, paid for by the month; returns what they are called."""
    annotations = how.pop("annotations", PAID)
    resource = {"flavor": SUPERNODE, "count": step * of, "creatingStep": supernodes(step)}
    answer = speaker.post(POOLS, creation(annotations=annotations, resource=resource, **how))
    assert answer.status_code == 200, answer.content
    return list(batches(speaker))


def nodes(speaker: Speaker) -> list[dict[str, Any]]:
    return list(speaker.get(f"{POOL}/nodes").json()["items"])


def names(speaker: Speaker, uid: str) -> list[str]:
    return [node["metadata"]["name"] for node in nodes(speaker) if node["metadata"]["labels"][BATCH] == uid]


def batches(speaker: Speaker) -> dict[str, int]:
    """How many nodes each supernode has."""
    return dict(Counter(node["metadata"]["labels"][BATCH] for node in nodes(speaker)))


def resized(
    speaker: Speaker, *wanted: Any, before: int = 8, after: int = 16, pays: str = "1", **ends: dict[str, Any]
) -> Any:
    source = {"flavor": SUPERNODE, "creatingStep": supernodes(before), **ends.get("source", {})}
    target = {"flavor": SUPERNODE, "creatingStep": supernodes(after), **ends.get("target", {})}
    listed = [{"batchUID": one} if isinstance(one, str) else one for one in wanted]
    body = {"nodes": listed, "source": source, "target": target, "billing": {"autoPay": pays}}
    return speaker.post(RESIZE, body)


def refused(answer: Any) -> str:
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000"), answer.content
    return str(answer.json()["error_msg"])


def entries(speaker: Speaker) -> list[tuple[int, int]]:
    """Step and count of each entry."""
    listed = speaker.get(POOL).json()["spec"]["resources"]
    return [(one["creatingStep"]["step"], one["count"]) for one in listed]


def phase(speaker: Speaker, order: str) -> str:
    [told] = [one for one in speaker.get(ORDERS).json()["items"] if one["orderName"] == order]
    return str(told["phase"])


@pytest.mark.shows("BatchResizePoolNodes.grows")
def test_nodes_join_a_supernode_over_time_under_a_work_order(speaker: Speaker, slowly: Any) -> None:
    made(speaker)
    slowly.tick(60)
    (uid,) = batches(speaker)
    order = resized(speaker, uid).json()["orderName"]
    assert speaker.get(POOL).json()["metadata"]["labels"]["os.modelarts/order.name"] == order
    assert (phase(speaker, order), entries(speaker)) == ("running", [(16, 16)])
    status = speaker.get(POOL).json()["status"]
    counted = {state: sum(one["count"] for one in listed) for state, listed in status["resources"].items()}
    assert (status["phase"], counted) == ("Running", {"available": 8, "creating": 8})
    slowly.tick(20)
    assert phase(speaker, order) == "successed"
    assert batches(speaker) == {uid: 16}
    assert {node["metadata"]["labels"]["os.modelarts.node/batch.count"] for node in nodes(speaker)} == {"16"}


@pytest.mark.shows("BatchResizePoolNodes.grows")
def test_the_work_order_names_the_nodes_that_join(speaker: Speaker) -> None:
    (uid,) = made(speaker)
    before = {*names(speaker, uid)}
    order = resized(speaker, uid).json()["orderName"]
    told = speaker.get(f"{ORDERS}/{order}").json()
    joined = {item["resourceName"] for item in told["items"] if item["status"] == "succeed"}
    assert joined == {*names(speaker, uid)} - before
    assert len(joined) == 8


@pytest.mark.shows("BatchResizePoolNodes.some")
def test_the_other_supernodes_stay_what_they_are(speaker: Speaker) -> None:
    first, second = made(speaker, of=2)
    resized(speaker, first)
    assert batches(speaker) == {first: 16, second: 8}
    assert entries(speaker) == [(8, 8), (16, 16)]
    resized(speaker, second)
    assert batches(speaker) == {first: 16, second: 16}
    assert entries(speaker) == [(16, 32)]


@pytest.mark.shows("BatchResizePoolNodes.node-pool")
def test_resized_supernodes_can_be_of_another_node_pool(speaker: Speaker) -> None:
    first, _ = made(speaker, of=2)
    resized(speaker, first, target={"nodePool": "large"})
    items = speaker.get(f"{POOL}/nodepools").json()["items"]
    assert [(one["metadata"]["name"], one["spec"]["resources"]["count"]) for one in items] == [
        (f"{SUPERNODE}-default", 8),
        ("large", 16),
    ]
    labels = {node["metadata"]["labels"]["os.modelarts.node/nodepool"]: node for node in nodes(speaker)}
    assert labels.keys() == {f"{SUPERNODE}-default", "large"}


@pytest.mark.shows("BatchResizePoolNodes.shrinks")
def test_a_supernode_becomes_smaller_by_the_nodes_that_are_named(speaker: Speaker, slowly: Any) -> None:
    made(speaker, step=16)
    slowly.tick(60)
    (uid,) = batches(speaker)
    leaving = names(speaker, uid)[4:12]
    order = resized(speaker, {"batchUID": uid, "deleteNodeNames": leaving}, before=16, after=8).json()["orderName"]
    told = {node["metadata"]["name"]: node["status"]["phase"] for node in nodes(speaker)}
    assert {name for name, said in told.items() if said == "Deleting"} == {*leaving}
    slowly.tick(20)
    assert (phase(speaker, order), batches(speaker), entries(speaker)) == ("successed", {uid: 8}, [(8, 8)])


@pytest.mark.shows("BatchResizePoolNodes.refund")
def test_what_was_paid_for_nodes_that_leave_is_paid_back(speaker: Speaker) -> None:
    (uid,) = made(speaker, step=16)
    resized(speaker, {"batchUID": uid, "deleteNodeNames": names(speaker, uid)[:8]}, before=16, after=8)
    refunds = BillingOrder.objects.filter(order_type=OrderType.UNSUBSCRIPTION)
    assert [one.amount < 0 for one in refunds] == [True] * 8


@pytest.mark.shows("BatchResizePoolNodes.paid")
def test_nodes_that_join_are_paid_for_as_those_that_are_there(speaker: Speaker) -> None:
    (uid,) = made(speaker)
    resized(speaker, uid)
    first, second = BillingOrder.objects.order_by("pk")
    assert (second.amount, second.period_type, second.period_num) == (first.amount, first.period_type, 1)
    assert {node["metadata"]["annotations"]["os.modelarts/billing.mode"] for node in nodes(speaker)} == {"1"}


@pytest.mark.shows("BatchResizePoolNodes.waits")
def test_without_auto_pay_nothing_happens_before_it_is_paid(speaker: Speaker) -> None:
    (uid,) = made(speaker)
    order = resized(speaker, uid, pays="0").json()["orderName"]
    assert (phase(speaker, order), batches(speaker), entries(speaker)) == ("pending", {uid: 8}, [(8, 8)])
    assert "awaits payment" in refused(resized(speaker, uid))
    billing = speaker.get(POOL).json()["metadata"]["annotations"]["os.modelarts/order.id"]
    paid = speaker.post("/v3/orders/customer-orders/pay", {"order_id": billing, "use_coupon": "NO"})
    assert paid.status_code == 204, paid.content
    assert (phase(speaker, order), batches(speaker), entries(speaker)) == ("successed", {uid: 16}, [(16, 16)])


@pytest.mark.shows("BatchResizePoolNodes.waits")
def test_a_resizing_that_is_not_paid_for_never_was(speaker: Speaker) -> None:
    (uid,) = made(speaker)
    order = resized(speaker, uid, pays="0").json()["orderName"]
    billing = speaker.get(POOL).json()["metadata"]["annotations"]["os.modelarts/order.id"]
    assert speaker.put("/v2/orders/customer-orders/cancel", {"order_id": billing}).status_code == 204
    assert (phase(speaker, order), batches(speaker), entries(speaker)) == ("failed", {uid: 8}, [(8, 8)])
    assert resized(speaker, uid).status_code == 200


@pytest.mark.shows("BatchResizePoolNodes.fails")
def test_an_expansion_that_fails_leaves_the_pool_in_scaling_failed(speaker: Speaker) -> None:
    (uid,) = made(speaker, prefix="fate-nogrowth")
    order = resized(speaker, uid).json()["orderName"]
    assert (phase(speaker, order), speaker.get(POOL).json()["status"]["phase"]) == ("failed", "ScalingFailed")
    assert batches(speaker) == {uid: 8}


@pytest.mark.shows("BatchResizePoolNodes.supernodes")
def test_racks_and_single_nodes_are_not_resized(speaker: Speaker) -> None:
    """The other half of pitfall 20."""
    resource = {"flavor": RACK, "count": 4, "creatingStep": {"step": 4, "type": "rack"}}
    speaker.post(POOLS, creation(resource=resource))
    (uid,) = batches(speaker)
    rack = {"flavor": RACK, "creatingStep": {"step": 4, "type": "rack"}}
    larger = {"flavor": RACK, "creatingStep": {"step": 8, "type": "rack"}}
    assert "hyperinstance" in refused(resized(speaker, uid, source=rack, target=larger))
    single: dict[str, Any] = {"flavor": RACK, "creatingStep": {}}
    assert "hyperinstance" in refused(resized(speaker, uid, source=single, target=single))


@pytest.mark.shows("BatchResizePoolNodes.refused")
def test_what_does_not_fit_is_refused_and_changes_nothing(speaker: Speaker) -> None:
    first, second = made(speaker, step=16, of=2)
    mine, others = names(speaker, first), names(speaker, second)
    before = (speaker.get(POOL).json(), nodes(speaker))

    def shrunk(leaving: list[str], **ends: Any) -> str:
        return refused(resized(speaker, {"batchUID": first, "deleteNodeNames": leaving}, before=16, after=8, **ends))

    assert "8 nodes of the supernode" in shrunk([])
    assert "8 nodes of the supernode" in shrunk(mine[:7])
    assert "8 nodes of the supernode" in shrunk([*mine[:7], mine[0]])
    assert "8 nodes of the supernode" in shrunk([*mine[:7], others[0]])
    assert "$.target.flavor" in shrunk(mine[:8], target={"flavor": RACK})
    assert "no such node pool" in shrunk(mine[:8], source={"nodePool": "another"})
    assert "creatingStep" in refused(resized(speaker, first, before=16, after=17))
    assert "already" in refused(resized(speaker, first, before=16, after=16))
    assert "once" in refused(resized(speaker, first, first, before=16, after=48))
    assert "no such supernode" in refused(resized(speaker, "nobody", before=16, after=48))
    joining = {"batchUID": first, "deleteNodeNames": mine[:1]}
    assert "0 nodes of the supernode" in refused(resized(speaker, joining, before=16, after=48))
    assert "$.nodes" in refused(resized(speaker, *(f"uid-{number}" for number in range(51)), before=16, after=48))
    assert (speaker.get(POOL).json(), nodes(speaker)) == before


@pytest.mark.shows("BatchResizePoolNodes.refused")
def test_locked_nodes_stay(speaker: Speaker) -> None:
    (uid,) = made(speaker, step=16)
    leaving = names(speaker, uid)[:8]
    speaker.post(f"{POOL}/nodes/batch-lock", {"nodeNames": leaving[:1], "actions": ["delete"]})
    answer = resized(speaker, {"batchUID": uid, "deleteNodeNames": leaving}, before=16, after=8)
    assert f"{leaving[0]} is locked" in refused(answer)


@pytest.mark.shows("BatchResizePoolNodes.running")
def test_only_a_pool_that_runs_is_resized_and_only_nodes_that_are_there(speaker: Speaker, slowly: Any) -> None:
    made(speaker)
    assert "not Running" in refused(resized(speaker, "nobody"))
    slowly.tick(60)
    (uid,) = batches(speaker)
    resized(speaker, uid)
    assert "still being created" in refused(resized(speaker, uid, before=16, after=48))


@pytest.mark.parametrize("odd", [None, 5, "x", [], {}, [5], {"flavor": 5}, True])
@pytest.mark.parametrize("key", ["nodes", "source", "target", "billing"])
def test_odd_bodies_are_refused_in_words(speaker: Speaker, key: str, odd: Any) -> None:
    (uid,) = made(speaker)
    end = {"flavor": SUPERNODE, "creatingStep": supernodes(8)}
    body = {"nodes": [{"batchUID": uid}], "source": end, "target": {**end, "creatingStep": supernodes(16)}, key: odd}
    answer = speaker.post(RESIZE, body)
    # Billing may be left out, and so may all that stands in it; keys that nobody knows are nobody's business.
    assert answer.status_code == (200 if key == "billing" and odd in (None, {}, {"flavor": 5}) else 400)


@pytest.mark.shows("BatchResizePoolNodes.by-use")
def test_supernodes_that_are_paid_by_use_cost_no_order(speaker: Speaker) -> None:
    row = HostedFlavor.objects.get(name=SUPERNODE)
    row.document["spec"]["billingModes"] = [0, 1]
    row.save()
    (uid,) = made(speaker, annotations={})
    resized(speaker, uid)
    resized(speaker, {"batchUID": uid, "deleteNodeNames": names(speaker, uid)[8:]}, before=16, after=8)
    assert (batches(speaker), BillingOrder.objects.count()) == ({uid: 8}, 0)


def test_a_stranger_resizes_nothing(speaker: Speaker, stranger: Speaker) -> None:
    (uid,) = made(speaker)
    assert resized(stranger, uid).status_code == 403
    assert HostedPool.objects.get().document["spec"]["resources"][0]["count"] == 8
