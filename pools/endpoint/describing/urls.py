"""Where the description is found."""

from django.urls import path

from pools.endpoint.describing import views

urlpatterns = [path("_sandbox/openapi.json", views.openapi, name="openapi")]
