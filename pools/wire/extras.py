"""Keys beyond the tables that official clients send and answers carry. They are kept like any unknown key; these are
only the ones we have a name for. Read them with `shape.extra(Annotation.PERIOD_NUM)`.
"""

from __future__ import annotations

from pools.wire.enums import Option
from pools.wire.words import words


class Annotation(Option):
    """Extra annotations of a pool. All values are strings."""

    PERIOD_TYPE = "os.modelarts/period.type", words("Paid in advance by months (2) or years (3).")
    PERIOD_NUM = "os.modelarts/period.num", words("How many months (1 to 9) or years (1 to 3).")
    AUTO_RENEW = "os.modelarts/auto.renew", words("Renew by itself when the period ends (1).")
    AUTO_PAY = "os.modelarts/auto.pay", words("Pay at once (1); otherwise the pool waits to be paid.")
    PROMOTION_INFO = "os.modelarts/promotion.info", words("The discount chosen.")
    SERVICE_CONSOLE_URL = "os.modelarts/service.console.url", words("Where billing returns to after payment.")
    ORDER_ID = "os.modelarts/order.id", words("The billing order (CS…) of the pool.")
    SUBPOOLS_COUNT = "os.modelarts.pool/subpools.count", words("How many pools have this one as parent.")
    TENANT_DOMAIN_NAME = "os.modelarts/tenant.domain.name", words("Name of the account.")
    QUEUE_STRATEGY = "os.modelarts.pool/scheduler.queue.strategy", words("How waiting jobs are ordered.")
    EXTERNAL_ACCESS = "os.modelarts/external-access", words("How the pool is reached from outside.")


class Label(Option):
    """Extra labels of a pool."""

    ORDER_NAME = "os.modelarts/order.name", words("The latest work order of the pool.")
    NODE_PREFIX = "os.modelarts/node.prefix", words("Beginning of the names of its nodes.")
    TENANT_PROJECT_ID = "os.modelarts/tenant.project.id", words("Project of the pool.")
    ENTERPRISE_PROJECT_ID = "os.modelarts/enterprise.project.id", words("Enterprise project of the pool.")
    NO_BILLING = "os.modelarts/nobilling", words("The pool is not billed.")
    REGION = "os.modelarts/region", words("Region of the pool.")


class Metadata(Option):
    """Extra keys of a pool's metadata."""

    DELETION_TIMESTAMP = "deletionTimestamp", words("When its deletion was accepted, in UTC.")


class Resource(Option):
    """Extra keys of `spec.resources[]`."""

    NODE_POOL = "nodePool", words("Name of the node pool; empty or <flavor>-default means the flavor's own.")
    LABELS = "labels", words("Kubernetes labels of the nodes.")
    TAINTS = "taints", words("Kubernetes taints of the nodes.")
    OS = "os", words("Image of the nodes.")
    DRIVER = "driver", words("Driver version of the node pool.")
    NETWORK = "network", words("Network of the nodes.")


class Spec(Option):
    """Extra keys of `spec`."""

    JOB_FLAVORS = "jobFlavors", words("Job flavors offered by the pool.")
    CONTROL_MODE = "controlMode", words("Bits: what the cloud has restricted or frozen.")


class Network(Option):
    """Extra keys of `spec.network`: a network of the customer's own instead of a named one."""

    VPC_ID = "vpcId", words("VPC of the customer's own network.")
    SUBNET_ID = "subnetId", words("Subnet of the customer's own network.")


YES = frozenset({"1", "true"})


def is_yes(value: object) -> bool:
    """Whether a switch such as `auto.pay` is on: "1", "true" in any case, or JSON's true."""
    return value is True or (isinstance(value, str) and value.lower() in YES)
