"""Verify plans in a file: replay each from its inputs and check its proof, with the parts that know no solver."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from competency_engine.assessment.gaps import assess
from competency_engine.diagnostics import Diagnostic
from competency_engine.domain.plan import Plan, Verdict
from competency_engine.errors import UsageError
from competency_engine.loading.plans import read_plans
from competency_engine.planning.certificate import RefusedError, check_certificate
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.pose import pose_problem
from competency_engine.planning.problem import Certificate, PlanningProblem, Solution, StageResult
from competency_engine.planning.verify import verify_solution
from competency_engine.text import Text, say
from competency_engine.workflows.plan import Planner, PlanOptions, Solved
from competency_engine.workflows.session import Session, open_population, person_hash


@dataclass(frozen=True, slots=True)
class Verified:
    """The verdict on every plan that could be read, and what is wrong with the lines that could not."""

    verdicts: tuple[Verdict, ...]
    diagnostics: tuple[Diagnostic, ...]
    lines: dict[str, tuple[str, ...]]

    @property
    def unreadable(self) -> int:
        """How many lines hold no plan."""
        return len({diagnostic.position.line for diagnostic in self.diagnostics})


def verify_plans(session: Session, people: Path | None, file: Path) -> Verified:
    """Return the verdict on every plan in ``file``: JSON lines, or one plan as JSON.

    Raises:
        UsageError: when a file does not exist, or is of another kind.
        FilesInError: when a file of people holds an error.
    """
    if not file.is_file():
        raise UsageError(say(f"找不到文件：{file}", f"there is no such file: {file}"))
    if file.suffix not in (".json", ".jsonl"):
        raise UsageError(say(f"{file} 不是 .jsonl 或 .json", f"{file} is neither .jsonl nor .json"))
    plans: list[tuple[int, Plan]] = []
    diagnostics: list[Diagnostic] = []
    unread: dict[int, str] = {}
    name = session.workspace.name_of(file)
    for number, text, read in read_plans(file, name):
        if isinstance(read, Plan):
            plans.append((number, read))
        else:
            diagnostics.extend(read)
            unread[number] = text
    population, _ = open_population(session, people, frozenset(plan.person for _, plan in plans) or None)
    catalogue = compile_catalogue(session.library)
    verdicts = []
    for number, plan in plans:
        planner = Planner(session, population, catalogue, options_of(plan))
        verdicts.append(verdict_on(planner, number, plan))
    shown = tuple(unread.get(number, "") for number in range(1, max(unread, default=0) + 1))
    return Verified(tuple(verdicts), tuple(diagnostics), {name: shown})


def options_of(plan: Plan) -> PlanOptions:
    """Return the options with which ``plan`` was made."""
    start = int(plan.start[:4]), int(plan.start[5:])
    return PlanOptions(plan.as_of, start, plan.months, plan.hours_per_year)


def verdict_on(planner: Planner, line: int, plan: Plan) -> Verdict:
    """Return the verdict on one plan; the planner's options are those of the plan, and its people hold the person."""
    unknown = _not_at_hand(planner, plan)
    if unknown is not None:
        return Verdict(line, plan.person, "unknown", found=(unknown,))
    library = planner.session.library
    assessment = assess(plan.person, planner.population, library, plan.as_of)
    problem = pose_problem(assessment, library, planner.catalogue, planner.options.horizon(planner.session))
    strange = [step.module for step in plan.steps if step.module not in library.modules]
    if strange:
        return Verdict(line, plan.person, "false", found=tuple(_no_module(module) for module in strange))
    solution = _solution(planner, plan) if plan.stages else None
    found = [say(rule, rule) for rule in verify_solution(problem, solution)] if solution else []
    proof = _refusal(problem, solution) if solution else None
    found += [proof] if proof else []
    if not found:
        found += _differences(plan, planner.describe(Solved(assessment, problem, solution)))
    proven = solution is not None and solution.certificate is not None and proof is None
    return Verdict(line, plan.person, "false" if found else "true", proven, tuple(found))


def _not_at_hand(planner: Planner, plan: Plan) -> Text | None:
    """Return what of the plan's inputs is missing or has changed."""
    if plan.inputs.get("library") != planner.session.library_hash:
        return say(
            "能力模型或课程已不是制定计划时的内容", "the model or the curriculum is not what the plan was made from"
        )
    if plan.person not in planner.population.persons:
        return say("没有这名学员", "there is no such person")
    if plan.inputs.get("person") != person_hash(plan.person, planner.population):
        return say(
            "学员的记录已不是制定计划时的内容", "what is recorded of the person is not what the plan was made from"
        )
    if "earlier" in plan.inputs:
        return say("重新制定的计划，须有原计划才能核验", "a plan made anew can only be verified with the earlier one")
    return None


def _solution(planner: Planner, plan: Plan) -> Solution:
    """Return the plan in the terms of its problem."""
    index = {module: number for number, module in enumerate(planner.catalogue.module_ids)}
    horizon = planner.options.horizon(planner.session)
    proof = plan.certificate
    return Solution(
        tuple((index[step.module], horizon.period_of_month(step.month)) for step in plan.steps),
        tuple(StageResult(stage.name, stage.value, stage.bound) for stage in plan.stages),
        None if proof is None else Certificate(proof.quarter_hours, proof.steps, proof.seal),
    )


def _refusal(problem: PlanningProblem, solution: Solution) -> Text | None:
    """Return why the proof of the hours does not hold; None where it does, or there is none."""
    if solution.certificate is None:
        return None
    hours = next((stage.value for stage in solution.stages if stage.name == "hours"), 0)
    if hours != solution.certificate.hours:
        claimed = solution.certificate.hours
        return say(
            f"证明说 {claimed}，计划是 {hours}", f"the proof is of {claimed} quarter hours, the plan takes {hours}"
        )
    try:
        check_certificate(problem, solution.modules, solution.certificate)
    except RefusedError as refusal:
        return say(f"证明不成立：{refusal}", f"the proof does not hold: {refusal}")
    return None


def _differences(plan: Plan, replayed: Plan) -> Iterator[Text]:
    """Yield each field in which ``plan`` is not what its own steps amount to."""
    for name in Plan.model_fields:
        if getattr(plan, name) != getattr(replayed, name):
            yield say(f"{name} 与计划的步骤不符", f"{name} is not what the steps amount to")


def _no_module(module: str) -> Text:
    return say(f"没有课程 {module}", f"there is no module {module}")
