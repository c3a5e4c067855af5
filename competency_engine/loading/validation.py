"""From raw values to typed documents; every violation becomes a diagnostic at its own place."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from competency_engine.diagnostics import Diagnostic, Path, Severity
from competency_engine.domain.entity import MONTH_PATTERN, Entity
from competency_engine.loading.documents import DOCUMENT_TYPES, ENTITY_TYPES, FIELD_NAMES, RawDocument, build_entity
from competency_engine.loading.slips import find_slip_in_key
from competency_engine.text import Text, say

_TYPE_NAMES = {
    "int_type": say("整数", "a whole number"),
    "int_from_float": say("整数", "a whole number"),
    "float_type": say("数字", "a number"),
    "string_type": say("文字", "text"),
    "bool_type": say("true 或 false", "true or false"),
    "tuple_type": say("列表 […]", "a list […]"),
    "list_type": say("列表 […]", "a list […]"),
    "dict_type": say("键值对 {…}", "a mapping {…}"),
    "model_type": say("键值对 {…}", "a mapping {…}"),
    "model_attributes_type": say("键值对 {…}", "a mapping {…}"),
    "dataclass_type": say("键值对 {…}", "a mapping {…}"),
}
_SCALARS = ("bool", "int", "float", "str")
_MAPPINGS = ("dict_type", "model_type", "model_attributes_type")
_MOST_CANDIDATES = 2000
_DATE = say("日期，如 2026-11-21", "a date such as 2026-11-21")
_SHAPES = {
    "requirement_shape": say(
        "以下之一：unit 与 level、module、topic、all、any、at_least 与 of",
        "one of: unit and level, module, topic, all, any, at_least and of",
    ),
    "condition_shape": say(
        "以下之一：community_type、fact 与一个比较、all、any、always",
        "one of: community_type, fact and one comparison, all, any, always",
    ),
}


def validate_document(document: RawDocument) -> tuple[Entity | None, tuple[Diagnostic, ...]]:
    """Return the typed document, or None with every reason why it is none."""
    value = document.value
    if not isinstance(value, dict):
        return None, (_not_a_mapping(document),)
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in ENTITY_TYPES:
        return None, (_bad_kind(document, kind, present="kind" in value),)
    try:
        return build_entity(kind, value), ()
    except ValidationError as error:
        return None, explain_violations(document, kind, error)


def explain_violations(document: RawDocument, kind: str, error: ValidationError) -> tuple[Diagnostic, ...]:
    """Return every violation of the type of ``kind`` in ``error``, each at its place in ``document``."""
    found = (_translate(document, kind, detail) for detail in error.errors(include_url=False))
    return tuple(diagnostic for diagnostic in found if diagnostic is not None)


def suggestion(name: str, candidates: Any, likeness: float = 0.6) -> Text | None:
    """Return "did you mean …" with the nearest of ``candidates``, or None when none is near.

    ``likeness`` is the least ratio of `difflib.SequenceMatcher`: higher where candidates are but guesses.

    Why a limit: comparing one misspelt name with those of 680,000 people takes seconds.
    """
    if len(candidates) > _MOST_CANDIDATES:
        return None
    near = get_close_matches(name, sorted(candidates), n=1, cutoff=likeness)
    return say(f"是不是想写 {near[0]}？", f"did you mean {near[0]}?") if near else None


def show_value(value: Any) -> str:
    """Return ``value`` as a reader would write it, shortened."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    text = str(value).replace("\n", " ")
    return text if len(text) <= 40 else text[:39] + "…"


def named_ids(value: Any) -> Iterator[str]:
    """Yield every id that a document gives itself or its parts, also under a misspelt key of its own."""
    if isinstance(value, dict) and "id" not in value:
        unknown = {key.casefold(): key for key in value if key not in FIELD_NAMES}
        near = get_close_matches("id", unknown, n=1)
        if near and isinstance(value[unknown[near[0]]], str):
            yield value[unknown[near[0]]]
    yield from _named_within(value)


def _named_within(value: Any) -> Iterator[str]:
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        yield value["id"]
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _named_within(part)


def _diagnostic(
    document: RawDocument, code: str, path: Path, texts: tuple[Text, Text, Text], *, at_key: bool = False
) -> Diagnostic:
    where = document.source_map.key(path) if at_key else document.source_map.value(path)
    return Diagnostic(code, Severity.ERROR, where, *texts)


def _not_a_mapping(document: RawDocument) -> Diagnostic:
    return _diagnostic(
        document,
        "FMT03",
        (),
        (
            say(
                f"文档不是键值对，而是 {show_value(document.value)}",
                f"the document is not a mapping but {show_value(document.value)}",
            ),
            say("以 kind: 和 id: 开头的键值对", "a mapping that begins with kind: and id:"),
            say("在文档开头写上 kind: 和 id:", "begin the document with kind: and id:"),
        ),
    )


def _bad_kind(document: RawDocument, kind: Any, *, present: bool) -> Diagnostic:
    kinds = ", ".join(ENTITY_TYPES)
    expected = say(f"以下之一：{kinds}", f"one of: {kinds}")
    if not present:
        texts = (say("缺少必填项 kind", "kind is missing"), expected, say("加上 kind: …", "add kind: …"))
        return _diagnostic(document, "FMT01", (), texts)
    mend = suggestion(str(kind), ENTITY_TYPES) or say("改为其中之一", "write one of these")
    found = show_value(kind)
    texts = (say(f"没有 {found} 这种文档", f"there is no kind of document {found}"), expected, mend)
    return _diagnostic(document, "FMT05", ("kind",), texts)


def _translate(document: RawDocument, kind: str, detail: Any) -> Diagnostic | None:
    error, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    loc = detail["loc"]
    path = _path_in_document(document, loc[:-1] if error == "missing" else loc, value)
    if error in ("missing", "union_tag_not_found"):
        name = str(loc[-1]) if error == "missing" else context["discriminator"].strip("'")
        return _missing(document, kind, path, name)
    if error == "extra_forbidden":
        return _unknown_key(document, kind, path)
    if loc[-1:] == ("[key]",):
        return _diagnostic(document, "FMT04", path, _bad_value(error, context, show_value(path[-1])), at_key=True)
    name = show_value(next((part for part in reversed(path) if isinstance(part, str)), kind))
    if error in _TYPE_NAMES:
        return _wrong_type(document, path, name, detail)
    if error in ("literal_error", "union_tag_invalid"):
        return _not_allowed(document, path, name, value, context)
    if error in _SHAPES:
        texts = (
            say(f"{name} 里的这一项不成形", f"this entry of {name} has no known shape"),
            _SHAPES[error],
            say("写成其中一种形状", "write it in one of these shapes"),
        )
        return _diagnostic(document, "FMT06", path, texts)
    if error == "too_short" and isinstance(value, list | dict) and len(value) >= context.get("min_length", 0):
        return None
    return _diagnostic(document, "FMT04", path, _bad_value(error, context, show_value(value), name))


def _path_in_document(document: RawDocument, loc: tuple[int | str, ...], found: Any) -> Path:
    """Return the path at which ``found`` stands in the file.

    Why a search: ``loc`` also names branches of unions, and these are called like keys (``unit``, ``all``, ``fact``).
    """
    ways: dict[Path, int] = {(): 0}
    for part in loc:
        onward: dict[Path, int] = {}
        for path, skipped in ways.items():
            for longer, cost in (((*path, part), skipped), (path, skipped + 1)):
                if longer == path or document.source_map.holds(longer):
                    onward[longer] = min(cost, onward.get(longer, cost))
        ways = onward
    return max(ways, key=lambda path: (_holds_at(document.value, path, found), path[-1:] == loc[-1:], -ways[path]))


def _holds_at(value: Any, path: Path, found: Any) -> bool:
    for part in path:
        if isinstance(value, list) and isinstance(part, int):
            value = value[part]
        elif isinstance(value, dict):
            value = value.get(part)
        else:
            return False
    return bool(value == found)


def _missing(document: RawDocument, kind: str, path: Path, name: str) -> Diagnostic:
    texts = (
        say(f"缺少必填项 {name}", f"{name} is missing"),
        _described(kind, name),
        say(f"加上 {name}: …", f"add {name}: …"),
    )
    return _diagnostic(document, "FMT01", path, texts)


def _wrong_type(document: RawDocument, path: Path, name: str, detail: Any) -> Diagnostic | None:
    error, value, branch = detail["type"], detail["input"], detail["loc"][-1]
    if error in _MAPPINGS and isinstance(value, str):
        slip = _slip_below_key(document, path, value)
        if slip is not None:
            return slip
    expected, mend = _TYPE_NAMES[error], _mend_type(error, value)
    if detail.get("ctx", {}).get("class_name") == Text.__name__ and isinstance(value, str):
        expected = say("两种语言：{zh: …, en: …}", "both languages: {zh: …, en: …}")
        written = f"{{zh: {show_value(value)}, en: …}}"
        mend = say(f"写成 {written}", f"write {written}")
    if branch in _SCALARS and not document.source_map.holds(detail["loc"]):
        if branch != _SCALARS[0]:
            return None
        expected = say("文字、数字、true 或 false", "text, a number, true or false")
        mend = say("写一个值", "write one value")
    message = (
        say(f"{name} 是空的", f"{name} is empty")
        if value is None
        else say(
            f"{name} 的值 {show_value(value)} 类型不对", f"the value {show_value(value)} of {name} has the wrong type"
        )
    )
    return _diagnostic(document, "FMT03", path, (message, expected, mend))


def _slip_below_key(document: RawDocument, path: Path, value: str) -> Diagnostic | None:
    """Return the slip of a mapping with one entry, on the line below its key, whose colon is wrong."""
    place = document.source_map.value(path)
    return find_slip_in_key(value, place) if path and place.line > document.source_map.key(path).line else None


def _described(kind: str, name: str) -> Text:
    field = DOCUMENT_TYPES[kind].model_fields.get(name)
    if field is None or not field.description or " / " not in field.description:
        return say(f"{name}: 值", f"{name}: value")
    chinese, english = field.description.split(" / ", 1)
    return say(f"{name}：{chinese}", f"{name}: {english}")


def _unknown_key(document: RawDocument, kind: str, path: Path) -> Diagnostic:
    name = show_value(path[-1])
    candidates = DOCUMENT_TYPES[kind].model_fields if len(path) == 1 else FIELD_NAMES
    likeness = 0.6 if len(path) == 1 else 0.78
    near = suggestion(name, candidates, likeness) if name not in candidates else None
    mend = near or say("删去它，或改为已有的键", "remove it, or use a key that exists")
    if near is None and " " in str(path[-1]):
        mend = say(
            '这是前一个值的后半句：值里有逗号，要加引号："…"',
            'this is the rest of the value before it: a value with a comma needs quotes: "…"',
        )
    keys = ", ".join(DOCUMENT_TYPES[kind].model_fields) if len(path) == 1 else "…"
    texts = (
        say(f"{kind} 没有 {name} 这个键", f"{kind} has no key {name}")
        if len(path) == 1
        else say(f"这里没有 {name} 这个键", f"there is no key {name} here"),
        say(f"已有的键：{keys}", f"known keys: {keys}")
        if len(path) == 1
        else say("已有的键（见 docs/format.md）", "a known key (see docs/format.md)"),
        mend,
    )
    return _diagnostic(document, "FMT02", path, texts, at_key=True)


def _mend_type(error: str, value: Any) -> Text:
    if value is None:
        return say("写上值，或删去这个键", "write a value, or remove the key")
    if error == "string_type" and isinstance(value, list | dict):
        return say("写一个值，不要括号", "write one value, without brackets")
    if error == "string_type":
        return say(f'加上引号："{show_value(value)}"', f'quote it: "{show_value(value)}"')
    if error in ("int_type", "float_type", "int_from_float"):
        return say("写成不带引号的数字", "write a number without quotes")
    if error in ("tuple_type", "list_type"):
        return say("用 [ ] 括起来，或每项一行以 - 开头", "put it in [ ], or one item a line, each after a -")
    if error == "bool_type":
        return say("写 true 或 false", "write true or false")
    return say("写成“键: 值”", "write key: value")


def _not_allowed(document: RawDocument, path: Path, name: str, value: Any, context: dict[str, Any]) -> Diagnostic:
    raw = str(context.get("expected") or context.get("expected_tags"))
    allowed = [part.strip("'") if "'" in part else part.lower() for part in raw.replace(" or ", ", ").split(", ")]
    if isinstance(value, dict):
        name = "prefer"
        value = value.get(name)
        path = (*path, name) if document.source_map.holds((*path, name)) else path
    shown = show_value(value)
    mend = suggestion(shown, allowed) or say("改为其中之一", "write one of these")
    listed = ", ".join(allowed)
    texts = (
        say(f"{name} 不能是 {shown}", f"{name} cannot be {shown}"),
        say(f"以下之一：{listed}", f"one of: {listed}"),
        mend,
    )
    return _diagnostic(document, "FMT05", path, texts)


def _bad_value(error: str, context: dict[str, Any], shown: Any, name: str = "") -> tuple[Text, Text, Text]:
    message = say(
        f"{name or '键'} 的值 {shown} 不合规" if name else f"键 {shown} 不是合法的标识",
        f"the value {shown} of {name} is not valid" if name else f"the key {shown} is not a valid identifier",
    )
    if error == "string_pattern_mismatch" and context["pattern"] == MONTH_PATTERN:
        expected = say("月份，如 2027-03", "a month such as 2027-03")
    elif error in ("string_pattern_mismatch", "string_too_long"):
        expected = say(
            "字母、汉字、数字、- 和 _，不超过64个字符", "letters of any script, digits, - and _, at most 64 characters"
        )
    elif error.startswith("date"):
        expected = _DATE
    elif error == "multiple_of":
        expected = say(f"{context['multiple_of']} 的倍数", f"a multiple of {context['multiple_of']}")
    elif error == "string_too_short":
        message = say(f"{name} 是空的", f"{name} is empty")
        expected = say("文字", "text")
    elif error == "too_short":
        expected = say(f"至少 {context['min_length']} 项", f"at least {context['min_length']}")
    else:
        bounds = {
            "greater_than": (">", "gt"),
            "greater_than_equal": ("≥", "ge"),
            "less_than": ("<", "lt"),
            "less_than_equal": ("≤", "le"),
        }
        sign, key = bounds.get(error, ("", ""))
        bound = f"{sign} {context[key]:g}" if key in context else error
        expected = say(bound, bound)
    return message, expected, say("改为符合要求的值", "write a value that fits")
