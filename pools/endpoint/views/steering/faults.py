"""Fault rules: armed by one call, applied by another that says what will be hit, gone by themselves."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint.models import EndpointProject, FaultRule
from pools.endpoint.steering import calls, faults, telling
from pools.endpoint.views.steering.reading import SteeringView, read, told
from pools.endpoint.views.steering.shapes import NothingAsked, RemovedTold
from pools.endpoint.views.steering.shapes_of_calls import AimedRuleTold, Arming, RulesTold, RuleTold, TargetTold

# Told as it is kept.
KEPT = RuleTold.model_fields.keys() - {"id", "state", "message"}


def rule_of(rule: FaultRule) -> dict[str, Any]:
    """A rule as it stands."""
    state = "armed" if rule.applied_at is None else "used-up" if rule.left == 0 else "applied"
    message = f"{telling.rule(rule)}."
    return {"id": rule.pk, "state": state, "message": message, **{name: getattr(rule, name) for name in KEPT}}


def _aimed(project: EndpointProject, rule: FaultRule) -> AimedRuleTold:
    targets = [TargetTold(**asdict(call)) for call in calls.named(rule.operation)]
    earlier = [one.pk for one in faults.comes_first(project, rule)]
    return AimedRuleTold(**rule_of(rule), hits_calls=targets, behind_rules=earlier)


class FaultRules(SteeringView):
    """`/_sandbox/v1/{project_id}/faults`: what is armed does nothing yet."""

    operations = {"get": "ListSandboxFaults", "post": "ArmSandboxFault", "delete": "RemoveSandboxFaults"}

    def get(self, request: Request, **_: Any) -> Response:
        return told(RulesTold(faults=[RuleTold(**rule_of(rule)) for rule in faults.living(self.project)]))

    def post(self, request: Request, **_: Any) -> Response:
        asked = read(Arming, request)
        rule = faults.arm(self.project, asked.aim, asked.harm, lasts=asked.lasts)
        return told(_aimed(self.project, rule), status=201)

    def delete(self, request: Request, **_: Any) -> Response:
        return told(RemovedTold(removed=faults.remove_all(self.project)))


class OneFaultRule(SteeringView):
    """`…/faults/{fault_id}`."""

    operations = {"get": "ShowSandboxFault", "delete": "RemoveSandboxFault"}

    def get(self, request: Request, *, fault_id: str, **_: Any) -> Response:
        return told(_aimed(self.project, faults.find(self.project, fault_id)))

    def delete(self, request: Request, *, fault_id: str, **_: Any) -> Response:
        faults.remove(self.project, fault_id)
        return told(RemovedTold(removed=1))


class FaultApplying(SteeringView):
    """`…/faults/{fault_id}/apply`: from now on it hits, for as long as it lasts; the answer says which calls."""

    operations = {"post": "ApplySandboxFault"}

    def post(self, request: Request, *, fault_id: str, **_: Any) -> Response:
        read(NothingAsked, request)
        return told(_aimed(self.project, faults.apply(self.project, fault_id)))
