"""The create call with everything, over HTTP, beside plain Django views that parse the same body and insert rows.

Ours checks the signature, judges every rule, writes all rows in one transaction and answers the pool's document. The
floors check nothing and answer a number: (a) inserts one row, (b) as many as ours by ORM in one transaction. Both run
in the same process under the same settings, and again in a process without any middleware.

    python -m benchmarks.create [SQLite] [PostgreSQL]
"""

import sys
from collections import defaultdict
from collections.abc import Callable
from itertools import count
from statistics import median
from typing import Any

from benchmarks.support.documents import BODIES, named
from benchmarks.support.hammering import hammer
from benchmarks.support.serving import Server, database, environment, furnished, serving
from benchmarks.support.signing import raw, signed_headers

ROUNDS = 5
REQUESTS = {"small": 300, "large": 120}
PROJECTS = 40

Maker = Callable[[int], list[bytes]]
_numbers = count()


def ours(document: dict[str, Any], keys: list[dict[str, str]], port: int) -> Maker:
    def make(wanted: int) -> list[bytes]:
        return [_signed(document, keys[nth % len(keys)], port) for nth in range(wanted)]

    return make


def _signed(document: dict[str, Any], key: dict[str, str], port: int) -> bytes:
    path = f"/v2/{key['project_id']}/pools"
    body = named(document, f"pool-{next(_numbers)}", project_id=key["project_id"])
    return raw(
        "POST", path, headers=signed_headers("POST", path, key=key, host=f"127.0.0.1:{port}", body=body), body=body
    )


def floor(document: dict[str, Any], path: str) -> Maker:
    def make(wanted: int) -> list[bytes]:
        headers = {"Content-Type": "application/json"}
        bodies = [named(document, f"pool-{next(_numbers)}") for _ in range(wanted)]
        return [raw("POST", path, headers=headers, body=body) for body in bodies]

    return make


def measure(subjects: dict[str, tuple[Server, Maker]], wanted: int) -> dict[str, tuple[float, float]]:
    """Requests per second and server milliseconds per request, medians of rounds in which the subjects take turns."""
    seen: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(ROUNDS):
        for name, (server, make) in subjects.items():
            requests = make(wanted)
            before = server.cpu()
            took = hammer(server.port, requests)
            seen[name].append((wanted / took, 1000 * (server.cpu() - before) / wanted))
    return {name: (median(rps for rps, _ in rows), median(ms for _, ms in rows)) for name, rows in seen.items()}


def report(engine: str) -> None:
    with database(engine) as url, environment(url) as settings:
        made = furnished(settings, projects=PROJECTS)
        with serving(settings) as server, serving(settings, middleware=False) as plain:
            for name, document in BODIES.items():
                statements = made["statements"][name]
                inserts = statements["INSERT"]
                subjects = {
                    "ours": (server, ours(document, made["keys"], server.port)),
                    "(a) one insert": (server, floor(document, "/floor/bare")),
                    f"(b) {inserts} inserts": (server, floor(document, f"/floor/several/{inserts}")),
                    "(a) no middleware": (plain, floor(document, "/floor/bare")),
                    "(b) no middleware": (plain, floor(document, f"/floor/several/{inserts}")),
                }
                for server_, make in subjects.values():
                    hammer(server_.port, make(20))
                print(
                    f"\n{engine}, {name} body, {len(named(document, 'pool-0'))} bytes; statements of ours: {statements}"
                )
                tell(measure(subjects, REQUESTS[name]))


def tell(seen: dict[str, tuple[float, float]]) -> None:
    rps_of_ours, ms_of_ours = seen["ours"]
    print("| subject | requests/s | server ms | ours / it, by time | by processor |\n| --- | --- | --- | --- | --- |")
    for name, (rps, ms) in seen.items():
        print(f"| {name} | {rps:.0f} | {ms:.2f} | {rps_of_ours / rps:.2f} | {ms / ms_of_ours:.2f} |")


if __name__ == "__main__":
    for engine in sys.argv[1:] or ("SQLite", "PostgreSQL"):
        report(engine)
