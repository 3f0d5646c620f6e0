"""The catalogue of error codes: each is told to people, and each is sent, or it is said that it never is."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import EndpointProject
from pools.wire.errors import Code
from tests.endpoint.guests import POOLS, PROJECT, creation
from tests.endpoint.signed import Speaker

ROOT = Path(__file__).parents[2]
FACTS = (ROOT / "docs" / "facts.md").read_text()
# Codes of services behind the gateway, which lets nobody through to them.
NEVER_SENT = {Code.INVALID_CREDENTIALS, Code.KEYS_INVALID, Code.BILLING_UNAUTHENTICATED}
# Only PostgreSQL makes a call wait so long for a row.
NOT_MET_HERE = {Code.SANDBOX_BUSY}


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def _sources(room: str) -> str:
    return "\n".join(path.read_text() for path in sorted((ROOT / room).rglob("*.py")))


def _section(title: str) -> str:
    found = re.search(rf"^##+ {title}\n(.*?)(?=^##+ |\Z)", FACTS, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("code", sorted({*Code} - NEVER_SENT))
def test_a_code_that_is_sent_stands_in_the_facts(code: Code) -> None:
    assert f"`{code}`" in _section("Error codes")


@pytest.mark.parametrize("code", sorted(NEVER_SENT))
def test_a_code_that_is_never_sent_is_said_not_to_be(code: Code) -> None:
    assert f"`{code}`" in _section("Codes that are never sent")
    assert f"Code.{code.name}" not in _sources("pools/endpoint")


def test_every_code_that_is_sent_is_met_by_a_test() -> None:
    met = _sources("tests/endpoint")
    assert {code for code in Code if f'"{code}"' not in met} - NEVER_SENT == NOT_MET_HERE


def sent(speaker: Speaker, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str]:
    get = method == "GET"
    answer = speaker.get(path, headers=headers) if get else speaker.post(path, body, headers=headers)
    return answer.status_code, answer.json()["error_code"]


def test_a_network_of_the_same_name_is_refused(speaker: Speaker) -> None:
    wish = {
        "apiVersion": "v1",
        "kind": "Network",
        "metadata": {"labels": {"os.modelarts/name": "twice", "os.modelarts/workspace.id": "0"}},
        "spec": {"cidr": "10.20.0.0/16"},
    }
    path = f"/v1/{PROJECT}/networks"
    assert speaker.post(path, wish).status_code == 200
    assert sent(speaker, "POST", path, wish) == (409, "ModelArts.50025000")


def test_billing_denies_what_is_asked_in_the_name_of_another_account(speaker: Speaker) -> None:
    path = "/v2/orders/customer-orders?limit=1"
    assert sent(speaker, "GET", path, **{"X-Domain-Id": "e1" * 16}) == (403, "CBC.0151")


def test_a_seed_asks_before_it_takes_the_place_of_pools(speaker: Speaker) -> None:
    speaker.post(POOLS, creation())
    assert sent(speaker, "POST", f"/_sandbox/v1/{PROJECT}/seed", {"seed": "empty"}) == (409, "Sandbox.0001")


def test_a_fault_rule_that_is_gone_is_not_found(speaker: Speaker) -> None:
    assert sent(speaker, "POST", f"/_sandbox/v1/{PROJECT}/faults/4711/apply", {}) == (404, "Sandbox.0003")
