"""Documents → YAML that every tool reads alike: words plain where that is safe and quoted elsewhere."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

Fields: TypeAlias = Mapping[str, object]
_PLAIN = re.compile(r"[A-Za-z\u4e00-\u9fff][\w-]*")
_MEANINGFUL = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
_WIDTH = 110


def document(kind: str, id_: str, fields: Fields, comment: str = "") -> str:
    """Return one document; ``comment`` is a line that stands above its id.

    >>> print(document("unit", "12", {"title": {"zh": "一", "en": "no: one"}, "weight": 2.0}), end="")
    kind: unit
    id: "12"
    title: {zh: 一, en: "no: one"}
    weight: 2
    """
    lines = [f"kind: {kind}", *([comment] if comment else []), f"id: {_flow(id_)}"]
    for key, value in fields.items():
        lines += _entry(key, value)
    return "".join(f"{line}\n" for line in lines)


def file_text(documents: Iterable[str], models: str) -> str:
    """Return a file of ``documents``; ``models`` is the way from its folder to that of the models, where editors find the schema."""
    schema = f"# yaml-language-server: $schema={models}/schema/competency-engine.schema.json\n"
    return schema + "---\n".join(documents)


def _entry(key: str, value: object) -> list[str]:
    """Return the lines of one key: its value on the same line, or entry by entry where that is long."""
    flow = _flow(value)
    if isinstance(value, Mapping) and len(flow) > _WIDTH:
        return [f"{key}:", *(f"  {_flow(name)}: {_flow(part)}" for name, part in value.items())]
    if isinstance(value, list) and len(flow) > _WIDTH:
        return [f"{key}:", *(f"  - {_flow(part)}" for part in value)]
    return [f"{key}: {flow}"]


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_flow(name)}: {_flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.casefold() not in _MEANINGFUL
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:.10g}"
    raise TypeError(f"no YAML for {type(value).__name__}")
