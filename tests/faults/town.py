"""A whole product whose processes can be killed one by one, with a faulty line between its worker and its endpoint."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP, SIGTERM
from typing import Any, Literal

import requests

from console import up
from tests.engines import dying_with_us, wait_for
from tests.faulty import Proxy
from tests.journeys.records import rows
from tests.journeys.visitor import Visitor
from tests.running import ROOT, Product

Role = Literal["web", "worker", "beat"]
# Short, so that leases and doubts are short too.
READ_TIMEOUT = "1"


class Town(Product):
    """Web, worker and beat without a supervisor: what is killed stays dead until `begin` starts it again."""

    def __init__(self, *, pace: str, **options: Any) -> None:
        # Two web processes, as everywhere else: while one that died is replaced, the other answers.
        super().__init__(pace=pace, UPSTREAM_READ_TIMEOUT=READ_TIMEOUT, WEB_PROCESSES="2", **options)
        self.hands: dict[Role, list[subprocess.Popen[bytes]]] = {"web": [], "worker": [], "beat": []}
        self._settings: dict[str, str] = {}
        self.proxy = Proxy(self.url)

    def start(self) -> None:
        """Prepare the database, point the worker at the line, and start one process of each role."""
        data = Path(self.environment["DATA_DIR"])
        data.mkdir(parents=True, exist_ok=True)
        self._settings = up.with_keys({**up.defaults(self.port), **self.environment}, data_dir=data)
        prepared = self.manage("prepare", "--collect-static", "--url", self.url, "--endpoint-url", self.proxy.url)
        assert "first-run.json" in prepared
        self.first_run = json.loads((data / "first-run.json").read_text())
        self.begin("web")
        self.wait_for_web()
        for role in self.roles:
            if role != "web":
                self.begin(role)

    @property
    def roles(self) -> list[Role]:
        """The kinds of processes that this product has: without a broker the worker has the beat inside."""
        return [child.name for child in up.children(self._settings, port=self.port)]  # type: ignore[misc]

    def begin(self, role: Role, *, number: int = 1) -> None:
        """Start so many more processes of a role."""
        child = next(child for child in up.children(self._settings, port=self.port) if child.name == role)
        for _ in range(number):
            with (self.data_dir / "log").open("ab") as log:
                self.hands[role].append(
                    subprocess.Popen(
                        child.command,
                        cwd=ROOT,
                        env=self._settings,
                        stdin=subprocess.DEVNULL,
                        stdout=log,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                        preexec_fn=dying_with_us(SIGTERM),
                    )
                )

    def kill(self, role: Role) -> None:
        """SIGKILL to all processes of a role, with their children."""
        for hand in self.hands[role]:
            _signal(hand, SIGKILL)
            hand.wait(20)
        self.hands[role] = []

    def freeze(self, role: Role) -> None:
        for hand in self.hands[role]:
            _signal(hand, SIGSTOP)

    def thaw(self, role: Role) -> None:
        for hand in self.hands[role]:
            _signal(hand, SIGCONT)

    def replace(self, role: Role) -> None:
        """Kill a role and start it again, as whoever keeps it alive would."""
        self.kill(role)
        self.begin(role)
        if role == "web":
            self.wait_for_web()

    def wait_for_web(self) -> None:
        wait_for(self._is_at_home, what="the web server", seconds=60)

    def remove(self) -> None:
        for role in self.hands:
            self.kill(role)
        self.proxy.close()
        super().remove()

    def _is_at_home(self) -> bool:
        try:
            return self._answers_at_all()
        except OSError:
            return False

    def _answers_at_all(self) -> bool:
        return requests.get(f"{self.url}/healthz", timeout=2).status_code == 200

    # Orders and what became of them

    def where(self, order: int) -> tuple[str, str, str, str]:
        """State of the order, phase of its pool, state of its standing decision, of its standing deletion."""
        [found] = rows(
            self,
            "SELECT o.state, coalesce(p.phase, ''), coalesce(d.state, ''), coalesce(x.state, '') FROM pools_order o"
            " LEFT JOIN pools_pool p ON p.order_id = o.id"
            " LEFT JOIN pools_decision d ON d.order_id = o.id AND d.state <> 'failed'"
            " LEFT JOIN pools_deletion x ON x.pool_id = p.id AND x.state <> 'failed'"
            f" WHERE o.id = {order}",
        )
        return found[0], found[1], found[2], found[3]

    def wait_until(self, order: int, *, what: str, seconds: float = 60, **wanted: str) -> None:
        """Wait until the order is where it is wanted: any of state, phase, decision, deletion."""
        places = ("state", "phase", "decision", "deletion")

        def arrived() -> bool:
            here = dict(zip(places, self.where(order), strict=True))
            return all(here[place] in words.split("|") for place, words in wanted.items())

        try:
            wait_for(arrived, what=what, seconds=seconds, pause=0.1)
        except AssertionError as problem:
            raise AssertionError(f"{problem}: order {order} is at {self.where(order)}") from None

    def found(self, number: int) -> list[District]:
        """Make so many more projects, each with a line, a team, a member and two admins of its own."""
        made = []
        for _ in range(number):
            line = Proxy(self.url)
            made.append(District(self, json.loads(self.manage(line.url, module="tests.faults.founding")), line))
        return made

    def pool_of(self, order: int) -> int:
        [(pool,)] = rows(self, f"SELECT id FROM pools_pool WHERE order_id = {order}")
        return int(pool)


def _signal(hand: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(hand.pid, number)
    except ProcessLookupError:
        return


class District:
    """One project of a town, and the people who order in it."""

    def __init__(self, town: Town, told: dict[str, Any], line: Proxy) -> None:
        self.town, self.line, self.project_id = town, line, told["project_id"]
        self.member, self.admin, self.second_admin = (
            Resident(town, project_id=self.project_id, account=account) for account in told["accounts"]
        )


class Resident(Visitor):
    """A person of a district."""

    def __init__(self, town: Town, *, project_id: str, account: dict[str, str]) -> None:
        super().__init__(town, account=account)
        self.town, self.project_id = town, project_id

    def document(self, name: str, **spec: Any) -> dict[str, Any]:
        network = {"name": f"network-21e1-{self.project_id}"}
        return super().document(name, **{"network": network, **spec})

    def approve(self, order: int) -> int:
        """Press Approve; returns the status."""
        return self.decide(order).status_code

    def reject(self, order: int) -> int:
        return self.decide(order, "reject", reason="too large").status_code

    def decide_resize(self, resize: int, act: str = "approve", **typed: str) -> int:
        """Read the page of more nodes, and press one of its buttons."""
        page = self.ask(f"/approvals/resizes/{resize}/").text
        read = re.search(r'name="digest" value="(\w+)"', page)
        form = {"digest": read[1] if read else "nothing", **typed}
        return self.ask(f"/approvals/resizes/{resize}/{act}/", **form).status_code

    def withdraw(self, order: int) -> int:
        return self.ask(f"/orders/{order}/withdraw/", yes="1").status_code

    def delete(self, order: int, name: str) -> int:
        return self.ask(f"/pools/{self.town.pool_of(order)}/delete/", typed_name=name).status_code
