"""The people and pools that pages of the face are tested with: two teams on one project, so that there is something
to leak, and one person of every kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from pools.models import Order, Pool, Project, Team, User
from pools.states import OrderState
from pools.wire.enums import Phase
from tests import builders


@dataclass(frozen=True)
class Scene:
    team: Team
    project: Project
    member: User
    admin: User
    second_admin: User
    stranger: User

    def order(self, **fields: Any) -> Order:
        return builders.order(**{"team": self.team, "placed_by": self.member, "project": self.project, **fields})

    def pool(self, phase: str = Phase.RUNNING, *, name: str = "", **fields: Any) -> Pool:
        """A pool that the member ordered."""
        return builders.pool(order=self.order(state=OrderState.ACCEPTED, name=name), phase=phase, **fields)

    def waiting(self, **fields: Any) -> Order:
        """An order at gate 2, placed by the member unless told otherwise."""
        order = self.order(state=OrderState.ACCEPTED, billing_order="CS2611230001", **fields)
        builders.pool(order=order, phase=Phase.WAITING)
        return order


def scene() -> Scene:
    ours, theirs = builders.team(name="Vision"), builders.team(name="Speech")
    now = timezone.now()
    return Scene(
        team=ours,
        project=builders.project(teams=(ours, theirs), heard_at=now, look_after=now, embedded=True),
        member=builders.person(username="lena", member_of=ours),
        admin=builders.person(username="mia", admin_of=ours),
        second_admin=builders.person(username="ken", admin_of=ours),
        stranger=builders.person(username="sam", admin_of=theirs),
    )
