"""The price list: read with the catalog, in its own time, and nothing of the catalog is worse where it cannot be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools import tracking
from pools.models import CatalogPart, Project
from tests.clocks import freeze_time
from tests.pools.tracking.cloud import Cloud
from tests.pools.upstream.stranger import Behaviour, Request, answering

pytestmark = pytest.mark.django_db
PRICES = CatalogPart.Kind.PRICES


def flavor(code: str, *modes: int) -> dict[str, Any]:
    return {"metadata": {"name": f"flavor.{code}"}, "spec": {"billingCode": code, "billingModes": list(modes)}}


class Billing(Cloud):
    """A cloud that knows every price but that of `unknown`, which it refuses with all that it was asked with."""

    unknown = ""

    def sells(self, *flavors: dict[str, Any]) -> None:
        self.documents = {name: {} for name in ("plugintemplates", "quotas", "os-user-config", "workspaces")}
        self.documents |= {"networks": {"items": []}, "resourceflavors": {"items": list(flavors)}}

    def inquiries(self) -> list[dict[str, Any]]:
        return [json.loads(request.body) for request in self.stranger.heard if "/ratings/" in request.target]

    def _choose(self, request: Request) -> Behaviour:
        if "/ratings/" not in request.target or any(path in request.target for path in self.trouble):
            return super()._choose(request)
        products = json.loads(request.body)["product_infos"]
        if self.unknown in [product["resource_spec"] for product in products]:
            return answering({"error_code": "CBC.99006006", "error_msg": "not found"}, status=400)
        rated = [{"id": one["id"], "official_website_amount": 2.5, "measure_id": 1} for one in products]
        if "on-demand" in request.target:
            return answering({"currency": "CNY", "product_rating_results": rated})
        told = {"official_website_rating_result": {"product_rating_results": rated}}
        return answering({"currency": "CNY", **told})


@pytest.fixture
def billing() -> Iterator[Billing]:
    made = Billing()
    made.sells(flavor("one", 0, 1), flavor("two", 0))
    yield made
    made.stranger.close()


def prices(project: Project) -> Any:
    return CatalogPart.objects.get(project=project, kind=PRICES).document


def test_what_a_node_costs_is_kept_by_what_it_is_sold_by(billing: Billing) -> None:
    project = billing.project()
    assert tracking.mirror(project) == []
    told = prices(project)
    assert told["hour"] == {"currency": "CNY", "amounts": {"one": "2.5", "two": "2.5"}}
    assert told["month"] == told["year"] == {"currency": "CNY", "amounts": {"one": "2.5"}}
    by_use, by_month, _by_year = billing.inquiries()
    assert by_use["product_infos"][0] | {"id": ""} == {
        "id": "", "cloud_service_type": "hws.service.type.modelarts", "resource_type": "hws.resource.type.modelarts",
        "resource_spec": "one", "region": project.region, "resource_size": 1, "size_measure_id": 14,
        "subscription_num": 1, "usage_factor": "Duration", "usage_measure_id": 4, "usage_value": 1,
    }  # fmt: skip
    assert (by_month["product_infos"][0]["period_type"], by_month["product_infos"][0]["period_num"]) == (2, 1)


def test_prices_are_read_once_in_an_hour_and_at_once_where_something_else_is_sold(billing: Billing) -> None:
    project = billing.project()
    for _look in range(2):
        tracking.mirror(project)
    assert len(billing.inquiries()) == 3
    billing.sells(flavor("three", 0))
    tracking.mirror(project)
    assert len(billing.inquiries()) == 4
    with freeze_time(timezone.now() + timedelta(hours=1)):
        tracking.mirror(project)
    assert len(billing.inquiries()) == 5


def test_where_billing_may_not_be_asked_the_catalog_is_as_well_as_it_was(billing: Billing) -> None:
    project = billing.project()
    tracking.mirror(project)
    billing.fails_at("ratings", answering({"error_code": "CBC.0151", "error_msg": "no"}, status=403))
    with freeze_time(timezone.now() + timedelta(hours=2)):
        assert tracking.mirror(project) == []
        assert tracking.mirror(project) == []
    part = CatalogPart.objects.get(project=project, kind=PRICES)
    assert part.failed_at
    assert part.document["hour"]["amounts"]["one"] == "2.5"
    assert len(billing.inquiries()) == 4
    project.refresh_from_db()
    assert project.failing_since is None


def test_a_product_that_billing_does_not_know_costs_nobody_else_their_price(billing: Billing) -> None:
    billing.sells(*(flavor(f"code-{n}", 0) for n in range(8)))
    billing.unknown = "code-5"
    project = billing.project()
    tracking.mirror(project)
    assert set(prices(project)["hour"]["amounts"]) == {f"code-{n}" for n in range(8) if n != 5}


def test_where_nothing_is_priced_it_is_not_asked_for_ever(billing: Billing) -> None:
    billing.sells(*(flavor(f"code-{n}", 0) for n in range(200)))
    billing.fails_at("ratings", answering({"error_code": "CBC.99006006", "error_msg": "not found"}, status=400))
    project = billing.project()
    assert tracking.mirror(project) == []
    assert len(billing.inquiries()) <= 10
    assert CatalogPart.objects.get(project=project, kind=PRICES).failed_at


@pytest.mark.parametrize(
    "answer",
    [{}, {"currency": 7, "product_rating_results": "x"}, {"currency": "CNY", "product_rating_results": [
        {"id": "9" * 5000, "official_website_amount": 1}, {"id": "0", "official_website_amount": "much"},
        {"id": "0", "official_website_amount": 250, "measure_id": 3}, None]}],
    ids=["nothing", "nonsense", "strange"],
)  # fmt: skip
def test_of_an_answer_that_nobody_understands_no_price_is_made(billing: Billing, answer: Any) -> None:
    billing.sells(flavor("one", 0))
    billing.fails_at("ratings", answering(answer))
    project = billing.project()
    assert tracking.mirror(project) == []
    assert prices(project)["hour"].get("amounts", {}) == {}
