"""Rules about calls that go wrong: armed, then applied, and gone by themselves.

A rule that is only armed does nothing. Of the rules that are applied the first that fits hits the call: the one armed
earliest, whose operation and part of the path are the call's, and whose probability, if it has one, says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import SystemRandom

from django.db.models import Max
from django.utils import timezone

from pools.endpoint import errors
from pools.endpoint.errors import Refused
from pools.endpoint.models import EndpointProject, FaultRule
from pools.endpoint.steering import winding
from pools.wire.errors import Code

MOST_RULES = 50
_LUCK = SystemRandom()


@dataclass(frozen=True, slots=True)
class Harm:
    """What becomes of a call: `kind` and, for a status, its number, code and Retry-After; for a delay, its seconds."""

    kind: FaultRule.Kind
    moment: FaultRule.Moment
    status: int | None = None
    code: str = ""
    retry_after: int | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """Which calls are hit, and how many: the next `count` that fit, or each with `probability`."""

    operation: str = ""
    path_part: str = ""
    count: int | None = None
    probability: float | None = None


def living(project: EndpointProject) -> list[FaultRule]:
    """The project's rules that are not yet gone, in their order."""
    return list(FaultRule.objects.filter(project=project).living(timezone.now()))


def find(project: EndpointProject, ident: str) -> FaultRule:
    """The project's rule of this ID. Raises `Refused` (404)."""
    known = FaultRule.objects.filter(project=project).living(timezone.now())
    rule = known.filter(pk=int(ident)).first() if ident.isdecimal() and len(ident) <= 15 else None  # noqa: PLR2004
    if rule is None:
        raise Refused(404, Code.SANDBOX_NO_SUCH_RULE, f"Fault rule [{ident[:40]}] not found.")
    return rule


def arm(project: EndpointProject, aim: Aim, harm: Harm, *, lasts: int) -> FaultRule:
    """Write a rule down; it does nothing yet. It is gone in `lasts` seconds unless it is applied.

    Raises `Refused` (400) when there are too many rules already.
    """
    now = timezone.now()
    with winding.held(project):
        FaultRule.objects.filter(project=project, ends_at__lte=now).delete()
        if FaultRule.objects.filter(project=project).count() >= MOST_RULES:
            raise errors.bad_request(f"A project has at most {MOST_RULES} fault rules; remove some.")
        rule = FaultRule.objects.create(
            project=project,
            operation=aim.operation,
            path_part=aim.path_part,
            left=aim.count,
            probability=aim.probability,
            kind=harm.kind,
            moment=harm.moment,
            status=harm.status,
            code=harm.code,
            retry_after=harm.retry_after,
            seconds=harm.seconds,
            lasts=lasts,
            armed_at=now,
            ends_at=now + timedelta(seconds=lasts),
        )
        _note(project)
    return rule


def apply(project: EndpointProject, ident: str) -> FaultRule:
    """Have the rule hit calls, for as long as it lasts from now on; again is the same. Raises `Refused` (404)."""
    with winding.held(project):
        rule, now = find(project, ident), timezone.now()
        if rule.applied_at is None:
            rule.applied_at, rule.ends_at = now, now + timedelta(seconds=rule.lasts)
            rule.save(update_fields=["applied_at", "ends_at"])
            _note(project)
    return rule


def remove(project: EndpointProject, ident: str) -> None:
    """Take one rule away. Raises `Refused` (404)."""
    with winding.held(project):
        find(project, ident).delete()
        _note(project)


def remove_all(project: EndpointProject) -> int:
    """Take every rule away; returns how many there were."""
    with winding.held(project):
        gone = len(living(project))
        FaultRule.objects.filter(project=project).delete()
        _note(project)
    return gone


def _note(project: EndpointProject) -> None:
    """Tell the project's row until when its calls must ask for rules at all."""
    last = FaultRule.objects.filter(project=project).living(timezone.now()).aggregate(last=Max("ends_at"))["last"]
    EndpointProject.objects.filter(pk=project.pk).update(faults_until=last)


def strike(project: EndpointProject, *, operation: str, path: str) -> FaultRule | None:
    """Return the rule that hits this call, used up by one; None, mostly, and then nothing was asked."""
    now = timezone.now()
    if project.faults_until is None or project.faults_until <= now:
        return None
    for rule in FaultRule.objects.filter(project=project).striking(now):
        if _fits(rule, operation, path) and rule.take():
            return rule
    return None


def _fits(rule: FaultRule, operation: str, path: str) -> bool:
    meant = rule.operation in {"", operation} and rule.path_part in path
    return meant and (rule.probability is None or _LUCK.random() < rule.probability)


def comes_first(project: EndpointProject, rule: FaultRule) -> list[FaultRule]:
    """The rules that hit calls before this one would."""
    earlier = FaultRule.objects.filter(project=project, pk__lt=rule.pk).striking(timezone.now())
    alike = {"", rule.operation}
    return [one for one in earlier if not rule.operation or one.operation in alike]
