"""Addresses of the calls that steer. None of them is the cloud's."""

from django.urls import URLPattern, path

from pools.endpoint.views.steering.contents import Flavor, Identifiers, Reset, Sandbox, Seeding
from pools.endpoint.views.steering.faults import FaultApplying, FaultRules, OneFaultRule
from pools.endpoint.views.steering.log import CallLog
from pools.endpoint.views.steering.time import (
    Clock,
    ClockAdvancing,
    ClockFreezing,
    ClockRunning,
    NextPhase,
    ProjectPace,
)
from pools.endpoint.views.steering.users import User

steering: list[URLPattern] = [
    path("_sandbox/v1/<str:project_id>", Sandbox.as_view()),
    path("_sandbox/v1/<str:project_id>/clock", Clock.as_view()),
    path("_sandbox/v1/<str:project_id>/clock/freeze", ClockFreezing.as_view()),
    path("_sandbox/v1/<str:project_id>/clock/advance", ClockAdvancing.as_view()),
    path("_sandbox/v1/<str:project_id>/clock/run", ClockRunning.as_view()),
    path("_sandbox/v1/<str:project_id>/pace", ProjectPace.as_view()),
    path("_sandbox/v1/<str:project_id>/pools/<str:pool_name>/next-phase", NextPhase.as_view()),
    path("_sandbox/v1/<str:project_id>/identifiers", Identifiers.as_view()),
    path("_sandbox/v1/<str:project_id>/flavors/<str:flavor_name>", Flavor.as_view()),
    path("_sandbox/v1/<str:project_id>/users/<str:user_name>", User.as_view()),
    path("_sandbox/v1/<str:project_id>/seed", Seeding.as_view()),
    path("_sandbox/v1/<str:project_id>/reset", Reset.as_view()),
    path("_sandbox/v1/<str:project_id>/faults", FaultRules.as_view()),
    path("_sandbox/v1/<str:project_id>/faults/<str:fault_id>", OneFaultRule.as_view()),
    path("_sandbox/v1/<str:project_id>/faults/<str:fault_id>/apply", FaultApplying.as_view()),
    path("_sandbox/v1/<str:project_id>/log", CallLog.as_view()),
]
