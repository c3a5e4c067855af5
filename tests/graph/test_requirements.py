"""Requirement trees, clause by clause."""

from __future__ import annotations

from competency_engine.domain.requirement import AllOf, AnyOf, AtLeast, ModuleDone, UnitAtLevel
from competency_engine.graph.requirements import walk_requirements

A = ModuleDone(module="a")
B = ModuleDone(module="b")
C = UnitAtLevel(unit="c", level=2)


def walked(*requirements):
    return [(clause.requirement, clause.path, clause.alternative) for clause in walk_requirements(requirements, ("r",))]


def test_entries_of_a_list_must_all_hold():
    assert walked(A, C) == [(A, ("r", 0), False), (C, ("r", 1), False)]


def test_parts_of_all_must_hold_and_parts_of_any_need_not():
    group = AllOf(all=(A, AnyOf(any=(B, C))))

    found = walked(group)

    assert found[0] == (group, ("r", 0), False)
    assert found[1] == (A, ("r", 0, "all", 0), False)
    assert found[2][1:] == (("r", 0, "all", 1), False)
    assert found[3:] == [(B, ("r", 0, "all", 1, "any", 0), True), (C, ("r", 0, "all", 1, "any", 1), True)]


def test_any_of_one_part_leaves_no_choice():
    assert walked(AnyOf(any=(A,)))[1] == (A, ("r", 0, "any", 0), False)


def test_at_least_leaves_a_choice_unless_all_parts_are_needed():
    assert walked(AtLeast(at_least=1, of=(A, B)))[1] == (A, ("r", 0, "of", 0), True)
    assert walked(AtLeast(at_least=2, of=(A, B)))[1] == (A, ("r", 0, "of", 0), False)


def test_an_alternative_stays_one_all_the_way_down():
    found = walked(AnyOf(any=(AllOf(all=(A, B)), C)))

    assert [alternative for _, _, alternative in found] == [False, True, True, True, True]
