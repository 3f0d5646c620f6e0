"""The design page: all that pages are made of, in every state, for those who build the face and judge it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from console.describing import Nodes
from console.differing import Group, Line, Told
from console.prices import Cost, Money
from console.shell import SignedIn
from console.templatetags.console import GONE, STATE_SHAPES, STATE_WORDS
from console.viewing import View
from pools.dialects.saying import TITLES, Form, Rendering
from pools.estimates import Band
from pools.states import OrderState
from pools.wire.enums import Phase

COLOURS = {
    "Ground": ("canvas", "surface", "raised", "sunken", "hover"),
    "Ink": ("ink", "ink-2", "ink-3"),
    "Lines": ("line", "line-2", "line-control"),
    "Accent": ("accent", "accent-strong", "accent-soft"),
    "Tones": ("info", "positive", "warning", "negative", "neutral"),
    "Soft tones": ("info-soft", "positive-soft", "warning-soft", "negative-soft", "neutral-soft"),
}
TYPE = {"2xl": "Page", "xl": "Figure", "l": "Section", "m": "Body", "s": "Detail", "xs": "Label"}
SPACE = ("s1", "s2", "s3", "s4", "s5", "s6", "s8", "s10", "s12", "s16")
TONES = ("info", "positive", "warning", "negative", "neutral")
SHAPES = (
    *("hourglass", "ring", "disc", "triangle", "octagon", "minus", "crossed"),
    *("question", "dashed", "half", "pause", "tick"),
)
CODE = """{
  "kind": "Pool",
  "spec": { "resources": [{ "flavor": "modelarts.vm.cpu.8ud", "count": 8 }] }
}"""


class SampleForm(forms.Form):
    """A field in each of its states; sent half filled, so that some are wrong."""

    plain = forms.CharField(label="Name", initial="vision-train-02", required=False)
    help = forms.CharField(label="With help", help_text="Help stands above the control.", required=False)
    wrong = forms.CharField(label="With an error", error_messages={"required": "Start with a lowercase letter."})
    chosen = forms.ChoiceField(label="One of a few", choices=[("a", "Train"), ("b", "Infer")], required=False)
    long = forms.CharField(label="Text", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    fixed = forms.CharField(label="Not to be changed", initial="cn-north-4", disabled=True, required=False)

    def clean_long(self) -> str:
        raise forms.ValidationError("Say in a sentence what it is for.")


class Chip(NamedTuple):
    word: str
    query: str = ""


@dataclass(frozen=True)
class Tab:
    word: str
    is_current: bool = False
    count: int | None = None
    url: str = "#tabs"


class Item(NamedTuple):
    word: str
    icon: str
    url: str = ""
    opens: str = ""
    danger: bool = False
    why_not: str = ""


class Event(NamedTuple):
    kind: str
    value: str
    shape: str
    what: str
    at: Any
    by: str = ""
    note: str = ""


class _StaffOnly(PermissionDenied):
    takes_staff = True  # see `console.entrance.refused`


@require_safe
def design(request: SignedIn) -> HttpResponse:
    """Staff alone: nothing of it is secret, and nothing of it is for anybody's work."""
    if not request.user.is_staff:
        raise _StaffOnly(_("The design page is for staff of this console."))
    return render(request, "design/design.html", _foundations() | _samples())


def _foundations() -> dict[str, object]:
    return {"colours": COLOURS, "type": TYPE, "space": SPACE, "tones": TONES, "shapes": SHAPES}


def _samples() -> dict[str, object]:
    now = timezone.now()
    return {
        "now": now,
        "phases": [*Phase, "Unheard-of"],
        "gone": GONE,
        "states": [(state.value, STATE_WORDS[state], STATE_SHAPES[state]) for state in OrderState],
        "form": SampleForm({"plain": "vision-train-02", "chosen": "b", "long": "x"}),
        "blank": SampleForm(),
        "bars": [
            [("positive", "available", 6), ("info", "creating", 1), ("warning", "abnormal", 1)],
            [("positive", "in use", 21), ("info", "pending", 4), ("neutral", "this order", 8), ("free", "free", 7)],
        ],
        "few_nodes": Nodes(wanted=8, available=6, abnormal=1),
        "all_nodes": Nodes(wanted=8, available=8),
        "pairs": [("Workspace", "0"), ("Network", "network-21e1"), ("Billing", "Pay-per-use"), ("Lease", "")],
        "chips": [Chip("Status: Running"), Chip("Ordered by: mia")],
        "tabs": [Tab("Overview", is_current=True), Tab("Nodes", count=8), Tab("Events"), Tab("Configuration")],
        "items": [
            Item("Open", "arrow-top-right-on-square", url="#menu"),
            Item("Copy as a new order", "document-duplicate", url="#menu"),
            Item("Resize", "arrows-pointing-out", why_not="Resize is possible in Running."),
            Item("Delete…", "trash", opens="sample-dialog", danger=True),
        ],
        "events": [
            Event("state", "placed", "dashed", "Placed", now - timedelta(minutes=31), by="mia"),
            Event("phase", "Waiting", "hourglass", "Waiting", now - timedelta(minutes=30), note="CS2311 is unpaid."),
            Event("phase", "Running", "disc", "Running", now - timedelta(minutes=2)),
        ],
        "order": {"pk": 1},
        "takes": Band(usually=1080, at_most=1680),
        "cost": Cost(Money(Decimal("41.5"), "CNY"), "hour", now),
        "told": Told(
            groups=[
                Group(
                    title="Nodes",
                    lines=[
                        Line(sign="+", text="8 × modelarts.vm.cpu.8ud in az2", path="$.spec.resources[0]"),
                        Line(sign="−", text="2 × modelarts.vm.gpu.v100.x1", path="$.spec.resources[1]"),
                        Line(sign="→", text="System disk: 100 GiB → 500 GiB", path="$.spec", before=CODE, after=CODE),
                    ],
                )
            ],
            left_out=2,
        ),
        "head": ("Day", "Pools", "Median time"),
        "rows": [("Monday", 4, "18 min"), ("Tuesday", 7, "22 min")],
        "code": CODE,
        "views": [
            View(Rendering(form, TITLES[form], CODE, f"pool.{form}"), url="#view-title")
            for form in (Form.JSON, Form.CURL)
        ],
    }
