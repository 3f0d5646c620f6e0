"""Each project has a clock of its own: it moves scenarios, and nothing that proves who is calling or when."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools.endpoint import admitting, stocking
from pools.endpoint.models import EndpointProject, HostedPool
from tests.endpoint.guests import POOLS, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def steer(project: EndpointProject, **how: Any) -> None:
    EndpointProject.objects.filter(pk=project.pk).update(**how)


def phase(speaker: Speaker, pool: str = POOL) -> str:
    return str(speaker.get(pool).json()["status"]["phase"])


@pytest.mark.shows("Life.own-clock")
def test_a_clock_that_is_ahead_takes_the_pools_with_it(speaker: Speaker, home: EndpointProject, slowly: Any) -> None:
    speaker.post(POOLS, creation())
    steer(home, clock_ahead=timedelta(seconds=45))
    assert phase(speaker) == "Running"


@pytest.mark.shows("Life.own-clock")
def test_while_the_clock_stands_nothing_moves(speaker: Speaker, home: EndpointProject, slowly: Any) -> None:
    steer(home, clock_stands_at=timezone.now())
    speaker.post(POOLS, creation())
    slowly.tick(600)
    assert phase(speaker) == "Creating"


def test_what_is_made_under_a_standing_clock_begins_there(speaker: Speaker, home: EndpointProject) -> None:
    stands = timezone.now() + timedelta(days=2)
    steer(home, clock_stands_at=stands)
    speaker.post(POOLS, creation())
    assert HostedPool.objects.get().accepted_at == stands


@pytest.mark.shows("Life.own-clock")
def test_creation_times_are_real_whatever_the_clock_says(speaker: Speaker, home: EndpointProject, slowly: Any) -> None:
    steer(home, clock_ahead=timedelta(days=30))
    made = speaker.post(POOLS, creation()).json()
    assert made["metadata"]["creationTimestamp"] == f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.shows("Life.own-clock")
def test_keys_are_accepted_whatever_the_clock_says(speaker: Speaker, home: EndpointProject) -> None:
    steer(home, clock_ahead=timedelta(days=3650))
    assert speaker.get(POOLS).status_code == 200


def test_another_project_keeps_its_time(speaker: Speaker, home: EndpointProject, slowly: Any) -> None:
    other = admitting.open_project(home.account, name="cn-east-3")
    stocking.load(other)
    key = admitting.issue_key(other)
    theirs = Speaker(key.access_key, key.secret_key)
    pools = f"/v2/{other.project_id}/pools"
    theirs.post(pools, creation(network={"name": f"network-21e1-{other.project_id}"}))
    steer(home, clock_ahead=timedelta(days=1))
    assert phase(theirs, f"{pools}/pool-ae01-{other.project_id}") == "Creating"


def test_of_an_accounts_orders_each_goes_by_the_clock_of_its_own_project(
    speaker: Speaker, home: EndpointProject, slowly: Any
) -> None:
    other = admitting.open_project(home.account, name="cn-east-3")
    stocking.load(other)
    key = admitting.issue_key(other)
    console = {"request-type": "console"}
    theirs = creation(network={"name": f"network-21e1-{other.project_id}"})
    Speaker(key.access_key, key.secret_key).post(f"/v2/{other.project_id}/pools", theirs, headers=console)
    ours = speaker.post(POOLS, creation(), headers=console).json()["metadata"]["annotations"]["os.modelarts/order.id"]
    steer(home, clock_ahead=timedelta(days=8))  # past the time to pay
    told = speaker.get("/v2/orders/customer-orders").json()["order_infos"]
    assert {order["order_id"] == ours: order["status"] for order in told} == {True: 4, False: 6}


def test_a_projects_pace_goes_before_the_setting(speaker: Speaker, home: EndpointProject, slowly: Any) -> None:
    steer(home, pace="instant")
    speaker.post(POOLS, creation())
    assert phase(speaker) == "Running"


def test_asking_the_clock_costs_no_query(
    speaker: Speaker, home: EndpointProject, django_assert_num_queries: Any
) -> None:
    speaker.post(POOLS, creation())
    steer(home, clock_ahead=timedelta(days=1))
    with django_assert_num_queries(2):  # who calls, and the pool
        speaker.get(POOL)
