"""Plug-ins: those job types and accelerators bring, those that are installed, and what they are made from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pools.endpoint import stocking
from pools.endpoint.models import EndpointProject, PoolChange
from pools.wire.plugins import PluginList, PluginTemplateList
from pools.wire.reading import hear
from pools.wire.tenancy import PluginTemplate
from tests.endpoint.guests import CONSOLE, POOLS, PROJECT, creation, ident
from tests.endpoint.signed import Speaker

POOL = f"{POOLS}/{ident()}"
PLUGINS = f"{POOL}/plugins"
TEMPLATES = f"/v2/{PROJECT}/plugintemplates"
GPU = "modelarts.vm.gpu.v100.x1"
EVERY = ["gpu-driver", "npu-driver", "volcano", "infer-operator", "notebook-operator", "log-agent"]


@pytest.fixture(autouse=True)
def stocked(home: EndpointProject) -> None:
    stocking.load(home)


def wish(name: str, version: str = "", **inputs: Any) -> dict[str, Any]:
    template = {"name": name, **({"version": version} if version else {}), **({"inputs": inputs} if inputs else {})}
    return {"apiVersion": "v2", "kind": "Plugin", "spec": {"template": template}}


def plugged(speaker: Speaker) -> dict[str, tuple[str, str]]:
    """Phase and version by name."""
    items = speaker.get(PLUGINS).json()["items"]
    return {one["metadata"]["name"]: (one["status"]["phase"], one["status"]["version"]) for one in items}


def scope_plugins(speaker: Speaker) -> dict[str, str]:
    scopes = speaker.get(POOL).json()["status"]["scope"]
    return {plugin["name"]: plugin["phase"] for scope in scopes for plugin in scope["plugins"]}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error_code"]


@pytest.mark.shows("ListPoolPlugins.come-with")
def test_a_pool_has_the_plug_ins_of_its_job_types_and_accelerators(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU}, scope=["Train", "Infer"]))
    assert plugged(speaker) == {
        "gpu-driver": ("Running", "535.129.03"),
        "volcano": ("Running", "1.16.8"),
        "infer-operator": ("Running", "2.4.1"),
    }


@pytest.mark.shows("ListPoolPlugins.phases")
def test_plug_ins_fare_as_the_pool_tells_it(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU}, scope=["Infer"]))
    slowly.tick(20)
    assert plugged(speaker)["gpu-driver"][0] == "Pending"
    for seconds in (15, 5, 10):
        slowly.tick(seconds)
        told = {name: phase for name, (phase, _) in plugged(speaker).items() if name != "gpu-driver"}
        assert told == scope_plugins(speaker)


@pytest.mark.shows("ListPoolPlugins.understood")
def test_plug_ins_and_templates_are_understood_by_the_language(speaker: Speaker) -> None:
    speaker.post(POOLS, creation())
    speaker.post(PLUGINS, wish("log-agent", retentionDays=3))
    for shape, path in (
        (PluginList, PLUGINS),
        (PluginTemplateList, TEMPLATES),
        (PluginTemplate, f"/v1/{PROJECT}/plugintemplates/volcano"),
    ):
        answer = speaker.get(path).json()
        assert hear(shape, answer).wire() == answer


@pytest.mark.shows("CreatePoolPlugin.installs")
def test_a_plug_in_is_installed_over_time_with_its_parameters(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation())
    slowly.tick(60)
    made = speaker.post(PLUGINS, wish("log-agent", "1.6.9", retentionDays=3)).json()
    assert (made["kind"], made["status"]["phase"], made["status"]["version"]) == ("Plugin", "Pending", "1.6.9")
    assert made["spec"]["template"] == {"name": "log-agent", "version": "1.6.9", "inputs": {"retentionDays": 3}}
    assert json.loads(made["status"]["values"]) == {"retentionDays": 3}
    slowly.tick(20)
    assert plugged(speaker)["log-agent"] == ("Running", "1.6.9")


@pytest.mark.shows("CreatePoolPlugin.updates")
def test_installing_one_that_is_there_brings_another_version(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation())
    slowly.tick(60)
    speaker.post(PLUGINS, wish("log-agent", "1.6.9", retentionDays=3))
    slowly.tick(20)
    again = speaker.post(PLUGINS, wish("log-agent")).json()
    assert (again["status"]["phase"], again["status"]["version"]) == ("Updating", "1.7.3")
    # What is not said is as the template has it.
    assert again["spec"]["template"]["inputs"] == {"retentionDays": 7}
    slowly.tick(20)
    assert plugged(speaker)["log-agent"] == ("Running", "1.7.3")


@pytest.mark.shows("CreatePoolPlugin.job-types")
def test_a_job_types_plug_in_is_updating_in_the_pool_too(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(scope=["Train", "Infer"]))
    slowly.tick(60)
    speaker.post(PLUGINS, wish("volcano", "1.15.6"))
    assert scope_plugins(speaker) == {"volcano": "Updating", "infer-operator": "Running"}
    assert plugged(speaker)["volcano"] == ("Updating", "1.15.6")
    slowly.tick(20)
    assert scope_plugins(speaker)["volcano"] == "Running"


@pytest.mark.shows("CreatePoolPlugin.driver")
def test_another_version_of_a_driver_is_the_pools_upgrade(speaker: Speaker, slowly: Any) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU}))
    slowly.tick(60)
    made = speaker.post(PLUGINS, wish("gpu-driver", "470.57.02")).json()
    assert made["status"]["phase"] == "Updating"
    pool = speaker.get(POOL).json()
    assert pool["status"]["driver"]["gpu"] == {"version": "470.57.02", "state": "Upgrading"}
    assert pool["spec"]["driver"]["gpuVersion"] == "470.57.02"


@pytest.mark.shows("CreatePoolPlugin.refused")
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ([], "$: must be an object"),
        ({}, "$.spec: is required"),
        ({"spec": {"template": {}}}, "$.spec"),
        ({"spec": {"template": {"name": 5}}}, "$.spec.template.name"),
        (wish("log-agent", "9.9"), "$.spec.template.version: one of 1.7.3, 1.6.9"),
        (wish("gpu-driver"), "is not for this pool"),
        (wish("infer-operator"), "is not for this pool"),
        ({"spec": {"template": {"name": "log-agent", "inputs": "x"}}}, "$.spec.template.inputs"),
    ],
)
def test_a_plug_in_that_cannot_be_is_refused(speaker: Speaker, body: Any, words: str) -> None:
    speaker.post(POOLS, creation())
    answer = speaker.post(PLUGINS, body)
    assert code(answer) == (400, "ModelArts.50004000")
    assert words in answer.json()["error_msg"]
    assert not PoolChange.objects.exists()


@pytest.mark.shows("CreatePoolPlugin.unknown")
def test_an_unknown_template_is_not_found(speaker: Speaker) -> None:
    speaker.post(POOLS, creation())
    assert code(speaker.post(PLUGINS, wish("nothing"))) == (404, "ModelArts.50005101")
    assert code(speaker.get(f"/v1/{PROJECT}/plugintemplates/nothing")) == (404, "ModelArts.50005101")
    assert code(speaker.get(f"{POOLS}/none/plugins")) == (404, "ModelArts.50015001")


@pytest.mark.shows("CreatePoolPlugin.running")
def test_a_pool_that_waits_takes_no_plug_ins(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(), **CONSOLE)
    assert plugged(speaker) == {}
    answer = speaker.post(PLUGINS, wish("log-agent"))
    assert code(answer) == (400, "ModelArts.50004000")
    assert "Waiting" in answer.json()["error_msg"]


@pytest.mark.shows("ListPluginTemplates.list")
def test_templates_are_listed_with_their_versions_as_a_list(speaker: Speaker) -> None:
    items = speaker.get(TEMPLATES).json()["items"]
    assert [one["metadata"]["name"] for one in items] == [*EVERY, "node-problem-detector"]
    driver = items[0]["spec"]
    assert (driver["type"], driver["optional"]) == ("helm", False)
    assert [one["version"] for one in driver["versions"]] == ["535.129.03", "470.57.02", "440.33"]


@pytest.mark.shows("ListPluginTemplates.narrowed")
def test_templates_are_narrowed_by_name_and_by_what_fits_a_pool(speaker: Speaker) -> None:
    speaker.post(POOLS, creation(resource={"flavor": GPU}))

    def names(query: str) -> list[str]:
        return [one["metadata"]["name"] for one in speaker.get(f"{TEMPLATES}?{query}").json()["items"]]

    assert names("templateName=volcano") == ["volcano"]
    assert names("templateName=nothing") == []
    fitting = ["gpu-driver", "volcano", "log-agent", "node-problem-detector"]
    assert names(f"poolName={ident()}") == fitting
    assert names(f"poolName={ident()}&templateName=npu-driver") == []
    assert code(speaker.get(f"{TEMPLATES}?poolName=none")) == (404, "ModelArts.50015001")


@pytest.mark.shows("ShowPluginTemplate.every")
@pytest.mark.parametrize("name", EVERY)
def test_every_template_is_shown_with_its_versions_as_a_map(speaker: Speaker, name: str) -> None:
    told = speaker.get(f"/v1/{PROJECT}/plugintemplates/{name}").json()
    assert told["metadata"]["name"] == name
    assert all(version == held["version"] for version, held in told["spec"]["versions"].items())


def test_a_driver_template_bears_its_name_as_type(speaker: Speaker) -> None:
    assert speaker.get(f"/v1/{PROJECT}/plugintemplates/npu-driver").json()["spec"]["type"] == "npu-driver"


def test_a_stranger_sees_and_installs_no_plug_ins(speaker: Speaker, stranger: Speaker) -> None:
    speaker.post(POOLS, creation())
    for answer in (stranger.get(PLUGINS), stranger.post(PLUGINS, wish("log-agent")), stranger.get(TEMPLATES)):
        assert code(answer) == (403, "ModelArts.0210")
    assert [*plugged(speaker)] == ["volcano"]
