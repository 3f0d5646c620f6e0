"""Rules about where a pool stands and what it is for: network, job types, address ranges, control plane, drivers."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_interface, ip_network
from typing import Final

from pools.wire.breaches import Breach
from pools.wire.enums import JobType, NetworkPhase, PoolType
from pools.wire.extras import Network
from pools.wire.limits.case import Case, breach, house_rule

Range = IPv4Network | IPv6Network

CONTAINERS: Final = "$.spec.containerNetwork.cidr"
SERVICES: Final = "$.spec.kubernetesSvcIpRange"
NETWORK: Final = "$.spec.network.name"
# What the cluster takes for itself where the order names nothing else.
DEFAULT_CONTAINERS: Final = ip_network("172.16.0.0/16")
DEFAULT_SERVICES: Final = ip_network("10.247.0.0/16")
MASTERS: Final = (1, 3)


def network(case: Case) -> Iterator[Breach]:
    """R3."""
    chosen = case.spec.network
    if case.spec.type == PoolType.DEDICATE and not (chosen and (chosen.name or _is_own(case))):
        yield breach("R3", "$.spec.network", "required")


def _is_own(case: Case) -> bool:
    came = case.beyond("spec", "network")
    return bool(came.get(Network.VPC_ID) and came.get(Network.SUBNET_ID))


def network_is_ready(case: Case) -> Iterator[Breach]:
    """R4."""
    chosen = case.spec.network.name if case.spec.network else None
    if not chosen or case.catalog.networks is None:
        return
    known = case.catalog.networks.get(chosen)
    if known is None:
        yield breach("R4", NETWORK, "unknown", name=chosen)
    elif known.workspace_id != case.workspace and not case.lacks_workspace:
        yield breach("R4", NETWORK, "workspace", name=chosen, workspace=case.workspace)
    elif known.phase != NetworkPhase.ACTIVE:
        yield breach("R4", NETWORK, "inactive", name=chosen, phase=known.phase or NetworkPhase.CREATING.value)


def scopes(case: Case) -> Iterator[Breach]:
    """R5."""
    chosen = case.spec.scope or []
    if len(chosen) > 1 and len(set(chosen)) != len(chosen):
        yield breach("R5", "$.spec.scope", "repeated")


def some_scope(case: Case) -> Iterator[Breach]:
    """H1. The API takes a pool that runs nothing; a person never means it."""
    if not case.spec.scope and not _is_own(case):
        yield house_rule("H1", "$.spec.scope", "required")


def licence(case: Case) -> Iterator[Breach]:
    """H12."""
    if case.catalog.one_workload and {JobType.TRAIN, JobType.INFER} <= set(case.spec.scope or ()):
        yield house_rule("H12", "$.spec.scope", "licence")


def cluster_size(case: Case) -> Iterator[Breach]:
    """H13."""
    chosen, sizes = case.spec.cluster_flavor, case.catalog.cluster_sizes or {}
    wanted = sum(resource.count for resource in case.spec.resources)
    if chosen and chosen in sizes and wanted > sizes[chosen]:
        yield house_rule("H13", "$.spec.clusterFlavor", "nodes", nodes=wanted, maximum=sizes[chosen], size=chosen)


def ranges(case: Case) -> Iterator[Breach]:
    """R16."""
    if not _names_ranges(case):
        return
    given, wrong = _given_ranges(case)
    yield from wrong
    paths = list(given)
    for position, path in enumerate(paths):
        for other in paths[:position]:
            if _overlap(given[path], given[other]):
                yield breach("R16", path, "overlap", cidr=str(given[path]), other=str(given[other]), against=other)
    for path, taken, standing_in_for in (
        (CONTAINERS, DEFAULT_SERVICES, SERVICES),
        (SERVICES, DEFAULT_CONTAINERS, CONTAINERS),
    ):
        if path in given and standing_in_for not in given and _overlap(given[path], taken):
            yield breach("R16", path, "reserved", cidr=str(given[path]), other=str(taken))


def ranges_of_job_types(case: Case) -> Iterator[Breach]:
    """H2. What the chosen job types keep for themselves."""
    reserved = case.catalog.reserved_cidrs
    if not reserved or not _names_ranges(case):
        return
    given, _ = _given_ranges(case)
    for path in (CONTAINERS, SERVICES):
        for scope in case.spec.scope or () if path in given else ():
            for cidr in sorted(reserved.get(scope, ())):
                taken = parsed(cidr)
                if taken and _overlap(given[path], taken):
                    yield house_rule("H2", path, "reserved", cidr=str(given[path]), other=cidr, scope=scope.value)


def _names_ranges(case: Case) -> bool:
    return case.spec.container_network is not None or bool(case.spec.kubernetes_svc_ip_range)


def _given_ranges(case: Case) -> tuple[dict[str, Range], list[Breach]]:
    """The ranges that are known by path, the network's first, and what cannot be read."""
    spec, wrong, given = case.spec, [], {}
    known = case.catalog.networks.get(spec.network.name or "") if case.catalog.networks and spec.network else None
    of_network = parsed(known.cidr) if known and known.cidr else None
    if of_network:
        given[NETWORK] = of_network
    containers = spec.container_network.cidr if spec.container_network else None
    for path, cidr in ((CONTAINERS, containers), (SERVICES, spec.kubernetes_svc_ip_range)):
        if not cidr:
            continue
        if read := parsed(cidr):
            given[path] = read
        elif meant := _meant(cidr):
            wrong.append(breach("R16", path, "host_bits", cidr=cidr, meant=str(meant)))
        else:
            wrong.append(breach("R16", path, "cidr", cidr=cidr))
    return given, wrong


@lru_cache(maxsize=1024)
def parsed(cidr: str) -> Range | None:
    try:
        return ip_network(cidr) if "/" in cidr else None
    except ValueError:
        return None


def _meant(cidr: str) -> Range | None:
    try:
        return ip_interface(cidr).network if "/" in cidr else None
    except ValueError:
        return None


def _overlap(one: Range, other: Range) -> bool:
    return one.version == other.version and one.overlaps(other)


def drivers(case: Case) -> Iterator[Breach]:
    """R17."""
    driver = case.spec.driver
    if driver is None or case.catalog.flavors is None:
        return
    facts = [case.facts(resource) for resource in case.spec.resources]
    if None in facts:  # R7 has the word: an unknown flavor may have anything.
        return
    accelerators = {known.accelerator for known in facts if known}
    if driver.gpu_version and "gpu" not in accelerators:
        yield breach("R17", "$.spec.driver.gpuVersion", "gpu")
    if driver.npu_version and "npu" not in accelerators:
        yield breach("R17", "$.spec.driver.npuVersion", "npu")


def masters(case: Case) -> Iterator[Breach]:
    """H3."""
    chosen = [master.az for master in case.spec.masters or []]
    if any(chosen) and (len(chosen) not in MASTERS or not all(chosen)):
        yield house_rule("H3", "$.spec.masters", "number", number=len(chosen))
