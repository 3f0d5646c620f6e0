"""Which addresses a project may be reached at: what people type is judged, and again what it leads to at use.

Knows no framework and opens no connection. `Policy.judge` reads a URL; `Policy.judge_ip` is asked once more for the
address a connection is about to go to, because a name may lead elsewhere by then.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import SplitResult, urlsplit

from pools.wire.words import words

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# A host name as DNS has it; other alphabets are written in Punycode, so that nothing only looks like something else.
NAME: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*", re.IGNORECASE)
# What resolvers read as an IPv4 address though it is not written as one: 2130706433, 0x7f.1, 127.1.
NUMERIC: Final = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)", re.IGNORECASE)
# Forms of IPv6 that carry an IPv4 address which decides where the packet ends up: compatible, translated, 6to4.
CARRIERS: Final = ((ip_network("::/96"), 0), (ip_network("64:ff9b::/96"), 0), (ip_network("2002::/16"), 80))
OPAQUE: Final = (ip_network("64:ff9b:1::/48"), ip_network("2001::/32"))
# Where clouds tell a machine its own credentials, besides the link-local addresses.
METADATA: Final = frozenset(
    map(ip_address, ("fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd20:ce::254"))
)
MOST_CHARACTERS: Final = 200


class Reason(StrEnum):
    """Why an address is refused."""

    FORM = "form"
    SCHEME = "scheme"
    NUMBER = "number"
    LOCAL = "local"
    PRIVATE = "private"
    NEVER = "never"


WORDS: Final = {
    Reason.FORM: words("The address is not of the form https://host or https://host:port."),
    Reason.SCHEME: words("The address does not begin with https://."),
    Reason.NUMBER: words("The address writes a number in an unusual way."),
    Reason.LOCAL: words("The address leads back to this machine, which is not allowed here."),
    Reason.PRIVATE: words("The address leads to a private network, which is not allowed here."),
    Reason.NEVER: words("The address leads to a place that is never allowed."),
}


class Forbidden(ValueError):
    """The address may not be used. Its text says why, and nothing of what stands behind a name."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(WORDS[reason])
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The public internet over TLS, and besides it the `networks` that the operator names.

    Loopback may be spoken to without TLS, if it is among them. `open` is for an address that the operator chose and
    nobody typed: the embedded endpoint's.
    """

    networks: tuple[Network, ...] = ()
    open: bool = False

    @classmethod
    def of(cls, networks: Iterable[str]) -> Policy:
        """Raises ValueError for what is no network, such as `10.0.0.1/8`."""
        return cls(networks=tuple(map(ip_network, networks)))

    def judge(self, url: str) -> None:
        """Raise `Forbidden` for a base URL that may not be used. Names are not resolved here."""
        if self.open:
            return
        parts = _parts(url)
        host = parts.hostname or ""
        literal = _literal(host)
        if literal is None and not NAME.fullmatch(host):
            raise Forbidden(Reason.FORM)
        if literal is None and NUMERIC.fullmatch(host):
            raise Forbidden(Reason.NUMBER)
        if literal is None and _is_localhost(host):
            literal = ip_address("127.0.0.1")
        plain_is_fine = literal is not None and _innermost(literal).is_loopback
        if parts.scheme != "https" and not plain_is_fine:
            raise Forbidden(Reason.SCHEME)
        if literal is not None:
            self.judge_ip(str(literal), encrypted=parts.scheme == "https")

    def judge_ip(self, text: str, *, encrypted: bool) -> None:
        """Raise `Forbidden` if no connection may go to this IP address; `encrypted` says whether TLS is spoken."""
        if self.open:
            return
        # A resolver may name the interface: fe80::1%eth0.
        address = _innermost(ip_address(text.partition("%")[0]))
        if _is_never(address):
            raise Forbidden(Reason.NEVER)
        named = any(address in network for network in self.networks if network.version == address.version)
        if address.is_loopback:
            if not named:
                raise Forbidden(Reason.LOCAL)
            return
        if not named and (not address.is_global or any(address in opaque for opaque in OPAQUE)):
            raise Forbidden(Reason.PRIVATE)
        if not encrypted:
            raise Forbidden(Reason.SCHEME)


def _parts(url: str) -> SplitResult:
    """Split a base URL. Raises `Forbidden` for whatever different readers might read differently."""
    if len(url) > MOST_CHARACTERS or not re.fullmatch(r"[!-~]+", url) or set(url) & set("\\%@?#"):
        raise Forbidden(Reason.FORM)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Forbidden(Reason.FORM) from None
    if not parts.hostname or parts.path not in {"", "/"} or port == 0 or parts.netloc.endswith(":"):
        raise Forbidden(Reason.FORM)
    if parts.scheme not in {"http", "https"}:
        raise Forbidden(Reason.SCHEME)
    return parts


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _is_localhost(host: str) -> bool:
    return host.lower() == "localhost" or host.lower().endswith(".localhost")


def _innermost(address: Address) -> Address:
    """The IPv4 address that an IPv6 one only carries, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.is_loopback or address.is_unspecified:
        return address
    for network, shift in CARRIERS:
        if address in network:
            return IPv4Address(int(address) >> shift & 0xFFFFFFFF)
    return address


def _is_never(address: Address) -> bool:
    this_network = address.version == 4 and int(address) >> 24 == 0  # noqa: PLR2004 - 0.0.0.0/8
    odd = address.is_link_local or address.is_unspecified or address.is_multicast or str(address) == "255.255.255.255"
    return odd or this_network or address in METADATA
