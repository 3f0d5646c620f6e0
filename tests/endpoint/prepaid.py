"""What tests about money need: pools that are paid in advance, and the calls of the billing centre."""

from typing import Any

from tests.endpoint.guests import POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

CPU = "modelarts.vm.cpu.8ud"
MONTH = {"billing.mode": "1", "period.type": "2", "period.num": "1"}

WORK_ORDERS = f"/v1/{PROJECT}/orders"
ORDERS = "/v2/orders/customer-orders"
PAY, CANCEL = "/v3/orders/customer-orders/pay", f"{ORDERS}/cancel"
QUERY = "/v2/orders/suscriptions/resources/query"
UNSUBSCRIBE = "/v2/orders/subscriptions/resources/unsubscribe"
AUTO_RENEW = "/v2/orders/subscriptions/resources/autorenew"
REFUNDS = f"{ORDERS}/refund-orders"


def annotated(**annotations: str) -> dict[str, str]:
    return {f"os.modelarts/{key}": value for key, value in annotations.items()}


def bought(
    speaker: Speaker,
    said: dict[str, str] | None = None,
    *,
    count: int = 2,
    name: str = "pool-ae01",
    prefix: str = "",
) -> dict[str, Any]:
    """A pool that was bought for a month and paid at once, as its creation was answered."""
    annotations = annotated(**{**MONTH, "auto.pay": "1", **(said or {})})
    body = creation(name=name, prefix=prefix, annotations=annotations, resource={"count": count})
    answer = speaker.post(POOLS, body)
    assert answer.status_code == 200, answer.content
    document: dict[str, Any] = answer.json()
    return document


def pay(speaker: Speaker, number: str) -> Any:
    return speaker.post(PAY, {"order_id": number, "use_coupon": "NO", "use_discount": "NO"})


def order_of(document: dict[str, Any]) -> str:
    """The billing order that the pool's answer names."""
    return str(document["metadata"]["annotations"]["os.modelarts/order.id"])


def resource_of(document: dict[str, Any]) -> str:
    """What billing calls the pool, or the node."""
    return str(document["metadata"]["labels"]["os.modelarts/resource.id"])


def nodes(speaker: Speaker, name: str = "pool-ae01") -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = speaker.get(f"{POOLS}/{ident(name)}/nodes?limit=500").json()["items"]
    return listed


def node_resources(speaker: Speaker, name: str = "pool-ae01") -> list[str]:
    return [resource_of(node) for node in nodes(speaker, name)]


def queried(speaker: Speaker, **query: Any) -> list[dict[str, Any]]:
    """The resources that the query finds, main ones or not."""
    answer = speaker.post(QUERY, {"limit": 100, **query})
    assert answer.status_code == 200, answer.content
    listed: list[dict[str, Any]] = answer.json()["data"]
    return listed


def unsubscribe(speaker: Speaker, *resources: str, kind: int = 1) -> Any:
    return speaker.post(UNSUBSCRIBE, {"resource_ids": list(resources), "unsubscribe_type": kind})


def works(speaker: Speaker, name: str = "pool-ae01") -> list[dict[str, Any]]:
    """The work orders of the pool, newest first."""
    listed: list[dict[str, Any]] = speaker.get(f"{WORK_ORDERS}?involvedName={ident(name)}").json()["items"]
    return listed


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]
