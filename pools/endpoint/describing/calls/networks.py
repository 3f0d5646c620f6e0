"""Networks: what pools stand in."""

from __future__ import annotations

from pools.endpoint.describing.call import JSON, MERGE_PATCH, Call, Section
from pools.wire.asking import NetworkAddressesAsked, NetworksAsked
from pools.wire.changes import NetworkPatch
from pools.wire.errors import Code
from pools.wire.networks import Network, NetworkAddresses, NetworkCreation, NetworkList
from pools.wire.words import words

SECTION = Section(
    words("Networks"),
    words("The private networks that pools stand in."),
    {
        "ListNetworks": Call(
            says=words("List networks"), query=NetworksAsked, answer=NetworkList, example={"query": {"limit": 1}}
        ),
        "CreateNetwork": Call(
            says=words("Create a network"),
            more=words("Answered with the empty phase; it becomes Active by itself."),
            body=NetworkCreation,
            answer=Network,
            refuses=(
                Code.NETWORK_EXISTS,
                Code.QUOTA_EXCEEDED,
                Code.WORKSPACE_NOT_FOUND,
                Code.WORKSPACE_ABNORMAL,
            ),
            example={
                "body": {
                    "apiVersion": "v1",
                    "kind": "Network",
                    "metadata": {"labels": {"os.modelarts/name": "network-new"}},
                    "spec": {"cidr": "192.168.64.0/18"},
                }
            },
        ),
        "ShowNetwork": Call(says=words("Show a network"), answer=Network, refuses=(Code.NETWORK_NOT_FOUND,)),
        "PatchNetwork": Call(
            says=words("Change a network"),
            more=words("A merge-patch. Range and name stay, and IPv6 is not switched off."),
            body=NetworkPatch,
            body_types=(MERGE_PATCH, JSON),
            answer=Network,
            refuses=(Code.NETWORK_NOT_FOUND, Code.WORKSPACE_NOT_FOUND, Code.WORKSPACE_ABNORMAL),
            example={"body": {"metadata": {"annotations": {"os.modelarts/description": "of the blue team"}}}},
        ),
        "DeleteNetwork": Call(
            says=words("Delete a network"),
            more=words("Only one that no pool uses."),
            answer=Network,
            refuses=(Code.NETWORK_NOT_FOUND, Code.NETWORK_IN_USE),
        ),
        "ShowNetworkAvailableIp": Call(
            says=words("Count the addresses of a network"),
            query=NetworkAddressesAsked,
            answer=NetworkAddresses,
            refuses=(Code.NETWORK_NOT_FOUND,),
        ),
    },
)
