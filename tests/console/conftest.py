"""One scene per test of the face."""

import pytest

from tests.console.scenes import Scene
from tests.console.scenes import scene as make_scene


@pytest.fixture
def scene(db: None) -> Scene:
    return make_scene()
