"""The official SDK's own clients for identity and billing, unmodified, against the served endpoint."""

from typing import Any

import pytest
from huaweicloudsdkbss.v2 import (
    BssClient,
    CancelCustomerOrderReq,
    CancelCustomerOrderRequest,
    ListCustomerOrdersRequest,
    ListServiceTypesRequest,
    PayCustomerOrderV3Req,
    PayOrdersRequest,
    ShowCustomerOrderDetailsRequest,
)
from huaweicloudsdkcore.auth.credentials import BasicCredentials, GlobalCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkcore.region.region import Region
from huaweicloudsdkiam.v3 import (
    AuthScope,
    AuthScopeProject,
    CreateTemporaryAccessKeyByTokenRequest,
    CreateTemporaryAccessKeyByTokenRequestBody,
    IamClient,
    IdentityToken,
    KeystoneCreateUserTokenByPasswordRequest,
    KeystoneCreateUserTokenByPasswordRequestBody,
    KeystoneListAuthDomainsRequest,
    KeystoneListAuthProjectsRequest,
    KeystoneListProjectsRequest,
    KeystoneValidateTokenRequest,
    PwdAuth,
    PwdIdentity,
    PwdPassword,
    PwdPasswordUser,
    PwdPasswordUserDomain,
    TokenAuth,
    TokenAuthIdentity,
)
from huaweicloudsdkmodelarts.v1 import ListPoolsRequest, ModelArtsClient
from pytest_django.live_server_helper import LiveServer

from pools.endpoint.models import BillingOrder, EndpointProject, IamUser
from tests.endpoint.conftest import PASSWORD, PROJECT
from tests.endpoint.signed import Speaker, ask_token
from tests.endpoint.test_billing import placed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def order(home: EndpointProject) -> BillingOrder:
    return placed(home)


@pytest.fixture
def credentials(speaker: Speaker, home: EndpointProject) -> Any:
    return GlobalCredentials(speaker.access_key, speaker.secret_key, home.account.domain_id)


@pytest.fixture
def bss(live_server: LiveServer, credentials: Any) -> Any:
    return BssClient.new_builder().with_credentials(credentials).with_endpoint(live_server.url).build()


@pytest.fixture
def iam(live_server: LiveServer, credentials: Any) -> Any:
    return IamClient.new_builder().with_credentials(credentials).with_endpoint(live_server.url).build()


@pytest.mark.shows("PayOrders.parses")
def test_an_order_is_paid(bss: Any, order: BillingOrder) -> None:
    body = PayCustomerOrderV3Req(order_id=order.order_id, use_coupon="NO", use_discount="NO")
    assert bss.pay_orders(PayOrdersRequest(body=body)).status_code == 204
    shown = bss.show_customer_order_details(
        ShowCustomerOrderDetailsRequest(order_id=order.order_id, x_language="en_US")
    )
    assert (shown.order_info.status, shown.total_count) == (5, 1)


@pytest.mark.shows("ListCustomerOrders.parses", "ShowCustomerOrderDetails.statuses", "CancelCustomerOrder.parses")
def test_an_order_is_cancelled(bss: Any, order: BillingOrder) -> None:
    answer = bss.cancel_customer_order(CancelCustomerOrderRequest(body=CancelCustomerOrderReq(order_id=order.order_id)))
    assert answer.status_code == 204
    assert [one.status for one in bss.list_customer_orders(ListCustomerOrdersRequest()).order_infos] == [4]


@pytest.mark.shows("Transport.errors-parse")
def test_a_refusal_has_its_code_and_the_name_of_the_request(bss: Any, order: BillingOrder) -> None:
    body = PayCustomerOrderV3Req(order_id="CS0", use_coupon="NO", use_discount="NO")
    with pytest.raises(ClientRequestException) as told:
        bss.pay_orders(PayOrdersRequest(body=body))
    assert (told.value.status_code, told.value.error_code) == (400, "CBC.30000010")
    assert len(told.value.request_id) == 32


@pytest.mark.shows("ListServiceTypes.probe")
def test_what_can_be_bought_is_listed(bss: Any) -> None:
    assert bss.list_service_types(ListServiceTypesRequest(limit=1)).total_count == 1


@pytest.mark.shows("KeystoneCreateUserTokenByPassword.parses", "KeystoneValidateToken.parses")
def test_a_token_is_bought_and_weighed(iam: Any, home: EndpointProject, user: IamUser) -> None:
    clerk = PwdPasswordUser(domain=PwdPasswordUserDomain(name="poolhouse"), name="clerk", password=PASSWORD)
    identity = PwdIdentity(methods=["password"], password=PwdPassword(user=clerk))
    auth = PwdAuth(identity=identity, scope=AuthScope(project=AuthScopeProject(name="cn-north-4")))
    body = KeystoneCreateUserTokenByPasswordRequestBody(auth=auth)
    bought = iam.keystone_create_user_token_by_password(KeystoneCreateUserTokenByPasswordRequest(body=body))
    assert (bought.status_code, bought.token.project.id) == (201, PROJECT)
    weighed = iam.keystone_validate_token(KeystoneValidateTokenRequest(x_subject_token=bought.x_subject_token))
    assert weighed.token.user.name == "clerk"


@pytest.mark.shows("CreateTemporaryAccessKeyByToken.parses")
def test_temporary_keys_are_bought_and_used(
    iam: Any, live_server: LiveServer, home: EndpointProject, user: IamUser
) -> None:
    token = IdentityToken(id=ask_token(scope={"project": {"id": PROJECT}})["X-Subject-Token"], duration_seconds=900)
    auth = TokenAuth(identity=TokenAuthIdentity(methods=["token"], token=token))
    body = CreateTemporaryAccessKeyByTokenRequestBody(auth=auth)
    asked = CreateTemporaryAccessKeyByTokenRequest(body=body)
    bought = iam.create_temporary_access_key_by_token(asked).credential
    keys = BasicCredentials(bought.access, bought.secret, PROJECT).with_security_token(bought.securitytoken)
    pools = ModelArtsClient.new_builder().with_credentials(keys).with_endpoint(live_server.url).build()
    assert pools.list_pools(ListPoolsRequest()).items == []


@pytest.mark.shows("KeystoneListAuthDomains.itself", "KeystoneListAuthProjects.own")
def test_accounts_and_projects_are_listed(iam: Any, home: EndpointProject) -> None:
    assert iam.keystone_list_auth_domains(KeystoneListAuthDomainsRequest()).domains[0].name == "poolhouse"
    assert iam.keystone_list_auth_projects(KeystoneListAuthProjectsRequest()).projects[0].id == PROJECT
    assert iam.keystone_list_projects(KeystoneListProjectsRequest(name="cn-north-4")).projects[0].id == PROJECT


@pytest.mark.shows("KeystoneListProjects.by-region")
def test_a_client_that_knows_no_project_finds_it_by_its_region(live_server: LiveServer, speaker: Speaker) -> None:
    from huaweicloudsdkmodelarts.v1 import ListResourceFlavorsRequest, ModelArtsClient

    credentials = BasicCredentials(speaker.access_key, speaker.secret_key).with_iam_endpoint(live_server.url)
    region = Region("cn-north-4", live_server.url)
    client = ModelArtsClient.new_builder().with_credentials(credentials).with_region(region).build()
    assert client.list_resource_flavors(ListResourceFlavorsRequest()).items == []
    assert credentials.project_id == PROJECT
