"""What every page of the face shares: the frame's context, the requests of people who signed in, the chosen theme."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal, cast
from zlib import crc32

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from pools import queries
from pools.models import Membership, Project, User

TroubleKind = Literal["failing", "unread", "late"]

THEME_COOKIE = "theme"
THEMES = {"system": _("System"), "light": _("Light"), "dark": _("Dark")}
# A reading is due at a time of its own; this long after it, the worker is not well.
LATE = timedelta(minutes=1)
# Days before credentials end from which on everybody is told.
ENDS_WITHIN = 7
ROOMS = {
    "dashboard": "dashboard",
    "pool": "dashboard",
    "pool-delete": "dashboard",
    "pool-resize": "dashboard",
    "pool-nodes-act": "dashboard",
    "pool-refit": "dashboard",
    "pool-nodes": "dashboard",
    "pool-jobs": "dashboard",
    "pool-events": "dashboard",
    "pool-orders": "dashboard",
    "pool-measurements": "dashboard",
    "pool-configuration": "dashboard",
    "pool-audit": "dashboard",
    "order": "dashboard",
    "saved-views": "dashboard",
    "approvals": "approvals",
    "approval": "approvals",
    "approve": "approvals",
    "approve-together": "approvals",
    "reject": "approvals",
    "resize-approval": "approvals",
    "resize-approve": "approvals",
    "resize-reject": "approvals",
    "teams": "teams",
    "team": "teams",
    "member-add": "teams",
    "projects": "projects",
    "project": "projects",
    "project-new": "projects",
    "project-edit": "projects",
    "sandbox": "sandbox",
    "sandbox-project": "sandbox",
    "sandbox-fill": "sandbox",
    "sandbox-reset": "sandbox",
    "sandbox-faults": "sandbox",
    "sandbox-calls": "sandbox",
    "sandbox-call": "sandbox",
}


class SignedIn(HttpRequest):
    """A request of somebody who signed in; `LoginRequiredMiddleware` lets no other reach a page of the face."""

    user: User


@dataclass(frozen=True)
class Environment:
    """Where this console's orders go, in one word: the embedded endpoint, or a region of the cloud."""

    kind: str
    word: str | Promise
    title: str | Promise


@dataclass(frozen=True)
class Trouble:
    """Why the states of a project's pools may be old.

    `kind` is `failing` (the cloud does not answer), `unread` (no worker reads it when it is due) or `late` (one does,
    later than it should).
    """

    project: Project
    kind: TroubleKind

    @property
    def print(self) -> tuple[object, ...]:
        """Changes when there is something new to say."""
        detail = {"failing": self.project.look_after, "late": round(self.project.sweep_late), "unread": ""}
        return self.project.pk, self.kind, detail[self.kind]


@dataclass(frozen=True)
class Expiry:
    """Credentials that end soon, or have: in how many days, less than none once they have."""

    project: Project
    days: int


def _trouble_of(project: Project) -> TroubleKind | None:
    if project.failing_since:
        return "failing"
    if project.look_after < timezone.now() - LATE:
        return "unread"
    return "late" if project.is_read_late else None


class Shell:
    """What the frame shows of the person who looks; read from the database only as far as a page shows it."""

    themes = list(THEMES.items())
    languages = settings.LANGUAGES

    def __init__(self, request: HttpRequest) -> None:
        who = getattr(request, "user", None)  # absent when a middleware before the session's refused the request
        self.user = who if isinstance(who, User) else None
        chosen = request.COOKIES.get(THEME_COOKIE, "")
        self.theme = chosen if chosen in THEMES else "system"

    @classmethod
    def of(cls, request: HttpRequest) -> Shell:
        """The one shell of this request, so that view and frame share what was read."""
        return cast(Shell, vars(request).setdefault("shell", cls(request)))

    @property
    def initials(self) -> str:
        words = str(self.user).replace(".", " ").replace("-", " ").split()
        return "".join(word[0] for word in words[:2]).upper()

    @cached_property
    def memberships(self) -> list[Membership]:
        return queries.teams_of(self.user) if self.user else []

    @property
    def may_order(self) -> bool:
        return bool(self.memberships)

    @property
    def administers(self) -> bool:
        return any(membership.role == Membership.Role.ADMIN for membership in self.memberships)

    @cached_property
    def desk_count(self) -> int:
        """How many Waiting orders this person may decide. A page that has read them anyway may set it."""
        return queries.desk_count(self.user) if self.user and self.administers else 0

    @cached_property
    def projects(self) -> list[Project]:
        """The projects that serve the person's teams, with how fresh each is."""
        return queries.project_freshness(self.user) if self.user and self.memberships else []

    @property
    def heard_at(self) -> datetime | None:
        """When the cloud was last read, of several projects the one longest ago; None if one was never read."""
        heard = [project.heard_at for project in self.projects if project.heard_at]
        return min(heard) if heard and len(heard) == len(self.projects) else None

    @cached_property
    def troubled(self) -> list[Trouble]:
        """Projects that we know less of than we should: the cloud does not answer, or nobody asks it."""
        found = [(project, _trouble_of(project)) for project in self.projects]
        return [Trouble(project, kind) for project, kind in found if kind]

    @cached_property
    def expiring(self) -> list[Expiry]:
        """Projects whose credentials end within `ENDS_WITHIN` days or have ended, as staff said when they gave them."""
        today = timezone.localdate()
        dated = [(one, one.credentials_until) for one in self.projects if one.credentials_until]
        return [Expiry(one, (day - today).days) for one, day in dated if (day - today).days <= ENDS_WITHIN]

    @property
    def trouble_digest(self) -> str:
        """Changes whenever there is something new to say of `troubled` or `expiring`; "0" where there is nothing."""
        told = [*(trouble.print for trouble in self.troubled), *((one.project.pk, one.days) for one in self.expiring)]
        return f"{len(told)}-{crc32(repr(told).encode()):x}" if told else "0"

    @property
    def environment(self) -> Environment | None:
        """One word when all of the person's projects share it; otherwise each row names its project."""
        if self.projects and all(project.embedded for project in self.projects):
            return Environment("sandbox", _("SANDBOX"), _("Orders go to the embedded endpoint; nothing is bought."))
        regions = {project.region for project in self.projects}
        if len(regions) == 1 and not any(project.embedded for project in self.projects):
            return Environment("cloud", regions.pop(), _("The region that orders go to."))
        return None


def shell(request: HttpRequest) -> dict[str, object]:
    """Context processor: `shell` for the frame, `room` for the navigation."""
    match = request.resolver_match
    return {"shell": Shell.of(request), "room": ROOMS.get(match.view_name, "") if match else ""}


def remember_theme(response: HttpResponse, theme: str) -> None:
    """Keep the choice for a year, where the server reads it before it renders: no flash of the other theme."""
    _remember(response, THEME_COOKIE, theme)


def remember_language(response: HttpResponse, language: str) -> None:
    """Keep the choice for a year, for pages that do not know who asks; empty forgets it, and the browser is asked."""
    if language:
        _remember(response, settings.LANGUAGE_COOKIE_NAME, language)
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")


def _remember(response: HttpResponse, cookie: str, choice: str) -> None:
    response.set_cookie(cookie, choice, max_age=365 * 24 * 3600, samesite="Lax", httponly=True, secure=settings.HTTPS)
