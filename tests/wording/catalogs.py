"""The catalogs of locale/: what the source says now beside the words that translators gave it, and written so that a
change of one sentence is a change of one entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from babel.core import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from console.wording import FOLDER
from tests.wording.extracting import Found, Message

_HEAD: Final = """\
# {name}. `make messages` writes this file: what is new in the source has no words here yet, what left it is gone.
# docs/languages.md says in which words and in which tone.
msgid ""
msgstr ""
"Project-Id-Version: Poolhouse\\n"
"Language: {locale}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"

"""


class Entry(NamedTuple):
    """A message and what it is called: one text, or as many as the language has plurals. `fuzzy` is a guess."""

    message: Message
    said: tuple[str, ...]
    fuzzy: bool = False


def paths(folder: Path = FOLDER) -> list[Path]:
    """The catalogs there are, one for each language."""
    return sorted(folder.glob("*/LC_MESSAGES/django.po"))


def language_of(path: Path) -> str:
    """As its folder is called: zh_Hans."""
    return path.parent.parent.name


def read(path: Path) -> dict[Message, Entry]:
    return understood(path.read_text(), language_of(path))


def understood(text: str, language: str) -> dict[Message, Entry]:
    """The entries of a catalog's text."""
    catalog = read_po(BytesIO(text.encode()), locale=language, domain="django")
    return {entry.message: entry for entry in _entries(catalog)}


def _entries(catalog: Catalog) -> Iterator[Entry]:
    for one in catalog:
        if one.id:
            said = (one.string,) if isinstance(one.string, str) else tuple(one.string or ())
            texts = [one.id] if isinstance(one.id, str) else one.id
            yield Entry(Message(texts[0], "".join(texts[1:]), one.context or ""), said, one.fuzzy)


def merged(known: dict[Message, Entry], found: Iterable[Found]) -> list[Entry]:
    """An entry for every message found, with the words known for exactly it; what is only alike is no guess."""
    return [known.get(message, Entry(message, ("",))) for message in dict.fromkeys(one.message for one in found)]


def written(entries: Iterable[Entry], found: Iterable[Found], language: str) -> str:
    """The catalog as text, sorted, with the files that say a message and without their lines."""
    places: dict[Message, list[str]] = {}
    for one in found:
        places.setdefault(one.message, []).append(one.path)
    catalog = Catalog(locale=language, domain="django")
    for entry in entries:
        message = entry.message
        catalog.add(
            (message.one, message.many) if message.many else message.one,
            entry.said if message.many else entry.said[0],
            locations=[(path, 0) for path in sorted(set(places[message]))],
            flags={"fuzzy"} if entry.fuzzy else (),
            context=message.context or None,
        )
    body = BytesIO()
    write_po(body, catalog, width=0, omit_header=True, sort_output=True, include_lineno=False)
    name = Locale.parse(language).get_display_name("en")
    return _HEAD.format(name=name, locale=language, plurals=catalog.plural_forms) + body.getvalue().decode()
