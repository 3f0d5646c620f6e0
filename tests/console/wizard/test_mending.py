"""One press puts right what can be told; what was removed comes back; what the cloud refused is mended at its field."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Draft
from pools.models import Decision, Trouble
from pools.states import OrderState
from pools.wire.enums import Phase
from tests import builders
from tests.console.wizard.catalog import CPU, GPU, NPU, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def press(client: Client, draft: Draft, step: str, act: str, **typed: Any) -> Any:
    draft.refresh_from_db()
    return client.post(url(draft, step), {"version": draft.version, **typed, "act": act})


def typed_at(draft: Draft, step: str) -> dict[str, list[str]]:
    draft.refresh_from_db()
    found: dict[str, list[str]] = draft.data["step_data"].get(step, {})
    return found


def of(flavor: str = CPU, count: int = 2, **parts: Any) -> dict[str, Any]:
    return order(resources=[{"flavor": flavor, "count": count, **parts}])


STRIPED = [{"volumeGroup": "default", "lvmConfig": {"lvType": "striped"}}]
DISK = [{"volumeType": "SSD", "size": "200", "extendParams": {"volumeGroup": "default"}}]


@pytest.mark.parametrize(
    ("document", "step", "act"),
    [
        (order(containerNetwork={"cidr": "10.0.0.1/16"}), "workload", "mend:workload/container_cidr=10.0.0.0/16"),
        (of(NPU, 12, creatingStep={"step": 8}), "flavors", "mend:flavors/r1-count=16"),
        (of(maxCount=3), "flavors", "mend:flavors/r1-max="),
        (of(azs=[{"az": "az1", "count": 1}]), "zones", "mend:flavors/r1-count=1"),
        (of(dataVolumes=DISK, volumeGroupConfigs=STRIPED), "disks", "mend:disks/r1-g1-lv=linear"),
        (order(driver={"gpuVersion": "535.129"}), "drivers", "mend:drivers/gpu="),
    ],
    ids=lambda value: value if isinstance(value, str) and "=" in value else "",
)  # fmt: skip
def test_one_press_mends_it(lena: Client, draft_of: MakeDraft, document: dict[str, Any], step: str, act: str) -> None:
    draft = draft_of(document)
    assert f'value="{act}"' in text_of(lena.get(url(draft, step)))
    press(lena, draft, step, act, **typed_at(draft, step))
    assert 'data-step="problems"' not in text_of(lena.get(url(draft, "billing")))


@pytest.mark.parametrize(
    "act", ["mend:", "mend:labels/revision=9", "mend:nowhere/name=x", "mend:flavors/row=r9", "undo:"]
)
def test_a_made_up_mend_changes_nothing(lena: Client, draft_of: MakeDraft, act: str) -> None:
    draft = draft_of(order())
    before = draft.data["step_data"]
    press(lena, draft, "labels", act, name="pool-blue")
    assert {**before, "labels": typed_at(draft, "labels")} == draft.data["step_data"]
    assert typed_at(draft, "labels") == {"name": ["pool-blue"]}


# ---- Undo ---------------------------------------------------------------------------------------------------------


def test_a_removed_flavor_comes_back_in_its_place(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 3}, {"flavor": GPU, "count": 2}]))
    left = {"row": "r2", "r2-flavor": GPU, "r2-count": "2"}
    press(lena, draft, "flavors", "remove:r1", **typed_at(draft, "flavors"))
    assert f"{CPU} was removed." in text_of(lena.get(url(draft, "flavors")))
    press(lena, draft, "flavors", "undo:", **left)
    typed = typed_at(draft, "flavors")
    assert (typed["row"], typed["r1-flavor"], typed["r1-count"]) == (["r1", "r2"], [CPU], ["3"])


def test_a_removed_group_comes_back_with_its_disks(lena: Client, draft_of: MakeDraft) -> None:
    groups = [{"volumeGroup": "default", "lvmConfig": {"lvType": "linear"}}]
    draft = draft_of(of(dataVolumes=DISK, volumeGroupConfigs=groups))
    before = typed_at(draft, "disks")
    press(lena, draft, "disks", "remove:r1:g1", **before)
    assert typed_at(draft, "disks")["r1-disk"] == []
    press(lena, draft, "disks", "undo:", same="on")
    after = typed_at(draft, "disks")
    assert {name: after[name] for name in before if name.startswith("r1-")} == {
        name: values for name, values in before.items() if name.startswith("r1-")
    }


def test_what_was_removed_is_gone_once_something_else_is_saved(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 3}, {"flavor": GPU, "count": 2}]))
    press(lena, draft, "flavors", "remove:r1", **typed_at(draft, "flavors"))
    press(lena, draft, "flavors", "show:", row="r2", **{"r2-flavor": GPU, "r2-count": "2"})
    assert "was removed" not in text_of(lena.get(url(draft, "flavors")))


# ---- What the cloud said --------------------------------------------------------------------------------------------


def refused(vision: Vision, draft: Draft, **fields: Any) -> None:
    builders.order(
        team=vision.team,
        placed_by=vision.lena,
        project=vision.project,
        draft=draft.pk,
        state=OrderState.REFUSED,
        **fields,
    )


@pytest.mark.parametrize(
    ("said", "lands"),
    [
        (("$.spec.network", "No such network."), "workload/?back=review#id_network"),
        (("spec.resources[0].count", "Too many."), "flavors/?back=review#id_r1-count"),
        (("$.spec.kubernetesSvcIpRange", "Taken."), "workload/?back=review#id_service_cidr"),
        (("", "The flavor is sold out."), "flavors/?back=review#id_r1-count"),
        (("", "The balance of the account is insufficient."), "billing/?back=review#id_mode"),
        (("", "It is a mystery."), "review/#step"),
    ],
)
def test_a_refused_order_is_mended_at_the_field_concerned(
    lena: Client, vision: Vision, draft_of: MakeDraft, said: tuple[str, str], lands: str
) -> None:
    draft, (path, message) = draft_of(order()), said
    refused(vision, draft, failure_field=path, failure_message=message)
    answer = lena.get(reverse("draft-mend", kwargs={"draft": draft.pk}))
    assert answer.headers["Location"] == f"/orders/{draft.pk}/{lands}"


def test_what_the_cloud_said_stands_beside_the_field_until_its_step_is_saved(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    draft = draft_of(order())
    refused(vision, draft, failure_field="$.spec.network", failure_message="No such network.")
    press(lena, draft, "labels", "show:", name="pool-blue")
    assert re.search(
        r'data-note="network">The cloud said: No such network\.', text_of(lena.get(url(draft, "workload")))
    )
    press(lena, draft, "workload", "show:", network="net-blue-p1", scope="Train")
    assert "The cloud said" not in text_of(lena.get(url(draft, "workload")))


def test_a_taken_name_is_mended_at_the_name(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    refused(vision, draft, failure_code=Trouble.NAME_TAKEN)
    answer = lena.get(reverse("draft-mend", kwargs={"draft": draft.pk}))
    assert answer.headers["Location"].endswith("/labels/?back=review#id_name")


def test_a_failed_pool_is_ordered_again_from_the_field_concerned(lena: Client, vision: Vision) -> None:
    made = builders.order(
        team=vision.team,
        placed_by=vision.lena,
        project=vision.project,
        name="pool-blue",
        body=order(),
        state=OrderState.ACCEPTED,
        on_the_way_or_living=False,
    )
    message = "Insufficient capacity: no node could be created."
    builders.pool(order=made, phase=Phase.CREATION_FAILED, message=message)
    answer = lena.post(reverse("order-new"), {"start": "again", "order": made.pk})
    draft = Draft.objects.get()
    assert answer.headers["Location"] == f"/orders/{draft.pk}/flavors/?back=review#id_r1-count"
    assert message in text_of(lena.get(url(draft, "flavors")))
    assert typed_at(draft, "workload")["network"] == ["net-blue-p1"]


def test_a_rejected_order_is_sent_again_by_way_of_review(lena: Client, vision: Vision) -> None:
    """Its pool fails as well, but by a person's word, which no field is about."""
    made = builders.order(
        team=vision.team,
        placed_by=vision.lena,
        project=vision.project,
        name="pool-blue",
        body=order(),
        state=OrderState.ACCEPTED,
    )
    builders.pool(order=made, phase=Phase.CREATION_FAILED, message="order canceled")
    builders.decision(order=made, by=builders.person(admin_of=vision.team), verdict=Decision.Verdict.REJECTED)
    answer = lena.post(reverse("order-new"), {"start": "again", "order": made.pk})
    assert answer.headers["Location"] == url(Draft.objects.get(), "review")


def test_nobody_elses_draft_is_mended(draft_of: MakeDraft, client: Client) -> None:
    draft = draft_of(order())
    client.force_login(builders.person(member_of=builders.team()))
    assert client.get(reverse("draft-mend", kwargs={"draft": draft.pk})).status_code == 404


def test_a_change_asked_for_at_review_leads_back_there(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    assert f"{url(draft, 'billing')}?back=review" in text_of(lena.get(url(draft, "review")))
    assert "Save and return to Review" in text_of(lena.get(f"{url(draft, 'billing')}?back=review"))
    answer = lena.post(url(draft, "billing"), {"version": 0, "mode": "", "back": "review"})
    assert answer.headers["Location"] == url(draft, "review")
