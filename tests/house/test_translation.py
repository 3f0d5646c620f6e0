"""Every word that a person reads in a template is marked for translation."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
# The name of the product, words of the wire, of formats and of keyboards; and what is no word at all.
NO_WORDS = {"Poolhouse", "CSV", "JSON", "GiB", "vCPU", "Enter", "Esc"}
# What staff read about the parts that pages are made of speaks the language of those parts.
FOR_STAFF = "design/"
SAID_ATTRIBUTES = {"alt", "aria-label", "data-label", "placeholder", "title"}
# What a script says for the page.
HANDED_OVER = "data-say"
# Marked, no text at all, or the names of classes.
MARKED = re.compile(
    r"{%\s*(?P<block>comment|blocktranslate)\b.*?{%\s*end(?P=block)\s*%}"
    r"|{%\s*block page_class\s*%}.*?{%\s*endblock\s*%}|{#.*?#}|{%.*?%}|{{.*?}}",
    re.DOTALL,
)
WORD = re.compile(r"[^\W\d_]{2,}")


def _is_said(attribute: str) -> bool:
    return attribute in SAID_ATTRIBUTES or attribute.startswith(HANDED_OVER)


class _Reader(HTMLParser):
    """Collects what is read: text between tags, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.read: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        self.read += [value for name, value in attrs if value and _is_said(name)]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.inside or self.inside[-1] not in {"script", "style"}:
            self.read.append(data)


def unmarked(source: str) -> list[str]:
    """The words of a template that no translator would ever be shown."""
    reader = _Reader()
    reader.feed(MARKED.sub("", source))
    reader.close()
    return [word for text in reader.read for word in WORD.findall(text) if word not in NO_WORDS]


TEMPLATE_NAMES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


@pytest.mark.parametrize("name", [name for name in TEMPLATE_NAMES if not name.startswith(FOR_STAFF)])
def test_every_word_of_a_template_is_marked_for_translation(name: str) -> None:
    assert unmarked((TEMPLATES / name).read_text()) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Order now</p>", ["Order", "now"]),
        ("<a title='Open'>·</a>", ["Open"]),
        ("<div data-say-done='It was read.'></div>", ["It", "was", "read"]),
        ("{% translate 'Order now' %} {# a note #} · {{ name }}", []),
        ("{% blocktranslate %}Order {{ name }}{% endblocktranslate %}", []),
        ("<script>let order</script><p class='order'></p>", []),
    ],
)
def test_the_scan_finds_what_is_read_and_nothing_else(source: str, words: list[str]) -> None:
    assert unmarked(source) == words
