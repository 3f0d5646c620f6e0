"""Workspaces: the parts of a project that decide who sees a pool."""

from __future__ import annotations

from pydantic import Field

from pools.wire.shape import Millis, Shape, Whole
from pools.wire.words import words


class Workspace(Shape):
    ident: str | None = Field(
        default=None, alias="id", description=words("Identifier; 0 is the workspace that every project has.")
    )
    name: str | None = Field(default=None, description=words("Name of the workspace."))
    description: str | None = Field(default=None, description=words("What it is for."))
    owner: str | None = Field(default=None, description=words("Who made it."))
    auth_type: str | None = Field(
        default=None, description=words("Who sees it: public, private or internal, in small letters.")
    )
    enterprise_project_id: str | None = Field(default=None, description=words("Enterprise project it belongs to."))
    enterprise_project_name: str | None = Field(default=None, description=words("Name of that enterprise project."))
    create_time: Millis | None = Field(default=None, description=words("When it was made, in milliseconds."))
    update_time: Millis | None = Field(default=None, description=words("When it was changed, in milliseconds."))
    status: str | None = Field(default=None, description=words("NORMAL, CREATE_FAILED, DELETING or DELETE_FAILED."))
    status_info: str | None = Field(default=None, description=words("Why it is not normal."))


class WorkspaceList(Shape):
    total_count: Whole | None = Field(default=None, description=words("How many there are in all."))
    count: Whole | None = Field(default=None, description=words("How many there are on this page."))
    workspaces: list[Workspace] | None = Field(default=None, description=words("The workspaces of this page."))
