"""Advice: what is allowed and often not meant. It never blocks."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Final

from pools.wire.breaches import Breach
from pools.wire.enums import JobType, Sharing, UpdateStrategy
from pools.wire.extras import Annotation
from pools.wire.limits.case import ANNOTATIONS, LABELS, Case, breach
from pools.wire.limits.nodes import RESOURCES
from pools.wire.limits.placement import (
    CONTAINERS,
    DEFAULT_CONTAINERS,
    DEFAULT_SERVICES,
    NETWORK,
    parsed,
)

MOST_NODES_AT_ONCE: Final = 30
RECOMMENDED: Final = (
    (ip_network("10.0.0.0/8"), 12, 19),
    (ip_network("172.16.0.0/12"), 16, 19),
    (ip_network("192.168.0.0/16"), 16, 19),
)

# A key file, a key with a known beginning, a password in an address, or a value given to a name that promises a secret;
# a value that is a variable or a command's output is none.
_SECRET: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(AKIA|HPUA)[A-Z0-9]{16}\b|\bgh[pousr]_\w{30,}|://[^/\s:@$]+:[^/\s:@$]+@"
    r"|(passw(or)?d|secret|token|(api|access|private)_?key)[\w-]{0,40}[\"']?\s{0,9}[=:]\s{0,9}[\"']?[^\s\"'$(<]{6}",
    re.IGNORECASE,
)


def nodes(case: Case) -> Iterator[Breach]:
    """R23."""
    wanted = sum(resource.count for resource in case.spec.resources)
    if wanted > MOST_NODES_AT_ONCE:
        yield breach("R23", RESOURCES, "nodes", nodes=wanted, maximum=MOST_NODES_AT_ONCE)
    accelerated = {known.name for known in map(case.facts, case.spec.resources) if known and known.accelerator}
    if len(accelerated) > 1:
        yield breach("R23", RESOURCES, "accelerators", number=len(accelerated))


def zones(case: Case) -> Iterator[Breach]:
    if JobType.TRAIN not in (case.spec.scope or ()):
        return
    for index, resource in enumerate(case.spec.resources):
        if len({zone.az for zone in resource.azs or ()}) > 1:
            yield breach("A1", f"{RESOURCES}[{index}].azs", "zones")


def choices(case: Case) -> Iterator[Breach]:
    spec = case.spec
    if case.labels.sharing == Sharing.SHARED:
        yield breach("A2", f'{LABELS}["os.modelarts/sharing"]', "shared")
    if spec.ipv6_enable:
        yield breach("A3", "$.spec.ipv6enable", "ipv6")
    if spec.driver and spec.driver.update_strategy == UpdateStrategy.FORCE:
        yield breach("A4", "$.spec.driver.updateStrategy", "force")
    masters = [master.az for master in spec.masters or ()]
    if len(masters) > 1 and len(set(masters)) == 1:
        yield breach("A5", "$.spec.masters", "one_zone")


def versions(case: Case) -> Iterator[Breach]:
    driver, offered = case.spec.driver, case.catalog.drivers
    if driver is None or offered is None:
        return
    for key, chosen, known in (
        ("gpuVersion", driver.gpu_version, offered.gpu),
        ("npuVersion", driver.npu_version, offered.npu),
    ):
        if chosen and known is not None and chosen not in known:
            yield breach("A6", f"$.spec.driver.{key}", "not_offered", version=chosen)


def ranges(case: Case) -> Iterator[Breach]:
    spec = case.spec
    cidr = spec.container_network.cidr if spec.container_network else None
    chosen = parsed(cidr) if cidr else None
    if chosen and not any(
        chosen.version == within.version and chosen.subnet_of(within) and least <= chosen.prefixlen <= most  # type: ignore[arg-type]
        for within, least, most in RECOMMENDED
    ):
        yield breach("A7", CONTAINERS, "unusual", cidr=str(chosen))
    known = case.catalog.networks.get(spec.network.name or "") if case.catalog.networks and spec.network else None
    of_network = parsed(known.cidr) if known and known.cidr else None
    for taken, given in ((DEFAULT_CONTAINERS, cidr), (DEFAULT_SERVICES, spec.kubernetes_svc_ip_range)):
        if of_network and not given and of_network.version == taken.version and of_network.overlaps(taken):
            yield breach("A8", NETWORK, "reserved", cidr=str(of_network), other=str(taken))


def mounts(case: Case) -> Iterator[Breach]:
    for index, resource in enumerate(case.spec.resources):
        for position, config in enumerate(resource.volume_group_configs or ()):
            mounted = config.lvm_config.path if config.lvm_config else None
            if mounted and not config.volume_group.startswith("vguser"):
                path = f"{RESOURCES}[{index}].volumeGroupConfigs[{position}].lvmConfig.path"
                yield breach("A9", path, "no_effect", group=config.volume_group)


def scripts(case: Case) -> Iterator[Breach]:
    """A10. A script is read by everybody who may see the order: the line is named, its text never."""
    for index, resource in enumerate(case.spec.resources):
        script = resource.extend_params.post_install if resource.extend_params else None
        for number, line in enumerate(_lines_of(script or ""), 1):
            if _SECRET.search(line):
                yield breach("A10", f"{RESOURCES}[{index}].extendParams.postInstall", "secret", line=number)
                break


def payment(case: Case) -> Iterator[Breach]:
    """A11. Nobody is asked before such an order is paid."""
    if case.creation.pays_itself:
        yield breach("A11", f'{ANNOTATIONS}["{Annotation.AUTO_PAY}"]', "at_once")


def _lines_of(script: str) -> list[str]:
    try:
        return b64decode(script, validate=True).decode(errors="replace").splitlines()
    except ValueError:
        return []  # T3 says so
