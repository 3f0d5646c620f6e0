"""Whose turn it is: lanes, a few threads for each project, and half of a lane for all that is slow."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from pools.turns import SLOW, Lane, Turns


@dataclass
class Bench:
    """Turns whose clock stands until it is moved, and work that ends when it is told to."""

    now: float = 0.0
    begun: list[str] = field(default_factory=list)
    gates: dict[str, threading.Event] = field(default_factory=dict)
    threads: dict[str, threading.Thread] = field(default_factory=dict)
    entered: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def __post_init__(self) -> None:
        self.turns = Turns(
            threads={Lane.PEOPLE: 4, Lane.WATCHING: 4},
            each={Lane.PEOPLE: 2, Lane.WATCHING: 2},
            clock=lambda: self.now,
        )

    def arrives(self, name: str, lane: Lane = Lane.WATCHING, *, rank: int = 0, waits: bool = False) -> None:
        """A piece of the project that its name begins with; returns when it has begun, or stands in line if `waits`."""
        project = name.partition("-")[0]
        self.gates.setdefault(name, threading.Event())

        def take() -> None:
            self.turns.take(
                lane, lambda: self._work(name), name=name, project=project, host=f"{project}.example", rank=rank
            )

        thread = self.threads[name] = threading.Thread(target=take, daemon=True)
        thread.start()
        if waits:
            thread.join(10)
            assert not thread.is_alive(), "it stands in line without a thread"
        else:
            self.await_one()

    def _work(self, name: str) -> None:
        self.begun.append(name)
        self.entered.release()
        assert self.gates[name].wait(10)

    def await_one(self) -> None:
        assert self.entered.acquire(timeout=10)

    def ends(self, name: str) -> None:
        self.gates[name].set()


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    for gate in made.gates.values():
        gate.set()
    for thread in made.threads.values():
        thread.join(10)


def test_what_a_project_may_not_do_yet_waits_without_a_thread(bench: Bench) -> None:
    bench.arrives("a-1")
    bench.arrives("a-2")
    bench.arrives("a-3", waits=True)
    assert bench.begun == ["a-1", "a-2"]

    bench.ends("a-1")
    bench.await_one()

    assert bench.begun == ["a-1", "a-2", "a-3"]


def test_others_are_not_kept_waiting_by_it(bench: Bench) -> None:
    for name in ("a-1", "a-2"):
        bench.arrives(name)
    bench.arrives("a-3", waits=True)

    bench.arrives("b-1")

    assert bench.begun[-1] == "b-1"


def test_people_are_never_behind_what_is_watched(bench: Bench) -> None:
    for name in ("a-1", "a-2", "b-1", "b-2"):
        bench.arrives(name)
    bench.arrives("c-1", waits=True)

    bench.arrives("a-order", Lane.PEOPLE)

    assert bench.begun[-1] == "a-order"


def test_whoever_ends_takes_one_piece_of_each_project_in_turn(bench: Bench) -> None:
    for name in ("a-1", "a-2", "b-1", "b-2"):
        bench.arrives(name)
    for name in ("a-3", "a-4", "a-5", "b-3", "b-4", "c-1"):
        bench.arrives(name, waits=True)

    for name in ("a-1", "b-1", "a-2", "b-2"):
        bench.ends(name)
        bench.await_one()

    assert bench.begun[4:] == ["a-3", "b-3", "c-1", "a-4"]


def test_of_one_project_the_lower_rank_goes_first(bench: Bench) -> None:
    for name in ("a-1", "a-2"):
        bench.arrives(name, Lane.PEOPLE)
    bench.arrives("a-order", Lane.PEOPLE, rank=1, waits=True)
    bench.arrives("a-decision", Lane.PEOPLE, rank=0, waits=True)

    bench.ends("a-1")
    bench.await_one()

    assert bench.begun[-1] == "a-decision"


def test_a_host_has_half_of_the_lane_however_many_projects_it_serves(bench: Bench) -> None:
    def work(name: str) -> None:
        bench.turns.take(Lane.WATCHING, lambda: bench._work(name), name=name, project=name, host="one.example")

    for name in ("x-1", "y-1"):
        bench.gates[name] = threading.Event()
        bench.threads[name] = threading.Thread(target=work, args=(name,), daemon=True)
        bench.threads[name].start()
        bench.await_one()
    work("z-1")
    bench.arrives("a-1")

    assert bench.begun == ["x-1", "y-1", "a-1"]
    bench.gates["z-1"] = threading.Event()


def test_clouds_that_are_slow_now_have_half_of_the_lane_together(bench: Bench) -> None:
    bench.arrives("a-1")
    bench.arrives("b-1")
    bench.now = SLOW + 1

    bench.arrives("a-2", waits=True)
    bench.arrives("b-2", waits=True)
    bench.arrives("c-1")
    bench.arrives("c-2")

    assert bench.begun == ["a-1", "b-1", "c-1", "c-2"]


def test_a_cloud_that_was_slow_is_so_until_it_does_better(bench: Bench) -> None:
    bench.arrives("a-1")
    bench.arrives("b-1")
    bench.now = SLOW + 1
    bench.ends("a-1")
    bench.threads["a-1"].join(10)
    bench.arrives("a-2")
    bench.arrives("a-3", waits=True)

    bench.ends("a-2")
    bench.await_one()
    bench.arrives("a-4")

    assert bench.begun == ["a-1", "b-1", "a-2", "a-3", "a-4"]


def test_what_stands_in_line_is_not_put_there_twice(bench: Bench) -> None:
    for name in ("a-1", "a-2"):
        bench.arrives(name)
    for _ in range(3):
        bench.arrives("a-3", waits=True)
    for gate in bench.gates.values():
        gate.set()
    bench.await_one()
    for thread in bench.threads.values():
        thread.join(10)

    assert bench.begun == ["a-1", "a-2", "a-3"]


def test_work_that_fails_is_logged_and_keeps_nobody_from_the_next(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    for name in ("bad", "worse"):
        bench.turns.take(Lane.WATCHING, fail, name=name, project="a", host="a.example")
    bench.arrives("a-1")

    assert bench.begun == ["a-1"]
    assert [record.getMessage() for record in caplog.records] == [
        "A piece of work failed: bad",
        "A piece of work failed: worse",
    ]
