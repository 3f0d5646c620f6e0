"""Addresses of the team room, under /teams/."""

from django.urls import path

from console.teams import views

urlpatterns = [
    path("", views.teams, name="teams"),
    path("<slug:slug>/", views.team, name="team"),
    path("<slug:slug>/members/", views.enrol, name="member-add"),
    path("<slug:slug>/members/<int:pk>/role/", views.change_role, name="member-role"),
    path("<slug:slug>/members/<int:pk>/remove/", views.dismiss, name="member-remove"),
    path("<slug:slug>/four-eyes/", views.four_eyes, name="four-eyes"),
    path("<slug:slug>/paying/", views.paying, name="team-paying"),
    path("<slug:slug>/defaults/", views.defaults, name="team-defaults"),
]
