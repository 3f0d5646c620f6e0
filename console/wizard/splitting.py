"""Splitting a draft of more nodes than are advised at once: it keeps so many, and another one of the next free name has
the rest. Nothing is ordered by it.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from formtools.wizard.storage.base import BaseStorage

from console.models import Draft
from console.wizard import conflicts, steps
from console.wizard.assembly import Kept, Steps
from console.wizard.dividing import divided, split_of
from console.wizard.finding import frozen_by, is_mendable, person, visible_draft
from console.wizard.starting import next_name
from console.wizard.storage import Overtaken, kept_of, steps_of
from pools import queries, watching
from pools.models import User, Watch

_MOST_TRIES = 200


def split(draft: Draft, *, by: User) -> Draft | None:
    """Split the draft, over the version that was read; returns the other one, None where there is nothing to split.

    Raises `Overtaken` where another window saved it meanwhile.
    """
    typed = steps_of(draft)
    found = split_of(typed)
    if found is None:
        return None
    here, there = divided(typed, kept_of(draft), found)
    name = _free_name(draft)
    there[0].setdefault("labels", {})["name"] = [name]
    with transaction.atomic():
        watching.let_go(draft.pk, by=by, because=Watch.Ending.EDITED)
        order = draft.order()
        if order and not is_mendable(order):
            raise Overtaken  # it was placed a moment ago, by hand or by its watch
        revision = {"revision": draft.revision + 1} if order else {}
        if not draft.save_typed(_with(draft, *here), over=draft.version, by=by, **revision):
            raise Overtaken
        return Draft.objects.create(
            team=draft.team, project=draft.project, owner=by, saved_by=by, name=name, template=draft.template,
            origin=draft.origin, data=_with(draft, *there),
        )  # fmt: skip


def _with(draft: Draft, typed: Steps, kept: Kept) -> dict[str, Any]:
    key = BaseStorage.extra_data_key
    return {**draft.data, BaseStorage.step_data_key: typed, key: {**draft.data.get(key, {}), "kept": kept}}


def _free_name(draft: Draft) -> str:
    """The next name that no pool, order or draft of the team has."""
    others = Draft.objects.filter(team=draft.team, project=draft.project).values_list("name", flat=True)
    taken, name = queries.names_taken(draft.project_id) | set(others), draft.name or "pool"
    for _try in range(_MOST_TRIES):
        name = next_name(name)
        if name not in taken:
            break
    return name


@login_required
@require_POST
def split_draft(request: HttpRequest, draft: UUID) -> HttpResponse:
    found = visible_draft(request, draft)
    if order := frozen_by(found):
        return redirect("order", pk=order.pk)
    if request.POST.get("version") != str(found.version):
        return conflicts.changed_since_review(request, found)
    try:
        return told(request, found, split(found, by=person(request)))
    except Overtaken:
        return conflicts.changed_since_review(request, visible_draft(request, draft))


def told(request: HttpRequest, draft: Draft, other: Draft | None) -> HttpResponse:
    """Back to Review, with where the rest is."""
    if other is not None:
        link = format_html('<a href="{}">{}</a>', steps.step_url(other, steps.REVIEW), other)
        words = _("Split. The rest of the nodes is in a draft of its own: %(draft)s. Nothing was ordered.")
        messages.success(request, format_html(words.replace("%(draft)s", "{}"), link))
    return redirect(steps.step_url(draft, steps.REVIEW))
