"""Labels, taints and tags of an entry reach the nodes that are there, unless the entry says that they shall not.

Nodes tell what they were made as; so what reaches them is written where it is remembered what they were made as.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pools.endpoint.entries import kind
from pools.endpoint.models import HostedPool, PoolChange

Document = dict[str, Any]

# What reaches existing nodes, and the parameter of the entry that decides about it: refresh, or ignore.
POLICIES = {
    "labels": "labelPolicyOnExistingNodes",
    "taints": "taintPolicyOnExistingNodes",
    "tags": "tagPolicyOnExistingNodes",
}
IGNORE = "ignore"


def refresh(pool: HostedPool, resources: Sequence[Document]) -> None:
    """Bring what `resources` say now to the nodes of `pool`, whose founding the caller stores."""
    standing = {kind(entry): entry for entry in pool.document["spec"]["resources"]}
    for entry in resources:
        was = standing.get(kind(entry))
        keys = [key for key in POLICIES if was is not None and entry.get(key) != was.get(key) and _reaches(entry, key)]
        if keys:
            _bring(pool, entry, keys)


def _reaches(entry: Document, key: str) -> bool:
    parameters = entry.get("extendParams")
    return not isinstance(parameters, dict) or parameters.get(POLICIES[key]) != IGNORE


def _bring(pool: HostedPool, entry: Document, keys: Sequence[str]) -> None:
    made = [one for one in (pool.founding or {}).get("resources", ()) if kind(one) == kind(entry)]
    changes = list(pool.changes.filter(kind=PoolChange.Kind.SCALE))
    for change in changes:
        made += [lot["resource"] for lot in change.detail["lots"] if kind(lot["resource"]) == kind(entry)]
        moved = change.detail.get("moves", {}).get("to")
        made += [moved] if moved and kind(moved) == kind(entry) else []
    for resource in made:
        for key in keys:
            resource.pop(key, None)
            if key in entry:
                resource[key] = entry[key]
    PoolChange.objects.bulk_update(changes, ["detail"])
