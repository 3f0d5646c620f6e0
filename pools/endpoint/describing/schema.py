"""What drf-spectacular sees when it looks at a view of the endpoint: the call under its operation's name."""

from __future__ import annotations

import re
from typing import Any, Final, cast

from django.http import HttpRequest
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, build_mock_request
from drf_spectacular.utils import OpenApiParameter
from pydantic import BaseModel
from rest_framework.request import Request
from typing_extensions import override

from pools.endpoint.describing import examples, refusals
from pools.endpoint.describing.call import JSON, Call
from pools.endpoint.describing.calls import CALLS, SECTION_OF
from pools.endpoint.describing.shapes import ABSENT, AT, NOTHING, Schema, described, options, within
from pools.endpoint.transport import AccountView, EndpointView
from pools.wire.errors import Error
from pools.wire.identity import IamError
from pools.wire.words import words

# What the names in addresses stand for.
NAMED: Final = {
    "project_id": words("Project of the credentials."),
    "pool_name": words("Identifier of the pool: its metadata.name."),
    "node_name": words("Name of the node."),
    "nodepool_name": words("Name of the node pool; the flavor and -default for one that was given none."),
    "network_name": words("Identifier of the network: its metadata.name."),
    "order_name": words("Name of the work order."),
    "resource_id": words("What billing calls the pool or node: its label os.modelarts/resource.id."),
    "order_id": words("Identifier of the billing order (CS…)."),
    "job_id": words("Identifier of the job."),
    "plugintemplate_name": words("gpu-driver or npu-driver."),
    "flavor_name": words("Name of the flavor."),
    "fault_id": words("Number of the fault rule."),
    "user_name": words("Name of the user."),
    "workspace_id": words("Identifier of the workspace; 0 is the default one."),
}
REQUEST_ID: Final[Schema] = {"X-Request-Id": {"$ref": "#/components/headers/X-Request-Id"}}
PROJECT_HEADER: Final = words("As official clients send it; the address says which project is meant.")
ACCOUNT_HEADER: Final = words("Account of the credentials; another one is refused.")

# Whatever a call sends, an optional key of it may hold what stands for absence.
SENT: Final = frozenset(shape for call in CALLS.values() if call.body for shape in within(call.body))


def looked_at(method: str, path: str, view: EndpointView, original: Any, **more: Any) -> Request:
    """A request as drf-spectacular makes one up. Its method is known first: whether credentials count depends on it."""
    view.request = HttpRequest()  # type: ignore[assignment]
    view.request.method = method
    request: Request = build_mock_request(method, path, view, original, **more)  # type: ignore[no-untyped-call]
    return request


class Signature(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """`Authorization: SDK-HMAC-SHA256 …`."""

    target_class = "pools.endpoint.authentication.SignatureAuthentication"
    name = "signature"

    @override
    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": words(
                "SDK-HMAC-SHA256 Access=…, SignedHeaders=…, Signature=… with the header X-Sdk-Date: the official SDK's "
                "signer makes it of an access key and its secret."
            ),
        }


class Token(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself
    """`X-Auth-Token: …`."""

    target_class = "pools.endpoint.authentication.TokenAuthentication"
    name = "token"

    @override
    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Auth-Token",
            "description": words("A token of POST /v3/auth/tokens."),
        }


class CallSchema(AutoSchema):
    """One call, as drf-spectacular asks for it."""

    @property
    def asked(self) -> EndpointView:
        """The view."""
        return cast(EndpointView, self.view)

    @property
    def name(self) -> str:
        return self.asked.operations[self.method.lower()]

    @property
    def call(self) -> Call:
        return CALLS[self.name]

    @override
    def get_operation_id(self) -> str:
        return self.name

    @override
    def get_tags(self) -> list[str]:
        return [SECTION_OF[self.name].name]

    @override
    def get_summary(self) -> str:
        return self.call.says

    @override
    def get_description(self) -> str:  # type: ignore[override]  # drf-spectacular's own signature
        return self.call.more

    @override
    def _is_list_view(self, serializer: object = None) -> bool:
        """Shapes say themselves what is a list."""
        return False

    @override
    def get_override_parameters(self) -> list[Any]:
        names = re.findall(r"{(\w+)}", self.path)
        path = [OpenApiParameter(name, str, OpenApiParameter.PATH, description=NAMED[name]) for name in names]
        return [*path, *self._of(self.call.query, OpenApiParameter.QUERY), *self._headers()]

    def _headers(self) -> list[OpenApiParameter]:
        said = self._of(self.call.headers, OpenApiParameter.HEADER)
        if self.asked.get_authenticators():
            account = isinstance(self.asked, AccountView)
            name, text = ("X-Domain-Id", ACCOUNT_HEADER) if account else ("X-Project-Id", PROJECT_HEADER)
            said.append(OpenApiParameter(name, str, OpenApiParameter.HEADER, description=text))
        return said

    def _of(self, shape: type[BaseModel] | None, where: Any) -> list[OpenApiParameter]:
        """The keys of a shape as parameters."""
        if shape is None:
            return []
        schema = described(shape, sent=False)
        self._register_within(shape)
        return [
            OpenApiParameter(
                name,
                {key: value for key, value in held.items() if key != "description"},
                where,
                required=name in schema.get("required", ()),
                description=held.get("description", ""),
            )
            for name, held in schema["properties"].items()
        ]

    @override
    def _get_parameters(self) -> list[Schema]:
        found: list[Schema] = super()._get_parameters()
        for one in found:
            if one["in"] == OpenApiParameter.QUERY and not one.get("required"):
                one["allowEmptyValue"] = True  # a blank parameter is none
        return found

    @override
    def _get_request_body(self, direction: str = "request") -> Schema | None:
        """Unlike drf-spectacular's own, also of a DELETE."""
        if self.call.body is None:
            return None
        held = {"schema": self._register(self.call.body), **examples.of(self.name, "request")}
        return {"required": not self.call.body_may_lack, "content": dict.fromkeys(self.call.body_types, held)}

    @override
    def _get_response_bodies(self, direction: str = "response") -> Schema:
        for shape in (Error, IamError):
            self._register(shape)
        listed = refusals.codes(self.call, self.asked, named="{" in self.path)
        return {
            str(self.call.status): self._answer(),
            **{
                str(status): refusals.response(status, codes, iam=status in self.call.in_iam_form, headers=REQUEST_ID)
                for status, codes in listed.items()
            },
        }

    def _answer(self) -> Schema:
        headers = {
            name: {"description": text, "schema": {"type": "string"}} for name, text in self.call.answer_headers.items()
        }
        told: Schema = {"description": words("Done."), "headers": REQUEST_ID | headers}
        if self.call.answer is not None:
            held = {"schema": self._register(self.call.answer), **examples.of(self.name, "answer")}
            told["content"] = {JSON: held}
        return told

    def _register(self, shape: type[BaseModel]) -> Schema:
        """Make the shape, and all that is within it, components; return a reference to it."""
        self._component(shape.__name__, shape, described(shape, sent=shape in SENT))
        self._register_within(shape)
        return {"$ref": AT + shape.__name__}

    def _register_within(self, shape: type[BaseModel]) -> None:
        self._component(ABSENT, ABSENT, NOTHING)
        for one in within(shape):
            if one is shape:
                continue
            schema = described(one, sent=one in SENT) if issubclass(one, BaseModel) else options(one)
            self._component(one.__name__, one, schema)

    def _component(self, name: str, of: Any, schema: Schema) -> None:
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name=name, type=ResolvedComponent.SCHEMA, object=of, schema=schema
        )
        self.registry.register_on_missing(component)
