"""Addresses of this room."""

from django.urls import path

from console.dashboard import views

urlpatterns = [path("", views.page, name="dashboard")]
