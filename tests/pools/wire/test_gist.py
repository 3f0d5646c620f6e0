"""The gist of a pool: what lists search and add up, whatever a document says."""

from __future__ import annotations

from typing import Any

import pytest

from pools.wire.gist import LONGEST_CENSUS, LONGEST_TRAIT, MOST_NODES, MOST_TRAITS, Gist, read_census, trait
from pools.wire.reading import hear_pool


def gist(spec: Any = None, resources: Any = None) -> Gist:
    return Gist.of(hear_pool({"spec": spec, "status": {"resources": resources}}))


def test_every_flavor_zone_and_job_type_has_a_line_of_its_own() -> None:
    two = [{"flavor": "npu.8u", "count": 3, "azs": [{"az": "az1", "count": 3}]}, {"flavor": "npu.8u.x", "count": 1}]
    said = gist({"scope": ["Train", "Infer"], "resources": two})
    for kind, value in (("flavor", "npu.8u"), ("flavor", "npu.8u.x"), ("zone", "az1"), ("job", "Infer")):
        assert trait(kind, value) in said.traits  # type: ignore[arg-type]
    assert trait("flavor", "npu") not in said.traits
    assert said.nodes_wanted == 4


def test_nodes_are_added_up_state_by_state() -> None:
    one = {"flavor": "npu.8u", "count": 1}
    said = gist(resources={"available": [one] * 3, "creating": [one] * 2, "abnormal": [one], "deleting": []})
    assert (said.nodes_available, said.nodes_creating, said.nodes_abnormal, said.nodes_deleting) == (3, 2, 1, 0)


@pytest.mark.parametrize("spec", [None, [], "x", {"scope": "x", "resources": {}}, {"resources": [None, 1, {"azs": 3}]}])
def test_a_document_that_says_nothing_of_use_has_an_empty_gist(spec: Any) -> None:
    said = gist(spec)
    assert (said.traits, said.nodes_wanted) == ("", 0)


def test_no_document_is_so_large_that_its_gist_is() -> None:
    most = 2**31 - 1
    many = [{"flavor": f"f{number}" + "x" * 999, "count": most} for number in range(200)]
    said = gist({"resources": many}, {"available": many, "creating": [{"count": -most}]})
    assert len(said.traits) <= MOST_TRAITS * (LONGEST_TRAIT + 10)
    assert (said.nodes_wanted, said.nodes_available, said.nodes_creating) == (MOST_NODES, MOST_NODES, 0)


def test_a_value_with_lines_in_it_is_no_second_trait() -> None:
    assert trait("job", "Train") not in gist({"scope": ["x\njob=Train\n"]}).traits


def test_a_census_says_what_stands_of_each_flavor() -> None:
    one, other = {"flavor": "npu.8u", "count": 2}, {"flavor": "gpu 1", "count": 1}
    said = gist({"resources": [one, other]}, {"available": [one, other], "creating": [one], "abnormal": None})
    assert read_census(said.census) == {"npu.8u": (2, 2, 2, 0, 0), "gpu 1": (1, 1, 0, 0, 0)}


def test_a_census_is_never_longer_than_an_index_takes() -> None:
    many = [{"flavor": f"{number}" + "☃" * 999, "count": -5} for number in range(200)]
    census = gist({"resources": many}).census
    assert 0 < len(census.encode()) <= LONGEST_CENSUS
    assert set(read_census(census).values()) == {(0, 0, 0, 0, 0)}
