"""Published instances with proven optima, through the product's own planner: BACP, set cover, adaptive curricula.

`COMPETENCY_BENCH=folder python benchmarks/third_party.py` prints one line an instance and ends with exit code 1 when an
optimum is missed, unproven or late. Nothing of the instances is part of this project; the folder holds

- `bacp/curriculum_{8,10,12}.mzn` and `bacp/random/*.mzn` with `EXPECTED.csv`: the Balanced Academic Curriculum Problem,
  CSPLib 030, as in MiniZinc's public benchmarks. All courses are chosen, precedence is strict, every period has a window
  of load and of courses; the answer is the least peak load.
- `scp/scp*.txt` with `EXPECTED_MULTICOVER.csv`: set cover of Beasley's OR-Library and its multi-cover variants. A row
  is a goal behind a gate of `demand` among the columns that cover it; the answer is the fewest hours that close all.
- `acs/`: materials with seconds and concepts, learners with goal concepts, `EXPECTED_MINTIME.csv`. A goal concept is a
  goal behind a gate of `copies` among its materials; seconds stand in the integer field of the hours.
"""

from __future__ import annotations

import csv
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from competency_engine.domain.entity import ModuleId
from competency_engine.planning.problem import Catalogue, FactKey, Gate, Goal, Period, PlanningProblem
from competency_engine.planning.select import select_modules
from competency_engine.planning.sequence import schedule_modules

FOLDER_VARIABLE = "COMPETENCY_BENCH"
BACP_SECONDS, COVER_SECONDS = 5.0, 10.0
CLASSIC_BACP = {"curriculum_8": 17, "curriculum_10": 14, "curriculum_12": 17}
CLASSIC_COVER = {
    "scp41": 429, "scp42": 512, "scp43": 516, "scp44": 494, "scp45": 512,
    "scp46": 560, "scp47": 430, "scp48": 492, "scp49": 641, "scp410": 514,
}  # fmt: skip


class UnsuitedInstanceError(ValueError):
    """A file that is not an instance of its kind, or one that the planner's problem cannot state."""


@dataclass(frozen=True)
class Course:
    """A module in plain words: its size and the positions of the modules that must come before it."""

    size: int
    needs: tuple[int, ...] = ()


@dataclass(frozen=True)
class Instance:
    """One instance with its published optimum, how to solve it, and the seconds that it may take."""

    name: str
    optimum: int
    seconds: float
    solve: Callable[[], tuple[int, int]]


def bench_folder() -> Path | None:
    """Return the folder that `COMPETENCY_BENCH` names; None when it is not set.

    Raises:
        UnsuitedInstanceError: when it names no folder.
    """
    name = os.environ.get(FOLDER_VARIABLE)
    if not name:
        return None
    if not Path(name).is_dir():
        raise UnsuitedInstanceError(f"{FOLDER_VARIABLE}={name} is no folder")
    return Path(name)


def instances(folder: Path) -> Iterator[Instance]:
    """Yield every instance of `folder`, in the order in which they are listed above."""
    yield from bacp_instances(folder / "bacp")
    yield from cover_instances(folder / "scp")
    yield from curriculum_instances(folder / "acs")


def bacp_instances(folder: Path) -> Iterator[Instance]:
    """Yield the three instances of CSPLib and the ten random ones."""
    listed = {folder / f"{name}.mzn": optimum for name, optimum in CLASSIC_BACP.items()}
    for row in rows_of(folder / "random" / "EXPECTED.csv"):
        listed[folder / "random" / f"{row['instance']}.mzn"] = int(row["optimal_max_load"])
    for path, optimum in listed.items():
        yield Instance(f"bacp {path.stem}", optimum, BACP_SECONDS, lambda path=path: peak_load(read_bacp(path)))  # type: ignore[misc]


def read_bacp(path: Path) -> PlanningProblem:
    """Return the problem of a MiniZinc file of the BACP; every course is to be taken.

    Raises:
        UnsuitedInstanceError: when a number or a prerequisite is missing or makes no sense.
    """
    text = re.sub(r"%.*", "", path.read_text(encoding="utf-8"))
    names = {name: int(value) for name, value in re.findall(r"(?:int:\s*)?(\w+)\s*=\s*(\d+)\s*;", text)}
    loads = re.search(r"course_load\s*=\s*\[([\d,\s]*)\]", text)
    keys = ("n_courses", "n_periods", "load_per_period_lb", "load_per_period_ub")
    keys += ("courses_per_period_lb", "courses_per_period_ub")
    missing = [key for key in keys if key not in names] + ([] if loads else ["course_load"])
    if missing or loads is None:
        raise UnsuitedInstanceError(f"{path.name}: lacks {', '.join(missing)}")
    sizes = [int(number) for number in re.findall(r"\d+", loads.group(1))]
    needs: dict[int, list[int]] = {}
    written = re.findall(r"prerequisite\s*\(\s*(\w+)\s*,\s*(\w+)\s*\)", text)
    if len(sizes) != names["n_courses"] or len(written) != text.count("prerequisite"):
        raise UnsuitedInstanceError(f"{path.name}: {len(sizes)} loads, {len(written)} prerequisites that can be read")
    for later, earlier in written:
        course, needed = (int(end) if end.isdigit() else names.get(end, 0) for end in (later, earlier))
        if not (0 < course <= len(sizes) and 0 < needed <= len(sizes)):
            raise UnsuitedInstanceError(f"{path.name}: prerequisite({later}, {earlier}) names no course")
        needs.setdefault(course - 1, []).append(needed - 1)
    return pose(
        [Course(size, tuple(needs.get(index, ()))) for index, size in enumerate(sizes)],
        periods=names["n_periods"],
        window=(names["load_per_period_lb"], names["load_per_period_ub"]),
        counts=(names["courses_per_period_lb"], names["courses_per_period_ub"]),
    )


def peak_load(problem: PlanningProblem) -> tuple[int, int]:
    """Return the heaviest period of all courses and its proven bound.

    Raises:
        UnsuitedInstanceError: when there is no schedule.
    """
    schedule = schedule_modules(problem, problem.available)
    if schedule is None:
        raise UnsuitedInstanceError("no schedule")
    peak = next(stage for stage in schedule[1] if stage.name == "peak_load")
    return peak.value, peak.bound


def cover_instances(folder: Path) -> Iterator[Instance]:
    """Yield set cover and multi-cover."""
    for name, optimum in CLASSIC_COVER.items():
        yield cover_instance(folder / f"{name}.txt", "1", optimum)
    for row in rows_of(folder / "EXPECTED_MULTICOVER.csv"):
        yield cover_instance(folder / f"{row['instance']}.txt", row["demand_rule"], int(row["optimum"]))


def cover_instance(path: Path, rule: str, optimum: int) -> Instance:
    """Return one instance of set cover in which `rule` says how often a row is to be covered."""

    def solve() -> tuple[int, int]:
        costs, rows = read_cover(path)
        return least_hours(costs, [(demand(rule, index, len(row)), row) for index, row in enumerate(rows)])

    return Instance(f"{path.stem} demand {rule}", optimum, COVER_SECONDS, solve)


def demand(rule: str, row: int, degree: int) -> int:
    """Return how often `row` (from 0) is to be covered: a number, or `mixed` = 1 + row mod 3; at most its degree.

    Raises:
        UnsuitedInstanceError: when the rule is neither.
    """
    if rule != "mixed" and not rule.isdigit():
        raise UnsuitedInstanceError(f"no rule of demand: {rule}")
    return min(degree, 1 + row % 3 if rule == "mixed" else int(rule))


def read_cover(path: Path) -> tuple[list[int], list[list[int]]]:
    """Return the cost of each column, and for each row the columns (from 0) that cover it.

    Raises:
        UnsuitedInstanceError: when the file ends too early or too late, or names a column that there is not.
    """
    numbers = iter([int(word) for word in path.read_text(encoding="utf-8").split()])
    try:
        height, width = next(numbers), next(numbers)
        costs = [next(numbers) for _ in range(width)]
        rows = [[next(numbers) - 1 for _ in range(next(numbers))] for _ in range(height)]
    except StopIteration:
        raise UnsuitedInstanceError(f"{path.name} ends too early") from None
    if next(numbers, None) is not None or any(not 0 <= column < width for row in rows for column in row):
        raise UnsuitedInstanceError(f"{path.name}: numbers left over, or a column beyond {width}")
    return costs, rows


def curriculum_instances(folder: Path) -> Iterator[Instance]:
    """Yield each learner's goals, each to be met by one, two and three materials."""
    materials = list(rows_of(folder / "materials.csv"))
    goals = {row["learner"]: row["goal_concepts"].split() for row in rows_of(folder / "learners.csv")}
    seconds = [int(row["seconds"]) for row in materials]
    taught = [set(row["concepts"].split()) for row in materials]
    for row in rows_of(folder / "EXPECTED_MINTIME.csv"):
        learner, copies = row["learner"], int(row["copies_per_goal_concept"])
        demands = [
            (copies, [index for index, concepts in enumerate(taught) if concept in concepts])
            for concept in goals[learner]
        ]
        optimum = int(next(value for key, value in row.items() if key.startswith("min_total_seconds")))
        yield Instance(
            f"acs {learner} copies {copies}",
            optimum,
            COVER_SECONDS,
            lambda demands=demands: least_hours(seconds, demands),  # type: ignore[misc]
        )


def least_hours(sizes: list[int], demands: list[tuple[int, list[int]]]) -> tuple[int, int]:
    """Return the fewest hours that meet every demand (how many, of which modules), and their proven bound.

    Raises:
        UnsuitedInstanceError: when a demand is more than there are modules, or is not met.
    """
    for number, (wanted, modules) in enumerate(demands):
        if len(set(modules)) < wanted:
            raise UnsuitedInstanceError(f"demand {number}: {wanted} of {len(set(modules))} modules")
    selection = select_modules(pose([Course(size) for size in sizes], demands=demands))
    if selection is None:
        raise UnsuitedInstanceError("no selection")
    stages = {stage.name: stage for stage in selection.stages}
    if stages["tier:all"].value != len(demands):
        raise UnsuitedInstanceError(f"{stages['tier:all'].value} of {len(demands)} demands met")
    return stages["hours"].value, stages["hours"].bound


def pose(
    courses: list[Course],
    demands: list[tuple[int, list[int]]] | None = None,
    *,
    periods: int = 1,
    window: tuple[int, int] | None = None,
    counts: tuple[int, int | None] = (0, None),
) -> PlanningProblem:
    """Return the problem of taking `courses`: each is a fact once taken, each demand a gate and a goal.

    Args:
        courses: in order of id.
        demands: how many of which courses close one goal.
        periods: months of the horizon.
        window: least and most load of a period.
        counts: least and most courses of a period.
    """
    size = len(courses)
    facts: list[FactKey] = [("module", str(index)) for index in range(size)]
    gates = []
    for number, (wanted, modules) in enumerate(demands or ()):
        facts.append(("gate", number))
        gates.append(Gate(size + number, wanted, sum(1 << module for module in set(modules))))
    total = sum(course.size for course in courses)
    catalogue = Catalogue(
        module_ids=tuple(ModuleId(f"{index:04d}") for index in range(size)),
        hours=tuple(course.size for course in courses),
        facts=tuple(facts),
        needs=tuple(sum(1 << need for need in set(course.needs)) for course in courses),
        adds=tuple(1 << index for index in range(size)),
        gates=tuple(gates),
        partners=(0,) * size,
        topics=(),
        phases=(0,) * size,
        months=(0xFFF,) * size,
        recommended=((),) * size,
    )
    return PlanningProblem(
        catalogue=catalogue,
        start=0,
        available=(1 << size) - 1,
        completed=0,
        goals=tuple(Goal(gate.fact, 1, 0, mandatory=False) for gate in gates),
        tiers=("all",),
        counted=(1 << size) - 1,
        budgets=(total,),
        periods=tuple(Period(month % 12, 0) for month in range(periods)),
        hours_per_period=window[1] if window else total,
        longest_interval=periods,
        preferences=(),
        strict=True,
        least_hours_per_period=window[0] if window else 0,
        least_modules_per_period=counts[0],
        most_modules_per_period=counts[1],
    )


def rows_of(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file by column."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def main() -> int:
    """Solve every instance and print how it went; return 1 when one falls short."""
    folder = bench_folder()
    if folder is None:
        print(f"set {FOLDER_VARIABLE} to the folder of the instances")
        return 2
    short = 0
    print(f"{'instance':<22}{'optimum':>9}{'value':>9}{'bound':>9}{'seconds':>9}")
    for instance in instances(folder):
        start = time.perf_counter()
        value, bound = instance.solve()
        seconds = time.perf_counter() - start
        good = value == bound == instance.optimum and seconds < instance.seconds
        short += not good
        verdict = "" if good else "  SHORT"
        print(f"{instance.name:<22}{instance.optimum:>9}{value:>9}{bound:>9}{seconds:>9.2f}{verdict}", flush=True)
    print(f"{short} instances fall short")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
