"""The documentation tells the truth: links lead somewhere, variables and commands exist."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

from tests.running import ROOT

PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "benchmarks").glob("*.md")])
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", text)
    local = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in local if not (page.parent / target).exists()] == []


def _heading_links(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_link_to_a_heading_finds_it(page: Path) -> None:
    for target, heading in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text()):
        assert heading in _heading_links(page.parent / target if target else page)


def test_every_variable_that_the_settings_read_is_explained_and_no_other() -> None:
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "console" / "settings.py").read_text()))
    rows = re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "operations.md").read_text(), re.MULTILINE)
    assert set(rows) == read
    assert len(rows) == len(read)


# What the rows of each model are called where `docs/operations.md` says how long they are kept.
KEPT = {
    "Comment": "what was said about them", "Mention": "what was said about them",
    "Founding": "networks that people asked for",
    "Adoption": "who adopted which pool",
    "Order": "orders", "Decision": "decisions", "Deletion": "deletions", "Resize": "resizes", "Pool": "pools of a team",
    "Intervention": "interventions",
    "Refit": "other job types and drivers",
    "Watch": "what was watched",
    "PhaseChange": "phases", "Reading": "readings", "Probe": "connection tests", "Draft": "drafts",
    "Session": "sessions", "Tries": "wrong passwords", "Presence": "signs of life", "User": "people", "Team": "teams",
    "Membership": "teams", "Project": "projects", "CatalogPart": "catalogs", "Tally": "counters", "Chore": "chores",
    "SavedView": "saved views", "Template": "templates", "Stretch": "stages", "Detail": "nodes, jobs and measurements",
    "Attention": "had a pool before them", "LogEntry": "the Django admin's log",
}  # fmt: skip
OF_DJANGO = {"Permission", "Group", "ContentType"}


def test_of_every_kind_of_row_it_is_said_how_long_it_is_kept() -> None:
    models = {model.__name__ for model in apps.get_models() if model._meta.app_label != "endpoint"}
    section = (ROOT / "docs" / "operations.md").read_text().split("## What is kept")[1].split("\n## ")[0]

    assert set(KEPT) == models - OF_DJANGO
    assert [words for words in KEPT.values() if words not in section] == []


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:`|\n|= )make (\w+)", page.read_text()))
    assert named <= targets


def test_every_decision_is_numbered_and_none_twice() -> None:
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]


def test_the_changelog_speaks_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert re.search(rf"^## {re.escape(version)}\b", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_the_readme_prints_the_example_that_is_run() -> None:
    """`tests/endpoint/test_documented.py` runs the block of docs/endpoint.md."""
    run = re.findall(r"```sh\n.*?```", (ROOT / "docs" / "endpoint.md").read_text(), re.DOTALL)
    assert len(run) == 1
    assert run[0] in (ROOT / "README.md").read_text()


def test_nothing_is_put_off_to_later() -> None:
    words = re.compile("TO" + r"DO\b|FIX" + r"ME\b")
    kept = ("*.py", "*.md", "*.html", "*.css", "*.toml", "*.txt", "*.yml")
    rooms = ("console", "pools", "tests", "templates", "static", "docs", "benchmarks", "tools")
    files = [path for room in rooms for kind in kept for path in (ROOT / room).rglob(kind)]
    assert [
        str(path) for path in [*files, *ROOT.glob("*.*")] if path.is_file() and words.search(path.read_text())
    ] == []
