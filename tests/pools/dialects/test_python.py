from __future__ import annotations

import ast
from typing import Any

from hypothesis import HealthCheck, given, settings

from pools.dialects import python
from tests.console.wizard.catalog import order
from tests.pools.dialects.orders import HERE, provided


def order_in(program: str) -> Any:
    """What the program assigns to ORDER, if it can be told without running it."""
    given_to = {
        statement.targets[0].id: statement.value
        for statement in ast.parse(program).body
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
    }
    return ast.literal_eval(given_to["ORDER"])


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(provided())
def test_the_program_holds_the_whole_order(document: dict[str, Any]) -> None:
    assert order_in(python.say(document, HERE)) == document


def test_an_order_too_deep_for_a_literal_is_read_from_its_text() -> None:
    deep: Any = "end"
    for _ in range(38):
        deep = [deep]
    program = python.say(order(odd=deep), HERE)
    (call,) = [
        one.value
        for one in ast.parse(program).body
        if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "ORDER"
    ]
    assert ast.unparse(call).startswith("json.loads(")
    compile(program, "order.py", "exec")


def test_nothing_in_an_address_ends_its_quotes() -> None:
    program = python.say(order(), type(HERE)(modelarts_url='http://x/"+evil+"', iam_url="", project_id='p"'))
    assert not [name for name in ast.walk(ast.parse(program)) if isinstance(name, ast.Name) and name.id == "evil"]
