"""Open what a command works on: the library of one curriculum, and its people."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from pydantic_core import to_json

from competency_engine.domain.curriculum import Curriculum
from competency_engine.domain.entity import PersonId
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Dossier, Population
from competency_engine.errors import UsageError
from competency_engine.loading.calibration import read_calibration
from competency_engine.loading.files import PEOPLE_FILE_SUFFIXES, find_files
from competency_engine.loading.loader import (
    Loading,
    YamlFile,
    build_library,
    content_hash,
    decode_yaml_file,
    link,
    load_population,
    read_decoded,
    refuse_errors,
)
from competency_engine.loading.snapshot import keep_snapshot, read_snapshot, snapshot_file
from competency_engine.loading.workspace import Workspace, people_files
from competency_engine.text import say


@dataclass(frozen=True)
class Session:
    """An open library with the documents it was built from, and the hash of the files that hold them."""

    workspace: Workspace
    library: Library
    loading: Loading
    library_hash: str


def open_session(root: Path, curriculum: str | None = None, kept_as: str | None = None) -> Session:
    """Return the library of ``curriculum`` (by default the only one) in the workspace at ``root``.

    What was read is kept for the next command under ``kept_as``, by default the place of ``root``.

    Raises:
        UsageError: when there is no such curriculum, or several and none was named.
        FilesInError: when a file holds an error; every error of every file is in it.
    """
    workspace = Workspace(root)
    folder = choose_folder(workspace, curriculum)
    files = [decode_yaml_file(path, workspace) for path in files_of(workspace, folder)]
    library_hash = content_hash(files)
    loading = _read_once(files, library_hash, snapshot_file(kept_as or str(root.resolve()), folder.name))
    by_key = {document.key: document for document in loading.documents}
    heads = [document.entity for document in loading.documents if isinstance(document.entity, Curriculum)]
    library = build_library(by_key, heads[0].id) if heads else None
    if library is None:
        raise UsageError(say(f"{folder.name} 里没有 curriculum 文档", f"{folder.name} holds no curriculum document"))
    return Session(workspace, library, loading, library_hash)


def _read_once(files: list[YamlFile], content: str, snapshot: Path | None) -> Loading:
    """Return the documents of ``files``, linked; those of the snapshot where it is of this content.

    Raises:
        FilesInError: when a file holds an error.
    """
    readable = not any(file.problems for file in files)
    kept = read_snapshot(snapshot, content) if snapshot and readable else None
    if kept is not None:
        return Loading(kept)
    loading = read_decoded(files)
    link(loading)
    refuse_errors(loading)
    if snapshot:
        keep_snapshot(snapshot, content, loading.documents)
    return loading


def choose_folder(workspace: Workspace, name: str | None) -> Path:
    """Return the folder of the curriculum ``name``; without a name, the only one, the user's own before the shipped.

    Raises:
        UsageError: when there is none of that name, or several and none was named.
    """
    folders = {folder.name: folder for folder in workspace.folders("curricula")}
    own = {name: folder for name, folder in folders.items() if workspace.is_own(folder, "curricula")}
    if name is None:
        candidates = own or folders
        if len(candidates) == 1:
            return next(iter(candidates.values()))
        listed = ", ".join(candidates)
        raise UsageError(
            say(
                f"有多个课程体系：{listed}；用 --curriculum 指定",
                f"there are several curricula: {listed}; name one with --curriculum",
            )
        )
    if name not in folders:
        near = get_close_matches(name, folders, n=1, cutoff=0.5)
        hint = say(f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else say("", "")
        raise UsageError(say(f"没有课程体系 {name}{hint.zh}", f"there is no curriculum {name}{hint.en}"))
    return folders[name]


def files_of(workspace: Workspace, folder: Path) -> tuple[Path, ...]:
    """Return the files of a curriculum and those of the model that it names; of all models where it names none."""
    files = find_files(folder)
    wanted = _model_named_in(files)
    models = workspace.folders("models")
    chosen = [model for model in models if wanted is not None and _holds_model(model, wanted)] or list(models)
    return (*(path for model in chosen for path in find_files(model)), *files)


def _model_named_in(files: tuple[Path, ...]) -> str | None:
    return next(filter(None, (_value_after(path, "kind: curriculum", "model:") for path in files)), None)


def _holds_model(folder: Path, model_id: str) -> bool:
    return any(_value_after(path, "kind: competency_model", "id:") == model_id for path in find_files(folder))


def _value_after(path: Path, marker: str, key: str) -> str | None:
    """Return the value of ``key`` in the document of ``path`` that holds the line ``marker``; a glance, not a parse."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    for document in text.split("\n---") if marker in text else ():
        lines = [line.strip() for line in document.splitlines()]
        if marker in lines:
            values = (line.removeprefix(key).strip().strip("\"'") for line in lines if line.startswith(key))
            return next(values, None)
    return None


def open_population(
    session: Session, people: Path | None, only: frozenset[str] | None = None, *, calibrated: bool = True
) -> tuple[Population, Loading]:
    """Return the people in ``people``, by default the workspace's, else the shipped example's; ``calibrated`` with the calibration beside them.

    Raises:
        UsageError: when the folder or file does not exist, or lists nobody.
        FilesInError: when a file of people holds an error.
    """
    root = people or session.workspace.people()
    if root.suffix in PEOPLE_FILE_SUFFIXES:
        population, loading = _population_in(session, root, only)
    else:
        population, loading = load_population(people_files(root), session.workspace, session.loading, only)
    refuse_errors(loading)
    if not population.persons and (only is None or root.suffix not in PEOPLE_FILE_SUFFIXES):
        raise UsageError(say(f"{root} 里没有学员", f"there are no people in {root}"))
    return replace(population, calibration=read_calibration(root) if calibrated else None), loading


def _population_in(session: Session, file: Path, only: frozenset[str] | None) -> tuple[Population, Loading]:
    """Return the people in a file of which each line is one complete person, and what reading it gave."""
    from competency_engine.loading.dossiers import DossierReader
    from competency_engine.loading.people_stream import file_stream, read_people

    stream = file_stream(file, session.workspace.name_of(file))
    reader = DossierReader(stream.line_format, session.library, as_of=None)
    loading = Loading()
    dossiers: dict[PersonId, Dossier] = {}
    communities: dict[str, Community] = {}
    for read in read_people(reader, stream.lines(), only):
        if not isinstance(read, Dossier):
            loading.diagnostics.extend(read)
        elif communities.setdefault(read.community.id, read.community) != read.community:
            id_ = read.community.id
            raise UsageError(
                say(f"社区 {id_} 在几行里写得不一样", f"the community {id_} is not the same in all lines that hold it")
            )
        else:
            dossiers[read.person.id] = read
    persons = {person_id: dossiers[person_id].person for person_id in sorted(dossiers)}
    population = Population(
        dict(sorted(communities.items())),
        persons,
        {person_id: dossiers[person_id].evidence for person_id in persons},
        {person_id: dossiers[person_id].sittings for person_id in persons},
        {person_id: dossiers[person_id].surveys for person_id in persons},
    )
    return population, loading


def uses_example(session: Session, people: Path | None) -> bool:
    """Return whether the people come from the shipped example because the workspace has none."""
    return people is None and not (session.workspace.root / "people").is_dir()


def person_hash(person_id: PersonId, population: Population) -> str:
    """Return the SHA-256 of all that is recorded of one person and their community, and of how it is heard."""
    person = population.persons[person_id]
    parts = [to_json(person), to_json(population.communities[person.community])]
    parts += sorted(map(to_json, population.evidence.get(person_id, ())))
    parts += sorted(map(to_json, population.sittings.get(person_id, ())))
    parts += sorted(map(to_json, population.surveys.get(person_id, ())))
    if population.calibration is not None and population.sittings.get(person_id):
        parts.append(population.calibration.hash.encode())
    return hashlib.sha256(b"\n".join(parts)).hexdigest()
