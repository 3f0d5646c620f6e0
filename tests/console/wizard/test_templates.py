"""Templates: kept by a team, made from any order or draft, used by its members, and changed by who made them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from console.models import Draft, Template
from console.wizard import keeping
from console.wizard.storage import kept_of, steps_of
from pools.models import Stretch
from pools.stages import Stage
from pools.states import OrderState
from tests import builders
from tests.console.wizard.catalog import CPU, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of


def kept(vision: Vision, name: str = "Small", **spec: Any) -> Template:
    return keeping.keep(json.dumps(order(**spec)), team=vision.team, by=vision.lena, name=name)


def use(client: Client, template: Template, **form: Any) -> Draft:
    client.post(reverse("order-new"), {"start": "template", "template": template.pk, **form})
    return Draft.objects.latest("started_at")


def test_any_order_is_kept_as_a_template_without_its_billing_order(lena: Client, vision: Vision) -> None:
    body = order(name="train-01", odd={"a": [1]})
    body["metadata"]["annotations"] = {"os.modelarts/order.id": "CS1", "os.modelarts/description": "why"}
    placed = builders.order(team=vision.team, placed_by=vision.lena, body=body, state=OrderState.REFUSED)
    lena.post(reverse("order-keep", kwargs={"pk": placed.pk}), {"name": "  Train   small "})
    template = Template.objects.get()
    del body["metadata"]["annotations"]["os.modelarts/order.id"]
    assert json.loads(template.body) == body
    assert (template.name, template.team, template.made_from) == ("Train small", vision.team, placed)


def test_a_draft_is_kept_as_a_template_as_far_as_it_goes(lena: Client, draft_of: MakeDraft) -> None:
    address = reverse("draft-keep", kwargs={"draft": draft_of(order()).pk})
    assert 'value="pool-blue"' in text_of(lena.get(address))
    lena.post(address, {"name": "Small"})
    assert json.loads(Template.objects.get().body) == order()


def test_a_template_begins_a_draft_under_a_free_name_with_everything_kept(lena: Client, vision: Vision) -> None:
    builders.pool(team=vision.team, project=vision.project, name="pool-blue-02")
    draft = use(lena, kept(vision, odd={"a": 1}))
    assert steps_of(draft)["labels"]["name"] == ["pool-blue-03"]
    assert steps_of(draft)["flavors"]["r1-flavor"] == [CPU]
    assert kept_of(draft) == {"root": {"spec": {"odd": {"a": 1}}}}


def test_how_often_a_template_was_used_and_what_became_of_it_is_told(lena: Client, vision: Vision) -> None:
    template = kept(vision)
    for state in (OrderState.ACCEPTED, OrderState.ACCEPTED, OrderState.REFUSED, OrderState.PLACED):
        builders.order(team=vision.team, placed_by=vision.lena, draft=use(lena, template).pk, state=state)
    page = text_of(lena.get(reverse("templates")))
    assert "4 times" in page
    assert "2 of 3 orders" in page


def test_how_long_its_pools_took_is_told_once_these_are_enough(lena: Client, vision: Vision) -> None:
    template, now = kept(vision), timezone.now()
    for minutes in (30, 31, 32, 33, 34):
        page = text_of(lena.get(reverse("templates")))
        assert "too few to tell" in page
        placed = builders.order(team=vision.team, placed_by=vision.lena, draft=use(lena, template).pk,
                                project=vision.project, state=OrderState.ACCEPTED)  # fmt: skip
        Stretch.objects.create(project=vision.project, pool=builders.pool(order=placed), stage=Stage.CREATING,
                               began_at=now - timedelta(minutes=minutes), ended_at=now, teaches=True)  # fmt: skip
    for address in (reverse("templates"), reverse("template", args=[template.pk])):
        assert "usually 32–34 min" in text_of(lena.get(address))


def test_a_template_is_used_for_its_own_team_unless_another_is_chosen(lena: Client, vision: Vision) -> None:
    other = builders.team(name="Audio")
    builders.project(teams=(other,))
    other.memberships.create(user=vision.lena)
    assert use(lena, kept(vision)).team == vision.team


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "Give the template a name"),
        ("x" * 61, "Give the template a name"),
        ("a\x00b", "Give the template a name"),
        ("Small", "a template of that name"),
    ],
)
def test_a_name_that_cannot_be_is_told_beside_it_and_stays_typed(
    lena: Client, vision: Vision, draft_of: MakeDraft, name: str, words: str
) -> None:
    kept(vision)
    response = lena.post(reverse("draft-keep", kwargs={"draft": draft_of(order()).pk}), {"name": name})
    assert response.status_code == 422
    assert words in text_of(response)
    assert Template.objects.count() == 1


def test_two_teams_may_have_a_template_of_one_name(vision: Vision) -> None:
    other = builders.team(name="Audio")
    keeping.keep("{}", team=other, by=builders.person(member_of=other), name="Small")
    assert kept(vision).name == "Small"


def test_who_made_it_renames_it_and_deleting_it_leaves_its_drafts(lena: Client, vision: Vision) -> None:
    template = kept(vision)
    draft = use(lena, template)
    lena.post(reverse("template-rename", kwargs={"pk": template.pk}), {"name": "Large"})
    template.refresh_from_db()
    assert template.name == "Large"
    lena.post(reverse("template-delete", kwargs={"pk": template.pk}))
    draft.refresh_from_db()
    assert (Template.objects.count(), draft.template) == (0, None)


def test_a_rename_to_a_name_that_is_taken_is_told_beside_it(lena: Client, vision: Vision) -> None:
    template, _other = kept(vision), kept(vision, name="Large")
    response = lena.post(reverse("template-rename", kwargs={"pk": template.pk}), {"name": "Large"})
    assert response.status_code == 422
    assert "a template of that name" in text_of(response)


def test_a_colleague_uses_a_template_and_does_not_change_it(client: Client, vision: Vision) -> None:
    template = kept(vision)
    client.force_login(builders.person(member_of=vision.team))
    page = text_of(client.get(reverse("template", kwargs={"pk": template.pk})))
    assert reverse("template-delete", kwargs={"pk": template.pk}) not in page
    assert use(client, template).template == template


def test_a_strangers_orders_drafts_and_templates_do_not_exist(
    client: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    template, draft = kept(vision, name="Secret"), draft_of(order())
    placed = builders.order(team=vision.team, placed_by=vision.lena)
    client.force_login(builders.person(admin_of=builders.team(name="Speech"), staff=True, superuser=True))
    for name, way in (("order-keep", {"pk": placed.pk}), ("draft-keep", {"draft": draft.pk})):
        assert client.post(reverse(name, kwargs=way), {"name": "Mine"}).status_code == 404
    assert client.post(reverse("order-new"), {"start": "template", "template": template.pk}).status_code in {200, 422}
    for address in (reverse("templates"), reverse("order-new")):
        assert "Secret" not in text_of(client.get(address))
    assert Draft.objects.get() == draft


@pytest.mark.parametrize("templates", [1, 3])
def test_the_list_takes_as_many_queries_for_many_templates_as_for_one(
    lena: Client, vision: Vision, django_assert_num_queries: Any, templates: int
) -> None:
    for number in range(templates):
        use(lena, kept(vision, name=f"Template {number}"))
    lena.get(reverse("templates"))
    with django_assert_num_queries(9):
        lena.get(reverse("templates"))
