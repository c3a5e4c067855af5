"""A snapshot gives what reading the files gives, only sooner; without one, or with a broken one, nothing else changes."""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import shutil
from pathlib import Path
from random import Random

import platformdirs
import pytest

from competency_engine.errors import FilesInError
from competency_engine.loading import snapshot
from competency_engine.loading.files import MAX_BYTES
from competency_engine.loading.linking import Located
from competency_engine.loading.loader import Loading, read_yaml_files
from competency_engine.loading.snapshot import keep_snapshot, read_snapshot, snapshot_file
from competency_engine.loading.workspace import Workspace, shipped_root
from competency_engine.workflows import session
from competency_engine.workflows.session import open_session
from tests.worlds.files import TINY


@pytest.fixture(scope="module")
def shipped() -> list[Located]:
    root = shipped_root()
    paths = [*sorted((root / "models").rglob("*.yaml")), *sorted((root / "curricula").rglob("*.yaml"))]
    return read_yaml_files(paths, Workspace(root)).documents


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "kept.json"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(snapshot.FOLDER_VARIABLE, str(tmp_path / "cache"))
    return Path(shutil.copytree(TINY, tmp_path / "world"))


def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by one whenever YAML is read."""
    done: list[int] = []

    def read(files: list[session.YamlFile]) -> Loading:
        done.append(len(files))
        return original(files)

    original = session.read_decoded
    monkeypatch.setattr(session, "read_decoded", read)
    return done


def seal(file: Path, *parts: bytes) -> None:
    """Write ``parts`` as a snapshot whose checksum is right."""
    file.write_bytes(b"\n".join((hashlib.sha256(b"\n".join(parts)).hexdigest().encode(), *parts)))


def test_every_document_and_every_place_comes_back_as_it_was(shipped: list[Located], file: Path) -> None:
    keep_snapshot(file, "content", shipped)
    kept = read_snapshot(file, "content")

    assert kept is not None
    for old, new in zip(shipped, kept, strict=True):
        assert new.entity == old.entity
        assert type(new.entity) is type(old.entity)
        assert new.entity.model_dump_json(exclude_unset=True) == old.entity.model_dump_json(exclude_unset=True)
        assert new.source_map.file == old.source_map.file
        assert list(new.source_map.marks) == list(old.source_map.marks)
    again = pickle.loads(pickle.dumps(kept))
    assert again[0].id_position == shipped[0].id_position


def test_a_snapshot_of_other_content_or_of_another_program_does_not_serve(
    shipped: list[Located], file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_snapshot(file, "content", shipped[:3])

    assert read_snapshot(file, "other content") is None
    monkeypatch.setattr(snapshot, "_program", lambda: "another program")
    assert read_snapshot(file, "content") is None


def test_a_damaged_snapshot_does_not_serve(shipped: list[Located], file: Path) -> None:
    keep_snapshot(file, "content", shipped[:3])
    whole = file.read_bytes()
    rng = Random(3)

    for length in (0, 1, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:length])
        assert read_snapshot(file, "content") is None
    for _ in range(200):
        place = rng.randrange(len(whole))
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << rng.randrange(8)]) + whole[place + 1 :])
        assert read_snapshot(file, "content") is None
    file.unlink()
    file.mkdir()
    assert read_snapshot(file, "content") is None


@pytest.mark.parametrize(
    "documents",
    [b"[", b"{}1", b'[["f",{"":"Path"}]]', b'[["f",{"":["Text"]}]]', b'[["f",{"":"date","iso":"x"}]]', b"[1]", b"[[]]"],
)
def test_a_sealed_snapshot_that_holds_something_else_does_not_serve(file: Path, documents: bytes) -> None:
    keep_snapshot(file, "content", [])
    key = file.read_bytes().split(b"\n")[1]
    seal(file, key, documents, b"[]")

    assert read_snapshot(file, "content") is None


def test_nothing_but_data_of_known_types_is_ever_made_of_a_snapshot(shipped: list[Located], file: Path) -> None:
    keep_snapshot(file, "content", shipped)
    documents = file.read_bytes().split(b"\n")[2]
    named: set[str] = set()
    json.loads(documents, object_hook=lambda found: named.add(found.get("", "")))

    assert named <= {*snapshot._types(), "date", ""}
    assert {kind.__module__.split(".")[0] for kind, _ in snapshot._types().values()} <= {"competency_engine", "tests"}


def test_the_second_session_reads_no_yaml_until_a_file_changes(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = reads(monkeypatch)
    first = open_session(world)
    second = open_session(world)

    assert len(done) == 1
    assert second.library_hash == first.library_hash
    assert second.library.modules == first.library.modules
    assert second.library.where(second.library.curriculum, "title") == first.library.where(
        first.library.curriculum, "title"
    )
    changed = sorted((world / "curricula").rglob("*.yaml"))[0]
    changed.write_text(changed.read_text(encoding="utf-8") + "# a remark\n", encoding="utf-8")
    assert open_session(world).library_hash != first.library_hash
    assert len(done) == 2


def test_one_file_a_curriculum_however_often_it_changes(world: Path, tmp_path: Path) -> None:
    changed = sorted((world / "curricula").rglob("*.yaml"))[0]
    for number in range(3):
        changed.write_text(changed.read_text(encoding="utf-8") + f"# {number}\n", encoding="utf-8")
        open_session(world)

    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_the_oldest_snapshots_make_room(file: Path) -> None:
    for number in range(40):
        keep_snapshot(file.with_name(f"{number:02d}.json"), "content", [])
        os.utime(file.with_name(f"{number:02d}.json"), (number, number))

    assert sorted(kept.name for kept in file.parent.iterdir()) == [f"{number:02d}.json" for number in range(8, 40)]
    assert read_snapshot(file.with_name("39.json"), "content") == []


def test_files_with_errors_are_read_and_reported_each_time(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = reads(monkeypatch)
    broken = sorted((world / "curricula").rglob("*.yaml"))[0]
    broken.write_text(broken.read_text(encoding="utf-8") + "---\nkind: module\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(FilesInError):
            open_session(world)

    assert len(done) == 2


def test_a_file_that_cannot_be_read_is_not_taken_for_an_empty_one(world: Path) -> None:
    file = sorted((world / "curricula").rglob("*.yaml"))[0].with_name("zz.yaml")
    file.write_text("", encoding="utf-8")
    open_session(world)
    with file.open("wb") as big:
        big.truncate(MAX_BYTES + 1)

    with pytest.raises(FilesInError):
        open_session(world)


def test_no_folder_no_snapshot_and_no_complaint(world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be", encoding="utf-8")
    assert open_session(world).library.modules

    monkeypatch.setenv(snapshot.FOLDER_VARIABLE, "off")
    assert snapshot_file("any") is None
    done = reads(monkeypatch)
    open_session(world)
    open_session(world)
    assert len(done) == 2


def test_the_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(snapshot.FOLDER_VARIABLE)
    chosen = snapshot_file("one")

    assert chosen is not None
    assert "competency-engine" in chosen.parent.as_posix()
    assert not chosen.is_relative_to(shipped_root())
    assert chosen != snapshot_file("two")


def test_without_a_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(snapshot.FOLDER_VARIABLE)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: Path("~/.cache/competency-engine"))

    assert snapshot_file("one") is None
