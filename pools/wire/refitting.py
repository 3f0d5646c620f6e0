"""Refitting a pool: the job types it runs and its drivers, what a patch with others says, and what became of it.

A patch names all job types that there are to be from then on, and of drivers what is to be another one. A job type that
could not be switched on is tried again by a call of its own (`docs/facts.md`, changing a pool).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Literal

from pools.wire.breaches import Breach
from pools.wire.digest import digest
from pools.wire.enums import JobType, PoolType, ScopeState, UpdateStrategy
from pools.wire.limits import Catalog, judge
from pools.wire.parsing import NotJson, parse_json

Document = Mapping[str, Any]
Accelerator = Literal["gpu", "npu"]

ACCELERATORS: Final[tuple[Accelerator, ...]] = ("gpu", "npu")
# What else of a pool its job types and drivers are held against.
_SPEC: Final = ("network", "containerNetwork", "kubernetesSvcIpRange")
# Of what is only advice, this is a slip more often than it is meant.
_BINDING_ADVICE: Final = frozenset({"A6"})


@dataclass(frozen=True, kw_only=True)
class Fitting:
    """What a pool runs, and with what: job types, a version for each kind of accelerator, how upgrades are done.

    None where nothing is said of it: a patch says only what is to be other, a pool only what it has.
    """

    job_types: tuple[str, ...] | None = None
    gpu: str | None = None
    npu: str | None = None
    strategy: str | None = None

    @property
    def versions(self) -> dict[Accelerator, str]:
        return {kind: version for kind in ACCELERATORS if (version := getattr(self, kind))}

    @property
    def says_nothing(self) -> bool:
        return all(getattr(self, field.name) is None for field in fields(self))


def fitting(document: object) -> Fitting | None:
    """What a pool is to have by its document; None where its job types cannot be told for sure."""
    spec, status = _object(document, "spec"), _object(document, "status")
    scope = spec.get("scope") or []
    if not spec or not isinstance(scope, list) or not all(isinstance(one, str) for one in scope):
        return None
    driver, told = _object(spec, "driver"), _object(status, "driver")
    gpu, npu = (
        _text(driver.get(f"{kind}Version")) or _text(_object(told, kind).get("version")) for kind in ACCELERATORS
    )
    job_types, strategy = tuple(dict.fromkeys(scope)), _text(driver.get("updateStrategy"))
    return Fitting(job_types=job_types, gpu=gpu, npu=npu, strategy=strategy)


def asked(body: str) -> Fitting:
    """What a patch of ours says; nothing where a database was told otherwise."""
    try:
        spec = _object(parse_json(body), "spec")
    except NotJson:
        return Fitting()
    driver, scope = _object(spec, "driver"), spec.get("scope")
    return Fitting(
        job_types=tuple(map(str, scope)) if isinstance(scope, list) else None,
        gpu=_text(driver.get("gpuVersion")),
        npu=_text(driver.get("npuVersion")),
        strategy=_text(driver.get("updateStrategy")),
    )


def patch(said: Fitting) -> str:
    """The merge-patch, as JSON text, that gives a pool what is said."""
    driver = {f"{kind}Version": version for kind, version in said.versions.items()}
    if said.strategy:
        driver["updateStrategy"] = said.strategy
    scope = {} if said.job_types is None else {"scope": list(said.job_types)}
    return json.dumps({"spec": {**scope, **({"driver": driver} if driver else {})}}, indent=2, ensure_ascii=False)


def changed(was: Fitting, wanted: Fitting) -> Fitting:
    """What of `wanted` is other than what `was`. With a version it is always said how it is to be installed."""
    gpu = wanted.gpu if wanted.gpu != was.gpu else None
    npu = wanted.npu if wanted.npu != was.npu else None
    other_way = bool(wanted.strategy) and wanted.strategy != (was.strategy or UpdateStrategy.IDLE)
    other_jobs = wanted.job_types is not None and set(wanted.job_types) != set(was.job_types or ())
    return Fitting(
        job_types=wanted.job_types if other_jobs else None,
        gpu=gpu,
        npu=npu,
        strategy=wanted.strategy if other_way or gpu or npu else None,
    )


def as_before(was: Fitting, said: Fitting) -> Fitting:
    """As much of what `was` as `said` speaks of."""
    left_out = {field.name: None for field in fields(said) if getattr(said, field.name) is None}
    return replace(was, **left_out)


def is_as(said: Fitting, heard: Fitting | None) -> bool:
    """Whether a pool has all that is said. How it is installed counts beside a version only where the pool tells it."""
    if heard is None or (said.job_types is not None and set(said.job_types) != set(heard.job_types or ())):
        return False
    if any(version != getattr(heard, kind) for kind, version in said.versions.items()):
        return False
    told = heard.strategy or (said.strategy if said.versions else UpdateStrategy.IDLE)
    return said.strategy is None or said.strategy == told


def print_of(told: Fitting | None) -> str:
    """A short name of this fitting: another one when anything of it is."""
    told = told or Fitting()
    return digest([sorted(told.job_types or ()), told.gpu, told.npu, told.strategy])


def laid_over(ordered: str, bodies: Sequence[str]) -> str:
    """What was ordered, as text, had it been ordered as these patches, the oldest first, made it since."""
    if not bodies:
        return ordered
    try:
        document = parse_json(ordered)
        spec = dict(document["spec"])
        for body in bodies:
            # Nothing of a patch counts but what one of ours says.
            said = _object(parse_json(patch(asked(body))), "spec")
            driver = {**_object(spec, "driver"), **_object(said, "driver")}
            spec |= {**said, **({"driver": driver} if driver else {})}
        return json.dumps({**document, "spec": spec})
    except (NotJson, KeyError, TypeError, ValueError):
        return ordered


def broken(document: Document, wanted: Fitting, known: Catalog) -> list[Breach]:
    """What speaks against a pool having all of `wanted`, by the rules of a creation, and not against it as it is."""
    stands = _judged(document, fitting(document) or Fitting(), known)
    return [one for one in _judged(document, wanted, known) if one not in stands]


def _judged(document: Document, has: Fitting, known: Catalog) -> list[Breach]:
    """What an order of a pool like this one, with these job types and drivers, would be told."""
    spec = _object(document, "spec")
    resources = spec.get("resources")
    flavors = [_text(_object(one).get("flavor")) for one in (resources if isinstance(resources, list) else [])]
    order = {
        "apiVersion": "v2",
        "kind": "Pool",
        "metadata": {"labels": {"os.modelarts/name": "pool", "os.modelarts/workspace.id": "0"}},
        "spec": {
            "type": PoolType.DEDICATE.value,
            **{key: spec[key] for key in _SPEC if key in spec},
            "scope": list(has.job_types or ()),
            "resources": [{"flavor": flavor, "count": 1} for flavor in flavors if flavor],
            "driver": {f"{kind}Version": version for kind, version in has.versions.items()},
        },
    }
    verdict = judge(order, catalog=known)
    advice = [one for one in verdict.advice if one.rule in _BINDING_ADVICE]
    return [*verdict.breaches, *verdict.house_rules, *advice]


# Trying a job type again


def scope_states(document: object) -> dict[str, str]:
    """How each job type of a pool fares, in the cloud's words."""
    listed = _object(document, "status").get("scope")
    rows = [_object(one) for one in (listed if isinstance(listed, list) else [])]
    return {row["scopeType"]: str(row.get("state") or "") for row in rows if isinstance(row.get("scopeType"), str)}


def failed_job_types(document: object) -> Collection[str]:
    return [name for name, state in scope_states(document).items() if state == ScopeState.ENABLE_FAILED]


def retry(job_type: str) -> str:
    """The body, as JSON text, that has the cloud try again."""
    return json.dumps({"scope": job_type}, indent=2, ensure_ascii=False)


def in_order(job_types: Collection[str], *, before: Sequence[str]) -> tuple[str, ...]:
    """Job types in the order in which the pool told those that it has, and then in the order of the table."""
    rest = [one.value for one in JobType if one not in before]
    return tuple(one for one in (*before, *rest) if one in job_types)


def _object(holder: object, *keys: str) -> Mapping[str, Any]:
    for key in keys:
        holder = holder.get(key) if isinstance(holder, Mapping) else None
    return holder if isinstance(holder, Mapping) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
