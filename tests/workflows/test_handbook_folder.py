"""A city's handbooks: a file a person, the same bytes for any number of workers, and what a run keeps of an earlier one."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from competency_engine.errors import UsageError
from competency_engine.interop.word_template import BadTemplateError
from competency_engine.render.docx import render_docx
from competency_engine.reports.document import Document, Notes, same
from competency_engine.workflows.batch import Progress
from competency_engine.workflows.handbook_folder import (
    MANIFEST,
    Entry,
    HandbookFolder,
    file_stem,
    join_files,
    print_folder,
)
from competency_engine.workflows.handbooks import Opened, Printing, Tally, each_handbook, open_given, open_handbooks
from competency_engine.workflows.plan_all import plan_all
from competency_engine.workflows.session import Session
from tests.worlds.handbooks import words_in
from tests.worlds.lines import OPTIONS, person, tiny_session, write_people

DOCX = Printing("docx", "zh")


@pytest.fixture(scope="module")
def session() -> Session:
    return tiny_session()


@pytest.fixture
def people(tmp_path: Path) -> Path:
    return write_people(tmp_path / "people.jsonl", range(40))


def opened(session: Session, people: Path, printing: Printing = DOCX, *names: str) -> Opened:
    return open_handbooks(session, people, names, OPTIONS, printing)


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_workers_write_the_bytes_of_one(session: Session, people: Path, tmp_path: Path) -> None:
    for workers in (1, 2):
        tally, files = print_folder(opened(session, people), tmp_path / str(workers), workers)
        assert (tally.made, tally.kept, tally.findings) == (40, 0, [])
        assert [file.stem for file in files] == [f"学员{number:06d}" for number in range(40)]
    assert files_in(tmp_path / "1") == files_in(tmp_path / "2")
    assert len(files_in(tmp_path / "1")) == 41


@pytest.mark.parametrize("format_", ["pdf", "html", "ics"])
def test_every_format_is_the_same_twice(session: Session, tmp_path: Path, format_: str) -> None:
    people = write_people(tmp_path / "people.jsonl", range(3))
    for name in ("a", "b"):
        print_folder(opened(session, people, Printing(format_, "en")), tmp_path / name, 1)  # type: ignore[arg-type]
    assert files_in(tmp_path / "a") == files_in(tmp_path / "b")


class CutShortError(Exception):
    """The power goes."""


def test_a_run_that_was_cut_short_goes_on_where_it_was(session: Session, people: Path, tmp_path: Path) -> None:
    def cut(progress: Progress) -> None:
        if progress.people >= 32:
            raise CutShortError

    with pytest.raises(CutShortError):
        print_folder(opened(session, people), tmp_path / "city", 1, cut)
    manifest = tmp_path / "city" / MANIFEST
    manifest.write_bytes(manifest.read_bytes()[:-20])
    (tmp_path / "city" / ".handbook.unfinished").write_bytes(b"half")
    tally, _ = print_folder(opened(session, people), tmp_path / "city", 1)

    print_folder(opened(session, people), tmp_path / "whole", 1)
    assert (tally.made, tally.kept) == (40, 31)
    assert files_in(tmp_path / "city") == files_in(tmp_path / "whole")


def test_only_what_changed_is_made_again(session: Session, people: Path, tmp_path: Path) -> None:
    print_folder(opened(session, people), tmp_path / "city", 1)
    changed = person(3)
    changed["evidence"] = [{"unit": "BAS-1", "level": 2, "date": "2026-10-01"}]
    lines = people.read_text(encoding="utf-8").splitlines()
    lines[3] = json.dumps(changed, ensure_ascii=False)
    people.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "city" / "学员000005.docx").write_bytes(b"damaged")
    (tmp_path / "city" / "学员000006.docx").unlink()

    tally, _ = print_folder(opened(session, people), tmp_path / "city", 1)
    assert (tally.made, tally.kept) == (40, 37)
    print_folder(opened(session, people), tmp_path / "whole", 1)
    assert files_in(tmp_path / "city") == files_in(tmp_path / "whole")
    assert print_folder(opened(session, people, replace(DOCX, lang="en")), tmp_path / "city", 1)[0].kept == 0


def test_files_of_people_who_are_gone_are_left_and_named(session: Session, people: Path, tmp_path: Path) -> None:
    print_folder(opened(session, people), tmp_path / "city", 1)
    fewer = write_people(tmp_path / "people.jsonl", range(38))
    tally, _ = print_folder(opened(session, fewer), tmp_path / "city", 1)

    assert tally.left == ["学员000038.docx", "学员000039.docx"]
    assert len(files_in(tmp_path / "city")) == 41


def test_broken_and_repeated_lines_stop_nobody_else(session: Session, people: Path, tmp_path: Path) -> None:
    with people.open("a", encoding="utf-8") as file:
        file.write("{}\n" + json.dumps(person(0), ensure_ascii=False) + "\n")
    tally, files = print_folder(opened(session, people), tmp_path / "city", 2)

    assert len(files) == 40
    assert {finding.position.line for finding in tally.findings} == {41, 42}


def test_people_come_in_the_order_of_their_names(session: Session, people: Path) -> None:
    tally = Tally()
    found = each_handbook(opened(session, people, DOCX, "学员000007", "学员000002"), 1, tally)
    assert [made.person for _, made in found] == ["学员000007", "学员000002"]


def test_the_files_become_one_for_printing(session: Session, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.jsonl", range(3))
    _, files = print_folder(opened(session, people), tmp_path / "word", 1)
    joined = join_files(files, "docx")
    assert words_in(joined) == [word for file in files for word in words_in(file.read_bytes())]

    _, files = print_folder(opened(session, people, Printing("pdf", "en")), tmp_path / "pdf", 1)
    pages = sum(len(PdfReader(file).pages) for file in files)
    assert len(PdfReader(io.BytesIO(join_files(files, "pdf"))).pages) == pages


@pytest.mark.parametrize("workers", [1, 2])
def test_a_wrong_tag_ends_the_run_with_its_name(session: Session, people: Path, tmp_path: Path, workers: int) -> None:
    wrong = render_docx(Document(same("t"), (Notes(None, (same("{{ peson }}"),)),), None), "en")
    with pytest.raises(BadTemplateError, match="peson") as caught:
        print_folder(opened(session, people, Printing("docx", "zh", wrong, "own.docx")), tmp_path / "city", workers)
    assert "没有字段 peson" in caught.value.message.zh


@pytest.fixture
def plans(session: Session, people: Path, tmp_path: Path) -> Path:
    plan_all(session, people, OPTIONS, tmp_path / "plans.jsonl")
    return tmp_path / "plans.jsonl"


def test_plans_at_hand_give_the_files_of_planning(session: Session, people: Path, plans: Path, tmp_path: Path) -> None:
    print_folder(opened(session, people), tmp_path / "planned", 1)
    tally, files = print_folder(open_given(session, people, (), plans, DOCX), tmp_path / "given", 1)

    assert (len(files), tally.findings) == (40, [])
    planned, given = files_in(tmp_path / "planned"), files_in(tmp_path / "given")
    assert all(given[name] == planned[name] for name in planned if name != MANIFEST)
    assert print_folder(open_given(session, people, (), plans, DOCX), tmp_path / "given", 1)[0].kept == 40


def test_a_plan_that_is_not_what_it_says_is_never_shown(
    session: Session, people: Path, plans: Path, tmp_path: Path
) -> None:
    lines = plans.read_text(encoding="utf-8").splitlines()
    false = json.loads(lines[0])
    false["hours"] += 1
    stranger = json.loads(lines[1])
    stranger["person"] = "学员999999"
    plans.write_text("\n".join([json.dumps(false), json.dumps(stranger), "{}", lines[2], lines[2]]), encoding="utf-8")
    tally, files = print_folder(open_given(session, people, (), plans, DOCX), tmp_path / "city", 1)

    assert [file.name for file in files] == ["学员000002.docx"]
    assert {finding.position.line for finding in tally.findings} == {1, 2, 3, 5}
    assert any("hours is not what the steps amount to" in finding.message.en for finding in tally.findings)


def test_a_file_without_the_plan_is_a_wrong_command(session: Session, people: Path, plans: Path) -> None:
    with pytest.raises(UsageError, match="holds no plan of 学员999999"):
        open_given(session, people, ("学员999999",), plans, DOCX)
    with pytest.raises(UsageError, match="no file of plans"):
        open_given(session, people, (), people.with_suffix(".txt"), DOCX)


LABELS = (
    "学员0001", "../../x", "..", ".", "", "a/b", "a\\b", "C:x", "CON", "con", "nul.docx", "com1", "manifest", "Manifest", "x" * 300,
    "学" * 64, "abc", "ABC", "Abc", "ｅ1", "e1", "é", "e\u0301", "=cmd|x", "<script>", "{{7*7}}", "a\x00b", "a\u202eb", "-rf", "~x", " x ",
)  # fmt: skip


def stems() -> Iterator[str]:
    taken: set[str] = set()
    yield from (file_stem(label, taken) for label in LABELS)


def test_names_of_files_are_safe_on_every_system() -> None:
    for label, stem in zip(LABELS, stems(), strict=True):
        assert stem.replace("~", "").replace("-", "").replace("_", "").isalnum() or stem.strip("_-~").isalnum(), label
        assert not set(stem) & set('/\\:*?"<>|.\x00\u202e '), label
        assert len(f"{stem}.docx".encode()) <= 255
        assert stem.casefold() not in {"con", "nul", "com1", "manifest", ""}


def test_names_of_files_differ_whatever_the_system_tells_apart() -> None:
    found = [stem.casefold() for stem in stems()]
    assert len(set(found)) == len(found)
    assert next(iter(stems())) == "学员0001"
    assert list(stems()) == list(stems())


def test_a_manifest_that_names_another_place_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    folder = tmp_path / "city"
    folder.mkdir()
    entry = {"file": "../secret", "person": "p", "status": "optimal", "key": "k", "sha256": "x"}
    (folder / MANIFEST).write_text(json.dumps(entry) + '\nnull\n[]\n{"file": 1}\nno json\n', encoding="utf-8")
    found = HandbookFolder(folder)

    assert set(found.entries) == {"k"}
    assert found.found("k", None) is None  # type: ignore[arg-type]
    assert found.finish([Entry("a.docx", "p", "optimal", "k2", "s")]) == []
    assert (tmp_path / "secret").read_bytes() == b"x"


def test_a_folder_that_is_a_file_is_a_wrong_command(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot write"):
        HandbookFolder(tmp_path / "x")
