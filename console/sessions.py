"""How long a sign-in is good for: an idle while, and never longer than a life, whatever is done meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

SIGNED_IN, SEEN = "signed_in_at", "seen_at"
# Pages ask by themselves for what changed; that is nobody's doing, and keeps nobody signed in.
BY_THEMSELVES: Final = frozenset({"changes", "dashboard-parts", "catalog-state"})
# Being seen is written down this often within the idle while, not at every click.
GRAINS: Final = 20

View = Callable[..., HttpResponseBase]


@receiver(user_logged_in)
def begin(*, request: HttpRequest, **_: Any) -> None:
    """Note when, and clear away sessions that ended: nobody else does."""
    request.session[SIGNED_IN] = request.session[SEEN] = time.time()
    Session.objects.filter(expire_date__lt=timezone.now()).delete()


class Bounded:
    """Middleware, before the one that insists on a sign-in: ends those that are over."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, _args: Any, _kwargs: Any) -> None:
        if not getattr(view, "login_required", True) or not request.user.is_authenticated:
            return
        session, now = request.session, time.time()
        seen = session.get(SEEN, 0.0)
        if now - session.get(SIGNED_IN, 0.0) > settings.SESSION_COOKIE_AGE or now - seen > settings.SESSION_IDLE:
            logout(request)
        elif now - seen > settings.SESSION_IDLE / GRAINS and not _asked_by_itself(request):
            session[SEEN] = now


def _asked_by_itself(request: HttpRequest) -> bool:
    return request.resolver_match is not None and request.resolver_match.view_name in BY_THEMSELVES
