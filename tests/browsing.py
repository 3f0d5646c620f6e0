"""A real browser whose every complaint fails the test: console errors, uncaught exceptions, policy violations."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Timer

import psutil
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
# Seconds that a browser may take to close.
PATIENCE = 30
# How much of a page jumps while it comes up; what follows a hand or a change of the window does not count. Nor does
# what moves in the one frame that shows what `live.js` swapped in: there the thing itself moved, and that is news.
_WATCH_SHIFTS = """
window.jumped = 0;
{
  const news = [];
  document.addEventListener("live", () => {
    const shown = { from: performance.now(), to: Infinity };
    news.push(shown);
    requestAnimationFrame(() => requestAnimationFrame(() => { shown.to = performance.now(); }));
  });
  const isNews = (shift) => news.some((shown) => shown.from <= shift.startTime && shift.startTime < shown.to);
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput && !isNews(one)) window.jumped += one.value;
  }).observe({ type: "layout-shift", buffered: true });
}
"""
_TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile || ""}`);
});
"""


@contextmanager
def launched() -> Iterator[Browser]:
    """A started browser, which is closed at the end: by force if it does not close by itself."""
    before = _below_us()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium-headless-shell", args=FLAGS)
        its = _below_us() - before
        yield started
        by_force = Timer(PATIENCE, _kill, args=(its,))
        by_force.start()
        try:
            with suppress(Error):
                started.close()
        finally:
            by_force.cancel()


def _below_us() -> set[psutil.Process]:
    return set(psutil.Process().children(recursive=True))


def _kill(processes: set[psutil.Process]) -> None:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.kill()


@contextmanager
def watched_page(
    browser: Browser,
    *,
    base_url: str | None = None,
    width: int = 1280,
    height: int = 900,
    scheme: str = "light",
    scripts: bool = True,
    language: str = "en",
) -> Iterator[Page]:
    """A page in a context of its own (own cookies); leaving it fails if the browser complained meanwhile.

    `scripts=False` is a browser that runs none of ours; `language` is what it asks for.
    A test that provokes an error on purpose (a 403 shown to a stranger) removes it from `complaints(page)`.
    """
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        java_script_enabled=scripts,
        locale=language,
    )
    context.add_init_script(_TELL_VIOLATIONS)
    context.add_init_script(_WATCH_SHIFTS)
    page = context.new_page()
    heard: list[str] = []
    _heard_by[page] = heard

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            heard.append(f"{page.url}: {message.text}")

    def on_request(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "about:", "blob:")):
            heard.append(f"{page.url}: asked the outside world for {request.url}")

    page.on("console", on_console)
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    page.on("request", on_request)
    try:
        yield page
    finally:
        _heard_by.pop(page, None)
        # An answer that a test holds back may still be on its way.
        for each in context.pages:
            each.unroute_all(behavior="ignoreErrors")
        context.unroute_all(behavior="ignoreErrors")
        context.close()
    assert not heard, "the browser complained:\n" + "\n".join(heard)


_heard_by: dict[Page, list[str]] = {}


def complaints(page: Page) -> list[str]:
    """What the browser complained about so far; a list that may be emptied."""
    return _heard_by[page]


def sign_in(page: Page, account: dict[str, str]) -> None:
    page.goto("/sign-in/")
    page.locator("input[name=username]").fill(account["username"])
    page.locator("input[name=password]").fill(account["password"])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url(lambda url: "/sign-in/" not in url)
