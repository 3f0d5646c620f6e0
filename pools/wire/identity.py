"""The identity service: how tokens and keys are asked for, and what it says of users, accounts and projects."""

from __future__ import annotations

from pydantic import Field

from pools.wire.shape import Flag, Shape, Whole
from pools.wire.words import words


class Named(Shape):
    """Something told by its identifier or by its name."""

    id: str | None = Field(default=None, description=words("Identifier."))
    name: str | None = Field(default=None, description=words("Name; the identifier goes before it."))


class UserNamed(Named):
    password: str = Field(description=words("The user's password."), json_schema_extra={"format": "password"})
    domain: Named = Field(default=Named(), description=words("Account of the user, where it is told by name."))


class Password(Shape):
    user: UserNamed = Field(description=words("Who asks."))


class Identity(Shape):
    methods: list[str] = Field(description=words("How the user proves who it is: password."))
    password: Password = Field(description=words("The user and the password."))


class Scope(Shape):
    project: Named | None = Field(default=None, description=words("Project the token is for."))
    domain: Named | None = Field(default=None, description=words("Account the token is for, without a project."))


class Auth(Shape):
    identity: Identity = Field(description=words("Who asks."))
    scope: Scope = Field(default=Scope(), description=words("What the token is for; left out, the whole account."))


class TokenRequest(Shape):
    """The body of a request for a token."""

    auth: Auth = Field(description=words("Who asks, and for what."))


class TokenDomain(Shape):
    id: str | None = Field(default=None, description=words("Identifier of the account."))
    name: str | None = Field(default=None, description=words("Name of the account."))


class TokenUser(Shape):
    id: str | None = Field(default=None, description=words("Identifier of the user."))
    name: str | None = Field(default=None, description=words("Name of the user."))
    domain: TokenDomain | None = Field(default=None, description=words("Account of the user."))
    password_expires_at: str | None = Field(
        default=None, description=words("When the password ends; empty means never.")
    )


class TokenProject(Shape):
    id: str | None = Field(default=None, description=words("Identifier of the project."))
    name: str | None = Field(default=None, description=words("Name of the project."))
    domain: TokenDomain | None = Field(default=None, description=words("Account of the project."))


class TokenRole(Shape):
    id: str | None = Field(default=None, description=words("Identifier of the role."))
    name: str | None = Field(default=None, description=words("Name of the role."))


class TokenFacts(Shape):
    methods: list[str] | None = Field(default=None, description=words("How the user proved who it is."))
    issued_at: str | None = Field(default=None, description=words("When it was given, in UTC."))
    expires_at: str | None = Field(default=None, description=words("When it ends, in UTC: after 24 hours."))
    user: TokenUser | None = Field(default=None, description=words("Who it was given to."))
    project: TokenProject | None = Field(default=None, description=words("Project it is for."))
    domain: TokenDomain | None = Field(default=None, description=words("Account it is for, without a project."))
    roles: list[TokenRole] | None = Field(default=None, description=words("What the user may do."))
    catalog: list[dict[str, object]] | None = Field(default=None, description=words("Services; none are told here."))


class TokenAnswer(Shape):
    """What a token is worth. The token itself is the header X-Subject-Token."""

    token: TokenFacts | None = Field(default=None, description=words("What the token is worth."))


class TokenForKeys(Shape):
    id: str | None = Field(
        default=None,
        description=words("The token that keys are wanted for; left out, the caller's own."),
        json_schema_extra={"format": "password"},
    )
    duration_seconds: int = Field(
        default=900, ge=900, le=86_400, description=words("How long the keys live, in seconds; left out, 900.")
    )


class IdentityOfToken(Shape):
    methods: list[str] = Field(description=words("How it is proved who asks: token."))
    token: TokenForKeys = Field(default=TokenForKeys(), description=words("The token, and for how long."))
    policy: dict[str, object] | None = Field(
        default=None, description=words("Fewer rights than the token has; not to be had here.")
    )


class AuthByToken(Shape):
    identity: IdentityOfToken = Field(description=words("Who asks."))


class TemporaryKeyRequest(Shape):
    """The body of a request for a temporary pair of keys."""

    auth: AuthByToken = Field(description=words("Who asks, and for how long."))


class TemporaryKeys(Shape):
    expires_at: str | None = Field(default=None, description=words("When they end, in UTC."))
    access: str | None = Field(default=None, description=words("The access key."))
    secret: str | None = Field(default=None, description=words("The secret key."))
    securitytoken: str | None = Field(
        default=None, description=words("For the header X-Security-Token: the keys work with it only.")
    )


class TemporaryKeyAnswer(Shape):
    """A temporary pair of keys."""

    credential: TemporaryKeys | None = Field(default=None, description=words("The keys, and the token they need."))


class Links(Shape):
    self_: str | None = Field(default=None, alias="self", description=words("This address."))
    next: None = Field(default=None, description=words("The next page; there is one only."))
    previous: None = Field(default=None, description=words("The page before; there is one only."))


class Domain(Shape):
    id: str | None = Field(default=None, description=words("Identifier of the account."))
    name: str | None = Field(default=None, description=words("Name of the account."))
    enabled: Flag | None = Field(default=None, description=words("Whether it can be used."))
    description: str | None = Field(default=None, description=words("What it is for."))
    links: Links | None = Field(default=None, description=words("Where it stands."))


class DomainList(Shape):
    domains: list[Domain] | None = Field(default=None, description=words("The account of the caller."))
    links: Links | None = Field(default=None, description=words("Where the list stands."))


class IamProject(Shape):
    id: str | None = Field(default=None, description=words("Identifier of the project."))
    name: str | None = Field(default=None, description=words("Name of the project: its region."))
    domain_id: str | None = Field(default=None, description=words("Account it belongs to."))
    parent_id: str | None = Field(default=None, description=words("What it is a part of: the account."))
    is_domain: Flag | None = Field(default=None, description=words("Whether it is an account; it never is."))
    enabled: Flag | None = Field(default=None, description=words("Whether it can be used."))
    description: str | None = Field(default=None, description=words("What it is for."))
    links: Links | None = Field(default=None, description=words("Where it stands."))


class IamProjectList(Shape):
    projects: list[IamProject] | None = Field(default=None, description=words("The projects."))
    links: Links | None = Field(default=None, description=words("Where the list stands."))


class IamErrorFacts(Shape):
    code: Whole | None = Field(default=None, description=words("The HTTP status again."))
    message: str | None = Field(default=None, description=words("What is wrong."))
    title: str | None = Field(default=None, description=words("The status in words."))


class IamError(Shape):
    """The identity service's own form of a refusal."""

    error: IamErrorFacts | None = Field(default=None, description=words("What is wrong."))
    request_id: str | None = Field(default=None, description=words("Name of the request, as in X-Request-Id."))
