"""Check a certificate: a proof, short enough to read, that the goals of a plan cannot be closed in fewer hours.

It shares no code with the search that writes it. A certificate is a sequence of integers; modules are named by index, hours are quarters::

    certificate = part*                              the hours of parts that share no module add up
    part  = PART bound n module{n} round* rest CLOSE no plan spends less than ``bound`` on these modules
    round = cut* FIX                                 strike every module with which the cuts already add up to the bound
    rest  = cut*                                     the cuts add up to the bound
          | (FORCE module)* part*                    every plan holds these modules, and then the parts remain
          | BRANCH module part* CLOSE part* CLOSE    with the module and without it, the bound is reached
    cut   = CUT weight n module{n}                   every plan holds one of these; each may bear its hours in weights, no more

That "every plan holds one of these" is true is seen by taking everything else: some goal stays open.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache

from competency_engine.planning.problem import Catalogue, Certificate, PlanningProblem, bits

CUT, FIX, FORCE, PART, BRANCH, CLOSE = -1, -2, -3, -4, -5, -6


class RefusedError(ValueError):
    """The certificate does not prove what it claims."""


def seal_certificate(problem: PlanningProblem, hours: int, steps: tuple[int, ...]) -> Certificate:
    """Return the certificate of ``steps``, written for ``problem``."""
    return Certificate(hours, steps, _seal(problem, hours, steps))


def check_certificate(problem: PlanningProblem, modules: int, certificate: Certificate) -> None:
    """Refuse unless every selection that closes all the goals that ``modules`` close takes the certificate's hours or more.

    Budget, months and preferences play no part in it.

    Raises:
        RefusedError: when the seal is broken or a step is not true.
    """
    if certificate.seal != _seal(problem, certificate.hours, certificate.steps):
        raise RefusedError("the certificate was altered, or written for another problem")
    closed, _ = problem.catalogue.closure(problem.start, modules)
    goals = sum(1 << goal.fact for goal in problem.goals if closed >> goal.fact & 1)
    checker = _Checker(problem, goals, certificate.steps)
    try:
        proven = checker.parts(_takeable(problem), (1 << len(problem.catalogue.module_ids)) - 1)
    except IndexError:
        raise RefusedError("the certificate ends too early") from None
    if checker.at != len(certificate.steps):
        raise RefusedError("something follows the last part")
    if proven != certificate.hours:
        raise RefusedError(f"the parts add up to {proven}, not to {certificate.hours}")


def _seal(problem: PlanningProblem, hours: int, steps: tuple[int, ...]) -> str:
    goals = tuple(goal.fact for goal in problem.goals)
    bound = (_digest(problem.catalogue), problem.start, problem.available, problem.completed, goals, hours, steps)
    return hashlib.sha256(repr(bound).encode()).hexdigest()


@lru_cache(maxsize=4)
def _digest(catalogue: Catalogue) -> str:
    gates = tuple((gate.fact, gate.at_least, gate.children) for gate in catalogue.gates)
    parts = (catalogue.module_ids, catalogue.hours, catalogue.needs, catalogue.adds, gates, catalogue.partners)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _takeable(problem: PlanningProblem) -> int:
    """Return the modules that some selection can hold: they can be taken, and so can a partner where one is asked for."""
    catalogue, allowed = problem.catalogue, problem.available
    while True:
        _, taken = catalogue.closure(problem.start, allowed)
        kept = sum(
            1 << module
            for module in bits(taken)
            if not catalogue.partners[module] or catalogue.partners[module] & (taken | problem.completed)
        )
        if kept == allowed:
            return allowed
        allowed = kept


@dataclass
class _Checker:
    problem: PlanningProblem
    goals: int
    tokens: tuple[int, ...]
    at: int = 0

    def next(self) -> int:
        self.at += 1
        return self.tokens[self.at - 1]

    def modules(self, among: int) -> int:
        """Read a list of modules, each of ``among``, none twice."""
        listed = 0
        for _ in range(self.next()):
            module = self.next()
            if module < 0 or not among >> module & 1 or listed >> module & 1:
                raise RefusedError(f"module {module} has no place here")
            listed |= 1 << module
        return listed

    def needs_one_of(self, modules: int, allowed: int) -> None:
        """Refuse unless a goal stays open when everything allowed but ``modules`` is taken."""
        facts, _ = self.problem.catalogue.closure(self.problem.start, allowed & ~modules)
        if not self.goals & ~facts:
            raise RefusedError("the goals can be closed without any module of a cut")

    def parts(self, allowed: int, payable: int) -> int:
        """Read parts that share no module and return what they add up to."""
        total = 0
        while self.at < len(self.tokens) and self.tokens[self.at] == PART:
            self.at += 1
            bound = self.next()
            modules = self.modules(payable)
            payable &= ~modules
            self.part(_Region(bound, allowed, modules))
            total += bound
        return total

    def part(self, region: _Region) -> None:
        """Read one part to its end; refuse unless its bound is reached."""
        hours = self.problem.catalogue.hours
        while True:
            token = self.next()
            if token == CUT:
                weight = self.next()
                cut = self.modules(region.payable)
                self.needs_one_of(cut, region.allowed)
                region.charge(weight, cut, hours)
            elif token == FIX:
                region.strike(hours)
            elif token == FORCE:
                module = self.next()
                if module < 0 or not region.payable >> module & 1:
                    raise RefusedError(f"module {module} has no place here")
                self.needs_one_of(1 << module, region.allowed)
                region.pay(module, hours)
            elif token == PART:
                self.at -= 1
                region.reached = max(region.reached, region.paid + self.parts(region.allowed, region.payable))
            elif token == BRANCH:
                region.reached = max(region.reached, self.branch(region))
            elif token == CLOSE:
                if max(region.charged, region.reached) < region.bound:
                    raise RefusedError(f"a part claims {region.bound} and proves {max(region.charged, region.reached)}")
                return
            else:
                raise RefusedError(f"{token} is no step of a certificate")

    def branch(self, region: _Region) -> int:
        """Read both cases of a branch and return what the cheaper one reaches."""
        module = self.next()
        if module < 0 or not region.payable >> module & 1:
            raise RefusedError(f"module {module} has no place here")
        other = region.payable & ~(1 << module)
        with_it = self.problem.catalogue.hours[module] + self.case(region.allowed, other)
        return min(with_it, self.case(region.allowed & ~(1 << module), other))

    def case(self, allowed: int, payable: int) -> int:
        """Read one case: its parts, or an empty cut where no plan is left."""
        if self.tokens[self.at] == CUT and self.tokens[self.at + 2] == 0:
            self.needs_one_of(0, allowed)
            reached, self.at = self.tokens[self.at + 1], self.at + 3
        else:
            reached = self.parts(allowed, payable)
        if self.next() != CLOSE:
            raise RefusedError("a case does not end")
        return reached


@dataclass
class _Region:
    """The modules of one part, what they were charged with, and how far its bound has been reached."""

    bound: int
    allowed: int
    payable: int
    paid: int = 0
    charged: int = 0
    reached: int = 0
    loads: dict[int, int] = field(default_factory=dict)

    def charge(self, weight: int, cut: int, hours: tuple[int, ...]) -> None:
        if weight <= 0:
            raise RefusedError(f"a cut has the weight {weight}")
        self.charged += weight
        for module in bits(cut):
            self.loads[module] = self.loads.get(module, 0) + weight
            if self.loads[module] > hours[module]:
                raise RefusedError(f"module {module} bears more than its hours")

    def strike(self, hours: tuple[int, ...]) -> None:
        self.allowed &= ~sum(
            1 << m for m in bits(self.payable) if self.charged - self.loads.get(m, 0) + hours[m] >= self.bound
        )
        self.reached, self.charged, self.loads = max(self.reached, self.charged), 0, {}

    def pay(self, module: int, hours: tuple[int, ...]) -> None:
        self.charged, self.loads = 0, {}
        self.paid += hours[module]
        self.payable &= ~(1 << module)
        self.reached = max(self.reached, self.paid)
