"""Addresses of this room."""

from django.urls import path

from console.teams import views

urlpatterns = [path("", views.page, name="teams")]
