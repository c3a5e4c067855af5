"""The shipped YAML, broken in 200 places: each defect is found exactly where it stands, and no file hides another."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

import pytest

from competency_engine.diagnostics import Diagnostic
from competency_engine.loading.files import find_files
from competency_engine.loading.loader import Loading, link, read_yaml_files
from competency_engine.loading.workspace import Workspace, shipped_root
from competency_engine.workflows.check import check
from tests.loading.mutator import BREAKS, Mutation, mutate
from tests.loading.reading import write
from tests.worlds.files import AS_OF

PARTS = ("models/7n", "curricula/7n")
FILES = {
    path.relative_to(shipped_root()).as_posix(): tuple(path.read_text(encoding="utf-8").split("\n"))
    for part in PARTS
    for path in find_files(shipped_root() / part)
}
MUTATIONS = [*mutate(FILES, 200, random.Random(2026))]


def names(mutation: Mutation) -> str:
    """Return a name for the test of ``mutation``."""
    return f"{mutation.kind}-{Path(mutation.file).stem}-{mutation.line}"


@pytest.fixture(scope="module")
def shipped() -> dict[str, Loading]:
    """Return what each shipped file gives when it is read alone."""
    workspace = Workspace(shipped_root())
    return {name: read_yaml_files((shipped_root() / name,), workspace) for name in FILES}


def find_all(shipped: dict[str, Loading], mutations: tuple[Mutation, ...], folder: Path) -> list[Diagnostic]:
    """Return what reading and linking all files finds when those of ``mutations`` are broken."""
    paths = write(folder, {mutation.file: mutation.text for mutation in mutations})
    broken = {m.file: read_yaml_files((path,), Workspace(folder)) for m, path in zip(mutations, paths, strict=True)}
    whole = Loading()
    for name in FILES:
        part = broken.get(name, shipped[name])
        whole.documents += part.documents
        whole.diagnostics += part.diagnostics
        whole.broken_ids |= part.broken_ids
    link(whole)
    return whole.diagnostics


def expected_of(mutation: Mutation) -> tuple[str, str, int, int]:
    """Return code, file, line and column of what must be found."""
    return mutation.code, mutation.file, mutation.line, mutation.column


def test_the_shipped_files_are_sound(shipped: dict[str, Loading], tmp_path: Path) -> None:
    assert find_all(shipped, (), tmp_path) == []


def test_there_are_two_hundred_mutations_of_more_than_twelve_kinds_in_most_files() -> None:
    assert len(set(MUTATIONS)) == 200
    assert {mutation.kind for mutation in MUTATIONS} == {*BREAKS}
    assert len(BREAKS) > 12
    assert len({mutation.file for mutation in MUTATIONS}) > 60
    assert len({mutation.code for mutation in MUTATIONS}) >= 15
    assert [*mutate(FILES, 200, random.Random(2026))] == MUTATIONS


@pytest.mark.parametrize("number", range(200), ids=lambda number: names(MUTATIONS[number]))
def test_a_mutation_is_found_where_it_is_and_so_is_one_in_another_file(
    number: int, shipped: dict[str, Loading], tmp_path: Path
) -> None:
    first = MUTATIONS[number]
    second = next(other for other in MUTATIONS[number - 199 :] + MUTATIONS if other.file != first.file)

    diagnostics = find_all(shipped, (first, second), tmp_path)

    found = [(d.code, *d.position) for d in diagnostics]
    assert expected_of(first) in found
    assert expected_of(second) in found
    if first.alone and second.alone:
        assert sorted(found) == sorted([expected_of(first), expected_of(second)])


@pytest.mark.parametrize("number", range(0, 200, 29), ids=lambda number: names(MUTATIONS[number]))
def test_check_finds_a_mutation_of_the_whole_workspace(number: int, tmp_path: Path) -> None:
    mutation = MUTATIONS[number]
    write(tmp_path, {name: "\n".join(lines) for name, lines in FILES.items()})
    write(tmp_path, {mutation.file: mutation.text})

    checked = check(tmp_path, (), AS_OF)

    assert checked.files == len(FILES)
    assert expected_of(mutation) in [(d.code, *d.position) for d in checked.diagnostics]


def shared(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many lines are the same before the first that differs."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def test_the_mutator_changes_one_line_or_adds_some() -> None:
    for mutation in MUTATIONS:
        before, after = FILES[mutation.file], mutation.lines
        start = shared(before, after)
        end = shared(before[start:][::-1], after[start:][::-1])

        assert before != after
        assert start + end >= len(before) - 1
        assert 1 <= mutation.column <= len(after[mutation.line - 1]) + 1
