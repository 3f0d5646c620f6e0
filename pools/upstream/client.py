"""What we say abroad, one method per call. Never called from a page, never with a transaction open."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Literal, NoReturn, TypeVar
from urllib.parse import quote, urlencode

from pools.upstream import budget, tokens
from pools.upstream.auth import Bearer, Signature
from pools.upstream.connection import Connection
from pools.upstream.errors import (
    AlreadyExists,
    Garbled,
    NotFound,
    Refused,
    Throttled,
    Unauthorised,
    Unreachable,
    UpstreamError,
)
from pools.upstream.noting import noted
from pools.upstream.skimming import Skimmed, skim
from pools.upstream.transport import Answer, Deadline, Heard, speak
from pools.wire.flavors import ResourceFlavorList
from pools.wire.insight import EventList, PoolMonitor
from pools.wire.networks import Network, NetworkList
from pools.wire.nodes import JobList, NodeList, NodesJob, NodesOutcome
from pools.wire.options import NodeJobType
from pools.wire.orders import BillingOrderDetail, OrderCancellation, OrderPayment, WorkOrderList
from pools.wire.pool import Pool
from pools.wire.prices import DemandInquiry, PeriodInquiry
from pools.wire.reading import (
    NotJson,
    hear_billing_order,
    hear_events,
    hear_flavors,
    hear_monitor,
    hear_network,
    hear_networks,
    hear_node_jobs,
    hear_nodes,
    hear_nodes_job,
    hear_nodes_outcome,
    hear_pool,
    hear_pools,
    hear_work_orders,
    hear_workloads,
    parse_json,
)
from pools.wire.words import words
from pools.wire.workloads import WorkloadList

T = TypeVar("T")
Document = dict[str, Any]
Meaning = Mapping[int, type[UpstreamError]]
Status = Literal["created", "creating", "failed"]

MEANING: Meaning = {401: Unauthorised, 403: Unauthorised, 404: NotFound}

PAGE = 500
MOST_PAGES = 200
# Enables the order function (Table 2); harmless where there is none.
ORDERING = {"request-type": "console"}
# Any other type the service does not take of a change.
PATCHING = "application/merge-patch+json"
# A deletion is answered with the pool; official clients take these two without one. That of nodes answers nothing.
SAYING_NOTHING = frozenset({HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT})


class Client:
    """Speaks to one project abroad. Holds no connection and no state, so it may be shared between threads.

    Every method may raise `NotSent`, `Unreachable`, `Garbled`, `Unauthorised`, `Throttled` and `Refused`; those by
    name also `NotFound`. Reads are tried a second time when the connection broke; nothing else is ever repeated here.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        read_timeout: float | None = None,
        until: datetime | None = None,
        patient: bool = False,
    ) -> None:
        """A `patient` one speaks for nobody who waits: within the account's budget it lets all others go first."""
        self.connection = connection if read_timeout is None else replace(connection, read_timeout=read_timeout)
        self._until = until
        self._patient = patient

    def __repr__(self) -> str:
        return f"Client({self.connection.modelarts_url}, {self.connection.project_id})"

    def within(self, until: datetime) -> Client:
        """The same client for one who may speak until then: what could not be over by then raises `NotSent`."""
        return Client(self.connection, until=until)

    # Pools

    def create_pool(self, body: bytes | str) -> Heard[Pool]:
        """Send `body` byte for byte. Raises `AlreadyExists` for 409; a 404 (a network, say) is `Refused`."""
        raw = body.encode() if isinstance(body, str) else body
        meaning: Meaning = {404: Refused, 409: AlreadyExists}
        answer = self._ask("POST", self._v2("pools"), headers=ORDERING, body=raw, meaning=meaning)
        return _heard(answer, hear_pool, shape=_is_pool)

    def get_pool(self, pool_id: str) -> Heard[Pool]:
        return _heard(self._ask("GET", self._v2("pools", pool_id)), hear_pool, shape=_is_pool)

    def list_pools(self, *, status: Status | None = None) -> Heard[list[Pool]]:
        """Every pool of the project in one answer; without `status`, all but the failed ones."""
        answer = self._ask("GET", self._v2("pools"), query={"status": status} if status else {})
        return _heard(answer, hear_pools, shape=_is_pool_list)

    def skim_pools(self, *, status: Status | None = None) -> Skimmed:
        """As `list_pools`, for lists that are mostly known: each pool is read in full only when it is asked for."""
        return skim(self._ask("GET", self._v2("pools"), query={"status": status} if status else {}))

    def change_pool(self, pool_id: str, body: bytes | str) -> Heard[Pool]:
        """Send `body`, a merge-patch, byte for byte; the pool as it is to be from now on."""
        raw, headers = body.encode() if isinstance(body, str) else body, {"Content-Type": PATCHING}
        answer = self._ask("PATCH", self._v2("pools", pool_id), headers=headers, body=raw)
        return _heard(answer, hear_pool, shape=lambda document: _is_pool_of(document, pool_id))

    def retry_scope(self, pool_id: str, body: bytes | str) -> None:
        """Send `body`, which names a job type that could not be switched on, byte for byte: the cloud tries again."""
        raw = body.encode() if isinstance(body, str) else body
        answer = self._ask("POST", self._v2("pools", pool_id, "retry-scope"), body=raw)
        if not isinstance(_json(answer), dict):
            raise _misshapen(answer)

    def delete_pool(self, pool_id: str) -> Heard[Pool]:
        """The pool as it was, and when it is deleted; an empty document where the cloud says no more than that it is.

        Any other success may come from whoever stands between, and is `Garbled`.
        """
        answer = self._ask("DELETE", self._v2("pools", pool_id), headers=ORDERING)
        if answer.status in SAYING_NOTHING and not answer.body.strip():
            return Heard(document={}, hear=hear_pool, clock_skew=answer.clock_skew, request_id=answer.request_id)
        return _heard(answer, hear_pool, shape=lambda document: _is_deletion(document, pool_id))

    # Single nodes. Each sends `body` byte for byte

    def lock_nodes(self, pool_id: str, body: bytes | str) -> Heard[NodesOutcome]:
        """Against deletion. The answer may say of some nodes that they were not."""
        return _heard(self._ask_of_nodes(pool_id, "batch-lock", body), hear_nodes_outcome, shape=_is_outcome)

    def unlock_nodes(self, pool_id: str, body: bytes | str) -> Heard[NodesOutcome]:
        return _heard(self._ask_of_nodes(pool_id, "batch-unlock", body), hear_nodes_outcome, shape=_is_outcome)

    def reboot_nodes(self, pool_id: str, body: bytes | str) -> Heard[NodesJob]:
        """The job that was begun."""
        return _heard(self._ask_of_nodes(pool_id, "batch-reboot", body), hear_nodes_job, shape=_is_job)

    def delete_nodes(self, pool_id: str, body: bytes | str) -> None:
        """Answered with nothing at all. Any other success may come from whoever stands between, and is `Garbled`."""
        answer = self._ask_of_nodes(pool_id, "batch-delete", body)
        if answer.status not in {HTTPStatus.OK, *SAYING_NOTHING} or answer.body.strip():
            raise _misshapen(answer)

    def list_node_jobs(self, pool_id: str, kind: NodeJobType) -> Heard[JobList]:
        """The newest page of the pool's jobs of this kind, newest first."""
        query = {"resource": "pools", "name": pool_id, "type": kind.value, "limit": PAGE}
        return _heard(self._ask("GET", self._v2("jobs"), query=query), hear_node_jobs, shape=_is_list)

    # What is told of one pool besides itself

    def list_nodes(self, pool_id: str, *, most: int) -> Heard[NodeList]:
        """Its nodes, until there are `most` or more; where the answer's metadata has `continue` there are others."""
        return self._all_pages(self._v2("pools", pool_id, "nodes"), hear_nodes, most=most)

    def list_events(self, pool_id: str) -> Heard[EventList]:
        """The newest page of its events, newest first."""
        query = {"resource": "pools", "name": pool_id, "ascend": "false", "limit": PAGE}
        return _heard(self._ask("GET", self._v1("events"), query=query), hear_events, shape=_is_list)

    def list_workloads(self, pool_id: str) -> Heard[WorkloadList]:
        """The newest page of its jobs, those that are over among them."""
        query = {"sort": "create_time", "ascend": "false", "limit": PAGE}
        path = self._v2("pools", pool_id, "workloads")
        return _heard(self._ask("GET", path, query=query), hear_workloads, shape=_is_list)

    def show_monitor(self, pool_id: str, *, minutes: int, period: int) -> Heard[PoolMonitor]:
        """The averages of the last `minutes`, one for each `period` of 60, 300, 900 or 3600 seconds."""
        query = {"time_range": f"-1.-1.{minutes}", "statistics": "average", "period": period}
        return _heard(self._ask("GET", self._v2("pools", pool_id, "monitor"), query=query), hear_monitor)

    # What the wizard offers

    def list_flavors(self) -> Heard[ResourceFlavorList]:
        return self._all_pages(self._v1("resourceflavors"), hear_flavors)

    def list_networks(self) -> Heard[NetworkList]:
        return self._all_pages(self._v1("networks"), hear_networks)

    def create_network(self, body: bytes | str) -> Heard[Network]:
        """Send `body` byte for byte. Raises `AlreadyExists` for 409."""
        raw = body.encode() if isinstance(body, str) else body
        answer = self._ask("POST", self._v1("networks"), body=raw, meaning={404: Refused, 409: AlreadyExists})
        return _heard(answer, hear_network, shape=_is_pool)

    def get_config(self) -> Heard[Document]:
        return _heard(self._ask("GET", self._v1("os-user-config")), _as_heard)

    def get_quotas(self) -> Heard[Document]:
        return _heard(self._ask("GET", self._v1("quotas")), _as_heard)

    def get_drivers(self, kind: Literal["gpu", "npu"]) -> Heard[Document]:
        return _heard(self._ask("GET", self._v1("plugintemplates", f"{kind}-driver")), _as_heard)

    def list_workspaces(self) -> Heard[Document]:
        return _heard(self._ask("GET", self._v1("workspaces"), query={"limit": 1000}), _as_heard)

    # Orders

    def list_orders(self, *, since: datetime, involved: str, most: int | None = None) -> Heard[WorkOrderList]:
        """Work orders (`order.…`) of one pool ID or display name, begun or still open after `since`, newest first: all
        pages, or until there are `most`.
        """
        query: dict[str, Any] = {"involvedName": involved, "since": int(since.timestamp() * 1000), "limit": PAGE}
        items: list[Any] = []
        for _ in range(MOST_PAGES):
            answer = self._ask("GET", self._v1("orders"), query={**query, "offset": len(items)})
            page = _heard(answer, hear_work_orders, shape=_is_list)
            items += page.document["items"]
            if len(page.document["items"]) < PAGE or (most is not None and len(items) >= most):
                return replace(page, document={**page.document, "items": items})
        raise Garbled(words("The list of orders has no end."))

    def list_billing_orders(self, *, limit: int = 1) -> Heard[Document]:
        """The newest billing orders of the account, whatever service they are for."""
        return _heard(self._ask_billing("GET", f"/v2/orders/customer-orders?limit={limit}"), _as_heard)

    def show_billing_order(self, order_id: str) -> Heard[BillingOrderDetail]:
        """The billing order (`CS…`): `order_info.status` 3 or 5 means paid, 4 cancelled, 6 unpaid."""
        answer = self._ask_billing("GET", f"/v2/orders/customer-orders/details/{_segment(order_id)}")
        return _heard(answer, hear_billing_order, shape=_is_billing_order)

    def pay_order(self, order_id: str) -> None:
        """Pay, which for pay-per-use means approve. Raises `Refused` with a `CBC.…` code where it cannot be paid."""
        words = OrderPayment(order_id=order_id).wire()
        _done(self._ask_billing("POST", "/v3/orders/customer-orders/pay", body=json.dumps(words).encode()))

    def cancel_order(self, order_id: str) -> None:
        """Cancel an unpaid order. Raises `Refused` (`CBC.99005010`) where its status does not allow it."""
        words = OrderCancellation(order_id=order_id).wire()
        _done(self._ask_billing("PUT", "/v2/orders/customer-orders/cancel", body=json.dumps(words).encode()))

    def price_by_use(self, inquiry: DemandInquiry) -> Heard[Document]:
        """List prices by the hour. Raises `Refused` (`CBC.…`) for all, where one product is not known or not priced."""
        body = json.dumps(inquiry.wire()).encode()
        return _heard(self._ask_billing("POST", "/v2/bills/ratings/on-demand-resources", body=body), _as_heard)

    def price_in_advance(self, inquiry: PeriodInquiry) -> Heard[Document]:
        """List prices of months or years. Raises as `price_by_use` does."""
        body, path = json.dumps(inquiry.wire()).encode(), "/v2/bills/ratings/period-resources/subscribe-rate"
        return _heard(self._ask_billing("POST", path, body=body), _as_heard)

    # How it is said

    def _v1(self, *names: str) -> str:
        return "/".join(["/v1", _segment(self.connection.project_id), *map(_segment, names)])

    def _v2(self, *names: str) -> str:
        return "/".join(["/v2", _segment(self.connection.project_id), *map(_segment, names)])

    def _ask_of_nodes(self, pool_id: str, act: str, body: bytes | str) -> Answer:
        raw = body.encode() if isinstance(body, str) else body
        return self._ask("POST", self._v2("pools", pool_id, "nodes", act), body=raw)

    def _all_pages(self, path: str, hear: Callable[[Document], T], *, most: int | None = None) -> Heard[T]:
        """Follow `metadata.continue` to the end, or until there are `most`; one list holds all items."""
        items: list[Any] = []
        query: dict[str, Any] = {"limit": PAGE}
        for _ in range(MOST_PAGES):
            page = _heard(self._ask("GET", path, query=query), hear, shape=_is_list)
            items += page.document["items"]
            metadata = page.document.get("metadata")
            token = metadata.get("continue") if isinstance(metadata, dict) else None
            is_last = not (isinstance(token, str) and token and page.document["items"])
            if is_last or (most is not None and len(items) >= most):
                return replace(page, document={**page.document, "items": items})
            query = {"limit": PAGE, "continue": token}
        raise Garbled(words("The list has no end."))

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        meaning: Meaning | None = None,
    ) -> Answer:
        url = self.connection.modelarts_url.rstrip("/") + path
        whole = f"{url}?{urlencode(query, quote_via=quote)}" if query else url
        said = {"X-Project-Id": self.connection.project_id, **(headers or {})}
        return self._speak(method, whole, headers=said, body=body, meaning={**MEANING, **(meaning or {})})

    def _ask_billing(self, method: str, path: str, *, body: bytes | None = None) -> Answer:
        if not self.connection.bss_url:
            raise Refused(words("No billing address is set for this project."))
        headers = {"X-Language": "en_US"}
        if self.connection.domain_id:
            headers["X-Domain-Id"] = self.connection.domain_id
        url = self.connection.bss_url.rstrip("/") + path
        return self._speak(method, url, headers=headers, body=body, meaning=MEANING, scope="domain")

    def _speak(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        meaning: Meaning,
        scope: tokens.Scope = "project",
    ) -> Answer:
        said = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "poolhouse", **headers}
        with noted(method, url) as note:
            answer = self._say(method, url, headers=said, body=body, meaning=meaning, scope=scope)
            note.status, note.request_id = answer.status, answer.request_id
        return answer

    def _say(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None,
        meaning: Meaning,
        scope: tokens.Scope,
    ) -> Answer:
        try:
            answer, auth = self._attempt(method, url, headers=headers, body=body, scope=scope)
        except Unreachable as broken:
            # A read may be asked twice. After a silence it is not: the whole call has a bound to keep.
            if method != "GET" or broken.timed_out:
                raise
            answer, auth = self._attempt(method, url, headers=headers, body=body, scope=scope)
        if not 200 <= answer.status < 300:  # noqa: PLR2004
            token = [auth.token] if isinstance(auth, Bearer) else []
            _raise(answer, meaning=meaning, secrets=[*token, *self.connection.secrets])
        return answer

    def _attempt(
        self, method: str, url: str, *, headers: Mapping[str, str], body: bytes | None, scope: tokens.Scope
    ) -> tuple[Answer, Bearer | Signature]:
        """Ask once, in the bounds of one call: waiting for our turn and signing in are part of it.

        A token that is refused is replaced once; a request answered with 401 was not carried out, so any may be said
        again.
        """
        deadline = Deadline(2 * self.connection.read_timeout, until=self._until)
        budget.wait_for_turn(self.connection, deadline, patient=self._patient)
        auth = self._credentials(scope, deadline)
        answer = speak(self.connection, method, url, headers=headers, body=body, auth=auth, deadline=deadline)
        if answer.status == 401 and isinstance(auth, Bearer) and deadline.left:  # noqa: PLR2004
            tokens.forget(self.connection, scope, token=auth.token)
            auth = self._credentials(scope, deadline)
            answer = speak(self.connection, method, url, headers=headers, body=body, auth=auth, deadline=deadline)
        if answer.status == 429:  # noqa: PLR2004
            budget.budget_of(self.connection).close(answer.retry_after)
        return answer, auth

    def _credentials(self, scope: tokens.Scope, deadline: Deadline) -> Bearer | Signature:
        ours = self.connection
        if ours.iam_user and ours.iam_password:
            return Bearer(tokens.token_for(ours, scope, deadline=deadline))
        if not (ours.access_key and ours.secret_key):
            raise Unauthorised(words("No credentials are stored for this project."))
        return Signature(access_key=ours.access_key, secret_key=ours.secret_key, security_token=ours.security_token)


def _as_heard(document: Document) -> Document:
    return document


def _segment(name: str) -> str:
    """One segment of a path. Raises ValueError for a name that would change the path's meaning."""
    if name in {"", ".", ".."}:
        raise ValueError(f"not a name: {name!r}")
    return quote(name, safe="~")


def _heard(
    answer: Answer,
    hear: Callable[[Document], T],
    *,
    shape: Callable[[Document], bool] = lambda _: True,
) -> Heard[T]:
    document = _json(answer)
    if not isinstance(document, dict) or not shape(document):
        raise _misshapen(answer)
    return Heard(document=document, hear=hear, clock_skew=answer.clock_skew, request_id=answer.request_id)


def _done(answer: Answer) -> None:
    """Billing says 204 to what it has done. Anything else that calls itself a success may come from whoever stands
    between, while billing failed: it is asked what became of it.
    """
    if answer.status != HTTPStatus.NO_CONTENT:
        raise _misshapen(answer)


def _misshapen(answer: Answer) -> Garbled:
    said = words("The answer is not of the shape the API describes.")
    return Garbled(said, status=answer.status, request_id=answer.request_id)


def _json(answer: Answer) -> object:
    try:
        # The one character that PostgreSQL cannot keep; a single stray one must not hide a whole list.
        heard: object = parse_json(answer.body.replace(b"\\u0000", b"\\ufffd"))
    except NotJson:
        raise Garbled(words("The answer is not JSON."), status=answer.status, request_id=answer.request_id) from None
    return heard


def _is_pool(document: Document) -> bool:
    metadata = document.get("metadata")
    return isinstance(metadata, dict) and isinstance(metadata.get("name"), str) and bool(metadata["name"])


def _is_pool_of(document: Document, pool_id: str) -> bool:
    return _is_pool(document) and bool(document["metadata"]["name"] == pool_id)


def _is_deletion(document: Document, pool_id: str) -> bool:
    metadata = document["metadata"] if _is_pool(document) else {}
    return metadata.get("name") == pool_id and bool(metadata.get("deletionTimestamp"))


def _is_list(document: Document) -> bool:
    items = document.get("items")
    return isinstance(items, list) and all(isinstance(item, dict) for item in items)


def _is_outcome(document: Document) -> bool:
    nodes = document.get("nodes")
    return isinstance(nodes, list) and all(isinstance(node, dict) for node in nodes)


def _is_job(document: Document) -> bool:
    return isinstance(document.get("job_id"), str) and bool(document["job_id"])


def _is_pool_list(document: Document) -> bool:
    """Strict about names: a list that cannot be trusted must not make pools look missing."""
    return _is_list(document) and all(map(_is_pool, document["items"]))


def _is_billing_order(document: Document) -> bool:
    return isinstance(document.get("order_info"), dict)


def _raise(answer: Answer, *, meaning: Meaning, secrets: Sequence[str]) -> NoReturn:
    """Raise the error that `answer`, which is no success, stands for; its words may quote what we sent."""
    code, message = _words(answer, secrets=secrets)
    said: dict[str, Any] = {"code": code, "status": answer.status, "request_id": answer.request_id}
    if answer.status == 429:  # noqa: PLR2004
        raise Throttled(message, retry_after=answer.retry_after, **said)
    if answer.status < 400:  # noqa: PLR2004
        raise Garbled(words("The answer leads elsewhere, and we do not follow."), **said)
    if answer.status >= 500 or answer.status == 408:  # noqa: PLR2004
        raise Unreachable(message, **said)
    error = meaning.get(answer.status, Refused)(message, **said)
    if isinstance(error, Unauthorised):
        error.clock_skew = answer.clock_skew
    raise error


def _words(answer: Answer, *, secrets: Sequence[str]) -> tuple[str, str]:
    """The error code and text, in any of the spellings the family uses, one level of nesting allowed."""

    def clean(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, "***")
        return text

    try:
        document = parse_json(answer.body)
    except NotJson:
        document = None
    for place in _places(document):
        for code, text in (("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message")):
            if isinstance(place.get(code), str | int) and isinstance(place.get(text), str):
                return clean(str(place[code]))[:64], clean(place[text])[:2000]
    return "", f"HTTP {answer.status}"


def _places(document: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(document, dict):
        yield document
        yield from (value for value in document.values() if isinstance(value, dict))
