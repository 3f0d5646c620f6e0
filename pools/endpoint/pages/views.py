"""The pages: a project's clock and pools, its fault rules, its last calls; filling it and beginning anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pools.endpoint import clock, scenario
from pools.endpoint.errors import Refused
from pools.endpoint.models import CallRecord, EndpointProject, FaultRule, HostedPool, with_changes
from pools.endpoint.pages.doing import hosted, see, staff_only
from pools.endpoint.pages.forms import Advance, Confirmed, Fill, Rule, Settings
from pools.endpoint.steering import calls as served_calls
from pools.endpoint.steering import clearing, crowding, foreseeing, seeding, telling
from pools.endpoint.steering import faults as rules
from pools.endpoint.steering.foreseeing import Coming
from pools.endpoint.steering.seeding import Seed
from pools.wire.enums import Phase

POOLS_A_PAGE, CALLS_A_PAGE = 25, 50
# Looking through more pools for what comes next would make the page wait.
LOOKED_THROUGH = 300


@dataclass(frozen=True, slots=True)
class Line:
    """One pool: its phase, why it is in it, and what is to come to it, the next first."""

    pool: HostedPool
    phase: Phase
    says: str
    coming: Coming | None
    moves: bool

    @property
    def kind(self) -> str:
        """Its pace, and its fate where it is not the ordinary one."""
        fate = f"{scenario.FATE_PREFIX}{self.pool.fate}" if self.pool.fate != scenario.Fate.FINE else ""
        return " · ".join(part for part in (self.pool.pace, fate) if part)


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in words, and the calls that it hits."""

    rule: FaultRule
    aim: str
    harm: str
    often: str
    targets: list[served_calls.Call]
    behind: list[FaultRule]

    @property
    def state(self) -> str:
        return "armed" if self.rule.applied_at is None else "used-up" if self.rule.left == 0 else "applied"


@staff_only
@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    found = list(EndpointProject.objects.select_related("account").order_by("account__name", "name"))
    if len(found) == 1:
        return see("sandbox-project", project_id=found[0].project_id)
    return render(request, "sandbox/projects.html", {"projects": found})


@staff_only
@require_safe
def project(request: HttpRequest, project_id: str) -> HttpResponse:
    shown = hosted(project_id)
    now = clock.now(shown)
    page, lines = _pools(shown, now, request.GET.get("page", "1"))
    few = page.paginator.count <= LOOKED_THROUGH
    context = {
        "now": now,
        "ahead": now - timezone.now() if shown.clock_stands_at else shown.clock_ahead,
        "looked": few,
        "coming": foreseeing.next_thing(shown, now) if few else None,
        "suffix": f"-{shown.project_id}",
        "page": page,
        "lines": lines,
        "advance": Advance(),
        "settings": Settings.of(shown),
    }
    return render(request, "sandbox/project.html", _around(shown, "project") | context)


def _around(shown: EndpointProject, tab: str) -> dict[str, Any]:
    return {"project": shown, "tab": tab, "rules_count": len(rules.living(shown))}


def _pools(shown: EndpointProject, now: datetime, number: str) -> tuple[Page[HostedPool], list[Line]]:
    rows = HostedPool.objects.filter(project=shown).recorded(now).order_by("-pk").defer("document", "zones")
    page = Paginator(rows, POOLS_A_PAGE).get_page(number)
    return page, [line for row in with_changes(page.object_list) if (line := _line(row, now))]


def _line(row: HostedPool, now: datetime) -> Line | None:
    phase = scenario.phase(row.life, now)
    if phase is None:
        return None
    coming = foreseeing.to_pool(row, now)
    following = next((one for one in coming if one.what is foreseeing.What.PHASE), None)
    return Line(row, phase, scenario.message(row.life, now, phase), following, moves=following is not None)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def fill(request: HttpRequest, project_id: str) -> HttpResponse:
    shown = hosted(project_id)
    lost = seeding.occupants(shown)
    form = Fill(request.POST if request.method == "POST" else None, project=shown, lost=lost)
    if form.is_bound and form.is_valid():
        seed, number = Seed(form.cleaned_data["seed"]), form.cleaned_data["pools"] or crowding.USUAL
        try:
            made = seeding.sow(shown, seed, pools=number, replace=bool(lost))
        except seeding.Occupied:
            # Somebody hosted a pool after this page was asked for: what would be lost is asked about anew.
            messages.error(request, _("Pools have been hosted meanwhile. Nothing was changed; look again."))
            return see("sandbox-fill", project_id=project_id)
        except Refused as why:
            messages.error(request, why.message)
            return see("sandbox-fill", project_id=project_id)
        said = ngettext("%(n)d pool is hosted now.", "%(n)d pools are hosted now.", made) % {"n": made}
        messages.success(request, said)
        return see("sandbox-project", project_id=project_id)
    context = _around(shown, "project") | {"form": form, "lost": lost}
    return render(request, "sandbox/fill.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest, project_id: str) -> HttpResponse:
    shown = hosted(project_id)
    form = Confirmed(request.POST if request.method == "POST" else None, project=shown, lost=1)
    if form.is_bound and form.is_valid():
        try:
            clearing.reset(shown)
        except Refused as why:
            messages.error(request, why.message)
        else:
            messages.success(request, _("The project begins anew."))
        return see("sandbox-project", project_id=project_id)
    context = _around(shown, "project") | {"form": form, "lost": seeding.occupants(shown)}
    return render(request, "sandbox/reset.html", context, status=422 if form.errors else 200)


@staff_only
@require_http_methods(["GET", "HEAD", "POST"])
def faults(request: HttpRequest, project_id: str) -> HttpResponse:
    """The rules, and arming another one."""
    shown = hosted(project_id)
    form = Rule(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        asked = form.arming
        try:
            rules.arm(shown, asked.aim, asked.harm, lasts=asked.lasts)
        except Refused as why:
            messages.error(request, why.message)
        else:
            messages.success(request, _("The rule is armed. It does nothing until it is applied."))
        return see("sandbox-faults", project_id=project_id)
    lines = [_rule(shown, rule) for rule in rules.living(shown)]
    context = _around(shown, "faults") | {"form": form, "lines": lines, "calls": len(served_calls.served())}
    return render(request, "sandbox/faults.html", context, status=422 if form.errors else 200)


def _rule(shown: EndpointProject, rule: FaultRule) -> RuleLine:
    return RuleLine(
        rule,
        telling.aim(rule),
        telling.harm(rule),
        telling.often(rule),
        served_calls.named(rule.operation) if rule.operation else [],
        rules.comes_first(shown, rule),
    )


@staff_only
@require_safe
def calls(request: HttpRequest, project_id: str) -> HttpResponse:
    shown = hosted(project_id)
    rows = CallRecord.objects.filter(project=shown).defer("request_body", "answer_body")
    page = Paginator(rows, CALLS_A_PAGE).get_page(request.GET.get("page", "1"))
    return render(request, "sandbox/calls.html", _around(shown, "calls") | {"page": page})


@staff_only
@require_safe
def call(request: HttpRequest, project_id: str, pk: int) -> HttpResponse:
    shown = hosted(project_id)
    record = CallRecord.objects.filter(project=shown, pk=pk).first()
    if record is None:
        raise Http404
    bodies = {"request_body": _indented(record.request_body), "answer_body": _indented(record.answer_body)}
    return render(request, "sandbox/call.html", _around(shown, "calls") | {"call": record, **bodies})


def _indented(body: str) -> str:
    """JSON as people read it; what is cut off, or no JSON, as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
