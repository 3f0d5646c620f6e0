"""A team's templates: the list, one of them with its order as code, and how one is made from an order or a draft."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from console import describing, viewing
from console.models import Draft, Template
from console.wizard import keeping
from console.wizard.assembly import gather, sized
from console.wizard.finding import person, visible_draft
from console.wizard.situation import owners_of
from console.wizard.storage import kept_of, steps_of
from pools import queries
from pools.dialects import shown
from pools.estimates import Band, band_of
from pools.models import Order, Project, Team
from pools.states import OrderState
from pools.wire import reading


@dataclass(frozen=True)
class Past:
    """What became of the orders that were begun with a template: accepted, of how many that the cloud has answered, and
    how long their pools took to be created, where these are enough to tell.
    """

    accepted: int
    answered: int
    takes: Band | None


@dataclass(frozen=True)
class Source:
    """What a template is made of: an order or a draft that the person may see, and its document."""

    name: str
    team: Team
    document: dict[str, Any]
    address: str
    order: Order | None = None


@never_cache
@require_safe
def templates(request: HttpRequest) -> HttpResponse:
    user = person(request)
    kept = list(Template.objects.visible_to(user).select_related("team", "made_by"))
    context = {"kept": [(one, _what(one), past) for one, past in _with_past(kept)]}
    return render(request, "wizard/templates.html", context)


@never_cache
@require_safe
def template(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _visible(request, pk))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a name, and keeps the order as a template of its team."""
    found = get_object_or_404(Order.objects.visible_to(person(request)).select_related("team"), pk=pk)
    here = reverse("order-keep", kwargs={"pk": pk})
    return _keep(request, Source(found.pool_name, found.team, viewing.document_of(found.body), here, found))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keep_draft(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Asks for a name, and keeps the draft, as far as it goes, as a template of its team."""
    found, here = visible_draft(request, draft), reverse("draft-keep", kwargs={"draft": draft})
    document = sized(gather(steps_of(found), kept_of(found)).document, found.project.size_suffix)
    return _keep(request, Source(found.name, found.team, document, here))


def _keep(request: HttpRequest, source: Source) -> HttpResponse:
    name, error = request.POST.get("name", source.name), ""
    if request.method == "POST":
        body = viewing.text_of(shown.without_billing_order(source.document).order)
        by, team = person(request), source.team
        error = _in_words(lambda: keeping.keep(body, team=team, by=by, name=name, made_from=source.order))
        if not error:
            messages.success(request, _("The template is kept for the team %(team)s.") % {"team": team})
            return redirect("templates")
    context = {"source": source, "what": _in_one_line(source.document), "name": name, "error": error}
    return render(request, "wizard/template_new.html", context, status=422 if error else 200)


@require_POST
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    found, name = _visible(request, pk), request.POST.get("name", "")
    error = _in_words(lambda: keeping.rename(found, by=person(request), name=name))
    if error:
        return _page(request, found, name=name, error=error)
    messages.success(request, _("The template has its new name."))
    return redirect("template", pk=pk)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    keeping.discard(_visible(request, pk), by=person(request))
    messages.success(request, _("The template was deleted. Orders that were begun with it stay as they are."))
    return redirect("templates")


@require_safe
def code(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    found = _visible(request, pk)
    project = _project_of(found)
    if project is None:
        raise Http404
    return viewing.download(viewing.document_of(found.body), project, form, body=found.body)


def _page(request: HttpRequest, found: Template, *, name: str = "", error: str = "") -> HttpResponse:
    document, project = viewing.document_of(found.body), _project_of(found)
    (_template, past) = _with_past([found])[0]
    context = {
        "template": found,
        "what": _what(found),
        "past": past,
        "views": viewing.views(document, project, name="template-as", body=found.body, pk=found.pk) if project else [],
        "may_change": found.may_be_changed_by(person(request)),
        "owners": owners_of(person(request)),
        "name": name or found.name,
        "error": error,
    }
    return render(request, "wizard/template.html", context, status=422 if error else 200)


def _in_words(act: Callable[[], object]) -> str:
    """Do it; what stood in the way, in words for people, or nothing."""
    try:
        act()
    except keeping.Unnamed:
        return _("Give the template a name of up to 60 characters.")
    except keeping.NameTaken:
        return _("The team has a template of that name already. Choose another.")
    return ""


def _visible(request: HttpRequest, pk: int) -> Template:
    """The template, if it is one of the user's teams'; otherwise it does not exist."""
    found = Template.objects.visible_to(person(request)).select_related("team", "made_by", "made_from")
    return get_object_or_404(found, pk=pk)


def _project_of(found: Template) -> Project | None:
    """A project that serves the team: where the order would go, for the code that says so."""
    return found.team.projects.without_credentials().first()


def _what(found: Template) -> str:
    return _in_one_line(viewing.document_of(found.body))


def _in_one_line(document: dict[str, Any]) -> str:
    return describing.what(reading.hear_pool(document))


def _with_past(kept: list[Template]) -> list[tuple[Template, Past]]:
    """Each template with what became of it; three queries, however many there are."""
    begun = dict(Draft.objects.filter(template__in=kept).values_list("pk", "template_id"))
    states: dict[int | None, list[str]] = {}
    for draft, state in Order.objects.filter(draft__in=begun).values_list("draft", "state"):
        states.setdefault(begun[draft], []).append(state)
    seconds: dict[int | None, list[float]] = {}
    for draft, took in queries.creations_ordered_from(begun):
        seconds.setdefault(begun[draft], []).append(took)
    return [(one, _past(states.get(one.pk, []), seconds.get(one.pk, []))) for one in kept]


def _past(states: list[str], seconds: list[float]) -> Past:
    accepted, refused = states.count(OrderState.ACCEPTED), states.count(OrderState.REFUSED)
    return Past(accepted, accepted + refused, band_of(seconds))
