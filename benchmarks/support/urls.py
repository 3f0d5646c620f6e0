"""The product's addresses, and the floors'."""

from django.urls import include, path

from benchmarks.support.floors import views

urlpatterns = [
    path("floor/bare", views.bare),
    path("floor/several/<int:inserts>", views.several),
    path("", include("console.urls")),
]
