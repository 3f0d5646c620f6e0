"""One more project in a running product: hosted, connected, with a team of its own. Prints who and where as JSON.

`python -m tests.faults.founding http://127.0.0.1:…`, in the product's environment.
"""

from __future__ import annotations

import json
import sys
from uuid import uuid4

import django

django.setup()

from django.db import transaction  # noqa: E402 - models need Django to be set up

from pools.endpoint import admitting, stocking  # noqa: E402
from tests import builders  # noqa: E402


def main(url: str) -> None:
    mark = uuid4().hex[:6]
    with transaction.atomic():
        account = admitting.open_account("poolhouse")
        hosted = admitting.open_project(account, name=f"region-{mark}")
        stocking.load(hosted)
        key = admitting.issue_key(hosted)
        team = builders.team(name=f"District {mark}")
        builders.project(
            teams=(team,),
            url=url,
            name=f"District {mark}",
            project_id=hosted.project_id,
            domain_id=account.domain_id,
            access_key=key.access_key,
            secret_key=key.secret_key,
            embedded=True,  # watched at the endpoint's pace
        )
        names = [f"{role}-{mark}" for role in ("member", "admin", "second")]
        builders.person(username=names[0], member_of=team)
        for name in names[1:]:
            builders.person(username=name, admin_of=team)
    accounts = [{"username": name, "password": builders.PASSWORD} for name in names]
    sys.stdout.write(json.dumps({"project_id": hosted.project_id, "accounts": accounts}))


if __name__ == "__main__":
    main(sys.argv[1])
