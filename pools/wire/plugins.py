"""Plug-ins of a pool, and the templates they are made from in the form of `/v2`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from pools.wire.enums import PluginPhase
from pools.wire.options import PluginType
from pools.wire.shape import Flag, Heard, Shape, Whole
from pools.wire.tenancy import PluginTemplateMetadata, PluginVersion
from pools.wire.words import words


class PluginTemplateSpecV2(Shape):
    """Versions are a list here."""

    optional: Flag | None = Field(default=None, description=words("Whether a pool may do without it."))
    type: Annotated[PluginType | str, Heard] | None = Field(default=None, description=words("How it gets into a pool."))
    logo_url: str | None = Field(default=None, alias="logoURL", description=words("Its picture."))
    description: str | None = Field(default=None, description=words("What it is for."))
    versions: list[PluginVersion] | None = Field(default=None, description=words("What there is, the newest first."))


class PluginTemplateV2(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: PluginTemplateMetadata | None = Field(default=None, description=words("Its name."))
    spec: PluginTemplateSpecV2 | None = Field(default=None, description=words("What it is, and its versions."))


class PluginTemplateList(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    items: list[PluginTemplateV2] | None = Field(default=None, description=words("The templates."))


class PluginSource(Shape):
    """What a plug-in is made from."""

    name: str | None = Field(default=None, description=words("Name of the template."))
    version: str | None = Field(default=None, description=words("Version of the template."))
    inputs: dict[str, object] | None = Field(default=None, description=words("Its parameters."))


class PluginSpec(Shape):
    template: PluginSource | None = Field(default=None, description=words("What it is made from."))


class PluginMetadata(Shape):
    name: str | None = Field(default=None, description=words("Name of the plug-in."))
    creation_timestamp: str | None = Field(
        default=None, alias="creationTimestamp", description=words("When it came into the pool, in UTC.")
    )


class PluginObject(Shape):
    """An object of the cluster."""

    kind: str | None = Field(default=None, description=words("Kind of object."))
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of its API."))
    namespace: str | None = Field(default=None, description=words("Namespace it stands in."))
    name: str | None = Field(default=None, description=words("Its name."))


class PluginResources(Shape):
    """What a plug-in takes of the pool."""

    involved: PluginObject | None = Field(default=None, alias="involvedObject", description=words("What takes it."))
    replicas: Whole | None = Field(default=None, description=words("How many there are of it."))
    limits: dict[str, str] | None = Field(default=None, description=words("What each takes at most."))
    requests: dict[str, str] | None = Field(default=None, description=words("What is kept for each."))


class PluginStatus(Shape):
    phase: Annotated[PluginPhase | str, Heard] | None = Field(default=None, description=words("How it fares."))
    version: str | None = Field(default=None, description=words("The version that runs."))
    reason: str | None = Field(default=None, description=words("Why it does not run."))
    values: str | None = Field(default=None, description=words("JSON text: its parameters."))
    resources: list[PluginResources] | None = Field(default=None, description=words("What it takes of the pool."))


class Plugin(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    metadata: PluginMetadata | None = Field(default=None, description=words("Its name."))
    spec: PluginSpec | None = Field(default=None, description=words("What it is made from."))
    status: PluginStatus | None = Field(default=None, description=words("How it fares."))


class PluginList(Shape):
    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    items: list[Plugin] | None = Field(default=None, description=words("The plug-ins of the pool."))


class PluginSourceSent(Shape):
    name: str = Field(description=words("Name of the template."))
    version: str | None = Field(default=None, description=words("Its version; the newest if left out."))
    inputs: dict[str, object] | None = Field(
        default=None, description=words("All parameters; those left out are as the template has them.")
    )


class PluginSpecSent(Shape):
    template: PluginSourceSent = Field(description=words("What is installed."))


class PluginCreation(Shape):
    """What is sent to install a plug-in, or to bring another version of it."""

    api_version: str | None = Field(default=None, alias="apiVersion", description=words("Version of the API."))
    kind: str | None = Field(default=None, description=words("Kind of resource."))
    spec: PluginSpecSent = Field(description=words("What is installed."))
