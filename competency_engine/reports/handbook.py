"""Plan and assessment → Handbook: all that a study handbook says of one person, in words, before any format or layout."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import ModuleId
from competency_engine.domain.library import Library
from competency_engine.domain.names import FORMS, GAP_KINDS, MODES, PHASES, TEACHERS
from competency_engine.domain.plan import Plan, PlannedGap, Reason, Step
from competency_engine.reports.document import joined, same
from competency_engine.reports.evidence import basis_of
from competency_engine.reports.names import CAUSES, STATUSES
from competency_engine.reports.plan import credited_lines, hours_rule_lines, past_deadlines, reason_text, stale_laws
from competency_engine.text import Lang, Text, say, shown

NOTHING = say("—", "–")


@dataclass(frozen=True, slots=True)
class HandbookGap:
    """A unit held below its required level; ``sure`` says on what the held level rests and how sure it is."""

    unit: str
    title: Text
    held: Text
    required: int
    after: int
    kind: Text
    sure: Text
    asked_by: str


@dataclass(frozen=True, slots=True)
class HandbookStep:
    """A module of the plan; ``why`` names the gap in one line, ``task`` what to be able to do, ``shown_by`` what shows that it is done."""

    number: int
    month: str
    module: str
    title: Text
    topic: Text
    hours: float
    mode: Text
    form: Text
    phase: Text
    practice: bool
    teacher: Text
    raises: str
    why: Text
    task: Text
    shown_by: Text


@dataclass(frozen=True, slots=True)
class HandbookMonth:
    """A month in which something is planned."""

    month: str
    hours: float
    modules: int
    steps: tuple[HandbookStep, ...]


@dataclass(frozen=True, slots=True)
class HandbookOpen:
    """A level that stays open, and why."""

    unit: str
    title: Text
    level: int
    why: Text


@dataclass(frozen=True, slots=True)
class Handbook:
    """The study handbook of one person; every format shows this value and nothing else.

    Attributes:
        person: label of the person.
        role: title of the role.
        role_id: id of the role.
        as_of: date of reference.
        start: first month of the plan, as 2027-01.
        horizon: months of the plan.
        budget: credit hours of a calendar year.
        hours: credit hours that are planned.
        modules: how many modules are planned.
        status: what was proven, in few words.
        remarks: hours used already, hours that rules ask.
        gaps: what is missing.
        calendar: the plan, month by month; months without modules are absent.
        practice: the steps in which something is done at work, in their order.
        study: the other steps, in their order.
        left_open: what the plan does not close.
        proof: what proves the plan best, in one sentence.
        warnings: of urgent matters, deadlines and laws.
        rights: that the plan can be explained, appealed against, and is reviewed by a person.
    """

    person: str
    role: Text
    role_id: str
    as_of: dt.date
    start: str
    horizon: int
    budget: float
    hours: float
    modules: int
    status: Text
    remarks: tuple[Text, ...]
    gaps: tuple[HandbookGap, ...]
    calendar: tuple[HandbookMonth, ...]
    practice: tuple[HandbookStep, ...]
    study: tuple[HandbookStep, ...]
    left_open: tuple[HandbookOpen, ...]
    proof: Text
    warnings: tuple[Text, ...]
    rights: tuple[Text, ...]


def make_handbook(plan: Plan, assessment: Assessment, library: Library) -> Handbook:
    """Return the handbook of ``plan``; ``assessment`` is that from which it was made. Texts of files come out `visible`."""
    steps = tuple(_step(step, plan, library) for step in plan.steps)
    return Handbook(
        person=shown(same(plan.person)).zh,
        role=shown(library.roles[plan.role].title),
        role_id=plan.role,
        as_of=plan.as_of,
        start=plan.start,
        horizon=plan.months,
        budget=plan.hours_per_year,
        hours=plan.hours,
        modules=len(steps),
        status=STATUSES[plan.status],
        remarks=_shown((*credited_lines(plan), *hours_rule_lines(plan, library))),
        gaps=tuple(_gap(gap, assessment, library) for gap in plan.gaps),
        calendar=tuple(_months(steps)),
        practice=tuple(step for step in steps if step.practice),
        study=tuple(step for step in steps if not step.practice),
        left_open=tuple(_left_open(plan, library)),
        proof=proof_text(plan),
        warnings=_shown(
            (
                *(library.urgent_packs[pack].risk for pack in plan.risks),
                *past_deadlines(plan),
                *stale_laws(plan, library),
            )
        ),
        rights=RIGHTS,
    )


RIGHTS = (
    say(
        "本计划由程序按公开的规则从测评结果算出，每一门课、每一处差距的理由都可以查问；由培训办的人复核后才生效。",
        "A program made this plan from the assessment by published rules, and the reason for every module and gap can be asked for; it takes effect only after a person in the training office has reviewed it.",
    ),
    say(
        "学员对测评或计划有异议，可以书面提出，由人复核并答复；改动记录后重新制定计划。",
        "Learners may object to the assessment or the plan in writing; a person reviews the objection and answers it, and after a change the plan is made anew.",
    ),
    say(
        "本手册供学员本人和主办方使用，不用于排名。",
        "This handbook is for the learner and the office; it is not for ranking.",
    ),
)


def proof_text(plan: Plan) -> Text:
    """Return in one plain sentence what proves the plan best, or that nothing does."""
    if plan.status == "infeasible":
        return say(
            "在这些限制下没有可行的计划，须先放宽预算、月份或已定的安排。",
            "Under these limits no plan exists; budget, months or fixed arrangements must give way first.",
        )
    if plan.status == "feasible":
        proven = sum(stage.status == "optimal" for stage in plan.stages)
        return say(
            f"计划已逐条规则核验，{len(plan.stages)} 个阶段中 {proven} 个证明最优，其余只知可行。",
            f"The plan was checked rule by rule; {proven} of its {len(plan.stages)} stages are proven best, the others only feasible.",
        )
    return say(
        f"已证明：在同样的预算和先修条件下，没有别的选课能在一个目标上更好而不在更先的目标上更差，选定的课程也没有更好的月份安排（{len(plan.stages)} 个阶段的值都等于证明的界）；并由另一程序逐条规则核验。",
        f"Proven: under the same budget and prerequisites no other choice of modules does better at one aim without doing worse at an aim before it, nor has the choice a better order of months (in all {len(plan.stages)} stages the value equals the proven bound); a separate verifier checked every rule.",
    )


def _shown(texts: Sequence[Text]) -> tuple[Text, ...]:
    return tuple(shown(text) for text in texts)


def _gap(gap: PlannedGap, assessment: Assessment, library: Library) -> HandbookGap:
    kind = GAP_KINDS[gap.kind]
    if gap.urgent:
        kind = say(f"{kind.zh}，紧急", f"{kind.en}, urgent")
    if gap.deadline is not None:
        kind = say(f"{kind.zh}，{gap.deadline} 前", f"{kind.en}, by {gap.deadline}")
    return HandbookGap(
        unit=gap.unit,
        title=shown(library.units[gap.unit].title),
        held=say(f"{gap.held}（推定）", f"{gap.held} (assumed)") if gap.assumed else same(gap.held),
        required=gap.required,
        after=gap.reached,
        kind=kind,
        sure=basis_of(assessment.held[gap.unit]),
        asked_by=gap.decided_by,
    )


def _step(step: Step, plan: Plan, library: Library) -> HandbookStep:
    module = library.modules[step.module]
    return HandbookStep(
        number=step.number,
        month=step.month,
        module=step.module,
        title=shown(module.title),
        topic=shown(_topic(module, library)),
        hours=step.hours,
        mode=MODES[module.mode],
        form=FORMS[module.form],
        phase=PHASES[module.phase],
        practice=module.phase == "practice",
        teacher=TEACHERS[module.teacher] if module.teacher is not None else NOTHING,
        raises=", ".join(f"{rise.unit} {rise.before}→{rise.after}" for rise in step.rises),
        why=why_text(step, plan),
        task=shown(module.aim or module.title),
        shown_by=shown(module.completed_by or NOTHING),
    )


def _topic(module: Module, library: Library) -> Text:
    """Return the title of the topic; of a module without one, that of the unit that it is taught for."""
    if module.topic is not None:
        return library.topics[module.topic].title
    unit = library.unit_of(module)
    return library.units[unit].title if unit is not None else NOTHING


def why_text(step: Step, plan: Plan) -> Text:
    """Return in one line which gap a step serves: its own, else that of the nearest step which needs it."""
    own = [reason for reason in step.reasons if reason.kind == "closes_gap"]
    if own:
        return _closing(own)
    by_module = {other.module: other for other in plan.steps}
    served = _nearest_gaps(step, by_module)
    first = step.reasons[0] if step.reasons else None
    if first is None:
        return NOTHING
    if not served:
        return reason_text(first)
    closing, said = _closing(served), reason_text(first)
    return say(f"{closing.zh}：{said.zh}", f"{closing.en}: {said.en}")


def _closing(reasons: Sequence[Reason]) -> Text:
    return joined(
        say(f"补 {reason.unit} 到 {reason.level} 级", f"closes {reason.unit} at {reason.level}") for reason in reasons
    )


def _nearest_gaps(step: Step, by_module: Mapping[ModuleId, Step]) -> list[Reason]:
    """Return the gaps closed by the nearest step that needs ``step`` or is paired with it; none where no step does."""
    met, waiting = {step.module}, [step]
    while waiting:
        current = waiting.pop(0)
        for reason in current.reasons:
            following = by_module.get(reason.module) if reason.module is not None else None
            if following is None or following.module in met:
                continue
            met.add(following.module)
            closing = [other for other in following.reasons if other.kind == "closes_gap"]
            if closing:
                return closing
            waiting.append(following)
    return []


def _months(steps: Sequence[HandbookStep]) -> list[HandbookMonth]:
    months: dict[str, list[HandbookStep]] = {}
    for step in steps:
        months.setdefault(step.month, []).append(step)
    return [
        HandbookMonth(month, sum(step.hours for step in of_month), len(of_month), tuple(of_month))
        for month, of_month in sorted(months.items())
    ]


def _left_open(plan: Plan, library: Library) -> list[HandbookOpen]:
    found = []
    for goal in plan.open_goals:
        why = CAUSES[goal.cause]
        if goal.blocked_by:
            why = say(f"{why.zh}：缺 {'、'.join(goal.blocked_by)}", f"{why.en}: lacks {', '.join(goal.blocked_by)}")
        found.append(HandbookOpen(goal.unit, shown(library.units[goal.unit].title), goal.level, why))
    return found


def spoken(value: Any, lang: Lang) -> Any:
    """Return ``value``, a handbook or a part of it, as plain data in one language: what a template of an office names.

    >>> spoken((say("甲", "a"), 2.5, 3.0), "en")
    ['a', '2.5', '3']
    """
    if isinstance(value, Text):
        return value.in_language(lang)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: spoken(getattr(value, field.name), lang) for field in fields(value)}
    if isinstance(value, tuple):
        return [spoken(part, lang) for part in value]
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, bool) else str(value)
