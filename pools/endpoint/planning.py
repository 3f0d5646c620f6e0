"""What a creation's document asks for, and the pool's own document that answers it (Tables 22-38)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Self

from pools.endpoint import naming
from pools.endpoint.models import EndpointProject, HostedFlavor, PluginTemplate
from pools.endpoint.writing import written
from pools.wire.enums import BillingMode, ContainerNetworkMode, PeriodType, StepType, StockState
from pools.wire.naming import pool_id
from pools.wire.numbers import whole

Document = dict[str, Any]

PERIOD_WORDS = {"month": PeriodType.MONTH.value, "year": PeriodType.YEAR.value}
DRIVER_TEMPLATES = {"gpu": "gpu-driver", "npu": "npu-driver"}
SPEC_ORDER = ("type", "scope", "resources", "network", "containerNetwork")


def newest_first(versions: Iterable[str]) -> list[str]:
    """Driver versions in their order; the order of a JSON object's keys is not kept by every database."""
    return sorted(versions, key=lambda version: [int(part) for part in re.findall(r"\d+", version)], reverse=True)


def newest_drivers(
    flavors: Iterable[HostedFlavor], templates: Iterable[PluginTemplate], *, asked: Mapping[str, Any]
) -> dict[str, str]:
    """The driver of each kind of accelerator that the flavors have: as `spec.driver` asks, or the newest on sale."""
    on_sale = {template.name: template.document for template in templates}
    drivers = {}
    for kind in sorted({kind for flavor in flavors for kind in DRIVER_TEMPLATES if flavor.document["spec"].get(kind)}):
        versions = on_sale.get(DRIVER_TEMPLATES[kind], {}).get("spec", {}).get("versions", {})
        drivers[kind] = str(asked.get(f"{kind}Version") or next(iter(newest_first(versions)), ""))
    return {kind: version for kind, version in drivers.items() if version}


@dataclass(frozen=True, slots=True)
class PoolPlan:
    """A judged creation document, taken apart."""

    project: EndpointProject
    document: Document
    labels: Document
    annotations: Document
    spec: Document

    @classmethod
    def read(cls, project: EndpointProject, document: Document) -> Self:
        metadata = document["metadata"]
        return cls(project, document, metadata["labels"], metadata.get("annotations") or {}, document["spec"])

    @property
    def name(self) -> str:
        return str(self.labels["os.modelarts/name"])

    @property
    def ident(self) -> str:
        return pool_id(self.name, self.project.project_id)

    @property
    def workspace_id(self) -> str:
        return str(self.labels.get("os.modelarts/workspace.id") or "0")

    @property
    def node_prefix(self) -> str:
        return str(self.labels.get("os.modelarts/node.prefix") or "")

    @property
    def billing_mode(self) -> str:
        return str(self.annotations.get("os.modelarts/billing.mode") or BillingMode.PAY_PER_USE.value)

    @property
    def period_type(self) -> str:
        said = str(self.annotations.get("os.modelarts/period.type") or "")
        return PERIOD_WORDS.get(said, said)

    @property
    def period_num(self) -> int:
        said = str(self.annotations.get("os.modelarts/period.num") or "")
        return whole(said) or 0

    @property
    def resources(self) -> list[Document]:
        return list(self.spec["resources"])

    def zones(self, flavors: Iterable[HostedFlavor], *, dice: int) -> list[list[list[Any]]]:
        """Where each resource's nodes will arrive: as asked, or in a zone that has the flavor in stock."""
        stock = {flavor.name: flavor.document["status"]["phase"] for flavor in flavors}
        placed = []
        for place, one in enumerate(self.resources):
            if asked := one.get("azs"):
                placed.append([[az["az"], az["count"]] for az in asked])
                continue
            zones = [az for az, state in stock.get(one["flavor"], {}).items() if state == StockState.NORMAL]
            placed.append([[zones[(dice + place) % len(zones)], one["count"]]] if zones else [])
        return placed

    def drivers(self, flavors: Iterable[HostedFlavor], templates: Iterable[PluginTemplate]) -> dict[str, str]:
        """The driver that each kind of accelerator in the pool gets: the version asked for, or the newest on sale."""
        return newest_drivers(flavors, templates, asked=self.spec.get("driver") or {})

    def answer(self, luck: Random, *, order_name: str, order_id: str) -> Document:
        """The pool's document but for times and status. What the client sent stays; the service's own keys win."""
        metadata = self.document["metadata"]
        kept = {key: value for key, value in metadata.items() if key not in {"labels", "annotations", "name"}}
        return {
            **{key: value for key, value in self.document.items() if key != "status"},
            "metadata": {
                "name": self.ident,
                **kept,
                "labels": self._labels(luck, order_name),
                "annotations": self._annotations(luck, order_id),
            },
            "spec": self._spec(),
        }

    def _labels(self, luck: Random, order_name: str) -> Document:
        return {
            "os.modelarts/name": self.name,
            "os.modelarts/workspace.id": self.workspace_id,
            "os.modelarts/node.prefix": self.node_prefix,
            **{key: value for key, value in self.labels.items() if key not in _OWN_LABELS},
            "os.modelarts/resource.id": naming.resource(luck, self.name),
            "os.modelarts/tenant.domain.id": self.project.account.domain_id,
            "os.modelarts/tenant.project.id": self.project.project_id,
            "os.modelarts.pool/biz": "private",
            # The service says so for every caller, header or not.
            "os.modelarts/create-from": "console",
            "os.modelarts/order.name": order_name,
        }

    def _annotations(self, luck: Random, order_id: str) -> Document:
        # Clients send empty strings for what they leave out; the service does not repeat them.
        said = {key: value for key, value in self.annotations.items() if value != ""}
        if str(said.get("os.modelarts/period.type")) in PERIOD_WORDS:
            said["os.modelarts/period.type"] = self.period_type
        own = {
            "os.modelarts/billing.mode": self.billing_mode,
            "os.modelarts.pool/subpools.count": "0",
            "os.modelarts/flavor.resource.ids": _json(
                {one["flavor"]: naming.flavor_resource(luck, one["flavor"]) for one in self.resources}
            ),
            "os.modelarts/tenant.domain.name": self.project.account.name,
        }
        tags = [tag for one in self.resources for tag in one.get("tags") or []]
        if tags:
            own["os.modelarts/tms.tags"] = _json(tags)
        if any((one.get("creatingStep") or {}).get("type") == StepType.HYPERINSTANCE for one in self.resources):
            own["os.modelarts/volcano.scheduler.cabinet-exclusive.enabled"] = "true"
        if order_id:
            own["os.modelarts/order.id"] = order_id
        return {**said, **own}

    def _spec(self) -> Document:
        spec = dict(self.spec)
        spec["resources"] = [_filled(one) for one in self.resources]
        # An older spelling of official clients.
        network = spec.pop("containerNetwork", None) or spec.pop("containernetwork", None)
        if isinstance(network, dict) and network:
            spec["containerNetwork"] = {"mode": ContainerNetworkMode.VPC_ROUTER.value, **network}
        # Passwords are never answered.
        spec.pop("userLogin", None)
        return {key: spec[key] for key in dict.fromkeys((*SPEC_ORDER, *spec)) if key in spec}


_OWN_LABELS = frozenset({"os.modelarts/name", "os.modelarts/workspace.id", "os.modelarts/node.prefix"})


def _filled(resource: Mapping[str, Any]) -> Document:
    """One resource as answered: `maxCount` always stands there, equal to `count` in a physical pool."""
    rest = {key: value for key, value in resource.items() if key not in {"flavor", "count", "maxCount"}}
    count = resource["count"]
    return {"flavor": resource["flavor"], "count": count, "maxCount": resource.get("maxCount") or count, **rest}


def _json(value: Mapping[str, Any] | Sequence[Any]) -> str:
    return written(value).decode()
