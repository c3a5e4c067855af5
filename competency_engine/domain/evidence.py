"""What is known of people's levels: the instruments that ask, the scores that they gave, and levels that were settled."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from competency_engine.domain.competency import Unit
from competency_engine.domain.entity import (
    Entity,
    Frozen,
    Hours,
    Identifier,
    Level,
    PersonRef,
    Sourced,
    TaughtLevel,
    UnitId,
    UnitRef,
)
from competency_engine.domain.policy import GapKind, Method
from competency_engine.text import Text

Importance = Annotated[int, Field(ge=1, le=5, description="重要度 / How important a unit is.")]
Score = Annotated[int, Field(ge=0, le=10, description="评分 / A score.")]


class Item(Frozen):
    """One question of a test, or one thing that an observer looks for; it asks for one level of one unit."""

    id: Identifier
    unit: UnitRef
    level: TaughtLevel
    points: int = Field(default=1, ge=1, le=10, description="满分 / Highest score; the lowest is 0.")
    text: Text | None = Field(default=None, description="题目或观察点 / The question, or what to look for.")
    answer: Text | None = Field(default=None, description="参考答案 / What counts as right.")


class Instrument(Sourced):
    """A source of evidence (评估工具): how it asks, how long its answers count, what they can prove, and how far to trust them.

    A rating instrument gives a level of a unit. An instrument with items gives a score of each item. The fields from
    ``expected_bias`` on are where the estimation of its biases starts from; docs/evidence.md states the model.
    """

    kind: Literal["instrument"]
    title: Text = Field(description="名称 / Name of the instrument.")
    method: Method = Field(
        description=(
            "survey 需求调研，self_rating 自评，peer_rating 互评，superior_rating 领导点评，resident_rating 群众测评，test 知识测验，"
            "exercise 情景演练，work_evidence 工作佐证，appointment 任职，certificate 证书 / How it asks."
        )
    )
    validity_months: int = Field(
        ge=1, le=240, description="有效月数，过后证据减力、应重测 / Months for which a score keeps its force."
    )
    proves_up_to: Level
    weight: float = Field(
        default=1, gt=0, le=1, description="力度，1为全部 / Share of its force that the office lets it have; 1 = all."
    )
    lowest: int = Field(default=0, ge=0, le=9, description="评分的最低分 / Lowest score of a rating.")
    highest: int | None = Field(
        default=None,
        ge=1,
        le=10,
        description="评分的最高分；不写为量表的最高级 / Highest score of a rating; none = the top of the scale.",
    )
    expected_bias: float = Field(
        default=0,
        ge=-3,
        le=3,
        description="预计偏高几级，负数为偏低 / Levels by which it is expected to lie above the truth.",
    )
    bias_spread: float = Field(
        default=0.3,
        gt=0,
        le=3,
        description="对上一项的把握（标准差，级） / How sure that is: a standard deviation, in levels.",
    )
    noise: float = Field(
        default=0.5,
        gt=0,
        le=5,
        description="单次评分的散布（逻辑分布的尺度，级） / Scatter of one score: scale of a logistic, in levels.",
    )
    raters_differ: float = Field(
        default=0,
        ge=0,
        le=3,
        description="评分者之间松紧之差（标准差，级）；0为不分评分者 / Spread of the raters' own bias, in levels; 0 = no raters.",
    )
    guessing: float = Field(default=0, ge=0, lt=1, description="猜对的可能 / Chance to be right by guessing.")
    cost_hours: Hours = Field(
        description="测一个人一个单元要多少小时 / Hours that it takes for one person and one unit."
    )
    items: tuple[Item, ...] = Field(default=(), description="题目 / Its items, where it has any.")
    checklist_of: tuple[UnitRef, ...] = Field(
        default=(),
        description=(
            "以这些单元的行为指标为观察点，每点0、1、2分；观察点的标识如 MAS-1-3-2（单元、等级、第几条） / "
            "Units whose indicators it looks for, each scored 0, 1 or 2; the item MAS-1-3-2 is the second indicator of level 3."
        ),
    )


def items_of(instrument: Instrument, units: Mapping[UnitId, Unit]) -> dict[str, Item]:
    """Return the items of ``instrument`` by id, those of its checklist after its own; empty for a rating instrument."""
    items = {item.id: item for item in instrument.items}
    for unit in filter(units.__contains__, instrument.checklist_of):
        for level in units[unit].levels:
            for number, indicator in enumerate(level.indicators, start=1):
                id_ = f"{unit}-{level.level}-{number}"
                items.setdefault(id_, Item(id=id_, unit=unit, level=level.level, points=2, text=indicator))
    return items


def score_ranges(instrument: Instrument, units: Mapping[UnitId, Unit], top_level: int) -> dict[str, tuple[int, int]]:
    """Return the lowest and highest score of all that ``instrument`` scores: its items, else every unit."""
    items = items_of(instrument, units)
    if items:
        return {id_: (0, item.points) for id_, item in items.items()}
    highest = top_level if instrument.highest is None else instrument.highest
    return dict.fromkeys(units, (instrument.lowest, highest))


class EvidenceRecord(Frozen):
    """A level of one unit as an office settled it; it stands until it expires or another is settled."""

    unit: UnitRef
    level: Level
    date: dt.date = Field(description="评定日期 / Date of the assessment.")
    valid_until: dt.date | None = Field(
        default=None, description="有效期至（含当日）/ Last day on which it counts; none = no limit."
    )
    gap_kind: GapKind | None = Field(
        default=None, description="差距类别 / Kind of the gap, where the assessor saw one."
    )


class Sitting(Frozen):
    """What one instrument gave of one person at one time: scores of units or, where it has items, of its items."""

    source: Identifier = Field(description="评估工具 / Id of the instrument.")
    date: dt.date = Field(description="日期 / Date.")
    rater: Identifier | None = Field(
        default=None,
        description="评分者代号，不写姓名 / Label of the rater, never a name; none = the instrument itself, or unknown.",
    )
    valid_until: dt.date | None = Field(
        default=None,
        description="有效期至；不写按评估工具 / Last day of its full force; otherwise the instrument says.",
    )
    scores: dict[Identifier, Score] = Field(description="评分，按单元或题目 / The score of each unit or item.")


class Survey(Frozen):
    """What one person answered in the needs survey, beside the self-ratings."""

    date: dt.date = Field(description="填写日期 / Date.")
    importance: dict[UnitRef, Importance] = Field(
        default_factory=dict, description="各单元的重要度1—5 / Importance of units, 1 to 5."
    )
    problems: tuple[Identifier, ...] = Field(
        default=(),
        max_length=3,
        description="近一年最难的事，最多三件 / Ids of the worst problems of the year, three at most.",
    )


class Evidence(Entity):
    """What was recorded of one person; several documents of one person add up."""

    kind: Literal["evidence"]
    person: PersonRef
    records: tuple[EvidenceRecord, ...] = Field(default=(), description="评定的等级 / Levels that were settled.")
    sittings: tuple[Sitting, ...] = Field(default=(), description="各来源的评分 / Scores from all sources.")
    surveys: tuple[Survey, ...] = Field(default=(), description="需求调研的回答 / Answers to needs surveys.")
