"""Sources: cited laws are in force, and nothing claims to be surer than where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import get_args

from competency_engine.diagnostics import Related, Severity
from competency_engine.domain.entity import Certainty, Sourced
from competency_engine.domain.library import Library
from competency_engine.lint.fields import walk_phrases
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.text import say

_LAW_TITLE = re.compile(
    "《([^》]*(?:法|典|条例|规定|办法|意见|规则|细则|解释|方案|规划|章程|准则|指南|指引|通知)[^》]*)》"
)
_SUREST_FIRST: tuple[str, ...] = get_args(Certainty)


def check_repealed(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each citation of a law that is no longer in force."""
    for citation in library.citations():
        law = library.laws[citation.law]
        if law.status_on(context.as_of) == "repealed":
            successor = law.replaced_by
            yield Finding(
                library.where(citation.entity, *citation.path),
                say(
                    f"{law.id} 自 {law.repealed} 起失效" + (f"，由 {successor} 取代" if successor else ""),
                    f"{law.id} has not been in force since {law.repealed}"
                    + (f"; {successor} replaced it" if successor else ""),
                ),
                say(f"{context.as_of} 现行有效的法规", f"a law that is in force on {context.as_of}"),
                say(f"改引 {successor}，并核对内容", f"cite {successor} and check the content against it")
                if successor
                else say("改引现行的法规，或删去", "cite the law that is in force now, or remove it"),
                (Related(library.where(law, "repealed"), say("失效日期", "the date of its repeal")),),
            )


def check_not_yet_in_force(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each citation of a law that is not in force yet."""
    for citation in library.citations():
        law = library.laws[citation.law]
        if law.status_on(context.as_of) == "not_yet":
            yield Finding(
                library.where(citation.entity, *citation.path),
                say(f"{law.id} 到 {law.in_force} 才施行", f"{law.id} comes into force on {law.in_force} only"),
                say(f"{context.as_of} 已施行的法规", f"a law that is in force on {context.as_of}"),
                say("先引现行的法规，施行后再改", "cite the present law until then"),
                (Related(library.where(law, "in_force"), say("施行日期", "the date of its entry into force")),),
            )


def check_unregistered(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each law that a Chinese text names in 《》 and that the register does not hold."""
    register = {name for law in library.laws.values() for name in (law.title.zh, *law.short)}
    register |= {source.title.zh for source in library.sources.values()}
    for entity in library.entities():
        for lang, phrase, path in walk_phrases(entity):
            for title in _LAW_TITLE.findall(phrase) if lang == "zh" else ():
                if title not in register and not title.endswith(("报", "杂志", "网")):
                    near = get_close_matches(title, register, n=1)
                    yield Finding(
                        library.where(entity, *path),
                        say(f"登记册里没有《{title}》", f"the register does not hold 《{title}》"),
                        say("law 文档的 title 或 short", "the title or a short name of a law"),
                        say(f"改为《{near[0]}》", f"write 《{near[0]}》")
                        if near
                        else say(
                            "在登记册里加上它，或改用登记的名称",
                            "add it to the register, or write the name that is there",
                        ),
                    )


def check_historic_cases(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each historic case that is held against no law of today."""
    for case in library.cases.values():
        if case.era == "historic" and not case.law_check:
            yield Finding(
                library.where(case, "era"),
                say(
                    f"{case.id} 是历史做法，没有对照现行法",
                    f"{case.id} is past practice without a check against the law",
                ),
                say("law_check 至少一条", "at least one entry in law_check"),
                say("写上现行法怎么说、哪里要改", "say what today's law holds and what must be done differently"),
            )


def check_unsourced(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each document that says verified or secondary and names no source."""
    for entity in library.entities():
        if isinstance(entity, Sourced) and entity.certainty in ("verified", "secondary") and not entity.sources:
            yield Finding(
                library.where(entity, "certainty"),
                say(
                    f"{entity.id} 写着 {entity.certainty}，却没有出处",
                    f"{entity.id} says {entity.certainty} but names no source",
                ),
                say("sources 至少一个", "at least one entry in sources"),
                say(
                    "写上 sources，或改为 recalled、inferred、illustrative",
                    "name the source, or say recalled, inferred or illustrative",
                ),
            )


def check_law_dates(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each law whose dates contradict each other, or whose successor is not explained."""
    for law in library.laws.values():
        if law.repealed is not None and law.in_force is not None and law.repealed <= law.in_force:
            yield Finding(
                library.where(law, "repealed"),
                say(
                    f"{law.id} {law.repealed} 失效，{law.in_force} 才施行",
                    f"{law.id} was repealed on {law.repealed} and came into force on {law.in_force}",
                ),
                say(f"晚于 {law.in_force}", f"a date after {law.in_force}"),
                say("核对两个日期", "check the two dates"),
                (Related(library.where(law, "in_force"), say("施行日期", "in force from")),),
            )
        if law.replaced_by is not None and law.repealed is None:
            yield Finding(
                library.where(law, "replaced_by"),
                say(
                    f"{law.id} 被 {law.replaced_by} 取代，却没有失效日期",
                    f"{law.id} is replaced by {law.replaced_by} but has no date of repeal",
                ),
                say("repealed: 失效首日", "repealed: the first day on which it was no longer in force"),
                say("加上 repealed，或删去 replaced_by", "add repealed, or remove replaced_by"),
            )
        if law.replaced_by == law.id:
            yield Finding(
                library.where(law, "replaced_by"),
                say(f"{law.id} 被它自己取代", f"{law.id} is replaced by itself"),
                say("另一部法规", "another law"),
                say("写上取代它的法规，或删去", "name the law that replaced it, or remove this"),
            )


def check_certainty(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each document that claims to be surer than the surest source it names."""
    for entity in library.entities():
        if isinstance(entity, Sourced) and entity.sources:
            surest = min((library.sources[id_].certainty for id_ in entity.sources), key=_SUREST_FIRST.index)
            if _SUREST_FIRST.index(entity.certainty) < _SUREST_FIRST.index(surest):
                yield Finding(
                    library.where(entity, "certainty"),
                    say(
                        f"{entity.id} 写着 {entity.certainty}，出处最高只是 {surest}",
                        f"{entity.id} says {entity.certainty}; its surest source is {surest}",
                    ),
                    say(f"不高于 {surest}", f"{surest} or less sure"),
                    say("降低可信程度，或补上更可靠的出处", "say so, or name a surer source"),
                    tuple(
                        Related(
                            library.where(source, "certainty"),
                            say(f"{source.id}：{source.certainty}", f"{source.id}: {source.certainty}"),
                        )
                        for source in (library.sources[id_] for id_ in dict.fromkeys(entity.sources))
                    ),
                )


RULES = (
    Rule(
        "SRC01",
        "sources",
        Severity.ERROR,
        say("引用的法规现行有效", "Cited laws are in force"),
        say(
            "依失效的法规讲课，学员会照旧规定办事，办出来的事不合法。",
            "Whoever is taught a repealed law will act on it, and act unlawfully.",
        ),
        check_repealed,
    ),
    Rule(
        "SRC02",
        "sources",
        Severity.WARNING,
        say("引用的法规已经施行", "Cited laws have come into force"),
        say(
            "尚未施行的法规还不能作为办事依据，现在仍按旧规定办。",
            "A law that is not in force yet is no ground to act on; the present one still applies.",
        ),
        check_not_yet_in_force,
    ),
    Rule(
        "SRC03",
        "sources",
        Severity.WARNING,
        say("说核实过的内容写明出处", "What claims to be verified names its source"),
        say(
            "没有出处的“核实”无从复核，读者会把草稿当作官方内容。",
            "Without a source nobody can check the claim, and a draft is taken for the official text.",
        ),
        check_unsourced,
        local=True,
    ),
    Rule(
        "SRC04",
        "sources",
        Severity.ERROR,
        say("法规的日期前后一致", "The dates of a law agree with each other"),
        say(
            "引用是否有效按这些日期判断；日期矛盾，失效的法规就查不出来。",
            "These dates decide whether a citation is valid; where they disagree, a repealed law goes unnoticed.",
        ),
        check_law_dates,
        local=True,
    ),
    Rule(
        "SRC05",
        "sources",
        Severity.WARNING,
        say("内容不比出处更可信", "Nothing is surer than its sources"),
        say(
            "从示例或推算得来的内容，不会因为抄了一遍就变成核实过的。",
            "What comes from a draft or an inference does not become verified by being copied.",
        ),
        check_certainty,
    ),
    Rule(
        "SRC06",
        "sources",
        Severity.WARNING,
        say("文字里点名的法规都在登记册里", "Every law that a text names stands in the register"),
        say(
            "不在登记册里的法规没有人核对施行日期，修改或废止了也查不出谁在引用。",
            "Nobody checks the dates of a law outside the register, and nobody learns who cites it when it changes.",
        ),
        check_unregistered,
    ),
    Rule(
        "SRC07",
        "sources",
        Severity.WARNING,
        say("历史案例对照现行法", "A historic case is held against the law of today"),
        say(
            "照搬过去的做法可能违反今天的法律；教历史案例，要同时教今天该怎样做。",
            "Past practice may be unlawful today; whoever teaches it teaches beside it what must be done now.",
        ),
        check_historic_cases,
        local=True,
    ),
)
