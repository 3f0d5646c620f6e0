"""What the pages have in common: who may come in, which project is meant, and where one goes after an act."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Act = Callable[Concatenate[HttpRequest, EndpointProject, P], str]

SEE_OTHER = 303


def staff_only(view: View[P]) -> View[P]:
    """Refuse everybody else before anything is looked up, so that a refusal tells nothing."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        _insist_on_staff(request)
        return view(request, *args, **kwargs)

    return guarded


class _StaffOnly(PermissionDenied):
    takes_staff = True  # so that the page of the refusal says who that is


def _insist_on_staff(request: HttpRequest) -> None:
    if not (request.user.is_active and getattr(request.user, "is_staff", False)):
        raise _StaffOnly(_("Only staff steer the sandbox. Whoever runs this console can make you staff."))


def act(to: str) -> Callable[[Act[P]], Callable[..., HttpResponse]]:
    """An act: posted by staff on one project, it returns what to say, and the page named `to` says it.

    What the acts refuse is said there too, in their words.
    """

    def decorate(does: Act[P]) -> Callable[..., HttpResponse]:
        @require_POST
        @wraps(does)
        def posted(request: HttpRequest, project_id: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            _insist_on_staff(request)
            project = hosted(project_id)
            try:
                said = does(request, project, *args, **kwargs)
            except Refused as why:
                messages.error(request, _(why.message))
            else:
                messages.success(request, said)
            return see(to, project_id=project.project_id)

        return posted

    return decorate


def hosted(project_id: str) -> EndpointProject:
    """The project. Raises `Http404`."""
    project = EndpointProject.objects.select_related("account").filter(project_id=project_id).first()
    if project is None:
        raise Http404
    return project


def see(name: str, **kwargs: str) -> HttpResponse:
    """303 to the page of this name."""
    return HttpResponse(status=SEE_OTHER, headers={"Location": reverse(name, kwargs=kwargs)})
