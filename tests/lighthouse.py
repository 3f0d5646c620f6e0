"""Lighthouse judges the pages that people use most, as on a phone and as on a desktop: `make lighthouse`.

The median of five runs (`tools/lighthouse 1` runs each once) of performance, accessibility and best practices must be
at least 95. The dashboard shows 500 pools. Reports are kept in `screenshots/lighthouse/`.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.browsing import FLAGS  # noqa: E402 - needs the settings
from tests.face import staged  # noqa: E402
from tests.running import ROOT  # noqa: E402

LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices")
REPORTS = ROOT / "screenshots" / "lighthouse"
DEVICES: dict[str, list[str]] = {"phone": [], "desktop": ["--preset=desktop"]}
CROWD = 500
PAGES = {
    "dashboard": "/",
    "wizard-flavors": "{draft}flavors/",
    "pool": "/pools/{pool[running]}/",
    "approvals": "/approvals/",
}


def _judge(address: str, *, cookies: str, device: str, report: Path) -> dict[str, float]:
    """One run; the score of each category, from 0 to 100."""
    chrome = ["--headless=new", *FLAGS]
    subprocess.run(
        [
            f"{os.environ['LIGHTHOUSE_HOME']}/node_modules/.bin/lighthouse",
            *(address, "--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={' '.join(chrome)}"),
            *(f"--only-categories={','.join(CATEGORIES)}", f"--extra-headers={json.dumps({'Cookie': cookies})}"),
            *DEVICES[device],
        ],
        check=True,
        env={**os.environ, "CHROME_PATH": "/usr/bin/chromium-headless-shell"},
    )
    told = json.loads(report.read_text())
    return {name: 100 * told["categories"][name]["score"] for name in CATEGORIES}


def main(runs: str = "5") -> int:
    """Prints the medians; 1 if one of them is too low."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    began, low = time.monotonic(), 0
    with staged(crowd=CROWD) as (product, places):
        jar = product.session(product.account("admin")).cookies
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)
        for device in DEVICES:
            for name, path in PAGES.items():
                found = [
                    _judge(
                        product.url + path.format(**places),
                        cookies=cookies,
                        device=device,
                        report=REPORTS / f"{name}-{device}-{run}.json",
                    )
                    for run in range(int(runs))
                ]
                medians = {category: statistics.median(run[category] for run in found) for category in CATEGORIES}
                low += any(score < LEAST for score in medians.values())
                told = ", ".join(f"{category} {score:.0f}" for category, score in medians.items())
                sys.stdout.write(f"{name} on a {device}: {told}\n")
                sys.stdout.flush()
    sys.stdout.write(f"Medians of {runs}, at least {LEAST} wanted, after {time.monotonic() - began:.0f} s.\n")
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
