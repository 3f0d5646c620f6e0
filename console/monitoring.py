"""Who may see the inside: whoever brings the monitoring token, and staff who are signed in."""

from __future__ import annotations

import secrets
from typing import Final

from django.conf import settings
from django.core.checks import Error, register
from django.http import HttpRequest

from console import ENVIRONMENT

SHORTEST: Final = 16


@register(ENVIRONMENT)
def token_is_long_enough(**_: object) -> list[Error]:
    """A token that can be guessed opens the figures of every team to strangers."""
    token = settings.MONITORING_TOKEN
    if not token or len(token) >= SHORTEST:
        return []
    return [Error(f"MONITORING_TOKEN is shorter than {SHORTEST} characters.", id="console.E001")]


def may_see_the_inside(request: HttpRequest, *, database_answers: bool = True) -> bool:
    """Whether the request bears the token, or is of a signed-in member of staff (told by the database)."""
    kind, _, given = request.headers.get("Authorization", "").partition(" ")
    token = settings.MONITORING_TOKEN
    if kind.lower() == "bearer" and token:
        return secrets.compare_digest(given.strip().encode(), token.encode())
    if not database_answers or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return bool(request.user.is_active and getattr(request.user, "is_staff", False))
