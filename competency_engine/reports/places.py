"""Rules and requirements in words, each with the line where it is written."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from competency_engine.assessment.gaps import Assessment
from competency_engine.diagnostics import Position
from competency_engine.domain.competency import Role
from competency_engine.domain.entity import Entity, ModuleId, UnitId, quarters
from competency_engine.domain.library import Library
from competency_engine.domain.requirement import AllOf, AnyOf, AtLeast, ModuleDone, Requirement, TopicDone, UnitAtLevel
from competency_engine.planning.compile import Origin, trace_needs
from competency_engine.planning.explain.rules import Rule, partners_of
from competency_engine.planning.plan import fact_label
from competency_engine.planning.problem import PlanningProblem, bits
from competency_engine.reports.document import joined
from competency_engine.text import Text, say


@dataclass(frozen=True, slots=True)
class Reference:
    """Something that somebody wrote: in words, and where (``file:line``, or the option of the command line)."""

    text: Text
    place: str


@dataclass(frozen=True)
class Places:
    """Where the rules of one person's planning problem are written; ``taken`` are modules demanded by ``--with``."""

    library: Library
    assessment: Assessment
    problem: PlanningProblem
    taken: tuple[ModuleId, ...] = ()

    @cached_property
    def _origins(self) -> dict[tuple[int, int], tuple[Origin, ...]]:
        return trace_needs(self.library)

    def module_id(self, module: int) -> ModuleId:
        """Return the id of a module index."""
        return self.problem.catalogue.module_ids[module]

    def step(self, fact: int) -> Text:
        """Return a unit at a level in words."""
        _, unit, level = self.problem.catalogue.facts[fact]
        return say(f"{unit} 到 {level} 级", f"{unit} at {level}")

    def unit_of(self, fact: int) -> UnitId:
        """Return the unit of a goal's fact."""
        return UnitId(str(self.problem.catalogue.facts[fact][1]))

    def module(self, module: int) -> str:
        """Return where a module is written."""
        return self._line(self.library.modules[self.module_id(module)])

    def goal(self, fact: int) -> Reference:
        """Return who requires ``fact``: the role or context rule that asks most of the unit, or ``--with``."""
        kind, demand, *_ = self.problem.catalogue.facts[fact]
        if kind == "demand":
            wanted = self.taken[int(demand)]
            return Reference(say(f"要学 {wanted}", f"{wanted} is asked for"), f"--with {wanted}")
        unit = self.unit_of(fact)
        level = int(self.problem.catalogue.facts[fact][2])
        decider = self.assessment.required[unit].decided_by
        asked = self.step(fact)
        text = say(f"{asked.zh}（{decider} 要求）", f"{asked.en} (required by {decider})")
        role = self.assessment.role
        if decider == role.id:
            return Reference(text, self._line(role, *_path_in_role(role, unit, level)))
        duty = self.library.training_duties.get(decider)
        if duty is not None and duty.unit == unit:
            return Reference(text, self._line(duty, "unit"))
        rule = self.library.context_rules[decider]
        path = ("raises", unit) if unit in rule.raises else ("activates", rule.activates.index(unit))
        return Reference(text, self._line(rule, *path))

    def need(self, module: int, fact: int) -> Reference:
        """Return what a module needs, as it is written; several lines where the module offers several ways."""
        origins = self._origins.get((module, fact), ())
        id_ = self.module_id(module)
        if not origins:
            label = fact_label(self.problem.catalogue.facts[fact])
            return Reference(say(f"{id_} 要求 {label}", f"{id_} needs {label}"), self.module(module))
        asked = joined((requirement_text(origin.requirement) for origin in origins), "、", ", ")
        places = dict.fromkeys(self._line(origin.entity, *origin.path) for origin in origins)
        return Reference(say(f"{id_} 要求{asked.zh}", f"{id_} needs {asked.en}"), ", ".join(places))

    def pair(self, module: int) -> Reference:
        """Return the rule that a module and its partners are taken together."""
        group = [self.library.modules[self.module_id(m)] for m in bits(partners_of(self.problem, module))]
        names = [taken.id for taken in group]
        text = say(f"{'、'.join(names)} 成对，同月修", f"{' and '.join(names)} are a pair, taken in one month")
        return Reference(text, ", ".join(self._line(taken, "pairs_with") for taken in group if taken.pairs_with))

    def rule(self, rule: Rule) -> Reference:
        """Return one rule of the problem."""
        if rule.kind == "goal":
            return self.goal(rule.fact)
        if rule.kind == "prerequisite":
            return self.need(rule.module, rule.fact)
        if rule.kind == "pair":
            return self.pair(rule.module)
        if rule.kind == "barred":
            barred = self.module_id(rule.module)
            return Reference(say(f"不要 {barred}", f"{barred} is refused"), f"--without {barred}")
        if rule.kind == "offer":
            module = self.library.modules[self.module_id(rule.module)]
            months = ", ".join(str(month) for month in sorted(set(module.offered)))
            text = say(f"{module.id} 只在 {months} 月开课", f"{module.id} runs in month {months} only")
            return Reference(text, self._line(module, "offered"))
        return self._policy_rule(rule)

    def _policy_rule(self, rule: Rule) -> Reference:
        policy, problem = self.library.policy, self.problem
        if rule.kind == "budget":
            hours = min(problem.budgets)
            text = say(f"每个日历年 {hours / 4:g} 学时", f"{hours / 4:g} h in a calendar year")
            own = hours == quarters(policy.budget.hours_per_year)
            return Reference(text, self._line(policy, "budget", "hours_per_year") if own else "--hours")
        if rule.kind == "month_cap":
            text = say(f"每月至多 {problem.hours_per_period / 4:g} 学时", f"{problem.hours_per_period / 4:g} h a month")
            return Reference(text, self._line(policy, "hours_per_month"))
        longest = problem.longest_interval
        text = say(f"同一专题的课相隔至多 {longest} 个月", f"modules of one topic lie at most {longest} months apart")
        return Reference(text, self._line(policy, "longest_interval_months"))

    def _line(self, entity: Entity, *path: str | int) -> str:
        return line_of(self.library.where(entity, *path))


def line_of(position: Position) -> str:
    """Return a place as ``file:line``."""
    return f"{position.file}:{position.line}"


def _path_in_role(role: Role, unit: UnitId, level: int) -> tuple[str, ...]:
    if level <= role.floor.get(unit, 0):
        return ("floor", unit)
    return ("requires", unit) if unit in role.requires else ("skill_level",)


def requirement_text(requirement: Requirement) -> Text:
    """Return a requirement in words.

    >>> requirement_text(UnitAtLevel(unit="MAS-1", level=2)).en
    'MAS-1 at 2'
    """
    if isinstance(requirement, UnitAtLevel):
        return say(f" {requirement.unit} 达到 {requirement.level} 级", f"{requirement.unit} at {requirement.level}")
    if isinstance(requirement, ModuleDone):
        return say(f"先学 {requirement.module}", f"{requirement.module} first")
    if isinstance(requirement, TopicDone):
        return say(f"先修完专题 {requirement.topic}", f"topic {requirement.topic} done")
    if isinstance(requirement, AllOf):
        return joined((requirement_text(part) for part in requirement.all), "且", " and ")
    if isinstance(requirement, AnyOf):
        return joined((requirement_text(part) for part in requirement.any), "或", " or ")
    assert isinstance(requirement, AtLeast)
    listed = joined((requirement_text(part) for part in requirement.of), "、", ", ")
    return say(f"以下至少 {requirement.at_least} 项：{listed.zh}", f"at least {requirement.at_least} of: {listed.en}")
