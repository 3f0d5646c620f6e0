"""What is told about pools besides themselves: events, measurements, numbers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pools.wire.networks import NetworkListMetadata
from pools.wire.options import EventType, Statistic
from pools.wire.shape import Heard, Millis, Shape, Whole
from pools.wire.words import words


class Event(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    type: Annotated[EventType | str, Heard] | None = Field(
        default=None, description=words("Whether it is a reason to look.")
    )
    first_timestamp: str | None = Field(
        default=None, alias="firstTimestamp", description=words("When it happened first, in UTC.")
    )
    last_timestamp: str | None = Field(
        default=None, alias="lastTimestamp", description=words("When it happened last, in UTC.")
    )
    count: Whole | None = Field(default=None, description=words("How often it happened."))
    reason: str | None = Field(
        default=None, description=words("What happened: PoolStatusChange or PoolResourcesStatusChange.")
    )
    message: str | None = Field(default=None, description=words("The same, told to people."))


class EventList(Shape):
    """Both styles of paging are told: `total` for offsets, `metadata.continue` for tokens."""

    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: NetworkListMetadata | None = Field(default=None, description=words("Whether there are more."))
    total: Whole | None = Field(default=None, description=words("How many there are in all."))
    items: list[Event] | None = Field(default=None, description=words("The events of this page."))


class MetricDimension(Shape):
    name: str | None = Field(default=None, description=words("What is measured: clusterId."))
    value: str | None = Field(default=None, description=words("Its identifier."))


class MetricName(Shape):
    dimensions: list[MetricDimension] | None = Field(default=None, description=words("What was measured."))
    name: str | None = Field(default=None, alias="metricName", description=words("Name of the series: cpuUsage."))
    namespace: str | None = Field(default=None, description=words("PAAS.AGGR: of the pool as a whole."))


class DataPointStatistic(Shape):
    statistic: Annotated[Statistic | str, Heard] | None = Field(default=None, description=words("Which value it is."))
    value: float | None = Field(default=None, description=words("The value; -1 where there is no data."))


class DataPoint(Shape):
    timestamp: Millis | None = Field(default=None, description=words("Beginning of the period, in milliseconds."))
    unit: str | None = Field(default=None, description=words("Percent or Megabytes; empty where there is no data."))
    statistics: list[DataPointStatistic] | None = Field(default=None, description=words("The values asked for."))


class Metric(Shape):
    metric: MetricName | None = Field(default=None, description=words("Which series it is."))
    data_points: list[DataPoint] | None = Field(
        default=None, alias="dataPoints", description=words("Its points, oldest first.")
    )


class PoolMonitor(Shape):
    """The answer to asking for a pool's measurements."""

    metrics: list[Metric] | None = Field(default=None, description=words("One series for every metric."))


class PoolCounts(Shape):
    created: Whole | None = Field(default=None, description=words("Pools that are there."))
    creating: Whole | None = Field(default=None, description=words("Pools on their way."))
    failed: Whole | None = Field(default=None, description=words("Pools never made, of the last three days."))
    pending: Whole | None = Field(default=None, description=words("Pools that wait to be paid or approved."))
    deleting: Whole | None = Field(default=None, description=words("Pools being removed."))


class PoolNumbers(Shape):
    status: PoolCounts | None = Field(default=None, description=words("How many pools stand where."))


class PoolStatistics(Shape):
    """The answer to asking how many pools there are."""

    statistics: PoolNumbers | None = Field(default=None, description=words("The numbers."))
    operation_time: str | None = Field(
        default=None, alias="operationTime", description=words("When they were counted.")
    )
