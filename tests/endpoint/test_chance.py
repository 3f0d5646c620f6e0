"""With a seed, the same calls make up the same names, IDs and numbers; without one, nothing can be foretold."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pools.endpoint import admitting, chance, stocking
from pools.endpoint.models import EndpointProject, HostedNetwork, HostedPool
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
CONSOLE = {"request-type": "console"}


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def plant(project: EndpointProject, seed: str) -> None:
    EndpointProject.objects.filter(pk=project.pk).update(ids_seed=seed, ids_drawn=0)


def made_up(speaker: Speaker) -> list[Any]:
    """Everything that a life of a pool makes up. What is hosted is gone afterwards."""
    network: dict[str, Any] = {"kind": "Network", "apiVersion": "v1", "spec": {"cidr": "10.1.0.0/16"}}
    network["metadata"] = {"labels": {"os.modelarts/name": "network-new"}}
    speaker.post(f"/v1/{PROJECT}/networks", network)
    told: list[Any] = [str(HostedNetwork.objects.get(ident=f"network-new-{PROJECT}").subnet_id)]
    told.append(speaker.post(POOLS, creation(name="pool-waits"), headers=CONSOLE).json()["metadata"]["annotations"])
    told.append(speaker.post(POOLS, creation(resource={"count": 3})).json()["metadata"])
    grown = [{"flavor": "modelarts.vm.cpu.8ud", "count": 5}]
    told.append(speaker.patch(POOL, {"spec": {"resources": grown}}).json()["metadata"])
    nodes = speaker.get(f"{POOL}/nodes").json()["items"]
    told += [(node["metadata"]["labels"], node["status"]["az"], node["status"]["privateIp"]) for node in nodes]
    names = [node["metadata"]["name"] for node in nodes]
    told.append(speaker.post(f"{POOL}/nodes/batch-reboot", {"nodeNames": names}).json())
    speaker.delete(POOL)
    orders = speaker.get(f"/v1/{PROJECT}/orders").json()["items"]
    told += sorted((order["operation"], order["orderName"], order["orderId"]) for order in orders)
    HostedPool.objects.all().delete()
    HostedNetwork.objects.filter(ident=f"network-new-{PROJECT}").delete()
    return [_without_times(one) for one in told]


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_times(inner) for key, inner in value.items() if not key.endswith("Timestamp")}
    return value


def test_the_same_calls_after_the_same_seed_make_up_the_same(speaker: Speaker, home: EndpointProject) -> None:
    plant(home, "tuesday")
    first = made_up(speaker)
    plant(home, "tuesday")
    assert made_up(speaker) == first


def test_another_seed_makes_up_something_else(speaker: Speaker, home: EndpointProject) -> None:
    plant(home, "tuesday")
    first = made_up(speaker)
    plant(home, "wednesday")
    assert not any(one == other for one, other in zip(first, made_up(speaker), strict=True))


def test_without_a_seed_nothing_repeats_and_nothing_is_counted(speaker: Speaker, home: EndpointProject) -> None:
    first = made_up(speaker)
    assert not any(one == other for one, other in zip(first, made_up(speaker), strict=True))
    home.refresh_from_db()
    assert home.ids_drawn == 0


def test_two_projects_of_one_seed_make_up_different_numbers(home: EndpointProject) -> None:
    # Order numbers are one account's, job IDs everybody's.
    other = admitting.open_project(home.account, name="cn-east-3")
    home.ids_seed = other.ids_seed = "tuesday"
    assert chance.draw(home).luck.random() != chance.draw(other).luck.random()


def test_what_is_made_up_keeps_its_form(speaker: Speaker, home: EndpointProject) -> None:
    plant(home, "tuesday")
    metadata = speaker.post(POOLS, creation(), headers=CONSOLE).json()["metadata"]
    assert re.fullmatch(r"CS\d{10}[A-Z0-9]{5}", metadata["annotations"]["os.modelarts/order.id"])
    assert re.fullmatch(r"order\.pool-ae01-[a-z0-9]{5}", metadata["labels"]["os.modelarts/order.name"])
    assert re.fullmatch(r"maos-pool-ae01-[a-z0-9]{5}", metadata["labels"]["os.modelarts/resource.id"])


def test_the_number_of_an_order_that_is_taken_is_drawn_again(speaker: Speaker, home: EndpointProject) -> None:
    numbers = []
    for name in ("pool-one", "pool-two"):
        plant(home, "tuesday")
        answer = speaker.post(POOLS, creation(name=name), headers=CONSOLE).json()
        numbers.append(answer["metadata"]["annotations"]["os.modelarts/order.id"])
    assert len(set(numbers)) == 2
