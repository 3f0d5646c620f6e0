"""Looking at pages as nobody else does: by axe-core, in light and dark, narrow, without colours, without motion."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from zlib import crc32

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A small phone, and a desktop of 1280 pixels whose owner zooms to 400 %.
NARROW = (360, 320)
_AXE = Axe()
# How large what is pressed must be is new in WCAG 2.2, and looked at only by those who ask.
_EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
# Of all that axe-core looks at, only contrast depends on the scheme.
_CONTRAST = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
SCHEMES = ("light", "dark")
# What is current or chosen, but looks like its neighbours once the browser has put its own colours in place of ours.
_ALIKE = """() => {
  const ground = getComputedStyle(document.body).backgroundColor;
  const seen = (colour) => colour === ground || /, 0\\)$/.test(colour) ? "" : colour;
  const looks = (one) => ["", "::before", "::after"].map((part) => {
    const style = getComputedStyle(one, part);
    return [style.color, seen(style.backgroundColor), seen(style.borderTopColor), seen(style.borderBottomColor),
      style.borderTopWidth, style.outlineStyle, style.fontWeight, style.content, style.textDecorationLine].join();
  }).join(";");
  const shown = (one) => one.checkVisibility() && one.textContent.trim();
  const chosen = "[aria-current], [aria-pressed=true], [aria-selected=true]";
  return [...document.querySelectorAll(chosen)].filter((one) => {
    const kin = [...(one.closest("ul, ol, nav, div, tbody")?.querySelectorAll(one.tagName) ?? [])]
      .filter((other) => other.className === one.className && shown(other) && !other.matches(chosen));
    return shown(one) && kin.length && looks(kin[0]) === looks(one);
  }).slice(0, 3).map((one) => one.outerHTML.slice(0, 120));
}"""
_MOVING = """() => document.getAnimations().filter((one) => one.playState === "running")
  .map((one) => `${one.animationName ?? one.transitionProperty} of ${one.effect.target?.className}`).slice(0, 3)"""
# Of the window, as the browser counts layout shifts; `browsing` adds them up.
MOST_SHIFT = 0.01


def faults(page: Page, schemes: Sequence[str] = ()) -> list[str]:
    """Everything wrong with the page as it stands.

    What axe-core finds, in the schemes asked for or else in one of the two, always the same one for a page; whether a
    phone or a page at 400 % would scroll sideways; what colour alone told; what moves although less motion was asked
    for; whether the page jumped under the reader's eyes.
    """
    size = page.viewport_size
    shifted = page.evaluate("window.jumped")
    if size:
        # All of it at once: what sticks to an edge covers only what one may scroll from under it.
        page.set_viewport_size({"width": size["width"], "height": page.evaluate("document.body.scrollHeight")})
    page.evaluate(_AXE.axe_script)
    first, *others = schemes or [SCHEMES[crc32(page.title().encode()) % 2]]
    found = _by_axe(page, first, _EVERYTHING)
    for scheme in others:
        found += _by_axe(page, scheme, _CONTRAST)
    found += [f"{page.url} jumped by {shifted:.3f}"] if shifted > MOST_SHIFT else []
    found += [f"{page.url} moves: {what}" for what in page.evaluate(_MOVING)]
    page.emulate_media(forced_colors="active")
    found += [f"{page.url}, without colours of ours, hides which is chosen: {what}" for what in page.evaluate(_ALIKE)]
    page.emulate_media(forced_colors="none")
    for width in NARROW:
        found += _sideways(page, width)
    if size:
        page.set_viewport_size(size)
    return found


def _sideways(page: Page, width: int) -> list[str]:
    page.set_viewport_size({"width": width, "height": 740})
    found = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
    if found[0] <= found[1]:
        return []
    return [f"{page.url} is {found[0]} wide on a screen of {found[1]}: {_wide_ones(page)}"]


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
