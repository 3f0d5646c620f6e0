"""What a network is connected to, and how each connection fares over time.

The rows remember when each connection will be there, and when a file system that was let go will be gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from pools.endpoint.scenario import Fate
from pools.wire.options import PeerPhase, SfsConnectionType, SfsStatus

Document = dict[str, Any]

PEERS, FILE_SYSTEMS = "peerConnectionList", "sfsTurboConnectionList"


@dataclass(frozen=True, slots=True)
class Link:
    """One connection, as it was asked for: `key` tells it from the others of its network."""

    key: str
    document: Document

    @property
    def fate(self) -> Fate:
        """What becomes of it: the VPC's or the file system's name may say."""
        return Fate.chosen_by(self.document.get("peerVpcId") or self.document.get("name"))


def links(connection: Mapping[str, Any]) -> list[Link]:
    """Every connection of `spec.connection`."""
    return [
        Link("/".join((kind, *(str(one.get(key) or "") for key in keys))), one)
        for kind, keys in ((PEERS, ("peerVpcId", "peerSubnetId")), (FILE_SYSTEMS, ("sfsId",)))
        for one in connection.get(kind) or []
    ]


def due(connection: Mapping[str, Any], known: Mapping[str, str], ready_at: datetime) -> dict[str, str]:
    """By key when each connection is there: those that are new, at `ready_at`."""
    return {one.key: known.get(one.key) or ready_at.isoformat() for one in links(connection)}


def leaving(
    was: Mapping[str, Any], became: Mapping[str, Any], known: list[Document], gone_at: datetime
) -> list[Document]:
    """The file systems that are being let go, with those that just were; none that is wanted again."""
    wanted = {one.key for one in links(became)}
    just = [{"entry": one.document, "at": gone_at.isoformat()} for one in links({FILE_SYSTEMS: was.get(FILE_SYSTEMS)})]
    return [one for one in (*known, *just) if not wanted & {link.key for link in links({FILE_SYSTEMS: [one["entry"]]})}]


def status(connection: Mapping[str, Any], linked: Mapping[str, str], left: list[Document], now: datetime) -> Document:
    """`status.connectionStatus`: nothing of what there is nothing of."""

    def is_over(at: str | None) -> bool:
        return at is None or datetime.fromisoformat(at) <= now

    told = [(one, is_over(linked.get(one.key))) for one in links(connection)]
    peers = [_peer(one, done=done) for one, done in told if one.key.startswith(PEERS)]
    systems = [_file_system(one, done=done) for one, done in told if one.key.startswith(FILE_SYSTEMS)]
    systems += [_told(one["entry"], status=SfsStatus.DELETING) for one in left if not is_over(one["at"])]
    return {
        **({"peerConnectionStatus": peers} if peers else {}),
        **({"sfsTurboStatus": systems} if systems else {}),
    }


def _peer(link: Link, *, done: bool) -> Document:
    phase = PeerPhase.ACTIVE if done and link.fate is not Fate.STUCK else PeerPhase.CONNECTING
    if done and link.fate is Fate.ABNORMAL:
        phase = PeerPhase.ABNORMAL
    return {"defaultGateWay": False, **link.document, "phase": phase.value}


def _file_system(link: Link, *, done: bool) -> Document:
    state = SfsStatus.ACTIVE if done and link.fate is not Fate.STUCK else SfsStatus.CREATING
    if done and link.fate is Fate.ABNORMAL:
        state = SfsStatus.ABNORMAL
    return _told(link.document, status=state)


def _told(entry: Document, *, status: SfsStatus) -> Document:
    kind = SfsConnectionType.VPC_PORT if entry.get("subnetId") else SfsConnectionType.PEERING
    place = sha256(str(entry.get("sfsId")).encode()).digest()
    address = f"192.168.{place[0]}.{place[1] % 250 + 2}:/" if status is SfsStatus.ACTIVE else ""
    return {**entry, "connectionType": kind.value, "ipAddr": address, "status": status.value}
