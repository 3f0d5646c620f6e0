"""A pool in words: what was asked for or heard, as people say it. Rooms of the face share this; it decides nothing."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from pools.dockets import LONGEST, Docket, Slip, address
from pools.models import Order, Pool
from pools.wire import reading
from pools.wire.enums import BillingMode, JobType, PeriodType, Sharing, UpdateStrategy
from pools.wire.extras import Annotation, is_yes
from pools.wire.numbers import whole
from pools.wire.pool import Pool as WirePool
from pools.wire.pool import PoolMetaAnnotations
from pools.wire.shared import PoolResource

# From here on the service may slow creation down; the user guide advises smaller batches.
MANY_NODES = 30


_SLIPS: Final[Mapping[str, Any]] = {
    "date": gettext_lazy("This is no date. Write it as year, month and day: 2026-12-03."),
    "long": gettext_lazy("At most %(most)s characters are kept."),
    "unreadable": gettext_lazy("Only what can be read is kept: no line breaks and no control characters."),
    "password": gettext_lazy("The address signs somebody in: leave out what stands before the @."),
}


@dataclass(frozen=True, kw_only=True)
class FlavorLine:
    """One flavor of a pool: how many nodes of it, and where. No zone means that the cloud chooses."""

    flavor: str
    count: int
    azs: tuple[tuple[str, int], ...]

    @property
    def zones(self) -> str:
        """ "az1, az2", with numbers where there is more than one zone; empty when the cloud chooses."""
        if len(self.azs) == 1:
            return self.azs[0][0]
        return _(", ").join(f"{count} × {az}" for az, count in self.azs)


@dataclass(frozen=True, kw_only=True)
class Nodes:
    """Nodes of a pool by state; `wanted` is what its spec asks for."""

    wanted: int = 0
    available: int = 0
    creating: int = 0
    abnormal: int = 0
    deleting: int = 0

    @property
    def known(self) -> bool:
        """Whether the cloud said anything about nodes: nothing said is not zero."""
        return bool(self.available or self.creating or self.abnormal or self.deleting)


def docket(kept: Docket) -> list[tuple[str, Any]]:
    """What is ours alone of an order, by name; a ticket that is an address leads there."""
    day = date_format(kept.needed_by, "DATE_FORMAT") if kept.needed_by else ""
    leads_to, ticket = address(kept.ticket), kept.ticket
    link = format_html('<a href="{}" rel="noreferrer noopener">{}</a>', leads_to, ticket) if leads_to else ticket
    return [
        (_("Contact"), kept.contact),
        (_("Cost centre"), kept.cost_centre),
        (_("Needed by"), day),
        (_("Ticket"), link),
    ]


def words_of(slip: Slip) -> str:
    """Why a part of a docket cannot be kept as it was typed."""
    return str(_SLIPS[slip.case]) % {"most": LONGEST.get(slip.part, 0)}


def asked(order: Order) -> WirePool:
    """The document as it was placed. A creation is heard as a pool: the parts described here are the same."""
    return reading.hear_pool(document(order))


def document(order: Order) -> Any:
    """What was placed, as JSON says it; an empty object where a database was told otherwise."""
    try:
        return reading.parse_json(order.body)
    except reading.NotJson:
        return {}


def heard(pool: Pool) -> WirePool:
    return reading.hear_pool(pool.document)


def flavor_lines(pool: WirePool) -> list[FlavorLine]:
    resources = (pool.spec.resources if pool.spec else None) or []
    return [
        FlavorLine(
            flavor=resource.flavor or _("unknown flavor"),
            count=resource.count or 0,
            azs=tuple((place.az or "?", place.count or 0) for place in resource.azs or [] if place.az),
        )
        for resource in resources
        if isinstance(resource, PoolResource)
    ]


def nodes(pool: WirePool) -> Nodes:
    """How many nodes are wanted, and how many stand in each state, over all flavors."""
    wanted = sum(line.count for line in flavor_lines(pool))
    status = pool.status.resources if pool.status else None
    if status is None:
        return Nodes(wanted=wanted)
    by_state = {
        state: sum(entry.count or 0 for entry in getattr(status, state) or [])
        for state in ("available", "creating", "abnormal", "deleting")
    }
    return Nodes(wanted=wanted, **by_state)


def what(pool: WirePool) -> str:
    """One line: "8 × modelarts.npu.8u in az1; 2 × modelarts.cpu"."""
    said = []
    for line in flavor_lines(pool):
        words = f"{line.count} × {line.flavor}"
        said.append(_("%(what)s in %(zones)s") % {"what": words, "zones": line.zones} if line.zones else words)
    return _("; ").join(said)


def node_words(number: int) -> str:
    return ngettext("%(n)s node", "%(n)s nodes", number) % {"n": number}


def job_word(job: str | None) -> str:
    """The cloud's word for a job type, with ours beside it where that is another word."""
    known = JobType(job) if job in set(JobType) else None
    meaning = _(known.meaning) if known else ""
    return f"{job or '?'}" if not meaning or meaning.startswith(str(job)) else f"{job} ({meaning})"


def job_types(pool: WirePool) -> str:
    return _list((pool.spec.scope if pool.spec else None) or [])


def description(pool: WirePool) -> str:
    annotations = pool.metadata.annotations if pool.metadata else None
    return (annotations.description if annotations else "") or ""


def billing(pool: WirePool) -> str:
    """How it is paid, in words: "Pay-per-use", "2 months in advance, paid by itself, renewed by itself"."""
    annotations = pool.metadata.annotations if pool.metadata else None
    if annotations is None or annotations.billing_mode in {None, "", BillingMode.PAY_PER_USE}:
        return _("Pay-per-use")
    if annotations.billing_mode != BillingMode.PREPAID:
        return _("Unknown billing mode “%(mode)s”") % {"mode": annotations.billing_mode}
    words = [_period(_more(annotations, Annotation.PERIOD_TYPE), _more(annotations, Annotation.PERIOD_NUM))]
    if is_yes(_more(annotations, Annotation.AUTO_PAY)):
        words.append(_("paid by itself"))
    if is_yes(_more(annotations, Annotation.AUTO_RENEW)):
        words.append(_("renewed by itself"))
    return _(", ").join(words)


def _more(annotations: PoolMetaAnnotations, key: Annotation) -> object:
    return annotations.extra(key)


def _period(kind: object, number: object) -> str:
    many = whole(str(number))
    if many is None:
        return _("Monthly or yearly, in advance")
    if kind == PeriodType.YEAR:
        return ngettext("%(n)s year in advance", "%(n)s years in advance", many) % {"n": many}
    if kind == PeriodType.MONTH:
        return ngettext("%(n)s month in advance", "%(n)s months in advance", many) % {"n": many}
    return _("Monthly or yearly, in advance")


def scripts(pool: WirePool) -> list[tuple[str, str]]:
    """The start-up scripts by flavor, in Base64 as they are sent."""
    resources = (pool.spec.resources if pool.spec else None) or []
    return [
        (resource.flavor, resource.extend_params.post_install)
        for resource in resources
        if resource.extend_params and resource.extend_params.post_install
    ]


def scripts_in_words(pool: WirePool) -> list[tuple[str, str]]:
    """The start-up scripts as text; what is not text stays in Base64."""
    return [(flavor, _plain(script)) for flavor, script in scripts(pool)]


def _plain(script: str) -> str:
    try:
        return base64.b64decode(script, validate=True).decode()
    except ValueError:
        return script


def risks(pool: WirePool) -> list[str]:
    """What whoever decides should think of, in words; empty when nothing stands out."""
    found, total = lasting_risks(pool), sum(line.count for line in flavor_lines(pool))
    if (lasts := _committed(pool)) and total:
        found.append(lasts)
    if total > MANY_NODES:
        found.append(
            _("%(n)s nodes in one creation: above %(most)s the cloud may slow it down.")
            % {"n": total, "most": MANY_NODES}
        )
    return found


def lasting_risks(pool: WirePool) -> list[str]:
    """Of these, what is true of the pool for as long as it stands."""
    spec = pool.spec
    zones = {az for line in flavor_lines(pool) for az, _count in line.azs}
    labels = pool.metadata.labels if pool.metadata else None
    found = []
    if spec and spec.driver and spec.driver.update_strategy == UpdateStrategy.FORCE:
        found.append(_("Later driver upgrades interrupt running jobs (update policy “force”)."))
    if labels and labels.sharing == Sharing.SHARED:
        found.append(_("The pool is shared: other users of the account may send jobs to it."))
    if scripts(pool):
        found.append(_("A script runs on every node after it is installed."))
    if len(zones) > 1 and spec and JobType.TRAIN in (spec.scope or []):
        found.append(
            _("Training across %(n)s zones is slower than in one: %(zones)s.")
            % {"n": len(zones), "zones": _list(sorted(zones))}
        )
    return found


def _committed(pool: WirePool) -> str:
    """What paying in advance binds to."""
    annotations = pool.metadata.annotations if pool.metadata else None
    if annotations is None or annotations.billing_mode != BillingMode.PREPAID:
        return ""
    said = {"billing": billing(pool)}
    if is_yes(_more(annotations, Annotation.AUTO_RENEW)):
        return _("It is paid in advance (%(billing)s) and goes on until somebody ends it.") % said
    return _("Approving pays the whole period at once: %(billing)s.") % said


def _list(words: Iterable[str]) -> str:
    return _(", ").join(str(word) for word in words)
