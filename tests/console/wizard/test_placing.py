from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Draft
from pools.dialects.saying import Form
from pools.models import Order, Reading
from pools.states import OrderState
from tests import builders
from tests.console.wizard.catalog import CPU, YOUNG_NETWORK, mirror, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def place(client: Client, draft: Draft, *, revision: int | None = None, version: int | None = None) -> Any:
    draft.refresh_from_db()
    form = {"version": draft.version if version is None else version, "revision": revision or draft.revision}
    return client.post(reverse("order-place", kwargs={"draft": draft.pk}), form)


SHARED = 'A2 $.metadata.labels["os.modelarts/sharing"]'


def shared_and_forced() -> dict[str, Any]:
    """An order with two things worth a second look."""
    document = order(driver={"updateStrategy": "force"})
    document["metadata"]["labels"]["os.modelarts/sharing"] = "shared"
    return document


def test_what_was_not_ticked_keeps_the_order_and_what_was_is_kept_with_it(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(shared_and_forced())
    form = {"version": draft.version, "revision": draft.revision}
    address, ticked = reverse("order-place", kwargs={"draft": draft.pk}), [SHARED, "A99 $.anything"]
    refused = lena.post(address, {**form, "understood": ticked})
    assert refused.status_code == 422
    # Beside the one that was left, and not in a bubble of the browser's.
    assert len(re.findall(r'id="understood-\d_error">Tick it if you mean it', text_of(refused))) == 1
    assert 'class="place" novalidate' in text_of(refused)
    lena.post(address, {**form, "understood": [*ticked, "A4 $.spec.driver.updateStrategy"]})
    kept = Order.objects.get().understood
    assert sorted((one["rule"], one["case"]) for one in kept) == [("A2", "shared"), ("A4", "force")]


def refused(draft: Draft, state: OrderState = OrderState.REFUSED) -> Order:
    """What the draft's order became."""
    Order.objects.filter(draft=draft.pk).update(state=state, on_the_way_or_living=False, failure_message="No.")
    return Order.objects.get(draft=draft.pk)


def test_review_shows_the_sentence_the_checks_and_the_exact_text(lena: Client, draft_of: MakeDraft) -> None:
    page = text_of(lena.get(url(draft_of(order()), "review")))
    for part in (
        f"lena asks for 2 nodes of {CPU} to run Train, for the team Vision, pay-per-use.",
        "The network is ready",
        "net-blue: Active",
        "3 of 15 in use",
        "&quot;os.modelarts/name&quot;: &quot;pool-blue&quot;",
        "request-type: console",
    ):
        assert part in page


def test_what_was_shown_is_what_is_sent_byte_for_byte(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    response = place(lena, draft)
    placed = Order.objects.get()
    assert json.loads(placed.body) == order()
    assert response.status_code == 302
    assert response.url == reverse("order", kwargs={"pk": placed.pk})


def test_a_double_click_is_one_order(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    assert place(lena, draft).url == place(lena, draft).url
    assert Order.objects.count() == 1


def test_a_colleagues_second_click_finds_the_first_order(
    lena: Client, vision: Vision, draft_of: MakeDraft, client: Client
) -> None:
    draft = draft_of(order())
    first = place(lena, draft).url
    client.force_login(builders.person(member_of=vision.team))
    assert place(client, draft).url == first


def test_a_placed_draft_is_frozen(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    to_order = place(lena, draft).url
    assert lena.get(url(draft, "labels")).headers["Location"] == to_order
    assert lena.post(url(draft, "labels"), {"version": 0, "name": "pool-red"}).headers["Location"] == to_order
    draft.refresh_from_db()
    assert draft.version == 0


def test_a_placed_draft_is_no_longer_listed(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    place(lena, draft)
    assert str(draft.pk) not in text_of(lena.get(reverse("order-new")))


@pytest.mark.parametrize("state", [OrderState.REFUSED, OrderState.WITHDRAWN])
def test_a_refused_or_withdrawn_order_frees_its_draft(lena: Client, draft_of: MakeDraft, state: OrderState) -> None:
    draft = draft_of(order())
    place(lena, draft)
    refused(draft, state)
    assert lena.get(url(draft, "labels")).status_code == 200
    assert str(draft.pk) in text_of(lena.get(reverse("order-new")))


def test_editing_after_a_refusal_raises_the_revision(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    place(lena, draft)
    refused(draft)
    lena.post(url(draft, "labels"), {"version": 0, "name": "pool-red"})
    draft.refresh_from_db()
    assert draft.revision == 2


def test_a_refused_order_may_be_placed_again_as_it_is(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    place(lena, draft)
    refused(draft)
    place(lena, draft, revision=2)
    assert sorted(Order.objects.values_list("revision", flat=True)) == [1, 2]


def test_a_late_second_click_after_a_refusal_orders_nothing(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    first = place(lena, draft)
    refused(draft)
    assert place(lena, draft, revision=1).url == first.url
    assert Order.objects.count() == 1


def test_what_changed_since_review_is_not_placed(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    lena.post(url(draft, "labels"), {"version": 0, "name": "pool-red"})
    response = place(lena, draft, version=0)
    assert response.status_code == 409
    assert not Order.objects.exists()


def test_a_draft_with_problems_is_not_placed(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(network={"name": YOUNG_NETWORK}))
    response = place(lena, draft)
    assert response.status_code == 422
    assert "This network is Creating, not ready yet." in text_of(response)
    assert not Order.objects.exists()


def test_a_name_taken_meanwhile_is_told_where_it_is_typed(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    builders.order(team=vision.team, project=vision.project, placed_by=vision.lena, name="pool-blue")
    page = text_of(place(lena, draft_of(order())))
    assert "The name pool-blue is taken in this project." in page
    assert f"{url(Draft.objects.get(), 'labels')}?back=review#id_name" in page


def test_a_catalog_never_read_makes_checks_that_could_not_be_made(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    vision.project.catalog_parts.all().delete()
    page = text_of(lena.get(url(draft_of(order()), "review")))
    assert page.count("could not check") >= 3


def test_a_whole_catalog_that_offers_nothing_else_blocks_the_flavor(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    mirror(vision.project, flavors={"items": []})
    assert place(lena, draft_of(order())).status_code == 422


def test_reading_the_catalog_now_is_asked_of_the_worker(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft = draft_of()
    response = lena.post(reverse("catalog-read", kwargs={"draft": draft.pk}), {"step": "zones"})
    assert response.headers["Location"] == f"{url(draft, 'zones')}#catalog-age"
    assert Reading.objects.get().project == vision.project


def test_an_order_is_never_placed_by_a_get(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    assert lena.get(reverse("order-place", kwargs={"draft": draft.pk})).status_code == 405
    assert lena.get(url(draft, "done")).headers["Location"] == url(draft, "labels")
    assert not Order.objects.exists()


def test_a_projects_suffix_is_put_on_the_sizes(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    vision.project.size_suffix = "Gi"
    vision.project.save()
    root = {"volumeType": "SSD", "size": "200"}
    place(lena, draft_of(order(resources=[{"flavor": CPU, "count": 1, "rootVolume": root}])))
    (resource,) = json.loads(Order.objects.get().body)["spec"]["resources"]
    assert resource["rootVolume"] == {"volumeType": "SSD", "size": "200Gi"}


def test_review_shows_the_order_in_every_form_to_copy_and_to_download(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    page = text_of(lena.get(url(draft, "review")))
    for form in Form:
        assert f'data-form="{form}"' in page
        assert reverse("draft-as", kwargs={"draft": draft.pk, "form": form}) in page
    assert "$IAM_PASSWORD" in page
    assert draft.project.secret_key not in page


def test_a_draft_is_downloaded_as_the_very_text_that_would_be_sent(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(odd="it's"))
    answer = lena.get(reverse("draft-as", kwargs={"draft": draft.pk, "form": "json"}))
    place(lena, draft)
    assert text_of(answer) == Order.objects.get().body
    assert answer.headers["Content-Disposition"] == 'attachment; filename="pool-blue.json"'
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"


def test_there_is_no_form_of_any_other_name(lena: Client, draft_of: MakeDraft) -> None:
    assert lena.get(reverse("draft-as", kwargs={"draft": draft_of().pk, "form": "cobol"})).status_code == 404


def test_a_revision_of_five_thousand_digits_is_none(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    form = {"version": draft.version, "revision": "9" * 5000}
    assert lena.post(reverse("order-place", kwargs={"draft": draft.pk}), form).status_code == 409
    assert not Order.objects.exists()


def paying() -> dict[str, Any]:
    document = order()
    period = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1"}
    document["metadata"]["annotations"] = {f"os.modelarts/{key}": value for key, value in period.items()}
    return document


PAYS = 'A11 $.metadata.annotations["os.modelarts/auto.pay"]'


def test_an_order_that_pays_itself_is_placed_by_who_ticked_that_no_admin_is_asked(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    vision.team.orders_may_pay_themselves = True
    vision.team.save()
    draft = draft_of(paying())
    assert "It will be paid at once, without an admin" in text_of(lena.get(url(draft, "review")))
    assert place(lena, draft).status_code == 422
    form = {"version": draft.version, "revision": draft.revision, "understood": PAYS}
    lena.post(reverse("order-place", kwargs={"draft": draft.pk}), form)
    assert [one["rule"] for one in Order.objects.get().understood] == ["A11"]


def test_many_nodes_that_pay_themselves_are_not_placed_before_the_password_is_given_again(
    lena: Client, vision: Vision, draft_of: MakeDraft, settings: Any
) -> None:
    settings.FRESH_SESSION_NODES, settings.FRESH_SESSION_MINUTES = 1, 0
    vision.team.orders_may_pay_themselves = True
    vision.team.save()
    document = paying()
    document["spec"]["resources"][0] |= {"count": 2, "maxCount": 2}
    draft = draft_of(document)
    address, form = reverse("order-place", kwargs={"draft": draft.pk}), {"revision": draft.revision, "understood": PAYS}
    form["version"] = draft.version

    asked = lena.post(address, form)
    assert (asked.status_code, 'name="proof"' in text_of(asked)) == (403, True)
    settings.FRESH_SESSION_MINUTES = 30
    again = lena.post(address, {**form, "proof": builders.PASSWORD})
    assert (again.status_code, Order.objects.count()) == (200, 0)
    assert lena.post(address, form).status_code == 302
    assert Order.objects.get().pays_itself


def test_where_the_team_wants_no_order_to_pay_itself_the_field_says_so_and_one_press_mends_it(
    lena: Client, draft_of: MakeDraft
) -> None:
    draft = draft_of(paying())
    page = text_of(lena.get(url(draft, "billing")))
    assert re.search(r'id="id_auto_pay_error">Vision lets no order pay itself', page)
    assert place(lena, draft).status_code == 422
    lena.post(url(draft, "billing"), {"version": 0, **typed_in(page), "act": "mend:billing/auto_pay="})
    place(lena, draft)
    assert not Order.objects.get().pays_itself


def typed_in(page: str) -> dict[str, str]:
    """The period, as the page carries it."""
    assert 'name="period_num"' in page
    return {"mode": "1", "period_type": "2", "period_num": "1", "auto_pay": "1"}
