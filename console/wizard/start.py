"""The page where an order starts."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from console.models import Draft
from console.wizard import starting, steps
from console.wizard.finding import person
from console.wizard.situation import owners_of
from pools.models import Order, Pool, User


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Where an order starts: the POST makes a draft, from nothing, from a pool or from pasted JSON."""
    user = person(request)
    owners, error, text = owners_of(user), "", request.POST.get("document", "")
    if request.method == "POST" and owners:
        try:
            beginning = _beginning(request, user, text)
        except starting.Unreadable as trouble:
            error = str(trouble)
        else:
            team, project = owners.get(request.POST.get("owner", "")) or next(iter(owners.values()))
            draft = starting.draft_from(beginning, team=team, project=project, by=user)
            if beginning.leaves_out:
                messages.warning(
                    request, _("The password was left out: everybody in the team reads its orders. Use a key pair.")
                )
            if beginning.kept:
                messages.info(request, _("Some keys have no field here. They are kept, and sent as they came."))
            if beginning.said:
                return redirect(beginning.said.url(draft))
            return redirect(steps.step_url(draft, steps.REVIEW if beginning.steps else "labels"))
    context = {
        "owners": owners,
        "error": error,
        "text": text,
        "drafts": Draft.objects.visible_to(user).unfinished().select_related("team", "saved_by"),
        "pools": Pool.objects.visible_to(user).order_by("name").distinct(),
        "copying": request.POST.get("pool") or request.GET.get("copy", ""),
        "owning": request.POST.get("owner", ""),
    }
    return render(request, "wizard/start.html", context, status=422 if error else 200)


def _beginning(request: HttpRequest, user: User, text: str) -> starting.Beginning:
    match request.POST.get("start"):
        case "copy":
            pool = request.POST.get("pool", "")
            found = Pool.objects.visible_to(user).filter(pk=pool if pool.isdecimal() else 0).first()
            if found is None:
                raise starting.Unreadable(_("Choose the pool to copy."))
            return starting.copied(found)
        case "again":
            order = request.POST.get("order", "")
            sent = Order.objects.visible_to(user).filter(pk=order if order.isdecimal() else 0).first()
            if sent is None:
                raise starting.Unreadable(_("There is no such order."))
            return starting.again(sent)
        case "paste":
            return starting.pasted(text)
        case _:
            return starting.blank()
