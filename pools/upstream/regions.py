"""The public addresses of the cloud, by region. Wherever they differ, explicit ones are given instead."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

FORM: Final = re.compile(r"[a-z]{2}-[a-z]{2,12}-\d{1,3}")
# Where the service is known to be offered; any other of the same form is taken at its word.
KNOWN: Final = (
    *("cn-north-1", "cn-north-2", "cn-north-4", "cn-north-9", "cn-north-11", "cn-north-12"),
    *("cn-east-3", "cn-east-4", "cn-south-1", "cn-southwest-2", "cn-southwest-3"),
    *("ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4"),
    *("la-south-2", "la-north-2", "sa-brazil-1", "af-south-1", "af-north-1", "tr-west-1", "me-east-1"),
)
# The one region whose service has another top-level domain.
ELSEWHERE: Final = {"ap-southeast-1": "https://modelarts.ap-southeast-1.myhuaweicloud.cn"}


class Addresses(NamedTuple):
    """Base URLs of the three services."""

    modelarts: str
    iam: str
    bss: str


def addresses_of(region: str) -> Addresses:
    """The addresses of `region`. Raises ValueError for what is no name of a region.

    IAM is asked at its global address, because a token of a regional one is good in its region only and billing is
    global. Billing has one site for accounts of China and one for all others; the region makes the better guess.
    """
    if not FORM.fullmatch(region):
        raise ValueError(region)
    site = "bss" if region.startswith("cn-") else "bss-intl"
    return Addresses(
        modelarts=ELSEWHERE.get(region, f"https://modelarts.{region}.myhuaweicloud.com"),
        iam="https://iam.myhuaweicloud.com",
        bss=f"https://{site}.myhuaweicloud.com",
    )
