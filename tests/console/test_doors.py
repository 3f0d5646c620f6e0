"""Every door of the console, and who gets through it. An address without a row here fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from console.models import Draft, SavedView, Template
from console.wizard import keeping
from pools import approving, intervening, resizing
from pools.deeds import Deed
from pools.endpoint import admitting
from pools.endpoint.models import CallRecord, EndpointProject, FaultRule, HostedPool
from pools.models import (
    Adoption,
    Comment,
    Decision,
    Deletion,
    Intervention,
    Membership,
    Order,
    Pool,
    Probe,
    Project,
    Reading,
    Refit,
    Resize,
    Team,
    Watch,
)
from pools.states import OrderState
from pools.wire import refitting
from pools.wire.resizing import entries, print_of
from tests import builders
from tests.console import scenes
from tests.console.scenes import Scene
from tests.endpoint.routes import CLOSED

pytestmark = pytest.mark.django_db

# A colleague is a member who ordered none of it; staff and superusers belong to no team.
PEOPLE = ("anonymous", "stranger", "colleague", "member", "admin", "staff", "superuser")
HOSTED = "cn-north-4"
STEERED = (EndpointProject, HostedPool, FaultRule, CallRecord)
NOUNS = (
    Adoption,
    Comment, Draft, Decision, Deletion, Membership, Order, Pool, Probe, Project, Reading, Resize, SavedView, Team,
    Intervention, Template, Watch, *STEERED,
)  # fmt: skip

STATEMENTS = [f"SELECT * FROM {noun._meta.db_table} ORDER BY {noun._meta.pk.column}" for noun in NOUNS]


@dataclass(frozen=True)
class House:
    """One thing behind every door, each in the state in which the act behind it could happen."""

    scene: Scene
    draft: Draft
    watch: Watch
    template: Template
    placed: Order
    doubted: Order
    waiting: Order
    pool: Pool
    found: Pool
    resize: Resize
    approved: Resize
    refit: Refit
    intervention: Intervention
    decision: Decision
    seat: Membership
    saved_view: SavedView
    call: CallRecord

    def user(self, who: str) -> Any:
        return get_user_model().objects.get(username=who)


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    """Made once; whatever a test does in it is taken back after the test, and all of it at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield _house(scenes.scene())
        transaction.set_rollback(True)


@pytest.fixture
def house(db: None, furnished: House) -> House:
    return furnished


def _house(scene: Scene) -> House:
    for who, user in (("stranger", scene.stranger), ("member", scene.member), ("admin", scene.admin)):
        get_user_model().objects.filter(pk=user.pk).update(username=who)
    seated = builders.person(username="colleague", member_of=scene.team)
    builders.person(username="staff", staff=True)
    builders.person(username="superuser", staff=True, superuser=True)
    hosted = admitting.open_project(admitting.open_account("poolhouse"), name=HOSTED, project_id=HOSTED)
    return House(
        scene=scene,
        draft=Draft.objects.create(team=scene.team, project=scene.project, owner=scene.member, saved_by=scene.member),
        watch=builders.watch(team=scene.team, by=scene.member),
        template=keeping.keep("{}", team=scene.team, by=scene.member, name="Small"),
        placed=scene.order(),
        doubted=scene.order(state=OrderState.IN_DOUBT, needs_person=True, due_at=timezone.now()),
        waiting=scene.waiting(),
        pool=scene.pool(),
        found=builders.pool(project=scene.project),
        resize=builders.resize(pool=scene.pool(), by=scene.member),
        approved=_approval(builders.resize(pool=scene.pool(), by=scene.member), by=scene.admin),
        refit=builders.refit(pool=scene.pool(), by=scene.member, job_types=("Infer",)),
        intervention=builders.intervention(pool=scene.pool(), by=scene.member),
        decision=builders.decision(order=scene.waiting(), by=scene.admin),
        seat=Membership.objects.get(user=seated),
        saved_view=SavedView.objects.create(team=scene.team, owner=scene.member, name="Of the team", shared=True),
        call=CallRecord.objects.create(project=hosted, at=timezone.now(), status=200, duration=0.1),
    )


def _approval(resize: Resize, *, by: Any) -> Resize:
    assert resizing.approve(resize, by=by)
    return resize


Way = Callable[[House], dict[str, Any]]


@dataclass(frozen=True)
class Door:
    """`name` of the address, the way there, what is posted (None: it is only looked at), and who gets which status."""

    name: str
    answers: str
    way: Way = lambda _: {}
    form: Callable[[House], dict[str, str]] | None = None

    def __str__(self) -> str:
        return f"{'POST' if self.form else 'GET'} {self.name}"

    def answer_to(self, who: str) -> int:
        """Being a superuser opens no more of the console than being staff does: they share the last column."""
        return int(self.answers.split()[min(PEOPLE.index(who), 5)])

    def open(self, client: Client, house: House) -> Any:
        address = reverse(self.name, kwargs=self.way(house))
        return client.post(address, self.form(house)) if self.form else client.get(address)


def _draft(house: House) -> dict[str, Any]:
    return {"draft": house.draft.pk}


def _step(house: House) -> dict[str, Any]:
    return {"draft": house.draft.pk, "step": "labels"}


def _watch(house: House) -> dict[str, Any]:
    return {"pk": house.watch.pk}


def _placed(house: House) -> dict[str, Any]:
    return {"pk": house.placed.pk}


def _doubted(house: House) -> dict[str, Any]:
    return {"pk": house.doubted.pk}


def _waiting(house: House) -> dict[str, Any]:
    return {"pk": house.waiting.pk}


def _read(house: House) -> dict[str, str]:
    return {"digest": approving.digest_of(house.waiting)}


def _wanting(house: House) -> dict[str, str]:
    return {**_read(house), "parts": "flavors", "reason": "fewer"}


def _read_together(house: House) -> dict[str, str]:
    return {"read": f"{house.waiting.pk}:{approving.digest_of(house.waiting)}"}


def _decided(house: House) -> dict[str, Any]:
    return {"pk": house.decision.pk}


def _pool(house: House) -> dict[str, Any]:
    return {"pk": house.pool.pk}


def _resize(house: House) -> dict[str, Any]:
    return {"pk": house.resize.pk}


def _approved(house: House) -> dict[str, Any]:
    return {"pk": house.approved.pk}


def _read_of_resize(house: House) -> dict[str, str]:
    return {"digest": resizing.digest_of(house.resize)}


def _more_nodes(house: House) -> dict[str, str]:
    return {"seen": print_of(entries(house.pool.document)), "nodes-0-0": "3", "act": "send"}


def _other_jobs(house: House) -> dict[str, Any]:
    seen = refitting.print_of(refitting.fitting(house.pool.document))
    return {"seen": seen, "job_types": ["Train", "Infer"], "act": "send"}


def _refit(house: House) -> dict[str, Any]:
    return {"pk": house.refit.pk}


def _intervention(house: House) -> dict[str, Any]:
    return {"pk": house.intervention.pk}


def _a_lock(house: House) -> dict[str, str]:
    pool = builders.nodes(house.pool, builders.node("node-one"))
    seen = intervening.choose(pool, Deed.LOCK, ["node-one"]).seen
    return {"deed": "lock", "node": "node-one", "act": "send", "seen": seen}


def _saved_view(house: House) -> dict[str, Any]:
    return {"pk": house.saved_view.pk}


def _template(house: House) -> dict[str, Any]:
    return {"pk": house.template.pk}


def _in_form(way: Way) -> Way:
    return lambda house: {**way(house), "form": "json"}


def _team(house: House) -> dict[str, Any]:
    return {"slug": house.scene.team.slug}


def _seat(house: House) -> dict[str, Any]:
    return {"slug": house.scene.team.slug, "pk": house.seat.pk}


def _hosted(_: House) -> dict[str, Any]:
    return {"project_id": HOSTED}


def _rule(_: House) -> dict[str, Any]:
    return {"project_id": HOSTED, "rule": "1"}


def _hosted_pool(_: House) -> dict[str, Any]:
    return {"project_id": HOSTED, "pool": "pool-one"}


def _call(house: House) -> dict[str, Any]:
    return {"project_id": HOSTED, "pk": house.call.pk}


def _project(house: House) -> dict[str, Any]:
    return {"pk": house.scene.project.pk}


def _new_project(_: House) -> dict[str, str]:
    place = {"name": "Another", "project_id": "another", "where": "region", "region": "cn-north-4"}
    return {**place, "signs_with": "keys", "access_key": "AK", "secret_key": "SK"}


def _nothing(_: House) -> dict[str, str]:
    return {}


def saying(**form: str) -> Callable[[House], dict[str, str]]:
    return lambda _: form


# Statuses of: anonymous, stranger, colleague, member, admin, and staff and superusers alike.
DOORS = [
    Door("sign-in", "200 302 302 302 302 302"),
    Door("admin-sign-in", "302 403 403 403 403 403"),
    Door("admin-sign-in", "302 403 403 403 403 403", form=_nothing),
    Door("sign-in", "200 302 302 302 302 302", form=saying(username="nobody", password="nothing")),
    Door("sign-out", "302 302 302 302 302 302", form=_nothing),
    Door("language", "302 302 302 302 302 302", form=saying(language="zh-hans")),
    Door("theme", "302 302 302 302 302 302", form=saying(theme="dark")),
    Door("preferences", "302 200 200 200 200 200"),
    Door("preferences", "302 302 302 302 302 302", form=saying(density="compact", theme="dark")),
    Door("favicon", "302 302 302 302 302 302"),
    Door("healthz", "200 200 200 200 200 200"),
    Door("readyz", "503 503 503 503 503 503"),
    Door("readyz-pages", "200 200 200 200 200 200"),
    Door("metrics", "401 401 401 401 401 200"),
    Door("design", "302 403 403 403 403 200"),
    Door("dashboard", "302 200 200 200 200 200"),
    Door("dashboard-parts", "302 200 200 200 200 404"),
    Door("dashboard-beside", "302 200 200 200 200 404"),
    Door("dashboard-csv", "302 200 200 200 200 404"),
    Door("dashboard-csv", "302 200 200 200 200 404", form=lambda house: {"row": f"pool-{house.pool.pk}"}),
    Door("dashboard-json", "302 200 200 200 200 404"),
    Door("dashboard-json", "302 200 200 200 200 404", form=lambda house: {"row": f"pool-{house.pool.pk}"}),
    Door("rows-read", "302 302 302 302 302 302", form=lambda house: {"row": f"pool-{house.pool.pk}"}),
    Door(
        "rows-adopt", "302 404 302 302 302 404", form=lambda house: {"row": f"pool-{house.found.pk}", "team": "vision"}
    ),
    Door("saved-views", "302 200 200 200 200 404"),
    Door("saved-views", "302 302 302 302 302 404", form=saying(name="Failed ones")),
    Door("saved-view-remove", "302 404 403 302 302 404", _saved_view, form=_nothing),
    Door("changes", "302 200 200 200 200 200"),
    Door("pool", "302 404 200 200 200 404", _pool),
    Door("pool-nodes", "302 404 200 200 200 404", _pool),
    Door("pool-events", "302 404 200 200 200 404", _pool),
    Door("pool-orders", "302 404 200 200 200 404", _pool),
    Door("pool-audit", "302 404 200 200 200 404", _pool),
    Door("pool-jobs", "302 404 200 200 200 404", _pool),
    Door("pool-measurements", "302 404 200 200 200 404", _pool),
    Door("pool-configuration", "302 404 200 200 200 404", _pool),
    Door("pool-read", "302 404 302 302 302 404", _pool, form=_nothing),
    Door("pool-mean", "302 404 403 302 302 404", _pool, form=_nothing),
    Door("pool-delete", "302 404 200 200 200 404", _pool),
    Door("pool-delete", "302 404 403 302 302 404", _pool, form=lambda house: {"typed_name": house.pool.name}),
    Door("pool-resize", "302 404 200 200 200 404", _pool),
    Door("pool-resize", "302 404 403 302 302 404", _pool, form=_more_nodes),
    Door("resize-approval", "302 404 200 200 200 404", _resize),
    Door("resize-check", "302 404 302 302 302 404", _resize, form=_nothing),
    Door("resize-approve", "302 404 403 403 302 404", _resize, form=_read_of_resize),
    Door("resize-reject", "302 404 403 403 302 404", _resize, form=lambda one: {**_read_of_resize(one), "reason": "-"}),
    Door("resize-undo", "302 404 403 403 302 404", _approved, form=_nothing),
    Door("resize-take-back", "302 404 403 302 302 404", _resize, form=_nothing),
    Door("resize-remind", "302 404 403 302 403 404", _resize, form=_nothing),
    Door("pool-refit", "302 404 200 200 200 404", _pool),
    Door("pool-refit", "302 404 403 302 302 404", _pool, form=_other_jobs),
    Door("pool-retry", "302 404 403 302 302 404", _pool, form=lambda _: {"job_type": "Train"}),
    Door("refit-take-back", "302 404 403 302 302 404", _refit, form=_nothing),
    Door("pool-nodes-act", "302 404 302 302 302 404", _pool),
    Door("pool-nodes-act", "302 404 200 200 200 404", _pool, form=lambda _: {"deed": "lock", "node": "node-one"}),
    Door("pool-nodes-act", "302 404 403 302 302 404", _pool, form=_a_lock),
    Door("intervention-take-back", "302 404 403 302 302 404", _intervention, form=_nothing),
    Door("order", "302 404 200 200 200 404", _placed),
    Door("order-withdraw", "302 404 403 302 302 404", _placed, form=_nothing),
    Door("order-look", "302 404 302 302 302 404", _doubted, form=_nothing),
    Door("order-remind", "302 404 403 302 403 404", _waiting, form=_nothing),
    Door("order-say", "302 404 302 302 302 404", _placed, form=saying(text="Why?")),
    Door("order-resolve", "302 404 403 403 302 404", _doubted, form=lambda _: {"as": "not_ours"}),
    Door("order-as", "302 404 200 200 200 404", _in_form(_placed)),
    Door("pool-as", "302 404 200 200 200 404", _in_form(_pool)),
    Door("pool-audit-as", "302 404 200 200 200 404", _in_form(_pool)),
    Door("draft-as", "302 404 200 200 200 404", _in_form(_draft)),
    Door("templates", "302 200 200 200 200 200"),
    Door("template", "302 404 200 200 200 404", _template),
    Door("template-as", "302 404 200 200 200 404", _in_form(_template)),
    Door("order-keep", "302 404 200 200 200 404", _placed),
    Door("order-keep", "302 404 302 302 302 404", _placed, form=saying(name="Mine")),
    Door("draft-keep", "302 404 200 200 200 404", _draft),
    Door("draft-keep", "302 404 302 302 302 404", _draft, form=saying(name="Mine")),
    Door("template-rename", "302 404 403 302 302 404", _template, form=saying(name="Other")),
    Door("template-delete", "302 404 403 302 302 404", _template, form=_nothing),
    Door("order-new", "302 200 200 200 200 200"),
    Door("order-new", "302 302 302 302 302 200", form=saying(start="blank")),
    Door("wizard", "302 404 200 200 200 404", _step),
    Door("wizard", "302 404 302 302 302 404", _step, form=saying(version="0", name="pool-one")),
    Door("order-place", "302 404 422 422 422 404", _draft, form=saying(version="0", revision="1")),
    Door("draft-split", "302 404 302 302 302 404", _draft, form=saying(version="0")),
    Door("order-watch", "302 404 302 302 302 404", _draft, form=saying(version="0", revision="1")),
    Door("watch-cancel", "302 404 302 302 302 404", _watch, form=_nothing),
    Door("watch-seen", "302 404 302 302 302 404", _watch, form=_nothing),
    Door("draft-mend", "302 404 302 302 302 404", _draft),
    Door("draft-delete", "302 404 302 302 302 404", _draft, form=_nothing),
    Door("catalog-read", "302 404 302 302 302 404", _draft, form=_nothing),
    Door("catalog-state", "302 404 200 200 200 404", _draft),
    Door("approvals", "302 200 200 200 200 200"),
    Door("approval", "302 404 200 200 200 404", _waiting),
    Door("approve-together", "302 302 302 302 302 302"),
    Door("approve-together", "302 404 403 403 409 404", form=_read_together),
    Door("approval-check", "302 404 302 302 302 404", _waiting, form=_nothing),
    Door("approve", "302 404 403 403 302 404", _waiting, form=_read),
    Door("approve", "302 404 403 403 409 404", _waiting, form=saying(digest="of something else")),
    Door("request-changes", "302 404 403 403 302 404", _waiting, form=_wanting),
    Door("reject", "302 404 403 403 302 404", _waiting, form=lambda house: {**_read(house), "reason": "too large"}),
    Door("undo", "302 404 403 403 302 404", _decided, form=_nothing),
    Door("projects", "302 403 403 403 403 200"),
    Door("project-new", "302 403 403 403 403 200"),
    Door("project-new", "302 403 403 403 403 302", form=_new_project),
    Door("project", "302 403 403 403 403 200", _project),
    Door("project-edit", "302 403 403 403 403 200", _project),
    Door("project-edit", "302 403 403 403 403 422", _project, form=_nothing),
    Door("project-test", "302 403 403 403 403 302", _project, form=_nothing),
    Door("project-disconnect", "302 403 403 403 403 302", _project, form=_nothing),
    Door("sandbox", "302 403 403 403 403 303 303"),
    Door("sandbox-project", "302 403 403 403 403 200 200", _hosted),
    Door("sandbox-clock", "302 403 403 403 403 303 303", _hosted, form=saying(do="freeze")),
    Door("sandbox-setting", "302 403 403 403 403 303 303", _hosted, form=saying(choice="quick")),
    Door("sandbox-step", "302 403 403 403 403 303 303", _hosted_pool, form=_nothing),
    Door("sandbox-fill", "302 403 403 403 403 200 200", _hosted),
    Door("sandbox-fill", "302 403 403 403 403 303 303", _hosted, form=saying(seed="empty")),
    Door("sandbox-reset", "302 403 403 403 403 200 200", _hosted),
    Door("sandbox-reset", "302 403 403 403 403 303 303", _hosted, form=saying(typed=HOSTED)),
    Door("sandbox-reset", "302 403 403 403 403 422 422", _hosted, form=saying(typed="no")),
    Door("sandbox-faults", "302 403 403 403 403 200 200", _hosted),
    Door("sandbox-faults", "302 403 403 403 403 422 422", _hosted, form=_nothing),
    Door("sandbox-faults-remove", "302 403 403 403 403 303 303", _hosted, form=_nothing),
    Door("sandbox-fault-apply", "302 403 403 403 403 303 303", _rule, form=_nothing),
    Door("sandbox-fault-remove", "302 403 403 403 403 303 303", _rule, form=_nothing),
    Door("sandbox-calls", "302 403 403 403 403 200 200", _hosted),
    Door("sandbox-calls-keep", "302 403 403 403 403 303 303", _hosted, form=saying(do="begin")),
    Door("sandbox-call", "302 403 403 403 403 200 200", _call),
    Door("teams", "302 302 302 302 302 200"),
    Door("team", "302 404 200 200 200 404", _team),
    Door("member-add", "302 404 403 403 302 404", _team, form=saying(username="stranger", role="member")),
    Door("member-role", "302 404 403 403 302 404", _seat, form=saying(role="admin")),
    Door("member-remove", "302 404 403 403 302 404", _seat, form=_nothing),
    Door("four-eyes", "302 404 403 403 302 404", _team, form=_nothing),
    Door("team-paying", "302 404 403 403 302 404", _team, form=_nothing),
    Door("team-defaults", "302 404 403 403 302 404", _team, form=_nothing),
]
OPEN_TO_ALL = {"sign-in", "sign-out", "language", "theme", "favicon", "healthz", "readyz", "readyz-pages", "metrics"}


def addresses(resolver: URLResolver, above: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        below = f"{above}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, below)
        else:
            yield below, pattern


def enter(client: Client, house: House, who: str) -> None:
    if who != "anonymous":
        client.force_login(house.user(who))


def rows() -> list[Any]:
    """What stands in the database, as it stands there: read thousands of times, and so without Django's help."""
    with connection.cursor() as cursor:
        return [cursor.execute(statement).fetchall() for statement in STATEMENTS]


def test_every_address_of_the_console_has_a_row() -> None:
    """The Django admin has rules of its own, below; the embedded endpoint's are no people but on its pages."""
    found = {
        pattern.name or address
        for address, pattern in addresses(get_resolver())
        if (not address.startswith("admin/") or pattern.name == "admin-sign-in") and not _is_for_programs(pattern)
    }
    assert found == {door.name for door in DOORS}


def _is_for_programs(pattern: URLPattern) -> bool:
    module = pattern.callback.__module__
    return module.startswith("pools.endpoint") and not module.startswith("pools.endpoint.pages")


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_who_gets_through(house: House, door: Door) -> None:
    for who in PEOPLE:
        client = Client()
        with transaction.atomic():
            enter(client, house, who)
            before = rows()

            answer = door.open(client, house)

            assert answer.status_code == door.answer_to(who), who
            if answer.status_code in {403, 404}:
                assert rows() == before, who
            if who == "anonymous" and door.name not in OPEN_TO_ALL:
                assert answer.headers["Location"].startswith(reverse("sign-in"))
                assert rows() == before
            # Whoever comes next finds the house as it was.
            transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted({door.name for door in DOORS}))
def test_looking_changes_nothing(client: Client, house: House, name: str) -> None:
    """Whoever follows a link, or is made to, has done nothing yet."""
    door = next(door for door in DOORS if door.name == name)
    enter(client, house, "admin")
    before = rows()

    answer = client.get(reverse(name, kwargs=door.way(house)))

    assert answer.status_code in {200, 302, 401, 403, 405, 503}
    assert rows() == before


NAMES = sorted({door.name for door in DOORS})
# Rooms that only staff enter; everywhere else an admin of the team may do all there is to do.
STAFFS = ("project", "sandbox")
METHODS = ("get", "post", "put", "patch", "delete")


@pytest.mark.parametrize("name", NAMES)
def test_every_act_has_a_row(client: Client, house: House, name: str) -> None:
    """What an address does when something is posted to it, or when it is looked at, is told above; nothing else is."""
    doors = [door for door in DOORS if door.name == name]
    told = {"post" if door.form else "get" for door in doors}
    done = set()
    for method in METHODS:
        enter(client, house, "staff" if name.startswith(STAFFS) else "admin")
        if getattr(client, method)(reverse(name, kwargs=doors[0].way(house))).status_code != 405:
            done.add(method)
    # These only lead on, whatever the method.
    if name in {"admin-sign-in", "sign-in"}:
        done -= {"put", "patch", "delete"}
    assert done == told


@pytest.mark.parametrize("door", [door for door in DOORS if door.form], ids=str)
def test_no_act_is_done_for_a_form_of_another_site(house: House, door: Door) -> None:
    client = Client(enforce_csrf_checks=True)
    enter(client, house, "staff" if door.name.startswith(STAFFS) else "admin")
    before = rows()

    answer = door.open(client, house)

    assert answer.status_code == 403
    assert "This page was open for too long" in answer.content.decode()
    assert rows() == before


@pytest.mark.parametrize("who", ["anonymous", "superuser"])
def test_being_signed_in_opens_nothing_of_the_endpoint(client: Client, house: House, who: str) -> None:
    enter(client, house, who)
    before = rows()

    answers = {f"{method} {path}": client.generic(method, path) for method, path in CLOSED}

    told = {call: (answer.status_code, answer.json()["error_code"]) for call, answer in answers.items()}
    assert {call: answer for call, answer in told.items() if answer != (401, "APIGW.0301")} == {}
    assert len(told) > 40
    assert rows() == before
