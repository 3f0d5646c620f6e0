"""What a project holds: seeds, reset, identifiers; and all that is steered at a glance."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject
from pools.endpoint.steering import clearing, crowding, faults, identifying, seeding, selling
from pools.endpoint.views.steering.faults import rule_of
from pools.endpoint.views.steering.reading import SteeringView, fresh, read, told
from pools.endpoint.views.steering.shapes import (
    IdentifiersAsked,
    IdentifiersTold,
    NothingAsked,
    RemovedTold,
    Sowing,
    SownTold,
    Stocking,
    StockTold,
)
from pools.endpoint.views.steering.shapes_of_calls import LogSwitchTold, RuleTold, SandboxTold
from pools.endpoint.views.steering.time import clock_of, pace_of
from pools.wire.errors import Code


def identifiers_of(project: EndpointProject) -> IdentifiersTold:
    """What identifiers are drawn from."""
    return IdentifiersTold(seed=project.ids_seed or None, drawn=project.ids_drawn)


class Sandbox(SteeringView):
    """`/_sandbox/v1/{project_id}`."""

    operations = {"get": "ShowSandbox"}

    def get(self, request: Request, **_: Any) -> Response:
        return told(
            SandboxTold(
                project_id=self.project.project_id,
                name=self.project.name,
                clock=clock_of(self.project),
                pace=pace_of(self.project),
                identifiers=identifiers_of(self.project),
                pools=seeding.phases(self.project),
                faults=[RuleTold(**rule_of(rule)) for rule in faults.living(self.project)],
                log=LogSwitchTold(keeps=self.project.keeps_log),
            )
        )


class Seeding(SteeringView):
    """`…/seed`: what is hosted makes room for it, if `replace` says so."""

    operations = {"post": "SeedSandbox"}

    def post(self, request: Request, **_: Any) -> Response:
        asked = read(Sowing, request)
        try:
            made = seeding.sow(self.project, asked.seed, pools=asked.pools or crowding.USUAL, replace=asked.replace)
        except seeding.Occupied as occupied:
            words = f"{occupied.pools} pools are hosted; say replace: true to have them make room."
            raise Refused(409, Code.SANDBOX_OCCUPIED, words) from None
        return told(SownTold(seed=asked.seed, pools=made))


class Reset(SteeringView):
    """`…/reset`: pools, orders and networks back to the stock, the clock to real time, rules and log gone."""

    operations = {"post": "ResetSandbox"}

    def post(self, request: Request, **_: Any) -> Response:
        read(NothingAsked, request)
        return told(RemovedTold(removed=clearing.reset(self.project)))


class Identifiers(SteeringView):
    """`…/identifiers`: with a seed the same calls make up the same names, IDs and numbers; null is by chance."""

    operations = {"get": "ShowSandboxIdentifiers", "put": "SetSandboxIdentifiers"}

    def get(self, request: Request, **_: Any) -> Response:
        return told(identifiers_of(self.project))

    def put(self, request: Request, **_: Any) -> Response:
        identifying.set_seed(self.project, read(IdentifiersAsked, request).seed)
        return told(identifiers_of(fresh(self.project)))


class Flavor(SteeringView):
    """`…/flavors/{flavor_name}`: where it is sold out; growth that still waits for it there ends short of nodes."""

    operations = {"put": "StockSandboxFlavor"}

    def put(self, request: Request, *, flavor_name: str, **_: Any) -> Response:
        zones = list(dict.fromkeys(read(Stocking, request).sold_out))
        stopped = selling.sell(self.project, flavor_name, zones)
        return told(StockTold(flavor=flavor_name, sold_out=zones, stopped=stopped))
