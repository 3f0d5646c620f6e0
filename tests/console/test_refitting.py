"""Other job types and drivers from a pool's page, and another try at a job type that failed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from pools.models import CatalogPart, Pool, Refit
from pools.states import ErrandState
from pools.wire import refitting as law
from tests import builders
from tests.console.scenes import Scene

FLAVOR = "modelarts.vm.gpu.v100.x1"


def signed_in(who: Any) -> Client:
    client = Client()
    client.force_login(who)
    return client


@pytest.fixture
def fitted(scene: Scene) -> Pool:
    """A GPU pool that runs, its Notebook not switched on, and two versions of its driver on offer."""
    states = [{"scopeType": "Train", "state": "Enabled"}, {"scopeType": "Notebook", "state": "EnableFailed"}]
    driver = {"gpu": {"version": "470.57.02", "state": "Running"}}
    document = builders.heard(name="vision-one", scope=states, driver=driver)
    document["spec"] |= {"scope": ["Train", "Notebook"], "resources": [{"flavor": FLAVOR, "count": 1}]}
    labels = {"os.modelarts/scope": "Train.Notebook"}
    offer = {"metadata": {"name": FLAVOR, "labels": labels}, "spec": {"gpu": {"type": "V100", "size": 1}}}
    offers: dict[CatalogPart.Kind, Any] = {
        CatalogPart.Kind.FLAVORS: {"items": [offer]},
        CatalogPart.Kind.DRIVERS: {"gpu": {"spec": {"versions": {"470.57.02": {}, "535.104.05": {}}}}},
    }
    for kind, answer in offers.items():
        builders.catalog_part(project=scene.project, kind=kind, document=answer)
    return scene.pool(name="vision-one", document=document)


def sent(pool: Pool, *job_types: str, **more: str) -> dict[str, Any]:
    seen = law.print_of(law.fitting(pool.document))
    chosen = {"job_types": job_types or ("Train", "Notebook"), "gpu": "470.57.02", "strategy": "idle"}
    return {"seen": seen, "act": "send", **chosen, **more}


def refit(who: Any, pool: Pool, *job_types: str, **more: str) -> Any:
    return signed_in(who).post(reverse("pool-refit", args=[pool.pk]), sent(pool, *job_types, **more))


def test_the_page_of_a_running_pool_leads_to_what_it_has(scene: Scene, fitted: Pool) -> None:
    client = signed_in(scene.member)
    address = reverse("pool-refit", args=[fitted.pk])

    for page in (reverse("pool", args=[fitted.pk]), reverse("dashboard")):
        assert address in client.get(page).text
    form = client.get(address).context["form"]
    assert [(box.value, box.is_ticked) for box in form.boxes] == [("Train", True), ("Notebook", True), ("Infer", False)]
    assert [value for value, _word in form["gpu"].field.choices] == ["470.57.02", "535.104.05"]
    assert f"{FLAVOR} does not support it" in form.boxes[2].why_not


def test_a_pool_that_does_not_run_says_why_it_is_not_changed(scene: Scene) -> None:
    pool = scene.pool("Abnormal")

    for page in ("pool", "pool-refit", "dashboard"):
        said = signed_in(scene.member).get(reverse(page, args=[] if page == "dashboard" else [pool.pk])).text
        assert "Job types and drivers are changed in Running; this pool is Abnormal." in said


def test_what_it_means_is_read_before_it_is_recorded(scene: Scene, fitted: Pool) -> None:
    page = refit(scene.member, fitted, "Train", gpu="535.104.05", strategy="force", act="review")

    assert (page.status_code, Refit.objects.exists()) == (200, False)
    for words in (
        "Notebook is removed.",
        "GPU driver: 470.57.02 → 535.104.05",
        "the jobs that run there are interrupted",
        "I understand that what runs of Notebook",
        "&quot;updateStrategy&quot;: &quot;force&quot;",
    ):
        assert words in page.text, words


def test_what_stops_and_what_is_interrupted_is_ticked_each(scene: Scene, fitted: Pool) -> None:
    wanted: dict[str, str] = {"gpu": "535.104.05", "strategy": "force"}

    half = refit(scene.member, fitted, "Train", **wanted, **{"understood-jobs": "on"})
    assert (half.status_code, half.context["unread"]) == (422, ["understood-force"])
    whole = refit(scene.member, fitted, "Train", **wanted, **{"understood-jobs": "on", "understood-force": "on"})

    assert whole.status_code == 302
    spec = json.loads(Refit.objects.get().body)["spec"]
    assert spec == {"scope": ["Train"], "driver": {"gpuVersion": "535.104.05", "updateStrategy": "force"}}


@pytest.mark.parametrize(
    ("job_types", "more", "words"),
    [
        (("Train", "Notebook"), {}, "change something first"),
        (("Train", "Infer"), {}, "does not support Infer"),
        (("Train", "made up"), {}, "made up"),
        (("Train",), {"gpu": "1.2.3"}, "1.2.3"),
        (("Train",), {"strategy": "never"}, "never"),
    ],
)
def test_what_cannot_be_is_said_on_the_form(
    scene: Scene, fitted: Pool, job_types: tuple[str, ...], more: dict[str, str], words: str
) -> None:
    page = refit(scene.member, fitted, *job_types, **more)

    assert (page.status_code, Refit.objects.exists()) == (422, False)
    assert words in page.text


def test_a_pool_without_any_job_type_is_not_asked_for(scene: Scene, fitted: Pool) -> None:
    typed = {**sent(fitted), "job_types": []}

    page = signed_in(scene.member).post(reverse("pool-refit", args=[fitted.pk]), typed)

    assert (page.status_code, "A pool keeps at least one job type." in page.text) == (422, True)


def test_a_page_that_was_overtaken_begins_anew(scene: Scene, fitted: Pool) -> None:
    page = refit(scene.member, fitted, gpu="535.104.05", seen="old")

    assert (page.status_code, Refit.objects.exists()) == (409, False)
    assert "was changed since you opened this page" in page.text


def test_what_is_under_way_is_told_and_can_be_taken_back(scene: Scene, fitted: Pool) -> None:
    refit(scene.member, fitted, gpu="535.104.05")
    page = reverse("pool", args=[fitted.pk])

    said = signed_in(scene.member).get(page).text
    assert "lena asks for a change: GPU driver 535.104.05" in said
    assert "Its job types or drivers are being changed already." in said
    signed_in(scene.admin).post(reverse("refit-take-back", args=[Refit.objects.get().pk]))

    assert Refit.objects.get().state == ErrandState.WITHDRAWN
    assert (
        "Job types and drivers taken back" in signed_in(scene.member).get(reverse("pool-events", args=[fitted.pk])).text
    )


def test_one_that_failed_is_told_on_the_page_the_dashboard_and_among_the_orders(scene: Scene, fitted: Pool) -> None:
    builders.refit(pool=fitted, by=scene.member, job_types=("Train",))
    Refit.objects.update(state=ErrandState.FAILED, failure_message="no licence", due_at=None)
    client = signed_in(scene.member)

    page = client.get(reverse("pool", args=[fitted.pk])).text
    assert ("Job types and drivers were not changed" in page, "no licence" in page) == (True, True)
    assert "was not given the job types or drivers that you asked for" in client.get(reverse("dashboard")).text
    assert "Notebook removed" in client.get(reverse("pool-orders", args=[fitted.pk])).text


def test_a_job_type_that_failed_is_tried_again_from_the_readiness_list(scene: Scene, fitted: Pool) -> None:
    client, page = signed_in(scene.member), reverse("pool", args=[fitted.pk])
    assert 'name="job_type" value="Notebook">' in client.get(page).text

    for _ in range(2):
        client.post(reverse("pool-retry", args=[fitted.pk]), {"job_type": "Notebook"})

    assert Refit.objects.get().retried == "Notebook"
    said = client.get(page).text
    assert 'value="Notebook" disabled' in said
    assert "Notebook tried again" in said


def test_whom_it_does_not_concern_changes_and_tries_nothing(scene: Scene, fitted: Pool) -> None:
    colleague = builders.person(member_of=scene.team)

    assert 'value="Notebook" disabled' in signed_in(colleague).get(reverse("pool", args=[fitted.pk])).text
    assert "admins of the team change its job types" in refit(colleague, fitted, "Train", act="review").text
    for who, status in ((colleague, 403), (scene.stranger, 404)):
        client = signed_in(who)
        assert client.post(reverse("pool-retry", args=[fitted.pk]), {"job_type": "Notebook"}).status_code == status
        tick = {"understood-jobs": "on"}
        assert client.post(reverse("pool-refit", args=[fitted.pk]), sent(fitted, "Train", **tick)).status_code == status
    assert not Refit.objects.exists()


def test_a_stranger_finds_nothing_to_take_back(scene: Scene, fitted: Pool) -> None:
    asked = builders.refit(pool=fitted, by=scene.member, job_types=("Train",))

    assert signed_in(scene.stranger).post(reverse("refit-take-back", args=[asked.pk])).status_code == 404
    assert Refit.objects.get().state == ErrandState.RECORDED
