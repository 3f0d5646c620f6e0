"""How long something takes, told by how long it took: from histories as they are, not as one would like them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import inf, nan

import pytest

from pools.endpoint.scenario import TIMETABLES, Pace
from pools.estimates import Band, band, family_of, kind_of, late_after, size_of, teaches
from pools.stages import Stage

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TYPICAL = Band(usually=1100.0, at_most=1670.0, typical=True)


def test_a_history_is_told_by_its_middle_and_by_what_nine_in_ten_kept() -> None:
    assert band([*range(100, 1200, 100)], stage=Stage.CREATING) == Band(usually=600.0, at_most=1000.0)


@pytest.mark.parametrize("seconds", [[], [60.0], [60.0] * 4], ids=["none", "one", "four"])
def test_too_few_samples_are_no_history(seconds: list[float]) -> None:
    assert band(seconds, stage=Stage.CREATING) == TYPICAL


def test_what_nothing_typical_is_known_of_is_not_guessed() -> None:
    assert band([60.0], stage=Stage.DELETING) is None
    assert band([], stage="a stage of a later version") is None


@pytest.mark.parametrize("pace", [Pace.REAL, Pace.DEMO, Pace.QUICK])
def test_what_is_typical_of_the_embedded_endpoint_is_what_its_timetable_says(pace: Pace) -> None:
    told = band([], stage=Stage.CREATING, pace=pace)
    assert told
    assert told.typical
    assert told.usually <= TIMETABLES[pace].creation <= told.at_most


@pytest.mark.parametrize("odd", [-5.0, 0.0, nan, inf, 30 * 86400.0], ids=str)
def test_clocks_that_went_wrong_change_nothing(odd: float) -> None:
    sound = [100.0, 110.0, 120.0, 130.0, 140.0]
    assert band([*sound, odd], stage=Stage.CREATING) == band(sound, stage=Stage.CREATING)


def test_one_that_was_forgotten_for_days_does_not_make_everything_take_days() -> None:
    found = band([60.0, 61.0, 62.0, 63.0, 64.0, 5 * 86400.0], stage=Stage.CREATING)
    assert found
    assert found.at_most <= 64.0


def test_equal_samples_make_a_band_without_width() -> None:
    assert band([60.0] * 9, stage=Stage.CREATING) == Band(usually=60.0, at_most=60.0)


def test_overdue_begins_past_the_band_and_one_look() -> None:
    found = Band(usually=60.0, at_most=90.0)
    moment = late_after(found, stage=Stage.CREATING, began=NOON, looked_every=timedelta(seconds=20))
    assert moment == NOON + timedelta(seconds=110)


def test_people_are_never_overdue_and_neither_is_what_nothing_is_known_of() -> None:
    found, look = Band(usually=60.0, at_most=90.0), timedelta(seconds=20)
    assert late_after(found, stage=Stage.WAITING, began=NOON, looked_every=look) is None
    assert late_after(None, stage=Stage.CREATING, began=NOON, looked_every=look) is None


@pytest.mark.parametrize(
    ("length", "gap", "told"),
    [(1200, 30, True), (1200, 180, True), (1200, 181, False), (30, 60, True), (0, 0, False), (-60, 0, False),
     (600, -1, False), (8 * 86400, 30, False)],
)  # fmt: skip
def test_only_what_was_looked_at_when_it_ended_says_how_long_it_took(length: int, gap: int, told: bool) -> None:
    ended = NOON + timedelta(seconds=length)
    assert teaches(began=NOON, ended=ended, heard_before=ended - timedelta(seconds=gap)) is told


def test_what_was_never_heard_before_says_nothing() -> None:
    assert not teaches(began=NOON, ended=NOON + timedelta(minutes=5), heard_before=None)


@pytest.mark.parametrize(
    ("flavor", "family"),
    [
        ("modelarts.vm.gpu.v100.x8", "modelarts.vm.gpu.v100"),
        ("modelarts.vm.cpu.16u64g.d", "modelarts.vm.cpu"),
        ("modelarts.vm.cpu.8ud", "modelarts.vm.cpu"),
        ("modelarts.vm.cpu.16u128g.nvme", "modelarts.vm.cpu.nvme"),
        ("modelarts.bm.npu.arm.8snt9b", "modelarts.bm.npu.arm.snt9b"),
        ("modelarts.vm.npu.x86.snt3.x1", "modelarts.vm.npu.x86.snt3"),
        ("8u", "8u"),
        ("", ""),
    ],
)
def test_a_family_is_a_flavor_whatever_its_size(flavor: str, family: str) -> None:
    assert family_of([flavor]) == family


def test_a_pool_of_several_families_is_of_all_of_them_in_one_order() -> None:
    assert (
        family_of(["ai.npu.x8", "ai.cpu.8u", "ai.npu.x1"]) == family_of(["ai.cpu.16u", "ai.npu.x1"]) == "ai.cpu+ai.npu"
    )


def test_a_family_has_its_bounds() -> None:
    assert len(family_of([f"family{number}.{'x' * 400}" for number in range(40)])) == 96


@pytest.mark.parametrize(
    ("nodes", "size"),
    [(0, "1"), (1, "1"), (2, "2-4"), (4, "2-4"), (5, "5-8"), (30, "17-30"), (31, "31+"), (10**9, "31+")],
)
def test_sizes_that_are_told_apart(nodes: int, size: str) -> None:
    assert size_of(nodes) == size


@pytest.mark.parametrize(
    "document",
    [None, [], {"spec": None}, {"spec": {"resources": {}}}, {"spec": {"resources": [1, {"flavor": 3, "count": "8"}]}}],
    ids=str,
)
def test_a_document_that_says_nothing_is_of_a_kind_too(document: object) -> None:
    assert kind_of(document) == ("", "1")


def test_the_kind_of_a_pool_is_read_off_its_document() -> None:
    resources = [{"flavor": "ai.npu.x8", "count": 8}, {"flavor": "ai.cpu.8u", "count": 2}]
    assert kind_of({"spec": {"resources": resources}}) == ("ai.cpu+ai.npu", "9-16")
