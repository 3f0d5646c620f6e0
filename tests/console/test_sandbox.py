"""The control room: staff steer hosted projects by plain forms, and everybody is told while one is being steered."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from pools.endpoint import admitting, hosting, judging, sampling, stocking
from pools.endpoint.models import CallRecord, EndpointProject, FaultRule, HostedPool
from pools.endpoint.scenario import Fate
from pools.endpoint.steering import faults, winding
from pools.endpoint.steering.faults import Aim, Harm
from pools.models import User
from tests import builders
from tests.clocks import freeze_time

pytestmark = pytest.mark.django_db

CPU: dict[str, Any] = {"resources": [{"flavor": "modelarts.vm.cpu.8ud", "count": 1}]}
STATUS = {
    "operation": "CreatePool",
    "kind": "status",
    "status": "503",
    "moment": "before",
    "often": "count",
    "count": "2",
    "minutes": "10",
}
OUTAGE = Harm(FaultRule.Kind.STATUS, FaultRule.Moment.BEFORE, status=503)


@pytest.fixture
def home(db: None, settings: Any) -> EndpointProject:
    settings.ENDPOINT_PACE = "demo"
    project = admitting.open_project(admitting.open_account("poolhouse"), name="cn-north-4")
    stocking.load(project)
    return project


@pytest.fixture
def away(home: EndpointProject) -> EndpointProject:
    """A project that nobody steers."""
    project = admitting.open_project(home.account, name="cn-east-3")
    stocking.load(project)
    return project


@pytest.fixture
def client(client: Client) -> Client:
    client.force_login(builders.person(username="root", staff=True))
    return client


@pytest.fixture
def member() -> User:
    return builders.person(username="lena", member_of=builders.team())


def host(project: EndpointProject, name: str = "pool-one", *, waits: bool = False, fate: str = "") -> HostedPool:
    sample = {"name": name, "spec": CPU, **({"fate": fate} if fate else {})}
    return hosting.create(project, judging.admit(project, sampling.creation(project, sample)), console=waits)


def at(name: str, project: EndpointProject, **more: Any) -> str:
    return reverse(f"sandbox-{name}" if name else "sandbox-project", kwargs={"project_id": project.project_id, **more})


def see(client: Client, name: str, project: EndpointProject, **more: Any) -> str:
    answer = client.get(at(name, project, **more))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def do(client: Client, name: str, project: EndpointProject, form: dict[str, str], **more: Any) -> str:
    """Post the form and follow it to the page that says what was done."""
    answer = client.post(at(name, project, **more), form)
    assert answer.status_code == 303
    shown = client.get(answer.headers["Location"])
    assert shown.status_code == 200
    return " ".join(shown.content.decode().split())


def now_of(project: EndpointProject) -> EndpointProject:
    return EndpointProject.objects.get(pk=project.pk)


class TestTheClock:
    def test_it_is_frozen_and_let_run(self, client: Client, home: EndpointProject) -> None:
        assert "The clock stands." in do(client, "clock", home, {"do": "freeze"})
        assert now_of(home).clock_stands_at
        assert "The clock runs again" in do(client, "clock", home, {"do": "run"})
        assert not now_of(home).clock_stands_at

    def test_it_is_moved_on_and_what_happened_is_told(self, client: Client, home: EndpointProject) -> None:
        host(home)
        said = do(client, "clock", home, {"do": "advance", "amount": "1", "unit": "minutes"})
        assert "went from Creating to Running" in said
        assert now_of(home).clock_ahead == timedelta(minutes=1)

    def test_until_the_next_thing_happens(self, client: Client, home: EndpointProject) -> None:
        host(home)
        assert "pool-one will be Running" in see(client, "", home)
        assert "went from Creating to Running" in do(client, "clock", home, {"do": "next"})

    def test_where_nothing_is_to_come_nothing_is_moved(self, client: Client, home: EndpointProject) -> None:
        assert "Nothing is to come" in do(client, "clock", home, {"do": "next"})
        assert not now_of(home).unusual

    def test_one_that_is_behind_catches_up(self, client: Client, home: EndpointProject) -> None:
        EndpointProject.objects.filter(pk=home.pk).update(clock_ahead=timedelta(hours=-1))
        assert "Catch up with real time" in see(client, "", home)
        do(client, "clock", home, {"do": "in-step"})
        assert now_of(home).clock_ahead == timedelta()

    @pytest.mark.parametrize(
        "form",
        [
            {},
            {"do": "explode"},
            {"do": "advance"},
            {"do": "advance", "amount": "-1", "unit": "hours"},
            {"do": "advance", "amount": "9" * 30, "unit": "days"},
            {"do": "advance", "amount": "4000", "unit": "days"},
            {"do": "advance", "amount": "1", "unit": "years"},
            {"do": "advance", "amount": "\0", "unit": "days"},
        ],
        ids=str,
    )
    def test_what_means_nothing_is_told_and_moves_nothing(
        self, client: Client, home: EndpointProject, form: dict[str, str]
    ) -> None:
        assert 'data-tone="error"' in do(client, "clock", home, form)
        assert not now_of(home).unusual


class TestPools:
    def test_one_is_taken_to_its_next_phase(self, client: Client, home: EndpointProject) -> None:
        pool = host(home)
        said = do(client, "step", home, {"seen": "Creating"}, pool=pool.ident)
        assert "from Creating to Running" in said

    def test_two_clicks_are_one_step(self, client: Client, home: EndpointProject) -> None:
        pool = host(home, fate=Fate.ABNORMAL)
        do(client, "step", home, {"seen": "Creating"}, pool=pool.ident)
        assert "somebody was faster" in do(client, "step", home, {"seen": "Creating"}, pool=pool.ident)

    def test_one_that_waits_is_paid_or_let_expire(self, client: Client, home: EndpointProject) -> None:
        paid, expired = host(home, "pool-paid", waits=True), host(home, "pool-late", waits=True)
        assert "Let expire" in see(client, "", home)
        said = do(client, "step", home, {"seen": "Waiting", "waiting": "pay"}, pool=paid.ident)
        assert "from Waiting to Creating" in said
        said = do(client, "step", home, {"seen": "Waiting", "waiting": "expire"}, pool=expired.ident)
        assert "from Waiting to CreationFailed" in said

    def test_one_with_nothing_to_come_has_no_button(self, client: Client, home: EndpointProject) -> None:
        host(home, fate=Fate.STUCK)
        page = see(client, "", home)
        assert "stays as it is" in page
        assert "Next phase of" not in page

    def test_one_that_is_not_there_is_told(self, client: Client, home: EndpointProject) -> None:
        assert "not found" in do(client, "step", home, {}, pool="pool-none")

    def test_another_projects_is_not_there(self, client: Client, home: EndpointProject, away: EndpointProject) -> None:
        theirs = host(away)
        assert "not found" in do(client, "step", home, {}, pool=theirs.ident)

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_page_costs_the_same_for_many_pools(
        self, client: Client, home: EndpointProject, number: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for one in range(number):
            host(home, f"pool-{one}")
        # Session, person, banner, project, count, pools of this page; pools, networks, workspaces, jobs and payments
        # to come; rules. A page of staff in no team asks for no team twice.
        with django_assert_num_queries(13):
            client.get(at("", home))

    def test_of_very_many_pools_a_page_is_shown(self, client: Client, home: EndpointProject) -> None:
        do(client, "fill", home, {"seed": "large", "pools": "400"})
        page = see(client, "", home)
        assert "1–25 of " in page
        assert "too many pools to look through" in page


class TestSettings:
    def test_pace_and_seed_are_saved_and_shown(self, client: Client, home: EndpointProject) -> None:
        page = do(client, "setting", home, {"choice": "real", "seed": "tuesday"})
        assert '<option value="real" selected>' in page
        assert 'value="tuesday"' in page
        assert (now_of(home).pace, now_of(home).ids_seed) == ("real", "tuesday")

    def test_empty_is_as_usual(self, client: Client, home: EndpointProject) -> None:
        do(client, "setting", home, {"choice": "real", "seed": "tuesday"})
        do(client, "setting", home, {"choice": "", "seed": ""})
        assert (now_of(home).pace, now_of(home).ids_seed) == ("", "")

    @pytest.mark.parametrize("form", [{"choice": "fast"}, {"seed": "x" * 65}, {"seed": "a\0b"}], ids=str)
    def test_what_means_nothing_is_told(self, client: Client, home: EndpointProject, form: dict[str, str]) -> None:
        assert 'data-tone="error"' in do(client, "setting", home, form)
        assert (now_of(home).pace, now_of(home).ids_seed) == ("", "")


class TestFillingAndReset:
    def test_an_empty_project_is_filled_at_once(self, client: Client, home: EndpointProject) -> None:
        assert "8 pools are hosted now." in do(client, "fill", home, {"seed": "demo"})

    def test_over_pools_the_name_has_to_be_typed(self, client: Client, home: EndpointProject) -> None:
        pool = host(home)
        for typed in ("", "CN-NORTH-4", "pool-one"):
            answer = client.post(at("fill", home), {"seed": "demo", "typed": typed})
            assert answer.status_code == 422
        assert HostedPool.objects.get() == pool
        do(client, "fill", home, {"seed": "demo", "typed": "cn-north-4"})
        assert HostedPool.objects.count() == 8

    def test_pools_hosted_since_the_page_was_shown_are_not_lost(self, client: Client, home: EndpointProject) -> None:
        see(client, "fill", home)
        pool = host(home)
        assert client.post(at("fill", home), {"seed": "demo"}).status_code == 422
        assert HostedPool.objects.get() == pool

    def test_a_reset_wants_the_name_typed(self, client: Client, home: EndpointProject) -> None:
        host(home)
        assert client.post(at("reset", home), {"typed": "cn"}).status_code == 422
        assert HostedPool.objects.exists()
        assert "begins anew" in do(client, "reset", home, {"typed": "cn-north-4"})
        assert not HostedPool.objects.exists()

    def test_another_project_is_left_alone(self, client: Client, home: EndpointProject, away: EndpointProject) -> None:
        theirs = host(away)
        do(client, "reset", home, {"typed": "cn-north-4"})
        assert HostedPool.objects.get() == theirs

    @pytest.mark.parametrize(
        "form", [{}, {"seed": "none"}, {"seed": "large", "pools": "-1"}, {"seed": "large", "pools": "x"}]
    )
    def test_what_means_nothing_is_told(self, client: Client, home: EndpointProject, form: dict[str, str]) -> None:
        assert client.post(at("fill", home), form).status_code == 422


class TestFaultRules:
    def test_a_rule_is_armed_shown_applied_and_removed(self, client: Client, home: EndpointProject) -> None:
        page = do(client, "faults", home, STATUS)
        assert "armed, does nothing yet" in page
        assert "POST /v2/{project_id}/pools" in page
        rule = str(FaultRule.objects.get().pk)
        assert "Applied: CreatePool: answered 503, the next 2." in do(client, "fault-apply", home, {}, rule=rule)
        assert FaultRule.objects.get().applied_at
        assert "The rule is removed." in do(client, "fault-remove", home, {}, rule=rule)
        assert not FaultRule.objects.exists()

    def test_all_are_removed(self, client: Client, home: EndpointProject) -> None:
        for _ in range(2):
            do(client, "faults", home, STATUS)
        assert "2 rules are removed." in do(client, "faults-remove", home, {})

    def test_a_rule_behind_another_says_so(self, client: Client, home: EndpointProject) -> None:
        faults.apply(home, str(faults.arm(home, Aim(), OUTAGE, lasts=60).pk))
        assert "A rule before it fits too" in do(client, "faults", home, STATUS)

    @pytest.mark.parametrize(
        ("form", "kind"),
        [
            ({**STATUS, "kind": "drop"}, "drop"),
            ({**STATUS, "kind": "delay", "seconds": "2.5"}, "delay"),
            ({**STATUS, "often": "probability", "percent": "25"}, "status"),
        ],
    )
    def test_what_does_not_belong_to_the_choice_is_not_looked_at(
        self, client: Client, home: EndpointProject, form: dict[str, str], kind: str
    ) -> None:
        do(client, "faults", home, form)
        assert FaultRule.objects.get().kind == kind

    @pytest.mark.parametrize(
        "wrong",
        [
            {"operation": "Nothing"},
            {"kind": "explode"},
            {"status": ""},
            {"status": "200"},
            {"status": "\0"},
            {"kind": "delay", "seconds": "131"},
            {"kind": "delay", "seconds": "nan"},
            {"count": "0"},
            {"often": "probability", "percent": "101"},
            {"minutes": "2"},
            {"path_part": "x" * 201},
            {"moment": ""},
        ],
        ids=str,
    )
    def test_what_means_nothing_is_told_beside_its_field(
        self, client: Client, home: EndpointProject, wrong: dict[str, str]
    ) -> None:
        answer = client.post(at("faults", home), {**STATUS, **wrong})
        assert answer.status_code == 422
        assert "There is a problem" in answer.content.decode() or "problems" in answer.content.decode()
        assert not FaultRule.objects.exists()

    def test_a_rule_that_is_gone_by_now_is_told(self, client: Client, home: EndpointProject) -> None:
        assert "not found" in do(client, "fault-apply", home, {}, rule="7")

    def test_another_projects_rule_is_not_found(
        self, client: Client, home: EndpointProject, away: EndpointProject
    ) -> None:
        theirs = faults.arm(away, Aim(), OUTAGE, lasts=60)
        assert "not found" in do(client, "fault-apply", home, {}, rule=str(theirs.pk))
        assert FaultRule.objects.get().applied_at is None


class TestCalls:
    def test_keeping_begins_ceases_and_is_emptied(self, client: Client, home: EndpointProject) -> None:
        do(client, "calls-keep", home, {"do": "begin"})
        assert now_of(home).keeps_log
        CallRecord.objects.create(project=home, at=timezone.now(), operation="ListPools", status=200, duration=0.1)
        assert "ListPools" in see(client, "calls", home)
        do(client, "calls-keep", home, {"do": "cease"})
        assert not now_of(home).keeps_log
        do(client, "calls-keep", home, {"do": "empty"})
        assert not CallRecord.objects.exists()

    def test_one_call_is_shown_whole_and_escaped(self, client: Client, home: EndpointProject) -> None:
        row = CallRecord.objects.create(
            project=home,
            at=timezone.now(),
            method="POST",
            path="/v2/p/pools?<script>",
            status=0,
            duration=0.1,
            request_headers={"Authorization": "(removed)"},
            request_body='{"a":"<b>"}',
            answer_body="(not JSON, 5 bytes)",
        )
        page = see(client, "call", home, pk=row.pk)
        assert "&lt;script&gt;" in page
        assert "&quot;a&quot;: &quot;&lt;b&gt;&quot;" in page
        assert "(not JSON, 5 bytes)" in page

    def test_another_projects_call_is_not_found(
        self, client: Client, home: EndpointProject, away: EndpointProject
    ) -> None:
        theirs = CallRecord.objects.create(project=away, at=timezone.now(), status=200, duration=0.1)
        assert client.get(at("call", home, pk=theirs.pk)).status_code == 404


class TestProjects:
    def test_the_only_one_is_shown_at_once(self, client: Client, home: EndpointProject) -> None:
        assert client.get(reverse("sandbox")).headers["Location"] == at("", home)

    def test_of_several_one_is_chosen(self, client: Client, home: EndpointProject, away: EndpointProject) -> None:
        page = client.get(reverse("sandbox")).content.decode()
        assert at("", home) in page
        assert at("", away) in page

    def test_none_is_told(self, client: Client, db: None) -> None:
        assert "Nothing is hosted" in client.get(reverse("sandbox")).content.decode()

    @pytest.mark.parametrize("ident", ["none", "%00", "x" * 300])
    def test_one_that_is_not_there_is_not_found(self, client: Client, db: None, ident: str) -> None:
        assert client.get(f"/sandbox/{ident}/").status_code == 404


class TestTheBanner:
    def page(self, client: Client) -> str:
        return " ".join(client.get("/").content.decode().split())

    def test_as_long_as_nothing_is_steered_there_is_none(self, client: Client, home: EndpointProject) -> None:
        assert "being steered" not in self.page(client)

    def test_a_frozen_clock_is_told(self, client: Client, home: EndpointProject) -> None:
        winding.freeze(home)
        assert "The sandbox cn-north-4 is being steered. Its clock stands at" in strip(self.page(client))

    def test_a_clock_that_was_moved_is_told(self, client: Client, home: EndpointProject) -> None:
        winding.advance(home, by=timedelta(hours=3))
        assert "Its clock is 3 h ahead of real time" in self.page(client)

    def test_identifiers_from_a_seed_are_told(self, client: Client, home: EndpointProject) -> None:
        EndpointProject.objects.filter(pk=home.pk).update(ids_seed="<tuesday>")
        assert "follow the seed “&lt;tuesday&gt;”" in self.page(client)

    def test_rules_are_told_with_their_end_armed_and_applied(self, client: Client, home: EndpointProject) -> None:
        rule = faults.arm(home, Aim(operation="CreatePool", count=3), OUTAGE, lasts=600)
        assert "1 fault rule is armed and not applied; it is gone at" in strip(self.page(client))
        rule = faults.apply(home, str(rule.pk))
        ends = f"{rule.ends_at:%H:%M:%S}"
        assert f"Calls go wrong: CreatePool: answered 503, the next 3 – until {ends}." in strip(self.page(client))

    def test_a_rule_that_is_over_is_told_no_more(self, client: Client, home: EndpointProject) -> None:
        faults.apply(home, str(faults.arm(home, Aim(), OUTAGE, lasts=600).pk))
        with freeze_time(timezone.now() + timedelta(seconds=601)):
            assert "being steered" not in self.page(client)

    def test_a_rule_that_is_used_up_is_told_no_more(self, client: Client, home: EndpointProject) -> None:
        rule = faults.apply(home, str(faults.arm(home, Aim(count=1), OUTAGE, lasts=600).pk))
        rule.take()
        assert "being steered" not in self.page(client)

    def test_everybody_who_signed_in_is_told_and_staff_are_shown_the_way(
        self, client: Client, home: EndpointProject, member: User
    ) -> None:
        winding.freeze(home)
        assert at("", home) in self.page(client)
        client.force_login(member)
        assert "being steered" in self.page(client)
        assert at("", home) not in self.page(client)

    def test_whoever_has_not_signed_in_is_told_nothing(self, home: EndpointProject) -> None:
        winding.freeze(home)
        assert "being steered" not in Client().get(reverse("sign-in")).content.decode()

    def test_pages_that_fail_tell_it_too(self, client: Client, home: EndpointProject) -> None:
        winding.freeze(home)
        assert "being steered" in client.get("/no/such/page/").content.decode()

    def test_the_admin_of_superusers_tells_it_too(self, home: EndpointProject) -> None:
        winding.freeze(home)
        admin = Client()
        admin.force_login(builders.person(username="boss", staff=True, superuser=True))
        assert "Its clock stands at" in admin.get("/admin/").content.decode()

    def test_it_costs_one_query_whatever_is_steered(
        self,
        client: Client,
        home: EndpointProject,
        away: EndpointProject,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        with django_assert_num_queries(4):  # session, person, teams, banner
            self.page(client)
        for project in (home, away):
            winding.freeze(project)
            for _ in range(3):
                faults.apply(project, str(faults.arm(project, Aim(), OUTAGE, lasts=600).pk))
        with django_assert_num_queries(4):
            self.page(client)

    def test_where_the_endpoint_is_not_served_nothing_is_asked_or_told(
        self, client: Client, home: EndpointProject, settings: Any, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        winding.freeze(home)
        template = settings.TEMPLATES[0]
        processors = [one for one in template["OPTIONS"]["context_processors"] if "endpoint" not in one]
        settings.TEMPLATES = [{**template, "OPTIONS": {**template["OPTIONS"], "context_processors": processors}}]
        with django_assert_num_queries(3):
            page = self.page(client)
        assert "being steered" not in page
        assert reverse("sandbox") not in page


def strip(page: str) -> str:
    """The page as it is read: without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split()).replace(" .", ".")


def test_every_act_wants_the_tokens_of_forms(home: EndpointProject) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(builders.person(username="root", staff=True))
    assert strict.post(at("clock", home), {"do": "freeze"}).status_code == 403
    assert not now_of(home).unusual
