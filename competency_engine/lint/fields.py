"""Every value of a document with its path, whatever the kind of document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel

from competency_engine.diagnostics import Path
from competency_engine.domain.curriculum import Module, UrgentPack
from competency_engine.domain.entity import Entity
from competency_engine.domain.requirement import Requirement
from competency_engine.text import Text

_LANGUAGES: tuple[Literal["zh", "en"], ...] = ("zh", "en")


def walk_values(value: Any, path: Path = ()) -> Iterator[tuple[Any, Path]]:
    """Yield ``value`` and all that it holds, each with its path, outer values first."""
    yield value, path
    if isinstance(value, Text):
        return
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from walk_values(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from walk_values(item, (*path, key))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from walk_values(item, (*path, index))


def walk_texts(entity: Entity) -> Iterator[tuple[Text, Path]]:
    """Yield every bilingual text of ``entity`` with its path."""
    for value, path in walk_values(entity):
        if isinstance(value, Text):
            yield value, path


def walk_phrases(entity: Entity) -> Iterator[tuple[Literal["zh", "en"], str, Path]]:
    """Yield every text of ``entity`` in each language: the language, the phrase, and its path."""
    for text, path in walk_texts(entity):
        for lang in _LANGUAGES:
            yield lang, text.in_language(lang), (*path, lang)


def normalised(phrase: str) -> str:
    """Return ``phrase`` without differences of white space and case."""
    return " ".join(phrase.split()).casefold()


def requirement_lists(entity: Entity) -> Iterator[tuple[tuple[Requirement, ...], Path]]:
    """Yield every list of requirements that ``entity`` writes, with its path."""
    if isinstance(entity, Module):
        yield entity.requires, ("requires",)
        yield entity.recommends, ("recommends",)
    elif isinstance(entity, UrgentPack):
        for index, step in enumerate(entity.steps):
            yield step.requires, ("steps", index, "requires")
