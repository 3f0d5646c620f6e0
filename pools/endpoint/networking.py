"""The one act on networks: create. A network becomes Active by itself."""

import ipaddress
import re
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from pydantic import ValidationError

from pools.endpoint import answers, clock, errors
from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject, HostedNetwork, HostedWorkspace, Tenancy
from pools.endpoint.scenario import Fate, Pace
from pools.wire.naming import pool_id
from pools.wire.networks import NetworkCreation

NAME = re.compile(r"[a-z][a-z0-9-]{2,30}[a-z0-9]")
RANGES = tuple(ipaddress.IPv4Network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
SMALLEST = 24
ALREADY_EXISTS = "ModelArts.50025000"


def create(project: EndpointProject, document: object) -> HostedNetwork:
    """Make a network as `document` asks. Raises `Refused`: 400 naming what is wrong, 409 for a name that is taken."""
    creation, asked = _read(document)
    name, workspace_id = creation.metadata.labels.name, creation.metadata.labels.workspace_id or "0"
    _judge(project, creation, workspace_id)
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
        document={**asked, "metadata": {**metadata, **kept}, "spec": {"connection": {}, **asked["spec"]}},
        subnet_id=uuid4(),
        accepted_at=clock.now(),
        fate=Fate.chosen_by(name),
        pace=Pace(settings.ENDPOINT_PACE),
    )
    try:
        with transaction.atomic():
            _hold_quota(project)
            row.save()
    except IntegrityError:
        raise Refused(409, ALREADY_EXISTS, "Network already exists.") from None
    return row


def _read(document: object) -> tuple[NetworkCreation, dict[str, Any]]:
    try:
        creation = NetworkCreation.model_validate(document, by_alias=True, by_name=False)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        path = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in first["loc"])
        raise errors.bad_request(f"${path}: {first['msg']}") from None
    if not isinstance(document, dict):
        raise errors.bad_request("$: an object is expected")
    return creation, {key: value for key, value in document.items() if key != "status"}


def _judge(project: EndpointProject, creation: NetworkCreation, workspace_id: str) -> None:
    if (creation.api_version, creation.kind) != ("v1", "Network"):
        raise errors.bad_request("$.apiVersion, $.kind: v1 and Network are expected")
    if not NAME.fullmatch(creation.metadata.labels.name):
        raise errors.bad_request(
            "$.metadata.labels['os.modelarts/name']: 4 to 32 of a-z, 0-9 and -, a letter first, no - at the end"
        )
    if workspace_id != "0" and not HostedWorkspace.objects.filter(project=project, ident=workspace_id).exists():
        raise errors.bad_request("$.metadata.labels['os.modelarts/workspace.id']: there is no such workspace")
    if not _is_private(creation.spec.cidr):
        raise errors.bad_request(
            f"$.spec.cidr: a range of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16, at least /{SMALLEST}, is expected"
        )


def _is_private(cidr: str) -> bool:
    try:
        asked = ipaddress.IPv4Network(cidr)
    except ValueError:
        return False
    return "/" in cidr and asked.prefixlen <= SMALLEST and any(asked.subnet_of(one) for one in RANGES)


def _hold_quota(project: EndpointProject) -> None:
    tenancy = Tenancy.objects.select_for_update().filter(project=project).first()
    if tenancy is not None and HostedNetwork.objects.filter(project=project).count() >= tenancy.network_quota:
        raise errors.bad_request("The expected networks exceeds the quota limit.")
