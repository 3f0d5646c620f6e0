"""How the endpoint speaks HTTP: one base view, one form of error, one reader of bodies, a name for every request."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from http import HTTPStatus
from typing import Any, ClassVar, cast
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponseBase, UnreadablePostError
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from typing_extensions import override

from pools.endpoint import errors, rights, workspacing
from pools.endpoint.authentication import Caller, SignatureAuthentication, TokenAuthentication
from pools.endpoint.errors import Refused, Throttled
from pools.endpoint.models import EndpointProject, FaultRule
from pools.endpoint.steering import faults, harming, logbook
from pools.endpoint.steering.harming import Struck
from pools.endpoint.writing import Written, written
from pools.wire.reading import NotJson, parse_json

log = logging.getLogger(__name__)

REQUEST_ID = "endpoint.request_id"
# Whoever reads JSON counts its levels, our own client two hundred. What came in goes out again within lists and other
# documents, a few levels deeper: taken as deep as it can be read, one pool would make the list of all unreadable.
MOST_LEVELS = 100


class AlwaysJson(BaseContentNegotiation):
    """There is one form of answer, whatever the client says it accepts."""

    @override
    def select_parser(self, request: Request, parsers: Any) -> Any:
        return None

    @override
    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class FastJson(JSONRenderer):
    """The same JSON, written several times faster."""

    @override
    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        if renderer_context:
            renderer_context.clear()  # the answer stands in it
        if data is None:
            return b""
        return data if isinstance(data, Written) else written(data)


class EndpointView(APIView):
    """A view of one project's things: the caller is known and the URL's project is its own when a method runs.

    `self.caller` says whose credentials came, `self.project` which project is asked for. Methods refuse by raising
    `Refused`; the body is read by `document(request)`. `operations` names each method as the official clients do, in
    CamelCase: it is what the API's description and rules about calls go by.
    """

    authentication_classes = [SignatureAuthentication, TokenAuthentication]
    permission_classes = []
    parser_classes = []
    renderer_classes: list[type[BaseRenderer]] = [FastJson]
    content_negotiation_class = AlwaysJson
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    operations: ClassVar[Mapping[str, str]] = {}
    # Calls that steer are neither hit by rules nor remembered.
    steers: ClassVar[bool] = False

    caller: Caller
    project: EndpointProject
    # By whose rules and in whose log the call is: the project it is let into, once that is known.
    steered_by: EndpointProject | None = None
    fault: FaultRule | None = None

    @classmethod
    def operation(cls, request: HttpRequest | Request) -> str:
        """Return what the request asks for, such as CreatePool; empty for a method that is not served."""
        method = (request.method or "").lower()
        return cls.operations.get("get" if method == "head" else method, "")

    # Without circles all that a call needed is gone with it, and is not left for the next search for garbage: the body
    # and the answer may be large. A view points to itself through what it answers HEAD with unless that is its class's.
    head: ClassVar[Callable[..., HttpResponseBase]]

    def __init_subclass__(cls, **how: Any) -> None:
        super().__init_subclass__(**how)
        if hasattr(cls, "get"):
            cls.head = cls.get

    @override
    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        made = super().initialize_request(request, *args, **kwargs)
        made.parser_context = {}  # the request stands in it, and nothing here parses by it
        return made

    @override
    def get_renderer_context(self) -> dict[str, Any]:
        return {}

    @override
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        begun = time.perf_counter()
        answer: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if self.fault is not None:
            harmed = harming.after(self.fault, request_id(request), answer)
            answer = self.finalize_response(self.request, cast(Response, harmed), *args, **kwargs)
        keeper = None if self.steers else logbook.keeper(self.steered_by, kwargs.get("project_id", ""), answer)
        if keeper is not None:
            call = logbook.Call(request, self.operation(request), request_id(request), begun, self.fault)
            logbook.watch(keeper, call, answer)
        return answer

    @override
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        caller = request.auth if isinstance(request.auth, Caller) else None
        self.admit(caller, **kwargs)
        if caller is not None and not self.steers:
            rights.insist(caller.user, self.operation(request), request.method or "", kwargs)
        self.steer_by(self.project_of_credentials())

    def project_of_credentials(self) -> EndpointProject | None:
        """By whose fault rules and in whose log the call is; None where the credentials are for a whole account."""
        return self.project

    def steer_by(self, project: EndpointProject | None) -> None:
        """Let the project's fault rules have this call, which has had no effect yet. Raises `Struck`."""
        self.steered_by = project
        if project is None or project.faults_until is None or self.steers:
            return
        if operation := self.operation(self.request):
            self.fault = faults.strike(project, operation=operation, path=self.request.path)
        if self.fault is not None:
            harming.before(self.fault, request_id(self.request))

    def admit(self, caller: Caller | None, **kwargs: Any) -> None:
        """Refuse whoever brings no credentials, or credentials for something else than what the URL names."""
        if caller is None:
            raise errors.unauthenticated("x-auth-token not found")
        if caller.project is None or caller.project.project_id != kwargs["project_id"]:
            raise errors.wrong_project()
        self.caller, self.project = caller, caller.project
        if self.closed:
            self.enter(*workspacing.holding(self.project, **kwargs))

    @cached_property
    def closed(self) -> frozenset[str]:
        """The workspaces of the project that the caller may not enter."""
        return workspacing.closed_to(self.project, self.caller.user)

    def enter(self, *idents: object) -> None:
        """Refuse (403) whoever may not enter one of these workspaces."""
        if any(isinstance(ident, str) and ident in self.closed for ident in idents):
            raise errors.workspace_forbids()

    @override
    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response]:
        return answer_error


class AccountView(EndpointView):
    """A view of the account's things (identity, billing): credentials for any project of the account will do."""

    @override
    def admit(self, caller: Caller | None, **kwargs: Any) -> None:
        """Refuse whoever brings no credentials, or names another account than theirs."""
        if caller is None:
            raise errors.unauthenticated("x-auth-token not found")
        if self.request.headers.get("X-Domain-Id", caller.account.domain_id) != caller.account.domain_id:
            raise errors.wrong_account()
        self.caller = caller

    @override
    def project_of_credentials(self) -> EndpointProject | None:
        return self.caller.project


class OpenView(EndpointView):
    """A view that anybody may ask."""

    authentication_classes = []

    @override
    def admit(self, caller: Caller | None, **kwargs: Any) -> None:
        """Let everybody in."""

    @override
    def project_of_credentials(self) -> EndpointProject | None:
        return None


class NoSuchApi(OpenView):
    """Whatever else lies below /v1, /v2 and /v3: told in the API's form, to anybody, and never by a redirect."""

    schema = None  # no part of the API's description

    @override
    def admit(self, caller: Caller | None, **kwargs: Any) -> None:
        """Turn everybody away, before the method is looked at."""
        raise errors.no_such_api()


def document(request: Request) -> object:
    """Return the JSON document of the body.

    Raises `Refused`: 400 for another content type, for anything that is not JSON or has more levels than we take, 413
    for a body that is too large.
    """
    kind = (request.content_type or "").partition(";")[0].strip().lower()
    if not (kind.startswith("application/json") or kind == "application/merge-patch+json"):
        raise errors.content_type_not_supported()
    try:
        return parse_json(request.body, most_levels=MOST_LEVELS)
    except NotJson as why:
        raise errors.bad_request(f"The body is not JSON: {why}.") from None


def answer_error(error: Exception, context: dict[str, Any]) -> Response:
    """Answer any exception of a view in the API's form. What nobody expected is logged, and told as 500."""
    request: HttpRequest = context["request"]
    if isinstance(error, Struck):
        return cast(Response, error.answer)
    refused = errors.vanished() if isinstance(error, ObjectDoesNotExist) else _as_refused(error)
    if refused.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        log.error("%s %s failed, request %s", request.method, request.path, request_id(request), exc_info=error)
    answer = Response(refused.body(request_id(request)), status=refused.status)
    if isinstance(refused, Throttled):
        answer["Retry-After"] = str(refused.retry_after)
    if isinstance(error, MethodNotAllowed):
        answer["Allow"] = ", ".join(context["view"].allowed_methods)
    return answer


def _as_refused(error: Exception) -> Refused:
    match error:
        case Refused():
            return error
        case RequestDataTooBig():
            return errors.too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0)
        case UnreadablePostError() | SuspiciousOperation():
            return errors.bad_request("The request cannot be read.")
        case MethodNotAllowed():
            return errors.method_not_allowed(str(error.detail))
        case Http404():
            return errors.no_such_api()
        case _:
            return errors.internal_error()


def request_id(request: HttpRequest) -> str:
    """Return the name of this request: 32 hexadecimal digits, the same in its answer, its error and the log."""
    return str(request.META.setdefault(REQUEST_ID, uuid4().hex))
