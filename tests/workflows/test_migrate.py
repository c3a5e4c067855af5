"""Files of people migrated: every record of every file is written or listed, at its line, whatever the model."""

from __future__ import annotations

import csv
import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from competency_engine.assessment.migration import count_records
from competency_engine.domain.people import Dossier
from competency_engine.errors import UsageError
from competency_engine.loading.dossiers import DossierReader, JsonLines, parse_dossier
from competency_engine.workflows.migrate import Migration, migrate_people
from competency_engine.workflows.new_folder import new_folder
from competency_engine.workflows.session import Session
from tests.worlds.lines import tiny_session
from tests.worlds.retired import dossier, link, links, present, random_dossier, random_links

THERE = ("A", "B", "C", "D", "E")


def session() -> Session:
    return replace(tiny_session(), library=present(*THERE))


def labelled(one: Dossier, number: int) -> Dossier:
    return one.model_copy(update={"person": one.person.model_copy(update={"id": f"学员{number:04d}"})})


def write(path: Path, people: list[Dossier]) -> Path:
    path.write_text("".join(one.model_dump_json(exclude_unset=True) + "\n" for one in people), encoding="utf-8")
    return path


def read(path: Path) -> list[Dossier]:
    return [parse_dossier(line) for line in path.read_bytes().splitlines()]


def listed(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "report" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def counted(migration: Migration) -> tuple[int, int, int]:
    return migration.sums.kept, migration.sums.carried, migration.sums.unmapped.total()


@pytest.mark.parametrize("seed", range(25))
def test_every_record_is_written_or_listed_at_its_line(seed: int, tmp_path: Path) -> None:
    rng = random.Random(seed)
    found_links = random_links(rng, THERE)
    people = [labelled(random_dossier(rng, [*THERE, *found_links]), number) for number in range(6)]
    old = write(tmp_path / "old.jsonl", people)
    migration = migrate_people(session(), old, tmp_path / "new", found_links, "en")
    kept, carried, unmapped = counted(migration)
    assert kept + carried + unmapped == sum(map(count_records, people)) == migration.sums.read
    rows = listed(tmp_path / "new", "unmapped")
    assert len(rows) == unmapped
    for row in (*rows, *listed(tmp_path / "new", "carried")):
        line = json.loads(old.read_text(encoding="utf-8").splitlines()[int(row["line"]) - 1])
        assert line["person"]["id"] == row["person"]
        assert row["key"] in json.dumps(line, ensure_ascii=False)
    reader = DossierReader(JsonLines("new"), session().library, None)
    new = tmp_path / "new" / "people.jsonl"
    for number, content in enumerate(new.read_bytes().splitlines(), start=1):
        assert isinstance(reader.read(number, content), Dossier)
    again = migrate_people(session(), new, tmp_path / "again", found_links, "en")
    assert counted(again)[1:] == (0, 0)
    assert (tmp_path / "again" / "people.jsonl").read_bytes() == new.read_bytes()


def test_parquet_is_carried_over_as_lines(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    people = [labelled(dossier([{"unit": "O", "level": 2}, {"unit": "B", "level": 1}]), number) for number in range(3)]
    rows = [json.loads(one.model_dump_json(exclude_unset=True)) for one in people]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "old.parquet")
    migration = migrate_people(session(), tmp_path / "old.parquet", tmp_path / "new", links(O=[link("A")]), "en")
    assert counted(migration) == (3, 3, 0)
    assert {record.unit for one in read(tmp_path / "new" / "people.jsonl") for record in one.evidence} == {"A", "B"}


def test_a_column_headed_by_the_old_title_is_the_old_unit(tmp_path: Path) -> None:
    """SKL-0 of the tiny world is 电梯协商; its level 2 counts as level 1 of SKL-1."""
    folder = tmp_path / "people"
    folder.mkdir()
    (folder / "people.csv").write_text("学员,社区,任现职日期\n甲,C,2024-01-01\n", encoding="utf-8")
    (folder / "communities.csv").write_text("社区,社区类型\nC,old_estate\n", encoding="utf-8")
    (folder / "sittings.csv").write_text("学员,来源,日期,电梯协商\n甲,self,2026-01-01,2\n", encoding="utf-8")
    tiny = tiny_session()
    replaced = {unit: retired.replaced_by for unit, retired in tiny.library.retired_units.items()}
    migrate_people(tiny, folder, tmp_path / "new", replaced, "en")
    assert (tmp_path / "new" / "people" / "sittings.csv").read_text(encoding="utf-8-sig").splitlines() == [
        "学员,来源,日期,评分者,有效期至,SKL-1", "甲,self,2026-01-01,,,1",
    ]  # fmt: skip


def test_a_folder_is_made_whole_or_not_at_all(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        with new_folder(folder) as staged:
            (staged / "part").write_text("x", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail(tmp_path / "new")
    assert not (tmp_path / "new").exists()
    (tmp_path / "empty").mkdir()
    with pytest.raises(KeyboardInterrupt):
        fail(tmp_path / "empty")
    assert list((tmp_path / "empty").iterdir()) == []
    with new_folder(tmp_path / "new") as staged:
        (staged / "part").write_text("x", encoding="utf-8")
        assert [path.name for path in (tmp_path / "new").iterdir()] == [staged.name]
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["part"]
    with pytest.raises(UsageError, match="not an empty folder"):
        fail(tmp_path / "new")
