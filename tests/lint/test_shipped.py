"""The shipped model and curriculum are clean."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from competency_engine.graph.reach import find_reach
from competency_engine.lint.engine import lint_library
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.problem import bits
from tests.worlds.files import AS_OF, World, read_world

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def shipped() -> World:
    return read_world(ROOT, "7n", "7n")


def test_no_finding(shipped):
    found = [*shipped.loading.diagnostics, *lint_library(shipped.library, AS_OF, shipped.loading.lines)]

    assert [f"{d.position} {d.code} {d.message.en}" for d in found] == []


def test_laws_that_came_into_force_this_year_are_missed_before(shipped):
    found = lint_library(shipped.library, dt.date(2025, 12, 31), shipped.loading.lines)

    assert {diagnostic.code for diagnostic in found} == {"SRC02"}
    assert any("social-assistance-law-2026" in diagnostic.message.en for diagnostic in found)


def test_every_module_can_be_taken_by_someone_who_starts_from_nothing(shipped):
    assert find_reach(shipped.library).modules == set(shipped.library.modules)


@pytest.mark.parametrize("idle", ["T01-C", "T20-P", "POL-1-G", "S03-T"])
def test_what_can_be_reached_is_what_the_planner_could_exhaust(shipped, idle):
    modules = {
        id_: module.model_copy(update={"pairs_with": (), "brings": {} if id_ == idle else module.brings})
        for id_, module in shipped.library.modules.items()
    }
    library = replace(shipped.library, modules=modules)
    catalogue = compile_catalogue(library)

    _, taken = catalogue.closure(0, (1 << len(catalogue.module_ids)) - 1)

    assert find_reach(library).modules == {catalogue.module_ids[index] for index in bits(taken)}
