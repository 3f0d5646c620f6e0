"""More nodes at the desk: read in order, decided once, on what was read; everybody else is told why not."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from console.approvals import seen
from pools import queries, reminding, resizing
from pools.models import CatalogPart, Pool, Resize, Team
from pools.states import ErrandState
from tests import builders
from tests.console.scenes import Scene

FLAVOR = "modelarts.vm.cpu.16u64g.d"


@pytest.fixture(autouse=True)
def patience(settings: Settings) -> None:
    settings.DECISION_UNDO_SECONDS = 30


def asked(scene: Scene, to: int = 3, **fields: Any) -> Resize:
    name = fields.pop("name", "vision-one")
    fields = {"pool": scene.pool(name=name), "by": scene.member, "why": "For the spring release.", **fields}
    return builders.resize(to=to, **fields)


def page(client: Client, resize: Resize) -> str:
    answer = client.get(reverse("resize-approval", args=[resize.pk]))
    assert answer.status_code == 200
    return answer.text


def decide(client: Client, name: str, resize: Resize, *, follow: bool = False, **typed: str) -> Any:
    """Press a button of the page as it is now: what was read goes along."""
    said = {"digest": resizing.digest_of(resize), "seen": seen.seal(resize), "reason": "No.", **typed}
    return client.post(reverse(name, args=[resize.pk]), said, follow=follow)


def test_the_page_is_read_in_the_order_of_an_approval(client: Client, scene: Scene) -> None:
    client.force_login(scene.admin)
    html = page(client, asked(scene))
    parts = (
        f"lena (Vision) asks for 2 more nodes of {FLAVOR}: 1 → 3.",
        "Unless somebody decides before",
        "Approve…",
        "Checks now",
        "What changes",
        "Risks",
        "For the spring release.",
        "Trail",
        "Exact request",
    )
    places = [html.index(part) for part in parts]
    assert places == sorted(places)


def test_what_changes_is_told_by_zone_and_price(client: Client, scene: Scene) -> None:
    offer = {"metadata": {"name": FLAVOR}, "spec": {"billingCode": "code"}, "status": {"phase": {"az-1": "normal"}}}
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.FLAVORS, document={"items": [offer]})
    prices = {"hour": {"currency": "CNY", "amounts": {"code": "2.5"}}}
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.PRICES, document=prices)
    quotas = {"items": [{"resource": "pool", "quota": 9, "used": 4}]}
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.QUOTAS, document=quotas)
    client.force_login(scene.admin)

    context = client.get(reverse("resize-approval", args=[asked(scene).pk])).context

    told = {total.what: (total.before, total.after) for total in context["totals"]}
    assert told["Nodes"] == ("1", "3")
    assert told["List price"] == ("CNY 2.50 an hour", "CNY 7.50 an hour")


def test_risks_are_told_in_words(client: Client, scene: Scene) -> None:
    document = builders.heard(name="risky")
    zones = [{"az": "az1", "count": 1}, {"az": "az2", "count": 1}]
    document["spec"]["resources"] = [{"flavor": FLAVOR, "count": 2, "azs": zones}]
    resize = asked(scene, 40, pool=scene.pool(name="risky", document=document))
    body = resize.body.replace(
        '"count": 40,', '"count": 40, "azs": [{"az": "az1", "count": 20}, {"az": "az2", "count": 20}],'
    )
    Resize.objects.update(body=body)
    client.force_login(scene.admin)

    html = page(client, resize)

    for said in ("More than 30 nodes at once", "Training across 2 zones"):
        assert said in html


def test_an_admin_approves_and_may_undo_it(client: Client, scene: Scene) -> None:
    resize = asked(scene)
    client.force_login(scene.admin)

    html = decide(client, "resize-approve", resize, reason="Fine.", follow=True).text
    for said in ("mia approved it", "Fine.", "Until then you can undo it.", reverse("resize-undo", args=[resize.pk])):
        assert said in html
    html = client.post(reverse("resize-undo", args=[resize.pk]), follow=True).text

    for said in ("Undone. Nothing was sent, and it waits again.", "Approve…", "Undone before it was sent"):
        assert said in html
    assert Resize.objects.get().is_awaited


def test_the_approval_keeps_what_was_read_and_checked(client: Client, scene: Scene) -> None:
    resize = asked(scene)
    client.force_login(scene.admin)

    html = decide(client, "resize-approve", resize, follow=True).text

    assert Resize.objects.get().digest == resizing.digest_of(resize)
    assert "Checks when it was approved" in html


def test_a_rejection_is_told_with_its_reason(client: Client, scene: Scene) -> None:
    resize = asked(scene)
    client.force_login(scene.admin)

    assert decide(client, "resize-reject", resize, reason="").status_code == 422
    decide(client, "resize-reject", resize, chip="no-budget", reason="Not this year.")

    client.force_login(scene.member)
    for html in (page(client, resize), client.get(reverse("pool-orders", args=[resize.pool_id])).text):
        assert "No budget: Not this year." in html


@pytest.mark.parametrize("name", ["resize-approve", "resize-reject"])
def test_what_was_not_read_is_not_decided(client: Client, scene: Scene, name: str) -> None:
    resize = asked(scene)
    read = {"digest": resizing.digest_of(resize), "seen": seen.seal(resize), "reason": "No."}
    Resize.objects.update(body=resize.body.replace('"count": 3', '"count": 9'))
    client.force_login(scene.admin)

    answer = client.post(reverse(name, args=[resize.pk]), read)

    assert (answer.status_code, Resize.objects.get().is_awaited) == (409, True)
    for said in ("This is not what you had read", "(3 → 9)"):
        assert said in answer.text


def test_a_pool_that_changed_since_is_told_and_nothing_decided(client: Client, scene: Scene) -> None:
    resize = asked(scene)
    resize.pool.document["spec"]["resources"][0]["count"] = 2
    resize.pool.save()
    client.force_login(scene.admin)

    html = page(client, resize)
    assert (
        "It cannot be approved while this does not hold: Nodes as when it was asked for: by now other ones, 2 in all"
        in html
    )
    assert 'id="approve-dialog"' not in html
    answer = decide(client, "resize-approve", resize)

    assert (answer.status_code, Resize.objects.get().is_awaited) == (409, True)
    assert "The pool changed after this was asked for" in answer.text


def test_what_is_sold_out_by_now_is_told_and_nothing_decided(client: Client, scene: Scene) -> None:
    resize = asked(scene)
    offer = {"metadata": {"name": FLAVOR}, "status": {"phase": {"az-1": "soldout"}}}
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.FLAVORS, document={"items": [offer]})
    client.force_login(scene.admin)

    answer = decide(client, "resize-approve", resize)

    assert (answer.status_code, Resize.objects.get().is_awaited) == (409, True)
    assert "It got worse after you opened it" in answer.text


@pytest.mark.parametrize("name", ["resize-approve", "resize-reject"])
def test_the_second_admin_is_told_who_was_first(client: Client, scene: Scene, name: str) -> None:
    resize = asked(scene)
    resizing.approve(resize, by=scene.second_admin)
    client.force_login(scene.admin)

    html = decide(client, name, resize, follow=True).text

    assert "ken approved just now. Your decision was not needed" in html
    assert Resize.objects.get().approved_by == scene.second_admin


def test_four_eyes_keep_an_admin_from_their_own_and_say_so(client: Client, scene: Scene) -> None:
    resize = asked(scene, by=scene.admin)
    client.force_login(scene.admin)

    assert "You cannot decide: you asked for this" in page(client, resize)
    assert decide(client, "resize-approve", resize).status_code == 403
    Team.objects.update(four_eyes=False)
    assert decide(client, "resize-approve", resize).status_code == 302


def test_a_member_reads_why_they_do_not_decide(client: Client, scene: Scene) -> None:
    resize = asked(scene)
    client.force_login(scene.member)

    assert "You cannot decide: only admins of Vision do." in page(client, resize)
    assert "Only admins of the team approve more nodes" in decide(client, "resize-approve", resize).text


def test_what_lapsed_is_not_approved_and_says_so(client: Client, scene: Scene) -> None:
    resize = asked(scene, at=timezone.now() - timedelta(days=8))
    client.force_login(scene.admin)

    assert "Nobody approved it in time" in decide(client, "resize-approve", resize, follow=True).text
    reminding.lapse()
    client.force_login(scene.member)
    html = page(client, resize)

    for said in ("It lapsed", "Ask again…", "Resize lapsed"):
        assert said in html


def test_fewer_nodes_have_no_page_at_the_desk(client: Client, scene: Scene) -> None:
    resize = asked(scene, grows=False)
    client.force_login(scene.admin)

    assert client.get(reverse("resize-approval", args=[resize.pk])).status_code == 404


def test_it_stands_among_what_waits_and_is_counted_once(client: Client, scene: Scene) -> None:
    resize, _order = asked(scene), scene.waiting()
    client.force_login(scene.admin)

    answers = [client.get(reverse(name)) for name in ("approvals", "dashboard", "preferences")]

    assert [bool(line.get("resize")) for line in answers[0].context["lines"]].count(True) == 1
    for said in ("More nodes are approved before anything is sent", "For the spring release.", ">New<"):
        assert said in answers[0].text
    assert reverse("resize-approval", args=[resize.pk]) in answers[1].text
    assert [re.findall(r'data-part="desk-count">(\d+)<', answer.text) for answer in answers] == [["2"]] * 3


def test_nobody_else_is_told_of_it(client: Client, scene: Scene) -> None:
    resize = asked(scene)
    client.force_login(scene.stranger)
    for name in ("approvals", "dashboard"):
        assert "vision-one" not in client.get(reverse(name)).text
    client.force_login(scene.member)
    assert "vision-one" not in client.get(reverse("approvals")).text
    assert "vision-one" in client.get(reverse("approvals"), {"tab": "team"}).text
    Pool.objects.update(gone_at=resize.at)
    assert "vision-one" not in client.get(reverse("approvals"), {"tab": "team"}).text


def test_what_is_reminded_of_comes_first_and_says_so(client: Client, scene: Scene) -> None:
    scene.waiting()
    resize = asked(scene, at=timezone.now() - timedelta(days=3))
    reminding.remind()
    resizing.remind(resize, by=scene.member)
    client.force_login(scene.admin)

    desk, dashboard = client.get(reverse("approvals")), client.get(reverse("dashboard")).text

    assert desk.context["lines"][0]["resize"] == resize
    for said in ("lena asked just now to have it decided.", "The console told everybody who can decide", ">Overdue<"):
        assert said in desk.text
    assert "Reminder: waiting since" in dashboard


def test_decided_it_stands_with_who_what_and_why(client: Client, scene: Scene) -> None:
    resizing.approve(asked(scene), by=scene.admin, comment="Fine.")
    resizing.reject(asked(scene, name="vision-two"), by=scene.second_admin, reason="Too many.")
    client.force_login(scene.admin)

    html = client.get(reverse("approvals"), {"tab": "decided"}).text

    for said in ("vision-one", "Fine.", "vision-two", "Too many.", "ken", "Undo"):
        assert said in html


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("tab", ["mine", "decided"])
def test_the_desk_costs_the_same_for_many_resizes(
    client: Client, scene: Scene, rows: int, tab: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        asked(scene, name=f"waits-{number}")
        done: dict[str, Any] = {"state": ErrandState.DONE, "approved_by": scene.admin, "approved_at": timezone.now()}
        asked(scene, name=f"done-{number}", **done)
    client.force_login(scene.admin)
    # Session, user, seats, projects, waiting orders, resizes; what waits rests on catalogs and deletions, and there is
    # what paid itself; of what was decided there are two kinds.
    with django_assert_num_queries({"mine": 10, "decided": 9}[tab]):
        client.get(reverse("approvals"), {"tab": tab})


def test_the_page_costs_as_much_as_it_says(
    client: Client, scene: Scene, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    resize = asked(scene)
    client.force_login(scene.admin)
    client.get(reverse("resize-approval", args=[resize.pk]))
    with django_assert_num_queries(13):
        client.get(reverse("resize-approval", args=[resize.pk]), headers={"X-Requested-With": "live"})


def test_needs_lead_to_the_page(scene: Scene) -> None:
    resize = asked(scene)

    [need] = queries.needs_me(scene.admin).shown

    assert need.pool
    assert vars(need.pool)["asks"] == resize.pk
