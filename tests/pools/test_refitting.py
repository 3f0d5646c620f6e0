"""Asking for other job types and drivers, and for another try at a job type: who may, when, and what cannot be."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pools import adopting, refitting, tracking
from pools.models import CatalogPart, Pool, Refit, User
from pools.refitting import Unfit, Why
from pools.states import ErrandState, OrderState
from pools.wire import refitting as law
from pools.wire.enums import Phase
from pools.wire.refitting import Fitting
from tests import builders

pytestmark = pytest.mark.django_db

FLAVOR = "modelarts.vm.gpu.v100.x1"
STANDS = Fitting(job_types=("Train", "Notebook"), gpu="470.57.02", strategy="idle")


class House:
    """A team with a GPU pool whose Notebook could not be switched on, and what its project offers."""

    def __init__(self) -> None:
        self.team = builders.team()
        self.member: User = builders.person(member_of=self.team)
        self.other: User = builders.person(member_of=self.team)
        self.admin: User = builders.person(admin_of=self.team)
        self.stranger: User = builders.person(admin_of=builders.team())
        order = builders.order(team=self.team, placed_by=self.member, state=OrderState.ACCEPTED)
        scope = [{"scopeType": "Train", "state": "Enabled"}, {"scopeType": "Notebook", "state": "EnableFailed"}]
        driver = {"gpu": {"version": "470.57.02", "state": "Running"}}
        document = builders.heard(name=order.pool_name, scope=scope, driver=driver)
        document["spec"] |= {
            "scope": ["Train", "Notebook"],
            "resources": [{"flavor": FLAVOR, "count": 2}],
            "driver": {"gpuVersion": "470.57.02", "updateStrategy": "idle"},
        }
        self.pool: Pool = builders.pool(order=order, document=document)
        labels = {"os.modelarts/scope": "Train.Infer.Notebook"}
        offer = {"metadata": {"name": FLAVOR, "labels": labels}, "spec": {"gpu": {"type": "V100", "size": 1}}}
        self.offers("flavors", {"items": [offer]})
        self.offers("drivers", {"gpu": {"spec": {"versions": {"470.57.02": {}, "535.104.05": {}}}}})

    def offers(self, kind: str, document: dict[str, Any]) -> None:
        CatalogPart.objects.filter(project=self.pool.project, kind=kind).delete()
        builders.catalog_part(project=self.pool.project, kind=CatalogPart.Kind(kind), document=document)

    def ask(self, *job_types: str, by: User | None = None, **other: str) -> Refit:
        wanted = Fitting(
            job_types=job_types or STANDS.job_types,
            gpu=other.get("gpu", STANDS.gpu),
            npu=other.get("npu"),
            strategy=other.get("strategy", STANDS.strategy),
        )
        return refitting.ask(self.pool, by=by or self.member, wanted=wanted, seen=law.print_of(STANDS))

    def becomes(self, **fields: Any) -> None:
        Pool.objects.filter(pk=self.pool.pk).update(**fields)
        self.pool = Pool.objects.get(pk=self.pool.pk)


@pytest.fixture
def house() -> House:
    return House()


@pytest.mark.parametrize(
    ("wanted", "spec"),
    [
        ({"job_types": ("Train", "Infer")}, {"scope": ["Train", "Infer"]}),
        ({"gpu": "535.104.05"}, {"driver": {"gpuVersion": "535.104.05", "updateStrategy": "idle"}}),
        ({"strategy": "force"}, {"driver": {"updateStrategy": "force"}}),
    ],
)
def test_a_patch_says_what_is_to_be_other_and_no_more(house: House, wanted: dict[str, Any], spec: Any) -> None:
    refit = house.ask(*wanted.pop("job_types", ()), **wanted)

    assert json.loads(refit.body) == {"spec": spec}
    assert refit.due_at is not None


@pytest.mark.parametrize(
    ("job_types", "other", "what"),
    [
        ((), {}, Unfit.NOTHING),
        (("Notebook", "Train"), {}, Unfit.NOTHING),
        ((), {"gpu": "1.2.3"}, Unfit.NOT_OFFERED),
        ((), {"npu": "24.1"}, Unfit.NO_ACCELERATOR),
    ],
)
def test_what_cannot_be_is_refused(house: House, job_types: tuple[str, ...], other: dict[str, Any], what: str) -> None:
    with pytest.raises(refitting.Ill) as caught:
        house.ask(*job_types, **other)

    assert caught.value.what == what


def test_a_pool_keeps_a_job_type(house: House) -> None:
    with pytest.raises(refitting.Ill) as caught:
        refitting.judge(house.pool, Fitting(job_types=(), gpu=STANDS.gpu, strategy="idle"))

    assert caught.value.what is Unfit.NO_JOB_TYPE


def test_a_single_licence_keeps_training_and_inference_apart(house: House) -> None:
    house.offers("config", {"licenseScopeType": "single"})

    with pytest.raises(refitting.Ill) as caught:
        house.ask("Train", "Infer")

    assert caught.value.what is Unfit.LICENCE
    assert house.ask("Infer").wanted.job_types == ("Infer",)


def test_a_job_type_that_no_flavor_supports_is_not_added_and_one_that_is_there_may_stay(house: House) -> None:
    labels = {"os.modelarts/scope": "Train"}
    house.offers("flavors", {"items": [{"metadata": {"name": FLAVOR, "labels": labels}, "spec": {"gpu": {"size": 1}}}]})

    with pytest.raises(refitting.Ill) as caught:
        house.ask("Train", "Notebook", "Infer")
    assert (caught.value.what, caught.value.values["scope"]) == (Unfit.UNSUPPORTED, "Infer")
    assert house.ask(gpu="535.104.05").wanted.gpu == "535.104.05"


def test_a_stranger_asks_for_nothing(house: House) -> None:
    for nobody in (house.stranger, house.other):
        with pytest.raises(refitting.NotAllowed):
            house.ask("Train", by=nobody)
    with pytest.raises(refitting.NotAllowed):
        refitting.retry(house.pool, "Notebook", by=house.stranger)


def test_a_double_click_asks_once_and_nobody_else_meanwhile(house: House) -> None:
    assert house.ask("Train") == house.ask("Train")
    for who, job_type in ((house.admin, "Train"), (house.member, "Notebook")):
        with pytest.raises(refitting.NotNow) as caught:
            house.ask(job_type, by=who)
        assert caught.value.why is Why.UNDER_WAY


def test_what_was_read_is_what_it_is_asked_against(house: House) -> None:
    document = house.pool.document
    document["spec"]["driver"]["gpuVersion"] = "535.104.05"
    house.becomes(document=document)

    with pytest.raises(refitting.Overtaken):
        house.ask("Train")


@pytest.mark.parametrize("phase", [Phase.ABNORMAL, Phase.CREATING, Phase.SCALING_FAILED])
def test_only_a_pool_that_runs_is_refitted(house: House, phase: Phase) -> None:
    house.becomes(phase=phase)

    with pytest.raises(refitting.NotNow) as caught:
        house.ask("Train")
    assert caught.value.why is Why.PHASE


def test_it_can_be_taken_back_until_a_worker_has_it(house: House) -> None:
    refit = house.ask("Train")
    with pytest.raises(refitting.NotAllowed):
        refitting.take_back(refit, by=house.stranger)
    assert refitting.take_back(refit, by=house.admin)

    again = house.ask("Train")
    again.claim(ErrandState.SENDING, until=timezone.now())
    assert not refitting.take_back(Refit.objects.get(pk=again.pk), by=house.member)


def test_a_job_type_that_failed_is_tried_again_at_once(house: House) -> None:
    refit = refitting.retry(house.pool, "Notebook", by=house.member)

    assert json.loads(refit.body) == {"scope": "Notebook"}
    assert Refit.objects.due().get() == refit
    assert refitting.retry(house.pool, "Notebook", by=house.member) == refit


def test_a_job_type_is_not_tried_again_without_need(house: House) -> None:
    house.offers("config", {"poolScopePlugins": [{"scope": "Notebook", "supportRetry": False}]})

    for job_type, why in (("Train", Why.NOT_FAILED), ("made up", Why.NOT_FAILED), ("Notebook", Why.NO_RETRY)):
        with pytest.raises(refitting.NotNow) as caught:
            refitting.retry(house.pool, job_type, by=house.member)
        assert caught.value.why is why


def test_between_two_tries_the_cloud_is_given_time(house: House) -> None:
    refitting.retry(house.pool, "Notebook", by=house.member)
    Refit.objects.update(state=ErrandState.DONE, due_at=None, last_sent_at=timezone.now())

    with pytest.raises(refitting.NotNow) as caught:
        refitting.retry(house.pool, "Notebook", by=house.member)
    assert caught.value.why is Why.LATELY

    Refit.objects.update(last_sent_at=timezone.now() - timedelta(minutes=2))
    assert refitting.retry(house.pool, "Notebook", by=house.member).retried == "Notebook"


def test_a_pool_that_changes_hands_takes_no_refit_with_it(house: House) -> None:
    house.becomes(order=None, team=None)
    builders.refit(pool=house.pool, by=house.member, job_types=("Train",))
    house.team.projects.add(house.pool.project)

    adopting.adopt(house.pool, team=house.team, by=house.admin)

    assert Refit.objects.get().state == ErrandState.FAILED


def test_what_was_refitted_here_is_no_drift(house: House) -> None:
    assert house.pool.order
    for wanted in ({"job_types": ("Train", "Infer")}, {"gpu": "535.104.05", "strategy": "force"}):
        builders.refit(pool=house.pool, by=house.member, state=ErrandState.DONE, **wanted)

    spec = json.loads(tracking.weighing.as_ordered(house.pool, house.pool.order))["spec"]

    assert (spec["scope"], spec["driver"]) == (
        ["Train", "Infer"],
        {"gpuVersion": "535.104.05", "updateStrategy": "force"},
    )
