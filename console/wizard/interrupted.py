"""A session that ended in the middle of typing: what was posted waits in the browser's new session until sign-in.

It is shown again only to somebody who may edit that very draft, as typing that is not saved yet. Whoever else signs in
at the same browser gets nothing of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from console.models import Draft
from console.wizard import rows
from console.wizard.assembly import Typed

KEY = "wizard-interrupted"
MOST_CHARACTERS = 128 * 1024  # a session is a row read with every request; no script of an order is longer


class Interrupted(NamedTuple):
    """What was typed at a step when the session had ended, and the version of the draft that it was typed over."""

    typed: Typed
    version: str


def keep(request: HttpRequest, draft: UUID, step: str) -> None:
    """Remember the POST of an anonymous person; only for a step of a draft that exists, and only up to a size."""
    if step not in rows.NAMES or not Draft.objects.filter(pk=draft).exists():
        return
    typed, version = rows.typed_in(step, request.POST), request.POST.get("version", "")[:20]
    kept = {"draft": str(draft), "step": step, "typed": typed, "version": version}
    if len(json.dumps(kept)) <= MOST_CHARACTERS:
        request.session[KEY] = kept


def kept_for(request: HttpRequest, draft: Draft, step: str) -> Interrupted | None:
    """What waits for this step of a draft. Callers found the draft among those that the person may edit."""
    kept = request.session.get(KEY)
    if not kept or (kept["draft"], kept["step"]) != (str(draft.pk), step):
        return None
    return Interrupted(kept["typed"], kept["version"])


def forget(request: HttpRequest) -> None:
    """It was sent again, given up, or another person came."""
    request.session.pop(KEY, None)


View = Callable[..., HttpResponse]


def signed_in_or_back(step: str) -> Callable[[View], View]:
    """For acts on a draft: who is not signed in lands on a step after sign-in, not on an address without a page."""

    def wrap(view: View) -> View:
        @wraps(view)
        def signed_in(request: HttpRequest, draft: UUID, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated:
                return view(request, draft, **kwargs)
            return redirect_to_login(reverse("wizard", kwargs={"draft": draft, "step": step}))

        return signed_in

    return wrap
