"""Every rule that blocks: its sentence stands beside the field where the mistake is made, and the judge agrees."""

from __future__ import annotations

import base64
import json
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from console.wizard.checks import examine
from console.wizard.offers import Offers
from console.wizard.situation import Situation
from console.wizard.steps import FORMS
from console.wizard.storage import kept_of, steps_of
from console.wizard.words import SENTENCES, say
from pools import queries
from pools.wire.breaches import Breach
from pools.wire.limits import judge
from tests import builders
from tests.console.wizard.catalog import CPU, GPU, mirror, order
from tests.console.wizard.conftest import MakeDraft, Vision, text_of, url
from tests.console.wizard.mistakes import MISTAKES, PLIGHTS, Mistake, Plight, labelled, of


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: f"{one.rule}-{one.problem}")
def test_a_mistake_is_told_beside_its_field_in_plain_words(lena: Client, draft_of: MakeDraft, mistake: Mistake) -> None:
    page = unescape(text_of(lena.get(url(draft_of(mistake.document), mistake.step))))
    beside = re.escape(f'id="id_{mistake.field}_error"') if mistake.field else "problems-title"
    assert re.search(beside + r"[^§]*?" + re.escape(mistake.words), page), mistake.words


@pytest.mark.parametrize("plight", PLIGHTS, ids=lambda one: f"{one.rule}-{one.problem}")
def test_what_the_state_of_the_project_forbids_is_told_beside_its_field(
    lena: Client, vision: Vision, draft_of: MakeDraft, plight: Plight
) -> None:
    mirror(vision.project, **plight.around)
    page = unescape(text_of(lena.get(url(draft_of(plight.document), plight.step))))
    beside = f'id="id_{plight.field}_error"' if plight.field else 'id="problems-title"'
    assert re.search(re.escape(beside) + r"[^§]*?" + re.escape(plight.words), page), plight.words


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: f"{one.rule}-{one.problem}")
def test_the_judge_says_the_same(vision: Vision, mistake: Mistake) -> None:
    verdict = judge(mistake.document, catalog=queries.catalog_of(vision.project))
    assert (mistake.rule, mistake.problem) in [(one.rule, one.problem) for one in verdict.blocking]


def test_a_good_order_has_no_problem_at_all(lena: Client, draft_of: MakeDraft, vision: Vision) -> None:
    draft = draft_of(order())
    examination = examine(Situation(draft, vision.lena, steps_of(draft), kept_of(draft), Offers.of(vision.project)))
    assert examination.problems == ()


def test_a_name_in_use_is_told_before_the_order_is_placed(lena: Client, vision: Vision, draft_of: MakeDraft) -> None:
    builders.pool(project=vision.project, name="pool-blue")
    page = text_of(lena.get(url(draft_of(order()), "labels")))
    assert re.search(r'id="id_name_error">The name pool-blue is taken', page)


def test_a_licence_for_one_workload_is_told_beside_the_job_types(
    lena: Client, vision: Vision, draft_of: MakeDraft
) -> None:
    mirror(vision.project, config={"licenseScopeType": "single"})
    page = text_of(lena.get(url(draft_of(order(scope=["Train", "Infer"])), "workload")))
    assert re.search(r'id="id_scope_error">This tenant allows Train or Infer', page)


def test_a_tag_without_a_key_is_told_beside_the_key(lena: Client, draft_of: MakeDraft) -> None:
    typed = {"version": 0, "same": "on", "r1-tag": "t1", "r1-t1-key": "", "r1-t1-value": "vision"}
    page = text_of(lena.post(url(draft_of(order()), "drivers"), typed))
    assert re.search(r'id="id_r1-t1-key_error">A tag needs a key\.', page)


SECRET = base64.b64encode(b"#!/bin/sh\nTOKEN=0123456789abcdef\n").decode()
UNLISTED = order(resources=[{"flavor": GPU, "count": 1}], driver={"gpuVersion": "1.0"})


MONTHLY = {"billing_mode": "1", "period_type": "2", "period_num": "1"}


@pytest.mark.parametrize(
    ("notes", "zeros"),
    [({"billing_mode": "0"}, ["mode"]), (MONTHLY | {"auto_renew": "0", "auto_pay": "0"}, ["auto_renew", "auto_pay"])],
)
def test_a_zero_that_came_with_an_order_is_told_in_words_and_sent_as_it_came(
    lena: Client, draft_of: MakeDraft, notes: dict[str, str], zeros: list[str]
) -> None:
    draft = draft_of(labelled(notes=notes))
    page = text_of(lena.get(url(draft, "billing")))
    assert "as it came" not in page
    assert re.findall(r'name="(\w+)" value="0"[^>]* checked', page) == zeros
    typed = {name.removeprefix("billing_"): value for name, value in notes.items()}
    lena.post(url(draft, "billing"), {"version": 0, **typed})
    sent = lena.get(reverse("draft-as", kwargs={"draft": draft.pk, "form": "json"})).content.decode()
    assert json.loads(sent) == labelled(notes=notes)


def test_a_driver_that_is_not_listed_blocks(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(UNLISTED)
    assert re.search(r'id="id_gpu_error">The cloud does not list version 1.0', text_of(lena.get(url(draft, "drivers"))))
    assert "One thing to mend" in text_of(lena.get(url(draft, "review")))


def test_a_driver_written_as_another_version_is_only_warned_of(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(UNLISTED)
    lena.post(url(draft, "drivers"), {"version": 0, "same": "on", "gpu": "", "gpu_other": "1.0"})
    assert "It may refuse the order" in text_of(lena.get(url(draft, "drivers")))
    assert "to mend before" not in text_of(lena.get(url(draft, "review")))


@pytest.mark.parametrize(
    ("document", "step", "words"),
    [
        (of(extendParams={"postInstall": SECRET}), "drivers", "Line 2 looks like a secret."),
        (labelled(sharing="shared"), "labels", "Other users of the account"),
        (order(ipv6enable=True), "workload", "IPv6 cannot be switched off later."),
        (of(count=31), "flavors", "31 nodes at once may be throttled"),
        (of(count=2, azs=[{"az": "az1", "count": 1}, {"az": "az2", "count": 1}]), "zones", "Training across zones"),
        (
            of(GPU) | {"spec": of(GPU)["spec"] | {"driver": {"updateStrategy": "force"}}},
            "drivers",
            "interrupt the jobs",
        ),
    ],
)
def test_advice_is_shown_and_blocks_nothing(
    lena: Client, draft_of: MakeDraft, document: dict[str, Any], step: str, words: str
) -> None:
    draft = draft_of(document)
    assert words in text_of(lena.get(url(draft, step)))
    assert "Place the order" in text_of(lena.get(url(draft, "review")))
    assert "disabled" not in text_of(lena.get(url(draft, "review"))).split("Place the order")[0][-200:]


def test_a_half_written_order_is_judged_as_far_as_it_goes(lena: Client, draft_of: MakeDraft) -> None:
    nameless = {"metadata": {"labels": {}}, "spec": {"containerNetwork": {"cidr": "10.0.0.1/16"}}}
    assert "Did you mean 10.0.0.0/16?" in text_of(lena.get(url(draft_of(nameless), "workload")))


@pytest.mark.parametrize(
    ("step", "words"), [("labels", "Give the pool a name."), ("flavors", "Add at least one flavor.")]
)
def test_what_is_missing_is_told_once_its_step_is_saved(
    lena: Client, draft_of: MakeDraft, step: str, words: str
) -> None:
    draft = draft_of()
    assert words not in text_of(lena.get(url(draft, step)))
    assert words in text_of(lena.post(url(draft, step), {"version": 0}))


def test_a_case_without_words_is_still_told() -> None:
    assert say(Breach("R99", "$.spec", {"problem": "odd"})) == "Rule R99 of the cloud is broken: odd."


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_every_sentence_ends_as_a_sentence(case: tuple[str, str]) -> None:
    assert str(SENTENCES[case]).rstrip().endswith((".", "?", ")s"))


def test_a_script_in_base64_is_shown_as_text(lena: Client, draft_of: MakeDraft) -> None:
    script = base64.b64encode(b"echo hello\n").decode()
    page = text_of(lena.get(url(draft_of(of(extendParams={"postInstall": script})), "drivers")))
    assert "echo hello" in page


LONG = "9" * 5000  # Python refuses to read more than 4,300 digits of a number
NUMBERS: dict[str, dict[str, Any]] = {
    "flavors": {"row": "r1", "r1-flavor": CPU, "r1-count": LONG, "r1-max": LONG},
    "zones": {"r1-mode": "zones", "r1-cell": ["z1"], "r1-z1-az": "az1", "r1-z1-count": LONG},
    "disks": {
        "r1-root-type": "SSD", "r1-root-size": LONG, "r1-container": LONG,
        "r1-disk": "d1", "r1-d1-type": "SSD", "r1-d1-size": LONG, "r1-d1-count": LONG, "r1-d1-group": "vgpaas",
        "r1-group": "g1", "r1-g1-name": "vgpaas", "r1-g1-share": LONG, "r1-g1-lv": "linear",
    },
    "billing": {"mode": "1", "period_type": "2", "period_num": LONG},
}  # fmt: skip


@pytest.mark.parametrize("step", NUMBERS)
def test_numbers_that_nobody_can_read_are_told_beside_their_fields_and_no_page_breaks(
    lena: Client, draft_of: MakeDraft, step: str
) -> None:
    draft, typed = draft_of(order()), NUMBERS[step]
    page = text_of(lena.post(url(draft, step), {"version": 0, **typed}))
    assert [name for name, value in typed.items() if value == LONG and f"id_{name}_error" not in page] == []
    assert lena.post(url(draft, "zones"), {"version": 1, "act": "spread:r1:az1"}).status_code == 302
    assert [lena.get(url(draft, step)).status_code for step, _form in FORMS] == [200] * len(FORMS)


@pytest.mark.parametrize("strange", ["٣", "-1", "1e3", "²"])
def test_other_alphabets_digits_are_no_number(lena: Client, draft_of: MakeDraft, strange: str) -> None:
    typed = {"version": 0, "row": "r1", "r1-flavor": CPU, "r1-count": strange}
    assert "id_r1-count_error" in text_of(lena.post(url(draft_of(order()), "flavors"), typed))
