"""Refusals, in the form and words the API has for them."""

from http import HTTPStatus
from typing import Any

from pools.wire.errors import Code
from pools.wire.words import words


class Refused(Exception):
    """The request is answered with `status`, `code` and `message`; raised anywhere below a view of the endpoint."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"{status} {code} {message}")
        self.status = status
        self.code = code
        self.message = message

    def body(self, request_id: str) -> dict[str, Any]:
        """Return the answer's body. Errors of the gateway name the request, those of the service do not."""
        told = {"error_code": str(self.code), "error_msg": self.message}
        return {**told, "request_id": request_id} if self.code.startswith("APIGW.") else told


class IamRefused(Refused):
    """A refusal of the identity service, which has a form of its own."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, f"IAM.{status}", message)

    def body(self, request_id: str) -> dict[str, Any]:
        title = HTTPStatus(self.status).phrase
        return {"error": {"code": self.status, "message": self.message, "title": title}, "request_id": request_id}


class Throttled(Refused):
    """Too many calls; `retry_after` says in how many whole seconds the next one may be made."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(429, Code.THROTTLED, "The throttling threshold has been reached.")
        self.retry_after = retry_after


def bad_request(detail: str) -> Refused:
    return Refused(400, Code.BAD_REQUEST, f"Bad request. {detail}")


def unauthenticated(detail: str) -> Refused:
    return Refused(401, Code.UNAUTHENTICATED, f"Incorrect IAM authentication information: {detail}")


def wrong_project() -> Refused:
    return Refused(403, Code.PROJECT_MISMATCH, "The project of the request is not the project of the credentials.")


def wrong_account() -> Refused:
    return Refused(403, Code.BILLING_DENIED, "Access denied: X-Domain-Id is not the account of the credentials.")


def no_right(action: str) -> Refused:
    """A user may not do what a call wants. Billing says it by a code of its own."""
    code = Code.NO_PERMISSION if action.startswith("modelarts:") else Code.BILLING_DENIED
    return Refused(403, code, f"Access denied: the user has no right to {action}.")


def workspace_forbids() -> Refused:
    return Refused(403, Code.WORKSPACE_FORBIDS, "The workspace does not allow the access.")


def content_type_not_supported() -> Refused:
    return Refused(400, Code.CONTENT_TYPE, "Content type not supported")


def too_large(limit: int) -> Refused:
    return Refused(413, Code.TOO_LARGE, f"The request body is larger than {limit} bytes.")


def no_such_api() -> Refused:
    return Refused(404, Code.NO_SUCH_API, "The API does not exist or has not been published in the environment.")


def no_such_node(name: str) -> Refused:
    return Refused(404, Code.POOL_NOT_FOUND, f'node "{name}" not found')


def no_such_job(ident: str) -> Refused:
    return Refused(404, Code.TEMPLATE_NOT_FOUND, f"Job [{ident}] not found.")


def vanished() -> Refused:
    """What was there when the call began was swept away while it ran."""
    return Refused(404, Code.POOL_NOT_FOUND, "What the call is about has been removed in this very moment.")


def method_not_allowed(detail: str) -> Refused:
    return Refused(405, Code.NO_SUCH_API, f"The API does not exist: {detail}")


def internal_error() -> Refused:
    return Refused(500, Code.INTERNAL, "internal error")


def busy() -> Refused:
    return Refused(409, Code.SANDBOX_BUSY, words("Calls are holding on to what is to be changed. Try again."))
