from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from console.models import Draft
from tests import builders
from tests.console.wizard.catalog import CPU, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url


def test_a_stale_save_is_asked_what_to_keep(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    lena.post(url(draft, "labels"), {"version": 0, "name": "theirs-01"})
    response = lena.post(url(draft, "labels"), {"version": 0, "name": "mine-01"})
    page = text_of(response)
    assert response.status_code == 409
    assert "Changed in another window" in page
    assert "theirs-01" in page
    draft.refresh_from_db()
    assert draft.name == "theirs-01"


def test_keep_mine_sends_everything_that_was_typed_again(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    lena.post(url(draft, "flavors"), {"version": 0, "row": "r1", "r1-flavor": "x", "r1-count": "1"})
    stale = {"version": 0, "row": ["r1", "r2"], "r1-flavor": "a<b", "r2-flavor": "c", "r2-count": "7"}
    page = text_of(lena.post(url(draft, "flavors"), stale))
    again: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page):
        again.setdefault(name, []).append(unescape(value))
    again.pop("csrfmiddlewaretoken", None)
    lena.post(url(draft, "flavors"), again)
    draft.refresh_from_db()
    assert draft.data["step_data"]["flavors"] == {
        "row": ["r1", "r2"],
        "r1-flavor": ["a<b"],
        "r2-flavor": ["c"],
        "r2-count": ["7"],
    }


def test_load_theirs_shows_what_the_other_window_saved(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    lena.post(url(draft, "labels"), {"version": 0, "name": "theirs-01"})
    assert 'value="theirs-01"' in text_of(lena.get(url(draft, "labels")))


def test_two_drafts_in_two_windows_share_nothing(lena: Client, draft_of: MakeDraft) -> None:
    one, two = draft_of(), draft_of()
    lena.post(url(one, "labels"), {"version": 0, "name": "pool-one"})
    lena.post(url(two, "labels"), {"version": 0, "name": "pool-two"})
    assert sorted(Draft.objects.values_list("name", flat=True)) == ["pool-one", "pool-two"]


def test_a_save_without_a_version_is_stale(lena: Client, draft_of: MakeDraft) -> None:
    assert lena.post(url(draft_of(), "labels"), {"name": "pool-one"}).status_code == 409


@pytest.mark.django_db(transaction=True)
def test_of_two_saves_at_the_same_moment_one_is_asked() -> None:
    team = builders.team()
    project, user = builders.project(teams=(team,)), builders.person(member_of=team)
    draft = Draft.objects.create(team=team, project=project, owner=user)
    start = Barrier(2)

    def save(name: str) -> int:
        client = Client()
        client.force_login(user)
        start.wait()
        try:
            return client.post(url(draft, "labels"), {"version": 0, "name": name}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(save, ["pool-one", "pool-two"]))
    assert sorted(answers) == [302, 409]


def test_the_page_says_who_saved(vision: Vision, draft_of: MakeDraft, client: Client) -> None:
    draft = draft_of(order())
    other = Client()
    other.force_login(builders.person(username="ken", member_of=vision.team))
    other.post(url(draft, "labels"), {"version": 0, "name": "theirs-01"})
    client.force_login(builders.person(username="mona", member_of=vision.team))
    assert "ken saved this draft" in text_of(client.post(url(draft, "labels"), {"version": 0, "name": "mine-01"}))


def test_whoever_saved_in_another_window_of_their_own_is_told_so(
    vision: Vision, draft_of: MakeDraft, client: Client
) -> None:
    draft = draft_of(order())
    client.force_login(builders.person(username="ken", member_of=vision.team))
    client.post(url(draft, "labels"), {"version": 0, "name": "first-01"})
    answer = text_of(client.post(url(draft, "labels"), {"version": 0, "name": "second-01"}))
    assert "You saved this draft in another window" in answer
    assert "ken saved this draft" not in answer


def differences_in(page: str) -> list[list[str]]:
    """Label, mine and theirs of every line of the table."""
    lines = re.findall(r"<tr><th scope=\"row\">(.*?)</th><td[^>]*>(.*?)</td><td[^>]*>(.*?)</td></tr>", unescape(page))
    return [list(line) for line in lines]


def test_a_conflict_speaks_in_labels_and_words(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    lena.post(url(draft, "labels"), {"version": 0, "name": "pool-blue", "sharing": "shared"})
    page = text_of(lena.post(url(draft, "labels"), {"version": 0, "name": "mine-01", "sharing": ""}))
    assert differences_in(page) == [
        ["Name", "mine-01", "pool-blue"],
        ["Sharing", "Not shared, as the cloud does by default", "Other users may send jobs to it"],
    ]


@pytest.mark.parametrize(
    ("step", "typed", "label"),
    [
        ("flavors", {"row": "r1", "r1-flavor": CPU, "r1-count": "7"}, f"{CPU} › Nodes"),
        ("zones", {"r1-mode": "zones", "r1-cell": "z1", "r1-z1-az": "az1", "r1-z1-count": "7"}, f"{CPU} › az1"),
        ("disks", {"same": "on", "r1-disk": "d1", "r1-d1-size": "7"}, f"{CPU} › disk 1 › Size, GiB"),
        ("disks", {"r1-group": "g1", "r1-g1-name": "vgpaas", "r1-g1-lv": "x"}, f"{CPU} › vgpaas › Disks are joined"),
        ("drivers", {"same": "on", "r1-tag": "t1", "r1-t1-key": "team"}, f"{CPU} › tag 1 › Key"),
        ("workload", {"network": "net-young-p1"}, "Network"),
    ],
)  # fmt: skip
def test_a_field_of_a_row_is_named_by_its_flavor_and_item(
    lena: Client, draft_of: MakeDraft, step: str, typed: dict[str, str], label: str
) -> None:
    draft = draft_of(order(), version=1)
    page = text_of(lena.post(url(draft, step), {"version": 0, **typed}))
    assert label in [found[0] for found in differences_in(page)]
    assert not re.search(r"<th scope=\"row\">[^<]*r1-", page)
