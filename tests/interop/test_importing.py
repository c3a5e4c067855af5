"""Importing: all or nothing, merged by key, nothing personal, nothing evaluated, every problem at its cell."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from competency_engine.errors import FilesInError, UsageError
from competency_engine.interop import people_folder
from competency_engine.interop.people_folder import write_all
from competency_engine.loading.neutral import guard, unguard
from competency_engine.workflows.check import check
from competency_engine.workflows.import_sheets import Imported, import_sheets
from competency_engine.workflows.session import open_session
from tests.interop.office import codes, draw_rows, files_in, fill, held, run, save, settle

EVIDENCE = ("学员", "单元", "等级", "评定日期")


def book(*rows: tuple[Any, ...], title: str = "评定等级") -> Workbook:
    """Return a workbook of one sheet."""
    made = Workbook()
    made.active.title = title
    for row in rows:
        made.active.append(row)
    return made


def import_rows(folder: Path, *rows: tuple[Any, ...], **options: Any) -> Imported:
    """Import one sheet of ``rows`` into a settled folder of people."""
    people = folder / "people"
    if not people.exists():
        settle(people)
    return run(save(book(*rows), folder / "名单.xlsx"), people, **options)


def said(result: Imported) -> list[str]:
    """Return every message in English."""
    return [diagnostic.message.en for diagnostic in result.diagnostics]


def test_every_problem_is_named_at_once_with_sheet_row_and_column(tmp_path: Path) -> None:
    before = files_in(settle(tmp_path / "people"))
    result = import_rows(
        tmp_path,
        EVIDENCE,
        ("学员0001", "BAS-1", 2, dt.date(2026, 9, 5)),
        ("学员0002", "BSA-1", 2, dt.date(2026, 9, 5)),
        ("学员0003", "BAS-1", "两级", "9月5日"),
        ("学员0009", "BAS-1", 1, dt.date(2026, 9, 5)),
        ("学员0004", "BAS-1", None, dt.date(2026, 9, 5)),
    )
    assert [(d.code, str(d.position).partition("名单.xlsx")[2]) for d in result.errors] == [
        ("SHT06", "!评定等级 B3"),
        ("SHT05", "!评定等级 C4"),
        ("SHT05", "!评定等级 D4"),
        ("REF01", "!评定等级 A5"),
        ("SHT05", "!评定等级 C6"),
    ]
    assert "did you mean BAS-1?" in result.errors[0].mend.en
    assert files_in(tmp_path / "people") == before


def test_one_wrong_sheet_keeps_all_others_out(tmp_path: Path) -> None:
    folder = settle(tmp_path / "people")
    before = files_in(folder)
    made = fill("roster", draw_rows("roster", 1))
    made.worksheets[0]["C2"] = "昨天"
    other = save(fill("completions", draw_rows("completions", 1)), tmp_path / "完课.xlsx")
    result = run([save(made, tmp_path / "名单.xlsx"), other], folder, replace=True)
    assert codes(result) == [("SHT05", "C2")]
    assert (result.written, files_in(folder)) == ((), before)


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    before = files_in(settle(tmp_path / "people"))
    result = import_rows(tmp_path, EVIDENCE, ("学员0001", "BAS-1", 2, "2026-09-05"), dry_run=True)
    assert result.outcomes == {"evidence": {"added": 1, "changed": 0, "unchanged": 0}}
    assert files_in(tmp_path / "people") == before


def test_what_is_imported_passes_the_check_of_the_workspace(tmp_path: Path) -> None:
    import_rows(tmp_path, EVIDENCE, ("学员0001", "POL-1", 2, "2026-09-05"))
    assert (tmp_path / "people" / "evidence.csv").read_bytes() == (
        "\ufeff学员,单元,等级,评定日期,有效期至,差距类别\n学员0001,POL-1,2,2026-09-05,,\n".encode()
    )
    checked = check(tmp_path, (), dt.date(2026, 11, 21), None)
    assert [d for d in checked.diagnostics if d.position.file.endswith("evidence.csv")] == []


class TestMerging:
    FIRST = ("学员0001", "BAS-1", 2, "2026-09-05")

    def test_a_new_value_needs_replace(self, tmp_path: Path) -> None:
        import_rows(tmp_path, EVIDENCE, self.FIRST)
        before = files_in(tmp_path / "people")
        changed = (EVIDENCE, ("学员0001", "BAS-1", 3, "2026-09-05"), ("学员0002", "BAS-1", 1, "2026-09-05"))
        refused = import_rows(tmp_path, *changed)
        assert codes(refused) == [("SHT08", "C2")]
        assert said(refused) == ["level is 2 already; here it is 3"]
        assert refused.errors[0].related[0].position.file.endswith("people/evidence.csv")
        assert files_in(tmp_path / "people") == before
        taken = import_rows(tmp_path, *changed, replace=True)
        assert [(change.before, change.after) for change in taken.changes] == [("2", "3")]
        assert taken.outcomes == {"evidence": {"added": 1, "changed": 1, "unchanged": 0}}
        assert len(held(tmp_path / "people")["evidence"]) == 2

    def test_a_blank_removes_nothing_and_is_filled_without_replace(self, tmp_path: Path) -> None:
        import_rows(tmp_path, EVIDENCE, self.FIRST)
        result = import_rows(tmp_path, (*EVIDENCE, "差距类别"), (*self.FIRST, "知识空白"))
        assert [(change.field, change.before, change.after) for change in result.changes] == [
            ("gap_kind", "", "知识空白")
        ]
        assert import_rows(tmp_path, (*EVIDENCE, "差距类别"), self.FIRST).outcomes["evidence"]["unchanged"] == 1
        assert "知识空白" in (tmp_path / "people" / "evidence.csv").read_text(encoding="utf-8")

    def test_other_files_of_the_folder_are_not_touched_and_not_contradicted(self, tmp_path: Path) -> None:
        folder = settle(tmp_path / "people")
        (folder / "old.csv").write_text("学员,单元,等级,日期\n学员0001,BAS-1,2,2026-09-05\n", encoding="utf-8")
        same = import_rows(tmp_path, EVIDENCE, self.FIRST, ("学员0002", "BAS-1", 1, "2026-09-05"))
        assert same.outcomes["evidence"] == {"added": 1, "changed": 0, "unchanged": 1}
        assert "学员0001" not in (folder / "evidence.csv").read_text(encoding="utf-8")
        other = import_rows(tmp_path, EVIDENCE, ("学员0001", "BAS-1", 3, "2026-09-05"), replace=True)
        assert codes(other) == [("SHT08", "C2")]
        assert "change it in" in other.errors[0].mend.en

    def test_two_rows_of_one_record_must_agree(self, tmp_path: Path) -> None:
        result = import_rows(tmp_path, EVIDENCE, self.FIRST, ("学员0001", "BAS-1", 1, "2026-09-05"), self.FIRST)
        assert codes(result) == [("SHT08", "C3")]
        assert result.errors[0].related[0].position.cell == "C2"

    def test_errors_that_were_there_come_first(self, tmp_path: Path) -> None:
        (settle(tmp_path / "people") / "evidence.csv").write_text(
            "学员,单元,等级,日期\n学员0001,X,2,2026-09-05\n", encoding="utf-8"
        )
        with pytest.raises(FilesInError):
            import_rows(tmp_path, EVIDENCE, self.FIRST)

    def test_a_table_under_the_name_of_another_is_not_written_over(self, tmp_path: Path) -> None:
        (settle(tmp_path / "people") / "surveys.csv").write_text(
            "学员,单元,等级,日期\n学员0001,BAS-1,2,2026-09-05\n", encoding="utf-8"
        )
        with pytest.raises(UsageError, match=r"rename it evidence\.csv"):
            import_rows(tmp_path, EVIDENCE, self.FIRST)


class TestColumns:
    ROW = ("学员0001", "BAS-1", 2, "2026-09-05")

    def test_a_near_name_is_suggested_and_a_mapping_is_remembered(self, tmp_path: Path) -> None:
        header = ("学员", "单元", "等级", "评定日期", "差距类型")
        row = (*self.ROW, "知识空白")
        refused = import_rows(tmp_path, header, row)
        assert codes(refused) == [("SHT03", "E1")]
        assert "did you mean 差距类别?" in refused.errors[0].mend.en
        assert import_rows(tmp_path, header, row, mapped=["差距类型=gap_kind"]).errors == ()
        assert (tmp_path / "people" / "mappings.yaml").read_text(encoding="utf-8").endswith('"差距类型": "gap_kind"\n')
        assert import_rows(tmp_path, header, row).outcomes["evidence"]["unchanged"] == 1
        with pytest.raises(UsageError, match="change it there"):
            import_rows(tmp_path, header, (*row[:3], "2026-09-06", row[4]), mapped=["差距类型=ignore"])

    def test_a_column_can_be_left_out(self, tmp_path: Path) -> None:
        header = (*EVIDENCE, "所在街道")
        assert codes(import_rows(tmp_path, header, (*self.ROW, "甲街道"))) == [("SHT03", "E1")]
        assert import_rows(tmp_path, header, (*self.ROW, "甲街道"), mapped=["所在街道=-"]).diagnostics == ()

    def test_mappings_that_name_nothing_are_refused(self, tmp_path: Path) -> None:
        for pair in ("甲=levle", "甲", "=level", "姓名=person"):
            with pytest.raises(UsageError):
                import_rows(tmp_path, EVIDENCE, self.ROW, mapped=[pair])
        (tmp_path / "people" / "mappings.yaml").write_text("姓名: person\n甲: nothing\n", encoding="utf-8")
        assert [d.position.line for d in import_rows(tmp_path, EVIDENCE, self.ROW).errors] == [1, 2]

    def test_brackets_stars_and_harmless_columns_do_not_matter(self, tmp_path: Path) -> None:
        header = ("序号", "＊学员（标识）", "单 元", "等级：", "评定日期(年-月-日)", "备注")
        result = import_rows(tmp_path, header, (1, *self.ROW, "x"))
        assert (result.errors, result.outcomes["evidence"]["added"]) == ((), 1)
        assert [d.position.cell for d in result.diagnostics] == ["A1", "F1"]

    def test_only_the_sheets_asked_for_are_read(self, tmp_path: Path) -> None:
        made = book(EVIDENCE, self.ROW)
        made.create_sheet("统计")["A1"] = "合计"
        path = save(made, tmp_path / "名单.xlsx")
        folder = settle(tmp_path / "people")
        assert codes(run(path, folder)) == [("SHT02", "A1")]
        assert run(path, folder, only=["评定等级"]).errors == ()
        with pytest.raises(UsageError, match="no such sheet"):
            run(path, folder, only=["没有"])

    def test_a_missing_column_is_named(self, tmp_path: Path) -> None:
        result = import_rows(tmp_path, EVIDENCE[:3], self.ROW[:3])
        assert said(result) == ["this looks like Settled levels, but the column Date of the assessment is missing"]


class TestPrivacy:
    def test_columns_of_personal_data_are_dropped_and_copied_nowhere(self, tmp_path: Path) -> None:
        header = ("姓名", "身份证号", *EVIDENCE)
        result = import_rows(tmp_path, header, ("张三", "11010519491231002X", "学员0001", "BAS-1", 9, "2026-09-05"))
        assert [d.code for d in result.diagnostics] == ["SHT07", "SHT07", "SHT05"]
        texts = "".join(
            str(cell)
            for page in load_workbook(io.BytesIO(result.marked_copy("zh")))
            for row in page.values
            for cell in row
        )
        assert "张三" not in texts
        assert "11010519491231002X" not in texts
        fine = import_rows(tmp_path, header, ("张三", "11010519491231002X", "学员0001", "BAS-1", 1, "2026-09-05"))
        assert fine.errors == ()
        assert "张三" not in "".join(content.decode() for content in files_in(tmp_path / "people").values())

    @pytest.mark.parametrize(
        "value", ["11010519491231002X", "１３８００１３８０００", 110105194912310021, "电话13800138000"]
    )
    def test_a_personal_number_in_any_cell_is_refused_and_not_repeated(self, value: object, tmp_path: Path) -> None:
        result = import_rows(tmp_path, EVIDENCE, (value, "BAS-1", 2, "2026-09-05"))
        assert codes(result) == [("SHT07", "A2")]
        assert not any(str(value) in text for text in said(result))
        page = load_workbook(io.BytesIO(result.marked_copy("en"))).worksheets[1]
        assert page["A2"].value == "(left out)"

    def test_labels_that_look_like_names_get_a_warning(self, tmp_path: Path) -> None:
        people = ("学员", "社区", "任现职日期")
        result = import_rows(tmp_path, people, ("张三", "社区0001", "2026-01-01"))
        assert (result.errors, [d.code for d in result.diagnostics]) == ((), ["SHT07"])


class TestInjection:
    EVIL = (
        "=cmd|' /C calc'!A0",
        "＝1+1",
        "+1",
        "@SUM(A1)",
        "-1+1",
        "\t=1",
        "'=1",
        "＋1",
        "－1",
        "＠x",
        '=HYPERLINK("http://x")',
    )

    @pytest.mark.parametrize("text", [*EVIL, "\r=1", "\n=1", "学员", "'90", "-5", "a=b", ""])
    def test_guard_is_undone(self, text: str) -> None:
        assert unguard(guard(text)) == text
        assert guard(text)[:1] not in "=+@\t\r\n＝＋－＠" or not text

    @pytest.mark.parametrize("text", EVIL)
    def test_a_name_that_is_a_formula_stays_text_in_and_out(self, text: str, tmp_path: Path) -> None:
        made = book(("社区", "社区类型", "社区名称"), ("社区0009", "old_estate", "x"), title="社区")
        made.active["C2"].value = text
        made.active["C2"].data_type = "s"
        folder = tmp_path / "people"
        result = run(save(made, tmp_path / "社区.xlsx"), folder)
        assert result.errors == ()
        (cells,) = [
            line.split(",")[1] for line in (folder / "communities.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
        ]
        assert cells.strip('"')[0] == "'"
        assert dict(next(iter(held(folder)["communities"])))["title"] == text.strip().removeprefix(
            "'" if text == "'=1" else ""
        )
        assert run(folder / "communities.csv", tmp_path / "again").errors == ()
        assert files_in(tmp_path / "again") == files_in(folder)

    def test_a_formula_is_refused_and_stands_as_text_in_the_marked_copy(self, tmp_path: Path) -> None:
        result = import_rows(tmp_path, EVIDENCE, ("学员0001", "BAS-1", "=1+1", "2026-09-05"))
        assert codes(result) == [("SHT04", "C2")]
        marked = load_workbook(io.BytesIO(result.marked_copy("zh")))
        assert (marked["评定等级"]["C2"].value, marked["评定等级"]["C2"].data_type) == ("'=1+1", "s")
        assert not any(cell.data_type == "f" for page in marked for row in page.iter_rows() for cell in row)


class TestMarkedCopy:
    def test_every_problem_stands_at_its_cell_and_in_the_list(self, tmp_path: Path) -> None:
        result = import_rows(
            tmp_path,
            ("名单", None),
            (),
            EVIDENCE,
            ("学员0001", "X", "二", None),
            ("学员0009", "BAS-1", 1, "2026-09-05"),
        )
        marked = load_workbook(io.BytesIO(result.marked_copy("zh")))
        page = marked["评定等级"]
        noted = {cell.coordinate for row in page.iter_rows() for cell in row if cell.comment is not None}
        assert noted == {cell for _, cell in codes(result)} == {"B4", "C4", "D4", "A5"}
        assert all(page[cell].fill.fgColor.rgb == "FFFFC7CE" for cell in noted)
        assert all("改法" in page[cell].comment.text for cell in noted)
        listed = list(marked["问题清单"].iter_rows(min_row=2))
        assert [(row[2].value, row[5].value) for row in listed] == codes(result)
        assert listed[0][5].hyperlink.location == "'评定等级'!B4"

    def test_a_marked_copy_can_be_mended_and_imported(self, tmp_path: Path) -> None:
        result = import_rows(tmp_path, EVIDENCE, ("学员0001", "BAS-1", "二", dt.date(2026, 9, 5)))
        marked = load_workbook(io.BytesIO(result.marked_copy("zh")))
        marked["评定等级"]["C2"] = 2
        again = run(save(marked, tmp_path / "改好.xlsx"), tmp_path / "people")
        assert (again.errors, again.outcomes["evidence"]["added"]) == ((), 1)

    def test_csv_gets_a_marked_workbook_too(self, tmp_path: Path) -> None:
        (tmp_path / "测.csv").write_text("学员,单元,等级,日期\n学员0001,BAS-1,九,2026-09-05\n", encoding="gb18030")
        result = run(tmp_path / "测.csv", settle(tmp_path / "people"))
        assert str(result.errors[0].position).endswith("测.csv:2:14")
        page = load_workbook(io.BytesIO(result.marked_copy("en")))["测"]
        assert page["C2"].comment.text.startswith("SHT05 九 is no whole number")

    def test_a_refused_file_gives_the_list_alone(self, tmp_path: Path) -> None:
        (tmp_path / "坏.xlsx").write_bytes(b"PK")
        result = run(tmp_path / "坏.xlsx", settle(tmp_path / "people"))
        assert load_workbook(io.BytesIO(result.marked_copy("zh"))).sheetnames == ["问题清单"]


FILES = {"communities.csv": b"1", "people.csv": b"2", "evidence.csv": b"3"}


class TestAtomicity:
    @pytest.mark.parametrize("fails_at", [0, 1, 2])
    @pytest.mark.parametrize("error", [PermissionError(13, "in use"), KeyboardInterrupt()])
    def test_a_write_that_fails_leaves_all_as_it_was(self, fails_at: int, error: BaseException, tmp_path: Path) -> None:
        (tmp_path / "people.csv").write_bytes(b"old")
        calls = []

        def replace(source: Path, target: Path) -> None:
            calls.append(target)
            if len(calls) == fails_at + 1:
                raise error
            source.replace(target)

        with pytest.raises(UsageError if isinstance(error, OSError) else KeyboardInterrupt):
            write_all(tmp_path, FILES, replace)
        assert files_in(tmp_path) == {"people.csv": b"old"}

    def test_a_machine_that_dies_between_two_files_leaves_whole_ones_and_the_import_completes_them(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = save(fill("roster", draw_rows("roster", 6)), tmp_path / "名单.xlsx")
        whole, folder = tmp_path / "whole", tmp_path / "people"
        run(path, whole)
        folder.mkdir()
        (folder / "communities.csv").write_bytes((whole / "communities.csv").read_bytes())
        (folder / ".people.csv.x1.importing").write_bytes(b"half")
        assert run(path, folder).errors == ()
        assert files_in(folder) == files_in(whole)

    def test_nothing_is_written_when_a_file_cannot_be_staged(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage = people_folder._stage

        def failing(folder: Path, name: str, content: bytes) -> Path:
            if name == "people.csv":
                raise OSError(28, "No space left on device")
            return stage(folder, name, content)

        monkeypatch.setattr(people_folder, "_stage", failing)
        with pytest.raises(UsageError, match="the disk is full"):
            write_all(tmp_path, FILES)
        assert files_in(tmp_path) == {}


def test_the_shipped_people_come_through_unchanged(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    session = open_session(root, "7n")
    example = root / "examples" / "wuhan"
    tables = sorted(example.glob("*.csv"))
    result = import_sheets(session, tables, tmp_path / "people")
    assert result.errors == ()
    again = import_sheets(session, tables, tmp_path / "people")
    assert again.written == ()
    assert again.outcomes["communities"]["unchanged"] == 60
