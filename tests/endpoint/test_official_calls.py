"""Every call of the official ModelArts client: served, and our answer read by the client, or said here why not."""

from __future__ import annotations

import inspect
import re
import warnings
from typing import Any

import pytest
from huaweicloudsdkcore.sdk_response import SdkResponse
from huaweicloudsdkmodelarts.v1 import ModelArtsClient

from pools.endpoint.describing.examples import heard
from tests.endpoint.routes import METHODS, SERVED

_CALL = re.compile(r'def _(\w+)_http_info\(.*?"method": "(\w+)",\s*"resource_path": "([^"]+)"', re.DOTALL)
_OPERATION = re.compile(r"/v\d(?:/\{project_id\})?/([\w-]+)")

# Other products behind the same address: what runs in pools, and what people develop with.
ELSEWHERE = {
    "dev-servers": "machines of their own",
    "services": "inference",
    "workflows": "workflows",
    "training-jobs": "training",
    "training-experiments": "training",
    "training-experiment-names": "training",
    "training-job-engines": "training",
    "training-job-flavors": "training",
    "training-job-names": "training",
    "training-job-searches": "training",
    "training-event-categories": "training",
    "training-pool-flavors": "training",
    "training-quotas": "training",
    "modelarts-training-job": "tags of training jobs",
    "modelarts-service-v2": "tags of services",
    "algorithms": "training",
    "search-algorithms": "training",
    "gallery-algorithm-publication": "training",
    "notebooks": "notebooks",
    "images": "images of notebooks",
    "authoring": "notebooks",
    "intranet-connection": "inference",
    "agency": "what the service may do in an account",
    "authorizations": "what the service may do in an account",
    "auth-mode": "what the service may do in an account",
}
# Of pools, nodes and workspaces, what no page describes well enough to be imitated.
NOT_SERVED = {
    "BatchBindPoolNodes": "binds nodes to logical pools, which nothing else here knows",
    "BatchDrainPoolNodes": "drives jobs off nodes; the jobs here are made up",
    "BatchMigratePoolNodes": "moves nodes between pools; no page says what becomes of orders and billing",
    "ShowPoolNodeConfig": "settings of the kubelet, which no pool shows otherwise",
    "ShowPoolNodeConfigTemplate": "settings of the kubelet, which no pool shows otherwise",
    "ShowNodeConfigTemplate": "settings of the kubelet, which no pool shows otherwise",
    "ListScheduledEvents": "repairs the cloud announces; nothing here breaks by itself",
    "AcceptScheduledEvent": "repairs the cloud announces; nothing here breaks by itself",
    "ListUsers": "users that could be let in; they are the account's, in IAM",
    "ValidateAuthorization": "asks whether somebody is let in; nobody but the account decides that here",
}


def _calls() -> dict[str, tuple[str, str]]:
    """Each call of the client: its name -> method and path."""
    found = _CALL.findall(inspect.getsource(ModelArtsClient))
    return {"".join(word.capitalize() for word in name.split("_")): (method, path) for name, method, path in found}


CALLS = _calls()
OURS = {view.operations[name]: METHODS[name] for _, view, methods in SERVED for name in methods}
READ = sorted(CALLS.keys() & OURS.keys())


def _product(path: str) -> str:
    match = _OPERATION.match(path)
    return match[1] if match else ""


def test_the_client_is_known_whole() -> None:
    assert len(CALLS) > 250
    assert len(READ) > 50


@pytest.mark.shows("Transport.official-calls")
def test_every_call_is_served_or_said_not_to_be() -> None:
    known = {name for name, (_, path) in CALLS.items() if _product(path) in ELSEWHERE}
    assert CALLS.keys() - known - OURS.keys() == NOT_SERVED.keys()


def test_nothing_is_said_not_to_be_served_and_is() -> None:
    assert {name for name in READ if _product(CALLS[name][1]) in ELSEWHERE} == set()
    assert {_product(path) for _, path in CALLS.values()} >= ELSEWHERE.keys()


def _read(operation: str, answer: Any) -> Any:
    """The answer as the client reads it; what it cannot read as it should is an error."""
    client = ModelArtsClient()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return client._deserialize(answer, f"{operation}Response")


@pytest.mark.shows("Transport.official-answers")
@pytest.mark.parametrize("operation", READ)
def test_the_client_reads_the_answer(operation: str) -> None:
    kept = heard()[operation]
    if "answer" not in kept:
        return  # It answers nothing.
    told = _read(operation, kept["answer"])
    assert isinstance(told, SdkResponse)
    assert kept["answer"] == {} or [name for name in told.openapi_types if getattr(told, name) is not None]
