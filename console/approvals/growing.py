"""The page on which more nodes of a pool are decided, in the order in which whoever decides reads it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from console import changing, checking, differing, history
from console.approvals import seen
from console.approvals.forms import Approval, Refusal
from console.approvals.totals import changes, untouched_quota
from console.shell import Shell, SignedIn
from pools import queries, resizing
from pools.checking import checks_of_resizes
from pools.models import Membership, Resize
from pools.states import ErrandState
from pools.wire import resizing as law


def show(
    request: SignedIn, resize: Resize, *, status: int = 200, approval: Approval | None = None,
    refusal: Refusal | None = None, changed: differing.Told | None = None, was_overtaken: bool = False,
    is_worse: bool = False,
) -> HttpResponse:  # fmt: skip
    """The page, with a form that was refused if one was.

    Nothing was decided where it is `changed`, as what was posted was meant for another patch; where it `was_overtaken`,
    as the pool has other nodes by now; or where it `is_worse`, as another check is bad by now.
    """
    pool, awaited = resize.pool, _awaits(resize)
    checked = _checks(resize)
    context = {
        "resize": resize,
        "pool": pool,
        "approval": approval or Approval(),
        "form": refusal or Refusal(),
        "changed": changed,
        "now": changing.changes(resize.stood, law.entries(pool.document) or ()) if was_overtaken else None,
        "is_worse": is_worse,
        "is_waiting": awaited,
        "may_undo": resize.can_be_undone and request.user.has_perm("pools.undo_resize", resize),
        "may_take_back": resize.can_be_taken_back and request.user.has_perm("pools.take_back_resize", resize),
        "may_ask_again": resize.has_lapsed and request.user.has_perm("pools.resize_pool", pool),
        "why_not": _why_not(request, resize),
        "admins": _deciders(resize),
        "sentence": changing.sentence(resize),
        "says": changing.standing(resize),
        "changes": changing.of_resize(resize),
        "totals": _totals(resize),
        "risks": changing.risks(resize),
        **checked,
        "check_url": reverse("resize-check", args=[resize.pk]),
        "is_reading": queries.is_catalog_being_read(pool.project),
        "is_unread": any(
            trouble.kind == "unread" and trouble.project.pk == pool.project_id for trouble in Shell.of(request).troubled
        ),
        "events": history.of_resize(resize),
        "digest": resizing.digest_of(resize),
        "call": f"PATCH {pool.project.modelarts_url}/v2/{pool.project.project_id}/pools/{pool.pool_id}",
        "sealed": seen.seal(resize),
        "undo_seconds": settings.DECISION_UNDO_SECONDS,
        "cursor": queries.cursor_from_now(timezone.now()),
        "watch": f"pool-{pool.pk}",
        # Also after a form was refused, when the address in the bar is that of the act.
        "parts_url": f"{reverse('resize-approval', args=[resize.pk])}?",
        "is_moving": resize.is_under_way,
    }
    return render(request, "approvals/resize.html", context, status=status)


def _awaits(resize: Resize) -> bool:
    return resize.is_awaited and not resize.has_lapsed and not resize.pool.gone_at


def _checks(resize: Resize) -> dict[str, Any]:
    """As of now while it waits; once somebody approved, as they were then, and of what came to nothing none."""
    then = checking.when_decided(resize)
    awaited = resize.state == ErrandState.RECORDED and not then
    lines = then or (checking.in_words(checks_of_resizes([resize])[resize.pk]) if awaited else [])
    ages: list[datetime] = [line.read_at for line in lines if line.read_at]
    return {
        "checks": lines,
        "checked_then": bool(then),
        "bad": [line for line in lines if line.result == "bad"],
        "oldest": min(ages, default=None),
    }


def _totals(resize: Resize) -> list[Any]:
    """List price, nodes by zone and accelerators, before and after; and the quota, which more nodes leave alone."""
    project = resize.pool.project
    before, after = (changing.document(resize, patch) for patch in (resize.was, resize.body))
    return [*changes(project, before, after), *untouched_quota(project)]


def _deciders(resize: Resize) -> list[str]:
    team = resize.pool.team
    return [str(user) for user in queries.deciders_for(team, placed_by_id=resize.by_id)] if team else []


def _why_not(request: SignedIn, resize: Resize) -> str:
    """Why the person may not decide, in a sentence; empty if they may. Levers are disabled, never hidden."""
    if request.user.has_perm("pools.approve_resize", resize):
        return ""
    roles = {membership.team_id: membership.role for membership in Shell.of(request).memberships}
    if roles.get(resize.pool.team_id or 0) == Membership.Role.ADMIN:
        return _("You cannot decide: you asked for this, and %(team)s wants four eyes. Another admin decides.") % {
            "team": resize.pool.team
        }
    return _("You cannot decide: only admins of %(team)s do.") % {"team": resize.pool.team}
