"""Making things, for a price that was permitted, under names that tell whose they are, and taking them away again."""

from __future__ import annotations

import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import pytest
import requests
from huaweicloudsdkbss import v2 as bss
from requests.auth import AuthBase

from pools.upstream import Client, NotFound, tokens
from pools.upstream.auth import Bearer, Signature
from pools.upstream.transport import Deadline
from tests.contract.accounts import Account, Permission
from tests.engines import wait_for

PREFIX: Final = "contract-"
# What stands at once in the dearest of the tests.
MOST_NODES: Final = 2
EMBEDDED: Final = "modelarts.vm.cpu.8ud"


@dataclass
class Workshop:
    """Where tests make pools and networks; whatever they make is taken away when they are done."""

    account: Account
    flavor: str
    network: str
    pools: list[str] = field(default_factory=list)

    @property
    def client(self) -> Client:
        return Client(self.account.connection)

    @property
    def pause(self) -> float:
        """Seconds between two looks: the embedded endpoint moves at once, a real one should not be stormed."""
        return 0.05 if self.account.party == "embedded" else 20.0

    def creation(self, name: str, *, count: int = 1) -> dict[str, Any]:
        """A pay-per-use pool of this name."""
        return {
            "apiVersion": "v2",
            "kind": "Pool",
            "metadata": {
                "labels": {"os.modelarts/name": name, "os.modelarts/workspace.id": "0"},
                "annotations": {
                    "os.modelarts/description": "made by a contract test",
                    "os.modelarts/billing.mode": "0",
                },
            },
            "spec": {
                "type": "Dedicate",
                "scope": ["Train"],
                "network": {"name": self.network},
                "resources": [{"flavor": self.flavor, "count": count, "maxCount": count}],
            },
        }

    def create(self, name: str) -> dict[str, Any]:
        """Create a pool by our own client; returns the answer."""
        answer = self.client.create_pool(json.dumps(self.creation(name))).document
        self.pools.append(answer["metadata"]["name"])
        return answer

    def change(self, pool_id: str, patch: dict[str, Any]) -> dict[str, Any]:
        """PATCH the pool by a merge-patch; returns the answer."""
        said = self.account.connection
        answer = requests.patch(
            f"{said.modelarts_url}/v2/{said.project_id}/pools/{pool_id}",
            data=json.dumps(patch).encode(),
            headers={"Content-Type": "application/merge-patch+json", "X-Project-Id": said.project_id},
            auth=self._authority(),
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def _authority(self) -> AuthBase:
        """A token where there is one: signatures leave a merge-patch open, so two within a second would be one."""
        if user := self.account.by_password:
            return Bearer(tokens.token_for(user, "project", deadline=Deadline(60)))
        said = self.account.keys
        time.sleep(1)
        return Signature(access_key=said.access_key, secret_key=said.secret_key, security_token=said.security_token)

    def until(self, pool_id: str, *phases: str) -> dict[str, Any]:
        """The pool once it is in one of these phases. Fails where it ends in another first."""

        def looked() -> dict[str, Any] | None:
            document = self.client.get_pool(pool_id).document
            phase = document["status"].get("phase")
            assert phase in phases or phase not in {"CreationFailed", "Error"}, document["status"]
            return document if phase in phases else None

        what = f"{pool_id} to be {' or '.join(phases)}"
        return wait_for(looked, what=what, seconds=self.account.patience, pause=self.pause)

    def until_nodes(self, pool_id: str, count: int) -> None:
        """Wait until so many nodes are available, and no more."""

        def looked() -> bool:
            states = self.client.get_pool(pool_id).document["status"]["resources"]
            up: int = sum(entry["count"] for entry in states.get("available") or [])
            return up == count

        wait_for(looked, what=f"{count} nodes of {pool_id}", seconds=self.account.patience, pause=self.pause)

    def until_gone(self, pool_id: str) -> None:
        """Wait for the end of the pool."""
        what = f"the end of {pool_id}, which costs money until it is deleted,"
        wait_for(lambda: self.is_gone(pool_id), what=what, seconds=self.account.patience, pause=self.pause)

    def is_gone(self, pool_id: str) -> bool:
        """404, or a failure that nobody pays for and that is forgotten by itself."""
        try:
            return bool(self.client.get_pool(pool_id).document["status"].get("phase") == "CreationFailed")
        except NotFound:
            return True

    def clear(self) -> None:
        """Delete what is still there and wait for its end. Fails naming what could not be taken away."""
        for pool_id in self.pools:
            if not self.is_gone(pool_id):
                with suppress(NotFound):
                    self.client.delete_pool(pool_id)
        for pool_id in self.pools:
            self.until_gone(pool_id)


def new_name() -> str:
    """A name that tells that a contract test made it."""
    return PREFIX + secrets.token_hex(4)


def opened(account: Account) -> Workshop:
    """A workshop in this account. Skips the test where nothing may be created, and fails where it would be too dear."""
    client = Client(account.connection)
    chosen, flavor = "", EMBEDDED
    if account.party == "real":
        permission = account.permission
        if permission is None:
            pytest.skip("nothing is created in a real account without --create-in and CONTRACT_BUDGET")
        _refuse_leftovers(client)
        _refuse_above(permission, account)
        chosen, flavor = permission.network, permission.flavor
    return Workshop(account, flavor, chosen or _any_network(client))


def _any_network(client: Client) -> str:
    networks = client.list_networks().document["items"]
    active = [one["metadata"]["name"] for one in networks if one["status"]["phase"] == "Active"]
    assert active, "the project has no Active network to create a pool in"
    return str(active[0])


def _refuse_leftovers(client: Client) -> None:
    names = [one["metadata"]["labels"].get("os.modelarts/name", "") for one in client.list_pools().document["items"]]
    left = [name for name in names if name.startswith(PREFIX)]
    assert not left, f"an earlier run left pools behind; delete them first: {', '.join(left)}"


def _refuse_above(permission: Permission, account: Account) -> None:
    one = permission.price or _hourly_price(account, permission.flavor)
    said = f"{MOST_NODES} nodes of {permission.flavor} cost {one * MOST_NODES} an hour"
    assert one * MOST_NODES <= permission.budget, f"{said}, and CONTRACT_BUDGET is {permission.budget}"


def _hourly_price(account: Account, flavor: str) -> Decimal:
    """What one node costs in an hour, in the account's currency, as its billing centre says."""
    flavors = Client(account.connection).list_flavors().document["items"]
    codes = [one["spec"].get("billingCode") for one in flavors if one["metadata"]["name"] == flavor]
    assert codes, f"{flavor} is not offered here"
    assert codes[0], f"{flavor} has no code to ask its price by"
    product = bss.DemandProductInfo(
        id="1",
        cloud_service_type="hws.service.type.modelarts",
        resource_type="hws.resource.type.modelarts",
        resource_spec=codes[0],
        region=account.connection.region,
        usage_factor="Duration",
        usage_measure_id=4,
        usage_value=1,
        resource_size=1,
        size_measure_id=14,
        subscription_num=1,
    )
    body = bss.RateOnDemandReq(project_id=account.connection.project_id, product_infos=[product])
    asked = bss.ListOnDemandResourceRatingsRequest(body=body)
    return Decimal(str(account.official("bss").list_on_demand_resource_ratings(asked).amount))
