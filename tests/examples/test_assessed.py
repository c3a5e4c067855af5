"""The shipped example of assessed people: made by its script, sound, and calibrated from itself."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from competency_engine.domain.calibration import hash_of
from competency_engine.loading.calibration import read_calibration
from competency_engine.loading.workspace import shipped_root
from competency_engine.workflows.session import open_population, open_session
from examples import assessed

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "examples" / "assessed"
TABLES = ("people.csv", "communities.csv", "sittings.csv", "surveys.csv")


def test_the_tables_are_what_the_script_writes(tmp_path: Path) -> None:
    assessed.main(["--out", str(tmp_path)])
    for name in TABLES:
        assert (tmp_path / name).read_bytes() == (SHIPPED / name).read_bytes(), name


def test_the_people_load_without_a_diagnostic_and_have_scores() -> None:
    session = open_session(shipped_root(), "7n")
    population, loading = open_population(session, SHIPPED)
    assert loading.diagnostics == []
    assert len(population.persons) == 120
    assert population.sittings.keys() == population.surveys.keys() == population.persons.keys()
    methods = {sitting.source for sittings in population.sittings.values() for sitting in sittings}
    assert methods == {"self", "peer", "superior", "resident", "test", "exercise", "work"}


def test_the_calibration_is_whole_and_fits_the_library() -> None:
    session = open_session(shipped_root(), "7n")
    calibration = read_calibration(SHIPPED)
    assert calibration is not None
    assert calibration.hash == hash_of(calibration)
    assert dt.date.fromisoformat(calibration.as_of) == dt.date(2026, 11, 21)
    assert calibration.scales.keys() == session.library.instruments.keys()
    assert calibration.units.keys() == session.library.units.keys()
    # self-ratings were made .7 levels too high
    (row,) = calibration.scales["self"].thresholds
    bias = sum(place + 0.5 - value for place, value in enumerate(row)) / len(row)
    assert 0.5 < bias < 0.9
