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
from pools.endpoint.models import EndpointProject, HostedFlavor, HostedNetwork, HostedPool, Tenancy
from pools.endpoint.scenario import Fate, Pace
from pools.wire.breaches import SHAPE
from tests.console.wizard import catalog
from tests.console.wizard.mistakes import MISTAKES, Mistake
from tests.endpoint.signed import Speaker

BAD_REQUEST, CODES = "ModelArts.50004000", {"R20": "ModelArts.7005"}
ADVICE = ("A", "R23")
# What only the state of a project breaks, or a document that no step can write; and where it is shown.
SHOWN_ELSEWHERE = {
    ("R1", "version"): "pasting refuses it: test_start",
    ("R1", "kind"): "pasting refuses it: test_start",
    ("R4", "workspace"): "needs a second workspace: tests/endpoint/test_rules",
    ("R9", "required"): "a zone without a name is no cell of the matrix: tests/endpoint/test_rules",
    ("H6", "required"): "typed, not pasted: test_words",
    ("R20", "abnormal"): "needs a workspace in trouble: tests/endpoint/test_rules",
    ("R21", "quota"): "needs a full project: tests/endpoint/test_rules",
    ("R22", "taken"): "needs a pool of the name: test_words, tests/endpoint/test_rules",
    ("H12", "licence"): "needs a tenant's licence: test_words",
    ("T4", "pattern"): "a key without a field: tests/endpoint/test_rules",
    ("T4", "repeated"): "a key without a field: tests/endpoint/test_rules",
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


def test_no_blocking_rule_is_left_out() -> None:
    made = {(one.rule, one.problem) for one in MISTAKES}
    blocking = {case for case in SENTENCES if not case[0].startswith(ADVICE) and case[0] != SHAPE}
    assert blocking - made == SHOWN_ELSEWHERE.keys() & blocking
