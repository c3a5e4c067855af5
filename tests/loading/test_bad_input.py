"""Whatever is given to it, reading ends in findings, soon, and never in a traceback."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from competency_engine.errors import UsageError
from competency_engine.loading.files import find_files
from competency_engine.loading.loader import Loading, load_population
from competency_engine.loading.workspace import Workspace
from competency_engine.workflows.check import Checked, check
from tests.loading.reading import BOMB, FUZZ, SOURCE, load, load_people, write
from tests.worlds.files import AS_OF, TINY

KINDS_OF_INPUT = {
    "not UTF-8": (b"kind: \xb5\xa5\xd4\xaa\n", "YML06", (1, 7)),
    "UTF-16": ("kind: unit\n".encode("utf-16"), "YML06", (1, 1)),
    "NUL bytes": (b"kind: source\nid: \0\0\0\n", "YML06", (2, 5)),
    "nothing but NUL bytes": (bytes(4096), "YML06", (1, 1)),
    "an alias bomb": (BOMB.encode(), "YML03", (1, 4)),
    "an alias bomb of one gigabyte": (
        b"a: &a [" + b"x, " * 1000 + b"]\nb: &b [" + b"*a, " * 1000 + b"]\nc: [" + b"*b, " * 1000 + b"]\n",
        "YML03",
        (1, 4),
    ),
    "10,000 open brackets": (b"[" * 10_000, "YML05", (1, 65)),
    "10,000 nested lists": (b"- " * 10_000, "YML05", (1, 129)),
    "10,000 nested keys": (b"? " * 10_000, "YML03", (1, 3)),
    "an id that is a path": (SOURCE.replace("newspaper", "../../etc/passwd", 1).encode(), "FMT04", (2, 5)),
    "an id that is an absolute path": (SOURCE.replace("newspaper", "/etc/passwd", 1).encode(), "FMT04", (2, 5)),
    "an id that is a command": (SOURCE.replace("newspaper", "$(reboot)", 1).encode(), "FMT04", (2, 5)),
    "a Python object": (b"!!python/object/apply:os.system [reboot]\n", "YML03", (1, 1)),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "YML06", (1, 1)),
    "JSON": (b'{"kind": "source", "id": "a"}', "FMT01", (1, 1)),
    "a very long line": (b"kind: " + b"x" * 2_000_000, "FMT05", (1, 7)),
}  # fmt: skip


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Fail when the block takes longer."""
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def check_one(folder: Path, content: bytes) -> Checked:
    """Return what `check` finds in a file with ``content`` beside the tiny world."""
    (path,) = write(folder, {"a.yaml": content})
    return check(TINY, (path,), AS_OF)


@pytest.mark.parametrize("name", KINDS_OF_INPUT)
def test_check_ends_in_findings_soon(name: str, tmp_path: Path) -> None:
    content, code, place = KINDS_OF_INPUT[name]
    with within(5):
        checked = check_one(tmp_path, content)

    assert (code, *place) in [(d.code, d.position.line, d.position.column) for d in checked.diagnostics]
    assert {d.code for d in checked.diagnostics} == {code}


@pytest.mark.parametrize(
    "content", [b"", b"\n\n\n", b"# only\n# comments\n", b"---\n...\n", b"\xef\xbb\xbf", b"   \t  \n"]
)
def test_check_finds_nothing_in_a_file_without_content(content: bytes, tmp_path: Path) -> None:
    assert check_one(tmp_path, content).diagnostics == ()


def test_check_refuses_a_file_of_seventeen_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    with within(5):
        checked = check(TINY, (path,), AS_OF)

    assert [d.code for d in checked.diagnostics] == ["YML05"]


def test_check_says_what_does_not_exist(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    for name in ("gone.yaml", "loop"):
        with pytest.raises(UsageError, match=f"there is no such file or folder: .*{name}"):
            check(TINY, (tmp_path / name,), AS_OF)


def test_check_takes_a_folder_for_a_folder_whatever_its_name(tmp_path: Path) -> None:
    write(tmp_path, {"units.yaml/a.yaml": SOURCE + "url: 3\n", "units.yaml/b.txt": b"\xff"})
    checked = check(TINY, (tmp_path / "units.yaml",), AS_OF)

    assert [(d.code, Path(d.position.file).name) for d in checked.diagnostics] == [("FMT03", "a.yaml")]
    assert checked.files == 1


def test_check_reports_links_that_lead_nowhere_and_reads_the_rest(tmp_path: Path) -> None:
    write(tmp_path, {"work/z.yaml": SOURCE + "url: 3\n"})
    (tmp_path / "work" / "loop.yaml").symlink_to("loop.yaml")
    (tmp_path / "work" / "up").symlink_to(tmp_path)
    checked = check(TINY, (tmp_path / "work",), AS_OF)

    assert [(d.code, Path(d.position.file).name) for d in checked.diagnostics] == [
        ("YML06", "loop.yaml"),
        ("FMT03", "z.yaml"),
    ]


@given(
    st.binary(max_size=200)
    | st.text(max_size=100).map(str.encode)
    | st.text(max_size=100).map(lambda t: t.encode("utf-16"))
)
@FUZZ
def test_reading_never_raises_on_any_bytes(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    load(folder, {"a.yaml": content})
    load_people(folder, {"a.csv": content})
    load_people(folder, {"a.csv": b"person,unit,level,date\n" + content})
    load_people(folder, {"a.csv": "社区,社区类型,楼栋数（栋）\n".encode("gb18030") + content})


def damaged(text: str, draw: random.Random) -> str:
    """Return ``text`` with a few random changes to its lines and characters."""
    lines = text.split("\n")
    for _ in range(draw.randint(1, 4)):
        index = draw.randrange(len(lines))
        line = lines[index]
        column = draw.randint(0, len(line))
        lines[index] = draw.choice(
            (
                "",
                lines[draw.randrange(len(lines))],
                line[:column] + draw.choice(":：,{}[]'\"-#&*!|>%@\t\u3000\0\n 甲0") + line[column:],
                line[:column] + line[column + 1 :],
                line[:column] + line[column + 5 :],
                "  " + line,
                line.lstrip(),
                line.partition(":")[0]
                + ": "
                + draw.choice(("[]", "{}", "3", "-1", "x", "null", "{a: b}", "[[x]]", "1e999")),
            )
        )
    return "\n".join(lines)


def test_check_never_raises_on_damaged_worlds(tmp_path: Path) -> None:
    draw = random.Random(2026)
    sound = {path.relative_to(TINY).as_posix(): path.read_text(encoding="utf-8") for path in find_files(TINY)}
    found = set()
    for _ in range(100):
        write(tmp_path, {name: damaged(text, draw) if draw.random() < 0.4 else text for name, text in sound.items()})
        found.update(diagnostic.code for diagnostic in check(tmp_path, (), AS_OF).diagnostics)
    assert len(found) > 12


PEOPLE = """\
kind: community
id: east
types: [old_estate]
facts: {blocks_without_lift: 3}
---
kind: person
id: Zhang
community: east
post_since: 2026-01-01
completed: [{module: T1-T, date: 2026-02-01}]
---
kind: evidence
id: first
person: Zhang
records: [{unit: BAS-1, level: 1, date: 2026-02-01}]
"""
TABLES = {
    "c.csv": "community,types,无电梯的楼栋数\nwest,old_estate,3\n",
    "p.csv": "学员,社区,任现职日期,角色\nLi,west,2026-01-01,new\n",
    "d.csv": "person,module,date\nLi,T1-T,2026-02-01\nZhang,T1-C,2026-02-01\n",
    "e.csv": 'person,unit,level,date\nLi,BAS-1,2,2026-02-01\n"Zhang","BAS-2",1,2026-02-01\n',
}


def test_reading_people_never_raises_on_damaged_files(tmp_path: Path) -> None:
    draw = random.Random(2026)
    codes = set()
    for _ in range(150):
        files = {
            name: damaged(text, draw) if draw.random() < 0.5 else text
            for name, text in {"a.yaml": PEOPLE, **TABLES}.items()
        }
        _, loading = load_population(write(tmp_path, files), Workspace(tmp_path), Loading())
        codes.update(diagnostic.code for diagnostic in loading.diagnostics)
    assert len(codes) > 10
