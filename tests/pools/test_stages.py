"""The law of stages: what a pool is at, read off what is heard of it."""

from __future__ import annotations

import pytest

from pools.stages import Stage, is_reached, stage_of
from pools.wire.enums import Phase


@pytest.mark.parametrize(
    ("phase", "moving", "before", "stage"),
    [
        ("", True, None, None),
        (Phase.WAITING, False, None, Stage.WAITING),
        (Phase.CREATING, True, Stage.WAITING, Stage.CREATING),
        (Phase.RUNNING, True, Stage.CREATING, Stage.SETTLING),
        (Phase.RUNNING, True, Stage.SETTLING, Stage.SETTLING),
        (Phase.RUNNING, False, Stage.SETTLING, None),
        (Phase.RUNNING, True, None, Stage.CHANGING),
        (Phase.RUNNING, True, Stage.CHANGING, Stage.CHANGING),
        (Phase.DELETING, True, None, Stage.DELETING),
        (Phase.ABNORMAL, True, Stage.SETTLING, None),
        (Phase.CREATION_FAILED, False, Stage.CREATING, None),
        ("Frozen", True, Stage.CREATING, None),
    ],
)
def test_what_a_pool_is_at(phase: str, moving: bool, before: str | None, stage: Stage | None) -> None:
    assert stage_of(phase, moving=moving, before=before) == stage


def test_only_where_it_should_lead_a_stage_has_reached_its_goal() -> None:
    assert is_reached(Stage.CREATING, Phase.RUNNING)
    assert not is_reached(Stage.CREATING, Phase.CREATION_FAILED)
    assert not is_reached(Stage.SETTLING, Phase.ABNORMAL)
    assert not is_reached("a stage of a later version", Phase.RUNNING)
