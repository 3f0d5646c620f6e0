"""Asking for a network: recorded, and made by the worker."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any, Literal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from pools.checking import overlapping
from pools.models import CatalogPart, Founding, Project, Team, User
from pools.models.catalog import network_quota
from pools.rules import NotAllowed, require
from pools.states import ErrandState
from pools.wire.naming import pool_id
from pools.wire.networks import NetworkCreation
from pools.wire.ranges import is_name, is_range
from pools.wire.reading import hear_networks

Part = Literal["name", "range", "workspace"]


class Unfit(ValueError):
    """The cloud would refuse it for what it says of `part`."""

    def __init__(self, part: Part) -> None:
        super().__init__(part)
        self.part = part


class NameTaken(Exception):
    """The project has a network of this name, or somebody asked for one. Never says who."""


class IdTaken(Exception):
    """Another network has the identifier that the service makes of this name: it keeps only so much of it."""


class NoRoom(Exception):
    """The project may have no more networks."""


class Overlapping(Exception):
    """Its range overlaps those of `networks`: refused by nobody, and seldom meant."""

    def __init__(self, networks: list[tuple[str, str]]) -> None:
        super().__init__(networks)
        self.networks = networks


def ask_for(
    project: Project,
    *,
    team: Team,
    by: User,
    draft: UUID,
    name: str,
    cidr: str,
    workspace_id: str = "0",
    understood: Collection[str] = (),
) -> Founding:
    """Have the worker make a network; asked again from the same draft, as by a double click, it returns the first.

    `understood` are the names of networks that it may overlap: somebody read of these.
    Raises `NotAllowed` (also for a project that does not serve the team), `Unfit`, `NameTaken`, `IdTaken`, `NoRoom`,
    `Overlapping`.
    """
    require("pools.create_network", team, of=by)
    if not project.teams.filter(pk=team.pk).exists():
        raise NotAllowed("pools.create_network")
    if first := asked_before(project, draft=draft, name=name, cidr=cidr):
        return first
    _judge(project, name=name, cidr=cidr, workspace_id=workspace_id)
    overlapped = overlapping(project, name=name, cidr=cidr)
    if any(other not in understood for other, _range in overlapped):
        raise Overlapping(overlapped)
    now, body = timezone.now(), _body(name=name, cidr=cidr, workspace_id=workspace_id)
    try:
        with transaction.atomic():
            # Under lock: a project that is being disconnected is told nothing any more.
            if not Project.objects.hold(project.pk):
                raise NotAllowed("pools.create_network")
            return Founding.objects.create(
                project=project, team=team, by=by, draft=draft, at=now, changed_at=now, due_at=now, name=name,
                cidr=cidr, workspace_id=workspace_id, body=body, state=ErrandState.RECORDED,
            )  # fmt: skip
    except IntegrityError:
        if first := asked_before(project, draft=draft, name=name, cidr=cidr):
            return first
        raise NameTaken from None


def asked_before(project: Project, *, draft: UUID, name: str, cidr: str) -> Founding | None:
    """The very network, if it was asked for from the draft and has not come to nothing."""
    asked = Founding.objects.filter(project=project, draft=draft, name=name, cidr=cidr)
    return asked.exclude(state=ErrandState.FAILED).first()


def _judge(project: Project, *, name: str, cidr: str, workspace_id: str) -> None:
    """By the rules, and by what is known of the project's networks."""
    if not is_name(name):
        raise Unfit("name")
    if not is_range(cidr):
        raise Unfit("range")
    known = CatalogPart.objects.facts_of(project)
    if len(workspace_id) > 64 or (known.workspaces is not None and workspace_id not in known.workspaces):  # noqa: PLR2004
        raise Unfit("workspace")
    parts = {part.kind: part.document for part in project.catalog_parts.all() if part.read_at}
    heard = hear_networks(parts.get(CatalogPart.Kind.NETWORKS, {})).items or []
    if any(network.metadata and network.metadata.labels and network.metadata.labels.name == name for network in heard):
        raise NameTaken
    ident, project_id = pool_id(name, project.project_id), project.project_id
    of_others = Founding.objects.filter(project=project).exclude(name=name)
    others = (of_others.under_way() | of_others.made_lately()).values_list("name", "network_id")
    theirs = {known or pool_id(other, project_id) for other, known in others}
    if ident in theirs or any(network.metadata and network.metadata.name == ident for network in heard):
        raise IdTaken
    most, used = network_quota(parts.get(CatalogPart.Kind.QUOTAS))
    if most is not None and (used or 0) + Founding.objects.filter(project=project).under_way().count() >= most:
        raise NoRoom


def _body(*, name: str, cidr: str, workspace_id: str) -> str:
    labels = {"os.modelarts/name": name, "os.modelarts/workspace.id": workspace_id}
    document: dict[str, Any] = {
        "apiVersion": "v1", "kind": "Network", "metadata": {"labels": labels}, "spec": {"cidr": cidr}
    }  # fmt: skip
    return json.dumps(NetworkCreation.model_validate(document).wire(), indent=2)
