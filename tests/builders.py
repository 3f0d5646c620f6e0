"""Test data, one small builder per noun: keyword-only, with defaults that make sense, saved and returned.

A builder invents what a test does not care about; whatever a test is about, it says itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from pools import deeds, gleaning
from pools.deeds import Deed
from pools.gleaning import NodeFact
from pools.models import (
    CatalogPart,
    Decision,
    Deletion,
    Detail,
    Intervention,
    Membership,
    Order,
    PhaseChange,
    Pool,
    Project,
    Refit,
    Resize,
    Team,
    User,
    Watch,
)
from pools.states import ErrandState, OrderState, WatchState
from pools.wire import reading, refitting, resizing
from pools.wire.digest import digest
from pools.wire.enums import Phase
from pools.wire.gist import Gist

PASSWORD = "correct horse battery"
_next = count(1)


def person(
    *,
    username: str = "",
    member_of: Team | None = None,
    admin_of: Team | None = None,
    staff: bool = False,
    superuser: bool = False,
) -> User:
    """A user whose password is `PASSWORD`. With no team named, a stranger to every team."""
    user = User.objects.create_user(
        username or f"person-{next(_next)}", password=PASSWORD, is_staff=staff, is_superuser=superuser
    )
    if member_of:
        Membership.objects.create(team=member_of, user=user, role=Membership.Role.MEMBER)
    if admin_of:
        Membership.objects.create(team=admin_of, user=user, role=Membership.Role.ADMIN)
    return user


def team(*, name: str = "", four_eyes: bool = True) -> Team:
    name = name or f"Team {next(_next)}"
    return Team.objects.create(name=name, slug=name.lower().replace(" ", "-"), four_eyes=four_eyes)


def project(*, teams: tuple[Team, ...] = (), url: str = "http://127.0.0.1:1", **fields: Any) -> Project:
    """A connected project. Nothing answers at its default address."""
    number = next(_next)
    row = Project.objects.create(
        **{
            "name": f"Project {number}",
            "project_id": f"{number:032x}",
            "domain_id": f"{number + 1_000_000:032x}",
            "region": "region-1",
            "modelarts_url": url,
            "iam_url": url,
            "bss_url": url,
            "access_key": f"AK{number:018d}",
            "secret_key": f"sk-{number:037d}",
            **fields,
        }
    )
    row.teams.set(teams)
    return row


# The builders of orders and pools take an argument named `project`.
_new_project = project


def payload(*, name: str = "pool-one", count: int = 1, billing_mode: str = "0", **spec: Any) -> dict[str, Any]:
    """A small creation document that breaks no rule; `spec` is laid over its spec."""
    return {
        "apiVersion": "v2",
        "kind": "Pool",
        "metadata": {
            "labels": {"os.modelarts/workspace.id": "0", "os.modelarts/name": name},
            "annotations": {"os.modelarts/description": "", "os.modelarts/billing.mode": billing_mode},
        },
        "spec": {
            "type": "Dedicate",
            "scope": ["Train"],
            "network": {"name": "network-7a03-86c13962597848eeb29c5861153a391f"},
            "resources": [{"flavor": "modelarts.vm.cpu.16u64g.d", "count": count}],
            **spec,
        },
    }


def order(
    *,
    team: Team,
    placed_by: User,
    project: Project | None = None,
    name: str = "",
    state: OrderState = OrderState.PLACED,
    body: dict[str, Any] | None = None,
    **fields: Any,
) -> Order:
    """An order as `ordering.place` leaves it, or in the state asked for; its project is the team's, made if need be."""
    name = name or f"pool-{next(_next)}"
    now = timezone.now()
    if state is OrderState.PLACED:
        fields.setdefault("due_at", now)
    elif state is not OrderState.WITHDRAWN:
        fields.setdefault("first_sent_at", now)
        fields.setdefault("last_sent_at", now)
        fields.setdefault("sends", 1)
    fields.setdefault("on_the_way_or_living", state not in {OrderState.REFUSED, OrderState.WITHDRAWN})
    return Order.objects.create(
        **{
            "project": project or team.projects.first() or _new_project(teams=(team,)),
            "team": team,
            "placed_by": placed_by,
            "draft": uuid4(),
            "revision": 1,
            "pool_name": name,
            "body": json.dumps(body or payload(name=name)),
            "state": state,
            **fields,
        }
    )


def pool(
    *,
    project: Project | None = None,
    order: Order | None = None,
    team: Team | None = None,
    name: str = "",
    phase: Phase | str = Phase.RUNNING,
    created_abroad: datetime | None = None,
    document: dict[str, Any] | None = None,
    **fields: Any,
) -> Pool:
    """A pool as it was last heard of: of its order's team and project, else `team`'s, else unclaimed."""
    name = name or (order.pool_name if order else f"pool-{next(_next)}")
    now = timezone.now()
    created = created_abroad or now - timedelta(minutes=5)
    row_project = project or (order.project if order else None)
    if row_project is None:
        row_project = _new_project(teams=(team,) if team else ())
    pool_id = fields.pop("pool_id", f"{name}-{uuid4().hex[:8]}")
    if document is None:
        document = heard(name=name, pool_id=pool_id, phase=str(phase), created=created)
    return Pool.objects.create(
        **{
            "project": row_project,
            "team": order.team if order else team,
            "order": order,
            "pool_id": pool_id,
            "name": name,
            "created_abroad": created,
            "phase": str(phase),
            "phase_since": created if phase else None,
            "observed_at": now,
            "document": document,
            **asdict(Gist.of(reading.hear_pool(document))),
            **fields,
        }
    )


def heard(
    *, name: str, pool_id: str = "", phase: str = "Running", created: datetime | None = None, **status: Any
) -> dict[str, Any]:
    """A pool's document as the cloud answers it; `status` is laid over its status."""
    document = payload(name=name)
    document["metadata"] |= {
        "name": pool_id or f"{name}-{uuid4().hex[:8]}",
        "creationTimestamp": (created or timezone.now()).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    resources = document["spec"]["resources"]
    counts = [{"flavor": entry["flavor"], "count": entry["count"]} for entry in resources]
    document["status"] = {
        **({"phase": phase} if phase else {}),
        "message": "",
        "resources": {"available" if phase == Phase.RUNNING else "creating": counts},
        "scope": [{"scopeType": "Train", "state": "Enabled" if phase == Phase.RUNNING else "Enabling"}],
        **status,
    }
    return document


def waiting_order(*, team: Team, placed_by: User, name: str = "", **fields: Any) -> Order:
    """An order at gate 2: accepted, its pool Waiting, nobody has decided."""
    row = order(team=team, placed_by=placed_by, name=name, state=OrderState.ACCEPTED, **fields)
    pool(order=row, phase=Phase.WAITING)
    return row


def watch(*, team: Team, by: User, draft: UUID | None = None, name: str = "", **fields: Any) -> Watch:
    """A watch that stands, of a draft that need not be there."""
    name, now = name or f"pool-{next(_next)}", timezone.now()
    wanted = payload(name=name)
    return Watch.objects.create(
        **{
            "project": team.projects.first() or _new_project(teams=(team,)),
            "team": team,
            "by": by,
            "draft": draft or uuid4(),
            "revision": 1,
            "pool_name": name,
            "body": json.dumps(wanted),
            "digest": digest(wanted),
            "wants": [{"flavor": wanted["spec"]["resources"][0]["flavor"], "zone": ""}],
            "since": now,
            "expires_at": now + timedelta(days=7),
            "due_at": now + timedelta(days=7),
            "state": WatchState.WATCHING,
            **fields,
        }
    )


def decision(
    *,
    order: Order,
    by: User,
    verdict: Decision.Verdict = Decision.Verdict.APPROVED,
    state: ErrandState = ErrandState.RECORDED,
    **fields: Any,
) -> Decision:
    if state is ErrandState.RECORDED:
        fields.setdefault("due_at", timezone.now())
    return Decision.objects.create(order=order, by=by, verdict=verdict, state=state, **fields)


def deletion(*, pool: Pool, by: User, state: ErrandState = ErrandState.RECORDED, **fields: Any) -> Deletion:
    if state is ErrandState.RECORDED:
        fields.setdefault("due_at", timezone.now())
    return Deletion.objects.create(pool=pool, by=by, state=state, **fields)


def resize(*, pool: Pool, by: User, to: int = 3, state: ErrandState = ErrandState.RECORDED, **fields: Any) -> Resize:
    """A resize of a pool of one flavor that nobody has approved yet, unless told otherwise."""
    [stands] = resizing.entries(pool.document) or ()
    patches = {"was": resizing.patch(pool.document, [stands]), "body": resizing.patch(pool.document, [stands.of(to)])}
    return Resize.objects.create(
        **{"pool": pool, "by": by, "grows": to > stands.count, "state": state, **patches, **fields}
    )


def node(name: str, **fields: Any) -> NodeFact:
    """A node that works."""
    known = {
        "phase": "Available",
        "az": "az-1",
        "flavor": "modelarts.vm.cpu.16u64g.d",
        "created": "2026-03-01T08:09:00+00:00",
    }
    return NodeFact(**{"name": name, **known, **fields})


def nodes(pool: Pool, *facts: NodeFact) -> Pool:
    """These are the nodes that the pool, read again, is known to have."""
    told = {"document": gleaning.kept(facts), "asked_at": timezone.now()}
    Detail.objects.update_or_create(pool=pool, kind=Detail.Kind.NODES, defaults=told)
    return Pool.objects.get(pk=pool.pk)


def intervention(
    *, pool: Pool, by: User, deed: Deed = Deed.RESTART, on: Sequence[NodeFact] = (),
    state: ErrandState = ErrandState.RECORDED, **fields: Any,
) -> Intervention:  # fmt: skip
    """One on a node of its own, unless told otherwise."""
    on = on or [node("node-one")]
    if state is ErrandState.RECORDED:
        fields.setdefault("due_at", timezone.now())
    body = deeds.body(deed, [one.name for one in on])
    return Intervention.objects.create(
        **{"pool": pool, "by": by, "deed": deed, "body": body, "was": deeds.kept(on), "state": state, **fields}
    )


def refit(*, pool: Pool, by: User, state: ErrandState = ErrandState.RECORDED, **wanted: Any) -> Refit:
    """A refit of a pool to what is wanted, the fields of a `Fitting`; or another try at the job type `retried`."""
    if retried := wanted.get("retried"):
        body = refitting.retry(retried)
        return Refit.objects.create(pool=pool, by=by, state=state, body=body, was=body, retried=retried)
    said, stands = refitting.Fitting(**wanted), refitting.fitting(pool.document) or refitting.Fitting()
    was = refitting.patch(refitting.as_before(stands, said))
    return Refit.objects.create(pool=pool, by=by, state=state, body=refitting.patch(said), was=was)


def phase_change(*, pool: Pool, became: Phase | str, was: Phase | str = "", at: datetime | None = None) -> PhaseChange:
    return PhaseChange.objects.create(pool=pool, was=str(was), became=str(became), heard_at=at or timezone.now())


def catalog_part(
    *, project: Project, kind: CatalogPart.Kind, document: dict[str, Any] | None = None, **fields: Any
) -> CatalogPart:
    """One mirrored answer, read just now."""
    fields.setdefault("read_at", timezone.now())
    return CatalogPart.objects.create(project=project, kind=kind, document=document or {}, **fields)
