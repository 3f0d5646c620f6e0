"""Pool orders made up by hypothesis: every key the wizard knows, and keys nobody knows, in any mixture."""

from __future__ import annotations

import base64
from typing import Any

from hypothesis import strategies as st

text = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
whole = st.integers(min_value=1, max_value=5000)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | text,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(text, inner, max_size=2),
    max_leaves=4,
)
unknown = st.dictionaries(text.map(lambda key: f"x-{key}"), json_values, max_size=2)


def shape(required: dict[str, st.SearchStrategy[Any]], optional: dict[str, st.SearchStrategy[Any]]) -> Any:
    """An object with these keys and, now and then, keys nobody knows."""
    known = st.fixed_dictionaries(required, optional=optional)
    return st.builds(lambda some, odd: {**some, **odd}, known, unknown)


def filled(strategy: st.SearchStrategy[Any]) -> Any:
    return strategy.filter(bool)


LABEL = "os.modelarts/"
sizes = whole.map(str)
scripts = st.text(max_size=30).filter(bool).map(lambda plain: base64.b64encode(plain.encode()).decode()) | text
zones = st.lists(shape({"az": text, "count": whole}, {}), min_size=1, max_size=3, unique_by=lambda zone: zone["az"])
disks = shape(
    {"volumeType": text, "size": sizes}, {"count": whole, "extendParams": filled(shape({}, {"volumeGroup": text}))}
)
groups = shape(
    {"volumeGroup": text},
    {
        "dockerThinPool": whole,
        "lvmConfig": filled(shape({}, {"lvType": text, "path": text})),
        "types": st.lists(text, min_size=1, max_size=2),
    },
)
resources = shape(
    {"flavor": text, "count": whole},
    {
        "maxCount": whole,
        "azs": zones,
        "tags": st.lists(shape({"key": text, "value": text | st.just("")}, {}), min_size=1, max_size=2),
        "extendParams": filled(shape({}, {"dockerBaseSize": sizes, "postInstall": scripts})),
        "creatingStep": shape({"step": whole}, {"type": text}),
        "rootVolume": filled(shape({}, {"volumeType": text, "size": sizes})),
        "dataVolumes": st.lists(disks, min_size=1, max_size=3),
        "volumeGroupConfigs": st.lists(groups, min_size=1, max_size=2),
    },
)
texts = {f"{LABEL}{key}": text for key in ("workspace.id", "sharing", "node.prefix")}
notes: dict[str, st.SearchStrategy[Any]] = {
    f"{LABEL}{key}": text
    for key in ("description", "order.id", "scheduler.extension", "period.type", "period.num", "auto.renew", "auto.pay")
} | {f"{LABEL}billing.mode": st.sampled_from(["0", "1"]) | text}
orders = shape(
    {
        "apiVersion": st.just("v2"),
        "kind": st.just("Pool"),
        "metadata": shape({"labels": shape({f"{LABEL}name": text}, texts)}, {"annotations": filled(shape({}, notes))}),
        "spec": shape(
            {"type": st.just("Dedicate")},
            {
                "resources": st.lists(resources, min_size=1, max_size=3),
                "scope": st.lists(text, min_size=1, max_size=3),
                "parent": text,
                "network": filled(shape({}, {"name": text})),
                "containerNetwork": filled(shape({}, {"cidr": text})),
                "kubernetesSvcIpRange": text,
                "masters": st.lists(shape({"az": text}, {}), min_size=1, max_size=3),
                "clusterFlavor": text,
                "driver": filled(shape({}, {"gpuVersion": text, "npuVersion": text, "updateStrategy": text})),
                "ipv6enable": st.booleans(),
            },
        ),
    },
    {},
)
