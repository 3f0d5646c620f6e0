"""How the API says no: one flat body, and the catalogue of codes (`docs/facts.md`, Error codes)."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from pools.wire.shape import Shape
from pools.wire.words import words


class Error(Shape):
    """Tables 48 and 49."""

    error_code: str | None = Field(default=None, description=words("Error code."))
    error_msg: str | None = Field(default=None, description=words("What is wrong."))


class Code(StrEnum):
    """Error codes by what they mean."""

    BAD_REQUEST = "ModelArts.50004000"
    CONTENT_TYPE = "ModelArts.50004100"
    INTERNAL = "ModelArts.50005000"
    TEMPLATE_NOT_FOUND = "ModelArts.50005101"
    INVALID_CREDENTIALS = "ModelArts.50001000"
    POOL_EXISTS = "ModelArts.50015000"
    POOL_NOT_FOUND = "ModelArts.50015001"
    NETWORK_NOT_FOUND = "ModelArts.50025001"
    NETWORK_IN_USE = "ModelArts.50025002"
    NO_PERMISSION = "ModelArts.0108"
    WORKSPACE_FORBIDS = "ModelArts.0112"
    QUOTA_EXCEEDED = "ModelArts.0118"
    KEYS_INVALID = "ModelArts.0206"
    PROJECT_MISMATCH = "ModelArts.0210"
    WORKSPACE_ABNORMAL = "ModelArts.7004"
    WORKSPACE_NOT_FOUND = "ModelArts.7005"
    TOO_MANY_WORKSPACES = "ModelArts.7006"
    UNAUTHENTICATED = "APIGW.0301"
    THROTTLED = "APIGW.0308"

    BILLING_BAD_PARAMETER = "CBC.0100"
    BILLING_INVALID_PARAMETER = "CBC.0101"
    BILLING_DENIED = "CBC.0151"
    BILLING_UNAUTHENTICATED = "CBC.0154"
    BILLING_INTERNAL = "CBC.0999"
    BILLING_NO_SUCH_ORDER = "CBC.30000010"
    BILLING_NOT_PAYABLE = "CBC.99003106"
    BILLING_TOO_LATE = "CBC.99003110"
    BILLING_CAPACITY = "CBC.99003141"
    BILLING_BALANCE = "CBC.99005003"
    BILLING_NOT_CANCELLABLE = "CBC.99005010"
