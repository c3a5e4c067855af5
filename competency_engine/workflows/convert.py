"""Convert a foreign curriculum into a workspace: read, refuse what nobody could complete, write all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from competency_engine.diagnostics import Diagnostic, Related, Severity
from competency_engine.errors import FilesInError
from competency_engine.graph.faults import Problem, why_invalid
from competency_engine.graph.terms import why_plan_invalid
from competency_engine.interop.curricular_courses import CsvCurriculum
from competency_engine.interop.curricular_csv import read_curricular_file
from competency_engine.interop.curricular_words import broken_term, without_term
from competency_engine.interop.curricular_workspace import workspace_files
from competency_engine.text import say
from competency_engine.workflows.init import SCHEMA_PATH
from competency_engine.workflows.new_folder import new_folder, refuse_full
from competency_engine.workflows.schema import schema_text


@dataclass(frozen=True, slots=True)
class Converted:
    """What a conversion gave: the files written, relative to the folder, the number of courses, and warnings by place."""

    written: tuple[Path, ...]
    courses: int
    warnings: tuple[Diagnostic, ...]


def convert(file: Path, target: Path) -> Converted:
    """Write the workspace of the curriculum in ``file`` into ``target`` and return what was written.

    Args:
        file: a CSV file of CurricularAnalytics.
        target: a folder that does not exist or is empty; it is made whole or not at all.

    Raises:
        UsageError: when ``target`` holds something already, or cannot be written.
        FilesInError: when the file is in error, or nobody can complete its curriculum; all that is wrong is in it.
    """
    refuse_full(target)
    reading = read_curricular_file(file, file.name)
    contradictions = _contradictions(reading.found)
    if reading.curriculum is None or contradictions:
        raise _in_error((*reading.diagnostics, *contradictions))
    files = {**workspace_files(reading.curriculum, file.name), SCHEMA_PATH.as_posix(): schema_text()}
    _write(target, files)
    written = tuple(sorted(Path(name) for name in files))
    warnings = (*reading.diagnostics, *_doubtful_terms(reading.curriculum))
    return Converted(
        written, len(reading.curriculum.courses), tuple(sorted(warnings, key=lambda found: found.sort_key))
    )


def _in_error(diagnostics: tuple[Diagnostic, ...]) -> FilesInError:
    errors = sum(found.severity is Severity.ERROR for found in diagnostics)
    message = say(f"{errors} 处错误，什么也没有写", f"{errors} errors, nothing was written")
    return FilesInError(message, tuple(sorted(diagnostics, key=lambda found: found.sort_key)), {})


def _contradictions(curriculum: CsvCurriculum | None) -> tuple[Diagnostic, ...]:
    """Return why nobody could complete ``curriculum``, as far as it was read."""
    if curriculum is None:
        return ()
    return tuple(_contradiction(problem, curriculum) for problem in why_invalid(curriculum.requisites))


def _doubtful_terms(curriculum: CsvCurriculum) -> Iterator[Diagnostic]:
    """Yield what the terms of a degree plan leave out or break; the workspace is planned by months and does not keep them."""
    if not curriculum.terms:
        return
    places = {course.id: course.position for course in curriculum.courses}
    missing = []
    for problem in why_plan_invalid(curriculum.requisites, curriculum.terms):
        if problem.edge is None:
            missing.append(problem.course)
        else:
            yield Diagnostic("SHT08", Severity.WARNING, places[problem.course], *broken_term(problem.reason))
    if missing:
        yield Diagnostic("SHT05", Severity.WARNING, places[missing[0]], *without_term(missing))


def _contradiction(problem: Problem, curriculum: CsvCurriculum) -> Diagnostic:
    places = {course.id: course for course in curriculum.courses}
    rows = tuple(
        Related(places[id_].position, say(f"{id_}：{places[id_].name}", f"{id_}: {places[id_].name}"))
        for id_ in problem.courses
    )
    return Diagnostic(
        "SHT08",
        Severity.ERROR,
        rows[0].position,
        problem.reason,
        say("有先有后、能够同时满足的先修条件", "requisites that can all hold and never lead back"),
        say(
            "删去其中一条；两门课若要同学期修，只在一门里写为严格同修",
            "remove one of them; for two courses of one term, write a strict corequisite in one of the two alone",
        ),
        rows,
    )


def _write(target: Path, files: Mapping[str, str]) -> None:
    """Write ``files`` into a new folder, all of them or none."""
    with new_folder(target) as staged:
        for name, content in files.items():
            path = staged / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8", newline="\n")
