"""The checks of Review: each a question with its result, what it rests on, and how old that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.wizard.assembly import one
from console.wizard.checks import Examination, Problem
from console.wizard.summary import Summary
from pools.models import CatalogPart, User

Kind = CatalogPart.Kind
Result = Literal["ok", "bad", "unknown"]


@dataclass(frozen=True)
class Check:
    """One fact that the order depends on. "Could not check" is a result of its own, never a green one.

    `is_read` is whether it rests on the catalog, so that having that read again may change it.
    """

    question: str
    result: Result
    value: str
    source: str
    read_at: datetime | None = None
    is_read: bool = False
    failed: bool = False


def checks(examination: Examination, deciders: list[User]) -> list[Check]:
    return [
        _name_free(examination),
        _network(examination),
        _on_sale(examination),
        _quota(examination),
        _deciders(examination, deciders),
        _rules(examination),
    ]


def _read(examination: Examination, question: str, result: Result, value: str, kind: CatalogPart.Kind) -> Check:
    """A check that rests on one part of the catalog. After a reading that failed nothing of it is sure."""
    part = examination.situation.offers.parts.get(kind)
    failed = bool(part and part.failed_at)
    result = "unknown" if failed and result == "ok" else result
    return Check(question, result, value, str(kind.label), part.read_at if part else None, is_read=True, failed=failed)


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
    return _read(examination, _("The network is ready"), result, value, Kind.NETWORKS)


def _on_sale(examination: Examination) -> Check:
    situation = examination.situation
    offers = list({situation.flavor(row): situation.offer(row) for row in situation.rows}.values())
    bad = _broken(examination, "R7")
    result: Result = "bad" if bad else "ok" if offers and all(offers) else "unknown"
    value = _(", ").join(
        _("%(flavor)s in %(zones)s") % {"flavor": offer.name, "zones": _(", ").join(offer.on_sale) or _("no zone")}
        for offer in offers
        if offer
    )
    return _read(examination, _("The flavors are on sale"), result, value, Kind.FLAVORS)


def _quota(examination: Examination) -> Check:
    question, quota = _("The project may have one more pool"), examination.situation.offers.quota
    if quota is None:
        return _read(examination, question, "unknown", "", Kind.QUOTAS)
    used, most = quota
    value = _("%(used)s of %(most)s in use") % {"used": used, "most": most}
    return _read(examination, question, "bad" if used >= most else "ok", value, Kind.QUOTAS)


def _deciders(examination: Examination, deciders: list[User]) -> Check:
    """Nothing blocks an order that nobody can approve, but it would wait for good."""
    question, source = _("Somebody can approve it"), _("members of the team")
    if Summary(examination.situation, examination.document).pays_by_itself:
        return Check(_("Nobody has to approve it"), "ok", _("it is paid by itself"), _("the order"))
    if not deciders:
        value = _("%(team)s has no admin who could") % {"team": examination.situation.draft.team}
        return Check(question, "bad", value, source)
    return Check(question, "ok", _(", ").join(map(str, deciders)), source)


def _rules(examination: Examination) -> Check:
    found = len(examination.blocking)
    value = ngettext("%(n)s problem", "%(n)s problems", found) % {"n": found} if found else _("no problem found")
    return Check(_("The rules of the cloud are kept"), "bad" if found else "ok", value, _("judged now"), None)
