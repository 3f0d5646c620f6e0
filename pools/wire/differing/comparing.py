"""Two documents' facts, held against each other."""

from __future__ import annotations

from typing import Any, Final

from pools.wire.differing.aspects import Aspect, Difference
from pools.wire.differing.facts import DEFAULTS, Fact, Facts, Key, facts_of
from pools.wire.digest import canonical

# What an answer may hold more of, although nobody asked for it.
_ADDED: Final = frozenset(Aspect) - {Aspect.NODES, Aspect.DATA_DISKS, Aspect.JOB_TYPE, Aspect.MASTERS}
_ORDER: Final = {aspect: number for number, aspect in enumerate(Aspect)}


def differences(was: Any, became: Any, *, asked_only: bool = False) -> list[Difference]:
    """What differs between two documents, creations or pools as heard, in the order in which people read it.

    With `asked_only`, `was` is what somebody ordered and `became` what the cloud answers: what was left to the cloud,
    and whatever the answer tells besides or does not echo of the metadata, is no difference.
    """
    before, after = facts_of(was), facts_of(became)
    gone = _flavors(before) - _flavors(after)
    moved = _moved(before, after, asked_only=asked_only)
    found = [
        _difference(key, before.get(key), after.get(key))
        for key in before.keys() | after.keys()
        # Of a flavor that is not wanted any more it is enough to say so.
        if key.aspect is Aspect.NODES or key.flavor not in gone
    ]
    found = [each for each in found if canonical(each.was) != canonical(each.became)]
    if asked_only:
        found = [each for each in found if not _is_left_to_the_cloud(each, before, after)]
    return sorted([*moved, *found], key=_reading_order)


def _difference(key: Key, before: Fact | None, after: Fact | None) -> Difference:
    default = DEFAULTS.get(key.aspect)
    return Difference(
        aspect=key.aspect,
        flavor=key.flavor,
        batch=key.batch,
        place=key.place,
        path=(after or before or Fact(None, "$")).path,
        was=before.value if before else default,
        became=after.value if after else default,
    )


def _reading_order(difference: Difference) -> tuple[int, str, str, str]:
    return _ORDER[difference.aspect], difference.flavor, difference.batch, difference.place


def _is_left_to_the_cloud(difference: Difference, asked: Facts, told: Facts) -> bool:
    key = Key(difference.aspect, difference.flavor, difference.batch, difference.place)
    if key not in told:
        return not difference.path.startswith("$.spec")
    if difference.was is not None or difference.aspect is Aspect.NODES:
        return False
    # Of a list that was not sent at all, everything was the cloud's to choose.
    kind = difference.aspect, difference.flavor
    return difference.aspect in _ADDED or all((each.aspect, each.flavor) != kind for each in asked)


def _moved(before: Facts, after: Facts, *, asked_only: bool) -> list[Difference]:
    """Take nodes out of both whose number stays and of which only one side says where they stand."""
    moved = []
    for flavor in sorted(_flavors(before) & _flavors(after)):
        was, became = _zones(before, flavor), _zones(after, flavor)
        chose, chooses = set(was) != {""}, set(became) != {""}
        if chose == chooses:
            continue
        if sum(was.values()) == sum(became.values()):
            _take_out(before, flavor)
            path = _take_out(after, flavor)
            if chose or not asked_only:
                zones = was if chose else {}, became if chooses else {}
                moved.append(
                    Difference(aspect=Aspect.PLACEMENT, path=path, flavor=flavor, was=zones[0], became=zones[1])
                )
        elif asked_only and not chose:
            after[Key(Aspect.NODES, flavor)] = Fact(sum(became.values()), _take_out(after, flavor))
    return moved


def _flavors(facts: Facts) -> set[str]:
    return {key.flavor for key in facts if key.aspect is Aspect.NODES}


def _zones(facts: Facts, flavor: str) -> dict[str, int]:
    return {key.place: facts[key].value for key in _nodes(facts, flavor)}


def _take_out(facts: Facts, flavor: str) -> str:
    """Returns where they stood."""
    return [facts.pop(key).path for key in _nodes(facts, flavor)][-1]


def _nodes(facts: Facts, flavor: str) -> list[Key]:
    return sorted(key for key in facts if key.aspect is Aspect.NODES and key.flavor == flavor)
