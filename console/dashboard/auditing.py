"""Who did what to a pool: the tab that says so, narrowed to one person, and the same as a file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from console import changing, fitting
from console.dashboard import sheets
from console.dashboard.finding import visible_pool
from console.shell import SignedIn
from console.templatetags.console import ERRAND_SHAPES, STATE_SHAPES, STATE_WORDS
from pools import queries
from pools.models import Intervention, Order, Pool, Reading, Refit, Resize
from pools.queries import Entry
from pools.states import ErrandState, OrderState

A_PAGE: Final = 100
FORMS: Final = ("csv", "json")
# By the stable word of an entry. One that is not here is told by that word.
WHAT: Final[Mapping[str, str | Promise]] = {
    "order.watched": gettext_lazy("Had the order watched"),
    "order.placed": gettext_lazy("Placed the order"),
    "order.settled": gettext_lazy("Settled what became of the order"),
    "order.reminded": gettext_lazy("Asked to have the order decided"),
    "order.approved": gettext_lazy("Approved the order"),
    "order.rejected": gettext_lazy("Rejected the order"),
    "order.sent_back": gettext_lazy("Requested changes of the order"),
    "decision.undone": gettext_lazy("Took the decision back"),
    "network.asked": gettext_lazy("Asked for a network"),
    "pool.adopted": gettext_lazy("Adopted the pool"),
    "pool.read": gettext_lazy("Had the cloud read"),
    "drift.meant": gettext_lazy("Said that the pool is meant to be as it is"),
    "deletion.asked": gettext_lazy("Asked for the deletion"),
    "resize.asked": gettext_lazy("Asked for a resize"),
    "resize.approved": gettext_lazy("Approved the resize"),
    "resize.rejected": gettext_lazy("Rejected the resize"),
    "resize.undone": gettext_lazy("Took the approval of the resize back"),
    "resize.taken_back": gettext_lazy("Took the resize back"),
    "refit.asked": gettext_lazy("Asked for other job types or drivers"),
    "refit.taken_back": gettext_lazy("Took back the other job types or drivers"),
    "intervention.asked": gettext_lazy("Asked for something to be done to nodes"),
    "intervention.taken_back": gettext_lazy("Took back what was to be done to nodes"),
}
RESULTS: Final[Mapping[str, str | Promise]] = {
    ErrandState.RECORDED: gettext_lazy("on its way"),
    ErrandState.SENDING: gettext_lazy("on its way"),
    ErrandState.IN_DOUBT: gettext_lazy("Outcome unknown"),
    ErrandState.DONE: gettext_lazy("carried out"),
    ErrandState.FAILED: gettext_lazy("came to nothing"),
    ErrandState.WITHDRAWN: gettext_lazy("taken back"),
}


@dataclass(frozen=True)
class Line:
    """An entry in words; `tone` and `shape` mark its result, if one is known."""

    entry: Entry

    @property
    def what(self) -> str:
        return str(WHAT.get(self.entry.kind, self.entry.kind))

    @property
    def result(self) -> str:
        if isinstance(self.entry.row, Order):
            return str(STATE_WORDS.get(OrderState(self.entry.result), "")) if self.entry.result else ""
        if isinstance(self.entry.row, Reading):
            return str(self.entry.row.get_state_display())
        return str(RESULTS.get(self.entry.result, self.entry.result))

    @property
    def shape(self) -> str:
        if isinstance(self.entry.row, Reading):
            return {"asked": "half", "done": "tick"}.get(self.entry.result, "octagon")
        shapes: Mapping[Any, str] = {**ERRAND_SHAPES, **STATE_SHAPES}
        return shapes.get(self.entry.result, "question")

    @property
    def about(self) -> str:
        """What exactly was asked for, in a line."""
        match self.entry.row:
            case Resize() as resize:
                return changing.in_a_line(resize)
            case Intervention(deed=deed, nodes=nodes):
                return f"{deed} · {', '.join(node.name for node in nodes)}"
            case Refit() as refit:
                return fitting.in_a_line(refit)
            case _:
                return ""


def context(request: SignedIn, pool: Pool) -> dict[str, Any]:
    """What the tab shows."""
    every, person = _entries(request, pool)
    shown = _by(every, person)
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    numbers = Counter(entry.by for entry in every)
    return {
        "page": page,
        "lines": [Line(entry) for entry in page.object_list],
        "person": person,
        "query": f"by={person}&" if person else "",
        "people": [
            ("", _("Everyone"), len(every), not person),
            *((name, name, number, name == person) for name, number in sorted(numbers.items())),
        ],
    }


@never_cache
@require_safe
def as_file(request: SignedIn, pk: int, form: str) -> HttpResponse:
    """All of it, or what one person did, as CSV or JSON: a stable word for each act, times with their zone.

    JSON is `{"pool", "read_at", "entries": [...]}`.
    """
    if form not in FORMS:
        raise Http404
    pool = visible_pool(request, pk)
    records = [_record(entry) for entry in _by(*_entries(request, pool))]
    if form == "csv":
        text, kind = "".join(sheets.lines(_NAMES, (one.values() for one in records))), "text/csv; charset=utf-8"
    else:
        told = {"pool": pool.pool_id, "read_at": timezone.now(), "entries": records}
        text, kind = json.dumps(told, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1), "application/json"
    # The cloud may call a pool what no header can say.
    name = f"{slugify(pool.name) or 'pool'}-audit-{timezone.localdate().isoformat()}.{form}"
    return HttpResponse(text, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _entries(request: SignedIn, pool: Pool) -> tuple[list[Entry], str]:
    """All of them, and whose are asked for: nobody's in particular where nobody of that name did anything."""
    every, asked = queries.audit_of(pool, reader=request.user), request.GET.get("by", "")
    return every, asked if any(entry.by == asked for entry in every) else ""


def _by(entries: Iterable[Entry], person: str) -> list[Entry]:
    return [entry for entry in entries if not person or entry.by == person]


_NAMES: Final = ("at", "by", "what", "about", "result", "digest", "click", "note")


def _record(entry: Entry) -> dict[str, datetime | str]:
    told = (
        entry.at,
        entry.by,
        entry.kind,
        Line(entry).about,
        entry.result,
        entry.digest,
        entry.trace,
        entry.note,
    )
    return dict(zip(_NAMES, told, strict=True))
