"""Status, ages and form controls in the words and shapes of the product; `templates/components/` holds the markup."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate

from django import template
from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from console import timing
from pools.models import Decision, Deletion, Order, Reading
from pools.states import IN_VAIN, ErrandState, OrderState
from pools.wire.enums import Phase

register = template.Library()

# One shape per group of phases and states; the tone is CSS's business (`data-phase`, `data-state`).
PHASE_SHAPES = {
    Phase.WAITING: "hourglass",
    Phase.CREATING: "ring",
    Phase.RUNNING: "disc",
    Phase.ABNORMAL: "triangle",
    Phase.ERROR: "octagon",
    Phase.CREATION_FAILED: "octagon",
    Phase.SCALING_FAILED: "octagon",
    Phase.DELETING: "minus",
}
# What stands beside the cloud's word, in languages that say it otherwise.
PHASE_MEANINGS = {
    Phase.WAITING: pgettext_lazy("phase", "Waiting"),
    Phase.CREATING: pgettext_lazy("phase", "Creating"),
    Phase.RUNNING: pgettext_lazy("phase", "Running"),
    Phase.ABNORMAL: pgettext_lazy("phase", "Abnormal"),
    Phase.ERROR: pgettext_lazy("phase", "Error"),
    Phase.CREATION_FAILED: pgettext_lazy("phase", "CreationFailed"),
    Phase.SCALING_FAILED: pgettext_lazy("phase", "ScalingFailed"),
    Phase.DELETING: pgettext_lazy("phase", "Deleting"),
}
GONE = "Gone"
NEWS = timedelta(minutes=2)
STATE_SHAPES = {
    OrderState.PLACED: "dashed",
    OrderState.SENDING: "half",
    OrderState.IN_DOUBT: "question",
    OrderState.HELD: "pause",
    OrderState.ACCEPTED: "tick",
    OrderState.REFUSED: "octagon",
    OrderState.WITHDRAWN: "crossed",
}
STATE_WORDS = {
    OrderState.PLACED: gettext_lazy("Placed"),
    OrderState.SENDING: gettext_lazy("Sending"),
    OrderState.IN_DOUBT: gettext_lazy("Outcome unknown"),
    OrderState.HELD: gettext_lazy("Held"),
    OrderState.ACCEPTED: gettext_lazy("Accepted"),
    OrderState.REFUSED: gettext_lazy("Refused"),
    OrderState.WITHDRAWN: gettext_lazy("Withdrawn"),
}
ERRAND_SHAPES = {
    ErrandState.RECORDED: "dashed",
    ErrandState.SENDING: "half",
    ErrandState.IN_DOUBT: "question",
    ErrandState.DONE: "tick",
    ErrandState.FAILED: "octagon",
    ErrandState.WITHDRAWN: "crossed",
}


def phase_shape(phase: str) -> str:
    """The shape of a phase, whatever word the cloud chose: an unheard-of one is a question."""
    if phase == GONE:
        return "crossed"
    return PHASE_SHAPES[Phase(phase)] if phase in list(Phase) else "question"


@register.filter
def phase_meaning(phase: str) -> str:
    """What a phase is called in the language of the page; empty where that is the cloud's word, which stands anyway."""
    meaning = str(PHASE_MEANINGS[Phase(phase)]) if phase in list(Phase) else phase
    return "" if meaning == phase else meaning


@register.inclusion_tag("components/status.html")
def phase_status(
    phase: str, since: datetime | None = None, line: str = "", *, large: bool = False
) -> dict[str, object]:
    """The cloud's word, verbatim, with its shape; before a phase was heard we say so."""
    word = phase or _("Not heard yet")
    status = _status("phase", phase, word, phase_shape(phase))
    return status | {"meaning": phase_meaning(phase), "since": since, "line": line, "large": large}


@register.inclusion_tag("components/status.html")
def order_status(
    order: Order, since: datetime | None = None, line: str = "", *, large: bool = False
) -> dict[str, object]:
    """Where the order stands with us: our word, never the cloud's."""
    state = OrderState(order.state)
    status = _status("state", state, str(STATE_WORDS[state]), STATE_SHAPES[state])
    return status | {"since": since, "line": line, "large": large}


def _status(kind: str, value: str, word: str, shape: str) -> dict[str, object]:
    return {"kind": kind, "value": value, "word": word, "shape": shape}


@register.inclusion_tag("components/segmented_bar.html")
def segmented_bar(
    parts: Iterable[tuple[str, str, int]], whole: int, label: str, *, bar_only: bool = False
) -> dict[str, object]:
    """Parts of a whole as (tone, word, number), from the left; the tone "free" is what is left of it and not drawn."""
    rows = list(parts)
    starts = accumulate((number for _tone, _word, number in rows), initial=0)
    drawn = [
        {"tone": tone, "word": word, "number": number, "start": start}
        for (tone, word, number), start in zip(rows, starts, strict=False)
    ]
    return {
        "parts": drawn,
        "whole": max(whole, sum(number for _tone, _word, number in rows), 1),
        "label": label,
        "bar_only": bar_only,
    }


@register.simple_tag
@cache
def shape(name: str) -> SafeString:
    """The drawing of a shape. A page shows it many times over, and it never changes: it is rendered once."""
    return render_to_string("components/shape.html", {"shape": name})


@register.filter
@register.simple_tag
def ago(when: datetime | None) -> SafeString | str:
    """How long ago, with the full time and zone on hover and in `datetime`; page.js lets it grow."""
    if when is None:
        return _("never")
    words = age((timezone.now() - when).total_seconds())
    return format_html('<time datetime="{}" title="{}" data-ago>{}</time>', when.isoformat(), moment(when), words)


@register.simple_tag
def soon(when: datetime) -> SafeString:
    """ "at 12:06:05", for what happens within minutes; page.js counts down to it."""
    words = _("at %(time)s") % {"time": formats.date_format(timezone.localtime(when), "H:i:s")}
    return format_html(
        '<time datetime="{}" title="{}" data-until="{}">{}</time>', when.isoformat(), moment(when), _("in %n s"), words
    )


@register.filter
def since(when: datetime) -> SafeString:
    """The clock time today, the date before: what stands after "since"."""
    local = timezone.localtime(when)
    today = local.date() == timezone.localdate()
    words = formats.date_format(local, "TIME_FORMAT" if today else "SHORT_DATETIME_FORMAT")
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), moment(when), words)


def age(seconds: float) -> str:
    """Whole units, one of them: page.js counts on with the same words."""
    if seconds < 5:  # noqa: PLR2004
        return _("just now")
    for unit, limit, words in (
        (1, 60, _("%n s ago")),
        (60, 3600, _("%n min ago")),
        (3600, 48 * 3600, _("%n h ago")),
    ):
        if seconds < limit:
            return words.replace("%n", str(int(seconds // unit)))
    return _("%n d ago").replace("%n", str(int(seconds // 86400)))


register.filter("span", timing.span)
register.filter("usual", timing.usual)


@register.filter
def breakable(name: str) -> SafeString:
    """A long name of the cloud's that may be wrapped after its dots, and only there if that will do."""
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in name.replace(".", ".\0").split("\0")))


@register.filter
def described(field: BoundField) -> SafeString:
    """The control, told about its error too (Django ties the help text by itself)."""
    attrs: dict[str, str | bool] = {}
    if field.errors:
        help_id = f"{field.auto_id}_helptext " if field.help_text else ""
        attrs = {"aria-invalid": "true", "aria-describedby": f"{help_id}{field.auto_id}_error"}
    return field.as_widget(attrs=attrs)


@register.filter
def idof(pk: int, prefix: str) -> str:
    """An element's id made of a word and a row's key: `{{ seat.pk|idof:"remove" }}` is "remove-7"."""
    return f"{prefix}-{pk}"


@register.filter
def is_recent(reading: Reading) -> bool:
    """Whether an answered reading is news still."""
    return reading.answered_at is not None and timezone.now() - reading.answered_at < NEWS


GROUP_SHAPES = {"Ordered": "dashed", "Failed": "octagon", "Refused": "octagon", "Overdue": "hourglass"}


@register.filter
def group_shape(group: str) -> str:
    """The shape of a dashboard counter: of a group of ours, or of a phase."""
    return GROUP_SHAPES.get(group) or phase_shape(group)


@register.filter
def state_shape(state: str) -> str:
    return STATE_SHAPES[OrderState(state)]


@register.filter
def state_word(state: str) -> str:
    return str(STATE_WORDS[OrderState(state)])


@register.filter
def moment(when: datetime) -> str:
    """Date, time and zone in full."""
    return _moment(when, timezone.get_current_timezone_name(), get_language())


@lru_cache(maxsize=4096)
def _moment(when: datetime, _zone: str, _language: str | None) -> str:
    # Pages that ask every few seconds show the same moments again and again, twice a row.
    return formats.date_format(timezone.localtime(when), "DATETIME_FORMAT")


@register.filter
def to_the_second(when: datetime) -> SafeString:
    """The clock time with its seconds: for what is so near that minutes say little."""
    return format_html('<time datetime="{}" title="{}">{}</time>', when.isoformat(), moment(when), clock(when))


def clock(when: datetime) -> str:
    """The clock time with its seconds."""
    return formats.date_format(timezone.localtime(when), "H:i:s")


@register.filter
def is_ahead(when: datetime) -> bool:
    return when > timezone.now()


@register.filter
def age_words(when: datetime) -> str:
    return age((timezone.now() - when).total_seconds())


@register.filter
def errand_words(errand: Decision | Deletion) -> str:
    """How far an errand is on its way to the cloud."""
    if errand.state == ErrandState.RECORDED and errand.due_at and is_ahead(errand.due_at):
        return _("It is sent to the cloud at %(at)s.") % {"at": clock(errand.due_at)}
    words = {
        ErrandState.RECORDED: _("It goes to the cloud in a moment."),
        ErrandState.SENDING: _("It is being sent to the cloud."),
        ErrandState.IN_DOUBT: _("We are checking whether the cloud heard it."),
        ErrandState.DONE: _("The cloud has carried it out."),
        ErrandState.FAILED: _("The cloud did not take it."),
        ErrandState.WITHDRAWN: _("It was undone before it was sent."),
    }
    return words[ErrandState(errand.state)]


@register.filter
def verdict_word(decision: Decision) -> str:
    """What was decided, in a word or two."""
    return _("changes requested") if decision.asked else decision.get_verdict_display()


@register.filter
def verdict_shape(decision: Decision) -> str:
    if decision.state in IN_VAIN:
        return ERRAND_SHAPES[ErrandState(decision.state)]
    return "tick" if decision.verdict == Decision.Verdict.APPROVED else "crossed"


@register.filter
def verdict_tone(decision: Decision) -> str:
    """The state whose tone the decision wears: a rejection that was carried out is no success story."""
    if decision.state in IN_VAIN:
        return decision.state
    return ErrandState.DONE if decision.verdict == Decision.Verdict.APPROVED else OrderState.WITHDRAWN
