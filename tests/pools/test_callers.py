"""Who calls: the peer, or whom our own proxies speak for; never what a caller writes about themselves."""

from __future__ import annotations

import pytest

from pools.callers import caller


@pytest.mark.parametrize(("peer", "forwarded", "proxies", "told"), [
    ("203.0.113.9", "", 0, "203.0.113.9"),
    ("203.0.113.9", "198.51.100.1", 0, "203.0.113.9"),
    ("10.0.0.2", "198.51.100.1", 1, "198.51.100.1"),
    ("10.0.0.2", "1.1.1.1, 198.51.100.1", 1, "198.51.100.1"),
    ("10.0.0.2", "1.1.1.1, 198.51.100.1, 10.0.0.3", 2, "198.51.100.1"),
    ("10.0.0.2", "", 1, "10.0.0.2"),
    ("10.0.0.2", "198.51.100.1", 2, "10.0.0.2"),
    ("10.0.0.2", " ,, 198.51.100.1 ,", 1, "198.51.100.1"),
    ("10.0.0.2", "not an address", 1, ""),
    ("", "", 0, ""),
    ("2001:db8:1:2:3:4:5:6", "", 0, "2001:db8:1:2::/64"),
    ("2001:db8:1:2:ffff::1", "", 0, "2001:db8:1:2::/64"),
    ("::ffff:198.51.100.1", "", 0, "198.51.100.1"),
    ("fe80::1%eth0", "", 0, "fe80::/64"),
    ("10.0.0.2", "[2001:db8::1]", 1, "2001:db8::/64"),
])  # fmt: skip
def test_the_caller_is_whom_our_own_side_heard(peer: str, forwarded: str, proxies: int, told: str) -> None:
    assert caller(peer, forwarded, proxies=proxies) == told
