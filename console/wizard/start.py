"""The page where an order starts."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console import tidying
from console.models import Draft, Template
from console.wizard import starting, steps
from console.wizard.finding import person
from console.wizard.situation import owners_of
from pools import queries
from pools.dialects import secrets
from pools.models import Order, Pool, Project, Team, User, Watch
from pools.wire.numbers import whole

_LEVELS = {"warning": messages.WARNING, "info": messages.INFO}
Owners = dict[str, tuple[Team, Project]]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Where an order starts: the POST makes a draft, from nothing, a template, a pool, an order or a pasted text."""
    user = person(request)
    owners, error = owners_of(user), ""
    if request.method == "POST" and owners:
        try:
            return _begun(request, user, owners)
        except starting.Unreadable as trouble:
            error = str(trouble)
    context = {
        "owners": owners,
        "error": error,
        "wrong": request.POST.get("start", ""),
        # What somebody signs in with is not shown again: pages are photographed, and read over shoulders.
        "text": secrets.without(request.POST.get("document", "")),
        "drafts": _drafts(user),
        "idle_days": settings.RETAIN_IDLE_DRAFTS_DAYS,
        "kept": Template.objects.visible_to(user).select_related("team"),
        "chosen": request.POST.get("template") or request.GET.get("template", ""),
        "pools": Pool.objects.visible_to(user).order_by("name").distinct(),
        "copying": request.POST.get("pool") or request.GET.get("copy", ""),
        "owning": request.POST.get("owner", ""),
    }
    return render(request, "wizard/start.html", context, status=422 if error else 200)


def _drafts(user: User) -> list[tuple[Draft, datetime | None, bool, Watch | None]]:
    """Each with when it goes, whether that is near, and its watch: what is watched stays."""
    drafts = list(Draft.objects.visible_to(user).unfinished().select_related("team", "saved_by"))
    watched = queries.watches_standing([draft.pk for draft in drafts])
    told = [(draft, None if draft.pk in watched else tidying.goes_at(draft)) for draft in drafts]
    return [
        (draft, at, at is not None and at - timezone.now() <= tidying.NOTICE, watched.get(draft.pk))
        for draft, at in told
    ]


def _begun(request: HttpRequest, user: User, owners: Owners) -> HttpResponse:
    template = _template(request, user) if request.POST.get("start") == "template" else None
    team, project = _owner(request, owners, template)
    beginning = starting.from_template(template, for_project=project) if template else _beginning(request, user)
    draft = starting.draft_from(beginning, team=team, project=project, by=user)
    for level, words in starting.what_to_say(beginning):
        messages.add_message(request, _LEVELS[level], words)
    if beginning.said:
        return redirect(beginning.said.url(draft))
    return redirect(steps.step_url(draft, steps.REVIEW if beginning.steps else "labels"))


def _owner(request: HttpRequest, owners: Owners, template: Template | None) -> tuple[Team, Project]:
    """Whom it is ordered for: as chosen; else the template's own team, if a project serves it; else the first."""
    if chosen := owners.get(request.POST.get("owner", "")):
        return chosen
    own = [pair for pair in owners.values() if template is not None and pair[0].pk == template.team_id]
    return own[0] if own else next(iter(owners.values()))


def _template(request: HttpRequest, user: User) -> Template:
    pk = request.POST.get("template", "")
    found = Template.objects.visible_to(user).filter(pk=_number(pk)).first()
    if found is None:
        raise starting.Unreadable(_("Choose the template to begin with."))
    return found


def _beginning(request: HttpRequest, user: User) -> starting.Beginning:
    match request.POST.get("start"):
        case "copy":
            pools = Pool.objects.visible_to(user).select_related("order")
            found = pools.filter(pk=_number(request.POST.get("pool", ""))).first()
            if found is None:
                raise starting.Unreadable(_("Choose the pool to copy."))
            return starting.copied(found)
        case "again":
            sent = Order.objects.visible_to(user).filter(pk=_number(request.POST.get("order", ""))).first()
            if sent is None:
                raise starting.Unreadable(_("There is no such order."))
            return starting.again(sent)
        case "paste":
            return starting.pasted(request.POST.get("document", ""))
        case _:
            return starting.blank()


def _number(text: str) -> int:
    """A number of a row; 0, which no row has, for anything else."""
    return whole(text) or 0
