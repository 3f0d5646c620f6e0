"""The sample pools show every phase, and every field of Tables 22-47."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any, get_args

import pytest
from django.core.management import call_command

from pools.endpoint import answers, clock, sampling, stocking
from pools.endpoint.models import AccessKey, EndpointProject, HostedFlavor, HostedPool
from pools.wire.enums import Phase
from pools.wire.pool import Pool
from pools.wire.shape import Shape
from tests.endpoint.guests import POOLS
from tests.endpoint.signed import Speaker


@pytest.fixture
def sampled(home: EndpointProject) -> list[HostedPool]:
    stocking.load(home)
    return sampling.host(home)


def shapes_in(hint: Any) -> Iterator[type[Shape]]:
    if isinstance(hint, type) and issubclass(hint, Shape):
        yield hint
    for inner in get_args(hint):
        yield from shapes_in(inner)


def fields_of(shape: type[Shape], path: str = "") -> Iterator[str]:
    """Every wire key below `shape`, as a path without positions."""
    for name, field in shape.model_fields.items():
        here = f"{path}/{field.alias or name}"
        yield here
        for inner in shapes_in(field.annotation):
            yield from fields_of(inner, here)


def keys_in(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield f"{path}/{key}"
            yield from keys_in(inner, f"{path}/{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from keys_in(inner, path)


@pytest.mark.shows("Documents.every-field")
def test_every_field_of_the_response_tables_is_answered_by_some_sample(sampled: list[HostedPool]) -> None:
    answered: set[str] = set()
    for pool in sampled:
        answered |= set(keys_in(answers.pool(pool, now=clock.now(pool.project))))
    assert set(fields_of(Pool)) - answered == set()


@pytest.mark.shows("Life.every-phase")
def test_every_phase_is_shown_by_some_sample(sampled: list[HostedPool], speaker: Speaker) -> None:
    listed = speaker.get(POOLS).json()["items"] + speaker.get(f"{POOLS}?status=failed").json()["items"]
    assert {pool["status"]["phase"] for pool in listed} == {phase.value for phase in Phase}


def seed(**options: Any) -> dict[str, Any]:
    said = StringIO()
    call_command("seed_endpoint", stdout=said, **options)
    return dict(json.loads(said.getvalue()))


@pytest.mark.usefixtures("db")
def test_furnishing_again_changes_no_key_and_tells_no_password() -> None:
    first, again = seed(), seed()
    assert first["iam"]["password"]
    assert again == {**first, "iam": {**first["iam"], "password": ""}}
    assert AccessKey.objects.count() == 1


@pytest.mark.usefixtures("db")
def test_furnishing_takes_given_secrets(tmp_path: Any) -> None:
    given = {"domain_id": "d" * 32, "access_key": "AK", "secret_key": "SK", "iam": {"password": "given-password"}}
    path = tmp_path / "first-run.json"
    path.write_text(json.dumps({"endpoint": given}))
    made = seed(secrets_file=str(path))
    assert (made["domain_id"], made["access_key"], made["secret_key"]) == ("d" * 32, "AK", "SK")
    assert made["iam"]["password"] == "given-password"


@pytest.mark.usefixtures("db")
def test_samples_are_hosted_once() -> None:
    seed(samples="every-phase")
    seed(samples="every-phase")
    assert HostedPool.objects.count() == len(Phase)


@pytest.mark.shows("ListResourceFlavors.every-case")
def test_the_catalog_has_every_case_a_wizard_must_handle(home: EndpointProject) -> None:
    stocking.load(home)
    specs = {row.name: row.document for row in HostedFlavor.objects.filter(project=home)}
    stock = [set(document["status"]["phase"].values()) for document in specs.values()]
    assert {"soldout"} in stock
    assert {"normal", "soldout"} in stock
    assert {"normal"} in stock
    assert {document["spec"]["cpuArch"] for document in specs.values()} == {"x86", "arm64"}
    assert {tuple(document["spec"]["billingModes"]) for document in specs.values()} == {(0,), (1,), (0, 1)}
    steps = [step["type"] for document in specs.values() for step in document["spec"].get("creatingSteps", [])]
    assert set(steps) == {"rack", "hyperinstance"}
    assert {kind for document in specs.values() for kind in ("gpu", "npu") if kind in document["spec"]} == {
        "gpu",
        "npu",
    }
