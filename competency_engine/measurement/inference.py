"""From scores to the chances of each level, under the model of `raters`.

Given the ability of a person, the type of each sitting is found from that sitting alone (the one approximation: what other
sittings say of the same unit is not heard there); then levels given all types and the ability; then the average over
abilities. With one sitting the answer is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from competency_engine.measurement.raters import Array, RaterModel, Sheet, Whole
from competency_engine.measurement.readings import Reading, read_sheet

_NEGLIGIBLE = 1e-4
"""Abilities less likely than this, against the likeliest, are passed over."""
PEOPLE_AT_A_TIME = 256


@dataclass(frozen=True, eq=False)
class Inference:
    """What the scores say of some people.

    Attributes:
        levels: P(level), shape (people, units, levels).
        alone: P(level) if of a unit only the sheets of one group were heard, shape (groups, people, units, levels).
        types: P(type) of the sittings of each sheet, shape (sittings, types).
    """

    levels: Array
    alone: Array
    types: tuple[Array, ...]


@dataclass(frozen=True, eq=False)
class Given:
    """What holds given one ability, for the people who may have it.

    Attributes:
        ability: its index.
        people: indices of the people.
        chance: how likely it is for each of them.
        levels: P(level), shape (people, units, levels).
        alone: P(level) as each group says on its own, shape (groups, people, units, levels).
        sittings: for each sheet how it is read, its rows, the weights of their types, and the logarithm of what they say of
            each unit: shape (rows, units, levels).
    """

    ability: int
    people: Whole
    chance: Array
    levels: Array
    alone: Array
    sittings: tuple[tuple[Reading, Whole, Array, Array], ...]


def infer(model: RaterModel, sheets: Sequence[Sheet], people: int) -> Inference:
    """Return what ``sheets`` say of ``people`` people; nobody's answer depends on who else is there."""
    shape = (people, len(model.thresholds), model.top + 1)
    levels, alone = np.zeros(shape), np.zeros((_groups(sheets), *shape))
    types = tuple(np.zeros_like(sheet.types) for sheet in sheets)
    for start in range(0, people, PEOPLE_AT_A_TIME):
        span = slice(start, min(people, start + PEOPLE_AT_A_TIME))
        block = [sheet.rows_of(span) for sheet in sheets]
        first = [int(np.searchsorted(sheet.people, start)) for sheet in sheets]
        for given in each_ability(model, block, span.stop - start):
            who, chance = given.people + start, given.chance[:, None, None]
            levels[who] += chance * given.levels
            alone[:, who] += chance * given.alone
            of_person = np.zeros(span.stop - start)
            of_person[given.people] = given.chance
            for index, (_, rows, of_types, _) in enumerate(given.sittings):
                types[index][rows + first[index]] += of_person[block[index].people[rows]][:, None] * of_types
    return Inference(levels, alone, types)


def _groups(sheets: Sequence[Sheet]) -> int:
    return 1 + max((sheet.group for sheet in sheets), default=-1)


def each_ability(model: RaterModel, sheets: Sequence[Sheet], people: int) -> list[Given]:
    """Return what holds given each ability that is likely enough for somebody."""
    readings = [read_sheet(model, sheet) for sheet in sheets]
    of_sheets = [reading.types_given_ability() for reading in readings]
    with np.errstate(divide="ignore"):
        likely = np.repeat(np.log(model.ability)[None], people, axis=0)
    for sheet, of_types in zip(sheets, of_sheets, strict=True):
        np.add.at(likely, sheet.people, _log_sum(of_types))
    chance = _shares(likely)
    chance = np.where(chance >= _NEGLIGIBLE * chance.max(axis=1, keepdims=True), chance, 0.0)
    chance /= chance.sum(axis=1, keepdims=True)
    return [
        _given(model, readings, of_sheets, chance[:, ability], ability)
        for ability in range(len(model.ability))
        if chance[:, ability].any()
    ]


def _given(
    model: RaterModel, readings: Sequence[Reading], of_sheets: Sequence[Array], chance: Array, ability: int
) -> Given:
    who = np.flatnonzero(chance)
    place = np.full(len(chance), -1)
    place[who] = np.arange(len(who))
    prior = np.log(model.levels[:, :, ability])
    heard = np.zeros((_groups([reading.sheet for reading in readings]), len(who), *prior.shape))
    sittings = []
    for reading, of_types in zip(readings, of_sheets, strict=True):
        rows = np.flatnonzero(chance[reading.sheet.people])
        types = _shares(of_types[rows, :, ability])
        said = reading.say(rows, types, ability)
        np.add.at(heard[reading.sheet.group], place[reading.sheet.people[rows]], said)
        sittings.append((reading, rows, types, said))
    return Given(ability, who, chance[who], _shares(prior + heard.sum(axis=0)), _shares(prior + heard), tuple(sittings))


def _log_sum(logs: Array) -> Array:
    """Return the logarithm of the sum of exponentials over the second axis."""
    most = logs.max(axis=1, keepdims=True)
    total: Array = np.log(np.exp(logs - most).sum(axis=1)) + most[:, 0]
    return total


def _shares(logs: Array) -> Array:
    """Return exponentials that sum to 1 over the last axis."""
    powers = np.exp(logs - logs.max(axis=-1, keepdims=True))
    shares: Array = powers / powers.sum(axis=-1, keepdims=True)
    return shares
