"""The strictest client known, removing what was paid for: its sequence of calls, ten at a time as billing wants them.

It unsubscribes from the prepaid nodes, waits until billing and the pool have none of them any more (a pool that is
not found has none), and then unsubscribes from the pool itself, or deletes it. What billing refuses is fatal to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from tests.endpoint.guests import POOLS, creation
from tests.endpoint.prepaid import CPU, MONTH, QUERY, UNSUBSCRIBE, annotated, bought, resource_of
from tests.endpoint.signed import Speaker
from tests.endpoint.test_strict_client import (  # noqa: F401 - fixtures
    POOL,
    Fatal,
    Wait,
    accepted,
    change,
    settle,
    stocked,
    wait,
)

MODE = "os.modelarts/billing.mode"
CHUNK = 10


def remove(speaker: Speaker, wait: Wait) -> list[str]:  # noqa: F811
    """Its way to remove a pool; returns the resources that it unsubscribed from, in their order."""
    given_back: list[str] = []
    prepaid = [resource_of(node) for node in listed(speaker) if node["metadata"]["annotations"].get(MODE) == "1"]
    for some in chunks(prepaid):
        unsubscribe(speaker, some)
        given_back += some
    if prepaid:
        wait(10)
        while in_use(speaker, prepaid):
            wait(20)
        wait(30)
        while {*prepaid} & {resource_of(node) for node in listed(speaker)}:
            wait(30)
    answer = speaker.get(POOL)
    if answer.status_code == 404:
        return given_back
    document = accepted(answer)
    if document["metadata"]["annotations"].get(MODE) == "1":
        unsubscribe(speaker, [resource_of(document)])
        given_back.append(resource_of(document))
    elif speaker.delete(POOL).status_code not in {200, 202, 204}:
        raise Fatal("the pool was not deleted")
    wait(30)
    while speaker.get(POOL).status_code != 404:
        wait(10)
    return given_back


def listed(speaker: Speaker) -> list[dict[str, Any]]:
    answer = speaker.get(f"{POOL}/nodes")
    return [] if answer.status_code == 404 else list(accepted(answer)["items"])


def chunks(idents: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (idents[at : at + CHUNK] for at in range(0, len(idents), CHUNK))


def unsubscribe(speaker: Speaker, idents: Sequence[str]) -> None:
    told = accepted(speaker.post(UNSUBSCRIBE, {"resource_ids": list(idents), "unsubscribe_type": 1}))
    if told["fail_resource_infos"]:
        raise Fatal(told["fail_resource_infos"])


def in_use(speaker: Speaker, idents: Sequence[str]) -> bool:
    body = {"resource_ids": list(idents), "status_list": [2], "only_main_resource": 1, "limit": 100, "offset": 0}
    return bool(accepted(speaker.post(QUERY, body))["data"])


def grow(speaker: Speaker, count: int, wait: Wait, **annotations: str) -> None:  # noqa: F811
    """As it adds nodes: the whole list, an empty order and, if they are prepaid, payment at once."""
    said = annotated(**{"order.id": "", **annotations})
    entry = {"flavor": CPU, "count": count, "maxCount": count}
    document = accepted(change(speaker, {"metadata": {"annotations": said}, "spec": {"resources": [entry]}}))
    settle(speaker, document, wait)


@pytest.mark.shows("StrictClient.removal", "CancelResourcesSubscription.last")
def test_a_prepaid_pool_of_a_dozen_nodes_goes_with_its_last_one(speaker: Speaker, wait: Wait) -> None:  # noqa: F811
    settle(speaker, bought(speaker, count=12), wait)
    given_back = remove(speaker, wait)
    assert len(given_back) == 12
    assert speaker.get(POOL).status_code == 404


@pytest.mark.shows("StrictClient.removal")
def test_a_prepaid_pool_grows_and_goes(speaker: Speaker, wait: Wait) -> None:  # noqa: F811
    settle(speaker, bought(speaker, count=1), wait)
    grow(speaker, 3, wait, **{**MONTH, "auto.pay": "1"})
    assert len(remove(speaker, wait)) == 3


@pytest.mark.shows("StrictClient.removal-mixed")
def test_prepaid_nodes_go_first_and_the_pool_is_deleted(speaker: Speaker, wait: Wait) -> None:  # noqa: F811
    settle(speaker, accepted(speaker.post(POOLS, creation())), wait)
    grow(speaker, 3, wait, **{**MONTH, "auto.pay": "1"})
    assert len(remove(speaker, wait)) == 2


@pytest.mark.shows("StrictClient.removal-mixed")
def test_a_prepaid_pool_with_other_nodes_goes_by_its_own_resource(speaker: Speaker, wait: Wait) -> None:  # noqa: F811
    own = resource_of(bought(speaker, count=1))
    wait(3600)
    grow(speaker, 2, wait, **{"billing.mode": "0"})
    assert remove(speaker, wait)[-1] == own


@pytest.mark.shows("StrictClient.removal")
def test_a_pool_that_never_ran_goes_too(speaker: Speaker, wait: Wait) -> None:  # noqa: F811
    bought(speaker, count=4, prefix="fate-stuck")
    wait(60)
    remove(speaker, wait)
    assert speaker.get(POOL).status_code == 404
