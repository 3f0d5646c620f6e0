"""A draft whose only trouble is stock is watched from Review; the watch ends with whatever makes it another draft."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Draft
from pools import watching
from pools.models import Membership, Order, Team, Watch
from tests import builders
from tests.console.wizard.catalog import CPU, GONE, flavor, mirror, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url

Ending = Watch.Ending
SOLD_OUT: list[dict[str, Any]] = [{"flavor": GONE, "count": 2}]


def watch(client: Client, draft: Draft, **typed: Any) -> Any:
    draft.refresh_from_db()
    form = {"version": draft.version, "revision": draft.revision, **typed}
    return client.post(reverse("order-watch", kwargs={"draft": draft.pk}), form)


def place(client: Client, draft: Draft) -> Any:
    draft.refresh_from_db()
    form = {"version": draft.version, "revision": draft.revision}
    return client.post(reverse("order-place", kwargs={"draft": draft.pk}), form)


def save(client: Client, draft: Draft, step: str, **typed: Any) -> Any:
    draft.refresh_from_db()
    return client.post(url(draft, step), {"version": draft.version, **typed})


@pytest.fixture
def sold_out(draft_of: MakeDraft) -> Draft:
    return draft_of(order(resources=SOLD_OUT))


@pytest.fixture
def watched(lena: Client, sold_out: Draft) -> Watch:
    watch(lena, sold_out)
    return Watch.objects.get()


def sell(vision: Vision) -> None:
    mirror(vision.project, flavors={"items": [flavor(CPU), flavor(GONE, stock="normal normal normal")]})


def attend(row: Watch) -> Order | None:
    return watching.attend(Watch.objects.get(pk=row.pk))


def test_review_offers_to_watch_what_is_only_sold_out_and_names_what_would_be_sent(
    lena: Client, sold_out: Draft
) -> None:
    page = text_of(lena.get(url(sold_out, "review")))
    digest = re.search(r'Digest <span class="mono">(\w{12})</span>', page)
    assert digest
    assert f"exactly what stands above (digest {digest[1]})" in page
    assert reverse("order-watch", kwargs={"draft": sold_out.pk}) in page
    watch(lena, sold_out)
    assert Watch.objects.get().digest == digest[1]


@pytest.mark.parametrize("spec", [{}, {"resources": SOLD_OUT, "scope": []}], ids=["on sale", "something else too"])
def test_nothing_else_is_watched(lena: Client, draft_of: MakeDraft, spec: dict[str, Any]) -> None:
    draft = draft_of(order(**spec))
    assert "order-watch" not in (page := text_of(lena.get(url(draft, "review"))))
    assert "Watch, and place when available" not in page
    assert watch(lena, draft).url == url(draft, "review")
    assert not Watch.objects.exists()


def test_what_is_worth_a_second_look_is_ticked_first(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=SOLD_OUT, driver={"updateStrategy": "force"}))
    assert watch(lena, draft).status_code == 422
    watch(lena, draft, understood=["A4 $.spec.driver.updateStrategy"])
    assert Watch.objects.get().understood == ["A4 $.spec.driver.updateStrategy"]


def test_it_says_who_watches_since_when_for_what_and_until_when(lena: Client, sold_out: Draft, watched: Watch) -> None:
    assert "One thing to mend" not in text_of(lena.get(url(sold_out, "review")))
    for step in ("review", "labels"):
        page = text_of(lena.get(url(sold_out, step)))
        assert "Watched until" in page
        assert "once and in the name of lena" in page
        assert f"the digest {watched.digest}" in page
        assert f'<li><span class="mono">{GONE}</span>' in page
    assert "Watched until" in text_of(lena.get(reverse("order-new")))


def test_what_the_watch_places_is_the_draft_and_no_longer_one(
    lena: Client, vision: Vision, sold_out: Draft, watched: Watch
) -> None:
    sell(vision)
    placed = attend(watched)
    assert placed
    assert lena.get(url(sold_out, "labels")).headers["Location"] == reverse("order", args=[placed.pk])
    page = text_of(lena.get(reverse("order", args=[placed.pk])))
    assert "On sale again, and placed by the watch" in page
    assert place(lena, sold_out).url == reverse("order", args=[placed.pk])
    assert Order.objects.count() == 1


def test_asked_twice_it_is_one_watch(lena: Client, sold_out: Draft, watched: Watch) -> None:
    assert watch(lena, sold_out).url == url(sold_out, "review")
    assert Watch.objects.get() == watched


def test_what_another_window_saved_is_not_watched_unread(lena: Client, sold_out: Draft) -> None:
    save(lena, sold_out, "labels", name="pool-red")
    assert watch(lena, sold_out, version=0).status_code == 409
    assert not Watch.objects.exists()


def test_a_window_opened_before_saves_nothing_beside_the_watch(lena: Client, sold_out: Draft, watched: Watch) -> None:
    response = lena.post(url(sold_out, "labels"), {"version": 0, "name": "pool-red"})
    assert response.status_code == 409
    watched.refresh_from_db()
    assert watched.is_standing


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("labels", {"name": "pool-red"}),
        ("labels", {"name": "pool-blue", "contact": "Ben"}),
        ("workload", {"scope": ["Infer"], "network": "net-blue-p1"}),
    ],
)
def test_changing_the_draft_ends_the_watch(
    lena: Client, sold_out: Draft, watched: Watch, step: str, typed: dict[str, Any]
) -> None:
    save(lena, sold_out, step, **typed)
    watched.refresh_from_db()
    assert watched.ending == Ending.EDITED


def test_a_page_that_saves_as_one_types_tells_that_the_watch_is_over(
    lena: Client, sold_out: Draft, watched: Watch
) -> None:
    sold_out.refresh_from_db()
    for name, over in (("pool-blue", False), ("pool-red", True), ("pool-green", False)):
        typed = {"version": sold_out.version, "name": name, "window": "w"}
        parts = lena.post(url(sold_out, "labels"), typed, headers={"Accept": "application/json"}).json()["parts"]
        assert ("The draft was changed." in parts.get("watch", "")) is over
        sold_out.refresh_from_db()


def test_saving_what_is_the_same_keeps_it(lena: Client, sold_out: Draft, watched: Watch) -> None:
    save(lena, sold_out, "labels", name="pool-blue", description="", contact="")
    watched.refresh_from_db()
    assert watched.is_standing


def test_giving_it_to_another_team_ends_the_watch(
    lena: Client, vision: Vision, sold_out: Draft, watched: Watch
) -> None:
    other = builders.team()
    vision.project.teams.add(other)
    Membership.objects.create(team=other, user=vision.lena, role=Membership.Role.MEMBER)
    save(lena, sold_out, "labels", name="pool-blue", owner=f"{other.pk}:{vision.project.pk}")
    watched.refresh_from_db()
    assert watched.ending == Ending.EDITED


def test_deleting_the_draft_ends_the_watch(lena: Client, sold_out: Draft, watched: Watch) -> None:
    lena.post(reverse("draft-delete", kwargs={"draft": sold_out.pk}))
    watched.refresh_from_db()
    assert watched.ending == Ending.DELETED


def test_placing_it_by_hand_ends_the_watch(lena: Client, vision: Vision, sold_out: Draft, watched: Watch) -> None:
    sell(vision)
    place(lena, sold_out)
    watched.refresh_from_db()
    assert watched.ending == Ending.BY_HAND
    assert attend(watched) is None
    assert Order.objects.count() == 1


def test_what_was_typed_while_the_watch_placed_it_is_not_saved(
    lena: Client, vision: Vision, sold_out: Draft, watched: Watch
) -> None:
    sold_out.refresh_from_db()
    sell(vision)
    attend(watched)
    lena.post(url(sold_out, "labels"), {"version": sold_out.version, "name": "pool-red"})
    sold_out.refresh_from_db()
    assert (sold_out.name, sold_out.revision) == ("pool-blue", 1)


def test_it_is_stopped_by_a_button(lena: Client, sold_out: Draft, watched: Watch) -> None:
    assert lena.post(reverse("watch-cancel", args=[watched.pk])).headers["Location"] == url(sold_out, "review")
    watched.refresh_from_db()
    assert watched.ending == Ending.CANCELLED


@pytest.mark.parametrize("name", ["watch-cancel", "watch-seen"])
def test_strangers_find_no_watch(client: Client, watched: Watch, name: str) -> None:
    client.force_login(builders.person(admin_of=builders.team(), staff=True))
    assert client.post(reverse(name, args=[watched.pk])).status_code == 404


def test_a_stranger_watches_no_draft(client: Client, sold_out: Draft) -> None:
    client.force_login(builders.person(admin_of=builders.team(), staff=True))
    assert watch(client, sold_out).status_code == 404


def test_a_get_watches_nothing(lena: Client, sold_out: Draft) -> None:
    assert lena.get(reverse("order-watch", kwargs={"draft": sold_out.pk})).status_code == 405


def test_what_pays_itself_is_told_why_it_is_not_watched(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    Team.objects.update(orders_may_pay_themselves=True)
    document = order(resources=SOLD_OUT)
    notes = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1"}
    document["metadata"]["annotations"] = {f"os.modelarts/{name}": value for name, value in notes.items()}
    draft = draft_of(document)
    Draft.objects.update(team=Team.objects.get(pk=vision.team.pk))
    page = text_of(lena.get(url(draft, "review")))
    assert "It pays itself, and so it is not watched" in page
    watch(lena, draft, understood=re.findall(r'name="understood" .* value="([^"]+)"', page))
    assert not Watch.objects.exists()


def test_whoever_watched_reads_what_became_of_it_until_they_say_so(
    lena: Client, client: Client, vision: Vision, sold_out: Draft, watched: Watch
) -> None:
    ben = Client()
    ben.force_login(builders.person(username="ben", member_of=vision.team))
    ben.post(reverse("watch-cancel", args=[watched.pk]))
    dashboard = reverse("dashboard")
    assert "is not watched any more, and was not placed." in text_of(lena.get(dashboard))
    assert "It is not watched any more" in text_of(lena.get(url(sold_out, "review")))
    assert "is not watched any more" not in text_of(ben.get(dashboard))
    lena.post(reverse("watch-seen", args=[watched.pk]), {"back": "dashboard"})
    assert "is not watched any more" not in text_of(lena.get(dashboard))


def test_the_dashboard_tells_what_waits_and_what_was_placed(lena: Client, vision: Vision, watched: Watch) -> None:
    dashboard = reverse("dashboard")
    page = text_of(lena.get(dashboard))
    assert "1 order waits for what is sold out" in page
    assert "watched by lena until" in page
    sell(vision)
    attend(watched)
    page = text_of(lena.get(dashboard))
    assert "was on sale again, and was placed as you had asked." in page
    assert "waits for what is sold out" not in page


def typed_driver(client: Client, draft: Draft, **typed: str) -> None:
    save(client, draft, "drivers", same="on", **{"gpu": "", "gpu_other": "", **typed})


@pytest.mark.parametrize(
    ("typed", "ending"),
    [
        ({"gpu": "535.129"}, Ending.BLOCKED),
        ({"gpu_other": "535.129"}, Ending.NEWS),
        ({"gpu_other": "9.9"}, ""),
    ],
    ids=["chosen from the list", "written by hand while it was listed", "written by hand, and ticked"],
)
def test_a_driver_version_that_is_not_listed_any_more_is_judged_as_review_does(
    lena: Client, vision: Vision, draft_of: MakeDraft, typed: dict[str, str], ending: str
) -> None:
    gpu = {"type": "V100", "size": "8", "memory": "32Gi"}
    gone = {
        stock: {"items": [flavor(GONE, stock=stock, gpu=gpu)]}
        for stock in ("soldout soldout soldout", "normal normal normal")
    }
    mirror(vision.project, flavors=gone["soldout soldout soldout"])
    draft = draft_of(order(resources=SOLD_OUT))
    typed_driver(lena, draft, **typed)
    # Whoever ticks what nobody warned of has read nothing.
    watch(lena, draft, understood=["A6 $.spec.driver.gpuVersion"])
    mirror(vision.project, flavors=gone["normal normal normal"], drivers={"gpu": {"spec": {"versions": {"600.1": {}}}}})
    review = text_of(lena.get(url(draft, "review")))

    placed = attend(Watch.objects.get())

    assert Watch.objects.get().ending == ending
    assert bool(placed) is (not ending)
    assert ("to mend before" in review) is (ending == Ending.BLOCKED)


def test_what_is_sold_out_can_be_added_and_keeps_nobody_at_its_step(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    assert f'value="add:{GONE}"' in text_of(lena.get(url(draft, "flavors")))
    response = save(lena, draft, "flavors", **{"row": "r1", "r1-flavor": GONE, "r1-count": "2"})
    assert response.url == url(draft, "zones")
