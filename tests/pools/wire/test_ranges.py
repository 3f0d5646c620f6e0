"""What a network may be called, and which addresses it may have."""

from __future__ import annotations

import pytest

from pools.wire.ranges import free_range, is_name, is_range


@pytest.mark.parametrize("name", ["net1", "net-blue", "n" * 32])
def test_a_name_that_fits(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name", ["", "net", "1net", "net-", "Net-blue", "n" * 33, "net blue", "nét-blue", "net-blue\n"]
)
def test_a_name_that_does_not_fit(name: str) -> None:
    assert not is_name(name)


@pytest.mark.parametrize("text", ["10.0.0.0/8", "172.16.0.0/12", "192.168.128.0/17", "192.168.1.0/24"])
def test_a_range_that_fits(text: str) -> None:
    assert is_range(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "10.0.0.1/16",
            "10.0.0.0",
            "192.168.1.0/25",
            "8.8.8.0/24",
            "10.0.0.0/7",
            "fd00::/16",
            "10.0.0.0/16\n",
            "☃",
        ),
        *("10.1.0.0/255.255.0.0", "10.1.0.0/0.0.255.255", "١٠.0.0.0/16"),
    ],
)
def test_a_range_that_does_not_fit(text: str) -> None:
    assert not is_range(text)


def test_what_is_proposed_overlaps_nothing_that_is_there() -> None:
    assert free_range([]) == "192.168.0.0/17"
    assert free_range(["192.168.0.0/17", "garbage", ""]) == "192.168.128.0/17"
    assert free_range(["192.168.0.0/16", "10.0.0.0/15"]) == "10.2.0.0/16"


def test_where_all_is_taken_something_is_proposed_all_the_same() -> None:
    assert is_range(free_range(["192.168.0.0/16", "10.0.0.0/8"]))
