"""Pools are ordered, watched, decided, resized and deleted by several people while everything breaks.

    python -m tests.faults.soak --minutes 30 --seed 7

A real PostgreSQL, a real Redis, two workers, two beats, and between each project and its endpoint a line that loses,
delays, halves and invents answers. In the end everything is healed, and what must hold is asked of the database. Prints
what was done and what became of it; exit code 1 if anything was lost, doubled or stuck.
"""

from __future__ import annotations

import argparse
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress

import psycopg
import requests

from tests import faulty, prepared
from tests.engines import Postgres, Redis
from tests.faults import ledger
from tests.faults.holding import broken, unsettled
from tests.faults.people import People, stocked
from tests.faults.town import District, Resident, Role, Town
from tests.journeys.records import rows

CALLS = (
    ("POST", "/pools"),
    ("POST", "/pay"),
    ("PUT", "/cancel"),
    ("DELETE", "/pools/"),
    ("PATCH", "/pools/"),
    ("GET", "/pools"),
)
LINE_FAULTS: dict[str, faulty.Fault] = {
    "answer lost": faulty.drop_answer,
    "request lost": faulty.drop_request,
    "half an answer": faulty.half_answer,
    "garbage": faulty.broken_json,
    "500": faulty.answer(500, "ModelArts.50005000", "internal error"),
    "done, but 500": faulty.done_but(500),
    "429": faulty.answer(429, "APIGW.0308", "too many", Retry_After="1"),
    "answer late": faulty.delay_answer(1.6),
    "request late": faulty.delay_request(1.6),
}
DISTRICTS = 3
# What heals by itself within this is not stuck.
PATIENCE = 300.0


class Soak:
    """One run: people in threads, one thread that breaks things, and the reckoning."""

    def __init__(
        self, town: Town, districts: Sequence[District], *, postgres: Postgres, broker: Redis, seed: int
    ) -> None:
        self.town, self.postgres, self.broker = town, postgres, broker
        self.luck = random.Random(seed)
        self.injected: Counter[str] = Counter()
        self.people = People(town)
        self.over = threading.Event()
        self.districts = districts

    def run(self, seconds: float, *, orders: int = 0) -> None:
        """Live and break things for so long, and until at least so many orders were taken."""
        people = [(each, who) for each in self.districts for who in (each.member, each.admin, each.second_admin)]
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(len(people)) as town:
            lives = [town.submit(self._live, *person, self.luck.randrange(2**31)) for person in people]
            try:
                while time.monotonic() < until or len(self.people.told.orders) < orders:
                    self._break_something()
                    time.sleep(self.luck.uniform(0.2, 1.5))
            finally:
                self.over.set()
            # A run in which somebody stopped living was none.
            for life in lives:
                life.result(90)

    # People

    def _live(self, district: District, who: Resident, seed: int) -> None:
        luck = random.Random(seed)
        acts = self.people.acts_of(district, who, luck)
        while not self.over.is_set():
            # The web server, the database behind it: whoever meets a dead one tries again later. We ask it, too.
            with suppress(requests.RequestException, psycopg.Error, AssertionError, KeyError, ValueError):
                luck.choice(acts)()
            time.sleep(luck.uniform(0.1, 0.8))

    # What breaks

    def _break_something(self) -> None:
        processes = ["worker", "worker", "web", "beat", "broker", "database", "frozen worker"]
        kinds = ["line"] * 12 + ["stock"] * 2 + processes
        kind = self.luck.choice(kinds)
        getattr(self, f"_break_{kind.replace(' ', '_')}")()

    def _break_line(self) -> None:
        name = self.luck.choice(list(LINE_FAULTS))
        district, call = self.luck.choice(self.districts), self.luck.choice(CALLS)
        district.line.next(*call, LINE_FAULTS[name])
        self.injected[f"line: {name}"] += 1

    def _break_stock(self) -> None:
        """A flavor is sold out, or on sale again: some time later those who watch it have it."""
        sold_out = self.luck.random() < 0.5
        stocked(self.town, self.luck.choice(self.districts), sold_out=sold_out)
        self.injected["flavor sold out" if sold_out else "flavor on sale again"] += 1

    def _replace(self, role: Role, *, number: int = 1) -> None:
        self.town.kill(role)
        time.sleep(self.luck.uniform(0, 1))
        self.town.begin(role, number=number)
        self.injected[f"{role} killed"] += 1

    def _break_worker(self) -> None:
        self._replace("worker", number=2)

    def _break_web(self) -> None:
        self._replace("web")

    def _break_beat(self) -> None:
        self._replace("beat", number=2)

    def _break_broker(self) -> None:
        self.broker.kill()
        time.sleep(self.luck.uniform(0, 2))
        self.broker.start()
        self.injected["broker killed"] += 1

    def _break_database(self) -> None:
        self.postgres.kill()
        time.sleep(self.luck.uniform(0, 1))
        self.postgres.start()
        self.injected["database killed"] += 1

    def _break_frozen_worker(self) -> None:
        self.town.freeze("worker")
        time.sleep(self.luck.uniform(1, 4))
        self.town.thaw("worker")
        self.injected["workers frozen"] += 1

    # The reckoning

    def heal(self) -> float:
        """Nothing breaks any more; returns the seconds until nothing was on its way, at most `PATIENCE`."""
        # It may have died last, and whoever comes next finds nobody there.
        self.town.wait_for_web()
        for district in self.districts:
            district.line.heal()
            stocked(self.town, district, sold_out=False)
        began = time.monotonic()
        while unsettled(self.town) and time.monotonic() - began < PATIENCE:
            time.sleep(0.5)
        return time.monotonic() - began

    def report(self, *, seconds: float) -> list[str]:
        """Print what happened; returns what is wrong."""
        wrong = [*broken(self.town), *(f"stuck: {row}" for row in unsettled(self.town)), *self._lost()]
        wrong += ledger.reckon(self.town, self.districts)
        count = {what: rows(self.town, statement)[0][0] for what, statement in COUNTS.items()}
        lines = [("minutes", f"{seconds / 60:.1f}"), *sorted(self.injected.items())]
        lines += [("faults in all", sum(self.injected.values())), *count.items()]
        lines += [("approvals by two at once", self.people.told.at_once)]
        lines += [(f"refused: {code}", number) for code, number in rows(self.town, REFUSALS)]
        lines += [("lost, doubled or stuck", len(wrong))]
        sys.stdout.write("\n".join(f"| {what} | {number} |" for what, number in lines) + "\n")
        for one in wrong:
            sys.stdout.write(f"WRONG: {one}\n")
        return wrong

    def _lost(self) -> list[str]:
        """Acts that were answered and are not on record."""
        kept = {order for (order,) in rows(self.town, "SELECT id FROM pools_order")}
        decided = {order for (order,) in rows(self.town, "SELECT order_id FROM pools_decision")}
        deleted = {
            order
            for (order,) in rows(
                self.town, "SELECT p.order_id FROM pools_deletion x JOIN pools_pool p ON p.id = x.pool_id"
            )
        }
        told, asked = self.people.told, Counter[int]()
        asked.update(pool for (pool,) in rows(self.town, "SELECT pool_id FROM pools_resize"))
        return [
            *(f"order {order} was answered and is lost" for order in told.orders if order not in kept),
            *(f"the decision of order {order} was answered and is lost" for order in told.decided - decided),
            *(f"the deletion of order {order}'s pool was answered and is lost" for order in told.deleted - deleted),
            *(f"a resize of pool {pool} was answered and is lost" for pool in told.resized - asked),
        ]


COUNTS = {
    "orders placed": "SELECT count(*) FROM pools_order",
    "accepted": "SELECT count(*) FROM pools_order WHERE state = 'accepted'",
    "pools abroad": "SELECT count(*) FROM endpoint_hostedpool WHERE name LIKE 'soak-%'",
    "orders that ask a person": "SELECT count(*) FROM pools_order WHERE needs_person",
    "decisions done": "SELECT count(*) FROM pools_decision WHERE state = 'done'",
    "deletions done": "SELECT count(*) FROM pools_deletion WHERE state = 'done'",
    "resizes asked for": "SELECT count(*) FROM pools_resize",
    "of these, that add nodes": "SELECT count(*) FROM pools_resize WHERE grows",
    "resizes done": "SELECT count(*) FROM pools_resize WHERE state = 'done'",
    "resizes that came to nothing": "SELECT count(*) FROM pools_resize WHERE state = 'failed'",
    "resizes rejected": "SELECT count(*) FROM pools_resize WHERE state = 'withdrawn' AND reason <> ''",
    "resizes taken back": "SELECT count(*) FROM pools_resize WHERE state = 'withdrawn' AND reason = ''",
    "resizes that still wait for an admin": "SELECT count(*) FROM pools_resize WHERE state = 'recorded'",
    "drafts watched": "SELECT count(*) FROM pools_watch",
    "placed by a watch": "SELECT count(*) FROM pools_watch WHERE order_id IS NOT NULL",
}

REFUSALS = (
    "SELECT coalesce(nullif(failure_code, ''), failure_message), count(*) FROM pools_order WHERE state = 'refused'"
    " GROUP BY 1 ORDER BY 2 DESC"
)


@contextmanager
def soaked(*, seconds: float, seed: int) -> Iterator[Soak]:
    """A run that is over and healed, its product still there to be asked."""
    postgres, broker = prepared.server(), Redis()
    try:
        postgres.start()
        broker.start()
        town = Town(pace="quick", postgres=postgres, broker_url=broker.url)
        try:
            town.start()
            town.begin("worker")
            town.begin("beat")
            run = Soak(town, town.found(DISTRICTS), postgres=postgres, broker=broker, seed=seed)
            run.run(seconds)
            healed = run.heal()
            sys.stdout.write(f"Seed {seed}. Nothing was on its way {healed:.0f} s after the last fault.\n")
            yield run
        finally:
            town.remove()
    finally:
        broker.remove()
        postgres.remove()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    asked = parser.parse_args()
    sys.stdout.write(f"Soaking for {asked.minutes:g} minutes with seed {asked.seed} ...\n")
    sys.stdout.flush()
    with soaked(seconds=asked.minutes * 60, seed=asked.seed) as run:
        return 1 if run.report(seconds=asked.minutes * 60) else 0


if __name__ == "__main__":
    sys.exit(main())
