"""Addresses of this room, below /orders/."""

from django.urls import path

from console.wizard import asking, placing, review, splitting, standing_by, start, templates, views

urlpatterns = [
    path("new/", start.start, name="order-new"),
    path("templates/", templates.templates, name="templates"),
    path("templates/<int:pk>/", templates.template, name="template"),
    path("templates/<int:pk>/rename/", templates.rename, name="template-rename"),
    path("templates/<int:pk>/delete/", templates.delete, name="template-delete"),
    path("templates/<int:pk>/as/<slug:form>/", templates.code, name="template-as"),
    path("<uuid:draft>/place/", placing.place, name="order-place"),
    path("<uuid:draft>/split/", splitting.split_draft, name="draft-split"),
    path("<uuid:draft>/watch/", standing_by.watch, name="order-watch"),
    path("watches/<int:pk>/cancel/", standing_by.cancel, name="watch-cancel"),
    path("watches/<int:pk>/seen/", standing_by.seen, name="watch-seen"),
    path("<uuid:draft>/mend/", placing.mend, name="draft-mend"),
    path("<uuid:draft>/delete/", placing.delete, name="draft-delete"),
    path("<uuid:draft>/read-catalog/", asking.read_catalog, name="catalog-read"),
    path("<uuid:draft>/catalog/", asking.catalog_state, name="catalog-state"),
    path("<int:pk>/keep/", templates.keep_order, name="order-keep"),
    path("<uuid:draft>/keep/", templates.keep_draft, name="draft-keep"),
    path("<uuid:draft>/as/<slug:form>/", review.code, name="draft-as"),
    path("<uuid:draft>/<slug:step>/", views.wizard, name="wizard"),
]
