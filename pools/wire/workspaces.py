"""Workspaces: the parts of a project that decide who sees what is in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pools.wire.options import UserType, WorkspaceAccess, WorkspaceStatus
from pools.wire.shape import Heard, Millis, Shape, Whole
from pools.wire.words import words


class WorkspaceGrant(Shape):
    """Somebody who may enter an internal workspace. Of identifier and name one is enough."""

    user_id: str | None = Field(default=None, description=words("Identifier of the user; counts more than the name."))
    user_name: str | None = Field(default=None, description=words("Name of the user."))
    user_type: Annotated[UserType | str, Heard] | None = Field(default=None, description=words("Kind of user."))


class Workspace(Shape):
    """Grants are told where one workspace is shown, not in the list."""

    ident: str | None = Field(
        default=None, alias="id", description=words("Identifier; 0 is the workspace that every project has.")
    )
    name: str | None = Field(default=None, description=words("Name of the workspace."))
    description: str | None = Field(default=None, description=words("What it is for."))
    owner: str | None = Field(default=None, description=words("Who made it."))
    auth_type: Annotated[WorkspaceAccess | str, Heard] | None = Field(
        default=None, description=words("Who may enter, in small letters.")
    )
    enterprise_project_id: str | None = Field(default=None, description=words("Enterprise project it belongs to."))
    enterprise_project_name: str | None = Field(default=None, description=words("Name of that enterprise project."))
    create_time: Millis | None = Field(default=None, description=words("When it was made, in milliseconds."))
    update_time: Millis | None = Field(default=None, description=words("When it was changed, in milliseconds."))
    status: Annotated[WorkspaceStatus | str, Heard] | None = Field(
        default=None, description=words("Whether it can be used.")
    )
    status_info: str | None = Field(default=None, description=words("Why it is not normal."))
    grants: list[WorkspaceGrant] | None = Field(default=None, description=words("Who else may enter."))


class WorkspaceList(Shape):
    total_count: Whole | None = Field(default=None, description=words("How many there are in all."))
    count: Whole | None = Field(default=None, description=words("How many there are on this page."))
    workspaces: list[Workspace] | None = Field(default=None, description=words("The workspaces of this page."))


class WorkspaceChanged(Shape):
    """The answer to a change and to a deletion."""

    workspace_id: str | None = Field(default=None, description=words("Identifier of the workspace."))


class WorkspaceCreation(Shape):
    """What is sent to make a workspace."""

    name: str = Field(
        description=words("4 to 64 letters, digits, hyphens and underscores; not default."),
        json_schema_extra={"minLength": 4, "maxLength": 64},
    )
    description: str | None = Field(
        default=None, description=words("What it is for."), json_schema_extra={"maxLength": 256}
    )
    auth_type: str | None = Field(
        default=None,
        description=words("Who may enter, in letters of any size; public if left out."),
        json_schema_extra={"enum": [case for one in WorkspaceAccess for case in (one.value, one.value.upper())]},
    )
    grants: list[WorkspaceGrant] | None = Field(
        default=None,
        description=words("Who else may enter; for internal ones only."),
        json_schema_extra={"maxItems": 500},
    )
    enterprise_project_id: str | None = Field(default=None, description=words("Enterprise project it shall belong to."))


class WorkspaceUpdate(Shape):
    """What is sent to change a workspace; what is left out stays."""

    name: str | None = Field(
        default=None, description=words("Another name."), json_schema_extra={"minLength": 4, "maxLength": 64}
    )
    description: str | None = Field(
        default=None, description=words("What it is for."), json_schema_extra={"maxLength": 256}
    )
    auth_type: str | None = Field(
        default=None,
        description=words("Who may enter, in letters of any size."),
        json_schema_extra={"enum": [case for one in WorkspaceAccess for case in (one.value, one.value.upper())]},
    )
    grants: list[WorkspaceGrant] | None = Field(
        default=None,
        description=words("Who else may enter; for internal ones only."),
        json_schema_extra={"maxItems": 500},
    )


class WorkspaceQuota(Shape):
    """One limit of a workspace."""

    resource: str | None = Field(default=None, description=words("What is limited."))
    quota: Whole | None = Field(default=None, description=words("How much there may be; -1 is without limit."))
    min_quota: Whole | None = Field(default=None, description=words("The lowest limit that can be set."))
    max_quota: Whole | None = Field(default=None, description=words("The highest limit that can be set."))
    used_quota: Whole | None = Field(
        default=None,
        description=words("How much there is; null without limit, for then nobody counts."),
        json_schema_extra={"type": ["integer", "null"]},
    )
    name_en: str | None = Field(default=None, description=words("What is limited, in English."))
    name_cn: str | None = Field(default=None, description=words("What is limited, in Chinese."))
    unit_en: str | None = Field(default=None, description=words("The unit, in English."))
    unit_cn: str | None = Field(default=None, description=words("The unit, in Chinese."))
    update_time: Millis | None = Field(default=None, description=words("When the limit was set, in milliseconds."))


class WorkspaceQuotas(Shape):
    quotas: list[WorkspaceQuota] | None = Field(default=None, description=words("The limits of the workspace."))


class WorkspaceQuotaSent(Shape):
    resource: str = Field(description=words("What is limited."))
    quota: Whole = Field(description=words("How much there may be; -1 is without limit."))


class WorkspaceQuotasUpdate(Shape):
    """What is sent to change limits; those left out stay."""

    quotas: list[WorkspaceQuotaSent] = Field(description=words("The limits to be set."))
