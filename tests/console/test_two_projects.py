"""Two projects of one endpoint and one of a stranger's serve one team: what is done in one stays in it."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from pools import approving, ordering, submitting, tracking
from pools.endpoint import admitting, stocking
from pools.endpoint.models import EndpointProject, HostedNetwork
from pools.models import CatalogPart, Order, Pool, Project, Team, User
from pools.states import ErrandState, OrderState
from pools.wire.enums import Phase
from tests import builders
from tests.endpoint.guests import creation

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team() -> Team:
    return builders.team(four_eyes=False)


@pytest.fixture
def admin(team: Team) -> User:
    return builders.person(username="ada", admin_of=team)


@pytest.fixture
def projects(live_server: LiveServer, team: Team, capsys: pytest.CaptureFixture[str]) -> tuple[Project, Project]:
    """The sample project by its keys, and a second one of the same account by an IAM user of that account."""
    call_command("seed_endpoint")
    made = json.loads(capsys.readouterr().out)
    first = EndpointProject.objects.get(project_id=made["project_id"])
    second = admitting.open_project(first.account, name="cn-south-1")
    stocking.load(second)
    shared = {"url": live_server.url, "embedded": True, "domain_id": made["domain_id"], "teams": (team,)}
    keys = {name: made[name] for name in ("project_id", "access_key", "secret_key")}
    user = {"iam_domain": made["iam"]["domain"], "iam_user": made["iam"]["username"], "signs_with": "password"}
    user |= {"iam_password": made["iam"]["password"], "access_key": "", "secret_key": ""}
    north = builders.project(name="North", **shared, **keys)
    south = builders.project(name="South", **shared, **user, project_id=second.project_id)
    for project in (north, south):
        assert tracking.mirror(project) == []
    return north, south


@pytest.fixture
def abroad(live_server: LiveServer, client: Client, team: Team) -> Project:
    """A project of somebody else's account, which staff connect by its addresses."""
    theirs = admitting.open_project(admitting.open_account("elsewhere"), name="af-south-1")
    stocking.load(theirs)
    key = admitting.issue_key(theirs)
    url = live_server.url.replace("127.0.0.1", "localhost")
    form = {
        "name": "Abroad",
        "project_id": theirs.project_id,
        "domain_id": theirs.account.domain_id,
        "teams": [team.pk],
    }
    form |= {"where": "addresses", "modelarts_url": url, "iam_url": url, "bss_url": url}
    form |= {"signs_with": "keys", "access_key": key.access_key, "secret_key": key.secret_key}
    client.force_login(builders.person(staff=True))
    assert client.post(reverse("project-new"), form).status_code == 302
    project = Project.objects.get(name="Abroad")
    assert tracking.mirror(project) == []
    return project


def ordered(project: Project, *, team: Team, by: User, name: str) -> Order:
    """Order there, in a network of that project."""
    network = HostedNetwork.objects.filter(project__project_id=project.project_id).first()
    assert network
    body = creation(name=name, network={"name": network.document["metadata"]["name"]})
    order = ordering.place(project=project, team=team, by=by, draft=uuid4(), revision=1, body=json.dumps(body))
    submitting.submit(order)
    order.refresh_from_db()
    assert order.state == OrderState.ACCEPTED, order.failure_message
    return order


def swept(*projects: Project) -> None:
    for project in projects:
        tracking.sweep(Project.objects.get(pk=project.pk))


def test_the_same_name_lives_in_both_and_each_is_approved_where_it_is(
    projects: tuple[Project, Project], team: Team, admin: User
) -> None:
    orders = [ordered(project, team=team, by=admin, name="pool-both") for project in projects]
    swept(*projects)
    assert sorted(Pool.objects.values_list("project__name", "phase")) == [("North", "Waiting"), ("South", "Waiting")]

    decision = approving.approve(orders[1], by=admin)
    submitting.carry_out(decision)
    decision.refresh_from_db()
    swept(*projects)

    assert decision.state == ErrandState.DONE
    assert Pool.objects.get(project=projects[1]).phase == Phase.RUNNING
    assert Pool.objects.get(project=projects[0]).phase == Phase.WAITING


def test_a_strangers_endpoint_works_beside_them(
    client: Client, projects: tuple[Project, Project], abroad: Project, team: Team, admin: User
) -> None:
    everywhere = (*projects, abroad)
    orders = [ordered(project, team=team, by=admin, name="pool-both") for project in everywhere]
    swept(*everywhere)
    client.force_login(admin)
    for page in (reverse("dashboard"), reverse("approvals"), reverse("order-new")):
        assert "Abroad" in client.get(page).content.decode(), page

    for order in orders:
        submitting.carry_out(approving.approve(order, by=admin))
    swept(*everywhere)

    assert not abroad.embedded
    assert sorted(Pool.objects.values_list("project__name", "phase")) == [
        ("Abroad", "Running"),
        ("North", "Running"),
        ("South", "Running"),
    ]


def test_dashboard_desk_and_wizard_say_which_project(
    client: Client, projects: tuple[Project, Project], team: Team, admin: User
) -> None:
    for project in projects:
        ordered(project, team=team, by=admin, name="pool-both")
    swept(*projects)
    client.force_login(admin)

    for page in (reverse("dashboard"), reverse("approvals"), reverse("order-new")):
        shown = client.get(page).content.decode()
        assert "North" in shown, page
        assert "South" in shown, page


def test_an_order_begun_for_one_project_offers_what_that_project_has(
    client: Client, projects: tuple[Project, Project], team: Team, admin: User
) -> None:
    only_south = HostedNetwork.objects.filter(project__project_id=projects[1].project_id).first()
    assert only_south
    name = only_south.document["metadata"]["name"]
    client.force_login(admin)

    offered = []
    for project in projects:
        part = CatalogPart.objects.get(project=project, kind=CatalogPart.Kind.NETWORKS)
        begun = client.post(reverse("order-new"), {"start": "blank", "owner": f"{team.pk}:{project.pk}"})
        page = client.get(begun["Location"].replace("labels", "workload")).content.decode()
        offered.append((name in json.dumps(part.document), name in page))

    assert offered == [(False, False), (True, True)]


def test_one_project_that_fails_hides_nothing_of_the_other(
    projects: tuple[Project, Project], team: Team, admin: User
) -> None:
    ordered(projects[0], team=team, by=admin, name="pool-north")
    Project.objects.filter(pk=projects[1].pk).update(signs_with="keys", access_key="AK", secret_key="wrong")

    swept(*projects)

    assert Pool.objects.get().phase == Phase.WAITING
    failing = Project.objects.get(pk=projects[1].pk)
    assert failing.credentials_refused_at
    assert not Project.objects.get(pk=projects[0].pk).failing_since
    assert failing.failing_since
    assert failing.failing_since <= timezone.now()
