"""The smallest set of rules that cannot hold together, when a goal cannot be closed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from competency_engine.planning.explain.rules import Rule, behind, broken_rules, dropping, rules_of_modules
from competency_engine.planning.explain.variants import close_all, demanding, wanting
from competency_engine.planning.problem import PlanningProblem, Solution, bits
from competency_engine.solving.program import Program, Row

ATTEMPTS = 400
"""Solves after which a conflict stays minimal (nothing in it can be left out) without proof of being the smallest."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Rules under which the goals cannot be closed together, though any of the rules dropped makes them possible.

    Empty when no dropping of rules would do: nothing at hand brings the goal. ``smallest`` says that no set with fewer
    rules is in conflict.
    """

    rules: tuple[Rule, ...]
    smallest: bool


def find_conflict(problem: PlanningProblem, wanted: int, beside: int = 0, attempts: int = ATTEMPTS) -> Conflict | None:
    """Return why no plan closes the facts ``wanted`` and ``beside``; None when one does.

    ``wanted`` stands fast; each fact of ``beside`` is a rule like any other and may be part of the conflict. First a
    minimal conflict by QuickXplain (Junker, "QuickXplain: preferred explanations and relaxations for over-constrained
    problems", AAAI 2004), the rules of the policy preferred; then the smallest by minimal hitting sets (Ignatiev,
    Previti, Liffiton, Marques-Silva, "Smallest MUS extraction with minimal hitting set dualization", CP 2015).

    Raises:
        UnprovenError: when a search stopped before it knew.
    """
    search = _Search(wanting(problem, wanted | beside), wanted, beside, attempts)
    if search.attempt(search.rules) is not None:
        return None
    if search.attempt(()) is None:
        return Conflict((), True)
    minimal = search.explain((), search.rules, check=False)
    smallest = search.smallest(minimal)
    return Conflict(tuple(sorted(smallest or minimal, key=search.rules.index)), smallest is not None)


def find_demand_conflict(problem: PlanningProblem, modules: Sequence[int]) -> tuple[Conflict, PlanningProblem] | None:
    """Return why no plan of ``problem`` takes all of ``modules``, the first of them standing fast; None when one does.

    With the conflict comes the problem that its rules speak of: the goal of fact ``("demand", i)`` is that
    ``modules[i]`` is taken.
    """
    asked, _ = demanding(problem, [1 << module for module in modules])
    first, *others = range(len(problem.catalogue.facts), len(asked.catalogue.facts))
    conflict = find_conflict(asked, 1 << first, sum(1 << fact for fact in others))
    return None if conflict is None else (conflict, asked)


class _Search:
    """What is known of which sets of rules can hold together; a set that was tried is not tried again."""

    def __init__(self, problem: PlanningProblem, wanted: int, beside: int, attempts: int) -> None:
        self.problem = problem
        self.left = attempts
        _, modules = behind(problem, wanted | beside)
        goals = (Rule("goal", fact=fact) for fact in bits(beside & ~wanted & ~problem.start))
        policy = (Rule("budget"), Rule("month_cap"), Rule("interval"))
        self.rules = (*policy, *goals, *rules_of_modules(problem, modules))
        self.known: dict[frozenset[Rule], Solution | None] = {}

    def attempt(self, kept: Iterable[Rule]) -> Solution | None:
        """Return a plan that keeps the rules ``kept`` and closes the goals; None when it is proven that there is none."""
        key = frozenset(kept)
        if key not in self.known:
            self.left -= 1
            self.known[key] = close_all(dropping(self.problem, (rule for rule in self.rules if rule not in key)))
        return self.known[key]

    def explain(self, kept: tuple[Rule, ...], candidates: tuple[Rule, ...], *, check: bool) -> tuple[Rule, ...]:
        """Return a minimal part of ``candidates`` that is in conflict with ``kept``."""
        if check and self.attempt(kept) is None:
            return ()
        if len(candidates) == 1:
            return candidates
        first, second = candidates[: len(candidates) // 2], candidates[len(candidates) // 2 :]
        late = self.explain((*kept, *first), second, check=True)
        early = self.explain((*kept, *late), first, check=bool(late))
        return (*early, *late)

    def smallest(self, minimal: tuple[Rule, ...]) -> tuple[Rule, ...] | None:
        """Return a conflict of fewest rules, ``minimal`` if none is smaller; None when the attempts ran out.

        Every conflict holds a rule of each correction, a set of rules whose dropping makes a plan possible. A smallest
        set with a rule of each correction found so far is a smallest conflict, or shows one more correction.
        """
        corrections: list[frozenset[Rule]] = []
        while self.left > 0:
            candidate = self._hitting(corrections)
            if candidate is None or len(candidate) == len(minimal):
                return None if candidate is None else minimal
            solution = self.attempt(candidate)
            if solution is None:
                return candidate
            corrections.append(self._correction(solution))
        return None

    def _correction(self, solution: Solution) -> frozenset[Rule]:
        """Return the rules that ``solution`` breaks, less those that another plan can keep beside all that it keeps."""
        broken = broken_rules(self.problem, solution, self.rules)
        for rule in broken:
            if rule in broken and self.left > 0:
                kept = [other for other in self.rules if other not in broken or other == rule]
                better = self.attempt(kept)
                broken = broken if better is None else broken_rules(self.problem, better, self.rules)
        return frozenset(broken)

    def _hitting(self, corrections: list[frozenset[Rule]]) -> tuple[Rule, ...] | None:
        """Return a smallest set of rules that holds one of each of ``corrections``; None when that is not proven."""
        program = Program()
        variables = {rule: program.variable() for rule in self.rules if any(rule in found for found in corrections)}
        for found in corrections:
            program.require(Row({variables[rule]: 1 for rule in self.rules if rule in found}, lower=1))
        if not variables:
            return ()
        answer = program.maximise(dict.fromkeys(variables.values(), -1), lambda values: [])
        if answer is None or answer.value != answer.bound:
            return None
        return tuple(rule for rule, variable in variables.items() if answer.values[variable])
