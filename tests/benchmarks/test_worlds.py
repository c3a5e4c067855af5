"""The worlds that the benchmark draws: the same bytes every time, and what their docstring says of them."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.cases import Case, open_world
from benchmarks.worlds import World, draw_people, write_world


def bytes_of(world: World, folder: Path) -> dict[str, str]:
    write_world(world, folder)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_a_world_is_the_same_bytes_twice(tmp_path: Path) -> None:
    world = World(162, people=5)
    assert bytes_of(world, tmp_path / "one") == bytes_of(world, tmp_path / "two")


def test_the_bytes_of_a_world_do_not_change_from_one_release_to_the_next(tmp_path: Path) -> None:
    digests = bytes_of(World(162, people=5), tmp_path)
    assert {name: digest[:12] for name, digest in digests.items()} == {
        "curriculum.yaml": "19520a2969c6",
        "model.yaml": "d7ddbd4baf4f",
        "people.jsonl": "0f617e4d42f8",
    }


@pytest.mark.parametrize(
    "change", [{"coupling": 0.1}, {"gaps": "heavy"}, {"seed": 1}], ids=["coupling", "gaps", "seed"]
)
def test_each_argument_changes_the_world(change: dict[str, object], tmp_path: Path) -> None:
    world = World(162, people=5)
    assert bytes_of(world, tmp_path / "one") != bytes_of(replace(world, **change), tmp_path / "two")


def test_a_person_does_not_depend_on_how_many_are_drawn() -> None:
    few, many = World(162, people=3), World(162, people=50)
    assert list(draw_people(few)) == list(draw_people(many))[:3]


@pytest.mark.parametrize(("modules", "coupling"), [(162, 0.1), (162, 0.8), (511, 0.8)])
def test_a_world_has_as_many_modules_as_its_name_says(modules: int, coupling: float, tmp_path: Path) -> None:
    case = open_world(World(modules, coupling, people=1), tmp_path)
    assert len(case.catalogue.module_ids) == modules


def test_light_gaps_are_about_nine_units_and_heavy_ones_about_twenty_two(tmp_path: Path) -> None:
    means = {}
    for gaps in ("light", "heavy"):
        case = open_world(World(162, gaps=gaps, people=400), tmp_path / gaps)
        means[gaps] = sum(missing_units(case, person) for person in range(400)) / 400
    assert means["light"] == pytest.approx(9, abs=0.5)
    assert means["heavy"] == pytest.approx(22, abs=1)


def missing_units(case: Case, person: int) -> int:
    return len({case.catalogue.facts[goal.fact][1] for goal in case.pose(person).goals})


@pytest.mark.parametrize("coupling", [0.1, 0.35, 0.8])
@pytest.mark.parametrize("modules", [162, 511])
def test_every_module_is_within_reach_of_someone_who_holds_nothing(
    modules: int, coupling: float, tmp_path: Path
) -> None:
    catalogue = open_world(World(modules, coupling, people=1), tmp_path).catalogue
    everything = (1 << modules) - 1
    assert catalogue.closure(0, everything)[1] == everything
