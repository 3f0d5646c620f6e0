"""Testing a connection: every part is tried by itself, and told apart by what is missing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from pools import tracking
from pools.endpoint import admitting
from pools.models import Probe, Project
from tests import builders
from tests.pools.upstream.stranger import Behaviour, Request, Stranger, answering, hanging_up

pytestmark = pytest.mark.django_db(transaction=True)

ANSWERS: dict[str, Behaviour] = {
    "pools": answering({"items": []}),
    "resourceflavors": answering({"items": [], "metadata": {}}),
    "networks": answering({"items": [], "metadata": {}}),
    "orders": answering({"count": 0, "items": []}),
    "customer-orders": answering({"total_count": 0, "order_infos": []}),
}


@pytest.fixture
def answers() -> dict[str, Behaviour]:
    return dict(ANSWERS)


@pytest.fixture
def stranger(answers: dict[str, Behaviour]) -> Iterator[Stranger]:
    def choose(request: Request) -> Behaviour:
        return answers[request.target.partition("?")[0].rpartition("/")[2]]

    made = Stranger(choose)
    yield made
    made.close()


def probed(project: Project) -> dict[str, Any]:
    row = Probe.objects.create(project=project, asked_by=builders.person(staff=True))
    assert tracking.probe(row)
    row.refresh_from_db()
    assert row.state == Probe.State.DONE
    return {finding["part"]: finding for finding in row.findings}


def outcomes(project: Project) -> dict[str, str]:
    return {part: finding["outcome"] for part, finding in probed(project).items()}


def test_everything_works_against_the_embedded_endpoint(
    live_server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("seed_endpoint")
    made = json.loads(capsys.readouterr().out)
    keys = {name: made[name] for name in ("project_id", "domain_id", "access_key", "secret_key")}

    found = probed(builders.project(url=live_server.url, embedded=True, **keys))

    assert {part: finding["outcome"] for part, finding in found.items()} == dict.fromkeys(Probe.Part.values, "works")
    assert found["flavors"]["count"]


@pytest.mark.shows("ClientCredentials.what-is-missing")
def test_rights_that_the_endpoint_does_not_give_are_found_missing(
    live_server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("seed_endpoint")
    made = json.loads(capsys.readouterr().out)
    account = admitting.open_account(made["iam"]["domain"])
    admitting.grant(account, name="reader", password="a-good-password", rights=["modelarts:pool:*"])
    user: dict[str, Any] = {"iam_domain": account.name, "iam_user": "reader", "iam_password": "a-good-password"}
    user |= {"signs_with": "password", "access_key": "", "secret_key": "", "project_id": made["project_id"]}

    found = probed(builders.project(url=live_server.url, embedded=True, **user, domain_id=made["domain_id"]))

    assert {part: (finding["outcome"], finding["code"]) for part, finding in found.items()} == {
        "pools": ("works", ""),
        "flavors": ("works", ""),
        "networks": ("denied", "ModelArts.0108"),
        "work_orders": ("works", ""),
        "billing": ("denied", "CBC.0151"),
    }


def test_wrong_keys_are_refused_everywhere_and_are_not_told(
    live_server: LiveServer, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("seed_endpoint")
    made = json.loads(capsys.readouterr().out)
    wrong = {"project_id": made["project_id"], "access_key": made["access_key"], "secret_key": "wrong/secret"}

    found = probed(builders.project(url=live_server.url, embedded=True, **wrong))

    assert {finding["outcome"] for finding in found.values()} == {"refused"}
    assert "wrong/secret" not in json.dumps(found)


@pytest.mark.shows("ClientCredentials.what-is-missing")
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (answering({"error_code": "CBC.0151", "error_msg": "Access denied."}, status=403), "denied"),
        (answering({"error_code": "APIG.0301", "error_msg": "Incorrect"}, status=401), "refused"),
        (answering({"error_code": "APIG.0101", "error_msg": "not found"}, status=404), "missing"),
        (answering({"error_code": "CBC.0100", "error_msg": "bad"}, status=400), "missing"),
        (answering(status=429), "throttled"),
        (answering(status=500), "unclear"),
        (answering(b"<html>"), "unclear"),
        (hanging_up, "unreached"),
    ],
)
def test_one_part_that_fails_is_told_and_the_others_are_tried(
    stranger: Stranger, answers: dict[str, Behaviour], answer: Behaviour, outcome: str
) -> None:
    answers["customer-orders"] = answer

    assert outcomes(builders.project(url=stranger.url)) == {
        "pools": "works",
        "flavors": "works",
        "networks": "works",
        "work_orders": "works",
        "billing": outcome,
    }


@pytest.mark.shows("ClientCredentials.clock")
def test_a_refusal_remembers_how_far_the_clocks_are_apart(stranger: Stranger, answers: dict[str, Behaviour]) -> None:
    ahead = format_datetime(datetime.now(UTC) + timedelta(minutes=20), usegmt=True)
    answers["pools"] = answering({"error_code": "APIGW.0301"}, status=401, headers={"Date": ahead})

    found = probed(builders.project(url=stranger.url))

    assert found["pools"]["clock_skew"] == pytest.approx(1200, abs=5)
    assert found["flavors"]["clock_skew"] is None


def test_nobody_there_and_no_billing_address_are_told_apart() -> None:
    assert outcomes(builders.project(bss_url="")) == {
        "pools": "unreached",
        "flavors": "unreached",
        "networks": "unreached",
        "work_orders": "unreached",
        "billing": "unset",
    }


def test_an_address_that_may_not_be_used_is_not_asked(stranger: Stranger, settings: Any) -> None:
    settings.UPSTREAM_ALLOWED_NETWORKS = []

    found = probed(builders.project(url=stranger.url))

    assert {finding["message"] for finding in found.values()} == {
        "The address leads back to this machine, which is not allowed here."
    }
    assert stranger.heard == []


@pytest.mark.shows("ClientCredentials.what-is-missing")
def test_it_only_reads(stranger: Stranger) -> None:
    probed(builders.project(url=stranger.url))

    assert {request.method for request in stranger.heard} == {"GET"}


def test_two_workers_try_it_once(stranger: Stranger) -> None:
    row = Probe.objects.create(project=builders.project(url=stranger.url), asked_by=builders.person())

    assert [tracking.probe(row), tracking.probe(row)] == [True, False]
    assert len(stranger.heard) == len(Probe.Part)


def test_one_that_a_dead_worker_left_is_due_again(stranger: Stranger) -> None:
    row = Probe.objects.create(project=builders.project(url=stranger.url), asked_by=builders.person())
    Probe.objects.update(lease_until=timezone.now() + timedelta(minutes=1))
    assert not Probe.objects.due().exists()
    Probe.objects.update(lease_until=timezone.now())

    assert tracking.probe(row)
