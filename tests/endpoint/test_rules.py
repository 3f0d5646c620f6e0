"""The language's own examples, over HTTP: what breaks a rule is refused by name, what keeps it becomes a pool."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from pools.endpoint.models import EndpointProject, HostedFlavor, HostedNetwork, HostedPool, HostedWorkspace, Tenancy
from pools.endpoint.scenario import Fate, Pace
from pools.wire.limits import FlavorFacts, NetworkFacts
from tests.endpoint.guests import POOLS
from tests.endpoint.signed import Speaker
from tests.pools.wire.documents import BASE, CATALOG, changed
from tests.pools.wire.examples import EXAMPLES, NAME, Example

ENFORCED = [one for one in EXAMPLES if one.rule[0] not in "HA" and one.rule != "R23"]
# Quota and uniqueness need pools to be there first.
JUDGED = [one for one in ENFORCED if one.rule not in {"R21", "R22"}]
CODES = {("R20", "unknown"): "ModelArts.7005", ("R20", "abnormal"): "ModelArts.7004"}
# One is kept only where nothing is known of flavors; an endpoint knows its own.
KEPT = [one for one in JUDGED if "anything" not in one.keeps.values()]
LEFT_TO_THE_CONSOLE = [one for one in EXAMPLES if one.rule[0] in "HA" or one.rule == "R23"]


def names(examples: list[Example]) -> list[str]:
    return [f"{one.rule}-{one.problem}-{number}" for number, one in enumerate(examples)]


def flavor_document(facts: FlavorFacts) -> dict[str, Any]:
    disks = {
        key: {
            "volumeTypes": sorted(limits.types) if limits.types else None,
            "minSize": limits.gib and limits.gib[0],
            "maxSize": limits.gib and limits.gib[1],
            "maxCount": limits.most,
        }
        for key, limits in (("rootVolume", facts.root), ("dataVolumes", facts.data))
    }
    labels = {"os.modelarts/scope": ".".join(sorted(facts.scopes))} if facts.scopes else {}
    return {
        "metadata": {
            "name": facts.name,
            "labels": labels,
            "annotations": {"os.modelarts.resourceflavor/volume.configs": json.dumps(disks)},
        },
        "spec": {
            "cpuArch": facts.cpu_arch,
            "billingModes": [int(mode) for mode in sorted(facts.billing_modes or ())],
            "creatingSteps": [{"step": step, "type": kind} for step, kind in facts.steps or ()],
            **({facts.accelerator: {"size": "1"}} if facts.accelerator else {}),
        },
        "status": {"phase": dict(facts.zones or {})},
    }


def network_row(project: EndpointProject, facts: NetworkFacts) -> HostedNetwork:
    labels = {"os.modelarts/name": facts.name, "os.modelarts/workspace.id": facts.workspace_id}
    return HostedNetwork(
        project=project,
        ident=facts.name,
        workspace_id=facts.workspace_id,
        document={"metadata": {"name": facts.name, "labels": labels}, "spec": {"cidr": facts.cidr}},
        subnet_id=uuid4(),
        accepted_at=timezone.now(),
        fate=Fate.FINE if facts.phase == "Active" else Fate.STUCK,
        pace=Pace.INSTANT,
    )


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    """The project has what the language's examples are judged by."""
    flavors, networks = CATALOG.flavors or {}, CATALOG.networks or {}
    HostedFlavor.objects.bulk_create(
        HostedFlavor(project=home, name=facts.name, document=flavor_document(facts)) for facts in flavors.values()
    )
    HostedNetwork.objects.bulk_create(network_row(home, facts) for facts in networks.values())
    HostedWorkspace.objects.bulk_create(
        HostedWorkspace(project=home, ident=ident, name=ident, created_at=timezone.now())
        for ident in CATALOG.workspaces or ()
    )
    HostedWorkspace.objects.bulk_create(
        HostedWorkspace(project=home, ident=ident, name=ident, created_at=timezone.now(), fate=Fate.CREATION_FAILED)
        for ident in CATALOG.abnormal_workspaces
    )
    Tenancy.objects.create(project=home)


@pytest.mark.shows(
    "Documents.strict-types",
    "CreatePool.refusal-form",
    "CreatePool.r1",
    "CreatePool.r2-length",
    "CreatePool.r2-pattern",
    "CreatePool.r3",
    "CreatePool.r4",
    "CreatePool.r5",
    "CreatePool.r6-number",
    "CreatePool.r6-repeated",
    "CreatePool.r6-architecture",
    "CreatePool.r7-flavor",
    "CreatePool.r7-zones",
    "CreatePool.r8-count",
    "CreatePool.r8-max-count",
    "CreatePool.r9",
    "CreatePool.r10",
    "CreatePool.r11",
    "CreatePool.r12",
    "CreatePool.r13",
    "CreatePool.r14",
    "CreatePool.r15",
    "CreatePool.r16-form",
    "CreatePool.r16-overlap",
    "CreatePool.r17",
    "CreatePool.r18-mode",
    "CreatePool.r18-period",
    "CreatePool.r18-switches",
    "CreatePool.r19",
    "CreatePool.r20",
    "CreatePool.t1",
    "CreatePool.t2",
    "CreatePool.t3",
    "CreatePool.t4",
    "CreatePool.mandatory",
    "CreatePool.options",
    "CreatePool.short-network",
)
@pytest.mark.parametrize("example", JUDGED, ids=names(JUDGED))
def test_what_breaks_a_rule_is_refused_naming_path_and_rule(example: Example, speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_COMPATIBILITY = example.compatibility
    answer = speaker.post(POOLS, changed(BASE, example.breaks))
    code = CODES.get((example.rule, example.problem), "ModelArts.50004000")
    assert (answer.status_code, answer.json()["error_code"]) == (400, code)
    told = answer.json()["error_msg"]
    assert told.startswith("Bad request. ")
    assert f"{example.path}: " in told
    assert f"({example.rule})" in told
    assert not HostedPool.objects.exists()


@pytest.mark.shows("CreatePool.kept-rules")
@pytest.mark.parametrize("example", KEPT, ids=names(KEPT))
def test_what_keeps_the_rule_becomes_a_pool(example: Example, speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_COMPATIBILITY = example.compatibility
    answer = speaker.post(POOLS, changed(BASE, example.keeps))
    assert answer.status_code == 200, answer.json()


@pytest.mark.shows("CreatePool.console-strictness", "CreatePool.advice")
@pytest.mark.parametrize("example", LEFT_TO_THE_CONSOLE, ids=names(LEFT_TO_THE_CONSOLE))
def test_what_only_the_console_is_strict_about_is_taken(example: Example, speaker: Speaker, settings: Any) -> None:
    settings.ENDPOINT_COMPATIBILITY = example.compatibility
    assert speaker.post(POOLS, changed(BASE, example.breaks)).status_code == 200


@pytest.mark.shows("CreatePool.r21")
def test_r21_is_judged_as_the_pool_is_written(home: EndpointProject, speaker: Speaker) -> None:
    Tenancy.objects.filter(project=home).update(pool_quota=1)
    assert speaker.post(POOLS, BASE).status_code == 200
    answer = speaker.post(POOLS, changed(BASE, {NAME: "pool-two"}))
    assert answer.status_code == 400
    assert answer.json() == {
        "error_code": "ModelArts.0118",
        "error_msg": "The expected pools exceeds the quota limit.",
    }


@pytest.mark.shows("CreatePool.r22")
def test_r22_is_judged_as_the_pool_is_written(speaker: Speaker) -> None:
    assert speaker.post(POOLS, BASE).status_code == 200
    assert speaker.post(POOLS, BASE).status_code == 409
