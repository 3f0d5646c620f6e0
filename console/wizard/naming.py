"""Fields as people know them: what a name such as `r1-d2-size` is called, and what its value reads as."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from console.wizard import networking, steps
from console.wizard.assembly import Typed, one
from console.wizard.forms import StepForm
from console.wizard.situation import Situation

# Lists of rows, which no field shows: what they are called.
_LISTS = {
    "disk": gettext_lazy("Data disks"),
    "group": gettext_lazy("Disk groups"),
    "tag": gettext_lazy("Tags"),
}
# What stands beside the step's own fields.
_NEW_NETWORK = {networking.NAME: gettext_lazy("Name of the network"), networking.RANGE: gettext_lazy("Address range")}


class Reading:
    """One step as one window has it, in the words of its page."""

    def __init__(self, step: str, typed: Typed, situation: Situation) -> None:
        self.typed = typed
        mine = Situation(
            situation.draft, situation.user, {**situation.steps, step: typed}, situation.kept, situation.offers
        )
        self.situation = mine
        self.form: StepForm = dict(steps.FORMS)[step](MultiValueDict(typed), situation=mine)

    def label(self, name: str) -> str:
        """The label of a field, with the flavor and the item it belongs to; empty for what nobody types."""
        if name == "row":
            return _("Flavors of the order")
        if name in _NEW_NETWORK:
            return str(_NEW_NETWORK[name])
        row, _sep, rest = name.partition("-")
        if rest in _LISTS:
            return self._under(row, str(_LISTS[rest]))
        field = self.form.fields.get(name)
        if field is None or isinstance(field.widget, forms.HiddenInput):
            return ""
        if not rest:
            return str(field.label)
        item, _sep, _part = rest.rpartition("-")
        return self._under(row, *filter(None, (self._item(row, item), str(field.label))))

    def _under(self, row: str, *parts: str) -> str:
        return " › ".join(filter(None, (self.situation.flavor(row), *parts)))

    def _item(self, row: str, item: str) -> str:
        """ "disk 2", "tag 1", or the name of a disk group; a zone is named by the field itself."""
        kinds = {"d": ("disk", _("disk %(n)s")), "t": ("tag", _("tag %(n)s"))}
        if item[:1] in kinds and item[1:].isdecimal():
            kind, words = kinds[item[0]]
            ids = self.typed.get(f"{row}-{kind}", [])
            return words % {"n": ids.index(item) + 1 if item in ids else "?"}
        return one(self.typed, f"{row}-{item}-name") if item[:1] == "g" else ""

    def value(self, name: str) -> str:
        """What was typed or chosen, as the page says it."""
        values = [value for value in self.typed.get(name, []) if value]
        row, _sep, rest = name.partition("-")
        if name == "row":
            return _(", ").join(self.situation.flavor(row) for row in values)
        if rest in {"disk", "tag"}:
            return str(len(values)) if values else ""
        if rest == "group":
            return _(", ").join(one(self.typed, f"{row}-{group}-name") for group in values)
        widget = getattr(self.form.fields.get(name), "widget", None)
        if isinstance(widget, forms.CheckboxInput):
            return _("on") if values else _("off")
        words = dict(_flat(getattr(widget, "choices", ())))
        return _(", ").join(words.get(value, value) for value in values) or words.get("", "")


def _flat(choices: Iterable[Any]) -> list[tuple[str, str]]:
    return [(str(value), str(label)) for value, label in choices]
