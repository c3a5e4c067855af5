"""What differs between two libraries, field by field; worlds of a few documents."""

from __future__ import annotations

from dataclasses import replace

from competency_engine.audit.compare import DocumentChange, compare_libraries
from competency_engine.audit.plan_changes import ChangeTally, Outcome, PlanChange
from competency_engine.diagnostics import SourceMap
from competency_engine.domain.entity import ModuleId, PersonId, UnitId
from competency_engine.domain.library import Library
from tests.worlds.build import TEXT, library, module, policy, role, unit

WORLD = library(
    [unit("A"), unit("B")],
    [module("A1", brings={"A": 1}), module("A2", hours=2, brings={"A": 2}, cases=["C1"])],
    roles=[role("R", {"A": 1, "B": 2})],
)


def differing(new: Library) -> list[tuple[str, str, str]]:
    return [(change.kind, change.id, change.how) for change in compare_libraries(WORLD, new)]


def only(new: Library) -> DocumentChange:
    (change,) = compare_libraries(WORLD, new)
    return change


def test_a_library_differs_from_itself_in_nothing() -> None:
    assert compare_libraries(WORLD, WORLD) == ()


def test_documents_are_listed_by_kind_then_id_whatever_happened_to_them() -> None:
    new = library(
        [unit("A"), unit("B", weight=3)],
        [module("A0"), module("A2", hours=3, brings={"A": 2}, cases=["C1"])],
        roles=[role("R", {"A": 1, "B": 2}), role("S", {"A": 1})],
    )
    assert differing(new) == [
        ("unit", "B", "changed"),
        ("role", "S", "added"),
        ("module", "A0", "added"),
        ("module", "A1", "removed"),
        ("module", "A2", "changed"),
    ]


def test_a_field_that_differs_has_its_path_both_values_and_both_places() -> None:
    new = replace(WORLD, roles={"R": role("R", {"A": 1, "B": 3})})
    marks = [((), False, 1, 1), (("id",), False, 2, 5), (("requires", "B"), False, 4, 9)]
    places = SourceMap("models/m/roles.yaml", marks)
    new = replace(new, source_maps={("role", "R"): places})
    (field,) = only(new).fields
    assert (field.path, field.old, field.new) == ("requires.B", 2, 3)
    assert str(field.old_place) == "<role R>:1:1"
    assert str(field.new_place) == "models/m/roles.yaml:4:9"


def test_what_one_side_lacks_has_a_place_on_the_other_alone() -> None:
    (field,) = only(replace(WORLD, roles={"R": role("R", {"A": 1})})).fields
    assert (field.path, field.old, field.new, field.new_place) == ("requires.B", 2, None, None)


def test_entries_of_lists_go_by_their_level_and_lists_of_words_are_one_value() -> None:
    levels = [{"level": 1, "indicators": [TEXT]}, {"level": 3, "indicators": [TEXT]}]
    change = only(replace(WORLD, units={UnitId("A"): unit("A", levels=levels), UnitId("B"): WORLD.units[UnitId("B")]}))
    assert [(field.path, field.new) for field in change.fields] == [("levels.2", None)]
    new = module("A2", hours=2, brings={"A": 2}, cases=["C1", "C2"])
    change = only(replace(WORLD, modules={**WORLD.modules, ModuleId("A2"): new}))
    assert [(field.path, field.old, field.new) for field in change.fields] == [("cases", ["C1"], ["C1", "C2"])]


def test_preferences_in_another_order_are_a_change() -> None:
    wishes = [{"prefer": "teaching_form"}, {"prefer": "soft_prerequisites"}]
    old = library([unit("A")], planning=policy(preferences=wishes))
    new = library([unit("A")], planning=policy(preferences=wishes[::-1]))
    (change,) = compare_libraries(old, new)
    assert [field.path for field in change.fields] == ["preferences"]


def test_keys_in_another_order_are_no_change() -> None:
    assert differing(replace(WORLD, roles={"R": role("R", {"B": 2, "A": 1})})) == []


def test_another_title_is_prose_and_other_hours_are_not() -> None:
    titled = module("A1", brings={"A": 1}, title={"zh": "乙", "en": "b"})
    assert only(replace(WORLD, modules={**WORLD.modules, ModuleId("A1"): titled})).is_prose
    longer = module("A1", brings={"A": 1}, hours=4)
    assert not only(replace(WORLD, modules={**WORLD.modules, ModuleId("A1"): longer})).is_prose


def test_a_plan_change_says_what_is_gained_lost_in_out_and_moved() -> None:
    a, b, c = (ModuleId(name) for name in "ABC")
    goals = frozenset({(UnitId("U"), 1), (UnitId("V"), 1)})
    old = Outcome(True, 8, ((a, "2027-01"), (b, "2027-01")), goals, frozenset({(UnitId("U"), 1)}))
    new = Outcome(True, 14, ((b, "2027-02"), (c, "2027-02")), goals, frozenset({(UnitId("V"), 1)}))
    change = PlanChange(PersonId("学员0001"), old, new, (("module", "C"),))
    assert (change.hours, change.gained, change.lost) == (1.5, ((UnitId("V"), 1),), ((UnitId("U"), 1),))
    assert (change.into, change.out, change.moved) == ((c,), (a,), (b,))
    tally, other = ChangeTally(people=1, solved=1), ChangeTally(people=2)
    tally.add(change)
    other.merge(tally)
    assert (other.people, other.solved, other.changed, other.hours_gained) == (3, 1, 1, 1.5)
    assert other.kinds == {"more_hours": 1, "closes_more": 1, "closes_less": 1, "other_modules": 1}
