"""The acts on networks: create, change, delete. A network becomes Active by itself."""

import ipaddress
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from pools.endpoint import answers, chance, clock, errors, judging, linking, naming, roster, scenario, workspacing
from pools.endpoint.amendment import merge
from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject, HostedNetwork, HostedPool, Tenancy
from pools.endpoint.scenario import TIMETABLES, Fate
from pools.wire.changes import NetworkPatch
from pools.wire.enums import Phase
from pools.wire.errors import Code
from pools.wire.limits.metadata import NOT_IN_DESCRIPTION
from pools.wire.naming import pool_id
from pools.wire.networks import NetworkCreation
from pools.wire.ranges import SMALLEST, is_name, is_range

WORKSPACE = "os.modelarts/workspace.id"
DESCRIPTION = "os.modelarts/description"
# Network, broadcast, and what the gateway and the service keep.
KEPT_BY_THE_NETWORK = 5
CONTROL_PLANE = 3

Document = dict[str, Any]


def create(project: EndpointProject, document: object) -> HostedNetwork:
    """Make a network as `document` asks. Raises `Refused`: 400 naming what is wrong, 409 for a name that is taken."""
    creation, asked = _read(document)
    name, workspace_id = creation.metadata.labels.name, creation.metadata.labels.workspace_id or "0"
    _judge(project, creation, workspace_id)
    _describe(creation.metadata.annotations or {})
    ident = pool_id(name, project.project_id)
    metadata = asked["metadata"]
    kept = {
        "name": ident,
        "creationTimestamp": answers.timestamp(timezone.now()),
        "labels": {**metadata["labels"], "os.modelarts/name": name, "os.modelarts/workspace.id": workspace_id},
        "annotations": metadata.get("annotations") or {},
    }
    row = HostedNetwork(
        project=project,
        ident=ident,
        workspace_id=workspace_id,
        document={**asked, "metadata": {**metadata, **kept}, "spec": {"connection": {}, **_said(asked["spec"])}},
        subnet_id=naming.serial(chance.draw(project).luck),
        accepted_at=clock.now(project),
        fate=Fate.chosen_by(name),
        pace=clock.pace(project),
    )
    # Nothing can be connected to a network before it is there.
    row.linked = linking.due(row.document["spec"].get("connection") or {}, {}, row.accepted_at + 2 * _while(project))
    try:
        with transaction.atomic():
            _hold_quota(project)
            row.save()
    except IntegrityError:
        raise Refused(409, Code.NETWORK_EXISTS, "Network already exists.") from None
    return row


def read_patch(document: object) -> Document:
    """A PATCH's document. Raises `Refused` (400) for another shape."""
    judging.read(NetworkPatch, document)
    return document if isinstance(document, dict) else {}


def change(network: HostedNetwork, patch: Document) -> HostedNetwork:
    """Apply a merge-patch. Raises `Refused` (400): range and name stay, and IPv6 is not switched off."""
    with transaction.atomic():
        row = HostedNetwork.objects.select_for_update().get(pk=network.pk)
        metadata, spec = patch.get("metadata") or {}, patch.get("spec") or {}
        was = row.document["spec"]
        if spec.get("cidr") not in (None, "", was["cidr"]):
            raise errors.bad_request("$.spec.cidr: cannot be changed")
        if spec.get("ipv6enable") is False and was.get("ipv6enable"):
            raise errors.bad_request("$.spec.ipv6enable: cannot be switched off")
        labels = {key: value for key, value in (metadata.get("labels") or {}).items() if key == WORKSPACE and value}
        for value in labels.values():
            workspacing.usable(row.project, value)
        kept = {"labels": labels, "annotations": metadata.get("annotations") or {}}
        taken = {key: value for key, value in _said(spec).items() if key != "cidr"}
        _describe(metadata.get("annotations") or {})
        row.document = merge(row.document, {"metadata": kept, "spec": taken})
        became = row.document["spec"]["connection"] = row.document["spec"].get("connection") or {}
        done_at = clock.now(row.project) + _while(row.project)
        row.leaving = linking.leaving(was.get("connection") or {}, became, row.leaving, done_at)
        row.linked = linking.due(became, row.linked, done_at)
        row.workspace_id = row.document["metadata"]["labels"][WORKSPACE]
        row.save(update_fields=["document", "workspace_id", "linked", "leaving"])
    return row


def _while(project: EndpointProject) -> timedelta:
    """How long a network takes to be made, and to be connected."""
    return timedelta(seconds=TIMETABLES[clock.pace(project)].network)


def _describe(annotations: Document) -> None:
    """Refuse (400) a description with characters that it may not have (R19)."""
    text = annotations.get(DESCRIPTION) or ""
    path = f'$.metadata.annotations["{DESCRIPTION}"]'
    if not isinstance(text, str):
        raise errors.bad_request(f"{path}: must be a string")
    if found := NOT_IN_DESCRIPTION.findall(text):
        raise errors.bad_request(f"{path}: must not contain {' '.join(dict.fromkeys(found))} (R19)")


def delete(network: HostedNetwork) -> None:
    """Delete a network that no pool uses. Raises `Refused` (409)."""
    with transaction.atomic():
        now = clock.now(network.project)
        HostedNetwork.objects.select_for_update().filter(pk=network.pk).first()
        users = HostedPool.objects.filter(project=network.project, document__spec__network__name=network.ident)
        for pool in users.standing(now):
            if scenario.phase(pool.life, now) not in {None, Phase.CREATION_FAILED}:
                raise Refused(409, Code.NETWORK_IN_USE, f"Network is in use by pool {pool.ident}.")
        HostedNetwork.objects.filter(pk=network.pk).delete()


def addresses(network: HostedNetwork) -> Document:
    """How many addresses the network has, and how many of them nodes and the control planes of its pools use."""
    now, cidr = clock.now(network.project), network.document["spec"]["cidr"]
    users = HostedPool.objects.filter(project=network.project, document__spec__network__name=network.ident)
    used = 0
    for pool in users.standing(now):
        used += len(roster.present(pool.roster(), pool.life, now)) + CONTROL_PLANE
    total = max(ipaddress.IPv4Network(cidr).num_addresses - KEPT_BY_THE_NETWORK, 0)
    return {"cidr": cidr, "ipVersion": 4, "usedIps": min(used, total), "totalIps": total}


def _read(document: object) -> tuple[NetworkCreation, dict[str, Any]]:
    creation = judging.read(NetworkCreation, document)
    asked = document if isinstance(document, dict) else {}
    return creation, {key: value for key, value in asked.items() if key != "status"}


def _said(spec: Document) -> Document:
    """A spec without what stands for absence; what was left out is not answered."""
    return {key: value for key, value in spec.items() if value not in ("", {})}


def _judge(project: EndpointProject, creation: NetworkCreation, workspace_id: str) -> None:
    if (creation.api_version, creation.kind) != ("v1", "Network"):
        raise errors.bad_request("$.apiVersion, $.kind: v1 and Network are expected")
    if not is_name(creation.metadata.labels.name):
        raise errors.bad_request(
            "$.metadata.labels['os.modelarts/name']: 4 to 32 of a-z, 0-9 and -, a letter first, no - at the end"
        )
    workspacing.usable(project, workspace_id)
    if not is_range(creation.spec.cidr):
        raise errors.bad_request(
            f"$.spec.cidr: a range of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, at least /{SMALLEST}, is expected"
        )


def _hold_quota(project: EndpointProject) -> None:
    tenancy = Tenancy.objects.select_for_update().filter(project=project).first()
    if tenancy is not None and HostedNetwork.objects.filter(project=project).count() >= tenancy.network_quota:
        raise Refused(400, Code.QUOTA_EXCEEDED, "The expected networks exceeds the quota limit.")
