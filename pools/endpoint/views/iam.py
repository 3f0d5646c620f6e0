"""The identity service: tokens for passwords, keys for tokens, and what the account and its projects are called."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.utils import timezone
from pydantic import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from typing_extensions import override

from pools.endpoint import admitting
from pools.endpoint.authentication import Caller
from pools.endpoint.errors import IamRefused, Refused
from pools.endpoint.models import Account, EndpointProject, IamUser, Token
from pools.endpoint.transport import AccountView, document
from pools.wire.identity import Scope, TemporaryKeyRequest, TokenRequest, UserNamed
from pools.wire.shape import Shape

S = TypeVar("S", bound=Shape)

_TIME = "%Y-%m-%dT%H:%M:%S.%fZ"


class Tokens(AccountView):
    """`POST /v3/auth/tokens` gives a token for a password, `GET` says what a token is worth."""

    operations = {"get": "KeystoneValidateToken", "post": "KeystoneCreateUserTokenByPassword"}

    @override
    def get_authenticators(self) -> Any:
        return [] if self.request.method == "POST" else super().get_authenticators()

    @override
    def admit(self, caller: Caller | None, **kwargs: Any) -> None:
        if self.request.method != "POST":
            super().admit(caller, **kwargs)

    @override
    def project_of_credentials(self) -> EndpointProject | None:
        return None if self.request.method == "POST" else super().project_of_credentials()

    def post(self, request: Request) -> Response:
        asked = _read(TokenRequest, request).auth
        now = timezone.now()
        user = _prove(asked.identity.password.user, now=now)
        project = _scope(user.account, asked.scope)
        self.steer_by(project)
        text, token = admitting.issue_token(user, project=project, now=now)
        return Response(_told(token), status=201, headers={"X-Subject-Token": text})

    def get(self, request: Request) -> Response:
        text = request.headers.get("X-Subject-Token", "")
        token = admitting.find_token(text)
        if token is None or token.expires_at <= timezone.now() or token.user.account != self.caller.account:
            raise IamRefused(404, "The token cannot be found.")
        return Response(_told(token), headers={"X-Subject-Token": text})


class TemporaryKeys(AccountView):
    """`POST /v3.0/OS-CREDENTIAL/securitytokens` gives keys for a token: the one that is named, or the caller's own."""

    operations = {"post": "CreateTemporaryAccessKeyByToken"}

    def post(self, request: Request) -> Response:
        asked = _read(TemporaryKeyRequest, request).auth.identity
        if asked.methods != ["token"] or asked.policy:
            raise IamRefused(400, "Request body is invalid: auth.identity: keys are given for a token, and all it may.")
        now = timezone.now()
        token = admitting.find_token(asked.token.id or request.headers.get("X-Auth-Token", ""))
        if token is None or token.expires_at <= now or token.user.account != self.caller.account:
            raise IamRefused(401, "The token cannot be found.")
        life = timedelta(seconds=asked.token.duration_seconds)
        text, key = admitting.issue_temporary_key(token, life=life, now=now)
        told = {"access": key.access_key, "secret": key.secret_key, "securitytoken": text}
        return Response({"credential": {"expires_at": key.expires_at.strftime(_TIME), **told}}, status=201)


class Domains(AccountView):
    """`GET /v3/auth/domains`: the account of the caller."""

    operations = {"get": "KeystoneListAuthDomains"}

    def get(self, request: Request) -> Response:
        account = self.caller.account
        told = {"id": account.domain_id, "name": account.name, "enabled": True, "description": ""}
        return Response({"domains": [{**told, "links": _links(request, account.domain_id)}], "links": _links(request)})


class Projects(AccountView):
    """`GET /v3/projects`: the projects of the account, if asked so by name."""

    operations = {"get": "KeystoneListProjects"}

    def get(self, request: Request) -> Response:
        account = self.caller.account
        found = account.projects.all()
        if name := request.query_params.get("name"):
            found = found.filter(name=name)
        if request.query_params.get("domain_id", account.domain_id) != account.domain_id:
            found = found.none()
        return Response({"projects": [_project(request, one, account) for one in found], "links": _links(request)})


class OwnProjects(Projects):
    """`GET /v3/auth/projects`: those the caller may enter, which here are the same."""

    operations = {"get": "KeystoneListAuthProjects"}


def _read(shape: type[S], request: Request) -> S:
    try:
        return shape.model_validate(document(request))
    except Refused as why:
        raise IamRefused(why.status, why.message) from None
    except ValidationError as why:
        wrong = why.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(step) for step in wrong["loc"])
        raise IamRefused(400, f"Request body is invalid: {path}: {wrong['msg']}.") from None


def _prove(told: UserNamed, *, now: datetime) -> IamUser:
    try:
        user = admitting.prove(
            told.password,
            user_id=told.id or "",
            name=told.name or "",
            account=admitting.find_account(domain_id=told.domain.id or "", name=told.domain.name or ""),
            now=now,
        )
    except admitting.TooManyFailures:
        raise IamRefused(401, "Too many wrong passwords. Try again in 5 minutes.") from None
    if user is None:
        raise IamRefused(401, "The username or password is wrong.")
    return user


def _scope(account: Account, asked: Scope) -> EndpointProject | None:
    """Return the project a token is asked for; None for one of the whole account."""
    if asked.project is None:
        if asked.domain and not ({asked.domain.id, asked.domain.name} & {account.domain_id, account.name}):
            raise IamRefused(401, "The account of the scope is not that of the user.")
        return None
    told = {"project_id": asked.project.id} if asked.project.id else {"name": asked.project.name or ""}
    project = account.projects.filter(**told).first()
    if project is None:
        raise IamRefused(401, "The project of the scope cannot be found.")
    return project


def _told(token: Token) -> dict[str, Any]:
    user, account = token.user, token.user.account
    domain = {"id": account.domain_id, "name": account.name}
    scope: dict[str, Any] = {"domain": domain}
    if token.project:
        scope = {"project": {"id": token.project.project_id, "name": token.project.name, "domain": domain}}
    return {
        "token": {
            "methods": ["password"],
            "issued_at": token.issued_at.strftime(_TIME),
            "expires_at": token.expires_at.strftime(_TIME),
            "user": {"id": user.user_id, "name": user.name, "domain": domain, "password_expires_at": ""},
            **scope,
            "roles": [{"id": "0", "name": "te_admin"}],
            "catalog": [],
        }
    }


def _project(request: Request, project: EndpointProject, account: Account) -> dict[str, Any]:
    return {
        "id": project.project_id,
        "name": project.name,
        "domain_id": account.domain_id,
        "parent_id": account.domain_id,
        "is_domain": False,
        "enabled": True,
        "description": "",
        "links": _links(request, project.project_id),
    }


def _links(request: Request, below: str = "") -> dict[str, str | None]:
    here = request.build_absolute_uri(request.path)
    return {"self": f"{here}/{below}"} if below else {"self": here, "next": None, "previous": None}
