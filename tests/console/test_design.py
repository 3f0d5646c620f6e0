"""The design: what it is made of has a name, can be read in both schemes, and stands on the page that shows it all."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders import person, team

ROOT = Path(__file__).resolve().parents[2]
TOKENS = ROOT / "static" / "css" / "tokens.css"
SHEETS = sorted(path for path in TOKENS.parent.glob("*.css"))
TEMPLATES = ROOT / "templates"
# Parts of the frame, which stand on every page, the design's own among them, or wherever there is something to say.
FRAME = {"bar", "clocks", "desk_count", "failing", "keys", "live", "mark", "messages", "unusual"}
# Parts that want rows of the database; rooms' own tests look at them.
OF_ROWS = {"conversation", "flavors", "numbered_pages", "pages"}

PAIR = re.compile(r"--([\w-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)")
GROUNDS = ("canvas", "surface", "raised", "sunken", "hover")
INKS = ("ink", "ink-2", "ink-3", "accent", "accent-strong")
TONES = ("info", "positive", "warning", "negative", "neutral")


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """As WCAG 2.2 defines it: from 1 to 21."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _colours(scheme: str) -> dict[str, str]:
    """The tokens of one scheme by name."""
    found = PAIR.findall(TOKENS.read_text())
    return {name: light if scheme == "light" else dark for name, light, dark in found}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_ink_can_be_read_on_every_ground(scheme: str) -> None:
    colours = _colours(scheme)
    pairs = [*product(INKS + TONES, GROUNDS), *((tone, f"{tone}-soft") for tone in TONES)]
    pairs += [
        ("accent-ink", "accent"),
        ("danger-ink", "danger"),
        ("accent-strong", "accent-soft"),
        ("ink", "accent-soft"),
    ]
    faint = {pair: _contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: round(found, 2) for pair, found in faint.items() if found < 4.5} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_edge_of_what_can_be_filled_in_is_seen(scheme: str) -> None:
    colours = _colours(scheme)
    edges = {ground: _contrast(colours["line-control"], colours[ground]) for ground in ("canvas", "surface", "raised")}
    assert {ground: round(found, 2) for ground, found in edges.items() if found < 3} == {}


def _without_notes(sheet: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", [sheet for sheet in SHEETS if sheet != TOKENS], ids=lambda sheet: sheet.name)
def test_colours_have_names(sheet: Path) -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[^{}]*})|\b(?:rgb|hsl|oklch)\(", _without_notes(sheet)) == []


def test_every_name_that_is_used_is_given() -> None:
    css = "".join(_without_notes(sheet) for sheet in SHEETS)
    assert set(re.findall(r"var\((--[\w-]+)", css)) <= set(re.findall(r"(--[\w-]+)\s*:", css))


def test_every_part_of_pages_is_shown_on_the_design_page() -> None:
    parts = {path.stem for path in (TEMPLATES / "components").glob("*.html")}
    shown = "".join(path.read_text() for path in (TEMPLATES / "design").glob("*.html"))
    named = set(re.findall(r"components/(\w+)\.html|{% (phase_status|segmented_bar|shape)\b", shown))
    tags = {"phase_status": "status"}
    assert parts - FRAME - OF_ROWS - {tags.get(name, name) for pair in named for name in pair if name} == set()


@pytest.mark.django_db
def test_the_design_page_is_for_staff(client: Client) -> None:
    client.force_login(person(member_of=team()))
    assert client.get(reverse("design")).status_code == 403
    client.force_login(person(staff=True))
    page = client.get(reverse("design"))
    assert page.status_code == 200
    assert "style=" not in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_first_thing_a_browser_paints_is_of_the_chosen_theme(client: Client, theme: str) -> None:
    client.cookies["theme"] = theme
    page = client.get(reverse("sign-in")).content.decode()
    assert f'<meta name="color-scheme" content="{theme}">' in page


@pytest.mark.django_db
def test_pages_travel_compressed_and_answers_of_the_api_as_they_are(client: Client) -> None:
    page = client.get(reverse("sign-in"), headers={"Accept-Encoding": "gzip"})
    assert page.headers["Content-Encoding"] == "gzip"
    answer = client.get("/v2/cn-north-4/pools", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
