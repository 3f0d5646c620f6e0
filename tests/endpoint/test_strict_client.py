"""The strictest client known: its sequence of calls, and everything that is fatal to it.

It reads the work order's name from the very answer, finds the order in the list at its first poll, waits for
`successed` or `partialSuccessed`, then for the drivers of the nodes that the order names, then for the job types.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from django.utils import timezone

from pools.endpoint import stocking
from pools.endpoint.models import EndpointProject
from tests.clocks import freeze_time
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker, sdk_headers
from tests.running import running

POOL = f"{POOLS}/{ident()}"
ORDERS = f"/v1/{PROJECT}/orders"
WORKSPACE = "os.modelarts/workspace.id"
CPU, GPU = "modelarts.vm.cpu.8ud", "modelarts.vm.gpu.v100.x1"
Wait = Callable[[float], object]


class Fatal(AssertionError):
    """What ends that client's run."""


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject, settings: Any) -> None:
    # Its bodies have disks without extendParams and sizes with a unit.
    settings.ENDPOINT_COMPATIBILITY = "wide"
    stocking.load(home)


@pytest.fixture(params=["instant", "demo", "real"])
def wait(request: pytest.FixtureRequest, settings: Any) -> Iterator[Wait]:
    """Waiting: by moving the endpoint's clock, and at the instant pace not at all."""
    settings.ENDPOINT_PACE = request.param
    if request.param == "instant":
        yield lambda seconds: None
        return
    with freeze_time(timezone.now()) as clock:
        yield clock.tick


def accepted(answer: Any) -> dict[str, Any]:
    if answer.status_code != 200:
        raise Fatal(answer.content)
    document: dict[str, Any] = answer.json()
    return document


def settle(speaker: Speaker, document: dict[str, Any], wait: Wait) -> list[str]:
    """Steps 1 to 5; returns the names of what was made."""
    order = document["metadata"]["labels"].get("os.modelarts/order.name")
    if not order:
        raise Fatal("no order name in the answer")
    wait(20)
    while (phase := polled(speaker, order)) not in {"successed", "partialSuccessed"}:
        if phase == "failed":
            raise Fatal("the order failed")
        wait(30)
    items = accepted(speaker.get(f"{ORDERS}/{order}"))["items"]
    made = [item["resourceName"] for item in items if item["status"] == "succeed"]
    while not drivers_settled(speaker, made):
        wait(30)
    return made


def polled(speaker: Speaker, order: str) -> str:
    since, offset = int((time.time() - 3600) * 1000), 0
    while True:
        query = f"limit=500&involvedName={ident()}&since={since}&offset={offset}"
        page = accepted(speaker.get(f"{ORDERS}?{query}"))["items"]
        for item in page:
            if item["orderName"] == order:
                return str(item["phase"])
        if len(page) < 500:
            raise Fatal("the order is not in the list")
        offset += len(page)


def drivers_settled(speaker: Speaker, made: list[str]) -> bool:
    nodes = accepted(speaker.get(f"{POOL}/nodes"))["items"]
    waited = [node for node in nodes if node["metadata"]["name"] in made]
    return all((node["status"].get("driver") or {}).get("phase", "") in {"", "Running", "Abnormal"} for node in waited)


def settle_scopes(speaker: Speaker, wait: Wait) -> None:
    """Step 6, after a creation."""
    wait(45)
    while not all(
        scope["state"] in {"Enabled", "Disabled"} for scope in accepted(speaker.get(POOL))["status"]["scope"]
    ):
        wait(30)


def vanish(speaker: Speaker, wait: Wait) -> None:
    wait(30)
    while speaker.get(POOL).status_code != 404:
        wait(10)


BODY = creation(
    annotations={"os.modelarts/order.id": ""},
    resource={
        "flavor": GPU,
        "count": 2,
        "maxCount": 2,
        "os": {},
        "driver": {},
        "extendParams": {"runtime": "containerd"},
        "dataVolumes": [{"volumeType": "SSD", "size": "100Gi", "count": 1}],
        "volumeGroupConfigs": [{"volumeGroup": "default", "types": ["volume"]}],
    },
    scope=["Train", "Infer"],
)


def whole_run(speaker: Speaker, wait: Wait) -> None:
    """Create, grow, shrink, move to another workspace, delete."""
    made = settle(speaker, accepted(speaker.post(POOLS, BODY)), wait)
    assert len(made) == 3
    settle_scopes(speaker, wait)

    standing = accepted(speaker.get(POOL))["spec"]["resources"]
    grown = [{**standing[0], "count": 3, "maxCount": 3}, {"flavor": CPU, "count": 1, "maxCount": 1, "os": {}}]
    patched = accepted(change(speaker, {"spec": {"resources": grown}}))
    assert len(settle(speaker, patched, wait)) == 2
    assert [one["flavor"] for one in patched["spec"]["resources"]] == [GPU, CPU]

    standing = accepted(speaker.get(POOL))["spec"]["resources"]
    fewer = [{**standing[0], "count": 1, "maxCount": 1}, standing[1]]
    settle(speaker, accepted(change(speaker, {"spec": {"resources": fewer}})), wait)
    nodes = accepted(speaker.get(f"{POOL}/nodes"))["items"]
    assert len(nodes) == 2

    workspaces = accepted(speaker.get(f"/v1/{PROJECT}/workspaces"))["workspaces"]
    [other] = [one["id"] for one in workspaces if one["id"] != "0"]
    moved = accepted(change(speaker, {"metadata": {"labels": {WORKSPACE: other}}}))
    assert settle(speaker, moved, wait) == []
    assert accepted(speaker.get(POOL))["metadata"]["labels"][WORKSPACE] == other

    assert speaker.delete(POOL).status_code in {200, 202, 204}
    vanish(speaker, wait)


@pytest.mark.shows("StrictClient.whole-run", "CreatePool.order-name")
def test_its_whole_run_meets_nothing_fatal(speaker: Speaker, wait: Wait) -> None:
    whole_run(speaker, wait)


def change(speaker: Speaker, patch: object) -> Any:
    # That client signs the body of a merge-patch and ends it with a newline.
    body = json.dumps(patch).encode() + b"\n"
    return speaker.call("PATCH", POOL, body=body, headers={"Content-Type": "application/json"})


@pytest.mark.shows("StrictClient.auto-pay", "ShowPool.order-id")
def test_a_prepaid_pool_that_pays_by_itself_settles(speaker: Speaker, wait: Wait) -> None:
    paid = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.renew": "1", "auto.pay": "1"}
    annotations = {f"os.modelarts/{key}": value for key, value in paid.items()}
    document = accepted(speaker.post(POOLS, creation(annotations=annotations)))
    # Read before anything else by its older versions.
    assert accepted(speaker.get(POOL))["metadata"]["annotations"]["os.modelarts/order.id"].startswith("CS")
    assert len(settle(speaker, document, wait)) == 2


@pytest.mark.shows("StrictClient.hours-later")
def test_an_order_open_for_hours_is_still_in_the_list(speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_PACE = "demo"
    with freeze_time(timezone.now()) as clock:
        document = accepted(speaker.post(POOLS, creation(prefix="fate-stuck")))
        clock.tick(3 * 3600)
        assert polled(speaker, document["metadata"]["labels"]["os.modelarts/order.name"]) == "running"


@dataclass(frozen=True)
class Caller(Speaker):
    """Somebody who calls a started endpoint, over HTTP."""

    url: str

    def call(
        self, method: str, target: str, *, body: bytes = b"", headers: dict[str, str] | None = None, **sent: Any
    ) -> Any:
        key, host = (self.access_key, self.secret_key), self.url.removeprefix("http://")
        uri, signed = sdk_headers(method, target, key=key, body=body, headers=headers, host=host)
        return requests.request(method, self.url + uri, data=body, headers=signed, timeout=20)


@pytest.mark.process
@pytest.mark.shows("StrictClient.in-real-time")
def test_its_whole_run_meets_nothing_fatal_at_a_started_endpoint_either() -> None:
    with running(pace="instant", ENDPOINT_COMPATIBILITY="wide") as product:
        keys = product.first_run["endpoint"]
        # At the instant pace nothing has to be waited for: a moment is as good as half a minute.
        whole_run(Caller(keys["access_key"], keys["secret_key"], product.url), lambda seconds: time.sleep(0.01))
