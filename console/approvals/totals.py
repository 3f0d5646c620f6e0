"""What an order comes to, against what it is held against: its list price, its nodes by zone, the project's quota."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from console import describing
from console.prices import cost_in
from pools.checking import Check, Question
from pools.models import CatalogPart, Order, Project
from pools.models.catalog import accelerators
from pools.wire import reading

NOTHING = "–"


@dataclass(frozen=True, kw_only=True)
class Total:
    """One line: what it is, how it was and is to be; `pending` is what is on its way meanwhile, if anything is."""

    what: str
    before: str
    after: str
    pending: str = ""

    @property
    def is_other(self) -> bool:
        """Whether the two differ."""
        return self.before != self.after


def totals(order: Order, base: Any, checks: Iterable[Check]) -> list[Total]:
    """The order's totals against those of `base`, the document that it is held against; None holds it against nothing.

    Costs no query besides the catalog that the checks have read.
    """
    return [*changes(order.project, base, describing.document(order)), *_quota(checks)]


def changes(project: Project, base: Any, asked: Any) -> list[Total]:
    """What a document comes to, by the list prices and in nodes, against that of `base`, if there is one."""
    before, after = _counts(project, base), _counts(project, asked)
    numbers = [
        Total(what=what, before=str(before[what]) if base else NOTHING, after=str(after[what]))
        for what in dict.fromkeys([*before, *after])
    ]
    return [*_cost(project, base, asked), *numbers]


def untouched_quota(project: Project) -> list[Total]:
    """Pools of the project, where the cloud has told: more nodes of one are no more pools."""
    facts = CatalogPart.objects.facts_of(project)
    if facts.pool_quota is None or facts.pools_used is None:
        return []
    told = _("%(used)s of %(most)s") % {"used": facts.pools_used, "most": facts.pool_quota}
    return [Total(what=_("Pools of the project"), before=told, after=told)]


def _cost(project: Project, base: Any, asked: Any) -> list[Total]:
    price, was = cost_in(project, asked), cost_in(project, base) if base else None
    if price is None:
        return []
    return [Total(what=_("List price"), before=was.words if was else NOTHING, after=price.words)]


def _counts(project: Project, document: Any) -> Counter[str]:
    """Nodes in all, and by zone where zones were chosen; and accelerators by kind."""
    parts = {part.kind: part for part in project.catalog_parts.all()}
    flavors = parts.get(CatalogPart.Kind.FLAVORS)
    cards = accelerators(flavors.document) if flavors else {}
    lines = describing.flavor_lines(reading.hear_pool(document or {}))
    counted: Counter[str] = Counter()
    for line in lines:
        counted[_("Nodes")] += line.count
        for zone, nodes in line.azs:
            counted[_("Nodes in %(zone)s") % {"zone": zone}] += nodes
        if not line.azs and any(one.azs for one in lines):
            counted[_("Nodes where the cloud chooses")] += line.count
        if line.flavor in cards:
            kind, size = cards[line.flavor]
            counted[kind] += size * line.count
    return counted


def _quota(checks: Iterable[Check]) -> list[Total]:
    """Pools of the project: without this one, with those that the cloud has not answered yet, and with all of them."""
    for check in checks:
        if check.question is Question.QUOTA and "most" in check.values:
            used, most, coming = (int(check.values[name]) for name in ("used", "most", "coming"))
            after = _("%(used)s of %(most)s") % {"used": used + coming, "most": most}
            pending = _("%(n)s on their way") % {"n": coming} if coming else ""
            return [Total(what=_("Pools of the project"), before=str(used - 1), after=after, pending=pending)]
    return []
