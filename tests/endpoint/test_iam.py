"""Tokens for passwords, and the names of accounts and projects."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from pools.endpoint import admitting
from pools.endpoint.models import Account, EndpointProject, IamUser, Token
from tests.clocks import freeze_time
from tests.endpoint.conftest import PASSWORD, PROJECT
from tests.endpoint.signed import Speaker, ask_token, send


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.answers")
def test_a_password_buys_a_token_of_a_project(home: EndpointProject, user: IamUser) -> None:
    answer = ask_token(scope={"project": {"name": "cn-north-4"}})
    assert answer.status_code == 201
    assert answer.json()["token"]["project"] == {
        "id": PROJECT,
        "name": "cn-north-4",
        "domain": {"id": home.account.domain_id, "name": "poolhouse"},
    }
    assert len(answer["X-Subject-Token"]) > 100


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.scopes")
@pytest.mark.parametrize(
    "scope", [{"project": {"id": PROJECT}}, {"project": {"name": "cn-north-4", "domain": {"name": "poolhouse"}}}]
)
def test_the_project_of_the_scope_is_told_by_id_or_by_name(
    scope: dict[str, Any], home: EndpointProject, user: IamUser
) -> None:
    assert ask_token(scope=scope).json()["token"]["project"]["id"] == PROJECT


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.scopes")
@pytest.mark.parametrize("scope", [None, {}, {"domain": {"name": "poolhouse"}}])
def test_without_a_project_the_token_is_of_the_account(scope: dict[str, Any] | None, user: IamUser) -> None:
    told = ask_token(scope=scope).json()["token"]
    assert told["domain"]["name"] == "poolhouse"
    assert "project" not in told


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.scopes")
def test_the_account_of_the_scope_is_told_by_id_too(user: IamUser) -> None:
    assert ask_token(scope={"domain": {"id": user.account.domain_id}}).status_code == 201


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.user-id")
def test_a_user_is_told_by_id_too(user: IamUser) -> None:
    assert ask_token(told={"id": user.user_id, "password": PASSWORD}).status_code == 201


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.a-day")
def test_a_token_lives_a_day(user: IamUser) -> None:
    with freeze_time("2026-03-01T08:00:00Z"):
        told = ask_token().json()["token"]
    assert (told["issued_at"], told["expires_at"]) == ("2026-03-01T08:00:00.000000Z", "2026-03-02T08:00:00.000000Z")


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.not-kept")
def test_the_text_of_a_token_is_kept_nowhere(user: IamUser) -> None:
    text = ask_token()["X-Subject-Token"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM endpoint_token")
        assert text not in str(cursor.fetchall())


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.older-ones")
def test_a_new_token_leaves_the_older_ones_alive(user: IamUser) -> None:
    first = ask_token()["X-Subject-Token"]
    ask_token()
    assert send("GET", "/v3/auth/domains", headers={"X-Auth-Token": first}).status_code == 200


def test_expired_tokens_are_swept_when_a_new_one_is_made(user: IamUser) -> None:
    admitting.issue_token(user, project=None, now=timezone.now() - timedelta(days=2))
    ask_token()
    assert Token.objects.count() == 1


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.wrong")
@pytest.mark.parametrize(
    "told",
    [
        {"name": "clerk", "password": "wrong", "domain": {"name": "poolhouse"}},
        {"name": "nobody", "password": PASSWORD, "domain": {"name": "poolhouse"}},
        {"name": "clerk", "password": PASSWORD, "domain": {"name": "elsewhere"}},
        {"name": "clerk", "password": PASSWORD},
        {"id": "0" * 32, "password": PASSWORD},
        {"password": PASSWORD},
    ],
)
def test_a_wrong_name_or_password_is_told_in_the_form_of_iam(told: dict[str, Any], user: IamUser) -> None:
    answer = ask_token(told=told)
    assert answer.status_code == 401
    assert answer.json()["error"] == {
        "code": 401,
        "message": "The username or password is wrong.",
        "title": "Unauthorized",
    }


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.lock")
def test_five_wrong_passwords_lock_the_user_for_five_minutes(user: IamUser) -> None:
    wrong = {"name": "clerk", "password": "wrong", "domain": {"name": "poolhouse"}}
    with freeze_time("2026-03-01T08:00:00Z") as clock:
        for _ in range(5):
            ask_token(told=wrong)
        assert "Too many wrong passwords" in ask_token().json()["error"]["message"]
        clock.tick(timedelta(minutes=5))
        assert ask_token().status_code == 201


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.new-password")
def test_a_new_password_ends_the_tokens_of_the_old_one(user: IamUser) -> None:
    text = ask_token()["X-Subject-Token"]
    admitting.enrol_user(user.account, name=user.name, password="another-password")
    assert send("GET", "/v3/auth/domains", headers={"X-Auth-Token": text}).status_code == 401


def test_enrolling_with_the_same_password_changes_nothing(user: IamUser) -> None:
    text = ask_token()["X-Subject-Token"]
    admitting.enrol_user(user.account, name=user.name, password=PASSWORD)
    assert send("GET", "/v3/auth/domains", headers={"X-Auth-Token": text}).status_code == 200


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.foreign-scope")
@pytest.mark.parametrize(
    "scope", [{"project": {"id": "f" * 32}}, {"project": {"name": "moon"}}, {"project": {}}, {"domain": {"name": "x"}}]
)
def test_a_scope_that_is_not_of_the_account_is_refused(scope: dict[str, Any], user: IamUser, stranger: Speaker) -> None:
    assert ask_token(scope=scope).status_code == 401


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.shape")
@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"auth":1}', b'{"auth":{"identity":{"methods":["password"],"password":{"user":{}}}}}']
)
def test_a_body_that_asks_for_no_token_is_told_in_the_form_of_iam(body: bytes, db: None) -> None:
    answer = send("POST", "/v3/auth/tokens", body=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["title"] == "Bad Request"


@pytest.mark.shows("KeystoneValidateToken.worth")
def test_a_token_can_be_asked_what_it_is_worth(home: EndpointProject, user: IamUser) -> None:
    text = ask_token(scope={"project": {"id": PROJECT}})["X-Subject-Token"]
    answer = send("GET", "/v3/auth/tokens", headers={"X-Auth-Token": text, "X-Subject-Token": text})
    assert answer.json()["token"]["project"]["id"] == PROJECT
    assert answer["X-Subject-Token"] == text


@pytest.mark.shows("KeystoneValidateToken.foreign")
def test_another_accounts_token_cannot_be_asked_about(user: IamUser, stranger: Speaker) -> None:
    text = ask_token()["X-Subject-Token"]
    assert stranger.get("/v3/auth/tokens", headers={"X-Subject-Token": text}).status_code == 404


@pytest.mark.shows("KeystoneListAuthDomains.itself")
def test_an_account_sees_itself(speaker: Speaker, account: Account, stranger: Speaker) -> None:
    assert [one["id"] for one in speaker.get("/v3/auth/domains").json()["domains"]] == [account.domain_id]


@pytest.mark.shows("KeystoneListAuthProjects.own")
@pytest.mark.parametrize("path", ["/v3/projects", "/v3/auth/projects"])
def test_an_account_sees_its_own_projects(path: str, speaker: Speaker, stranger: Speaker) -> None:
    assert [one["id"] for one in speaker.get(path).json()["projects"]] == [PROJECT]


@pytest.mark.shows("KeystoneListProjects.by-region")
def test_a_project_is_found_by_the_name_of_its_region(speaker: Speaker, account: Account) -> None:
    admitting.open_project(account, name="cn-east-3")
    found = speaker.get("/v3/projects?name=cn-north-4").json()["projects"]
    assert [(one["id"], one["domain_id"], one["enabled"]) for one in found] == [(PROJECT, account.domain_id, True)]


@pytest.mark.shows("KeystoneListProjects.foreign")
def test_another_accounts_projects_are_none(speaker: Speaker) -> None:
    assert speaker.get(f"/v3/projects?domain_id={'0' * 32}").json()["projects"] == []


@pytest.mark.parametrize("path", ["/v3/auth/tokens", "/v3/auth/domains", "/v3/auth/projects", "/v3/projects"])
def test_nobody_is_told_without_credentials(path: str, db: None) -> None:
    answer = send("GET", path)
    assert (answer.status_code, answer.json()["error_code"]) == (401, "APIGW.0301")
