"""Every address of the Django admin: superusers get what they may mend, and nobody else gets anything."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, reverse

from pools.models import Adoption, CatalogPart, Founding, Membership, Reading, Team, User
from pools.states import OrderState
from tests import builders
from tests.console.scenes import Scene

pytestmark = pytest.mark.django_db

OTHERS = ("anonymous", "stranger", "member", "admin", "staff")
# People, teams and groups can be mended; all else is the record of what was done.
MENDABLE = {"user", "team", "group"}
KINDS = sorted(model._meta.model_name or "" for model in admin.site._registry)
# What a superuser gets for looking, of what can be mended and of the record; the last is what staff get.
ACTS = {
    "changelist": (200, 200, 403),
    "add": (200, 403, 403),
    "change": (200, 200, 403),
    "delete": (200, 403, 403),
    "history": (200, 200, 403),
}
# Addresses that are of no kind of thing, and what superusers and staff get there.
AROUND = {
    "index": (200, 200),
    "password_change": (200, 200),
    "password_change_done": (200, 200),
    "jsi18n": (200, 200),
    "autocomplete": (403, 403),
    "logout": (405, 405),
    "view_on_site": (404, 404),
    "app_list": (200, 404),
    "auth_user_password_change": (200, 403),
}


@pytest.fixture
def one_of_each(scene: Scene) -> Scene:
    """One row of every kind that the admin shows."""
    order = scene.waiting()
    builders.decision(order=order, by=scene.admin)
    order.comments.create(by=scene.admin, text="Is that many needed?")
    builders.deletion(pool=order.pool, by=scene.member)
    builders.resize(pool=order.pool, by=scene.member)
    builders.intervention(pool=order.pool, by=scene.member)
    builders.refit(pool=order.pool, by=scene.member, job_types=("Infer",))
    builders.watch(team=scene.team, by=scene.member)
    builders.phase_change(pool=order.pool, became="Running")
    builders.catalog_part(project=scene.project, kind=CatalogPart.Kind.FLAVORS, document={})
    Reading.objects.create(project=scene.project, asked_by=scene.member)
    scene.project.probes.create(asked_by=scene.member)
    scene.order(state=OrderState.PLACED)
    Group.objects.create(name="people")
    Founding.objects.create(
        project=scene.project,
        team=scene.team,
        by=scene.member,
        draft=uuid4(),
        name="net",
        cidr="10.0.0.0/16",
        body="{}",
    )
    Adoption.objects.create(pool=builders.pool(team=scene.team), team=scene.team, by=scene.admin)
    return scene


def sign_in(client: Client, scene: Scene, who: str) -> None:
    made = {"superuser": {"staff": True, "superuser": True}, "staff": {"staff": True}}
    if who in made:
        client.force_login(builders.person(**made[who]))  # type: ignore[arg-type]
    elif who != "anonymous":
        client.force_login(getattr(scene, who))


def model_of(kind: str) -> Any:
    return next(model for model in admin.site._registry if model._meta.model_name == kind)


def address(kind: str, act: str) -> str:
    meta = model_of(kind)._meta
    row = model_of(kind)._default_manager.order_by("pk").first()
    assert row, f"there is no {kind} to look at"
    arguments = [row.pk] if act in {"change", "delete", "history"} else []
    return reverse(f"admin:{meta.app_label}_{kind}_{act}", args=arguments)


def everything() -> list[Any]:
    """Every row of ours, but for who is signed in and what was looked at when."""
    ours = [
        model for app in ("pools", "console", "endpoint", "auth") for model in apps.get_app_config(app).get_models()
    ]
    return [list(model._default_manager.order_by("pk").values()) for model in ours if model is not User] + [
        list(User.objects.order_by("pk").values_list("username", "is_staff", "is_superuser", "password"))
    ]


def test_every_address_has_a_row() -> None:
    def names(resolvers: Any) -> Iterator[str]:
        for each in resolvers:
            if isinstance(each, URLResolver):
                yield from names(each.url_patterns)
            elif isinstance(each, URLPattern) and each.name:
                yield each.name

    of_kinds = {
        f"{model._meta.app_label}_{model._meta.model_name}_{act}" for model in admin.site._registry for act in ACTS
    }
    # Its own sign-in is covered by ours: tests/console/test_doors.py.
    assert set(names(admin.site.get_urls())) == of_kinds | AROUND.keys() | {"login"}


def test_a_superuser_sees_all_and_mends_what_is_no_record(client: Client, one_of_each: Scene) -> None:
    sign_in(client, one_of_each, "superuser")
    told = {(kind, act): client.get(address(kind, act)).status_code for kind in KINDS for act in ACTS}
    assert told == {(kind, act): ACTS[act][kind not in MENDABLE] for kind in KINDS for act in ACTS}


def test_a_superuser_writes_nothing_into_the_record(client: Client, one_of_each: Scene) -> None:
    sign_in(client, one_of_each, "superuser")
    before = everything()
    acts = [(kind, act) for kind in KINDS if kind not in MENDABLE for act in ("add", "change", "delete")]

    told = {(kind, act): client.post(address(kind, act), {"post": "yes", "state": "done"}) for kind, act in acts}

    assert {each: answer.status_code for each, answer in told.items()} == dict.fromkeys(acts, 403)
    assert everything() == before


@pytest.mark.parametrize("who", OTHERS)
def test_nobody_else_sees_or_does_anything(client: Client, one_of_each: Scene, who: str) -> None:
    sign_in(client, one_of_each, who)
    before = everything()
    form = {"post": "yes", "action": "delete_selected"}
    doors = [(kind, act) for kind in KINDS for act in ACTS]

    looked = {(kind, act): client.get(address(kind, act)).status_code for kind, act in doors}
    done = {(kind, act): client.post(address(kind, act), form).status_code for kind, act in doors}

    assert looked == done == {(kind, act): ACTS[act][2] if who == "staff" else 302 for kind, act in doors}
    assert everything() == before


@pytest.mark.parametrize("who", [*OTHERS, "superuser"])
def test_what_stands_around_is_for_who_works_here(client: Client, one_of_each: Scene, who: str) -> None:
    arguments: dict[str, list[Any]] = {
        "view_on_site": [1, 1],
        "app_list": ["pools"],
        "auth_user_password_change": [one_of_each.member.pk],
    }
    sign_in(client, one_of_each, who)
    told = {name: client.get(reverse(f"admin:{name}", args=arguments.get(name, []))).status_code for name in AROUND}
    expected = {name: of[who == "staff"] if who in {"staff", "superuser"} else 302 for name, of in AROUND.items()}
    assert told == expected


@pytest.mark.parametrize("path", ["nothing/", "pools/nothing/", "pools/order/nothing/else/"])
def test_addresses_that_are_none_tell_strangers_no_more_than_others_do(client: Client, path: str) -> None:
    assert client.get(f"/admin/{path}").status_code == 302


def test_a_superuser_without_a_team_gets_no_right_to_decide_by_the_admin(client: Client, one_of_each: Scene) -> None:
    with pytest.raises(NoReverseMatch):
        reverse("admin:pools_membership_add")
    assert not Membership.objects.filter(user__is_superuser=True).exists()
    assert Team.objects.count() == 2
