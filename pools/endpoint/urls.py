"""The wire's addresses, exactly as the service spells them: no trailing slash, no redirect."""

from django.urls import URLPattern, URLResolver, path, re_path

from pools.endpoint.transport import NoSuchApi
from pools.endpoint.views import billing, iam
from pools.endpoint.views.routes import hosted
from pools.endpoint.views.steering.routes import steering

urlpatterns: list[URLPattern | URLResolver] = [
    path("v3/auth/tokens", iam.Tokens.as_view()),
    path("v3.0/OS-CREDENTIAL/securitytokens", iam.TemporaryKeys.as_view()),
    path("v3/auth/domains", iam.Domains.as_view()),
    path("v3/auth/projects", iam.OwnProjects.as_view()),
    path("v3/projects", iam.Projects.as_view()),
    path("v2/orders/customer-orders", billing.Orders.as_view()),
    path("v2/orders/customer-orders/details/<str:order_id>", billing.OrderDetails.as_view()),
    path("v2/orders/customer-orders/pay", billing.OlderPayment.as_view()),
    path("v3/orders/customer-orders/pay", billing.Payment.as_view()),
    path("v2/orders/customer-orders/cancel", billing.Cancellation.as_view()),
    path("v2/orders/customer-orders/order-coupons", billing.Coupons.as_view()),
    path("v2/orders/customer-orders/order-discounts", billing.Discounts.as_view()),
    path("v2/bills/ratings/on-demand-resources", billing.DemandPrices.as_view()),
    path("v2/bills/ratings/period-resources/subscribe-rate", billing.PeriodPrices.as_view()),
    path("v2/orders/customer-orders/refund-orders", billing.Refunds.as_view()),
    path("v2/orders/suscriptions/resources/query", billing.Resources.as_view()),
    path("v2/orders/subscriptions/resources/unsubscribe", billing.Unsubscriptions.as_view()),
    path("v2/orders/subscriptions/resources/autorenew/<str:resource_id>", billing.AutoRenewals.as_view()),
    path("v2/products/service-types", billing.ServiceTypes.as_view()),
    *hosted,
    *steering,
    # Last: also keeps CommonMiddleware from answering with a redirect to the same path and a slash.
    re_path(r"^(?:v[123]|v3\.0|_sandbox/v1)(?:/[\s\S]*)?$", NoSuchApi.as_view()),
]
