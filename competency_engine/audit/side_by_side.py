"""Two curricula, or two cities, side by side by the units of the model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from competency_engine.audit.coverage import Coverage, Step
from competency_engine.audit.findings import Finding
from competency_engine.audit.people import Tally
from competency_engine.domain.crosswalk import Counterpart
from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library
from competency_engine.graph.crossing import Links, followed


@dataclass(frozen=True, eq=False)
class Side:
    """One of the two.

    Attributes:
        name: by which it was asked for.
        library_hash: SHA-256 of its files.
        library: its model and curriculum.
        coverage: of the one by the other.
        findings: what is wrong with it.
        tally: of its people; None = there are none.
    """

    name: str
    library_hash: str
    library: Library
    coverage: Coverage
    findings: tuple[Finding, ...]
    tally: Tally | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """A unit of the first model beside one of the second; None where it has no counterpart.

    Attributes:
        a: unit of the first model.
        b: unit of the second.
        link: how the first stands to the second; None where one of them is alone.
    """

    a: UnitId | None
    b: UnitId | None
    link: Counterpart | None

    @property
    def is_same(self) -> bool:
        """Whether both are one unit, level by level."""
        return self.link is not None and self.link.relation == "exactMatchOf" and not self.link.levels


@dataclass(frozen=True, eq=False)
class Comparison:
    """Two sides with the units that stand beside each other, those alone among them."""

    a: Side
    b: Side
    pairs: tuple[Pair, ...]

    @property
    def sides(self) -> tuple[Side, Side]:
        """The first and the second."""
        return self.a, self.b


def links_between(first: Library, second: Library) -> Links:
    """Return how the units of two models stand to each other without a crosswalk: by id, or by what came to replace them in the second."""
    found = {unit: (Counterpart(unit=unit),) for unit in first.units if unit in second.units}
    retired = {unit: gone.replaced_by for unit, gone in second.retired_units.items()}
    replaced = followed(retired, second.units, len(second.model.scale) - 1)
    return {**{unit: links for unit, links in replaced.items() if unit in first.units}, **found}


def pair_units(first: Library, second: Library, links: Links) -> tuple[Pair, ...]:
    """Return every unit of both models, beside its counterparts or alone: the first's in order, then the rest of the second."""
    pairs: list[Pair] = []
    for unit in first.units:
        beside = [link for link in links.get(unit, ()) if link.unit in second.units]
        pairs += (Pair(unit, link.unit, link) for link in beside)
        if not beside:
            pairs.append(Pair(unit, None, None))
    met = {pair.b for pair in pairs}
    pairs += (Pair(None, unit, None) for unit in second.units if unit not in met)
    return tuple(pairs)


@dataclass(frozen=True, slots=True)
class StepPair:
    """A level of a unit beside what it counts as; None where there is nothing beside it."""

    pair: Pair
    a: Step | None
    b: Step | None


def pair_steps(comparison: Comparison) -> Iterator[StepPair]:
    """Yield the steps of each pair of units, every one of both sides, in order of level."""
    first, second = (side.coverage for side in comparison.sides)
    for pair in comparison.pairs:
        own = first.of_unit.get(pair.a, ()) if pair.a is not None else ()
        others = second.of_unit.get(pair.b, ()) if pair.b is not None else ()
        yield from _step_pairs(pair, own, others)


def _step_pairs(pair: Pair, own: Sequence[Step], others: Sequence[Step]) -> Iterator[StepPair]:
    by_level = {step.level: step for step in others}
    met = set()
    for step in own:
        level = pair.link.counts_as(step.level) if pair.link is not None and pair.link.carries else 0
        met.add(level)
        yield StepPair(pair, step, by_level.get(level))
    yield from (StepPair(pair, None, step) for step in others if step.level not in met)


def only_findings(comparison: Comparison) -> Iterator[tuple[Side, Finding]]:
    """Yield the findings that one side has and the other has not: none of the same kind about the same subject."""
    first, second = comparison.sides
    names = _names(comparison.pairs)
    there = {(finding.kind, finding.subject) for finding in second.findings}
    here = {
        (finding.kind, name) for finding in first.findings for name in names.get(finding.subject, [finding.subject])
    }
    for finding in first.findings:
        if not any((finding.kind, name) in there for name in names.get(finding.subject, [finding.subject])):
            yield first, finding
    yield from ((second, finding) for finding in second.findings if (finding.kind, finding.subject) not in here)


def _names(pairs: Sequence[Pair]) -> Mapping[str, list[str]]:
    """Return what each unit of the first model is called in the second; one for which nothing counts there has no name."""
    found: dict[str, list[str]] = {}
    for pair in pairs:
        if pair.a is not None:
            found.setdefault(pair.a, []).extend([pair.link.unit] if pair.link is not None and pair.link.carries else [])
    return found
