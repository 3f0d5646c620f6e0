"""Where an order goes: what a command or a program has to be told besides the order itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Destination:
    """A project and the addresses it is reached at; base URLs without a slash at their end."""

    modelarts_url: str
    iam_url: str
    project_id: str
    region: str = ""
