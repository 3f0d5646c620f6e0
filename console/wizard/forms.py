"""The forms of the steps that have a fixed set of fields: labels, workload and billing; and what all steps share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from console.wizard.assembly import MONTHLY, NO, Typed, one
from console.wizard.fields import Choice, Choices, Ours, Several, Switch, Text, Used, choices_of, help_for, with_word
from console.wizard.mending import Mend
from console.wizard.rows import UNDO
from console.wizard.situation import Situation
from pools.checking import network_id
from pools.wire.creation import (
    PoolAnnotationsCreation,
    PoolContainerNetwork,
    PoolLabelsCreation,
    PoolSpecCreation,
)
from pools.wire.enums import JobType, NetworkPhase, PeriodType, Sharing
from pools.wire.extras import Annotation
from pools.wire.shared import PoolNetwork


class StepForm(forms.Form):
    """One step. Its fields are made for what is typed and on offer.

    By field: `notes` are words that do not block, `hints` what is good to know, `mends` what one press would put right.
    """

    step: ClassVar[str]
    advanced: ClassVar[tuple[str, ...]] = ()
    template_name = ""

    def __init__(
        self,
        data: MultiValueDict[str, str] | None = None,
        *,
        situation: Situation,
        initial: Mapping[str, Any] | None = None,
        **_formtools: Any,
    ) -> None:
        super().__init__(data, initial=dict(initial or {}), auto_id="id_%s")
        self.situation = situation
        self.notes: dict[str, list[str]] = {}
        self.hints: dict[str, list[str]] = {}
        self.mends: dict[str, list[Mend]] = {}
        self.typed: Typed = {name: [str(value) for value in values] for name, values in data.lists()} if data else {}
        self.build()

    def build(self) -> None:
        """Make the fields."""

    def value(self, name: str) -> str:
        return one(self.typed, name)

    @property
    def undo(self) -> str:
        """What was removed last, in words, if it can come back."""
        for name, ids in self.typed.items():
            of = name.removeprefix(UNDO)
            gone = [item for item in ids if item not in self.typed.get(of, [])] if of != name else []
            if gone and of == "row":
                return now("%(flavor)s was removed.") % {"flavor": self.value(f"{gone[0]}-flavor")}
            if gone:
                return now("The tag was removed.") if of.endswith("-tag") else now("The disks were removed.")
        return ""

    def plain(self) -> list[BoundField]:
        return [field for field in self if field.name not in self.advanced and not field.is_hidden]

    def beneath(self) -> list[BoundField]:
        """Fields that most orders leave alone."""
        return [self[name] for name in self.advanced if name in self.fields]

    @property
    def is_advanced_open(self) -> bool:
        """Shown open where something in it is filled or wrong: nothing that is sent hides."""
        return any(self.value(name) or name in self.errors or name in self.notes for name in self.advanced)


class LabelsForm(StepForm):
    step = "labels"
    advanced = ("scheduler_extension",)

    def build(self) -> None:
        owners = self.situation.owners
        if len(owners) > 1:
            draft = self.situation.draft
            pairs: Choices = [(key, f"{team} · {project}") for key, (team, project) in owners.items()]
            here = f"{draft.team_id}:{draft.project_id}"
            self.fields["owner"] = Choice(
                _("Team and project"),
                with_word(pairs, here) if here not in owners else pairs,
                help_text=_("The order belongs to the team; the pool is made in the project."),
            )
            self.initial["owner"] = here
        example = f"{self.situation.draft.team.slug[:16]}-train-01"
        name_help = help_for(PoolLabelsCreation, "name")
        self.fields["name"] = Text(
            PoolLabelsCreation, "name", _("Name"), help_text=name_help, attrs={"placeholder": example}
        )
        self.fields["description"] = Text(
            PoolAnnotationsCreation,
            "description",
            _("Description"),
            lines=3,
            help_text=_("What is it for? The people who approve it read this."),
            attrs={"spellcheck": "true"},
        )
        self._whose()
        self._workspace()
        self.fields["sharing"] = Choice(
            _("Sharing"),
            [("", _("Not shared, as the cloud does by default")), (str(Sharing.SHARED), _(Sharing.SHARED.meaning))],
            value=self.value("sharing"),
            help_text=help_for(PoolLabelsCreation, "sharing"),
            radio=True,
        )
        self.fields["node_prefix"] = Text(
            PoolLabelsCreation,
            "node_prefix",
            _("Node name prefix"),
            help_text=_("Helps you find its nodes in logs: the names of all nodes begin with it."),
        )
        self.fields["scheduler_extension"] = Text(
            PoolAnnotationsCreation, "scheduler_extension", _("Priority of others’ jobs")
        )

    def _whose(self) -> None:
        team = self.situation.draft.team
        self.initial.update(contact=team.contact, cost_centre=team.cost_centre)
        self.fields["contact"] = Ours("contact", _("Contact"), help_text=_("Whom to ask about the pool. Never sent."))
        self.fields["cost_centre"] = Ours("cost_centre", _("Cost centre"), help_text=_("For your books. Never sent."))

    def _workspace(self) -> None:
        known = self.situation.offers.workspaces
        text = help_for(PoolLabelsCreation, "workspace_id")
        if known:
            choices: Choices = [
                ("", _("The default workspace (0)")),
                *((key, f"{name} ({key})") for key, name in known),
            ]
            choices = [pair for pair in choices if pair[0] != "0" or self.value("workspace") == "0"]
            if len(choices) == 1 and not self.value("workspace"):
                return  # where there is one workspace there is nothing to choose
            self.fields["workspace"] = Choice(_("Workspace"), choices, value=self.value("workspace"), help_text=text)
        else:
            self.fields["workspace"] = Text(PoolLabelsCreation, "workspace_id", _("Workspace"), help_text=text)


class WorkloadForm(StepForm):
    step = "workload"
    advanced = ("container_cidr", "service_cidr", "cluster_flavor", "masters", "parent")

    def build(self) -> None:
        offers = self.situation.offers
        self.initial.setdefault("scope", [str(JobType.TRAIN)])
        self.fields["scope"] = Several(
            _("Job types"),
            choices_of(JobType),
            values=self.typed.get("scope", []),
            help_text=_("Choose only what you need: each type installs components that use part of the pool."),
        )
        self.fields["network"] = self._network()
        self.fields["ipv6"] = Switch(_("IPv6"), help_for(PoolSpecCreation, "ipv6_enable"))
        self.fields["container_cidr"] = Text(
            PoolContainerNetwork, "cidr", _("Container address range"), attrs={"placeholder": _("chosen by the cloud")}
        )
        self.fields["service_cidr"] = Text(
            PoolSpecCreation,
            "kubernetes_svc_ip_range",
            _("Service address range"),
            help_text=_("Address range of services; 10.247.0.0/16 is usual."),
            attrs={"placeholder": _("chosen by the cloud")},
        )
        self.fields["cluster_flavor"] = self._cluster_flavor()
        self.fields["masters"] = Several(
            _("Zones of the control plane"),
            [(az, az) for az in offers.zones],
            values=self.typed.get("masters", []),
            help_text=_("Choose none and the cloud places it. Three zones survive the loss of one."),
        )
        self.fields["parent"] = Text(PoolSpecCreation, "parent", _("Parent pool"))

    def _network(self) -> forms.Field:
        offers = self.situation.offers.networks
        text = _("Pools on one network can talk to each other.")
        if not offers and not self.situation.founding:
            return Text(PoolNetwork, "name", _("Network"), help_text=help_for(PoolNetwork, "name"))
        choices: Choices = [("", _("Choose a network"))] if len(offers) != 1 else []
        for offer in offers:
            phase = _("ready") if offer.phase == NetworkPhase.ACTIVE else offer.phase or _("phase not known")
            told = " · ".join(str(part) for part in (offer.title, offer.cidr, phase) if part)
            choices.append((offer.name, Used(told, partial(self._pools_on, offer.name))))
        asked = self.situation.founding
        if asked and asked.is_under_way:
            choices.append((network_id(asked), f"{asked.name} · {asked.cidr} · {now('being made')}"))
        return Choice(_("Network"), choices, value=self.value("network"), help_text=text)

    def _pools_on(self, network: str) -> int:
        return self.situation.uses.networks.get(network, 0)

    def _cluster_flavor(self) -> forms.Field:
        text, known = _("Largest number of nodes. Can grow later, never shrink."), self.situation.offers.cluster_flavors
        if not known:
            return Text(PoolSpecCreation, "cluster_flavor", _("Cluster size"), help_text=text)
        choices: Choices = [("", _("Default")), *known]
        return Choice(_("Cluster size"), choices, value=self.value("cluster_flavor"), help_text=text)


class BillingForm(StepForm):
    step = "billing"
    advanced = ("order_id",)

    def build(self) -> None:
        self.fields["mode"] = Choice(
            _("Billing mode"),
            [
                (self._unsaid("mode"), _("Pay-per-use, as the cloud does by default")),
                (MONTHLY, _("Monthly or yearly, paid in advance")),
            ],
            value=self.value("mode"),
            help_text=self._not_in_advance(),
            radio=True,
        )
        self.fields["period_num"] = Text(
            PoolAnnotationsCreation,
            "billing_mode",
            _("Number of periods"),
            help_text=_(Annotation.PERIOD_NUM.meaning),
            attrs={"inputmode": "numeric", "size": 4},
        )
        self.fields["period_type"] = Choice(
            _("Period"), [("", _("Choose a period")), *choices_of(PeriodType)], value=self.value("period_type")
        )
        self.fields["auto_renew"] = Choice(
            _("Renew automatically"),
            [
                (self._unsaid("auto_renew"), _("Off: it ends with its period")),
                ("1", _("On: renewed when the period ends")),
            ],
            value=self.value("auto_renew"),
            radio=True,
        )
        self.fields["auto_pay"] = Choice(
            _("Pay automatically"),
            [
                (
                    self._unsaid("auto_pay"),
                    _("Off: the order stays Waiting until it is approved here or paid in the cloud"),
                ),
                ("1", _("On: paid at once, with no approval in between")),
            ],
            value=self.value("auto_pay"),
            help_text=self._not_by_itself(),
            radio=True,
        )
        self.fields["order_id"] = Text(PoolAnnotationsCreation, "order_id", _("Existing billing order"))
        self.fields["needed_by"] = Ours(
            "needed_by",
            _("Needed by"),
            kind="date",
            help_text=_("The last day on which it is of use. Whoever decides sees it."),
        )
        self.fields["ticket"] = Ours(
            "ticket", _("Ticket"), help_text=_("Where it was asked for: an address, or a number.")
        )

    def _unsaid(self, name: str) -> str:
        """What the first of its choices sends: nothing, or the zero that came with a document and says the same."""
        return NO if self.value(name) == NO else ""

    def _not_in_advance(self) -> str:
        """Which flavors of the order are not sold by the month or year, if any."""
        offers = [offer for offer in map(self.situation.offer, self.situation.rows) if offer]
        names = [
            offer.name for offer in offers if offer.facts.billing_modes and MONTHLY not in offer.facts.billing_modes
        ]
        return now("Only pay-per-use: %(flavors)s.") % {"flavors": now(", ").join(names)} if names else ""

    def _not_by_itself(self) -> str:
        """That the team does not want it, before it is chosen."""
        team = self.situation.draft.team
        words = now("%(team)s lets no order pay itself: its admins approve each.")
        return "" if team.orders_may_pay_themselves else words % {"team": team}

    @property
    def is_prepaid(self) -> bool:
        return self.value("mode") == MONTHLY

    def why(self) -> Iterable[BoundField]:
        return [self[name] for name in ("needed_by", "ticket")]

    def period(self) -> Iterable[BoundField]:
        return [self[name] for name in ("period_num", "period_type", "auto_renew", "auto_pay")]


class ReviewForm(StepForm):
    """Nothing is typed at Review; placing is a POST of its own."""

    step = "review"
