"""Users of the account, and what they may do. At the cloud that is what its identity service is for."""

from __future__ import annotations

import re
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from pools.endpoint import admitting, errors, rights
from pools.endpoint.errors import Refused
from pools.endpoint.models import IamUser
from pools.endpoint.views.steering.reading import SteeringView, read, told
from pools.endpoint.views.steering.shapes import Granting, UserTold
from pools.wire.errors import Code

_NAME = re.compile(r"[\w .@-]{1,64}")


class User(SteeringView):
    """`/_sandbox/v1/{project_id}/users/{user_name}`: for the account alone, or users would give themselves rights."""

    operations = {"get": "ShowSandboxUser", "put": "SetSandboxUser"}

    def get(self, request: Request, *, user_name: str, **_: Any) -> Response:
        return _told(IamUser.objects.filter(account=self.project.account, name=user_name).first(), user_name)

    def put(self, request: Request, *, user_name: str, **_: Any) -> Response:
        asked = read(Granting, request)
        if not rights.is_account(self.caller.user):
            raise errors.no_right("modelarts:*")
        if _NAME.fullmatch(user_name) is None:
            raise errors.bad_request("A user is called by up to 64 letters, digits, spaces and any of _.@-")
        account = self.project.account
        if asked.rights is not None and user_name == account.name:
            raise errors.bad_request("$.rights: the user that bears the account's name may do everything")
        made = admitting.grant(account, name=user_name, password=asked.password, rights=asked.rights)
        return _told(made, user_name)


def _told(user: IamUser | None, name: str) -> Response:
    if user is None:
        raise Refused(404, Code.SANDBOX_NO_SUCH_USER, f'user "{name}" not found; say a password to make it')
    return told(UserTold(name=user.name, user_id=user.user_id, rights=user.rights))
