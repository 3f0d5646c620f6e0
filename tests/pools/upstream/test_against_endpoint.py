"""Our client and the embedded endpoint, each by itself faithful to the API, understand each other over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from pools import tracking
from pools.endpoint import admitting
from pools.endpoint.models import Account, EndpointProject, Token
from pools.models import CatalogPart, Pool, Project
from pools.states import ErrandState
from pools.upstream import AlreadyExists, Client, NotFound, Refused, Unauthorised
from pools.wire.enums import BillingStatus, Phase
from tests import builders
from tests.endpoint.guests import creation

pytestmark = pytest.mark.django_db(transaction=True)

BODY = creation()


@pytest.fixture
def project(live_server: LiveServer, capsys: pytest.CaptureFixture[str]) -> Project:
    call_command("seed_endpoint")
    made = json.loads(capsys.readouterr().out)
    keys = {name: made[name] for name in ("project_id", "domain_id", "access_key", "secret_key")}
    return builders.project(url=live_server.url, embedded=True, **keys)


@pytest.fixture
def by_password(live_server: LiveServer, capsys: pytest.CaptureFixture[str]) -> Client:
    """A client of the same project that signs in as the sample IAM user."""
    call_command("seed_endpoint")
    made = json.loads(capsys.readouterr().out)
    user = {"signs_with": "password", "iam_domain": made["iam"]["domain"], "iam_user": made["iam"]["username"]}
    ids = {"project_id": made["project_id"], "domain_id": made["domain_id"], "access_key": "", "secret_key": ""}
    row = builders.project(url=live_server.url, embedded=True, **ids, **user, iam_password=made["iam"]["password"])
    return Client(row.connection())


@pytest.fixture
def client(project: Project) -> Client:
    return Client(project.connection())


@pytest.mark.shows("ClientCalls.understood")
def test_a_pool_is_created_shown_listed_and_deleted(client: Client) -> None:
    created = client.create_pool(json.dumps(BODY))
    pool_id = created.document["metadata"]["name"]

    assert created.typed.metadata
    assert created.typed.metadata.name == pool_id
    assert created.request_id
    assert created.clock_skew is None or abs(created.clock_skew) < 5
    assert client.get_pool(pool_id).typed.kind == "Pool"
    assert pool_id in [pool.metadata.name for pool in client.list_pools().typed if pool.metadata]

    assert client.delete_pool(pool_id).document["metadata"]["deletionTimestamp"]


@pytest.mark.shows("Transport.levels")
def test_no_pool_is_so_deep_that_the_list_of_all_cannot_be_read(client: Client) -> None:
    client.create_pool(json.dumps(creation(odd=nested(98))))

    with pytest.raises(Refused, match="levels"):
        client.create_pool(json.dumps(creation(name="pool-ae02", odd=nested(99))))
    with pytest.raises(Refused, match="levels"):
        client.create_pool(json.dumps(creation(name="pool-ae02", odd=nested(197))))

    [listed] = client.list_pools().document["items"]
    assert listed["spec"]["odd"] == nested(98)


def nested(levels: int) -> Any:
    return json.loads("[" * levels + "1" + "]" * levels)


def test_a_name_taken_is_told_as_such(client: Client) -> None:
    client.create_pool(json.dumps(BODY))

    with pytest.raises(AlreadyExists, match=r"ModelArts\.50015000"):
        client.create_pool(json.dumps(BODY))


def test_a_breach_of_the_rules_is_refused_with_its_code_and_words(client: Client) -> None:
    with pytest.raises(Refused, match="network") as told:
        client.create_pool(json.dumps(creation(name="pool-ae02", network=None)))

    assert (told.value.code, told.value.status) == ("ModelArts.50004000", 400)


def test_a_pool_nobody_made_is_not_found(client: Client) -> None:
    with pytest.raises(NotFound, match=r"ModelArts\.50015001"):
        client.get_pool("nobody")


def test_a_wrong_key_is_refused_without_a_word_of_the_secret(project: Project) -> None:
    project.secret_key = "another-secret"

    with pytest.raises(Unauthorised) as told:
        Client(project.connection()).list_pools()

    assert "another-secret" not in str(told.value)


def test_its_order_waits_and_is_paid(client: Client) -> None:
    document = client.create_pool(json.dumps(BODY)).document
    order_id = document["metadata"]["annotations"]["os.modelarts/order.id"]
    shown = client.show_billing_order(order_id).typed.order_info
    assert shown
    assert shown.status == BillingStatus.PENDING_PAYMENT

    client.pay_order(order_id)

    with pytest.raises(Refused, match="CBC"):
        client.pay_order(order_id)


def test_its_order_is_cancelled(client: Client) -> None:
    document = client.create_pool(json.dumps(BODY)).document
    order_id = document["metadata"]["annotations"]["os.modelarts/order.id"]

    client.cancel_order(order_id)

    shown = client.show_billing_order(order_id).typed.order_info
    assert shown
    assert shown.status == BillingStatus.CANCELLED


def test_its_work_order_is_listed_at_once(client: Client) -> None:
    document = client.create_pool(json.dumps(BODY)).document

    heard = client.list_orders(since=timezone.now() - timedelta(hours=1), involved=document["metadata"]["name"])

    names = [order.order_name for order in heard.typed.items or []]
    assert names == [document["metadata"]["labels"]["os.modelarts/order.name"]]


@pytest.mark.parametrize(
    "read",
    [
        lambda client: client.list_flavors().typed.items,
        lambda client: client.list_networks().typed.items,
        lambda client: client.get_quotas().document["quotas"],
        lambda client: client.get_config().document,
        lambda client: client.list_workspaces().document["workspaces"],
        lambda client: client.get_drivers("gpu").document["spec"]["versions"],
    ],
)
def test_all_that_the_wizard_offers_can_be_read(client: Client, read: Callable[[Client], Any]) -> None:
    assert read(client)


def test_the_catalog_is_mirrored_whole(project: Project) -> None:
    assert tracking.mirror(project) == []
    assert CatalogPart.objects.filter(project=project, failed_at=None).count() == len(CatalogPart.Kind)


@pytest.mark.shows("ClientCalls.understood")
def test_a_pool_is_watched_from_waiting_to_its_end(project: Project, client: Client) -> None:
    document = client.create_pool(json.dumps(BODY)).document
    pool_id, order_id = document["metadata"]["name"], document["metadata"]["annotations"]["os.modelarts/order.id"]
    tracking.sweep(project)
    pool = Pool.objects.get(pool_id=pool_id)
    assert pool.phase == Phase.WAITING

    client.pay_order(order_id)
    tracking.sweep(Project.objects.get(pk=project.pk))
    pool.refresh_from_db()
    assert pool.phase == Phase.RUNNING

    client.delete_pool(pool_id)
    builders.deletion(pool=pool, by=builders.person(), state=ErrandState.DONE)
    tracking.look(pool)
    pool.refresh_from_db()
    assert pool.gone_at


def test_a_cancelled_pool_is_found_among_the_failed_with_its_reason(project: Project, client: Client) -> None:
    document = client.create_pool(json.dumps(BODY)).document
    tracking.sweep(project)
    client.cancel_order(document["metadata"]["annotations"]["os.modelarts/order.id"])

    tracking.sweep(Project.objects.get(pk=project.pk))

    pool = Pool.objects.get()
    assert pool.phase == Phase.CREATION_FAILED
    assert pool.message


def test_whoever_signs_in_by_password_orders_and_pays_too(by_password: Client) -> None:
    document = by_password.create_pool(json.dumps(BODY)).document

    by_password.pay_order(document["metadata"]["annotations"]["os.modelarts/order.id"])

    assert by_password.get_pool(document["metadata"]["name"]).typed.kind == "Pool"


@pytest.mark.shows("ClientCredentials.temporary")
def test_temporary_keys_order_too(project: Project) -> None:
    account, home = Account.objects.get(), EndpointProject.objects.get()
    _, token = admitting.issue_token(account.users.get(), project=home, now=timezone.now())
    text, key = admitting.issue_temporary_key(token, life=timedelta(minutes=15), now=timezone.now())
    project.access_key, project.secret_key, project.security_token = key.access_key, key.secret_key, text

    made = Client(project.connection()).create_pool(json.dumps(BODY))

    assert made.document["metadata"]["labels"]["os.modelarts/name"] == "pool-ae01"


@pytest.mark.shows("ClientCredentials.once-on-401")
def test_a_token_that_the_endpoint_forgot_is_replaced(by_password: Client) -> None:
    by_password.list_pools()
    Token.objects.all().delete()

    assert by_password.list_pools().document["items"] == []
