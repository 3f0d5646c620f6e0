"""Pictures of every page and state of the face: `make screenshots`. Three widths, light and dark, into `screenshots/`.

For each of them a contact sheet shows its six pictures side by side, `screenshots/sheets/<name>.png`. The pictures of
the documentation are taken along. `tools/screenshots dashboard 'pool-*'` takes only what has such a name.
"""

from __future__ import annotations

import os
import sys
import time
from fnmatch import fnmatch
from itertools import product as pairs
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from playwright.sync_api import Browser, Page  # noqa: E402 - needs the settings

from tests.browsing import launched, sign_in, watched_page  # noqa: E402
from tests.face import VIEWS, Places, View, account, staged  # noqa: E402
from tests.running import ROOT, Product  # noqa: E402

SIZES = {360: 740, 768: 1024, 1440: 900}
SCHEMES = ("light", "dark")
OUT = ROOT / "screenshots"
SHEETS = OUT / "sheets"
IMAGES = ROOT / "docs" / "images"
# Pictures of the documentation: what of, at which size and in which scheme. What is lower on the page is cut off.
KEPT = {
    "dashboard": ("dashboard", 1280, 1240, "light"),
    "wizard": ("wizard-flavors", 1280, 860, "light"),
    "review": ("wizard-review", 1280, 860, "light"),
    "pool": ("pool-long", 1280, 860, "dark"),
    "approval": ("approval", 1280, 860, "light"),
}


def _take(browser: Browser, product: Product, places: Places, views: list[View]) -> None:
    """One visit to each page; what differs between its pictures is the window, not the page."""
    for who in dict.fromkeys(view.who for view in views):
        with watched_page(browser, base_url=product.url, width=1440) as page:
            if person := account(product, who):
                sign_in(page, person)
            for view in views:
                if view.who == who:
                    _six(page, view, places)


def _six(page: Page, view: View, places: Places) -> None:
    view.open(page, places)
    # A dialog lies over what one sees, not over the whole page.
    whole = page.locator(":popover-open").count() == 0
    for (width, height), scheme in pairs(SIZES.items(), SCHEMES):
        _look(page, width, height, scheme)
        page.screenshot(path=OUT / f"{view.name}-{width}-{scheme}.png", full_page=whole)
    for name, (wanted, width, height, scheme) in KEPT.items():
        if view.name == wanted:
            _look(page, width, height, scheme)
            page.screenshot(path=IMAGES / f"{name}.png")
    _look(page, 1440, SIZES[1440], "light")


def _look(page: Page, width: int, height: int, scheme: str) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")


_SHEET = """<!doctype html><meta charset="utf-8"><title>{name}</title><style>
  body {{ margin: 0; padding: 24px; font: 600 20px sans-serif; background: #8b949b; width: 1452px; }}
  div {{ display: grid; grid-template-columns: 240px 420px 760px; gap: 16px; align-items: start; margin-top: 16px; }}
  img {{ width: 100%; max-height: 1000px; object-fit: cover; object-position: top; }}
</style><h1>{name}</h1>{rows}"""


def _sheet(page: Page, name: str) -> None:
    """All six pictures of one view as one, for who wants to judge them together."""
    rows = "".join(
        "<div>" + "".join(f'<img src="../{name}-{width}-{scheme}.png">' for width in SIZES) + "</div>"
        for scheme in SCHEMES
    )
    written = SHEETS / f"{name}.html"
    written.write_text(_SHEET.format(name=name, rows=rows))
    page.goto(written.as_uri())
    page.screenshot(path=SHEETS / f"{name}.png", full_page=True)
    written.unlink()


def _chosen(wanted: tuple[str, ...]) -> list[View]:
    views = [view for view in VIEWS if not wanted or any(fnmatch(view.name, pattern) for pattern in wanted)]
    assert views, f"no view is called {' or '.join(wanted)}"
    return views


def main(*wanted: str) -> None:
    views, began = _chosen(wanted), time.monotonic()
    for folder in (OUT, SHEETS, IMAGES):
        folder.mkdir(exist_ok=True)
    with staged() as (product, places), launched() as browser:
        staged_after = time.monotonic() - began
        _take(browser, product, places, views)
        page = browser.new_page(viewport={"width": 1500, "height": 1000})
        for view in views:
            _sheet(page, view.name)
    took = time.monotonic() - began
    sys.stdout.write(
        f"{len(views) * 6} pictures of {len(views)} views are in {_short(OUT)}, their sheets in {_short(SHEETS)}; "
        f"staged in {staged_after:.0f} s, done after {took:.0f} s.\n"
    )


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT))


if __name__ == "__main__":
    main(*sys.argv[1:])
