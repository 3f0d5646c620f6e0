"""One whole life by the official clients alone, reading every answer: rented, paid by use, and given back."""

from __future__ import annotations

from typing import Any

import pytest
from huaweicloudsdkbss.v2 import BssClient
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkiam.v3 import IamClient
from huaweicloudsdkmodelarts.v1 import ModelArtsClient
from pytest_django.live_server_helper import LiveServer

from pools.endpoint import admitting, stocking
from pools.endpoint.models import EndpointProject, IamUser
from tests.endpoint.conftest import PASSWORD, PROJECT
from tests.endpoint.owner import MONTHLY, Owner, project_of

pytestmark = pytest.mark.django_db(transaction=True)

RENTED, METERED = "pool-rented", "pool-metered"
UPGRADE = "535.129.03"


@pytest.fixture
def owner(live_server: LiveServer, settings: Any, home: EndpointProject, user: IamUser) -> Owner:
    settings.ENDPOINT_PACE = "demo"
    stocking.load(home)
    key = admitting.issue_key(home)
    keys = key.access_key, key.secret_key
    own, whole = BasicCredentials(*keys, PROJECT), GlobalCredentials(*keys, home.account.domain_id)
    made = [
        kind.new_builder().with_credentials(credentials).with_endpoint(live_server.url).build()
        for kind, credentials in ((ModelArtsClient, own), (BssClient, whole), (IamClient, whole))
    ]
    return Owner(*made)


def resource_of(thing: Any) -> str:
    return str(thing.metadata.labels.os_modelarts_resource_id)


@pytest.mark.shows("Life.whole-life")
def test_a_life_from_the_first_network_to_the_last_refund(owner: Owner) -> None:
    assert owner.token(user="clerk", password=PASSWORD, account="poolhouse").token.project.id == project_of(owner)
    network = owner.create_network("net-of-life")
    assert network in owner.networks()

    rent(owner, network)
    grow_and_look(owner)
    meter(owner, network)
    give_back(owner)

    assert owner.delete_network(network).metadata.name == network
    assert network not in owner.networks()


def rent(owner: Owner, network: str) -> None:
    """Order two nodes for a month, pay, and wait for them."""
    made = owner.create(RENTED, network=network, count=2, **MONTHLY)
    order = owner.order_of(made)
    assert (owner.pool(RENTED).status.phase, owner.order_status(order)) == ("Waiting", 6)
    owner.pay(order)
    owner.wait_for_phase("Running", RENTED)
    owner.wait(lambda: owner.order_status(order) == 5, what="the payment")
    assert len(owner.wait_for_nodes(2, RENTED)) == 2
    assert {item.status for item in owner.work_order(made).items} == {"succeed"}


def grow_and_look(owner: Owner) -> None:
    """A third node with an order of its own, then tags, events, a driver and the monitor."""
    grown = owner.scale(RENTED, 3)
    assert owner.order_status(owner.order_of(grown)) == 6
    owner.pay(owner.order_of(grown))
    nodes = owner.wait_for_nodes(3, RENTED)
    assert owner.rented(*map(resource_of, nodes)) == {*map(resource_of, nodes)}

    assert owner.tag(RENTED, env="dev", team="blue") == {"env": "dev", "team": "blue"}
    assert owner.untag(RENTED, env="dev") == {"team": "blue"}
    assert any("from Waiting to Creating" in message for message in owner.events(RENTED))
    owner.upgrade(RENTED, UPGRADE)
    assert owner.pool(RENTED).status.driver.gpu.version == UPGRADE
    assert max(owner.series(RENTED)["gpuUtil"]) >= 0


def meter(owner: Owner, network: str) -> None:
    """Beside it a pool paid by use: up, down, and deleted."""
    owner.create(METERED, network=network, count=1)
    owner.wait_for_phase("Running", METERED)
    for count, action in ((3, "createNode"), (2, "deleteNode")):
        scaled = owner.scale(METERED, count)
        owner.wait_for_nodes(count, METERED)
        assert {(item.action, item.status) for item in owner.work_order(scaled).items} == {(action, "succeed")}
    assert owner.delete(METERED).metadata.name.startswith(METERED)
    owner.wait_for_the_end(METERED)


def give_back(owner: Owner) -> None:
    """One node first, then the pool with all that is left, and the money."""
    first, *others = map(resource_of, owner.nodes(RENTED))
    owner.unsubscribe(first)
    assert [resource_of(node) for node in owner.wait_for_nodes(2, RENTED)] == others
    assert owner.rented(first, *others) == {*others}

    [order] = owner.unsubscribe(resource_of(owner.pool(RENTED)))
    owner.wait_for_the_end(RENTED)
    assert owner.rented(*others) == set()
    assert owner.refunds(order).refund_infos
