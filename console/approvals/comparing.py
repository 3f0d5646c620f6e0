"""What an order is held against: what it was started from, the last of its name, what the cloud made of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from console import differing, origins
from console.models import Draft
from pools import queries
from pools.models import Order
from pools.wire import reading
from pools.wire.differing import differences


@dataclass(frozen=True, kw_only=True)
class Base:
    """`word` is for the switch, `title` for the sentence; `asked_only` where the document is an answer of the cloud."""

    key: str
    word: str
    title: str
    document: Any
    address: str = ""
    asked_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Compared:
    """An order against one of its bases."""

    bases: list[Base]
    base: Base
    told: differing.Told

    @property
    def base_as_json(self) -> str:
        return json.dumps(self.base.document, indent=2, ensure_ascii=False)


def compare(order: Order, bases: list[Base], against: str) -> Compared | None:
    """The order against the base of that key, else against the first there is; None where there is none."""
    if not bases:
        return None
    base = next((base for base in bases if base.key == against), bases[0])
    return Compared(bases=bases, base=base, told=_told(order, base))


def stood_before(compared: Compared | None) -> Any:
    """The document that the order is instead of, or like; None for the cloud's answer, before which there was none."""
    return None if compared is None or compared.base.asked_only else compared.base.document


def _told(order: Order, base: Base) -> differing.Told:
    asked = _parsed(order)
    before, after = (asked, base.document) if base.asked_only else (base.document, asked)
    return differing.in_words(differences(before, after, asked_only=base.asked_only))


def bases_of(order: Order) -> list[Base]:
    return [base for base in (_origin(order), _previous(order), _heard(order)) if base]


def _origin(order: Order) -> Base | None:
    """What the draft was started from, as that was then."""
    origin = origins.of(Draft.objects.filter(pk=order.draft).values_list("origin", flat=True).first() or {})
    return Base(key="origin", word=origin.word, title=origin.title, document=origin.document) if origin else None


def _previous(order: Order) -> Base | None:
    previous = queries.previous_order(order)
    if previous is None:
        return None
    said = {"order": f"#{previous.pk}", "who": previous.placed_by}
    return Base(
        key="previous",
        word=_("Previous order"),
        title=_("Against order %(order)s by %(who)s, the last one of this name") % said,
        document=_parsed(previous),
        address=reverse("order", args=[previous.pk]),
    )


def _heard(order: Order) -> Base | None:
    document = order.pool.document
    if not document:
        return None
    return Base(
        key="cloud",
        word=_("The cloud's answer"),
        title=_("What the cloud made of it, against what was ordered"),
        document=document,
        address=reverse("pool", args=[order.pool.pk]),
        asked_only=True,
    )


def _parsed(order: Order) -> Any:
    try:
        return reading.parse_json(order.body)
    except reading.NotJson:
        return {}
