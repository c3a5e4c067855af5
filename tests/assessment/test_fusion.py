"""From scores of many sources to levels: hand-checkable people, what proves a level, and what must not matter."""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from competency_engine.assessment.fusion import (
    DIGITS,
    FLATTENING,
    Fused,
    FusedLevel,
    _highest,
    _intervals,
    frame_of,
    fuse,
)
from competency_engine.assessment.heard import Asked
from competency_engine.domain.calibration import Calibration, ScaleEstimate, UnitEstimate
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Sitting
from competency_engine.domain.library import Library
from competency_engine.domain.people import Completion
from competency_engine.measurement.estimation import ability_prior, level_places
from competency_engine.measurement.raters import MACHINE, TYPES, abilities
from tests.worlds.build import AS_OF, library, module, policy, unit
from tests.worlds.scores import instrument, sitting, with_instruments

A, B = UnitId("A"), UnitId("B")
WORK = instrument("work")
SELF = instrument(
    "self", method="self_rating", proves_up_to=2, expected_bias=0.6, bias_spread=0.5, raters_differ=0.4, noise=0.6
)
PEER = instrument("peer", method="peer_rating", proves_up_to=2, raters_differ=0.4, noise=0.6)
QUIZ = instrument(
    "quiz",
    method="test",
    proves_up_to=2,
    guessing=0.25,
    noise=0.4,
    items=[{"id": "Q1", "unit": "A", "level": 1}, {"id": "Q3", "unit": "A", "level": 3}],
)
STARS = instrument("stars", lowest=1, highest=5)
DRILL = instrument("drill", method="exercise", checklist_of=["A"], noise=0.4)


def world(**fields: Any) -> Library:
    """Return units A and B on a scale of 0 to 3, with every instrument."""
    base = library([unit("A"), unit("B")], [module("m", brings={"A": 2})], planning=policy(**fields))
    return with_instruments(base, WORK, SELF, PEER, QUIZ, STARS, DRILL)


WORLD = world()


def fused(*sittings: Sitting, within: Library = WORLD, completed: Any = (), as_of: dt.date = AS_OF) -> Fused:
    done = [Completion.model_validate({"module": name, "date": date}, strict=False) for name, date in completed]
    return fuse([Asked(sittings, done)], within, None, as_of)[0]


def level(*sittings: Sitting, **options: Any) -> FusedLevel:
    """Return what is said of A."""
    return fused(*sittings, **options).levels[A]


def mean(found: FusedLevel) -> float:
    return sum(step * chance for step, chance in enumerate(found.chances))


def rated(source: str, scores: Mapping[str, int], date: str = "2026-09-01", **fields: Any) -> Sitting:
    return sitting(source, date, scores, **fields)


def test_chances_of_one_score_follow_from_prior_and_likelihood() -> None:
    """One score of 2 by a machine of noise 0.5: P(level) ∝ Σ over abilities of prior × P(level | ability) × P(2 | level), to the 0.9."""

    def chance(score: int, place: float, noise: float = 0.5) -> float:
        reached = 1.0 if score == 0 else 1 / (1 + math.exp(-(place - score + 0.5) / noise))
        further = 0.0 if score == 3 else 1 / (1 + math.exp(-(place - score - 0.5) / noise))
        return reached - further

    def held_at(level: int, ability: float) -> float:
        """Four in five have an uneven profile, the others three tenths of its noise."""
        return 0.8 * chance(level, ability) + 0.2 * chance(level, ability, 0.15)

    heights = [math.exp(-0.5 * ((ability - 1.5) / 1.2) ** 2) for ability in abilities(3)]
    likely = [
        sum(height * held_at(held, ability) for height, ability in zip(heights, abilities(3), strict=True))
        * chance(2, held)
        for held in range(4)
    ]
    flat = [(value / sum(likely)) ** FLATTENING for value in likely]
    found = level(rated("work", {"A": 2}))
    assert found.chances == pytest.approx([value / sum(flat) for value in flat], abs=1e-3)


def test_a_person_by_hand() -> None:
    """Work evidence, a peer and the person say 2, 2 and 3 of A; only the person speaks of B, and too well of everything."""
    found = fused(rated("work", {"A": 2}), rated("peer", {"A": 2}, rater="p1"), rated("self", {"A": 3, "B": 3}))
    a, b = found.levels[A], found.levels[B]
    assert (a.likely, a.level, a.low, a.high) == (2, 2, 2, 3)
    assert dict(a.alone) == {"self_rating": 3, "peer_rating": 2, "work_evidence": 2}
    assert (b.likely, b.level, b.proven_up_to) == (3, 2, 2)
    assert dict(b.alone) == {"self_rating": 3}
    assert (b.valid, b.latest) == (True, dt.date(2026, 9, 1))
    assert sum(a.chances) == pytest.approx(1, abs=2e-4)


def test_nothing_is_said_where_nothing_is_heard() -> None:
    assert fused().levels == {}
    assert list(fused(rated("work", {"A": 2})).levels) == [A]
    assert fused(rated("work", {})).levels == {}
    assert fuse([], WORLD, None, AS_OF) == []


def test_more_sources_that_agree_make_it_surer() -> None:
    one = level(rated("self", {"A": 2}))
    two = level(rated("self", {"A": 2}), rated("peer", {"A": 2}, rater="p1"))
    three = level(rated("self", {"A": 2}), rated("peer", {"A": 2}, rater="p1"), rated("peer", {"A": 2}, rater="p2"))
    assert max(one.chances) < max(two.chances) < max(three.chances)


def test_an_instrument_that_lies_high_is_believed_to_lie_high() -> None:
    assert mean(level(rated("self", {"A": 3}))) < mean(level(rated("peer", {"A": 3})))


@pytest.mark.parametrize(("sources", "proven"), [(("self",), 2), (("self", "peer"), 2), (("self", "work"), 3)])
def test_level_three_needs_evidence_that_can_prove_it(sources: Sequence[str], proven: int) -> None:
    """All say 3, and 3 is likely; without work evidence the level that counts is 2."""
    found = level(
        *(rated(source, {"A": 3}, rater=f"r{number}") for source in sources for number in range(3)),
    )
    assert found.likely == 3
    assert found.level == proven
    assert found.proven_up_to == (9 if proven == 3 else 2)


def test_what_proves_must_bear_on_the_unit() -> None:
    """Work evidence of B proves nothing of A."""
    found = fused(rated("work", {"B": 3}), *(rated("peer", {"A": 3}, rater=f"r{n}") for n in range(3)))
    assert (found.levels[A].proven_up_to, found.levels[B].proven_up_to) == (2, 9)


def test_expired_evidence_is_heard_more_weakly_and_proves_nothing() -> None:
    """Valid for a year from 2025-09-01, heard on 2026-11-21: three months past it, 0.5 ** 0.25 of its force."""
    old, fresh = level(rated("work", {"A": 3}, "2025-09-01")), level(rated("work", {"A": 3}))
    assert (old.valid, old.proven_up_to, old.level) == (False, 0, 0)
    assert old.likely >= 2
    assert mean(old) < mean(fresh)
    assert old.latest == dt.date(2025, 9, 1)


def test_valid_evidence_beside_expired_keeps_the_unit_valid_and_proves_by_itself() -> None:
    found = level(rated("work", {"A": 3}, "2025-09-01"), rated("peer", {"A": 3}))
    assert (found.valid, found.proven_up_to, found.latest) == (True, 2, dt.date(2026, 9, 1))
    assert set(found.alone) == {"peer_rating", "work_evidence"}


def test_training_makes_older_scores_old_once_newer_ones_follow() -> None:
    old, new = rated("peer", {"A": 0}, "2026-03-01"), rated("work", {"A": 2})
    assert level(old, new, completed=[("m", "2026-06-01")]) == level(new)
    assert level(old, new) != level(new)


def test_a_score_of_a_scale_from_one_to_five_counts_as_the_level_it_names() -> None:
    """Of a scale 0 to 3: 1 star says 0 or 1, 5 stars say more than 3 and so no less than 4 stars."""
    means = [mean(level(rated("stars", {"A": score}))) for score in range(1, 6)]
    assert means == sorted(means)
    assert [level(rated("stars", {"A": score})).likely for score in (2, 3, 4)] == [2, 3, 3]
    assert level(rated("stars", {"A": 2})).likely == level(rated("work", {"A": 2})).likely


def test_items_bear_on_the_unit_that_they_ask_for() -> None:
    both, easy, none = (
        level(rated("quiz", scores)) for scores in ({"Q1": 1, "Q3": 1}, {"Q1": 1, "Q3": 0}, {"Q1": 0, "Q3": 0})
    )
    assert mean(both) > mean(easy) > mean(none)
    assert dict(easy.alone) == {"test": easy.likely}
    assert list(fused(rated("quiz", {"Q1": 1})).levels) == [A]


def test_a_checklist_asks_for_each_indicator_of_its_units() -> None:
    """The unit A has one indicator at each of levels 1, 2 and 3, worth two points."""
    assert list(WORLD.items["drill"]) == ["A-1-1", "A-2-1", "A-3-1"]
    scores = [{"A-1-1": 2, "A-2-1": 0, "A-3-1": 0}, {"A-1-1": 2, "A-2-1": 2, "A-3-1": 0}, dict.fromkeys(WORLD.items["drill"], 2)]  # fmt: skip
    assert [level(rated("drill", one)).likely for one in scores] == [1, 2, 3]
    half = level(rated("drill", {"A-1-1": 2, "A-2-1": 1, "A-3-1": 0}))
    assert mean(level(rated("drill", scores[0]))) < mean(half) < mean(level(rated("drill", scores[1])))


def test_items_of_different_points_stand_beside_each_other() -> None:
    """A question of one point and one of three: the third threshold of the first lies beyond every level, even with little noise."""
    items = [{"id": "Q1", "unit": "A", "level": 1}, {"id": "Q2", "unit": "A", "level": 2, "points": 3}]
    within = with_instruments(library([unit("A")]), instrument("mixed", items=items, noise=0.05))
    found = [level(rated("mixed", {"Q1": 1, "Q2": points}), within=within) for points in range(4)]
    assert [mean(one) for one in found] == sorted(mean(one) for one in found)
    assert (found[0].likely, found[3].likely) == (1, 2)


def test_an_instrument_or_item_that_is_gone_is_ignored() -> None:
    known = rated("work", {"A": 2})
    assert level(known, rated("gone", {"A": 0})) == level(known)
    assert level(known, rated("quiz", {"Q9": 1})) == level(known)
    assert level(known, rated("work", {"Z": 0}, rater="r1")) == level(known)
    assert fused(known, rated("gone", {"A": 0})).heard[0].unheard == "unknown"


def test_the_weight_that_an_office_gives_an_instrument_is_its_force() -> None:
    half = with_instruments(WORLD, instrument("work", weight=0.5), PEER)
    assert mean(level(rated("peer", {"A": 0}), rated("work", {"A": 3}), within=half)) < mean(
        level(rated("peer", {"A": 0}), rated("work", {"A": 3}), within=with_instruments(WORLD, WORK, PEER))
    )


def test_a_level_is_reached_as_surely_as_the_policy_asks() -> None:
    evidence = rated("peer", {"A": 2})
    at = {percent: level(evidence, within=world(level_certainty_percent=percent)) for percent in (50, 70, 90, 99)}
    for percent, found in at.items():
        assert found.chance_of(found.likely) >= percent / 100
        assert found.likely == 3 or found.chance_of(found.likely + 1) < percent / 100
    assert at[99].likely < at[50].likely


def test_the_interval_is_as_sure_as_the_policy_asks() -> None:
    evidence = rated("self", {"A": 2})
    widths = []
    for percent in (50, 80, 99):
        found = level(evidence, within=world(interval_percent=percent))
        assert found.mass >= percent / 100
        assert found.mass == pytest.approx(min(1.0, sum(found.chances[found.low : found.high + 1])))
        widths.append(found.high - found.low)
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


@pytest.mark.parametrize(
    ("chances", "percent", "expected"),
    [
        ((0.1, 0.7, 0.2, 0.0), 70, (1, 1, 0.7)),
        ((0.1, 0.7, 0.2, 0.0), 80, (1, 2, 0.9)),
        ((0.4, 0.1, 0.1, 0.4), 50, (0, 1, 0.5)),
        ((0.25, 0.25, 0.25, 0.25), 80, (0, 3, 1.0)),
        ((0.5, 0.0, 0.0, 0.5), 50, (0, 0, 0.5)),
        ((0.3, 0.3, 0.2, 0.2), 60, (0, 1, 0.6)),
        ((0.0, 0.0, 0.0, 1.0), 99, (3, 3, 1.0)),
        ((0.3333, 0.3333, 0.3333, 0.0), 99, (0, 2, 0.9999)),
    ],
)
def test_the_interval_is_the_shortest_then_the_likeliest_then_the_lowest(
    chances: tuple[float, ...], percent: int, expected: tuple[int, int, float]
) -> None:
    low, high, mass = _intervals(np.array(chances), percent)
    assert (int(low), int(high), float(mass)) == pytest.approx(expected)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.lists(st.integers(0, 100), min_size=2, max_size=6).filter(any), st.integers(50, 99))
def test_interval_and_likely_level_are_what_a_search_finds(parts: list[int], percent: int) -> None:
    chances = np.round(np.array(parts) / sum(parts), DIGITS)
    runs = [
        (high - low, -round(float(chances[low : high + 1].sum()), DIGITS), low)
        for low in range(len(parts))
        for high in range(low, len(parts))
        if round(float(chances[low : high + 1].sum()), DIGITS) >= percent / 100
    ]
    width, mass, low = min(runs)
    found = tuple(float(part) for part in _intervals(chances, percent))
    assert found == pytest.approx((low, low + width, min(-mass, 1.0)))
    reached = [one for one in range(1, len(parts)) if round(float(chances[one:].sum()), DIGITS) >= percent / 100]
    assert int(_highest(chances, percent)) == max(reached, default=0)


def people(count: int = 40) -> list[Asked]:
    """Return people with one to four sittings of several instruments, some twice by the same rater."""
    generator = random.Random(3)
    found = []
    for _ in range(count):
        sittings = []
        for _ in range(generator.randrange(1, 5)):
            source = generator.choice(["work", "self", "peer", "quiz", "stars", "gone"])
            keys = ["Q1", "Q3"] if source == "quiz" else ["A", "B"]
            low, high = (1, 5) if source == "stars" else (0, 1) if source == "quiz" else (0, 3)
            scores = {key: generator.randint(low, high) for key in keys if generator.random() < 0.8}
            date = f"202{generator.randrange(4, 7)}-0{generator.randrange(1, 10)}-01"
            rater = generator.choice([None, "r1"])
            sittings.append(sitting(source, date, scores, rater=rater))
        found.append(Asked(sittings, ()))
    return found


def said(found: Sequence[Fused]) -> list[bytes]:
    return [repr(one.levels).encode() for one in found]


def test_neither_row_order_nor_sitting_order_nor_company_matters() -> None:
    asked = people()
    together = said(fuse(asked, WORLD, None, AS_OF))
    assert said(fuse(asked[::-1], WORLD, None, AS_OF))[::-1] == together
    turned = [Asked(one.sittings[::-1], one.completed) for one in asked]
    assert said(fuse(turned, WORLD, None, AS_OF)) == together
    rekeyed = [
        Asked([one.model_copy(update={"scores": dict(reversed(one.scores.items()))}) for one in of.sittings], ())
        for of in asked
    ]
    assert said(fuse(rekeyed, WORLD, None, AS_OF)) == together
    assert [said(fuse([one], WORLD, None, AS_OF))[0] for one in asked] == together
    assert len(set(together)) > 20


def test_the_only_way_of_asking_finds_alone_what_is_likely() -> None:
    for one in fuse(people(120), WORLD, None, AS_OF):
        for found in one.levels.values():
            if len(found.alone) == 1:
                assert list(found.alone.values()) == [found.likely]


def calibration(**fields: Any) -> Calibration:
    """Return a calibration that found peers to be lenient by a level, and nothing else."""
    place = tuple(level_places(3))
    given_ = {
        "as_of": "2026-11-21",
        "people": 10,
        "sample": 10,
        "scales": {"peer": ScaleEstimate((), (tuple(x - 1 for x in place),), 0.6, tuple(MACHINE))},
        "units": {},
        "ability": tuple(ability_prior(3)),
    }
    return Calibration(**{**given_, **fields})


def calibrated(found: Calibration, *sittings: Sitting, within: Library = WORLD) -> FusedLevel:
    return fuse([Asked(sittings, ())], within, found, AS_OF)[0].levels[A]


def test_a_calibration_takes_the_place_of_what_documents_say() -> None:
    evidence = rated("peer", {"A": 3}, rater="p1")
    assert (level(evidence).likely, calibrated(calibration(), evidence).likely) == (3, 2)
    assert calibrated(calibration(), rated("work", {"A": 2})) == level(rated("work", {"A": 2}))


def test_a_known_rater_counts_by_what_is_known() -> None:
    lenient = np.zeros(TYPES)
    lenient[6] = 1.0
    known = calibration(scales={}, raters={"peer/p1": tuple(lenient), "gone/p1": tuple(lenient)})
    assert mean(calibrated(known, rated("peer", {"A": 3}, rater="p1"))) < mean(level(rated("peer", {"A": 3})))
    assert calibrated(known, rated("peer", {"A": 3}, rater="p2")) == level(rated("peer", {"A": 3}, rater="p2"))


def test_a_harder_unit_is_likelier_held_low() -> None:
    harder = calibration(units={"A": UnitEstimate((1.5, 2.5, 3.5), 0.5), "gone": UnitEstimate((0.0, 1.0, 2.0), 0.5)})
    assert mean(calibrated(harder, rated("self", {"A": 2}))) < mean(level(rated("self", {"A": 2})))


def test_what_was_calibrated_of_another_model_is_passed_over() -> None:
    """A scale of other scores, units of other levels, abilities of another grid, and an instrument that rates no more but asks items."""
    other = calibration(
        scales={
            "work": ScaleEstimate((), ((0.5, 1.5),), 0.5, tuple(MACHINE)),
            "quiz": ScaleEstimate((), ((-5.0,),), 0.4, tuple(MACHINE)),
        },
        units={"A": UnitEstimate((0.5, 1.5), 3.0)},
        ability=(0.5, 0.5),
    )
    for evidence in (rated("work", {"A": 2}), rated("quiz", {"Q1": 1, "Q3": 0})):
        assert calibrated(other, evidence) == level(evidence)


def test_abilities_that_round_to_nothing_are_passed_over() -> None:
    ability = (0.0, *ability_prior(3)[1:])
    found = calibrated(calibration(ability=ability), rated("work", {"A": 2}))
    assert found.chances == pytest.approx(level(rated("work", {"A": 2})).chances, abs=0.02)


def test_the_model_is_built_once_for_a_library_and_a_calibration() -> None:
    found = calibration()
    assert frame_of(WORLD, found) is frame_of(WORLD, found)
    assert frame_of(WORLD, found) is not frame_of(WORLD, None)


@pytest.mark.parametrize("common", [1, 2, 3, 4])
@pytest.mark.parametrize("raters", [1, 2, 5])
@pytest.mark.parametrize("first", [0, -1])
def test_raters_who_agree_on_one_level_for_nearly_every_unit_are_believed(common: int, raters: int, first: int) -> None:
    """Forty units, all at one level, or all but the first: not a sign of a person at one end of the scale and raters who all see the middle."""
    names = [f"U{number:02d}" for number in range(40)]
    kinds = [instrument(f"r{number}", raters_differ=0.4) for number in range(raters)]
    within = with_instruments(library([unit(name) for name in names], top_level=5), *kinds)
    scores = {**dict.fromkeys(names, common), "U00": common + first}
    sheets = [sitting(f"r{number}", "2026-09-01", scores, rater=f"p{number}") for number in range(raters)]
    (fused,) = fuse([Asked(tuple(sheets), ())], within, None, AS_OF)
    assert {fused.levels[UnitId(name)].likely for name in names[1:]} == {common}
