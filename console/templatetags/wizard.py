"""How the wizard shows one field: its kind decides the markup, its form knows the words that do not block."""

from __future__ import annotations

from django import forms, template
from django.forms import BoundField

from console.wizard.mending import Mend

register = template.Library()

_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "boxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "switch"),
)


@register.filter
def kind(field: BoundField) -> str:
    """ "boxes", "radios", "switch", or "control" for everything with one input."""
    return next((name for widget, name in _KINDS if isinstance(field.field.widget, widget)), "control")


@register.filter
def notes(field: BoundField) -> list[str]:
    """What is worth a second look about the field; the form keeps it by field name."""
    found: dict[str, list[str]] = getattr(field.form, "notes", {})
    return found.get(field.name, [])


@register.filter
def hints(field: BoundField) -> list[str]:
    """What becomes of what was typed; the form keeps it by field name."""
    found: dict[str, list[str]] = getattr(field.form, "hints", {})
    return found.get(field.name, [])


@register.filter
def counted_to(field: BoundField) -> str:
    """How many characters the control takes, where they are counted as one types; empty elsewhere."""
    return str(field.field.widget.attrs.get("data-counter", ""))


@register.filter
def mends(field: BoundField) -> list[Mend]:
    """What one press would put right about the field."""
    found: dict[str, list[Mend]] = getattr(field.form, "mends", {})
    return found.get(field.name, [])
