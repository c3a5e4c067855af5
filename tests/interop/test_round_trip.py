"""Template → filled by a seeded script → import gives the same data; the order of rows changes no byte."""

from __future__ import annotations

import csv
import io
import random
from pathlib import Path

import pytest

from competency_engine.interop.template import TemplateKind, build_template
from competency_engine.text import Lang
from competency_engine.workflows.session import open_session
from competency_engine.workflows.template import make_template
from tests.interop.office import (
    KINDS,
    PEOPLE,
    draw_rows,
    expected,
    files_in,
    fill,
    held,
    run,
    save,
    session,
    settle,
    sheets_of,
    template,
)
from tests.worlds.files import TINY


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_filled_template_gives_the_same_data(kind: TemplateKind, lang: Lang, tmp_path: Path) -> None:
    rows = draw_rows(kind, 1)
    folder = tmp_path / "people" if kind == "roster" else settle(tmp_path / "people")
    result = run(save(fill(kind, rows, lang), tmp_path / "填.xlsx"), folder)
    assert result.errors == ()
    found = held(folder)
    for table, listed in expected(kind, rows).items():
        assert found[table] == listed


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_rows_in_another_order_give_the_same_bytes(kind: TemplateKind, tmp_path: Path) -> None:
    rows = draw_rows(kind, 2)
    written = []
    for name in ("one", "two"):
        folder = tmp_path / name if kind == "roster" else settle(tmp_path / name)
        assert run(save(fill(kind, rows), tmp_path / f"{name}.xlsx"), folder).errors == ()
        written.append(files_in(folder))
        for listed in rows.values():
            random.Random(3).shuffle(listed)
    assert written[0] == written[1]


@pytest.mark.parametrize("kind", KINDS)
def test_importing_twice_changes_nothing(kind: TemplateKind, tmp_path: Path) -> None:
    folder = tmp_path / "people" if kind == "roster" else settle(tmp_path / "people")
    path = save(fill(kind, draw_rows(kind, 4)), tmp_path / "填.xlsx")
    run(path, folder)
    before = files_in(folder)
    again = run(path, folder)
    assert again.written == ()
    assert {name for counts in again.outcomes.values() for name, count in counts.items() if count} == {"unchanged"}
    assert files_in(folder) == before


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("kind", ["survey", "ratings", "evidence", "completions"])
def test_csv_in_every_encoding_gives_the_same_data(kind: TemplateKind, encoding: str, tmp_path: Path) -> None:
    rows = draw_rows(kind, 5)
    page = fill(kind, rows).worksheets[0]
    out = io.StringIO()
    csv.writer(out).writerows([["" if cell is None else cell for cell in row] for row in page.values])
    path = tmp_path / "填.csv"
    path.write_text(out.getvalue(), encoding=encoding, newline="")
    folder = settle(tmp_path / "people")
    assert run(path, folder).errors == ()
    found = held(folder)
    for table, listed in expected(kind, rows).items():
        assert found[table] == listed


def test_long_and_wide_sheets_of_ratings_give_the_same_bytes(tmp_path: Path) -> None:
    wide = "学员,评估工具,日期,评分者,BAS-1,BAS-2\n学员0001,self,2026-10-01,r1,2,3\n"
    long = (
        "学员,评估工具,日期,评分者,单元,评分\n学员0001,self,2026-10-01,r1,BAS-2,3\n学员0001,自评,2026/10/1,r1,BAS-1,2\n"
    )
    written = []
    for name, text in (("wide", wide), ("long", long)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
        folder = settle(tmp_path / name)
        assert run(tmp_path / f"{name}.csv", folder).errors == ()
        written.append(files_in(folder))
    assert written[0] == written[1]


def test_a_template_is_the_same_bytes_every_time() -> None:
    assert template("roster") == template("roster")


def test_a_template_holds_the_labels_of_the_people_there_are(tmp_path: Path) -> None:
    folder = settle(tmp_path / "people")
    content = make_template(open_session(TINY, "tiny"), "survey", folder)
    (tmp_path / "调研.xlsx").write_bytes(content)
    result = run(tmp_path / "调研.xlsx", folder)
    assert (result.errors, result.empty_rows, result.written) == ((), len(PEOPLE), ())


def test_a_roster_that_nobody_changed_changes_nothing(tmp_path: Path) -> None:
    folder = settle(tmp_path / "people")
    before = files_in(folder)
    (tmp_path / "名单.xlsx").write_bytes(make_template(open_session(TINY, "tiny"), "roster", folder))
    result = run(tmp_path / "名单.xlsx", folder)
    assert {kind: counts["unchanged"] for kind, counts in result.outcomes.items()} == {"people": 8, "communities": 3}
    assert files_in(folder) == before


def test_the_shipped_model_fits_into_every_template() -> None:
    library = open_session(Path.cwd(), "7n").library
    for kind in ("roster", "survey", "ratings", "exercise", "evidence", "completions"):
        assert len(build_template(kind, library)) < 300_000  # type: ignore[arg-type]
    library = session().library
    assert len(sheets_of("ratings")[0].columns) == 4 + len(library.units) - len(library.duty_units)
