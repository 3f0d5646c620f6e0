"""What runs in pools."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.wire.asking import WorkloadsAsked
from pools.wire.errors import Code
from pools.wire.words import words
from pools.wire.workloads import PoolMetricsList, WorkloadList, WorkloadStatistics

SECTION = Section(
    words("Jobs in pools"),
    words(
        "What runs in the pools and how much of them is taken. All of it is made up, the same whenever it is asked for."
    ),
    {
        "ListWorkloads": Call(
            says=words("List the jobs of a pool"),
            more=words("Newest first; asked for by node there are no pages."),
            query=WorkloadsAsked,
            answer=WorkloadList,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"query": {"limit": 1, "sort": "create_time"}},
        ),
        "ShowWorkloadStatistics": Call(
            says=words("Count the jobs of a pool"), answer=WorkloadStatistics, refuses=(Code.POOL_NOT_FOUND,)
        ),
        "ShowPoolRuntimeMetrics": Call(says=words("Show what is taken of all pools"), answer=PoolMetricsList),
    },
)
