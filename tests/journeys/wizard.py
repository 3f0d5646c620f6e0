"""Ordering by hand: what a person does in the wizard, step by step. Works with and without scripts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.journeys.visitor import place_form

FLAVOR = "modelarts.vm.gpu.v100.x8"
CPU = "modelarts.vm.cpu.8ud"
STEPS = ("labels", "workload", "flavors", "zones", "disks", "drivers", "billing", "review")
SCRIPT = "#!/bin/sh\nsysctl -w vm.max_map_count=262144\n"

Look = Callable[[str], None]


def start_blank(page: Page) -> str:
    """Begin a draft; returns the path that its steps stand under."""
    page.goto("/orders/new/")
    page.get_by_role("button", name="Start blank").click()
    page.wait_for_url(re.compile(r"/labels/$"))
    return re.sub(r"labels/$", "", page.url)


def save_and_continue(page: Page) -> None:
    # Not the click alone: a save that is on its way is waited for before the form is sent.
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").click()


def fill_every_step(page: Page, *, name: str, look: Look = lambda step: None) -> str:
    """From the start to Review, with something typed at every step; `look` is called at each one, filled.

    Returns the path that the draft's steps stand under.
    """
    draft = start_blank(page)
    for step, fill in _FILLING.items():
        expect(page).to_have_url(f"{draft}{step}/")
        fill(page, name)
        look(step)
        save_and_continue(page)
    expect(page).to_have_url(f"{draft}review/")
    look("review")
    return draft


def _labels(page: Page, name: str) -> None:
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Description").fill("Nightly training of the detector")
    page.get_by_label("Node name prefix").fill("det")


def _workload(page: Page, _name: str) -> None:
    page.get_by_label("Train", exact=False).first.check()
    page.get_by_label("Infer", exact=False).first.check()
    network = page.get_by_label("Network", exact=True)
    network.select_option(value=str(network.locator("option", has_text="network-21e1").get_attribute("value")))


def _flavors(page: Page, _name: str) -> None:
    page.get_by_role("button", name=f"Add {FLAVOR}").click()
    page.get_by_label("Nodes", exact=True).fill("2")


def _zones(page: Page, _name: str) -> None:
    page.get_by_label("Per zone").check()
    page.get_by_label(f"Nodes of {FLAVOR} in cn-north-4a").fill("1")
    page.get_by_label(f"Nodes of {FLAVOR} in cn-north-4c").fill("1")


def _disks(page: Page, _name: str) -> None:
    page.get_by_label("System disk").select_option("SSD")
    page.locator("input[name$=root-size]").fill("300")
    page.get_by_role("button", name="Data disk at a path").click()
    page.locator("select[name$=d1-type]").select_option("GPSSD")
    page.locator("input[name$=d1-size]").fill("500")
    page.locator("input[name$=d1-count]").fill("2")
    page.get_by_label("Disks are joined").select_option("striped")
    page.get_by_label("Mount path").fill("/data")


def _drivers(page: Page, _name: str) -> None:
    page.get_by_label("GPU driver", exact=True).select_option("470.57.02")
    page.get_by_role("button", name="Add a tag").click()
    page.get_by_label("Key", exact=True).fill("cost-centre")
    page.get_by_label("Value", exact=True).fill("vision-7")
    page.get_by_label("Script after installation").fill(SCRIPT)


def _billing(page: Page, _name: str) -> None:
    page.get_by_label("Monthly or yearly").check()
    page.get_by_label("Number of periods").fill("3")
    page.get_by_label("Period", exact=True).select_option("2")


_FILLING: dict[str, Callable[[Page, str], None]] = {
    "labels": _labels,
    "workload": _workload,
    "flavors": _flavors,
    "zones": _zones,
    "disks": _disks,
    "drivers": _drivers,
    "billing": _billing,
}


def place(page: Page) -> str:
    """Place the order that Review shows, its warnings read; returns the path of the order's page."""
    understand(page)
    page.get_by_role("button", name="Place the order").click()
    page.wait_for_url(re.compile(r"/orders/\d+/$"))
    return str(page.evaluate("location.pathname")) if _runs_scripts(page) else re.sub(r"^https?://[^/]+", "", page.url)


def understand(page: Page) -> None:
    """Tick every warning of Review."""
    page.get_by_role("button", name="Place the order").wait_for()
    for box in page.locator("input[name=understood]").all():
        box.check()


def _runs_scripts(page: Page) -> bool:
    return bool(page.locator("html[data-copy]").count())


def wait_until_waiting(page: Page) -> None:
    """On the page of an order, until its pool waits at gate 2; the page brings the news itself."""
    waiting = page.locator("[data-part=answers] [data-phase=Waiting]")
    try:
        expect(waiting).to_be_visible(timeout=60_000)
    except AssertionError:
        raise AssertionError(f"it never waited; the page says:\n{page.locator('main').inner_text()}") from None


def order_by_document(page: Page, *, name: str, project: str, count: int = 1) -> str:
    """The short way for stories about something else: what her browser would send, and then the page of her order.

    Returns its path.
    """
    asked = page.context.request
    start = asked.get("/orders/new/")
    token = next(cookie["value"] for cookie in page.context.cookies() if "csrf" in cookie["name"])

    def send(path: str, form: dict[str, str]) -> str:
        answer = asked.post(
            path, form={"csrfmiddlewaretoken": token, **form}, headers={"Referer": start.url}, max_redirects=0
        )
        assert answer.status == 302, (answer.status, answer.text()[:2000])
        return answer.headers["location"]

    pasted = {"start": "paste", "document": json.dumps(document(name=name, project=project, count=count))}
    review = asked.get(send("/orders/new/", pasted)).text()
    order = send(*place_form(review))
    page.goto(order)
    return order


def paste_and_place(page: Page, *, name: str, project: str) -> str:
    """The same with the mouse. Returns the order's path."""
    page.goto("/orders/new/")
    page.get_by_label("JSON document").fill(json.dumps(document(name=name, project=project)))
    page.get_by_role("button", name="Lay it out over the steps").click()
    page.wait_for_url(re.compile(r"/orders/[0-9a-f-]{36}/\w+/$"))
    page.goto(re.sub(r"\w+/$", "review/", page.url))
    return place(page)


def document(*, name: str, project: str, count: int = 1) -> dict[str, Any]:
    return {
        "apiVersion": "v2",
        "kind": "Pool",
        "metadata": {
            "labels": {"os.modelarts/name": name, "os.modelarts/workspace.id": "0"},
            "annotations": {"os.modelarts/description": "For a journey", "os.modelarts/billing.mode": "0"},
        },
        "spec": {
            "type": "Dedicate",
            "scope": ["Train"],
            "network": {"name": f"network-21e1-{project}"},
            "resources": [{"flavor": CPU, "count": count}],
        },
    }
