"""Connecting ModelArts projects: the list, one project with its connection test, the form. Staff alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console.projects import words
from console.projects.forms import WHY, ProjectForm
from console.shell import SignedIn
from pools import connecting, queries
from pools.models import Probe, Project
from pools.rules import NotAllowed

P = ParamSpec("P")
View = Callable[Concatenate[SignedIn, P], HttpResponse]

# A test takes seconds; after this nobody seems to be doing it.
LATE = timedelta(seconds=30)


def staff_only(view: View[P]) -> View[P]:
    """Refuse everybody else before anything is looked up, so that a refusal tells nothing."""

    @wraps(view)
    def guarded(request: SignedIn, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.has_perm("pools.connect_projects"):
            raise NotAllowed("pools.connect_projects")
        return view(request, *args, **kwargs)

    return guarded


@never_cache
@require_safe
@staff_only
def projects(request: SignedIn) -> HttpResponse:
    rows = [(project, place_of(project)) for project in queries.connected_projects()]
    return render(request, "projects/projects.html", {"rows": rows})


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new(request: SignedIn) -> HttpResponse:
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = _attempt(form, lambda: connecting.connect(form.entry, by=request.user, credentials=_given(form)))
        if made:
            connecting.ask_probe(made, by=request.user)
            messages.success(
                request, _("%(project)s is connected. Its connection is being tested.") % {"project": made}
            )
            return redirect("project", pk=made.pk)
    return _form_page(request, form)


@never_cache
@require_safe
@staff_only
def project(request: SignedIn, pk: int) -> HttpResponse:
    shown = _connected(pk)
    probe = next(iter(shown.probes.all()), None)
    asked = probe is not None and probe.state == Probe.State.ASKED
    last = next((row for row in shown.probes.all() if row.state == Probe.State.DONE), None)
    lines = words.lines(last) if last else []
    context = {
        "project": shown,
        "place": place_of(shown),
        "cursor": queries.cursor_from_now(timezone.now()),
        "probe": last,
        "lines": lines,
        "summary": words.summary(lines),
        "all_work": all(line.outcome == Probe.Outcome.WORKS for line in lines),
        "is_asked": asked,
        "is_late": probe is not None and asked and probe.asked_at < timezone.now() - LATE,
        "use": connecting.in_use(shown),
    }
    return render(request, "projects/project.html", context)


@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def edit(request: SignedIn, pk: int) -> HttpResponse:
    shown = _connected(pk)
    form = ProjectForm(request.POST if request.method == "POST" else None, project=shown)
    if form.is_bound and form.is_valid():
        given = form.credentials
        changed = _attempt(form, lambda: connecting.amend(shown, form.entry, by=request.user, credentials=given))
        if changed:
            connecting.ask_probe(changed, by=request.user)
            kept = _("The stored credentials were kept.") if given is None else _("The new credentials are used now.")
            messages.success(request, f"{_('Saved.')} {kept}")
            return redirect("project", pk=pk)
    return _form_page(request, form, project=shown)


@require_POST
@staff_only
def test(request: SignedIn, pk: int) -> HttpResponse:
    """Have the worker try the connection; the page watches for what it finds."""
    connecting.ask_probe(_connected(pk), by=request.user)
    return redirect("project", pk=pk)


@require_POST
@staff_only
def disconnect(request: SignedIn, pk: int) -> HttpResponse:
    shown = _connected(pk)
    try:
        connecting.disconnect(shown, by=request.user)
    except connecting.StillInUse:
        messages.error(
            request,
            _("%(project)s cannot be disconnected while orders or pools of teams live in it.") % {"project": shown},
        )
        return redirect("project", pk=pk)
    messages.success(request, _("%(project)s is disconnected, and its credentials are forgotten.") % {"project": shown})
    return redirect("projects")


def place_of(project: Project) -> str:
    """Where a project is, in a word or two."""
    if project.embedded:
        return _("Embedded endpoint")
    return project.region or urlsplit(project.modelarts_url).netloc


def _connected(pk: int) -> Project:
    try:
        return queries.project_page(pk)
    except Project.DoesNotExist:
        raise Http404 from None


def _given(form: ProjectForm) -> connecting.Credentials:
    """A new connection has credentials: the form sees to it."""
    return form.credentials or connecting.Credentials()


def _attempt(form: ProjectForm, act: Callable[[], Project]) -> Project | None:
    """Do it, or tell beside which field it failed."""
    try:
        return act()
    except connecting.NameTaken:
        form.add_error(
            "name", _("Another project is called so, or was before it was disconnected. Choose another name.")
        )
    except connecting.AlreadyConnected as already:
        form.add_error("project_id", _("This project is connected already, as %(name)s.") % {"name": already.project})
    except connecting.BadAddress as bad:
        form.add_error(bad.field, str(WHY[bad.forbidden.reason]))
    except connecting.NoSuchPlace:
        form.add_error("region", _("This is no name of a region; they look like cn-north-4."))
    except connecting.CredentialsNeeded:
        told = _(
            "The address has changed: type the credentials again. They are not sent anywhere they were not given for."
        )
        form.add_error("signs_with", told)
    return None


def _form_page(request: SignedIn, form: ProjectForm, *, project: Project | None = None) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "project": project, "regions": connecting.KNOWN_REGIONS}
    return render(request, "projects/form.html", context, status=422 if form.errors else 200)
