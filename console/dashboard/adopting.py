"""Pools made elsewhere become a team's: one from its page, several from the list."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from console.dashboard.acting import LONGEST_ADDRESS
from console.dashboard.naming import Named
from console.shell import Shell, SignedIn
from pools import adopting
from pools.models import Membership, Pool, Team


@require_POST
def adopt(request: SignedIn) -> HttpResponse:
    """Adopt the pools of the rows named, for the team named, and go back to where that was said."""
    team = _team(request)
    rows = Named.among(request.POST.getlist("row")).rows_for(request.user)
    adopted, skipped = 0, Counter[str]()
    for row in rows:
        if row.pool is None:
            skipped[_("an order is no pool")] += 1
            continue
        try:
            adopting.adopt(row.pool, team=team, by=request.user)
        except adopting.AlreadyClaimed:
            skipped[_("it belongs to a team already")] += 1
        except adopting.MayBeOrdered:
            skipped[_("an order of this name is on its way and may have made it")] += 1
        except adopting.AlreadyGone:
            skipped[_("gone from the cloud")] += 1
        else:
            adopted += 1
    _tell(request, adopted, skipped, team=team)
    if request.POST.get("back") == "pool" and rows and rows[0].pool:
        return redirect("pool", pk=rows[0].pool.pk)
    back = request.POST.get("back", "").partition("#")[0][:LONGEST_ADDRESS]
    return redirect(f"{reverse('dashboard')}?{back}")


def teams_for(request: SignedIn, pool: Pool) -> list[Team]:
    """The teams that the person may adopt `pool` for."""
    if pool.team_id is not None or pool.gone_at:
        return []
    served = set(pool.project.teams.values_list("pk", flat=True))
    seats = [one for one in Shell.of(request).memberships if one.role == Membership.Role.ADMIN]
    return [seat.team for seat in seats if seat.team_id in served]


def _team(request: SignedIn) -> Team:
    """One of the person's own; whether they may is the act's to say."""
    named = [seat.team for seat in Shell.of(request).memberships if seat.team.slug == request.POST.get("team")]
    if not named:
        raise Http404
    return named[0]


def _tell(request: SignedIn, adopted: int, skipped: Counter[str], *, team: Team) -> None:
    if adopted:
        words = ngettext("%(n)s pool is %(team)s's now.", "%(n)s pools are %(team)s's now.", adopted)
        messages.success(request, words % {"n": adopted, "team": team})
    for reason, number in skipped.items():
        words = ngettext("%(n)s row was skipped: %(why)s.", "%(n)s rows were skipped: %(why)s.", number)
        messages.warning(request, words % {"n": number, "why": reason})
    if not adopted and not skipped:
        messages.warning(request, _("No row was selected."))
