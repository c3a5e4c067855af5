"""Finding and decoding files, whatever a disk may hold."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from competency_engine.errors import UsageError
from competency_engine.loading.files import MAX_BYTES, decode_table, decode_yaml, display_name, find_files
from competency_engine.loading.loader import read_yaml_files
from competency_engine.loading.workspace import Workspace, people_files
from tests.loading.reading import SOURCE, places, write


def names(root: Path) -> list[str]:
    """Return the files found below ``root``, relative to it."""
    return [path.relative_to(root).as_posix() for path in find_files(root)]


def test_find_files_returns_yaml_in_order_and_passes_over_what_is_hidden(tmp_path: Path) -> None:
    write(
        tmp_path,
        dict.fromkeys(["b.yaml", "a/z.yml", "a/a.yaml", ".git/c.yaml", "a/.d.yaml", "e.yamlx", "f.csv", "g"], ""),
    )

    assert names(tmp_path) == ["a/a.yaml", "a/z.yml", "b.yaml"]
    assert [path.name for path in people_files(tmp_path)] == ["a.yaml", "z.yml", "b.yaml", "f.csv"]


def test_find_files_returns_a_file_that_is_named_whatever_it_is_called(tmp_path: Path) -> None:
    (path,) = write(tmp_path, {"model.txt": SOURCE})

    assert find_files(path) == (path,)


def test_find_files_says_what_does_not_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no such file or folder: .*nowhere"):
        find_files(tmp_path / "nowhere")


def test_find_files_walks_into_a_folder_with_the_name_of_a_file(tmp_path: Path) -> None:
    write(tmp_path, {"unit.yaml/inside.yaml": SOURCE})

    assert names(tmp_path) == ["unit.yaml/inside.yaml"]
    assert names(tmp_path / "unit.yaml") == ["inside.yaml"]


def test_find_files_refuses_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"open/a.yaml": SOURCE, "closed/b.yaml": SOURCE})
    scandir = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(UsageError, match=r"cannot read .*closed: permission denied"):
        find_files(tmp_path)


def test_find_files_follows_no_link_out_of_the_folder_nor_in_a_circle(tmp_path: Path) -> None:
    write(tmp_path, {"secret.yaml": SOURCE, "work/a.yaml": SOURCE, "work/.store/b.yaml": SOURCE})
    root = tmp_path / "work"
    (root / "out.yaml").symlink_to(tmp_path / "secret.yaml")
    (root / "up").symlink_to(tmp_path)
    (root / "circle").symlink_to(root)
    (root / "again.yaml").symlink_to("a.yaml")
    (root / "stored.yaml").symlink_to(".store/b.yaml")

    assert names(root) == ["a.yaml", "stored.yaml"]


def test_a_link_to_itself_and_a_broken_link_are_findings(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "a.yaml").symlink_to("b.yaml")
    (tmp_path / "b.yaml").symlink_to("a.yaml")
    (tmp_path / "gone.yaml").symlink_to("nowhere.yaml")
    loading = read_yaml_files(find_files(tmp_path), Workspace(tmp_path))

    assert places(loading.diagnostics) == [("YML06", 1, 1)] * 4
    assert [d.message.en.removeprefix("the file cannot be read: ") for d in loading.diagnostics] == [
        "links lead round in a circle",
        "links lead round in a circle",
        "there is no such file or folder",
        "links lead round in a circle",
    ]


def test_display_name_is_relative_to_the_first_base_that_holds_the_file(tmp_path: Path) -> None:
    inner, outer = tmp_path / "inner", tmp_path
    (path,) = write(tmp_path, {"inner/a.yaml": ""})

    assert display_name(path, (inner, outer)) == "a.yaml"
    assert display_name(path, (outer, inner)) == "inner/a.yaml"
    assert display_name(path, (tmp_path / "other",)) == path.as_posix()
    assert display_name(inner / ".." / "inner" / "a.yaml", (outer,)) == "inner/a.yaml"


def test_display_name_can_be_written_out_whatever_bytes_it_holds(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xb5\xa5.yaml"))
    path.write_text(SOURCE)

    assert display_name(path, (tmp_path,)) == "\ufffd\ufffd.yaml"
    assert display_name(path, (tmp_path,)).encode("utf-8")
    assert find_files(tmp_path) == (path,)


@pytest.mark.parametrize(
    ("content", "place", "shown"),
    [
        (b"a: 1\nb: \xb5\xa5\xd4\xaa\n", (2, 4), "b: \ufffd\ufffd\u052a"),
        ("a: 甲\nb: 甲".encode() + b"\xff", (2, 5), "b: 甲\ufffd"),
        (b"\xef\xbb\xbfab\xff", (1, 3), "ab\ufffd"),
        (b"\xef\xbb\xbfa\r\nb\xff", (2, 2), "b\ufffd"),
        (b"a\rb\xff", (2, 2), "b\ufffd"),
        ("kind: 甲".encode("utf-16"), (1, 1), "\ufffd\ufffdk"),
        (b"\xe7\x94", (1, 1), "\ufffd"),
    ],
)
def test_decode_yaml_finds_the_first_byte_that_is_no_utf_8(
    tmp_path: Path, content: bytes, place: tuple[int, int], shown: str
) -> None:
    (path,) = write(tmp_path, {"a.yaml": content})
    text, (found,) = decode_yaml(path, "a.yaml")

    assert (found.code, found.position) == ("YML06", ("a.yaml", *place))
    assert "UTF-8" in found.message.en
    assert text.split("\n")[place[0] - 1].startswith(shown)


def test_decode_yaml_reads_utf_8_with_any_line_ends(tmp_path: Path) -> None:
    (path,) = write(tmp_path, {"a.yaml": b"\xef\xbb\xbf\xe7\x94\xb2\r\nb\rc\n"})

    assert decode_yaml(path, "a.yaml") == ("甲\nb\nc\n", ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_decode_table_reads_the_encodings_of_spreadsheets(tmp_path: Path, encoding: str) -> None:
    mark = "\ufeff" if encoding.endswith("e") else ""
    (path,) = write(tmp_path, {"a.csv": f"{mark}学员,单元\r\n甲,乙\r\n".encode(encoding)})

    assert decode_table(path, "a.csv") == ("学员,单元\n甲,乙\n", ())


@pytest.mark.parametrize(("content", "words"), [(b"a,\xff\n", "UTF-8 or GB18030"), (b"\xff\xfea\x00b", "UTF-16")])
def test_decode_table_says_which_encodings_it_tried(tmp_path: Path, content: bytes, words: str) -> None:
    (path,) = write(tmp_path, {"a.csv": content})
    _, (found,) = decode_table(path, "a.csv")

    assert found.code == "YML06"
    assert words in found.message.en


@pytest.mark.parametrize("decode", [decode_yaml, decode_table])
def test_decode_refuses_what_is_no_ordinary_file(tmp_path: Path, decode: object) -> None:
    assert callable(decode)
    for path, words in (
        (tmp_path / "gone.yaml", "there is no such file"),
        (tmp_path, "it is no ordinary file"),
        (Path("/dev/zero"), "it is no ordinary file"),
        (tmp_path / ("n" * 300), "the name is too long"),
    ):
        text, (found,) = decode(path, "a")
        assert (text, found.code, found.position) == ("", "YML06", ("a", 1, 1))
        assert words in found.message.en


def test_decode_does_not_wait_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    _, (found,) = decode_yaml(tmp_path / "pipe.yaml", "pipe.yaml")

    assert found.message.en == "the file cannot be read: it is no ordinary file"


def test_decode_refuses_a_file_of_seventeen_megabytes_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    start = time.process_time()
    for decode in (decode_yaml, decode_table):
        text, (found,) = decode(path, "big.yaml")
        assert (text, found.code, found.position) == ("", "YML05", ("big.yaml", 1, 1))
        assert found.message.en == "the file has 17,825,792 bytes, too many"
        assert f"{MAX_BYTES:,}" in found.expected.zh
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize("begin", [b"PK\x03\x04\x14\x00", b"\xd0\xcf\x11\xe0\xa1\xb1"])
def test_a_workbook_is_called_one_and_import_is_named(begin: bytes, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_bytes(begin + bytes(40))
    _, (found,) = decode_table(tmp_path / "people.csv", "people.csv")
    assert "Excel" in found.message.en
    assert "import" in found.mend.en
