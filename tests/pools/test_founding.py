"""Asking for a network: by whom, what of, and once."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest

from pools import founding
from pools.models import Founding, Project
from pools.rules import NotAllowed
from pools.states import ErrandState
from tests import builders
from tests.console.wizard.catalog import mirror

pytestmark = pytest.mark.django_db


def ask(project: Project, **said: Any) -> Founding:
    team = project.teams.first()
    assert team is not None
    fields = {"team": team, "draft": uuid4(), "name": "net-new1", "cidr": "10.1.0.0/16", **said}
    return founding.ask_for(project, **{"by": said.get("by") or builders.person(member_of=team), **fields})


@pytest.fixture
def project() -> Project:
    made = builders.project(teams=(builders.team(),))
    mirror(made)
    return made


def test_a_member_asks_and_the_worker_is_told_what_to_send(project: Project) -> None:
    asked = ask(project)
    assert list(Founding.objects.due()) == [asked]
    assert json.loads(asked.body) == {
        "apiVersion": "v1",
        "kind": "Network",
        "metadata": {"labels": {"os.modelarts/name": "net-new1", "os.modelarts/workspace.id": "0"}},
        "spec": {"cidr": "10.1.0.0/16"},
    }


def test_asked_twice_from_one_draft_it_is_one(project: Project) -> None:
    draft = uuid4()
    assert ask(project, draft=draft) == ask(project, draft=draft)
    assert Founding.objects.count() == 1


def test_a_name_somebody_else_asked_for_is_taken(project: Project) -> None:
    ask(project)
    with pytest.raises(founding.NameTaken):
        ask(project)


def test_two_names_that_come_to_one_id_are_not_two_networks(project: Project) -> None:
    """The service keeps thirty characters of a name: an order would name the one and be given the other."""
    ask(project, name="abcd-efgh-ijkl-mnop-qrst-uvwx-yz")
    with pytest.raises(founding.IdTaken):
        ask(project, name="abcd-efgh-ijkl-mnop-qrst-uvwx-zz")


def test_a_name_the_project_has_is_taken(project: Project) -> None:
    with pytest.raises(founding.NameTaken):
        ask(project, name="net-blue")


def test_what_came_to_nothing_may_be_asked_for_again(project: Project) -> None:
    draft = uuid4()
    first = ask(project, draft=draft)
    first.move(ErrandState.FAILED)
    assert ask(project, draft=draft) != first


@pytest.mark.parametrize(
    ("said", "part"),
    [({"name": "Net"}, "name"), ({"name": ""}, "name"), ({"cidr": "8.8.8.0/24"}, "range"),
     ({"cidr": "☃" * 500}, "range"),
     ({"workspace_id": "nowhere"}, "workspace"), ({"workspace_id": "0" * 500}, "workspace")],
)  # fmt: skip
def test_what_the_cloud_would_refuse_is_told_by_its_part(project: Project, said: dict[str, str], part: str) -> None:
    with pytest.raises(founding.Unfit) as unfit:
        ask(project, **said)
    assert unfit.value.part == part
    assert not Founding.objects.exists()


def test_more_networks_than_the_project_may_have_are_not_asked_for(project: Project) -> None:
    quotas = {"quotas": {"resources": [{"type": "network", "quota": "4", "used": "3"}]}}
    mirror(project, quotas=quotas)
    ask(project)
    with pytest.raises(founding.NoRoom):
        ask(project, name="net-other")


def test_a_stranger_asks_in_vain(project: Project) -> None:
    with pytest.raises(NotAllowed):
        ask(project, by=builders.person(admin_of=builders.team(), staff=True))


def test_nobody_asks_in_a_project_that_does_not_serve_their_team(project: Project) -> None:
    team = builders.team()
    with pytest.raises(NotAllowed):
        ask(project, team=team, by=builders.person(member_of=team))
