"""What the sources say of people → Document: levels with their uncertainty, and the scores behind them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from competency_engine.assessment.gaps import Assessment, Held
from competency_engine.assessment.heard import Heard
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.reports.document import Document, Notes, Table, joined, same
from competency_engine.text import Text, say

if TYPE_CHECKING:
    from competency_engine.assessment.fusion import Fused, FusedLevel

METHODS: dict[str, Text] = {
    "survey": say("需求调研", "survey"),
    "self_rating": say("自评", "self-rating"),
    "peer_rating": say("互评", "peer rating"),
    "superior_rating": say("领导点评", "superior's rating"),
    "resident_rating": say("群众测评", "residents' rating"),
    "test": say("知识测验", "test"),
    "exercise": say("情景演练", "exercise"),
    "work_evidence": say("工作佐证", "work evidence"),
    "appointment": say("任职推定", "post"),
    "certificate": say("证书", "certificate"),
}
UNHEARD: dict[str, Text] = {
    "later": say("基准日之后", "after the date of reference"),
    "superseded": say("同一评分者后来又评过", "the same rater scored again"),
    "before_training": say("在培训之前，其后已有新的评分", "before training, and scored again after it"),
    "expired": say("过期已久", "long past its validity"),
    "unknown": say("评估工具或题目已不存在", "its instrument or item is gone"),
}


def basis_of(held: Held) -> Text:
    """Return in a few words what the held level of a unit rests on."""
    if held.evidence is not None:
        return say(f"{held.evidence.date} 评定", f"assessed {held.evidence.date}")
    if held.assumed:
        if held.retest:
            date = held.expired.date if held.expired is not None else held.fused.latest if held.fused else None
            return say(f"{date} 的评定已过期，应重测", f"evidence of {date} has expired; test again")
        return say("未测评，按政策推定", "not assessed; assumed by the policy")
    if held.fused is None or not held.fused.valid:
        return say("已修课程", "completed modules")
    ways = joined((METHODS[method] for method in held.fused.alone), "、", ", ")
    sure = sure_of(held.fused)
    text = say(f"{ways.zh}；{sure.zh}", f"{ways.en}; {sure.en}")
    if held.unproven is None:
        return text
    return say(
        f"{text.zh}，但证据最高只能证明 {held.fused.proven_up_to} 级",
        f"{text.en}, but the evidence proves {held.fused.proven_up_to} at most",
    )


def sure_of(level: FusedLevel) -> Text:
    """Return how sure the likely level is; below level 1, how unsure level 1 is."""
    chance = percent(level.chance_of(max(level.likely, 1)))
    if level.likely == 0:
        return say(f"达到 1 级的把握只有 {chance}", f"only {chance} sure of 1")
    return say(f"达到 {level.likely} 级的把握 {chance}", f"{chance} sure of {level.likely}")


def percent(chance: float) -> str:
    """Return a chance in whole percent; never 0 % or 100 % of what is neither.

    >>> percent(0.999)
    '99%'
    """
    if 0 < chance < 1:
        return f"{min(99, max(1, round(100 * chance)))}%"
    return f"{round(100 * chance)}%"


_WORDS = (
    say(
        "“推定”是把握达到政策所定的最高级；“把握”是达到该级的概率（推定 0 级的，是达到 1 级的概率）；“采用”不高于证据所能证明的等级，? 为政策推定",
        "“Likely” is the highest level that is as sure as the policy asks; “sure” is the chance of reaching it (of reaching 1, where it is 0); “counts as” is no higher than the evidence can prove; ? = assumed by the policy",
    ),
    say(
        "“效力”是一次评分还有多少分量：过了有效期逐月减弱",
        "“Force” is how much of its weight a score still has: past its validity it fades month by month",
    ),
)


def levels_document(fused: Fused, assessment: Assessment, library: Library, unit: str | None) -> Document:
    """Return what the sources say of one person, or of one unit with every score that bears on it."""
    person = assessment.person.id
    levels = {id_: level for id_, level in fused.levels.items() if unit is None or id_ == unit}
    summary = Notes(
        None,
        (
            say(
                f"基准日 {assessment.as_of}；听取 {_count(fused.heard)} 份评分",
                f"As of {assessment.as_of}; {_count(fused.heard)} sittings heard",
            ),
            _WORDS[0],
            *(() if unit is None else (_WORDS[1],)),
            *(() if levels else (say("基准日前没有可听取的评分", "No score by this date can be heard"),)),
        ),
    )
    columns = (
        say("单元", "Unit"),
        say("名称", "Title"),
        say("推定", "Likely"),
        say("把握", "Sure"),
        say("区间", "Interval"),
        say("采用", "Counts as"),
        say("各来源单独看", "Each source alone"),
        say("有效", "Valid"),
    )
    rows = tuple(_level_row(level, assessment.held[id_], library) for id_, level in levels.items())
    blocks: list[Notes | Table] = [summary, Table(say("等级", "Levels"), columns, rows)]
    if unit is not None:
        blocks.append(_scores_table(UnitId(unit), fused.heard, library))
    data = {
        "person": person,
        "as_of": assessment.as_of.isoformat(),
        "levels": [level_data(level) for level in levels.values()],
        "scores": [entry for id_ in levels for entry in _scores_data(id_, fused.heard, library)],
    }
    return Document(say(f"{person} 的证据", f"Evidence on {person}"), tuple(blocks), data)


def _count(heard: Iterable[Heard]) -> int:
    return sum(one.unheard is None for one in heard)


def _level_row(level: FusedLevel, held: Held, library: Library) -> tuple[Text, ...]:
    alone = joined((say(f"{METHODS[m].zh} {k}", f"{METHODS[m].en} {k}") for m, k in level.alone.items()), "、", ", ")
    return (
        same(level.unit),
        library.units[level.unit].title,
        same(level.likely),
        same(percent(level.chance_of(max(level.likely, 1)))),
        say(f"{interval(level)}（{percent(level.mass)}）", f"{interval(level)} ({percent(level.mass)})"),
        same(f"{held.level}{'?' if held.assumed else ''}"),
        alone,
        say("是", "yes") if level.valid else say("否，应重测", "no, test again"),
    )


def interval(level: FusedLevel) -> str:
    """Return the interval of a level, as 1–3, or 2 where it is one level."""
    return f"{level.low}–{level.high}" if level.low < level.high else str(level.low)


def level_data(level: FusedLevel) -> dict[str, Any]:
    """Return one fused level as plain data."""
    return {
        "unit": level.unit,
        "likely": level.likely,
        "chance": level.chance_of(level.likely),
        "low": level.low,
        "high": level.high,
        "mass": level.mass,
        "proven_up_to": level.proven_up_to,
        "level": level.level,
        "valid": level.valid,
        "latest": level.latest.isoformat(),
        "chances": list(level.chances),
        "alone": dict(level.alone),
    }


def _scores_table(unit: UnitId, heard: Iterable[Heard], library: Library) -> Table:
    columns = (
        say("来源", "Source"),
        say("评分者", "Rater"),
        say("日期", "Date"),
        say("评的是", "Scored"),
        say("评分", "Score"),
        say("效力", "Force"),
        say("不听取的原因", "Why it is not heard"),
    )
    rows = []
    for one in heard:
        for key, score, reason in one.scores_of(unit, library):
            title = one.instrument.title if one.instrument is not None else same(one.sitting.source)
            force = percent(0 if reason else one.force)
            why = UNHEARD[reason] if reason else same("")
            rows.append(
                (title, same(one.sitting.rater or ""), same(one.sitting.date), same(key), same(score), same(force), why)
            )
    return Table(say("评分", "Scores"), columns, tuple(rows))


def _scores_data(unit: UnitId, heard: Iterable[Heard], library: Library) -> list[dict[str, Any]]:
    return [
        {
            "unit": unit,
            "source": one.sitting.source,
            "rater": one.sitting.rater,
            "date": one.sitting.date.isoformat(),
            "scored": key,
            "score": score,
            "force": 0.0 if reason else round(one.force, 4),
            "unheard": reason,
        }
        for one in heard
        for key, score, reason in one.scores_of(unit, library)
    ]
