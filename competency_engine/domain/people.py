"""People, their communities, and the recorded evidence of what they hold."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from competency_engine.domain.competency import FactValue
from competency_engine.domain.entity import (
    Entity,
    Frozen,
    Identifier,
    Level,
    ModuleRef,
    Month,
    PersonId,
    PersonRef,
    UnitRef,
)
from competency_engine.domain.policy import GapKind
from competency_engine.text import Text


class Community(Entity):
    """A community with the facts that its office states."""

    kind: Literal["community"]
    title: Text | None = Field(default=None, description="社区名称 / Name of the community.")
    types: tuple[Identifier, ...] = Field(description="社区类型，可多项 / Types of the community.")
    facts: dict[Identifier, FactValue] = Field(default_factory=dict, description="社区事实 / Facts of the community.")


class Completion(Frozen):
    """A module that the person has completed."""

    module: ModuleRef
    date: dt.date = Field(description="完成日期 / Date of completion.")


class Begun(Frozen):
    """A module that the person has begun and not yet completed."""

    module: ModuleRef
    month: Month = Field(description="开始的月份，如 2027-03 / Month in which it began, as 2027-03.")


class Person(Entity):
    """A secretary, under a label; no identity number, no real name."""

    kind: Literal["person"]
    id: PersonRef
    community: Identifier = Field(description="所在社区 / Community of the person.")
    post_since: dt.date = Field(description="任现职日期 / Date of appointment to the present post.")
    role: Identifier | None = Field(
        default=None,
        description="聘任的角色，如名书记导师；不写则按任职月数 / Role by appointment; otherwise the months in post decide.",
    )
    completed: tuple[Completion, ...] = Field(default=(), description="已完成的课程 / Modules already completed.")
    begun: tuple[Begun, ...] = Field(
        default=(),
        description="已开始、未完成的课程，计划一定保留 / Modules begun and not completed; every plan keeps them.",
    )
    away: tuple[Month, ...] = Field(
        default=(),
        description="离岗的月份（脱产学习、休假），不排课 / Months away from the post, for training or leave; no module is put there.",
    )


class EvidenceRecord(Frozen):
    """One recorded level of one unit."""

    unit: UnitRef
    level: Level
    date: dt.date = Field(description="评定日期 / Date of the assessment.")
    valid_until: dt.date | None = Field(
        default=None, description="有效期至（含当日）/ Last day on which it counts; none = no limit."
    )
    gap_kind: GapKind | None = Field(
        default=None, description="差距类别 / Kind of the gap, where the assessor saw one."
    )


class Evidence(Entity):
    """What was recorded of one person; several documents of one person add up."""

    kind: Literal["evidence"]
    person: PersonRef
    records: tuple[EvidenceRecord, ...] = Field(description="逐单元的记录 / Records, unit by unit.")


class Dossier(Frozen):
    """One person complete: the person, the community, and what was recorded; one JSON line of a large population."""

    person: Person = Field(description="学员文档 / The document of the person.")
    community: Community = Field(description="学员所在社区的文档 / The document of the person's community.")
    evidence: tuple[EvidenceRecord, ...] = Field(
        default=(), description="逐单元的记录 / What was recorded of the person, unit by unit."
    )

    @property
    def population(self) -> "Population":
        """This person alone, as a population."""
        person = self.person
        return Population({person.community: self.community}, {person.id: person}, {person.id: self.evidence})


@dataclass(frozen=True, eq=False)
class Population:
    """People with their communities and evidence; each mapping in order of id.

    ``evidence`` holds every record of each person, in no particular order.
    """

    communities: dict[str, Community]
    persons: dict[PersonId, Person]
    evidence: dict[PersonId, tuple[EvidenceRecord, ...]]
