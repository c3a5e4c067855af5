"""Quality of evidence: what is counted, and where the data are called thin."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from competency_engine.assessment.heard import hear
from competency_engine.assessment.quality import Examined, measure_quality
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Item, Sitting
from competency_engine.measurement.irt import ItemModel
from tests.worlds.files import AS_OF, tiny

LIBRARY = tiny().library
DAY = dt.date(2026, 9, 1)


def sitting(source: str, rater: str | None = None, **scores: int) -> Sitting:
    named = {key.replace("_", "-"): score for key, score in scores.items()}
    return Sitting(source=source, date=DAY, rater=rater, scores=named)


def examined(*sittings: Sitting, is_new: bool = False) -> Examined:
    return Examined(hear(sittings, (), LIBRARY, AS_OF), is_new)


def test_a_few_answers_are_counted_and_called_thin() -> None:
    quality = measure_quality([examined(sitting("quiz", Q1=1, Q2=0)), examined(sitting("quiz", Q1=1))], LIBRARY, 2)
    (test,) = quality.tests
    assert (test.instrument.id, test.people, [item.id for item in test.items]) == ("quiz", 2, ["Q1", "Q2"])
    assert test.alpha.reason == "few_people"
    assert [statistics.difficulty.reason for statistics in test.statistics] == ["few_people", "few_people"]
    assert quality.ratings is None


def test_shares_are_those_of_the_answers_given() -> None:
    """Of 40 people 30 win Q1; 10 win Q2, and the last 20 were not asked it."""
    people = [examined(sitting("quiz", Q1=int(n < 30), **({"Q2": int(n < 10)} if n < 20 else {}))) for n in range(40)]
    (test,) = measure_quality(people, LIBRARY, 40).tests
    assert test.statistics[0].difficulty.value == 0.75
    assert test.statistics[1].share_missing == 0.5


def test_a_test_taken_again_counts_once() -> None:
    first = Sitting(source="quiz", date=dt.date(2026, 8, 1), scores={"Q1": 0, "Q2": 0})
    people = [examined(first, sitting("quiz", Q1=1)) for _ in range(40)]
    (test,) = measure_quality(people, LIBRARY, 40).tests
    assert test.statistics[0].difficulty.value == 1  # the first answer is superseded
    assert test.statistics[1].difficulty.value == 0  # and where there is no other, it stands


def test_items_of_a_domain_get_a_rasch_model_where_there_are_enough() -> None:
    quiz = LIBRARY.instruments["quiz"]
    third = Item(id="Q3", unit=UnitId("BAS-2"), level=1)
    longer = replace(LIBRARY, instruments={"quiz": quiz.model_copy(update={"items": (*quiz.items, third)})})
    rng = random.Random(1)
    people = []
    for _ in range(400):
        able = rng.gauss(0, 1)
        won = {
            q: int(rng.random() < 1 / (1 + 2.7 ** (hard - 1.7 * able)))
            for q, hard in (("Q1", -0.5), ("Q2", 1.8), ("Q3", 0.4))
        }
        people.append(Examined(hear([sitting("quiz", **won)], (), longer, AS_OF), is_new=False))
    (group,) = measure_quality(people, longer, 400).tests[0].groups
    assert group.domain == "BAS"
    assert isinstance(group.rasch, ItemModel)
    easy, hard, between = group.rasch.difficulty
    assert easy < between < hard


def test_sources_are_compared_on_the_same_unit_of_the_same_person() -> None:
    """Everybody rates themselves one level above what the mentor signs."""
    people = [
        examined(sitting("self", "self", BAS_1=1 + n % 2, BAS_2=2), sitting("mentor", "m", BAS_1=n % 2, BAS_2=1))
        for n in range(30)
    ]
    ratings = measure_quality(people, LIBRARY, 30).ratings
    assert ratings is not None
    assert [instrument.id for instrument in ratings.sources] == ["mentor", "self"]
    mentor, own = ratings.differences
    assert (mentor.difference.value, own.difference.value) == (-1, 1)
    assert ratings.pairs.exact.value == 0
    assert ratings.pairs.adjacent.value == 1
    assert ratings.pairs.units == 60


def test_two_raters_of_one_source_who_agree_agree_fully() -> None:
    people = [examined(sitting("mentor", "a", BAS_1=n % 3), sitting("mentor", "b", BAS_1=n % 3)) for n in range(30)]
    ratings = measure_quality(people, LIBRARY, 30).ratings
    assert ratings is not None
    assert ratings.within[0].value == 1


def test_a_scale_that_is_not_of_levels_is_not_compared() -> None:
    assert LIBRARY.instruments["ask"].highest is not None
    assert measure_quality([examined(sitting("ask", BAS_1=3))], LIBRARY, 1).ratings is None
