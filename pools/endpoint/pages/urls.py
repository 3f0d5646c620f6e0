"""Addresses of the control room, under /sandbox/. Staff alone."""

from django.urls import path

from pools.endpoint.pages import acts, views

urlpatterns = [
    path("", views.projects, name="sandbox"),
    path("<str:project_id>/", views.project, name="sandbox-project"),
    path("<str:project_id>/clock/", acts.turn, name="sandbox-clock"),
    path("<str:project_id>/setting/", acts.choose, name="sandbox-setting"),
    path("<str:project_id>/pools/<str:pool>/step/", acts.step, name="sandbox-step"),
    path("<str:project_id>/fill/", views.fill, name="sandbox-fill"),
    path("<str:project_id>/reset/", views.reset, name="sandbox-reset"),
    path("<str:project_id>/faults/", views.faults, name="sandbox-faults"),
    path("<str:project_id>/faults/remove/", acts.remove_all, name="sandbox-faults-remove"),
    path("<str:project_id>/faults/<str:rule>/apply/", acts.apply, name="sandbox-fault-apply"),
    path("<str:project_id>/faults/<str:rule>/remove/", acts.remove, name="sandbox-fault-remove"),
    path("<str:project_id>/calls/", views.calls, name="sandbox-calls"),
    path("<str:project_id>/calls/keep/", acts.keep, name="sandbox-calls-keep"),
    path("<str:project_id>/calls/<int:pk>/", views.call, name="sandbox-call"),
]
