"""Workspaces."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.wire.asking import WorkspacesAsked
from pools.wire.errors import Code
from pools.wire.words import words
from pools.wire.workspaces import (
    Workspace,
    WorkspaceChanged,
    WorkspaceCreation,
    WorkspaceList,
    WorkspaceQuotas,
    WorkspaceQuotasUpdate,
    WorkspaceUpdate,
)

UNKNOWN = words("One that is unknown is a bad request here, not a 404.")

SECTION = Section(
    words("Workspaces"),
    words("The parts of a project that decide who sees what is in them."),
    {
        "ListWorkspace": Call(
            says=words("List workspaces"),
            more=words("1000 on a page unless told otherwise."),
            query=WorkspacesAsked,
            answer=WorkspaceList,
        ),
        "CreateWorkspace": Call(
            says=words("Create a workspace"),
            body=WorkspaceCreation,
            answer=Workspace,
            refuses=(Code.TOO_MANY_WORKSPACES,),
            example={"body": {"name": "blue-team", "description": "of the blue team", "auth_type": "PRIVATE"}},
        ),
        "ShowWorkspace": Call(
            says=words("Show a workspace"), more=UNKNOWN, answer=Workspace, refuses=(Code.WORKSPACE_NOT_FOUND,)
        ),
        "UpdateWorkspace": Call(
            says=words("Change a workspace"),
            body=WorkspaceUpdate,
            answer=WorkspaceChanged,
            refuses=(Code.WORKSPACE_NOT_FOUND, Code.WORKSPACE_ABNORMAL),
            example={"body": {"description": "of the blue team"}},
        ),
        "DeleteWorkspace": Call(
            says=words("Delete a workspace"),
            more=words("Only one that nothing is in. It is gone after a while."),
            answer=WorkspaceChanged,
            refuses=(Code.WORKSPACE_NOT_FOUND, Code.WORKSPACE_ABNORMAL),
        ),
        "ShowWorkspaceQuotas": Call(
            says=words("Show the limits of a workspace"), answer=WorkspaceQuotas, refuses=(Code.WORKSPACE_NOT_FOUND,)
        ),
        "UpdateWorkspaceQuotas": Call(
            says=words("Set limits of a workspace"),
            more=words("Answered with what was set."),
            body=WorkspaceQuotasUpdate,
            answer=WorkspaceQuotas,
            refuses=(Code.WORKSPACE_NOT_FOUND, Code.WORKSPACE_ABNORMAL),
            example={"body": {"quotas": [{"resource": "exemlProject.gpu_duration", "quota": 600}]}},
        ),
    },
)
