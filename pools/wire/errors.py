"""How the API says no: one flat body, and the catalogue of codes (`docs/facts.md`, Error codes)."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field

from pools.wire.shape import Shape
from pools.wire.words import words


class Error(Shape):
    """Tables 48 and 49."""

    error_code: str | None = Field(default=None, description=words("Error code."))
    error_msg: str | None = Field(default=None, description=words("What is wrong."))


class Code(StrEnum):
    """Error codes by what they mean: each with the HTTP status it comes with, and one line for people."""

    status: int
    meaning: str

    def __new__(cls, value: str, status: int, meaning: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.status = status
        member.meaning = meaning
        return member

    BAD_REQUEST = "ModelArts.50004000", 400, words("Something is wrong; the message names the path and the rule.")
    CONTENT_TYPE = "ModelArts.50004100", 400, words("The content type is not supported.")
    INTERNAL = "ModelArts.50005000", 500, words("Something broke.")
    TEMPLATE_NOT_FOUND = "ModelArts.50005101", 404, words("No such flavor, driver, work order or job.")
    INVALID_CREDENTIALS = "ModelArts.50001000", 401, words("The token is not valid.")
    POOL_EXISTS = "ModelArts.50015000", 409, words("A pool of this name exists.")
    POOL_NOT_FOUND = "ModelArts.50015001", 404, words("No such pool, or no such node in it.")
    NETWORK_EXISTS = "ModelArts.50025000", 409, words("A network of this name exists.")
    NETWORK_NOT_FOUND = "ModelArts.50025001", 404, words("No such network.")
    NETWORK_IN_USE = "ModelArts.50025002", 409, words("A pool uses the network.")
    NO_PERMISSION = "ModelArts.0108", 403, words("The user has no right to it.")
    WORKSPACE_FORBIDS = "ModelArts.0112", 403, words("The workspace does not allow it.")
    QUOTA_EXCEEDED = "ModelArts.0118", 400, words("There would be more than the quota allows.")
    KEYS_INVALID = "ModelArts.0206", 403, words("The access key is not valid.")
    PROJECT_MISMATCH = "ModelArts.0210", 403, words("The credentials are those of another project.")
    WORKSPACE_ABNORMAL = "ModelArts.7004", 400, words("The workspace cannot be used.")
    WORKSPACE_NOT_FOUND = "ModelArts.7005", 400, words("No such workspace.")
    TOO_MANY_WORKSPACES = "ModelArts.7006", 400, words("There are as many workspaces as there may be.")
    NO_SUCH_API = "APIGW.0101", 404, words("No such address; with status 405, no such method.")
    TOO_LARGE = "APIGW.0201", 413, words("The body is too large.")
    UNAUTHENTICATED = "APIGW.0301", 401, words("Credentials are missing, wrong, stale or locked.")
    THROTTLED = "APIGW.0308", 429, words("Too many requests.")

    BILLING_BAD_PARAMETER = "CBC.0100", 400, words("The body cannot be read.")
    BILLING_INVALID_PARAMETER = "CBC.0101", 400, words("A parameter is not valid; the message names it.")
    BILLING_DENIED = (
        "CBC.0151",
        403,
        words("Another account is named than that of the credentials, or the user has no right to it."),
    )
    BILLING_UNAUTHENTICATED = "CBC.0154", 401, words("The token is not valid.")
    BILLING_INTERNAL = "CBC.0999", 500, words("Something broke.")
    BILLING_NO_SUCH_ORDER = "CBC.30000010", 400, words("No such order, or not of this account.")
    BILLING_RESOURCE_GONE = "CBC.30000067", 400, words("Nothing of that ID is paid for, or not any more.")
    BILLING_LOCKED = "CBC.3002", 400, words("The node is locked.")
    BILLING_NO_SUCH_RESOURCE = "CBC.99003012", 400, words("Nothing of that ID is paid for.")
    BILLING_NOT_RENEWED = "CBC.99003128", 400, words("Nothing was renewed, or what was renewed has begun.")
    BILLING_NOT_RENEWABLE = "CBC.99003602", 400, words("Expired or frozen, it cannot be renewed by itself.")
    BILLING_NOT_RENEWING = "CBC.99003605", 400, words("Its auto-renewal is off already.")
    BILLING_FROZEN = "CBC.99003656", 400, words("It is frozen.")
    BILLING_NOT_PAYABLE = "CBC.99003106", 400, words("Paid or cancelled already.")
    BILLING_TOO_LATE = "CBC.99003110", 400, words("Its time to be paid is over.")
    BILLING_CAPACITY = "CBC.99003141", 400, words("There is no quota or no stock for it.")
    BILLING_NO_PRODUCT = "CBC.99006006", 400, words("Nothing of that kind is sold so.")
    BILLING_USAGE_UNIT = "CBC.99006050", 400, words("Its use is counted in another unit.")
    BILLING_AMOUNT = "CBC.99006055", 400, words("It comes to more than can be told.")
    BILLING_USAGE_FACTOR = "CBC.99006074", 400, words("Its use is counted otherwise.")
    BILLING_BALANCE = "CBC.99005003", 400, words("The balance of the account is insufficient.")
    BILLING_NOT_CANCELLABLE = "CBC.99005010", 400, words("Only what waits to be paid can be cancelled.")

    # Our own, of calls that steer the embedded endpoint; the cloud has none of them.
    SANDBOX_OCCUPIED = "Sandbox.0001", 409, words("Pools are hosted, and nobody said that they may go.")
    SANDBOX_BUSY = "Sandbox.0002", 409, words("Calls hold on to what is to be changed; try again.")
    SANDBOX_NO_SUCH_RULE = "Sandbox.0003", 404, words("No such fault rule, or it is gone by now.")
    SANDBOX_NO_SUCH_USER = "Sandbox.0004", 404, words("No such user.")
