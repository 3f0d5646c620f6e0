"""An order as a configuration for Terraform: the resource `huaweicloud_modelarts_resource_pool` and what it needs.

The provider says less than the API does (`docs/facts.md`, "Terraform"). Every part is taken out of a copy of the order
as it is said; what is left in the copy at the end stands in comments.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pools.dialects import hcl, taking
from pools.dialects.comments import TAKEN, Remainder, Say, one_line
from pools.dialects.destination import Destination
from pools.dialects.taking import Fits
from pools.wire.enums import BillingMode, PeriodType
from pools.wire.extras import Annotation, is_yes
from pools.wire.words import words

RESOURCE: Final = "huaweicloud_modelarts_resource_pool"
_LABEL: Final = "os.modelarts/"
_MOST: Final = {PeriodType.MONTH: ("month", 9), PeriodType.YEAR: ("year", 3)}

CREDENTIALS: Final = words("Credentials come from the environment: HW_ACCESS_KEY and HW_SECRET_KEY.")
NO_HEADER: Final = words(
    "The provider does not send request-type: console: a pool that is paid by use is made at once, nobody approves it."
)
PAYS_LATER: Final = words(
    "The charging arguments of the provider pay at once; this order waits to be paid, so its billing is in annotations."
)
UNSAID: Final = words("NOT in this configuration, because the provider has no argument for it:")

_REQUIRED: Final = """\
terraform {
  required_providers {
    huaweicloud = {
      source = "huaweicloud/huaweicloud"
    }
  }
}"""


def say(document: Mapping[str, Any], destination: Destination, say: Say = str) -> str:
    """The configuration; `say` finds the words of its comments in the reader's language."""
    told = _Telling(dict(document))
    pool = told.pool()
    unsaid = told.remainder.lines()
    notes = [*map(say, told.notes), *([say(UNSAID), *(f"  {line}" for line in unsaid)] if unsaid else [])]
    provider = hcl.Block("provider", ("huaweicloud",))
    if destination.region:
        provider.give("region", destination.region)
    provider.give("endpoints", _endpoints(destination))
    comments = "\n".join(f"# {one_line(note)}" for note in notes)
    credentials = f"# {one_line(say(CREDENTIALS))}\n{provider.written()}"
    return "\n\n".join(filter(None, (comments, _REQUIRED, credentials, pool.written()))) + "\n"


def _endpoints(destination: Destination) -> dict[str, str] | None:
    """Only where the addresses do not follow from the region."""
    if destination.region and f"//modelarts.{destination.region}.myhuaweicloud.com" in destination.modelarts_url:
        return None
    return {"iam": f"{destination.iam_url}/", "modelarts": f"{destination.modelarts_url}/"}


class _Telling:
    def __init__(self, document: dict[str, Any]) -> None:
        self.remainder = Remainder(document)
        self.rest = self.remainder.rest
        self.notes: list[str] = []

    def pool(self) -> hcl.Block:
        block, spec = hcl.Block("resource", (RESOURCE, "pool")), taking.inner(self.rest, "spec")
        taking.take(self.rest, "apiVersion", taking.constant("v2"))
        taking.take(self.rest, "kind", taking.constant("Pool"))
        taking.take(spec, "type", taking.constant("Dedicate"))
        labels = taking.inner(taking.inner(self.rest, "metadata"), "labels")
        annotations = taking.inner(taking.inner(self.rest, "metadata"), "annotations")
        block.give("name", taking.take(labels, f"{_LABEL}name", taking.text))
        block.give("prefix", taking.take(labels, f"{_LABEL}node.prefix", taking.text))
        block.give("workspace_id", taking.take(labels, f"{_LABEL}workspace.id", taking.text))
        block.give("description", taking.take(annotations, f"{_LABEL}description", taking.text))
        named = self._network(block, spec)
        self._billing(block, annotations)
        resources = taking.entries(spec, "resources")
        for at, resource in enumerate(resources):
            if isinstance(resource, dict) and taking.has(resource, flavor=taking.text, count=taking.whole):
                _Nodes(block.block("resources"), resource, named=named).tell()
                resources[at] = resource or TAKEN
        if not named:
            self._cluster(block, spec)
        return block

    def _network(self, block: hcl.Block, spec: dict[str, Any]) -> bool:
        """Whether the pool is in a named network, which some arguments exclude."""
        network = taking.inner(spec, "network")
        name = taking.take(network, "name", taking.text)
        if name is None and taking.has(network, vpcId=taking.text, subnetId=taking.text):
            block.give("vpc_id", network.pop("vpcId"))
            block.give("subnet_id", network.pop("subnetId"))
            return False
        block.give("network_id", name)
        block.give("scope", taking.take(spec, "scope", taking.set_of_texts))
        return True

    def _billing(self, block: hcl.Block, notes: dict[str, Any]) -> None:
        mode, kind, number = (
            notes.get(key) for key in (f"{_LABEL}billing.mode", Annotation.PERIOD_TYPE, Annotation.PERIOD_NUM)
        )
        if mode != BillingMode.PREPAID:
            if taking.take(notes, f"{_LABEL}billing.mode", taking.constant(BillingMode.PAY_PER_USE)):
                block.give("charging_mode", "postPaid")
            self.notes.append(NO_HEADER)
        elif not is_yes(notes.get(Annotation.AUTO_PAY)):
            self.notes.append(PAYS_LATER)
        elif kind in list(PeriodType) and number in [str(one) for one in range(1, _MOST[PeriodType(kind)][1] + 1)]:
            block.give("charging_mode", "prePaid")
            block.give("period_unit", _MOST[PeriodType(kind)][0])
            block.give("period", int(number))
            block.give("auto_renew", "true" if notes.get(Annotation.AUTO_RENEW) == "1" else None)
            said = {f"{_LABEL}billing.mode": mode, Annotation.PERIOD_TYPE: kind, Annotation.PERIOD_NUM: number}
            for key, value in {**said, Annotation.AUTO_RENEW: "1", Annotation.AUTO_PAY: "1"}.items():
                taking.take(notes, key, taking.constant(value))
        rest = taking.inner(self.rest, "metadata").get("annotations")
        if rest and hcl.can_say(rest):
            block.block("metadata").give_json("annotations", taking.inner(self.rest, "metadata").pop("annotations"))

    def _cluster(self, block: hcl.Block, spec: dict[str, Any]) -> None:
        """What a pool in a network of the customer's own has besides: clusters, and who signs in at its nodes."""
        clusters = taking.entries(spec, "clusters")
        for at, cluster in enumerate(clusters):
            if isinstance(cluster, dict) and taking.has(cluster, providerId=taking.text):
                block.block("clusters").give("provider_id", cluster.pop("providerId"))
                clusters[at] = cluster or TAKEN
        login = taking.inner(spec, "userLogin")
        if taking.has(login, keyPairName=taking.text):
            block.block("user_login").give("key_pair_name", login.pop("keyPairName"))


class _Nodes:
    """One entry of resources being told."""

    def __init__(self, block: hcl.Block, resource: dict[str, Any], *, named: bool) -> None:
        self.block, self.resource, self.named = block, resource, named

    def tell(self) -> None:
        block, resource = self.block, self.resource
        block.give("flavor_id", resource.pop("flavor"))
        block.give("count", resource.pop("count"))
        block.give("max_count", taking.take(resource, "maxCount", taking.whole))
        block.give("node_pool", taking.take(resource, "nodePool", taking.text))
        self._network()
        block.give("labels", taking.take(resource, "labels", taking.map_of_texts))
        self._tags()
        block.give_json("extend_params", taking.take(resource, "extendParams", taking.plain_object))
        self._each("azs", "azs", (("az", "az", taking.text), ("count", "count", taking.whole)), needs=())
        if not self.named:
            parts = (("key", "key", taking.text), ("value", "value", taking.text), ("effect", "effect", taking.text))
            self._each("taints", "taints", parts, needs=("key", "effect"))
        disk = (("volumeType", "volume_type", taking.text), ("size", "size", taking.text))
        self._one("rootVolume", "root_volume", disk)
        self._disks()
        self._groups()
        image = {"name": "name", "imageId": "image_id", "imageType": "image_type"}
        self._one("os", "os", tuple((key, name, taking.text) for key, name in image.items()), needs=())
        self._one("driver", "driver", (("version", "version", taking.text),), needs=())
        self._one("creatingStep", "creating_step", (("step", "step", taking.whole), ("type", "type", taking.text)))

    def _network(self) -> None:
        network = taking.inner(self.resource, "network")
        if self.named or not taking.has(network, vpc=taking.text):
            return
        self.block.give("vpc_id", network.pop("vpc"))
        self.block.give("subnet_id", taking.take(network, "subnet", taking.text))
        self.block.give("security_group_ids", taking.take(network, "securityGroups", taking.set_of_texts))

    def _tags(self) -> None:
        """Tags are a map there, and only where the network is the customer's own."""
        tags = self.resource.get("tags")
        if self.named or not isinstance(tags, list) or not tags:
            taking.take(self.resource, "tags", lambda _: False)
            return
        pairs = {tag["key"]: tag["value"] for tag in tags if _is_tag(tag)}
        if len(pairs) == len(tags):
            self.block.give("tags", pairs)
            del self.resource["tags"]

    def _one(self, key: str, name: str, parts: Parts, needs: tuple[str, ...] | None = None) -> None:
        """An object as a block with these parts, if all that the provider needs is in it."""
        held = taking.inner(self.resource, key)
        if not held or not _can_tell(held, parts, needs):
            taking.take(self.resource, key, lambda _: False)
            return
        _fill(self.block.block(name), held, parts)

    def _each(self, key: str, name: str, parts: Parts, *, needs: tuple[str, ...] | None = None) -> None:
        """A list as blocks. They are a set there: of two that are alike the second would be lost, so it is not told."""
        told: list[Any] = []
        held = taking.entries(self.resource, key)
        for at, one in enumerate(held):
            if not isinstance(one, dict) or one in told or not _can_tell(one, parts, needs):
                continue
            told.append(dict(one))
            _fill(self.block.block(name), one, parts)
            held[at] = one or TAKEN
        taking.take(self.resource, key, lambda _: False)

    def _disks(self) -> None:
        parts = (
            ("volumeType", "volume_type", taking.text),
            ("size", "size", taking.text),
            ("count", "count", taking.whole),
            ("extendParams", "extend_params", taking.plain_object),
        )
        self._each("dataVolumes", "data_volumes", parts, needs=("volumeType", "size"))

    def _groups(self) -> None:
        parts = (
            ("volumeGroup", "volume_group", taking.text),
            ("dockerThinPool", "docker_thin_pool", taking.whole),
            ("types", "types", taking.texts),
            ("lvmConfig", "lvm_config", lambda lvm: isinstance(lvm, dict) and taking.has(lvm, lvType=taking.text)),
        )
        self._each("volumeGroupConfigs", "volume_group_configs", parts, needs=("volumeGroup",))


Parts = tuple[tuple[str, str, Fits], ...]
_LVM: Final = (("lvType", "lv_type", taking.text), ("path", "path", taking.text))


def _is_tag(tag: Any) -> bool:
    return taking.map_of_texts(tag) and set(tag) == {"key", "value"} and tag["key"] != ""


def _can_tell(held: Mapping[str, Any], parts: Parts, needs: tuple[str, ...] | None) -> bool:
    """Whether everything that the provider needs is there; None: it needs all parts."""
    return taking.has(held, **{key: fits for key, _name, fits in parts if needs is None or key in needs})


def _fill(block: hcl.Block, held: dict[str, Any], parts: Parts) -> None:
    for key, name, fits in parts:
        if key == "extendParams":
            block.give_json(name, taking.take(held, key, fits))
        elif key == "lvmConfig":
            if key in held and fits(held[key]):
                _fill(block.block(name), held[key], _LVM)
                if not held[key]:
                    del held[key]
        else:
            block.give(name, taking.take(held, key, fits))
