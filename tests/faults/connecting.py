"""Point a console's own project at another machine's endpoint: what a test of backups needs, so that the cloud does not
travel in time with the console's database.

`python -m tests.faults.connecting`, in the console's environment; the endpoint is told as JSON.
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from pools.models import Project  # noqa: E402 - models need Django to be set up


def main() -> None:
    told = json.loads(sys.argv[1])
    project = Project.objects.get(embedded=True)
    project.modelarts_url = project.iam_url = project.bss_url = told["url"]
    for name in ("project_id", "domain_id", "access_key", "secret_key"):
        setattr(project, name, told[name])
    project.save()


if __name__ == "__main__":
    main()
