"""Projects, a team and an order for every pool, made in bulk: what a console that has been used for a while holds."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import uuid4

from django.utils import timezone

from benchmarks.support.cloud import project_id
from benchmarks.support.documents import SMALL
from pools.models import Membership, Order, Pool, Project, Team, User
from pools.states import OrderState


def connect(projects: int, *, port: int) -> tuple[list[Project], Team, User]:
    """So many connected projects, of an account each, that serve one team with one admin."""
    team = Team.objects.create(name="Vision", slug="vision")
    person = User.objects.create_user("lena", password="a long enough password")
    Membership.objects.create(team=team, user=person, role=Membership.Role.ADMIN)
    url = f"http://127.0.0.1:{port}"
    rows = [
        Project(
            name=f"region-{nth}",
            project_id=project_id(nth),
            domain_id=f"{nth + 1:032x}",
            region="cn-north-4",
            modelarts_url=url,
            access_key=f"AK{nth:018}",
            secret_key="s" * 40,
        )
        for nth in range(projects)
    ]
    made = Project.objects.bulk_create(rows)
    team.projects.set(made)
    return made, team, person


def accepted(project: Project | int, team: Team, person: User, *, name: str, at: datetime | None = None) -> Order:
    """An order that made its pool, not saved."""
    now = timezone.now()
    return Order(
        project_id=project if isinstance(project, int) else project.pk,
        team=team,
        placed_by=person,
        placed_at=at or now,
        changed_at=at or now,
        draft=uuid4(),
        revision=1,
        pool_name=name,
        body=json.dumps(SMALL),
        state=OrderState.ACCEPTED,
        sends=1,
        first_sent_at=at or now,
        last_sent_at=at or now,
    )


def claim(team: Team, person: User) -> None:
    """Give every pool that nobody ordered to the team, with an order that made it."""
    while pools := list(Pool.objects.filter(order__isnull=True).only("name", "project_id", "created_abroad")[:2000]):
        orders = Order.objects.bulk_create(
            accepted(pool.project_id, team, person, name=pool.name, at=pool.created_abroad) for pool in pools
        )
        for pool, order in zip(pools, orders, strict=True):
            pool.order, pool.team = order, team
        Pool.objects.bulk_update(pools, ["order", "team"], batch_size=500)
