"""The curriculum: topics, course modules, and packs of modules."""

from typing import Annotated, Literal

from pydantic import Field

from competency_engine.domain.entity import (
    Frozen,
    Hours,
    Identifier,
    ModuleRef,
    Sourced,
    TaughtLevel,
    TopicRef,
    UnitRef,
)
from competency_engine.domain.requirement import Requirement
from competency_engine.text import Text

Phase = Literal["theory", "cognition", "practice"]
PHASES: tuple[Phase, ...] = ("theory", "cognition", "practice")
Mode = Literal["rotation", "thematic", "shadowing", "field_base", "online"]
MODES: tuple[Mode, ...] = ("rotation", "thematic", "shadowing", "field_base", "online")
Form = Literal[
    "lecture",
    "online_course",
    "case_analysis",
    "site_visit",
    "discussion",
    "peer_talk",
    "simulation",
    "exercise",
    "work_task",
    "placement",
    "mentoring",
]
TeacherKind = Literal["department", "secretary", "university", "party_school"]

PhaseHours = Annotated[
    float,
    Field(
        ge=0,
        le=400,
        multiple_of=0.25,
        description="学时，可为0 / Credit hours, 0 where the phase is part of another topic.",
    ),
]


class HoursByPhase(Frozen):
    """Credit hours of the three phases 理论—认知—实践; 0 = this phase is taught in another topic."""

    theory: PhaseHours
    cognition: PhaseHours
    practice: PhaseHours


class PublishedHours(Frozen):
    """Credit hours that the programme has published, compared with the topics by `check`."""

    base: HoursByPhase | None = Field(default=None, description="基本能力专题学时合计 / Total of the base topics.")
    political: HoursByPhase | None = Field(
        default=None, description="政治专题学时合计 / Total of the political topics."
    )


class Curriculum(Sourced):
    """The head of a curriculum: which model it serves and which policy it plans by."""

    kind: Literal["curriculum"]
    title: Text = Field(description="课程体系名称 / Name of the curriculum.")
    model: Identifier = Field(description="所服务的能力模型 / Id of the competency model that it serves.")
    policy: Identifier = Field(description="默认的排课政策 / Id of the policy that it plans by.")
    published_hours: PublishedHours = Field(
        default=PublishedHours(), description="已公布的学时 / Published hours, checked against the files."
    )
    system: Literal["semester", "quarter"] = Field(
        default="semester",
        description="院校的学期制；学季制 quarter 的结构复杂度按三分之二计 / Terms of a university: under quarters structural complexity counts two thirds.",
    )


class ClassSize(Frozen):
    """How many learners a class of a module may have."""

    at_least: int = Field(default=1, ge=1, le=2000, description="最少人数 / Fewest learners.")
    at_most: int = Field(ge=1, le=2000, description="最多人数 / Most learners.")


class Topic(Sourced):
    """A teaching topic of one unit, taught in up to three phases."""

    kind: Literal["topic"]
    unit: UnitRef
    title: Text = Field(description="专题名称 / Name of the topic.")
    hours: HoursByPhase = Field(description="各相学时 / Hours of each phase on a reference path.")
    requires: tuple[TopicRef, ...] = Field(
        default=(),
        description="硬前置专题：先完成才能学本专题任何课程 / Topics that must be done before any module of this one.",
    )
    recommends: tuple[TopicRef, ...] = Field(
        default=(), description="软前置专题：建议先修，只作偏好 / Topics better done before; a preference, never a bar."
    )
    reason: Text | None = Field(default=None, description="前置的理由 / Why these come first.")
    paths: tuple[tuple[ModuleRef, ...], ...] = Field(
        min_length=1,
        description="路径：每条列出学完本专题的课程；第一条是参考路径，学时与 hours 相符 / Paths: each lists the modules that complete the topic; the first is the reference path, whose hours are those above.",
    )
    laws: tuple[Identifier, ...] = Field(default=(), description="依据的法规 / Laws and policies that it teaches.")


class Module(Sourced):
    """A course module: what it takes, what it needs, and what it brings."""

    kind: Literal["module"]
    topic: TopicRef | None = Field(
        default=None,
        description="所属专题；跟班、带教和技能课程可不写 / Its topic; none for shadowing, mentoring and skills.",
    )
    title: Text = Field(description="课程名称 / Name of the module.")
    aim: Text | None = Field(default=None, description="目标：学完能做什么 / What the learner can do afterwards.")
    outcomes: Annotated[tuple[Text, ...], Field(min_length=3, max_length=5)] = Field(
        default=(),
        description="学习成果，三至五条看得见的行为 / Three to five learning outcomes, each a behaviour that can be observed.",
    )
    phase: Phase = Field(description="理论 theory、认知 cognition 或实践 practice / Its phase in the loop.")
    mode: Mode = Field(
        description="培训方式：rotation 集中轮训，thematic 专题研训，shadowing 跟班实训，field_base 基地直训，online 线上辅训 / Training mode."
    )
    form: Form = Field(description="教学形式 / Form of teaching.")
    hours: Hours
    teacher: TeacherKind | None = Field(
        default=None,
        description="谁来教：department 业务部门讲政策，secretary 书记讲经验，university 高校教方法，party_school 党校讲理论 / Who teaches: policy by the department, experience by secretaries, method by a university, theory by the Party school.",
    )
    class_size: ClassSize | None = Field(default=None, description="班额 / Size of a class.")
    completed_by: Text | None = Field(default=None, description="凭什么算完成 / What shows that it was completed.")
    cases: tuple[Identifier, ...] = Field(default=(), description="所用案例的 id / Ids of the cases that it uses.")
    requires: tuple[Requirement, ...] = Field(
        default=(), description="先修条件，逐条都要满足 / What must hold first; every entry must."
    )
    recommends: tuple[Requirement, ...] = Field(
        default=(), description="建议先修，只作偏好 / What had better hold first; a preference, never a bar."
    )
    reason: Text | None = Field(
        default=None,
        description="本单元先修等级不是 k−1 时的理由 / Why the entry level is not one below the level it brings.",
    )
    brings: dict[UnitRef, TaughtLevel] = Field(
        default_factory=dict,
        description="学完后各单元至少达到的等级 / Units and the level that each is raised to at least.",
    )
    pairs_with: tuple[ModuleRef, ...] = Field(
        default=(),
        description="成对课程：与其中至少一门同修同月 / Taken together with at least one of these, in the same month, or not at all.",
    )
    offered: tuple[Annotated[int, Field(ge=1, le=12)], ...] = Field(
        default=(), description="开课月份 1–12；不写为全年 / Months of the year in which it runs; none = every month."
    )
    validity_months: int | None = Field(
        default=None,
        ge=1,
        le=600,
        description="有效月数，过期可重修 / Months for which a completion counts; none = for good.",
    )
    laws: tuple[Identifier, ...] = Field(default=(), description="依据的法规 / Laws and policies that it teaches.")


class Pack(Sourced):
    """Topics recommended together to one role; checked for closure, never a goal of its own."""

    kind: Literal["pack"]
    title: Text = Field(description="推荐包名称 / Name of the pack.")
    role: Identifier = Field(description="面向的角色 / Role that it is recommended to.")
    topics: tuple[TopicRef, ...] = Field(min_length=1, description="专题 / Topics of the pack.")
    hours: Hours = Field(description="公布的学时合计 / Published total of their hours.")


class UrgentStep(Frozen):
    """One module of an urgent pack with what it needs in the urgent case."""

    module: ModuleRef
    requires: tuple[Requirement, ...] = Field(
        default=(), description="紧急时减少后的先修条件 / The reduced requirement that holds in the urgent case."
    )


class UrgentPack(Sourced):
    """The minimum to learn at once for an urgent skill, with a mentor beside."""

    kind: Literal["urgent_pack"]
    title: Text = Field(description="最小包名称 / Name of the pack.")
    skill: UnitRef
    steps: tuple[UrgentStep, ...] = Field(
        min_length=1, description="课程与减少后的先修 / Its modules with their reduced requirements."
    )
    risk: Text = Field(description="风险提示 / What to warn the person and the mentor of.")
