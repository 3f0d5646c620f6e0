from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from console.models import Draft
from console.wizard.steps import FORMS
from tests.console.wizard.catalog import ARM, CPU, GPU, NPU, order
from tests.console.wizard.conftest import MakeDraft, text_of, url

STEPS = [name for name, _form in FORMS]


def save(client: Client, draft: Draft, step: str, typed: dict[str, Any]) -> Any:
    draft.refresh_from_db()
    return client.post(url(draft, step), {"version": draft.version, **typed})


def typed_at(draft: Draft, step: str) -> dict[str, list[str]]:
    draft.refresh_from_db()
    found: dict[str, list[str]] = draft.data["step_data"].get(step, {})
    return found


@pytest.mark.parametrize("step", STEPS)
def test_every_step_of_a_blank_draft_can_be_looked_at(lena: Client, draft_of: MakeDraft, step: str) -> None:
    assert lena.get(url(draft_of(), step)).status_code == 200


@pytest.mark.parametrize("step", STEPS)
def test_every_step_of_a_full_draft_can_be_looked_at(lena: Client, draft_of: MakeDraft, step: str) -> None:
    assert lena.get(url(draft_of(order()), step)).status_code == 200


def test_looking_at_a_step_changes_no_row(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    lena.get(url(draft, "labels"))
    draft.refresh_from_db()
    assert draft.version == 0


def test_a_step_without_problems_leads_to_the_next(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    response = save(lena, draft, "labels", {"name": "vision-train-01"})
    assert response.url == url(draft, "workload")


def test_a_step_is_remembered_in_one_save(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    save(lena, draft, "labels", {"name": "vision-train-01"})
    draft.refresh_from_db()
    assert (draft.version, draft.name) == (1, "vision-train-01")


def test_only_the_fields_of_the_step_are_remembered(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    save(lena, draft, "labels", {"name": "vision-01", "csrfmiddlewaretoken": "x", "revision": "9", "network": "n"})
    assert typed_at(draft, "labels") == {"name": ["vision-01"]}


def test_a_mistake_is_shown_again_as_it_was_typed(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    page = text_of(save(lena, draft, "labels", {"name": "Vision!"}))
    assert 'value="Vision!"' in page
    assert typed_at(draft, "labels")["name"] == ["Vision!"]


def test_a_mistake_is_told_in_the_title_the_summary_and_beside_its_field(lena: Client, draft_of: MakeDraft) -> None:
    page = text_of(save(lena, draft_of(), "labels", {"name": "Vision!"}))
    assert re.search(r"<title>\s*Error: ", page)
    assert 'href="#id_name"' in page
    assert re.search(r'<input[^>]*name="name"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*id_name_error', page)
    assert 'id="id_name_error"' in page
    assert "data-focus-first" in page


def test_any_step_may_be_gone_to_whatever_is_typed(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    response = save(lena, draft, "labels", {"name": "Vision!", "wizard_goto_step": "disks"})
    assert response.url == url(draft, "disks")
    assert typed_at(draft, "labels")["name"] == ["Vision!"]


def test_a_step_with_problems_says_how_many_in_the_list(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(name="Vision!"))
    page = text_of(lena.get(url(draft, "billing")))
    assert re.search(r'value="labels"[^>]*data-step="problems".*?1 problem\b', page, re.DOTALL)


def test_a_step_nobody_typed_into_complains_of_nothing(lena: Client, draft_of: MakeDraft) -> None:
    page = text_of(lena.get(url(draft_of(), "labels")))
    assert 'data-step="problems"' not in page
    assert "aria-invalid" not in page


def test_an_unknown_step_leads_to_the_first(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    response = lena.get(url(draft, "elsewhere"))
    assert response.headers["Location"] == url(draft, "labels")


def test_the_current_step_is_told_to_screen_readers(lena: Client, draft_of: MakeDraft) -> None:
    page = text_of(lena.get(url(draft_of(), "zones")))
    assert re.search(r'value="zones" aria-current="step"', page)


# ---- Flavors ------------------------------------------------------------------------------------------------------


def test_a_flavor_is_added_by_a_submit_that_keeps_what_was_typed(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    typed = {"row": "r1", "r1-flavor": CPU, "r1-count": "many", "act": f"add:{GPU}"}
    response = save(lena, draft, "flavors", typed)
    assert response.url == f"{url(draft, 'flavors')}#r2"
    assert typed_at(draft, "flavors") == {
        "row": ["r1", "r2"],
        "r1-flavor": [CPU],
        "r1-count": ["many"],
        "r2-flavor": [GPU],
        "r2-count": ["1"],
        "named": [],
    }


def test_a_removed_flavors_number_is_never_given_again(lena: Client, draft_of: MakeDraft) -> None:
    resource = {"flavor": CPU, "count": 1, "nodePool": "old"}
    draft = draft_of(order(resources=[resource]))
    save(lena, draft, "flavors", {"row": "r1", "r1-flavor": CPU, "act": "remove:r1"})
    save(lena, draft, "flavors", {"act": f"add:{CPU}"})
    assert typed_at(draft, "flavors")["row"] == ["r2"]


def test_a_flavor_that_cannot_be_used_stays_in_the_table_with_the_reason(lena: Client, draft_of: MakeDraft) -> None:
    page = text_of(lena.get(url(draft_of(order()), "flavors")))
    for reason in ("sold out in every zone", "arm64; the first flavor is x86", "in this order"):
        assert reason in page
    assert f'value="add:{ARM}"' not in page
    assert f'value="add:{GPU}"' in page
    assert 'Add to watch it<span class="visually-hidden"> flavor.gone' in page


def test_a_step_of_creation_is_offered_where_the_flavor_has_one(lena: Client, draft_of: MakeDraft) -> None:
    page = text_of(lena.get(url(draft_of(order(resources=[{"flavor": NPU, "count": 8}])), "flavors")))
    assert "in whole racks of 8 nodes" in page


def test_a_flavor_outside_the_catalog_is_shown_to_be_mended(lena: Client, draft_of: MakeDraft) -> None:
    page = text_of(lena.get(url(draft_of(order(resources=[{"flavor": "no.such", "count": 1}])), "flavors")))
    assert "The project does not offer no.such." in page
    assert 'name="r1-flavor" value="no.such"' in page


# ---- Zones --------------------------------------------------------------------------------------------------------


def test_nodes_are_spread_evenly_over_the_zones_on_sale(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 5}]))
    cells = {"r1-cell": ["z1", "z2", "z3"], "r1-z1-az": "az1", "r1-z2-az": "az2", "r1-z3-az": "az3"}
    save(lena, draft, "zones", {**cells, "act": "spread:r1:az1,az2"})
    typed = typed_at(draft, "zones")
    assert [typed[f"r1-z{number}-count"] for number in (1, 2, 3)] == [["3"], ["2"], [""]]


def test_all_nodes_are_placed_in_one_zone_with_one_press(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 5}]))
    page = text_of(lena.get(url(draft, "zones")))
    assert 'value="spread:r1:az2"' in page
    assert page.count("All here, to watch it") == page.count('value="spread:r1:az3"') == 1, "az3 is sold out"
    cells = {"r1-cell": ["z1", "z2"], "r1-z1-az": "az1", "r1-z1-count": "3", "r1-z2-az": "az2", "r1-z2-count": ""}
    save(lena, draft, "zones", {**cells, "act": "spread:r1:az2"})
    typed = typed_at(draft, "zones")
    assert (typed["r1-z1-count"], typed["r1-z2-count"]) == ([""], ["5"])


def test_accelerators_are_counted_over_all_nodes(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=[{"flavor": NPU, "count": 16}, {"flavor": GPU, "count": 2}]))
    assert "128 NPU, 16 GPU" in text_of(lena.get(url(draft, "labels")))


def test_zones_that_do_not_add_up_are_told_with_both_ways_to_mend(lena: Client, draft_of: MakeDraft) -> None:
    zones = {"r1-mode": "zones", "r1-cell": ["z1"], "r1-z1-az": "az1", "r1-z1-count": "1"}
    page = text_of(save(lena, draft_of(order()), "zones", zones))
    assert "1 of 2 nodes are placed. Place 1 more, or set the nodes of the flavor to 1." in page


def test_numbers_of_a_flavor_that_is_left_to_the_cloud_are_not_added_up(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 2}, {"flavor": GPU, "count": 2}]))
    one = {"r1-mode": "zones", "r1-cell": ["z1"], "r1-z1-az": "az1", "r1-z1-count": "2"}
    other = {"r2-mode": "", "r2-cell": ["z1"], "r2-z1-az": "az1", "r2-z1-count": "1"}
    save(lena, draft, "zones", {**one, **other})
    assert 'data-total="az1">2<' in text_of(lena.get(url(draft, "zones")))


def test_every_flavor_keeps_the_zones_that_it_was_given(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 2}, {"flavor": GPU, "count": 2}]))
    one = {"r1-mode": "zones", "r1-cell": ["z1"], "r1-z1-az": "az1", "r1-z1-count": "2"}
    other = {"r2-mode": "zones", "r2-cell": ["z1"], "r2-z1-az": "az2", "r2-z1-count": "2"}
    save(lena, draft, "zones", {**one, **other})
    assert typed_at(draft, "zones")["r2-z1-az"] == ["az2"], "not those of the first flavor, at the very first save"


def test_a_sold_out_zone_takes_no_number(lena: Client, draft_of: MakeDraft) -> None:
    page = text_of(lena.get(url(draft_of(order()), "zones")))
    assert re.search(r'<input type="hidden" name="r1-z3-count" value="">', page)


# ---- Disks --------------------------------------------------------------------------------------------------------


def test_a_disk_is_added_with_the_settings_of_its_group(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    save(lena, draft, "disks", {"same": "on", "act": "add:r1:vguser"})
    typed = typed_at(draft, "disks")
    assert (typed["r1-d1-group"], typed["r1-g1-name"], typed["r1-g1-lv"]) == (["vguser1"], ["vguser1"], ["linear"])


def test_a_group_at_a_path_is_numbered_by_us(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    for _ in range(2):
        save(lena, draft, "disks", {**typed_at(draft, "disks"), "act": "add:r1:vguser"})
    assert typed_at(draft, "disks")["r1-d2-group"] == ["vguser2"]


def test_a_group_goes_with_its_last_disk(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    save(lena, draft, "disks", {"same": "on", "act": "add:r1:vgpaas"})
    save(lena, draft, "disks", {**typed_at(draft, "disks"), "act": "remove:r1:d1"})
    typed = typed_at(draft, "disks")
    assert (typed["r1-disk"], typed["r1-group"]) == ([], [])


def test_a_mount_path_is_asked_for_where_it_is_typed(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    save(lena, draft, "disks", {"same": "on", "act": "add:r1:vguser"})
    page = text_of(save(lena, draft, "disks", {**typed_at(draft, "disks"), "r1-d1-size": "200"}))
    assert re.search(r'id="id_r1-g1-path_error">Say where group vguser1 is mounted', page)


def test_settings_that_a_pasted_order_lacks_are_offered(lena: Client, draft_of: MakeDraft) -> None:
    disk = {"volumeType": "SSD", "size": "200", "extendParams": {"volumeGroup": "vguser7"}}
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 1, "dataVolumes": [disk]}]))
    assert 'value="settings:r1:vguser7"' in text_of(lena.get(url(draft, "disks")))


def test_flavors_told_apart_begin_with_what_they_shared(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 1}, {"flavor": GPU, "count": 1}]))
    save(lena, draft, "disks", {"same": "on", "r1-container": "80", "act": "show:"})
    save(lena, draft, "disks", {"r1-container": "80", "act": "show:"})
    typed = typed_at(draft, "disks")
    assert (typed["r1-container"], typed["r2-container"]) == (["80"], ["80"])


# ---- Drivers ------------------------------------------------------------------------------------------------------


def test_no_driver_is_asked_for_where_no_flavor_has_an_accelerator(lena: Client, draft_of: MakeDraft) -> None:
    page = text_of(lena.get(url(draft_of(order()), "drivers")))
    assert 'name="gpu"' not in page
    assert "No flavor of this order has a GPU or an NPU" in page


def test_driver_versions_are_offered_for_a_gpu_flavor(lena: Client, draft_of: MakeDraft) -> None:
    page = text_of(lena.get(url(draft_of(order(resources=[{"flavor": GPU, "count": 1}])), "drivers")))
    assert re.search(r'name="gpu".*?535\.129.*?470\.57', page, re.DOTALL)
    assert 'name="npu"' not in page


def test_a_script_keeps_its_lines_and_loses_what_browsers_add(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order())
    save(lena, draft, "drivers", {"same": "on", "r1-script": "  echo 1\r\necho 2\r\n"})
    assert typed_at(draft, "drivers")["r1-script"] == ["  echo 1\necho 2\n"]
    assert 'value="plain" id="id_r1-script-form_0" checked' in text_of(lena.get(url(draft, "drivers")))


# ---- The order so far ---------------------------------------------------------------------------------------------


def test_the_order_so_far_is_beside_every_step(lena: Client, draft_of: MakeDraft) -> None:
    disk = {"volumeType": "SSD", "size": "500", "count": 3, "extendParams": {"volumeGroup": "default"}}
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 8, "dataVolumes": [disk]}]))
    page = text_of(lena.get(url(draft, "labels")))
    for part in ("8 ×", CPU, "11.7 TiB", "Pay-per-use", "12 left of 15"):
        assert part in page


def test_keys_without_a_field_are_shown_and_sent(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of(order(resources=[{"flavor": CPU, "count": 1, "nodePool": "np-a"}], jobFlavors=["x"]))
    assert "np-a" in text_of(lena.get(url(draft, "flavors")))
    page = text_of(lena.get(url(draft, "review")))
    assert "Not editable here" in page
    assert "jobFlavors" in page


def labelled(prefix: str) -> dict[str, object]:
    document = order()
    document["metadata"]["labels"]["os.modelarts/node.prefix"] = prefix
    return document


@pytest.mark.parametrize(("prefix", "name"), [("blue", "blue-zlncn"), ("blue-", "blue-zlncn")])
def test_a_node_name_prefix_shows_what_nodes_will_be_called(
    lena: Client, draft_of: MakeDraft, prefix: str, name: str
) -> None:
    page = text_of(lena.get(url(draft_of(labelled(prefix)), "labels")))
    assert f'<p class="field__note" data-severity="note">Its nodes will have names such as {name}.</p>' in page


def test_what_is_only_good_to_know_asks_for_no_tick(lena: Client, draft_of: MakeDraft) -> None:
    assert "understood-1" not in text_of(lena.get(url(draft_of(labelled("blue")), "review")))


def test_a_step_shown_again_with_its_problems_goes_on_from_what_it_saved(lena: Client, draft_of: MakeDraft) -> None:
    draft = draft_of()
    page = text_of(save(lena, draft, "labels", {"name": "X"}))
    draft.refresh_from_db()
    assert "aria-invalid" in page
    assert f'name="version" value="{draft.version}"' in page
