"""Requests are read strictly, answers leniently, and nothing that came is lost."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pools.wire import reading
from pools.wire.breaches import Malformed, parts_of, path_of
from pools.wire.creation import PoolCreation
from pools.wire.digest import canonical, digest
from pools.wire.enums import Option, Phase, ScopeState, Sharing, WorkOrderPhase
from pools.wire.extras import Annotation, is_yes
from pools.wire.orders import WorkOrder
from pools.wire.pool import Pool
from pools.wire.shape import Shape, read_keys
from tests.pools.wire.documents import BASE, EXAMPLE, FULL, changed

quick = settings(max_examples=100, deadline=None)
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8)
leaves = (
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False) | texts
)
values = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=8
)


def exactly(document: object) -> str:
    """The document with its key order and the types of its numbers."""
    return json.dumps(document)


@st.composite
def with_extras(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document with some unknown keys strewn over all its levels, and every level's keys in any order."""
    extras = draw(st.dictionaries(texts.map("x-{}".format), values, max_size=4))
    return dict(strewn(document, Random(draw(st.integers(0, 2**32))), extras))


def strewn(value: Any, chance: Random, extras: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [strewn(item, chance, extras) for item in value]
    if not isinstance(value, dict):
        return value
    items = [(key, strewn(inner, chance, extras)) for key, inner in value.items()]
    items += chance.sample(list(extras.items()), chance.randint(0, len(extras)))
    chance.shuffle(items)
    return dict(items)


@pytest.mark.shows("Documents.unknown-keys")
@quick
@given(with_extras(FULL))
def test_a_request_is_written_as_it_was_read(document: dict[str, Any]) -> None:
    assert exactly(reading.read_creation(document).wire()) == exactly(document)


def documents_of(shape: type[Shape]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of a shape's keys, with any values or with fitting objects within."""
    inner = {key: st.none() | values | st.sampled_from(list(Phase)).map(str) for key in read_keys(shape)}
    return st.fixed_dictionaries({}, optional={**inner, "x": values})


@pytest.mark.shows("Documents.never-fails")
@quick
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "metadata": documents_of(Pool.model_fields["metadata"].annotation.__args__[0]),  # type: ignore[union-attr]
            "status": documents_of(Pool.model_fields["status"].annotation.__args__[0]),  # type: ignore[union-attr]
            "spec": documents_of(Pool.model_fields["spec"].annotation.__args__[0]),  # type: ignore[union-attr]
            "kind": values,
        },
    )
)
def test_any_answer_is_heard_and_written_as_it_came(document: dict[str, Any]) -> None:
    assert exactly(reading.hear_pool(document).wire()) == exactly(document)


@pytest.mark.shows("Documents.never-fails")
@quick
@given(values)
def test_hearing_and_reading_raise_nothing_of_their_own(document: object) -> None:
    reading.hear_pool(document)
    reading.hear_pools(document)
    reading.hear_flavors(document)
    reading.hear_work_orders(document)
    with pytest.raises(Malformed):
        reading.read_creation(document)


@quick
@given(with_extras(BASE))
def test_the_canonical_form_does_not_depend_on_the_order_of_keys(document: dict[str, Any]) -> None:
    backwards = dict(reversed(document.items()))
    assert canonical(backwards) == canonical(document)
    assert json.loads(canonical(document)) == document


def test_the_digest_is_short_and_tells_documents_apart() -> None:
    assert digest(EXAMPLE) == digest(dict(reversed(EXAMPLE.items())))
    assert digest(EXAMPLE) != digest(BASE)
    assert len(digest(EXAMPLE)) == 12


@pytest.mark.shows("Documents.empty-is-absent")
def test_what_is_empty_is_absent_and_still_written() -> None:
    document = changed(
        BASE,
        {
            '$.metadata.labels["os.modelarts/sharing"]': "",
            "$.metadata.annotations": {},
            "$.spec.driver": {"updateStrategy": "", "gpuVersion": None},
            "$.spec.resources[0].rootVolume": {},
        },
    )
    creation = reading.read_creation(document)
    assert creation.spec
    assert creation.spec.resources[0].root_volume is None
    assert exactly(creation.wire()) == exactly(document)


def test_a_change_is_written_where_the_old_value_stood() -> None:
    creation = reading.read_creation(changed(BASE, {'$.metadata.labels["os.modelarts/sharing"]': ""}))
    creation.metadata.labels.sharing = Sharing.SHARED
    assert creation.wire()["metadata"]["labels"] == {"os.modelarts/name": "pool-one", "os.modelarts/sharing": "shared"}


def test_a_shape_made_here_is_written_without_what_it_has_not() -> None:
    creation = PoolCreation.model_validate(EXAMPLE)
    assert creation.wire() == EXAMPLE
    assert creation.metadata.annotations
    assert creation.metadata.annotations.extra(Annotation.PERIOD_NUM) is None


def test_attribute_names_are_no_wire_keys() -> None:
    document = changed(BASE, {"$.spec.resources[0].max_count": "many"})
    creation = reading.read_creation(document)
    assert creation.spec
    assert creation.spec.resources[0].max_count is None
    assert creation.wire() == document


@pytest.mark.shows("Documents.spellings")
def test_keys_in_other_spellings_are_read_and_written_as_they_came() -> None:
    document = changed(
        BASE, {"$.spec.containernetwork.cidr": "10.0.0.0/16", "$.spec.resources[0].extendParams.post_install": "eA=="}
    )
    creation = reading.read_creation(document)
    assert creation.spec
    assert creation.spec.container_network
    assert creation.spec.container_network.cidr == "10.0.0.0/16"
    assert creation.spec.resources[0].extend_params
    assert creation.spec.resources[0].extend_params.post_install == "eA=="
    assert exactly(creation.wire()) == exactly(document)


@pytest.mark.shows("ListResourceFlavors.other-disks")
def test_disks_of_a_flavor_are_heard_in_the_singular_and_of_older_types() -> None:
    document = {"items": [{"spec": {"dataVolume": [{"volumeType": "SATA", "size": "500Gi"}]}}]}
    heard = reading.hear_flavors(document)
    assert [disk.volume_type for flavor in heard.items or [] for disk in flavor.spec.data_volumes] == ["SATA"]  # type: ignore[union-attr]
    assert exactly(heard.wire()) == exactly(document)


@pytest.mark.shows("Documents.dependencies")
@pytest.mark.parametrize("job_type", ["Train", "train"])
def test_what_a_job_type_depends_on_outside_is_heard_in_both_spellings(job_type: str) -> None:
    key = f"os.modelarts.pool/scope.external.dependency.{job_type}"
    heard = reading.hear_pool({"metadata": {"annotations": {key: "{}"}}})
    assert heard.metadata
    assert heard.metadata.annotations
    assert heard.metadata.annotations.dependency_train == "{}"


@pytest.mark.shows("Documents.all-mistakes")
def test_all_structure_errors_are_told_at_once_with_their_paths() -> None:
    document = changed(BASE, {'$.metadata.labels["os.modelarts/name"]': 3, "$.spec.resources[0].count": "2"})
    with pytest.raises(Malformed) as malformed:
        reading.read_creation(document)
    assert [(breach.path, breach.problem) for breach in malformed.value.breaches] == [
        ('$.metadata.labels["os.modelarts/name"]', "string"),
        ("$.spec.resources[0].count", "integer"),
    ]


@given(st.lists(st.integers(0, 99) | st.text(max_size=6), max_size=5))
@quick
def test_paths_can_be_taken_apart_again(parts: list[str | int]) -> None:
    assert list(parts_of(path_of(parts))) == parts


def heard(status: dict[str, Any]) -> Any:
    return reading.hear_pool({"status": status}).status


@pytest.mark.shows("Life.never-inside-the-post")
def test_a_pool_just_accepted_has_no_phase() -> None:
    assert heard({"resources": {}}).phase is None


@pytest.mark.shows("Documents.unknown-words")
def test_a_known_word_becomes_its_member_and_an_unknown_one_stays() -> None:
    assert heard({"phase": "Running"}).phase is Phase.RUNNING
    assert heard({"phase": "Melting"}).phase == "Melting"
    assert heard({"scope": [{"state": "EnableFailed"}]}).scope[0].state is ScopeState.ENABLE_FAILED


@pytest.mark.shows("Documents.object-for-array")
def test_an_object_where_an_array_belongs_is_its_only_item() -> None:
    counted = heard({"resources": {"creating": {"flavor": "a", "count": "3"}, "available": {}}}).resources
    assert (counted.creating[0].count, counted.available) == (3, [])


@pytest.mark.shows("Documents.one-bad-item")
def test_only_the_item_that_cannot_be_read_is_left_out_of_its_list() -> None:
    zones = [{"az": "a", "count": 1}, {"az": "b"}, {"count": 3}, {"az": "c", "count": 2}]
    status = {"resources": {"available": [{"flavor": "f", "count": 3, "azs": zones}]}}
    pool = reading.hear_pool({"status": status})
    assert pool.status
    assert pool.status.resources
    assert [zone.az for zone in (pool.status.resources.available or [])[0].azs or []] == ["a", "c"]
    assert pool.wire() == {"status": status}


@pytest.mark.shows("Documents.wrong-part")
def test_a_part_of_the_wrong_type_is_kept_raw_and_the_rest_is_heard() -> None:
    status = heard({"phase": "Creating", "scope": 7, "driver": {"gpu": "none", "npu": {"state": "Running"}}})
    assert (status.phase, status.scope, status.driver.gpu, status.driver.npu.state) == (
        "Creating",
        None,
        None,
        "Running",
    )
    assert status.extra("scope") == 7


def test_milliseconds_are_heard_although_they_are_longer_than_other_numbers() -> None:
    heard = reading.hear(WorkOrder, {"creationTimestamp": 1772352000000, "beginTimestamp": 0})
    assert (heard.creation_timestamp, heard.begin_timestamp) == (1772352000000, 0)


@pytest.mark.shows("ClientWatching.misspelt-orders")
@pytest.mark.parametrize(
    ("phase", "result", "outcome"),
    [
        ("processing", None, WorkOrderPhase.RUNNING),
        ("completed", "successed", WorkOrderPhase.SUCCESSED),
        ("completed", "failed", WorkOrderPhase.FAILED),
        ("completed", None, "completed"),
        ("success", None, WorkOrderPhase.SUCCESSED),
        ("partialSuccessed", None, WorkOrderPhase.PARTIAL_SUCCESSED),
        ("odd", None, "odd"),
        (None, None, None),
    ],
)
def test_the_words_for_an_orders_outcome_are_brought_together(phase: Any, result: Any, outcome: Any) -> None:
    assert WorkOrder(phase=phase, result=result).outcome == outcome


@pytest.mark.shows("Documents.switches")
@pytest.mark.parametrize(
    ("value", "yes"), [("1", True), ("TRUE", True), (True, True), ("0", False), (1, False), (None, False)]
)
def test_switches_are_read_in_all_their_spellings(value: object, yes: bool) -> None:
    assert is_yes(value) is yes


def test_every_option_has_a_meaning_for_people() -> None:
    def all_of(option: type[Option]) -> list[type[Option]]:
        return [option, *(deeper for child in option.__subclasses__() for deeper in all_of(child))]

    assert all(member.meaning for option in all_of(Option) for member in option)
