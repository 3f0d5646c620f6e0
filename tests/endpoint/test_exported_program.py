"""The program that an order is exported as, run as it is against the embedded endpoint."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pytest_django.live_server_helper import LiveServer

from pools.dialects import python
from pools.dialects.destination import Destination
from pools.endpoint import admitting, stocking
from pools.endpoint.models import HostedPool
from tests.endpoint.guests import PROJECT, creation

ELSEWHERE = Destination(modelarts_url="http://127.0.0.1:1", iam_url="", project_id="other")


def run(program: str, at: Path, **environment: str) -> Any:
    at.write_text(program)
    known = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "PYTHONPATH"}}
    return subprocess.run(
        [sys.executable, at], env=known | environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_it_orders_the_pool_with_every_key_and_the_header_that_opens_an_order(
    live_server: LiveServer, tmp_path: Path
) -> None:
    project = admitting.open_project(admitting.open_account("poolhouse"), name="cn-north-4", project_id=PROJECT)
    stocking.load(project)
    key = admitting.issue_key(project)
    document = creation(odd={"it's": ["${x}", None, 0.5]}, clusterFlavor="cce.s1.small")
    told = run(
        python.say(document, ELSEWHERE),
        tmp_path / "order.py",
        HUAWEICLOUD_SDK_AK=key.access_key,
        HUAWEICLOUD_SDK_SK=key.secret_key,
        HUAWEICLOUD_SDK_PROJECT_ID=PROJECT,
        MODELARTS_ENDPOINT=live_server.url,
    )
    assert told.returncode == 0, told.stderr
    hosted = HostedPool.objects.get()
    assert hosted.document["spec"]["odd"] == document["spec"]["odd"]
    assert hosted.document["spec"]["clusterFlavor"] == "cce.s1.small"
    # Paid by use, only the header makes an order that waits.
    assert hosted.document["metadata"]["annotations"]["os.modelarts/order.id"].startswith("CS")
