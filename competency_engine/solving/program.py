"""The one place that runs a solver: integer programs, solved to proven optimality by CP-SAT (OR-Tools).

CP-SAT computes in integers, so a value or a bound is exact. It runs with one worker and a fixed seed, and its limit
counts deterministic work, not seconds: the same program gives the same answer on any machine.

Why the low-level module: `cp_model` imports pandas, which costs more time than a plan; the wrapper it is built on
takes the same protocol buffers. It is loaded with the first program: most plans need none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

WORK_LIMIT = 5.0
"""Deterministic work units for one solve (roughly seconds); past it the best answer so far comes with its bound."""

_UNBOUNDED = 1 << 40

Terms = Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Row:
    """lower ≤ Σ coefficient × variable ≤ upper; None = no bound."""

    terms: Terms
    lower: int | None = None
    upper: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The best assignment found, its value, and the proven bound that no assignment exceeds."""

    values: tuple[int, ...]
    value: int
    bound: int

    def value_of(self, terms: Terms) -> int:
        """Return what ``terms`` come to in it."""
        return _value(terms, self.values)


def _value(terms: Terms, values: tuple[int, ...]) -> int:
    return sum(coefficient * values[variable] for variable, coefficient in terms.items())


@cache
def _cp_sat() -> Any:
    from ortools.sat.python import cp_model_helper

    return cp_model_helper


Cuts = Callable[[tuple[int, ...]], list[Row]]


@dataclass
class Program:
    """A maximisation over integer variables from 0 to an upper bound, under rows; both can be added between solves.

    Attributes:
        work_limit: of one solve.
        cutting_planes: whether to look for them at once; a program that is nearly its own relaxation is proven sooner without, and is
            solved again with them where it is not.
        last: the values of the last answer; the next solve begins from it.
    """

    work_limit: float = WORK_LIMIT
    cutting_planes: bool = True
    _uppers: list[int] = field(default_factory=list)
    _model: Any = field(default_factory=lambda: _cp_sat().CpModelProto())
    last: tuple[int, ...] = ()

    def variable(self, upper: int = 1) -> int:
        """Return the index of a new variable 0 ≤ v ≤ ``upper``."""
        self._model.variables.add().domain.extend([0, upper])
        self._uppers.append(upper)
        return len(self._uppers) - 1

    def require(self, row: Row) -> None:
        """Add ``row`` to all solves from now on."""
        linear = self._model.constraints.add().linear
        linear.vars.extend(list(row.terms.keys()))
        linear.coeffs.extend(list(row.terms.values()))
        lower = -_UNBOUNDED if row.lower is None else row.lower
        linear.domain.extend([lower, _UNBOUNDED if row.upper is None else row.upper])

    def require_gate(self, gate: int, at_least: int, parts: list[int]) -> None:
        """Let ``gate`` be 1 only if at least ``at_least`` of ``parts`` are; all of them is the tighter form.

        A variable may stand for several parts.
        """
        if at_least == len(parts):
            for part in parts:
                self.require(Row({gate: 1, part: -1}, upper=0))
        else:
            counts = {part: -parts.count(part) for part in parts}
            self.require(Row({gate: at_least, **counts}, upper=0))

    def span(self, terms: Terms) -> int:
        """Return by how much the values of ``terms`` can differ at the most, by the bounds of the variables alone."""
        return sum(abs(coefficient) * self._uppers[variable] for variable, coefficient in terms.items())

    def maximise(self, objective: Terms, cuts: Cuts) -> Answer | None:
        """Return an assignment that maximises ``objective`` and the proven bound; None when none was found.

        No solve is needed when the last answer, which keeps every row added since, reaches what the bounds of the
        variables alone allow. ``cuts`` looks at each candidate and returns rows that it breaks and every true solution keeps; the solve is
        repeated with them until it has none to add.
        """
        if len(self.last) == len(self._uppers):
            best = _value(objective, self.last)
            if best == self._ceiling(objective):
                return Answer(self.last, best, best)
        while True:
            answer = self._solve(objective)
            if answer is None:
                return None
            broken = cuts(answer.values)
            if not broken:
                self.last = answer.values
                return answer
            for row in broken:
                self.require(row)

    def _solve(self, objective: Terms) -> Answer | None:
        answer = None if self.cutting_planes else self._solve_once(objective, cutting_planes=False)
        proven = answer is not None and answer.value == answer.bound
        return answer if proven else self._solve_once(objective, cutting_planes=True)

    def _solve_once(self, objective: Terms, *, cutting_planes: bool) -> Answer | None:
        model = self._model
        model.clear_objective()
        model.objective.vars.extend(list(objective.keys()))
        model.objective.coeffs.extend([-coefficient for coefficient in objective.values()])
        model.clear_solution_hint()
        model.solution_hint.vars.extend(list(range(len(self.last))))
        model.solution_hint.values.extend(list(self.last))
        solver = _cp_sat().SolveWrapper()
        solver.set_parameters(self._parameters(cutting_planes=cutting_planes))
        response = solver.solve(model)
        values = tuple(response.solution)
        if not values:
            return None
        return Answer(values, _value(objective, values), -response.inner_objective_lower_bound)

    def _ceiling(self, objective: Terms) -> int:
        return sum(
            coefficient * self._uppers[variable] for variable, coefficient in objective.items() if coefficient > 0
        )

    def _parameters(self, *, cutting_planes: bool) -> Any:
        parameters = _cp_sat().SatParameters()
        parameters.num_workers = 1
        parameters.random_seed = 0
        parameters.max_deterministic_time = self.work_limit
        parameters.linearization_level = 2
        parameters.cut_level = int(cutting_planes)
        parameters.cp_model_probing_level = 0
        parameters.symmetry_level = 0
        parameters.max_presolve_iterations = 1
        parameters.catch_sigint_signal = False  # else it leaves behind that an interrupt kills
        return parameters
