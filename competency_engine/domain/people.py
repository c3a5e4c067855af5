"""People, their communities, and the recorded evidence of what they hold."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from competency_engine.domain.calibration import Calibration
from competency_engine.domain.competency import FactValue
from competency_engine.domain.entity import (
    Entity,
    Frozen,
    Identifier,
    ModuleRef,
    Month,
    PersonId,
    PersonRef,
)
from competency_engine.domain.evidence import EvidenceRecord, Sitting, Survey
from competency_engine.text import Text

Place = Annotated[str, Field(min_length=1, max_length=60)]


class Community(Entity):
    """A community with the facts that its office states."""

    kind: Literal["community"]
    title: Text | None = Field(default=None, description="社区名称 / Name of the community.")
    types: tuple[Identifier, ...] = Field(description="社区类型，可多项 / Types of the community.")
    district: Place | None = Field(default=None, description="所在区，按区汇总用 / District, by which audits sum up.")
    street: Place | None = Field(default=None, description="所在街道 / Street, likewise.")
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


class Dossier(Frozen):
    """One person complete: the person, the community, and what was recorded; one JSON line of a large population."""

    person: Person = Field(description="学员文档 / The document of the person.")
    community: Community = Field(description="学员所在社区的文档 / The document of the person's community.")
    evidence: tuple[EvidenceRecord, ...] = Field(
        default=(), description="评定的等级 / Levels that were settled for the person."
    )
    sittings: tuple[Sitting, ...] = Field(default=(), description="各来源的评分 / Scores from all sources.")
    surveys: tuple[Survey, ...] = Field(default=(), description="需求调研的回答 / Answers to needs surveys.")

    @property
    def population(self) -> "Population":
        """This person alone, as a population."""
        id_, community = self.person.id, self.community
        return Population(
            {community.id: community},
            {id_: self.person},
            {id_: self.evidence},
            {id_: self.sittings},
            {id_: self.surveys},
        )


@dataclass(frozen=True, eq=False)
class Population:
    """People with their communities and what was recorded of them; each mapping in order of id.

    ``evidence`` holds every settled level of each person, ``sittings`` every sitting and ``surveys`` every answer, in
    no particular order; who has none may be absent. ``calibration`` is what was estimated of instruments and raters; None =
    nothing, and the instruments count as their documents say.
    """

    communities: dict[str, Community]
    persons: dict[PersonId, Person]
    evidence: dict[PersonId, tuple[EvidenceRecord, ...]]
    sittings: dict[PersonId, tuple[Sitting, ...]] = field(default_factory=dict)
    surveys: dict[PersonId, tuple[Survey, ...]] = field(default_factory=dict)
    calibration: Calibration | None = None

    def dossier(self, person_id: PersonId) -> Dossier:
        """Return all that is known of one person."""
        person = self.persons[person_id]
        return Dossier(
            person=person,
            community=self.communities[person.community],
            evidence=self.evidence.get(person_id, ()),
            sittings=self.sittings.get(person_id, ()),
            surveys=self.surveys.get(person_id, ()),
        )
