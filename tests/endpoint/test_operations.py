"""Every call has a name, and it is the one that official clients know it by."""

import inspect
import re
from collections import defaultdict

import pytest
from django.test import RequestFactory
from huaweicloudsdkbss.v2 import BssClient
from huaweicloudsdkiam.v3 import IamClient
from huaweicloudsdkmodelarts.v1 import ModelArtsClient

from pools.endpoint.views.pools import Pools
from tests.endpoint.routes import METHODS, SERVED

_CALL = re.compile(r'def _(\w+)_http_info\(.*?"method": "(\w+)",\s*"resource_path": "([^"]+)"', re.DOTALL)


def _known() -> dict[tuple[str, str], set[str]]:
    """(method, path) -> what the official clients call it."""
    known: dict[tuple[str, str], set[str]] = defaultdict(set)
    for client in (ModelArtsClient, BssClient, IamClient):
        for name, method, path in _CALL.findall(inspect.getsource(client)):
            known[method, _bare(path)].add("".join(word.capitalize() for word in name.split("_")))
    return known


def _bare(path: str) -> str:
    """The path without the names of its parameters."""
    return "/" + re.sub(r"<[^>]*>|\{[^}]*\}", "{}", path).lstrip("/")


def test_every_method_of_every_route_has_a_name() -> None:
    assert [(route, view) for route, view, methods in SERVED if {*view.operations} != {*methods}] == []


def test_no_two_calls_share_a_name() -> None:
    names = [view.operations[name] for _, view, methods in SERVED for name in methods]
    assert [name for name in names if names.count(name) > 1] == []


@pytest.mark.shows("Transport.addresses")
def test_calls_are_named_as_the_official_clients_name_them() -> None:
    known = _known()
    ours = {(METHODS[name], _bare(route)): view.operations[name] for route, view, methods in SERVED for name in methods}
    assert len(ours.keys() & known.keys()) > 40
    assert {call: (name, known[call]) for call, name in ours.items() if name not in known.get(call, {name})} == {}


@pytest.mark.parametrize(("method", "name"), [("POST", "CreatePool"), ("HEAD", "ListPools"), ("BREW", "")])
def test_a_view_says_what_a_request_asks_for(method: str, name: str) -> None:
    assert Pools.operation(RequestFactory().generic(method, "/v2/some-project/pools")) == name
