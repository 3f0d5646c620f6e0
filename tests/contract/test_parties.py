"""Who is spoken to is decided by the environment, said in the output, and never turned into money by accident."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from pools.upstream import Client
from tests.contract.accounts import Account, Incomplete, Permission, real, told
from tests.contract.creating import opened
from tests.running import ROOT

KEYS = {"project_id": "p" * 32, "region": "cn-north-4", "access_key": "AK", "secret_key": "SK"}
CREATING = {**KEYS, "flavor": "cheap", "budget": "2.50"}


def test_without_a_project_there_is_no_real_account() -> None:
    assert real({"access_key": "AK", "secret_key": "SK"}, create_in=None) is None


def test_a_region_says_where_everything_is_and_an_address_of_its_own_wins() -> None:
    account = real({**KEYS, "bss_url": "https://bss-intl.myhuaweicloud.com"}, create_in=None)

    assert account
    assert account.connection.modelarts_url == "https://modelarts.cn-north-4.myhuaweicloud.com"
    assert account.connection.bss_url == "https://bss-intl.myhuaweicloud.com"


def test_it_may_be_given_by_keys_and_by_a_user_at_once() -> None:
    user = {"iam_domain": "acme", "iam_user": "robot", "iam_password": "pw"}

    account = real({**KEYS, **user}, create_in=None)

    assert account
    assert (account.keys.access_key, account.password.iam_user) == ("AK", "robot")
    assert (account.keys.iam_user, account.password.access_key) == ("", "")


@pytest.mark.parametrize(
    "said",
    [
        {"project_id": "p"},
        {**KEYS, "region": ""},
        {**KEYS, "secret_key": ""},
        {**KEYS, "access_key": "", "iam_user": "robot", "iam_password": "pw"},
    ],
)
def test_an_account_given_by_halves_is_an_error_and_not_left_out(said: dict[str, str]) -> None:
    with pytest.raises(Incomplete, match="CONTRACT_"):
        real(said, create_in=None)


def test_nothing_is_created_unless_the_command_line_says_so() -> None:
    account = real(CREATING, create_in=None)

    assert account
    assert account.permission is None


@pytest.mark.parametrize(
    ("said", "create_in"),
    [
        (CREATING, ""),
        (CREATING, "another-project"),
        ({**CREATING, "budget": ""}, "p" * 32),
        ({**CREATING, "budget": "0"}, "p" * 32),
        ({**CREATING, "budget": "-1"}, "p" * 32),
        ({**CREATING, "budget": "NaN"}, "p" * 32),
        ({**CREATING, "budget": "Infinity"}, "p" * 32),
        ({**CREATING, "budget": "yes"}, "p" * 32),
        ({**CREATING, "flavor": ""}, "p" * 32),
        ({**CREATING, "price": "cheap"}, "p" * 32),
        ({}, "p" * 32),
    ],
)
def test_half_a_permission_is_an_error(said: dict[str, str], create_in: str) -> None:
    with pytest.raises(Incomplete):
        real(said, create_in=create_in)


def test_project_and_budget_together_are_a_permission() -> None:
    account = real(CREATING, create_in="p" * 32)

    assert account
    assert account.permission
    assert (account.permission.flavor, account.permission.budget) == ("cheap", Decimal("2.50"))


def test_a_variable_may_be_given_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("SK\n")

    said = told({"CONTRACT_SECRET_KEY_FILE": str(tmp_path / "key"), "CONTRACT_REGION": "cn-north-4", "SECRET_KEY": "x"})

    assert (said["secret_key"], said["region"]) == ("SK", "cn-north-4")
    assert "x" not in said.values()


def run(account: Account, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """The suite's tests of a real account, with another endpoint in the role of the cloud."""
    said, user = account.keys, account.password
    given = {
        "PROJECT_ID": said.project_id,
        "DOMAIN_ID": said.domain_id,
        "MODELARTS_URL": said.modelarts_url,
        "IAM_URL": said.iam_url,
        "BSS_URL": said.bss_url,
        "ACCESS_KEY": said.access_key,
        "SECRET_KEY": said.secret_key,
        "IAM_DOMAIN": user.iam_domain,
        "IAM_USER": user.iam_user,
        "IAM_PASSWORD": user.iam_password,
        **more,
    }
    environment = {**os.environ, **{f"CONTRACT_{name}": value for name, value in given.items()}}
    # Not these tests, which would run themselves, and not those of the embedded endpoint, which would start another.
    chosen = ["tests/contract", f"--ignore={__file__}", "-k", "not embedded", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *chosen, *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=150)


def names(account: Account) -> set[str]:
    return {one["metadata"]["name"] for one in Client(account.keys).list_pools().document["items"]}


def test_an_endpoint_given_as_a_real_account_is_read_and_nothing_is_created(embedded: Account) -> None:
    before = names(embedded)

    done = run(embedded)

    assert done.returncode == 0, done.stdout
    assert f"contract: [real] is project {embedded.keys.project_id}" in done.stdout
    assert "only read" in done.stdout
    assert "nothing is created in a real account without --create-in and CONTRACT_BUDGET" in done.stdout
    assert embedded.keys.secret_key not in done.stdout
    assert names(embedded) == before


FLAVOR = {"FLAVOR": "modelarts.vm.cpu.8ud", "PRICE": "1.20"}


def test_with_both_halves_of_the_permission_a_pool_lives_there_and_nothing_is_left(embedded: Account) -> None:
    before = names(embedded)

    done = run(embedded, "--create-in", embedded.keys.project_id, BUDGET="2.40", PATIENCE="60", **FLAVOR)

    assert done.returncode == 0, done.stdout
    assert "read, and created in for at most 2.40 an hour" in done.stdout
    assert "without --create-in" not in done.stdout
    assert names(embedded) == before
    work = Client(embedded.keys).list_orders(since=timezone.now() - timedelta(hours=1), involved="").document["items"]
    assert any(order["resourceDisplayName"].startswith("contract-") for order in work)


def test_a_budget_that_does_not_suffice_ends_it_before_anything_is_created(embedded: Account) -> None:
    before = names(embedded)
    permission = Permission(flavor="modelarts.vm.cpu.8ud", budget=Decimal("2.39"), price=Decimal("1.20"))

    with pytest.raises(AssertionError, match=r"cost 2\.40 an hour, and CONTRACT_BUDGET is 2\.39"):
        opened(replace(embedded, party="real", permission=permission))

    assert names(embedded) == before
