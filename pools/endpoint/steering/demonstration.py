"""What a team's project may look like in the middle of a week: something in every state that one talks about."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from pools.endpoint import amending, clock, hosting, judging, sampling
from pools.endpoint.models import EndpointProject, HostedPool
from pools.endpoint.scenario import TIMETABLES, Fate
from pools.endpoint.steering.stepping import age, shift
from pools.wire.extras import Annotation

Document = dict[str, Any]

_MONTH = {
    "os.modelarts/billing.mode": "1",
    Annotation.PERIOD_TYPE.value: "2",
    Annotation.PERIOD_NUM.value: "3",
    Annotation.AUTO_PAY.value: "1",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """One pool: what it is made of, how old it is, and what was done to it besides.

    `share` is how far its creation is instead of an age; `grows_to` the number of nodes it is being expanded to.
    """

    name: str
    about: str
    spec: Document
    age: timedelta = timedelta()
    share: float | None = None
    fate: Fate = Fate.FINE
    waits: bool = False
    grows_to: int | None = None
    annotations: Document = field(default_factory=dict)


def _nodes(flavor: str, count: int, *scope: str, **more: Any) -> Document:
    return {"resources": [{"flavor": flavor, "count": count, **more}], "scope": [*scope]}


_GPU, _CPU, _ARM = "modelarts.vm.gpu.v100.x1", "modelarts.vm.cpu.8ud", "modelarts.bm.npu.arm.8snt9b"
_RACKS = {"creatingStep": {"step": 4, "type": "rack"}}

SCENES = (
    Scene(
        "vision-train-01",
        "Vision team, shared training pool",
        _nodes(_GPU, 4, "Train", "Notebook"),
        age=timedelta(days=9),
        annotations=_MONTH,
    ),
    Scene("speech-infer-01", "Transcripts in production", _nodes(_CPU, 6, "Infer"), age=timedelta(days=23)),
    Scene("nlp-pretrain-02", "Two racks for the winter run", _nodes(_ARM, 8, "Train", **_RACKS), age=timedelta(days=3)),
    Scene("video-encode-01", "Grows for the release", _nodes(_CPU, 2, "Train"), age=timedelta(days=6), grows_to=5),
    Scene("robotics-sim-01", "One node lost its way", _nodes(_CPU, 3, "Train"), age=timedelta(1), fate=Fate.ABNORMAL),
    Scene("recsys-lab-02", "No luck", _nodes(_GPU, 2, "Train"), age=timedelta(hours=5), fate=Fate.CREATION_FAILED),
    Scene("genomics-01", "Being made", _nodes(_ARM, 4, "Train", **_RACKS), share=0.3),
    Scene("ocr-batch-03", "Waits for an approval", _nodes(_CPU, 2, "Train"), age=timedelta(hours=2), waits=True),
)


def host(project: EndpointProject) -> None:
    """Host the demonstration in a stocked project that has none of these pools."""
    for scene in SCENES:
        _host(project, scene)


def _host(project: EndpointProject, scene: Scene) -> None:
    annotations = {"os.modelarts/description": scene.about, **scene.annotations}
    sample: Document = {"name": scene.name, "spec": scene.spec, "annotations": annotations}
    if scene.fate is not Fate.FINE:
        sample["fate"] = scene.fate
    judged = judging.admit(project, sampling.creation(project, sample))
    pool = hosting.create(project, judged, console=scene.waits)
    _make_older(project, pool, scene)
    if scene.grows_to is not None:
        resources = [{**scene.spec["resources"][0], "count": scene.grows_to}]
        amending.amend(project, HostedPool.objects.get(pk=pool.pk), {"spec": {"resources": resources}})


def _make_older(project: EndpointProject, pool: HostedPool, scene: Scene) -> None:
    by = scene.age
    if scene.share is not None:
        by = timedelta(seconds=TIMETABLES[clock.pace(project)].creation * scene.share)
    age(pool, by)
    shift(pool, ("created_at",), by)
    pool.save(update_fields=["created_at"])
