"""What stands for a unit elsewhere: its successors in a later state of the model, or its counterparts in another model."""

import datetime as dt
from typing import Literal

from pydantic import Field

from competency_engine.domain.entity import Frozen, Identifier, Level, Sourced, TaughtLevel, UnitRef
from competency_engine.text import Text

Relation = Literal["exactMatchOf", "hasPart", "isPartOf", "isRelatedTo"]
"""How a unit stands to another, in the association types of CASE; ``hasPart`` is its isPartOf, read from the other end."""


class Counterpart(Frozen):
    """A unit that stands for another one, and what its levels count as."""

    unit: UnitRef
    relation: Relation = Field(
        default="exactMatchOf",
        description=(
            "关系（CASE）：exactMatchOf 相同，hasPart 对方是本单元的一部分（拆分），isPartOf 本单元是对方的一部分（合并），isRelatedTo 相关、不折算 / "
            "Relation (CASE): the same, the other is a part of this one (split), this one is a part of the other (merge), or related and nothing counts."
        ),
    )
    levels: dict[TaughtLevel, Level] = Field(
        default_factory=dict,
        description=(
            "本单元几级算对方几级；不写则各级相同，写了则没列的级按下面最近的一级，再往下为0 / "
            "What its levels count as there; none = each as itself; otherwise a level left out counts as the next lower one that is named, below the first as 0."
        ),
    )

    @property
    def carries(self) -> bool:
        """Whether anything that is held of the one counts for the other."""
        return self.relation != "isRelatedTo"

    def counts_as(self, level: int) -> int:
        """Return the level that ``level`` of the unit counts as.

        >>> there = Counterpart(unit="B", levels={2: 1, 4: 2})
        >>> [there.counts_as(level) for level in range(6)]
        [0, 0, 1, 1, 2, 2]
        """
        if not self.levels:
            return level
        named = max((own for own in self.levels if own <= level), default=None)
        return 0 if named is None else self.levels[named]


class RetiredUnit(Sourced):
    """A unit that is no longer in the model: renamed, split, merged or dropped, and what stands for it now."""

    kind: Literal["retired_unit"]
    title: Text = Field(description="原名称 / Name that it had.")
    retired: dt.date = Field(description="停用日期 / Day from which it is no longer in the model.")
    replaced_by: tuple[Counterpart, ...] = Field(
        description="由哪些单元接替；空列表为不再保留 / Units that stand for it now; an empty list = dropped for good."
    )
    reason: Text | None = Field(default=None, description="停用原因 / Why it was retired.")


class Mapped(Frozen):
    """One unit of the first model of a crosswalk with its counterparts in the second."""

    unit: UnitRef
    to: tuple[Counterpart, ...] = Field(
        description="对方模型的单元；空列表为没有 / Units of the second model; an empty list = none."
    )


class Crosswalk(Sourced):
    """How the units of one model stand to those of another; read from a file of its own, named on the command line."""

    kind: Literal["crosswalk"]
    title: Text = Field(description="对照表名称 / Name of the crosswalk.")
    from_model: Identifier = Field(description="第一个能力模型的 id / Id of the first competency model.")
    to_model: Identifier = Field(description="第二个能力模型的 id / Id of the second competency model.")
    maps: tuple[Mapped, ...] = Field(description="逐个单元 / Unit by unit.")
