"""Every page of the face and every state of it that was designed on purpose, and how to come to each.

What takes pictures and what looks for barriers goes through this list; `missing()` names what is not on it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, resolve
from playwright.sync_api import Page

from console.wizard.steps import FORMS
from tests.browsing import complaints
from tests.running import Product, running

STAFF = {"username": "root", "password": "correct horse battery"}
# Who looks: nobody yet, an admin of the first team, somebody of another team, and staff without a team.
NOBODY, ADMIN, STRANGER, ROOT = "nobody", "admin", "stranger", "staff"
# Addresses that show no page of ours: acts, feeds, files, what machines ask for, and what only leads on.
NO_PAGE = {
    *("admin-sign-in", "theme", "language", "favicon", "healthz", "readyz", "readyz-pages", "metrics", "openapi"),
    *("dashboard-beside", "dashboard-csv", "dashboard-json", "saved-view-remove", "rows-read", "rows-adopt"),
    *(
        "dashboard-parts",
        "changes",
        "pool-read",
        "pool-mean",
        "order-withdraw",
        "order-resolve",
        "order-look",
        "order-say",
        "order-remind",
        "undo",
    ),
    *("approve", "reject", "request-changes", "approval-check"),
    *("refit-take-back", "pool-retry"),
    *("resize-approve", "resize-reject", "resize-check", "resize-undo", "resize-take-back", "resize-remind"),
    "intervention-take-back",
    *("order-as", "pool-as", "pool-audit-as", "draft-as", "template-as"),
    *("template-rename", "template-delete", "draft-keep"),
    *("order-watch", "watch-cancel", "watch-seen", "draft-split"),
    *("order-place", "draft-mend", "draft-delete", "catalog-read", "catalog-state"),
    *("member-add", "member-role", "member-remove", "four-eyes", "team-paying", "project-test", "project-disconnect"),
    "team-defaults",
    *("sandbox", "sandbox-clock", "sandbox-setting", "sandbox-step", "sandbox-faults-remove"),
    *("sandbox-fault-apply", "sandbox-fault-remove", "sandbox-calls-keep"),
}
POOL_TABS = ("nodes", "jobs", "events", "orders", "measurements", "configuration", "audit")
OURS = ("console.", "pools.endpoint.pages.", "pools.endpoint.describing.")

Places = dict[str, Any]
Act = Callable[[Page], object]


@dataclass(frozen=True)
class View:
    """A page in one of its states. `path` may name places in braces; `act` brings the state about once it is open, and
    goes on to the page named `route` where it does.
    """

    name: str
    path: str
    who: str = ADMIN
    act: Act | None = None
    route: str = ""

    def open(self, page: Page, places: Places) -> None:
        page.goto(self.path.format(**places))
        if self.act:
            self.act(page)
        _forget_statuses(page)


def _forget_statuses(page: Page) -> None:
    """Chromium logs every answer of 400 and above as an error; these were asked for."""
    complaints(page)[:] = [said for said in complaints(page) if "Failed to load resource" not in said]


def _ask(popover: str) -> Act:
    """Open what lies over the page, in whatever language its button speaks."""
    return lambda page: page.locator(f"main [popovertarget={popover}]").first.click()


def _sign_in_wrongly(page: Page) -> None:
    page.locator("input[name=username]").fill("mia")
    page.locator("input[name=password]").fill("wrong")
    page.locator("input[name=password]").press("Enter")
    page.get_by_role("alert").wait_for()


def _overlap(page: Page) -> None:
    """Ask for a network in the range of one that is there."""
    _title, taken, *_phase = page.locator("#id_network option").last.inner_text().split(" · ")
    page.locator("#new-network").evaluate("details => { details.open = true; }")
    page.fill("#id_new-network-name", "net-overlapping")
    page.fill("#id_new-network-cidr", taken)
    with page.expect_navigation():
        page.click("button[value='network:']")


def _mistake(page: Page) -> None:
    page.locator("#step-form input[type=text]").first.fill("2 Fast!")
    with page.expect_navigation():
        page.locator("#step-form button.button--primary").click()


def _connect_nothing(page: Page) -> None:
    page.locator("[name=where][value=addresses]").check()
    page.locator("[name=signs_with][value=password]").check()
    page.locator("main form").evaluate("form => form.requestSubmit()")
    page.get_by_role("alert").first.wait_for()


def _look_beside(page: Page) -> None:
    page.locator("[data-beside]").first.click()
    page.locator(".beside h2").wait_for()


def _delete_another(page: Page) -> None:
    page.locator("[name=typed_name]").fill("something-else")
    page.locator("[name=typed_name]").press("Enter")
    page.locator("[aria-invalid]").wait_for()


def _ask_for_more(page: Page) -> None:
    page.locator("input[name^=nodes-]").first.fill("40")
    with page.expect_navigation():
        page.locator("button[value=review]").click()


def _choose_other_jobs(page: Page) -> None:
    """One job type more, and those that are there no more."""
    boxes = page.locator("input[name=job_types]:not(:disabled)")
    for box in boxes.all():
        box.set_checked(not box.is_checked())
    _ask_for_nothing(page)


def _ask_for_nothing(page: Page) -> None:
    with page.expect_navigation():
        page.locator("button[value=review]").click()


def _look_at_a_call(page: Page) -> None:
    """The log keeps the last ones only: which they are shows on the page itself."""
    with page.expect_navigation():
        page.locator("main table .name").first.click()


def _choose_a_node(page: Page) -> None:
    page.locator("input[name=node]").first.check()


def _choose_nodes(deed: str) -> Act:
    """Choose the first two nodes, and be asked about them."""

    def act(page: Page) -> None:
        for nth in (0, 1):
            page.locator("input[name=node]").nth(nth).check()
        with page.expect_navigation():
            page.locator(f"button[name=deed][value={deed}]").click()

    return act


def _delete_nodes_of_another(page: Page) -> None:
    _choose_nodes("delete")(page)
    _delete_another(page)


VIEWS = [
    View("sign-in", "/sign-in/", NOBODY),
    View("sign-in-refused", "/sign-in/", NOBODY, _sign_in_wrongly),
    View("dashboard", "/"),
    View("dashboard-menu", "/", act=lambda page: page.locator(".menu > summary").first.click()),
    View("dashboard-keys", "/", act=lambda page: page.keyboard.press("?")),
    View("dashboard-watches", "/", act=lambda page: page.locator(".capacity__watches > summary").click()),
    View("dashboard-filtered", "/?phase=Running"),
    View("dashboard-nothing-matches", "/?q=nothing-like-this"),
    View("dashboard-one", "/", STRANGER),
    View("dashboard-beside", "/", act=_look_beside),
    View("dashboard-selected", "/", act=lambda page: page.locator("input[name=row]").first.check()),
    View("saved-views", "/views/"),
    *(
        View(f"pool-{name}", f"/pools/{{pool[{name}]}}/")
        for name in ("waiting", "creating", "running", "long", "abnormal")
    ),
    *(View(f"pool-{name}", f"/pools/{{pool[{name}]}}/") for name in ("failed", "deleting", "error", "gone")),
    *(View(f"pool-{tab}", f"/pools/{{pool[long]}}/{tab}/") for tab in POOL_TABS),
    View("pool-delete", "/pools/{pool[running]}/delete/"),
    View("pool-delete-mistyped", "/pools/{pool[running]}/delete/", act=_delete_another),
    View("pool-nodes-selected", "/pools/{pool[long]}/nodes/", act=_choose_a_node),
    *(
        View(f"pool-nodes-{deed}", "/pools/{pool[long]}/nodes/act/", act=_choose_nodes(deed))
        for deed in ("lock", "restart", "delete")
    ),
    View("pool-nodes-mistyped", "/pools/{pool[long]}/nodes/act/", act=_delete_nodes_of_another),
    View("pool-resize", "/pools/{pool[running]}/resize/"),
    View("pool-resize-review", "/pools/{pool[running]}/resize/", act=_ask_for_more),
    View("pool-resize-asked", "/pools/{pool[growing]}/"),
    View("pool-refit", "/pools/{pool[running]}/refit/"),
    View("pool-refit-review", "/pools/{pool[running]}/refit/", act=_choose_other_jobs),
    View("pool-refit-mistyped", "/pools/{pool[running]}/refit/", act=_ask_for_nothing),
    View("pool-resize-mistyped", "/pools/{pool[running]}/resize/", act=_ask_for_nothing),
    *(View(f"order-{name}", f"/orders/{{order[{name}]}}/") for name in ("accepted", "refused", "doubt", "held")),
    View("approvals", "/approvals/"),
    View("approvals-together", "/approvals/together/?order={order[waiting]}"),
    View("approvals-decided", "/approvals/?tab=decided"),
    View("approvals-none", "/approvals/", STRANGER),
    View("approval", "/approvals/{order[waiting]}/"),
    View("approval-approve", "/approvals/{order[waiting]}/", act=_ask("approve-dialog")),
    View("approval-changes", "/approvals/{order[waiting]}/", act=_ask("changes-dialog")),
    View("approval-reject", "/approvals/{order[waiting]}/", act=_ask("reject-dialog")),
    View("approval-resize", "/approvals/resizes/{resize[waiting]}/"),
    View("approval-resize-approve", "/approvals/resizes/{resize[waiting]}/", act=_ask("approve-dialog")),
    View("approval-resize-reject", "/approvals/resizes/{resize[waiting]}/", act=_ask("reject-dialog")),
    View("approval-resize-decided", "/approvals/resizes/{resize[decided]}/"),
    View("approval-resize-blocked", "/approvals/resizes/{resize[blocked]}/"),
    View("teams", "/teams/"),
    View("team", "/teams/{team}/"),
    View("preferences", "/preferences/"),
    View("templates", "/orders/templates/"),
    View("template", "/orders/templates/{template}/"),
    View("template-new", "/orders/{order[accepted]}/keep/"),
    View("wizard-start", "/orders/new/"),
    *(View(f"wizard-{step}", f"{{draft}}{step}/") for step, _form in FORMS),
    *(View(f"wizard-watch-{name}", f"/orders/{{watch[{name}]}}/review/") for name in ("offered", "watched", "over")),
    View("wizard-mistake", "{draft}labels/", act=_mistake),
    View("wizard-overlap", "{draft}workload/", act=_overlap),
    View("reference", "/reference/", STRANGER),
    View("reference-operation", "/reference/CreatePool/", STRANGER),
    View("not-found", "/pools/987654321/"),
    View("forbidden", "/projects/"),
    View("projects", "/projects/", ROOT),
    *(View(f"project-{name}", f"/projects/{{project[{name}]}}/", ROOT) for name in ("embedded", "beijing", "lab")),
    View("project-new", "/projects/new/", ROOT),
    View("project-mistakes", "/projects/new/", ROOT, _connect_nothing),
    View("project-edit", "/projects/{project[beijing]}/edit/", ROOT),
    View("sandbox", "/sandbox/{hosted}/", ROOT),
    View("sandbox-fill", "/sandbox/{hosted}/fill/", ROOT),
    View("sandbox-reset", "/sandbox/{hosted}/reset/", ROOT),
    View("sandbox-faults", "/sandbox/{hosted}/faults/", ROOT),
    View("sandbox-calls", "/sandbox/{hosted}/calls/", ROOT),
    View("sandbox-call", "/sandbox/{hosted}/calls/", ROOT, _look_at_a_call, "sandbox-call"),
    View("design", "/design/", ROOT),
    View("design-dialog", "/design/", ROOT, _ask("sample-dialog")),
    View("design-menu", "/design/", ROOT, _ask("sample-menu")),
    View("design-panel", "/design/", ROOT, _ask("sample-panel")),
]


def named_routes(resolver: URLResolver | None = None) -> Iterator[str]:
    """The names of the addresses that code of the face answers."""
    for found in (resolver or get_resolver()).url_patterns:
        if isinstance(found, URLResolver):
            yield from named_routes(found)
        elif isinstance(found, URLPattern) and found.name and found.lookup_str.startswith(OURS):
            yield found.name


class _Anything(dict[str, object]):
    def __init__(self, thing: object = 1) -> None:
        self.thing = thing

    def __missing__(self, _key: str) -> object:
        return self.thing


SOMEWHERE: Places = {
    **{kind: _Anything() for kind in ("pool", "order", "resize", "project")},
    "team": "team",
    "hosted": "project",
    "template": 1,
    "draft": f"/orders/{UUID(int=0)}/",
    "watch": _Anything(UUID(int=0)),
}


def missing() -> set[str]:
    """Pages of the face that no view of the list goes to."""
    gone_to = {view.route or resolve(view.path.format(**SOMEWHERE).partition("?")[0]).view_name for view in VIEWS}
    return {*named_routes(), "sign-in"} - NO_PAGE - gone_to


@contextmanager
def staged(*, crowd: int = 0) -> Iterator[tuple[Product, Places]]:
    """A product in which much has happened, and what stands where; `crowd` more pools run in it.

    Fails if a page of the face is in no view.
    """
    assert not (left_out := missing()), f"tests/face.py has no view of {sorted(left_out)}"
    with running(pace="demo") as product:
        places: Places = json.loads(product.manage(str(crowd), module="tests.staging").splitlines()[-1])
        places["draft"] = _copied(product, places["pool"]["long"])
        yield product, places


def _copied(product: Product, pool: int) -> str:
    """The path of a draft that copies a pool, so that the steps of the wizard have something to show."""
    session = product.session(product.account("admin"))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', session.get(f"{product.url}/orders/new/").text)
    assert token
    sent = {"start": "copy", "pool": pool, "csrfmiddlewaretoken": token[1]}
    answer = session.post(f"{product.url}/orders/new/", sent, headers={"Referer": product.url}, allow_redirects=False)
    assert answer.status_code == 302, answer.text
    return re.sub(r"[\w-]+/$", "", answer.headers["Location"])


def account(product: Product, who: str) -> dict[str, str] | None:
    """Whom to sign in as, if anybody."""
    return {
        NOBODY: None,
        ADMIN: product.account("admin"),
        STRANGER: product.account(stranger=True),
        ROOT: STAFF,
    }[who]
