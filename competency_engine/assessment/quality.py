"""How good the evidence is: items and tests, agreement of raters and sources; figures only where the data can carry them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from competency_engine.assessment.gaps import asked_of
from competency_engine.assessment.heard import Heard, hear
from competency_engine.assessment.requirements import find_role
from competency_engine.domain.evidence import Instrument, Item
from competency_engine.domain.library import Library
from competency_engine.domain.people import Dossier
from competency_engine.measurement.agreement import (
    PairAgreement,
    SourceDifference,
    ordinal_alpha,
    pair_agreement,
    source_differences,
)
from competency_engine.measurement.dif import ItemDif, find_dif
from competency_engine.measurement.estimate import Estimate, Thin
from competency_engine.measurement.irt import (
    ItemFit,
    ItemModel,
    fit_rasch,
    fit_two_parameter,
    item_fit,
    marginal_reliability,
)
from competency_engine.measurement.items import (
    ItemStatistics,
    analyse_items,
    cronbach_alpha,
    standard_error_of_measurement,
)
from competency_engine.measurement.scores import MISSING, Ints


@dataclass(frozen=True, eq=False)
class GroupQuality:
    """Items of one domain within a test.

    Attributes:
        domain: its id.
        items: positions of its items.
        alpha: how far the items hang together.
        rasch: the Rasch model of the items of one point; `Thin` where it cannot be fitted.
        fit: its mean squares; None without a model.
        reliability: of the abilities that it gives.
        two_parameter: the same items with a discrimination each.
    """

    domain: str
    items: tuple[int, ...]
    alpha: Estimate
    rasch: ItemModel | Thin
    fit: ItemFit | None
    reliability: Estimate | None
    two_parameter: ItemModel | Thin


@dataclass(frozen=True, eq=False)
class TestQuality:
    """One instrument with items, as far as people have answered it.

    Attributes:
        instrument: the instrument.
        items: those that somebody answered.
        people: how many people.
        statistics: of each item.
        alpha: of the whole.
        error: standard error of measurement of the total, in points.
        groups: domain by domain.
        dif: of each item between people new in the post and the others.
    """

    __test__ = False

    instrument: Instrument
    items: tuple[Item, ...]
    people: int
    statistics: tuple[ItemStatistics, ...]
    alpha: Estimate
    error: Estimate
    groups: tuple[GroupQuality, ...]
    dif: tuple[ItemDif, ...]


@dataclass(frozen=True, eq=False)
class RatingQuality:
    """Ratings of the same units of the same people by different sources.

    Attributes:
        sources: the rating instruments on the scale of levels that somebody used.
        alpha: Krippendorff's alpha over all of them.
        pairs: how often two of them agree.
        differences: of each source against the others.
        within: alpha of raters who used one instrument, for each source.
    """

    sources: tuple[Instrument, ...]
    alpha: Estimate
    pairs: PairAgreement
    differences: tuple[SourceDifference, ...]
    within: tuple[Estimate, ...]


@dataclass(frozen=True, eq=False)
class Quality:
    """All that can be said: of ``people`` people, those heard of ``total``."""

    people: int
    total: int
    tests: tuple[TestQuality, ...]
    ratings: RatingQuality | None


@dataclass(frozen=True, slots=True)
class Examined:
    """One person: what is heard, and whether they are new in the post."""

    heard: tuple[Heard, ...]
    is_new: bool


def examine(dossier: Dossier, library: Library, as_of: dt.date) -> Examined:
    """Return what quality is measured from."""
    first = next(iter(library.roles.values()), None)
    asked = asked_of(dossier.person.id, dossier.population, as_of)
    heard = hear(asked.sittings, asked.completed, library, as_of)
    role = find_role(dossier.person, library, as_of)
    return Examined(tuple(one for one in heard if one.unheard is None), role is first)


def measure_quality(people: Sequence[Examined], library: Library, total: int) -> Quality:
    """Return the quality of the evidence on ``people``, of ``total``."""
    tests = tuple(
        quality
        for instrument in library.instruments.values()
        if instrument.id in library.items and (quality := _test(instrument, people, library)) is not None
    )
    return Quality(len(people), total, tests, _ratings(people, library))


def _test(instrument: Instrument, people: Sequence[Examined], library: Library) -> TestQuality | None:
    every = library.items[instrument.id]
    taken = [
        ({key: score for key, score in one.sitting.scores.items() if key not in one.dropped}, examined.is_new)
        for examined in people
        for one in examined.heard
        if one.sitting.source == instrument.id
    ]
    answered = {key for scores, _ in taken for key in scores} & every.keys()
    if not answered:
        return None
    items = tuple(item for id_, item in every.items() if id_ in answered)
    scores = np.array([[row.get(item.id, MISSING) for item in items] for row, _ in taken])
    highest = np.array([item.points for item in items])
    focal = np.array([is_new for _, is_new in taken])
    domains = {item.id: library.units[item.unit].domain for item in items}
    groups = tuple(
        _group(domain, [i for i, item in enumerate(items) if domains[item.id] == domain], scores, highest)
        for domain in library.domains
        if domain in domains.values()
    )
    return TestQuality(
        instrument,
        items,
        len(taken),
        analyse_items(scores, highest),
        cronbach_alpha(scores, highest),
        standard_error_of_measurement(scores, highest),
        groups,
        find_dif(scores, focal, highest),
    )


def _group(domain: str, places: Sequence[int], scores: Ints, highest: Ints) -> GroupQuality:
    part = scores[:, list(places)]
    simple = part[:, highest[list(places)] == 1]
    rasch: ItemModel | Thin = fit_rasch(simple) if simple.shape[1] > 1 else Thin("few_items")
    two: ItemModel | Thin = fit_two_parameter(simple) if simple.shape[1] > 2 else Thin("few_items")
    return GroupQuality(
        domain,
        tuple(places),
        cronbach_alpha(part, highest[list(places)]),
        rasch,
        item_fit(simple, rasch) if isinstance(rasch, ItemModel) else None,
        marginal_reliability(simple, rasch) if isinstance(rasch, ItemModel) else None,
        two,
    )


def _ratings(people: Sequence[Examined], library: Library) -> RatingQuality | None:
    used = {one.sitting.source for examined in people for one in examined.heard}
    sources = tuple(
        instrument
        for instrument in library.instruments.values()
        if instrument.id in used
        and instrument.id not in library.items
        and instrument.lowest == 0
        and instrument.highest is None
    )
    if not sources:
        return None
    index = {instrument.id: number for number, instrument in enumerate(sources)}
    units = {unit: number for number, unit in enumerate(library.units)}
    cells = [
        (person, units[unit], index[one.sitting.source], level)  # type: ignore[index]
        for person, examined in enumerate(people)
        for one in examined.heard
        if one.sitting.source in index
        for unit, level in one.sitting.scores.items()
        if unit not in one.dropped
    ]
    table = np.array(cells)
    spread, owners = _spread(table)
    within = tuple(_alpha_within(table[table[:, 2] == number]) for number in range(len(sources)))
    return RatingQuality(
        sources,
        ordinal_alpha(spread, groups=owners),
        pair_agreement(spread, groups=owners),
        source_differences(table[:, 0], table[:, 1], table[:, 2], table[:, 3]),
        within,
    )


def _alpha_within(table: Ints) -> Estimate:
    spread, owners = _spread(table)
    return ordinal_alpha(spread, groups=owners)


def _spread(table: Ints) -> tuple[Ints, Ints]:
    """Return the ratings of each unit of a person as a row, and the person of each row."""
    keys, row = np.unique(table[:, :2], axis=0, return_inverse=True)
    row = row.reshape(-1)
    order = np.argsort(row, kind="stable")
    first = np.searchsorted(row[order], row[order])
    column = np.arange(len(order)) - first
    spread = np.full((len(keys), int(column.max()) + 1), MISSING)
    spread[row[order], column] = table[order, 3]
    return spread, keys[:, 0]
