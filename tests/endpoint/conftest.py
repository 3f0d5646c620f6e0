"""An account with a project, a key and a user, beside another account that must never be seen."""

import pytest

from pools.endpoint import admitting
from pools.endpoint.models import Account, EndpointProject, IamUser
from tests.endpoint.signed import Speaker

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
