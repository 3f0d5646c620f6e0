"""Signing in and out, the theme, the favicon: what stands around the rooms."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.template import loader
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import server_error

from console import guarding
from console.design import design
from console.preferences import preferences
from console.shell import THEMES, remember_language, remember_theme
from pools import queries
from pools.models import User


class SignInForm(AuthenticationForm):
    """Django's own, behind a guard. Unknown, wrong and shut are told in the same words and take the same time."""

    def clean(self) -> dict[str, Any]:
        name, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if name is None or not password or self.request is None:
            return self.cleaned_data
        tried = guarding.count_try(self.request, name)
        # Also where the answer is no already: whoever measures must not learn that.
        user = authenticate(self.request, username=name, password=password)
        if user is None or tried.is_shut:
            tried.failed()
            raise self.get_invalid_login_error()
        self.confirm_login_allowed(user)
        tried.succeeded()
        self.user_cache = user
        return self.cleaned_data


@login_not_required
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """The Django admin has a door of its own, which nobody guards: whoever comes there is sent to ours."""
    if request.user.is_authenticated:
        raise PermissionDenied(_("The administration is for superusers of this console."))
    return redirect_to_login(_safe_next(request, request.GET), login_url=reverse("sign-in"))


@login_not_required
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    if theme not in THEMES:
        return HttpResponseBadRequest()
    response = redirect(_safe_next(request, request.POST))
    remember_theme(response, theme)
    return response


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """For this browser. Whoever is signed in and has chosen one in their preferences is spoken to in that one."""
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    response = redirect(_safe_next(request, request.POST))
    remember_language(response, language)
    return response


# What takes staff; the others take a role in the team.
FOR_STAFF = frozenset({"pools.connect_projects"})
# Which role gives a permission, and who can give the role: a refusal is never a blank page.
ROLES = {
    "pools.manage_team": gettext_lazy(
        "Only admins of the team change its members and rules. Any of them can make you one."
    ),
    "pools.decide_order": gettext_lazy(
        "Only admins of the team decide its orders, and where the team wants four eyes, not the person who ordered."
    ),
    "pools.undo_decision": gettext_lazy("Only the person who decided takes the decision back."),
    "pools.comment_order": gettext_lazy("Only members of the team talk about its orders."),
    "pools.remind_order": gettext_lazy("Only the person who ordered reminds whoever decides."),
    "pools.withdraw_order": gettext_lazy("Only the person who ordered and admins of the team take an order back."),
    "pools.resolve_order": gettext_lazy("Only admins of the team settle what became of an order."),
    "pools.delete_pool": gettext_lazy("Only the person who ordered it and admins of the team delete a pool."),
    "pools.approve_resize": gettext_lazy(
        "Only admins of the team approve more nodes, and where the team wants four eyes, not the person who asked."
    ),
    "pools.undo_resize": gettext_lazy("Only the person who approved it undoes that."),
    "pools.take_back_resize": gettext_lazy("Only the person who asked and admins of the team take a resize back."),
    "pools.remind_resize": gettext_lazy("Only the person who asked reminds whoever decides."),
    "pools.connect_projects": gettext_lazy(
        "Only staff connect projects. Whoever runs this console can make you staff."
    ),
    "pools.place_order": gettext_lazy("Only members of the team order for it. An admin of the team can add you."),
}


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, in words: acts name the permission that was missing, views bring a sentence of their own. And who can help:
    staff where it takes staff, otherwise the admins of the person's teams."""
    named = str(exception)
    takes_staff = named in FOR_STAFF or getattr(exception, "takes_staff", False)
    helpers = {"staff": queries.staff_names()} if takes_staff else {"admins": _admins_around(request)}
    return render(request, "403.html", {"reason": ROLES.get(named, named), **helpers}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django gives it by name
    """404, in words: the same for what does not exist and for what is another team's, so that nobody learns which.

    Whoever is signed in reads which role shows such pages, and who can give it.
    """
    return render(request, "404.html", {"admins": _admins_around(request)}, status=404)


def _admins_around(request: HttpRequest) -> list[tuple[str, list[str]]]:
    """The admins of each team that the person is in; of other teams nothing is told."""
    return queries.admins_around(request.user) if isinstance(request.user, User) else []


def broken(request: HttpRequest) -> HttpResponseBase:
    """Whatever nobody expected: 500, or 503 while the database is away, which passes. Neither page asks it anything."""
    if not isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return server_error(request)
    words = loader.get_template("503.html").render()
    return HttpResponse(words, status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})


def _safe_next(request: HttpRequest, told: QueryDict) -> str:
    target = told.get("next", "")
    ours = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if ours else "/"


@login_not_required
@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Browsers ask for this address by themselves."""
    return HttpResponseRedirect(staticfiles_storage.url("img/favicon.svg"))


urlpatterns = [
    path(
        "sign-in/",
        LoginView.as_view(
            template_name="shell/sign_in.html", authentication_form=SignInForm, redirect_authenticated_user=True
        ),
        name="sign-in",
    ),
    path("admin/login/", admin_sign_in, name="admin-sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("theme/", choose_theme, name="theme"),
    path("language/", choose_language, name="language"),
    path("preferences/", preferences, name="preferences"),
    path("favicon.ico", favicon, name="favicon"),
    path("design/", design, name="design"),
]
