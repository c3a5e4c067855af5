"""One broken file for every kind of defect: ``check`` finds all that is wrong with it, at its place, and nothing else.

Each file says in its first lines what must be found: ``# expect: CODE line:column``, one a finding, in order of place.
A table, or a file of JSON lines, has a neighbour ``.expect`` instead; a folder is one case of several files, with a file ``expect`` of its own.
The files lie over the tiny world: documents of the same kind and id take the place of those there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from competency_engine.lint.registry import RULES
from competency_engine.loading.loader import Loading, read_yaml_files
from competency_engine.loading.workspace import Workspace
from competency_engine.workflows import check as check_workflow
from competency_engine.workflows.check import check
from tests.worlds.files import AS_OF, TINY

BAD = Path(__file__).parent / "bad"
CASES = sorted(path for path in BAD.iterdir() if path.is_dir() or path.suffix in (".yaml", ".csv", ".jsonl"))
HAN = re.compile("[\u4e00-\u9fff]")

Expected = list[tuple[str, int, int, str]]


def expected_of(case: Path) -> Expected:
    """Return file, line, column and code of all that must be found in ``case``, in order."""
    if case.is_dir():
        rows = [line.split() for line in (case / "expect").read_text(encoding="utf-8").splitlines()]
    elif case.suffix in (".csv", ".jsonl"):
        lines = case.with_name(f"{case.name}.expect").read_text(encoding="utf-8").splitlines()
        rows = [[case.name, *line.split()] for line in lines]
    else:
        text = case.read_text(encoding="utf-8")
        rows = [[case.name, *found] for found in re.findall(r"^# expect: (\w+) (\d+:\d+)$", text, re.MULTILINE)]
    return [(file, *map(int, place.split(":")), code) for file, code, place in rows]  # type: ignore[misc]


@pytest.fixture(scope="module", autouse=True)
def tiny_world_read_once() -> Iterator[None]:
    """Read the files of the tiny world once for all cases; nothing changes what was read."""
    known: dict[tuple[Path, ...], Loading] = {}

    def read(paths: Iterable[Path], workspace: Workspace) -> Loading:
        chosen = tuple(paths)
        if not all(path.is_relative_to(TINY) for path in chosen):
            return read_yaml_files(chosen, workspace)
        if chosen not in known:
            known[chosen] = read_yaml_files(chosen, workspace)
        return known[chosen]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check_workflow, "read_yaml_files", read)
        yield


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_file_is_found_wrong_exactly_where_it_says_in_both_languages(case: Path) -> None:
    diagnostics = check(TINY, (case,), AS_OF).diagnostics

    found = [(Path(d.position.file).name, d.position.line, d.position.column, d.code) for d in diagnostics]
    assert found == expected_of(case)
    for diagnostic in diagnostics:
        texts = (diagnostic.message, diagnostic.expected, diagnostic.mend, *(r.message for r in diagnostic.related))
        assert all(text.zh.strip() and text.en.strip() for text in texts)
        assert HAN.search(diagnostic.message.zh)
        assert not HAN.search(diagnostic.expected.en)


@pytest.mark.parametrize("name", ["yml01-unclosed-brace.yaml", "fmt01-two-keys.yaml", "ref02-same-id.yaml"])
def test_bad_file_beside_the_shipped_documents_is_found_wrong_too(name: str, tmp_path: Path) -> None:
    checked = check(tmp_path, (BAD / name,), AS_OF)

    assert [(name, d.position.line, d.position.column, d.code) for d in checked.diagnostics] == expected_of(BAD / name)
    assert checked.files == 1


def test_every_code_has_a_bad_file() -> None:
    codes = {code for case in CASES for *_, code in expected_of(case)}

    assert codes == {rule.code for rule in RULES}
