"""The team page: members, roles, four eyes. Members read it; admins of the team change it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console.shell import Shell, SignedIn
from console.teams.forms import Defaults, Enrolment, RoleChoice, Wanted
from pools import enrolling
from pools.models import Membership, Team


@require_safe
def teams(request: SignedIn) -> HttpResponse:
    """The teams of the person who looks; with one team there is nothing to choose."""
    memberships = Shell.of(request).memberships
    if len(memberships) == 1:
        return redirect("team", slug=memberships[0].team.slug)
    return render(request, "teams/teams.html", {"memberships": memberships})


@require_safe
def team(request: SignedIn, slug: str) -> HttpResponse:
    return _page(request, _visible_team(request, slug), Enrolment())


@require_POST
def enrol(request: SignedIn, slug: str) -> HttpResponse:
    ours, form = _visible_team(request, slug), Enrolment(request.POST)
    if not form.is_valid():
        return _page(request, ours, form, status=422)
    try:
        role = Membership.Role(form.cleaned_data["role"])
        seat = enrolling.enrol(ours, by=request.user, username=form.cleaned_data["username"], role=role)
    except enrolling.NobodyByThatName:
        form.add_error("username", _("Nobody with this user name has an account here. Check the spelling."))
    except enrolling.AlreadyMember as already:
        words = _("%(person)s is in the team already. Change the role in the list.")
        form.add_error("username", words % {"person": already.membership.user})
    else:
        messages.success(request, _("%(person)s is in the team now.") % {"person": seat.user})
        return redirect("team", slug=ours.slug)
    return _page(request, ours, form, status=422)


@require_POST
def change_role(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    seat, form = _visible_seat(request, slug, pk), RoleChoice(request.POST)
    if form.is_valid():
        role = Membership.Role(form.cleaned_data["role"])
        try:
            enrolling.change_role(seat, by=request.user, role=role)
        except enrolling.LastAdmin:
            messages.error(request, _last_admin(seat))
        else:
            said = {"person": seat.user, "role": role.label}
            messages.success(request, _("%(person)s is %(role)s now.") % said)
    return redirect("team", slug=slug)


@require_POST
def dismiss(request: SignedIn, slug: str, pk: int) -> HttpResponse:
    seat = _visible_seat(request, slug, pk)
    try:
        enrolling.dismiss(seat, by=request.user)
    except enrolling.LastAdmin:
        messages.error(request, _last_admin(seat))
    else:
        messages.success(request, _("%(person)s is not in the team any more.") % {"person": seat.user})
    # Who left the team themselves may not see its page any more.
    return redirect("dashboard") if seat.user_id == request.user.pk else redirect("team", slug=slug)


@require_POST
def four_eyes(request: SignedIn, slug: str) -> HttpResponse:
    ours, form = _visible_team(request, slug), Wanted(request.POST)
    if form.is_valid():
        enrolling.demand_four_eyes(ours, by=request.user, wanted=form.cleaned_data["wanted"])
        on = form.cleaned_data["wanted"]
        messages.success(request, _("Four eyes is on.") if on else _("Four eyes is off."))
    return redirect("team", slug=slug)


@require_POST
def paying(request: SignedIn, slug: str) -> HttpResponse:
    """Whether orders may pay themselves."""
    ours, form = _visible_team(request, slug), Wanted(request.POST)
    if form.is_valid():
        on = form.cleaned_data["wanted"]
        enrolling.let_orders_pay_themselves(ours, by=request.user, wanted=on)
        said = {"team": ours}
        allowed, forbidden = _("Orders of %(team)s may pay themselves now."), _("No order of %(team)s pays itself now.")
        messages.success(request, (allowed if on else forbidden) % said)
    return redirect("team", slug=slug)


@require_POST
def defaults(request: SignedIn, slug: str) -> HttpResponse:
    """What drafts of the team begin with."""
    ours, form = _visible_team(request, slug), Defaults(request.POST)
    if not form.is_valid():
        if not request.user.has_perm("pools.manage_team", ours):
            raise PermissionDenied("pools.manage_team")
        return _page(request, ours, Enrolment(), defaults=form, status=422)
    enrolling.begin_orders_with(ours, by=request.user, docket=form.docket, tags=form.cleaned_data["tags"])
    messages.success(request, _("New drafts of %(team)s begin with this from now on.") % {"team": ours})
    return redirect("team", slug=slug)


def _page(
    request: SignedIn, ours: Team, form: Enrolment, *, defaults: Defaults | None = None, status: int = 200
) -> HttpResponse:
    seats = list(ours.memberships.select_related("user"))
    context = {
        "team": ours,
        "seats": seats,
        "admins": sum(seat.role == Membership.Role.ADMIN for seat in seats),
        "projects": ours.projects.without_credentials(),
        "form": form,
        "defaults": defaults or Defaults.of(ours),
        "may_manage": request.user.has_perm("pools.manage_team", ours),
    }
    return render(request, "teams/team.html", context, status=status)


def _visible_team(request: SignedIn, slug: str) -> Team:
    return get_object_or_404(Team, slug=slug, memberships__user=request.user)


def _visible_seat(request: SignedIn, slug: str, pk: int) -> Membership:
    seats = Membership.objects.select_related("user", "team")
    return get_object_or_404(seats, pk=pk, team=_visible_team(request, slug))


def _last_admin(seat: Membership) -> str:
    words = _(
        "%(person)s is the only admin. Make somebody else an admin first: a team without one could decide nothing."
    )
    return words % {"person": seat.user}
