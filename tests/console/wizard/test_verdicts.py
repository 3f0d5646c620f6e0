"""The endpoint gives the wizard's verdict on the wizard's payload: refused by the same rule at the same place, or taken
where the console alone is strict. That the same mistakes are told beside their fields is shown by `test_words`.
"""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.utils import timezone

from console.wizard.assembly import gather, scatter
from console.wizard.words import SENTENCES
from pools.endpoint import admitting
from pools.endpoint.models import EndpointProject, HostedFlavor, HostedNetwork, HostedPool, HostedWorkspace, Tenancy
from pools.endpoint.scenario import Fate, Pace
from pools.wire.breaches import SHAPE
from pools.wire.limits.saying import WORDS
from tests.console.wizard import catalog
from tests.console.wizard.mistakes import ELSEWHERE, ILL, MISTAKES, PLIGHTS, Mistake, Plight
from tests.endpoint.signed import Speaker

BAD_REQUEST, CODES = "ModelArts.50004000", {"R20": "ModelArts.7005"}
ADVICE = ("A", "R23")
# What only the state of a project breaks, or a document that no step can write; and where it is shown.
SHOWN_ELSEWHERE = {
    ("R1", "version"): "pasting refuses it: test_start",
    ("R1", "kind"): "pasting refuses it: test_start",
    ("H6", "required"): "typed, not pasted: test_words",
    ("R22", "taken"): "needs a pool of the name: test_words, tests/endpoint/test_rules",
    ("H12", "licence"): "needs a tenant's licence: test_words",
    ("json", ""): "no document at all",
}


@pytest.fixture
def home(db: None) -> EndpointProject:
    """A project of the endpoint that has what the wizard's catalog says."""
    project = admitting.open_project(admitting.open_account("poolhouse"), name="cn-north-4")
    documents = catalog.DOCUMENTS
    HostedFlavor.objects.bulk_create(
        HostedFlavor(project=project, name=document["metadata"]["name"], document=document)
        for document in documents["flavors"]["items"]
    )
    HostedNetwork.objects.bulk_create(
        HostedNetwork(
            project=project,
            ident=document["metadata"]["name"],
            workspace_id="0",
            document={key: document[key] for key in ("metadata", "spec")},
            subnet_id=uuid4(),
            accepted_at=timezone.now(),
            fate=Fate.FINE if document["status"]["phase"] == "Active" else Fate.STUCK,
            pace=Pace.INSTANT,
        )
        for document in documents["networks"]["items"]
    )
    Tenancy.objects.create(project=project)
    return project


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: f"{one.rule}-{one.problem}")
def test_the_endpoint_gives_the_same_verdict_on_the_same_payload(home: EndpointProject, mistake: Mistake) -> None:
    key = admitting.issue_key(home)
    payload = gather(*scatter(json.loads(json.dumps(mistake.document)))).document
    answer = Speaker(key.access_key, key.secret_key).post(f"/v2/{home.project_id}/pools", payload)
    if mistake.is_of_the_console:
        assert (answer.status_code, HostedPool.objects.count()) == (200, 1)
    else:
        assert (answer.status_code, answer.json()["error_code"]) == (400, CODES.get(mistake.rule, BAD_REQUEST))
        named = f"({mistake.rule})" if mistake.rule != SHAPE else "$."
        assert named in answer.json()["error_msg"]
        assert not HostedPool.objects.exists()


@pytest.mark.parametrize("plight", PLIGHTS, ids=lambda one: f"{one.rule}-{one.problem}")
def test_the_endpoint_refuses_what_the_state_of_the_project_forbids(home: EndpointProject, plight: Plight) -> None:
    now, labels = timezone.now(), {"os.modelarts/name": "net-elsewhere", "os.modelarts/workspace.id": ILL}
    fate = Fate.CREATION_FAILED if plight.rule == "R20" else Fate.FINE
    HostedWorkspace.objects.create(project=home, ident=ILL, name="ill", created_at=now, fate=fate)
    HostedNetwork.objects.create(
        project=home, ident=ELSEWHERE, workspace_id=ILL, subnet_id=uuid4(), accepted_at=now, pace=Pace.INSTANT,
        document={"metadata": {"name": ELSEWHERE, "labels": labels}, "spec": {"cidr": "10.9.0.0/16"}},
    )  # fmt: skip
    Tenancy.objects.filter(project=home).update(pool_quota=0 if plight.rule == "R21" else 15)
    key = admitting.issue_key(home)
    payload = gather(*scatter(json.loads(json.dumps(plight.document)))).document
    answer = Speaker(key.access_key, key.secret_key).post(f"/v2/{home.project_id}/pools", payload)
    codes = {"R20": "ModelArts.7004", "R21": "ModelArts.0118"}
    assert (answer.status_code, answer.json()["error_code"]) == (400, codes.get(plight.rule, BAD_REQUEST))
    assert not HostedPool.objects.exists()


def test_no_blocking_rule_is_left_out() -> None:
    assert set(WORDS) - SENTENCES.keys() == {(SHAPE, "many"), (SHAPE, "range")}
    made = {(one.rule, one.problem) for one in MISTAKES} | {(one.rule, one.problem) for one in PLIGHTS}
    blocking = {case for case in SENTENCES if not case[0].startswith(ADVICE) and case[0] != SHAPE}
    assert blocking - made == SHOWN_ELSEWHERE.keys() & blocking
