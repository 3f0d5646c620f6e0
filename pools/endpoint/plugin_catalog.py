"""The plug-ins of the sample catalog: drivers, what job types come with, and what one may have besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pools.wire.options import PluginType

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class SamplePlugin:
    """One plug-in, its versions newest first. `inputs` are its parameters, with what they are if nobody says so."""

    name: str
    says: str
    versions: Sequence[str]
    type: PluginType = PluginType.HELM
    is_driver: bool = False
    optional: bool = False
    inputs: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> Document:
        """The PluginTemplate, in the form of `/v1`: its versions are a map, and a driver's type is its name."""
        return {
            "kind": "PluginTemplate",
            "apiVersion": "v1",
            "metadata": {"name": self.name, "annotations": {}},
            "spec": {
                "type": self.name if self.is_driver else self.type.value,
                "optional": self.optional,
                "logoURL": "",
                "description": self.says,
                "versions": {version: self._version(version) for version in self.versions},
            },
        }

    def _version(self, version: str) -> Document:
        return {
            "version": version,
            "description": f"{self.name} {version}",
            "creationTimestamp": "2026-01-12T08:00:00Z",
            "inputs": dict(self.inputs),
            "translate": {},
        }


PLUGINS: tuple[SamplePlugin, ...] = (
    # A pool whose driver nobody chose gets the first.
    SamplePlugin(
        name="gpu-driver",
        says="Driver of the GPUs of a pool",
        versions=("535.129.03", "470.57.02", "440.33"),
        is_driver=True,
    ),
    SamplePlugin(
        name="npu-driver", says="Driver of the NPUs of a pool", versions=("24.1.0", "23.0.6", "23.0.3"), is_driver=True
    ),
    SamplePlugin(
        name="volcano",
        says="Scheduler of jobs",
        versions=("1.16.8", "1.15.6"),
        type=PluginType.CCE,
        inputs={"replicas": 2, "queueing": "fifo"},
    ),
    SamplePlugin(name="infer-operator", says="Runs inference services", versions=("2.4.1", "2.3.0")),
    SamplePlugin(name="notebook-operator", says="Runs notebooks", versions=("1.9.0", "1.8.2")),
    SamplePlugin(
        name="log-agent",
        says="Collects what jobs write",
        versions=("1.7.3", "1.6.9"),
        type=PluginType.CCE,
        optional=True,
        inputs={"retentionDays": 7},
    ),
    SamplePlugin(
        name="node-problem-detector",
        says="Tells when a node is in trouble",
        versions=("1.19.1", "1.18.48"),
        type=PluginType.CCE,
        optional=True,
    ),
)
