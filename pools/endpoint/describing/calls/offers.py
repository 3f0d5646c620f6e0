"""What there is to be had: flavors, drivers and other plug-ins, quotas, configuration."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.wire.asking import FlavorsAsked, PluginTemplatesAsked
from pools.wire.errors import Code
from pools.wire.flavors import ResourceFlavorList
from pools.wire.plugins import Plugin, PluginCreation, PluginList, PluginTemplateList
from pools.wire.tenancy import OsUserConfig, PluginTemplate, Quotas
from pools.wire.words import words

SECTION = Section(
    words("Flavors and quotas"),
    words("What nodes can be made of and where they are on sale, which drivers there are, and how much may be had."),
    {
        "ListResourceFlavors": Call(
            says=words("List flavors"),
            query=FlavorsAsked,
            answer=ResourceFlavorList,
            example={"query": {"limit": 1}},
        ),
        "ShowPluginTemplate": Call(
            says=words("Show the versions of a driver or another plug-in"),
            answer=PluginTemplate,
            refuses=(Code.TEMPLATE_NOT_FOUND,),
        ),
        "ListPluginTemplates": Call(
            says=words("List what can be plugged in"),
            query=PluginTemplatesAsked,
            answer=PluginTemplateList,
            refuses=(Code.POOL_NOT_FOUND,),
            example={"query": {"templateName": "gpu-driver"}},
        ),
        "ListPoolPlugins": Call(
            says=words("List the plug-ins of a pool"), answer=PluginList, refuses=(Code.POOL_NOT_FOUND,)
        ),
        "CreatePoolPlugin": Call(
            says=words("Install a plug-in, or bring another version of one"),
            more=words("Of a driver, this upgrades it."),
            body=PluginCreation,
            answer=Plugin,
            refuses=(Code.POOL_NOT_FOUND, Code.TEMPLATE_NOT_FOUND),
            example={"body": {"apiVersion": "v2", "kind": "Plugin", "spec": {"template": {"name": "log-agent"}}}},
        ),
        "ShowOsQuota": Call(says=words("Show quotas"), answer=Quotas),
        "ShowOsConfig": Call(says=words("Show the tenant's configuration"), answer=OsUserConfig),
    },
)
