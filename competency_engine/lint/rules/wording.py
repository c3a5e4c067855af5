"""Wording: both languages, the right punctuation, observable behaviour, nobody's personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator

from competency_engine.diagnostics import Severity
from competency_engine.domain.library import Library
from competency_engine.lint.fields import walk_phrases, walk_texts
from competency_engine.lint.rule import Check, Finding, LintContext, Rule
from competency_engine.text import Text, say

_HAN = "\u3400-\u9fff"
_HAS_HAN = re.compile(f"[{_HAN}]")
_HALF_WIDTH = re.compile(rf"(?<=[{_HAN}])[,;:?!().]|\((?=[{_HAN}])")
_FULL_WIDTH = re.compile("[，。；：？！（）、　]")
_UNOBSERVABLE = {
    "zh": re.compile("了解|理解|熟悉|掌握|懂得|知道"),
    "en": re.compile(
        r"(?:understand|know|appreciate)s?\b|(?:(?:is|be|are|becomes?|gets?) )?(?:familiar|aware)\b",
        re.IGNORECASE,
    ),
}
_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?![\dA-Za-z])")
_MOBILE_NUMBER = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_SPACES = re.compile(r"\A\s|\s\Z|\s\s")


def check_languages(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each text whose two languages are the same, or one of which is in the other language."""
    expected = say("zh 用中文，en 用英文", "Chinese in zh, English in en")
    mend = say("译成另一种语言", "translate it")
    for entity in library.entities():
        for text, path in walk_texts(entity):
            if text.zh == text.en:
                message = say(f"中英文相同：{_short(text.zh)}", f"zh and en are the same: {_short(text.zh)}")
                yield Finding(library.where(entity, *path, "en"), message, expected, mend)
                continue
            if not _HAS_HAN.search(text.zh):
                message = say(f"zh 里没有汉字：{_short(text.zh)}", f"zh has no Chinese characters: {_short(text.zh)}")
                yield Finding(library.where(entity, *path, "zh"), message, expected, mend)
            if _HAS_HAN.search(text.en):
                message = say(f"en 里有汉字：{_short(text.en)}", f"en has Chinese characters: {_short(text.en)}")
                yield Finding(library.where(entity, *path, "en"), message, expected, mend)


def check_chinese_punctuation(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each Chinese text with half-width punctuation beside a Chinese character."""
    for entity in library.entities():
        for lang, phrase, path in walk_phrases(entity):
            match = _HALF_WIDTH.search(phrase) if lang == "zh" else None
            if match is not None:
                yield Finding(
                    library.where(entity, *path),
                    say(
                        f"中文里有半角标点：{_around(phrase, match)}",
                        f"half-width punctuation in Chinese: {_around(phrase, match)}",
                    ),
                    say("，；：？！（）。", "the full-width ，；：？！（）。"),
                    say("改为全角标点", "write the full-width mark"),
                )


def check_english_punctuation(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each English text with full-width punctuation."""
    for entity in library.entities():
        for lang, phrase, path in walk_phrases(entity):
            match = _FULL_WIDTH.search(phrase) if lang == "en" else None
            if match is not None:
                yield Finding(
                    library.where(entity, *path),
                    say(
                        f"英文里有全角标点：{_around(phrase, match)}",
                        f"full-width punctuation in English: {_around(phrase, match)}",
                    ),
                    say("半角标点", "half-width punctuation"),
                    say("改为半角标点，后面加空格", "write the half-width mark and a space"),
                )


def check_observable(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each aim, definition or indicator that begins with a verb that nobody can observe."""
    for entity in library.entities():
        for lang, phrase, path in walk_phrases(entity):
            described = path[0] in ("aim", "definition", "outcomes") or "indicators" in path
            match = _UNOBSERVABLE[lang].match(phrase) if described else None
            if match is not None:
                yield Finding(
                    library.where(entity, *path),
                    say(
                        f"以“{match.group()}”开头，看不出做到没有",
                        f"begins with “{match.group()}”, which nobody can observe",
                    ),
                    say(
                        "看得见的行为，如 说出、列出、填写、主持",
                        "behaviour that shows: states, lists, fills in, chairs …",
                    ),
                    say("写出怎样看出他会了", "say how it shows that the person can do it"),
                )


def check_personal_data(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each text with what looks like an identity number or a mobile number."""
    for entity in library.entities():
        for _, phrase, path in walk_phrases(entity):
            for pattern, what in (
                (_IDENTITY_NUMBER, say("身份证号码", "an identity number")),
                (_MOBILE_NUMBER, say("手机号码", "a mobile number")),
            ):
                match = pattern.search(phrase)
                if match is not None:
                    shown = f"{match.group()[:3]}…{match.group()[-2:]}"
                    yield Finding(
                        library.where(entity, *path),
                        say(f"像是{what.zh}：{shown}", f"looks like {what.en}: {shown}"),
                        say("不含个人信息的文字", "text without personal data"),
                        say("删去号码，用岗位或代号称呼", "remove the number; name the post or a label instead"),
                    )


def check_spaces(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each text with white space at either end, or twice in a row."""
    for entity in library.entities():
        for _, phrase, path in walk_phrases(entity):
            if _SPACES.search(phrase):
                yield Finding(
                    library.where(entity, *path),
                    say(f"首尾或中间有多余空白：{phrase!r:.40}", f"stray white space: {phrase!r:.40}"),
                    say("首尾没有空白，中间不连续", "no white space at the ends, none twice in a row"),
                    say(
                        "删去多余的空白；多行文字用 >- 而不是 > 或 |",
                        "remove it; for text of several lines use >- instead of > or |",
                    ),
                )


def _short(phrase: str) -> str:
    return phrase if len(phrase) <= 30 else phrase[:29] + "…"


def _around(phrase: str, match: re.Match[str]) -> str:
    return f"…{phrase[max(match.start() - 6, 0) : match.end() + 6]}…"


def _rule(code: str, severity: Severity, title: Text, why: Text, check: Check) -> Rule:
    return Rule(code, "wording", severity, title, why, check, local=True)


RULES = (
    _rule(
        "WOR01",
        Severity.WARNING,
        say("文字有中文和英文两种", "Every text is in Chinese and in English"),
        say(
            "界面和报表两种语言都用；没有翻译的文字会原样出现在另一种语言里。",
            "Screens and reports come in both languages; a text left untranslated appears in the wrong one.",
        ),
        check_languages,
    ),
    _rule(
        "WOR02",
        Severity.WARNING,
        say("中文用全角标点", "Chinese text has full-width punctuation"),
        say(
            "半角标点在中文里挤在一起，正式文件里要逐处改。",
            "Half-width marks crowd Chinese text and have to be mended in every formal document.",
        ),
        check_chinese_punctuation,
    ),
    _rule(
        "WOR03",
        Severity.WARNING,
        say("目标、定义和指标写看得见的行为", "Aims, definitions and indicators say what can be seen"),
        say(
            "“了解”“熟悉”无法测评，两个测评人会给出两个等级。",
            "Nobody can assess “understands” or “knows”: two assessors will find two levels.",
        ),
        check_observable,
    ),
    _rule(
        "WOR04",
        Severity.ERROR,
        say("文字里没有身份证号和手机号", "No identity or mobile numbers in any text"),
        say(
            "模型和课程会公开、转发；个人信息一旦写进去就收不回来。",
            "Models and curricula are published and passed on; personal data in them cannot be taken back.",
        ),
        check_personal_data,
    ),
    _rule(
        "WOR05",
        Severity.WARNING,
        say("文字没有多余的空白", "No stray white space in texts"),
        say(
            "多余的空白看不见，却会使同名的查不到、表格对不齐。",
            "Stray white space cannot be seen, but equal names no longer match and tables do not line up.",
        ),
        check_spaces,
    ),
    _rule(
        "WOR06",
        Severity.WARNING,
        say("英文用半角标点", "English text has half-width punctuation"),
        say(
            "英文字体里没有全角标点，会显示成方框，也不能在那里换行。",
            "English fonts lack full-width marks: they show as boxes, and lines do not break at them.",
        ),
        check_english_punctuation,
    ),
)
