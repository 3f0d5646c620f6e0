"""Flavors are sold out and put on sale again; growth that is under way is taken by surprise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import BillingOrder, EndpointProject
from pools.wire.enums import OrderType
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
CPU = "modelarts.vm.cpu.8ud"
FLAVOR = f"/_sandbox/v1/{PROJECT}/flavors/{CPU}"
A, C, G = "cn-north-4a", "cn-north-4b", "cn-north-4c"
EVERYWHERE = [A, C, G]
ZONES = [{"az": A, "count": 2}, {"az": C, "count": 2}]


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def sold_out(speaker: Speaker, *zones: str) -> Any:
    return speaker.put(FLAVOR, {"sold_out": zones})


def changed(speaker: Speaker, *entries: dict[str, Any], **annotations: str) -> Any:
    metadata = {"annotations": {f"os.modelarts/{key}": value for key, value in annotations.items()}}
    body = json.dumps({"metadata": metadata, "spec": {"resources": entries}}).encode()
    return speaker.call("PATCH", POOL, body=body, headers={"Content-Type": "application/json"})


def shown(speaker: Speaker) -> tuple[str, dict[str, int]]:
    """The phase, and how many nodes are in which state."""
    status = speaker.get(POOL).json()["status"]
    counted = {state: sum(one["count"] for one in listed) for state, listed in status["resources"].items()}
    return status["phase"], counted


def order(speaker: Speaker) -> dict[str, Any]:
    """The newest work order."""
    newest: dict[str, Any] = speaker.get(f"/v1/{PROJECT}/orders?involvedName={ident()}").json()["items"][0]
    return newest


def growing(speaker: Speaker, slowly: Any, *, count: int = 5, paid: dict[str, str] | None = None) -> None:
    """A pool with one node that is getting some more, half-way through."""
    speaker.post(POOLS, creation())
    slowly.tick(60)
    assert changed(speaker, {"flavor": CPU, "count": count}, **(paid or {})).status_code == 200
    slowly.tick(11)


def test_what_is_sold_out_is_told_and_not_sold(speaker: Speaker) -> None:
    assert sold_out(speaker, *EVERYWHERE).json() == {"flavor": CPU, "sold_out": EVERYWHERE, "stopped": []}
    listed = speaker.get(f"/v1/{PROJECT}/resourceflavors").json()["items"]
    (phases,) = (one["status"]["phase"] for one in listed if one["metadata"]["name"] == CPU)
    assert {*phases.values()} == {"soldout"}
    assert "R7" in speaker.post(POOLS, creation()).json()["error_msg"]
    sold_out(speaker)
    assert speaker.post(POOLS, creation()).status_code == 200


@pytest.mark.shows("Life.sold-out-meanwhile")
def test_growth_that_is_under_way_ends_with_the_nodes_that_have_come(speaker: Speaker, slowly: Any) -> None:
    growing(speaker, slowly)
    assert shown(speaker) == ("Running", {"available": 3, "creating": 2})
    assert sold_out(speaker, *EVERYWHERE).json()["stopped"] == [ident()]
    assert shown(speaker) == ("Running", {"available": 3})
    slowly.tick(20)
    assert shown(speaker) == ("ScalingFailed", {"available": 3})
    told = order(speaker)
    assert (told["phase"], told["resultCount"]) == ("partialSuccessed", [{"flavor": CPU, "count": 3, "maxCount": 3}])
    items = speaker.get(f"/v1/{PROJECT}/orders/{told['orderName']}").json()["items"]
    assert sorted(item["status"] for item in items) == ["failed", "failed", "succeed", "succeed"]


@pytest.mark.shows("Life.sold-out-meanwhile")
def test_growth_of_which_nothing_has_come_fails(speaker: Speaker, slowly: Any) -> None:
    growing(speaker, slowly, count=2)
    sold_out(speaker, *EVERYWHERE)
    slowly.tick(20)
    told = order(speaker)
    assert (shown(speaker), told["phase"]) == (("ScalingFailed", {"available": 1}), "failed")
    assert told["failReason"]


@pytest.mark.shows("Life.sold-out-meanwhile")
def test_only_nodes_of_that_flavor_in_those_zones_are_lost(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"azs": [{"az": A, "count": 1}]}))
    slowly.tick(60)
    changed(speaker, {"flavor": CPU, "count": 4, "azs": [{"az": A, "count": 2}, {"az": C, "count": 2}]})
    sold_out(speaker, A)
    slowly.tick(20)
    azs = [node["status"]["az"] for node in speaker.get(f"{POOL}/nodes").json()["items"]]
    assert (shown(speaker)[0], azs) == ("ScalingFailed", [A, C, C])


@pytest.mark.shows("Life.sold-out-meanwhile")
def test_nodes_that_are_there_stay_and_a_creation_has_its_own(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"count": 4}))
    slowly.tick(10)
    assert sold_out(speaker, *EVERYWHERE).json()["stopped"] == []
    slowly.tick(60)
    assert shown(speaker) == ("Running", {"available": 4})


def test_it_is_tried_again_once_it_is_on_sale_and_can_be_given_up(speaker: Speaker, slowly: Any) -> None:
    growing(speaker, slowly)
    sold_out(speaker, *EVERYWHERE)
    slowly.tick(20)
    assert "R7" in changed(speaker, {"flavor": CPU, "count": 5}).json()["error_msg"]
    sold_out(speaker)
    changed(speaker, {"flavor": CPU, "count": 5})
    slowly.tick(20)
    assert shown(speaker) == ("Running", {"available": 5})


@pytest.mark.shows("Life.sold-out-meanwhile")
def test_what_was_paid_for_nodes_that_never_come_is_paid_back(speaker: Speaker, slowly: Any) -> None:
    paid = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1"}
    growing(speaker, slowly, paid=paid)
    sold_out(speaker, *EVERYWHERE)
    refunds = BillingOrder.objects.filter(order_type=OrderType.UNSUBSCRIPTION)
    assert [one.amount < 0 for one in refunds] == [True] * 2


def test_selling_out_twice_is_the_same_as_once(speaker: Speaker, slowly: Any) -> None:
    growing(speaker, slowly)
    sold_out(speaker, *EVERYWHERE)
    slowly.tick(1)
    assert sold_out(speaker, *EVERYWHERE).json()["stopped"] == []
    assert shown(speaker) == ("Running", {"available": 3})


@pytest.mark.parametrize("body", [{}, [], {"sold_out": "cn-north-4a"}, {"sold_out": ["nowhere"]}, {"sold_out": [5]}])
def test_odd_wishes_are_refused(speaker: Speaker, body: Any) -> None:
    answer = speaker.put(FLAVOR, body)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")


def test_an_unknown_flavor_is_not_found_and_another_projects_is_untouched(speaker: Speaker, stranger: Speaker) -> None:
    answer = speaker.put(f"/_sandbox/v1/{PROJECT}/flavors/unheard-of", {"sold_out": []})
    assert (answer.status_code, answer.json()["error_code"]) == (404, "ModelArts.50005101")
    assert sold_out(stranger, *EVERYWHERE).status_code == 403
    assert speaker.post(POOLS, creation()).status_code == 200
