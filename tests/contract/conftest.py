"""Who is spoken to: the embedded endpoint, started once for all tests here, and the real account where there is one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pools.addresses import Policy
from pools.upstream import Client, Connection
from tests.contract.accounts import Account, Incomplete, Party, real, told
from tests.running import running

HERE = Path(__file__).parent
REAL = pytest.StashKey[Account | None]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--create-in", metavar="PROJECT", help="Also create in this real project; needs CONTRACT_BUDGET.")


def pytest_configure(config: pytest.Config) -> None:
    try:
        config.stash[REAL] = real(told(), create_in=config.getoption("--create-in", default=None))
    except Incomplete as incomplete:
        raise pytest.UsageError(str(incomplete)) from None


def pytest_report_header(config: pytest.Config) -> list[str]:
    return [f"contract: {line}" for line in _parties(config)]


def _parties(config: pytest.Config) -> Iterator[str]:
    yield "[embedded] is the embedded endpoint, started by this run"
    account = config.stash[REAL]
    if account is None:
        yield "[real] does not run: CONTRACT_PROJECT_ID names no real project"
        return
    creates = (
        f"read, and created in for at most {account.permission.budget} an hour" if account.permission else "only read"
    )
    yield f"[real] is project {account.connection.project_id} at {account.connection.modelarts_url}, {creates}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "account" in metafunc.fixturenames:
        parties: list[Party] = ["embedded", "real"] if metafunc.config.stash[REAL] else ["embedded"]
        metafunc.parametrize("account", parties, indirect=True, scope="package")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One endpoint serves them all, so they stay in one process."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("contract"))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    terminalreporter.section("contract")
    for party, line in zip(("embedded", "real"), _parties(config), strict=True):
        against = re.compile(rf"[\[-]{party}[-\]]")
        ended = {
            word: sum(bool(against.search(one.nodeid)) for one in terminalreporter.stats.get(word, []))
            for word in ("passed", "failed", "error", "skipped")
        }
        counted = ", ".join(f"{number} {word}" for word, number in ended.items() if number)
        terminalreporter.write_line(f"{line}: {counted or 'none'}")


@pytest.fixture(scope="package")
def embedded() -> Iterator[Account]:
    """The embedded endpoint, with a pool in every phase. What it holds is thrown away."""
    with running() as product:
        product.manage("seed_endpoint", "--samples", "every-phase")
        yield _reached(product.url, product.first_run["endpoint"])


def _reached(url: str, made: dict[str, Any]) -> Account:
    plain = Connection(
        modelarts_url=url,
        iam_url=url,
        bss_url=url,
        project_id=made["project_id"],
        domain_id=made["domain_id"],
        policy=Policy(open=True),
        read_timeout=10,
    )
    iam = made["iam"]
    user = {"iam_domain": iam["domain"], "iam_user": iam["username"], "iam_password": iam["password"]}
    return Account(
        party="embedded",
        by_keys=replace(plain, access_key=made["access_key"], secret_key=made["secret_key"]),
        by_password=replace(plain, **user),
        patience=20,
    )


@pytest.fixture(scope="package")
def account(request: pytest.FixtureRequest) -> Account:
    """The party this test speaks to."""
    if request.param == "embedded":
        found: Account = request.getfixturevalue("embedded")
        return found
    given = request.config.stash[REAL]
    assert given
    return given


@pytest.fixture
def client(account: Account) -> Client:
    """Our own client."""
    return Client(account.connection)


@pytest.fixture
def modelarts(account: Account) -> Any:
    """The official client of the pools."""
    return account.official("modelarts")
