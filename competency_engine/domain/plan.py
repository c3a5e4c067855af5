"""A study plan as it leaves the planner: complete, in the words of the library, ready to show or to store."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from competency_engine.domain.entity import Frozen, ModuleId, Month, PersonId, UnitId
from competency_engine.domain.policy import GapKind
from competency_engine.text import Text

StageStatus = Literal["optimal", "feasible"]
PlanStatus = Literal["optimal", "feasible", "infeasible"]
ChangeCause = Literal[
    "as_planned", "under_way", "month_passed", "month_closed", "rescheduled",
    "needed", "completed", "not_in_curriculum", "out_of_reach", "not_needed", "displaced",
]  # fmt: skip
Cause = Literal["floor_unmet", "budget", "unreachable"]


class PlannedGap(Frozen):
    """A unit held below its required level."""

    unit: UnitId
    held: int = Field(description="现有等级 / Level held.")
    assumed: bool = Field(
        description="现有等级是否为推定 / True when there is no valid evidence and the policy decided."
    )
    required: int = Field(description="要求等级 / Level required.")
    decided_by: str = Field(description="由哪个角色或规则决定 / Role or context rule that asks most.")
    kind: GapKind = Field(description="差距类别 / Kind of gap.")
    urgent: bool = Field(description="是否紧急 / Whether an urgent fact triggers it.")
    deadline: dt.date | None = Field(description="期限 / Deadline of an urgent gap.")
    reached: int = Field(description="按计划达到的等级 / Level that the plan reaches.")


Outcome = Literal["true", "false", "unknown"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found of one plan in a file.

    Attributes:
        line: where the plan stands in its file, from 1.
        person: whose plan it is.
        outcome: whether the plan is what it says; unknown where what it was made from is not at hand.
        proven: whether it carries a proof of its hours that the checker accepts.
        found: what is wrong with it, or why nothing can be said.
    """

    line: int
    person: PersonId
    outcome: Outcome
    proven: bool = False
    found: tuple[Text, ...] = ()


class Rise(Frozen):
    """A unit raised by a step."""

    unit: UnitId
    before: int
    after: int


ReasonKind = Literal["closes_gap", "needed_by", "pair_of", "under_way", "planned_before", "fills_month"]


class Reason(Frozen):
    """Why a step is in the plan."""

    kind: ReasonKind = Field(description="理由种类 / Kind of reason.")
    unit: UnitId | None = Field(default=None, description="补哪个单元 / Unit whose gap it closes.")
    level: int | None = Field(default=None, description="补到几级 / Level that it closes.")
    module: ModuleId | None = Field(
        default=None, description="为哪门课程所需 / Module that needs it or is paired with it."
    )
    decided_by: str | None = Field(default=None, description="哪条规则要求 / Role or context rule that requires it.")


class Step(Frozen):
    """One module of the plan."""

    number: int = Field(description="序号 / Position in the plan, from 1.")
    month: Month = Field(description="月份 / Month, as 2027-01.")
    module: ModuleId
    hours: float = Field(description="学时 / Credit hours.")
    rises: tuple[Rise, ...] = Field(description="等级变化 / Levels before and after.")
    reasons: tuple[Reason, ...] = Field(description="理由 / Why it is here.")


class OpenGoal(Frozen):
    """A missing step that the plan leaves open."""

    unit: UnitId
    level: int = Field(description="未达到的等级 / Level that stays open.")
    cause: Cause = Field(
        description=(
            "原因：floor_unmet 预算容不下的底线，budget 预算或日历容不下，unreachable 够不到 / "
            "Cause: a mandatory level or any other that budget and calendar cannot hold, or out of reach."
        )
    )
    blocked_by: tuple[str, ...] = Field(
        default=(), description="够不到时缺什么 / What is missing when it is out of reach."
    )


class PlannedStage(Frozen):
    """What one stage of the optimisation reached and what was proven of it."""

    name: str = Field(description="阶段 / Stage.")
    value: int = Field(description="计划达到的值 / Value reached; hours in quarters of a credit hour.")
    bound: int = Field(description="证明的界 / Proven bound; equal to the value when optimal.")
    status: StageStatus


class HoursProof(Frozen):
    """That the goals which a plan closes take its hours at the least, step by step; `planning/certificate.py` checks it.

    Steps name modules by their place among all module ids in ascending order.
    """

    quarter_hours: int = Field(ge=0, description="证明的最少学时（四分之一学时） / Fewest quarter credit hours.")
    steps: tuple[int, ...] = Field(description="证明步骤 / Steps of the proof.")
    seal: str = Field(description="与问题绑定的 SHA-256 / SHA-256 that binds the steps to one problem.")


class Change(Frozen):
    """What became of one module when an earlier plan was made anew."""

    module: ModuleId
    kind: Literal["kept", "moved", "new", "dropped"] = Field(description="变动 / What became of it.")
    before: Month | None = Field(default=None, description="原月份 / Month in the earlier plan.")
    after: Month | None = Field(default=None, description="新月份 / Month now.")
    cause: ChangeCause = Field(description="原因 / Why.")


class Credited(Frozen):
    """Hours already completed that count against the budget of one calendar year."""

    year: int = Field(description="日历年 / Calendar year.")
    hours: float = Field(description="学时 / Credit hours.")


class HoursCheck(Frozen):
    """The hours that one rule asks of a calendar year, and those that are planned and completed in it."""

    rule: str = Field(description="学时规则的 id / Id of the hours rule.")
    year: int = Field(description="日历年 / Calendar year.")
    required: float = Field(description="要求的学时 / Hours that it asks.")
    hours: float = Field(description="计划和已完成的学时 / Hours planned and completed.")


class Plan(Frozen):
    """A verified study plan of one person."""

    person: PersonId
    role: str = Field(description="角色 / Role on the as-of date.")
    as_of: dt.date = Field(description="基准日期 / Date on which gaps were assessed.")
    start: Month = Field(description="首月 / First month.")
    months: int = Field(ge=1, le=60, description="月数 / Months of the horizon.")
    hours_per_year: float = Field(ge=0, description="每年学时预算 / Hours budget of a calendar year.")
    credited: tuple[Credited, ...] = Field(
        default=(),
        description="各年已完成、计入预算的学时 / Hours already completed that count against the budget, by calendar year.",
    )
    hours_rules: tuple[HoursCheck, ...] = Field(
        default=(),
        description="与启用的学时规则对照；差额由集体学习等补足 / Held against the hours rules in force; what is short comes from group study and the like.",
    )
    status: PlanStatus = Field(description="optimal 各阶段均已证明最优 / optimal when every stage is proven.")
    hours: float = Field(description="总学时 / Credit hours of all steps.")
    gaps: tuple[PlannedGap, ...]
    steps: tuple[Step, ...]
    open_goals: tuple[OpenGoal, ...]
    stages: tuple[PlannedStage, ...]
    certificate: HoursProof | None = Field(
        default=None,
        description="学时最少的证明，预算等限制不起作用时才有 / Proof of the fewest hours; only where no limit binds.",
    )
    changes: tuple[Change, ...] = Field(
        default=(), description="与原计划相比的变动 / What changed against an earlier plan; none without one."
    )
    risks: tuple[str, ...] = Field(description="触发的紧急最小包 / Ids of the urgent packs that apply.")
    inputs: dict[str, str] = Field(description="输入的指纹 / SHA-256 of each input.")
