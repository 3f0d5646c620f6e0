"""The claims, as they are kept by hand."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).parent / "behaviours"

# The files, in the order of the page, and what each chapter is called there.
CHAPTERS: Final = {
    "everywhere": "Every call",
    "pools": "Pools",
    "changes": "Changes of pools",
    "nodes": "Nodes and node pools",
    "insight": "Looking into pools",
    "catalog": "Networks, flavors, configuration",
    "orders": "Work orders",
    "billing": "Billing",
    "identity": "Identity",
    "client": "Our own client",
}

# Sections that are no operation, with their titles on the page.
THEMES: Final = {
    "Transport": "How every call is answered",
    "Signatures": "Signed calls",
    "Tokens": "Calls that bear a token",
    "Documents": "How documents are read and written",
    "Life": "How a pool lives",
    "StrictClient": "The strictest client known",
    "ClientCalls": "What it sends",
    "ClientCredentials": "How it signs in",
    "ClientErrors": "What it makes of answers",
    "ClientWatching": "How it watches and waits",
    "ClientAddresses": "Where it may speak to",
}

# What a fact comes from; what follows the colon says where in it.
SOURCES: Final = {
    "API": "the API reference of dedicated resource pools; *Tables 1 to 49* are those of the page on creating them",
    "manual": "the user manual of the service",
    "SDK": "the official Python SDK, 3.1.219",
    "Terraform": "the official Terraform provider, its code, documentation, tests and history",
    "help": "public help pages on the gateway, identity and billing",
    "field": "published notes of people who operate it",
    "ours": "a decision of ours, where the others are silent or disagree; [facts.md](facts.md) says which",
}


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """One claim. `differs` says how we depart from the original on purpose, `unsure` what no source tells of it and how
    we read that, `lacks` why it is not done at all; at most one of them.
    """

    chapter: str
    operation: str
    name: str
    does: str
    source: str
    differs: str = ""
    unsure: str = ""
    lacks: str = ""

    @property
    def ident(self) -> str:
        return f"{self.operation}.{self.name}"


def read() -> list[Behaviour]:
    """All claims in the order of the page. Raises for a file of no chapter and for a key that no claim has."""
    files = {path.stem: path for path in HERE.glob("*.toml")}
    if strange := files.keys() - CHAPTERS.keys():
        raise ValueError(f"no chapter: {sorted(strange)}")
    return [one for chapter in CHAPTERS if chapter in files for one in _chapter(chapter, files[chapter])]


def _chapter(chapter: str, path: Path) -> list[Behaviour]:
    told: dict[str, dict[str, dict[str, Any]]] = tomllib.loads(path.read_text())
    return [
        Behaviour(chapter=chapter, operation=operation, name=name, **said)
        for operation, claims in told.items()
        for name, said in claims.items()
    ]
