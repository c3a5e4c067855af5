"""Handbook → Document: what stands on which page, for Word, PDF and HTML alike; and the same layout filled with tags."""

from __future__ import annotations

from collections.abc import Sequence

from competency_engine.reports.document import Block, Document, Notes, Paper, Table, same
from competency_engine.reports.handbook import Handbook, HandbookGap, HandbookMonth, HandbookStep, spoken
from competency_engine.text import Text, say

Row = tuple[Text, ...]

_GAPS = say("能力差距（要求与现有，把握多大）", "Capability gaps (required against held, and how sure)")
_GAP_COLUMNS = (
    say("单元", "Unit"),
    say("名称", "Title"),
    say("现有", "Held"),
    say("要求", "Required"),
    say("计划后", "After"),
    say("类别", "Kind"),
    say("依据和把握", "On what it rests, how sure"),
)
_GAP_PAPER = Paper((11, 24, 13, 13, 9, 14, 28))
_CALENDAR = say("学习计划（按月）", "The plan, month by month")
_STEP_COLUMNS = (
    say("课程", "Module"),
    say("名称", "Title"),
    say("专题", "Topic"),
    say("学时", "Hours"),
    say("方式", "Mode"),
    say("阶段", "Phase"),
    say("师资", "Teacher"),
    say("为什么", "Why"),
)
_STEP_PAPER = Paper((12, 24, 17, 9, 14, 13, 15, 21), part=True)
_OPEN = say("尚未补上的差距和原因", "What stays open, and why")
_OPEN_COLUMNS = (say("单元", "Unit"), say("名称", "Title"), say("等级", "Level"), say("原因", "Why"))
_OPEN_PAPER = Paper((14, 34, 8, 44))
_PRACTICE = say("实践任务和完成凭据", "Practice tasks, and what shows that they were completed")
_STUDY = say("其他课程的完成凭据", "What shows that the other modules were completed")
_TASK_COLUMNS = (
    say("月份", "Month"),
    say("课程", "Module"),
    say("任务：学完能做什么", "Task: what to be able to do"),
    say("凭什么算完成", "What shows that it was completed"),
    say("完成日期", "Completed on"),
)
_TASK_PAPER = Paper((11, 12, 35, 32, 14), new_page=True)
_STUDY_PAPER = Paper((11, 12, 35, 32, 14))
_SIGNATURES = say("签字", "Signatures")
_SIGN_COLUMNS = (say("身份", "As"), say("签字", "Signature"), say("日期", "Date"))
_SIGN_ROWS = tuple(
    (who, same(""), same(""))
    for who in (say("学员", "Learner"), say("导师", "Mentor"), say("培训办", "Training office"))
)
_SIGN_PAPER = Paper((24, 50, 26), lines=3)
_PROOF = say("为什么说这是最好的计划", "What proves the plan best")
_WARNINGS = say("请留意", "Please mind")
_RIGHTS = say("查问、异议和复核", "Questions, objections and review")


def handbook_document(handbook: Handbook) -> Document:
    """Return ``handbook`` laid out as a document; its data is the handbook in both languages."""
    blocks: list[Block] = [Notes(None, (*_facts(handbook), *handbook.remarks))]
    if handbook.warnings:
        blocks.append(Notes(_WARNINGS, handbook.warnings))
    blocks.append(Table(_GAPS, _GAP_COLUMNS, tuple(map(_gap_row, handbook.gaps)), _GAP_PAPER))
    blocks.append(Notes(_CALENDAR, (_total(handbook),)))
    blocks += [
        Table(_month_title(month), _STEP_COLUMNS, tuple(map(_step_row, month.steps)), _STEP_PAPER)
        for month in handbook.calendar
    ]
    if handbook.left_open:
        rows = tuple((same(o.unit), o.title, same(o.level), o.why) for o in handbook.left_open)
        blocks.append(Table(_OPEN, _OPEN_COLUMNS, rows, _OPEN_PAPER))
    blocks.append(Notes(_PROOF, (handbook.proof,)))
    blocks += [
        Table(title, _TASK_COLUMNS, tuple(map(_task_row, steps)), paper)
        for title, steps, paper in (
            (_PRACTICE, handbook.practice, _TASK_PAPER),
            (_STUDY, handbook.study, _STUDY_PAPER),
        )
        if steps
    ]
    blocks.append(Table(_SIGNATURES, _SIGN_COLUMNS, _SIGN_ROWS, _SIGN_PAPER))
    blocks.append(Notes(_RIGHTS, handbook.rights))
    data = {lang: spoken(handbook, lang) for lang in ("zh", "en")}
    return Document(_title(handbook.person), tuple(blocks), data)


def _title(person: str) -> Text:
    return say(f"{person} 学习手册", f"Study handbook of {person}")


def _facts(handbook: Handbook) -> tuple[Text, ...]:
    role = handbook.role
    return _fact_lines(
        handbook.person,
        role,
        handbook.role_id,
        str(handbook.as_of),
        handbook.start,
        str(handbook.horizon),
        f"{handbook.budget:g}",
        f"{handbook.hours:g}",
        str(handbook.modules),
        handbook.status,
    )


def _fact_lines(
    person: str,
    role: Text,
    role_id: str,
    as_of: str,
    start: str,
    horizon: str,
    budget: str,
    hours: str,
    modules: str,
    status: Text,
) -> tuple[Text, ...]:
    return (
        say(f"学员：{person}", f"Person: {person}"),
        say(f"角色：{role.zh}（{role_id}）", f"Role: {role.en} ({role_id})"),
        say(f"基准日：{as_of}", f"Date of reference: {as_of}"),
        say(f"计划期：自 {start} 起 {horizon} 个月", f"Period: {horizon} months from {start}"),
        say(
            f"预算：每年 {budget} 学时；计划 {hours} 学时、{modules} 门课",
            f"Budget: {budget} h a year; planned {hours} h in {modules} modules",
        ),
        say(f"结论：{status.zh}", f"Status: {status.en}"),
    )


def _total(handbook: Handbook) -> Text:
    return _total_text(str(handbook.modules), f"{handbook.hours:g}")


def _total_text(modules: str, hours: str) -> Text:
    return say(f"共 {modules} 门课，{hours} 学时。", f"{modules} modules, {hours} h in all.")


def _month_title(month: HandbookMonth) -> Text:
    return _month_text(month.month, str(month.modules), f"{month.hours:g}")


def _month_text(month: str, modules: str, hours: str) -> Text:
    return say(f"{month}：{modules} 门课，{hours} 学时", f"{month}: modules {modules}, hours {hours}")


def _gap_row(gap: HandbookGap) -> Row:
    return (same(gap.unit), gap.title, gap.held, same(gap.required), same(gap.after), gap.kind, gap.sure)


def _step_row(step: HandbookStep) -> Row:
    way = say(f"{step.mode.zh}·{step.form.zh}", f"{step.mode.en}, {step.form.en}")
    hours = same(f"{step.hours:g}")
    return (same(step.module), step.title, step.topic, hours, way, step.phase, step.teacher, step.why)


def _task_row(step: HandbookStep) -> Row:
    return (same(step.month), same(step.module), step.task, step.shown_by, same(""))


def template_document() -> Document:
    """Return the layout of a handbook with a tag of docxtpl in the place of every value: where an office's own template begins."""
    person = "{{ person }}"
    facts = _fact_lines(
        person, same("{{ role }}"), "{{ role_id }}", "{{ as_of }}", "{{ start }}", "{{ horizon }}",
        "{{ budget }}", "{{ hours }}", "{{ modules }}", same("{{ status }}"),
    )  # fmt: skip
    way = say("{{ step.mode }}·{{ step.form }}", "{{ step.mode }}, {{ step.form }}")
    gap = _tags("gap", "unit", "title", "held", "required", "after", "kind", "sure")
    step = (*_tags("step", "module", "title", "topic", "hours"), way, *_tags("step", "phase", "teacher", "why"))
    month = _month_text("{{ month.month }}", "{{ month.modules }}", "{{ month.hours }}")
    blocks: list[Block] = [
        Notes(None, (*facts, *_every("remark", "remarks"))),
        _only("if warnings"),
        Notes(_WARNINGS, _every("warning", "warnings")),
        _only("endif"),
        Table(_GAPS, _GAP_COLUMNS, _rows("gap", "gaps", gap), _GAP_PAPER),
        Notes(_CALENDAR, (_total_text("{{ modules }}", "{{ hours }}"),)),
        _only("for month in calendar"),
        Table(month, _STEP_COLUMNS, _rows("step", "month.steps", step), _STEP_PAPER),
        _only("endfor"),
        _only("if left_open"),
        Table(
            _OPEN,
            _OPEN_COLUMNS,
            _rows("goal", "left_open", _tags("goal", "unit", "title", "level", "why")),
            _OPEN_PAPER,
        ),
        _only("endif"),
        Notes(_PROOF, (same("{{ proof }}"),)),
        *_tasks(_PRACTICE, "practice", _TASK_PAPER),
        *_tasks(_STUDY, "study", _STUDY_PAPER),
        Table(_SIGNATURES, _SIGN_COLUMNS, _SIGN_ROWS, _SIGN_PAPER),
        Notes(_RIGHTS, _every("right", "rights")),
    ]
    return Document(_title(person), tuple(blocks), None)


def _tasks(title: Text, name: str, paper: Paper) -> tuple[Block, ...]:
    row = (*_tags("step", "month", "module", "task", "shown_by"), same(""))
    return _only(f"if {name}"), Table(title, _TASK_COLUMNS, _rows("step", name, row), paper), _only("endif")


def _tags(of: str, *names: str) -> Row:
    return tuple(same(f"{{{{ {of}.{name} }}}}") for name in names)


def _every(name: str, of: str) -> tuple[Text, ...]:
    return same(f"{{%p for {name} in {of} %}}"), same(f"{{{{ {name} }}}}"), same("{%p endfor %}")


def _only(statement: str) -> Notes:
    return Notes(None, (same(f"{{%p {statement} %}}"),))


def _rows(name: str, of: str, row: Sequence[Text]) -> tuple[Row, ...]:
    blank = (same(""),) * (len(row) - 1)
    return ((same(f"{{%tr for {name} in {of} %}}"), *blank), tuple(row), (same("{%tr endfor %}"), *blank))
