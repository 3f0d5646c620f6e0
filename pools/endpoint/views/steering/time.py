"""The clock, the pace, and the next phase of one pool."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import clock
from pools.endpoint.models import EndpointProject
from pools.endpoint.steering import foreseeing, stepping, telling, winding
from pools.endpoint.views.steering.reading import SteeringView, fresh, read, told
from pools.endpoint.views.steering.shapes import (
    AdvanceTold,
    Advancing,
    ChangeTold,
    ClockAndNext,
    ClockTold,
    ComingTold,
    Freezing,
    PaceAsked,
    PaceTold,
    Running,
    Stepping,
    StepTold,
)

# So many things that happened are told one by one.
TOLD = 100


def clock_of(project: EndpointProject) -> ClockTold:
    """The clock as it stands."""
    now, real = clock.now(project), timezone.now()
    frozen = project.clock_stands_at is not None
    ahead = now - real if frozen else project.clock_ahead
    return ClockTold(now=now, real=real, frozen=frozen, ahead=ahead.total_seconds())


def pace_of(project: EndpointProject) -> PaceTold:
    """The pace of what is accepted from now on."""
    return PaceTold(pace=clock.pace(project), own=bool(project.pace), setting=settings.ENDPOINT_PACE)


class Clock(SteeringView):
    """`/_sandbox/v1/{project_id}/clock`: with what comes next by itself."""

    operations = {"get": "ShowSandboxClock"}

    def get(self, request: Request, **_: Any) -> Response:
        coming = foreseeing.next_thing(self.project, clock.now(self.project))
        following = ComingTold(**asdict(coming)) if coming else None
        return told(ClockAndNext(**dict(clock_of(self.project)), next=following))


class ClockFreezing(SteeringView):
    """`…/clock/freeze`: it stands, now or at a moment to come."""

    operations = {"post": "FreezeSandboxClock"}

    def post(self, request: Request, **_: Any) -> Response:
        asked = read(Freezing, request)
        return told(clock_of(winding.freeze(self.project, at=asked.at)))


class ClockRunning(SteeringView):
    """`…/clock/run`: it runs again, from where it stands or in step with real time."""

    operations = {"post": "RunSandboxClock"}

    def post(self, request: Request, **_: Any) -> Response:
        asked = read(Running, request)
        return told(clock_of(winding.run(self.project, in_step=asked.in_step)))


class ClockAdvancing(SteeringView):
    """`…/clock/advance`: by seconds, to a moment, or until the next thing happens; it stands or runs on from there."""

    operations = {"post": "AdvanceSandboxClock"}

    def post(self, request: Request, **_: Any) -> Response:
        asked = read(Advancing, request)
        by = None if asked.seconds is None else timedelta(seconds=asked.seconds)
        turn = winding.advance(self.project, by=by, to=asked.to)
        return told(
            AdvanceTold(
                **dict(clock_of(fresh(self.project))),
                advanced=turn.seconds,
                happened=[ChangeTold(**asdict(change)) for change in turn.happened[:TOLD]],
                more=max(len(turn.happened) - TOLD, 0),
            )
        )


class ProjectPace(SteeringView):
    """`…/pace`; null is the setting's."""

    operations = {"get": "ShowSandboxPace", "put": "SetSandboxPace"}

    def get(self, request: Request, **_: Any) -> Response:
        return told(pace_of(self.project))

    def put(self, request: Request, **_: Any) -> Response:
        winding.set_pace(self.project, read(PaceAsked, request).pace)
        return told(pace_of(fresh(self.project)))


class NextPhase(SteeringView):
    """`…/pools/{pool_name}/next-phase`: the answer says what happened, and if nothing did, why."""

    operations = {"post": "AdvanceSandboxPool"}

    def post(self, request: Request, *, pool_name: str, **_: Any) -> Response:
        asked = read(Stepping, request)
        done = stepping.step(self.project, pool_name, by=asked.by, waiting=asked.waiting, seen=asked.seen)
        return told(
            StepTold(
                pool=done.pool,
                was=done.was or "",
                phase=done.phase or "",
                by=done.by,
                seconds=done.seconds,
                moved=done.why is None,
                paid=done.paid,
                reason=done.why or "",
                until=done.until,
                message=telling.step(done),
            )
        )
