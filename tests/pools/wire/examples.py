"""One document that breaks and one that keeps each rule, for every way a rule can be broken."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final, NamedTuple

from pools.wire.limits import Catalog, Compatibility
from tests.pools.wire.documents import ABSENT, CATALOG

LABEL: Final = "$.metadata.labels"
NOTE: Final = "$.metadata.annotations"
NAME: Final = f'{LABEL}["os.modelarts/name"]'
MODE: Final = f'{NOTE}["os.modelarts/billing.mode"]'
KIND: Final = f'{NOTE}["os.modelarts/period.type"]'
NUMBER: Final = f'{NOTE}["os.modelarts/period.num"]'
PAY: Final = f'{NOTE}["os.modelarts/auto.pay"]'
DESCRIPTION: Final = f'{NOTE}["os.modelarts/description"]'
WORKSPACE: Final = f'{LABEL}["os.modelarts/workspace.id"]'
SPEC: Final = "$.spec"
FIRST: Final = "$.spec.resources[0]"
SECOND: Final = "$.spec.resources[1]"
FLAVOR: Final = f"{FIRST}.flavor"
COUNT: Final = f"{FIRST}.count"
CONTAINERS: Final = "$.spec.containerNetwork.cidr"
SERVICES: Final = "$.spec.kubernetesSvcIpRange"

Changes = Mapping[str, Any]


class Example(NamedTuple):
    rule: str
    problem: str
    path: str
    breaks: Changes
    keeps: Changes
    catalog: Catalog = CATALOG
    compatibility: Compatibility = Compatibility.SEED


def disk(group: str = "vguser1", **more: Any) -> dict[str, Any]:
    return {"volumeType": "SSD", "size": "200", "extendParams": {"volumeGroup": group}, **more}


def script(text: str) -> str:
    return b64encode(text.encode()).decode()


def config(group: str = "vguser1", path: str | None = "/data", lv: str = "linear", **more: Any) -> dict[str, Any]:
    mount = {"path": path} if path else {}
    return {"volumeGroup": group, "lvmConfig": {"lvType": lv, **mount}, **more}


def disks(volumes: list[dict[str, Any]], configs: list[dict[str, Any]]) -> Changes:
    return {f"{FIRST}.dataVolumes": volumes, f"{FIRST}.volumeGroupConfigs": configs}


def flavors(*names: str) -> Changes:
    return {"$.spec.resources": [{"flavor": name, "count": 1} for name in names]}


def many(number: int) -> Changes:
    return {"$.spec.resources": [{"flavor": "cpu.a", "count": 1, "nodePool": f"pool-{n}"} for n in range(number)]}


CONFIG: Final = f"{FIRST}.volumeGroupConfigs"
PREPAID: Final = {FLAVOR: "cpu.b", MODE: "1", KIND: "2", NUMBER: "1"}
TAGS: Final = f"{FIRST}.tags"
WIDE: Final = Compatibility.WIDE

EXAMPLES: Final = (
    Example("shape", "required", SPEC, {SPEC: ABSENT}, {}),
    Example("shape", "required", COUNT, {COUNT: ABSENT}, {}),
    Example("shape", "string", FLAVOR, {FLAVOR: 3}, {}),
    Example("shape", "integer", COUNT, {COUNT: "3"}, {COUNT: 3}),
    Example("shape", "integer", COUNT, {COUNT: True}, {COUNT: 1}),
    Example("shape", "integer", COUNT, {COUNT: 1.0}, {COUNT: 1}),
    Example("shape", "boolean", "$.spec.ipv6enable", {"$.spec.ipv6enable": 1}, {"$.spec.ipv6enable": True}),
    Example("shape", "array", "$.spec.resources", {"$.spec.resources": {"flavor": "cpu.a"}}, {}),
    Example("shape", "object", "$.metadata", {"$.metadata": []}, {}),
    Example("shape", "option", "$.spec.type", {"$.spec.type": "Dedicated"}, {"$.spec.type": "Dedicate"}),
    Example("shape", "option", "$.spec.scope[0]", {"$.spec.scope": ["Play"]}, {"$.spec.scope": ["Infer"]}),
    Example("shape", "range", COUNT, {COUNT: 2**40}, {}),
    Example("shape", "many", "$", {"$.spec.resources": [{}] * 1000}, {}),
    Example("R1", "version", "$.apiVersion", {"$.apiVersion": "v1"}, {"$.apiVersion": "v2"}),
    Example("R1", "kind", "$.kind", {"$.kind": "Network"}, {"$.kind": "Pool"}),
    Example("R2", "length", NAME, {NAME: "abc"}, {NAME: "abcd"}),
    Example("R2", "length", NAME, {NAME: "a" * 26}, {NAME: "a" * 25}),
    Example("R2", "length", NAME, {NAME: "a" * 33}, {NAME: "a" * 32}, compatibility=WIDE),
    Example("R2", "pattern", NAME, {NAME: "1pool"}, {NAME: "pool1"}),
    Example("R2", "pattern", NAME, {NAME: "pool-"}, {NAME: "p--1"}),
    Example("R2", "pattern", NAME, {NAME: "pool\n"}, {NAME: "pool-2"}),
    Example("R3", "required", "$.spec.network", {"$.spec.network": {}}, {}),
    Example(
        "R3",
        "required",
        "$.spec.network",
        {"$.spec.network": ABSENT},
        {"$.spec.network": {"vpcId": "v", "subnetId": "s"}},
    ),
    Example("R4", "unknown", "$.spec.network.name", {"$.spec.network.name": "net-x"}, {"$.spec.network.name": "net-1"}),
    Example(
        "R4",
        "workspace",
        "$.spec.network.name",
        {"$.spec.network.name": "net-elsewhere"},
        {"$.spec.network.name": "net-elsewhere", WORKSPACE: "ws-2"},
    ),
    Example("R4", "inactive", "$.spec.network.name", {"$.spec.network.name": "net-new"}, {}),
    Example(
        "R5", "repeated", "$.spec.scope", {"$.spec.scope": ["Train", "Train"]}, {"$.spec.scope": ["Train", "Infer"]}
    ),
    Example("R6", "number", "$.spec.resources", {"$.spec.resources": []}, many(1)),
    Example("R6", "number", "$.spec.resources", many(11), many(10)),
    Example("R6", "repeated", f"{SECOND}.flavor", flavors("cpu.a", "cpu.a"), flavors("cpu.a", "cpu.b")),
    Example(
        "R6",
        "repeated",
        f"{SECOND}.flavor",
        {**flavors("cpu.a", "cpu.a"), f"{SECOND}.nodePool": "cpu.a-default"},
        {**flavors("cpu.a", "cpu.a"), f"{SECOND}.nodePool": "second"},
    ),
    Example(
        "T4",
        "pattern",
        f"{FIRST}.nodePool",
        {f"{FIRST}.nodePool": "gpu/a"},
        {f"{FIRST}.nodePool": "gpu-a"},
    ),
    Example(
        "T4",
        "pattern",
        f"{FIRST}.nodePool",
        {f"{FIRST}.nodePool": "mine-default"},
        {f"{FIRST}.nodePool": "cpu.a-default"},
    ),
    Example(
        "T4",
        "repeated",
        f"{SECOND}.nodePool",
        {**flavors("cpu.a", "cpu.b"), f"{FIRST}.nodePool": "same", f"{SECOND}.nodePool": "same"},
        {**flavors("cpu.a", "cpu.b"), f"{FIRST}.nodePool": "one", f"{SECOND}.nodePool": "two"},
    ),
    Example("R6", "architecture", f"{SECOND}.flavor", flavors("gpu.a", "npu.a"), flavors("gpu.a", "cpu.a")),
    Example("R7", "unknown", FLAVOR, {FLAVOR: "cpu.x"}, {FLAVOR: "cpu.a"}),
    Example("R7", "unknown", FLAVOR, {FLAVOR: ""}, {FLAVOR: "anything"}, Catalog()),
    Example("R7", "billing", FLAVOR, {**PREPAID, FLAVOR: "cpu.a"}, PREPAID),
    Example("R7", "sold_out", FLAVOR, {FLAVOR: "gone"}, {FLAVOR: "cpu.a"}),
    Example(
        "R7",
        "zone_unknown",
        f"{FIRST}.azs[0].az",
        {f"{FIRST}.azs": [{"az": "az9", "count": 2}]},
        {f"{FIRST}.azs": [{"az": "az1", "count": 2}]},
    ),
    Example(
        "R7",
        "zone_sold_out",
        f"{FIRST}.azs[0].az",
        {f"{FIRST}.azs": [{"az": "az3", "count": 2}]},
        {f"{FIRST}.azs": [{"az": "az2", "count": 2}]},
    ),
    Example("R8", "count", COUNT, {COUNT: 0}, {COUNT: 1}),
    Example("R8", "max_count", f"{FIRST}.maxCount", {f"{FIRST}.maxCount": 3}, {f"{FIRST}.maxCount": 2}),
    Example(
        "R9",
        "count",
        f"{FIRST}.azs[1].count",
        {f"{FIRST}.azs": [{"az": "az1", "count": 2}, {"az": "az2", "count": 0}]},
        {f"{FIRST}.azs": []},
    ),
    Example("R9", "required", f"{FIRST}.azs[0].az", {f"{FIRST}.azs": [{"az": "", "count": 2}]}, {}, Catalog()),
    Example(
        "R9",
        "sum",
        f"{FIRST}.azs",
        {f"{FIRST}.azs": [{"az": "az1", "count": 1}]},
        {f"{FIRST}.azs": [{"az": "az1", "count": 1}, {"az": "az2", "count": 1}]},
    ),
    Example(
        "R10", "minimum", f"{FIRST}.creatingStep.step", {f"{FIRST}.creatingStep.step": 0}, {f"{FIRST}.creatingStep": {}}
    ),
    Example(
        "R10",
        "unknown",
        f"{FIRST}.creatingStep.step",
        {FLAVOR: "gpu.a", COUNT: 8, f"{FIRST}.creatingStep": {"step": 8, "type": "rack"}},
        {FLAVOR: "gpu.a", COUNT: 8, f"{FIRST}.creatingStep": {"step": 8, "type": "hyperinstance"}},
    ),
    Example(
        "R10",
        "multiple",
        COUNT,
        {FLAVOR: "gpu.a", COUNT: 6, f"{FIRST}.creatingStep": {"step": 4, "type": "rack"}},
        {FLAVOR: "gpu.a", COUNT: 12, f"{FIRST}.creatingStep": {"step": 4, "type": "rack"}},
    ),
    Example("R11", "required", CONFIG, {f"{FIRST}.dataVolumes": [disk()]}, disks([disk()], [config()])),
    Example(
        "R11",
        "uncovered",
        CONFIG,
        disks([disk(), disk("vguser2")], [config()]),
        disks([disk(), disk("vguser2")], [config(), config("vguser2", "/two")]),
    ),
    Example(
        "R11",
        "unused",
        f"{CONFIG}[1].volumeGroup",
        disks([disk()], [config(), config("default", None)]),
        disks([disk()], [config(), config("default", None, types=["local"])]),
        Catalog(),
    ),
    Example(
        "R12",
        "group",
        f"{CONFIG}[0].dockerThinPool",
        disks([disk()], [config(dockerThinPool=50)]),
        disks([disk("vgpaas")], [config("vgpaas", None, dockerThinPool=50)]),
    ),
    Example(
        "R12",
        "range",
        f"{CONFIG}[0].dockerThinPool",
        disks([disk("vgpaas")], [config("vgpaas", None, dockerThinPool=101)]),
        disks([disk("vgpaas")], [config("vgpaas", None, dockerThinPool=100)]),
    ),
    Example(
        "R13",
        "pattern",
        f"{CONFIG}[0].lvmConfig.path",
        disks([disk()], [config(path="data")]),
        disks([disk()], [config(path="/a_b/c.d-e/")]),
    ),
    Example(
        "R13",
        "pattern",
        f"{CONFIG}[0].lvmConfig.path",
        disks([disk()], [config(path="/a b")]),
        disks([disk()], [config(path="/ab")]),
    ),
    Example(
        "R14",
        "disks",
        f"{CONFIG}[0].lvmConfig.lvType",
        disks([disk()], [config(lv="striped")]),
        disks([disk(count=2)], [config(lv="striped")]),
    ),
    Example(
        "R15",
        "prefix",
        f"{TAGS}[0].key",
        {TAGS: [{"key": "CCE-x", "value": ""}]},
        {TAGS: [{"key": "cce-x", "value": ""}]},
    ),
    Example(
        "R15",
        "prefix",
        f"{TAGS}[0].key",
        {TAGS: [{"key": "__type_baremetal", "value": "1"}]},
        {TAGS: [{"key": "baremetal", "value": "1"}]},
    ),
    Example("R16", "cidr", CONTAINERS, {CONTAINERS: "10.0.0.0"}, {CONTAINERS: "10.0.0.0/16"}),
    Example("R16", "host_bits", CONTAINERS, {CONTAINERS: "10.0.0.1/16"}, {CONTAINERS: ""}),
    Example("R16", "overlap", CONTAINERS, {CONTAINERS: "192.168.0.0/17"}, {CONTAINERS: "172.17.0.0/16"}),
    Example(
        "R16",
        "overlap",
        SERVICES,
        {CONTAINERS: "10.0.0.0/16", SERVICES: "10.0.128.0/17"},
        {CONTAINERS: "10.0.0.0/16", SERVICES: "10.1.0.0/16"},
    ),
    Example(
        "R16",
        "reserved",
        CONTAINERS,
        {CONTAINERS: "10.240.0.0/12"},
        {CONTAINERS: "10.240.0.0/12", SERVICES: "10.1.0.0/16"},
    ),
    Example(
        "R16", "reserved", SERVICES, {SERVICES: "172.16.8.0/22"}, {SERVICES: "172.16.8.0/22", CONTAINERS: "10.0.0.0/16"}
    ),
    Example(
        "R17",
        "gpu",
        "$.spec.driver.gpuVersion",
        {"$.spec.driver.gpuVersion": "470.57.02"},
        {FLAVOR: "gpu.a", "$.spec.driver.gpuVersion": "470.57.02"},
    ),
    Example(
        "R17",
        "npu",
        "$.spec.driver.npuVersion",
        {FLAVOR: "gpu.a", "$.spec.driver.npuVersion": "7.1"},
        {FLAVOR: "npu.a", "$.spec.driver.npuVersion": "7.1"},
    ),
    Example("R18", "mode", MODE, {MODE: "2"}, {MODE: ""}, Catalog()),
    Example("R18", "period_type", KIND, {**PREPAID, KIND: "4"}, {**PREPAID, KIND: "3"}),
    Example("R18", "period_type", KIND, {FLAVOR: "cpu.b", MODE: "1"}, {**PREPAID, KIND: "month"}),
    Example("R18", "period_num", NUMBER, {**PREPAID, NUMBER: "10"}, {**PREPAID, NUMBER: "9"}),
    Example("R18", "period_num", NUMBER, {**PREPAID, KIND: "3", NUMBER: "4"}, {**PREPAID, KIND: "3", NUMBER: "3"}),
    Example("R18", "switch", PAY, {PAY: "maybe"}, {PAY: "TRUE"}),
    Example("R18", "switch", PAY, {PAY: True}, {PAY: "1"}),
    Example("R18", "switch", PAY, {PAY: 1}, {PAY: True}, compatibility=WIDE),
    Example("R19", "characters", DESCRIPTION, {DESCRIPTION: "ours & theirs"}, {DESCRIPTION: "ours, theirs"}),
    Example("R20", "unknown", WORKSPACE, {WORKSPACE: "ws-x"}, {WORKSPACE: "0"}),
    Example("R20", "abnormal", WORKSPACE, {WORKSPACE: "ws-broken"}, {WORKSPACE: ""}, replace(CATALOG, networks=None)),
    Example("R21", "quota", "$", {}, {}, replace(CATALOG, pool_quota=15, pools_used=15)),
    Example("R22", "taken", NAME, {NAME: "pool-taken"}, {NAME: "pool-free"}),
    Example(
        "T1",
        "size",
        f"{FIRST}.rootVolume.size",
        {f"{FIRST}.rootVolume": {"volumeType": "SSD", "size": "150Gi"}},
        {f"{FIRST}.rootVolume": {"volumeType": "SSD", "size": "150"}},
    ),
    Example(
        "T1",
        "size",
        f"{FIRST}.rootVolume.size",
        {f"{FIRST}.rootVolume": {"volumeType": "SSD", "size": "big"}},
        {f"{FIRST}.rootVolume": {"volumeType": "SSD", "size": "150Gi"}},
        compatibility=WIDE,
    ),
    Example(
        "T1",
        "size",
        f"{FIRST}.rootVolume.size",
        {f"{FIRST}.rootVolume": {"volumeType": "SSD", "size": "vgpaas"}},
        {f"{FIRST}.rootVolume": {"volumeType": "SSD", "size": "100"}},
    ),
    Example(
        "T1",
        "count",
        f"{FIRST}.dataVolumes[0].count",
        disks([disk(count=0)], [config()]),
        disks([disk(count=1)], [config()]),
    ),
    Example(
        "T2",
        "group",
        f"{FIRST}.dataVolumes[0].extendParams.volumeGroup",
        disks([disk("mine")], [config("mine", None)]),
        disks([disk("default")], [config("default", None)]),
    ),
    Example(
        "T3",
        "base64",
        f"{FIRST}.extendParams.postInstall",
        {f"{FIRST}.extendParams.postInstall": "echo hi"},
        {f"{FIRST}.extendParams.postInstall": "ZWNobyBoaQ=="},
    ),
    Example("H1", "required", "$.spec.scope", {"$.spec.scope": []}, {}),
    Example(
        "H2",
        "reserved",
        CONTAINERS,
        {CONTAINERS: "172.20.0.0/16", "$.spec.scope": ["Infer"]},
        {CONTAINERS: "172.20.0.0/16"},
    ),
    Example(
        "H3",
        "number",
        "$.spec.masters",
        {"$.spec.masters": [{"az": "az1"}, {"az": "az2"}]},
        {"$.spec.masters": [{"az": "az1"}]},
    ),
    Example(
        "H4", "repeated", f"{FIRST}.azs", {f"{FIRST}.azs": [{"az": "az1", "count": 1}, {"az": "az1", "count": 1}]}, {}
    ),
    Example("H5", "scope", FLAVOR, {"$.spec.scope": ["Notebook"]}, {"$.spec.scope": ["Infer"]}),
    Example(
        "H6", "required", f"{TAGS}[0].key", {TAGS: [{"key": " ", "value": "1"}]}, {TAGS: [{"key": "a", "value": ""}]}
    ),
    Example(
        "H6",
        "repeated",
        f"{TAGS}[1].key",
        {TAGS: [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]},
        {TAGS: [{"key": "a", "value": "1"}, {"key": "b", "value": "1"}]},
    ),
    Example(
        "H7",
        "range",
        f"{FIRST}.extendParams.dockerBaseSize",
        {f"{FIRST}.extendParams.dockerBaseSize": "49"},
        {f"{FIRST}.extendParams.dockerBaseSize": "0"},
    ),
    Example(
        "H7",
        "range",
        f"{FIRST}.extendParams.dockerBaseSize",
        {FLAVOR: "gpu.b", f"{FIRST}.extendParams.dockerBaseSize": "201"},
        {FLAVOR: "gpu.b", f"{FIRST}.extendParams.dockerBaseSize": "200"},
    ),
    Example(
        "H8",
        "different",
        f"{FIRST}.dataVolumes",
        disks([disk("vgpaas"), disk("vgpaas", size="300")], [config("vgpaas", None)]),
        disks([disk("vgpaas"), disk("vgpaas")], [config("vgpaas", None)]),
    ),
    Example("H8", "repeated", CONFIG, disks([disk()], [config(), config(path="/two")]), disks([disk()], [config()])),
    Example(
        "H9",
        "required",
        f"{CONFIG}[0].lvmConfig.path",
        disks([disk()], [config(path=None)]),
        disks([disk("default")], [config("default", None)]),
    ),
    Example(
        "H9",
        "system",
        f"{CONFIG}[0].lvmConfig.path",
        disks([disk()], [config(path="/var/lib/x")]),
        disks([disk()], [config(path="/mnt/x")]),
    ),
    Example(
        "H9",
        "system",
        f"{CONFIG}[0].lvmConfig.path",
        disks([disk()], [config(path="/home")]),
        disks([disk()], [config(path="/home/data")]),
    ),
    Example(
        "H9",
        "repeated",
        f"{CONFIG}[1].lvmConfig.path",
        disks([disk(), disk("vguser2")], [config(), config("vguser2", "/data/")]),
        disks([disk(), disk("vguser2")], [config(), config("vguser2", "/data2")]),
    ),
    Example(
        "H10",
        "type",
        f"{FIRST}.rootVolume.volumeType",
        {f"{FIRST}.rootVolume": {"volumeType": "GPSSD", "size": "100"}},
        {f"{FIRST}.rootVolume": {"volumeType": "SAS", "size": "100"}},
    ),
    Example(
        "H10",
        "size",
        f"{FIRST}.rootVolume.size",
        {f"{FIRST}.rootVolume": {"volumeType": "SSD", "size": "99"}},
        {f"{FIRST}.rootVolume": {"volumeType": "SSD", "size": "1000"}},
    ),
    Example(
        "H10", "number", f"{FIRST}.dataVolumes", disks([disk(count=5)], [config()]), disks([disk(count=4)], [config()])
    ),
    Example(
        "H11",
        "local",
        f"{CONFIG}[0].types",
        {CONFIG: [config("default", None, types=["local"])]},
        {FLAVOR: "cpu.b", CONFIG: [config("default", None, types=["local"])]},
    ),
    Example(
        "H12",
        "licence",
        "$.spec.scope",
        {"$.spec.scope": ["Train", "Infer"]},
        {"$.spec.scope": ["Train", "Notebook"], FLAVOR: "cpu.b"},
        replace(CATALOG, one_workload=True),
    ),
    Example(
        "H13",
        "nodes",
        "$.spec.clusterFlavor",
        {"$.spec.clusterFlavor": "cce.s1.small", COUNT: 21},
        {"$.spec.clusterFlavor": "cce.s1.small", COUNT: 20},
        replace(CATALOG, cluster_sizes={"cce.s1.small": 20}),
    ),
    Example("R23", "nodes", "$.spec.resources", {COUNT: 31}, {COUNT: 30}),
    Example("R23", "accelerators", "$.spec.resources", flavors("gpu.a", "gpu.b"), flavors("gpu.a", "cpu.a")),
    Example(
        "A1",
        "zones",
        f"{FIRST}.azs",
        {f"{FIRST}.azs": [{"az": "az1", "count": 1}, {"az": "az2", "count": 1}]},
        {f"{FIRST}.azs": [{"az": "az1", "count": 2}]},
    ),
    Example(
        "A2",
        "shared",
        f'{LABEL}["os.modelarts/sharing"]',
        {f'{LABEL}["os.modelarts/sharing"]': "shared"},
        {f'{LABEL}["os.modelarts/sharing"]': "unshared"},
    ),
    Example("A3", "ipv6", "$.spec.ipv6enable", {"$.spec.ipv6enable": True}, {"$.spec.ipv6enable": False}),
    Example(
        "A4",
        "force",
        "$.spec.driver.updateStrategy",
        {"$.spec.driver.updateStrategy": "force"},
        {"$.spec.driver.updateStrategy": "idle"},
    ),
    Example(
        "A5", "one_zone", "$.spec.masters", {"$.spec.masters": [{"az": "az1"}] * 3}, {"$.spec.masters": [{"az": "az1"}]}
    ),
    Example(
        "A6",
        "not_offered",
        "$.spec.driver.gpuVersion",
        {FLAVOR: "gpu.a", "$.spec.driver.gpuVersion": "1.0"},
        {FLAVOR: "gpu.a", "$.spec.driver.gpuVersion": "470.57.02"},
    ),
    Example("A7", "unusual", CONTAINERS, {CONTAINERS: "10.0.0.0/24"}, {CONTAINERS: "10.0.0.0/19"}),
    Example("A8", "reserved", "$.spec.network.name", {"$.spec.network.name": "net-inside"}, {}),
    Example(
        "A9",
        "no_effect",
        f"{CONFIG}[0].lvmConfig.path",
        disks([disk("default")], [config("default")]),
        disks([disk("default")], [config("default", None)]),
    ),
    Example(
        "A10",
        "secret",
        f"{FIRST}.extendParams.postInstall",
        {f"{FIRST}.extendParams": {"postInstall": script('echo hello\nexport DB_PASSWORD="hunter22x"')}},
        {f"{FIRST}.extendParams": {"postInstall": script('export DB_PASSWORD="$(fetch-it)"')}},
    ),
    Example("A11", "at_once", PAY, {PAY: "True"}, {PAY: "0"}),
)
