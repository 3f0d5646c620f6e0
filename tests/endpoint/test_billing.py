"""The billing centre: orders are seen by their account, paid or cancelled once, and otherwise refused by code."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from pools.endpoint import admitting, hosting, paying
from pools.endpoint.judging import Judged
from pools.endpoint.models import Account, BillingOrder, EndpointProject, HostedPool
from pools.endpoint.terms import later
from pools.wire.enums import BillingStatus
from pools.wire.reading import hear_billing_order, hear_billing_orders
from tests.endpoint.signed import Speaker, send

LIST = "/v2/orders/customer-orders"
DETAILS = f"{LIST}/details"
CANCEL = f"{LIST}/cancel"
PAY = "/v3/orders/customer-orders/pay"


def placed(project: EndpointProject, name: str = "pool-one", **annotations: str) -> BillingOrder:
    """Return the order of a pool that was just asked for through a console."""
    document = {
        "metadata": {
            "labels": {"os.modelarts/name": name},
            "annotations": {f"os.modelarts/{key}": value for key, value in annotations.items()},
        },
        "spec": {
            "type": "Dedicate",
            "scope": ["Train"],
            "resources": [{"flavor": "modelarts.kat1.xlarge", "count": 2}],
        },
    }
    return hosting.create(project, Judged(document, [], []), console=True).billing_orders.get()


@pytest.fixture
def order(home: EndpointProject) -> BillingOrder:
    return placed(home)


def payment(order: BillingOrder) -> dict[str, str]:
    return {"order_id": order.order_id, "use_coupon": "NO", "use_discount": "NO"}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


@pytest.mark.shows("PayOrders.pays", "PayOrdersV2.older-form")
@pytest.mark.parametrize("path", [PAY, "/v2/orders/customer-orders/pay"])
def test_paying_an_order_answers_nothing_and_starts_the_pool(path: str, speaker: Speaker, order: BillingOrder) -> None:
    answer = speaker.post(path, payment(order))
    assert (answer.status_code, answer.content) == (204, b"")
    assert HostedPool.objects.get().started_at is not None


@pytest.mark.shows("PayOrdersV2.older-form")
def test_the_older_way_to_pay_says_nothing_of_coupons(speaker: Speaker, order: BillingOrder) -> None:
    assert speaker.post("/v2/orders/customer-orders/pay", {"order_id": order.order_id}).status_code == 204


@pytest.mark.shows("CancelCustomerOrder.cancels")
def test_cancelling_an_order_answers_nothing_and_withdraws_the_pool(speaker: Speaker, order: BillingOrder) -> None:
    answer = speaker.put(CANCEL, {"order_id": order.order_id})
    assert (answer.status_code, answer.content) == (204, b"")
    assert HostedPool.objects.get().withdrawn_at is not None


@pytest.mark.shows("PayOrders.once")
def test_a_paid_order_cannot_be_paid_again(speaker: Speaker, order: BillingOrder) -> None:
    speaker.post(PAY, payment(order))
    assert code(speaker.post(PAY, payment(order))) == (400, "CBC.99003106")


@pytest.mark.shows("PayOrders.once")
def test_a_cancelled_order_cannot_be_paid(speaker: Speaker, order: BillingOrder) -> None:
    speaker.put(CANCEL, {"order_id": order.order_id})
    assert code(speaker.post(PAY, payment(order))) == (400, "CBC.99003106")


@pytest.mark.shows("CancelCustomerOrder.unpaid-only")
def test_a_paid_order_cannot_be_cancelled(speaker: Speaker, order: BillingOrder) -> None:
    speaker.post(PAY, payment(order))
    assert code(speaker.put(CANCEL, {"order_id": order.order_id})) == (400, "CBC.99005010")


@pytest.mark.shows("CancelCustomerOrder.unpaid-only")
def test_a_cancelled_order_cannot_be_cancelled_again(speaker: Speaker, order: BillingOrder) -> None:
    speaker.put(CANCEL, {"order_id": order.order_id})
    assert code(speaker.put(CANCEL, {"order_id": order.order_id})) == (400, "CBC.99005010")


@pytest.fixture
def overdue(order: BillingOrder) -> BillingOrder:
    BillingOrder.objects.update(deadline=timezone.now() - timedelta(seconds=1))
    order.refresh_from_db()
    return order


@pytest.mark.shows("PayOrders.too-late")
def test_an_overdue_order_cannot_be_paid(speaker: Speaker, overdue: BillingOrder) -> None:
    assert code(speaker.post(PAY, payment(overdue))) == (400, "CBC.99003110")


@pytest.mark.shows("CancelCustomerOrder.unpaid-only")
def test_an_overdue_order_cannot_be_cancelled(speaker: Speaker, overdue: BillingOrder) -> None:
    assert code(speaker.put(CANCEL, {"order_id": overdue.order_id})) == (400, "CBC.99005010")


@pytest.mark.shows("ShowCustomerOrderDetails.overdue")
def test_an_overdue_order_is_told_as_cancelled(speaker: Speaker, overdue: BillingOrder) -> None:
    told = speaker.get(f"{DETAILS}/{overdue.order_id}").json()["order_info"]
    assert told["status"] == BillingStatus.CANCELLED


@pytest.mark.shows("PayOrders.no-money")
def test_an_order_nobody_can_pay_for_says_so(speaker: Speaker, order: BillingOrder) -> None:
    HostedPool.objects.update(fate="unpayable")
    assert code(speaker.post(PAY, payment(order))) == (400, "CBC.99005003")


@pytest.mark.shows("ShowCustomerOrderDetails.unknown")
@pytest.mark.parametrize("order_id", ["CS0", "", "x" * 5000])
def test_an_unknown_order_can_be_neither_seen_nor_paid_nor_cancelled(order_id: str, speaker: Speaker) -> None:
    unknown = (400, "CBC.30000010")
    assert code(speaker.post(PAY, {"order_id": order_id})) == unknown
    assert code(speaker.put(CANCEL, {"order_id": order_id})) == unknown
    assert code(speaker.get(f"{DETAILS}/{order_id or 'CS'}")) == unknown


@pytest.mark.shows("ShowCustomerOrderDetails.unknown", "PayOrders.whose")
def test_an_order_of_another_account_does_not_exist(stranger: Speaker, order: BillingOrder) -> None:
    assert code(stranger.post(PAY, payment(order))) == (400, "CBC.30000010")
    assert code(stranger.put(CANCEL, {"order_id": order.order_id})) == (400, "CBC.30000010")
    assert code(stranger.get(f"{DETAILS}/{order.order_id}")) == (400, "CBC.30000010")
    assert stranger.get(LIST).json() == {"total_count": 0, "order_infos": []}


@pytest.mark.shows("PayOrders.whose")
def test_any_project_of_the_account_may_pay(account: Account, order: BillingOrder) -> None:
    key = admitting.issue_key(admitting.open_project(account, name="cn-east-3"))
    assert Speaker(key.access_key, key.secret_key).post(PAY, payment(order)).status_code == 204


@pytest.mark.shows("PayOrders.whose")
def test_a_token_of_the_account_may_pay(account: Account, order: BillingOrder) -> None:
    user = admitting.enrol_user(account, name="payer", password="a-good-password")
    text, _ = admitting.issue_token(user, project=None, now=timezone.now())
    body = f'{{"order_id": "{order.order_id}"}}'.encode()
    assert send("POST", PAY, body=body, headers={"X-Auth-Token": text}).status_code == 204


@pytest.mark.shows("PayOrders.shape")
@pytest.mark.parametrize("body", [{}, {"order_id": 1}, {"order_id": None}, [], {"order_id": ["CS1"]}])
def test_a_payment_of_another_shape_is_an_invalid_parameter(body: object, speaker: Speaker) -> None:
    assert code(speaker.post(PAY, body)) == (400, "CBC.0101")


@pytest.mark.shows("PayOrders.coupons")
@pytest.mark.parametrize("key", ["use_coupon", "use_discount"])
def test_there_are_no_coupons(key: str, speaker: Speaker, order: BillingOrder) -> None:
    assert code(speaker.post(PAY, {**payment(order), key: "YES"})) == (400, "CBC.0101")


@pytest.mark.shows("PayOrders.shape")
def test_a_body_that_cannot_be_read_is_told_in_the_codes_of_billing(speaker: Speaker) -> None:
    assert code(speaker.call("POST", PAY, body=b"{")) == (400, "CBC.0100")


@pytest.mark.shows("ShowCustomerOrderDetails.deadline")
def test_an_order_is_shown_with_its_deadline_and_its_lines(speaker: Speaker, order: BillingOrder) -> None:
    answer = speaker.get(f"{DETAILS}/{order.order_id}").json()
    heard = hear_billing_order(answer)
    assert heard.order_info is not None
    assert heard.order_info.status == BillingStatus.PENDING_PAYMENT
    assert heard.order_info.pending_payment_end_time == f"{order.deadline:%Y-%m-%dT%H:%M:%SZ}"
    assert [(line["product_id"], line["subscription_num"]) for line in answer["order_line_items"]] == [
        ("modelarts.kat1.xlarge", 2)
    ]


@pytest.mark.shows("ShowCustomerOrderDetails.internal")
def test_what_nobody_expected_has_a_code_of_billings_own(speaker: Speaker, order: BillingOrder) -> None:
    BillingOrder.objects.update(lines=["spoilt"])
    assert code(speaker.get(f"{DETAILS}/{order.order_id}")) == (500, "CBC.0999")


@pytest.mark.shows("ShowCustomerOrderDetails.lines")
def test_an_order_keeps_saying_what_it_was_for(speaker: Speaker, order: BillingOrder) -> None:
    document = order.pool.document
    document["spec"]["resources"] = [{"flavor": "other", "count": 7, "maxCount": 7}]
    HostedPool.objects.update(document=document)
    line = speaker.get(f"{DETAILS}/{order.order_id}").json()["order_line_items"][0]
    assert (line["product_id"], line["subscription_num"]) == ("modelarts.kat1.xlarge", 2)


@pytest.mark.shows("ShowCustomerOrderDetails.period")
def test_a_paid_prepaid_order_says_when_its_period_ends(speaker: Speaker, home: EndpointProject) -> None:
    order = placed(home, **{"billing.mode": "1", "period.type": "2", "period.num": "3", "auto.pay": "1"})
    line = speaker.get(f"{DETAILS}/{order.order_id}").json()["order_line_items"][0]
    assert (line["period_type"], line["period_num"]) == (2, 3)
    assert line["effective_time"] < line["expire_time"]


@pytest.mark.shows("ShowCustomerOrderDetails.period")
def test_a_month_after_the_last_of_january_is_the_last_of_february() -> None:
    start = timezone.now().replace(year=2028, month=1, day=31)
    assert [
        (later(start, months).year, later(start, months).month, later(start, months).day) for months in (1, 12)
    ] == [
        (2028, 2, 29),
        (2029, 1, 31),
    ]


class TestList:
    """The list of orders, newest first."""

    @pytest.fixture(autouse=True)
    def orders(self, home: EndpointProject) -> list[BillingOrder]:
        made = [placed(home, name) for name in ("pool-one", "pool-two", "pool-three")]
        for days, order in zip((3, 2, 1), made, strict=True):
            order.created_at = timezone.now() - timedelta(days=days)
            order.amount = Decimal("12.50")
            order.save()
        return made

    def names(self, speaker: Speaker, query: str = "") -> list[str | None]:
        heard = hear_billing_orders(speaker.get(f"{LIST}?{query}").json())
        return [one.order_id for one in heard.order_infos or []]

    @pytest.mark.shows("ListCustomerOrders.newest-first")
    def test_all_are_there_newest_first(self, speaker: Speaker, orders: list[BillingOrder]) -> None:
        assert self.names(speaker) == [one.order_id for one in reversed(orders)]

    @pytest.mark.shows("ListCustomerOrders.newest-first")
    def test_oldest_first_when_asked_so(self, speaker: Speaker, orders: list[BillingOrder]) -> None:
        assert self.names(speaker, "order_by=createTime") == [one.order_id for one in orders]

    @pytest.mark.shows("ListCustomerOrders.pages")
    def test_a_page_knows_how_many_there_are(self, speaker: Speaker, orders: list[BillingOrder]) -> None:
        answer = speaker.get(f"{LIST}?limit=1&offset=1").json()
        assert answer["total_count"] == 3
        assert [one["order_id"] for one in answer["order_infos"]] == [orders[1].order_id]

    @pytest.mark.shows("ListCustomerOrders.narrowed")
    def test_by_number(self, speaker: Speaker, orders: list[BillingOrder]) -> None:
        assert self.names(speaker, f"order_id={orders[0].order_id}") == [orders[0].order_id]

    @pytest.mark.shows("ListCustomerOrders.narrowed")
    def test_by_status(self, speaker: Speaker, orders: list[BillingOrder]) -> None:
        paying.cancel(orders[1])
        assert self.names(speaker, "status=4") == [orders[1].order_id]
        assert len(self.names(speaker, "status=6")) == 2

    @pytest.mark.shows("ListCustomerOrders.narrowed")
    def test_by_the_day_they_were_made(self, speaker: Speaker, orders: list[BillingOrder]) -> None:
        begin = f"{timezone.now() - timedelta(days=2, hours=1):%Y-%m-%dT%H:%M:%SZ}"
        end = f"{timezone.now() - timedelta(days=1, hours=1):%Y-%m-%dT%H:%M:%SZ}"
        assert self.names(speaker, f"create_time_begin={begin}&create_time_end={end}") == [orders[1].order_id]

    @pytest.mark.shows("ListCustomerOrders.not-sold-here")
    @pytest.mark.parametrize(
        "query", [f"customer_id={'0' * 32}", "service_type_code=hws.service.type.ebs", "order_type=2"]
    )
    def test_what_is_not_sold_here_is_not_found(self, query: str, speaker: Speaker) -> None:
        assert self.names(speaker, query) == []

    @pytest.mark.shows("ListCustomerOrders.blank")
    @pytest.mark.parametrize("query", ["status=&limit=&offset=", "service_type_code=hws.service.type.modelarts"])
    def test_blank_parameters_ask_for_nothing(self, query: str, speaker: Speaker) -> None:
        assert len(self.names(speaker, query)) == 3

    @pytest.mark.shows("ListCustomerOrders.nonsense")
    @pytest.mark.parametrize(
        "query",
        [
            "limit=0",
            "limit=x",
            "limit=501",
            "offset=-1",
            "offset=99999999999999999999999",
            "status=x",
            "order_by=name",
            "create_time_begin=yesterday",
        ],
    )
    def test_a_query_that_makes_no_sense_is_an_invalid_parameter(self, query: str, speaker: Speaker) -> None:
        assert code(speaker.get(f"{LIST}?{query}")) == (400, "CBC.0101")

    def test_the_list_asks_the_database_as_often_for_three_as_for_one(
        self, speaker: Speaker, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(4):
            speaker.get(f"{LIST}?limit=1")
        with django_assert_num_queries(4):
            speaker.get(LIST)


@pytest.mark.shows("ListServiceTypes.probe")
def test_what_can_be_bought_here_is_told(speaker: Speaker) -> None:
    assert speaker.get("/v2/products/service-types?limit=1").json()["total_count"] == 1
