"""What every YAML document shares: a kind, an id, and where its content comes from."""

from typing import Annotated, Literal, NewType

from pydantic import BaseModel, ConfigDict, Field

from competency_engine.text import Text

UnitId = NewType("UnitId", str)
TopicId = NewType("TopicId", str)
ModuleId = NewType("ModuleId", str)
PersonId = NewType("PersonId", str)

# The length stands apart from the pattern, because a pattern that counts letters of all scripts is slow to compile.
_ID = Field(pattern=r"^[\w][\w-]*$", max_length=64)
Identifier = Annotated[
    str,
    _ID,
    Field(
        description="标识：字母、汉字、数字、- 和 _，不超过64个字符 / Identifier: letters of any script, digits, - and _, at most 64 characters.",
    ),
]
UnitRef = Annotated[
    UnitId, _ID, Field(description="能力单元或实操技能的 id / Id of a capability unit or practical skill.")
]
TopicRef = Annotated[TopicId, _ID, Field(description="专题的 id / Id of a topic.")]
ModuleRef = Annotated[ModuleId, _ID, Field(description="课程的 id / Id of a course module.")]
PersonRef = Annotated[
    PersonId, _ID, Field(description="学员标识，例如 学员0001 / Label of a person, for example 学员0001.")
]
MONTH_PATTERN = r"^[12]\d{3}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Field(pattern=MONTH_PATTERN, description="月份，如 2027-03 / A month, as 2027-03.")]

HIGHEST_LEVEL = 9
Level = Annotated[
    int,
    Field(
        ge=0,
        le=HIGHEST_LEVEL,
        description="量表等级；0 表示已评、未达1级 / Level of the scale; 0 means assessed, below level 1.",
    ),
]
TaughtLevel = Annotated[int, Field(ge=1, le=HIGHEST_LEVEL, description="量表等级，从1起 / Level of the scale, from 1.")]
Hours = Annotated[
    float,
    Field(
        gt=0,
        le=400,
        multiple_of=0.25,
        description="学时，以四分之一学时为最小单位 / Credit hours, in quarters of an hour.",
    ),
]

Certainty = Literal["verified", "secondary", "recalled", "inferred", "illustrative"]


def quarters(hours: float) -> int:
    """Return ``hours`` as a whole number of quarter credit hours, the unit of all arithmetic.

    >>> quarters(1.25)
    5
    """
    return round(hours * 4)


class Frozen(BaseModel):
    """A value that is complete when made and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class Entity(Frozen):
    """A document of the workspace: it says what it is (``kind``) and who it is (``id``)."""

    kind: str = Field(description="文档种类 / What this document describes.")
    id: Identifier


class Sourced(Entity):
    """A document whose content was taken from somewhere, or drafted here."""

    certainty: Certainty = Field(
        description=(
            "可信程度：verified 读到原文，secondary 二手，recalled 凭记忆，inferred 推算，illustrative 本项目起草 / "
            "How sure the content is: verified, secondary, recalled, inferred, or illustrative (drafted here)."
        )
    )
    sources: tuple[Identifier, ...] = Field(
        default=(), description="出处：source 文档的 id / Where it comes from: ids of source documents."
    )
    note: Text | None = Field(default=None, description="备注 / A remark for the reader.")
