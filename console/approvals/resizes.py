"""Deciding about more nodes of a pool, before anything is sent. A GET never decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from console import changing
from console.approvals import growing, seen
from console.approvals.forms import Approval, Refusal
from console.proving import proof
from console.shell import SignedIn
from console.templatetags.console import age_words
from pools import ordering, queries, resizing
from pools.models import Resize


@never_cache
@require_safe
def approval(request: SignedIn, pk: int) -> HttpResponse:
    """Whoever comes to it has what it rests on read anew, as on the page of an order."""
    resize = _visible(request, pk)
    if resize.is_awaited and request.headers.get("X-Requested-With") != "live":
        ordering.read_anew(resize.pool.project, by=request.user)
    return growing.show(request, resize)


@require_POST
def check(request: SignedIn, pk: int) -> HttpResponse:
    """Have what it rests on read now: the catalog of its project, and its pool."""
    resize = _visible(request, pk)
    for pool in (None, resize.pool):
        ordering.ask_reading(resize.pool.project, by=request.user, pool=pool)
    return redirect(f"{reverse('resize-approval', args=[pk])}#checks-title")


@require_POST
def approve(request: SignedIn, pk: int) -> HttpResponse:
    resize, form = _to_decide(request, pk), Approval(request.POST)
    if not form.is_valid():
        return growing.show(request, resize, approval=form, status=422)
    if asked := _proof(request, resize, form):
        return asked
    comment, digest = form.cleaned_data["reason"], request.POST.get("digest", "")
    try:
        heeded = resizing.approve(resize, by=request.user, seen=digest, comment=comment)
    except resizing.Changed:
        return _changed(request, pk, approval=form)
    except resizing.Overtaken:
        return growing.show(request, _visible(request, pk), approval=form, status=409, was_overtaken=True)
    except resizing.Worse:
        return growing.show(request, _visible(request, pk), approval=form, status=409, is_worse=True)
    except resizing.NotNow as late:
        why = changing.why(late.why, _visible(request, pk).pool)
        messages.warning(request, _("It cannot be approved now: %(why)s") % {"why": why})
    else:
        _tell(request, pk, heeded=heeded, typed=comment)
    return redirect("resize-approval", pk=pk)


def _proof(request: SignedIn, resize: Resize, form: Approval) -> HttpResponse | None:
    """The password first, where many nodes are added; then the page again, or what differs since it was read."""

    def again() -> HttpResponse:
        if request.POST.get("digest") != resizing.digest_of(resize):
            return _changed(request, resize.pk, approval=form)
        return growing.show(request, resize, approval=form.once_more())

    come, _go = changing.moved(resize.pool, resize.stood, resize.wanted)
    return proof(request, nodes=come, again=again, back=reverse("resize-approval", args=[resize.pk]))


@require_POST
def reject(request: SignedIn, pk: int) -> HttpResponse:
    resize, form = _to_decide(request, pk), Refusal(request.POST)
    if not form.is_valid():
        return growing.show(request, resize, refusal=form, status=422)
    reason, digest = form.reason_in_full, request.POST.get("digest", "")
    try:
        heeded = resizing.reject(resize, by=request.user, reason=reason, seen=digest)
    except resizing.Changed:
        return _changed(request, pk, refusal=form)
    _tell(request, pk, heeded=heeded, typed=reason)
    return redirect("resize-approval", pk=pk)


@require_POST
def undo(request: SignedIn, pk: int) -> HttpResponse:
    """Take back an approval that was not sent yet: it waits to be approved again."""
    resize = _visible(request, pk)
    if resizing.undo(resize, by=request.user):
        messages.success(request, _("Undone. Nothing was sent, and it waits again."))
    else:
        messages.warning(request, _("Too late: it is on its way to the cloud. See below what becomes of it."))
    return redirect("resize-approval", pk=pk)


def _changed(request: SignedIn, pk: int, **typed: Any) -> HttpResponse:
    """It sends something else than the page that was decided on: shown anew, with what differs and was typed."""
    resize = _visible(request, pk)
    changed = seen.changed_since(request.POST.get("seen", ""), resize)
    return growing.show(request, resize, status=409, changed=changed, **typed)


def _tell(request: SignedIn, pk: int, *, heeded: bool, typed: str) -> None:
    """Say what was decided, or by whom before; an approval that can still be undone says so itself, on the page."""
    now = _visible(request, pk)
    if heeded:
        if now.is_rejected:
            messages.success(request, _("Rejected. Nothing was sent, and the pool is as it was."))
        elif not now.due_at or now.due_at <= timezone.now():
            messages.success(request, _("Approved. The resize is on its way to the cloud."))
        return
    messages.warning(request, _first(now))
    if typed:
        messages.info(request, _("You had written: “%(typed)s”") % {"typed": typed})


def _first(resize: Resize) -> str:
    """Somebody else was faster: who, what, when."""
    if resize.decided_by is None or resize.decided_at is None:
        return _("It does not wait any more. Your decision was not needed and does not count.")
    said = {"who": resize.decided_by, "when": age_words(resize.decided_at)}
    if resize.is_rejected:
        return _("%(who)s rejected %(when)s. Your decision was not needed and does not count.") % said
    return _("%(who)s approved %(when)s. Your decision was not needed and does not count.") % said


def _to_decide(request: SignedIn, pk: int) -> Resize:
    resize = _visible(request, pk)
    if not request.user.has_perm("pools.approve_resize", resize):
        raise PermissionDenied("pools.approve_resize")
    return resize


def _visible(request: SignedIn, pk: int) -> Resize:
    try:
        resize = queries.resize_page(request.user, pk)
    except Resize.DoesNotExist:
        raise Http404 from None
    if not resize.grows:
        # Fewer nodes need nobody: the desk has no page for it.
        raise Http404
    return resize
