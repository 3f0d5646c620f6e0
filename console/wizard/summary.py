"""The order in words: the panel beside every step, the sentence of Review, and its questions and answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from console.wizard import docketing
from console.wizard.assembly import MONTHLY, decode
from console.wizard.node_forms import use_of
from console.wizard.situation import Situation, leaves
from pools.dockets import Docket
from pools.wire.enums import JobType, LvType, PeriodType, Sharing, UpdateStrategy, VolumeType
from pools.wire.extras import Annotation, is_yes
from pools.wire.numbers import whole

LABEL = "os.modelarts/"


@dataclass(frozen=True)
class FlavorLine:
    """Nodes of one flavor, where they are placed, and the GiB of disks that one of them has beyond the flavor's own."""

    nodes: str
    flavor: str
    accelerator: str
    zones: str
    disk_gib: int | None


class Answer(NamedTuple):
    question: str
    answer: str


class Summary:
    """What the document asks for. Reads it leniently: half of it may still be missing or wrong."""

    def __init__(self, situation: Situation, document: Mapping[str, Any]) -> None:
        self.situation, self.draft = situation, situation.draft
        self.labels: Mapping[str, Any] = document["metadata"].get("labels", {})
        self.annotations: Mapping[str, Any] = document["metadata"].get("annotations", {})
        self.spec: Mapping[str, Any] = document["spec"]
        self.resources = [one for one in self.spec.get("resources", []) if isinstance(one, dict)]

    @property
    def docket(self) -> Docket:
        return docketing.docket_of(self.situation.steps)

    @property
    def name(self) -> str:
        return str(self.labels.get(f"{LABEL}name", ""))

    @property
    def workspace(self) -> str:
        return str(self.labels.get(f"{LABEL}workspace.id", ""))

    @property
    def lines(self) -> list[FlavorLine]:
        return [self._line(resource) for resource in self.resources]

    def _line(self, resource: Mapping[str, Any]) -> FlavorLine:
        flavor = str(resource.get("flavor", ""))
        offer = self.situation.offers.flavors.get(flavor)
        zones = [f"{zone.get('az')}: {zone.get('count')}" for zone in resource.get("azs", []) if isinstance(zone, dict)]
        return FlavorLine(
            nodes=str(resource.get("count", "")),
            flavor=flavor,
            accelerator=offer.accelerator if offer else "",
            zones=_(", ").join(zones) or _("zones chosen by the cloud"),
            disk_gib=_disk_gib(resource),
        )

    @property
    def nodes(self) -> int | None:
        counts = [count for one in self.resources if isinstance(count := one.get("count"), int)]
        return sum(counts) if counts and len(counts) == len(self.resources) else None

    @property
    def accelerators(self) -> str:
        """All accelerators over all nodes, "64 NPU"; empty while a number or a flavor is not known."""
        totals: dict[str, int] = {}
        for resource in self.resources:
            count, offer = resource.get("count"), self.situation.offers.flavors.get(str(resource.get("flavor", "")))
            if offer is None or not isinstance(count, int):
                return ""
            if offer.cards:
                totals[offer.kind] = totals.get(offer.kind, 0) + offer.cards * count
        return _(", ").join(f"{total:,} {kind}" for kind, total in totals.items())

    @property
    def disks(self) -> str:
        """All disks that the order adds, over all nodes."""
        total = 0
        for resource in self.resources:
            gib, count = _disk_gib(resource), resource.get("count")
            if gib is None or not isinstance(count, int):
                return ""
            total += gib * count
        return capacity(total) if total else ""

    @property
    def scopes(self) -> str:
        scopes = self.spec.get("scope", [])
        return _(", ").join(map(str, scopes)) if isinstance(scopes, list) else str(scopes)

    @property
    def billing(self) -> str:
        if self.annotations.get(f"{LABEL}billing.mode") != MONTHLY:
            return _("Pay-per-use")
        text, kind = self._period()
        number = whole(text)
        if number is None or kind not in list(PeriodType):
            return _("Paid in advance")
        if kind == PeriodType.MONTH:
            return ngettext("%(n)s month in advance", "%(n)s months in advance", number) % {"n": number}
        return ngettext("%(n)s year in advance", "%(n)s years in advance", number) % {"n": number}

    def _period(self) -> tuple[str, str]:
        note = self.annotations
        return str(note.get(f"{LABEL}period.num", "")), str(note.get(f"{LABEL}period.type", ""))

    @property
    def pays_by_itself(self) -> bool:
        return is_yes(self.annotations.get(Annotation.AUTO_PAY))

    def sentence(self, who: str) -> str:
        """ "Lena asks for 8 nodes of modelarts.… to run Train, pay-per-use." """
        parts = [
            ngettext("%(n)s node of %(flavor)s", "%(n)s nodes of %(flavor)s", _many(line.nodes))
            % {"n": line.nodes or "?", "flavor": line.flavor or "?"}
            for line in self.lines
        ]
        what = (
            _(" and ").join(filter(None, [_(", ").join(parts[:-1]), parts[-1]]))
            if parts
            else _("a pool with no nodes yet")
        )
        purpose = _(" to run %(scopes)s") % {"scopes": self.scopes} if self.scopes else ""
        words = {"who": who, "what": what, "purpose": purpose, "team": self.draft.team, "billing": self.billing.lower()}
        return _("%(who)s asks for %(what)s%(purpose)s, for the team %(team)s, %(billing)s.") % words

    def answers(self) -> list[tuple[str, list[Answer]]]:
        """Questions and answers by step; what was left to the cloud is said where it matters and left out elsewhere."""
        by_step = {
            "labels": self._labels(),
            "workload": self._workload(),
            "flavors": [Answer(line.flavor, self._count(resource)) for line, resource in self._pairs()],
            "zones": [Answer(line.flavor, line.zones) for line, _resource in self._pairs()],
            "disks": [answer for resource in self.resources for answer in self._disks(resource)],
            "drivers": self._drivers(),
            "billing": self._billing(),
        }
        for step, ours in docketing.told(self.docket).items():
            by_step[step] += [Answer(question, answer) for question, answer in ours]
        return [(step, [answer for answer in answers if answer.answer]) for step, answers in by_step.items()]

    def _pairs(self) -> list[tuple[FlavorLine, Mapping[str, Any]]]:
        return list(zip(self.lines, self.resources, strict=True))

    def _labels(self) -> list[Answer]:
        labels, notes = self.labels, self.annotations
        sharing = str(labels.get(f"{LABEL}sharing", ""))
        return [
            Answer(_("Team"), str(self.draft.team)),
            Answer(_("Project"), str(self.draft.project)),
            Answer(_("Name"), self.name or _("not given yet")),
            Answer(_("Description"), str(notes.get(f"{LABEL}description", ""))),
            Answer(_("Workspace"), self.workspace),
            Answer(_("Sharing"), _meaning(Sharing, sharing)),
            Answer(_("Node name prefix"), str(labels.get(f"{LABEL}node.prefix", ""))),
            Answer(_("Priority of others’ jobs"), str(notes.get(f"{LABEL}scheduler.extension", ""))),
        ]

    def _workload(self) -> list[Answer]:
        spec = self.spec
        scopes = spec.get("scope", [])
        named = [_meaning(JobType, str(scope)) for scope in scopes] if isinstance(scopes, list) else []
        masters = [str(zone.get("az", "")) for zone in spec.get("masters", []) if isinstance(zone, dict)]
        return [
            Answer(_("Job types"), _(", ").join(named) or _("not chosen yet")),
            Answer(_("Network"), self._network() or _("not chosen yet")),
            Answer(_("IPv6"), _("on") if spec.get("ipv6enable") is True else ""),
            Answer(_("Container address range"), _inner(spec, "containerNetwork", "cidr")),
            Answer(_("Service address range"), str(spec.get("kubernetesSvcIpRange", ""))),
            Answer(_("Cluster size"), str(spec.get("clusterFlavor", ""))),
            Answer(_("Zones of the control plane"), _(", ").join(masters)),
            Answer(_("Parent pool"), str(spec.get("parent", ""))),
        ]

    def _network(self) -> str:
        """What people call the network, and the identifier that is sent."""
        chosen = _inner(self.spec, "network", "name")
        title = next((offer.title for offer in self.situation.offers.networks if offer.name == chosen), chosen)
        return chosen if title == chosen else f"{title} ({chosen})"

    def _count(self, resource: Mapping[str, Any]) -> str:
        count = str(resource.get("count", ""))
        said = ngettext("%(n)s node", "%(n)s nodes", _many(count)) % {"n": count or "?"}
        step = _inner(resource, "creatingStep", "step")
        return f"{said}, {_('in steps of %(n)s') % {'n': step}}" if step else said

    def _disks(self, resource: Mapping[str, Any]) -> list[Answer]:
        found = []
        root = resource.get("rootVolume")
        if isinstance(root, dict):
            found.append(f"{_('System disk')} {_gib(root)}")
        space = _inner(resource, "extendParams", "dockerBaseSize")
        if space:
            found.append(
                _("container space unlimited") if space == "0" else _("container space %(n)s GiB") % {"n": space}
            )
        volumes = resource.get("dataVolumes", [])
        for disk in volumes if isinstance(volumes, list) else []:
            if isinstance(disk, dict):
                count, use = disk.get("count", 1), use_of(_inner(disk, "extendParams", "volumeGroup"))[1]
                found.append(f"{count} × {_gib(disk)} ({use})")
        for group in resource.get("volumeGroupConfigs", []):
            if isinstance(group, dict) and _inner(group, "lvmConfig", "lvType") == LvType.STRIPED:
                found.append(_("%(group)s striped") % {"group": group.get("volumeGroup")})
            if isinstance(group, dict) and _inner(group, "lvmConfig", "path"):
                found.append(f"{group.get('volumeGroup')} → {_inner(group, 'lvmConfig', 'path')}")
        return [Answer(str(resource.get("flavor", "")), _("; ").join(found) or _("the flavor’s own disks"))]

    def _drivers(self) -> list[Answer]:
        strategy = _inner(self.spec, "driver", "updateStrategy")
        answers = [
            Answer(_("GPU driver"), _inner(self.spec, "driver", "gpuVersion")),
            Answer(_("NPU driver"), _inner(self.spec, "driver", "npuVersion")),
            Answer(_("Later driver upgrades"), _meaning(UpdateStrategy, strategy)),
        ]
        for resource in self.resources:
            tags = resource.get("tags", [])
            said = [f"{tag.get('key')} = {tag.get('value')}" for tag in tags if isinstance(tag, dict)]
            answers.append(Answer(_("Tags of %(flavor)s") % {"flavor": resource.get("flavor", "")}, _(", ").join(said)))
            script = _inner(resource, "extendParams", "postInstall")
            question = _("Script on %(flavor)s") % {"flavor": resource.get("flavor", "")}
            answers.append(Answer(question, (decode(script) or script) if script else ""))
        return answers

    def _billing(self) -> list[Answer]:
        notes = self.annotations
        prepaid = notes.get(f"{LABEL}billing.mode") == MONTHLY
        pays = _("automatically, with no approval in between") if self.pays_by_itself else _("when it is approved")
        return [
            Answer(_("Billing"), self.billing),
            Answer(_("Renewed"), _("automatically") if is_yes(notes.get(Annotation.AUTO_RENEW)) else ""),
            Answer(_("Paid"), pays if prepaid or self.pays_by_itself else ""),
            Answer(_("Existing billing order"), str(notes.get(f"{LABEL}order.id", ""))),
        ]

    def beside(self) -> list[tuple[str, Any]]:
        """Everything that is sent although no field shows it."""
        rows = self.situation.rows
        names = {row: self.situation.flavor(row) for row in rows}
        found = []
        for name, value in self.situation.kept.items():
            row, _sep, part = name.partition(".")
            if name == "root" or row in names:
                where = "" if name == "root" else f"{names[row]} › {part + ' › ' if part else ''}"
                found += leaves(value, where)
        return found


def capacity(gib: int) -> str:
    """GiB as people say it: `12000` as "11.7 TiB"."""
    return f"{gib / 1024:,.1f} TiB".replace(".0 ", " ") if gib >= 1024 else f"{gib:,} GiB"  # noqa: PLR2004 - a TiB


def _many(text: str) -> int:
    number = whole(text)
    return 2 if number is None else number


def _disk_gib(resource: Mapping[str, Any]) -> int | None:
    """GiB of the disks one node is given by the order; None while a size is not a number."""
    total = 0
    root, volumes = resource.get("rootVolume"), resource.get("dataVolumes", [])
    disks = [*([root] if isinstance(root, dict) else []), *(volumes if isinstance(volumes, list) else [])]
    for disk in disks:
        size = whole(str(disk.get("size", "")).removesuffix("Gi")) if isinstance(disk, dict) else None
        count = disk.get("count", 1) if isinstance(disk, dict) else None
        if size is None or not isinstance(count, int):
            return None
        total += size * count
    return total


def _gib(disk: Mapping[str, Any]) -> str:
    kind, size = str(disk.get("volumeType", "")), str(disk.get("size", "")).removesuffix("Gi")
    return f"{kind} {size} GiB" + (f" · {_(VolumeType(kind).meaning)}" if kind in list(VolumeType) else "")


def _inner(holder: Mapping[str, Any], *keys: str) -> str:
    value: Any = holder
    for key in keys:
        value = value.get(key) if isinstance(value, dict) or value is holder else None
    return "" if value is None else str(value)


def _meaning(options: Any, word: str) -> str:
    """The word of the wire beside what it means."""
    return f"{word}: {_(options(word).meaning)}" if word in list(options) else word
