"""What the Terraform provider would send for a configuration, by docs/facts.md, "Terraform"."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import hcl2

from pools.dialects import terraform
from pools.wire.extras import is_yes

_ESCAPE = re.compile(r'\\(?:u([0-9a-f]{4})|U([0-9a-f]{8})|([nrt"\\]))')
_PART = re.compile(r'\.([A-Za-z_][A-Za-z0-9_]*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]')
_SAID = re.compile(r"^#   (\$.*)$", re.MULTILINE)
_PERIODS = {"month": "2", "year": "3"}


def payload_of(configuration: str) -> dict[str, Any]:
    """The document that the provider would send, and what the comments say put into it."""
    resource = hcl2.loads(configuration)["resource"][0]
    document = _sent(_plain(resource[f'"{terraform.RESOURCE}"']['"pool"']))
    for line in _SAID.findall(configuration):
        _put(document, *_path_and_value(line))
    return document


def _plain(value: Any) -> Any:
    """Parsed HCL as plain values: texts decoded, jsonencode evaluated."""
    if isinstance(value, dict):
        return {_name(key): _plain(part) for key, part in value.items() if key != "__is_block__"}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, str) and value.startswith("${jsonencode("):
        return _plain(hcl2.loads(f"it = {value[13:-2]}\n")["it"])
    if isinstance(value, str) and value.startswith('"'):
        return decoded(value)
    return {"null": None, "true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _name(key: str) -> str:
    return decoded(key) if key.startswith('"') else key


def decoded(quoted: str) -> str:
    def meant(found: re.Match[str]) -> str:
        four, eight, letter = found.groups()
        return {"n": "\n", "r": "\r", "t": "\t"}.get(letter, letter) if letter else chr(int(four or eight, 16))

    inside = quoted[1:-1]
    assert not re.search(r"[$%]\{", inside), "a template begins here"
    return _ESCAPE.sub(meant, inside)


def _sent(pool: dict[str, Any]) -> dict[str, Any]:
    notes = dict(pool["metadata"][0]["annotations"]) if "metadata" in pool else {}
    notes |= _filled({"os.modelarts/description": pool.get("description")})
    if pool.get("charging_mode") == "prePaid":
        notes |= {"os.modelarts/billing.mode": "1", "os.modelarts/auto.pay": "1"}
        notes["os.modelarts/period.type"] = _PERIODS[pool["period_unit"]]
        notes["os.modelarts/period.num"] = str(pool["period"])
        notes |= {"os.modelarts/auto.renew": "1"} if pool.get("auto_renew") == "true" else {}
    labels = {"name": "name", "prefix": "node.prefix", "workspace_id": "workspace.id"}
    network = (
        {"name": pool["network_id"]}
        if "network_id" in pool
        else {"vpcId": pool.get("vpc_id"), "subnetId": pool.get("subnet_id")}
    )
    login = pool.get("user_login", [{}])[0]
    return {
        "apiVersion": "v2",
        "kind": "Pool",
        "metadata": {
            "labels": _filled({f"os.modelarts/{key}": pool.get(name) for name, key in labels.items()}),
            "annotations": notes,
        },
        "spec": {
            "type": "Dedicate",
            "scope": pool.get("scope", []),
            "network": _filled(network),
            "resources": [_nodes(one) for one in pool.get("resources", [])],
            "clusters": [{"providerId": one["provider_id"]} for one in pool.get("clusters", [])],
            "userLogin": _filled({"keyPairName": login.get("key_pair_name")}),
        },
    }


def _nodes(one: dict[str, Any]) -> dict[str, Any]:
    network = {
        "vpc": one.get("vpc_id"),
        "subnet": one.get("subnet_id"),
        "securityGroups": one.get("security_group_ids"),
    }
    return _filled({
        "flavor": one["flavor_id"],
        "count": one["count"],
        "maxCount": one.get("max_count"),
        "nodePool": one.get("node_pool"),
        "network": _filled(network),
        "labels": one.get("labels"),
        "tags": [{"key": key, "value": value} for key, value in one.get("tags", {}).items()],
        "extendParams": one.get("extend_params"),
        "azs": [_filled({"az": az.get("az"), "count": az.get("count")}) for az in one.get("azs", [])],
        "taints": [_filled(taint) for taint in one.get("taints", [])],
        "rootVolume": _renamed(one.get("root_volume", [{}])[0], volumeType="volume_type", size="size"),
        "dataVolumes": [
            _renamed(disk, volumeType="volume_type", size="size", count="count", extendParams="extend_params")
            for disk in one.get("data_volumes", [])
        ],
        "volumeGroupConfigs": [
            _renamed(group, volumeGroup="volume_group", dockerThinPool="docker_thin_pool", types="types")
            | _filled({"lvmConfig": _renamed(group.get("lvm_config", [{}])[0], lvType="lv_type", path="path")})
            for group in one.get("volume_group_configs", [])
        ],
        "os": _renamed(one.get("os", [{}])[0], name="name", imageId="image_id", imageType="image_type"),
        "driver": one.get("driver", [{}])[0],
        "creatingStep": one.get("creating_step", [{}])[0],
    })  # fmt: skip


def _renamed(held: dict[str, Any], **names: str) -> dict[str, Any]:
    return _filled({key: held.get(name) for key, name in names.items()})


def _filled(held: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in held.items() if value not in (None, "", {}, [])}


def _path_and_value(line: str) -> tuple[list[str | int], Any]:
    parts, at = [], 1
    while found := _PART.match(line, at):
        word, index, quoted = found.groups()
        parts.append(int(index) if index else word or json.loads(quoted))
        at = found.end()
    return parts, json.loads(line[at:].removeprefix(" = "))


def _put(document: Any, path: list[str | int], value: Any) -> None:
    for key, after in pairwise(path):
        if isinstance(document, dict):
            document = document.setdefault(key, [] if isinstance(after, int) else {})
        else:
            document = document[key]
    if isinstance(document, list):
        document.insert(int(path[-1]), value)
    else:
        document[path[-1]] = value


def meaning(value: Any) -> Any:
    """A document without what is empty, switches in one spelling, and without what is the default anyway."""
    if isinstance(value, list):
        return [meaning(part) for part in value]
    if not isinstance(value, dict):
        return value
    parts = {key: meaning(part) for key, part in value.items()}
    switches = {key: "1" for key, part in parts.items() if key == "os.modelarts/auto.pay" and is_yes(part)}
    parts = _filled(parts | switches)
    return {key: part for key, part in parts.items() if (key, part) != ("os.modelarts/billing.mode", "0")}
