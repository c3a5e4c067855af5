"""Write people as offices assess them: ratings by four sources, a knowledge test, exercises, work evidence, a needs survey.

    python examples/assessed.py --people 120 --seed 2026 --out examples/assessed

Everything is invented. People and communities come from `examples/generate.py`; each has a true level in every unit, which is
written nowhere, and what the sources say of it: self-ratings too high by .7 levels, each rater with a bias of their own, a fifth
of all scores missing. Every third person sat the knowledge test, every fourth was observed in an exercise, every fifth has work
evidence, every tenth was rated two years ago only. The same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from examples import generate

Row = tuple[str, ...]
MEETING = dt.date(2026, 9, 18)
EARLIER = dt.date(2024, 9, 20)
TESTED = dt.date(2026, 10, 14)
OBSERVED = dt.date(2026, 10, 28)
MISSING = 0.2
# name: bias, scatter, spread of the raters' own bias, people that one rater rates
SOURCES = {
    "self": (0.7, 0.7, 0.4, 1),
    "peer": (0.15, 0.8, 0.35, 5),
    "superior": (0.0, 0.6, 0.35, 12),
    "resident": (0.1, 1.0, 0.4, 1),
}
LABELS = {"peer": "互评人", "superior": "点评人", "resident": "群众组"}


def true_levels(units: Sequence[UnitId], top: int, months: int, rng: random.Random) -> dict[UnitId, int]:
    """Return a level for each unit: higher the longer someone is in the post."""
    ability = 1.2 + min(months, 60) / 30 + rng.gauss(0, 0.5)
    return {unit: max(0, min(top, round(ability + rng.gauss(0, 0.7)))) for unit in units}


def ratings(
    person: str, index: int, truth: Mapping[UnitId, int], top: int, own: Mapping[str, float], rng: random.Random
) -> Iterator[tuple[str, str, dict[str, int]]]:
    """Yield source, rater and scores of each rating of the person at ``index``."""
    for source, (bias, scatter, _, rates) in SOURCES.items():
        rater = person if source == "self" else f"{LABELS[source]}{index // rates + 1:03d}"
        seen = {
            unit: max(0, min(top, round(level + bias + own[f"{source}{index // rates}"] + rng.gauss(0, scatter))))
            for unit, level in truth.items()
            if rng.random() >= MISSING
        }
        yield source, rater, {str(unit): level for unit, level in seen.items()}


def answers(items: Mapping[str, object], truth: Mapping[UnitId, int], rng: random.Random) -> dict[str, int]:
    """Return the points that someone wins on ``items``: nearly all below their level, few above it."""
    won = {}
    for id_, item in items.items():
        unit, level, points = item.unit, item.level, item.points  # type: ignore[attr-defined]
        share = 0.9 if level <= truth[unit] else 0.3
        won[id_] = sum(rng.random() < share for _ in range(points))
    return won


def sittings(people: Sequence[Row], library: Library, seed: int, as_of: dt.date) -> list[Row]:
    """Return the rows of the table of sittings, one score a column, the columns in order of first use."""
    units = [unit for unit in library.units if unit not in library.duty_units]
    top = len(library.model.scale) - 1
    rng = random.Random(seed)
    own = {
        f"{source}{number}": rng.gauss(0, spread)
        for source, (_, _, spread, _) in SOURCES.items()
        for number in range(len(people))
    }
    found: list[tuple[Row, dict[str, int]]] = []
    for index, (person, _, since, _) in enumerate(people):
        months = max(0, (as_of - dt.date.fromisoformat(since)).days // 30)
        truth = true_levels(units, top, months, random.Random(f"{seed} {person}"))
        date = EARLIER if index % 10 == 9 else MEETING
        for source, rater, scores in ratings(person, index, truth, top, own, rng):
            found.append(((person, source, date.isoformat(), rater), scores))
        if index % 3 == 0 and "test" in library.items:
            scores = answers(library.items["test"], truth, rng)
            found.append(((person, "test", TESTED.isoformat(), ""), scores))
        if index % 4 == 1:
            watched = rng.sample(units[:29], 3)
            items = {id_: item for id_, item in library.items["exercise"].items() if item.unit in watched}
            found.append(
                ((person, "exercise", OBSERVED.isoformat(), f"观察员{index // 12 + 1:02d}"), answers(items, truth, rng))
            )
        if index % 5 == 2:
            signed = rng.sample([unit for unit in units if truth[unit] >= 2], 4)
            found.append(
                ((person, "work", OBSERVED.isoformat(), f"导师{index // 10 + 1:02d}"), {u: truth[u] for u in signed})
            )
    columns = list(dict.fromkeys(key for _, scores in found for key in scores))
    head: Row = ("学员", "来源", "日期", "评分者", *columns)
    return [head, *((*row, *(str(scores.get(key, "")) for key in columns)) for row, scores in found)]


def surveys(people: Sequence[Row], library: Library, seed: int) -> list[Row]:
    """Return the rows of the needs survey: importance of the political and base units, and the worst problems."""
    units = [unit for unit in library.units if library.tier_of(unit) != "practical" and unit not in library.duty_units]
    rows: list[Row] = [("学员", "填写日期", "难题", *units)]
    for person, *_ in people:
        rng = random.Random(f"survey {seed} {person}")
        worst = rng.sample(list(library.problems), 3)
        rows.append((person, "2026-09-01", "；".join(worst), *(str(rng.randint(2, 5)) for _ in units)))
    return rows


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the tables as the command line asks."""
    parser = argparse.ArgumentParser(description="Write assessed people; see the top of this file.")
    parser.add_argument("--people", type=int, default=120, help="how many people (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=2026, help="(default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write tables into")
    asked = parser.parse_args(arguments)
    world = generate.build_world(asked.people, asked.seed, generate.AS_OF)
    made = [generate.rows_of(index, world) for index in range(asked.people)]
    people = [row for rows in made for row in rows["people"]]
    facts = world.library.community_facts.values()
    tables = {
        "people": [generate.HEADERS["people"], *people],
        "communities": [
            (*generate.HEADERS["communities"], *(generate.column_of(fact) for fact in facts)),
            *(row for rows in made for row in rows["communities"]),
        ],
        "sittings": sittings(people, world.library, asked.seed, generate.AS_OF),
        "surveys": surveys(people, world.library, asked.seed),
    }
    asked.out.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (asked.out / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)


if __name__ == "__main__":
    main()
