"""What things cost before they are ordered, from the price list of the project's catalog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import pricing
from pools.endpoint.errors import Refused
from pools.endpoint.models import Account, HostedFlavor
from pools.endpoint.views.billing.asking import RESOURCE_TYPE, SERVICE, BillingView, invalid, read
from pools.wire.enums import BillingMode
from pools.wire.errors import Code
from pools.wire.prices import DemandInquiry, DemandProduct, PeriodInquiry, PeriodProduct, Product

P = TypeVar("P", bound=Product)
HOURS = 4
DIGITS = {0: Decimal("0.01"), 1: Decimal("0.0000000001")}
MOST = Decimal(10) ** 12
UNIT = {"measure_id": 1}


class DemandPrices(BillingView):
    """`POST /v2/bills/ratings/on-demand-resources`: so many hours of nodes that are paid by use."""

    operations = {"post": "ListOnDemandResourceRatings"}

    def post(self, request: Request) -> Response:
        asked = read(DemandInquiry, request)
        digits = DIGITS[asked.inquiry_precision or 0]
        goods = _goods(self.caller.account, asked.project_id, asked.product_infos, BillingMode.PAY_PER_USE)
        amounts = [_of_hours(product, flavor).quantize(digits) for product, flavor in goods]
        told = [
            {
                **_told(product, amount),
                "amount": float(amount),
                "discount_amount": 0.0,
                "discount_rating_results": [],
            }
            for product, amount in zip(asked.product_infos, amounts, strict=True)
        ]
        total = _total(amounts)
        return Response(
            {
                "amount": total,
                "discount_amount": 0.0,
                "official_website_amount": total,
                **UNIT,
                "currency": pricing.CURRENCY,
                "product_rating_results": told,
            }
        )


class PeriodPrices(BillingView):
    """`POST /v2/bills/ratings/period-resources/subscribe-rate`: months or years, as an order for them costs."""

    operations = {"post": "ListRateOnPeriodDetail"}

    def post(self, request: Request) -> Response:
        asked = read(PeriodInquiry, request)
        goods = _goods(self.caller.account, asked.project_id, asked.product_infos, BillingMode.PREPAID)
        amounts = [_of_period(product, flavor) for product, flavor in goods]
        official = {
            "official_website_amount": _total(amounts),
            **UNIT,
            "product_rating_results": [
                _told(product, amount) for product, amount in zip(asked.product_infos, amounts, strict=True)
            ],
        }
        return Response(
            {
                "official_website_rating_result": official,
                "optional_discount_rating_results": [],
                "currency": pricing.CURRENCY,
            }
        )


def _goods(
    account: Account, project_id: str, products: Sequence[P], mode: BillingMode
) -> Iterator[tuple[P, HostedFlavor]]:
    """Each product with its flavor, if it is sold by that mode. Raises `Refused` (CBC.0101, CBC.99006006)."""
    if len({product.id for product in products}) < len(products):
        raise invalid("product_infos.id: each has one of its own")
    project = account.projects.filter(project_id=project_id).first()
    if project is None:
        raise invalid("project_id: no project of the account")
    codes = {flavor.document["spec"].get("billingCode"): flavor for flavor in project.flavors.all()}
    for product in products:
        yield product, _sold(product, codes, mode)


def _sold(product: Product, codes: Mapping[str, HostedFlavor], mode: BillingMode) -> HostedFlavor:
    flavor = codes.get(product.resource_spec)
    service = product.cloud_service_type == SERVICE["service_type_code"]
    kind = product.resource_type == RESOURCE_TYPE["resource_type_code"]
    if flavor is None or not (service and kind) or int(mode) not in flavor.document["spec"]["billingModes"]:
        raise _not_found(product)
    return flavor


def _of_hours(product: DemandProduct, flavor: HostedFlavor) -> Decimal:
    if product.usage_factor.lower() != "duration":
        raise Refused(400, Code.BILLING_USAGE_FACTOR, f"{product.id}: the usage factor does not exist.")
    if product.usage_measure_id != HOURS:
        raise Refused(400, Code.BILLING_USAGE_UNIT, f"{product.id}: the unit of usage is wrong.")
    return pricing.of_hour(flavor) * Decimal(str(product.usage_value)) * product.subscription_num


def _of_period(product: PeriodProduct, flavor: HostedFlavor) -> Decimal:
    if product.period_num > pricing.MOST_PERIODS.get(str(product.period_type), 0):
        raise _not_found(product)
    period_type, period_num = str(product.period_type), product.period_num
    return pricing.of_period(flavor, period_type=period_type, period_num=period_num) * product.subscription_num


def _not_found(product: Product) -> Refused:
    return Refused(400, Code.BILLING_NO_PRODUCT, f"{product.id}: product not found.")


def _total(amounts: Iterable[Decimal]) -> float:
    total = sum(amounts, Decimal(0))
    if total > MOST:
        raise Refused(400, Code.BILLING_AMOUNT, "The amount exceeds the maximum.")
    return float(total)


def _told(product: Product, amount: Decimal) -> dict[str, Any]:
    return {
        "id": product.id,
        "product_id": product.resource_spec,
        "official_website_amount": float(amount),
        **UNIT,
    }
