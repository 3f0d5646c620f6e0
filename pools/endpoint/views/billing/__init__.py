"""The billing centre: orders, what they paid for, and what that costs.

All of it belongs to the account, so any credentials of the account will do, whatever project they are for.
"""

from pools.endpoint.views.billing.asking import OrdersAsked, Page, RefundsAsked
from pools.endpoint.views.billing.orders import (
    Cancellation,
    OlderPayment,
    OrderDetails,
    Orders,
    Payment,
    ServiceTypes,
)
from pools.endpoint.views.billing.resources import AutoRenewals, Refunds, Resources, Unsubscriptions

__all__ = [
    "AutoRenewals",
    "Cancellation",
    "OlderPayment",
    "OrderDetails",
    "Orders",
    "OrdersAsked",
    "Page",
    "Payment",
    "Refunds",
    "RefundsAsked",
    "Resources",
    "ServiceTypes",
    "Unsubscriptions",
]
