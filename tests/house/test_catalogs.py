"""The catalogs of other languages say all that the source says, and say it soundly."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.utils.translation import to_locale

from tests.wording import catalogs, extracting
from tests.wording.catalogs import Entry
from tests.wording.complaints import complaints, terms
from tests.wording.extracting import Message, Unreadable

CATALOGS = {catalogs.language_of(path): path for path in catalogs.paths()}


@pytest.mark.parametrize("language", CATALOGS)
def test_every_sentence_of_the_source_has_words(language: str) -> None:
    entries = catalogs.merged(catalogs.read(CATALOGS[language]), extracting.everything())
    assert [wrong for entry in entries for wrong in complaints(entry)] == []


def test_every_language_that_is_offered_has_a_catalog() -> None:
    offered = {to_locale(language) for language, _name in settings.LANGUAGES}
    assert offered == {"en", *CATALOGS}


@pytest.mark.parametrize(
    ("entry", "wrong"),
    [
        (Entry(Message("Save"), ("",)), "has no words"),
        (Entry(Message("Save"), ("保存",), fuzzy=True), "is marked fuzzy"),
        (Entry(Message("by %(who)s"), ("由他",)), "lacks %(who)s"),
        (Entry(Message("by %(who)s"), ("由%(whom)s",)), "has too many %(whom)s"),
        (Entry(Message("%n rows"), ("行",)), "lacks %n"),
        (Entry(Message("Is <code>%(name)s</code>"), ("是%(name)s",)), "lacks </code>, <code>"),
        (Entry(Message("Share, %"), ("占比（%%）",)), "lacks %"),
        (Entry(Message("Delete…"), ("删除",)), "ends otherwise"),
        (Entry(Message("Sign in"), ("你好",)), "says 您"),
        (Entry(Message("Yes, no"), ("是,否",)), "the wrong sign"),
        (Entry(Message("Choose a flavor."), ("请选择口味。",)), "says flavor, which is 规格"),
    ],
)
def test_what_is_wrong_is_told(entry: Entry, wrong: str) -> None:
    assert [said for said in complaints(entry) if wrong in said] != []


@pytest.mark.parametrize(
    "entry",
    [
        Entry(Message("%(n)s node", "%(n)s nodes"), ("%(n)s个节点",)),
        Entry(Message("the next one", "the next %(n)d"), ("接下来的%(n)d次",)),
        Entry(Message("%%n s ago"), ("%%n秒前",)),
        Entry(Message("Node pools"), ("节点池",)),
        Entry(Message("Of what: pools."), ("所属对象：pools。",)),
        Entry(Message("It has to begin with https://."), ("必须以https://开头。",)),
    ],
)
def test_what_is_sound_is_left_alone(entry: Entry) -> None:
    assert complaints(entry) == []


def test_the_glossary_is_read() -> None:
    assert ("pay-per-use", "按需") in terms()


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ("from django.utils.translation import gettext as _\n_('Save')", [Message("Save")]),
        ("from django.utils.translation import ngettext\nngettext('a', 'b', n)", [Message("a", "b")]),
        (
            "from django.utils.translation import pgettext as p\np('phase', 'Waiting')",
            [Message("Waiting", "", "phase")],
        ),
        ("from django.utils import translation\ntranslation.gettext('Save')", [Message("Save")]),
        ("from pools.wire.words import words\nwords('one' ' two')", [Message("one two")]),
        ("from django.utils.translation import gettext as _\n_(word)", []),
        ("def _(text): ...\n_('of no catalog')", []),
    ],
)
def test_marks_are_found_in_python(source: str, messages: list[Message]) -> None:
    assert list(extracting.of_python(source)) == messages


def test_a_text_put_together_on_the_spot_cannot_be_looked_up() -> None:
    with pytest.raises(Unreadable, match=r"room\.py:2"):
        list(extracting.of_python("from django.utils.translation import gettext as _\n_(f'by {who}')", "room.py"))


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        ("<p>{% translate 'Save' %}</p>", [Message("Save")]),
        ("{% blocktranslate trimmed %}\n by {{ who }}\n{% endblocktranslate %}", [Message("by %(who)s")]),
        ("{% blocktranslate count n=n %}a{% plural %}b{% endblocktranslate %}", [Message("a", "b")]),
        ("{% translate 'Placed' context 'nodes' %}", [Message("Placed", "", "nodes")]),
        ("{% include 'x.html' with text=_('Don’t, \"never\".') %}", [Message('Don’t, "never".')]),
        ("{# {% translate 'a note' %} #}{% comment %}{% translate 'b' %}{% endcomment %}", []),
    ],
)
def test_marks_are_found_in_templates(source: str, messages: list[Message]) -> None:
    assert list(extracting.of_template(source)) == messages


def test_a_change_of_one_sentence_keeps_the_words_of_all_others() -> None:
    known = {Message("Save"): Entry(Message("Save"), ("保存",)), Message("Stop"): Entry(Message("Stop"), ("停止",))}
    found = [extracting.Found(Message(text), "room.py") for text in ("Save", "Stop now")]
    assert [entry.said for entry in catalogs.merged(known, found)] == [("保存",), ("",)]


def test_a_catalog_that_is_written_reads_as_it_was() -> None:
    path = next(iter(CATALOGS.values()))
    known = catalogs.read(path)
    found = [extracting.Found(message, "room.py") for message in known]
    language = catalogs.language_of(path)
    assert catalogs.understood(catalogs.written(known.values(), found, language), language) == known
