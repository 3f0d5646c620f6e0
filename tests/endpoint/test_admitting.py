"""Opening accounts and handing out keys: again and again is the same as once."""

from pools.endpoint import admitting
from pools.endpoint.models import AccessKey, Account, EndpointProject, IamUser
from tests.endpoint.conftest import PROJECT


def test_an_account_is_opened_once(account: Account) -> None:
    assert admitting.open_account("poolhouse", domain_id="0" * 32) == account


def test_an_account_may_be_opened_under_a_given_number(db: None) -> None:
    assert admitting.open_account("elsewhere", domain_id="0" * 32).domain_id == "0" * 32


def test_a_project_is_opened_once(home: EndpointProject) -> None:
    assert admitting.open_project(home.account, name="cn-north-4") == home
    assert home.project_id == PROJECT


def test_two_accounts_may_have_projects_of_one_name(home: EndpointProject) -> None:
    away = admitting.open_project(admitting.open_account("elsewhere"), name=home.name)
    assert away.project_id != home.project_id


def test_keys_are_random(home: EndpointProject) -> None:
    first, second = admitting.issue_key(home), admitting.issue_key(home)
    assert first.access_key != second.access_key
    assert len({first.secret_key, second.secret_key}) == 2
    assert (len(first.access_key), len(first.secret_key)) == (20, 40)


def test_a_given_key_can_be_given_again_with_another_secret(home: EndpointProject) -> None:
    admitting.issue_key(home, access_key="AK1", secret_key="first")
    admitting.issue_key(home, access_key="AK1", secret_key="second")
    assert AccessKey.objects.get().secret_key == "second"


def test_a_password_is_not_kept_in_the_clear(user: IamUser) -> None:
    assert "a-good-password" not in user.password
    assert user.has_password("a-good-password")
