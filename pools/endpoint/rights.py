"""What users may do: the action that a call wants (`docs/facts.md`, Rights), and whether the user has it.

A key is the account's own and may do everything, and so may the user that bears the account's name. Calls that are not
named here want nothing, as orders do at the cloud.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from pools.endpoint import errors
from pools.endpoint.models import IamUser

_ACTIONS: Mapping[str, str] = {
    "ListPools": "modelarts:pool:list",
    "ShowPoolStatistics": "modelarts:pool:list",
    "ShowPoolRuntimeMetrics": "modelarts:pool:list",
    "ListPoolTags": "modelarts:pool:list",
    "CreatePool": "modelarts:pool:create",
    "DeletePool": "modelarts:pool:delete",
    "ListNetworks": "modelarts:network:list",
    "CreateNetwork": "modelarts:network:create",
    "DeleteNetwork": "modelarts:network:delete",
    "ListCustomerOrders": "bss:order:view",
    "ShowCustomerOrderDetails": "bss:order:view",
    "ShowRefundOrderDetails": "bss:order:view",
    "ListOrderCouponsByOrderId": "bss:order:view",
    "ListOrderDiscounts": "bss:order:view",
    "CancelCustomerOrder": "bss:order:update",
    "PayOrders": "billing:order:pay",
    "PayOrdersV2": "billing:order:pay",
    "CancelResourcesSubscription": "billing:subscription:unsubscribe",
}
# Whatever else is asked about one of these reads it; whatever else is done to it, or to what is in it, changes it.
_SUBJECTS: Mapping[str, str] = {"pool_name": "modelarts:pool", "network_name": "modelarts:network"}


def action(operation: str, method: str, named: Mapping[str, object]) -> str:
    """Return the action that a call wants, "" for none. `named` is what its address names."""
    if found := _ACTIONS.get(operation):
        return found
    subject = next((_SUBJECTS[name] for name in _SUBJECTS if name in named), "")
    return subject and f"{subject}:{'get' if method in {'GET', 'HEAD'} else 'update'}"


def is_account(user: IamUser | None) -> bool:
    """Whether it is the account itself that calls."""
    return user is None or user.name == user.account.name


def insist(user: IamUser | None, operation: str, method: str, named: Mapping[str, object]) -> None:
    """Refuse (403) a user who may not do what the call wants."""
    if user is None or user.rights is None or is_account(user):
        return
    wanted = action(operation, method, named)
    if wanted and not any(fnmatchcase(wanted, right) for right in user.rights):
        raise errors.no_right(wanted)
