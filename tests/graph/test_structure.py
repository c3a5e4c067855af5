"""Structure of curricula: the published values to the last digit, small worlds, and brute force."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_engine.graph.faults import find_extraneous, same_term, why_invalid
from competency_engine.graph.requisites import CyclicRequisitesError, Requisites
from competency_engine.graph.structure import (
    find_bottlenecks,
    find_components,
    find_dead_ends,
    find_similarity,
    longest_chain,
    measure_structure,
)
from competency_engine.graph.terms import (
    deferment_factors,
    inflexibility_factors,
    measure_loads,
    requisite_distances,
    why_plan_invalid,
)
from competency_engine.interop.curricular_csv import read_curricular_file

DATA = Path(__file__).parent / "data" / "curricula"
CASES: dict[str, dict[str, Any]] = {
    case["name"]: case for case in json.loads((DATA / "EXPECTED.json").read_text(encoding="utf-8"))["cases"]
}
METRICS = ("blocking", "delay", "centrality", "complexity")
PLANS = ("BSCS_Hawaii_Manoa", "California_Berkely_V2", "Colostate_CSDegree", "Michigan_Ann_Arbor_CS")


def requisites(courses: str, *edges: str) -> Requisites:
    """Return courses of one letter each; ``ab`` = a is a prerequisite of b, ``a~b`` a corequisite, ``a=b`` a strict one."""
    kinds = {"~": "co", "=": "strict_co"}
    return Requisites(tuple(courses), tuple((edge[0], edge[-1], kinds.get(edge[1], "pre")) for edge in edges))


def case(name: str) -> Requisites:
    found = CASES[name]
    return Requisites(tuple(found["courses"]), tuple(tuple(edge) for edge in found["edges"]))


@pytest.mark.parametrize("name", [name for name, found in CASES.items() if "delay" in found])
def test_metrics_are_those_that_the_source_asserts(name: str) -> None:
    expected, found = CASES[name], measure_structure(case(name))

    for metric in METRICS:
        if metric in expected:
            total, values = expected[metric]
            assert (getattr(found, metric).total, list(getattr(found, metric).values.values())) == (total, values)
    for metric, (highest, courses) in expected.get("max", {}).items():
        assert getattr(found, metric).highest == highest
        assert list(getattr(found, metric).highest_at) == courses


def test_every_field_of_every_expected_case_is_looked_at() -> None:
    looked_at = {
        *("name", "note", "why", "courses", "edges", "credits", "num_courses", "credit_hours", "max", *METRICS),
        *("valid", "extraneous", "which", "dead_ends_for_prefix_BW", "terms", "requisite_distance", "invalid_plans"),
        *("total_credits", "avg_credits_per_term", "min_credits", "min_term", "max_credits", "max_term", "std_dev"),
    }

    assert len(CASES) == 9
    assert {field for found in CASES.values() for field in found} <= looked_at


@pytest.mark.parametrize("name", [name for name, found in CASES.items() if "valid" in found and "edges" in found])
def test_what_the_source_calls_valid_is_valid_here_and_what_not_is_not(name: str) -> None:
    assert (why_invalid(case(name)) == ()) is CASES[name]["valid"]


def test_the_cycle_and_the_contradiction_are_named() -> None:
    (cycle,) = why_invalid(case("Cycle"))
    (contradiction,) = why_invalid(case("Unsatisfiable"))

    assert (cycle.kind, cycle.courses, cycle.reason.en) == ("cycle", ("A",), "the requisites form a cycle: A → A")
    assert (contradiction.kind, set(contradiction.courses)) == ("unsatisfiable", {"a", "b", "c"})
    assert contradiction.reason.en == "these cannot all hold: c before a; a before b; c in the same term as b"


def test_the_big_unsatisfiable_curriculum_is_refused_with_its_reason() -> None:
    assert CASES["big_unsatisfiable_curric.csv"]["valid"] is False
    curriculum = read_curricular_file(DATA / "big_unsatisfiable_curric.csv", "big").curriculum
    assert curriculum is not None
    problems = why_invalid(curriculum.requisites)

    assert {problem.kind for problem in problems} == {"unsatisfiable"}
    for problem in problems:
        assert any(kind == "strict_co" for _, _, kind in problem.edges)
        assert any(kind == "pre" for _, _, kind in problem.edges)


def test_numbers_of_courses_and_credits_of_the_first_case() -> None:
    expected = CASES["Underwater Basket Weaving"]

    assert len(case(expected["name"]).courses) == expected["num_courses"]
    assert sum(expected["credits"]) == expected["credit_hours"]


def test_extraneous_requisites_are_those_of_the_source() -> None:
    for name, expected in CASES.items():
        if "extraneous" in expected:
            found = find_extraneous(case(name))
            assert len(found) == expected["extraneous"]
            for shown, extraneous in zip(expected.get("which", ()), found, strict=False):
                assert "->".join(extraneous.edge[:2]) == shown
                assert extraneous.via == "b"


def test_a_requisite_of_what_is_no_course_is_ignored() -> None:
    found = case("Postmodern Basket Weaving")
    with_stranger = Requisites(found.courses, (*found.edges, ("H", "G", "pre")))

    assert measure_structure(with_stranger) == measure_structure(found)


def test_dead_ends_are_those_of_the_source() -> None:
    """The prefixes are those of the source's test; I → J are two courses of mathematics that nothing builds on."""
    found = case("Underwater Basket Weaving")
    prefixes = dict(zip("ABCDEFGHIJ", ["BW", "PE", "BW", "BW", "BW", "BW", "HU", "BW", "MA", "MA"], strict=True))
    with_calculus = Requisites((*found.courses, "I", "J"), (*found.edges, ("I", "J", "pre")))

    assert (
        list(find_dead_ends(found, prefixes, {"BW"})) == CASES["Underwater Basket Weaving"]["dead_ends_for_prefix_BW"]
    )
    assert find_dead_ends(with_calculus, prefixes, {"BW"}) == ("J",)


def test_the_degree_plan_has_the_values_of_the_source() -> None:
    expected, plan = CASES["Degree plan"], case("Degree plan")
    terms = {course: number for number, term in enumerate(expected["terms"], start=1) for course in term}
    loads = measure_loads(terms, dict(zip(expected["courses"], expected["credits"], strict=True)))
    distances = requisite_distances(plan, terms)

    assert {**distances, "total": sum(distances.values())} == expected["requisite_distance"]
    assert (loads.total, loads.average) == (expected["total_credits"], expected["avg_credits_per_term"])
    assert (loads.least, loads.least_at) == (expected["min_credits"], expected["min_term"])
    assert (loads.most, loads.most_at) == (expected["max_credits"], expected["max_term"])
    assert round(loads.deviation, 6) == expected["std_dev"]
    assert why_plan_invalid(plan, terms) == ()


def test_the_invalid_degree_plans_of_the_source_are_refused_with_the_reason() -> None:
    plans = [
        {course: number for number, term in enumerate(terms, start=1) for course in term}
        for terms in CASES["Degree plan"]["invalid_plans"]
    ]
    said = [[problem.reason.en for problem in why_plan_invalid(case("Degree plan"), plan)] for plan in plans]

    assert said == [
        ["E has no term", "F has no term"],
        ["C stands in term 1, its prerequisite A in term 2"],
    ]


def test_similarity_is_that_of_the_source() -> None:
    courses = CASES["Underwater Basket Weaving"]["courses"]

    assert CASES["similarity"]["note"] == "UBW without H against UBW = 0.875; UBW against UBW without H = 1.0"
    assert find_similarity(courses[:-1], courses) == 0.875
    assert find_similarity(courses, courses[:-1]) == 1.0
    with pytest.raises(ValueError, match="nothing to compare"):
        find_similarity(courses, [])


@pytest.mark.parametrize("plan", PLANS)
def test_real_degree_plans_have_the_published_metrics_to_the_last_digit(plan: str) -> None:
    for suffix in ("", "_w_metrics"):
        reading = read_curricular_file(DATA / "nuanalytics" / f"{plan}{suffix}.csv", plan)
        assert reading.curriculum is not None
        quarters = reading.curriculum.system == "quarter"
        found = measure_structure(reading.curriculum.requisites, quarters=quarters)
        published = list(_published(plan))

        assert quarters is (plan == "Michigan_Ann_Arbor_CS")
        assert len(published) == len(reading.curriculum.courses)
        for row in published:
            for metric in METRICS:
                assert getattr(found, metric).values[row["Course ID"]] == float(row[metric.title()]), row
        assert found.complexity.total == round(sum(float(row["Complexity"]) for row in published), 1)


def _published(plan: str) -> Iterator[dict[str, str]]:
    text = (DATA / "nuanalytics" / f"{plan}_w_metrics.csv").read_text(encoding="utf-8-sig")
    yield from csv.DictReader(text.splitlines()[6:])


def test_reachability_counts_what_comes_before() -> None:
    found = measure_structure(requisites("abcd", "ab", "bc", "a~c"))

    assert dict(found.reachability.values) == {"a": 0, "b": 1, "c": 2, "d": 0}
    assert found.reachability.total == found.blocking.total == 3


def test_no_courses_have_no_metrics() -> None:
    found = measure_structure(Requisites(()))

    assert (found.complexity.total, found.complexity.highest, found.complexity.highest_at) == (0, 0, ())
    assert longest_chain(Requisites(())) == ()
    assert why_invalid(Requisites(())) == ()


def test_paths_are_counted_not_walked() -> None:
    """A hundred diamonds one after the other: 2^100 paths of 201 courses; at the joints all pass, on the sides half."""
    joints = [f"j{number}" for number in range(101)]
    edges = [
        edge
        for number in range(100)
        for side in "lr"
        for edge in (
            (joints[number], f"{side}{number}", "pre"),
            (f"{side}{number}", joints[number + 1], "pre"),
        )
    ]
    courses = (*joints, *(f"{side}{number}" for number in range(100) for side in "lr"))
    found = measure_structure(Requisites(courses, tuple(edges)))

    assert found.delay.highest == 201
    assert found.centrality.values["j50"] == 2**100 * 201
    assert found.centrality.values["l7"] == 2**99 * 201
    assert found.centrality.values["j0"] == 0


def test_a_quarter_costs_two_thirds_to_one_decimal() -> None:
    """A chain of three: 3 + 2, 3 + 1, 3 + 0, each × 2/3."""
    found = measure_structure(requisites("abc", "ab", "bc"), quarters=True)

    assert list(found.complexity.values.values()) == [3.3, 2.7, 2.0]
    assert found.complexity.total == 8.0


def test_a_cycle_has_no_metrics_and_a_course_stands_once() -> None:
    with pytest.raises(CyclicRequisitesError):
        measure_structure(requisites("ab", "ab", "ba"))
    with pytest.raises(ValueError, match="stand twice: a"):
        Requisites(("a", "b", "a"))


def test_the_shortest_cycle_of_each_knot_is_named() -> None:
    """a → b → c → a with the short cut b → a, and a knot d ⇄ e of corequisites."""
    found = why_invalid(requisites("abcde", "ab", "bc", "ca", "ba", "d~e", "e~d"))

    assert [problem.courses for problem in found] == [("a", "b"), ("d", "e")]
    assert [problem.kind for problem in found] == ["cycle", "cycle"]


def test_corequisites_alone_never_contradict_a_shared_term() -> None:
    """c shares b's term and comes no later than a, which comes no later than b: all in one term."""
    held = requisites("abc", "c=b", "c~a", "a~b")

    assert why_invalid(held) == ()
    assert same_term(held) == (("a", "b", "c"),)
    assert same_term(requisites("abc", "a=b", "bc")) == (("a", "b"),)


def test_a_prerequisite_within_a_shared_term_is_a_contradiction() -> None:
    (direct,) = why_invalid(requisites("ab", "a=b", "ab"))
    (by_way_of_two,) = why_invalid(requisites("abcd", "a=b", "b=c", "ad", "d~c"))

    assert direct.reason.en == "these cannot all hold: a before b; a in the same term as b"
    assert by_way_of_two.reason.en == (
        "these cannot all hold: a before d; d not after c; b in the same term as c; a in the same term as b"
    )


def test_what_a_corequisite_implies_is_kept_and_a_corequisite_beside_a_prerequisite_is_not() -> None:
    assert find_extraneous(requisites("abc", "a~b", "bc", "ac")) == ()
    (beside,) = find_extraneous(requisites("ab", "ab", "a~b"))
    assert (beside.edge, beside.via) == (("a", "b", "co"), "b")
    (implied,) = find_extraneous(requisites("abc", "ab", "b~c", "a~c"))
    assert (implied.edge, implied.via) == (("a", "c", "co"), "b")


def test_components_chain_and_bottlenecks() -> None:
    """a, b, c lead to d, which leads to e; f stands alone."""
    found = requisites("abcdef", "ad", "bd", "cd", "de")

    assert find_components(found) == (("a", "b", "c", "d", "e"), ("f",))
    assert longest_chain(found) == ("a", "d", "e")
    assert find_bottlenecks(found) == ("d",)
    assert find_bottlenecks(found, least_before=4, least_after=4, least_both=5) == ()
    assert find_bottlenecks(found, least_before=4, least_after=1) == ("a", "b", "c", "d")


def test_deferment_is_one_over_one_more_than_the_free_terms() -> None:
    """Eight terms. a in 1 with b after it: 8 − 1 − 2 + 1 = 6 free; b in 2: 6; c in 8 and d, with it, in 8: none."""
    found = deferment_factors(requisites("abcd", "ab", "c~d"), {"a": 1, "b": 2, "c": 8, "d": 8}, 8)

    assert found == {"a": 1 / 7, "b": 1 / 7, "c": 1.0, "d": 1.0}
    assert deferment_factors(requisites("ab", "ab"), {"a": 1}, 1) == {"a": 1.0}


def test_inflexibility_moves_a_course_and_all_that_follows() -> None:
    """a, each autumn, in 1 → 3: weight 1 + 2, and b in 8 ends two terms late: (1 + 2 + 2) · 2. c in 2 → 6: (2 + 4) · 1."""
    found = inflexibility_factors(
        requisites("abc", "ab"), {"a": 1, "b": 8, "c": 2}, {"a": (1, 3, 5, 7), "c": (2, 6)}, 8
    )

    assert found == {"a": 10, "c": 6}
    with pytest.raises(ValueError, match="b: no term after its own"):
        inflexibility_factors(requisites("ab", "ab"), {"a": 1, "b": 8}, {"b": (2, 8)}, 8)


@st.composite
def _graphs(draw: st.DrawFn) -> Requisites:
    """Draw at most eight courses and requisites of all kinds that only lead forwards, the courses in any order."""
    count = draw(st.integers(1, 8))
    pairs = [(one, other) for one in range(count) for other in range(one + 1, count)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    kinds = [draw(st.sampled_from(("pre", "co", "strict_co"))) for _ in chosen]
    order = draw(st.permutations([str(number) for number in range(count)]))
    return Requisites(
        tuple(order), tuple((str(one), str(other), kind) for (one, other), kind in zip(chosen, kinds, strict=True))
    )


def _all_paths(found: Requisites) -> list[tuple[str, ...]]:
    """Return every path from a course without requisites to one that nothing requires, by walking them all."""
    after = {course: [b for a, b, _ in found.edges if a == course] for course in found.courses}
    paths, open_ = [], [(c,) for c in found.courses if not any(b == c for _, b, _ in found.edges)]
    while open_:
        path = open_.pop()
        open_ += [(*path, later) for later in after[path[-1]]]
        if not after[path[-1]]:
            paths.append(path)
    return paths


@settings(max_examples=150, deadline=None)
@given(_graphs())
def test_metrics_are_those_of_enumerating_every_path(found: Requisites) -> None:
    paths = _all_paths(found)
    measured = measure_structure(found)

    for course in found.courses:
        through = [path for path in paths if course in path]
        later = {other for path in through for other in path[path.index(course) + 1 :]}
        earlier = {other for path in through for other in path[: path.index(course)]}
        inside = [path for path in through if course not in (path[0], path[-1])]
        assert measured.delay.values[course] == max(map(len, through))
        assert measured.blocking.values[course] == len(later)
        assert measured.reachability.values[course] == len(earlier)
        assert measured.centrality.values[course] == sum(map(len, inside))
    assert len(longest_chain(found)) == measured.delay.highest
    assert longest_chain(found) in [path for path in paths if len(path) == measured.delay.highest]


@settings(max_examples=60, deadline=None)
@given(_graphs().filter(lambda found: len(found.courses) <= 5))
def test_requisites_are_invalid_exactly_when_no_terms_meet_them(found: Requisites) -> None:
    count = len(found.courses)
    plans = (dict(zip(found.courses, terms, strict=True)) for terms in product(range(1, count + 1), repeat=count))

    assert (why_invalid(found) == ()) is any(why_plan_invalid(found, terms) == () for terms in plans)


@settings(max_examples=100, deadline=None)
@given(_graphs())
def test_without_an_extraneous_requisite_the_same_terms_are_left(found: Requisites) -> None:
    """Whoever must come earlier still must: what an extraneous requisite says is found by way of the course named."""
    index = found.index
    for extraneous in find_extraneous(found):
        before, after, _ = extraneous.edge
        assert (before, extraneous.via, "pre") in found.edges
        assert extraneous.via == after or found.reached[index[extraneous.via]] >> index[after] & 1
