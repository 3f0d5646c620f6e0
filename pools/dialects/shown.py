"""A pool as the cloud shows it: of it, what somebody could have asked for, and what belongs to that one pool."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final, NamedTuple

from pools.wire.breaches import path_of
from pools.wire.creation import PoolAnnotationsCreation, PoolLabelsCreation
from pools.wire.extras import Annotation
from pools.wire.naming import own_node_pool
from pools.wire.shape import wire_keys

# Keys of the service's own begin like this; of them, only these are asked for.
_OURS_TO_ASK: Final = "os.modelarts"
_LABELS: Final = frozenset(wire_keys(PoolLabelsCreation))
_ANNOTATIONS: Final = frozenset(wire_keys(PoolAnnotationsCreation)) - {Annotation.ORDER_ID} | {
    Annotation.PERIOD_TYPE, Annotation.PERIOD_NUM, Annotation.AUTO_RENEW, Annotation.AUTO_PAY,
    Annotation.PROMOTION_INFO, Annotation.SERVICE_CONSOLE_URL,
}  # fmt: skip
_FRAME: Final = frozenset({"apiVersion", "kind", "metadata", "spec"})
_MADE_BY_THE_SERVICE: Final = (("spec", "controlMode"), ("spec", "containerNetwork", "mode"))
_SIGNS: Final = frozenset({"name", "creationTimestamp", "deletionTimestamp", "uid"})


class Asked(NamedTuple):
    """The order that would make such a pool, and the JSON paths of what it leaves out."""

    order: dict[str, Any]
    left_out: tuple[str, ...]


def is_shown(document: Mapping[str, Any]) -> bool:
    """Whether a document is a pool as it is shown, and no order for one: it has a state, or an identifier."""
    metadata = document.get("metadata")
    return "status" in document or (isinstance(metadata, dict) and not _SIGNS.isdisjoint(metadata))


def asked_for(document: Mapping[str, Any]) -> Asked:
    """What could have been asked for. What cannot be placed at all is left to whoever reads the order next."""
    order: dict[str, Any] = deepcopy(dict(document))
    left_out = [_take(order, (key,)) for key in list(order) if key not in _FRAME]
    metadata = order.get("metadata")
    if isinstance(metadata, dict):
        left_out += [_take(order, ("metadata", key)) for key in list(metadata) if key not in {"labels", "annotations"}]
        for part, askable in (("labels", _LABELS), ("annotations", _ANNOTATIONS)):
            held = metadata.get(part)
            for key in list(held) if isinstance(held, dict) else ():
                if key.startswith(_OURS_TO_ASK) and key not in askable:
                    left_out.append(_take(order, ("metadata", part, key)))
    left_out += [_take(order, path) for path in _MADE_BY_THE_SERVICE]
    left_out += _own_node_pools(order)
    return Asked(order, tuple(path for path in left_out if path))


def without_billing_order(document: dict[str, Any]) -> Asked:
    """An order to be placed again: a billing order belongs to the pool it was made for."""
    order = deepcopy(document)
    gone = _take(order, ("metadata", "annotations", str(Annotation.ORDER_ID)))
    return Asked(order, (gone,) if gone else ())


def _own_node_pools(order: dict[str, Any]) -> list[str]:
    """A flavor's own node pool is named by the service, and asked for by naming none."""
    spec = order.get("spec")
    resources = spec.get("resources") if isinstance(spec, dict) else None
    gone = []
    for at, resource in enumerate(resources if isinstance(resources, list) else []):
        if isinstance(resource, dict) and resource.get("nodePool") in ("", own_node_pool(resource.get("flavor"))):
            gone.append(_take(order, ("spec", "resources", at, "nodePool")))
    return gone


def _take(document: dict[str, Any], path: tuple[Any, ...]) -> str:
    """Take out what stands at `path`. Returns the JSON path, or "" where nothing, or something empty, stood there."""
    holder: Any = document
    for key in path[:-1]:
        if not (isinstance(holder, dict) and key in holder) and not isinstance(holder, list):
            return ""
        holder = holder[key]
    if not isinstance(holder, dict) or path[-1] not in holder:
        return ""
    return path_of(path) if holder.pop(str(path[-1])) not in ("", {}, [], None) else ""
