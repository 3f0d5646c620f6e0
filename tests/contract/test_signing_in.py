"""Signatures and tokens open the same project."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import requests

from pools.upstream import Client
from tests.contract.accounts import Account


def names(client: Client) -> set[str]:
    return {one["metadata"]["name"] for one in client.list_networks().document["items"]}


def test_access_keys_and_a_users_token_show_the_same_networks(account: Account) -> None:
    assert names(Client(account.keys)) == names(Client(account.password))


def test_a_token_lives_a_day(account: Account) -> None:
    said = account.password
    user = {"name": said.iam_user, "password": said.iam_password, "domain": {"name": said.iam_domain}}
    identity = {"methods": ["password"], "password": {"user": user}}
    asked = {"auth": {"identity": identity, "scope": {"project": {"id": said.project_id}}}}

    answer = requests.post(f"{said.iam_url}/v3/auth/tokens?nocatalog=true", json=asked, timeout=60)

    assert answer.status_code == 201
    assert answer.headers["X-Subject-Token"]
    told = answer.json()["token"]
    assert told["project"]["id"] == said.project_id
    lives = datetime.fromisoformat(told["expires_at"]) - datetime.fromisoformat(told["issued_at"])
    assert timedelta(hours=23) < lives < timedelta(hours=25)


def test_billing_takes_a_token_of_the_account(account: Account) -> None:
    if not account.password.bss_url:
        pytest.skip(f"the {account.party} account is given without a billing address")

    assert Client(account.password).list_billing_orders().document["total_count"] >= 0
