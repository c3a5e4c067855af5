"""Streams of people: each line with its number, whatever its length, in little memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from competency_engine.domain.people import Dossier
from competency_engine.errors import UsageError
from competency_engine.loading.dossiers import MAX_LINE_BYTES, parse_dossier
from competency_engine.loading.people_stream import json_lines_stream, population_stream
from tests.worlds.build import people


def lines_of(folder: Path, content: bytes) -> list[tuple[int, bytes, int]]:
    (folder / "a.jsonl").write_bytes(content)
    stream = json_lines_stream(folder / "a.jsonl", "a.jsonl")
    lines = [tuple(line) for line in stream.lines()]
    assert stream.size == len(content)
    return lines


def test_lines_keep_their_numbers_past_blank_ones(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf{}\r\n\n  \n[]\n{}"
    assert lines_of(tmp_path, content) == [(1, b"{}\r\n", 7), (4, b"[]\n", 14), (5, b"{}", 16)]


def test_an_endless_line_takes_little_memory_and_hides_no_other(tmp_path: Path) -> None:
    content = b"{}\n" + b"x" * (20 * MAX_LINE_BYTES) + b"\n[]\n"
    (tmp_path / "a.jsonl").write_bytes(content)
    stream = json_lines_stream(tmp_path / "a.jsonl", "a.jsonl")
    tracemalloc.start()
    lines = [(line.number, line.content[:2], len(line.content), line.end) for line in stream.lines()]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert lines == [
        (1, b"{}", 3, 3),
        (2, b"xx", MAX_LINE_BYTES + 1, len(content) - 3),
        (3, b"[]", 3, len(content)),
    ]
    assert peak < 6 * MAX_LINE_BYTES


def test_a_file_that_cannot_be_read_is_a_wrong_request(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it is no ordinary file"):
        json_lines_stream(tmp_path, "a.jsonl")
    with pytest.raises(UsageError, match="it is no ordinary file"):
        json_lines_stream(tmp_path / "none.jsonl", "a.jsonl")


def test_a_population_streams_as_the_lines_that_would_give_it() -> None:
    population = people([{"unit": "BAS-1", "level": 2}], facts={"homes": 3})
    (line,) = population_stream(population, "people").lines()
    dossier = parse_dossier(line.content)
    assert isinstance(dossier, Dossier)
    assert dossier.population.persons == population.persons
    assert dossier.population.communities == population.communities
    assert dossier.population.evidence == population.evidence
