"""The competency model: scale, domains, units, roles, and the rules that tie them to a community."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from competency_engine.domain.entity import (
    Frozen,
    Identifier,
    Level,
    Sourced,
    TaughtLevel,
    UnitRef,
)
from competency_engine.text import Text


class ScaleLevel(Frozen):
    """One step of the proficiency scale (ISO/IEC 20006-2: proficiency level)."""

    level: Level
    title: Text = Field(description="等级名称 / Name of the level.")
    autonomy: Text = Field(description="自主性 / How independently the person acts.")
    complexity: Text = Field(description="复杂度 / How difficult the matters are.")
    influence: Text = Field(description="影响范围 / How far the person's work reaches.")
    evidence: Text = Field(description="典型证据 / What typically proves it.")


class Tier(Frozen):
    """A priority class of domains; tiers are planned strictly in the order in which they stand."""

    id: Identifier
    title: Text = Field(description="层级名称 / Name of the tier.")


class PublishedCounts(Frozen):
    """Numbers that the programme has published; `check` compares them with the files."""

    base_units: int | None = Field(default=None, ge=0, description="基本能力单元数 / Number of base capability units.")
    base_topics: int | None = Field(default=None, ge=0, description="基本能力专题数 / Number of base topics.")
    includes_political: bool = Field(
        default=False,
        description="上述数字是否含政治能力 / Whether these numbers include the political units and topics.",
    )


class CompetencyModel(Sourced):
    """The head of a competency model (CASE: CFDocument)."""

    kind: Literal["competency_model"]
    title: Text = Field(description="模型名称 / Name of the model.")
    description: Text | None = Field(default=None, description="说明 / What the model is for.")
    scale: tuple[ScaleLevel, ...] = Field(
        min_length=2, description="熟练度量表，自低到高 / Proficiency scale, lowest first."
    )
    tiers: tuple[Tier, ...] = Field(min_length=1, description="层级，先列先排 / Tiers, planned in this order.")
    published_counts: PublishedCounts = Field(
        default=PublishedCounts(), description="已公布的数量 / Published numbers, checked against the files."
    )


class Domain(Sourced):
    """A group of units (CASE: CFItem with isChildOf)."""

    kind: Literal["domain"]
    title: Text = Field(description="能力域名称 / Name of the domain.")
    tier: Identifier = Field(description="所属层级 / Tier of the domain.")


class UnitLevel(Frozen):
    """What a person at this level can be seen to do."""

    level: TaughtLevel
    indicators: tuple[Text, ...] = Field(description="行为指标 / Observable behaviour indicators.")


PREREQUISITES_BIND_FROM = 3
"""Level from which a unit's prerequisites bind a step; below it they are free."""


class UnitPrerequisite(Frozen):
    """Another unit that must be held before this one is raised to level 3 or above."""

    unit: UnitRef
    level: TaughtLevel


class Unit(Sourced):
    """A capability unit or a practical skill (CASE: CFItem)."""

    kind: Literal["unit"]
    domain: Identifier = Field(description="所属能力域 / Domain of the unit.")
    title: Text = Field(description="单元名称 / Name of the unit.")
    definition: Text = Field(description="定义 / What the unit means.")
    levels: tuple[UnitLevel, ...] = Field(description="各级行为指标 / Behaviour indicators, level by level.")
    prerequisites: tuple[UnitPrerequisite, ...] = Field(
        default=(),
        description="单元前置：升到3级及以上之前须满足 / Units that must be held before a step to level 3 or above.",
    )
    weight: int = Field(default=1, ge=1, le=100, description="权重，整数 / Integer weight of one missing step.")
    laws: tuple[Identifier, ...] = Field(default=(), description="依据的法规 / Laws and policies that govern it.")


class MonthsInPost(Frozen):
    """A span of whole months since appointment: at_least ≤ months < below."""

    at_least: int = Field(ge=0, description="满几个月起 / From how many whole months in post.")
    below: int | None = Field(
        default=None, ge=1, description="不满几个月；不写为不限 / Below how many months; none = no limit."
    )


class Role(Sourced):
    """A stage of the post with the levels that it requires."""

    kind: Literal["role"]
    title: Text = Field(description="角色名称 / Name of the role.")
    months_in_post: MonthsInPost | None = Field(
        default=None, description="任现职月数范围；聘任身份不写 / Months in post; omit for a role by appointment."
    )
    requires: dict[UnitRef, TaughtLevel] = Field(description="各单元的要求等级 / Required level of each unit.")
    floor: dict[UnitRef, TaughtLevel] = Field(
        default_factory=dict,
        description="政治底线：先于一切满足的等级 / Political floor: levels met before anything else.",
    )
    skill_level: TaughtLevel = Field(
        description="被触发技能的要求等级 / Level required of a skill that a rule switches on."
    )
    urgent_skill_level: TaughtLevel = Field(description="紧急时的要求等级 / Level required of a skill that is urgent.")


class CommunityType(Sourced):
    """A type of community; a community may be of several."""

    kind: Literal["community_type"]
    title: Text = Field(description="社区类型名称 / Name of the type.")


class CommunityFact(Sourced):
    """A fact that an office can state of a community."""

    kind: Literal["community_fact"]
    title: Text = Field(description="事实名称 / Name of the fact.")
    type: Literal["boolean", "integer", "percent", "date", "choice"] = Field(
        description="取值类型 / Type of its value."
    )
    choices: tuple[Identifier, ...] = Field(default=(), description="choice 的可选值 / Values of a choice.")


FactValue = bool | int | float | str


class TypeIs(Frozen):
    """The community is of one of these types."""

    community_type: tuple[Identifier, ...] = Field(
        min_length=1, description="社区类型之一 / One of these community types."
    )


class FactIs(Frozen):
    """A fact compared with exactly one bound; a fact that is not stated never satisfies it."""

    fact: Identifier = Field(description="社区事实的 id / Id of the community fact.")
    equals: FactValue | None = Field(default=None, description="等于 / Equal to.")
    one_of: tuple[Identifier, ...] | None = Field(default=None, description="属于其一 / One of these choices.")
    at_least: float | None = Field(default=None, description="不小于 / At least.")
    at_most: float | None = Field(default=None, description="不大于 / At most.")
    within_days: int | None = Field(
        default=None,
        ge=0,
        le=36_500,
        description="日期已过或在若干天内 / The date is past or at most so many days after the as-of date.",
    )


class EveryCondition(Frozen):
    """All parts hold."""

    all: tuple["Condition", ...] = Field(min_length=1, description="全部满足 / Every part must hold.")


class AnyCondition(Frozen):
    """One part holds."""

    any: tuple["Condition", ...] = Field(min_length=1, description="满足其一 / One part is enough.")


class Always(Frozen):
    """Holds of every community."""

    always: Literal[True] = Field(description="所有社区 / Every community.")


_CONDITION_TYPES: dict[str, type] = {
    "community_type": TypeIs,
    "fact": FactIs,
    "all": EveryCondition,
    "any": AnyCondition,
    "always": Always,
}


def _tag(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((key for key in _CONDITION_TYPES if key in value), None)
    return next((key for key, kind in _CONDITION_TYPES.items() if isinstance(value, kind)), None)


Condition = Annotated[
    Annotated[TypeIs, Tag("community_type")]
    | Annotated[FactIs, Tag("fact")]
    | Annotated[EveryCondition, Tag("all")]
    | Annotated[AnyCondition, Tag("any")]
    | Annotated[Always, Tag("always")],
    Discriminator(
        _tag,
        custom_error_type="condition_shape",
        custom_error_message="expected one of: community_type, fact + a comparison, all, any, always",
    ),
]


class ContextRule(Sourced):
    """What a community's types and facts switch on, raise, or make urgent."""

    kind: Literal["context_rule"]
    title: Text = Field(description="规则名称 / Name of the rule.")
    when: Condition = Field(description="条件 / The condition on the community.")
    activates: tuple[UnitRef, ...] = Field(
        default=(), description="启用的实操技能 / Practical skills that it switches on."
    )
    urgent: bool = Field(
        default=False, description="是否紧急：触发最小包 / Urgent: triggers the skills' minimum packs."
    )
    deadline: Identifier | None = Field(
        default=None, description="以哪个日期事实为期限 / Date fact that is the deadline of the urgent skills."
    )
    raises: dict[UnitRef, TaughtLevel] = Field(
        default_factory=dict, description="把要求等级提高到 / Required levels that it raises to at least these."
    )
