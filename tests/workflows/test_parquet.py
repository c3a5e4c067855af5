"""Parquet in and out: the same people, the same plans, the same bytes."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest

from competency_engine.domain.plan import Plan
from competency_engine.errors import UsageError
from competency_engine.loading import people_stream
from competency_engine.loading.files import PEOPLE_FILE_SUFFIXES
from competency_engine.render import parquet
from competency_engine.workflows.check import check
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.plan_all import plan_all
from competency_engine.workflows.session import Session
from tests.worlds.files import AS_OF, TINY
from tests.worlds.lines import OPTIONS, person, tiny_session, write_people

PEOPLE = range(130)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def session() -> Session:
    return tiny_session()


def write_table(path: Path, rows: list[dict[str, Any]]) -> Path:
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    return path


def plans_in(path: Path) -> list[Plan]:
    rows = pyarrow.parquet.read_table(path).to_pylist()
    return [Plan.model_validate_json(json.dumps(row, default=dt.date.isoformat)) for row in rows]


@pytest.fixture(scope="module")
def folder(session: Session, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the plans of ``PEOPLE`` in both formats."""
    folder = tmp_path_factory.mktemp("plans")
    write_people(folder / "people.jsonl", PEOPLE)
    write_table(folder / "people.parquet", [person(number) for number in PEOPLE])
    for suffix in ("jsonl", "parquet"):
        plan_all(session, folder / "people.jsonl", OPTIONS, folder / f"plans.{suffix}")
    return folder


def test_a_table_holds_the_plans_of_the_lines(folder: Path) -> None:
    lines = (folder / "plans.jsonl").read_text(encoding="utf-8").splitlines()
    assert plans_in(folder / "plans.parquet") == [Plan.model_validate_json(line) for line in lines]
    assert len(lines) == 130
    assert any(plan.open_goals for plan in plans_in(folder / "plans.parquet"))


def test_the_columns_are_the_fields_of_a_plan_with_days_as_days(folder: Path) -> None:
    schema = pyarrow.parquet.read_schema(folder / "plans.parquet")
    assert schema.names == list(Plan.model_fields)
    assert schema.field("as_of").type == pyarrow.date32()
    assert schema.field("gaps").type.value_type.field("deadline").type == pyarrow.date32()
    assert {field.name for field in schema.field("inputs").type} == set(plans_in(folder / "plans.parquet")[0].inputs)


def test_people_in_a_table_get_the_plans_of_people_in_lines(session: Session, folder: Path, tmp_path: Path) -> None:
    """Facts that a community does not state are nulls in a table, and left out."""
    plan_all(session, folder / "people.parquet", OPTIONS, tmp_path / "plans.jsonl", workers=2)
    assert (tmp_path / "plans.jsonl").read_bytes() == (folder / "plans.jsonl").read_bytes()


def test_days_and_maps_in_a_table_are_read(session: Session, folder: Path, tmp_path: Path) -> None:
    rows = [person(number) for number in PEOPLE]
    for row in rows:
        row["person"]["post_since"] = dt.date.fromisoformat(row["person"]["post_since"])
    table = pyarrow.Table.from_pylist(rows)
    for row in rows:
        row["community"]["facts"] = list(row["community"]["facts"].items())
    community = pyarrow.struct(
        [
            *(field for field in table.schema.field("community").type if field.name != "facts"),
            ("facts", pyarrow.map_(pyarrow.string(), pyarrow.int64())),
        ]
    )
    kinds = {"community": community}
    schema = pyarrow.schema([(field.name, kinds.get(field.name, field.type)) for field in table.schema])
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows, schema), tmp_path / "people.parquet")
    plan_all(session, tmp_path / "people.parquet", OPTIONS, tmp_path / "plans.jsonl")
    assert (tmp_path / "plans.jsonl").read_bytes() == (folder / "plans.jsonl").read_bytes()


@pytest.mark.parametrize("shard", [7, 50, 1000])
def test_the_bytes_of_a_table_do_not_depend_on_the_shards(
    session: Session, folder: Path, shard: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "ROWS_IN_A_GROUP", 40)
    written = []
    for name, people in (("one", shard), ("two", 64)):
        monkeypatch.setattr("competency_engine.workflows.plan_all.PEOPLE_IN_A_SHARD", people)
        plan_all(session, folder / "people.jsonl", OPTIONS, tmp_path / f"{name}.parquet")
        written.append((tmp_path / f"{name}.parquet").read_bytes())
    assert written[0] == written[1]
    assert pyarrow.parquet.ParquetFile(tmp_path / "one.parquet").num_row_groups == 4


def test_a_broken_row_is_reported_with_its_number(session: Session, tmp_path: Path) -> None:
    rows = [person(number) for number in range(3)]
    rows[1]["person"]["community"] = "nowhere"
    path = write_table(tmp_path / "people.parquet", rows)
    batch = plan_all(session, path, OPTIONS, tmp_path / "plans.parquet")
    assert [(finding.code, finding.position.line) for finding in batch.shown] == [("REF01", 2)]
    assert [plan.person for plan in plans_in(tmp_path / "plans.parquet")] == ["学员000000", "学员000002"]
    assert [finding.position.line for finding in check(TINY, (path,), AS_OF, "tiny").diagnostics] == [2]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"{}" * 100])
def test_a_file_that_is_no_parquet_is_a_wrong_request(session: Session, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "people.parquet").write_bytes(content)
    with pytest.raises(UsageError, match="cannot read"):
        plan_all(session, tmp_path / "people.parquet", OPTIONS, tmp_path / "plans.jsonl")


def test_a_damaged_table_is_a_wrong_request(session: Session, folder: Path, tmp_path: Path) -> None:
    content = bytearray((folder / "people.parquet").read_bytes())
    content[4:400] = bytes(396)
    (tmp_path / "people.parquet").write_bytes(content)
    with pytest.raises(UsageError, match="cannot read"):
        plan_all(session, tmp_path / "people.parquet", OPTIONS, tmp_path / "plans.jsonl")


def test_without_the_extra_the_message_says_what_to_install_before_anybody_is_planned(
    session: Session, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    for people, out in ((folder / "people.parquet", "plans.jsonl"), (folder / "people.jsonl", "plans.parquet")):
        with pytest.raises(UsageError, match=r"pip install 'competency-engine\[parquet\]'"):
            plan_all(session, people, OPTIONS, tmp_path / out)
    assert list(tmp_path.iterdir()) == []


def test_json_lines_need_no_pyarrow(folder: Path, tmp_path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.plan_all import plan_all
from tests.worlds.lines import OPTIONS, tiny_session
plan_all(tiny_session(), Path({str(folder / "people.jsonl")!r}), OPTIONS, Path({str(tmp_path / "plans.jsonl")!r}))
raise SystemExit("pyarrow" in sys.modules or "distributed" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_every_suffix_that_is_read_has_a_reader(folder: Path) -> None:
    for suffix in PEOPLE_FILE_SUFFIXES:
        stream = people_stream.file_stream(folder / f"people{suffix}", "people")
        assert sum(1 for _ in stream.lines()) == 130


def test_a_table_with_text_that_is_no_utf8_is_a_wrong_request(session: Session, tmp_path: Path) -> None:
    broken = pyarrow.Array.from_buffers(
        pyarrow.string(), 1, [None, pyarrow.py_buffer(b"\0\0\0\0\2\0\0\0"), pyarrow.py_buffer(b"\xff\xfe")]
    )
    pyarrow.parquet.write_table(pyarrow.table({"person": broken}), tmp_path / "people.parquet")
    with pytest.raises(UsageError, match="cannot read"):
        plan_all(session, tmp_path / "people.parquet", OPTIONS, tmp_path / "plans.jsonl")


def test_hours_credited_to_a_year_are_a_column(session: Session, folder: Path, tmp_path: Path) -> None:
    options = PlanOptions(AS_OF, start=(2026, 10))
    for suffix in ("jsonl", "parquet"):
        plan_all(session, folder / "people.jsonl", options, tmp_path / f"plans.{suffix}")
    lines = (tmp_path / "plans.jsonl").read_text(encoding="utf-8").splitlines()
    plans = plans_in(tmp_path / "plans.parquet")
    assert plans == [Plan.model_validate_json(line) for line in lines]
    assert {entry.year for plan in plans for entry in plan.credited} == {2026}
    assert any(reason.kind == "under_way" for plan in plans for step in plan.steps for reason in step.reasons)
