"""Saying what is asked of the sandbox, and what is hosted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pools.endpoint.models import EndpointProject
from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

SANDBOX = f"/_sandbox/v1/{PROJECT}"
CONSOLE = {"request-type": "console"}


@dataclass(frozen=True)
class Neighbour:
    """A project beside the steered one, and somebody with a key of it."""

    project: EndpointProject
    speaker: Speaker

    def create(self, name: str = "pool-ae01") -> str:
        """Host a pool there; returns its address."""
        pools = f"/v2/{self.project.project_id}/pools"
        network = {"name": f"network-21e1-{self.project.project_id}"}
        made = self.speaker.post(pools, creation(name=name, network=network))
        assert made.status_code == 200
        return f"{pools}/{name}-{self.project.project_id}"


def steer(speaker: Speaker, what: str, /, *, expected: int = 200, **body: Any) -> dict[str, Any]:
    """POST to the sandbox and return the answer, which must have this status."""
    answer = speaker.post(f"{SANDBOX}/{what}", body)
    assert answer.status_code == expected, answer.content
    told: dict[str, Any] = answer.json()
    return told


def put(speaker: Speaker, what: str, /, *, expected: int = 200, **body: Any) -> dict[str, Any]:
    """PUT to the sandbox and return the answer."""
    answer = speaker.put(f"{SANDBOX}/{what}", body)
    assert answer.status_code == expected, answer.content
    told: dict[str, Any] = answer.json()
    return told


def look(speaker: Speaker, what: str = "") -> dict[str, Any]:
    """GET from the sandbox."""
    answer = speaker.get(f"{SANDBOX}/{what}" if what else SANDBOX)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def host(speaker: Speaker, name: str = "pool-ae01", *, console: bool = False, **how: Any) -> str:
    """Create a pool; returns its address."""
    made = speaker.post(POOLS, creation(name=name, **how), headers=CONSOLE if console else {})
    assert made.status_code == 200, made.content
    return f"{POOLS}/{ident(name)}"


def phase(speaker: Speaker, pool: str) -> str:
    """The phase of the pool at this address; empty when it is gone."""
    answer = speaker.get(pool)
    return "" if answer.status_code == 404 else str(answer.json()["status"]["phase"])
