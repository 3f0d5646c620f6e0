"""Is what was found abroad what we ordered? Proved, disproved, or left to a person."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pools.recognising import Finding, created_at, name_of, recognise
from pools.wire import naming

SENT_AT = datetime(2026, 3, 1, 8, 0, 0, 400_000, tzinfo=UTC)

SENT: dict[str, Any] = {
    "apiVersion": "v2",
    "kind": "Pool",
    "metadata": {
        "labels": {"os.modelarts/name": "team-blue", "os.modelarts/workspace.id": "0"},
        "annotations": {"os.modelarts/description": "training", "os.modelarts/auto.pay": "1"},
    },
    "spec": {
        "type": "Dedicate",
        "scope": ["Train", "Notebook"],
        "network": {"name": "net-blue-1"},
        "ipv6enable": True,
        "resources": [
            {
                "flavor": "gpu",
                "count": 2,
                "azs": [{"az": "az-1a", "count": 2}],
                "dataVolumes": [{"volumeType": "SSD", "size": "500", "extendParams": {"volumeGroup": "vgpaas"}}],
                "volumeGroupConfigs": [{"volumeGroup": "vgpaas", "dockerThinPool": 60, "lvmConfig": {}}],
                "tags": [],
                "extendParams": {"dockerBaseSize": "50", "postInstall": ""},
            },
            {"flavor": "cpu", "count": 1, "maxCount": 1},
        ],
    },
}


def heard(*, created: datetime | str | None = SENT_AT) -> dict[str, Any]:
    """The answer to `SENT`, with what the service adds."""
    document = deepcopy(SENT)
    document["metadata"]["name"] = "team-blue-1"
    document["metadata"]["annotations"] = {"os.modelarts/order.id": "CS1"}
    document["metadata"]["labels"]["os.modelarts/resource.id"] = "maos-team-blue-k2x9d"
    stamp = created.strftime("%Y-%m-%dT%H:%M:%SZ") if isinstance(created, datetime) else created
    if stamp is not None:
        document["metadata"]["creationTimestamp"] = stamp
    first, second = document["spec"]["resources"]
    first |= {"maxCount": 2, "nodePool": "", "rootVolume": {"size": "150"}}
    del first["tags"], first["extendParams"]["postInstall"], first["volumeGroupConfigs"][0]["lvmConfig"]
    second["azs"] = [{"az": "az-1b", "count": 1}]
    document["status"] = {"resources": {}}
    return document


def find(document: dict[str, Any], *, skew: float = 0.0, claimed: bool = False, sent: Any = None) -> Finding:
    return recognise(
        sent=SENT if sent is None else sent,
        heard=document,
        first_sent_at=SENT_AT,
        clock_skew=skew,
        claimed=claimed,
    )


def test_what_we_sent_found_unchanged_is_ours_whatever_was_added() -> None:
    assert find(heard()) is Finding.OURS


def test_description_and_other_annotations_prove_nothing() -> None:
    document = heard()
    document["metadata"]["annotations"]["os.modelarts/description"] = "somebody else's words"

    assert find(document) is Finding.OURS


def change(document: Any, path: str, value: Any) -> None:
    *way, last = path.split(".")
    for step in way:
        document = document[int(step) if step.isdigit() else step]
    document[int(last) if last.isdigit() else last] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("spec.type", "Logical"),
        ("spec.scope", ["Train"]),
        ("spec.scope", ["Train", "Notebook", "Infer"]),
        ("spec.network", None),
        ("spec.network.name", "net-red-1"),
        ("spec.ipv6enable", 1),
        ("spec.ipv6enable", False),
        ("spec.resources.0.count", 3),
        ("spec.resources.0.count", "2"),
        ("spec.resources.0.flavor", "npu"),
        ("spec.resources.0.azs.0.az", "az-1c"),
        ("spec.resources.0.dataVolumes", {"volumeType": "SSD", "size": "500"}),
        ("spec.resources.0.dataVolumes.0.size", "600"),
        ("spec.resources.0.dataVolumes.0.extendParams", {}),
        ("spec.resources.0.volumeGroupConfigs.0.dockerThinPool", 60.5),
        ("spec.resources.1.maxCount", 2),
        ("spec.resources", []),
        ("spec", None),
        ("spec", []),
    ],
)
def test_one_value_changed_is_a_persons_to_judge(path: str, value: Any) -> None:
    document = heard()
    change(document, path, value)

    assert find(document) is Finding.UNPROVEN


@pytest.mark.parametrize(("label", "value"), [("name", "team-red"), ("workspace.id", "7")])
def test_another_name_or_workspace_is_not_proved_ours(label: str, value: str) -> None:
    document = heard()
    document["metadata"]["labels"][f"os.modelarts/{label}"] = value

    assert find(document) is Finding.UNPROVEN


def test_entries_in_another_order_are_a_persons_to_judge() -> None:
    document = heard()
    document["spec"]["resources"].reverse()

    assert find(document) is Finding.UNPROVEN


def test_job_types_mean_the_same_in_any_order() -> None:
    document = heard()
    document["spec"]["scope"].reverse()

    assert find(document) is Finding.OURS


def test_the_default_workspace_need_not_be_named() -> None:
    document = heard()
    del document["metadata"]["labels"]["os.modelarts/workspace.id"]

    assert find(document) is Finding.OURS


def test_an_elastic_count_not_told_is_the_count() -> None:
    document = heard()
    document["spec"]["resources"][1].pop("maxCount")

    assert find(document) is Finding.OURS


@pytest.mark.parametrize(
    ("seconds", "finding"),
    [
        (-3600, Finding.NOT_OURS),
        (-2, Finding.NOT_OURS),
        (-0.4, Finding.OURS),
        (0, Finding.OURS),
        (3600, Finding.OURS),
    ],
)
def test_a_pool_older_than_our_first_send_is_not_ours(seconds: float, finding: Finding) -> None:
    assert find(heard(created=SENT_AT + timedelta(seconds=seconds))) is finding


@pytest.mark.shows("ClientErrors.clock")
@pytest.mark.parametrize(
    ("seconds", "skew", "finding"),
    [
        (-60, -60, Finding.OURS),  # their clock is a minute behind
        (-64, -60, Finding.NOT_OURS),
        (55, 60, Finding.NOT_OURS),  # theirs is a minute ahead: this one was made before we sent
        (60, 60, Finding.OURS),
    ],
)
def test_times_are_compared_by_one_clock(seconds: float, skew: float, finding: Finding) -> None:
    assert find(heard(created=SENT_AT + timedelta(seconds=seconds)), skew=skew) is finding


@pytest.mark.parametrize("created", [None, "", "yesterday", "2026-13-01T00:00:00Z"])
def test_a_pool_without_a_creation_time_is_a_persons_to_judge(created: str | None) -> None:
    assert find(heard(created=created)) is Finding.UNPROVEN


def test_a_creation_time_that_is_no_text_is_none() -> None:
    document = heard()
    document["metadata"]["creationTimestamp"] = 1772352000

    assert created_at(document) is None


def test_a_time_without_a_zone_is_utc() -> None:
    assert created_at(heard(created="2026-03-01T08:00:00")) == datetime(2026, 3, 1, 8, tzinfo=UTC)


def test_a_pool_that_another_order_claimed_is_not_ours_however_alike() -> None:
    assert find(heard(), claimed=True) is Finding.NOT_OURS


@pytest.mark.parametrize(
    ("name", "pool_id"),
    [
        ("team-blue", "team-blue-p1"),
        ("a" * 30 + "bc", "a" * 30 + "-p1"),
        ("a" * 28 + "--bc", "a" * 28 + "-p1"),
    ],
)
def test_the_id_is_the_name_cut_to_thirty_and_the_project(name: str, pool_id: str) -> None:
    assert naming.pool_id(name, "p1") == pool_id


@pytest.mark.parametrize("document", [{}, {"metadata": None}, {"metadata": {"labels": []}}, {"metadata": 7}])
def test_a_document_out_of_shape_has_no_name_and_is_nobodys(document: dict[str, Any]) -> None:
    assert name_of(document) == ""
    assert find(document) is Finding.UNPROVEN


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


def sending(spec: Any) -> dict[str, Any]:
    return {"metadata": {"labels": {"os.modelarts/name": "team-blue"}}, "spec": spec}


def answering(spec: Any) -> dict[str, Any]:
    return heard() | {"spec": spec}


@given(spec=st.dictionaries(st.text(max_size=4), JSON, max_size=4))
def test_whatever_was_sent_is_recognised_in_its_own_echo(spec: dict[str, Any]) -> None:
    assert find(answering(json.loads(json.dumps(spec))), sent=sending(spec)) is Finding.OURS


@given(spec=st.dictionaries(st.text(max_size=4), JSON, max_size=4), other=JSON)
def test_comparing_never_fails_whatever_is_heard(spec: dict[str, Any], other: Any) -> None:
    assert find(answering(other), sent=sending(spec)) in Finding


@given(spec=st.dictionaries(st.text(max_size=4), JSON, max_size=4), extra=JSON)
def test_what_was_not_sent_is_ignored(spec: dict[str, Any], extra: Any) -> None:
    assert find(answering(spec | {"added by them": extra}), sent=sending(spec)) is Finding.OURS
