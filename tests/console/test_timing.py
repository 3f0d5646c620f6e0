"""How long something takes, in words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from console import timing
from pools.estimates import Band
from pools.models import Pool, Stretch
from pools.stages import Stage
from pools.wire.enums import Phase
from tests.console.scenes import Scene


def at_it(pool: Pool, *, minutes: float, late: bool = False, **fields: object) -> Stretch:
    """What a pool is at since so many minutes."""
    now = timezone.now()
    return Stretch.objects.create(
        **{"project": pool.project, "pool": pool, "stage": Stage.CREATING, "began_at": now - timedelta(minutes=minutes),
           "usually": 1080.0, "at_most": 1680.0, "late_after": now + timedelta(minutes=-1 if late else 1), **fields}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("usually", "at_most", "words"),
    [(40.2, 69.7, "40–70 s"), (1100, 1670, "18–28 min"), (61, 61, "61 s"), (5 * 3600, 9 * 3600, "5–9 h"),
     (86400, 5 * 86400, "1–5 d"), (12, 1680, "12 s to 28 min"), (0.01, 0.02, "0 s")],
)  # fmt: skip
def test_a_band_in_words(usually: float, at_most: float, words: str) -> None:
    assert timing.span(Band(usually=usually, at_most=at_most)) == words


def test_a_creation_says_how_long_it_usually_takes_and_how_far_it_is(client: Client, scene: Scene) -> None:
    at_it(scene.pool(Phase.CREATING), minutes=11)
    client.force_login(scene.member)
    assert "0 of 1 nodes · usually 18–28 min, now at 11 min" in client.get("/").content.decode()


def test_before_there_is_a_history_the_word_is_typical(client: Client, scene: Scene) -> None:
    shown = scene.pool(Phase.CREATING)
    at_it(shown, minutes=11, typical=True)
    client.force_login(scene.member)
    assert "typically 18–28 min, now at 11 min" in client.get(f"/pools/{shown.pk}/").content.decode()


def test_past_nine_in_ten_it_is_overdue(client: Client, scene: Scene) -> None:
    shown = scene.pool(Phase.CREATING)
    at_it(shown, minutes=41, late=True)
    client.force_login(scene.member)
    assert "Overdue: usually 18–28 min, now at 41 min" in client.get(f"/pools/{shown.pk}/").content.decode()


def test_where_nothing_is_known_nothing_is_said(client: Client, scene: Scene) -> None:
    shown = scene.pool(Phase.DELETING)
    at_it(shown, minutes=2, stage=Stage.DELETING, usually=None, at_most=None, late_after=None)
    client.force_login(scene.member)
    html = client.get(f"/pools/{shown.pk}/").content.decode()
    assert "usually" not in html
    assert "typically" not in html
