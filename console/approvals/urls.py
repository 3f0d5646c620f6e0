"""Addresses of this room."""

from django.urls import path

from console.approvals import views

urlpatterns = [path("", views.page, name="approvals")]
