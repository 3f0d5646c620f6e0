"""Orders made up by hypothesis, with the keys besides that the Terraform provider has arguments for."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from pools.dialects.destination import Destination
from tests.console.wizard.documents import json_values, orders, shape, text, whole

HERE = Destination(
    modelarts_url="http://127.0.0.1:8000", iam_url="http://127.0.0.1:8000", project_id="p1", region="cn-north-4"
)  # fmt: skip
TRICKY = st.sampled_from(
    ["${x}", "$${x}", "$$${x}", "%{if}", "it's", 'a "b"', "a\\b", "a\nb", "\u202e", "\U0001f600", "é"]
)
said = text | TRICKY
own_network = st.fixed_dictionaries({"vpcId": said, "subnetId": said})
pairs = st.dictionaries(said, said, max_size=2)
more_of_nodes = shape(
    {},
    {
        "nodePool": said,
        "labels": pairs,
        "taints": st.lists(shape({"key": said, "effect": said}, {"value": said}), max_size=2),
        "network": shape({}, {"vpc": said, "subnet": said, "securityGroups": st.lists(said, max_size=2)}),
        "os": shape({}, {"name": said, "imageId": said, "imageType": said}),
        "driver": shape({}, {"version": said}),
        "count": whole | st.just("3") | st.just(0) | st.just(2**40),
        "rootVolume": shape({}, {"volumeType": said, "size": said, "extendParams": json_values}),
    },
)
more_of_spec = st.fixed_dictionaries(
    {},
    optional={
        "network": own_network,
        "clusters": st.lists(shape({"providerId": said}, {}), max_size=2),
        "userLogin": shape({}, {"keyPairName": said}),
        "scope": st.lists(said, max_size=3),
        "odd": json_values,
    },
)
charging = st.fixed_dictionaries(
    {
        "os.modelarts/billing.mode": st.sampled_from(["1", "0"]),
        "os.modelarts/period.type": st.sampled_from(["2", "3", "4"]),
        "os.modelarts/period.num": st.sampled_from(["1", "3", "9", "01"]),
    },
    optional={
        "os.modelarts/auto.pay": st.sampled_from(["0", "1", "true"]),
        "os.modelarts/auto.renew": st.sampled_from(["0", "1"]),
        "os.modelarts/description": said,
    },
)


@st.composite
def provided(draw: st.DrawFn) -> dict[str, Any]:
    """An order with, now and then, what only the provider's users ask for."""
    order: dict[str, Any] = draw(orders)
    order["spec"] |= draw(more_of_spec)
    for resource in order["spec"].get("resources", []):
        resource.update(draw(more_of_nodes))
    if draw(st.booleans()):
        order["metadata"]["annotations"] = order["metadata"].get("annotations", {}) | draw(charging)
    return order
