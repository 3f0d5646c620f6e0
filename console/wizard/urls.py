"""Addresses of this room, below /orders/."""

from django.urls import path

from console.wizard import asking, placing, start, views

urlpatterns = [
    path("new/", start.start, name="order-new"),
    path("<uuid:draft>/place/", placing.place, name="order-place"),
    path("<uuid:draft>/mend/", placing.mend, name="draft-mend"),
    path("<uuid:draft>/delete/", placing.delete, name="draft-delete"),
    path("<uuid:draft>/read-catalog/", asking.read_catalog, name="catalog-read"),
    path("<uuid:draft>/catalog/", asking.catalog_state, name="catalog-state"),
    path("<uuid:draft>/<slug:step>/", views.wizard, name="wizard"),
]
