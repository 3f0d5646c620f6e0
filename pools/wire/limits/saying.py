"""The endpoint's words for breaches, in English and on the wire only: the face has its own, translated."""

from __future__ import annotations

from typing import Final

from pools.wire.breaches import SHAPE, Breach
from pools.wire.errors import Code

WORDS: Final[dict[tuple[str, str], str]] = {
    (SHAPE, "required"): "is required",
    (SHAPE, "string"): "must be a string",
    (SHAPE, "integer"): "must be an integer",
    (SHAPE, "boolean"): "must be true or false",
    (SHAPE, "array"): "must be an array",
    (SHAPE, "object"): "must be an object",
    (SHAPE, "option"): "must be one of {options}",
    (SHAPE, "range"): "is out of range",
    (SHAPE, "many"): "has {number} mistakes",
    ("R1", "version"): "must be {wanted}",
    ("R1", "kind"): "must be {wanted}",
    ("R2", "length"): "must have {minimum} to {maximum} characters, not {length}",
    ("R2", "pattern"): (
        "must consist of lowercase letters, digits and hyphens, start with a letter and end with a letter or digit"
    ),
    ("R3", "required"): "spec.network is required",
    ("R4", "unknown"): "network {name} does not exist",
    ("R4", "workspace"): "network {name} is not in workspace {workspace}",
    ("R4", "inactive"): "network {name} is {phase}, not Active",
    ("R5", "repeated"): "names a job type twice",
    ("R6", "number"): "must have {minimum} to {maximum} entries, not {number}",
    ("R6", "repeated"): "flavor {flavor} is given twice",
    ("R6", "architecture"): "flavor {flavor} is {arch} while {first} is {first_arch}",
    ("R7", "unknown"): "flavor {flavor} does not exist",
    ("R7", "billing"): "flavor {flavor} is not sold by billing mode {mode}",
    ("R7", "sold_out"): "flavor {flavor} is sold out",
    ("R7", "zone_unknown"): "flavor {flavor} is not offered in zone {zone}",
    ("R7", "zone_sold_out"): "flavor {flavor} is sold out in zone {zone}",
    ("R8", "count"): "must be at least {minimum}",
    ("R8", "max_count"): "must be equal to count ({count})",
    ("R9", "count"): "must be at least {minimum}",
    ("R9", "required"): "is required",
    ("R9", "sum"): "the counts of the zones add up to {placed}, not to count ({count})",
    ("R10", "minimum"): "must be at least {minimum}",
    ("R10", "unknown"): "flavor {flavor} is not created in steps of {step}",
    ("R10", "multiple"): "must be a multiple of the creating step ({step})",
    ("R11", "required"): "is required when dataVolumes are given",
    ("R11", "uncovered"): "has no entry for the volume group {group}",
    ("R11", "unused"): "no data volume is in the volume group {group}",
    ("R12", "group"): "can be given only for the volume group vgpaas, not for {group}",
    ("R12", "range"): "must be from {minimum} to {maximum}",
    ("R13", "pattern"): "must be an absolute path of letters, digits, periods, hyphens and underscores",
    ("R14", "disks"): "striped needs at least two disks in the volume group {group}, not {disks}",
    ("R15", "prefix"): "must not start with {prefix}",
    ("R16", "cidr"): "{cidr} is not an address range",
    ("R16", "host_bits"): "{cidr} is not an address range, {meant} would be",
    ("R16", "overlap"): "{cidr} overlaps {other} of {against}",
    ("R16", "reserved"): "{cidr} overlaps the reserved range {other}",
    ("R17", "gpu"): "needs a flavor with GPUs",
    ("R17", "npu"): "needs a flavor with NPUs",
    ("R18", "mode"): "must be one of {options}",
    ("R18", "period_type"): "must be one of {options} with billing mode 1",
    ("R18", "period_num"): "must be from {minimum} to {maximum}",
    ("R18", "switch"): "must be one of {options}",
    ("R19", "characters"): "must not contain {characters}",
    ("R20", "unknown"): "workspace {workspace} does not exist",
    ("R20", "abnormal"): "workspace {workspace} cannot be used",
    ("R21", "quota"): "The expected pools exceeds the quota limit.",
    ("R22", "taken"): "Pool already exists.",
    ("R23", "nodes"): "{nodes} nodes at once, more than the advised {maximum}",
    ("R23", "accelerators"): "{number} kinds of accelerators in one pool",
    ("T1", "size"): "must be a number of GiB as a string of digits, not {size!r}",
    ("T1", "count"): "must be at least {minimum}",
    ("T2", "group"): "must be one of {options}",
    ("T3", "base64"): "must be encoded in Base64",
    ("T4", "pattern"): (
        "must consist of at most {maximum} lowercase letters, digits and hyphens, start with a letter, "
        "end with a letter or digit, and not end with -default"
    ),
    ("T4", "repeated"): "node pool {name} is given twice",
    ("H1", "required"): "at least one job type is required",
    ("H2", "reserved"): "{cidr} overlaps {other}, which {scope} keeps for itself",
    ("H3", "number"): "must name one zone or three",
    ("H4", "repeated"): "names a zone twice",
    ("H5", "scope"): "flavor {flavor} does not support {scope}",
    ("H6", "required"): "is required",
    ("H6", "repeated"): "tag {key} is given twice",
    ("H7", "range"): "must be 0 or a whole number from {minimum} to {maximum}",
    ("H8", "different"): "the volume group {group} is used in different ways",
    ("H8", "repeated"): "the volume group {group} is configured twice",
    ("H9", "required"): "the volume group {group} needs a mount path",
    ("H9", "system"): "{mount} is used by the node",
    ("H9", "repeated"): "{mount} is mounted twice",
    ("H10", "type"): "flavor {flavor} takes {options}",
    ("H10", "size"): "flavor {flavor} takes {minimum} to {maximum} GiB",
    ("H10", "number"): "flavor {flavor} takes at most {maximum} data disks",
    ("H11", "local"): "flavor {flavor} has no local disks",
    ("H12", "licence"): "the licence allows training or inference in one pool, not both",
    ("H13", "nodes"): "{nodes} nodes, and a cluster of size {size} has at most {maximum}",
    ("A1", "zones"): "training across zones is slower",
    ("A2", "shared"): "other users may send jobs to the pool",
    ("A3", "ipv6"): "IPv6 cannot be switched off later",
    ("A4", "force"): "later upgrades interrupt running jobs",
    ("A5", "one_zone"): "all control-plane nodes are in one zone",
    ("A6", "not_offered"): "version {version} is not offered",
    ("A7", "unusual"): "{cidr} is outside the recommended ranges",
    ("A8", "reserved"): "{cidr} overlaps {other}, which clusters use inside",
    ("A9", "no_effect"): "has no effect for the volume group {group}",
    ("A10", "secret"): "line {line} of the script looks like a secret",
    ("A11", "at_once"): "the order is paid at once, and waits for nobody",
}


def say(breach: Breach) -> str:
    """The breach as an error message: Bad request. $.spec.network: spec.network is required (R3).

    A breach with an error code of its own is said in that code's words alone where the service has fixed words.
    """
    pattern = WORDS.get((breach.rule, breach.problem))
    said = pattern.format_map(breach.values) if pattern else breach.problem or "is not accepted"
    if breach.code in (Code.POOL_EXISTS, Code.QUOTA_EXCEEDED):
        return said
    return f"Bad request. {breach.path}: {said} ({breach.rule})"
