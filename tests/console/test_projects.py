"""The project room: staff connect, change, test and disconnect; nobody else learns that it is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pools.models import Probe, Project, User
from pools.states import OrderState
from tests import builders

pytestmark = pytest.mark.django_db

KEYS = {"signs_with": "keys", "access_key": "AKPLANTED0001", "secret_key": "SKplanted/0002"}
WHO = {"signs_with": "password", "iam_domain": "acme", "iam_user": "robot", "iam_password": "PWplanted 0003"}


@pytest.fixture
def staff() -> User:
    return builders.person(username="root", staff=True)


@pytest.fixture
def client(client: Client, staff: User) -> Client:
    client.force_login(staff)
    return client


def entry(**fields: Any) -> dict[str, Any]:
    return {"name": "Beijing", "project_id": "p" * 32, "where": "region", "region": "cn-north-4", **KEYS, **fields}


def addresses(**fields: Any) -> dict[str, Any]:
    return entry(where="addresses", region="", modelarts_url="https://modelarts.example.org", **fields)


def doors(project: Project) -> list[tuple[str, str]]:
    return [
        ("get", reverse("projects")),
        ("get", reverse("project-new")),
        ("post", reverse("project-new")),
        ("get", reverse("project", args=[project.pk])),
        ("get", reverse("project", args=[999999])),
        ("get", reverse("project-edit", args=[project.pk])),
        ("post", reverse("project-edit", args=[project.pk])),
        ("post", reverse("project-test", args=[project.pk])),
        ("post", reverse("project-disconnect", args=[project.pk])),
    ]


@pytest.mark.parametrize("role", ["member", "admin", "superuser without staff"])
def test_members_admins_and_superusers_are_refused_at_every_door(client: Client, role: str) -> None:
    team = builders.team()
    project = builders.project(teams=(team,), name="Hidden")
    person = {
        "member": lambda: builders.person(member_of=team),
        "admin": lambda: builders.person(admin_of=team),
        "superuser without staff": lambda: builders.person(superuser=True),
    }[role]()
    client.force_login(person)

    for method, url in doors(project):
        answer = getattr(client, method)(url)
        assert (answer.status_code, b"Hidden" in answer.content) == (403, False), url
    assert not Probe.objects.exists()
    assert b"/projects/" not in client.get("/").content


def test_somebody_unknown_is_sent_to_sign_in() -> None:
    for method, url in doors(builders.project()):
        assert getattr(Client(), method)(url)["Location"].startswith(reverse("sign-in")), url


def test_staff_find_the_way_in_the_navigation(client: Client) -> None:
    assert b'href="/projects/"' in client.get(reverse("projects")).content


def test_the_list_says_where_for_whom_and_how_well_each_is_heard(client: Client) -> None:
    team, now = builders.team(name="Vision"), timezone.now()
    builders.project(name="Good", region="cn-north-4", teams=(team,), heard_at=now)
    builders.project(name="Bad", failing_since=now, failure_message="The certificate could not be verified.")
    builders.project(name="Locked", credentials_refused_at=now, failing_since=now)
    builders.project(name="Past", disconnected_at=now)

    page = client.get(reverse("projects")).content.decode()

    for words in ("Good", "cn-north-4", "Vision", "Answers", "Not answering", "certificate", "Credentials refused"):
        assert words in page
    assert "Past" not in page


def test_the_list_costs_as_much_for_three_projects_as_for_one(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in (1, 2):
        for _ in range(number):
            builders.project(teams=(builders.team(),))
        with django_assert_num_queries(6):
            client.get(reverse("projects"))


def test_connecting_by_region_settles_the_addresses_and_asks_for_a_test(client: Client) -> None:
    team = builders.team()

    answer = client.post(reverse("project-new"), entry(teams=[team.pk], domain_id="d1"))

    project = Project.objects.get()
    assert answer["Location"] == reverse("project", args=[project.pk])
    assert project.modelarts_url == "https://modelarts.cn-north-4.myhuaweicloud.com"
    assert project.bss_url == "https://bss.myhuaweicloud.com"
    assert [project.secret_key, project.region, *project.teams.all()] == ["SKplanted/0002", "cn-north-4", team]
    assert Probe.objects.get().state == Probe.State.ASKED


def test_connecting_by_password_keeps_no_key(client: Client) -> None:
    client.post(reverse("project-new"), entry(**WHO, access_key="typed by mistake"))

    project = Project.objects.get()
    assert (project.signs_with, project.iam_password, project.access_key) == ("password", "PWplanted 0003", "")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://modelarts.example.org", "https://"),
        ("https://169.254.169.254", "metadata"),
        ("https://2130706433", "four plain numbers"),
        ("https://user@modelarts.example.org", "without path, user"),
        ("https://10.0.0.1", "private network"),
        ("javascript:alert(1)", "without path, user"),
    ],
)
def test_an_address_that_may_not_be_used_is_refused_beside_its_field(client: Client, url: str, words: str) -> None:
    answer = client.post(reverse("project-new"), entry(where="addresses", modelarts_url=url))

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Project.objects.exists()


def test_loopback_is_refused_unless_the_operator_allows_it(client: Client, settings: Any) -> None:
    settings.UPSTREAM_ALLOWED_NETWORKS = []

    answer = client.post(reverse("project-new"), entry(where="addresses", modelarts_url="http://127.0.0.1:6379"))

    assert "back to this machine" in answer.content.decode()


@pytest.mark.parametrize(
    "fields",
    [
        {"region": "nowhere"},
        {"region": ""},
        {"name": ""},
        {"project_id": "../v2"},
        {"secret_key": ""},
        {"access_key": ""},
        {"where": "embedded"},
        {**WHO, "iam_password": ""},
        {"teams": ["999999"]},
        {"signs_with": "trust"},
        {"size_suffix": "Ti"},
    ],
)
def test_what_is_missing_or_wrong_is_told_and_nothing_is_connected(client: Client, fields: dict[str, Any]) -> None:
    answer = client.post(reverse("project-new"), entry(**fields))

    assert answer.status_code == 422
    assert not Project.objects.exists()


def test_a_refused_form_shows_no_credentials(client: Client) -> None:
    page = client.post(reverse("project-new"), entry(**{**WHO, **KEYS}, name="")).content.decode()

    assert not any(planted in page for planted in ("AKPLANTED0001", "SKplanted/0002", "PWplanted 0003"))


def test_the_same_project_is_connected_once(client: Client) -> None:
    client.post(reverse("project-new"), entry())

    answer = client.post(reverse("project-new"), entry(name="Again"))

    assert "connected already, as Beijing" in answer.content.decode()


def test_a_name_is_given_once(client: Client) -> None:
    client.post(reverse("project-new"), entry())

    answer = client.post(reverse("project-new"), entry(project_id="q" * 32, name="BEIJING"))

    assert (answer.status_code, Project.objects.count()) == (422, 1)


def test_editing_with_empty_fields_keeps_what_is_stored_and_shows_nothing_of_it(client: Client) -> None:
    client.post(reverse("project-new"), entry())
    url = reverse("project-edit", args=[Project.objects.get().pk])
    page = client.get(url).content.decode()
    assert "Beijing" in page
    assert not any(planted in page for planted in ("AKPLANTED0001", "SKplanted/0002"))

    client.post(url, entry(name="Peking", access_key="", secret_key=""))

    project = Project.objects.get()
    assert (project.name, project.access_key, project.secret_key) == ("Peking", "AKPLANTED0001", "SKplanted/0002")


def test_new_credentials_are_tried_at_once_and_the_old_refusal_is_forgotten(client: Client) -> None:
    later = timezone.now() + timedelta(hours=1)
    client.post(reverse("project-new"), entry())
    Project.objects.update(look_after=later, mirror_after=later, credentials_refused_at=timezone.now())

    client.post(reverse("project-edit", args=[Project.objects.get().pk]), entry(access_key="AK2", secret_key="SK2"))

    project = Project.objects.get()
    assert project.secret_key == "SK2"
    assert project.credentials_refused_at is None
    assert max(project.look_after, project.mirror_after) <= timezone.now()


def test_half_of_a_key_pair_replaces_nothing(client: Client) -> None:
    client.post(reverse("project-new"), entry())

    answer = client.post(
        reverse("project-edit", args=[Project.objects.get().pk]), entry(access_key="AK2", secret_key="")
    )

    assert (answer.status_code, Project.objects.get().access_key) == (422, "AKPLANTED0001")


def test_credentials_are_not_taken_along_to_another_address(client: Client) -> None:
    client.post(reverse("project-new"), entry())
    url, without = reverse("project-edit", args=[Project.objects.get().pk]), {"access_key": "", "secret_key": ""}

    answer = client.post(url, addresses(**without))

    assert "type the credentials again" in answer.content.decode()
    assert Project.objects.get().region == "cn-north-4"
    client.post(url, addresses())
    assert Project.objects.get().modelarts_url == "https://modelarts.example.org"


def test_the_addresses_of_a_region_stand_ready_to_be_changed_one_by_one(client: Client) -> None:
    client.post(reverse("project-new"), entry())
    url = reverse("project-edit", args=[Project.objects.get().pk])

    page = client.get(url).content.decode()
    client.post(url, addresses(bss_url="https://bss-intl.myhuaweicloud.com"))

    assert 'value="https://bss.myhuaweicloud.com"' in page
    assert Project.objects.get().bss_url == "https://bss-intl.myhuaweicloud.com"


def test_the_project_id_cannot_be_changed(client: Client) -> None:
    client.post(reverse("project-new"), entry())

    client.post(reverse("project-edit", args=[Project.objects.get().pk]), entry(project_id="other", name="Peking"))

    assert (Project.objects.get().project_id, Project.objects.get().name) == ("p" * 32, "Peking")


def test_a_further_project_of_the_embedded_endpoint_takes_its_address(client: Client) -> None:
    builders.project(embedded=True, url="http://127.0.0.1:8123")

    client.post(reverse("project-new"), entry(where="embedded"))

    made = Project.objects.get(name="Beijing")
    assert (made.embedded, made.modelarts_url, made.region) == (True, "http://127.0.0.1:8123", "")


def test_asking_twice_for_a_test_is_asking_once(client: Client) -> None:
    project = builders.project()

    for _ in range(2):
        client.post(reverse("project-test", args=[project.pk]))

    assert Probe.objects.count() == 1
    assert "The worker is asking the cloud" in client.get(reverse("project", args=[project.pk])).content.decode()


def test_a_test_that_nobody_does_is_told(client: Client, staff: User) -> None:
    project = builders.project()
    Probe.objects.create(project=project, asked_by=staff, asked_at=timezone.now() - timedelta(minutes=1))

    assert "may be down" in client.get(reverse("project", args=[project.pk])).content.decode()


@pytest.mark.shows("ClientCredentials.what-is-missing")
def test_findings_are_told_in_words(client: Client, staff: User) -> None:
    project = builders.project()
    findings = [
        {"part": "pools", "outcome": "works", "code": "", "message": "", "count": 3},
        {"part": "networks", "outcome": "works", "code": "", "message": "", "count": 0},
        {"part": "flavors", "outcome": "denied", "code": "ModelArts.0108", "message": "<b>no</b>", "count": None},
        {"part": "billing", "outcome": "denied", "code": "CBC.0150", "message": "x", "count": None},
        {"part": "work_orders", "outcome": "of a later version"},
        {"part": "of a later version", "outcome": "works"},
    ]
    row = Probe.objects.create(project=project, asked_by=staff, state="done", answered_at=timezone.now())
    Probe.objects.filter(pk=row.pk).update(findings=findings)

    page = client.get(reverse("project", args=[project.pk])).content.decode()

    assert "3 pools are there" in page
    assert "an order needs one" in page
    assert "modelarts:pool:list" in page
    assert "other billing site" in page
    assert "Does not work: List flavors, Billing, Work orders." in page
    assert "<b>no</b>" not in page


@pytest.mark.shows("ClientCredentials.clock")
@pytest.mark.parametrize(("skew", "words"), [(1210.0, "20 minutes behind"), (-1210.0, "20 minutes ahead"), (60.0, "")])
def test_a_clock_that_is_wrong_is_told_in_place_of_the_credentials(
    client: Client, staff: User, skew: float, words: str
) -> None:
    project = builders.project()
    finding = {"part": "pools", "outcome": "refused", "code": "APIGW.0301", "message": "x", "clock_skew": skew}
    row = Probe.objects.create(project=project, asked_by=staff, state="done", answered_at=timezone.now())
    Probe.objects.filter(pk=row.pk).update(findings=[finding])

    page = client.get(reverse("project", args=[project.pk])).content.decode()

    assert (words or "These credentials are wrong") in page


def test_one_reason_for_several_parts_is_told_once(client: Client, staff: User) -> None:
    project = builders.project()
    findings = [{"part": part, "outcome": "refused", "code": "APIGW.0301", "message": "no"} for part in Probe.Part]
    row = Probe.objects.create(project=project, asked_by=staff, state="done", answered_at=timezone.now())
    Probe.objects.filter(pk=row.pk).update(findings=findings)

    page = client.get(reverse("project", args=[project.pk])).content.decode()

    assert page.count("These credentials are wrong") == 1
    assert page.count("Credentials refused") == len(Probe.Part)


def test_a_project_in_use_is_not_disconnected_and_says_why(client: Client) -> None:
    team = builders.team()
    project = builders.project(teams=(team,))
    builders.order(team=team, placed_by=builders.person(member_of=team), project=project)
    builders.pool(team=team, project=project)

    page = client.get(reverse("project", args=[project.pk])).content.decode()
    client.post(reverse("project-disconnect", args=[project.pk]))

    assert "1 pool of a team lives in it, and orders are on their way." in page
    assert Project.objects.connected().filter(pk=project.pk, teams=team).exists()


def test_disconnecting_forgets_the_credentials_and_keeps_the_past(client: Client) -> None:
    team = builders.team()
    project = builders.project(teams=(team,))
    order = builders.order(
        team=team, placed_by=builders.person(member_of=team), project=project, state=OrderState.REFUSED
    )
    builders.pool(project=project)  # nobody ordered it here

    client.post(reverse("project-disconnect", args=[project.pk]))

    project.refresh_from_db()
    assert (project.access_key, project.secret_key, list(project.teams.all())) == ("", "", [])
    assert not Project.objects.due().exists()
    assert not Project.objects.due_for_mirroring().exists()
    assert client.get(reverse("project", args=[project.pk])).status_code == 404
    client.force_login(order.placed_by)
    assert client.get(reverse("order", args=[order.pk])).status_code == 200


def test_a_project_that_was_disconnected_is_taken_up_with_its_past(client: Client) -> None:
    client.post(reverse("project-new"), entry())
    first = Project.objects.get()
    client.post(reverse("project-disconnect", args=[first.pk]))

    client.post(reverse("project-new"), entry(name="Back"))

    assert (Project.objects.get().pk, Project.objects.get().name) == (first.pk, "Back")
    assert Project.objects.connected().count() == 1


def test_a_lost_credentials_key_closes_no_page(client: Client, settings: Any) -> None:
    client.post(reverse("project-new"), entry())
    pk = Project.objects.get().pk
    settings.CREDENTIALS_KEYS = ["YW5vdGhlci1rZXktb2YtMzItYnl0ZXMtbG9uZy0wMDE="]

    for url in (reverse("projects"), reverse("project", args=[pk]), reverse("project-edit", args=[pk])):
        assert client.get(url).status_code == 200, url
    client.post(reverse("project-edit", args=[pk]), entry())

    assert Project.objects.get().secret_key == "SKplanted/0002"


def test_staff_say_when_credentials_end(client: Client) -> None:
    client.post(reverse("project-new"), entry(credentials_until="2031-02-28"))

    project = Project.objects.get()
    assert str(project.credentials_until) == "2031-02-28"
    assert "expire on" in client.get(reverse("project", args=[project.pk])).text


def test_a_day_that_is_none_is_told_at_its_field(client: Client) -> None:
    page = client.post(reverse("project-new"), entry(credentials_until="31.2.2031"))

    assert "Write the day as year-month-day" in page.text
    assert not Project.objects.exists()


@pytest.mark.parametrize(
    ("days", "said"),
    [(8, ""), (3, "expire in 3 days"), (1, "expire in 1 day<"), (0, "expire today"), (-1, "have expired")],
)
def test_everybody_whom_a_project_serves_is_told_in_the_week_before_its_credentials_end(
    client: Client, days: int, said: str
) -> None:
    team = builders.team()
    builders.project(teams=(team,), name="Beijing", credentials_until=timezone.localdate() + timedelta(days=days))
    client.force_login(builders.person(member_of=team))

    page = client.get(reverse("dashboard")).text

    assert ("The credentials of Beijing" in page, said in page) == (bool(said), True)


def test_nobody_else_is_told(client: Client) -> None:
    builders.project(teams=(builders.team(),), name="Beijing", credentials_until=timezone.localdate())
    client.force_login(builders.person(member_of=builders.team()))

    assert "Beijing" not in client.get(reverse("dashboard")).text
