"""The words for closed sets of values in documents: modes, phases, forms, kinds of teachers and of gaps."""

from __future__ import annotations

from collections.abc import Mapping

from competency_engine.text import Text, say

MODES: dict[str, Text] = {
    "rotation": say("集中轮训", "rotation"),
    "thematic": say("专题研训", "thematic"),
    "shadowing": say("跟班实训", "shadowing"),
    "field_base": say("基地直训", "field base"),
    "online": say("线上辅训", "online"),
}
PHASES: dict[str, Text] = {
    "theory": say("理论", "theory"),
    "cognition": say("认知", "cognition"),
    "practice": say("实践", "practice"),
}
FORMS: dict[str, Text] = {
    "lecture": say("讲授", "lecture"),
    "online_course": say("网络课程", "online course"),
    "case_analysis": say("案例分析", "case analysis"),
    "site_visit": say("现场教学", "site visit"),
    "discussion": say("讨论交流", "discussion"),
    "peer_talk": say("经验介绍", "peer talk"),
    "simulation": say("情景模拟", "simulation"),
    "exercise": say("练习", "exercise"),
    "work_task": say("岗位任务", "work task"),
    "placement": say("跟班", "placement"),
    "mentoring": say("带教", "mentoring"),
}
TEACHERS: dict[str, Text] = {
    "department": say("业务部门", "department"),
    "secretary": say("书记", "secretary"),
    "university": say("高校", "university"),
    "party_school": say("党校", "Party school"),
}
LAW_STATUSES: dict[str, Text] = {
    "in_force": say("现行有效", "in force"),
    "not_yet": say("尚未施行", "not in force yet"),
    "repealed": say("已失效", "repealed"),
    "undated": say("施行日期未核", "date not verified"),
}
GAP_KINDS: dict[str, Text] = {
    "knowledge": say("知识空白", "knowledge"),
    "quality": say("素质短板", "quality"),
    "ability": say("能力弱项", "ability"),
}


def with_value(words: Mapping[str, Text], value: str) -> Text:
    """Return what a value is called, beside the value as it stands in the documents.

    >>> with_value(TEACHERS, "party_school").zh, with_value(TEACHERS, "party_school").en
    ('党校（party_school）', 'party_school')
    """
    name = words[value]
    is_plain = name.en.casefold().replace(" ", "_") == value
    return say(f"{name.zh}（{value}）", value if is_plain else f"{value} ({name.en})")
