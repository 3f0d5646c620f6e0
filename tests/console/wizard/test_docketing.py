"""What is ours alone of an order is typed with it, kept with it, and never sent."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Draft
from console.wizard.assembly import gather
from pools.models import Order, Team
from pools.states import OrderState
from tests import builders
from tests.clocks import freeze_time
from tests.console.wizard.catalog import CPU, GPU, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url

DOCKET = {"needed_by": "2099-12-03", "ticket": "https://tickets.example/OPS-12"}


def typed(client: Client, draft: Draft, **fields: str) -> Any:
    """Post the step of billing as its page does."""
    draft.refresh_from_db()
    return client.post(url(draft, "billing"), {"version": draft.version, **fields})


def place(client: Client, draft: Draft) -> Any:
    draft.refresh_from_db()
    form = {"version": draft.version, "revision": draft.revision}
    return client.post(reverse("order-place", kwargs={"draft": draft.pk}), form)


def test_it_is_kept_with_the_order_and_not_sent(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    typed(lena, draft, **DOCKET)
    place(lena, draft)
    placed = Order.objects.get()
    assert (placed.needed_by, placed.ticket) == (date(2099, 12, 3), DOCKET["ticket"])
    assert json.loads(placed.body) == order()


def test_review_and_the_orders_page_show_it(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    typed(lena, draft, **DOCKET)
    link = '<a href="https://tickets.example/OPS-12" rel="noreferrer noopener">'
    review = text_of(lena.get(url(draft, "review")))
    assert link in review
    assert review.count("3 Dec 2099") == 2  # among the answers, and beside them
    assert link in text_of(lena.get(place(lena, draft).url))


def test_a_ticket_that_a_browser_would_run_is_no_link(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    typed(lena, draft, ticket="javascript:alert(1)")
    assert "javascript:alert(1)" in (page := text_of(lena.get(url(draft, "review"))))
    assert 'href="javascript' not in page


def test_a_slip_is_told_at_its_field_and_blocks(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    page = text_of(typed(lena, draft, needed_by="soon"))
    assert "This is no date." in page
    assert 'value="soon"' in page
    assert place(lena, draft).status_code == 422


@freeze_time("2026-11-26 12:00")
@pytest.mark.parametrize(("day", "status"), [("2026-11-25", 422), ("2026-11-26", 302)])
def test_a_day_that_is_over_blocks(lena: Client, draft_of: MakeDraft, day: str, status: int) -> None:
    draft = draft_of(order())
    typed(lena, draft, needed_by=day)
    assert place(lena, draft).status_code == status


def test_a_new_draft_begins_with_what_its_team_has_by_default(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    Team.objects.filter(pk=vision.team.pk).update(contact="Vision on call", cost_centre="7001")
    vision.team.refresh_from_db()
    blank = text_of(lena.get(url(draft_of(), "labels")))
    assert 'value="Vision on call"' in blank
    assert draft_of(order()).data["step_data"]["labels"]["cost_centre"] == ["7001"]


def begun_with(client: Client, start: str, **what: int) -> Draft:
    client.post(reverse("order-new"), {"start": start, **what})
    return Draft.objects.latest("started_at")


@pytest.fixture
def kept(vision: Vision) -> Order:
    """A refused order with a whole docket."""
    docket: dict[str, Any] = {
        "needed_by": date(2099, 12, 3), "contact": "Ben", "cost_centre": "7", "ticket": "OPS-12"
    }  # fmt: skip
    row = builders.order(team=vision.team, placed_by=vision.lena, state=OrderState.REFUSED, body=order(), **docket)
    builders.pool(order=row)
    return row


def test_an_order_that_is_sent_again_keeps_all_of_it(lena: Client, kept: Order) -> None:
    steps = begun_with(lena, "again", order=kept.pk).data["step_data"]
    assert (steps["labels"]["contact"], steps["billing"]["needed_by"]) == (["Ben"], ["2099-12-03"])
    assert steps["billing"]["ticket"] == ["OPS-12"]


def test_a_copy_keeps_whom_to_ask_and_not_when_it_was_needed(lena: Client, kept: Order) -> None:
    steps = begun_with(lena, "copy", pool=kept.pool.pk).data["step_data"]
    assert (steps["labels"]["contact"], steps["labels"]["cost_centre"]) == (["Ben"], ["7"])
    assert not {"needed_by", "ticket"} & set(steps.get("billing", {}))


TAGS = [{"key": "team", "value": "vision"}, {"key": "env", "value": ""}]


@pytest.fixture
def tagged(vision: Vision) -> None:
    Team.objects.filter(pk=vision.team.pk).update(tags=TAGS)


def flavors(client: Client, draft: Draft, *rows: str, act: str = "") -> None:
    draft.refresh_from_db()
    typed = {f"{row}-flavor": CPU for row in rows} | {f"{row}-count": "1" for row in rows}
    client.post(url(draft, "flavors"), {"version": draft.version, "row": rows, **typed, "act": act})
    draft.refresh_from_db()


def tags_of(draft: Draft) -> list[Any]:
    resources = gather(draft.data["step_data"]).document["spec"]["resources"]
    return [resource.get("tags", []) for resource in resources]


@pytest.mark.usefixtures("tagged")
def test_every_flavor_of_a_new_draft_begins_with_the_tags_of_its_team(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    flavors(lena, draft, act=f"add:{CPU}")
    assert tags_of(draft) == [TAGS]
    flavors(lena, draft, "r1", act=f"add:{GPU}")
    assert tags_of(draft) == [TAGS, TAGS]
    page = text_of(lena.get(url(draft, "drivers")))
    assert page.count('value="vision"') == 1  # one panel stands for both


@pytest.mark.usefixtures("tagged")
def test_a_flavor_that_comes_back_has_the_tags_it_had(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    flavors(lena, draft, act=f"add:{CPU}")
    lena.post(url(draft, "drivers"), {"version": draft.version, "same": "on", "r1-tag": "t1", "r1-t1-key": "own"})
    flavors(lena, draft, "r1", act="remove:r1")
    flavors(lena, draft, act="undo:")
    assert tags_of(draft) == [[{"key": "own", "value": ""}]]


@pytest.mark.usefixtures("tagged")
def test_what_was_begun_with_a_document_keeps_its_own_tags(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    flavors(lena, draft, "r1", act=f"add:{GPU}")
    assert tags_of(draft) == [[], []]
