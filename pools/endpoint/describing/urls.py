"""Where the description is found: the document below the endpoint's own addresses, its pages among the pages."""

from django.urls import path

from pools.endpoint.describing import views

urlpatterns = [
    path("_sandbox/openapi.json", views.openapi, name="openapi"),
    path("reference/", views.reference, name="reference"),
    path("reference/<str:name>/", views.operation, name="reference-operation"),
]
