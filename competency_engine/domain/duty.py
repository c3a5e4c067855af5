"""What laws and plans of training demand of everyone in a role, whatever their gaps: training of a kind, and hours."""

from typing import Literal

from pydantic import Field

from competency_engine.domain.curriculum import Mode
from competency_engine.domain.entity import Hours, Identifier, Sourced, UnitRef
from competency_engine.text import Text

DUTY_LEVEL = 1
"""The level of its unit that a duty requires: the training was taken."""


class TrainingDuty(Sourced):
    """A duty to train that a law lays down (法定专项培训): it requires its unit of everyone it covers, before all else.

    The unit stands for the training itself; modules bring it, and how long a completion counts is theirs to say.
    """

    kind: Literal["training_duty"]
    title: Text = Field(description="名称 / Name of the duty.")
    law: Identifier = Field(description="规定它的法规 / Id of the law that lays it down.")
    article: str | None = Field(
        default=None,
        description="条号，如 第四十五条；未核到不写 / Article, as 第四十五条; omit when it is not verified.",
    )
    demands: Text = Field(description="法条要求什么，由谁负责 / What the article demands, and of whom.")
    roles: tuple[Identifier, ...] = Field(
        default=(), description="适用的角色；不写为所有 / Roles that it covers; none = every role."
    )
    unit: UnitRef
    within_months: int | None = Field(
        default=None,
        ge=1,
        le=120,
        description="任现职后几个月内完成；不写为不限 / Within how many months of appointment; none = no limit.",
    )
    active: bool = Field(
        description="是否列入计划；未核实的、不普遍适用的由主办方启用 / Whether plans heed it; what is not verified, or does not hold of everyone, is switched on by the office."
    )


class HoursRule(Sourced):
    """Hours of training that a rule asks of a calendar year; plans say whether they reach it, and are not made longer for it."""

    kind: Literal["hours_rule"]
    title: Text = Field(description="名称 / Name of the rule.")
    law: Identifier = Field(description="规定它的法规 / Id of the law or policy that lays it down.")
    article: str | None = Field(default=None, description="条号；未核到不写 / Article; omit when it is not verified.")
    hours_per_year: Hours = Field(description="每个日历年的学时 / Credit hours of a calendar year.")
    counts: tuple[Mode, ...] = Field(min_length=1, description="计入的培训方式 / Training modes that count.")
    roles: tuple[Identifier, ...] = Field(
        default=(), description="适用的角色；不写为所有 / Roles that it covers; none = every role."
    )
    active: bool = Field(
        description="是否核对；未核实的、不普遍适用的由主办方启用 / Whether plans are held against it; what is not verified, or does not hold of everyone, is switched on by the office."
    )
