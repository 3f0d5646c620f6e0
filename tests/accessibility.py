"""Every page and state of the face, in every language that is offered, looked at for barriers: `make accessibility`.

A part of it is in `make test` (`tests/journeys/test_every_page.py`). `tools/accessibility 'wizard-*'` looks at some.
"""

from __future__ import annotations

import os
import sys
import time
from fnmatch import fnmatch

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402 - needs the settings
from playwright.sync_api import Browser  # noqa: E402

from tests.browsing import launched, sign_in, watched_page  # noqa: E402
from tests.face import VIEWS, Places, View, account, staged  # noqa: E402
from tests.journeys.inspecting import SCHEMES, faults  # noqa: E402
from tests.running import Product  # noqa: E402


def _looked_at(browser: Browser, product: Product, places: Places, views: list[View], language: str) -> list[str]:
    found: list[str] = []
    for who in dict.fromkeys(view.who for view in views):
        with watched_page(browser, base_url=product.url, language=language) as page:
            if person := account(product, who):
                sign_in(page, person)
            for view in views:
                if view.who == who:
                    view.open(page, places)
                    found += [f"{view.name} ({language}): {fault}" for fault in faults(page, SCHEMES)]
    return found


def main(*wanted: str) -> int:
    views = [view for view in VIEWS if not wanted or any(fnmatch(view.name, pattern) for pattern in wanted)]
    languages, began, found = [code for code, _name in settings.LANGUAGES], time.monotonic(), list[str]()
    with staged() as (product, places), launched() as browser:
        for language in languages:
            found += _looked_at(browser, product, places, views, language)
    took = time.monotonic() - began
    told = f"{len(views)} views in {', '.join(languages)}, light and dark: {len(found)} faults, after {took:.0f} s.\n"
    sys.stdout.write("".join(f"{fault}\n" for fault in found) + told)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
