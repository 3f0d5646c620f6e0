"""Where every part of the document of Tables 3 to 21 is typed: which step, which field, which path."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any, NamedTuple

Typed = dict[str, list[str]]
Steps = dict[str, Typed]
Kept = dict[str, dict[str, Any]]
Path = tuple[str | int, ...]

ROOT = "root"  # the id under which keys outside resources are kept
MONTHLY = "1"  # billing.mode, the one that has a period
NO = "0"  # billing.mode, auto.renew and auto.pay: as if it had not been said
PER_ZONE = "zones"
BASE64, PLAIN = "base64", "plain"

LABEL = "os.modelarts/"


class Place(NamedTuple):
    """Where in the wizard a part of the document is typed; an empty field means the step as a whole."""

    step: str
    field: str


class Leaf(NamedTuple):
    """One value outside resources: the step and field that hold it, and its path in the document."""

    step: str
    field: str
    path: tuple[str, ...]
    kind: str = "text"


LEAVES = (
    Leaf("labels", "name", ("metadata", "labels", f"{LABEL}name")),
    Leaf("labels", "workspace", ("metadata", "labels", f"{LABEL}workspace.id")),
    Leaf("labels", "sharing", ("metadata", "labels", f"{LABEL}sharing")),
    Leaf("labels", "node_prefix", ("metadata", "labels", f"{LABEL}node.prefix")),
    Leaf("labels", "description", ("metadata", "annotations", f"{LABEL}description")),
    Leaf("labels", "scheduler_extension", ("metadata", "annotations", f"{LABEL}scheduler.extension")),
    Leaf("workload", "scope", ("spec", "scope"), "list"),
    Leaf("workload", "network", ("spec", "network", "name")),
    Leaf("workload", "ipv6", ("spec", "ipv6enable"), "flag"),
    Leaf("workload", "container_cidr", ("spec", "containerNetwork", "cidr")),
    Leaf("workload", "service_cidr", ("spec", "kubernetesSvcIpRange")),
    Leaf("workload", "cluster_flavor", ("spec", "clusterFlavor")),
    Leaf("workload", "parent", ("spec", "parent")),
    Leaf("drivers", "gpu", ("spec", "driver", "gpuVersion")),
    Leaf("drivers", "npu", ("spec", "driver", "npuVersion")),
    Leaf("drivers", "strategy", ("spec", "driver", "updateStrategy")),
    Leaf("billing", "mode", ("metadata", "annotations", f"{LABEL}billing.mode")),
    Leaf("billing", "order_id", ("metadata", "annotations", f"{LABEL}order.id")),
)
# Sent with a yearly or monthly order only: a period chosen and then given up must not travel along.
PERIOD = (
    Leaf("billing", "period_type", ("metadata", "annotations", f"{LABEL}period.type")),
    Leaf("billing", "period_num", ("metadata", "annotations", f"{LABEL}period.num")),
    Leaf("billing", "auto_renew", ("metadata", "annotations", f"{LABEL}auto.renew")),
    Leaf("billing", "auto_pay", ("metadata", "annotations", f"{LABEL}auto.pay")),
)


def one(typed: Mapping[str, list[str]], name: str) -> str:
    """The last value typed for a field; empty when there is none."""
    values = typed.get(name) or [""]
    return values[-1]


def encode(script: str) -> str:
    return base64.b64encode(script.encode()).decode()


def decode(script: str) -> str | None:
    """The text of a Base64 script; None when it is not text, or when encoding it again would give other bytes."""
    try:
        text = base64.b64decode(script, validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    # A text area changes line ends, and bytes nobody can see are better left as they came.
    readable = text.replace("\n", "").replace("\t", "").isprintable()
    return text if readable and text and encode(text) == script else None
