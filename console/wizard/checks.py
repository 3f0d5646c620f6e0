"""The draft as a document, judged: every problem with the step and field where it is made, and how to mend it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from django.utils.translation import gettext as _

from console.wizard import docketing, networking, words
from console.wizard.assembly import Assembly, Place, Steps, gather, one, sized
from console.wizard.mending import Mend, mends_of
from console.wizard.situation import Situation
from pools import checking, queries
from pools.models import Founding
from pools.wire.breaches import parts_of, path_of
from pools.wire.limits import Breach, Catalog, Compatibility, Verdict, judge
from pools.wire.naming import node_name

Severity = Literal["block", "warn", "note"]
NAME = "os.modelarts/name"
NODE_PREFIX = ("metadata", "labels", "os.modelarts/node.prefix")
STEPS = ("labels", "workload", "flavors", "zones", "disks", "drivers", "billing", "review")


@dataclass(frozen=True)
class Problem:
    """One thing wrong, worth a second look (`warn` never blocks), or good to know (`note`)."""

    step: str
    field: str
    text: str
    severity: Severity
    rule: str
    path: str
    mends: tuple[Mend, ...] = ()
    passes: bool = False  # by itself, once what is sold out is on sale again

    @property
    def key(self) -> str:
        """What ticking "I understand" answers."""
        return f"{self.rule} {self.path}"

    @property
    def anchor(self) -> str:
        """The id to go to: the field, or the card of a flavor, whose name is not typed."""
        if self.step == "review":
            return self.field or "step"
        row, _sep, part = self.field.partition("-")
        return row if part == "flavor" else f"id_{self.field}" if self.field else "step"


@dataclass(frozen=True)
class Examination:
    """A draft judged with what is known of its project: the same judge, and so the same verdict, as the endpoint's."""

    situation: Situation
    assembly: Assembly
    document: dict[str, Any]
    catalog: Catalog
    problems: tuple[Problem, ...]

    @cached_property
    def body(self) -> str:
        """The exact text that is sent."""
        return json.dumps(self.document, indent=2, ensure_ascii=False)

    @property
    def blocking(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "block"]

    @property
    def waits_for_stock(self) -> bool:
        """Whether nothing is in its way but that something is sold out."""
        return bool(self.blocking) and all(problem.passes for problem in self.blocking)

    @property
    def warnings(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "warn"]

    def at(self, step: str) -> list[Problem]:
        return [problem for problem in self.problems if problem.step == step]

    def blocking_at(self, step: str) -> list[Problem]:
        return [problem for problem in self.blocking if problem.step == step]


def examine(situation: Situation, *, networks: bool = False) -> Examination:
    """Put the draft together and hold it against every rule that can be judged with the mirrored catalog.

    `networks`: and against the network that was asked for from the draft, which only its step and placing depend on.
    """
    assembly = gather(situation.steps, situation.kept)
    project = situation.draft.project
    document, catalog = sized(assembly.document, project.size_suffix), queries.catalog_of(project)
    verdict = judged(document, catalog=catalog, compatibility=project.compatibility)
    problems = [*placed(assembly, verdict.blocking, "block"), *placed(assembly, verdict.advice, "warn")]
    problems = [_as_meant(problem, situation) for problem in problems]
    if networks:
        problems += [*_waits_for(situation, problems), *_overlap(situation, assembly)]
    problems += _notes(assembly, problems)
    problems += [Problem(*told, "block", "", "") for told in docketing.problems(situation.steps)]
    problems.sort(key=lambda problem: STEPS.index(problem.step))
    return Examination(situation, assembly, document, catalog, tuple(problems))


def _notes(assembly: Assembly, problems: list[Problem]) -> Iterator[Problem]:
    """What becomes of an answer, told beside it while nothing is wrong with it."""
    path = path_of(NODE_PREFIX)
    place, prefix = assembly.place(path), assembly.document["metadata"].get("labels", {}).get(NODE_PREFIX[-1])
    if place and prefix and not any(problem.field == place.field for problem in problems):
        text = _("Its nodes will have names such as %(name)s.") % {"name": node_name(str(prefix))}
        yield Problem(place.step, place.field, text, "note", "", path)


def _waits_for(situation: Situation, problems: list[Problem]) -> Iterator[Problem]:
    """The network that is being made for this order, also where the catalog knows another one by its identifier."""
    asked = _chosen_and_awaited(situation)
    if asked and not any(problem.rule == "R4" for problem in problems):
        yield Problem("review", "", _awaited_words(asked), "block", "R4", "")


def _overlap(situation: Situation, assembly: Assembly) -> list[Problem]:
    """The network that was made for this order overlaps another one, perhaps one that came later."""
    asked = situation.founding
    if not asked or one(situation.steps.get("workload", {}), "network") != checking.network_id(asked):
        return []
    overlap = checking.overlap_by(asked, situation.draft.project)
    return placed(assembly, [overlap] if overlap else [], "warn")


def _chosen_and_awaited(situation: Situation) -> Founding | None:
    asked, chosen = networking.awaited(situation), one(situation.steps.get("workload", {}), "network")
    return asked if asked and chosen == checking.network_id(asked) else None


def _awaited_words(asked: Founding) -> str:
    return _("The network %(name)s is still being made. The order can be placed once it is ready.") % {
        "name": asked.name
    }


def _as_meant(problem: Problem, situation: Situation) -> Problem:
    """A driver version that the cloud does not list blocks, unless it was written as such: it may be a slip. A network
    that is being made is no mistake of its step: only placing the order waits for it. What the team does not want
    blocks, though the cloud would take it.
    """
    if problem.rule == "A11" and not situation.draft.team.orders_may_pay_themselves:
        mends = (Mend(Place(problem.step, problem.field), "", _("Switch it off")),)
        return replace(
            problem, severity="block", text=str(words.PAYS_ITSELF) % {"team": situation.draft.team}, mends=mends
        )
    if problem.rule == "R4" and (asked := _chosen_and_awaited(situation)):
        return replace(problem, step="review", field="", text=_awaited_words(asked), mends=())
    if not checking.is_slip(problem.rule, problem.path, written=written_of(situation.steps)):
        return problem
    version = one(situation.steps.get("drivers", {}), problem.field)
    return replace(problem, severity="block", text=str(words.UNLISTED) % {"version": version})


def written_of(steps: Steps) -> list[str]:
    """Paths of what was written by hand beside a list to choose from."""
    typed = steps.get("drivers", {})
    return [f"$.spec.driver.{kind}Version" for kind in ("gpu", "npu") if one(typed, f"{kind}_other")]


def judged(document: dict[str, Any], *, catalog: Catalog, compatibility: Compatibility) -> Verdict:
    """The judge's verdict; a draft whose shape is not complete yet is judged as far as it goes.

    The judge weighs whole documents. So what is missing or unreadable is filled with something harmless, the rules are
    asked again, and what they say about the fillings is left out.
    """
    verdict = judge(document, catalog=catalog, compatibility=compatibility)
    if verdict.creation is not None:
        return verdict
    filled, fillings = _filled(document, verdict.breaches)
    further = judge(filled, catalog=catalog, compatibility=compatibility)
    if further.creation is None:
        return verdict

    def of_the_draft(breaches: Iterable[Breach]) -> tuple[Breach, ...]:
        return tuple(one for one in breaches if not any(one.path.startswith(filling) for filling in fillings))

    breaches = verdict.breaches + of_the_draft(further.breaches)
    return Verdict(None, breaches, of_the_draft(further.house_rules), of_the_draft(further.advice))


_RESOURCES = ("spec", "resources")
_NAME = ("metadata", "labels", NAME)
# What can be put in without any other rule noticing.
_HARMLESS: dict[str | int, Any] = {"volumeType": "SSD", "size": "100", "lvType": "linear", "dockerThinPool": 50}
_HARMLESS_IN: dict[tuple[str | int, ...], Any] = {("dataVolumes", "count"): 2}


def _harmless(path: tuple[str | int, ...]) -> Any:
    """Something for a value inside a disk or a group of a flavor; None for whatever more depends on."""
    if len(path) <= 4:  # noqa: PLR2004 - the flavor itself
        return None
    return _HARMLESS.get(path[-1], _HARMLESS_IN.get((path[3], path[-1])))


def _filled(document: dict[str, Any], breaches: Iterable[Breach]) -> tuple[dict[str, Any], list[str]]:
    """A copy of the right shape, and the paths of what was put in: a broken flavor is left out of it as a whole."""
    filled: dict[str, Any] = deepcopy(document)
    fillings, broken = [], set()
    for breach in breaches:
        path = parts_of(breach.path)
        if (instead := _harmless(path)) is not None:
            _put(filled, path, instead)
        elif path[:2] == _RESOURCES and len(path) > 2:  # noqa: PLR2004 - the index of the flavor
            broken.add(path[2])
            path = path[:3]
        elif path in {("metadata",), _NAME[:2], _NAME}:
            path = _NAME
            filled["metadata"] = {**filled["metadata"], "labels": {**filled["metadata"]["labels"], NAME: "a-name"}}
        elif len(path) > 2 and path != _RESOURCES:  # noqa: PLR2004
            _drop(filled, path)
        fillings.append(path_of(path))
    resources = filled["spec"].get("resources")
    for index in broken if isinstance(resources, list) else ():
        resources[index] = {"flavor": "?", "count": 1}
    if not resources:
        filled["spec"]["resources"] = [{"flavor": "?", "count": 1}]
        fillings.append(path_of(_RESOURCES))
    return filled, fillings


def _put(document: Any, path: tuple[str | int, ...], value: Any) -> None:
    for key in path[:-1]:
        document = document[key]
    document[path[-1]] = value


def _drop(document: Any, path: tuple[str | int, ...]) -> None:
    """Take out the value at `path`, or a whole list if the value is in one."""
    for depth, key in enumerate(path[:-1]):
        if isinstance(path[depth + 1], int):
            document.pop(key, None)
            return
        document = document.get(key, {})
    document.pop(path[-1], None)


def placed(assembly: Assembly, breaches: Iterable[Breach], severity: Severity) -> list[Problem]:
    """Breaches as problems at their place; of several about one field the first speaks, the others wait their turn."""
    problems: dict[tuple[str, str, str], Problem] = {}
    for breach in breaches:
        place = assembly.place(breach.path) or Place("review", "")
        passes, mends = checking.is_of_stock(breach), mends_of(breach, place)
        problem = Problem(place.step, place.field, words.say(breach), severity, breach.rule, breach.path, mends, passes)
        key = (place.step, place.field, "" if place.field else problem.text)
        problems.setdefault(key, problem)
    return list(problems.values())
