"""A scene worth a picture: people have ordered, admins have decided, and pools stand in every phase.

`python -m tests.staging`, in the environment of a product that runs: its own worker does the rest.
"""

from __future__ import annotations

import json
import os
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - needs the settings

from pools import approving, ordering  # noqa: E402
from pools.models import Order, Pool, Project, User  # noqa: E402
from pools.wire.enums import Phase  # noqa: E402
from tests.engines import wait_for  # noqa: E402

NETWORK = "network-21e1"
CPU = "modelarts.vm.cpu.8ud"


def _place(username: str, name: str, *, flavor: str, count: int, words: str) -> Order:
    by = User.objects.get(username=username)
    project = Project.objects.get(embedded=True)
    document: dict[str, Any] = {
        "apiVersion": "v2",
        "kind": "Pool",
        "metadata": {
            "labels": {"os.modelarts/name": name, "os.modelarts/workspace.id": "0"},
            "annotations": {"os.modelarts/description": words, "os.modelarts/billing.mode": "0"},
        },
        "spec": {
            "type": "Dedicate",
            "scope": ["Train", "Infer"],
            "network": {"name": f"{NETWORK}-{project.project_id}"},
            "resources": [{"flavor": flavor, "count": count}],
        },
    }
    body = json.dumps(document)
    return ordering.place(project=project, team=by.teams.get(), by=by, draft=uuid4(), revision=1, body=body)


def _heard(order: Order, *phases: Phase) -> bool:
    return Pool.objects.filter(order=order, phase__in=phases).exists()


def _until(order: Order, *phases: Phase) -> None:
    wait_for(lambda: _heard(order, *phases), what=f"{order} to be {' or '.join(phases)}", seconds=150, pause=0.5)


def main() -> None:
    call_command("seed_endpoint", samples="every-phase", verbosity=0)
    ada, omar = User.objects.get(username="ada"), User.objects.get(username="omar")
    first = _place("noah", "vision-train-01", flavor=CPU, count=2, words="Nightly training of the detector.")
    rejected = _place("mia", "vision-lab-07", flavor=CPU, count=4, words="Trying something.")
    _until(first, Phase.WAITING)
    _until(rejected, Phase.WAITING)
    approving.approve(first, by=ada)
    approving.reject(rejected, by=omar, reason="vision-train-01 has room for this. Please share it.")
    _place("zoe", "speech-corpus-01", flavor=CPU, count=1, words="Business of another team.")
    _until(first, Phase.RUNNING)
    moving = _place("ada", "vision-infer-02", flavor=CPU, count=3, words="Serving for the trade fair.")
    _until(moving, Phase.WAITING)
    approving.approve(moving, by=omar)
    for username, name, count in (("mia", "vision-train-02", 2), ("noah", "vision-eval-01", 1)):
        _until(_place(username, name, flavor=CPU, count=count, words="For the spring release."), Phase.WAITING)
    _until(moving, Phase.CREATING)


if __name__ == "__main__":
    main()
