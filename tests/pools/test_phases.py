from datetime import timedelta

import pytest

from pools.phases import ALARMING, MOVING, SETTLED, Group, group_of, look_again_after
from pools.wire.enums import Phase

DAY = timedelta(days=1)


def test_every_phase_is_either_moving_or_settled() -> None:
    assert set(Phase) == MOVING | SETTLED
    assert not MOVING & SETTLED


def test_whatever_alarms_stays_until_something_happens() -> None:
    assert ALARMING < SETTLED


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_a_group_of_its_own(phase: Phase) -> None:
    assert group_of(phase) is not Group.UNKNOWN


def test_an_unknown_word_is_neutral_and_looked_at_every_minute() -> None:
    assert group_of("Levitating") is Group.UNKNOWN
    assert look_again_after("Levitating") == timedelta(seconds=60)


@pytest.mark.parametrize(
    ("phase", "age", "moving", "seconds"),
    [
        ("", timedelta(), False, 20),
        (Phase.WAITING, timedelta(hours=9), False, 20),
        (Phase.CREATING, timedelta(minutes=4), False, 20),
        (Phase.CREATING, timedelta(minutes=5), False, 30),
        (Phase.RUNNING, DAY, False, 60),
        (Phase.RUNNING, DAY, True, 15),
        (Phase.ABNORMAL, DAY, False, 30),
        (Phase.DELETING, timedelta(), False, 30),
        (Phase.ERROR, timedelta(hours=23), False, 60),
        (Phase.CREATION_FAILED, DAY, False, 300),
        (Phase.SCALING_FAILED, DAY, False, 300),
    ],
)
def test_how_soon_a_real_cloud_is_asked_again(phase: str, age: timedelta, moving: bool, seconds: int) -> None:
    assert look_again_after(phase, age, moving=moving) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("pace", "phase", "seconds"),
    [
        ("instant", Phase.RUNNING, 1),
        ("demo", Phase.WAITING, 1),
        ("demo", Phase.CREATING, 1),
        ("demo", Phase.RUNNING, 3),
        ("real", Phase.RUNNING, 60),
    ],
)
def test_the_embedded_endpoint_is_asked_at_its_own_pace_but_not_within_a_second(
    pace: str, phase: str, seconds: float
) -> None:
    assert look_again_after(phase, pace=pace) == timedelta(seconds=seconds)
