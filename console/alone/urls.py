"""The endpoint's own addresses, at the root as the cloud's."""

from django.urls import include, path

urlpatterns = [path("", include("pools.endpoint.urls")), path("", include("pools.endpoint.describing.urls"))]
