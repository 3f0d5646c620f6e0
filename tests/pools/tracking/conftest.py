from collections.abc import Iterator

import pytest

from tests.pools.tracking.cloud import Cloud


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    made = Cloud()
    yield made
    made.stranger.close()
