"""What every node is given: disks by group, and drivers, tags and a script."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any, Literal

from django.forms import BoundField
from django.utils.formats import date_format
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from console.wizard.assembly import BASE64, PLAIN
from console.wizard.fields import Choice, Choices, Number, Several, Switch, Text, Used, choices_of, help_for, options_of
from console.wizard.forms import StepForm
from console.wizard.offers import FlavorOffer
from console.wizard.rows import AT_PATH, CONTAINER, DATA, EPHEMERAL, PERSISTENT
from pools.wire.enums import StorageType, UpdateStrategy
from pools.wire.shape import limits_of
from pools.wire.shared import (
    DataVolumeItem,
    LvmConfig,
    PoolDriver,
    PoolResourceExtendParams,
    RootVolume,
    UserTag,
    VolumeExtendParams,
    VolumeGroupConfig,
)

USES: tuple[tuple[str, Any, Any], ...] = (
    (CONTAINER, _("Container disk"), _("images and writable layers of containers")),
    (DATA, _("Data disk"), _("mounted where the cloud mounts data disks")),
    (AT_PATH, _("Data disk at a path"), _("mounted where you say")),
    (PERSISTENT, _("Persistent local volumes"), _("storage that outlives a pod")),
    (EPHEMERAL, _("Ephemeral local volumes"), _("storage that ends with its pod")),
)


def use_of(group: str) -> tuple[str, Any, Any]:
    """The use that a group stands for, in words; an unknown group speaks for itself."""
    own = AT_PATH if group.startswith(AT_PATH) else group
    return next((use for use in USES if use[0] == own), (group, group or _("No use chosen"), ""))


def is_known(group: str) -> bool:
    """Whether the cloud knows what disks of this group are for (Table 15)."""
    return bool(re.fullmatch(limits_of(VolumeExtendParams, "volume_group")["pattern"], group))


@dataclass
class DiskGroup:
    """The disks of one group, and the settings of the group if it has any."""

    name: str
    use: tuple[str, Any, Any]
    id: str = ""
    settings: list[BoundField] = field(default_factory=list)
    disks: list[tuple[str, list[BoundField], list[tuple[str, Any]]]] = field(default_factory=list)
    beside: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def is_known(self) -> bool:
        return is_known(self.name)


@dataclass
class Panel:
    """One flavor, or all of them, with its fields in this step."""

    row: str
    title: str
    offer: FlavorOffer | None
    plain: list[BoundField]
    groups: list[DiskGroup] = field(default_factory=list)
    tags: list[tuple[str, BoundField, BoundField, list[tuple[str, Any]]]] = field(default_factory=list)


class PerFlavorForm(StepForm):
    """A step with one panel per flavor, or one for all while "the same for all" is ticked."""

    def build(self) -> None:
        rows = self.situation.rows
        if len(rows) > 1:
            self.fields["same"] = Switch(_("The same for all flavors"))
            self.initial["same"] = "on"
        for row in self.shown():
            self.build_row(row)

    def build_row(self, row: str) -> None:
        """Make the fields of one flavor."""

    @property
    def is_same(self) -> bool:
        return bool(self.value("same")) if self.is_bound else True

    def shown(self) -> list[str]:
        rows = self.situation.rows
        return rows[:1] if self.is_same else rows

    def title(self, row: str) -> str:
        rows = self.situation.rows
        if self.is_same and len(rows) > 1:
            return str(_("All %(n)s flavors")) % {"n": len(rows)}
        return self.situation.flavor(row)

    def some(self, row: str, *parts: str) -> list[BoundField]:
        return [self[f"{row}-{part}"] for part in parts if f"{row}-{part}" in self.fields]


class DisksForm(PerFlavorForm):
    step = "disks"
    uses = USES

    def build_row(self, row: str) -> None:
        types = choices_of(options_of(RootVolume, "volume_type"))
        default: Choices = [("", _("The flavor’s own disk")), *types]
        self.fields[f"{row}-root-type"] = Choice(_("System disk"), default, value=self.value(f"{row}-root-type"))
        self.fields[f"{row}-root-size"] = Number(RootVolume, "size", _("Size, GiB"), help_text=self._range(row, "root"))
        self.fields[f"{row}-container"] = Number(
            PoolResourceExtendParams,
            "docker_base_size",
            _("Container space, GiB"),
            help_text=_("At least 50; 0 means unlimited. Left empty, the cloud gives 50."),
        )
        for disk in self.typed.get(f"{row}-disk", []):
            name = f"{row}-{disk}"
            self.fields[f"{name}-type"] = Choice(_("Disk type"), types, value=self.value(f"{name}-type"))
            self.fields[f"{name}-size"] = Number(
                DataVolumeItem, "size", _("Size, GiB"), help_text=self._range(row, "data")
            )
            self.fields[f"{name}-count"] = Number(
                DataVolumeItem, "count", _("How many"), help_text="", attrs={"placeholder": "1"}
            )
            group = self.value(f"{name}-group")
            if not is_known(group):
                uses: Choices = [("", _("Choose a use")), *((use, word) for use, word, _line in USES if use != AT_PATH)]
                self.fields[f"{name}-group"] = Choice(_("Use"), uses, value=group)
        for group in self.typed.get(f"{row}-group", []):
            self._settings(row, f"{row}-{group}")

    def _settings(self, row: str, name: str) -> None:
        group = self.value(f"{name}-name")
        lv_types = choices_of(options_of(LvmConfig, "lv_type"))
        self.fields[f"{name}-lv"] = Choice(
            _("Disks are joined"), [("", _("as the cloud does by default")), *lv_types], value=self.value(f"{name}-lv")
        )
        if group.startswith(AT_PATH) or self.value(f"{name}-path"):
            self.fields[f"{name}-path"] = Text(
                LvmConfig,
                "path",
                _("Mount path"),
                help_text=_("Absolute, such as /data."),
                attrs={"placeholder": "/data"},
            )
        if group == CONTAINER or self.value(f"{name}-share"):
            self.fields[f"{name}-share"] = Number(
                VolumeGroupConfig,
                "docker_thin_pool",
                _("Share for containers, %"),
                help_text=_("1 to 100; left empty, the cloud chooses."),
            )
        offer = self.situation.offer(row)
        if (offer and offer.local_disk) or self.typed.get(f"{name}-types"):
            self.fields[f"{name}-types"] = Several(
                _("Made of"), choices_of(StorageType), values=self.typed.get(f"{name}-types", [])
            )

    def _range(self, row: str, part: Literal["root", "data"]) -> Any:
        """The flavor's own limits, in its own numbers, if it says any."""
        offer = self.situation.offer(row)
        limits = (offer.facts.root if part == "root" else offer.facts.data) if offer else None
        least, most = (limits and limits.gib) or (None, None)
        if least is not None and most is not None:
            return _("%(least)s to %(most)s for this flavor.") % {"least": least, "most": most}
        return ""

    def panels(self) -> list[Panel]:
        panels = []
        for row in self.shown():
            plain = self.some(row, "root-type", "root-size", "container")
            panels.append(Panel(row, self.title(row), self.situation.offer(row), plain, self._groups(row)))
        return panels

    def _groups(self, row: str) -> list[DiskGroup]:
        """The disks by group, groups in the order in which they first appear; settings without disks last."""
        groups: dict[str, DiskGroup] = {}
        for disk in self.typed.get(f"{row}-disk", []):
            name = self.value(f"{row}-{disk}-group")
            group = groups.setdefault(name, DiskGroup(name, use_of(name)))
            fields = self.some(row, *(f"{disk}-{part}" for part in ("type", "size", "count", "group")))
            group.disks.append((disk, fields, self.situation.kept_beside(f"{row}.{disk}")))
        for number, known in enumerate(self.typed.get(f"{row}-group", [])):
            name = self.value(f"{row}-{known}-name")
            group = groups.setdefault(name, DiskGroup(name, use_of(name)))
            if group.id:  # settings twice for one group: shown apart, for the judge to speak about
                group = groups.setdefault(f"{name} {number}", DiskGroup(name, use_of(name)))
            group.id, group.beside = known, self.situation.kept_beside(f"{row}.{known}")
            group.settings = self.some(row, *(f"{known}-{part}" for part in ("path", "share", "lv", "types")))
        return list(groups.values())


def _dated(version: str, since: str) -> str:
    """With the day it came, where the cloud tells one."""
    try:
        day = date.fromisoformat(since)
    except ValueError:
        return version
    return now("%(version)s, of %(day)s") % {"version": version, "day": date_format(day, "DATE_FORMAT")}


class DriversForm(PerFlavorForm):
    step = "drivers"

    def build(self) -> None:
        for kind, name in (("gpu", "GPU"), ("npu", "NPU")):
            if self.wants(kind):
                self._driver(kind, name)
        if self.wants("gpu") or self.wants("npu") or self.value("strategy"):
            self.fields["strategy"] = Choice(
                _("Later driver upgrades"),
                [("", _("as the cloud does by default")), *choices_of(UpdateStrategy)],
                value=self.value("strategy"),
                help_text=help_for(PoolDriver, "update_strategy"),
            )
        super().build()

    def wants(self, kind: str) -> bool:
        return self.situation.has(kind.upper()) or bool(self.value(kind) or self.value(f"{kind}_other"))

    def _driver(self, kind: str, name: str) -> None:
        known = self.situation.offers.drivers(kind)
        versions: Choices = [
            (version, Used(_dated(version, since), partial(self._pools_with, kind, version)))
            for version, since in known
        ]
        self.fields[kind] = Choice(
            _("%(kind)s driver") % {"kind": name},
            [("", _("Default, as the cloud recommends")), *versions],
            value=self.value(kind),
        )
        self.fields[f"{kind}_other"] = Text(
            PoolDriver,
            f"{kind}_version",
            _("Another %(kind)s driver version") % {"kind": name},
            help_text=_("Only if it is not in the list; it wins over the list."),
        )

    def _pools_with(self, kind: str, version: str) -> int:
        return self.situation.uses.drivers[kind].get(version, 0)

    def drivers(self) -> list[BoundField]:
        return [self[name] for name in ("gpu", "gpu_other", "npu", "npu_other", "strategy") if name in self.fields]

    def build_row(self, row: str) -> None:
        for tag in self.typed.get(f"{row}-tag", []):
            self.fields[f"{row}-{tag}-key"] = Text(UserTag, "key", _("Key"), help_text="")
            self.fields[f"{row}-{tag}-value"] = Text(UserTag, "value", _("Value"), help_text="")
        self.fields[f"{row}-script"] = Text(
            PoolResourceExtendParams,
            "post_install",
            _("Script after installation"),
            lines=6,
            help_text=_("Runs on every node once it is installed. Approvers read it; do not write secrets into it."),
            attrs={"class": "mono", "wrap": "off"},
        )
        forms: Choices = [
            (PLAIN, _("Plain text, encoded for the cloud by Poolhouse")),
            (BASE64, _("Base64 already, sent as it is")),
        ]
        self.fields[f"{row}-script-form"] = Choice(_("The script is"), forms, radio=True, otherwise=PLAIN)

    def panels(self) -> list[Panel]:
        panels = []
        for row in self.shown():
            tags = [
                (tag, self[f"{row}-{tag}-key"], self[f"{row}-{tag}-value"], self.situation.kept_beside(f"{row}.{tag}"))
                for tag in self.typed.get(f"{row}-tag", [])
            ]
            plain = self.some(row, "script", "script-form")
            panels.append(Panel(row, self.title(row), self.situation.offer(row), plain, tags=tags))
        return panels
