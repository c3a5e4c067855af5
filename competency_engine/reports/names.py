"""The words for closed sets of values in plans: causes, statuses, stages, changes."""

from __future__ import annotations

from competency_engine.domain.library import Library
from competency_engine.text import Text, say

CAUSES: dict[str, Text] = {
    "floor_unmet": say("必保目标，学时预算或日历容不下", "mandatory, but budget or calendar cannot hold it"),
    "budget": say("学时预算或日历容不下", "budget or calendar cannot hold it"),
    "unreachable": say("现有课程够不到", "no module reaches it"),
}
STATUSES: dict[str, Text] = {
    "optimal": say("各阶段均已证明最优", "proven optimal in every stage"),
    "feasible": say("可行，未全部证明", "feasible, not proven in every stage"),
    "infeasible": say("无可行计划", "no feasible plan"),
}
STAGES: dict[str, Text] = {
    "mandatory": say("必保目标权重", "mandatory weight closed"),
    "hours": say("学时（四分之一学时）", "hours (quarters)"),
    "teaching_form": say("形式不合差距类别的课", "modules of an unsuited form"),
    "soft_prerequisites": say("未顾到的建议先修", "recommendations left out"),
    "few_absences": say("须离岗的课", "modules away from the post"),
    "online_share": say("线上超额", "excess of online hours"),
    "kept": say("保留的原计划课程", "modules kept of the earlier plan"),
    "moved": say("改月份的原计划课程", "modules kept whose month changes"),
    "deadlines": say("逾期的目标权重", "weight reached after its deadline"),
    "goal_periods": say("权重×达成月序", "weight × month reached"),
    "peak_load": say("最重月（四分之一学时）", "heaviest month (quarters)"),
}
CHANGES: dict[str, Text] = {
    "kept": say("保留", "kept"),
    "moved": say("改期", "moved"),
    "new": say("新增", "new"),
    "dropped": say("取消", "dropped"),
}
CHANGE_CAUSES: dict[str, Text] = {
    "as_planned": say("照原计划", "as planned"),
    "under_way": say("已经开始", "under way"),
    "month_passed": say("原月份已过", "its month has passed"),
    "month_closed": say("原月份不开课或离岗", "not offered, or away, in its month"),
    "rescheduled": say(
        "原月份让给期限、先修或上下限", "its month gives way to deadlines, prerequisites or the window of a month"
    ),
    "needed": say("现在的差距需要", "the gaps need it now"),
    "completed": say("已经完成", "completed"),
    "not_in_curriculum": say("课程体系里已没有", "no longer in the curriculum"),
    "out_of_reach": say("不再开课，或先修够不到", "no longer offered, or its requirements are out of reach"),
    "not_needed": say("它能补的差距已经没有了", "no gap is left that it helps to close"),
    "displaced": say("预算和日历让给了更要紧的", "budget and calendar go to what weighs more"),
}


def stage_name(name: str, library: Library) -> Text:
    """Return the words for a stage, tiers by their titles."""
    if name.startswith("tier:"):
        tier = next(tier.title for tier in library.model.tiers if tier.id == name.removeprefix("tier:"))
        return say(f"补上的权重：{tier.zh}", f"weight closed: {tier.en}")
    return STAGES[name]
