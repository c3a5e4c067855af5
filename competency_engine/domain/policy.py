"""The planning policy: budgets, caps, urgencies and preferences, as an office sets them."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field

from competency_engine.domain.curriculum import Form, Mode
from competency_engine.domain.entity import Frozen, Hours, Level, Sourced
from competency_engine.text import Text

GapKind = Literal["knowledge", "quality", "ability"]
Method = Literal[
    "survey",
    "self_rating",
    "peer_rating",
    "superior_rating",
    "resident_rating",
    "test",
    "exercise",
    "work_evidence",
    "appointment",
    "certificate",
]


class Budget(Frozen):
    """Credit hours of a calendar year and the modes whose hours count against them."""

    hours_per_year: Hours = Field(description="每个日历年的学时预算 / Credit hours of a calendar year.")
    counts: tuple[Mode, ...] = Field(
        min_length=1, description="计入预算的培训方式 / Training modes that count against it."
    )


class GapKindRule(Frozen):
    """How urgent a kind of gap is and which forms of teaching suit it."""

    kind: GapKind = Field(description="knowledge 知识空白，quality 素质短板，ability 能力弱项 / Kind of gap.")
    urgency: int = Field(ge=1, le=100, description="紧迫度，整数倍权重 / Integer factor on the weight of its steps.")
    forms: tuple[Form, ...] = Field(min_length=1, description="适合的教学形式 / Forms of teaching that suit it.")
    shown_by: tuple[Method, ...] = Field(
        default=(),
        description=(
            "由哪些评估方式显示：这些方式单独看低于要求，即为此类；各类按所列次序先到先得 / "
            "Ways of asking that show it: a gap is of the first kind listed whose ways, taken alone, find it below the requirement."
        ),
    )


class TeachingForm(Frozen):
    """Prefer modules whose form suits the kind of gap that they close."""

    prefer: Literal["teaching_form"]


class SoftPrerequisites(Frozen):
    """Prefer selections that keep what topics and modules recommend."""

    prefer: Literal["soft_prerequisites"]


class FewAbsences(Frozen):
    """Prefer few modules that take the secretary away from the post."""

    prefer: Literal["few_absences"]
    modes: tuple[Mode, ...] = Field(min_length=1, description="须离岗的方式 / Modes that mean absence from the post.")


class OnlineShare(Frozen):
    """Prefer that online hours stay within a share of the plan's hours."""

    prefer: Literal["online_share"]
    percent: int = Field(ge=0, le=100, description="线上学时占比上限（%）/ Largest share of online hours, in percent.")


Preference = Annotated[TeachingForm | SoftPrerequisites | FewAbsences | OnlineShare, Discriminator("prefer")]


class Policy(Sourced):
    """Everything that an office may decide about planning."""

    kind: Literal["policy"]
    title: Text = Field(description="政策名称 / Name of the policy.")
    budget: Budget = Field(description="学时预算 / Hours budget.")
    hours_per_month: Hours = Field(description="每月学时上限 / Most credit hours in a month.")
    least_hours_per_month: float = Field(
        default=0,
        ge=0,
        le=400,
        multiple_of=0.25,
        description="计划期内每个月的学时下限 / Fewest credit hours in every month of a plan.",
    )
    most_modules_per_month: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description="每月课程门数上限；不写则不限 / Most modules in a month; none = any number.",
    )
    least_modules_per_month: int = Field(
        default=0, ge=0, le=100, description="计划期内每个月的课程门数下限 / Fewest modules in every month of a plan."
    )
    prerequisites_by: Literal["same_month", "earlier_month"] = Field(
        default="same_month",
        description=(
            "先修须在何时满足：same_month 同月在前即可，earlier_month 须在更早的月份（成对课程同月修，可互为先修） / "
            "When prerequisites must be met: at the latest earlier in the same month, or in an earlier month "
            "(partners share their month and may meet each other's)."
        ),
    )
    horizon_months: int = Field(
        default=12, ge=1, le=60, description="默认规划月数 / Months of a plan unless asked otherwise."
    )
    longest_interval_months: int = Field(
        default=2, ge=0, le=60, description="同一专题各相最长相隔月数 / Most months between the phases of one topic."
    )
    topic_done_level: Level = Field(
        default=2,
        description="单元测评达到几级即视为前置专题已修 / Assessed level from which a prerequisite topic counts as done.",
    )
    unassessed: Literal["one_below_required", "zero"] = Field(
        default="one_below_required", description="未测评的单元按什么计 / What a unit without evidence counts as."
    )
    level_certainty_percent: int = Field(
        default=50,
        ge=50,
        le=99,
        description="达到某级至少要有多大把握（%）/ A level counts as reached when this likely, in percent, or likelier.",
    )
    interval_percent: int = Field(
        default=80,
        ge=50,
        le=99,
        description="等级区间的把握（%）/ How likely the interval of a level holds the truth, in percent.",
    )
    expired_half_life_months: int = Field(
        default=12,
        ge=1,
        le=240,
        description="过期证据每过几个月力度减半 / Months in which evidence past its validity loses half of its force.",
    )
    problem_pull: int = Field(
        default=1,
        ge=1,
        le=10,
        description="所报难题涉及的单元，权重乘以几 / Integer factor on the weight of units that the person's reported problems need.",
    )
    gap_kinds: tuple[GapKindRule, ...] = Field(min_length=1, description="各类差距的规则 / Rules for the kinds of gap.")
    default_gap_kind: GapKind = Field(
        default="ability", description="未注明类别的差距 / Kind of a gap for which none is recorded."
    )
    preferences: tuple[Preference, ...] = Field(
        default=(), description="偏好，先列先比 / Preferences among plans of equal hours, compared in this order."
    )
