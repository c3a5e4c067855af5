"""200 broken spreadsheets: each gives a clear answer, quickly, and none is imported by halves."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from competency_engine.errors import UsageError
from tests.interop.mutator import ANY, SAME, Mutant, mutants
from tests.interop.office import codes, draw_rows, expected, files_in, held, run, settle

MUTANTS = mutants(200)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[f"{m.name}-{m.seed}" for m in MUTANTS])
def test_a_broken_sheet_gives_a_clear_answer(mutant: Mutant, tmp_path: Path) -> None:
    folder = tmp_path / "people" if mutant.kind == "roster" else settle(tmp_path / "people")
    before = files_in(folder)
    path = tmp_path / f"填{mutant.suffix}"
    path.write_bytes(mutant.content)
    began = time.monotonic()
    try:
        result = run(path, folder)
    except UsageError:
        assert mutant.answer == ANY
        assert files_in(folder) == before
        return
    assert time.monotonic() - began < 10
    if result.errors:
        assert files_in(folder) == before
        assert all(d.message.zh and d.expected.zh and d.mend.zh for d in result.diagnostics)
        result.marked_copy("zh")
    if mutant.answer == SAME:
        assert result.errors == ()
        found, wanted = held(folder), expected(mutant.kind, draw_rows(mutant.kind, mutant.seed))
        assert {table: found[table] for table in wanted} == wanted
    elif mutant.answer != ANY:
        errors = codes(result)
        assert mutant.answer in [code for code, _ in errors], [str(d.message.en) for d in result.diagnostics]
        if mutant.cell:
            assert (mutant.answer, mutant.cell) in errors
