"""Nodes added to a pool and paid in advance: they wait for an order of their own, and come or go with it."""

import json
from datetime import timedelta
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import BillingOrder, EndpointProject, HostedFlavor, PoolChange
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
ORDERS = f"/v1/{PROJECT}/orders"
CPU, GPU, BOTH = "modelarts.vm.cpu.8ud", "modelarts.vm.gpu.v100.x1", "modelarts.vm.cpu.16u64g.d"
PAY, CANCEL = "/v3/orders/customer-orders/pay", "/v2/orders/customer-orders/cancel"
MONTH = {"billing.mode": "1", "period.type": "2", "period.num": "1"}
SEVEN_DAYS = timedelta(days=7)


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def annotated(**annotations: str) -> dict[str, str]:
    return {f"os.modelarts/{key}": value for key, value in annotations.items()}


@pytest.fixture
def pool(speaker: Speaker, slowly: Any) -> dict[str, Any]:
    """A pool of two nodes that runs, paid for a month."""
    body = creation(annotations=annotated(**MONTH, **{"auto.pay": "1"}), resource={"count": 2})
    document: dict[str, Any] = speaker.post(POOLS, body).json()
    slowly.tick(60)
    return document


@pytest.fixture
def plain(speaker: Speaker, slowly: Any) -> dict[str, Any]:
    """A pool of one node that runs, paid by use."""
    document: dict[str, Any] = speaker.post(POOLS, creation()).json()
    slowly.tick(60)
    return document


def patch(speaker: Speaker, body: object) -> Any:
    return speaker.call("PATCH", POOL, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"})


def grow(speaker: Speaker, *entries: tuple[str, int], **annotations: str) -> Any:
    resources = [{"flavor": flavor, "count": count} for flavor, count in entries]
    return patch(speaker, {"metadata": {"annotations": annotated(**annotations)}, "spec": {"resources": resources}})


def counts(document: dict[str, Any]) -> dict[str, int]:
    return {one["flavor"]: one["count"] for one in document["spec"]["resources"]}


def there(document: dict[str, Any]) -> dict[str, int]:
    listed = document["status"]["resources"]
    return {state: sum(entry["count"] for entry in entries) for state, entries in listed.items()}


def shown(speaker: Speaker) -> dict[str, Any]:
    document: dict[str, Any] = speaker.get(POOL).json()
    return document


def work(speaker: Speaker) -> dict[str, Any]:
    """The newest work order of the pool."""
    order: dict[str, Any] = speaker.get(f"{ORDERS}?involvedName={ident()}").json()["items"][0]
    return order


def order_id(answer: Any) -> str:
    return str(answer.json()["metadata"]["annotations"]["os.modelarts/order.id"])


def pay(speaker: Speaker, number: str) -> Any:
    return speaker.post(PAY, {"order_id": number, "use_coupon": "NO", "use_discount": "NO"})


@pytest.mark.usefixtures("pool")
class TestWaiting:
    """Growth that nobody has paid yet."""

    @pytest.mark.shows("PatchPool.growth-ordered")
    def test_it_opens_an_order_of_its_own(self, speaker: Speaker, pool: dict[str, Any]) -> None:
        answer = grow(speaker, (CPU, 5))
        assert answer.status_code == 200, answer.content
        assert order_id(answer) != pool["metadata"]["annotations"]["os.modelarts/order.id"]
        order = BillingOrder.objects.get(order_id=order_id(answer))
        assert (order.status, order.lines) == (6, [{"product": CPU, "count": 3, "amount": "540.00"}])

    @pytest.mark.shows("PatchPool.growth-waits")
    def test_meanwhile_the_pool_runs_and_no_node_is_begun(self, speaker: Speaker) -> None:
        grow(speaker, (CPU, 5))
        document = shown(speaker)
        assert (document["status"]["phase"], there(document)) == ("Running", {"available": 2})
        assert len(speaker.get(f"{POOL}/nodes").json()["items"]) == 2

    @pytest.mark.shows("PatchPool.growth-aim")
    def test_meanwhile_the_spec_is_what_was_asked_for(self, speaker: Speaker) -> None:
        assert counts(grow(speaker, (CPU, 5)).json()) == counts(shown(speaker)) == {CPU: 5}

    def test_the_pool_says_which_order_awaits_payment(self, speaker: Speaker) -> None:
        number = order_id(grow(speaker, (CPU, 5)))
        assert shown(speaker)["status"]["message"] == f"The order {number} is awaiting payment."

    @pytest.mark.shows("PatchPool.growth-waits", "ListOrders.period")
    def test_its_work_order_is_pending_and_names_order_and_period(self, speaker: Speaker) -> None:
        number = order_id(grow(speaker, (CPU, 5), **{"period.num": "3"}))
        told = work(speaker)
        assert (told["phase"], told["beginTimestamp"], told["operation"]) == ("pending", 0, "modify")
        assert (told["orderId"], told["billingMode"]) == (number, "1")
        assert (told["periodType"], told["periodNum"]) == ("2", "3")
        assert (told["initCount"][0]["count"], told["specCount"][0]["count"]) == (2, 5)

    @pytest.mark.shows("PatchPool.growth-paid")
    def test_paying_begins_it(self, speaker: Speaker, slowly: Any) -> None:
        number = order_id(grow(speaker, (CPU, 5)))
        slowly.tick(3600)
        assert pay(speaker, number).status_code == 204
        assert there(shown(speaker)) == {"available": 2, "creating": 3}
        assert work(speaker)["phase"] == "running"
        slowly.tick(20)
        assert there(shown(speaker)) == {"available": 5}
        assert (work(speaker)["phase"], work(speaker)["resultCount"][0]["count"]) == ("successed", 5)

    @pytest.mark.shows("PatchPool.growth-cancelled")
    def test_cancelling_ends_it_and_the_counts_are_back(self, speaker: Speaker) -> None:
        number = order_id(grow(speaker, (CPU, 5), (GPU, 1)))
        assert speaker.put(CANCEL, {"order_id": number}).status_code == 204
        assert counts(shown(speaker)) == {CPU: 2}
        assert (work(speaker)["phase"], work(speaker)["failReason"]) == ("failed", "order canceled")
        assert pay(speaker, number).json()["error_code"] == "CBC.99003106"

    @pytest.mark.shows("PatchPool.growth-cancelled")
    def test_after_seven_days_it_is_over_by_itself(self, speaker: Speaker, slowly: Any) -> None:
        number = order_id(grow(speaker, (CPU, 5)))
        slowly.tick(SEVEN_DAYS)
        assert counts(shown(speaker)) == {CPU: 2}
        assert counts(speaker.get(POOLS).json()["items"][0]) == {CPU: 2}
        assert (work(speaker)["phase"], work(speaker)["failReason"]) == ("failed", "order expired")
        assert pay(speaker, number).json()["error_code"] == "CBC.99003110"
        assert PoolChange.objects.get().withdrawn_at is None

    def test_what_is_over_by_itself_is_taken_away_once(self, speaker: Speaker, slowly: Any) -> None:
        grow(speaker, (CPU, 5))
        slowly.tick(SEVEN_DAYS)
        grow(speaker, (CPU, 3), **{"auto.pay": "1"})
        slowly.tick(60)
        assert (counts(shown(speaker)), there(shown(speaker))) == ({CPU: 3}, {"available": 3})
        phases = [(one["phase"], one["failReason"]) for one in speaker.get(ORDERS).json()["items"]]
        assert phases == [("successed", ""), ("failed", "order expired"), ("successed", "")]

    @pytest.mark.shows("PatchPool.growth-aim")
    def test_the_numbers_stand_still_while_it_waits(self, speaker: Speaker) -> None:
        number = order_id(grow(speaker, (CPU, 5)))
        for entry in ((CPU, 6), (CPU, 2)):
            assert number in grow(speaker, entry).json()["error_msg"]
        assert grow(speaker, (CPU, 5)).status_code == 200
        assert BillingOrder.objects.filter(status=6).count() == 1

    def test_all_else_can_be_changed_while_it_waits(self, speaker: Speaker) -> None:
        grow(speaker, (CPU, 5))
        said = {"metadata": {"annotations": annotated(description="soon more")}, "spec": {"scope": ["Infer"]}}
        assert patch(speaker, said).status_code == 200
        assert counts(shown(speaker)) == {CPU: 5}

    def test_what_a_client_was_shown_it_can_send_back(self, speaker: Speaker) -> None:
        grow(speaker, (CPU, 5))
        assert patch(speaker, shown(speaker)).status_code == 200
        assert BillingOrder.objects.count() == 2

    @pytest.mark.shows("PatchPool.growth-deleted")
    def test_deleting_the_pool_cancels_it(self, speaker: Speaker) -> None:
        number = order_id(grow(speaker, (CPU, 5)))
        speaker.delete(POOL)
        assert BillingOrder.objects.get(order_id=number).status == 4
        [growth] = [one for one in speaker.get(ORDERS).json()["items"] if one["operation"] == "modify"]
        assert (growth["phase"], growth["failReason"]) == ("failed", "pool deleted")


@pytest.mark.usefixtures("pool")
class TestInheriting:
    """What is not said about paying is as the pool's own."""

    @pytest.mark.shows("PatchPool.growth-inherits")
    def test_mode_period_and_renewal_are_the_pools(self, speaker: Speaker) -> None:
        grow(speaker, (CPU, 3), **{"order.id": ""})
        order = BillingOrder.objects.order_by("pk").last()
        assert order is not None
        assert (order.billing_mode, order.period_type, order.period_num, order.auto_renew) == ("1", "2", 1, False)

    def test_that_the_pool_was_paid_at_once_says_nothing_of_its_growth(self, speaker: Speaker) -> None:
        assert there(grow(speaker, (CPU, 3)).json()) == {"available": 2}

    @pytest.mark.shows("PatchPool.growth-paid", "PatchPool.growth-ordered")
    def test_auto_pay_pays_at_once(self, speaker: Speaker) -> None:
        answer = grow(speaker, (CPU, 3), **{"order.id": "", "auto.pay": "1"})
        assert there(answer.json()) == {"available": 2, "creating": 1}
        assert BillingOrder.objects.get(order_id=order_id(answer)).status == 5

    @pytest.mark.shows("PatchPool.growth-mixed", "ListOrders.period")
    def test_nodes_may_be_paid_by_use(self, speaker: Speaker) -> None:
        assert there(grow(speaker, (CPU, 3), **{"billing.mode": "0"}).json()) == {"available": 2, "creating": 1}
        assert BillingOrder.objects.count() == 1
        assert (work(speaker)["orderId"], work(speaker)["billingMode"]) == ("", "0")
        modes = [one["metadata"]["annotations"] for one in speaker.get(f"{POOL}/nodes").json()["items"]]
        assert [one["os.modelarts/billing.mode"] for one in modes] == ["1", "1", "0"]

    @pytest.mark.shows("PatchPool.growth-mixed")
    def test_only_nodes_paid_by_use_are_taken_away_again(self, speaker: Speaker, slowly: Any) -> None:
        grow(speaker, (CPU, 4), **{"billing.mode": "0"})
        slowly.tick(60)
        assert grow(speaker, (CPU, 2)).status_code == 200
        assert "billing centre" in grow(speaker, (CPU, 1)).json()["error_msg"]

    def test_a_node_pool_waits_as_growth_does(self, speaker: Speaker) -> None:
        answer = speaker.post(f"{POOL}/nodepools", _node_pool())
        assert (answer.status_code, answer.json()["metadata"]["name"]) == (200, "more"), answer.content
        assert (there(shown(speaker)), work(speaker)["phase"]) == ({"available": 2}, "pending")


def _node_pool() -> dict[str, Any]:
    return {
        "apiVersion": "v2",
        "kind": "NodePool",
        "metadata": {"name": "more"},
        "spec": {"resources": {"flavor": CPU, "count": 1, "nodePool": "more"}},
    }


@pytest.mark.usefixtures("plain")
class TestOfAPlainPool:
    """A pool paid by use may have nodes that are paid in advance."""

    @pytest.mark.shows("PatchPool.growth-mixed")
    def test_its_growth_may_be_prepaid(self, speaker: Speaker) -> None:
        number = order_id(grow(speaker, (CPU, 2), **MONTH, **{"auto.renew": "1"}))
        assert BillingOrder.objects.get().auto_renew
        pay(speaker, number)
        modes = [one["metadata"]["annotations"] for one in speaker.get(f"{POOL}/nodes").json()["items"]]
        assert [one["os.modelarts/billing.mode"] for one in modes] == ["0", "1"]
        assert shown(speaker)["metadata"]["annotations"]["os.modelarts/billing.mode"] == "0"

    @pytest.mark.shows("PatchPool.growth-period")
    @pytest.mark.parametrize(
        "annotations",
        [
            {"billing.mode": "1"},
            {**MONTH, "period.num": "12"},
            {**MONTH, "period.type": "4"},
            {**MONTH, "auto.pay": "perhaps"},
            {"billing.mode": "2"},
        ],
    )
    def test_a_period_that_cannot_be_bought_is_refused(self, speaker: Speaker, annotations: dict[str, str]) -> None:
        answer = grow(speaker, (CPU, 2), **annotations)
        assert (answer.status_code, "R18" in answer.json()["error_msg"]) == (400, True), answer.content
        assert counts(shown(speaker)) == {CPU: 1}

    @pytest.mark.shows("PatchPool.growth-period")
    def test_a_flavor_that_is_not_sold_so_is_refused(self, speaker: Speaker) -> None:
        assert "R7" in grow(speaker, (CPU, 1), ("modelarts.vm.gpu.t4.x1", 1), **MONTH).json()["error_msg"]

    def test_billing_without_growth_is_refused(self, speaker: Speaker) -> None:
        assert "no resources addition" in grow(speaker, (CPU, 1), **MONTH).json()["error_msg"]


@pytest.mark.shows("PatchPool.growth-unpayable")
def test_growth_nobody_can_pay_for_waits_and_says_why(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(prefix="fate-unpayable"))
    answer = grow(speaker, (CPU, 2), **MONTH, **{"auto.pay": "1"})
    assert (there(answer.json()), work(speaker)["phase"]) == ({"available": 1}, "pending")
    assert "balance of the account is insufficient" in shown(speaker)["status"]["message"]
    assert pay(speaker, order_id(answer)).json()["error_code"] == "CBC.99005003"


@pytest.mark.shows("PayOrders.sold-out")
def test_what_is_sold_out_by_now_cannot_be_paid(speaker: Speaker, plain: dict[str, Any]) -> None:
    number = order_id(grow(speaker, (CPU, 2), **MONTH))
    flavor = HostedFlavor.objects.get(name=CPU)
    flavor.document["status"]["phase"] = dict.fromkeys(flavor.document["status"]["phase"], "soldout")
    flavor.save()
    assert pay(speaker, number).json()["error_code"] == "CBC.99003141"
    assert BillingOrder.objects.get().status == 6


def test_growth_that_was_paid_and_finds_no_nodes_fails(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(prefix="fate-nogrowth"))
    slowly.tick(60)
    number = order_id(grow(speaker, (CPU, 2), **MONTH))
    slowly.tick(3600)
    assert shown(speaker)["status"]["phase"] == "Running"
    pay(speaker, number)
    slowly.tick(60)
    assert (shown(speaker)["status"]["phase"], work(speaker)["phase"]) == ("ScalingFailed", "failed")


def test_a_stranger_cannot_pay_for_growth(stranger: Speaker, speaker: Speaker, pool: dict[str, Any]) -> None:
    number = order_id(grow(speaker, (CPU, 3)))
    assert pay(stranger, number).json()["error_code"] == "CBC.30000010"
    assert stranger.put(CANCEL, {"order_id": number}).json()["error_code"] == "CBC.30000010"
