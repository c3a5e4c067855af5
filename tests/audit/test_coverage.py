"""What teaches a step and why one is out of reach, in worlds of a few modules."""

from __future__ import annotations

from dataclasses import replace

import pytest

from competency_engine.audit.blocked import find_blocked
from competency_engine.audit.coverage import Coverage, cover
from competency_engine.audit.findings import Finding, find_findings
from competency_engine.audit.unused import needed_modules
from competency_engine.domain.library import Library
from tests.worlds.build import instrument, library, module, policy, role, unit


def kinds(made: Library) -> list[tuple[str, str]]:
    return [(finding.kind, finding.subject) for finding in find_findings(made, cover(made))]


def first(made: Library) -> Finding:
    return find_findings(made, cover(made))[0]


def ladder(**changes: object) -> Library:
    """Return a world in which m1, m2 and m3 bring U to 1, 2 and 3, all of which R requires; ``changes`` by module."""
    modules = [module(f"m{n}", brings={"U": n}, **changes.get(f"m{n}", {})) for n in (1, 2, 3)]  # type: ignore[arg-type]
    return library([unit("U")], modules, roles=[role("R", {"U": 3})])


def step(coverage: Coverage, level: int) -> tuple[tuple[str, ...], bool]:
    found = coverage.step["U", level]  # type: ignore[index]
    return tuple(module.id for module in found.modules), found.reachable


def test_a_module_teaches_the_steps_between_its_entry_and_what_it_brings() -> None:
    leap = module("leap", brings={"U": 3}, requires=[{"unit": "U", "level": 1}])
    coverage = cover(library([unit("U")], [module("m1", brings={"U": 1}), leap], roles=[role("R", {"U": 3})]))
    assert step(coverage, 1) == (("m1",), True)
    assert step(coverage, 2) == (("leap",), True)
    assert step(coverage, 3) == (("leap",), True)


def test_the_lowest_of_several_ways_in_is_where_a_module_is_entered() -> None:
    either = {"any": [{"unit": "U", "level": 2}, {"unit": "U", "level": 1}]}
    coverage = cover(ladder(m3={"requires": [either]}))
    assert step(coverage, 2)[0] == ("m2", "m3")
    assert step(coverage, 3)[0] == ("m3",)


def test_an_instrument_proves_up_to_its_level_and_that_level_too() -> None:
    written = instrument("test", proves_up_to=2)
    made = replace(ladder(), instruments={"test": written})
    assert [cover(made).step["U", level].instruments for level in (1, 2, 3)] == [("test",), ("test",), ()]  # type: ignore[index]
    assert ("unproven", "U") in kinds(made)
    assert "no instrument proves level 3" in first(made).message.en


def test_a_whole_ladder_has_no_error() -> None:
    assert {finding.level for finding in find_findings(ladder(), cover(ladder()))} <= {"warning"}


def test_an_untaught_step_is_named_once_with_all_that_hangs_on_it() -> None:
    made = library(
        [unit("U")], [module("m1", brings={"U": 1}), module("m3", brings={"U": 3})], roles=[role("R", {"U": 3})]
    )
    finding = first(made)
    assert (finding.kind, finding.subject) == ("untaught", "U")
    assert finding.steps == (("U", 2), ("U", 3))
    assert finding.reach == pytest.approx(2 / 3, abs=1e-4)
    assert finding.severity == pytest.approx(1 * 1 * (1 + 2 / 3) / 2, abs=1e-3)
    assert [kind for kind, _ in kinds(made) if kind == "untaught"] == ["untaught"]


def test_untaught_levels_of_one_unit_are_one_finding_at_the_lowest() -> None:
    made = library([unit("U")], [module("m1", brings={"U": 1})], roles=[role("R", {"U": 3})])
    (finding,) = (found for found in find_findings(made, cover(made)) if found.kind == "untaught")
    assert "level 2 of U is required by R and no module teaches it; 1 is the highest taught" in finding.message.en
    assert finding.steps == (("U", 2), ("U", 3))
    (second, lost_2), (third, lost_3) = find_blocked(cover(made), made).untaught
    assert (second.level, [found.key for found in lost_2]) == (2, [("U", 2), ("U", 3)])
    assert (third.level, [found.key for found in lost_3]) == (3, [("U", 3)])


def test_two_that_wait_for_each_other_are_one_cause() -> None:
    made = ladder(m1={"requires": [{"module": "m2"}]}, m2={"requires": [{"module": "m1"}]})
    (knot,) = find_blocked(cover(made), made).knots
    assert knot.modules == ("m1", "m2", "m3")  # m3, too, could give m2 its level 1
    assert knot.cycle == ("m1", "m2")
    assert [key.key for key in knot.lost] == [("U", 1), ("U", 2), ("U", 3)]
    assert first(made).message.en.endswith("m1 → m2 → m1")


def test_a_circle_through_k_of_n_is_found_though_no_single_requirement_closes_it() -> None:
    two_of_three = {"requires": [{"at_least": 2, "of": [{"module": "m2"}, {"module": "m3"}, {"module": "free"}]}]}
    made = ladder(m1=two_of_three)
    with_free = library(
        list(made.units.values()), [*made.modules.values(), module("free")], roles=list(made.roles.values())
    )
    (knot,) = find_blocked(cover(with_free), with_free).knots
    assert knot.cycle == ("m1", "m2")
    assert set(knot.modules) == {"m1", "m2", "m3"}


def test_one_that_waits_for_what_nothing_gives_is_no_circle() -> None:
    made = ladder(m2={"requires": [{"unit": "U", "level": 1}, {"unit": "V", "level": 3}]})
    both = library([*made.units.values(), unit("V")], list(made.modules.values()), roles=list(made.roles.values()))
    finding = first(both)
    assert (finding.kind, finding.subject) == ("unreachable", "m2")
    assert "no module meets what it needs" in finding.message.en
    assert [subject for kind, subject in kinds(both) if kind == "unreachable"] == ["m2"]  # not m3, which waits for m2
    assert [step(cover(both), level)[1] for level in (1, 2, 3)] == [True, False, False]
    assert finding.steps == (("U", 2), ("U", 3))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"m2": {"hours": 12}}, "its hours exceed those of a month"),
        (
            {"m2": {"offered": [3], "pairs_with": ["m1"]}, "m1": {"offered": [9], "pairs_with": ["m2"]}},
            "no month in which",
        ),
    ],
)
def test_a_module_that_no_plan_can_hold_is_the_cause_of_what_is_lost(changes: dict[str, object], reason: str) -> None:
    findings = [f for f in find_findings(ladder(**changes), cover(ladder(**changes))) if f.subject == "m2"]
    assert findings[0].kind == "never_held"
    assert reason in findings[0].message.en
    assert ("U", 3) in findings[0].steps


def test_a_year_s_hours_count_only_for_modes_that_the_budget_counts() -> None:
    long = {"hours": 9, "mode": "online"}
    planning = policy(budget={"hours_per_year": 8, "counts": ["thematic"]})
    made = ladder(m1=long, m2={"hours": 9})
    assert cover(library(list(made.units.values()), list(made.modules.values()), planning=planning)).unheld == {
        "m2": "year"
    }


def test_level_3_by_theory_alone_is_an_error() -> None:
    assert ("no_practice", "U") in kinds(ladder(m3={"phase": "theory"}))
    assert ("no_practice", "U") not in kinds(ladder(m2={"phase": "theory"}))


def test_what_nothing_needs_is_a_note_and_comes_last() -> None:
    made = ladder(m3={"pairs_with": ["case"]})
    modules = [*made.modules.values(), module("case", pairs_with=["m3"]), module("idle")]
    idle = library(list(made.units.values()), modules, roles=list(made.roles.values()))
    assert kinds(idle)[-1] == ("unused_module", "idle")
    assert needed_modules(idle, cover(idle)) == {"m1", "m2", "m3", "case"}


def test_what_leads_to_a_required_level_is_needed_at_that_level_itself() -> None:
    way = module("way", brings={"V": 1})
    made = ladder(m2={"requires": [{"unit": "U", "level": 1}, {"unit": "V", "level": 1}]})
    both = library([*made.units.values(), unit("V")], [*made.modules.values(), way], roles=list(made.roles.values()))
    assert needed_modules(both, cover(both)) == {"m1", "m2", "m3", "way"}


def test_what_all_peers_are_like_or_half_of_them_is_no_finding() -> None:
    units = [unit(f"U{n}") for n in range(4)]
    each = [module(f"m{n}", brings={f"U{n}": 1}) for n in range(4)]
    asking = [role("R", {f"U{n}": 1 for n in range(4)})]
    alike = library(units, each, roles=asking)
    assert find_findings(alike, cover(alike)) == ()
    half = library(units, [*each, *(module(f"o{n}", brings={f"U{n}": 1}, mode="online") for n in (0, 1))], roles=asking)
    assert "lacks" not in {kind for kind, _ in kinds(half)}


def test_only_the_one_that_lost_what_its_peers_have_is_named() -> None:
    units = [unit(f"U{n}") for n in range(6)]
    modules = [
        module(f"m{n}-{mode}", brings={f"U{n}": 1}, mode=mode)
        for n in range(6)
        for mode in ("thematic", "online")
        if (n, mode) != (4, "online")
    ]
    made = library(units, modules, roles=[role("R", {f"U{n}": 1 for n in range(6)})])
    found = {(finding.kind, finding.subject) for finding in find_findings(made, cover(made))}
    assert ("single_module", "U4") in found
    assert ("lacks", "U4") in found
    assert ("single_mode", "U4") not in found  # its one module has one mode of necessity
    assert {subject for _, subject in found} == {"U4"}
