"""Which test shows what, read from the tests without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TESTS: Final = Path(__file__).parent.parent
MARK: Final = "mark.shows("
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Test:
    """A test by its file, relative to `tests/`, and its name, with its class where it has one."""

    file: str
    name: str


def tests_by_claim() -> dict[str, list[Test]]:
    """For each marked claim the tests that bear the mark, in the order of files and lines."""
    shown: dict[str, list[Test]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        source = path.read_text()
        if MARK in source:
            for test, claims in marks(source, file=path.relative_to(TESTS).as_posix()):
                for claim in claims:
                    shown.setdefault(claim, []).append(test)
    return shown


def marks(source: str, *, file: str) -> Iterator[tuple[Test, list[str]]]:
    """Every test of a module that bears the mark, with the claims it names. Raises ValueError for a mark misplaced."""
    for owner, function in _functions(ast.parse(source)):
        name = f"{owner}::{function.name}" if owner else function.name
        if claims := [claim for decorator in function.decorator_list for claim in _claims(decorator, file)]:
            if not function.name.startswith("test_"):
                raise ValueError(f"{file}: {name} bears a mark and is no test")
            yield Test(file, name), claims


def _functions(module: ast.Module) -> Iterator[tuple[str, Function]]:
    for node in module.body:
        if isinstance(node, Function):
            yield "", node
        if isinstance(node, ast.ClassDef):
            yield from ((node.name, inner) for inner in node.body if isinstance(inner, Function))


def _claims(decorator: ast.expr, file: str) -> Iterator[str]:
    """What `shows(…)` names, at the top of a decorator or deep in the cases of a parametrised one."""
    for node in ast.walk(decorator):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "shows":
            for said in node.args:
                claim = said.value if isinstance(said, ast.Constant) else None
                if not isinstance(claim, str):
                    raise ValueError(f"{file}:{node.lineno}: a claim is named by a plain string")  # noqa: TRY004
                yield claim
