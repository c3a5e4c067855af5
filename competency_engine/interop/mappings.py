"""What an office calls its columns: `mappings.yaml` in the folder of people, and what ``--map`` adds to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from competency_engine.diagnostics import Diagnostic, Position, Severity
from competency_engine.errors import UsageError
from competency_engine.interop.columns import LEFT_OUT, is_personal, shorten
from competency_engine.interop.forms import Forms, normalise_header
from competency_engine.loading.files import decode_yaml
from competency_engine.loading.workspace import MAPPINGS_FILE
from competency_engine.text import Text, say

_IGNORE = frozenset((LEFT_OUT, "ignore", "忽略"))
_HEAD = "# 表头: 字段；ignore 表示这一列不读。import --map 会在末尾添加。 / header: field; ignore = not read. import --map adds lines.\n"


@dataclass(frozen=True)
class Mappings:
    """By normalised header the field that it names, and what is wrong in the file."""

    fields: Mapping[str, str]
    diagnostics: tuple[Diagnostic, ...] = ()


def read_mappings(folder: Path, name: str, forms: Forms) -> Mappings:
    """Return the mappings of the folder of people; none where there is no file.

    Args:
        folder: the folder of people.
        name: the name by which diagnostics call the file.
        forms: which fields there are.
    """
    path = folder / MAPPINGS_FILE
    if not path.is_file():
        return Mappings({})
    from competency_engine.loading.yaml_reader import read_documents

    text, problems = decode_yaml(path, name)
    if problems:
        return Mappings({}, problems)
    result = read_documents(text, name, frozenset())
    fields: dict[str, str] = {}
    diagnostics = list(result.diagnostics)
    for document in result.documents:
        pairs = document.value if isinstance(document.value, dict) else {}
        if not pairs and document.value is not None:
            diagnostics.append(
                _wrong(document.source_map.value(()), say("这不是“表头: 字段”", "this is not header: field"), forms)
            )
        for header, wanted in pairs.items():
            field = _resolve(str(wanted), forms)
            if field is None or is_personal(normalise_header(header)):
                diagnostics.append(_wrong(document.source_map.value((header,)), _cannot(header, str(wanted)), forms))
            else:
                fields[normalise_header(header)] = field
    return Mappings(fields, tuple(diagnostics))


def parse_mappings(pairs: Sequence[str], forms: Forms) -> dict[str, str]:
    """Return the mappings in ``pairs``, each as ``header=field``: by header as written, the field.

    Raises:
        UsageError: when a pair has no ``=``, names no field, or would take personal data for something else.
    """
    found: dict[str, str] = {}
    for pair in pairs:
        header, sign, wanted = pair.rpartition("=")
        field = _resolve(wanted, forms)
        if not sign or not header.strip():
            raise UsageError(say(f"--map {pair} 应写成 表头=字段", f"--map {pair} should be HEADER=FIELD"))
        if field is None or (is_personal(normalise_header(header)) and field != LEFT_OUT):
            message, hint = _cannot(header, wanted), _near(wanted, forms)
            raise UsageError(say(f"{message.zh}{hint.zh}", f"{message.en}{hint.en}"))
        found[header.strip()] = field
    return found


def extended_text(folder: Path, name: str, added: Mapping[str, str], forms: Forms) -> str | None:
    """Return the text of the mappings file with ``added`` at its end; None when it says all of it already.

    Why lines at the end: whatever the office wrote there, comments too, stays as it is.

    Raises:
        UsageError: when the file maps one of the headers to another field.
    """
    known = read_mappings(folder, name, forms).fields
    lines = []
    for header, field in added.items():
        before = known.get(normalise_header(header))
        if before is not None and before != field:
            raise UsageError(
                say(
                    f"{name} 已把“{header}”对应到 {before}，请在那里改",
                    f"{name} maps {header} to {before}; change it there",
                )
            )
        if before is None:
            lines.append(
                f"{json.dumps(header, ensure_ascii=False)}: {'ignore' if field == LEFT_OUT else json.dumps(field, ensure_ascii=False)}\n"
            )
    if not lines:
        return None
    path = folder / MAPPINGS_FILE
    text = path.read_text(encoding="utf-8-sig") if path.is_file() else _HEAD
    return text + ("" if text.endswith("\n") or not text else "\n") + "".join(lines)


def _resolve(wanted: str, forms: Forms) -> str | None:
    """Return the field that ``wanted`` names in some form, by id or title."""
    if wanted.strip() in _IGNORE:
        return LEFT_OUT
    for form in forms.forms:
        if wanted.strip() in form.by_id:
            return wanted.strip()
    names = (form.by_name.get(normalise_header(wanted)) for form in forms.forms)
    return next(filter(None, names), None)


def _cannot(header: str, wanted: str) -> Text:
    if is_personal(normalise_header(header)):
        return say(
            f"“{shorten(header)}”是个人信息，不能对应到字段", f"{shorten(header)} is personal data and cannot be mapped"
        )
    return say(f"没有 {shorten(wanted)} 这个字段", f"there is no field {shorten(wanted)}")


def _near(wanted: str, forms: Forms) -> Text:
    names = sorted({name for form in forms.forms for field in form.fields[:60] for name in (field.id, field.title.zh)})
    near = get_close_matches(wanted, names, n=1)
    return say(f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else say("", "")


def _wrong(place: Position, message: Text, forms: Forms) -> Diagnostic:
    fixed = ", ".join(dict.fromkeys(field.id for form in forms.forms for field in form.fields[:5]))
    return Diagnostic(
        "SHT03",
        Severity.ERROR,
        place,
        message,
        say(
            f"字段，如 {fixed}；单元、题目、社区事实的 id；或 ignore",
            f"a field such as {fixed}; the id of a unit, item or fact; or ignore",
        ),
        say("改正或删去这一行", "mend or delete the line"),
    )
