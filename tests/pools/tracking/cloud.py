"""A cloud of a few pools on a real socket, for tests to steer: what it lists, what it shows, how it fails."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from django.utils import timezone

from pools.models import Project
from tests import builders
from tests.pools.upstream.stranger import Behaviour, Request, Stranger, answering


class Cloud:
    """`listed` are the pools of the default list, `failed` those of the failed one; both can be shown."""

    def __init__(self) -> None:
        self.listed: dict[str, dict[str, Any]] = {}
        self.failed: dict[str, dict[str, Any]] = {}
        self.documents: dict[str, Any] = {}
        self.trouble: dict[str, Behaviour] = {}
        self.stranger = Stranger(self._choose)

    def project(self, **fields: Any) -> Project:
        return builders.project(url=self.stranger.url, **fields)

    def has(
        self, name: str, phase: str = "Running", *, created: datetime | None = None, **status: Any
    ) -> dict[str, Any]:
        """Have a pool listed, or change the one that is. Its ID is its name and `-id`."""
        pool_id = f"{name}-id"
        known = self.listed.get(pool_id, {}).get("metadata", {}).get("creationTimestamp")
        made = builders.heard(
            name=name, pool_id=pool_id, phase=phase, created=created or timezone.now() - timedelta(hours=1), **status
        )
        if known and not created:
            made["metadata"]["creationTimestamp"] = known
        self.listed[pool_id] = made
        return made

    def loses(self, name: str) -> None:
        del self.listed[f"{name}-id"]

    def fails_at(self, path: str, behaviour: Behaviour) -> None:
        """Misbehave for every path that holds `path`."""
        self.trouble[path] = behaviour

    def recovers(self) -> None:
        self.trouble.clear()

    def asked(self) -> list[str]:
        """What was asked for, without the beginning that all paths share."""
        return [request.target.split("/", 3)[3] for request in self.stranger.heard]

    def _choose(self, request: Request) -> Behaviour:
        for path, behaviour in self.trouble.items():
            if path in request.target:
                return behaviour
        asked = request.target.split("/", 3)[3]
        if asked.startswith("pools?status=failed"):
            return answering({"kind": "PoolList", "items": list(self.failed.values())})
        if asked == "pools":
            return answering({"kind": "PoolList", "items": list(self.listed.values())})
        known = self.listed | self.failed
        pool_id = unquote(asked.removeprefix("pools/"))
        if pool_id in known:
            return answering(known[pool_id])
        document = next((value for key, value in self.documents.items() if asked.startswith(key)), None)
        if document is not None:
            return answering(document)
        return answering({"error_code": "ModelArts.50015001", "error_msg": "not found"}, status=404)
