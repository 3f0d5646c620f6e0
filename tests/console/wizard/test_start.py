from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Draft
from console.wizard.starting import next_name
from console.wizard.storage import kept_of, steps_of
from tests import builders
from tests.console.wizard.catalog import CPU, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def begin(client: Client, **form: Any) -> Any:
    return client.post(reverse("order-new"), form)


def test_looking_at_the_start_makes_no_draft(lena: Client) -> None:
    assert lena.get(reverse("order-new")).status_code == 200
    assert not Draft.objects.exists()


def test_a_blank_start_leads_to_the_first_step_of_a_new_draft(lena: Client, vision: Vision) -> None:
    response = begin(lena, start="blank")
    draft = Draft.objects.get()
    assert response.url == url(draft, "labels")
    assert (draft.team, draft.project, draft.owner) == (vision.team, vision.project, vision.lena)


def test_pasted_json_is_laid_out_and_reviewed(lena: Client) -> None:
    response = begin(lena, start="paste", document=json.dumps(order()))
    draft = Draft.objects.get()
    assert response.url == url(draft, "review")
    assert steps_of(draft)["flavors"]["r1-flavor"] == [CPU]


def test_unknown_keys_of_pasted_json_are_kept(lena: Client) -> None:
    begin(lena, start="paste", document=json.dumps(order(jobFlavors=["a"])))
    assert kept_of(Draft.objects.get()) == {"root": {"spec": {"jobFlavors": ["a"]}}}


def test_a_password_in_pasted_json_is_left_out_and_that_is_said(lena: Client) -> None:
    login = {"keyPairName": "ours", "password": "planted-password"}
    response = begin(lena, start="paste", document=json.dumps(order(userLogin=login)))

    assert kept_of(Draft.objects.get()) == {"root": {"spec": {"userLogin": {"keyPairName": "ours"}}}}
    page = text_of(lena.get(response.url))
    assert "The password was left out" in page
    assert "planted-password" not in page


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{\n  "kind": "Pool",\n}', "Line 3, column 1"),
        ("", "Nothing was pasted"),
        ('{"a": NaN}', "Line 1, column 7"),
        ("[]", "The document is not an object"),
        ('{"apiVersion": "v9"}', "$.apiVersion is not v2"),
        ('{"spec": {"type": "Dedicated"}}', "$.spec.type is not Dedicate"),
        ('{"metadata": 3}', "$.metadata is not an object"),
    ],
)
def test_what_is_no_order_is_told_by_its_place_and_kept_in_the_field(lena: Client, text: str, words: str) -> None:
    response = begin(lena, start="paste", document=text)
    page = text_of(response)
    assert response.status_code == 422
    assert words in page
    assert "Error: " in page
    assert text.rsplit("\n", maxsplit=1)[-1].replace('"', "&quot;") in page
    assert not Draft.objects.exists()


URL = "https://modelarts.example.test/v2/p1/pools"


def pasted(client: Client, document: str) -> str:
    """The page that a pasted text leads to."""
    return text_of(client.post(reverse("order-new"), {"start": "paste", "document": document}, follow=True))


def test_a_pasted_curl_command_is_laid_out_and_its_token_is_kept_nowhere(lena: Client) -> None:
    page = pasted(lena, f"curl {URL} -H 'X-Auth-Token: planted-token' -d '{json.dumps(order())}'")
    draft = Draft.objects.get()
    assert steps_of(draft)["flavors"]["r1-flavor"] == [CPU]
    assert "Credentials in the command were dropped, and are kept nowhere: X-Auth-Token." in page
    assert "planted-token" not in page
    assert "planted-token" not in json.dumps(draft.data)


def test_a_token_in_a_command_that_is_no_order_is_not_shown_again(lena: Client) -> None:
    page = pasted(lena, f"curl {URL} -H 'X-Auth-Token: planted-token' -d '{{&quot;a&quot;'")
    assert "In the data of the command, line 1, column 2" in page
    assert "planted-token" not in page
    assert "X-Auth-Token: …" in page


def test_of_a_pasted_pool_what_belongs_to_it_is_left_out_and_that_is_said(lena: Client) -> None:
    shown = builders.heard(name="pool-blue")
    page = pasted(lena, json.dumps(shown))
    assert "Left out, because it belongs to the pool that is there: $.status" in page
    assert kept_of(Draft.objects.get()) == {}


def test_what_a_field_writes_otherwise_than_it_came_is_said(lena: Client) -> None:
    resource = {"flavor": CPU, "count": "3", "rootVolume": {"volumeType": "SSD", "size": "150Gi"}}
    page = pasted(lena, json.dumps(order(resources=[resource])))
    assert "$.spec.resources[0].count (&quot;3&quot; → 3)" in page
    assert "$.spec.resources[0].rootVolume.size (&quot;150Gi&quot; → &quot;150&quot;)" in page


@pytest.mark.parametrize("start", ["template", "copy", "again"])
@pytest.mark.parametrize("named", ["", "0", "x", "9" * 40, "²", "-1"])
def test_a_start_from_nothing_that_there_is_is_told_at_its_choice(lena: Client, start: str, named: str) -> None:
    builders.pool(team=builders.team())
    response = begin(lena, start=start, template=named, pool=named, order=named)
    assert response.status_code == 422
    assert not Draft.objects.exists()


def test_a_pool_is_copied_as_it_was_ordered_under_the_next_name(lena: Client, vision: Vision) -> None:
    body = order(name="train-09", jobFlavors=["a"])
    body["metadata"]["annotations"] = {"os.modelarts/order.id": "CS1", "os.modelarts/description": "why"}
    placed = builders.order(team=vision.team, placed_by=vision.lena, name="train-09", body=body)
    begin(lena, start="copy", pool=builders.pool(order=placed).pk)
    draft = Draft.objects.get()
    labels = steps_of(draft)["labels"]
    assert (labels["name"], labels["description"]) == (["train-10"], ["why"])
    assert "order_id" not in steps_of(draft).get("billing", {})
    assert kept_of(draft) == {"root": {"spec": {"jobFlavors": ["a"]}}}


def test_a_pool_that_no_order_made_is_copied_as_heard_without_what_the_service_adds(
    lena: Client, vision: Vision
) -> None:
    document = builders.heard(name="found-pool")
    document["spec"]["containerNetwork"] = {"mode": "eni", "cidr": "10.0.0.0/16"}
    document["metadata"]["labels"]["os.modelarts/tenant.domain.id"] = "d1"
    begin(lena, start="copy", pool=builders.pool(team=vision.team, name="found-pool", document=document).pk)
    draft = Draft.objects.get()
    assert steps_of(draft)["workload"]["container_cidr"] == ["10.0.0.0/16"]
    assert kept_of(draft) == {}


def test_a_copy_is_given_a_name_that_nothing_in_the_project_has(lena: Client, vision: Vision) -> None:
    for name in ("train-01", "train-02"):
        builders.pool(team=vision.team, project=vision.project, name=name)
    theirs = builders.team(name="Speech")
    vision.project.teams.add(theirs)
    builders.order(team=theirs, placed_by=builders.person(member_of=theirs), project=vision.project, name="train-03")
    first = builders.pool(team=vision.team, project=vision.project, name="train-00")
    begin(lena, start="copy", pool=first.pk)
    assert steps_of(Draft.objects.get())["labels"]["name"] == ["train-04"]


@pytest.mark.parametrize(("name", "following"), [("a-01", "a-02"), ("pool-99", "pool-100"), ("pool", "pool-02")])
def test_the_next_name_counts_on(name: str, following: str) -> None:
    assert next_name(name) == following


def test_a_draft_is_continued_and_deleted_from_the_list(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    assert url(draft, "labels") in text_of(lena.get(reverse("order-new")))
    lena.post(reverse("draft-delete", kwargs={"draft": draft.pk}))
    assert not Draft.objects.exists()


def test_the_owner_is_asked_for_only_where_there_is_a_choice(lena: Client, vision: Vision) -> None:
    assert 'name="owner"' not in text_of(lena.get(reverse("order-new")))
    vision.project.teams.add(builders.team(name="Speech"))
    assert 'name="owner"' not in text_of(lena.get(reverse("order-new")))
    builders.project(teams=(vision.team,), name="Real cloud")
    assert 'name="owner"' in text_of(lena.get(reverse("order-new")))


def test_the_owner_chosen_at_labels_moves_the_draft(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    draft, elsewhere = draft_of(), builders.project(teams=(vision.team,), name="Real cloud")
    lena.post(url(draft, "labels"), {"version": 0, "name": "pool-red", "owner": f"{vision.team.pk}:{elsewhere.pk}"})
    draft.refresh_from_db()
    assert draft.project == elsewhere


def test_somebody_of_no_team_is_told_what_to_do(client: Client, db: None) -> None:
    client.force_login(builders.person())
    assert "An admin of a team can enrol you" in text_of(client.get(reverse("order-new")))
    begin(client, start="blank")
    assert not Draft.objects.exists()


@pytest.mark.parametrize("drafts", [1, 3])
def test_the_start_takes_as_many_queries_for_many_drafts_as_for_one(
    lena: Client, draft_of: MakeDraft, django_assert_max_num_queries: Any, drafts: int
) -> None:
    for _ in range(drafts):
        draft_of(order())
    with django_assert_max_num_queries(14):
        lena.get(reverse("order-new"))


def test_review_says_what_differs_from_the_pool_that_was_copied(lena: Client, vision: Vision) -> None:
    placed = builders.order(team=vision.team, placed_by=vision.lena, name="train-09", body=order(name="train-09"))
    begin(lena, start="copy", pool=builders.pool(order=placed).pk)
    draft = Draft.objects.get()
    page = text_of(lena.get(url(draft, "review")))
    assert "Against the pool train-09, which it was copied from" in page
    assert "train-09 → train-10" in page


def test_review_of_what_began_blank_is_held_against_nothing(lena: Client, draft_of: MakeDraft) -> None:
    assert "What changes" not in text_of(lena.get(url(draft_of(order()), "review")))


def test_every_step_leads_to_the_draft_as_code(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    page = text_of(lena.get(url(draft, "zones")))
    for form in ("json", "curl", "terraform", "python"):
        address = reverse("draft-as", kwargs={"draft": draft.pk, "form": form})
        assert address in page
        assert lena.get(address).status_code == 200
