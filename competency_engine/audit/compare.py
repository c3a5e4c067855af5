"""Two libraries compared document by document, field by field; where things stand and how they are written is no difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from competency_engine.diagnostics import Path, Position
from competency_engine.domain.entity import Entity
from competency_engine.domain.library import Library

Key = tuple[str, str]
"""Kind and id of a document."""
How = Literal["added", "removed", "changed"]
PROSE = frozenset(
    {
        "title",
        "definition",
        "aim",
        "note",
        "reason",
        "certainty",
        "sources",
        "laws",
        "outcomes",
        "summary",
        "full_title",
    }
)
"""Fields that say something to readers and nothing to the planner."""
_NOTHING: Any = object()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that differs.

    Attributes:
        path: where it stands, entries of a list by their id, level or place, as ``levels.2.title.zh``.
        old: plain value before; None also where there was none.
        new: plain value now.
        old_place: where the old value stands; None where there was none.
        new_place: where the new value stands.
    """

    path: str
    old: Any
    new: Any
    old_place: Position | None
    new_place: Position | None


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One document that was added, removed or changed; ``fields`` only where it was changed."""

    kind: str
    id: str
    how: How
    old_place: Position | None
    new_place: Position | None
    fields: tuple[FieldChange, ...] = ()

    @property
    def key(self) -> Key:
        """Its kind and id."""
        return self.kind, self.id

    @property
    def is_prose(self) -> bool:
        """Whether it says something else to readers and the same to the planner."""
        return self.how == "changed" and all(field.path.split(".")[0] in PROSE for field in self.fields)


def compare_libraries(old: Library, new: Library) -> tuple[DocumentChange, ...]:
    """Return every document that differs, in order of kind (as in `Library.entities`) and id."""
    before, after = _by_key(old), _by_key(new)
    order = {kind: rank for rank, kind in enumerate(_kinds(old, new))}
    keys = sorted(before.keys() | after.keys(), key=lambda key: (order[key[0]], key[1]))
    found = (_compare(key, before.get(key), after.get(key), old, new) for key in keys)
    return tuple(change for change in found if change is not None)


def _by_key(library: Library) -> dict[Key, Entity]:
    return {(entity.kind, entity.id): entity for entity in library.entities()}


def _kinds(old: Library, new: Library) -> list[str]:
    """Return all kinds in the order in which a library lists them, whichever of the two has some of each."""
    lists = [list(dict.fromkeys(entity.kind for entity in library.entities())) for library in (old, new)]
    merged = lists[0]
    for rank, kind in enumerate(lists[1]):
        if kind not in merged:
            behind = [merged.index(other) for other in lists[1][:rank] if other in merged]
            merged.insert(max(behind, default=-1) + 1, kind)
    return merged


def _compare(
    key: Key, before: Entity | None, after: Entity | None, old: Library, new: Library
) -> DocumentChange | None:
    old_place = old.where(before, "id") if before is not None else None
    new_place = new.where(after, "id") if after is not None else None
    if before is None or after is None:
        return DocumentChange(*key, "added" if before is None else "removed", old_place, new_place)
    if before == after:
        return None
    fields = []
    differing = _differing(before.model_dump(mode="json"), after.model_dump(mode="json"), (), (), ())
    for names, old_path, new_path, was, is_ in differing:
        fields.append(
            FieldChange(
                ".".join(map(str, names)),
                None if was is _NOTHING else was,
                None if is_ is _NOTHING else is_,
                None if was is _NOTHING else old.where(before, *old_path),
                None if is_ is _NOTHING else new.where(after, *new_path),
            )
        )
    return DocumentChange(*key, "changed", old_place, new_place, tuple(fields)) if fields else None


Differing = tuple[Path, Path, Path, Any, Any]
"""Name of the field, its path in the old and in the new document, the values."""


def _differing(old: Any, new: Any, names: Path, old_path: Path, new_path: Path) -> Iterator[Differing]:
    """Yield the smallest parts in which two plain values differ, in a fixed order."""
    if old == new:
        return
    if isinstance(old, dict) and isinstance(new, dict) and (old.keys() & new.keys() or not names):
        for name in (*old, *(name for name in new if name not in old)):
            yield from _differing(
                old.get(name, _NOTHING), new.get(name, _NOTHING), (*names, name), (*old_path, name), (*new_path, name)
            )
        return
    pairs = _paired(old, new) if isinstance(old, list) and isinstance(new, list) else None
    if pairs is None:
        yield names, old_path, new_path, old, new
        return
    for name, old_index, new_index in pairs:
        yield from _differing(
            _NOTHING if old_index is None else old[old_index],
            _NOTHING if new_index is None else new[new_index],
            (*names, name),
            old_path if old_index is None else (*old_path, old_index),
            new_path if new_index is None else (*new_path, new_index),
        )


def _paired(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[str | int, int | None, int | None]] | None:
    """Return which entries of two lists of mappings belong together: those of one id or level, else those of one place.

    None where the lists are no such lists, or differ in length and nothing names their entries: then they are values.
    """
    if not all(isinstance(entry, dict) for entry in (*old, *new)):
        return None
    for name in ("id", "level", "kind", "prefer", "unit", "module"):
        places = [_places(entries, name) for entries in (old, new)]
        if places[0] is not None and places[1] is not None:
            return _joined(places[0], places[1])
    return [(index, index, index) for index in range(len(old))] if len(old) == len(new) else None


def _places(entries: Sequence[Mapping[str, Any]], name: str) -> dict[str | int, int] | None:
    """Return the place of each entry by its ``name``; None unless each has one of its own."""
    places = {entry[name]: index for index, entry in enumerate(entries) if isinstance(entry.get(name), str | int)}
    return places if len(places) == len(entries) else None


def _joined(
    old: Mapping[str | int, int], new: Mapping[str | int, int]
) -> list[tuple[str | int, int | None, int | None]] | None:
    """Return entries by name; None where those in both stand in another order, which may mean something."""
    shared = [name for name in old if name in new]
    if shared != [name for name in new if name in old]:
        return None
    return [(name, old.get(name), new.get(name)) for name in (*old, *(name for name in new if name not in old))]
