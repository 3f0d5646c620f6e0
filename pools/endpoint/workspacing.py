"""Workspaces: who may enter one, and the acts on them: create, change, limit, delete."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from pools.endpoint import answers, chance, clock, errors, judging, naming, scenario
from pools.endpoint.errors import Refused
from pools.endpoint.models import (
    EndpointProject,
    HostedNetwork,
    HostedPool,
    HostedWorkspace,
    IamUser,
    Tenancy,
)
from pools.endpoint.rights import is_account
from pools.endpoint.scenario import Fate
from pools.wire.enums import Phase
from pools.wire.errors import Code
from pools.wire.options import WorkspaceAccess, WorkspaceStatus
from pools.wire.workspaces import (
    WorkspaceCreation,
    WorkspaceGrant,
    WorkspaceQuotasUpdate,
    WorkspaceUpdate,
)

Document = dict[str, Any]

DEFAULT, DEFAULT_NAME = "0", "default"
NAME = re.compile(r"[\w-]{4,64}")
LONGEST_DESCRIPTION = 256
MOST_GRANTS = 500
UNLIMITED = -1
# What a workspace's quotas limit. None of it happens in a pool, so nothing is ever used up here.
LIMITED: Mapping[str, Document] = {
    "exemlProject.gpu_duration": {
        "min_quota": UNLIMITED,
        "max_quota": 60_000,
        "name_en": "ExeML training duration",
        "name_cn": "自动学习训练时长",
        "unit_en": "minute",
        "unit_cn": "分钟",
    },
}


def find(project: EndpointProject, ident: str) -> HostedWorkspace:
    """The workspace of this ID. Raises `Refused` (400) where there is none; the default one is always there."""
    row = HostedWorkspace.objects.filter(project=project, ident=ident).first()
    if row is not None and row.status_at(clock.now(project)) is not None:
        return row
    if ident == DEFAULT:
        return _default_of(project)
    raise Refused(400, Code.WORKSPACE_NOT_FOUND, "The workspace does not exist.")


def _default_of(project: EndpointProject) -> HostedWorkspace:
    """The workspace that every project has, for one that has no row of it."""
    owner = project.account.name
    return HostedWorkspace(
        project=project, ident=DEFAULT, name=DEFAULT_NAME, owner=owner, created_at=project.created_at
    )


def usable(project: EndpointProject, ident: object) -> HostedWorkspace:
    """The workspace, if something can be put into it. Raises `Refused` (400): unknown, or not NORMAL."""
    row = find(project, ident if isinstance(ident, str) else "")
    if row.status_at(clock.now(project)) is not WorkspaceStatus.NORMAL:
        raise Refused(400, Code.WORKSPACE_ABNORMAL, "The workspace cannot be used.")
    return row


def may_enter(row: HostedWorkspace, user: IamUser | None) -> bool:
    """Whether `user` may; None, and the user that bears the account's own name, are the account itself."""
    if user is None or is_account(user) or row.access == WorkspaceAccess.PUBLIC or user.name == row.owner:
        return True
    let_in = {user.user_id, user.name}
    return row.access == WorkspaceAccess.INTERNAL and any(
        (one.get("user_id") or one.get("user_name")) in let_in for one in row.grants
    )


def closed_to(project: EndpointProject, user: IamUser | None) -> frozenset[str]:
    """The IDs of the workspaces that `user` may not enter."""
    if user is None:
        return frozenset()
    some = HostedWorkspace.objects.filter(project=project).exclude(access=WorkspaceAccess.PUBLIC)
    return frozenset(row.ident for row in some if not may_enter(row, user))


def holding(
    project: EndpointProject, *, pool_name: str = "", network_name: str = "", workspace_id: str = "", **_: object
) -> frozenset[str]:
    """The IDs of the workspaces that what an address names is in."""
    named = {workspace_id}
    if pool_name:
        named |= {*HostedPool.objects.filter(project=project, ident=pool_name).values_list("workspace_id", flat=True)}
    if network_name:
        named |= {
            *HostedNetwork.objects.filter(project=project, ident=network_name).values_list("workspace_id", flat=True)
        }
    return frozenset(named)


def named_by(document: object) -> object:
    """The workspace that a body puts its subject into; None where it names none, or is no such body."""
    for key in ("metadata", "labels", "os.modelarts/workspace.id"):
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def create(project: EndpointProject, user: IamUser | None, document: object) -> HostedWorkspace:
    """Make a workspace. Raises `Refused` (400); too many are `ModelArts.7006`."""
    asked = judging.read(WorkspaceCreation, document)
    now = clock.now(project)
    row = HostedWorkspace(
        project=project,
        ident=naming.serial(chance.draw(project).luck).hex,
        name=_name(asked.name),
        description=_description(asked.description or ""),
        owner=user.name if user else project.account.name,
        access=_access(asked.auth_type or WorkspaceAccess.PUBLIC.value),
        enterprise_project_id=(asked.enterprise_project_id or "0")[:64],
        created_at=now,
        fate=Fate.chosen_by(asked.name),
        pace=clock.pace(project),
    )
    row.grants = _grants(row, asked.grants)
    with transaction.atomic():
        tenancy = Tenancy.objects.select_for_update().filter(project=project).first() or Tenancy(project=project)
        others = HostedWorkspace.objects.filter(project=project).exclude(ident=DEFAULT)
        if sum(other.status_at(now) is not None for other in others) >= tenancy.workspace_quota:
            raise Refused(400, Code.TOO_MANY_WORKSPACES, "The number of workspaces exceeds the upper limit.")
        row.save(force_insert=True)
    return row


def change(project: EndpointProject, ident: str, document: object) -> None:
    """Change what `document` mentions. Raises `Refused` (400)."""
    asked = judging.read(WorkspaceUpdate, document)
    with transaction.atomic():
        row = _locked(project, ident)
        if asked.name and asked.name != row.name:
            if ident == DEFAULT:
                raise errors.bad_request("$.name: the default workspace cannot be renamed")
            row.name = _name(asked.name)
        if asked.description is not None:
            row.description = _description(asked.description)
        if asked.auth_type:
            row.access = _access(asked.auth_type)
        if asked.grants is not None or row.access != WorkspaceAccess.INTERNAL:
            row.grants = _grants(row, asked.grants)
        row.updated_at = clock.now(project)
        row.save()


def delete(project: EndpointProject, ident: str) -> None:
    """Begin the end of a workspace; asking again changes nothing. Raises `Refused` (400) while something is in it."""
    if ident == DEFAULT:
        raise errors.bad_request("The default workspace cannot be deleted.")
    with transaction.atomic():
        # What is created counts itself under the same lock.
        Tenancy.objects.select_for_update().filter(project=project).first()
        row, now = find(project, ident), clock.now(project)
        if row.status_at(now) is WorkspaceStatus.DELETING:
            return
        pools = HostedPool.objects.filter(project=project, workspace_id=ident).standing(now)
        if any(scenario.phase(pool.life, now) not in {None, Phase.CREATION_FAILED} for pool in pools):
            raise errors.bad_request("The workspace has resource pools; it cannot be deleted.")
        if HostedNetwork.objects.filter(project=project, workspace_id=ident).exists():
            raise errors.bad_request("The workspace has networks; it cannot be deleted.")
        row.deleted_at = row.updated_at = now
        row.save()


def quotas(row: HostedWorkspace) -> list[Document]:
    """All limits of a workspace."""
    return [_quota(row, resource) for resource in LIMITED]


def limit(project: EndpointProject, ident: str, document: object) -> list[Document]:
    """Set the limits that `document` mentions; return those. Raises `Refused` (400), and then sets none."""
    asked = judging.read(WorkspaceQuotasUpdate, document)
    with transaction.atomic():
        row, now = _locked(project, ident), answers.milliseconds(clock.now(project))
        for index, one in enumerate(asked.quotas):
            known = LIMITED.get(one.resource)
            if known is None:
                raise errors.bad_request(f"$.quotas[{index}].resource: one of {', '.join(LIMITED)}")
            if one.quota == 0 or not known["min_quota"] <= one.quota <= known["max_quota"]:
                raise errors.bad_request(f"$.quotas[{index}].quota: -1, or from 1 to {known['max_quota']}")
            row.quotas[one.resource] = [one.quota, now]
        row.save()
    return [_quota(row, resource) for resource in dict.fromkeys(one.resource for one in asked.quotas)]


def _quota(row: HostedWorkspace, resource: str) -> Document:
    quota, at = row.quotas.get(resource, [UNLIMITED, answers.milliseconds(row.created_at)])
    used = None if quota == UNLIMITED else 0
    return {"resource": resource, "quota": quota, "used_quota": used, **LIMITED[resource], "update_time": at}


def _locked(project: EndpointProject, ident: str) -> HostedWorkspace:
    if ident == DEFAULT and not HostedWorkspace.objects.filter(project=project, ident=DEFAULT).exists():
        HostedWorkspace.objects.bulk_create([_default_of(project)], ignore_conflicts=True)
    HostedWorkspace.objects.select_for_update().filter(project=project, ident=ident).first()
    return usable(project, ident)


def _name(name: str) -> str:
    if name == DEFAULT_NAME:
        raise errors.bad_request("$.name: default is reserved")
    if not NAME.fullmatch(name):
        raise errors.bad_request("$.name: 4 to 64 letters, digits, hyphens and underscores")
    return name


def _description(text: str) -> str:
    if len(text) > LONGEST_DESCRIPTION:
        raise errors.bad_request(f"$.description: at most {LONGEST_DESCRIPTION} characters")
    return text


def _access(said: str) -> str:
    try:
        return WorkspaceAccess(said.lower()).value
    except ValueError:
        raise errors.bad_request(f"$.auth_type: one of {', '.join(WorkspaceAccess)}") from None


def _grants(row: HostedWorkspace, asked: Sequence[WorkspaceGrant] | None) -> list[Document]:
    """Who is let in: for an internal workspace only. Users of the account are told by ID and name."""
    if row.access != WorkspaceAccess.INTERNAL or not asked:
        return []
    if len(asked) > MOST_GRANTS:
        raise errors.bad_request(f"$.grants: at most {MOST_GRANTS}")
    users = list(IamUser.objects.filter(account=row.project.account))
    return [_grant(index, one, users) for index, one in enumerate(asked)]


def _grant(index: int, one: WorkspaceGrant, users: Sequence[IamUser]) -> Document:
    if not (one.user_id or one.user_name):
        raise errors.bad_request(f"$.grants[{index}]: user_id or user_name is required")
    told = one.wire()
    for user in users:
        if user.user_id == one.user_id or (not one.user_id and user.name == one.user_name):
            told |= {"user_id": user.user_id, "user_name": user.name}
    return {"user_type": "IAM", **told}


def opened(project: EndpointProject, now: datetime) -> list[tuple[HostedWorkspace, WorkspaceStatus]]:
    """The workspaces that are there at `now`, each with its status."""
    rows = list(HostedWorkspace.objects.filter(project=project))
    if all(row.ident != DEFAULT for row in rows):
        rows.insert(0, _default_of(project))
    return [(row, status) for row in rows if (status := row.status_at(now)) is not None]
