"""Saved views: a dashboard's filters, order and columns under a name, one's own or for the whole team."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from console.dashboard.asking import Asked
from console.dashboard.counters import Chip, chips
from console.models import SavedView
from console.shell import Shell, SignedIn
from pools.rules import NotAllowed

MOST_VIEWS = 50
LONGEST_QUERY = 2000


class SavedViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    shared = forms.BooleanField(
        label=gettext_lazy("For the whole team"),
        required=False,
        help_text=gettext_lazy("Everybody in the team finds it; its admins may remove it."),
    )


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A saved view with its address and its filters in words."""

    view: SavedView
    query: str
    chips: list[Chip]
    may_remove: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def saved_views(request: SignedIn) -> HttpResponse:
    """The views of a team, and the dashboard that one came from, to be saved."""
    asked = Asked.of(request)
    if asked is None:
        raise Http404
    form = SavedViewForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _saved(request, asked, form):
        return redirect(f"{reverse('dashboard')}?{asked.query}")
    mine = set(SavedView.objects.removable_by(request.user).filter(team=asked.team).values_list("pk", flat=True))
    views = SavedView.objects.visible_to(request.user).filter(team=asked.team).select_related("owner")
    context = {
        "team": asked.team,
        "asked": asked,
        "chips": chips(asked, Shell.of(request).projects),
        "form": form,
        "shown": [_shown(request, asked, view, may_remove=view.pk in mine) for view in views],
    }
    return render(request, "dashboard/saved_views.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: SignedIn, pk: int) -> HttpResponse:
    """Of views that somebody else shared, an admin of the team removes; whoever sees it and may not is refused."""
    view = get_object_or_404(SavedView.objects.visible_to(request.user).select_related("team"), pk=pk)
    if not SavedView.objects.removable_by(request.user).filter(pk=pk).exists():
        raise NotAllowed("saved view")
    view.delete()
    messages.success(request, _("The view “%(name)s” was removed.") % {"name": view.name})
    return redirect(f"{reverse('saved-views')}?team={view.team.slug}")


def _saved(request: SignedIn, asked: Asked, form: SavedViewForm) -> bool:
    """Save it, in place of one's own of the same name. Tells the form where there are too many."""
    own = SavedView.objects.filter(team=asked.team, owner=request.user)
    name, query = form.cleaned_data["name"], asked.kept()
    if own.exclude(name=name).count() >= MOST_VIEWS:
        form.add_error("name", _("You have %(n)s views in this team; remove one first.") % {"n": MOST_VIEWS})
    elif len(query) > LONGEST_QUERY:
        form.add_error(None, _("These filters are too long to be saved."))
    else:
        fields: dict[str, Any] = {"query": query, "shared": form.cleaned_data["shared"], "saved_at": timezone.now()}
        SavedView.objects.update_or_create(team=asked.team, owner=request.user, name=name, defaults=fields)
        messages.success(request, _("The view “%(name)s” was saved.") % {"name": name})
        return True
    return False


def _shown(request: SignedIn, asked: Asked, view: SavedView, *, may_remove: bool) -> Shown:
    kept = Asked.read(QueryDict(view.query), team=asked.team)
    return Shown(view=view, query=kept.query, chips=chips(kept, Shell.of(request).projects), may_remove=may_remove)
