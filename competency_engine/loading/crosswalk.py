"""Read a crosswalk, and hold it against the two models that it joins; every problem in one run, at its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path as File

from competency_engine.diagnostics import Diagnostic, Path, Position, Related, Severity
from competency_engine.domain.crosswalk import Counterpart, Crosswalk, Mapped
from competency_engine.domain.entity import HIGHEST_LEVEL, UnitId
from competency_engine.domain.library import Library
from competency_engine.errors import UsageError, mend_first
from competency_engine.graph.crossing import Links, find_faults
from competency_engine.loading.documents import FIELD_NAMES, RawDocument
from competency_engine.loading.files import decode_yaml
from competency_engine.loading.linking import Located
from competency_engine.loading.validation import suggestion, validate_document
from competency_engine.loading.yaml_reader import read_documents
from competency_engine.text import Text, say

_CODES = {"levels": "RPL02", "join": "RPL03"}
_ONE = say("一份 kind: crosswalk 的文档", "one document of kind: crosswalk")


def read_crosswalk(path: File, name: str, first: Library | None, second: Library) -> Links:
    """Return the links of the crosswalk at ``path``, which diagnostics call ``name``.

    Args:
        path: a YAML file with one crosswalk.
        name: of the file.
        first: the model that it starts from; None = it is not at hand: its units are taken at their word, and must not be
            those of the second, for nobody could tell of which model a record speaks.
        second: the model that it leads to.

    Raises:
        UsageError: when there is no such file.
        FilesInError: with all that is wrong with it.
    """
    if not path.is_file():
        raise UsageError(say(f"没有文件 {path}", f"there is no file {path}"))
    text, problems = decode_yaml(path, name)
    found = list(problems)
    documents: tuple[RawDocument, ...] = ()
    if not problems:
        read = read_documents(text, name, FIELD_NAMES)
        found += read.diagnostics
        documents = tuple(read.documents)
    located = [_typed(document, found) for document in documents]
    if len(documents) != 1 and not found:
        found.append(_finding("FMT03", Position(name, 1, 1), _many(len(documents)), _ONE))
    for one in located:
        if one is not None:
            found += _problems(one, first, second)
    if any(problem.severity is Severity.ERROR for problem in found):
        raise mend_first(found, {name: tuple(text.split("\n"))})
    assert located[0] is not None
    links = links_of(_crosswalk(located[0]))
    return links if first is not None else {unit: to for unit, to in links.items() if unit not in second.units}


def links_of(crosswalk: Crosswalk) -> Links:
    """Return each unit that a crosswalk names with its counterparts."""
    return {mapped.unit: mapped.to for mapped in crosswalk.maps}


def _many(count: int) -> Text:
    return say(f"文件里有 {count} 份文档", f"the file holds {count} documents")


def _typed(document: RawDocument, found: list[Diagnostic]) -> Located | None:
    """Return a document as a crosswalk; None, and why, where it is none."""
    entity, problems = validate_document(document)
    found += problems
    if entity is not None and not isinstance(entity, Crosswalk):
        message = say(f"这是 {entity.kind}，不是对照表", f"this is a {entity.kind}, no crosswalk")
        found.append(_finding("FMT05", document.source_map.value(("kind",)), message, _ONE))
        return None
    return Located(entity, document.source_map) if entity is not None else None


def _crosswalk(located: Located) -> Crosswalk:
    assert isinstance(located.entity, Crosswalk)
    return located.entity


def _problems(located: Located, first: Library | None, second: Library) -> Iterator[Diagnostic]:
    crosswalk, places = _crosswalk(located), located.source_map
    for field, library in (("from_model", first), ("to_model", second)):
        written = getattr(crosswalk, field)
        if library is not None and written != library.model.id:
            message = say(
                f"{field} 是 {written}，要对照的模型是 {library.model.id}",
                f"{field} is {written}, the model to compare is {library.model.id}",
            )
            yield _finding("REF01", places.value((field,)), message, say(library.model.id, library.model.id))
    met: dict[UnitId, int] = {}
    for index, mapped in enumerate(crosswalk.maps):
        earlier = met.setdefault(mapped.unit, index)
        if earlier != index:
            yield Diagnostic(
                "RPL03",
                Severity.ERROR,
                places.value(("maps", index, "unit")),
                say(f"{mapped.unit} 列了两次", f"{mapped.unit} is mapped twice"),
                say("每个单元一项", "one entry for each unit"),
                say("并成一项，在 to 里写全", "join the entries, with all counterparts in to"),
                (Related(places.value(("maps", earlier, "unit")), say("首次列在这里", "first mapped here")),),
            )
        if first is not None:
            yield from _unknown(mapped.unit, first, ("maps", index, "unit"), located)
        elif mapped.unit in second.units and not _stays(mapped):
            yield _shared(mapped, places.value(("maps", index, "unit")))
        for place, other in enumerate(mapped.to):
            yield from _unknown(other.unit, second, ("maps", index, "to", place, "unit"), located)
    tops = (len(first.model.scale) - 1 if first is not None else HIGHEST_LEVEL, len(second.model.scale) - 1)
    for fault in find_faults(links_of(crosswalk), tops):
        where = places.value(("maps", met[fault.unit], "to", *fault.path))
        yield Diagnostic(_CODES[fault.kind], Severity.ERROR, where, *fault.texts)


def _unknown(unit: UnitId, library: Library, path: Path, located: Located) -> Iterator[Diagnostic]:
    if unit not in library.units:
        model = library.model.id
        message = say(f"模型 {model} 没有单元 {unit}", f"the model {model} has no unit {unit}")
        mend = suggestion(unit, library.units)
        yield _finding(
            "REF01", located.source_map.value(path), message, say("该模型的单元", "a unit of that model"), mend
        )


def _finding(code: str, place: Position, message: Text, expected: Text, mend: Text | None = None) -> Diagnostic:
    return Diagnostic(code, Severity.ERROR, place, message, expected, mend or say("照此改写", "write it so"))


def _stays(mapped: Mapped) -> bool:
    """Return whether the unit is the same under the same id, level by level."""
    return len(mapped.to) == 1 and mapped.to[0] == Counterpart(unit=mapped.unit)


def _shared(mapped: Mapped, place: Position) -> Diagnostic:
    return _finding(
        "RPL01",
        place,
        say(f"{mapped.unit} 也是现有模型的单元", f"{mapped.unit} is a unit of the present model too"),
        say("现有模型没有的单元", "a unit that the present model has not"),
        say(
            "同一个 id 分不清说的是哪个模型：给其中一个改 id",
            "nobody can tell of which model a record speaks: give one of the two another id",
        ),
    )
