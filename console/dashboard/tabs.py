"""The tabs of a pool's page: links that work without scripts, each with what it alone shows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console import changing, deeds, describing, differing, fitting, history
from console.dashboard import auditing, code, course, details, measures, nodes, readiness, saying
from console.dashboard.details import Part
from console.dashboard.readiness import Check, TryAgain
from console.shell import SignedIn
from console.templatetags.console import ERRAND_SHAPES
from pools import refitting, resizing
from pools.gleaning import MEASURED
from pools.models import CatalogPart, Detail, Pool
from pools.states import ErrandState
from pools.wire import resizing as law
from pools.wire.differing import Difference, drift, print_of
from pools.wire.pool import Pool as WirePool

Kind = Detail.Kind

A_PAGE = 100
LATEST = 5
# Whose word an event is, in the address and in words.
SOURCES: Mapping[str, Any] = {
    "": gettext_lazy("All"),
    "ours": gettext_lazy("People and console"),
    "phase": gettext_lazy("Phases"),
    "cloud": gettext_lazy("Events of the cloud"),
    "warning": gettext_lazy("Warnings"),
}


@dataclass(frozen=True, kw_only=True)
class Tab:
    """`address` names it in URLs; `kinds` are the details that it reads."""

    address: str
    word: Any
    template: str
    context: Callable[[SignedIn, Pool, WirePool], dict[str, Any]]
    kinds: tuple[Detail.Kind, ...] = ()


def _overview(request: SignedIn, pool: Pool, wire: WirePool) -> dict[str, Any]:
    decision = saying.standing_decision(pool.order) if pool.order else None
    checked = _with_another_try(request, pool, readiness.checks(pool, wire, decision))
    return {
        "checks": checked,
        "ready": readiness.summary(checked),
        "course": course.of(pool, now=timezone.now()),
        "events": history.of_pool(pool)[-LATEST:][::-1],
        "facts": facts(pool, wire),
        "flavors": describing.flavor_lines(wire),
        "drifted": len(_drift(pool)),
    }


def _with_another_try(request: SignedIn, pool: Pool, checked: list[Check]) -> list[Check]:
    """The same lines; those of job types that failed say whether they can be tried again."""
    if pool.gone_at or not any(one.failed_job for one in checked):
        return checked
    may, known = request.user.has_perm("pools.refit_pool", pool), CatalogPart.objects.facts_of(pool.project)

    def why_not(job_type: str) -> str:
        if not may:
            return _("The person who ordered it and admins of the team can have it tried again.")
        reason = refitting.why_no_retry(pool, job_type, known)
        return fitting.why(reason, pool, retrying=True) if reason else ""

    return [
        replace(one, try_again=TryAgain(job_type=one.failed_job, why_not=why_not(one.failed_job)))
        if one.failed_job
        else one
        for one in checked
    ]


def _nodes(request: SignedIn, pool: Pool, _wire: WirePool) -> dict[str, Any]:
    part = Part.of(pool, Kind.NODES)
    lines = details.nodes(part)
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    return {
        "part": part,
        "page": page,
        "lines": page.object_list,
        "counts": details.node_counts(lines),
        "query": "",
        **nodes.offered(request, pool),
    }


def _jobs(request: SignedIn, pool: Pool, _wire: WirePool) -> dict[str, Any]:
    part = Part.of(pool, Kind.JOBS)
    lines = details.jobs(part)
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    return {"part": part, "page": page, "lines": page.object_list, "runs_jobs": pool.phase in MEASURED, "query": ""}


def _events(request: SignedIn, pool: Pool, _wire: WirePool) -> dict[str, Any]:
    part = Part.of(pool, Kind.EVENTS)
    chosen = request.GET.get("kind", "")
    chosen = chosen if chosen in SOURCES else ""
    every = sorted([*history.of_pool(pool), *details.events(part)], key=lambda event: event.at)[::-1]
    numbers = {source: sum(_is_of(event, source) for event in every) for source in SOURCES}
    told = history.folded(event for event in every if _is_of(event, chosen))
    page = Paginator(told, A_PAGE).get_page(request.GET.get("page"))
    return {
        "part": part,
        "page": page,
        "events": page.object_list,
        "query": f"kind={chosen}&" if chosen else "",
        "sources": [(source, word, numbers[source], source == chosen) for source, word in SOURCES.items()],
    }


def _is_of(event: history.Event, source: str) -> bool:
    """Every warning is the cloud's word, too."""
    return source in {"", event.source} or (source == "cloud" and event.source == "warning")


def _orders(_request: SignedIn, pool: Pool, _wire: WirePool) -> dict[str, Any]:
    part = Part.of(pool, Kind.ORDERS)
    return {
        "part": part,
        "lines": details.orders(part),
        "decisions": list(pool.order.decisions.all()) if pool.order else [],
        "deletions": list(pool.deletions.all()),
        "resizes": [
            (one, changing.in_a_line(one), changing.standing(one), ERRAND_SHAPES[ErrandState(one.state)])
            for one in pool.resizes.all()
        ],
        "refits": [
            (one, fitting.in_a_line(one), changing.how_far(one), ERRAND_SHAPES[ErrandState(one.state)])
            for one in pool.refits.all()
        ],
        "interventions": [
            (
                one,
                deeds.was_asked(one),
                deeds.in_a_line(one.nodes),
                deeds.how_far(one),
                ERRAND_SHAPES[ErrandState(one.state)],
            )
            for one in pool.interventions.all()
        ],
    }


def _measures(_request: SignedIn, pool: Pool, _wire: WirePool) -> dict[str, Any]:
    part = Part.of(pool, Kind.METRICS)
    return {
        "part": part,
        "series": measures.series(part),
        "is_measured": pool.phase in MEASURED,
        "width": measures.WIDTH,
        "height": measures.HEIGHT,
    }


def _configuration(request: SignedIn, pool: Pool, wire: WirePool) -> dict[str, Any]:
    return {
        "facts": facts(pool, wire),
        "flavors": describing.flavor_lines(wire),
        "told": differing.in_words(found := _drift(pool)),
        "is_meant": bool(found) and pool.drift_meant == print_of(found),
        "drift": print_of(found),
        "may_order_back": _may_order_back(request, pool),
        "may_mean": bool(found) and request.user.has_perm("pools.mean_drift", pool),
        "scripts": describing.scripts_in_words(wire),
        "views": code.views_of_pool(pool),
        "sent": pool.order.body if pool.order else "",
        "heard": json.dumps(pool.document, indent=2, ensure_ascii=False),
    }


def _audit(request: SignedIn, pool: Pool, _wire: WirePool) -> dict[str, Any]:
    return auditing.context(request, pool)


TABS = [
    Tab(address="", word=gettext_lazy("Overview"), template="dashboard/pool.html", context=_overview),
    Tab(
        address="nodes",
        word=gettext_lazy("Nodes"),
        template="dashboard/pool_nodes.html",
        context=_nodes,
        kinds=(Kind.NODES,),
    ),
    Tab(
        address="jobs",
        word=gettext_lazy("Jobs"),
        template="dashboard/pool_jobs.html",
        context=_jobs,
        kinds=(Kind.JOBS,),
    ),
    Tab(
        address="events",
        word=gettext_lazy("Events"),
        template="dashboard/pool_events.html",
        context=_events,
        kinds=(Kind.EVENTS,),
    ),
    Tab(
        address="orders",
        word=gettext_lazy("Orders"),
        template="dashboard/pool_orders.html",
        context=_orders,
        kinds=(Kind.ORDERS,),
    ),
    Tab(
        address="measurements",
        word=gettext_lazy("Measurements"),
        template="dashboard/pool_measures.html",
        context=_measures,
        kinds=(Kind.METRICS,),
    ),
    Tab(
        address="configuration",
        word=gettext_lazy("Configuration"),
        template="dashboard/pool_configuration.html",
        context=_configuration,
    ),
    Tab(address="audit", word=gettext_lazy("Audit"), template="dashboard/pool_audit.html", context=_audit),
]


def _may_order_back(request: SignedIn, pool: Pool) -> bool:
    """Whether the pool has other nodes than it was ordered with, and may be resized to have those again."""
    ordered = law.asked(saying.as_ordered(pool))
    other = bool(ordered) and not law.is_as(ordered, law.entries(pool.document))
    return other and resizing.why_not(pool) is None and request.user.has_perm("pools.resize_pool", pool)


def _drift(pool: Pool) -> list[Difference]:
    """What of the pool is not as it was ordered; nothing where nobody here ordered it."""
    ordered = saying.as_ordered(pool)
    return drift(ordered, pool.document) if ordered else []


def facts(pool: Pool, wire: WirePool) -> list[tuple[str, Any]]:
    spec = wire.spec
    return [
        (_("Job types"), describing.job_types(wire)),
        (_("Billing"), describing.billing(wire)),
        (_("Network"), spec.network.name if spec and spec.network else None),
        (_("Workspace"), pool.workspace_id),
        (_("Cluster size"), spec.cluster_flavor if spec else None),
        (_("Project"), pool.project),
        (_("Description"), describing.description(wire)),
    ]
