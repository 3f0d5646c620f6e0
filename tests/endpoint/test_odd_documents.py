"""Whatever stands in a creation, the endpoint answers in its own form: 200 or 400, and what it took it can show."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from pools.endpoint import clock, hosting, judging, stocking
from pools.endpoint.answers import pool, pool_created
from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject, WorkOrder
from pools.endpoint.reporting import work_items, work_order
from tests.endpoint.guests import POOLS, creation, ident
from tests.endpoint.signed import Speaker

ODD: tuple[Any, ...] = (
    None,
    "",
    {},
    [],
    0,
    -1,
    1,
    True,
    0.5,
    1e300,
    10**30,
    "x",
    "1",
    [None],
    {"x": {}},
    ["", 1],
    "\ud7ff💧",
)
DELETE = object()

WHOLE = creation(
    annotations={
        "os.modelarts/billing.mode": "1",
        "os.modelarts/period.type": "2",
        "os.modelarts/period.num": "1",
        "os.modelarts/auto.pay": "1",
        "os.modelarts/order.id": "CS1",
    },
    prefix="blue",
    resource={
        "flavor": "modelarts.bm.npu.arm.8snt9b",
        "count": 8,
        "maxCount": 8,
        "azs": [{"az": "cn-north-4a", "count": 8}],
        "tags": [{"key": "a", "value": "b"}],
        "extendParams": {"dockerBaseSize": "50", "postInstall": "ZWNobw=="},
        "creatingStep": {"step": 4, "type": "rack"},
        "rootVolume": {"volumeType": "SSD", "size": "200"},
        "dataVolumes": [{"volumeType": "SSD", "size": "500", "count": 1, "extendParams": {"volumeGroup": "vgpaas"}}],
        "volumeGroupConfigs": [{"volumeGroup": "vgpaas", "dockerThinPool": 60, "lvmConfig": {"lvType": "linear"}}],
        "nodePool": "first",
    },
    containerNetwork={"cidr": "10.16.0.0/16"},
    containernetwork={"cidr": "10.16.0.0/16"},
    kubernetesSvcIpRange="10.96.0.0/16",
    masters=[{"az": "cn-north-4a"}],
    driver={"npuVersion": "24.1.0"},
    parent="",
    userLogin={"password": "c2VjcmV0"},
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from places(inner, (*path, key))


def altered(whole: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The document with this value at that place, or without what stood there."""
    document = deepcopy(whole)
    holder = document
    for key in path[:-1]:
        holder = holder[key]
    if value is DELETE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return document


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)
    home.tenancy.pool_quota = 10**6
    home.tenancy.save()


@pytest.mark.shows("Documents.odd-creations")
@pytest.mark.parametrize("compatibility", ["seed", "wide"])
def test_a_creation_with_anything_anywhere_is_taken_whole_or_refused(
    home: EndpointProject, settings: Any, compatibility: str
) -> None:
    settings.ENDPOINT_COMPATIBILITY = compatibility
    taken = 0
    for number, (path, value) in enumerate((path, value) for path in places(WHOLE) for value in (*ODD, DELETE)):
        document = altered(WHOLE, path, value)
        try:
            judged = judging.admit(home, document)
        except Refused:
            continue
        if path[-1] != "os.modelarts/name":
            document["metadata"]["labels"]["os.modelarts/name"] = f"pool-{number}"
        made = hosting.create(home, judged, console=bool(number % 2))
        assert pool_created(made)["spec"]["resources"]
        assert pool(made, now=clock.now(home))
        order = WorkOrder.objects.select_related("pool", "billing_order").get(pool=made)
        assert work_order(order, now=clock.now(home))
        assert work_items(order, now=clock.now(home))
        taken += 1
    assert taken > 100


def test_the_whole_document_is_taken_and_shown(speaker: Speaker) -> None:
    assert speaker.post(POOLS, WHOLE).status_code == 200
    shown = speaker.get(f"{POOLS}/{ident()}").json()
    assert shown["spec"]["containerNetwork"] == {"mode": "vpc-router", "cidr": "10.16.0.0/16"}
    assert shown["status"]["driver"]["npu"] == {"version": "24.1.0", "state": "Running"}


@pytest.mark.parametrize(
    "document", [None, [], "x", 7, {}, {"spec": []}, {"metadata": {"labels": []}, "spec": {"resources": [1]}}]
)
def test_what_is_no_creation_at_all_is_refused(speaker: Speaker, document: Any) -> None:
    answer = speaker.post(POOLS, document)
    assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.50004000")
