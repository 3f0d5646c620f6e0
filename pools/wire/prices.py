"""What things cost, as the billing centre is asked before anything is ordered: by use, and by the month or year."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from pools.wire.shape import Shape, Whole
from pools.wire.words import words

MOST_PRODUCTS = 100

Number = Annotated[int, Strict(), Field(ge=1, le=100_000)]


class Product(Shape):
    """What is asked about. Four keys say what it is: service, kind, flavor and region."""

    id: str = Field(min_length=1, max_length=64, description=words("Tells the answers of one call apart."))
    cloud_service_type: str = Field(description=words("The service, as billing knows it."))
    resource_type: str = Field(description=words("The kind of thing, as billing knows it."))
    resource_spec: str = Field(description=words("The flavor's billingCode."))
    region: str = Field(description=words("The region it would be in."))
    available_zone: str | None = Field(default=None, description=words("The zone; it costs the same in each."))
    resource_size: Whole | None = Field(default=None, description=words("Not looked at: flavors have one size."))
    size_measure_id: Whole | None = Field(default=None, description=words("Not looked at: flavors have one size."))
    subscription_num: Number = Field(description=words("How many nodes."))


class DemandProduct(Product):
    """Something paid by use: so many hours of it."""

    usage_factor: str = Field(description=words("What is counted: Duration."))
    usage_value: Annotated[float, Strict(), Field(gt=0, le=1_000_000)] = Field(description=words("How much of it."))
    usage_measure_id: Whole = Field(description=words("In which unit: 4 is hours."))


class PeriodProduct(Product):
    """Something paid in advance."""

    period_type: Whole = Field(description=words("Paid in advance by months (2) or years (3)."))
    period_num: Number = Field(description=words("How many months (1 to 9) or years (1 to 3)."))
    fee_installment_mode: str | None = Field(default=None, description=words("Not looked at: it is paid at once."))


class DemandInquiry(Shape):
    """What is sent to learn prices by use."""

    project_id: str = Field(description=words("Project it would be in."))
    inquiry_precision: Whole | None = Field(
        default=None, ge=0, le=1, description=words("1 tells ten decimals instead of two.")
    )
    product_infos: list[DemandProduct] = Field(
        min_length=1, max_length=MOST_PRODUCTS, description=words("What is asked about.")
    )


class PeriodInquiry(Shape):
    """What is sent to learn prices by the month or year."""

    project_id: str = Field(description=words("Project it would be in."))
    product_infos: list[PeriodProduct] = Field(
        min_length=1, max_length=MOST_PRODUCTS, description=words("What is asked about.")
    )


class Rating(Shape):
    """What something costs; nothing is taken off here."""

    official_website_amount: float | None = Field(default=None, description=words("What it costs without discounts."))
    measure_id: Whole | None = Field(default=None, description=words("Unit of the amounts: 1 is the currency's own."))


class ProductRating(Rating):
    id: str | None = Field(default=None, description=words("The product that was asked about."))
    product_id: str | None = Field(default=None, description=words("What would be bought."))


class DemandProductRating(ProductRating):
    amount: float | None = Field(default=None, description=words("What it costs."))
    discount_amount: float | None = Field(default=None, description=words("What is taken off."))
    discount_rating_results: list[dict[str, object]] | None = Field(
        default=None, description=words("What was taken off.")
    )


class DemandRating(Rating):
    """The answer about prices by use."""

    amount: float | None = Field(default=None, description=words("What all of it costs."))
    discount_amount: float | None = Field(default=None, description=words("What is taken off."))
    currency: str | None = Field(default=None, description=words("Currency of the amounts."))
    product_rating_results: list[DemandProductRating] | None = Field(
        default=None, description=words("What each product costs.")
    )


class OfficialRating(Rating):
    product_rating_results: list[ProductRating] | None = Field(
        default=None, description=words("What each product costs.")
    )


class PeriodRating(Shape):
    """The answer about prices by the month or year."""

    official_website_rating_result: OfficialRating | None = Field(
        default=None, description=words("What it costs without discounts.")
    )
    optional_discount_rating_results: list[dict[str, object]] | None = Field(
        default=None, description=words("What it costs with each discount that could be chosen.")
    )
    currency: str | None = Field(default=None, description=words("Currency of the amounts."))
