"""Equal fingerprints mean equal plans, whatever the numbers of facts and modules; small worlds, and many random ones."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from typing import Any

from competency_engine.assessment.gaps import assess
from competency_engine.audit.plan_changes import Outcome, outcome
from competency_engine.domain.curriculum import Module, Topic
from competency_engine.domain.entity import PersonId
from competency_engine.domain.library import Library
from competency_engine.domain.people import Population
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.fingerprint import fingerprint, relevant_part
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.problem import PlanningProblem
from competency_engine.planning.solve import solve_problem
from tests.worlds.build import AS_OF, library, module, people, policy, role, topic, unit

HORIZON = Horizon(2027, 1, 4)
ME = PersonId("学员0001")


def posed(world: Library, population: Population | None = None) -> PlanningProblem:
    assessment = assess(ME, population or people(), world, AS_OF)
    return pose_problem(assessment, world, compile_catalogue(world), HORIZON)


def print_of(world: Library, population: Population | None = None) -> str:
    return fingerprint(relevant_part(posed(world, population), HORIZON))


def plan_of(world: Library, population: Population | None = None) -> Outcome:
    problem = posed(world, population)
    return outcome(problem, HORIZON, solve_problem(problem))


def world(*further: Module, requires: dict[str, int] | None = None, **fields: Any) -> Library:
    """A needs A1, which brings it; B stands beside."""
    modules = [module("A1", brings={"A": 1}), module("B1", brings={"B": 1})]
    return library([unit("A"), unit("B")], [*modules, *further], roles=[role("R", requires or {"A": 1})], **fields)


def test_a_module_for_what_nobody_is_missing_changes_no_fingerprint_though_every_number_moves() -> None:
    before, after = world(), world(module("A0", brings={"B": 2}))
    assert compile_catalogue(before).module_ids.index("A1") != compile_catalogue(after).module_ids.index("A1")
    assert print_of(before) == print_of(after)


def test_a_module_that_helps_changes_the_fingerprint_even_if_the_plan_stays() -> None:
    after = world(module("A2", hours=9, brings={"A": 1}))
    assert plan_of(world()) == plan_of(after)
    assert print_of(world()) != print_of(after)


def test_a_need_that_is_met_at_the_start_is_no_part_of_the_problem() -> None:
    held = people([{"unit": "B", "level": 1}])
    before = library([unit("A"), unit("B")], [module("A1", brings={"A": 1})], roles=[role("R", {"A": 1})])
    needing = module("A1", brings={"A": 1}, requires=[{"unit": "B", "level": 1}])
    after = library([unit("A"), unit("B")], [needing], roles=[role("R", {"A": 1})])
    assert print_of(before, held) == print_of(after, held)
    assert print_of(before) != print_of(after)


def test_another_name_of_a_gate_is_no_difference_and_another_way_through_it_is() -> None:
    def gated(ways: Sequence[str]) -> Library:
        modules = [module(way) for way in ("W1", "W2", "W3")]
        needing = module("A1", brings={"A": 1}, requires=[{"any": [{"module": way} for way in ways]}])
        return library([unit("A")], [*modules, needing], roles=[role("R", {"A": 1})])

    assert print_of(gated(["W1", "W2"])) == print_of(gated(["W2", "W1"]))
    assert print_of(gated(["W1", "W2"])) != print_of(gated(["W1", "W3"]))
    assert print_of(gated(["W1", "W2"])) != print_of(gated(["W1", "W2", "W3"]))


def test_hours_months_weights_budgets_and_tiers_are_all_in_it() -> None:
    base = print_of(world())
    others = [
        world(planning=policy(hours_per_month=9)),
        world(planning=policy(budget={"hours_per_year": 19, "counts": ["thematic"]})),
        world(planning=policy(longest_interval_months=5)),
        world(planning=policy(most_modules_per_month=2)),
        world(planning=policy(least_modules_per_month=1)),
        world(planning=policy(prerequisites_by="earlier_month")),
        world(planning=policy(preferences=[{"prefer": "teaching_form"}])),
        world(requires={"A": 2}),
        library([unit("A", weight=2), unit("B")], [module("A1", brings={"A": 1})], roles=[role("R", {"A": 1})]),
        library([unit("A"), unit("B")], [module("A1", hours=2, brings={"A": 1})], roles=[role("R", {"A": 1})]),
        library([unit("A"), unit("B")], [module("A1", offered=[3], brings={"A": 1})], roles=[role("R", {"A": 1})]),
        library([unit("A", domain="POL")], [module("A1", brings={"A": 1})], roles=[role("R", {"A": 1})]),
    ]
    prints = [print_of(other) for other in others]
    assert base not in prints
    assert len(set(prints)) == len(prints)


def three(planning: dict[str, Any] | None = None, **changed: dict[str, Any]) -> Library:
    """A, B and C are wanted; A1, B1 and C1 bring one each, P1 and Q1 nothing; ``changed`` lays fields over those of a module."""
    given: dict[str, dict[str, Any]] = {f"{name}1": {"brings": {name: 1}} for name in "ABC"} | {"P1": {}, "Q1": {}}
    modules = [module(id_, **{**fields, **changed.get(id_, {})}) for id_, fields in given.items()]
    of_topic = [m.id for m in modules if m.topic]
    topics = [topic("T", "A", [of_topic])] if of_topic else []
    units = [unit(name) for name in "ABC"]
    wanted = {"A": 1, "B": 1, "C": 1}
    return library(units, modules, topics=topics, roles=[role("R", wanted)], planning=policy(**(planning or {})))


def test_what_is_said_of_a_module_is_all_in_it_one_thing_at_a_time() -> None:
    shy = {"preferences": [{"prefer": "soft_prerequisites"}]}
    pairs: list[tuple[Library, Library]] = [
        (three(A1={"requires": [{"unit": "B", "level": 1}]}), three(A1={"requires": [{"unit": "C", "level": 1}]})),
        (three(), three(A1={"brings": {"A": 1, "B": 1}})),
        (three(), three(A1={"pairs_with": ["B1"]})),
        (three(), three(A1={"topic": "T"}, B1={"topic": "T"})),
        (three(A1={"phase": "theory"}), three()),
        (three(), three(A1={"mode": "online"}, planning={"budget": {"hours_per_year": 20, "counts": ["thematic"]}})),
        (three(shy), three(shy, A1={"recommends": [{"module": "P1"}]})),
        (three(shy, A1={"recommends": [{"module": "P1"}]}), three(shy, A1={"recommends": [{"unit": "B", "level": 1}]})),
    ]
    for number, (old, new) in enumerate(pairs):
        assert print_of(old) != print_of(new), number


def test_that_a_completed_partner_still_counts_is_in_it() -> None:
    """A1 goes with P1 or Q1; P1, too long for any month, was completed two years ago."""
    done = people(completed=[{"module": "P1", "date": "2024-11-01"}])
    pairs = {"pairs_with": ["P1", "Q1"]}
    lasting, lapsed = three(A1=pairs, P1={"hours": 20}), three(A1=pairs, P1={"hours": 20, "validity_months": 12})
    assert print_of(lasting, done) != print_of(lapsed, done)
    assert plan_of(lasting, done) != plan_of(lapsed, done)


def test_who_is_under_way_waits_for_no_module_that_helps_nobody() -> None:
    begun = people(begun=[{"module": "B1", "month": "2026-10"}])
    assert print_of(world(), begun) == print_of(world(module("Z", brings={"B": 2})), begun)
    assert print_of(world(), begun) != print_of(world(), people())


def draw(rng: random.Random) -> dict[str, Any]:
    """Return a small curriculum as plain fields, so that it can be changed."""
    units = ["A", "B", "C", "D"]
    ids = [f"M{number:02d}" for number in range(rng.randrange(5, 10))]
    modules: dict[str, dict[str, Any]] = {}
    for place, id_ in enumerate(ids):
        fields: dict[str, Any] = {
            "hours": rng.randrange(1, 5),
            "phase": rng.choice(["theory", "cognition", "practice"]),
        }
        fields["mode"] = rng.choice(["online", "thematic", "shadowing"])
        fields["form"] = rng.choice(["lecture", "exercise"])
        if rng.random() < 0.8:
            fields["brings"] = {rng.choice(units): rng.randrange(1, 3)}
        if rng.random() < 0.3:
            fields["requires"] = [{"unit": rng.choice(units), "level": 1}]
        if place and rng.random() < 0.3:
            fields["requires"] = [
                {"any": [{"module": rng.choice(ids[:place])}, {"unit": rng.choice(units), "level": 2}]}
            ]
        if place and rng.random() < 0.2:
            fields["pairs_with"] = [rng.choice(ids[:place])]
        if rng.random() < 0.2:
            fields["offered"] = sorted(rng.sample(range(1, 13), 6))
        if rng.random() < 0.2:
            fields["recommends"] = [{"unit": rng.choice(units), "level": 1}]
        if rng.random() < 0.4:
            fields["topic"] = "T"
        modules[id_] = fields
    given: dict[str, Any] = {
        "preferences": rng.sample(
            [
                {"prefer": "teaching_form"},
                {"prefer": "soft_prerequisites"},
                {"prefer": "few_absences", "modes": ["shadowing"]},
                {"prefer": "online_share", "percent": 30},
            ],
            2,
        ),
        "budget": {"hours_per_year": rng.choice([4, 8, 20]), "counts": ["online", "thematic"]},
        "hours_per_month": rng.choice([4, 6, 10]),
        "longest_interval_months": rng.choice([1, 3]),
    }
    if rng.random() < 0.2:
        given["prerequisites_by"] = "earlier_month"
    if rng.random() < 0.1:
        given["least_modules_per_month"] = 1
    return {"modules": modules, "policy": given, "requires": {u: rng.randrange(1, 3) for u in rng.sample(units, 2)}}


def built(drawn: dict[str, Any]) -> Library:
    modules = [module(id_, **fields) for id_, fields in drawn["modules"].items()]
    of_topic = sorted(m.id for m in modules if m.topic)
    topics: list[Topic] = [topic("T", "A", [of_topic or ["M00"]])]
    units = [unit(name, domain=domain) for name, domain in zip("ABCD", ("BASE", "BASE", "POL", "SKILL"), strict=True)]
    return library(
        units, modules, topics=topics, roles=[role("R", drawn["requires"])], planning=policy(**drawn["policy"])
    )


def changed(drawn: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    modules = {id_: dict(fields) for id_, fields in drawn["modules"].items()}
    given, requires = dict(drawn["policy"]), dict(drawn["requires"])
    id_ = rng.choice(sorted(modules))
    what = rng.choice(["add", "hours", "brings", "requires", "offered", "mode", "policy", "role", "pairs", "phase"])
    if what == "add":
        fields = {"brings": {rng.choice("ABCD"): rng.randrange(1, 3)}, "hours": rng.randrange(1, 4)}
        modules[rng.choice(["L00", "M035", "Z99"])] = fields
    elif what == "hours":
        modules[id_]["hours"] = rng.randrange(1, 6)
    elif what == "brings":
        modules[id_]["brings"] = {rng.choice("ABCD"): rng.randrange(1, 3)}
    elif what == "requires":
        modules[id_]["requires"] = [{"unit": rng.choice("ABCD"), "level": 1}]
    elif what == "offered":
        modules[id_]["offered"] = [rng.randrange(1, 13)]
    elif what == "mode":
        modules[id_]["mode"] = rng.choice(["online", "shadowing"])
    elif what == "phase":
        modules[id_]["phase"] = rng.choice(["theory", "practice"])
    elif what == "pairs":
        modules[id_]["pairs_with"] = [rng.choice([m for m in sorted(modules) if m != id_])]
    elif what == "role":
        requires[rng.choice("ABCD")] = rng.randrange(1, 4)
    else:
        given["hours_per_month"] = rng.choice([5, 7])
    return {"modules": modules, "policy": given, "requires": requires}


def test_on_random_changes_of_random_curricula_equal_fingerprints_mean_equal_plans() -> None:
    seen = Counter[tuple[bool, bool]]()
    for seed in range(600):
        rng = random.Random(seed)
        drawn = draw(rng)
        records = [{"unit": name, "level": rng.randrange(2)} for name in "ABCD" if rng.random() < 0.6]
        more: dict[str, Any] = {"begun": [{"module": "M01", "month": "2026-11"}]} if rng.random() < 0.2 else {}
        if rng.random() < 0.2:
            more["completed"] = [{"module": "M00", "date": "2026-09-09"}]
        if rng.random() < 0.2:
            more["away"] = ["2027-02"]
        person = people(records, **more)
        old, new = built(drawn), built(changed(drawn, rng))
        same_part = print_of(old, person) == print_of(new, person)
        same_plan = plan_of(old, person) == plan_of(new, person)
        assert same_plan or not same_part, seed
        seen[same_part, same_plan] += 1
    assert seen[True, True] > 100
    assert seen[False, False] > 100
