"""A cloud that only lists and shows pools, fast, in a process of its own; it stands for the real one.

    python -m benchmarks.support.cloud PROJECTS POOLS MOVING CHANGED

Serves so many projects of so many pools each. The first `MOVING` of every hundred are Creating and tell more nodes at
every list; of the others `CHANGED` of every thousand change at a list, each time others. Prints its port. `/asked`
tells how often each project was asked: all in all, and at most within one second.
"""

from __future__ import annotations

import json
import socket
import socketserver
import sys
import threading
import time
from typing import Any

from benchmarks.support.documents import SMALL

CREATED = "2026-11-01T08:00:00Z"


def project_id(nth: int) -> str:
    return f"{nth:032x}"


def pool_id(project: int, nth: int) -> str:
    return f"pool-{project}-{nth}-{project_id(project)}"


def document(project: int, nth: int, *, phase: str, told: int) -> dict[str, Any]:
    """A pool as the service lists it, some 1,400 bytes; `told` is what changes between two lists."""
    running = phase == "Running"
    counts = [{"flavor": "modelarts.vm.cpu.8ud", "azs": [{"az": "cn-north-4a", "count": 4}], "count": 4}]
    scope = {"scopeType": "Train", "state": "Enabled" if running else "Enabling"}
    labels = {
        **SMALL["metadata"]["labels"],
        "os.modelarts/name": f"pool-{project}-{nth}",
        "os.modelarts/order.name": f"order.{nth}-{project}-3f5a1c0e9b7d42d8",
        "os.modelarts/resource.id": f"maos-node-{project}-{nth}-86c13962597848ee",
        "os.modelarts/tenant.domain.id": "7d2a8bd76eb942268faad2eae9ba3d61",
        "os.modelarts/tenant.project.id": project_id(project),
        "os.modelarts/create-from": "poolhouse",
    }
    annotations = {
        "os.modelarts/description": "A pool that stands for many others in this measurement",
        "os.modelarts/billing.mode": "0",
        "os.modelarts/order.id": f"CS26{project:06}{nth:06}",
    }
    return {
        "kind": "Pool",
        "apiVersion": "v2",
        "metadata": {
            "name": pool_id(project, nth),
            "creationTimestamp": CREATED,
            "labels": labels,
            "annotations": annotations,
        },
        "spec": {
            **SMALL["spec"],
            "resources": [{**SMALL["spec"]["resources"][0], "count": 4, "maxCount": 4}],
            "driver": {"gpuVersion": "470.57.02", "updateStrategy": "idle"},
        },
        "status": {
            "phase": phase,
            "message": f"step {told}" if told else "",
            "resources": {"available" if running else "creating": counts},
            "scope": [scope],
            "root": f"root-{project}-{nth}",
        },
    }


class Pools:
    """The pools of one project as bytes, and when it was asked."""

    def __init__(self, project: int, *, pools: int, moving: int, changed: int) -> None:
        self.project, self.moving, self.changed = project, moving, changed
        self.asked: list[float] = []
        self._lock = threading.Lock()
        self._lists = 0
        self.items = [self._item(nth, told=0) for nth in range(pools)]
        self.by_id = {pool_id(project, nth): nth for nth in range(pools)}

    def is_moving(self, nth: int) -> bool:
        return nth % 100 < self.moving

    def _item(self, nth: int, *, told: int) -> bytes:
        phase = "Creating" if self.is_moving(nth) else "Running"
        return json.dumps(document(self.project, nth, phase=phase, told=told), separators=(",", ":")).encode()

    def list(self) -> bytes:
        with self._lock:
            self._lists += 1
            for nth in self._to_change():
                self.items[nth] = self._item(nth, told=self._lists)
            return b'{"kind":"PoolList","apiVersion":"v2","items":[' + b",".join(self.items) + b"]}"

    def _to_change(self) -> range | list[int]:
        if not self.moving and not self.changed:
            return []
        moving = [nth for nth in range(len(self.items)) if self.is_moving(nth)]
        if not self.changed:
            return moving
        every = 1000 // self.changed
        others = range(self._lists % every, len(self.items), every)
        return [*moving, *(nth for nth in others if not self.is_moving(nth))]

    def tally(self) -> dict[str, int]:
        """How often this project was asked, all in all and within the busiest second."""
        times = sorted(self.asked)
        most, first = 0, 0
        for last, moment in enumerate(times):
            while moment - times[first] >= 1.0:
                first += 1
            most = max(most, last - first + 1)
        return {"all": len(times), "within a second": most}


class Cloud:
    """Answers bytes for a path; None for what there is not."""

    def __init__(self, projects: int, pools: int, moving: int, changed: int) -> None:
        self.projects = {
            project_id(nth): Pools(nth, pools=pools, moving=moving, changed=changed) for nth in range(projects)
        }

    def answer(self, path: str) -> bytes | None:
        if path == "/asked":
            return json.dumps({key: row.tally() for key, row in self.projects.items()}).encode()
        plain, _, query = path.partition("?")
        parts = plain.strip("/").split("/")
        row = self.projects.get(parts[1]) if len(parts) > 2 else None
        if row is None or parts[2] != "pools":
            return None
        row.asked.append(time.monotonic())
        if len(parts) == 3:
            return b'{"kind":"PoolList","items":[]}' if "failed" in query else row.list()
        nth = row.by_id.get(parts[3])
        return None if nth is None else row.items[nth]


class _Handler(socketserver.BaseRequestHandler):
    cloud: Cloud

    def handle(self) -> None:
        raw = b""
        while b"\r\n\r\n" not in raw:
            more = self.request.recv(65536)
            if not more:
                return
            raw += more
        body = self.cloud.answer(raw.split(b" ", 2)[1].decode())
        status = b"404 Not Found" if body is None else b"200 OK"
        body = b'{"error_code":"ModelArts.50015001","error_msg":"not found"}' if body is None else body
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        self.request.sendall(head % (status, len(body)) + body)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


def main(projects: int, pools: int, moving: int, changed: int) -> None:
    handler = type("Handler", (_Handler,), {"cloud": Cloud(projects, pools, moving, changed)})
    with _Server(("127.0.0.1", 0), handler) as server:
        server.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        print(server.server_address[1], flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
