"""Beyond a number of nodes, and a while after the sign-in, whoever decides gives the password first."""

from __future__ import annotations

import re
import time
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console import guarding
from console.sessions import SIGNED_IN
from pools import approving, resizing
from pools.deeds import Deed
from pools.models import Decision, Deletion, Intervention, Order, Pool, Resize, User
from pools.wire import resizing as law
from tests import builders
from tests.console.scenes import Scene
from tests.console.test_together import in_zone, know

RIGHT = builders.PASSWORD


@pytest.fixture(autouse=True)
def _limits(settings: Any) -> None:
    settings.FRESH_SESSION_NODES, settings.FRESH_SESSION_MINUTES = 10, 30


def sign_in(client: Client, person: User, *, minutes_ago: float = 31) -> None:
    client.force_login(person)
    session = client.session
    session[SIGNED_IN] = time.time() - 60 * minutes_ago
    session.save()


def large(scene: Scene, *, nodes: int = 11) -> Order:
    order = scene.waiting(name="large", body=builders.payload(name="large", count=nodes))
    Pool.objects.filter(order=order).update(document=builders.payload(name="large", count=nodes))
    return order


def fields(answer: Any) -> dict[str, str]:
    """What a form of the page would post along, unseen."""
    html = answer.content.decode().partition("<main")[2]
    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


WHY = 'For "May" <3'


def approve(client: Client, order: Order, **posted: str) -> Any:
    """As from its page."""
    page = fields(client.get(reverse("approval", args=[order.pk])))
    return client.post(reverse("approve", args=[order.pk]), {**page, "reason": WHY, **posted})


def test_much_is_not_decided_before_the_password_is_given_again(client: Client, scene: Scene) -> None:
    order = large(scene)
    sign_in(client, scene.admin)
    asked = approve(client, order, digest="abc")
    assert (asked.status_code, Decision.objects.count()) == (403, 0)
    assert "This is about 11 nodes." in asked.content.decode()
    assert (fields(asked)["reason"], fields(asked)["digest"]) == (WHY, "abc")


def test_the_right_password_leads_back_to_the_decision_with_what_was_typed(client: Client, scene: Scene) -> None:
    order = large(scene)
    sign_in(client, scene.admin)
    before = client.session.session_key
    kept = fields(approve(client, order))

    back = approve(client, order, **kept, proof=RIGHT)

    html = back.content.decode()
    assert (back.status_code, Decision.objects.count()) == (200, 0)
    assert "For &quot;May&quot; &lt;3</textarea>" in html
    assert 'popovertarget="approve-dialog"' not in html  # the question stands open
    assert RIGHT not in html
    assert client.session.session_key != before
    assert approve(client, order, **kept).status_code == 302
    assert Decision.objects.get().by == scene.admin


def test_a_second_click_on_the_password_decides_nothing(client: Client, scene: Scene) -> None:
    order = large(scene)
    sign_in(client, scene.admin)
    for _ in range(2):
        assert approve(client, order, proof=RIGHT).status_code == 200
    assert not Decision.objects.exists()


def test_what_changed_meanwhile_is_told_instead(client: Client, scene: Scene) -> None:
    order = large(scene)
    sign_in(client, scene.admin)
    assert approve(client, order, digest="0" * 12, proof=RIGHT).status_code == 409


@pytest.mark.parametrize("typed", ["", "wrong", RIGHT + " ", "\0", "x" * 5000])
def test_a_wrong_password_decides_nothing_and_loses_nothing(client: Client, scene: Scene, typed: str) -> None:
    order = large(scene)
    sign_in(client, scene.admin)
    asked = approve(client, order, proof=typed)
    assert (asked.status_code, Decision.objects.count()) == (403, 0)
    assert "The password is not right." in asked.content.decode()
    assert fields(asked)["reason"] == WHY
    assert approve(client, order).status_code == 403


def test_guesses_count_with_those_at_the_sign_in(client: Client, scene: Scene) -> None:
    order = large(scene)
    sign_in(client, scene.admin)
    for _ in range(guarding.PATIENCE):
        approve(client, order, proof="wrong")
    assert approve(client, order, proof=RIGHT).status_code == 403
    signed_in = Client().post(reverse("sign-in"), {"username": "mia", "password": RIGHT})
    assert "is not right" in signed_in.content.decode()


@pytest.mark.parametrize(("nodes", "minutes", "limit"), [(10, 31, 10), (11, 29, 10), (11, 31, 0)])
def test_little_soon_or_where_nobody_wants_it_nothing_is_asked(
    client: Client, scene: Scene, settings: Any, *, nodes: int, minutes: int, limit: int
) -> None:
    settings.FRESH_SESSION_NODES = limit
    order = large(scene, nodes=nodes)
    sign_in(client, scene.admin, minutes_ago=minutes)
    assert approve(client, order).status_code == 302
    assert Decision.objects.exists()


@pytest.mark.parametrize("minutes_ago", [-5, None])
def test_a_sign_in_of_which_nothing_sure_is_known_is_no_proof(
    client: Client, scene: Scene, settings: Any, minutes_ago: float | None
) -> None:
    settings.SESSION_COOKIE_AGE = 10**10
    order = large(scene)
    sign_in(client, scene.admin, minutes_ago=minutes_ago or 0)
    if minutes_ago is None:
        session = client.session
        del session[SIGNED_IN]
        session.save()
    assert approve(client, order).status_code == 403


def test_whoever_may_not_decide_is_told_that_and_asked_nothing(client: Client, scene: Scene) -> None:
    order = large(scene)
    for person, status in ((scene.member, 403), (scene.stranger, 404)):
        sign_in(client, person)
        answer = approve(client, order, proof=RIGHT)
        assert (answer.status_code, "password" in answer.content.decode().lower()) == (status, False)


def test_orders_approved_together_count_together(client: Client, scene: Scene, settings: Any) -> None:
    know(scene)
    orders = [in_zone(scene, name) for name in ("one", "two")]
    settings.FRESH_SESSION_NODES = 1
    sign_in(client, scene.admin)
    read = [f"{order.pk}:{approving.digest_of(order)}" for order in orders]
    asked = client.post(reverse("approve-together"), {"read": read, "reason": "Both"})
    assert (asked.status_code, Decision.objects.count()) == (403, 0)
    assert asked.content.decode().count('name="read"') == 2
    back = client.post(reverse("approve-together"), {"read": read, "reason": "Both", "proof": RIGHT})
    assert (back.status_code, Decision.objects.count()) == (200, 0)
    assert "Both</textarea>" in back.content.decode()


def test_many_nodes_more_are_not_approved_before_it_either(client: Client, scene: Scene) -> None:
    growth = builders.resize(pool=scene.pool(name="growing"), by=scene.member, to=12)
    sign_in(client, scene.admin)
    address, read = reverse("resize-approve", args=[growth.pk]), {"digest": resizing.digest_of(growth), "reason": WHY}
    assert client.post(address, read).status_code == 403
    back = client.post(address, read | {"proof": RIGHT})
    assert (back.status_code, Resize.objects.get().approved_at) == (200, None)
    assert "For &quot;May&quot; &lt;3</textarea>" in back.content.decode()
    assert client.post(address, read).status_code == 302
    assert Resize.objects.get().approved_by == scene.admin


def test_a_large_pool_is_not_deleted_before_it_either(client: Client, scene: Scene) -> None:
    pool = large(scene).pool
    sign_in(client, scene.member)
    address, typed = reverse("pool-delete", args=[pool.pk]), {"typed_name": "large"}
    assert client.post(address, typed).status_code == 403
    back = client.post(address, typed | {"proof": RIGHT})
    assert (back.status_code, Deletion.objects.count()) == (200, 0)
    assert 'name="typed_name" value="large"' in back.content.decode()
    assert client.post(address, typed).status_code == 302
    assert Deletion.objects.exists()


def test_many_nodes_are_not_taken_away_before_it_either(scene: Scene) -> None:
    names = [f"node-{n}" for n in range(12)]
    document = builders.heard(name="vision-one")
    document["spec"]["resources"][0]["count"] = 13
    pool = builders.nodes(scene.pool(name="vision-one", document=document), *map(builders.node, names))
    fewer = {"seen": law.print_of(law.entries(pool.document)), "nodes-0-0": 1, "understood": "on", "act": "send"}
    chosen = {"deed": Deed.DELETE, "node": names, "typed_name": "vision-one", "act": "send"}
    for name, typed in (("pool-resize", fewer), ("pool-nodes-act", chosen)):
        client, address = Client(), reverse(name, args=[pool.pk])
        sign_in(client, scene.member)
        assert client.post(address, typed).status_code == 403, name
        assert client.post(address, typed | {"proof": RIGHT}).status_code == 200, name
    assert (Resize.objects.count(), Intervention.objects.count()) == (0, 0)


def more(pool: Pool, **typed: Any) -> dict[str, Any]:
    return {"seen": law.print_of(law.entries(pool.document)), "act": "send", **typed}


def test_whoever_approves_their_own_more_nodes_by_asking_is_asked_then(client: Client, scene: Scene) -> None:
    pool = scene.pool(name="growing")
    scene.team.four_eyes = False
    scene.team.save()
    sign_in(client, scene.admin)
    address, typed = reverse("pool-resize", args=[pool.pk]), more(pool, **{"nodes-0-0": 13, "why": WHY})
    assert client.post(address, typed).status_code == 403
    assert client.post(address, typed | {"proof": RIGHT}).status_code == 200
    assert not Resize.objects.exists()
    assert client.post(address, typed).status_code == 302
    assert Resize.objects.get().approved_by == scene.admin


def test_whoever_only_asks_for_more_nodes_is_not(client: Client, scene: Scene) -> None:
    pool = scene.pool(name="growing")
    sign_in(client, scene.member)
    answer = client.post(reverse("pool-resize", args=[pool.pk]), more(pool, **{"nodes-0-0": 13}))
    assert (answer.status_code, Resize.objects.get().approved_by) == (302, None)


def test_after_a_growth_that_failed_the_nodes_count_that_are_not_there(client: Client, scene: Scene) -> None:
    document = builders.heard(name="growing", phase="ScalingFailed")
    document["spec"]["resources"][0]["count"] = 30
    document["status"]["resources"] = {}
    pool = scene.pool("ScalingFailed", name="growing", document=document)
    growth = builders.resize(pool=pool, by=scene.member, to=29, grows=True)
    sign_in(client, scene.admin)
    read = {"digest": resizing.digest_of(growth)}
    assert client.post(reverse("resize-approve", args=[growth.pk]), read).status_code == 403
