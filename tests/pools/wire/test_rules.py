"""Every rule, broken and kept, and what a verdict says about it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pools.wire.breaches import Breach
from pools.wire.errors import Code
from pools.wire.limits import Catalog, Compatibility, Verdict, judge, say
from pools.wire.limits.saying import WORDS
from tests.pools.wire.documents import ABSENT, BASE, CATALOG, EXAMPLE, FULL, changed
from tests.pools.wire.examples import COUNT, EXAMPLES, FIRST, NAME, Example, disk, disks

NAMES = [f"{example.rule}-{example.problem}-{number}" for number, example in enumerate(EXAMPLES)]


def all_of(verdict: Verdict) -> list[Breach]:
    return [*verdict.breaches, *verdict.house_rules, *verdict.advice]


def verdict_of(example: Example, changes: object) -> Verdict:
    assert isinstance(changes, dict)
    return judge(changed(BASE, changes), catalog=example.catalog, compatibility=example.compatibility)


@pytest.mark.shows("ClientWatching.cidr-advice")
@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_a_broken_rule_is_told_with_its_place(example: Example) -> None:
    found = [(one.rule, one.path, one.problem) for one in all_of(verdict_of(example, example.breaks))]
    assert (example.rule, example.path, example.problem) in found


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_a_kept_rule_is_not_told(example: Example) -> None:
    if example.rule == "R21":
        example = example._replace(catalog=replace(example.catalog, pools_used=14))
    verdict = verdict_of(example, example.keeps)
    assert example.rule not in [one.rule for one in all_of(verdict)]
    assert not verdict.blocking


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_every_breach_can_be_said(example: Example) -> None:
    for one in all_of(verdict_of(example, example.breaks)):
        assert (one.rule, one.problem) in WORDS
        assert "{" not in say(one)


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_the_endpoint_enforces_the_services_rules_and_not_the_house_rules(example: Example) -> None:
    verdict = verdict_of(example, example.breaks)
    part = {"H": verdict.house_rules, "A": verdict.advice}.get(example.rule[0], verdict.breaches)
    part = verdict.advice if example.rule == "R23" else part
    assert example.rule in [one.rule for one in part]


def test_every_sentence_has_an_example() -> None:
    assert {(example.rule, example.problem) for example in EXAMPLES} == set(WORDS)


def test_the_documents_own_example_is_acceptable() -> None:
    assert judge(EXAMPLE).is_acceptable


def test_a_document_with_every_field_is_acceptable_and_the_house_has_nothing_against_it() -> None:
    verdict = judge(FULL, catalog=CATALOG)
    assert (verdict.is_acceptable, verdict.blocking) == (True, ())


def test_what_is_not_known_is_not_judged() -> None:
    assert (
        judge(changed(BASE, {f"{FIRST}.flavor": "cpu.x", "$.spec.network.name": "net-x"}), catalog=Catalog()).breaches
        == ()
    )


@pytest.mark.shows("CreatePool.rules-agree")
def test_the_endpoint_and_the_console_give_the_same_verdict() -> None:
    for example in EXAMPLES:
        document = changed(BASE, example.breaks)
        asked = {"catalog": example.catalog, "compatibility": example.compatibility}
        assert judge(document, **asked, only_breaches=True).breaches == judge(document, **asked).breaches  # type: ignore[arg-type]


def test_breaches_come_in_the_order_of_the_rules() -> None:
    wrong = changed(BASE, {NAME: "pool-taken", COUNT: 0, "$.kind": "x", f"{FIRST}.maxCount": 4, "$.spec.network": {}})
    assert [one.rule for one in judge(wrong, catalog=CATALOG).breaches] == ["R1", "R3", "R8", "R8", "R22"]


def test_a_taken_name_answers_409_with_the_services_words() -> None:
    (taken,) = judge(changed(BASE, {NAME: "pool-taken"}), catalog=CATALOG).breaches
    assert (taken.status, taken.code, say(taken)) == (409, Code.POOL_EXISTS, "Pool already exists.")


def test_two_long_names_with_one_identifier_clash() -> None:
    catalog = replace(CATALOG, pool_names=frozenset({"a" * 31}))
    (clash,) = judge(changed(BASE, {NAME: "a" * 32}), catalog=catalog, compatibility=Compatibility.WIDE).breaches
    assert clash.rule == "R22"


@pytest.mark.parametrize(
    ("workspace", "code"), [("ws-x", "ModelArts.7005"), ("ws-broken", "ModelArts.7004")], ids=["unknown", "abnormal"]
)
def test_workspaces_have_codes_of_their_own(workspace: str, code: str) -> None:
    document = changed(BASE, {'$.metadata.labels["os.modelarts/workspace.id"]': workspace})
    (found,) = judge(document, catalog=replace(CATALOG, networks=None)).breaches
    assert (found.status, found.code) == (400, code)


def test_a_full_quota_has_the_services_words() -> None:
    (full,) = judge(BASE, catalog=replace(CATALOG, pool_quota=1, pools_used=1)).breaches
    assert (full.code, say(full)) == (Code.QUOTA_EXCEEDED, "The expected pools exceeds the quota limit.")


def test_a_missing_network_is_told_as_the_service_does() -> None:
    (missing,) = judge(changed(BASE, {"$.spec.network": ABSENT})).breaches
    assert say(missing) == "Bad request. $.spec.network: spec.network is required (R3)"


@pytest.mark.shows("CreatePool.r5-absent")
def test_an_absent_scope_is_accepted_in_both_modes() -> None:
    for mode in Compatibility:
        assert judge(changed(BASE, {"$.spec.scope": ABSENT}), compatibility=mode).is_acceptable


@pytest.mark.shows("CreatePool.wide")
@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({NAME: "a" * 32}, id="a name of 32"),
        pytest.param({f"{FIRST}.rootVolume": {"volumeType": "SSD", "size": "100Gi"}}, id="a size with a unit"),
        pytest.param({f"{FIRST}.rootVolume": {"volumeType": "SSD", "size": 100}}, id="a size as a number"),
        pytest.param({'$.metadata.annotations["os.modelarts/auto.pay"]': True}, id="a JSON boolean"),
        pytest.param(
            {
                f"{FIRST}.dataVolumes": [{"volumeType": "SSD", "size": "100"}],
                f"{FIRST}.volumeGroupConfigs": [{"volumeGroup": "default"}],
            },
            id="a disk without extendParams",
        ),
    ],
)
def test_only_the_wide_mode_gives_the_room_other_clients_need(changes: dict[str, object]) -> None:
    document = changed(BASE, changes)
    assert not judge(document).is_acceptable
    assert judge(document, compatibility="wide").is_acceptable


def test_a_disk_without_extend_params_is_an_ordinary_one_in_the_wide_mode() -> None:
    document = changed(BASE, {f"{FIRST}.dataVolumes": [{"volumeType": "SSD", "size": 100}]})
    (missing,) = judge(document, compatibility="wide").breaches
    assert (missing.rule, missing.problem) == ("R11", "required")


@pytest.mark.shows("Documents.empty-is-absent")
@pytest.mark.parametrize("absent", [{}, ""], ids=["object", "string"])
def test_what_is_empty_is_absent_where_it_is_optional(absent: object) -> None:
    document = changed(
        BASE,
        {
            "$.metadata.annotations": {},
            f"{FIRST}.rootVolume": absent,
            f"{FIRST}.maxCount": "",
            "$.spec.driver": absent,
            f"{FIRST}.creatingStep": absent,
        },
    )
    assert judge(document, catalog=CATALOG).blocking == ()


def test_stripes_over_local_disks_are_taken_at_their_word() -> None:
    group = {"volumeGroup": "vguser1", "lvmConfig": {"lvType": "striped", "path": "/data"}, "types": ["local"]}
    assert judge(changed(BASE, disks([disk()], [group]))).breaches == ()


@pytest.mark.parametrize("document", [None, [], "x", 3, True, {}, {"spec": 3}, {"metadata": {"labels": None}}])
def test_anything_may_come_before_the_judge(document: object) -> None:
    verdict = judge(document, catalog=CATALOG)
    assert verdict.creation is None
    assert verdict.breaches
    assert not verdict.is_acceptable


@pytest.mark.shows("Documents.flood")
def test_a_flood_of_mistakes_is_not_told_one_by_one() -> None:
    flood = {"flavor": "cpu.a", "count": 0, "tags": [{"key": "CCE-", "value": ""}]}
    assert len(judge(changed(BASE, {"$.spec.resources": [flood] * 5000}), catalog=CATALOG).breaches) == 100
