"""deploy/kubernetes is what Kubernetes takes, and says what docker-compose.yml says."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain
from typing import Any

import kubernetes_validate
import pytest
import yaml

from tests.composed import COMPOSE, DOCKERFILE, command_of, default_command, environment_of
from tests.running import ROOT

FILES = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))
OURS = ("migrate", "web", "worker", "beat")
SECRETS = "/run/secrets/poolhouse/"

Thing = dict[str, Any]


@cache
def things() -> tuple[Thing, ...]:
    return tuple(chain.from_iterable(yaml.safe_load_all(file.read_text()) for file in FILES))


def named(kind: str, name: str) -> Thing:
    return next(each for each in things() if each["kind"] == kind and each["metadata"]["name"] == name)


def workload(name: str) -> Thing:
    return next(each for each in things() if each["metadata"]["name"] == name and "template" in each.get("spec", {}))


def pod(name: str) -> Thing:
    found: Thing = workload(name)["spec"]["template"]["spec"]
    return found


def container(name: str) -> Thing:
    [found] = pod(name)["containers"]
    return dict(found)


@pytest.mark.parametrize("thing", things(), ids=lambda thing: f"{thing['kind']} {thing['metadata']['name']}")
def test_kubernetes_takes_it_as_it_stands(thing: Thing) -> None:
    kubernetes_validate.validate(thing, "1.37", strict=True)


def test_there_is_a_workload_for_every_service_of_the_composition() -> None:
    services = {name for name, service in COMPOSE["services"].items() if "profiles" not in service}
    workloads = {each["metadata"]["name"] for each in things() if "template" in each.get("spec", {})}
    assert workloads == services - {"proxy"}  # the ingress is that


@pytest.mark.parametrize("name", OURS)
def test_it_runs_the_same_command(name: str) -> None:
    assert container(name).get("command", default_command()) == command_of(name)
    assert container(name)["image"] == COMPOSE["services"][name]["image"]


def test_it_is_given_the_same_variables_with_the_same_values() -> None:
    told = named("ConfigMap", "poolhouse")["data"]
    composed = {name: value.replace("/run/secrets/", SECRETS) for name, value in environment_of("web").items()}
    of_each_place = {"ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "LOG_FORMAT"}
    assert told.keys() == composed.keys()
    assert {name: value for name, value in told.items() if composed[name] != value}.keys() <= of_each_place
    assert all(container(name)["envFrom"] == [{"configMapRef": {"name": "poolhouse"}}] for name in OURS)


@pytest.mark.parametrize("name", [*OURS, "database"])
def test_it_mounts_the_same_secrets_where_they_are_read(name: str) -> None:
    [volume] = [each["secret"] for each in pod(name)["volumes"] if each["name"] == "secrets"]
    assert volume["secretName"] == "poolhouse"
    assert {item["path"] for item in volume["items"]} == set(COMPOSE["services"][name]["secrets"])
    assert {"name": "secrets", "mountPath": SECRETS.rstrip("/"), "readOnly": True} in container(name)["volumeMounts"]


@pytest.mark.parametrize("name", [*OURS, "database", "broker"])
def test_it_runs_with_as_little_as_it_needs(name: str) -> None:
    assert pod(name)["securityContext"]["runAsNonRoot"] is True
    assert pod(name)["automountServiceAccountToken"] is False
    for each in [*pod(name).get("initContainers", []), container(name)]:
        assert each["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        assert each["resources"]["requests"].keys() == {"cpu", "memory"}
        assert each["resources"]["limits"].keys() == {"memory"}
    if name in OURS:
        assert f"--uid {pod(name)['securityContext']['runAsUser']} " in DOCKERFILE


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_it_is_watched_in_the_same_way(name: str) -> None:
    asked = " ".join(COMPOSE["services"][name]["healthcheck"]["test"])
    probes = container(name)
    if name == "web":
        assert probes["readinessProbe"]["httpGet"]["path"] in asked
        assert probes["livenessProbe"]["httpGet"]["path"] == "/healthz"
        hosts = {probes[probe]["httpGet"]["httpHeaders"][0]["value"] for probe in ("readinessProbe", "livenessProbe")}
        assert hosts <= set(named("ConfigMap", "poolhouse")["data"]["ALLOWED_HOSTS"].split(","))
    else:
        assert probes["livenessProbe"]["exec"]["command"][-1] in asked


@pytest.mark.parametrize("name", ["web", "worker"])
def test_it_has_as_long_to_stop(name: str) -> None:
    composed = int(COMPOSE["services"][name]["stop_grace_period"].rstrip("s"))
    before = int(container(name).get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", [0, 0])[1])
    assert pod(name)["terminationGracePeriodSeconds"] >= composed + before


@pytest.mark.parametrize("name", ["database", "broker"])
def test_the_engines_are_the_same(name: str) -> None:
    service = COMPOSE["services"][name]
    assert container(name)["image"] == service["image"]
    assert container(name).get("command") == service.get("command")
    assert container(name)["readinessProbe"]["exec"]["command"] == service["healthcheck"]["test"][1:]
    told = {each["name"]: each["value"].replace(SECRETS, "/run/secrets/") for each in container(name).get("env", [])}
    told.pop("PGDATA", None)
    assert told == service.get("environment", {})


def test_services_are_found_where_the_variables_say() -> None:
    broker = re.fullmatch(r"redis://(\w+):(\d+)/0", named("ConfigMap", "poolhouse")["data"]["CELERY_BROKER_URL"])
    assert broker
    for name, port in ((broker[1], int(broker[2])), ("database", 5432), ("web", 8000)):
        service = named("Service", name)["spec"]
        assert [each["port"] for each in service["ports"]] == [port]
        labels = workload(name)["spec"]["template"]["metadata"]["labels"]
        assert service["selector"].items() <= labels.items()
        assert service["ports"][0]["targetPort"] in {each["name"] for each in container(name)["ports"]}


def test_only_ours_reach_the_database_and_the_broker() -> None:
    policies = {each["metadata"]["name"]: each["spec"] for each in things() if each["kind"] == "NetworkPolicy"}
    for name in ("database", "broker"):
        labels = workload(name)["spec"]["template"]["metadata"]["labels"]
        assert policies[name]["podSelector"]["matchLabels"].items() <= labels.items()
        [rule] = policies[name]["ingress"]
        [who] = rule["from"]
        assert set(who["podSelector"]["matchExpressions"][0]["values"]) <= set(OURS)


def test_no_secret_stands_in_the_files() -> None:
    assert not [each for each in things() if each["kind"] == "Secret"]


@pytest.mark.parametrize("kind", ["web", "worker", "beat"])
def test_replicas_prefer_machines_of_their_own(kind: str) -> None:
    assert workload(kind)["spec"]["replicas"] == 2
    [spread] = pod(kind)["topologySpreadConstraints"]
    assert spread["labelSelector"] == workload(kind)["spec"]["selector"]
