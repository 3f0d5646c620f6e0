"""Addresses of the desk, under /approvals/."""

from django.urls import path

from console.approvals import views
from console.approvals.together import together

urlpatterns = [
    path("", views.desk, name="approvals"),
    path("together/", together, name="approve-together"),
    path("<int:pk>/", views.approval, name="approval"),
    path("<int:pk>/check/", views.check, name="approval-check"),
    path("<int:pk>/approve/", views.approve, name="approve"),
    path("<int:pk>/changes/", views.request_changes, name="request-changes"),
    path("<int:pk>/reject/", views.reject, name="reject"),
    path("decisions/<int:pk>/undo/", views.undo, name="undo"),
]
