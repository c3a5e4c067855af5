"""Training that a law demands of everyone in a role, whatever their gaps."""

from typing import Literal

from pydantic import Field

from competency_engine.domain.entity import Identifier, ModuleRef, Sourced, UnitRef
from competency_engine.text import Text


class TrainingDuty(Sourced):
    """A duty to train that a law lays down (法定专项培训): everyone it covers takes one of its modules in time."""

    kind: Literal["training_duty"]
    title: Text = Field(description="名称 / Name of the duty.")
    law: Identifier = Field(description="规定它的法规 / Id of the law that lays it down.")
    article: str = Field(min_length=1, description="条号，如 第四十五条 / Article, as 第四十五条.")
    demands: Text = Field(description="法条要求什么，由谁负责 / What the article demands, and of whom.")
    roles: tuple[Identifier, ...] = Field(
        default=(), description="适用的角色；不写为所有 / Roles that it covers; none = every role."
    )
    unit: UnitRef
    modules: tuple[ModuleRef, ...] = Field(
        min_length=1, description="修其中一门即算完成 / Modules of which one fulfils it."
    )
    every_months: int | None = Field(
        default=None,
        ge=1,
        le=120,
        description="几个月内要再修；法条未定、主办方也未定就不写，修过一次即可 / After how many months it is due again; none = once.",
    )
    active: bool = Field(
        description="是否列入计划；未核实的条款由主办方核对后再启用 / Whether plans heed it; what is not verified is switched on by the office."
    )
