"""What happened to pools, and what is measured of them."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.wire.asking import EventsAsked, MonitorAsked
from pools.wire.errors import Code
from pools.wire.insight import EventList, PoolMonitor
from pools.wire.words import words

SECTION = Section(
    words("Events and monitor"),
    words("What happened to a pool, and what is measured of it."),
    {
        "ListEvents": Call(
            says=words("List events of a pool"),
            more=words("Newest first unless ascend is true. Read on with offset or with continue."),
            query=EventsAsked,
            answer=EventList,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"query": {"resource": "pools", "name": "{pool_name}", "limit": 2}},
        ),
        "ShowPoolMonitor": Call(
            says=words("Show measurements of a pool"),
            more=words(
                "A value of -1 says that there is no data: before the first node, or without such an accelerator."
            ),
            query=MonitorAsked,
            answer=PoolMonitor,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"query": {"time_range": "-1.-1.1", "statistics": "average"}},
        ),
    },
)
