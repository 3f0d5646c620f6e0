"""The cloud's public addresses, held against what its official client knows."""

import re

import pytest
from huaweicloudsdkmodelarts.v1.region.modelarts_region import ModelArtsRegion

from pools.upstream.regions import KNOWN, addresses_of


@pytest.mark.shows("ClientAddresses.regions")
def test_regions_have_the_addresses_that_the_official_client_knows() -> None:
    theirs = {name: region.endpoints[0] for name, region in ModelArtsRegion.static_fields.items()}

    assert {region: addresses_of(region).modelarts for region in KNOWN} == theirs


@pytest.mark.parametrize(("region", "site"), [("cn-north-4", "bss."), ("ap-southeast-3", "bss-intl.")])
def test_accounts_of_china_have_another_billing_site(region: str, site: str) -> None:
    assert addresses_of(region).bss.startswith(f"https://{site}")


@pytest.mark.parametrize("text", ["", "moon", "cn-north-4.evil.example", "CN-NORTH-4", "cn-north-4\n", "cn--4"])
def test_what_is_no_name_of_a_region_has_no_addresses(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        addresses_of(text)
