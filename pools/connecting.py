"""Connecting ModelArts projects: where they are, with what credentials, and which teams they serve. For staff alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from pools.addresses import Forbidden, Policy
from pools.models import Order, Pool, Probe, Project, Team, User, Watch
from pools.rules import NotAllowed
from pools.states import ON_THE_WAY
from pools.upstream.regions import KNOWN as KNOWN_REGIONS
from pools.upstream.regions import addresses_of

__all__ = [
    "KNOWN_REGIONS",
    "AlreadyConnected",
    "BadAddress",
    "Credentials",
    "CredentialsNeeded",
    "Entry",
    "NameTaken",
    "NoSuchPlace",
    "Place",
    "StillInUse",
    "amend",
    "ask_probe",
    "connect",
    "disconnect",
    "embedded_project",
    "in_use",
    "judge",
]


class NameTaken(ValueError):
    """Another project, connected or not, is called so here."""


class AlreadyConnected(ValueError):
    """This project at this address has a connection: `project`."""

    def __init__(self, project: Project) -> None:
        super().__init__(project.name)
        self.project = project


class BadAddress(ValueError):
    """An address that may not be used; `field` says which of a place's, `forbidden` why."""

    def __init__(self, name: str, forbidden: Forbidden) -> None:
        super().__init__(f"{name}: {forbidden}")
        self.field = name
        self.forbidden = forbidden


class NoSuchPlace(ValueError):
    """A region of no known form, no address at all, or the embedded endpoint where there is none."""


class CredentialsNeeded(ValueError):
    """Credentials are not sent to another address than the one they were given for: they must be given again."""


class StillInUse(ValueError):
    """Something ordered here still lives there: `use` says how much."""

    def __init__(self, use: Use) -> None:
        super().__init__(f"{use.orders} orders, {use.pools} pools")
        self.use = use


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a project is: a region of the cloud, explicit base URLs, or the endpoint embedded in this product."""

    region: str = ""
    modelarts_url: str = ""
    iam_url: str = ""
    bss_url: str = ""
    embedded: bool = False


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """A key pair, with a security token where it is a temporary one; or an IAM user of an account. `repr` hides all."""

    access_key: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    security_token: str = field(default="", repr=False)
    iam_domain: str = field(default="", repr=False)
    iam_user: str = field(default="", repr=False)
    iam_password: str = field(default="", repr=False)

    @property
    def kind(self) -> Project.Credentials:
        return Project.Credentials.PASSWORD if self.iam_user else Project.Credentials.KEYS


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What staff say of a project besides its credentials; `credentials_until` is the last day on which those work."""

    name: str
    project_id: str
    domain_id: str = ""
    size_suffix: str = ""
    credentials_until: date | None = None
    place: Place
    teams: Collection[Team] = ()


@dataclass(frozen=True)
class Use:
    """What of ours lives in a project: orders on their way, and pools of teams."""

    orders: int
    pools: int

    def __bool__(self) -> bool:
        return bool(self.orders or self.pools)


def connect(entry: Entry, *, by: User, credentials: Credentials) -> Project:
    """Connect a project; one that was disconnected is taken up again, with its past.

    Raises `NotAllowed`, `NoSuchPlace`, `BadAddress`, `NameTaken`, `AlreadyConnected`.
    """
    _require_staff(by)
    place, now = _settled(entry.place), timezone.now()
    with transaction.atomic():
        same = Project.objects.filter(modelarts_url=place["modelarts_url"], project_id=entry.project_id)
        project = same.without_credentials().select_for_update().first() or Project()
        if project.pk and project.disconnected_at is None:
            raise AlreadyConnected(project)
        return _written(project, entry, place | _fresh(credentials, at=now) | {"disconnected_at": None}, at=now)


def amend(project: Project, entry: Entry, *, by: User, credentials: Credentials | None) -> Project:
    """Change a connection, all but its project ID. Without `credentials` the stored ones stay, if no address changes.

    Raises as `connect` does, and `CredentialsNeeded`.
    """
    _require_staff(by)
    place, now = _settled(entry.place), timezone.now()
    with transaction.atomic():
        ours = Project.objects.connected().without_credentials().select_for_update().get(pk=project.pk)
        entry = replace(entry, project_id=ours.project_id)
        same = Project.objects.filter(modelarts_url=place["modelarts_url"], project_id=entry.project_id)
        if other := same.without_credentials().exclude(pk=ours.pk).first():
            raise AlreadyConnected(other)
        moved = any(getattr(ours, name) != place[name] for name in ("modelarts_url", "iam_url", "bss_url"))
        if moved and credentials is None:
            raise CredentialsNeeded
        return _written(ours, entry, place | (_fresh(credentials, at=now) if credentials else {}), at=now)


def disconnect(project: Project, *, by: User) -> None:
    """Forget the credentials and serve nobody any more; what was ordered stays readable, and nothing is watched.

    Raises `NotAllowed` and `StillInUse`. Pools that nobody ordered here do not hold it: they live on abroad.
    """
    _require_staff(by)
    now = timezone.now()
    with transaction.atomic():
        ours = Project.objects.without_credentials().select_for_update().get(pk=project.pk)
        if use := in_use(ours):
            raise StillInUse(use)
        nothing = asdict(Credentials())
        stopped = {"lease_token": None, "lease_until": None, "disconnected_at": now, "changed_at": now}
        stopped |= {"credentials_until": None}
        Project.objects.filter(pk=ours.pk).update(**nothing, **stopped)
        ours.teams.clear()
        # It is read no more: whoever waits for it would wait for nothing.
        ours.watches.all().end(Watch.Ending.CANCELLED, by=by)
        ours.probes.all().delete()
        ours.readings.filter(state="asked").delete()
        Pool.objects.filter(project=ours).update(look_after=None)


def in_use(project: Project) -> Use:
    """What keeps `project` from being disconnected."""
    return Use(
        orders=Order.objects.filter(project=project, state__in=ON_THE_WAY).count(),
        pools=Pool.objects.living().filter(project=project, team__isnull=False).count(),
    )


def ask_probe(project: Project, *, by: User) -> Probe:
    """Have the worker try the connection; an open request is returned as it is. Raises `NotAllowed`."""
    _require_staff(by)
    asked = Probe.objects.filter(project=project, state=Probe.State.ASKED)
    if open_one := asked.first():
        return open_one
    try:
        with transaction.atomic():
            return Probe.objects.create(project=project, asked_by=by)
    except IntegrityError:
        # Somebody asked at the same moment; the worker may even have answered since.
        return Probe.objects.filter(project=project).latest("asked_at")


def embedded_project() -> Project | None:
    """A project of the embedded endpoint, which knows its address; None where there never was one."""
    if not settings.ENDPOINT_ENABLED:
        return None
    return Project.objects.filter(embedded=True).without_credentials().first()


def judge(url: str) -> None:
    """Raise `Forbidden` for an address that may not be used; an empty one is none."""
    if url:
        Policy.of(settings.UPSTREAM_ALLOWED_NETWORKS).judge(url)


def _require_staff(by: User) -> None:
    if not by.has_perm("pools.connect_projects"):
        raise NotAllowed("pools.connect_projects")


def _settled(place: Place) -> dict[str, Any]:
    """The columns that say where it is. Raises `NoSuchPlace` and `BadAddress`."""
    if place.embedded:
        home = embedded_project()
        if home is None:
            raise NoSuchPlace
        return {"embedded": True, "region": "", **{name: getattr(home, name) for name in _URLS}}
    urls = {name: getattr(place, name).rstrip("/") for name in _URLS}
    if place.region and not any(urls.values()):
        try:
            urls = dict(zip(_URLS, addresses_of(place.region), strict=True))
        except ValueError:
            raise NoSuchPlace from None
    if not urls["modelarts_url"]:
        raise NoSuchPlace
    for name, url in urls.items():
        try:
            judge(url)
        except Forbidden as forbidden:
            raise BadAddress(name, forbidden) from None
    return {"embedded": False, "region": place.region, **urls}


_URLS = tuple(f.name for f in fields(Place) if f.name.endswith("_url"))


def _fresh(credentials: Credentials, *, at: datetime) -> dict[str, Any]:
    """New credentials, and what was known of the old ones forgotten: both readings are due at once.

    The lease goes too, so that a worker on its way with the old ones cannot report their failure as that of the new.
    """
    return {
        **asdict(credentials),
        "signs_with": credentials.kind,
        "credentials_refused_at": None,
        "look_after": at,
        "mirror_after": at,
        "lease_token": None,
        "lease_until": None,
    }


def _written(project: Project, entry: Entry, columns: dict[str, Any], *, at: datetime) -> Project:
    said = {
        name: getattr(entry, name) for name in ("name", "project_id", "domain_id", "size_suffix", "credentials_until")
    }
    values = {**said, **columns, "changed_at": at}
    for name, value in values.items():
        setattr(project, name, value)
    if Project.objects.exclude(pk=project.pk).filter(name__iexact=entry.name).exists():
        raise NameTaken
    try:
        with transaction.atomic():
            project.save(update_fields=list(values) if project.pk else None)
    except IntegrityError:
        raise NameTaken from None  # somebody was faster, by its name or by its address
    project.teams.set(entry.teams)
    return project
