"""The ways to a level, and between which of them there is a real choice."""

from __future__ import annotations

from competency_engine.domain.entity import UnitId
from competency_engine.graph.ways import Way, find_choices, find_ways
from tests.worlds.build import library, module, policy, unit

A = UnitId("A")
AWAY = policy(preferences=[{"prefer": "few_absences", "modes": ["field_base"]}])


def ways(level, *modules):
    found = find_ways(library([unit("A"), unit("B")], modules, planning=AWAY), A, level)
    return {way.module: way for way in found}


def choices(level, *modules):
    pairs = find_choices(library([unit("A"), unit("B")], modules, planning=AWAY), A, level)
    return {(first.module, second.module) for first, second in pairs}


def test_a_way_carries_its_partner_and_what_it_requires() -> None:
    theory = module("T", phase="theory", hours=2, pairs_with=["C", "D"])
    case = module("C", phase="cognition", hours=3, pairs_with=["T"])
    shorter = module("D", phase="cognition", hours=1, pairs_with=["T"])
    last = module("P", hours=4, requires=[{"all": [{"module": "T"}]}], brings={"A": 1})

    (way,) = ways(1, theory, case, shorter, last).values()

    assert (way.modules, way.quarter_hours) == (("D", "P", "T"), 28)


def test_a_module_starts_one_level_below_what_it_brings_unless_it_says_otherwise() -> None:
    found = ways(
        2,
        module("next", brings={"A": 2}),
        module("jump", brings={"A": 2}, requires=[{"unit": "A", "level": 0}]),
        module("far", brings={"A": 3}, requires=[{"unit": "A", "level": 1}, {"unit": "B", "level": 2}]),
    )

    assert {name: way.entry for name, way in found.items()} == {"next": {"A": 1}, "jump": {}, "far": {"A": 1, "B": 2}}


def test_who_must_hold_the_level_already_has_no_way_to_it() -> None:
    assert list(ways(1, module("P", brings={"A": 2}))) == []
    assert list(ways(2, module("P", brings={"A": 2}))) == ["P"]


def test_a_level_that_the_way_itself_brings_is_no_entry() -> None:
    first = module("first", brings={"A": 1})
    second = module("second", brings={"A": 2}, requires=[{"module": "first"}])

    assert ways(2, first, second)["second"].entry == {}


def test_one_way_beats_another_when_it_is_nowhere_worse_and_somewhere_better() -> None:
    def way(hours: int, away: int = 0, level: int = 1, **entry: int) -> Way:
        return Way("m", ("m",), "online", hours, away, level, {UnitId(unit): held for unit, held in entry.items()})  # type: ignore[arg-type]

    assert way(4).beats(way(5))
    assert way(4).beats(way(4, away=1))
    assert way(4).beats(way(4, B=1))
    assert way(4, level=2).beats(way(4))
    assert not way(4).beats(way(4))
    assert not way(5).beats(way(4, away=1))
    assert not way(3, B=1).beats(way(4))
    assert not way(3, B=1).beats(way(4, A=1))


def test_a_choice_differs_in_mode_and_neither_way_beats_the_other() -> None:
    class_ = module("class", hours=4, brings={"A": 1})
    visit = module("visit", hours=3, mode="field_base", brings={"A": 1})
    longer = module("longer", hours=5, mode="field_base", brings={"A": 1})
    alike = module("alike", hours=3, brings={"A": 2}, requires=[{"unit": "A", "level": 0}, {"unit": "B", "level": 1}])

    assert choices(1, class_, visit) == {("class", "visit")}
    assert choices(1, class_, longer) == set()
    assert choices(1, class_, alike) == set()


def test_from_level_three_on_the_prerequisites_of_the_unit_are_an_entry_too() -> None:
    units = [unit("A", prerequisites=[{"unit": "B", "level": 2}]), unit("B")]
    world = library(units, [module("m2", brings={"A": 2}), module("m3", brings={"A": 3})])

    assert [way.entry for way in find_ways(world, A, 2)] == [{"A": 1}]
    assert [way.entry for way in find_ways(world, A, 3)] == [{"A": 2, "B": 2}]


def test_partners_do_not_lift_each_other_over_their_entry() -> None:
    theory = module("T", phase="theory", pairs_with=["C"], brings={"A": 2})
    case = module("C", phase="cognition", pairs_with=["T"], brings={"A": 2})
    after = module("D", phase="cognition", pairs_with=["S"], brings={"A": 2}, requires=[{"module": "S"}])
    start = module("S", phase="theory", pairs_with=["D"], brings={"A": 1})

    found = ways(2, theory, case, after, start)

    assert found["T"].entry == found["C"].entry == {"A": 1}
    assert found["D"].entry == {}
