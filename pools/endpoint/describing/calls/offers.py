"""What there is to be had: flavors, drivers, quotas, configuration."""

from __future__ import annotations

from pools.endpoint.describing.call import Call, Section
from pools.wire.asking import FlavorsAsked
from pools.wire.errors import Code
from pools.wire.flavors import ResourceFlavorList
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
            says=words("Show the versions of a driver"), answer=PluginTemplate, refuses=(Code.TEMPLATE_NOT_FOUND,)
        ),
        "ShowOsQuota": Call(says=words("Show quotas"), answer=Quotas),
        "ShowOsConfig": Call(says=words("Show the tenant's configuration"), answer=OsUserConfig),
    },
)
