"""What one line of the dashboard shows, read off a row of `queries.dashboard`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from console import describing
from console.dashboard import saying
from pools.models import Decision, Project, User
from pools.queries import Row
from pools.wire.pool import Pool as WirePool


@dataclass(frozen=True)
class Line:
    """A pool, or an order without one, in words."""

    row: Row

    @property
    def key(self) -> str:
        return self.row.key

    @cached_property
    def wire(self) -> WirePool:
        """As heard; before anything was heard, as ordered."""
        pool = describing.heard(self.row.pool) if self.row.pool else WirePool()
        if not pool.spec and self.row.order:
            return describing.asked(self.row.order)
        return pool

    @property
    def says(self) -> str:
        if self.row.pool:
            return saying.of_pool(self.row.pool, self.wire)
        return saying.of_order(self.row.order) if self.row.order else ""

    @property
    def flavors(self) -> list[describing.FlavorLine]:
        return describing.flavor_lines(self.wire)

    @cached_property
    def nodes(self) -> describing.Nodes:
        return describing.nodes(self.wire)

    @property
    def ordered_by(self) -> User | None:
        return self.row.ordered_by

    @property
    def project(self) -> Project | None:
        return self.row.project

    @property
    def decision(self) -> Decision | None:
        return saying.standing_decision(self.row.order) if self.row.order else None

    @property
    def since(self) -> datetime | None:
        return self.row.since
