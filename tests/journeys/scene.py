"""Rows for every face a page can have, in a product whose worker sleeps. Prints their paths as JSON.

`python -m tests.journeys.scene`, in the environment of a product that runs.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "console.settings")
django.setup()

from pools.models import Decision, Order, Team, User  # noqa: E402 - needs the settings
from pools.states import ErrandState, OrderState  # noqa: E402
from pools.wire.enums import Phase  # noqa: E402
from tests import builders  # noqa: E402


class Scene:
    """Orders of mia's team, which ada and omar administer."""

    def __init__(self) -> None:
        self.team = Team.objects.get(slug="vision")
        self.mia, self.ada = User.objects.get(username="mia"), User.objects.get(username="ada")
        self.paths: dict[str, str] = {}

    def order(self, state: OrderState, name: str = "", **fields: Any) -> None:
        row = builders.order(
            team=self.team,
            placed_by=self.mia,
            name=name or f"order-{state.value.replace('_', '-')}",
            state=state,
            **fields,
        )
        self.paths[f"order {row.pool_name}"] = f"/orders/{row.pk}/"

    def pool(self, phase: Phase) -> None:
        pool = builders.pool(
            team=self.team, project=self.team.projects.get(), name=f"pool-{phase.value.lower()}", phase=phase
        )
        builders.phase_change(pool=pool, became=phase)
        self.paths[f"pool {pool.name}"] = f"/pools/{pool.pk}/"

    def at_the_gate(self, name: str, *, phase: Phase = Phase.WAITING, by_admin: bool = False) -> Order:
        placed_by = self.ada if by_admin else self.mia
        row = builders.order(team=self.team, placed_by=placed_by, name=name, state=OrderState.ACCEPTED)
        pool = builders.pool(order=row, phase=phase)
        builders.phase_change(pool=pool, became=phase)
        self.paths |= {
            f"order {name}": f"/orders/{row.pk}/",
            f"pool {name}": f"/pools/{pool.pk}/",
            f"decision {name}": f"/approvals/{row.pk}/",
        }
        return row

    def decided(self, name: str, verdict: Decision.Verdict, state: ErrandState, *, phase: Phase) -> None:
        row = self.at_the_gate(name, phase=phase)
        builders.decision(order=row, by=self.ada, verdict=verdict, state=state, reason="Too large for this week.")

    def deleted(self, name: str, state: ErrandState) -> None:
        row = self.at_the_gate(name, phase=Phase.RUNNING)
        builders.deletion(pool=row.pool, by=self.mia, state=state)


def main() -> None:
    scene, verdict = Scene(), Decision.Verdict
    for state in (OrderState.PLACED, OrderState.SENDING, OrderState.HELD, OrderState.WITHDRAWN, OrderState.IN_DOUBT):
        scene.order(state)
    scene.order(OrderState.IN_DOUBT, "order-for-a-person", failure_code="unproven", needs_person=True)
    scene.order(OrderState.REFUSED, failure_code="ModelArts.50004000", failure_message="The flavor is sold out.")
    for phase in Phase:
        scene.pool(phase)
    scene.paths["delete"] = f"{scene.paths['pool pool-running']}delete/"
    scene.at_the_gate("to-decide")
    scene.at_the_gate("four-eyes", by_admin=True)
    scene.decided("approved-just-now", verdict.APPROVED, ErrandState.RECORDED, phase=Phase.WAITING)
    scene.decided("rejected", verdict.REJECTED, ErrandState.DONE, phase=Phase.CREATION_FAILED)
    scene.decided("approval-failed", verdict.APPROVED, ErrandState.FAILED, phase=Phase.WAITING)
    scene.deleted("deleted-just-now", ErrandState.RECORDED)
    scene.deleted("deletion-failed", ErrandState.FAILED)
    sys.stdout.write(json.dumps(scene.paths))


if __name__ == "__main__":
    main()
