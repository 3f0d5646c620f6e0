"""Proof that whoever decides about much is still who signed in: beyond a number of nodes, and a while after that, the
password is asked for first. What was typed goes along, and comes back with the page that it was typed on.

The question is answered where the act is posted to, and an answer never acts: it leads back to the decision, to be read
once more. So nothing waits in a session, and a second click on the password decides nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from console import guarding
from console.sessions import SIGNED_IN
from console.shell import SignedIn

PROVED: Final = "proved_at"
# The field of the password, and the one that says that an answer is posted.
ANSWER: Final = "proof"
_OWN: Final = frozenset({ANSWER, "csrfmiddlewaretoken"})


def proof(request: SignedIn, *, nodes: int, again: Callable[[], HttpResponse], back: str) -> HttpResponse | None:
    """What is answered instead of carrying out a POST about so many nodes; None where it is to be carried out.

    To be asked once the person may do it at all, and before anything is done. `again` shows the page of the decision,
    filled in from what was posted; `back` is the address of that page, for whoever thinks better of it.
    """
    password = request.POST.get(ANSWER)
    is_needed = _is_much(nodes) and not _is_fresh(request)
    if password is None:
        return _ask(request, nodes, back=back) if is_needed else None
    _forget(request)
    if is_needed and not _is_theirs(request, password):
        return _ask(request, nodes, back=back, is_wrong=True)
    messages.info(request, _("Thank you, it is you. Nothing was done yet: read it once more, and decide."))
    return again()


def _is_much(nodes: int) -> bool:
    return bool(0 < settings.FRESH_SESSION_NODES < nodes)


def _is_fresh(request: SignedIn) -> bool:
    """Whether the person signed in, or gave their password, a short while ago. What a clock says that was ahead of this
    one is no proof."""
    now, minutes = time.time(), settings.FRESH_SESSION_MINUTES
    known = (request.session.get(name, 0.0) for name in (SIGNED_IN, PROVED))
    return any(now - 60 * minutes <= at <= now for at in known)


def _is_theirs(request: SignedIn, password: str) -> bool:
    """Whether it is the password of whoever is signed in. Guarded as the sign-in is, and counted with it."""
    name = request.user.get_username()
    tried = guarding.count_try(request, name)
    user = authenticate(request, username=name, password=password)
    if user is None or user.pk != request.user.pk or tried.is_shut:
        tried.failed()
        return False
    tried.succeeded()
    # A name for the session that nobody can have seen before.
    request.session.cycle_key()
    request.session[PROVED] = time.time()
    return True


def _forget(request: SignedIn) -> None:
    """Nothing that comes after has the password before it: no page, no form, no report of an error."""
    posted = request.POST.copy()
    posted.pop(ANSWER)
    request.POST = posted  # type: ignore[assignment]


def _ask(request: SignedIn, nodes: int, *, back: str, is_wrong: bool = False) -> HttpResponse:
    kept: list[tuple[str, Any]] = [
        (name, value) for name, values in request.POST.lists() if name not in _OWN for value in values
    ]
    context = {
        "nodes": nodes,
        "most": settings.FRESH_SESSION_NODES,
        "minutes": settings.FRESH_SESSION_MINUTES,
        "kept": kept,
        "back": back,
        "is_wrong": is_wrong,
    }
    return render(request, "shell/proof.html", context, status=403)
