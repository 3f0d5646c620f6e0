"""Form fields made from the fields of `pools.wire`: choices, limits and help stand there once.

Nothing is required and nothing is judged here: a draft may be incomplete, and what was typed is judged as a document.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from typing import Any, Union, get_args, get_origin

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pools.dockets import LONGEST
from pools.wire.enums import Option
from pools.wire.shape import Shape, help_of, limits_of

Choices = list[tuple[str, Any]]


def options_of(shape: type[Shape], name: str) -> type[Option]:
    """The options list behind a wire field such as `VolumeType | None` or `list[JobType] | None`."""

    def dig(annotation: Any) -> type[Option] | None:
        if isinstance(annotation, type) and issubclass(annotation, Option):
            return annotation
        inner = get_args(annotation) if get_origin(annotation) in {list, Union, types.UnionType} else ()
        return next((found for found in map(dig, inner) if found), None)

    found = dig(shape.model_fields[name].annotation)
    if found is None:
        raise LookupError(f"{shape.__name__}.{name} has no options list")
    return found


def choices_of(options: Iterable[Option]) -> Choices:
    """Each word of the wire beside its meaning, so that it can be searched; numbers mean nothing by themselves."""
    return [
        (
            str(option),
            _(option.meaning) if option.isdecimal() else format_lazy("{} · {}", str(option), _(option.meaning)),
        )
        for option in options
    ]


def with_word(choices: Choices, value: str) -> Choices:
    """The choices and, if it is none of them, the value that came with a document: it must not vanish from a list."""
    if not value or value in {str(known) for known, _label in choices}:
        return choices
    return [*choices, (value, _("%(value)s (as it came)") % {"value": value})]


class Used:
    """A choice in words, with how many pools use it: counted when it is shown, for a save shows none."""

    def __init__(self, words: str, count: Callable[[], int]) -> None:
        self.words, self.count = words, count

    def __str__(self) -> str:
        number = self.count()
        uses = ngettext("%(n)s pool uses it", "%(n)s pools use it", number) % {"n": number}
        return f"{self.words} · {uses}" if number else self.words


def help_for(shape: type[Shape], name: str) -> Any:
    text = help_of(shape, name)
    return _(text) if text else ""


class Text(forms.CharField):
    """One line, or several with `lines`; kept as typed."""

    def __init__(self, shape: type[Shape], name: str, label: Any, **options: Any) -> None:
        limits = limits_of(shape, name)
        lines, attrs = options.pop("lines", 0), options.pop("attrs", {})
        if limits.get("maxLength"):
            attrs |= {"data-counter": limits["maxLength"]}
        widget = forms.Textarea if lines else forms.TextInput
        super().__init__(
            required=False,
            strip=False,
            label=label,
            help_text=options.pop("help_text", help_for(shape, name)),
            widget=widget(
                attrs={"spellcheck": "false", "autocomplete": "off", **({"rows": lines} if lines else {}), **attrs}
            ),
            **options,
        )


class Ours(forms.CharField):
    """One line that is kept with the order and never sent; with `kind` "date", a day as YYYY-MM-DD."""

    def __init__(self, part: str, label: Any, *, kind: str = "text", help_text: Any = "") -> None:
        attrs = {"autocomplete": "off", "spellcheck": "false", "type": kind}
        if part in LONGEST:
            attrs |= {"data-counter": str(LONGEST[part])}
        super().__init__(required=False, label=label, help_text=help_text, widget=forms.TextInput(attrs=attrs))


class Number(forms.CharField):
    """A whole number, typed: a text until the judge reads it, so that a slip is shown again as it was typed."""

    def __init__(self, shape: type[Shape] | None, name: str, label: Any, **options: Any) -> None:
        limits = limits_of(shape, name) if shape else {}
        attrs = {"inputmode": "numeric", "autocomplete": "off", "size": 6} | options.pop("attrs", {})
        help_text = options.pop("help_text", help_for(shape, name) if shape else "")
        super().__init__(
            required=False, label=label, help_text=help_text, widget=forms.TextInput(attrs=attrs), **options
        )
        self.least = limits.get("minimum")


class Choice(forms.CharField):
    """One of some choices; a value outside them is shown beside them, for the judge to speak about.

    `otherwise` is what an answer that was not given counts as: it shows as chosen.
    """

    def __init__(
        self, label: Any, choices: Choices, *, value: str = "", help_text: Any = "", radio: bool = False,
        otherwise: str = "",
    ) -> None:  # fmt: skip
        widget = forms.RadioSelect if radio else forms.Select
        self.otherwise = otherwise
        super().__init__(
            required=False, label=label, help_text=help_text, widget=widget(choices=with_word(choices, value))
        )

    def bound_data(self, data: Any, initial: Any) -> Any:
        return super().bound_data(data, initial) or self.otherwise


class Several(forms.MultipleChoiceField):
    """Any of some choices, shown as boxes; values outside them are shown beside them."""

    def __init__(self, label: Any, choices: Choices, *, values: Iterable[str] = (), help_text: Any = "") -> None:
        for value in values:
            choices = with_word(choices, value)
        super().__init__(
            required=False, label=label, help_text=help_text, choices=choices, widget=forms.CheckboxSelectMultiple
        )


class Switch(forms.CharField):
    """On or not said."""

    def __init__(self, label: Any, help_text: Any = "") -> None:
        super().__init__(required=False, label=label, help_text=help_text, widget=forms.CheckboxInput)


def hidden() -> forms.CharField:
    return forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
