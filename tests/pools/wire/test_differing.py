"""What differs between two documents, as facts: nothing twice, nothing in silence, and nothing that means the same."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pools.wire.differing import Aspect, Difference, differences
from tests.builders import heard, payload

NPU, CPU = "modelarts.npu.8u", "modelarts.vm.cpu.16u64g.d"


def ordered(*resources: dict[str, Any], **spec: Any) -> dict[str, Any]:
    return payload(resources=list(resources) or [{"flavor": NPU, "count": 8}], **spec)


def nodes(number: int = 8, *, flavor: str = NPU, **more: Any) -> dict[str, Any]:
    return {"flavor": flavor, "count": number, **more}


def placed(**zones: int) -> dict[str, Any]:
    return {"count": sum(zones.values()), "azs": [{"az": az, "count": count} for az, count in zones.items()]}


def disk(size: str = "500", *, group: str = "vgpaas", kind: str = "SSD", **more: Any) -> dict[str, Any]:
    return {"volumeType": kind, "size": size, "extendParams": {"volumeGroup": group}, **more}


def told(found: list[Difference]) -> list[tuple[Any, ...]]:
    """Aspect, flavor, place, before and after of each."""
    return [(each.aspect, each.flavor, each.place, each.was, each.became) for each in found]


def noted(key: str, value: Any, *, where: str = "annotations") -> dict[str, Any]:
    document = ordered()
    document["metadata"][where][f"os.modelarts/{key}"] = value
    return document


SAME = [
    ("flavors in another order", ordered(nodes(), nodes(flavor=CPU)), ordered(nodes(flavor=CPU), nodes())),
    ("zones in another order", ordered(nodes(**placed(az1=4, az2=4))), ordered(nodes(**placed(az2=4, az1=4)))),
    ("job types in another order", ordered(scope=["Train", "Infer"]), ordered(scope=["Infer", "Train"])),
    ("tags in another order",
     ordered(nodes(tags=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])),
     ordered(nodes(tags=[{"key": "b", "value": "2"}, {"key": "a", "value": "1"}]))),
    ("disks in another order", ordered(nodes(dataVolumes=[disk(), disk("100", group="default")])),
     ordered(nodes(dataVolumes=[disk("100", group="default"), disk()]))),
    ("groups in another order",
     ordered(nodes(volumeGroupConfigs=[{"volumeGroup": "vgpaas", "dockerThinPool": 60}, {"volumeGroup": "default"}])),
     ordered(nodes(volumeGroupConfigs=[{"volumeGroup": "default"}, {"volumeGroup": "vgpaas", "dockerThinPool": 60}]))),
    ("masters in another order", ordered(masters=[{"az": "az1"}, {"az": "az2"}]),
     ordered(masters=[{"az": "az2"}, {"az": "az1"}])),
    ("a size with its unit", ordered(nodes(rootVolume={"size": "100", "volumeType": "SSD"})),
     ordered(nodes(rootVolume={"size": "100Gi", "volumeType": "SSD"}))),
    ("the largest number that is the number", ordered(nodes()), ordered(nodes(maxCount=8))),
    ("one disk, counted", ordered(nodes(dataVolumes=[disk()])), ordered(nodes(dataVolumes=[disk(count=1)]))),
    ("two disks, counted or written twice", ordered(nodes(dataVolumes=[disk(), disk()])),
     ordered(nodes(dataVolumes=[disk(count=2)]))),
    ("what is empty", ordered(nodes(azs=[], tags=[], extendParams={})), ordered(nodes())),
    ("the flavor's own node pool, named", ordered(nodes(nodePool=f"{NPU}-default")), ordered(nodes())),
    ("another spelling of a key", ordered(nodes(extendParams={"postInstall": "ZWNobw=="})),
     ordered(nodes(extendParams={"post_install": "ZWNobw=="}))),
    ("no IPv6, said or not", ordered(ipv6enable=False), ordered()),
    ("pay-per-use, said or not", noted("billing.mode", "0"), noted("billing.mode", "")),
    ("the default workspace, said or not", noted("workspace.id", "0", where="labels"),
     noted("workspace.id", "", where="labels")),
    ("a switch that is off, said or not", noted("auto.pay", "0"), noted("auto.pay", "")),
]  # fmt: skip


@pytest.mark.parametrize(("was", "became"), [case[1:] for case in SAME], ids=[case[0] for case in SAME])
def test_what_means_the_same_is_no_difference(was: dict[str, Any], became: dict[str, Any]) -> None:
    assert differences(was, became) == differences(became, was) == []


DIFFERENT = [
    (ordered(nodes(**placed(az1=8))), ordered(nodes(**placed(az1=8, az2=8))), (Aspect.NODES, NPU, "az2", None, 8)),
    (ordered(nodes(**placed(az1=8))), ordered(nodes(**placed(az1=6))), (Aspect.NODES, NPU, "az1", 8, 6)),
    (ordered(nodes(8)), ordered(nodes(12)), (Aspect.NODES, NPU, "", 8, 12)),
    (ordered(nodes()), ordered(nodes(), nodes(2, flavor=CPU)), (Aspect.NODES, CPU, "", None, 2)),
    (ordered(nodes(8)), ordered(nodes(**placed(az1=8))), (Aspect.PLACEMENT, NPU, "", {}, {"az1": 8})),
    (ordered(nodes(**placed(az1=8))), ordered(nodes(8)), (Aspect.PLACEMENT, NPU, "", {"az1": 8}, {})),
    (ordered(nodes()), ordered(nodes(maxCount=9)), (Aspect.MOST_NODES, NPU, "", None, 9)),
    (ordered(nodes(rootVolume={"size": "100"})), ordered(nodes(rootVolume={"size": "500"})),
     (Aspect.SYSTEM_DISK_SIZE, NPU, "", 100, 500)),
    (ordered(nodes(rootVolume={"volumeType": "SAS"})), ordered(nodes(rootVolume={"volumeType": "SSD"})),
     (Aspect.SYSTEM_DISK_TYPE, NPU, "", "SAS", "SSD")),
    (ordered(nodes(dataVolumes=[disk("100")])), ordered(nodes(dataVolumes=[disk("500", count=2)])),
     (Aspect.DATA_DISKS, NPU, "vgpaas", ((1, 100, "SSD"),), ((2, 500, "SSD"),))),
    (ordered(nodes(volumeGroupConfigs=[{"volumeGroup": "vgpaas"}])),
     ordered(nodes(volumeGroupConfigs=[{"volumeGroup": "vgpaas", "lvmConfig": {"lvType": "striped"}}])),
     (Aspect.WRITING, NPU, "vgpaas", None, "striped")),
    (ordered(nodes(volumeGroupConfigs=[{"volumeGroup": "vguser1", "types": ["volume"]}])),
     ordered(nodes(volumeGroupConfigs=[{"volumeGroup": "vguser1", "types": ["volume", "local"]}])),
     (Aspect.STORAGE, NPU, "vguser1", ("volume",), ("local", "volume"))),
    (ordered(nodes()), ordered(nodes(extendParams={"postInstall": "ZWNobw=="})),
     (Aspect.SCRIPT, NPU, "", None, "ZWNobw==")),
    (ordered(nodes(tags=[{"key": "team", "value": "a"}])), ordered(nodes(tags=[{"key": "team", "value": "b"}])),
     (Aspect.TAG, NPU, "team", "a", "b")),
    (ordered(scope=["Train"]), ordered(scope=["Train", "Infer"]), (Aspect.JOB_TYPE, "", "Infer", None, True)),
    (ordered(driver={"updateStrategy": "idle"}), ordered(driver={"updateStrategy": "force"}),
     (Aspect.UPGRADES, "", "", "idle", "force")),
    (ordered(), ordered(ipv6enable=True), (Aspect.IPV6, "", "", False, True)),
    (ordered(masters=[{"az": "az1"}]), ordered(), (Aspect.MASTERS, "", "az1", 1, None)),
    (ordered(), noted("billing.mode", "1"), (Aspect.BILLING_MODE, "", "", "0", "1")),
    (ordered(), noted("auto.pay", "true"), (Aspect.AUTO_PAY, "", "", False, True)),
    (noted("sharing", "unshared", where="labels"), noted("sharing", "shared", where="labels"),
     (Aspect.SHARING, "", "", "unshared", "shared")),
    (ordered(), noted("never.heard.of", "x"),
     (Aspect.OTHER, "", "metadata.annotations.os.modelarts/never.heard.of", None, "x")),
    (ordered(nodes(os={"name": "a"})), ordered(nodes(os={"name": "b"})), (Aspect.OTHER, NPU, "os.name", "a", "b")),
    (ordered(nodes(volumeGroupConfigs=[{"volumeGroup": "vgpaas", "new": 1}])),
     ordered(nodes(volumeGroupConfigs=[{"volumeGroup": "vgpaas", "new": 2}])),
     (Aspect.OTHER, NPU, "vgpaas.new", 1, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("was", "became", "difference"), DIFFERENT, ids=[case[2][0] for case in DIFFERENT])
def test_one_change_is_one_difference(was: dict[str, Any], became: dict[str, Any], difference: tuple[Any, ...]) -> None:
    assert told(differences(was, became)) == [difference]


def test_of_a_flavor_that_is_not_wanted_any_more_it_is_enough_to_say_so() -> None:
    was = ordered(nodes(), nodes(2, flavor=CPU, rootVolume={"size": "100"}, dataVolumes=[disk()]))
    assert told(differences(was, ordered())) == [(Aspect.NODES, CPU, "", 2, None)]


def test_a_flavor_that_is_new_brings_all_that_it_has() -> None:
    found = differences(ordered(), ordered(nodes(), nodes(2, flavor=CPU, rootVolume={"size": "100"})))
    assert [each.aspect for each in found] == [Aspect.NODES, Aspect.SYSTEM_DISK_SIZE]


def test_node_pools_of_one_flavor_are_told_apart() -> None:
    def two(size: str) -> dict[str, Any]:
        return ordered(nodes(2), nodes(2, nodePool="spare", rootVolume={"size": size}))

    (found,) = differences(two("100"), two("200"))
    assert (found.batch, found.was, found.became) == ("spare", 100, 200)


def test_nodes_are_read_first_and_what_nobody_knows_last() -> None:
    became = ordered(nodes(9, rootVolume={"size": "100"}), scope=["Infer"], zebra=1)
    aspects = [each.aspect for each in differences(ordered(), became)]
    assert aspects == [
        Aspect.NODES, Aspect.SYSTEM_DISK_SIZE, Aspect.JOB_TYPE, Aspect.JOB_TYPE, Aspect.OTHER
    ]  # fmt: skip


def test_a_difference_says_where_it_stands() -> None:
    (found,) = differences(ordered(), ordered(nodes(rootVolume={"size": "100"})))
    assert found.path == "$.spec.resources[0].rootVolume.size"


def test_true_is_not_one() -> None:
    assert told(differences(ordered(ipv6enable=True), ordered(ipv6enable=1))) == [(Aspect.IPV6, "", "", True, 1)]


ODD: list[Any] = [
    None, 7, "x", [], ["x"], {}, {"spec": None}, {"spec": []}, {"spec": {"resources": {}}},
    {"spec": {"resources": {"flavor": NPU}}}, {"spec": {"resources": [None, 3, "x", []]}},
    {"spec": {"resources": [{"flavor": {"a": 1}, "count": "8", "azs": "az1"}]}},
    {"spec": {"resources": [{"count": True, "azs": [{"az": 1, "count": "x"}]}]}},
    {"spec": {"resources": [{"flavor": NPU, "count": 1, "azs": [{"az": "az1", "count": 4}]}]}},
    {"spec": {"resources": [{"dataVolumes": [{"extendParams": "x", "size": [], "count": "two"}]}]}},
    {"spec": {"resources": [{"dataVolumes": [{"extendParams": {"volumeGroup": ["a"], "more": 1}}]}]}},
    {"spec": {"resources": [{"volumeGroupConfigs": [{"types": "local"}, 3], "tags": "x", "rootVolume": 4}]}},
    {"spec": {"resources": [{"volumeGroupConfigs": [{"types": [1]}]}], "scope": "Train", "masters": [{"az": {}}]}},
    {"spec": {"scope": [{"x": 1}, None], "masters": [{"az": "az1", "more": 1}], "driver": "x", "network": []}},
    {"metadata": "x"}, {"metadata": {"labels": ["os.modelarts/name"], "annotations": {"": {"": {"": 1}}}}},
]  # fmt: skip


NOTHING: list[Any] = [None, [], {}, {"spec": None}, {"spec": []}, {"spec": {"resources": {}}}]


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: json.dumps(odd)[:60])
def test_a_document_of_any_shape_is_compared(odd: Any) -> None:
    """Nothing is raised, a document does not differ from itself, and what stands in it is told either way."""
    assert differences(odd, odd) == []
    assert bool(differences({}, odd)) == bool(differences(odd, {})) == (odd not in NOTHING)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["spec", "metadata", "labels", "resources", "flavor", "count", "azs", "az", "tags", "key", "x"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(json_values, json_values)
def test_any_two_documents_are_compared(was: Any, became: Any) -> None:
    assert differences(was, deepcopy(was)) == []
    assert bool(differences(was, became)) == bool(differences(became, was))


# What was ordered, and what the cloud answers


def answered(document: dict[str, Any], **spec: Any) -> dict[str, Any]:
    """The document as the cloud echoes it, with what it adds."""
    answer = heard(name="pool-one")
    answer["spec"] = deepcopy(document["spec"]) | {"controlMode": 0, "jobFlavors": ["a"], **spec}
    answer["metadata"]["labels"]["os.modelarts/order.name"] = "order-1"
    answer["metadata"]["annotations"] = {"os.modelarts/order.id": "CS1"}
    return answer


ORDERED = ordered(nodes(rootVolume={"size": "100"}), scope=["Train"])


def test_what_the_answer_tells_besides_is_no_difference() -> None:
    assert differences(ORDERED, answered(ORDERED), asked_only=True) == []


def test_what_was_left_to_the_cloud_is_no_difference() -> None:
    chosen = [
        nodes(rootVolume={"size": "100Gi", "volumeType": "SSD"}, dataVolumes=[disk()], maxCount=8,
              tags=[{"key": "CCE-x", "value": "1"}], **placed(az1=3, az2=5))
    ]  # fmt: skip
    answer = answered(ORDERED, resources=chosen, masters=[{"az": "az1"}], clusterFlavor="small")
    assert differences(ORDERED, answer, asked_only=True) == []


def test_what_the_answer_does_not_echo_of_the_metadata_is_no_difference() -> None:
    asked = deepcopy(ORDERED)
    asked["metadata"]["annotations"] |= {"os.modelarts/auto.pay": "1", "os.modelarts/description": "For Lena"}
    assert differences(asked, answered(ORDERED), asked_only=True) == []


DRIFTED = [
    ({"resources": [nodes(9, rootVolume={"size": "100"}, **placed(az1=9))]}, (Aspect.NODES, NPU, "", 8, 9)),
    ({"resources": [nodes(rootVolume={"size": "200"})]}, (Aspect.SYSTEM_DISK_SIZE, NPU, "", 100, 200)),
    ({"resources": [nodes()]}, (Aspect.SYSTEM_DISK_SIZE, NPU, "", 100, None)),
    ({"resources": [*ORDERED["spec"]["resources"], nodes(1, flavor=CPU)]}, (Aspect.NODES, CPU, "", None, 1)),
    ({"scope": ["Train", "Notebook"]}, (Aspect.JOB_TYPE, "", "Notebook", None, True)),
    ({"network": {"name": "another"}}, (Aspect.NETWORK, "", "", ORDERED["spec"]["network"]["name"], "another")),
]


@pytest.mark.parametrize(("changed", "difference"), DRIFTED)
def test_what_is_otherwise_than_ordered_is_told(changed: dict[str, Any], difference: tuple[Any, ...]) -> None:
    assert told(differences(ORDERED, answered(ORDERED, **changed), asked_only=True)) == [difference]
