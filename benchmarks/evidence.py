"""Fused levels against simulated truth: two worlds of raters, several seeds; run ``python -m benchmarks.evidence``.

World A: each rater has a bias of their own and scatters normally; self-ratings lie 0.7 levels too high; a fifth of all scores
is missing. World B breaks the fitted model on purpose: raters use only part of the scale (slopes .75, superiors .9), the weak
overrate themselves more than the strong, every rater likes or dislikes each person as a whole (halo, .25), errors have
heavy tails (Student, 4 degrees of freedom) and grow away from the middle, and one rater in twelve looks at nothing.

``python -m benchmarks.evidence --people 680000 --write people.jsonl`` writes people of world A, one a line, for
``evidence calibrate`` and ``evidence levels --all`` to read.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from competency_engine.assessment.calibrate import (
    BLOCK,
    Labelled,
    RaterMemory,
    calibration_of,
    choose_sample,
    estimate_parameters,
)
from competency_engine.assessment.fusion import fuse
from competency_engine.assessment.heard import Asked
from competency_engine.domain.calibration import Calibration
from competency_engine.domain.entity import PersonId, UnitId
from competency_engine.domain.evidence import Sitting
from competency_engine.domain.library import Library
from competency_engine.loading.workspace import shipped_root
from competency_engine.workflows.session import open_session

TODAY = dt.date(2026, 11, 21)
RATED = dt.date(2026, 9, 1)
TOP = 5
PEOPLE_AT_A_TIME = 2000
FEWEST = 200
"""Cells of level × sources with fewer cases are not printed: their coverage is mostly chance."""


@dataclass(frozen=True)
class Kind:
    """How one kind of rater behaves, and what weight an office gives it in a mean.

    Attributes:
        bias: levels by which they lie too high.
        scatter: standard deviation of one score.
        own: standard deviation of a rater's own bias.
        rates: people that one of them rates.
        slope: how much of the scale they use in world B.
        weight: in the weighted mean.
    """

    bias: float
    scatter: float
    own: float
    rates: int
    slope: float
    weight: float


KINDS = {
    "self": Kind(0.7, 0.8, 0.4, 1, 0.75, 0.15),
    "peer": Kind(0.15, 0.9, 0.35, 5, 0.75, 0.25),
    "superior": Kind(0.0, 0.7, 0.35, 12, 0.9, 0.35),
    "resident": Kind(0.1, 1.1, 0.4, 1, 0.75, 0.25),
}
MISSING = 0.2
HALO = 0.25
CARELESS = 1 / 12


@dataclass(frozen=True)
class World:
    """Simulated people: the true level of each unit, and the score of each rater (-1 = missing) with the rater's number."""

    truth: np.ndarray
    scores: dict[str, np.ndarray]
    raters: dict[str, np.ndarray]


def make_world(people: int, units: int, seed: int, broken: bool, halo: float = HALO) -> World:
    """Return world A, or world B where ``broken``."""
    rng = np.random.default_rng(seed)
    ability, difficulty = rng.normal(0, 0.8, people), rng.normal(0, 0.6, units)
    held = 2.4 + ability[:, None] - difficulty + rng.normal(0, 0.7, (people, units))
    truth = np.clip(np.rint(held), 0, TOP).astype(int)
    scores, raters = {}, {}
    for name, kind in KINDS.items():
        order = rng.permutation(people) if name == "peer" else np.arange(people)
        rater = order // kind.rates
        own = rng.normal(0, kind.own, rater.max() + 1)[rater][:, None]
        seen = _broken(truth, name, kind, own, rater, rng, halo) if broken else truth + kind.bias + own
        if not broken:
            seen = seen + rng.normal(0, kind.scatter, truth.shape)
        given = np.clip(np.rint(seen), 0, TOP).astype(int)
        scores[name] = np.where(rng.random(truth.shape) >= MISSING, given, -1)
        raters[name] = rater
    return World(truth, scores, raters)


def _broken(truth, name, kind, own, rater, rng, halo):
    people, middle = len(truth), TOP / 2
    seen = middle + kind.slope * (truth - middle) + kind.bias + own
    seen = seen + rng.normal(0, halo, people)[:, None] + 0.7 * kind.scatter * rng.standard_t(4, truth.shape)
    if name == "self":
        seen = seen + 0.25 * (middle - truth)
    seen = seen + 0.12 * (truth - middle) * rng.normal(0, 1, truth.shape)
    careless = (rng.random(rater.max() + 1) < CARELESS)[rater][:, None]
    always = rng.integers(1, TOP, rater.max() + 1)[rater][:, None]
    return np.where(careless, always + rng.normal(0, 0.5, truth.shape), seen)


def units_of(library: Library) -> list[UnitId]:
    """Return the units and skills that people are rated on."""
    return [unit for unit in library.units if unit not in library.duty_units]


def people_of(world: World, library: Library) -> list[Labelled]:
    """Return the people of ``world`` with their sittings."""
    units = units_of(library)
    return [
        Labelled(PersonId(f"学员{person:06d}"), Asked(tuple(_sittings(world, person, units)), ()))
        for person in range(len(world.truth))
    ]


def _sittings(world: World, person: int, units: list) -> Iterator[Sitting]:
    for name in KINDS:
        row = world.scores[name][person]
        scores = {units[index]: int(score) for index, score in enumerate(row) if score >= 0}
        rater = f"{name}-{world.raters[name][person]}"
        yield Sitting.model_construct(source=name, date=RATED, rater=rater, valid_until=None, scores=scores)


def calibrate(people: list[Labelled], library: Library) -> Calibration:
    """Return what the people say of instruments and raters."""
    sample, count = choose_sample(people)
    estimates = estimate_parameters(sample, library, TODAY)
    memory = RaterMemory(estimates, library, TODAY)
    for start in range(0, len(people), BLOCK):
        memory.hear(people[start : start + BLOCK])
    return calibration_of(estimates, memory.raters(), library, TODAY, count, len(sample))


def compare(world: World, people: list[Labelled], library: Library, calibration: Calibration | None) -> None:
    """Print errors and coverage of the fused levels."""
    units = units_of(library)
    started = time.process_time()
    fused = fuse([labelled.asked for labelled in people], library, calibration, TODAY)
    seconds = time.process_time() - started
    rows = [
        (world.truth[person, index], level.likely, level.low, level.high, level.mass, person, index)
        for person, of_person in enumerate(fused)
        for index, unit in enumerate(units)
        if (level := of_person.levels.get(unit)) is not None
    ]
    truth, likely, low, high, mass, person, unit = (np.array(column) for column in zip(*rows, strict=True))
    stacked = np.stack([world.scores[name][person, unit] for name in KINDS])
    there = stacked >= 0
    weights = np.array([kind.weight for kind in KINDS.values()])[:, None] * there
    weighted = (weights * stacked).sum(0) / weights.sum(0)
    plain = (there * stacked).sum(0) / there.sum(0)
    fused_error = np.abs(likely - truth).mean()
    print(f"  fused in {seconds:.2f} s CPU, evidence and answers as objects included")
    print(f"  mean absolute error: fused {fused_error:.4f}")
    for name, guess in (
        ("weighted mean", weighted),
        ("weighted mean, rounded", np.rint(weighted)),
        ("plain mean", plain),
        ("plain mean, rounded", np.rint(plain)),
        ("maximum", stacked.max(0)),
    ):
        error = np.abs(guess - truth).mean()
        print(f"    {name:24} {error:.4f}   fused / this = {fused_error / error:.3f}")
    covered = (low <= truth) & (truth <= high)
    _coverage("all", mass, covered, np.ones(len(mass), bool))
    sources = there.sum(0)
    for count in np.unique(sources):
        _coverage(f"{count} sources", mass, covered, sources == count)
    for level in np.unique(likely):
        _coverage(f"reported level {level}", mass, covered, likely == level)
    cells = [
        (abs(mass[cell].mean() - covered[cell].mean()), level, count, cell.sum())
        for level in np.unique(likely)
        for count in np.unique(sources)
        if (cell := (likely == level) & (sources == count)).sum() >= FEWEST
    ]
    for gap, level, count, cases in sorted(cells, reverse=True)[:3]:
        print(f"    worst cells: level {level} from {count} sources ({cases} cases): {100 * gap:.1f} points")
    for level in np.unique(truth):
        _coverage(f"true level {level} (no promise)", mass, covered, truth == level)


def _coverage(name, mass, covered, cases):
    claimed, found = 100 * mass[cases].mean(), 100 * covered[cases].mean()
    print(
        f"    {name:26} {cases.sum():6d} cases: claimed {claimed:5.1f} %, covered {found:5.1f} %, off {claimed - found:+.1f}"
    )


def time_six(library: Library, people: int) -> None:
    """Print how long it takes to fuse six sources of which none is missing."""
    units = units_of(library)
    rng = np.random.default_rng(1)
    sources = ("self", "peer", "superior", "resident", "work", "certificate")
    asked = [
        Asked(
            tuple(
                Sitting.model_construct(
                    source=source, date=RATED, rater=f"{source}-{person}", valid_until=None,
                    scores=dict(zip(units, rng.integers(0, TOP + 1, len(units)).tolist(), strict=True)),
                )
                for source in sources
            ),
            (),
        )
        for person in range(people)
    ]  # fmt: skip
    fuse(asked[:2], library, None, TODAY)
    started = time.process_time()
    fuse(asked, library, None, TODAY)
    seconds = time.process_time() - started
    print(f"{people} people × {len(units)} units × {len(sources)} sources: fused in {seconds:.2f} s CPU")


def write_people(path: Path, people: int, library: Library) -> None:
    """Write ``people`` people of world A to ``path``, a world of `PEOPLE_AT_A_TIME` after the other."""
    with path.open("w", encoding="utf-8") as file:
        for start in range(0, people, PEOPLE_AT_A_TIME):
            world = make_world(min(PEOPLE_AT_A_TIME, people - start), len(units_of(library)), start, broken=False)
            for number, labelled in enumerate(people_of(world, library), start=start):
                json.dump(_line(number, start, labelled), file, ensure_ascii=False)
                file.write("\n")


def _line(number: int, start: int, labelled: Labelled) -> dict:
    person, community = f"学员{number:06d}", f"社区{number:06d}"
    return {
        "person": {"kind": "person", "id": person, "community": community, "post_since": "2022-03-01"},
        "community": {"kind": "community", "id": community, "types": ["commodity"]},
        "sittings": [
            {
                "source": sitting.source,
                "rater": f"{start}-{sitting.rater}",
                "date": sitting.date.isoformat(),
                "scores": sitting.scores,
            }
            for sitting in labelled.asked.sittings
        ],
    }


def main() -> None:
    """Print everything, or write people."""
    gc.set_threshold(200_000)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1531)
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--worlds", default="AB")
    parser.add_argument("--halo", type=float, default=HALO, help="levels (world B)")
    parser.add_argument("--write", type=Path, help="file of JSON lines to write people to, instead")
    asked = parser.parse_args()
    library = open_session(shipped_root(), "7n").library
    if asked.write is not None:
        write_people(asked.write, asked.people, library)
        return
    time_six(library, asked.people)
    for seed in asked.seeds:
        for name in asked.worlds:
            world = make_world(asked.people, len(units_of(library)), seed, name == "B", asked.halo)
            people = people_of(world, library)
            started = time.process_time()
            calibration = calibrate(people, library)
            print(f"world {name}, seed {seed}: {asked.people} people × {world.truth.shape[1]} units")
            print(
                f"  calibrated on {calibration.sample} in {time.process_time() - started:.1f} s CPU; {len(calibration.raters)} raters known"
            )
            compare(world, people, library, calibration)


if __name__ == "__main__":
    main()
