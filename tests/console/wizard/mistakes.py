"""One mistake for every rule that blocks: where the wizard tells it, and in which words."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.console.wizard.catalog import ARM, CPU, GONE, GPU, NETWORK, NPU, YOUNG_NETWORK, network, order


class Mistake(NamedTuple):
    rule: str
    problem: str
    document: dict[str, Any]
    step: str
    field: str
    words: str

    @property
    def is_of_the_console(self) -> bool:
        """Whether the console alone is that strict: the cloud's documents do not demand it (`docs/facts.md`)."""
        return self.rule.startswith("H")


def labelled(**labels: Any) -> dict[str, Any]:
    made = order()
    notes = {f"os.modelarts/{key.replace('_', '.')}": value for key, value in labels.pop("notes", {}).items()}
    made["metadata"]["labels"] |= {f"os.modelarts/{key.replace('_', '.')}": value for key, value in labels.items()}
    return made | {"metadata": made["metadata"] | ({"annotations": notes} if notes else {})}


def of(flavor: str = CPU, count: Any = 2, **parts: Any) -> dict[str, Any]:
    return order(resources=[{"flavor": flavor, "count": count, **parts}])


def disk(group: str = "default", size: Any = "200", **parts: Any) -> dict[str, Any]:
    return {"volumeType": "SSD", "size": size, "extendParams": {"volumeGroup": group}, **parts}


def group(name: str = "default", path: str = "", lv: str = "linear", **parts: Any) -> dict[str, Any]:
    return {"volumeGroup": name, "lvmConfig": {"lvType": lv, **({"path": path} if path else {})}, **parts}


def disks(*volumes: Any, groups: list[Any] | None = None, **parts: Any) -> dict[str, Any]:
    configs = [group()] if groups is None else groups
    return of(CPU, 2, dataVolumes=list(volumes), volumeGroupConfigs=configs, **parts)


def zones(**placed: Any) -> dict[str, Any]:
    return of(azs=[{"az": az, "count": count} for az, count in placed.items()])


MONTHLY = {"billing_mode": "1", "period_type": "2", "period_num": "1"}
NAMELESS = order() | {"metadata": {"labels": {"os.modelarts/sharing": "unshared"}}}
MISTAKES: list[Mistake] = [
    Mistake("shape", "required", NAMELESS, "labels", "name", "Give the pool a name."),
    Mistake("R2", "length", labelled(name="abc"), "labels", "name", "A name has 4 to 25 characters; this one has 3."),
    Mistake("R2", "pattern", labelled(name="1-pool"), "labels", "name", "Start with a lowercase letter"),
    Mistake("R19", "characters", labelled(notes={"description": "a<b"}), "labels", "description", "does not accept <"),
    Mistake("R20", "unknown", labelled(workspace_id="9"), "labels", "workspace", "There is no workspace 9"),
    Mistake("shape", "option", labelled(sharing="some"), "labels", "sharing", "none of the options"),
    Mistake("H1", "required", order(scope=None), "workload", "scope", "Choose at least one job type."),
    Mistake("R3", "required", order(network=None), "workload", "network", "Choose the network"),
    Mistake("R4", "unknown", order(network={"name": "net-x"}), "workload", "network", "There is no network net-x"),
    Mistake("R4", "inactive", order(network={"name": YOUNG_NETWORK}), "workload", "network", "is Creating, not ready"),
    Mistake(
        "R16", "host_bits", order(containerNetwork={"cidr": "10.0.0.1/16"}), "workload", "container_cidr",
        "Did you mean 10.0.0.0/16?",
    ),
    Mistake("R16", "cidr", order(kubernetesSvcIpRange="ten"), "workload", "service_cidr", "not an address range"),
    Mistake(
        "R16", "overlap", order(containerNetwork={"cidr": "192.168.0.0/16"}), "workload", "container_cidr",
        "overlaps 192.168.0.0/17",
    ),
    Mistake(
        "H2", "reserved", order(kubernetesSvcIpRange="10.200.0.0/20"), "workload", "service_cidr",
        "which Train keeps for itself",
    ),
    Mistake("H3", "number", order(masters=[{"az": "az1"}, {"az": "az2"}]), "workload", "masters", "one zone or three"),
    Mistake("H13", "nodes", order(clusterFlavor="cce.s0"), "workload", "cluster_flavor", "cce.s0 has at most 1"),
    Mistake(
        "R6", "repeated", order(resources=[{"flavor": CPU, "count": 1}] * 2), "flavors", "r2-flavor", "twice",
    ),
    Mistake(
        "R6", "architecture", order(resources=[{"flavor": CPU, "count": 1}, {"flavor": ARM, "count": 1}]),
        "flavors", "r2-flavor", f"{ARM} is arm64, but {CPU} is x86.",
    ),
    Mistake("R7", "unknown", of("no.such"), "flavors", "r1-flavor", "does not offer no.such"),
    Mistake("R7", "sold_out", of(GONE), "flavors", "r1-flavor", "sold out in every zone"),
    Mistake(
        "R7", "billing", labelled(notes=MONTHLY) | {"spec": of(GPU)["spec"]}, "flavors", "r1-flavor",
        "not sold in the billing mode",
    ),
    Mistake("R8", "count", of(count=0), "flavors", "r1-count", "Order at least 1 node"),
    Mistake("shape", "integer", of(count="many"), "flavors", "r1-count", "Write a whole number"),
    Mistake("R8", "max_count", of(maxCount=3), "flavors", "r1-max", "this is the number of nodes, 2"),
    Mistake("R10", "unknown", of(NPU, 4, creatingStep={"step": 4}), "flavors", "r1-batch", "steps it offers: 8"),
    Mistake("R10", "multiple", of(NPU, 12, creatingStep={"step": 8}), "flavors", "r1-count", "Use 8 or 16."),
    Mistake("H5", "scope", of(NPU, 8) | {"spec": of(NPU, 8)["spec"] | {"scope": ["Infer"]}}, "flavors", "r1-flavor",
            "does not support Infer"),
    Mistake("R7", "zone_sold_out", zones(az3=2), "zones", "r1-z1-count", "sold out in az3"),
    Mistake("R7", "zone_unknown", zones(az9=2), "zones", "r1-z1-count", "not sold in az9"),
    Mistake("R9", "sum", zones(az1=3), "zones", "r1-mode", "Take 1 away, or set the nodes of the flavor to 3."),
    Mistake("R9", "count", zones(az1=3, az2=-1), "zones", "r1-z2-count", "Place at least 1 node here"),
    Mistake("T1", "size", disks(disk(size="1e3")), "disks", "r1-d1-size", "whole GiB"),
    Mistake("T1", "count", disks(disk(count=0)), "disks", "r1-d1-count", "at least 1 disk"),
    Mistake("T2", "group", disks(disk("mine"), groups=[group("mine")]), "disks", "r1-d1-group", "mine is no use"),
    Mistake("R11", "required", disks(disk(), groups=[]), "disks", "", "no settings for their groups"),
    Mistake(
        "R11", "uncovered", disks(disk(), disk("vguser1")), "disks", "",
        "Group vguser1 has a disk but no settings",
    ),
    Mistake(
        "R11", "unused", disks(disk(), groups=[group(), group("vgpaas")]), "disks", "r1-g2-lv",
        "has settings but no",
    ),
    Mistake(
        "R12", "group", disks(disk(), groups=[group(dockerThinPool=10)]), "disks", "r1-g1-share",
        "Only the container",
    ),
    Mistake(
        "R12", "range", disks(disk("vgpaas"), groups=[group("vgpaas", dockerThinPool=101)]), "disks", "r1-g1-share",
        "1 to 100 percent",
    ),
    Mistake(
        "R13", "pattern", disks(disk("vguser1"), groups=[group("vguser1", "data")]), "disks", "r1-g1-path",
        "absolute",
    ),
    Mistake("R14", "disks", disks(disk(), groups=[group(lv="striped")]), "disks", "r1-g1-lv", "at least two disks"),
    Mistake("T3", "base64", of(extendParams={"postInstall": "%%"}), "drivers", "r1-script", "This is not Base64"),
    Mistake("H7", "range", of(extendParams={"dockerBaseSize": "20"}), "disks", "r1-container", "50 to 300 GiB"),
    Mistake("H9", "required", disks(disk("vguser1"), groups=[group("vguser1")]), "disks", "r1-g1-path", "Say where"),
    Mistake(
        "H9", "system", disks(disk("vguser1"), groups=[group("vguser1", "/var")]), "disks", "r1-g1-path",
        "/var is used",
    ),
    Mistake("H10", "type", of(rootVolume={"volumeType": "GPSSD", "size": "100"}), "disks", "r1-root-type", "SAS, SSD"),
    Mistake(
        "H10", "size", of(rootVolume={"volumeType": "SSD", "size": "40"}), "disks", "r1-root-size",
        "100 to 500 GiB",
    ),
    Mistake("H10", "number", disks(disk(count=5)), "disks", "", "at most 4 data disks"),
    Mistake("H11", "local", disks(disk(), groups=[group(types=["local"])]), "disks", "r1-g1-types", "no local disks"),
    Mistake("R17", "gpu", order(driver={"gpuVersion": "535.129"}), "drivers", "gpu", "Leave the GPU driver empty"),
    Mistake("R17", "npu", order(driver={"npuVersion": "24.1"}), "drivers", "npu", "Leave the NPU driver empty"),
    Mistake(
        "R15", "prefix", of(tags=[{"key": "CCE-x", "value": "1"}]), "drivers", "r1-t1-key",
        "cannot begin with CCE-",
    ),
    Mistake(
        "H6", "repeated", of(tags=[{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]), "drivers", "r1-t2-key",
        "used twice",
    ),
    Mistake("R18", "mode", labelled(notes={"billing_mode": "7"}), "billing", "mode", "one of the billing modes"),
    Mistake("R18", "period_type", labelled(notes={"billing_mode": "1"}), "billing", "period_type", "months or years"),
    Mistake(
        "R18", "period_num", labelled(notes=MONTHLY | {"period_num": "10"}), "billing", "period_num", "from 1 to 9",
    ),
    Mistake("R5", "repeated", order(scope=["Train", "Train"]), "workload", "scope", "Choose each once."),
    Mistake(
        "R6", "number", order(resources=[{"flavor": f"no.{n}", "count": 1} for n in range(11)]), "flavors", "",
        "1 to 10 flavors; this order has 11",
    ),
    Mistake("H4", "repeated", of(azs=[{"az": "az1", "count": 1}] * 2), "zones", "r1-mode", "A zone is named twice."),
    Mistake("R10", "minimum", of(NPU, 8, creatingStep={"step": 0}), "flavors", "r1-batch", "at least 1 node"),
    Mistake(
        "R16", "reserved", order(containerNetwork={"cidr": "10.247.0.0/16"}), "workload", "container_cidr",
        "the cluster keeps for itself",
    ),
    Mistake(
        "H8", "different", disks(disk("vgpaas"), disk("vgpaas", "300"), groups=[group("vgpaas")]), "disks", "",
        "one kind of disk",
    ),
    Mistake("H8", "repeated", disks(disk(), groups=[group(), group()]), "disks", "", "has settings twice"),
    Mistake(
        "H9", "repeated",
        disks(disk("vguser1"), disk("vguser2"), groups=[group("vguser1", "/data"), group("vguser2", "/data")]),
        "disks", "r1-g2-path", "/data is used twice",
    ),
    Mistake(
        "R18", "switch", labelled(notes=MONTHLY | {"auto_renew": "maybe"}), "billing", "auto_renew", "on or off",
    ),
    Mistake(
        "T4", "pattern", of(nodePool="Mine"), "flavors", "r1-flavor", "A node pool’s name has up to 50 lowercase",
    ),
    Mistake(
        "T4", "repeated",
        order(resources=[{"flavor": name, "count": 1, "nodePool": "one"} for name in (CPU, GPU)]),
        "flavors", "r2-flavor", "Two node pools are called one.",
    ),
    Mistake("R9", "required", of(azs=[{"az": "", "count": 2}]), "review", "", "This zone has no name."),
    Mistake("shape", "option", order(driver={"updateStrategy": "often"}), "drivers", "strategy", "none of the options"),
]  # fmt: skip


class Plight(NamedTuple):
    """A rule that only the state of a project breaks: `around` is what its catalog says besides."""

    rule: str
    problem: str
    document: dict[str, Any]
    around: dict[str, Any]
    step: str
    field: str
    words: str


ELSEWHERE, ILL = "net-elsewhere-p1", "f" * 32
_STRANGE = network(ELSEWHERE, "Active", "10.9.0.0/16")
_STRANGE["metadata"]["labels"]["os.modelarts/workspace.id"] = ILL
NETWORKS = {"items": [network(NETWORK, "Active", "192.168.0.0/17"), _STRANGE]}
WORKSPACES = {"workspaces": [{"id": "0", "status": "NORMAL"}, {"id": ILL, "name": "ill", "status": "CREATE_FAILED"}]}
FULL = {"quotas": {"resources": [{"type": "pool", "quota": "1", "used": "1"}]}}
PLIGHTS: list[Plight] = [
    Plight(
        "R4", "workspace", order(network={"name": ELSEWHERE}), {"networks": NETWORKS}, "workload", "network",
        "belongs to another workspace",
    ),
    Plight(
        "R20", "abnormal", labelled(workspace_id=ILL), {"workspaces": WORKSPACES}, "labels", "workspace",
        f"The workspace {ILL} has trouble in the cloud.",
    ),
    Plight("R21", "quota", order(), {"quotas": FULL}, "review", "", "The project may have 1 pools and has 1."),
]  # fmt: skip
