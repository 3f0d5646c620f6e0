"""Addresses of the desk, under /approvals/."""

from django.urls import path

from console.approvals import resizes, views
from console.approvals.queue import desk
from console.approvals.together import together

urlpatterns = [
    path("", desk, name="approvals"),
    path("together/", together, name="approve-together"),
    path("<int:pk>/", views.approval, name="approval"),
    path("<int:pk>/check/", views.check, name="approval-check"),
    path("<int:pk>/approve/", views.approve, name="approve"),
    path("<int:pk>/changes/", views.request_changes, name="request-changes"),
    path("<int:pk>/reject/", views.reject, name="reject"),
    path("resizes/<int:pk>/", resizes.approval, name="resize-approval"),
    path("resizes/<int:pk>/check/", resizes.check, name="resize-check"),
    path("resizes/<int:pk>/approve/", resizes.approve, name="resize-approve"),
    path("resizes/<int:pk>/reject/", resizes.reject, name="resize-reject"),
    path("resizes/<int:pk>/undo/", resizes.undo, name="resize-undo"),
    path("decisions/<int:pk>/undo/", views.undo, name="undo"),
]
