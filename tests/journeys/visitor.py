"""A person with a browser's habits and no browser: signs in, follows the console's own forms, tokens and all."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any, Protocol

import requests

from tests.running import Role

NETWORK = "network-21e1"
FLAVOR = "modelarts.vm.cpu.8ud"


class House(Protocol):
    """What can be visited: where it is, who has an account there, and how they sign in."""

    url: str
    first_run: dict[str, Any]

    def account(self, role: Role = "member", *, nth: int = 0, stranger: bool = False) -> dict[str, str]: ...

    def session(self, account: dict[str, str]) -> requests.Session: ...


class Visitor:
    """One signed-in person. `answers` lists status and seconds of every page asked for."""

    def __init__(
        self,
        product: House,
        role: Role = "member",
        *,
        nth: int = 0,
        stranger: bool = False,
        account: dict[str, str] | None = None,
    ) -> None:
        self.product = product
        self.account = account or product.account(role, nth=nth, stranger=stranger)
        self.session = product.session(self.account)
        self.answers: list[tuple[str, int, float]] = []

    def ask(self, address: str, **form: str) -> requests.Response:
        """GET a page, or POST `form` to it; redirects are not followed."""
        url = address if address.startswith("http") else f"{self.product.url}{address}"
        if form:
            token = next(cookie.value for cookie in self.session.cookies if "csrf" in cookie.name)
            data = {"csrfmiddlewaretoken": token, **form}
            answer = self.session.post(url, data, headers={"Referer": url}, allow_redirects=False, timeout=60)
        else:
            answer = self.session.get(url, allow_redirects=False, timeout=60)
        self.answers.append(
            (f"{'POST' if form else 'GET'} {address}", answer.status_code, answer.elapsed.total_seconds())
        )
        return answer

    def review(self, name: str, **spec: Any) -> tuple[str, dict[str, str]]:
        """Paste an order and go to its review; returns where its Place button leads, and what it sends."""
        begun = self.ask("/orders/new/", start="paste", document=json.dumps(self.document(name, **spec)))
        assert begun.status_code == 302, (begun.status_code, begun.text[:2000])
        page = self.ask(begun.headers["Location"])
        assert page.status_code == 200, page.text
        return place_form(page.text)

    def document(self, name: str, **spec: Any) -> dict[str, Any]:
        project = self.product.first_run["endpoint"]["project_id"]
        return {
            "apiVersion": "v2",
            "kind": "Pool",
            "metadata": {
                "labels": {"os.modelarts/name": name, "os.modelarts/workspace.id": "0"},
                "annotations": {"os.modelarts/description": "", "os.modelarts/billing.mode": "0"},
            },
            "spec": {
                "type": "Dedicate",
                "scope": ["Train"],
                "network": {"name": f"{NETWORK}-{project}"},
                "resources": [{"flavor": FLAVOR, "count": 1}],
                **spec,
            },
        }

    def order(self, name: str, **spec: Any) -> int:
        """Order a pool through the wizard; returns the order's number."""
        address, form = self.review(name, **spec)
        return number_in(self.ask(address, **form))

    def decide(self, order: int, act: str = "approve", **typed: str) -> requests.Response:
        """Read the page of a decision, and press one of its buttons: what was read goes along."""
        page = self.ask(f"/approvals/{order}/").text
        read = re.search(r'name="digest" value="(\w+)"', page)
        return self.ask(f"/approvals/{order}/{act}/", digest=read[1] if read else "nothing", **typed)


def number_in(answer: requests.Response) -> int:
    """The number of the order whose page an answer leads to."""
    found = re.fullmatch(r"/orders/(\d+)/", answer.headers.get("Location", ""))
    assert found, (answer.status_code, answer.headers, answer.text[:2000])
    return int(found[1])


def place_form(page: str) -> tuple[str, dict[str, str]]:
    """The form of a review page that places the order: its address and fields, without the token."""
    reader = _Forms()
    reader.feed(page)
    return next(
        (address, {name: value for name, value in fields.items() if name != "csrfmiddlewaretoken"})
        for address, fields in reader.forms
        if address.endswith("/place/")
    )


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append((said.get("action", ""), {}))
        elif tag == "input" and self.forms and "name" in said:
            self.forms[-1][1][said["name"]] = said.get("value", "")
