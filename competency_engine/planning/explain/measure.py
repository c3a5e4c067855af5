"""What to measure next: where the plan would change with the true level of a unit, and what it is worth to know it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from competency_engine.assessment.gaps import Assessment, Gap
from competency_engine.assessment.information import Outcomes, chances_of_levels, outcomes_of, value_of
from competency_engine.domain.calibration import Calibration
from competency_engine.domain.entity import UnitId
from competency_engine.domain.evidence import Instrument
from competency_engine.domain.library import Library
from competency_engine.measurement.raters import Array
from competency_engine.planning.pose import Horizon, pose_problem
from competency_engine.planning.problem import Catalogue
from competency_engine.planning.search import Search

MIN_NET_HOURS = 0.05
"""Measurements that are worth less beyond their cost are not proposed."""
_POSSIBLE = 0.001
"""Levels less likely than this are not looked at."""
_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Proposal:
    """One measurement that is worth more hours than it takes.

    Attributes:
        unit: what to measure.
        instrument: with what.
        value: expected hours of training that are then no longer given in vain, or missing.
        level: the level that counts now.
        required: the level required.
        hours: hours of training in all that the person needs, by true level from 0 up to the required one; of levels that
            cannot be held, those of the nearest that can.
        chances: P(level).
    """

    unit: UnitId
    instrument: Instrument
    value: float
    level: int
    required: int
    hours: tuple[float, ...]
    chances: tuple[float, ...]

    @property
    def net(self) -> float:
        """Hours that it is worth beyond what it takes."""
        return round(self.value - self.instrument.cost_hours, 6)


@dataclass(frozen=True, eq=False)
class Asked:
    """Everything that the question takes.

    Attributes:
        assessment: of the person.
        calibration: as known on the day of the assessment.
        library: the model, the curriculum, the policy.
        catalogue: the curriculum, compiled.
        horizon: of the plan.
        search: over the catalogue.
    """

    assessment: Assessment
    calibration: Calibration | None
    library: Library
    catalogue: Catalogue
    horizon: Horizon
    search: Search


def questionable_units(assessment: Assessment, library: Library) -> tuple[UnitId, ...]:
    """Return the required units whose level may be another; a settled level is not questioned."""
    held = assessment.held
    return tuple(
        unit
        for unit in assessment.required
        if unit not in library.duty_units and (held[unit].evidence is None or held[unit].assumed)
    )


def propose_measurements(
    asked: Asked, units: Sequence[UnitId], report: Callable[[int, int], None]
) -> tuple[Proposal, ...]:
    """Return for each unit the measurement that is worth most, the best first; units where none is worth its hours are left out.

    Each unit is looked at by itself, the others as they count now. No instrument is proposed that was heard within its
    validity.

    Args:
        asked: the question.
        units: to look at.
        report: called before each unit with its number, from 1, and how many there are.
    """
    chances = chances_of_levels(asked.assessment, asked.library, asked.calibration)
    found = []
    for number, unit in enumerate(units, start=1):
        report(number, len(units))
        hours = _hours_by_level(asked, unit, chances[unit])
        if len(set(hours)) > 1:
            proposals = _proposals(asked, unit, chances[unit], hours)
            best = max(proposals, key=lambda proposal: (proposal.net, proposal.instrument.id), default=None)
            found += [best] if best is not None and best.net >= MIN_NET_HOURS else []
    return tuple(sorted(found, key=lambda proposal: (-proposal.net, proposal.unit)))


def _proposals(asked: Asked, unit: UnitId, chances: Array, hours: Sequence[float]) -> Iterator[Proposal]:
    held, required = asked.assessment.held[unit], asked.assessment.required[unit].level
    of_levels = [hours[min(level, required)] for level in range(len(chances))]
    proven = held.fused.proven_up_to if held.fused is not None else 0
    certainty = asked.library.policy.level_certainty_percent
    for outcomes in _open(asked, unit):
        value = value_of(outcomes, chances, held.level, proven, of_levels, certainty)
        rounded = tuple(round(float(chance), 4) for chance in chances)
        yield Proposal(unit, outcomes.instrument, value, held.level, required, tuple(hours), rounded)


def _open(asked: Asked, unit: UnitId) -> Iterator[Outcomes]:
    """Yield the instruments that have not been heard of ``unit`` within their validity."""
    assessment, library = asked.assessment, asked.library
    heard = {
        one.sitting.source
        for one in assessment.heard
        if one.is_valid(assessment.as_of) and any(reason is None for _, _, reason in one.scores_of(unit, library))
    }
    for outcomes in outcomes_of(unit, library, asked.calibration):
        if outcomes.instrument.id not in heard:
            yield outcomes


def _hours_by_level(asked: Asked, unit: UnitId, chances: Array) -> list[float]:
    """Return the fewest hours that close all that can be closed if ``unit`` is held at each level up to the required one.

    Levels beyond those that may be held, or that count now, cost what the nearest of these costs: they bear no weight.
    """
    required = asked.assessment.required[unit].level
    possible = [min(int(level), required) for level in np.flatnonzero(chances >= _POSSIBLE)]
    possible.append(min(asked.assessment.held[unit].level, required))
    hours: list[float] = []
    for level in range(min(possible), max(possible) + 1):
        found = _at_level(asked, unit, level)
        closing = asked.search.close_goals(pose_problem(found, asked.library, asked.catalogue, asked.horizon))
        hours.append(closing.hours / _QUARTERS if closing is not None else 0.0)
    return [hours[0]] * min(possible) + hours + [hours[-1]] * (required - max(possible))


def _at_level(asked: Asked, unit: UnitId, level: int) -> Assessment:
    """Return the assessment as it would be with ``unit`` found at ``level``."""
    assessment, kind = asked.assessment, asked.library.policy.default_gap_kind
    required = assessment.required[unit]
    held = {**assessment.held, unit: replace(assessment.held[unit], level=level, assumed=False)}
    gaps = [gap for gap in assessment.gaps if gap.unit != unit]
    if level < required.level:
        gaps.append(Gap(unit, level, False, required, kind))
    return replace(assessment, held=held, gaps=tuple(sorted(gaps, key=lambda gap: gap.unit)))
