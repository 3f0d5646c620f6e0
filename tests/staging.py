"""A scene worth a picture: people have ordered, admins have decided, and pools stand in every phase.

`python -m tests.staging`, in the environment of a product that runs: its own worker does the rest.
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - needs the settings
from django.utils import timezone  # noqa: E402

from console.models import Draft, Template  # noqa: E402
from console.wizard import keeping, starting  # noqa: E402
from console.wizard.checks import examine  # noqa: E402
from console.wizard.situation import Situation  # noqa: E402
from console.wizard.storage import kept_of, steps_of  # noqa: E402
from pools import approving, ordering, resizing, watching  # noqa: E402
from pools.endpoint.models import EndpointProject, HostedPool  # noqa: E402
from pools.endpoint.steering import crowding  # noqa: E402
from pools.models import Order, Pool, Probe, Project, Resize, User, Watch  # noqa: E402
from pools.states import OrderState  # noqa: E402
from pools.wire import resizing as law  # noqa: E402
from pools.wire.enums import Phase  # noqa: E402
from tests import builders  # noqa: E402
from tests.engines import wait_for  # noqa: E402

NETWORK = "network-21e1"
SOLD_OUT = "modelarts.bm.gpu.a800.x8"
CPU = "modelarts.vm.cpu.8ud"
MANY = {"modelarts.vm.gpu.v100.x8": 4, "modelarts.vm.gpu.v100.x1": 2, "modelarts.vm.cpu.32u128g.d": 3, CPU: 8}


def _document(project: Project, name: str, nodes: dict[str, int], *, words: str) -> dict[str, Any]:
    return {
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
            "resources": [{"flavor": flavor, "count": count} for flavor, count in nodes.items()],
        },
    }


def _place(username: str, name: str, nodes: dict[str, int], *, words: str) -> Order:
    by = User.objects.get(username=username)
    project = Project.objects.get(embedded=True)
    body = json.dumps(_document(project, name, nodes, words=words), indent=2)
    return ordering.place(project=project, team=by.teams.get(), by=by, draft=uuid4(), revision=1, body=body)


def _heard(order: Order, *phases: Phase) -> bool:
    return Pool.objects.filter(order=order, phase__in=phases).exists()


def _until(order: Order, *phases: Phase) -> None:
    wait_for(lambda: _heard(order, *phases), what=f"{order} to be {' or '.join(phases)}", seconds=150, pause=0.5)


def _age(order: Order) -> None:
    """The cloud has had the pool for hours, so that there is something to measure."""
    _until(order, Phase.RUNNING)
    earlier = timezone.now() - timedelta(hours=2)
    HostedPool.objects.filter(name=order.pool_name).update(accepted_at=earlier, started_at=earlier)


def _stuck(by: User) -> None:
    """Orders in states that only bad luck brings, as the worker would have left them."""
    past: dict[str, Any] = {
        "team": by.teams.get(),
        "placed_by": by,
        "placed_at": timezone.now() - timedelta(seconds=20),
    }
    refusal: dict[str, Any] = {
        "failure_message": "Bad request. $.spec.resources[0].azs: the flavor is sold out in cn-north-4a (R9)",
        "failure_code": "ModelArts.50004000",
        "failure_field": "$.spec.resources[0].azs",
    }
    builders.order(**past, name="vision-refused-01", state=OrderState.REFUSED, **refusal)
    builders.order(**past, name="vision-doubt-01", state=OrderState.IN_DOUBT, needs_person=True)
    tomorrow = timezone.now() + timedelta(days=1)
    builders.order(**past, name="vision-held-01", state=OrderState.HELD, due_at=tomorrow)


def _more(order: Order, by: User, *, nodes: int) -> Resize:
    """So many more nodes of a pool that runs, asked for some hours ago."""
    pool = Pool.objects.get(order=order)
    stands = law.entries(pool.document) or ()
    wanted = [stands[0].of(stands[0].count + nodes), *stands[1:]]
    words = "The spring release trains twice as often. Agreed with Ada on Monday."
    resize = resizing.ask(pool, by=by, wanted=wanted, seen=law.print_of(stands), why=words)
    Resize.objects.filter(pk=resize.pk).update(at=timezone.now() - timedelta(hours=9))
    return resize


def _resizes(growing: Order, other: Order) -> dict[str, int]:
    """One that waits, one that was rejected, and one of a pool that was changed in the cloud meanwhile."""
    noah, omar = (User.objects.get(username=name) for name in ("noah", "omar"))
    decided = _more(other, noah, nodes=4)
    resizing.reject(Resize.objects.get(pk=decided.pk), by=omar, reason="Share the nodes of vision-train-01.")
    blocked = _more(other, noah, nodes=2)
    Resize.objects.filter(pk=blocked.pk).update(was=blocked.was.replace('ount": 2', 'ount": 1'))
    return {"waiting": _more(growing, noah, nodes=32).pk, "decided": decided.pk, "blocked": blocked.pk}


def _connect() -> None:
    """Two more projects, one that half works and one that does not. Nobody asks them: their time has not come."""
    root, now = builders.person(username="root", staff=True), timezone.now()
    north = builders.project(name="Beijing", region="cn-north-4", url="https://modelarts.cn-north-4.myhuaweicloud.com")
    lab = builders.project(name="Lab", region="", url="https://modelarts.lab.example.org:8443", iam_domain="acme")
    tomorrow = {"look_after": now + timedelta(days=1), "mirror_after": now + timedelta(days=1)}
    Project.objects.filter(pk=north.pk).update(heard_at=now, **tomorrow)
    refused = {"failing_since": now - timedelta(minutes=12), "credentials_refused_at": now - timedelta(minutes=12)}
    Project.objects.filter(pk=lab.pk).update(signs_with="password", bss_url="", **refused, **tomorrow)
    *reading, billing = Probe.Part.values
    counted = {Probe.Part.POOLS, Probe.Part.FLAVORS, Probe.Part.NETWORKS}
    works = [{"part": part, "outcome": "works"} | ({"count": 7} if part in counted else {}) for part in reading]
    wrong = [{"part": part, "outcome": "refused", "code": "APIGW.0301", "message": "decrypt fail"} for part in reading]
    denied = {"outcome": "denied", "code": "CBC.0156", "message": "The customer does not belong to the website."}
    for project, found in (
        (north, [*works, {"part": billing, **denied}]),
        (lab, [*wrong, {"part": billing, "outcome": "unset"}]),
    ):
        Probe.objects.create(project=project, asked_by=root, state=Probe.State.DONE, findings=found, answered_at=now)


def _sold_out(name: str, *, by: User) -> Draft:
    """A draft in whose way nothing is but that all of it is sold out."""
    project = Project.objects.get(embedded=True)
    document = _document(project, name, {SOLD_OUT: 2}, words="For the summer model.")
    document["spec"]["scope"] = ["Train"]
    month = {"billing.mode": "1", "period.type": "2", "period.num": "1"}
    document["metadata"]["annotations"] |= {f"os.modelarts/{key}": value for key, value in month.items()}
    beginning = starting.pasted(json.dumps(document))
    return starting.draft_from(beginning, team=by.teams.get(), project=project, by=by)


def _watch(draft: Draft) -> Watch:
    body = examine(Situation(draft, draft.owner, steps_of(draft), kept_of(draft))).body
    said: dict[str, Any] = {"project": draft.project, "team": draft.team, "by": draft.owner, "body": body}
    return watching.begin(**said, draft=draft.pk, revision=draft.revision)


def _watches(by: User) -> dict[str, str]:
    """A draft that could be watched, one that is, and one that was in vain."""
    kinds = ("offered", "watched", "over")
    drafts = {kind: _sold_out(f"vision-summer-0{nth}", by=by) for nth, kind in enumerate(kinds, 1)}
    _watch(drafts["watched"])
    _watch(drafts["over"]).end(Watch.Ending.EXPIRED)
    return {kind: str(draft.pk) for kind, draft in drafts.items()}


def _places(waiting: Order, *, running: Order, long: Order, failed: Order, gone: Order) -> dict[str, Any]:
    """Where what was staged stands: keys of rows, by what they show."""

    def pool(name: str) -> int:
        return Pool.objects.get(name=name).pk

    def order(name: str) -> int:
        return Order.objects.get(pool_name=name).pk

    samples = {
        phase.lower(): pool(f"sample-{phase.lower()}") for phase in ("Creating", "Abnormal", "Deleting", "Error")
    }
    ordered = {"waiting": waiting, "running": running, "long": long, "failed": failed, "gone": gone}
    stuck = {name: order(f"vision-{name}-01") for name in ("refused", "doubt", "held")}
    return {
        "pool": samples | {name: row.pool.pk for name, row in ordered.items()},
        "order": {"accepted": running.pk, "waiting": waiting.pk} | stuck,
        "team": waiting.team.slug,
        "project": {row.name.lower() if not row.embedded else "embedded": row.pk for row in Project.objects.all()},
        "hosted": waiting.project.project_id,
        "template": Template.objects.get().pk,
    }


def _crowd(number: int) -> None:
    """Hosted and heard of: nobody ordered them, so admins see them. The cloud's list leaves out those that failed."""
    crowding.host(EndpointProject.objects.get(), number=number + number // 4)
    wait_for(lambda: Pool.objects.count() >= number, what=f"{number} pools to be heard of", seconds=150, pause=0.5)


def main(crowd: str = "0") -> None:
    """Prints where everything stands, as JSON; `crowd` more pools are among it."""
    call_command("seed_endpoint", samples="every-phase", verbosity=0)
    EndpointProject.objects.update(keeps_log=True)
    _connect()
    ada, omar = User.objects.get(username="ada"), User.objects.get(username="omar")
    first = _place("noah", "vision-train-01", {CPU: 2}, words="Nightly training of the detector.")
    rejected = _place("mia", "vision-lab-07", {CPU: 4}, words="Trying something.")
    leaving = _place("ada", "vision-old-01", {CPU: 1}, words="Not needed any more.")
    long = _place("noah", "vision-pretrain-winter-26", MANY, words="Pre-training of the winter model, on all we have.")
    growing = _place("noah", "vision-train-03", {CPU: 8}, words="Training of the segmenter.")
    other = _place("noah", "vision-label-01", {CPU: 2}, words="Labelling.")
    for order in (first, rejected, leaving, long, growing, other):
        _until(order, Phase.WAITING)
    approving.reject(rejected, by=omar, reason="vision-train-01 has room for this. Please share it.")
    for order in (first, long, leaving, growing, other):
        approving.approve(order, by=omar)
    _place("zoe", "speech-corpus-01", {CPU: 1}, words="Business of another team.")
    _until(leaving, Phase.RUNNING)
    ordering.delete(leaving.pool, by=ada, typed_name="vision-old-01")
    for username, name, count in (("mia", "vision-train-02", 2), ("noah", "vision-eval-01", 1)):
        waiting = _place(username, name, {CPU: count}, words="For the spring release.")
        _until(waiting, Phase.WAITING)
    _stuck(User.objects.get(username="noah"))
    wait_for(lambda: Pool.objects.filter(order=leaving, gone_at__isnull=False).exists(), what="a pool to be gone",
             seconds=150, pause=0.5)  # fmt: skip
    moving = _place("ada", "vision-infer-02", {CPU: 3}, words="Serving for the trade fair.")
    _until(moving, Phase.WAITING)
    approving.approve(moving, by=omar)
    _until(moving, Phase.CREATING)
    for order in (growing, other):
        _until(order, Phase.RUNNING)
    resizes = _resizes(growing, other)
    if int(crowd):
        _crowd(int(crowd))
    _age(long)
    keeping.keep(long.body, team=long.team, by=ada, name="Everything we have", made_from=long)
    places = _places(waiting, running=first, long=long, failed=rejected, gone=leaving)
    places["pool"]["growing"] = growing.pool.pk
    sys.stdout.write(json.dumps(places | {"resize": resizes, "watch": _watches(ada)}) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
