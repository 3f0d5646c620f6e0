"""Names are judged by what they lead to at the moment of use."""

from __future__ import annotations

import socket
from dataclasses import replace
from typing import Any

import pytest

from pools.addresses import Policy
from pools.upstream import Client, NotSent
from tests.pools.upstream.conftest import connect
from tests.pools.upstream.stranger import Stranger, answering

GETADDRINFO = socket.getaddrinfo


def leading_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Have `rebound.example` lead elsewhere each time it is asked for; returns what was asked."""
    asked: list[str] = []

    def resolve(host: Any, port: Any, *a: Any, **k: Any) -> Any:
        if host != "rebound.example":
            return GETADDRINFO(host, port, *a, **k)
        asked.append(host)
        chosen = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in chosen]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize("ip", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0"])
def test_a_name_that_leads_inside_is_not_connected_to(
    monkeypatch: pytest.MonkeyPatch, stranger: Stranger, ip: str
) -> None:
    leading_to(monkeypatch, [ip])
    port = stranger.url.rpartition(":")[2]
    client = Client(replace(connect(f"https://rebound.example:{port}"), policy=Policy()))

    with pytest.raises(NotSent, match=r"not allowed|never allowed"):
        client.list_pools()

    assert stranger.heard == []


def test_one_forbidden_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    leading_to(monkeypatch, ["93.184.216.34", "10.0.0.1"])

    with pytest.raises(NotSent, match="private"):
        Client(replace(connect("https://rebound.example"), policy=Policy())).list_pools()


@pytest.mark.shows("ClientAddresses.rebinding")
def test_a_name_is_resolved_once_and_the_judged_address_is_the_one_connected_to(
    monkeypatch: pytest.MonkeyPatch, stranger: Stranger
) -> None:
    stranger.will(answering({"items": []}))
    # What the second asking would give is forbidden; there is no second asking.
    asked = leading_to(monkeypatch, ["127.0.0.1"], ["169.254.169.254"])
    port = stranger.url.rpartition(":")[2]
    client = Client(connect(f"https://rebound.example:{port}"))

    with pytest.raises(NotSent, match=r"secure|connection"):
        client.list_pools()  # the stranger speaks no TLS, but it was reached

    assert asked == ["rebound.example"]


def test_this_machine_is_closed_unless_the_operator_opens_it(stranger: Stranger) -> None:
    stranger.will(answering({"items": []}))

    with pytest.raises(NotSent, match="this machine"):
        Client(replace(connect(stranger.url), policy=Policy())).list_pools()

    assert stranger.heard == []
