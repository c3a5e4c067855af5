"""Where and by whom modules are taught: sites, routes between them, and teachers."""

import datetime as dt
from typing import Literal

from pydantic import Field

from competency_engine.domain.curriculum import TeacherKind
from competency_engine.domain.entity import Frozen, Hours, Identifier, Sourced, TopicRef, UnitRef
from competency_engine.text import Text

SiteKind = Literal["community", "studio", "party_history", "service_centre", "mediation", "emergency", "institution"]


class Site(Sourced):
    """A place where something can be shown (现场教学点)."""

    kind: Literal["site"]
    title: Text = Field(description="名称 / Name of the site.")
    site_kind: SiteKind = Field(
        description="community 社区，studio 名书记工作站，party_history 党史场馆，service_centre 服务中心，mediation 综治或调解中心，emergency 应急设施，institution 院校或单位 / Kind of place."
    )
    shows: tuple[UnitRef, ...] = Field(
        min_length=1, description="看得到哪些单元和技能 / Units and skills that it shows."
    )
    topics: tuple[TopicRef, ...] = Field(default=(), description="可用于的专题 / Topics in which it is visited.")
    cases: tuple[Identifier, ...] = Field(default=(), description="相关案例 / Ids of cases that happened there.")
    places: int = Field(ge=1, le=2000, description="一次最多接待人数 / Most visitors at a time.")
    hours: Hours
    agreed_until: dt.date | None = Field(
        default=None, description="合作协议到期日 / Last day of the agreement with the site."
    )


class RouteStop(Frozen):
    """One stop of a route."""

    site: Identifier = Field(description="现场教学点的 id / Id of the site.")
    task: Text = Field(description="在这里看什么、做什么 / What to look at and to do there.")


class Route(Sourced):
    """Sites visited one after the other in one day (现场教学线路)."""

    kind: Literal["route"]
    title: Text = Field(description="线路名称 / Name of the route.")
    topics: tuple[TopicRef, ...] = Field(default=(), description="用于哪些专题 / Topics in which it is walked.")
    stops: tuple[RouteStop, ...] = Field(min_length=1, description="各站，按先后 / Its stops, in order.")


class Teacher(Sourced):
    """Someone who can be asked to teach; known by a label, never by name."""

    kind: Literal["teacher"]
    title: Text = Field(description="身份，不写姓名 / Function, never a name.")
    teacher_kind: TeacherKind = Field(
        description="department 业务部门讲政策，secretary 书记讲经验，university 高校教方法，party_school 党校讲理论 / Kind of teacher."
    )
    full_time: bool = Field(default=False, description="是否专职 / Whether teaching is the main work.")
    topics: tuple[TopicRef, ...] = Field(default=(), description="可授专题 / Topics that they can teach.")
    units: tuple[UnitRef, ...] = Field(default=(), description="可授单元和技能 / Units and skills that they can teach.")
