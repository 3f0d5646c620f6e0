"""Who calls, as far as an address can tell: the peer of the connection, or whom our own proxies say they speak for."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

# Providers give a customer at least so much of IPv6: within it a caller changes addresses at will.
OF_ONE_CUSTOMER = 64


@lru_cache(maxsize=4096)
def caller(peer: str, forwarded: str, *, proxies: int) -> str:
    """The caller's address, or network for IPv6, as one text; empty if nothing readable was told.

    `peer` is who connected, `forwarded` what `X-Forwarded-For` says. Each of our `proxies` appends whom it heard, so
    the caller is as many from the right as there are; what stands further left anybody may have written.
    """
    told = peer
    if proxies:
        heard = [part.strip() for part in forwarded.split(",") if part.strip()]
        told = heard[-proxies] if len(heard) >= proxies else peer
    try:
        address = ip_address(told.partition("%")[0].strip("[]"))
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, OF_ONE_CUSTOMER), strict=False))
    return str(address)
