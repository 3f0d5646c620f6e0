"""Rows that come and go without scripts: every Add and Remove is a submit that keeps what was typed.

A step's typing is a plain mapping from field name to values. Rows have ids (`r1` a flavor, `r1-d2` its second disk);
the field `row` lists the flavors in order, `r1-disk` the disks of the first, and so on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from django.http import QueryDict

from console.wizard.assembly import PER_ZONE, Kept, Steps, Typed, one
from pools.wire.numbers import whole

# What each step may store of a POST: everything else (tokens, buttons, strangers' keys) is left behind.
_ROW = r"r[0-9]{1,4}"
NAMES: Mapping[str, re.Pattern[str]] = {
    "labels": re.compile(r"name|workspace|sharing|node_prefix|description|scheduler_extension|contact|cost_centre"),
    "workload": re.compile(
        r"scope|network|ipv6|container_cidr|service_cidr|cluster_flavor|masters|parent|new-network-(name|cidr)"
    ),
    "flavors": re.compile(rf"row|{_ROW}-(flavor|count|max|batch)|named"),
    "zones": re.compile(rf"{_ROW}-(mode|cell)|{_ROW}-z[0-9]{{1,4}}-(az|count)"),
    "disks": re.compile(
        rf"same|{_ROW}-(root-type|root-size|container|disk|group)"
        rf"|{_ROW}-d[0-9]{{1,4}}-(type|size|count|group)|{_ROW}-g[0-9]{{1,4}}-(name|share|lv|path|types)"
    ),
    "drivers": re.compile(
        rf"same|gpu|gpu_other|npu|npu_other|strategy|{_ROW}-(tag|script|script-form)|{_ROW}-t[0-9]{{1,4}}-(key|value)"
    ),
    "billing": re.compile(r"mode|period_type|period_num|auto_renew|auto_pay|order_id|needed_by|ticket"),
}
# Steps on which one panel may stand for all flavors, and does to begin with.
ONE_FOR_ALL = {"disks", "drivers"}
_IDS = re.compile(r"(row|r[0-9]+-(disk|group|tag|cell))$")
_ID = re.compile(r"[rdgtz][0-9]{1,4}")
UNDO = "undo:"  # before the name of a list: what it held before the last removal
_AS_TYPED = re.compile(r"description|.*-script|.*-value")

PERSISTENT, EPHEMERAL = "vg-everest-localvolume-persistent", "vg-everest-localvolume-ephemeral"
CONTAINER, DATA, AT_PATH = "vgpaas", "default", "vguser"


def typed_in(step: str, post: QueryDict) -> Typed:
    """What a POST says about `step`, line ends as scripts want them and single lines without stray blanks."""
    typed: Typed = {}
    for name, values in post.lists():
        if not NAMES[step].fullmatch(name):
            continue
        texts = [str(value).replace("\r\n", "\n").replace("\x00", "") for value in values]
        if not _AS_TYPED.fullmatch(name):
            texts = [text.strip() for text in texts]
        if _IDS.fullmatch(name):
            texts = [text for text in dict.fromkeys(texts) if _ID.fullmatch(text)]
        typed[name] = texts
    return typed


def keep_unshown(step: str, typed: Typed, was: Typed, rows: list[str]) -> Typed:
    """Typing for rows the page did not show (one panel stood for all flavors) is not lost."""
    shown = {name.split("-")[0] for name in typed}
    hidden = {row for row in rows if row not in shown}
    unshown = {name: values for name, values in was.items() if name.split("-")[0] in hidden}
    return {**unshown, **typed} if step in ONE_FOR_ALL | {"zones"} else typed


def flavor_ids(steps: Steps) -> list[str]:
    """The ids of the flavors chosen, in order."""
    return steps.get("flavors", {}).get("row", [])


def unfold(step: str, typed: Typed, was: Typed, rows: list[str], *, shown: Typed) -> None:
    """Where one panel stood for all flavors and no longer does, every flavor begins with what the panel held.

    `shown` is what the page sent: a flavor that had a panel of its own there keeps it.
    """
    stood = one(was, "same") or not was
    if step not in ONE_FOR_ALL or one(typed, "same") or not stood or not rows:
        return
    first, *others = rows
    held = {name.removeprefix(first): values for name, values in typed.items() if name.startswith(f"{first}-")}
    for row in (row for row in others if not any(name.startswith(f"{row}-") for name in shown)):
        for name in [name for name in typed if name.startswith(f"{row}-")]:
            del typed[name]
        typed |= {f"{row}{name}": list(values) for name, values in held.items()}


def _fresh(letter: str, taken: Iterable[str]) -> str:
    """An id nobody had: not even a removed row, whose kept keys must not come back under another."""
    numbers = [int(name[1:]) for name in taken if re.fullmatch(rf"{letter}[0-9]+", name)]
    return f"{letter}{max(numbers, default=0) + 1}"


@dataclass(frozen=True)
class Ask:
    """A button pressed: which row and item of it, over what was typed on this page and what the draft holds."""

    step: str
    typed: Typed
    row: str
    item: str
    steps: Steps
    kept: Kept

    def fresh(self, letter: str) -> str:
        """An id for an item of the row that nobody had, not even a removed one: its kept keys must stay buried."""
        return _fresh(letter, [*_ids_in(self.typed, self.row), *_kept_ids(self.kept, self.row)])


def act(step: str, word: str, typed: Typed, steps: Steps, kept: Kept) -> str:
    """Carry out one Add or Remove on `typed`; `word` is the button's value. Returns the id to land on."""
    verb, _, argument = word.partition(":")
    if verb == "mend":
        return _mend(step, argument, typed, steps)
    row, _, item = argument.partition(":")
    carry_out = ACTS.get((step, verb))
    return carry_out(Ask(step, typed, row, item, steps, kept)) if carry_out else ""


def _mend(step: str, argument: str, typed: Typed, steps: Steps) -> str:
    """Put a value into a field of this step, or of another one that was typed at; `flavors/r1-count=8`."""
    target, _, value = argument.partition("=")
    where, _, name = target.partition("/")
    if where not in NAMES or not NAMES[where].fullmatch(name) or _IDS.fullmatch(name):
        return ""
    if where == step:
        typed[name] = [value]
        return f"id_{name}"
    if where in steps:
        steps[where][name] = [value]
    return name.partition("-")[0]


def _lists(typed: Typed) -> dict[str, list[str]]:
    return {name: list(ids) for name, ids in typed.items() if _IDS.fullmatch(name)}


def _undoable(remove: Callable[[Ask], str]) -> Callable[[Ask], str]:
    """A removal that can be undone until something else is saved: what the lists held is kept beside them."""

    def removed(ask: Ask) -> str:
        before = _lists(ask.typed)
        anchor = remove(ask)
        ask.typed.update({f"{UNDO}{name}": ids for name, ids in before.items() if ids != ask.typed.get(name)})
        return anchor

    return removed


def _undo(ask: Ask) -> str:
    """Put back what was removed last, with everything that was typed there."""
    was, landing = ask.steps.get(ask.step, {}), ""
    for name, ids in was.items():
        if not name.startswith(UNDO):
            continue
        of = name.removeprefix(UNDO)
        above = "" if of == "row" else f"{of.partition('-')[0]}-"
        for item in [item for item in ids if item not in ask.typed.get(of, [])]:
            ask.typed.update({part: values for part, values in was.items() if part.startswith(f"{above}{item}-")})
            landing = landing or above.rstrip("-") or item
        ask.typed[of] = ids
    return landing


def _add_flavor(ask: Ask) -> str:
    name = ":".join(filter(None, (ask.row, ask.item))) or one(ask.typed, "named")
    if not name:
        return "id_named"
    known = {part.split("-")[0] for of in (*ask.steps.values(), ask.typed) for part in of}
    row = _fresh("r", [*known, *ask.typed.get("row", []), *(key.split(".")[0] for key in ask.kept)])
    ask.typed.setdefault("row", []).append(row)
    ask.typed.update({f"{row}-flavor": [name], f"{row}-count": ["1"], "named": []})
    return row


def _remove_flavor(ask: Ask) -> str:
    ask.typed["row"] = [other for other in ask.typed.get("row", []) if other != ask.row]
    return "chosen"


def _spread(ask: Ask) -> str:
    """Place the nodes of a flavor evenly over some zones, the first ones taking the rest."""
    typed, row, zones = ask.typed, ask.row, [az for az in ask.item.split(",") if az]
    count = whole(one(ask.steps.get("flavors", {}), f"{row}-count"))
    if not zones or count is None:
        return row
    typed[f"{row}-mode"] = [PER_ZONE]
    each, rest = divmod(count, len(zones))
    share = {az: each + (place < rest) for place, az in enumerate(zones)}
    for cell in typed.get(f"{row}-cell", []):
        nodes = share.get(one(typed, f"{row}-{cell}-az"), 0)
        typed[f"{row}-{cell}-count"] = [str(nodes) if nodes else ""]
    return row


def _clear(ask: Ask) -> str:
    """Take every node of a flavor out of its zones; how it is placed stays as it was chosen."""
    for cell in ask.typed.get(f"{ask.row}-cell", []):
        ask.typed[f"{ask.row}-{cell}-count"] = [""]
    return ask.row


def _add_tag(ask: Ask) -> str:
    tag = ask.fresh("t")
    ask.typed.setdefault(f"{ask.row}-tag", []).append(tag)
    return f"id_{ask.row}-{tag}-key"


def _remove_tag(ask: Ask) -> str:
    name = f"{ask.row}-tag"
    ask.typed[name] = [tag for tag in ask.typed.get(name, []) if tag != ask.item]
    return f"{ask.row}-tags"


def _ids_in(typed: Typed, row: str) -> list[str]:
    return [name.split("-")[1] for name in typed if name.startswith(f"{row}-")] + [
        item for kind in ("disk", "group", "tag") for item in typed.get(f"{row}-{kind}", [])
    ]


def _kept_ids(kept: Kept, row: str) -> list[str]:
    return [key.split(".")[1] for key in kept if key.startswith(f"{row}.")]


def _add_disk(ask: Ask) -> str:
    """A disk in a group, whose settings are made with it; `vguser` alone means a group of its own, numbered by us."""
    typed, row, group = ask.typed, ask.row, ask.item
    if group == AT_PATH:
        used = {one(typed, f"{row}-{item}-{part}") for item in _ids_in(typed, row) for part in ("group", "name")}
        group = next(name for number in range(1, 10_000) if (name := f"{AT_PATH}{number}") not in used)
    disk, kind = ask.fresh("d"), _common_type(typed, row)
    typed.setdefault(f"{row}-disk", []).append(disk)
    typed |= {f"{row}-{disk}-type": [kind], f"{row}-{disk}-group": [group]}
    _add_settings(replace(ask, item=group))
    return f"id_{row}-{disk}-size"


def _common_type(typed: Typed, row: str) -> str:
    """The type chosen last for another disk of the row: most nodes have one kind of disk."""
    chosen = [one(typed, f"{row}-{disk}-type") for disk in typed.get(f"{row}-disk", [])]
    return next((kind for kind in reversed(chosen) if kind), one(typed, f"{row}-root-type") or "SSD")


def _add_settings(ask: Ask) -> str:
    """Settings for a group that has none yet: nothing but what the tables demand."""
    typed, row = ask.typed, ask.row
    groups = typed.get(f"{row}-group", [])
    for known in groups:
        if one(typed, f"{row}-{known}-name") == ask.item:
            return f"id_{row}-{known}-lv"
    made = ask.fresh("g")
    typed[f"{row}-group"] = [*groups, made]
    typed |= {f"{row}-{made}-name": [ask.item], f"{row}-{made}-lv": ["linear"]}
    return f"id_{row}-{made}-lv"


def _remove_disk(ask: Ask) -> str:
    """Take out a disk, or a group with all its disks; a group that loses its last disk goes too."""
    typed, row, item = ask.typed, ask.row, ask.item
    disks, groups = typed.get(f"{row}-disk", []), typed.get(f"{row}-group", [])
    group = one(typed, f"{row}-{item}-{'name' if item in groups else 'group'}")
    if item in groups:
        left = [disk for disk in disks if one(typed, f"{row}-{disk}-group") != group]
    else:
        left = [disk for disk in disks if disk != item]
    in_use = {one(typed, f"{row}-{disk}-group") for disk in left}
    typed[f"{row}-disk"] = left
    typed[f"{row}-group"] = [known for known in groups if one(typed, f"{row}-{known}-name") != group or group in in_use]
    return f"{row}-disks"


ACTS: Mapping[tuple[str, str], Callable[[Ask], str]] = {
    ("flavors", "add"): _add_flavor,
    ("flavors", "remove"): _undoable(_remove_flavor),
    ("flavors", "undo"): _undo,
    ("zones", "spread"): _spread,
    ("zones", "clear"): _clear,
    ("disks", "add"): _add_disk,
    ("disks", "settings"): _add_settings,
    ("disks", "remove"): _undoable(_remove_disk),
    ("disks", "undo"): _undo,
    ("drivers", "add"): _add_tag,
    ("drivers", "remove"): _undoable(_remove_tag),
    ("drivers", "undo"): _undo,
}
