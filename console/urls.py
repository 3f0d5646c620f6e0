"""Every address of the product. The embedded endpoint answers at the root, as the cloud does."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if settings.ENDPOINT_ENABLED:
    urlpatterns += [path("", include("pools.endpoint.urls"))]
