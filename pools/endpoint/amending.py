"""Changing a pool by PATCH: read, judged and applied whole or not at all (`docs/endpoint.md`, Changes).

What takes its time (nodes, job types, drivers) is written as a `PoolChange` with its beginning; how far it is, is the
scenario's to say.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.db import transaction

from pools.endpoint import (
    answers,
    chance,
    clock,
    errors,
    judging,
    ledger,
    naming,
    passing,
    purchasing,
    refreshing,
    scaling,
    workspacing,
)
from pools.endpoint.amendment import EMPTY, Amendment, living, merge, object_at
from pools.endpoint.models import BillingOrder, EndpointProject, HostedPool, PoolChange, WorkOrder
from pools.endpoint.purchasing import Purchase
from pools.wire.enums import JobType, Phase, ScopeState, UpdateStrategy, WorkOrderOperation
from pools.wire.extras import Annotation, Label

Document = dict[str, Any]

WORKSPACE = "os.modelarts/workspace.id"
BILLING = frozenset(
    {
        "os.modelarts/billing.mode",
        *(one.value for one in (Annotation.PERIOD_TYPE, Annotation.PERIOD_NUM, Annotation.AUTO_RENEW)),
        *(one.value for one in (Annotation.AUTO_PAY, Annotation.PROMOTION_INFO, Annotation.SERVICE_CONSOLE_URL)),
    }
)
# The service's own keys: what clients send back of them is not looked at.
OWN_ANNOTATIONS = frozenset(
    {"os.modelarts/order.id", "os.modelarts/flavor.resource.ids", "os.modelarts/tms.tags"}
    | {"os.modelarts.pool/subpools.count", "os.modelarts/tenant.domain.name"}
)
OWN_ANNOTATIONS_BEGIN = "os.modelarts.pool/scope.external.dependency."
OWN_LABELS = frozenset(
    {"os.modelarts/name", "os.modelarts/node.prefix", "os.modelarts/resource.id", "os.modelarts/create-from"}
    | {"os.modelarts/tenant.domain.id", "os.modelarts/tenant.project.id", "os.modelarts.pool/biz"}
    | {Label.ORDER_NAME.value}
)
FIXED = frozenset(
    {"type", "parent", "network", "containerNetwork", "containernetwork", "kubernetesSvcIpRange", "masters"}
    | {"clusterFlavor", "ipv6enable", "clusters"}
)
# As `supportRetry` of os-user-config says.
RETRIED = frozenset({JobType.INFER, JobType.NOTEBOOK})
# One of these at most is in a request.
ORDERED = frozenset({PoolChange.Kind.SCALE, PoolChange.Kind.WORKSPACE, PoolChange.Kind.BILLING})


def read(patch: object, *, kind: str = "Pool") -> Document:
    """A PATCH's document. Raises `Refused` (400) for anything but an object of this kind."""
    if not isinstance(patch, dict):
        raise errors.bad_request("$: an object is expected")
    for key, said in (("apiVersion", "v2"), ("kind", kind)):
        _same(f"$.{key}", patch.get(key), said)
    return patch


def amend(project: EndpointProject, pool: HostedPool, asked: Document) -> HostedPool:
    """Apply a merge-patch to `pool` and return it. Raises `Refused` (400), and then nothing is changed."""

    def take(one: Amendment) -> None:
        _metadata(one, object_at(asked.get("metadata"), "$.metadata"))
        _spec(one, object_at(asked.get("spec"), "$.spec"))
        _alone(one)

    return change(project, pool, take)


def change(project: EndpointProject, pool: HostedPool, take: Callable[[Amendment], None]) -> HostedPool:
    """Have `take` say what becomes of `pool`, judge that, and do it; return the pool as it then stands.

    Raises `Refused` (400), by itself and from `take`, and then nothing is changed.
    """
    with transaction.atomic():
        now = clock.now(project)
        row = passing.hold(pool)
        phase = living(row, now)
        if ledger.is_frozen(row, now):
            raise errors.bad_request("The pool is frozen: nothing of it is paid for any more.")
        one = Amendment(row, phase, deepcopy(row.document), now)
        take(one)
        judging.admit_change(project, one.judged, touched=one.touched, growing=one.growing)
        _apply(one)
    return HostedPool.objects.get(pk=row.pk)


def _metadata(one: Amendment, metadata: Document) -> None:
    labels = object_at(metadata.get("labels"), "$.metadata.labels")
    annotations = object_at(metadata.get("annotations"), "$.metadata.annotations")
    for key, value in labels.items():
        if key in OWN_LABELS:
            _same(f'$.metadata.labels["{key}"]', value, one.labels.get(key))
        elif key == WORKSPACE:
            _workspace(one, value)
        else:
            _set(one, "labels", key, value)
    take_billing(one, annotations)
    for key, value in annotations.items():
        if key not in BILLING | OWN_ANNOTATIONS and not key.startswith(OWN_ANNOTATIONS_BEGIN):
            _set(one, "annotations", key, value)


def take_billing(one: Amendment, annotations: Mapping[str, Any]) -> None:
    """Take in what is said about paying for nodes that are added; what the pool says itself is nothing new."""
    one.said = {key: annotations[key] for key in BILLING & annotations.keys() if annotations[key] not in EMPTY}
    one.billing = {key: value for key, value in one.said.items() if value != one.annotations.get(key)}
    if one.billing:
        # A period that is missing is told as one that is wrong.
        one.touched |= {f'$.metadata.annotations["{key}"]' for key in BILLING}


def insist_on_growth(one: Amendment) -> None:
    """Refuse billing annotations where no node is added: those that are there keep theirs."""
    if one.billing and not one.growing:
        raise errors.bad_request("billing annotation must be empty while there is no resources addition")


def _set(one: Amendment, part: str, key: str, value: object) -> None:
    one.document["metadata"][part] = merge(one.document["metadata"][part], {key: value})
    one.touched.add(f'$.metadata.{part}["{key}"]')


def _same(path: str, value: object, stands: object) -> None:
    if value not in EMPTY and value != stands:
        raise errors.bad_request(f"{path}: cannot be changed")


def _workspace(one: Amendment, ident: object) -> None:
    was = one.labels[WORKSPACE]
    if ident in (*EMPTY, was):
        return
    path = f'$.metadata.labels["{WORKSPACE}"]'
    one.need(path, Phase.RUNNING)
    became = workspacing.usable(one.pool.project, ident).ident
    one.labels[WORKSPACE] = became
    one.plan(PoolChange.Kind.WORKSPACE, was=was, became=became)
    one.orders = True


def _spec(one: Amendment, spec: Document) -> None:
    # Drivers last: nodes that are added may be the first that have one.
    for key, value in sorted(spec.items(), key=lambda item: item[0] == "driver"):
        if key in FIXED:
            stands = one.spec.get("containerNetwork" if key == "containernetwork" else key)
            _fixed(f"$.spec.{key}", value, stands)
        elif key == "scope":
            _scope(one, value)
        elif key == "resources":
            if value is not None:
                scaling.rescale(one, value)
        elif key == "driver":
            take_driver(one, object_at(value, "$.spec.driver"))
        elif key != "userLogin":
            if key == "jobFlavors" and value not in EMPTY:
                _texts(value, "$.spec.jobFlavors")
            one.document["spec"] = merge(one.spec, {key: value})
    insist_on_growth(one)


def _fixed(path: str, value: object, stands: object) -> None:
    """What an update names and does not change does no harm: clients send back what they were shown."""
    if isinstance(value, Mapping) and isinstance(stands, Mapping):
        for key, inner in value.items():
            _fixed(f"{path}.{key}", inner, stands.get(key))
    else:
        _same(path, value, stands)


def _scope(one: Amendment, value: object) -> None:
    wanted = [] if value is None else _texts(value, "$.spec.scope")
    was = one.spec.get("scope") or []
    on, off = [name for name in wanted if name not in was], [name for name in was if name not in wanted]
    if not on and not off:
        return
    one.need("$.spec.scope", Phase.RUNNING)
    one.spec["scope"] = wanted
    one.touched.add("$.spec.scope")
    one.plan(PoolChange.Kind.SCOPE, on=on, off=off)


def _texts(value: object, path: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise errors.bad_request(f"{path}: must be an array of strings")
    return value


def take_driver(one: Amendment, driver: Document) -> None:
    """Take in `spec.driver`: other versions, and how to get there. Raises `Refused` (400)."""
    if not driver:
        return
    standing, coming = one.pool.driver_versions, one.drivers
    strategy = driver.get("updateStrategy") or (one.spec.get("driver") or {}).get("updateStrategy")
    for kind in ("gpu", "npu"):
        version = driver.get(f"{kind}Version")
        if version in EMPTY or version == standing.get(kind):
            continue
        if kind in coming:
            coming[kind] = str(version)
            continue
        one.need(f"$.spec.driver.{kind}Version", Phase.RUNNING)
        if kind not in standing:
            raise errors.bad_request(f"$.spec.driver.{kind}Version: needs a flavor with {kind.upper()}s (R17)")
        one.plan(PoolChange.Kind.DRIVER, kind=kind, version=version, strategy=strategy or UpdateStrategy.IDLE.value)
    one.spec["driver"] = merge(one.spec.get("driver"), driver)
    one.touched.add("$.spec.driver")


def _alone(one: Amendment) -> None:
    moves = any(change.kind == PoolChange.Kind.WORKSPACE for change in one.changes)
    if moves and (len(one.changes) > 1 or one.touched):
        raise errors.bad_request(f'$.metadata.labels["{WORKSPACE}"]: must be the only change of its request')


def _apply(one: Amendment) -> None:
    """Write what was planned. Only what changes numbers or the workspace is an order, and only growth may cost."""
    bill = _bill(one) if one.growing else None
    begin(one.pool, one.document, one.changes, now=one.now, orders=one.orders, bill=bill)


def _bill(one: Amendment) -> BillingOrder | None:
    """The billing order of growth that is paid in advance. Until it is paid, the growth waits."""
    purchase = Purchase.of_more(one.said, one.annotations)
    if not purchase.is_prepaid:
        return None
    [growth] = [change for change in one.changes if change.kind == PoolChange.Kind.SCALE]
    added = [{"flavor": lot["resource"]["flavor"], "count": lot["count"]} for lot in growth.detail["lots"]]
    bill = purchasing.draw_up(one.pool, purchase, added, now=one.now)
    growth.begun_at, growth.pay_until = bill.paid_at, bill.deadline
    growth.detail["order_id"] = one.annotations[Annotation.ORDER_ID.value] = bill.order_id
    return bill


def begin(
    pool: HostedPool,
    document: Document,
    changes: Collection[PoolChange],
    *,
    now: datetime,
    orders: bool,
    bill: BillingOrder | None = None,
) -> None:
    """Store `document` and `changes`, and, if it is one, their work order with its `bill`."""
    was, became = pool.document["spec"], document["spec"]["resources"]
    if pool.founding is None and (changes or became != was["resources"]):
        # What the scenario counts from, and what the nodes that are there were made as.
        pool.founding = passing.founded(pool)
    refreshing.refresh(pool, became)
    if orders:
        document["metadata"]["labels"][Label.ORDER_NAME.value] = name = naming.work_order(
            chance.draw(pool.project).luck, pool.name
        )
    pool.document, pool.workspace_id = document, document["metadata"]["labels"][WORKSPACE]
    pool.save(update_fields=["document", "workspace_id", "founding"])
    for change in changes:
        change.save(force_insert=True)
        # Job types and drivers that change with it are not the order's business.
        if orders and change.kind in ORDERED:
            work_order = WorkOrder.objects.create(
                project=pool.project,
                pool=pool,
                name=name,
                operation=WorkOrderOperation.MODIFY,
                created_at=now,
                change=change,
            )
            if bill is not None:
                bill.work_order = work_order
                bill.save(force_insert=True)
                ledger.remember(pool)


def retry(pool: HostedPool, scope: str) -> None:
    """Try again to enable a job type. Raises `Refused` (400) unless it has failed and can be tried again."""
    with transaction.atomic():
        row, now = passing.hold(pool), clock.now(pool.project)
        standing = (answers.pool(row, now=now) or {}).get("status", {}).get("scope", [])
        failed = {one["scopeType"] for one in standing if one["state"] == ScopeState.ENABLE_FAILED}
        if scope not in failed or scope not in RETRIED:
            raise errors.bad_request(f"The pool {row.ident} scope {scope[:40]} cannot be enabled.")
        change = PoolChange(pool=row, kind=PoolChange.Kind.SCOPE, begun_at=now, detail={"on": [scope], "off": []})
        begin(row, row.document, [change], now=now, orders=False)
