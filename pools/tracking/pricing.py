"""Reading the price list: what one node of each flavor costs, as billing tells whoever asks before anything is bought.

Nothing depends on it. Where billing may not be asked, or says nothing of a flavor, its price is not known, and the rest
of the catalog is as well as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.utils import timezone

from pools.models import CatalogPart, Project
from pools.upstream import Client, Refused, Stopping, UpstreamError
from pools.wire.enums import BillingMode, PeriodType
from pools.wire.flavors import ResourceFlavor
from pools.wire.prices import MOST_PRODUCTS, DemandInquiry, DemandProduct, PeriodInquiry, PeriodProduct
from pools.wire.reading import hear_flavors, hear_rating

EVERY: Final = timedelta(hours=1)
# One product that billing does not know has a whole call refused: it is found by halves, so many times.
MOST_REFUSALS: Final = 8
# What the service and its nodes are to billing, and that they have one size: `docs/facts.md`, "Prices".
KNOWN_AS: Final[Mapping[str, Any]] = {
    "cloud_service_type": "hws.service.type.modelarts",
    "resource_type": "hws.resource.type.modelarts",
    "resource_size": 1,
    "size_measure_id": 14,
    "subscription_num": 1,
}
HOURS: Final[Mapping[str, Any]] = {"usage_factor": "Duration", "usage_measure_id": 4, "usage_value": 1}
TEN_DECIMALS: Final = 1
# Amounts in the currency's own unit; others are not told.
OWN_UNIT: Final = 1

Kind = CatalogPart.Kind
Ask = Callable[[Sequence[str]], dict[str, Any]]


def read_prices(project: Project, client: Client) -> None:
    """Have the list prices of the project's flavors read, at most once in `EVERY` while the flavors stay the same."""
    now = timezone.now()
    parts = {part.kind: part for part in CatalogPart.objects.filter(project=project)}
    by_use, ahead = _codes(parts.get(Kind.FLAVORS))
    if not (by_use or ahead) or not _is_due(parts.get(Kind.PRICES), [by_use, ahead], now=now):
        return
    kept: dict[str, Any] = {"failed_at": None, "failure_message": ""}
    try:
        prices = {
            "hour": _rated(by_use, _by_use(project, client)),
            "month": _rated(ahead, _ahead(project, client, PeriodType.MONTH)),
            "year": _rated(ahead, _ahead(project, client, PeriodType.YEAR)),
        }
        kept |= {"document": {"asked": [by_use, ahead], **prices}, "read_at": now}
    except Stopping:
        raise
    except UpstreamError as error:
        kept = {"failed_at": now, "failure_message": str(error)}
    CatalogPart.objects.update_or_create(project=project, kind=Kind.PRICES, defaults=kept)


def _codes(flavors: CatalogPart | None) -> tuple[list[str], list[str]]:
    """The flavors as billing knows them: those sold by use, and those sold in advance."""
    heard = hear_flavors(flavors.document).items or [] if flavors and flavors.read_at else []
    by_use = {code for flavor in heard if (code := _sold(flavor, BillingMode.PAY_PER_USE))}
    ahead = {code for flavor in heard if (code := _sold(flavor, BillingMode.PREPAID))}
    return sorted(by_use), sorted(ahead)


def _sold(flavor: ResourceFlavor, mode: BillingMode) -> str:
    spec = flavor.spec
    return (spec.billing_code or "") if spec and int(mode) in (spec.billing_modes or ()) else ""


def _is_due(known: CatalogPart | None, asked: list[list[str]], *, now: datetime) -> bool:
    """An hour after it was tried, or as soon as what is sold is another; what billing refused waits for its hour."""
    tried = max(filter(None, (known.read_at, known.failed_at)), default=None) if known else None
    if known is None or tried is None or now - tried >= EVERY:
        return True
    return known.failed_at is None and known.document.get("asked") != asked


def _by_use(project: Project, client: Client) -> Ask:
    def ask(codes: Sequence[str]) -> dict[str, Any]:
        products = [DemandProduct(**_product(project, at, code), **HOURS) for at, code in enumerate(codes)]
        inquiry = DemandInquiry(
            project_id=project.project_id, inquiry_precision=TEN_DECIMALS, product_infos=products
        )  # fmt: skip
        return client.price_by_use(inquiry).document

    return ask


def _ahead(project: Project, client: Client, period: PeriodType) -> Ask:
    def ask(codes: Sequence[str]) -> dict[str, Any]:
        products = [
            PeriodProduct(**_product(project, at, code), period_type=int(period), period_num=1)
            for at, code in enumerate(codes)
        ]
        return client.price_in_advance(PeriodInquiry(project_id=project.project_id, product_infos=products)).document

    return ask


def _product(project: Project, at: int, code: str) -> dict[str, Any]:
    return {"id": str(at), "resource_spec": code, "region": project.region, **KNOWN_AS}


def _rated(codes: Sequence[str], ask: Ask) -> dict[str, Any]:
    """`{"currency", "amounts"}`: what each code costs, of those that billing knows."""
    amounts: dict[str, str] = {}
    currencies: set[str] = set()
    refusals, waiting = 0, [codes[at : at + MOST_PRODUCTS] for at in range(0, len(codes), MOST_PRODUCTS)]
    while waiting:
        batch = waiting.pop()
        try:
            document = ask(batch)
        except Refused:
            refusals += 1
            if refusals > MOST_REFUSALS:
                raise
            half = len(batch) // 2
            waiting += [part for part in (batch[:half], batch[half:]) if part and half]
            continue
        currencies.add(str(document.get("currency") or ""))
        amounts |= dict(_amounts(document, batch))
    # Several currencies in one list would be one too many.
    return {"currency": currencies.pop(), "amounts": amounts} if len(currencies) == 1 else {}


def _amounts(document: dict[str, Any], codes: Sequence[str]) -> Iterator[tuple[str, str]]:
    for rating in hear_rating(document):
        place = str(rating.id or "")
        if rating.official_website_amount is None or rating.measure_id not in (None, OWN_UNIT):
            continue
        if place in map(str, range(len(codes))):
            yield codes[int(place)], str(rating.official_website_amount)
