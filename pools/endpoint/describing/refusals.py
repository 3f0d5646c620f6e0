"""How a call may say no: by status, the codes and the form of the body."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from rest_framework.views import APIView

from pools.endpoint.describing.call import Call
from pools.endpoint.describing.shapes import AT, Schema
from pools.endpoint.transport import AccountView
from pools.endpoint.views.billing.asking import BillingView
from pools.wire.errors import Code

OF_A_PROJECT = [Code.PROJECT_MISMATCH, Code.NO_PERMISSION, Code.WORKSPACE_FORBIDS]


def codes(call: Call, view: APIView, *, named: bool) -> dict[int, list[Code]]:
    """The codes by status: those of the call, and those that the view it stands in brings. `named` says whether
    something is named in the path, which may hold what no address has."""
    proves = bool(view.get_authenticators())
    reads = call.body is not None
    bills = isinstance(view, BillingView)
    found = [Code.BAD_REQUEST, *call.refuses, Code.BILLING_INTERNAL if bills else Code.INTERNAL]
    if bills and (reads or call.query):
        found.append(Code.BILLING_INVALID_PARAMETER)
    if reads and not call.in_iam_form:
        found.append(Code.BILLING_BAD_PARAMETER if bills else Code.CONTENT_TYPE)
    if proves:
        found.append(Code.UNAUTHENTICATED)
        found += [Code.BILLING_DENIED] if isinstance(view, AccountView) else OF_A_PROJECT
    if proves or reads:
        found.append(Code.TOO_LARGE)
    if named:
        found.append(Code.NO_SUCH_API)
    statuses = sorted({code.status for code in found} | {*call.in_iam_form})
    return {status: [code for code in dict.fromkeys(found) if code.status == status] for status in statuses}


def response(status: int, listed: list[Code], *, iam: bool, headers: Mapping[str, Any]) -> Schema:
    """The response object of one status."""
    flat: Schema = {
        "allOf": [{"$ref": f"{AT}Error"}, {"properties": {"error_code": {"enum": [str(code) for code in listed]}}}]
    }
    forms = ([flat] if listed else []) + ([{"$ref": f"{AT}IamError"}] if iam else [])
    schema = forms[0] if len(forms) == 1 else {"anyOf": forms}
    said = "".join(f"\n- `{code}`: {code.meaning}" for code in listed)
    text = f"{HTTPStatus(status).phrase}.\n{said}".strip()
    return {"description": text, "headers": dict(headers), "content": {"application/json": {"schema": schema}}}
