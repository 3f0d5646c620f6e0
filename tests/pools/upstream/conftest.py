from collections.abc import Iterator

import pytest

from pools.addresses import Policy
from pools.upstream import Client, Connection
from tests.pools.upstream.stranger import Stranger

PROJECT_ID = "6f5da086876d4cd084d36f8bd3346036"


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    made = Stranger()
    yield made
    made.close()


def connect(url: str, *, read_timeout: float = 2.0) -> Connection:
    return Connection(
        modelarts_url=url,
        bss_url=url,
        iam_url=url,
        project_id=PROJECT_ID,
        domain_id="d" * 32,
        access_key="AKEXAMPLE0000000001",
        secret_key="SKexample+secret/0123456789abcdefghijklm",
        read_timeout=read_timeout,
        policy=Policy.of(["127.0.0.0/8"]),
    )


@pytest.fixture
def client(stranger: Stranger) -> Client:
    return Client(connect(stranger.url))
