"""A project with thousands of pools: a few are made as any client makes them, and copied row by row."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle, islice
from random import Random
from typing import Any

from pools.endpoint import chance, hosting, judging, naming, sampling
from pools.endpoint.models import BillingOrder, EndpointProject, HostedPool, Tenancy, WorkOrder
from pools.endpoint.scenario import Fate
from pools.endpoint.steering.stepping import OF_ORDER, OF_POOL, shift
from pools.wire.extras import Annotation, Label
from pools.wire.naming import pool_id

Document = dict[str, Any]

USUAL, MOST = 1000, 50_000
# Rows in one statement.
BATCH = 500
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of pool in the crowd: how many of a hundred, what it is made of, how old at most, whether it waits."""

    stem: str
    share: int
    spec: Document
    fate: Fate = Fate.FINE
    oldest: timedelta = timedelta(days=25)
    waits: bool = False
    prepaid: bool = False


def _nodes(flavor: str, count: int, **more: Any) -> Document:
    return {"resources": [{"flavor": flavor, "count": count, **more}]}


_RACKS = {"creatingStep": {"step": 4, "type": "rack"}}
KINDS = (
    Kind("vision", 30, _nodes("modelarts.vm.gpu.v100.x1", 2)),
    Kind("speech", 25, {**_nodes("modelarts.vm.cpu.8ud", 4), "scope": ["Train", "Infer"]}),
    Kind("nlp", 15, _nodes("modelarts.bm.npu.arm.8snt9b", 8, **_RACKS)),
    Kind("batch", 10, _nodes("modelarts.vm.cpu.8ud", 1), prepaid=True),
    Kind("search", 6, _nodes("modelarts.vm.cpu.8ud", 2), waits=True, oldest=timedelta(days=5)),
    Kind("robotics", 5, _nodes("modelarts.vm.cpu.8ud", 3), fate=Fate.ABNORMAL),
    Kind("lab", 4, _nodes("modelarts.bm.npu.arm.8snt9b", 16, **_RACKS), fate=Fate.STUCK, oldest=timedelta(hours=8)),
    Kind("trial", 5, _nodes("modelarts.vm.cpu.8ud", 4), fate=Fate.CREATION_FAILED, oldest=timedelta(days=2)),
)
PREPAID = {
    "os.modelarts/billing.mode": "1",
    Annotation.PERIOD_TYPE.value: "2",
    Annotation.PERIOD_NUM.value: "1",
    Annotation.AUTO_PAY.value: "1",
}


def host(project: EndpointProject, *, number: int) -> None:
    """Host so many pools in a stocked, empty project, most of them running; its quota grows with them."""
    Tenancy.objects.filter(project=project, pool_quota__lt=number * 2).update(pool_quota=number * 2)
    luck, models = chance.draw(project).luck, {kind.stem: _model(project, kind) for kind in KINDS}
    kinds = [kind for kind in KINDS for _ in range(kind.share)]
    Random(number).shuffle(kinds)  # noqa: S311 - an order of pools, not a secret
    made = list(_copies(islice(cycle(kinds), number), models, luck))
    HostedPool.objects.filter(pk__in=[model.pool.pk for model in models.values()]).delete()
    HostedPool.objects.bulk_create([one.pool for one in made], batch_size=BATCH)
    WorkOrder.objects.bulk_create([one.work_order for one in made], batch_size=BATCH)
    BillingOrder.objects.bulk_create([one.bill for one in made if one.bill is not None], batch_size=BATCH)


@dataclass(frozen=True, slots=True)
class _Member:
    """The rows of one pool."""

    pool: HostedPool
    work_order: WorkOrder
    bill: BillingOrder | None


def _model(project: EndpointProject, kind: Kind) -> _Member:
    """One pool of the kind, made as any client makes it."""
    sample: Document = {"name": f"{kind.stem}-model", "spec": kind.spec}
    if kind.fate is not Fate.FINE:
        sample["fate"] = kind.fate
    if kind.prepaid:
        sample["annotations"] = PREPAID
    document = sampling.creation(project, sample)
    pool = hosting.create(project, judging.admit(project, document), console=kind.waits)
    work_order = pool.work_orders.get()
    return _Member(pool, work_order, work_order.bill)


def _copies(kinds: Iterator[Kind], models: dict[str, _Member], luck: Random) -> Iterator[_Member]:
    for number, kind in enumerate(kinds, start=1):
        age = HOUR + (kind.oldest - HOUR) * luck.random()
        yield _copy(models[kind.stem], f"{kind.stem}-{number:05d}", age, luck)


def _copy(model: _Member, name: str, age: timedelta, luck: Random) -> _Member:
    project = model.pool.project
    pool, work_order, bill = copy(model.pool), copy(model.work_order), copy(model.bill)
    pool.pk, work_order.pk = None, None
    pool.name, pool.ident, pool.dice = name, pool_id(name, project.project_id), luck.randrange(2**31)
    shift(pool, (*OF_POOL, "created_at"), age)
    work_order.pool, work_order.name = pool, naming.work_order(luck, name)
    shift(work_order, ("created_at",), age)
    if bill is not None:
        bill.pk, bill.pool, bill.work_order = None, pool, work_order
        bill.order_id = naming.billing_order(luck, pool.created_at)
        shift(bill, OF_ORDER, age)
    pool.document = _renamed(pool, work_order.name, bill.order_id if bill else "", naming.resource(luck, name))
    return _Member(pool, work_order, bill)


def _renamed(pool: HostedPool, order_name: str, order_id: str, resource: str) -> Document:
    metadata = pool.document["metadata"]
    named = {"os.modelarts/name": pool.name, "os.modelarts/resource.id": resource, Label.ORDER_NAME.value: order_name}
    annotations = {**metadata["annotations"], **({Annotation.ORDER_ID.value: order_id} if order_id else {})}
    labels = {**metadata["labels"], **named}
    return {
        **pool.document,
        "metadata": {**metadata, "name": pool.ident, "labels": labels, "annotations": annotations},
    }
