"""Watching what is sold out: placed once when it is on sale again, and never otherwise than it was read."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models.signals import post_save
from django.utils import timezone

from pools import connecting, ordering, tasks, tracking, watching
from pools.dockets import Docket
from pools.models import CatalogPart, Membership, Order, Project, Team, User, Watch
from pools.states import OrderState, WatchState
from pools.turns import turns
from tests import builders
from tests.clocks import freeze_time
from tests.console.wizard.catalog import GONE, NETWORK, flavor, mirror, order
from tests.pools.tracking.cloud import Cloud

pytestmark = pytest.mark.django_db

DRAFT = UUID("00000000-0000-0000-0000-00000000d4af")
Ending = Watch.Ending


@dataclass
class Scene:
    team: Team
    project: Project
    lena: User
    ben: User

    def body(self, **spec: Any) -> str:
        return json.dumps(order(resources=[{"flavor": GONE, "count": 2}], **spec))

    def begin(self, **changed: Any) -> Watch:
        said: dict[str, Any] = {
            "project": self.project, "team": self.team, "by": self.lena, "draft": DRAFT, "revision": 1,
            "body": self.body(), **changed,
        }  # fmt: skip
        return watching.begin(**said)

    def sells(self, stock: str = "normal soldout soldout", **part: Any) -> None:
        """Let the flavor be told anew as it is now."""
        mirror(self.project, flavors={"items": [flavor(GONE, stock=stock)]})
        self.project.catalog_parts.filter(kind=CatalogPart.Kind.FLAVORS).update(**part)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    made = Cloud()
    yield made
    made.stranger.close()


@pytest.fixture
def scene() -> Scene:
    team = builders.team()
    project = builders.project(teams=(team,))
    mirror(project)
    return Scene(team, project, builders.person(member_of=team), builders.person(member_of=team))


def attend(watch: Watch) -> Order | None:
    """As a worker does, that reads the row anew."""
    return watching.attend(Watch.objects.select_related("project", "team", "by").get(pk=watch.pk))


def fresh(watch: Watch) -> Watch:
    return Watch.objects.get(pk=watch.pk)


def test_what_is_on_sale_again_is_placed_as_it_was_read(scene: Scene) -> None:
    watch = scene.begin(docket=Docket(ticket="OPS-12", needed_by=date(2099, 1, 1)))
    scene.sells()

    placed = attend(watch)

    assert placed is not None
    assert (placed.body, placed.placed_by, placed.ticket) == (scene.body(), scene.lena, "OPS-12")
    assert (placed.state, placed.due_at is not None) == (OrderState.PLACED, True)
    assert (fresh(watch).state, fresh(watch).order, fresh(watch).seen_at) == (WatchState.PLACED, placed, None)


def test_what_was_placed_is_not_placed_again(scene: Scene) -> None:
    watch, stale = scene.begin(), Watch.objects.get()
    scene.sells()
    attend(watch)

    assert watching.attend(stale) is None
    assert Order.objects.count() == 1


def test_what_is_still_sold_out_is_looked_at_with_the_next_reading(scene: Scene) -> None:
    watch = scene.begin()
    Watch.objects.update(due_at=timezone.now())

    assert attend(watch) is None
    assert (fresh(watch).state, fresh(watch).due_at) == (WatchState.WATCHING, watch.expires_at)


@pytest.mark.parametrize(
    ("stock", "part"),
    [
        ("normal normal normal", {"failed_at": timezone.now()}),
        ("normal normal normal", {"read_at": None}),
        ("normal normal normal", {"document": {"items": []}}),
        ("soldout soldout plenty", {}),
    ],
    ids=["the last reading failed", "never read", "no longer listed", "a word nobody knows"],
)
def test_nothing_is_placed_on_what_is_not_known(scene: Scene, stock: str, part: dict[str, Any]) -> None:
    watch = scene.begin()
    scene.sells(stock, **part)

    assert attend(watch) is None
    assert fresh(watch).state == WatchState.WATCHING


def test_a_zone_that_was_chosen_is_the_one_waited_for(scene: Scene) -> None:
    azs = [{"az": "az2", "count": 2}]
    watch = scene.begin(body=json.dumps(order(resources=[{"flavor": GONE, "count": 2, "azs": azs}])))
    scene.sells("normal soldout normal")
    assert attend(watch) is None

    scene.sells("soldout normal soldout")
    assert attend(watch) is not None


def test_a_watch_has_an_end(scene: Scene) -> None:
    watch = scene.begin(days=1)
    scene.sells()
    with freeze_time(timezone.now() + timedelta(days=1, seconds=1)):
        assert attend(watch) is None

    assert (fresh(watch).ending, fresh(watch).seen_at) == (Ending.EXPIRED, None)


def test_nothing_is_watched_for_longer_than_it_is_needed(scene: Scene) -> None:
    with freeze_time("2026-11-26 12:00"):
        watch = scene.begin(docket=Docket(needed_by=date(2026, 11, 28)))

    assert watch.expires_at.date() == date(2026, 11, 28)


def shut(scene: Scene) -> None:
    mirror(scene.project, networks={"items": []}, flavors={"items": [flavor(GONE, stock="normal normal normal")]})


def take_the_name(scene: Scene) -> None:
    builders.pool(project=scene.project, name="pool-blue")


def dismiss(scene: Scene) -> None:
    Membership.objects.filter(user=scene.lena).delete()


def disconnect(scene: Scene) -> None:
    Project.objects.update(disconnected_at=timezone.now())


def unserve(scene: Scene) -> None:
    scene.project.teams.clear()


def advise(scene: Scene) -> None:
    """Another network comes to overlap the order's."""
    networks = {"items": [*CatalogPart.objects.get(kind="networks").document["items"]]}
    networks["items"][0]["spec"]["cidr"] = "10.247.0.0/16"
    CatalogPart.objects.filter(kind="networks").update(document=networks)


@pytest.mark.parametrize(
    ("meanwhile", "ending"),
    [
        (shut, Ending.BLOCKED),
        (take_the_name, Ending.NAME_TAKEN),
        (dismiss, Ending.NOT_ALLOWED),
        (disconnect, Ending.NOT_ALLOWED),
        (unserve, Ending.NOT_ALLOWED),
        (advise, Ending.NEWS),
    ],
)
def test_whatever_else_is_in_the_way_by_then_ends_it_and_is_told(
    scene: Scene, meanwhile: Callable[[Scene], None], ending: Watch.Ending
) -> None:
    watch = scene.begin()
    scene.sells()
    meanwhile(scene)

    assert attend(watch) is None
    assert (fresh(watch).state, fresh(watch).ending, fresh(watch).seen_at) == (WatchState.ENDED, ending, None)
    assert not Order.objects.exists()


def test_what_was_ticked_when_it_began_is_no_news(scene: Scene) -> None:
    advise(scene)
    _creation, advice = ordering.weighed(scene.project, draft=DRAFT, body=json.dumps(order()))
    watch = scene.begin(understood=[ordering.key_of(each) for each in advice])
    scene.sells()
    advise(scene)

    placed = attend(watch)

    assert placed is not None
    assert [kept["rule"] for kept in placed.understood] == [each.rule for each in advice] != []


def test_whoever_places_it_by_hand_ends_the_watch(scene: Scene) -> None:
    watch = scene.begin()
    scene.sells()
    said: dict[str, Any] = {"project": scene.project, "team": scene.team, "by": scene.ben, "draft": DRAFT}
    ordering.place(**said, revision=1, body=scene.body())

    assert attend(watch) is None
    assert (fresh(watch).ending, fresh(watch).ended_by) == (Ending.BY_HAND, scene.ben)
    assert Order.objects.count() == 1


def test_whoever_ends_their_own_need_not_be_told_and_others_are(scene: Scene) -> None:
    mine = scene.begin()
    watching.cancel(mine, by=scene.lena)
    theirs = scene.begin()
    watching.cancel(theirs, by=scene.ben)

    assert fresh(mine).seen_at is not None
    assert list(Watch.objects.untold()) == [theirs]


def test_a_stranger_ends_nothing(scene: Scene) -> None:
    watch = scene.begin()
    with pytest.raises(ordering.NotAllowed):
        watching.cancel(watch, by=builders.person(admin_of=builders.team()))
    assert fresh(watch).is_standing


def test_asked_for_twice_it_is_one_watch(scene: Scene) -> None:
    assert scene.begin() == scene.begin()


def test_what_is_on_sale_is_not_watched(scene: Scene) -> None:
    scene.sells()
    with pytest.raises(watching.OnSale):
        scene.begin()


def test_what_something_else_is_in_the_way_of_is_not_watched(scene: Scene) -> None:
    with pytest.raises(ordering.Unsendable) as refused:
        scene.begin(body=scene.body(network={"name": "nowhere"}))
    assert not any(breach.rule == "R7" for breach in refused.value.breaches)


def test_what_pays_itself_is_not_watched(scene: Scene) -> None:
    Team.objects.update(orders_may_pay_themselves=True)
    document = json.loads(scene.body())
    notes = {"billing.mode": "1", "period.type": "2", "period.num": "1", "auto.pay": "1"}
    document["metadata"]["annotations"] = {f"os.modelarts/{name}": value for name, value in notes.items()}
    with pytest.raises(ordering.PaysItself):
        scene.begin(body=json.dumps(document))


def test_a_draft_that_was_placed_is_not_watched(scene: Scene) -> None:
    builders.order(team=scene.team, placed_by=scene.lena, project=scene.project, draft=DRAFT)
    with pytest.raises(watching.AlreadyPlaced):
        scene.begin()


def test_a_stranger_watches_nothing(scene: Scene) -> None:
    with pytest.raises(ordering.NotAllowed):
        scene.begin(by=builders.person(admin_of=builders.team()))


def test_what_is_watched_in_a_project_ends_when_that_is_disconnected(scene: Scene) -> None:
    watch = scene.begin()
    staff = builders.person(staff=True)

    connecting.disconnect(scene.project, by=staff)

    assert (fresh(watch).state, fresh(watch).ended_by, fresh(watch).seen_at) == (WatchState.ENDED, staff, None)


def test_a_watch_has_its_end_whoever_sealed_the_credentials(
    scene: Scene, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    watch = scene.begin(days=1)
    settings.CREDENTIALS_KEYS = ["YW5vdGhlci1rZXktb2YtZXhhY3RseS0zMi1ieXRlcyE="]
    monkeypatch.setattr(turns, "take", lambda _lane, work, **_: work())

    with freeze_time(timezone.now() + timedelta(days=1, seconds=1)):
        tasks.attend_watch(watch.pk)

    assert Watch.objects.get().ending == Ending.EXPIRED


class Killed(BaseException):
    """What no `except` of ours holds up."""


@pytest.fixture
def dying() -> Iterator[None]:
    """The worker dies when the order was written and the transaction is still open."""

    def die(**_: object) -> None:
        raise Killed

    post_save.connect(die, sender=Order)
    yield
    post_save.disconnect(die, sender=Order)


def test_a_worker_that_dies_between_taking_and_placing_has_done_nothing(scene: Scene, dying: None) -> None:
    watch = scene.begin()
    scene.sells()

    with pytest.raises(Killed):
        attend(watch)

    assert (fresh(watch).state, Order.objects.count()) == (WatchState.WATCHING, 0)
    assert watch in Watch.objects.standing()


def test_every_reading_of_the_flavors_has_those_looked_at_that_wait_for_one(scene: Scene, cloud: Cloud) -> None:
    watch = scene.begin()
    Project.objects.update(modelarts_url=cloud.stranger.url)
    cloud.documents = {"resourceflavors": {"items": [flavor(GONE)]}}
    scene.project.refresh_from_db()

    tracking.mirror(scene.project)

    assert list(Watch.objects.due()) == [watch]
    assert NETWORK in watch.body


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_and_a_click_at_once_one_places_it(scene: Scene) -> None:
    watch = scene.begin()
    scene.sells()
    said: dict[str, Any] = {"project": scene.project, "team": scene.team, "by": scene.lena, "draft": DRAFT}
    acts: list[Callable[[], Any]] = [lambda: attend(watch)] * 4
    acts += [lambda: ordering.place(**said, revision=1, body=scene.body())] * 2
    start = threading.Barrier(len(acts))

    def do(act: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            act()
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert Order.objects.count() == 1
    ended = fresh(watch)
    assert (ended.state, ended.ending) in {(WatchState.PLACED, ""), (WatchState.ENDED, Ending.BY_HAND)}
