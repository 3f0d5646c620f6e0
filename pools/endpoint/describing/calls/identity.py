"""The identity service."""

from __future__ import annotations

from pydantic import Field

from pools.endpoint.describing.call import Call, Section
from pools.wire.asking import ProjectsAsked
from pools.wire.identity import (
    DomainList,
    IamProjectList,
    TemporaryKeyAnswer,
    TemporaryKeyRequest,
    TokenAnswer,
    TokenRequest,
)
from pools.wire.shape import Shape
from pools.wire.words import words

THE_TOKEN = {"X-Subject-Token": words("The token, for the header X-Auth-Token of other calls.")}


class SubjectHeaders(Shape):
    """Which token is asked about."""

    token: str | None = Field(
        default=None, alias="X-Subject-Token", description=words("The token that is asked about.")
    )


SECTION = Section(
    words("Identity"),
    words("Tokens for passwords, keys for tokens, and what the account and its projects are called."),
    {
        "KeystoneCreateUserTokenByPassword": Call(
            says=words("Get a token for a password"),
            more=words("Open to everybody. The token is a header of the answer and lasts 24 hours."),
            body=TokenRequest,
            answer=TokenAnswer,
            status=201,
            answer_headers=THE_TOKEN,
            in_iam_form=(400, 401, 413),
            example={
                "body": {
                    "auth": {
                        "identity": {
                            "methods": ["password"],
                            "password": {
                                "user": {"name": "{user}", "password": "{password}", "domain": {"name": "{domain}"}}
                            },
                        },
                        "scope": {"project": {"id": "{project_id}"}},
                    }
                }
            },
        ),
        "KeystoneValidateToken": Call(
            says=words("Say what a token is worth"),
            headers=SubjectHeaders,
            answer=TokenAnswer,
            answer_headers=THE_TOKEN,
            in_iam_form=(404,),
            example={"headers": {"X-Subject-Token": "{token}"}},
        ),
        "CreateTemporaryAccessKeyByToken": Call(
            says=words("Get keys for a while, for a token"),
            more=words("They may what the token may, and work together with their security token only."),
            body=TemporaryKeyRequest,
            answer=TemporaryKeyAnswer,
            status=201,
            in_iam_form=(400, 401),
            example={"body": {"auth": {"identity": {"methods": ["token"], "token": {"id": "{token}"}}}}},
        ),
        "KeystoneListAuthDomains": Call(says=words("Show the account of the caller"), answer=DomainList),
        "KeystoneListProjects": Call(
            says=words("List the projects of the account"), query=ProjectsAsked, answer=IamProjectList
        ),
        "KeystoneListAuthProjects": Call(
            says=words("List the projects that the caller may enter"), query=ProjectsAsked, answer=IamProjectList
        ),
    },
)
