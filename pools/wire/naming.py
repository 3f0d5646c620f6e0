"""How the service makes identifiers of names."""

from __future__ import annotations

from typing import Final

_KEPT: Final = 30


def cut(name: str) -> str:
    """As much of a pool's name as its identifier carries."""
    return name[:_KEPT].rstrip("-")


def node_name(prefix: str, end: str = "zlncn") -> str:
    """A node's name as the service's examples have it: `os-node-created-zlncn`, or begun with the label's prefix."""
    return f"{prefix.rstrip('-') or 'os-node-created'}-{end}"


def own_node_pool(flavor: object) -> str:
    """The node pool that every flavor has by itself: whoever names it names none."""
    return f"{flavor}-default"


def node_pool_beside(named: object, *, flavor: object) -> str:
    """The node pool `named`, and empty where that is the flavor's own, or none."""
    return "" if not named or named == own_node_pool(flavor) else str(named)


def pool_id(name: str, project_id: str) -> str:
    """The identifier (`metadata.name`) the service gives a pool of this name.

    A convention: the endpoint keeps to it, and for a real cloud a 404 for it is no proof by itself.
    """
    return f"{cut(name)}-{project_id}"
