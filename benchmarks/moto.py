"""The create call beside a peer's: `CreateCluster` of moto's ECS, one server process each, over HTTP.

Not the same work. Moto checks no signature and keeps everything in memory; ours verifies the signature, judges every
rule and has all its rows committed to SQLite before it answers. Moto's body has one key, some thirty bytes in all, so
that only our small body is near to it. `tools/bench moto` makes moto's environment.

    python -m benchmarks.moto
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from benchmarks.create import PROJECTS, measure, ours
from benchmarks.support.documents import BODIES
from benchmarks.support.hammering import hammer
from benchmarks.support.serving import ROOT, Server, database, environment, furnished, serving
from benchmarks.support.signing import raw
from tests.engines import free_port

PROGRAM = ROOT / ".venv-moto" / "bin" / "moto_server"
WANTED = 300
# Moto finds the service by these; it verifies none of it.
HEADERS = {
    "Content-Type": "application/x-amz-json-1.1",
    "X-Amz-Target": "AmazonEC2ContainerServiceV20141113.CreateCluster",
    "Authorization": "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261125/us-east-1/ecs/aws4_request, "
    "SignedHeaders=host, Signature=0",
}
_numbers = count()


@contextmanager
def moto() -> Iterator[Server]:
    port = free_port()
    command = [str(PROGRAM), "--host", "127.0.0.1", "--port", str(port)]
    server = Server({"PATH": "/usr/bin:/bin"}, command, port=port, quiet=True)  # it tells of every request
    try:
        yield server
    finally:
        server.stop()


def clusters(wanted: int) -> list[bytes]:
    bodies = [json.dumps({"clusterName": f"cluster-{next(_numbers)}"}).encode() for _ in range(wanted)]
    return [raw("POST", "/", headers=HEADERS, body=body) for body in bodies]


def main() -> None:
    if not PROGRAM.exists():
        sys.exit("moto's environment is not there: run `tools/bench moto`")
    version = subprocess.run([PROGRAM.with_name("pip"), "show", "moto"], capture_output=True, text=True, check=True)
    print(version.stdout.splitlines()[1].replace("Version:", "moto"))
    with database("SQLite") as url, environment(url) as settings:
        made = furnished(settings, projects=PROJECTS)
        with serving(settings) as server, moto() as peer:
            print("| create call | requests/s of ours | of moto's CreateCluster | ours / moto's | by processor time |")
            print("| --- | --- | --- | --- | --- |")
            for name, document in BODIES.items():
                subjects = {"ours": (server, ours(document, made["keys"], server.port)), "moto": (peer, clusters)}
                for each, make in subjects.values():
                    hammer(each.port, make(20))
                seen = measure(subjects, WANTED)
                (rps, ms), (peer_rps, peer_ms) = seen["ours"], seen["moto"]
                print(f"| {name} body | {rps:.0f} | {peer_rps:.0f} | {rps / peer_rps:.1f} | {peer_ms / ms:.1f} |")


if __name__ == "__main__":
    main()
