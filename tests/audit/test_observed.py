"""Whether the data bear the model out: by hand, on settled levels and on levels of sources."""

from __future__ import annotations

import datetime as dt

import pytest

from competency_engine.assessment.fusion import Fused, FusedLevel
from competency_engine.audit.observed import (
    Observed,
    Requisite,
    correlation,
    gamma,
    index_of,
    known_levels,
    never_scored,
)
from competency_engine.domain.evidence import EvidenceRecord, Sitting
from competency_engine.domain.people import Community, Dossier, Person
from competency_engine.loading.workspace import shipped_root
from competency_engine.workflows.session import open_session

DAY = dt.date(2026, 11, 21)
PAIR = Requisite("B", "A", 2)  # type: ignore[arg-type]


def dossier(*records: tuple[str, int, int], sittings: tuple[Sitting, ...] = ()) -> Dossier:
    """Return somebody with settled levels, as (unit, level, month of 2026)."""
    return Dossier(
        person=Person(kind="person", id="学员1", community="社区1", post_since=DAY),
        community=Community(kind="community", id="社区1", types=("old_estate",)),
        evidence=tuple(EvidenceRecord(unit=u, level=k, date=dt.date(2026, month, 1)) for u, k, month in records),
        sittings=sittings,
    )


def fused(**levels: tuple[int, tuple[float, ...]]) -> Fused:
    made = {
        unit: FusedLevel(unit, chances, likely, 2, likely, likely, 0.9, {}, True, DAY)  # type: ignore[arg-type]
        for unit, (likely, chances) in levels.items()
    }
    return Fused(made, ())  # type: ignore[arg-type]


def test_the_newest_settled_level_stands_over_what_sources_say() -> None:
    somebody = dossier(("A", 1, 3), ("A", 2, 9))
    said = fused(A=(4, (0.0, 0.1, 0.1, 0.1, 0.7)), B=(1, (0.2, 0.7, 0.1, 0.0, 0.0)))
    assert known_levels(somebody, said) == {"A": 2, "B": 1}
    assert known_levels(dossier(("A", 2, 9), ("A", 1, 3)), said) == {"A": 2, "B": 1}  # in whatever order they stand


def test_who_holds_the_later_without_the_earlier_violates_the_prerequisite() -> None:
    observed = Observed()
    for a, b in [(1, 3), (2, 3), (3, 4), (0, 1), (0, 2)]:
        observed.add(dossier(("A", a, 3), ("B", b, 3)), None, [PAIR])
    index = index_of(PAIR, observed)
    assert (index.people, index.holders, index.violations) == (5, 3, 1)
    assert index.low < 1 / 3 < index.high
    # of the ten pairs of people three tie in one unit (0-0, 3-3 …) and none disagrees
    assert index.gamma == 1.0


def test_gamma_counts_pairs_that_agree_against_pairs_that_disagree() -> None:
    assert gamma({(1, 1): 1, (2, 2): 1, (3, 1): 1}) == pytest.approx((1 - 1) / 2)


def test_levels_that_cannot_be_told_apart_are_blurred() -> None:
    observed = Observed()
    observed.add(dossier(), fused(A=(1, (0.0, 0.5, 0.5, 0.0))), [])
    observed.add(dossier(), fused(A=(1, (0.0, 1.0, 0.0, 0.0))), [])
    count, total = observed.blur["A", 1]  # type: ignore[index]
    assert total / count == pytest.approx(0.25)


def test_units_that_move_together() -> None:
    observed = Observed()
    for x, y in ((1, 2), (2, 4), (3, 6)):
        observed.add(dossier(), fused(A=(x, (1.0,)), B=(y, (1.0,))), [])
    assert correlation(observed.together["A", "B"]) == 1.0  # type: ignore[index]


def test_two_halves_add_up() -> None:
    said = [fused(A=(n % 4, (0.25, 0.25, 0.25, 0.25)), B=(2, (0.25, 0.25, 0.25, 0.25))) for n in range(6)]
    whole, first, second = Observed(), Observed(), Observed()
    for number, levels in enumerate(said):
        whole.add(dossier(), levels, [PAIR])
        (first if number < 3 else second).add(dossier(), levels, [PAIR])
    first.merge(second)
    assert first == whole


def test_what_an_instrument_in_use_never_asked_is_listed() -> None:
    library = open_session(shipped_root(), "7n").library
    used, *others = sorted(library.items["test"])
    observed = Observed()
    assert never_scored(observed, library) == {}
    sitting = Sitting(source="test", date=DAY, scores={used: 1})
    observed.add(dossier(sittings=(sitting,)), None, [])
    assert sorted(never_scored(observed, library)["test"]) == others
