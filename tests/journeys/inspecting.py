"""Looking at a page as nobody else does: by axe-core in light and dark, and at the width of a small phone."""

from __future__ import annotations

import json
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

PHONE = {"width": 360, "height": 740}
_AXE = Axe()
_EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
# Of all that axe-core looks at, only contrast depends on the scheme.
_CONTRAST = {**_EVERYTHING, "runOnly": ["color-contrast"]}


def faults(page: Page) -> list[str]:
    """Everything axe-core finds on the page as it stands, light and dark, and whether a phone would scroll sideways."""
    size = page.viewport_size
    page.evaluate(_AXE.axe_script)
    found = [*_by_axe(page, "light", _EVERYTHING), *_by_axe(page, "dark", _CONTRAST)]
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if widths[0] > widths[1]:
        found.append(f"{page.url} is {widths[0]} wide on a screen of {widths[1]}: {_wide_ones(page)}")
    if size:
        page.set_viewport_size(size)
    return found


def _by_axe(page: Page, scheme: str, options: dict[str, Any]) -> list[str]:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
    violations = page.evaluate(f"axe.run(document, {json.dumps(options)}).then((results) => results.violations)")
    return [
        f"{page.url} ({scheme}): {violation['id']} at {[node['target'] for node in violation['nodes']][:3]}: "
        f"{violation['nodes'][0]['failureSummary']}"
        for violation in violations
    ]


def _wide_ones(page: Page) -> list[str]:
    """Which elements stand out on the right and are not inside a scroller of their own."""
    return list(
        page.evaluate("""() => [...document.querySelectorAll("body *")]
          .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
          .slice(0, 5).map((one) => one.outerHTML.slice(0, 90))""")
    )
