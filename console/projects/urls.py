"""Addresses of the project room, under /projects/. Staff alone."""

from django.urls import path

from console.projects import views

urlpatterns = [
    path("", views.projects, name="projects"),
    path("new/", views.new, name="project-new"),
    path("<int:pk>/", views.project, name="project"),
    path("<int:pk>/edit/", views.edit, name="project-edit"),
    path("<int:pk>/test/", views.test, name="project-test"),
    path("<int:pk>/disconnect/", views.disconnect, name="project-disconnect"),
]
