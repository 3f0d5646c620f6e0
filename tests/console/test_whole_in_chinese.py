"""Orders, decisions and pools for somebody who reads Chinese: names and words of the API alone stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from pools import gleaning
from pools.gleaning import JobFact
from pools.models import Decision, Detail, Order, User
from pools.states import ErrandState, OrderState
from pools.wire.enums import JobType, Phase
from pools.wire.options import WorkloadStatus
from tests import builders
from tests.console.scenes import Scene

NAMES = {"Poolhouse", "JSON", "Python", "Terraform", "curl", "Enter", "Esc", "Vision", "lena", "mia", "ken", "Project"}
WORDS = {*Phase, *JobType, *WorkloadStatus, "Active", *NAMES}
# Identifiers, flavors and zones: they have a digit, a dot or a hyphen in them.
NAMED = re.compile(r"[\w.-]*[\d._-][\w.-]*")


class Read(HTMLParser):
    """What is read on a page, also by those who hear it; documents and scripts are no sentences."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._within = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within += tag in {"script", "style", "pre"}
        heard = ("title", "aria-label", "placeholder", "data-label")
        self.said += [value or "" for name, value in attrs if name in heard or name.startswith("data-say")]

    def handle_endtag(self, tag: str) -> None:
        self._within -= tag in {"script", "style", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.said.append(" ".join(data.split()))


def english(html: str) -> set[str]:
    """Texts without a single Chinese sign, and with a word of three letters that is neither a name nor the API's."""
    reader = Read()
    reader.feed(html)
    latin = {text for text in reader.said if not re.search("[\u4e00-\u9fff]", text)}
    return {
        text for text in latin if any(word not in WORDS for word in re.findall("[A-Za-z]{3,}", NAMED.sub("", text)))
    }


def _orders(scene: Scene) -> Iterator[str]:
    for state in OrderState:
        if state is not OrderState.ACCEPTED:
            yield reverse("order", args=[scene.order(state=state).pk])
    for order in (
        scene.waiting(),
        scene.order(state=OrderState.PLACED, setbacks=1),
        scene.order(state=OrderState.IN_DOUBT, needs_person=True),
        scene.pool(Phase.CREATION_FAILED).order,
        _rejected(scene),
    ):
        assert order
        yield reverse("order", args=[order.pk])


def _rejected(scene: Scene) -> Order:
    order = scene.waiting()
    builders.decision(
        order=order, by=scene.admin, verdict=Decision.Verdict.REJECTED, reason="太大了。", state=ErrandState.DONE
    )
    return order


def _desk(scene: Scene) -> Iterator[str]:
    kept = [{"rule": "A2", "case": "shared", "path": "$", "values": {}}]
    first, second = scene.waiting(understood=kept), scene.waiting()
    rejected = _rejected(scene)
    yield from (reverse("approvals"), f"{reverse('approvals')}?tab=decided")
    yield from (reverse("approval", args=[order.pk]) for order in (first, rejected))
    yield f"{reverse('approve-together')}?order={first.pk}&order={second.pk}"


def _deleting(scene: Scene) -> Iterator[str]:
    pool = scene.pool()
    jobs = [JobFact(name="job-1", kind="train", status="Running", by="lena"), JobFact(name="job-2", status="Queue")]
    Detail.objects.create(pool=pool, kind=Detail.Kind.JOBS, document=gleaning.kept(jobs), asked_at=pool.observed_at)
    yield from (reverse(name, args=[pool.pk]) for name in ("pool-delete", "pool-jobs"))


@pytest.mark.parametrize("pages", [_orders, _desk, _deleting])
def test_nothing_english_is_left(client: Client, scene: Scene, pages: Callable[[Scene], Iterator[str]]) -> None:
    User.objects.update(language="zh-hans")
    client.force_login(scene.admin)
    left = {address: english(client.get(address).content.decode()) for address in pages(scene)}
    assert {address: texts for address, texts in left.items() if texts} == {}


def test_what_was_forgotten_would_be_found() -> None:
    assert english("<p title='Not said'>审批</p><p>Waiting 8 × vm.cpu-1</p>") == {"Not said"}
