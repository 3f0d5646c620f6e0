"""How many questions each page of the wizard asks the database: the same with one flavor and with three."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from console.wizard.steps import FORMS
from tests.console.wizard.catalog import CPU, GPU, NPU, order
from tests.console.wizard.conftest import MakeDraft, url

STEPS = [name for name, _form in FORMS]
FLAVORS = [{"flavor": name, "count": 8, "tags": [{"key": "a", "value": "b"}]} for name in (CPU, GPU, NPU)]


@pytest.mark.parametrize("flavors", [1, 3])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_asks_as_much_for_three_flavors_as_for_one(
    lena: Client,
    draft_of: MakeDraft,
    step: str,
    flavors: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    draft = draft_of(order(resources=FLAVORS[:flavors]))
    # Three of them are for what the order meets outside of itself: orders on their way, who decides, and how long such
    # pools took. Labels ask besides for which teams and projects one may order, Review for the order placed before;
    # and only what depends on it asks for the network that is being made for the order: its own step, and Review. What
    # pools use is asked where it is told: of networks, of drivers (which only the second and third flavor have), and
    # of flavors, which are told how long they take besides.
    figures = {"labels": 16, "workload": 17, "flavors": 16, "drivers": 15 if flavors > 1 else 14, "review": 16}
    with django_assert_num_queries(figures.get(step, 14)):
        assert lena.get(url(draft, step)).status_code == 200


@pytest.mark.parametrize("flavors", [1, 3])
@pytest.mark.parametrize("step", STEPS[:-1])
def test_saving_a_step_asks_as_much_for_three_flavors_as_for_one(
    lena: Client,
    draft_of: MakeDraft,
    step: str,
    flavors: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    draft = draft_of(order(resources=FLAVORS[:flavors]))
    typed = draft.data["step_data"].get(step, {})
    with django_assert_num_queries({"labels": 11, "workload": 10}.get(step, 9)):
        lena.post(url(draft, step), {"version": 0, **typed})
