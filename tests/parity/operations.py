"""The operations that the endpoint serves as the cloud does, from its own table of addresses.

Calls that steer it are not among them: the cloud has none, so there is nothing to be at par with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from tests.endpoint.routes import METHODS, SERVED


@dataclass(frozen=True)
class Operation:
    """`path` has names in braces: `/v2/{project_id}/pools`."""

    name: str
    method: str
    path: str


def _braced(route: str) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", route)


OPERATIONS: Final = [
    Operation(view.operations[method], METHODS[method], _braced(route))
    for route, view, methods in SERVED
    if not view.steers
    for method in methods
]
