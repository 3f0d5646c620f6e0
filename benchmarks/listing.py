"""Listing pools beside writing the same documents as JSON, and whether other projects' pools slow anything down.

Everything between the WSGI server and the database is measured, in this process: signature, query, scenario, answer.

    python -m benchmarks.listing
"""

import json
import os
from collections.abc import Callable
from typing import Any

import django

from benchmarks.support.documents import SMALL, named
from benchmarks.support.serving import environment, furnished
from benchmarks.support.signing import signed_headers
from benchmarks.support.timing import alternating

LISTED = 500
NEIGHBOURS = (100, 10_000)


def host(project_id: str, number: int) -> None:
    """Host so many running pools in a project: the rows of one real creation, copied."""
    from pools.endpoint import hosting, judging
    from pools.endpoint.models import EndpointProject, HostedPool
    from pools.endpoint.scenario import Pace

    project = EndpointProject.objects.select_related("account").get(project_id=project_id)
    document = json.loads(named(SMALL, "pool-first", project_id=project_id))
    first = hosting.create(project, judging.admit(project, document), console=False)
    fields = {field.attname: getattr(first, field.attname) for field in HostedPool._meta.concrete_fields}
    del fields["id"]
    fields["pace"] = Pace.INSTANT
    HostedPool.objects.bulk_create(
        HostedPool(**{**fields, "ident": f"pool-{nth}-{project_id}"}) for nth in range(number)
    )
    first.delete()


def caller(key: dict[str, str], path: str) -> Callable[[], Any]:
    """Ask for a path with a signature made beforehand; returns the document's bytes."""
    from django.test import Client

    headers = signed_headers("GET", path, key=key, host="127.0.0.1")
    client = Client()

    def call() -> Any:
        answer = client.generic("GET", path, content_type="application/json", headers=headers)
        assert answer.status_code == 200, answer.content
        return answer.content

    return call


def main() -> None:
    with environment("") as settings:
        made = furnished(settings, projects=4)
        os.environ.update(settings)
        django.setup()
        listed, few, many = made["keys"][1:]  # the first has the pools of the counting
        pools = f"/v2/{listed['project_id']}/pools"
        host(listed["project_id"], LISTED)
        ask = caller(listed, pools)
        documents = json.loads(ask())
        assert len(documents["items"]) == LISTED
        seen = alternating({"list": ask, "floor": lambda: json.dumps(documents)}, rounds=15)
        print(f"List of {LISTED} pools, {len(ask()) / LISTED:.0f} bytes each: {seen['list'] / 1000:.1f} ms,")
        print(f"{seen['list'] / seen['floor']:.1f} x json.dumps of the same documents.\n")
        neighbours(few["project_id"], many["project_id"], listed, pools)


def neighbours(few: str, many: str, key: dict[str, str], pools: str) -> None:
    print("| pools of other projects | list / json.dumps of 500 | show / json.dumps of 500 |\n| --- | --- | --- |")
    lists, shows = caller(key, pools), caller(key, f"{pools}/pool-7-{key['project_id']}")
    documents = json.loads(lists())
    for number, project_id in zip(NEIGHBOURS, (few, many), strict=True):
        host(project_id, number)
        seen = alternating({"list": lists, "show": shows, "floor": lambda: json.dumps(documents)}, rounds=41)
        print(f"| {number} | {seen['list'] / seen['floor']:.1f} | {seen['show'] / seen['floor']:.3f} |")


if __name__ == "__main__":
    main()
