"""What is on sale is kept in memory, and whatever changes it is seen by the next creation."""

from collections.abc import Callable

import pytest
from django.db import transaction

from pools.endpoint import stocking
from pools.endpoint.models import EndpointProject, HostedFlavor, HostedNetwork, HostedWorkspace, Tenancy
from tests.endpoint.guests import POOLS, creation
from tests.endpoint.signed import Speaker

FLAVOR = "modelarts.vm.cpu.8ud"


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject, speaker: Speaker) -> None:
    stocking.load(home)
    assert speaker.post(POOLS, creation(name="pool-before")).status_code == 200


def _delete_by_query() -> None:
    HostedFlavor.objects.filter(name=FLAVOR).delete()


def _delete_the_row() -> None:
    HostedFlavor.objects.get(name=FLAVOR).delete()


def _rename_by_query() -> None:
    HostedFlavor.objects.filter(name=FLAVOR).update(name="another")


def _rename_the_row() -> None:
    row = HostedFlavor.objects.get(name=FLAVOR)
    row.name = "another"
    row.save()


def _rename_in_bulk() -> None:
    row = HostedFlavor.objects.get(name=FLAVOR)
    row.name = "another"
    HostedFlavor.objects.bulk_update([row], ["name"])


@pytest.mark.shows("ListResourceFlavors.off-sale")
@pytest.mark.parametrize(
    "take_off_sale", [_delete_by_query, _delete_the_row, _rename_by_query, _rename_the_row, _rename_in_bulk]
)
def test_a_flavor_taken_off_sale_is_refused_at_once(speaker: Speaker, take_off_sale: Callable[[], None]) -> None:
    take_off_sale()
    assert "R7" in speaker.post(POOLS, creation(name="pool-after")).json()["error_msg"]


def test_a_flavor_put_on_sale_is_there_at_once(speaker: Speaker, home: EndpointProject) -> None:
    document = HostedFlavor.objects.get(name=FLAVOR).document
    new = {**document, "metadata": {**document["metadata"], "name": "new"}}
    HostedFlavor.objects.bulk_create([HostedFlavor(project=home, name="new", document=new)])
    assert speaker.post(POOLS, creation(name="pool-after", resource={"flavor": "new"})).status_code == 200


def test_a_network_or_workspace_that_goes_is_missed_at_once(speaker: Speaker) -> None:
    HostedWorkspace.objects.all().delete()
    assert speaker.post(POOLS, creation(name="pool-after")).status_code == 200  # the default one is no row's
    HostedNetwork.objects.all().delete()
    assert "R4" in speaker.post(POOLS, creation(name="pool-last")).json()["error_msg"]


def test_a_change_that_is_taken_back_was_never_there(speaker: Speaker) -> None:
    with transaction.atomic():
        _delete_by_query()
        assert "R7" in speaker.post(POOLS, creation(name="pool-after")).json()["error_msg"]
        transaction.set_rollback(True)
    assert speaker.post(POOLS, creation(name="pool-after")).status_code == 200


def test_a_changed_quota_holds_at_once(speaker: Speaker) -> None:
    Tenancy.objects.update(pool_quota=1)
    assert "quota" in speaker.post(POOLS, creation(name="pool-after")).json()["error_msg"]


def test_a_name_in_use_is_a_conflict_even_where_the_quota_is_full(speaker: Speaker) -> None:
    Tenancy.objects.update(pool_quota=1)
    assert speaker.post(POOLS, creation(name="pool-before")).status_code == 409
