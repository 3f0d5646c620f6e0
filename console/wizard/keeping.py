"""The acts on templates: keep an order as one, rename it, throw it away."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from console.models import Template
from pools.models import Order, Team, User
from pools.rules import NotAllowed, require

LONGEST = 60  # characters of a name


class Unnamed(ValueError):
    """A template needs a name, of at most 60 characters."""


class NameTaken(Exception):
    """The team has a template of that name already."""


def keep(body: str, *, team: Team, by: User, name: str, made_from: Order | None = None) -> Template:
    """Keep the text of an order for the team. Raises `NotAllowed`, `Unnamed`, `NameTaken`."""
    require("pools.place_order", team, of=by)
    try:
        with transaction.atomic():
            return Template.objects.create(team=team, name=_named(name), body=body, made_from=made_from, made_by=by)
    except IntegrityError:
        raise NameTaken from None


def rename(template: Template, *, by: User, name: str) -> None:
    """Raises `NotAllowed`, `Unnamed`, `NameTaken`."""
    _require(template, by)
    try:
        with transaction.atomic():
            Template.objects.filter(pk=template.pk).update(name=_named(name))
    except IntegrityError:
        raise NameTaken from None


def discard(template: Template, *, by: User) -> None:
    """Drafts and orders that were begun with it stay. Raises `NotAllowed`."""
    _require(template, by)
    template.delete()


def _require(template: Template, by: User) -> None:
    if not template.may_be_changed_by(by):
        raise NotAllowed("template")


def _named(name: str) -> str:
    name = " ".join(name.split())
    # A database keeps no U+0000, and no list is read aloud with a name that cannot be seen.
    if not name or len(name) > LONGEST or not name.isprintable():
        raise Unnamed
    return name
