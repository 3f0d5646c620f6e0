"""What the people of a town do: they order, watch, decide, resize, take back and delete, and keep in mind what they
were told.
"""

from __future__ import annotations

import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from tests.faults.town import District, Resident, Town
from tests.journeys.records import rows

# What runs out now and then: nobody orders it but those who watch.
SCARCE: Final = "modelarts.vm.cpu.32u128g.d"
MOST_NODES: Final = 6
# Pools of one district at a time.
ENOUGH: Final = 9
STOCK: Final = """
    UPDATE endpoint_hostedflavor f SET document = jsonb_set(document, '{{status,phase}}',
        (SELECT jsonb_object_agg(zone, '{state}') FROM jsonb_object_keys(document #> '{{status,phase}}') AS zone))
    FROM endpoint_endpointproject p WHERE p.id = f.project_id AND p.project_id = '{project}' AND f.name = '{flavor}';
    UPDATE endpoint_endpointproject SET catalog_stamp = md5(random()::text) WHERE project_id = '{project}';
    UPDATE pools_project SET mirror_after = now() WHERE project_id = '{project}'
"""


def stocked(town: Town, district: District, *, sold_out: bool) -> None:
    """Have what is scarce sold out in a district's project, or on sale, and the catalog read."""
    state = "soldout" if sold_out else "normal"
    with suppress(Exception):  # the database may be dead at the moment
        for statement in STOCK.format(state=state, project=district.project_id, flavor=SCARCE).split(";"):
            rows(town, statement)


@dataclass
class Told:
    """What people were told: an act that was answered must be on record."""

    orders: dict[int, str] = field(default_factory=dict)
    decided: set[int] = field(default_factory=set)
    deleted: set[int] = field(default_factory=set)
    resized: Counter[int] = field(default_factory=Counter)
    at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    number: int = 0

    def next_name(self) -> str:
        with self.lock:
            self.number += 1
            return f"soak-{self.number:05}"


class People:
    """Their acts. Each may fail as a person's does who meets a dead web server."""

    def __init__(self, town: Town) -> None:
        self.town, self.told = town, Told()
        self._browsers: dict[District, tuple[Resident, Resident]] = {}
        self._together = threading.Lock()

    def acts_of(self, district: District, who: Resident, luck: random.Random) -> list[Callable[[], None]]:
        acts: list[Callable[[], None]] = [
            lambda: self._decide(district, who, luck),
            lambda: self._delete(district, who, luck),
            *[lambda: self._resize(district, who, luck)] * 2,
        ]
        if who is district.member:
            orders = [lambda: self._order(district, who)] * 3
            return [*orders, lambda: self._watch(district, who), *acts, lambda: self._take_back(district, who, luck)]
        return [*acts, *[lambda: self._approve_more(district, who, luck)] * 2]

    def _order(self, district: District, who: Resident) -> None:
        if self._has_enough(district):
            return
        name = self.told.next_name()
        address, form = who.review(name)
        answer = who.ask(address, **form)
        if answer.status_code == 302 and (number := answer.headers["Location"].split("/")[-2]).isdigit():
            self.told.orders[int(number)] = name

    def _watch(self, district: District, who: Resident) -> None:
        """Where nothing is sold out it is no watch, and the draft is left."""
        if self._has_enough(district):
            return
        address, form = who.review(self.told.next_name(), resources=[{"flavor": SCARCE, "count": 1}])
        who.ask(address.replace("/place/", "/watch/"), **form, days="7")

    def _decide(self, district: District, who: Resident, luck: random.Random) -> None:
        waiting = self._orders(district, "p.phase = 'Waiting' AND p.gone_at IS NULL")
        if waiting and who is not district.member:
            order, _ = luck.choice(waiting)
            answered = who.approve(order) if luck.random() < 0.75 else who.reject(order)
            if answered == 302:
                self.told.decided.add(order)

    def _delete(self, district: District, who: Resident, luck: random.Random) -> None:
        running = self._orders(district, "p.phase = 'Running' AND p.gone_at IS NULL")
        if len(running) > 4:
            order, name = luck.choice(running)
            if who.delete(order, name) == 302:
                self.told.deleted.add(order)

    def _resize(self, district: District, who: Resident, luck: random.Random) -> None:
        running = self._orders(district, "p.phase IN ('Running', 'ScalingFailed') AND p.gone_at IS NULL")
        if running:
            pool = self.town.pool_of(luck.choice(running)[0])
            page = who.ask(f"/pools/{pool}/resize/").text
            seen, now = (re.search(rf'name="{name}" value="(\w+)"', page) for name in ("seen", "nodes-0-0"))
            if seen and now:
                wanted = str(luck.choice([one for one in range(1, MOST_NODES) if one != int(now[1])]))
                form = {"seen": seen[1], "nodes-0-0": wanted, "act": "send", "understood": "on", "why": "More to do."}
                who.ask(f"/pools/{pool}/resize/", **form)
                if _says(who, pool, "Asked for. It is sent once", "The resize is on its way"):
                    with self.told.lock:
                        self.told.resized[pool] += 1

    def _approve_more(self, district: District, who: Resident, luck: random.Random) -> None:
        """Mostly approved, and often by two who read it at the same moment."""
        if not (awaited := self._awaited(district)):
            return
        resize, chance = luck.choice(awaited), luck.random()
        if chance < 0.4:
            with self._both_of(district) as (one, other), ThreadPoolExecutor(2) as hands:
                list(hands.map(lambda admin: admin.decide_resize(resize), (one, other)))
            self.told.at_once += 1
        elif chance < 0.85:
            who.decide_resize(resize)
        else:
            who.decide_resize(resize, "reject", reason="No budget.")

    @contextmanager
    def _both_of(self, district: District) -> Iterator[tuple[Resident, Resident]]:
        """Both admins, in browsers of their own, for one who has them both press at once."""
        with self._together:
            if district not in self._browsers:
                accounts = (district.admin.account, district.second_admin.account)
                one, other = (Resident(self.town, project_id=district.project_id, account=each) for each in accounts)
                self._browsers[district] = one, other
            yield self._browsers[district]

    def _take_back(self, district: District, who: Resident, luck: random.Random) -> None:
        if awaited := self._awaited(district):
            who.ask(f"/resizes/{luck.choice(awaited)}/take-back/", yes="1")

    def _has_enough(self, district: District) -> bool:
        """So many pools that whoever orders more never comes to do anything with them."""
        return len(self._orders(district, "p.gone_at IS NULL")) >= ENOUGH

    def _awaited(self, district: District) -> list[int]:
        statement = (
            "SELECT r.id FROM pools_resize r JOIN pools_pool p ON p.id = r.pool_id JOIN pools_project j ON"
            f" j.id = p.project_id WHERE j.project_id = '{district.project_id}' AND r.state = 'recorded'"
            " AND r.approved_at IS NULL"
        )
        return [int(resize) for (resize,) in self._found(statement)]

    def _orders(self, district: District, where: str) -> list[tuple[int, str]]:
        statement = (
            "SELECT o.id, o.pool_name FROM pools_order o JOIN pools_pool p ON p.order_id = o.id"
            f" JOIN pools_project j ON j.id = o.project_id WHERE j.project_id = '{district.project_id}' AND {where}"
        )
        return [(int(order), str(name)) for order, name in self._found(statement)]

    def _found(self, statement: str) -> list[tuple[Any, ...]]:
        with suppress(Exception):  # the database may be dead at the moment
            return rows(self.town, statement)
        return []


def _says(who: Resident, pool: int, *words: str) -> bool:
    """Whether the pool's page tells that person what became of what they just did."""
    page = who.ask(f"/pools/{pool}/").text
    return any(word in page for word in words)
