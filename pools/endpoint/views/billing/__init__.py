"""The billing centre: orders, what they paid for, and what that costs.

All of it belongs to the account, so any credentials of the account will do, whatever project they are for.
"""

from pools.endpoint.views.billing.asking import OrderAsked, OrdersAsked, Page
from pools.endpoint.views.billing.orders import (
    Cancellation,
    Coupons,
    Discounts,
    OlderPayment,
    OrderDetails,
    Orders,
    Payment,
    ServiceTypes,
)
from pools.endpoint.views.billing.prices import DemandPrices, PeriodPrices
from pools.endpoint.views.billing.resources import AutoRenewals, Refunds, Resources, Unsubscriptions

__all__ = [
    "AutoRenewals",
    "Cancellation",
    "Coupons",
    "DemandPrices",
    "Discounts",
    "OlderPayment",
    "OrderAsked",
    "OrderDetails",
    "Orders",
    "OrdersAsked",
    "Page",
    "Payment",
    "PeriodPrices",
    "Refunds",
    "Resources",
    "ServiceTypes",
    "Unsubscriptions",
]
