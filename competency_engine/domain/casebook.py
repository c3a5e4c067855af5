"""The casebook: what others have done, and the problems that come up again and again."""

from typing import Annotated, Literal

from pydantic import Field

from competency_engine.domain.entity import Frozen, Identifier, Sourced, TaughtLevel, TopicRef, UnitRef
from competency_engine.text import Text

Era = Literal["current", "historic"]


class LawCheck(Frozen):
    """What today's law says of one thing that was done in a case."""

    law: Identifier = Field(description="对照的现行法规 / Id of the law in force to compare with.")
    article: str | None = Field(
        default=None,
        description="条号，如 第三十四条；未核到不写 / Article, as 第三十四条; omit when it is not verified.",
    )
    finding: Text = Field(
        description="对照结论：可以照做、须改之处 / What may be done likewise and what must be done differently."
    )


class Case(Sourced):
    """What one community or office did about a problem, as far as the source tells, ready to be taught."""

    kind: Literal["case"]
    title: Text = Field(description="案例名称 / Name of the case.")
    place: Text = Field(description="哪个社区或单位，不写人名 / Which community or office; never a person.")
    era: Era = Field(
        description="current 可照现行做法讲，historic 历史做法，须对照现行法 / Practice of today, or of the past to be taught against today's law."
    )
    context: Text = Field(description="背景 / The situation.")
    problem: Text = Field(description="要解决什么问题 / The problem to be solved.")
    actors: tuple[Text, ...] = Field(min_length=1, description="谁参与，只写身份 / Who took part, by their function.")
    steps: tuple[Text, ...] = Field(min_length=1, description="做法，按先后 / What was done, in order.")
    figures: tuple[Text, ...] = Field(
        default=(),
        description="材料给出的数字，照录；没有就不写 / Numbers as the source gives them; none if it gives none.",
    )
    result: Text = Field(
        description="结果；材料未载就写明未载 / What came of it; say so where the source does not tell."
    )
    transfer: tuple[Text, ...] = Field(
        min_length=1, description="移植条件：具备什么才能照做 / What must be given before others can do likewise."
    )
    law_check: tuple[LawCheck, ...] = Field(default=(), description="对照现行法规 / Compared with the law in force.")
    questions: tuple[Text, ...] = Field(min_length=2, description="讨论题 / Questions to discuss.")
    units: tuple[UnitRef, ...] = Field(min_length=1, description="体现的单元和技能 / Units and skills that it shows.")
    topics: tuple[TopicRef, ...] = Field(default=(), description="可用于的专题 / Topics in which it is taught.")


class Problem(Sourced):
    """A problem that many communities have (高频问题), with what solving it takes."""

    kind: Literal["problem"]
    number: Annotated[int, Field(ge=1, le=999, description="序号 / Number in the office's list.")]
    title: Text = Field(description="问题 / The problem, as residents would say it.")
    signs: tuple[Text, ...] = Field(
        min_length=1, description="怎样算是这个问题 / How to tell that this is the problem."
    )
    needs: dict[UnitRef, TaughtLevel] = Field(
        min_length=1, description="解决它要用到的单元和等级 / Units, with the level, that solving it takes."
    )
    first_steps: tuple[Text, ...] = Field(
        min_length=1, description="今天就能做的前几步 / The first steps, which can be taken today."
    )
    mistakes: tuple[Text, ...] = Field(default=(), description="常见错误做法 / What is often done wrongly.")
    cases: tuple[Identifier, ...] = Field(default=(), description="谁解决过：案例的 id / Ids of cases that solved it.")
    laws: tuple[Identifier, ...] = Field(default=(), description="依据的法规 / Laws and policies that govern it.")
