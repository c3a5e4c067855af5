"""Published instances: every optimum reached, proven and in time; and what is no instance fails loudly."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.third_party import (
    FOLDER_VARIABLE,
    Course,
    Instance,
    UnsuitedInstanceError,
    bench_folder,
    demand,
    instances,
    least_hours,
    peak_load,
    pose,
    read_bacp,
    read_cover,
)

FOLDER = bench_folder()
needs_folder = pytest.mark.skipif(
    FOLDER is None, reason=f"the instances are not part of the project: set {FOLDER_VARIABLE} to their folder"
)
LISTED = list(instances(FOLDER)) if FOLDER else []


@needs_folder
@pytest.mark.parametrize("instance", LISTED, ids=lambda instance: instance.name)
def test_the_published_optimum_is_reached_and_proven(instance: Instance) -> None:
    start = time.process_time()
    assert instance.solve() == (instance.optimum, instance.optimum)
    assert time.process_time() - start < instance.seconds


@needs_folder
def test_no_instance_is_left_out() -> None:
    families = Counter(instance.name.split()[0].rstrip("0123456789") for instance in LISTED)
    assert families == {"bacp": 13, "scp": 19, "acs": 24}


BACP = """% three courses in two periods
n_courses = 3; n_periods = 2;
load_per_period_lb = 1; load_per_period_ub = 9;
courses_per_period_lb = 1; courses_per_period_ub = 2;
int: first = 1;
course_load = [4, 3, 2, ];
constraint prerequisite(3, first);
"""


def bacp(text: str, folder: Path) -> tuple[int, int]:
    """Return the answer to a BACP file that holds ``text``."""
    (folder / "small.mzn").write_text(text, encoding="utf-8")
    return peak_load(read_bacp(folder / "small.mzn"))


def test_a_small_bacp_is_read_and_balanced(tmp_path: Path) -> None:
    """Course 3 waits for course 1: 4 | 3 + 2 is best."""
    assert bacp(BACP, tmp_path) == (5, 5)


def test_precedence_and_windows_of_a_bacp_bind(tmp_path: Path) -> None:
    """All but the first course wait: 4 | 3 + 2 again, but with one course a period there is no schedule."""
    assert bacp(BACP + "constraint prerequisite(2, 1);", tmp_path) == (5, 5)
    for window in ("courses_per_period_ub = 1", "load_per_period_ub = 4"):
        key = window.split(" = ")[0]
        narrow = "\n".join(
            ";".join(window if key in part else part for part in line.split(";")) for line in BACP.splitlines()
        )
        with pytest.raises(UnsuitedInstanceError, match="no schedule"):
            bacp(narrow, tmp_path)
    with pytest.raises(UnsuitedInstanceError, match="no schedule"):
        bacp(BACP.replace("load_per_period_lb = 1", "load_per_period_lb = 5"), tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("n_periods = 2;", "", "small.mzn: lacks n_periods"),
        ("course_load", "course_weight", "small.mzn: lacks course_load"),
        ("[4, 3, 2, ]", "[4, 3]", "small.mzn: 2 loads, 1 prerequisites"),
        ("(3, first)", "(3, last)", r"small.mzn: prerequisite\(3, last\) names no course"),
        ("(3, first)", "(4, first)", r"small.mzn: prerequisite\(4, first\) names no course"),
        ("(3, first)", "(3)", "small.mzn: 3 loads, 0 prerequisites"),
    ],
)
def test_a_file_that_is_no_bacp_fails(old: str, new: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UnsuitedInstanceError, match=message):
        bacp(BACP.replace(old, new), tmp_path)


def test_a_small_cover_is_read_and_solved(tmp_path: Path) -> None:
    """Two rows, three columns of 2, 2 and 3: the third covers both."""
    (tmp_path / "small.txt").write_text("2 3\n2 2 3\n2 1 3\n2 2 3\n", encoding="utf-8")
    sizes, rows = read_cover(tmp_path / "small.txt")
    assert (sizes, rows) == ([2, 2, 3], [[0, 2], [1, 2]])
    assert least_hours(sizes, [(1, row) for row in rows]) == (3, 3)
    assert least_hours(sizes, [(2, row) for row in rows]) == (7, 7)


@pytest.mark.parametrize("text", ["2 3\n2 2 3\n2 1 3\n2 2\n", "1 1\n5\n1 1\n9\n", "1 1\n5\n1 2\n", "1 1\n5\n1 0\n"])
def test_a_file_that_is_no_cover_fails(text: str, tmp_path: Path) -> None:
    (tmp_path / "small.txt").write_text(text, encoding="utf-8")
    with pytest.raises(UnsuitedInstanceError, match=r"small\.txt"):
        read_cover(tmp_path / "small.txt")


def test_a_demand_is_a_number_or_mixed_up_to_the_degree() -> None:
    assert [demand("mixed", row, 9) for row in range(4)] == [1, 2, 3, 1]
    assert (demand("mixed", 2, 2), demand("3", 0, 9), demand("3", 0, 1)) == (2, 3, 1)
    with pytest.raises(UnsuitedInstanceError, match="no rule of demand: most"):
        demand("most", 0, 9)


def test_a_demand_that_nothing_can_meet_fails() -> None:
    with pytest.raises(UnsuitedInstanceError, match="demand 1: 2 of 1 modules"):
        least_hours([1, 1], [(1, [0]), (2, [1, 1])])


def test_ids_keep_the_order_of_the_courses() -> None:
    ids = pose([Course(1)] * 1200).catalogue.module_ids
    assert list(ids) == sorted(ids)


def test_a_folder_that_is_not_there_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FOLDER_VARIABLE, "no/such/folder")
    with pytest.raises(UnsuitedInstanceError, match="no/such/folder is no folder"):
        bench_folder()
    monkeypatch.setenv(FOLDER_VARIABLE, "")
    assert bench_folder() is None
