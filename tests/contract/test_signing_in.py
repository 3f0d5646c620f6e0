"""Signatures and tokens open the same project."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from pools.upstream import Client, Connection
from tests.contract.accounts import Account


def names(client: Client) -> set[str]:
    return {one["metadata"]["name"] for one in client.list_networks().document["items"]}


def test_access_keys_and_a_users_token_show_the_same_networks(account: Account) -> None:
    assert names(Client(account.keys)) == names(Client(account.password))


def token_of(said: Connection) -> requests.Response:
    """Ask for a token of the project, as the user."""
    user = {"name": said.iam_user, "password": said.iam_password, "domain": {"name": said.iam_domain}}
    identity = {"methods": ["password"], "password": {"user": user}}
    asked = {"auth": {"identity": identity, "scope": {"project": {"id": said.project_id}}}}
    return requests.post(f"{said.iam_url}/v3/auth/tokens?nocatalog=true", json=asked, timeout=60)


def test_a_token_lives_a_day(account: Account) -> None:
    said = account.password

    answer = token_of(said)

    assert answer.status_code == 201
    assert answer.headers["X-Subject-Token"]
    told = answer.json()["token"]
    assert told["project"]["id"] == said.project_id
    lives = datetime.fromisoformat(told["expires_at"]) - datetime.fromisoformat(told["issued_at"])
    assert timedelta(hours=23) < lives < timedelta(hours=25)


def test_temporary_keys_open_what_their_token_does(account: Account) -> None:
    """They live for a quarter of an hour."""
    said = account.password
    token = token_of(said).headers["X-Subject-Token"]
    asked = {"auth": {"identity": {"methods": ["token"], "token": {"id": token, "duration_seconds": 900}}}}

    answer = requests.post(
        f"{said.iam_url}/v3.0/OS-CREDENTIAL/securitytokens", json=asked, headers={"X-Auth-Token": token}, timeout=60
    )

    assert answer.status_code == 201
    told = answer.json()["credential"]
    keys = replace(
        replace(said, iam_user="", iam_password=""),
        access_key=told["access"],
        secret_key=told["secret"],
        security_token=told["securitytoken"],
    )
    assert names(Client(keys)) == names(Client(said))
    lives = datetime.fromisoformat(told["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=10) < lives < timedelta(minutes=20)


def test_billing_takes_a_token_of_the_account(account: Account) -> None:
    if not account.password.bss_url:
        pytest.skip(f"the {account.party} account is given without a billing address")

    assert Client(account.password).list_billing_orders().document["total_count"] >= 0
