from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import hcl2
import pytest
from hypothesis import HealthCheck, given, settings

from pools.dialects import hcl, terraform
from tests.console.wizard.catalog import order
from tests.pools.dialects.orders import HERE, TRICKY, provided, said
from tests.pools.dialects.provider import decoded, meaning, payload_of

LABEL = "os.modelarts/"
PREPAID = {f"{LABEL}billing.mode": "1", f"{LABEL}period.type": "2", f"{LABEL}period.num": "3"}


def configured(document: dict[str, Any]) -> str:
    return terraform.say(document, HERE)


def noted(**notes: str) -> dict[str, Any]:
    document = order()
    document["metadata"]["annotations"] = PREPAID | {f"{LABEL}{key}": value for key, value in notes.items()}
    return document


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(provided())
def test_what_the_provider_would_send_and_what_the_comments_say_is_the_whole_order(document: dict[str, Any]) -> None:
    assert meaning(payload_of(configured(document))) == meaning(document)


@settings(max_examples=60, deadline=None)
@given(said | TRICKY)
def test_no_text_is_taken_for_a_template_or_ends_its_quotes(text: str) -> None:
    parsed = hcl2.loads(f"it = {hcl.text(text)}\n")
    assert decoded(parsed["it"]) == text


def test_what_the_provider_cannot_say_stands_in_a_comment_and_nowhere_else() -> None:
    written = configured(order(driver={"gpuVersion": "470.57"}, clusterFlavor="cce.s1.small"))
    assert '#   $.spec.driver = {"gpuVersion": "470.57"}\n' in written
    assert '#   $.spec.clusterFlavor = "cce.s1.small"\n' in written
    assert written.count("470.57") == 1


def test_an_order_it_can_say_whole_needs_no_such_comment() -> None:
    assert terraform.UNSAID not in configured(order())


def test_a_key_with_a_line_break_does_not_end_its_comment() -> None:
    written = configured(order() | {'x\nresource "evil" "it" {}': 1})
    assert list(hcl2.loads(written)["resource"][0]) == [f'"{terraform.RESOURCE}"']


def test_a_pool_that_pays_at_once_is_charged_by_the_arguments() -> None:
    written = configured(noted(**{"auto.pay": "1", "auto.renew": "1"}))
    assert 'charging_mode = "prePaid"' in written
    assert "period        = 3" in written
    assert "annotations" not in written


def test_a_pool_that_waits_to_be_paid_is_not_because_the_arguments_pay_at_once() -> None:
    written = configured(noted(**{"auto.pay": "0"}))
    assert "charging_mode" not in written
    assert terraform.PAYS_LATER in written
    assert payload_of(written)["metadata"]["annotations"][f"{LABEL}auto.pay"] == "0"


def test_of_two_disks_that_are_alike_the_second_is_told_because_a_set_would_lose_it() -> None:
    disk = {"volumeType": "SSD", "size": "100"}
    written = configured(order(resources=[{"flavor": "a", "count": 1, "dataVolumes": [disk, disk]}]))
    assert written.count("data_volumes {") == 1
    assert "$.spec.resources[0].dataVolumes[1] = " in written


def test_text_that_terraform_would_bring_into_another_form_is_told_instead() -> None:
    assert '#   $.spec.network = {"name": "e\u0301"}' in configured(order(network={"name": "e\u0301"}))


@pytest.mark.parametrize(
    ("url", "is_said"), [(HERE.modelarts_url, True), ("https://modelarts.cn-north-4.myhuaweicloud.com", False)]
)
def test_addresses_are_said_where_they_do_not_follow_from_the_region(url: str, is_said: bool) -> None:
    assert ("endpoints" in terraform.say(order(), replace(HERE, modelarts_url=url))) is is_said


@pytest.mark.parametrize(
    "document", [{}, {"metadata": 3, "odd": []}, {"spec": {"resources": {"a": 1}, "network": "n"}}]
)
def test_what_is_hardly_an_order_is_still_told_whole(document: dict[str, Any]) -> None:
    written = configured(document)
    assert hcl2.loads(written)
    assert all(f"$.{key} = {json.dumps(value)}\n" in written for key, value in document.items())
