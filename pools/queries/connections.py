"""Connected projects, for staff: the caller has asked for that. Credentials are never read."""

from __future__ import annotations

from django.db.models import Prefetch

from pools.models import Probe, Project


def connected_projects() -> list[Project]:
    """All that are connected, with the teams each serves."""
    return list(Project.objects.connected().without_credentials().prefetch_related("teams"))


def project_page(pk: int) -> Project:
    """One connected project with its teams and its probes. Raises `Project.DoesNotExist`."""
    probes = Prefetch("probes", Probe.objects.select_related("asked_by"))
    return Project.objects.connected().without_credentials().prefetch_related("teams", probes).get(pk=pk)
