"""People, the teams they order for, and their role in each."""

from __future__ import annotations

from typing import Any

import rules
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from pools import dockets


class User(AbstractUser):
    """A person who signs in, and how they like their pages; an empty preference leaves it to browser and console."""

    class Density(models.TextChoices):
        COMFORTABLE = "comfortable", _("comfortable")
        COMPACT = "compact", _("compact")

    language = models.CharField(_("language"), max_length=16, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    density = models.CharField(_("density"), max_length=12, choices=Density.choices, default=Density.COMFORTABLE)
    single_keys = models.BooleanField(
        _("single-letter keys"),
        default=True,
        help_text=_("Letters typed outside of fields go to pages and open dialogs."),
    )

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether the user may do `perm` to `obj`. For what `pools.rules` names, being a superuser counts nothing."""
        if rules.perm_exists(perm):
            return bool(rules.has_perm(perm, self, obj))
        return super().has_perm(perm, obj)


class Team(models.Model):
    """People who order together; every order and every claimed pool belongs to one."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address"), max_length=60, unique=True)
    four_eyes = models.BooleanField(
        _("four eyes"), default=True, help_text=_("Nobody approves or rejects an order they placed themselves.")
    )
    orders_may_pay_themselves = models.BooleanField(
        _("orders may pay themselves"),
        default=False,
        help_text=_("An order with “pay automatically” is paid at once, and no admin is asked."),
    )
    contact = models.CharField(
        _("contact"),
        max_length=dockets.LONGEST["contact"],
        blank=True,
        help_text=_("Whom to ask about its pools. Orders of the team begin with it, and with the next two."),
    )
    cost_centre = models.CharField(_("cost centre"), max_length=dockets.LONGEST["cost_centre"], blank=True)
    tags: models.JSONField[Any, Any] = models.JSONField(
        _("tags"), default=list, blank=True, help_text=_("Key and value of each tag that its flavors begin with.")
    )
    members = models.ManyToManyField(User, through="Membership", related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person's role in one team."""

    class Role(models.TextChoices):
        MEMBER = "member", _("member")
        ADMIN = "admin", _("admin")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["user__username"]
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="one_membership_per_person_and_team")]

    def __str__(self) -> str:
        return f"{self.user} · {self.team} ({self.role})"
