"""Projects, a team and an order for every pool, made in bulk: what a console that has been used for a while holds."""

from __future__ import annotations

import json
from datetime import datetime
from uuid import uuid4

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.support.cloud import project_id
from benchmarks.support.documents import SMALL
from pools.models import Membership, Order, Project, Team, User
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
    template = accepted(Project.objects.all()[0], team, person, name="template")
    template.on_the_way_or_living = True
    template.save()
    columns = [field.column for field in Order._meta.concrete_fields if not field.primary_key]
    postgres = connection.vendor == "postgresql"
    own = {
        "project_id": "p.project_id",
        "pool_name": "p.name",
        "draft": "gen_random_uuid()" if postgres else "lower(hex(randomblob(16)))",
    }
    taken = ", ".join(own.get(column, f't."{column}"') for column in columns)
    quoted = ", ".join(f'"{column}"' for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO pools_order ({quoted}) SELECT {taken} FROM pools_order t, pools_pool p "
            "WHERE t.id = %s AND p.order_id IS NULL",
            [template.pk],
        )
        cursor.execute(
            "UPDATE pools_pool SET team_id = %s, order_id = (SELECT o.id FROM pools_order o WHERE "
            "o.project_id = pools_pool.project_id AND o.pool_name = pools_pool.name AND o.on_the_way_or_living) "
            "WHERE order_id IS NULL",
            [team.pk],
        )
    template.delete()
