"""An account with a project, a key and a user, beside another account that must never be seen."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from huaweicloudsdkbss import v2 as bss
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkmodelarts import v1 as modelarts
from pytest_django.live_server_helper import LiveServer

# Shapes with dates are built as they are imported, which a frozen clock must not see.
import pools.endpoint.urls  # noqa: F401
from pools.endpoint import admitting, stocking
from pools.endpoint.models import Account, EndpointProject, IamUser
from tests.clocks import freeze_time
from tests.endpoint.signed import Clerk, Speaker, ask_token
from tests.engines import Postgres
from tests.running import Product, running

PROJECT = "6f5da086876d4cd084d36f8bd3346036"
PASSWORD = "a-good-password"


@pytest.fixture
def account(db: None) -> Account:
    return admitting.open_account("poolhouse")


@pytest.fixture
def home(account: Account) -> EndpointProject:
    """The project of the first run."""
    return admitting.open_project(account, name="cn-north-4", project_id=PROJECT)


@pytest.fixture
def speaker(home: EndpointProject) -> Speaker:
    """Somebody with a key of `home`."""
    key = admitting.issue_key(home)
    return Speaker(key.access_key, key.secret_key)


@pytest.fixture
def stranger(db: None) -> Speaker:
    """Somebody with a good key of another account's project."""
    away = admitting.open_project(admitting.open_account("elsewhere"), name="cn-north-4")
    key = admitting.issue_key(away)
    return Speaker(key.access_key, key.secret_key)


@pytest.fixture
def user(account: Account) -> IamUser:
    return admitting.enrol_user(account, name="clerk", password=PASSWORD)


@pytest.fixture
def clerk(home: EndpointProject, user: IamUser) -> Clerk:
    """The user with a token for `home`."""
    return Clerk(ask_token(scope={"project": {"id": home.project_id}})["X-Subject-Token"])


@pytest.fixture
def slowly(settings: Any) -> Iterator[Any]:
    """The demo pace, and a clock that stands still until it is moved: `slowly.tick(5)`."""
    settings.ENDPOINT_PACE = "demo"
    with freeze_time(timezone.now()) as clock:
        yield clock


@pytest.fixture
def sdk(live_server: LiveServer) -> tuple[Any, Any]:
    """The pools client and the billing client, with the keys of one project of a stocked endpoint."""
    account = admitting.open_account("poolhouse")
    project = admitting.open_project(account, name="cn-north-4", project_id=PROJECT)
    stocking.load(project)
    key = admitting.issue_key(project)
    pools = (
        modelarts.ModelArtsClient.new_builder()
        .with_credentials(BasicCredentials(key.access_key, key.secret_key, PROJECT))
        .with_endpoint(live_server.url)
        .build()
    )
    billing = (
        bss.BssClient.new_builder()
        .with_credentials(GlobalCredentials(key.access_key, key.secret_key, account.domain_id))
        .with_endpoint(live_server.url)
        .build()
    )
    return pools, billing


@pytest.fixture(scope="package")
def on_sqlite() -> Iterator[Product]:
    """The product on SQLite, with two web processes."""
    with running(WEB_PROCESSES="2") as product:
        yield product


@pytest.fixture(scope="package")
def on_postgres(postgres: Postgres) -> Iterator[Product]:
    """The product on PostgreSQL, with two web processes."""
    with running(postgres=postgres, WEB_PROCESSES="2") as product:
        yield product


@pytest.fixture(params=["on_sqlite", "on_postgres"])
def housed(request: pytest.FixtureRequest) -> Product:
    """The product on one of the two databases, on each in turn."""
    house: Product = request.getfixturevalue(request.param)
    return house
