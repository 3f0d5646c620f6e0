"""Every sentence that Python and scripts say to a reader is marked; `test_translation.py` sees to the templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.running import ROOT
from tests.wording.unmarked import sentences

# What is said to operators in a terminal and to their monitoring.
TO_OPERATORS = ("console/checkup.py", "console/metrics.py", "console/management", "console/alone")
# What stands on the page that shows the parts of pages, as `test_translation.py` leaves it out too.
TO_BUILDERS = ("console/design.py",)
# The wire's own English, the documents that the endpoint makes up, and what the fields of its tables are for.
ON_THE_WIRE = ("pools/endpoint", "pools/wire/limits/saying.py")
FOR_READERS = ("pools/endpoint/pages", "pools/endpoint/steering/telling.py", "pools/endpoint/templatetags")


def _is_read(path: str) -> bool:
    return path.startswith(FOR_READERS) or not path.startswith((*TO_OPERATORS, *TO_BUILDERS, *ON_THE_WIRE))


def _modules() -> list[Path]:
    every = [path for room in ("console", "pools") for path in sorted((ROOT / room).rglob("*.py"))]
    return [path for path in every if "migrations" not in path.parts and _is_read(str(path.relative_to(ROOT)))]


def test_every_sentence_in_python_is_marked_for_translation() -> None:
    modules = [(path.read_text(), str(path.relative_to(ROOT))) for path in _modules()]
    assert [told for source, name in modules for told in sentences(source, name)] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("name = 'The order was placed.'", 1),
        ("messages.success(request, 'Saved')", 1),
        ("messages.success(request, f'{n} saved')", 1),
        ("forms.CharField(label='Name')", 1),
        ("raise forms.ValidationError('too far')", 1),
        ("form.add_error('name', 'taken')", 1),
        ("from django.utils.translation import gettext as _\nmessages.success(request, _('Saved'))", 0),
        ("form.add_error('name', _('taken'))", 0),
        ("def act():\n    '''Do what is due. Always.'''", 0),
        ("logger.info('Order %s was sent.', pk)", 0),
        ("render(request, 'orders/order.html', {'label': label})", 0),
    ],
)
def test_the_scan_of_python_finds_what_is_read_and_nothing_else(source: str, found: int) -> None:
    assert len(sentences(source)) == found


def test_scripts_have_no_words_of_their_own() -> None:
    """A page hands them over in its `data-` attributes."""
    text = re.compile(r"""(["'`])(?P<words>[A-Z][a-z]+ [a-z][^"'`]*)\1""")
    scripts = [(path, path.read_text()) for path in sorted((ROOT / "static" / "js").glob("*.js"))]
    assert [f"{path.name}: {said['words']}" for path, script in scripts for said in text.finditer(script)] == []
