"""What a browser sends of the pages of the wizard is what is ordered: neither more, nor less, nor another flavor's."""

from __future__ import annotations

import base64
import json
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.models import Draft
from console.wizard.steps import FORMS, REVIEW
from tests.console.wizard.catalog import CPU, GPU, order
from tests.console.wizard.conftest import MakeDraft, text_of, url

STEPS = [step for step, _form in FORMS if step != REVIEW]


class Sent(HTMLParser):
    """What a browser sends of the step's form when its first button is pressed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._inside, self._select = False, ""
        self._options: list[tuple[str, bool]] = []
        self._area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self._inside = has.get("id") == "step-form"
        name = has.get("name")
        if not self._inside or "disabled" in has:
            return
        if tag == "option":
            self._options.append((has.get("value") or "", "selected" in has))
        elif tag == "select" and name:
            self._select, self._options = name, []
        elif tag == "textarea" and name:
            self._area = name
            self.fields.append((name, ""))
        elif tag == "input" and name:
            kind = has.get("type", "text")
            if kind not in {"checkbox", "radio"} or "checked" in has:
                self.fields.append((name, has.get("value") or ("on" if kind == "checkbox" else "")))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            name, so_far = self.fields[-1]
            self.fields[-1] = (name, so_far + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "textarea" and self._area is not None:
            # A browser leaves out the first line end, and sends all others as two characters.
            name, text = self.fields[-1]
            self.fields[-1] = (name, text.removeprefix("\n").replace("\r\n", "\n").replace("\n", "\r\n"))
            self._area = None
        elif tag == "select" and self._select:
            chosen = [value for value, is_chosen in self._options if is_chosen] or [v for v, _ in self._options[:1]]
            self.fields += [(self._select, value) for value in chosen]
            self._select = ""

    @property
    def data(self) -> dict[str, list[str]]:
        data: dict[str, list[str]] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        return data


def document(client: Client, draft: Draft) -> Any:
    return json.loads(client.get(reverse("draft-as", args=[draft.pk, "json"])).content)


def entry(flavor: str, az: str, *, tag: str) -> dict[str, Any]:
    """One flavor with everything that differs between flavors."""
    return {
        "flavor": flavor,
        "count": 2,
        "maxCount": 2,
        "azs": [{"az": az, "count": 2}],
        "tags": [{"key": "use", "value": tag}],
        "rootVolume": {"volumeType": "SSD", "size": "120"},
        "dataVolumes": [{"volumeType": "SSD", "size": "200", "extendParams": {"volumeGroup": "vguser1"}}],
        "volumeGroupConfigs": [{"volumeGroup": "vguser1", "lvmConfig": {"lvType": "linear", "path": f"/{tag}"}}],
        "extendParams": {"dockerBaseSize": "80", "postInstall": base64.b64encode(tag.encode()).decode()},
    }


ALIKE = [entry(CPU, "az1", tag="one"), entry(GPU, "az1", tag="one")]
APART = [entry(CPU, "az1", tag="one"), entry(GPU, "az2", tag="other")]


@pytest.mark.parametrize("resources", [ALIKE, APART], ids=["alike", "apart"])
def test_a_walk_through_every_step_changes_nothing(
    lena: Client, draft_of: MakeDraft, resources: list[dict[str, Any]]
) -> None:
    draft = draft_of(order(resources=resources, driver={"gpuVersion": "535", "updateStrategy": "idle"}))
    begun = document(lena, draft)

    for step in STEPS:
        lena.post(url(draft, step), Sent(text_of(lena.get(url(draft, step)))).data)
        assert document(lena, draft) == begun, step


@pytest.mark.parametrize("resources", [ALIKE, APART], ids=["alike", "apart"])
def test_what_is_sent_page_by_page_is_what_is_ordered(
    lena: Client, draft_of: MakeDraft, resources: list[dict[str, Any]]
) -> None:
    meant = draft_of(order(resources=resources, driver={"gpuVersion": "535", "updateStrategy": "idle"}))
    blank = draft_of(order(name="pool-other"))

    for step in STEPS:
        data = Sent(text_of(lena.get(url(meant, step)))).data
        data["version"] = Sent(text_of(lena.get(url(blank, step)))).data["version"]
        lena.post(url(blank, step), data)

    assert document(lena, blank) == document(lena, meant)
