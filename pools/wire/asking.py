"""What can be asked for in the query of an address. A blank parameter is the same as none."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from pools.wire.options import EventType, PoolBucket, WorkloadStatus, WorkloadType
from pools.wire.shape import Json, Millis, Shape
from pools.wire.words import words

LONGEST_PAGE: Final = 500
SELECTOR: Final = words("As in Kubernetes, joined by commas: k, !k, k=v, k==v, k!=v, k in (a,b), k notin (a,b).")

Natural = Annotated[int, Field(ge=0, le=10**15 - 1)]

_LIMIT: Final[Json] = {"maximum": LONGEST_PAGE}


class TokenPage(Shape):
    """A list that is read on with the token of its last page."""

    limit: Natural | None = Field(
        default=None,
        description=words("How many there are on a page; 0 means as many as it holds."),
        json_schema_extra=_LIMIT,
    )
    continue_: str | None = Field(
        default=None,
        alias="continue",
        description=words("The token that the last page gave."),
        json_schema_extra={"format": "uuid"},
    )


class OffsetPage(Shape):
    """A list that is read on by counting."""

    limit: Natural | None = Field(
        default=None,
        description=words("How many there are on a page; 0 means the usual number."),
        json_schema_extra=_LIMIT,
    )
    offset: Natural | None = Field(default=None, description=words("How many are passed over."))


class OfWorkspace(Shape):
    workspace_id: str | None = Field(default=None, alias="workspaceId", description=words("Only of this workspace."))


class PoolsAsked(OfWorkspace):
    label_selector: str | None = Field(default=None, alias="labelSelector", description=SELECTOR)
    status: PoolBucket | None = Field(
        default=None, description=words("Which list; without it, what is there and what is on its way.")
    )
    parent: str | None = Field(default=None, description=words("Only pools inside this one, by its identifier."))


class NetworksAsked(TokenPage, OfWorkspace):
    label_selector: str | None = Field(default=None, alias="labelSelector", description=SELECTOR)


class NetworkAddressesAsked(Shape):
    network_id: str | None = Field(
        default=None, description=words("The subnet, as the network's status.subnets names it; it has one.")
    )


class FlavorsAsked(TokenPage):
    label_selector: str | None = Field(default=None, alias="labelSelector", description=SELECTOR)


class PoolOrderAsked(OfWorkspace):
    action_type: str | None = Field(
        default=None, alias="actionType", description=words("What the order is for: toPeriod.")
    )


class WorkOrdersAsked(OfWorkspace, OffsetPage):
    involved_name: str | None = Field(
        default=None, alias="involvedName", description=words("Only of this pool, by identifier or by name.")
    )
    since: Millis | None = Field(
        default=None, description=words("Only what ended since, in milliseconds; what is still open always.")
    )
    until: Millis | None = Field(default=None, description=words("Only what was ordered until then, in milliseconds."))
    phase: str | None = Field(
        default=None, description=words("Only orders in this phase: pending, running, successed …")
    )
    result: str | None = Field(default=None, description=words("The same, as some clients spell it."))
    resource: str | None = Field(
        default=None, description=words("What is ordered: pools."), json_schema_extra={"default": "pools"}
    )


class EventsAsked(TokenPage):
    resource: str = Field(description=words("Of what: pools."), json_schema_extra={"enum": ["pools"]})
    name: str = Field(description=words("Identifier of the pool."))
    type: EventType | None = Field(default=None, description=words("Only those of this kind."))
    since: Millis | None = Field(default=None, description=words("Only what happened since, in milliseconds."))
    until: Millis | None = Field(default=None, description=words("Only what happened until then, in milliseconds."))
    ascend: str | None = Field(default=None, description=words("true: oldest first."))
    offset: Natural | None = Field(default=None, description=words("How many are passed over."))


class MonitorAsked(Shape):
    time_range: str | None = Field(
        default=None,
        description=words("startMillis.endMillis.durationMinutes; -1 is worked out from the other two."),
        json_schema_extra={"default": "-1.-1.60", "pattern": r"^(-1|[0-9]{1,15})\.(-1|[0-9]{1,15})\.[0-9]{1,6}$"},
    )
    statistics: str | None = Field(
        default=None,
        description=words("maximum, minimum, sum, average, sampleCount; several are joined by commas."),
        json_schema_extra={
            "default": "maximum",
            "pattern": r"^(maximum|minimum|sum|average|sampleCount)(,(maximum|minimum|sum|average|sampleCount))*$",
        },
    )
    period: str | None = Field(
        default=None,
        description=words("Seconds that one point stands for; there are at most 1440 points."),
        json_schema_extra={"default": "60", "enum": ["60", "300", "900", "3600"]},
    )


class TagsAsked(OffsetPage):
    """200 on a page unless told otherwise."""


class JobsAsked(OffsetPage):
    type: str | None = Field(default=None, description=words("Only jobs of this type: reboot-node, reset-nodes."))
    resource: str | None = Field(
        default=None,
        description=words("Only jobs on this kind of thing: pools."),
        json_schema_extra={"default": "pools"},
    )
    since: Natural | None = Field(
        default=None, description=words("Only from then on, in milliseconds; of the last 30 days without it.")
    )
    until: Natural | None = Field(default=None, description=words("Only until then, in milliseconds."))
    name: str | None = Field(default=None, description=words("Only of this pool, by its identifier."))


class WorkspacesAsked(Shape):
    limit: Natural | None = Field(default=None, description=words("How many there are on a page; 1000 without it."))
    offset: Natural | None = Field(default=None, description=words("How many are passed over."))
    sort_by: str | None = Field(
        default=None,
        description=words("By what they are sorted."),
        json_schema_extra={"default": "name", "enum": ["name", "update_time", "status"]},
    )
    order: str | None = Field(
        default=None,
        description=words("In which direction."),
        json_schema_extra={"default": "desc", "enum": ["asc", "desc"]},
    )
    name: str | None = Field(default=None, description=words("Only those whose names have this in them."))
    enterprise_project_id: str | None = Field(default=None, description=words("Only of this enterprise project."))
    filter_accessible: str | None = Field(default=None, description=words("true: only those the caller may enter."))


class WorkloadsAsked(OffsetPage):
    type: list[WorkloadType] | None = Field(default=None, description=words("Only these kinds of jobs."))
    status: WorkloadStatus | None = Field(default=None, description=words("Only those that fare so."))
    sort: str | None = Field(
        default=None, description=words("By what they are sorted."), json_schema_extra={"enum": ["create_time"]}
    )
    ascend: str | None = Field(default=None, description=words("true: the oldest first; with sort."))
    hostip: list[str] | None = Field(
        default=None, description=words("Only those on these nodes; then there are no pages.")
    )


class PluginTemplatesAsked(Shape):
    template_name: str | None = Field(
        default=None, alias="templateName", description=words("Only the one of this name.")
    )
    pool_name: str | None = Field(
        default=None, alias="poolName", description=words("Only those that fit this pool, by its identifier.")
    )


class NodesTagsAsked(OffsetPage):
    pool: str | None = Field(default=None, description=words("Only of nodes of this pool, by its identifier."))


class NodeTagsAsked(Shape):
    pool: str | None = Field(default=None, description=words("The pool that has the node, by its identifier."))


class ProjectsAsked(Shape):
    name: str | None = Field(default=None, description=words("Only the project of this name."))
    domain_id: str | None = Field(default=None, description=words("Only projects of this account."))
