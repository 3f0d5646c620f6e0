"""What tests send to the endpoint: the seed page's example, and ways to change it."""

from copy import deepcopy
from typing import Any

PROJECT = "6f5da086876d4cd084d36f8bd3346036"
POOLS = f"/v2/{PROJECT}/pools"
CONSOLE = {"headers": {"request-type": "console"}}

EXAMPLE: dict[str, Any] = {
    "kind": "Pool",
    "apiVersion": "v2",
    "metadata": {
        "annotations": {"os.modelarts/description": ""},
        "labels": {"os.modelarts/name": "pool-ae01", "os.modelarts/workspace.id": "0"},
    },
    "spec": {
        "type": "Dedicate",
        "scope": ["Train"],
        "network": {"name": f"network-21e1-{PROJECT}"},
        "resources": [{"count": 1, "flavor": "modelarts.vm.cpu.8ud"}],
    },
}


def creation(
    *,
    name: str = "pool-ae01",
    prefix: str = "",
    annotations: dict[str, Any] | None = None,
    resource: dict[str, Any] | None = None,
    **spec: Any,
) -> dict[str, Any]:
    """The seed page's example under this name; `resource` and `spec` add to or replace what stands there."""
    document = deepcopy(EXAMPLE)
    document["metadata"]["labels"]["os.modelarts/name"] = name
    if prefix:
        document["metadata"]["labels"]["os.modelarts/node.prefix"] = prefix
    document["metadata"]["annotations"] |= annotations or {}
    document["spec"]["resources"][0] |= resource or {}
    document["spec"] |= spec
    return document


def ident(name: str = "pool-ae01") -> str:
    return f"{name}-{PROJECT}"
