"""Review: the sentence, the checks, the answers, and exactly what will be sent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.models import Draft
from console.wizard import steps
from console.wizard.assembly import one
from console.wizard.checks import Examination, Problem, placed
from console.wizard.summary import Summary
from pools import queries
from pools.models import CatalogPart, Project
from pools.ordering import Unsendable

Kind = CatalogPart.Kind
Result = Literal["ok", "bad", "unknown"]


@dataclass(frozen=True)
class Check:
    """One fact of the cloud that the order depends on. "Could not check" is a result of its own, never a green one."""

    question: str
    result: Result
    value: str
    source: str
    read_at: datetime | None


def next_revision(draft: Draft) -> int:
    """The revision an order would be placed with now: a refused or withdrawn order leaves its own behind."""
    return draft.revision + 1 if draft.order() else draft.revision


def page(
    request: HttpRequest, examination: Examination, *, refusal: list[Problem] | None = None, status: int = 200
) -> HttpResponse:
    """The last step. `refusal` is what placing the order met just now."""
    situation = examination.situation
    draft = situation.draft
    problems, last = [*(refusal or []), *examination.blocking], draft.order()
    summary = Summary(situation, examination.document)
    context = {
        "draft": draft,
        "step": steps.REVIEW,
        "title": steps.TITLES[steps.REVIEW][0],
        "lead": steps.TITLES[steps.REVIEW][1],
        "lines": steps.lines(examination, steps.REVIEW),
        "summary": summary,
        "sentence": summary.sentence(str(situation.user)),
        "answers": [(name, steps.TITLES[name][0], found) for name, found in summary.answers()],
        "checks": checks(examination),
        "blocking": [(steps.TITLES[problem.step][0], url_of(draft, problem), problem) for problem in problems],
        "warnings": [
            (steps.TITLES[problem.step][0], url_of(draft, problem), problem) for problem in examination.warnings
        ],
        "may_place": not examination.blocking,
        "refused": status != 200,  # noqa: PLR2004 - the one status that refuses nothing
        "revision": draft.revision + 1 if last else draft.revision,
        "last": last,
        "body": examination.body,
        "curl": curl(draft.project, examination.body),
        "offers": situation.offers,
        "is_reading": queries.is_catalog_being_read(draft.project),
        "previous": "billing",
    }
    return render(request, "wizard/review.html", context, status=status)


def url_of(draft: Draft, problem: Problem) -> str:
    return f"{steps.step_url(draft, problem.step)}#{problem.anchor}"


def name_taken(request: HttpRequest, examination: Examination) -> HttpResponse:
    """Somebody else was faster with the name: told where the name is typed."""
    name = one(examination.situation.steps.get("labels", {}), "name")
    text = _("The name %(name)s is taken in this project. Choose another.") % {"name": name}
    problem = Problem("labels", "name", text, "block", "R22", "")
    return page(request, examination, refusal=[problem], status=409)


def unsendable(request: HttpRequest, examination: Examination, trouble: Unsendable) -> HttpResponse:
    """The heart judged otherwise than the page: what it found is told where it is typed."""
    return page(request, examination, refusal=placed(examination.assembly, trouble.breaches, "block"), status=422)


def checks(examination: Examination) -> list[Check]:
    return [
        _name_free(examination),
        _network(examination),
        _on_sale(examination),
        _quota(examination),
        _rules(examination),
    ]


def _broken(examination: Examination, *rules: str) -> list[Problem]:
    return [problem for problem in examination.problems if problem.rule in rules and problem.severity == "block"]


def _name_free(examination: Examination) -> Check:
    known, name = examination.catalog.pool_names, Summary(examination.situation, examination.document).name
    taken = _broken(examination, "R22")
    result: Result = "unknown" if known is None or not name else "bad" if taken else "ok"
    value = _("%(name)s is taken") % {"name": name} if taken else name
    project = examination.situation.draft.project
    return Check(_("The name is free"), result, value, _("pools of the project"), project.heard_at)


def _network(examination: Examination) -> Check:
    situation = examination.situation
    chosen = one(situation.steps.get("workload", {}), "network")
    known = {offer.name: offer for offer in situation.offers.networks}
    offer = known.get(chosen)
    bad = _broken(examination, "R3", "R4")
    result: Result = "bad" if bad else "ok" if offer else "unknown"
    value = f"{offer.title}: {offer.phase or _('phase not known')}" if offer else chosen
    return Check(_("The network is ready"), result, value, _("networks"), situation.offers.read_at(Kind.NETWORKS))


def _on_sale(examination: Examination) -> Check:
    situation = examination.situation
    offers = list({situation.flavor(row): situation.offer(row) for row in situation.rows}.values())
    bad = _broken(examination, "R7")
    result: Result = "bad" if bad else "ok" if offers and all(offers) else "unknown"
    value = ", ".join(
        _("%(flavor)s in %(zones)s") % {"flavor": offer.name, "zones": ", ".join(offer.on_sale) or _("no zone")}
        for offer in offers
        if offer
    )
    read_at = situation.offers.read_at(Kind.FLAVORS)
    return Check(_("The flavors are on sale"), result, value, _("flavors and stock"), read_at)


def _quota(examination: Examination) -> Check:
    offers = examination.situation.offers
    quota, read_at = offers.quota, offers.read_at(Kind.QUOTAS)
    if quota is None:
        return Check(_("The project may have one more pool"), "unknown", "", _("quotas"), read_at)
    used, most = quota
    value = _("%(used)s of %(most)s in use") % {"used": used, "most": most}
    return Check(_("The project may have one more pool"), "bad" if used >= most else "ok", value, _("quotas"), read_at)


def _rules(examination: Examination) -> Check:
    found = len(examination.blocking)
    value = ngettext("%(n)s problem", "%(n)s problems", found) % {"n": found} if found else _("no problem found")
    return Check(_("The rules of the cloud are kept"), "bad" if found else "ok", value, _("judged now"), None)


def curl(project: Project, body: str) -> str:
    """The same order from a shell: one call for a token, one that orders. Secrets are placeholders."""
    iam = (project.iam_url or project.modelarts_url).rstrip("/")
    password = {
        "user": {
            "name": "'\"$IAM_USER\"'",
            "password": "'\"$IAM_PASSWORD\"'",
            "domain": {"name": "'\"$IAM_DOMAIN\"'"},
        }
    }
    scope = {"project": {"id": project.project_id}}
    auth = {"auth": {"identity": {"methods": ["password"], "password": password}, "scope": scope}}
    asked = json.dumps(auth).replace('\\"', '"')
    return "\n".join((
        f"TOKEN=$(curl -sS -D - -o /dev/null '{iam}/v3/auth/tokens' \\",
        "  -H 'Content-Type: application/json' \\",
        f"  -d '{asked}' \\",
        "  | tr -d '\\r' | sed -n 's/^[Xx]-[Ss]ubject-[Tt]oken: //p')",
        "",
        f"curl -sS '{project.modelarts_url.rstrip('/')}/v2/{project.project_id}/pools' \\",
        "  -H 'Content-Type: application/json' \\",
        "  -H 'request-type: console' \\",
        '  -H "X-Auth-Token: $TOKEN" \\',
        f"  -d {_quoted(body)}",
    ))  # fmt: skip


def _quoted(text: str) -> str:
    """For a shell, in single quotes."""
    return "'" + text.replace("'", "'\"'\"'") + "'"
