"""Sentences in Python that nothing marks, so that nobody could translate them: found by their looks and their way."""

from __future__ import annotations

import ast
import re
from typing import Final

from tests.wording.extracting import marks

# Capital first, at least two words, an end: so people are spoken to.
_SENTENCE: Final = re.compile(r"[A-Z].*\w \w.*[.?!…]$", re.DOTALL)
_WORD: Final = re.compile(r"[^\W\d_]{2}")
# What is handed to these, or under these names, is read by a person however short it is.
_TELLING: Final = re.compile(r"(messages\.(info|success|warning|error|debug)|ValidationError|add_error)$")
_TOLD: Final = frozenset({"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label", "description"})
# What these are given goes to logs, terminals and programs.
_UNHEARD: Final = re.compile(r"(logger\.\w+|\.say|stdout\.write|stderr\.write|sys\.exit|add_argument|compile|Error)$")


def sentences(source: str, name: str = "") -> list[str]:
    """Where, and what: `console/teams/views.py:31: 'Saved.'`"""
    tree = ast.parse(source)
    found = _Unmarked(frozenset(mark for mark, _number in marks(tree)))
    found.visit(tree)
    return [f"{name}:{line}: {text!r}" for line, text in found.told]


class _Unmarked(ast.NodeVisitor):
    def __init__(self, marked_by: frozenset[str]) -> None:
        self.marked_by = marked_by
        self.told: list[tuple[int, str]] = []
        self.read_by_people = False

    def visit_Expr(self, node: ast.Expr) -> None:
        if not isinstance(node.value, ast.Constant):  # a docstring, or a note
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func)
        if called in self.marked_by or (_UNHEARD.search(called) and not _TELLING.search(called)):
            return
        was = self.read_by_people
        self.visit(node.func)
        for place, argument in enumerate(node.args):
            # The first that `add_error` is given is the name of a field.
            self.read_by_people = bool(_TELLING.search(called)) and not (place == 0 and called.endswith("add_error"))
            self.visit(argument)
        for keyword in node.keywords:
            self.read_by_people = keyword.arg in _TOLD
            self.visit(keyword.value)
        self.read_by_people = was

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.visit(node.value)

    def visit_Dict(self, node: ast.Dict) -> None:
        for value in node.values:
            self.visit(value)

    def visit_Constant(self, node: ast.Constant) -> None:
        text = node.value
        if isinstance(text, str) and (_SENTENCE.match(text) or (self.read_by_people and _WORD.search(text))):
            self.told.append((node.lineno, text))
