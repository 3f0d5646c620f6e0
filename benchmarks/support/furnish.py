"""Run in a process of its own: make the tables, and projects with a key and the sample catalog; print them as JSON.

Also counts, by query capture, the statements of one create call.
"""

import json
import sys
from collections import Counter
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from benchmarks.support.documents import LARGE, PROJECT, SMALL, named  # noqa: E402
from benchmarks.support.signing import signed_headers  # noqa: E402
from pools.endpoint import admitting, stocking  # noqa: E402
from pools.endpoint.models import Tenancy  # noqa: E402


def furnish(projects: int) -> list[dict[str, str]]:
    account = admitting.open_account("poolhouse")
    made = []
    for nth in range(projects):
        project_id = f"{nth:03x}{PROJECT[3:]}"
        project = admitting.open_project(account, name=f"region-{nth}", project_id=project_id)
        stocking.load(project)
        key = admitting.issue_key(project, access_key=f"BENCH{nth:015}", secret_key="s" * 40)
        made.append({"project_id": project_id, "access_key": key.access_key, "secret_key": key.secret_key})
    return made


def count(key: dict[str, str], body: bytes) -> dict[str, int]:
    """The statements of one create call by their verb."""
    target = f"/v2/{key['project_id']}/pools"
    headers = signed_headers("POST", target, key=key, host="127.0.0.1", body=body)
    client = Client()
    with CaptureQueriesContext(connection) as captured:
        answer = client.generic("POST", target, body, "application/json", headers=headers)
    if answer.status_code != 200:
        sys.exit(f"the create call answered {answer.status_code}: {answer.content.decode()}")
    # Several may go in one, each on a line of its own.
    return dict(Counter(one.split()[0] for query in captured.captured_queries for one in query["sql"].splitlines()))


def main(projects: int) -> dict[str, Any]:
    call_command("migrate", run_syncdb=True, verbosity=0)
    keys = furnish(projects)
    Tenancy.objects.update(pool_quota=1_000_000)
    # The first creation reads the catalog, too.
    count(keys[0], named(SMALL, "count-first", project_id=keys[0]["project_id"]))
    counted = {
        name: count(keys[0], named(document, f"count-{name}", project_id=keys[0]["project_id"]))
        for name, document in (("small", SMALL), ("large", LARGE))
    }
    return {"keys": keys, "statements": counted}


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
