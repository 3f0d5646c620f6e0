"""Networks, each exactly once: over a real connection that answers, fails and lies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from pools import founding, submitting
from pools.endpoint.models import HostedNetwork
from pools.models import CatalogPart, Founding, Project, Trouble
from pools.states import ErrandState
from tests import faulty
from tests.pools.errands.conftest import Abroad, attend_until_settled, fresh

pytestmark = pytest.mark.django_db(transaction=True)

POST, LIST = ("POST", "/networks"), ("GET", "/networks")


def asked(abroad: Abroad, **said: Any) -> Founding:
    fields = {"team": abroad.team, "by": abroad.member, "draft": uuid4(), "name": "net-new1", "cidr": "10.1.0.0/16"}
    return founding.ask_for(abroad.project, **{**fields, **said})


def hosted() -> list[HostedNetwork]:
    return list(HostedNetwork.objects.filter(ident__startswith="net-new1-"))


def test_a_network_is_made_and_the_catalog_has_it_at_once(abroad: Abroad) -> None:
    network = asked(abroad)

    submitting.attend(network)

    [made] = hosted()
    assert (fresh(network).state, fresh(network).network_id) == (ErrandState.DONE, made.ident)
    part = CatalogPart.objects.get(project=abroad.project, kind=CatalogPart.Kind.NETWORKS)
    assert made.ident in {one["metadata"]["name"] for one in part.document["items"]}


def test_the_catalog_is_read_again_soon_while_the_network_is_made_ready(abroad: Abroad) -> None:
    submitting.attend(asked(abroad))

    soon = Project.objects.get(pk=abroad.project.pk).mirror_after
    assert soon is not None
    assert soon < timezone.now() + timedelta(seconds=25)


@pytest.mark.parametrize(
    "fault", [faulty.drop_answer, faulty.drop_request, faulty.answer(503)], ids=["answer", "request", "503"]
)
def test_an_answer_that_is_lost_makes_one_network(abroad: Abroad, fault: faulty.Fault) -> None:
    network = asked(abroad)
    abroad.proxy.next(*POST, fault)

    submitting.attend(network)
    assert fresh(network).state == ErrandState.IN_DOUBT
    attend_until_settled(network)

    assert fresh(network).state == ErrandState.DONE
    assert len(hosted()) == 1


def test_a_network_of_another_hand_is_not_taken_for_ours(abroad: Abroad) -> None:
    submitting.attend(asked(abroad))
    for row in hosted():
        row.document["metadata"]["creationTimestamp"] = "2020-01-01T00:00:00Z"
        row.save(update_fields=["document"])
    CatalogPart.objects.all().delete()
    network = asked(abroad)

    attend_until_settled(network)

    assert (fresh(network).state, fresh(network).failure_code) == (ErrandState.FAILED, Trouble.NAME_TAKEN)
    assert len(hosted()) == 1


def test_what_the_cloud_refuses_is_told_in_its_words(abroad: Abroad) -> None:
    network = asked(abroad)
    Founding.objects.filter(pk=network.pk).update(body=network.body.replace("10.1.0.0/16", "8.8.8.0/24"))

    submitting.attend(fresh(network))

    assert fresh(network).state == ErrandState.FAILED
    assert "$.spec.cidr" in fresh(network).trouble


def test_a_worker_that_died_is_found_out(abroad: Abroad) -> None:
    network = asked(abroad)
    network.claim(ErrandState.SENDING, until=timezone.now() - timedelta(seconds=1))

    attend_until_settled(network)

    assert fresh(network).state == ErrandState.DONE
    assert len(hosted()) == 1


def test_many_workers_at_once_send_once(abroad: Abroad) -> None:
    network = asked(abroad)
    first, second = fresh(network), fresh(network)

    submitting.attend(first)
    submitting.attend(second)

    assert abroad.proxy.calls(*POST) == 1
