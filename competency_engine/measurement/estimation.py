"""The parameters of the rater model, estimated from a population by penalised expectation–maximisation.

Each round takes what the scores say under the present parameters (the expected counts of scores by type and level, and
of levels by ability) and moves every parameter one damped Newton step up the expected log-likelihood plus log prior
(a generalised EM: Dempster, Laird and Rubin 1977). Nothing is drawn at random.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from competency_engine.measurement.inference import Given, each_ability, infer
from competency_engine.measurement.raters import (
    EVEN,
    TYPES,
    Array,
    RaterModel,
    Scale,
    Sheet,
    Whole,
    abilities,
    graded,
    perceived,
    type_weights,
)

ROUNDS = 20
"""Rounds of the algorithm; the anchors of the scale move slowly: forty more move a bias by some hundredths of a level."""
DEVIATION = 0.25
"""Prior standard deviation of each threshold about its place, in levels."""
ITEM_DEVIATION = 0.5
"""Prior standard deviation of an item's difficulty about the level that it asks for."""
NOISE_DEVIATION = 0.5
"""Prior standard deviation of the logarithm of a noise."""
UNIT_DEVIATION = 0.7
"""Prior standard deviation of a unit's difficulty, in levels."""
UNIT_NOISE = 0.5
UNIT_NOISE_DEVIATION = 0.3
EVEN_SHARE = 0.2
"""Where nothing is known: share of people with an even profile."""
ABILITY_SPREAD = 1.2
"""Where nothing is known: standard deviation of abilities about the middle of the scale, in levels."""
PRIOR_PEOPLE = 5.0
"""People for whom the prior of abilities counts."""
PRIOR_RATERS = 20.0
"""Raters for whom the prior of their types counts."""
MEMORY_FROM = 3
"""Sittings from which a rater is known by their own."""
MEMORY_PRIOR = 2.0
"""Sittings for which the other raters of the instrument count then."""
LEAST_GAP = 0.05
_STEP = 0.02
_LONGEST_STEP = 0.3


@dataclass(frozen=True, eq=False)
class Start:
    """Where the parameters of one instrument start, and how sure that is.

    Attributes:
        places: thresholds without bias; rows = columns of the instrument, or one for all of them.
        bias: expected bias, in levels.
        bias_spread: standard deviation of the belief in it.
        noise: scale of the logistic.
        raters_differ: standard deviation of the raters' own bias; 0 = nobody rates.
        units: index of the unit of each column.
        guessing: chance of a score above 0 by guessing.
    """

    places: Array
    bias: float
    bias_spread: float
    noise: float
    raters_differ: float
    units: Whole
    guessing: float = 0.0

    @property
    def scale(self) -> Scale:
        """The scale before anything is estimated."""
        return Scale(self.units, self.places - self.bias, self.noise, self.guessing)


@dataclass(frozen=True, eq=False)
class Estimates:
    """What was estimated.

    Attributes:
        model: the parameters.
        types: how likely each type of rater is, for each instrument.
        raters: the same for each rater who is known by enough sittings, by instrument and rater.
    """

    model: RaterModel
    types: tuple[Array, ...]
    raters: dict[tuple[int, str], Array]


def ability_prior(top: int) -> Array:
    """Return how likely each ability is where nothing is known, for uneven and then for even profiles."""
    heights = np.exp(-0.5 * ((abilities(top) - top / 2) / ABILITY_SPREAD) ** 2)
    shares: Array = np.concatenate([(1 - EVEN_SHARE) * heights, EVEN_SHARE * heights]) / heights.sum()
    return shares


def level_places(top: int) -> Array:
    """Return the thresholds of levels 1 to ``top`` where each is half-way between two levels."""
    return np.arange(1, top + 1, dtype=np.float64) - 0.5


def starting_model(starts: Sequence[Start], units: int, top: int) -> RaterModel:
    """Return the model before anything is estimated."""
    places = np.repeat(level_places(top)[None], units, axis=0)
    return RaterModel(top, tuple(s.scale for s in starts), places, np.full(units, UNIT_NOISE), ability_prior(top))


def estimate(
    starts: Sequence[Start], sheets: Sequence[Sheet], raters: Sequence[Sequence[str | None]], units: int, top: int
) -> Estimates:
    """Return the parameters that the sheets suggest; the people are numbered from 0 without a gap.

    Args:
        starts: one for each instrument.
        sheets: all sittings; their types are not looked at.
        raters: the rater of each sitting of each sheet; None = unknown.
        units: number of units.
        top: highest level.
    """
    people = 1 + max((int(sheet.people[-1]) for sheet in sheets if len(sheet.people)), default=-1)
    priors = tuple(type_weights(start.raters_differ) for start in starts)
    now = Estimates(starting_model(starts, units, top), priors, {})
    if people == 0:
        return now
    for _ in range(ROUNDS):
        weighed = [_with_types(sheet, names, now) for sheet, names in zip(sheets, raters, strict=True)]
        counts = _Counts(now.model, weighed, starts)
        for given in each_ability(now.model, weighed, people):
            counts.add(given)
        now = _next(now, counts, starts, priors, raters)
    return now


def remember_raters(
    estimates: Estimates, sheets: Sequence[Sheet], raters: Sequence[Sequence[str | None]], people: int
) -> dict[tuple[int, str], tuple[Array, int]]:
    """Return, for each rater in ``sheets``, the sum of what each of their sittings says of their type, and how many there are."""
    weighed = [
        replace(sheet, types=types_of(sheet.scale, names, estimates.types, {}))
        for sheet, names in zip(sheets, raters, strict=True)
    ]
    found: dict[tuple[int, str], tuple[Array, int]] = {}
    for sheet, types, names in zip(weighed, infer(estimates.model, weighed, people).types, raters, strict=True):
        for name, row in zip(names, types, strict=True):
            if name is not None:
                total, sittings = found.get((sheet.scale, name), (np.zeros(TYPES), 0))
                found[sheet.scale, name] = total + row, sittings + 1
    return found


def weights_of_rater(total: Array, sittings: int, types: Array) -> Array:
    """Return how likely each type is for a rater of whom ``sittings`` say ``total``, where ``types`` holds of the instrument."""
    weights: Array = (total + MEMORY_PRIOR * types) / (sittings + MEMORY_PRIOR)
    return weights


def _with_types(sheet: Sheet, raters: Sequence[str | None], now: Estimates) -> Sheet:
    return replace(sheet, types=types_of(sheet.scale, raters, now.types, now.raters))


def types_of(
    scale: int, raters: Sequence[str | None], types: Sequence[Array], known: dict[tuple[int, str], Array]
) -> Array:
    """Return how likely each type is for each of ``raters`` of the instrument ``scale``; rows = raters."""
    rows = [known.get((scale, rater), types[scale]) if rater is not None else types[scale] for rater in raters]
    return np.array(rows).reshape(len(raters), TYPES)


class _Counts:
    """Expected counts, summed over people.

    Attributes:
        scores: for each instrument, shape (columns or 1, scores, types, levels).
        levels: shape (units, levels, abilities).
        ability: by ability.
        types: for each sheet, shape (sittings, types).
    """

    def __init__(self, model: RaterModel, sheets: Sequence[Sheet], starts: Sequence[Start]) -> None:
        self.sheets = sheets
        levels = model.top + 1
        self.scores = [np.zeros((len(s.places), s.scale.scores, TYPES, levels)) for s in starts]
        self.levels = np.zeros_like(model.levels)
        self.ability = np.zeros_like(model.ability)
        self.types = [np.zeros((len(sheet.people), TYPES)) for sheet in sheets]

    def add(self, given: Given) -> None:
        """Add what holds given one ability, by how likely it is."""
        self.ability[given.ability] += given.chance.sum()
        self.levels[:, :, given.ability] += np.einsum("p,pul->ul", given.chance, given.levels)
        place = np.full(int(given.people[-1]) + 1, -1)
        place[given.people] = np.arange(len(given.people))
        for of_types, (reading, rows, types, said) in zip(self.types, given.sittings, strict=True):
            who = place[reading.sheet.people[rows]]
            weight = given.chance[who]
            of_types[rows] += weight[:, None] * types
            others = given.levels[who] / np.exp(said)
            others /= others.sum(axis=2, keepdims=True)
            reading.count(rows, types, others, weight, given.ability, self.scores[reading.sheet.scale])


def _next(
    now: Estimates,
    counts: _Counts,
    starts: Sequence[Start],
    priors: Sequence[Array],
    raters: Sequence[Sequence[str | None]],
) -> Estimates:
    model = now.model
    scales = tuple(
        _move_scale(scale, start, observed, model.top)
        for scale, start, observed in zip(model.scales, starts, counts.scores, strict=True)
    )
    thresholds, noise = _move_units(model, counts.levels)
    ability = counts.ability + PRIOR_PEOPLE * ability_prior(model.top)
    types, known = _move_types(counts, priors, raters)
    return Estimates(RaterModel(model.top, scales, thresholds, noise, ability / ability.sum()), types, known)


def _move_types(
    counts: _Counts, priors: Sequence[Array], raters: Sequence[Sequence[str | None]]
) -> tuple[tuple[Array, ...], dict[tuple[int, str], Array]]:
    """Return the weights of types of each instrument, and of each rater with enough sittings."""
    totals = [PRIOR_RATERS * prior for prior in priors]
    own: dict[tuple[int, str], list[Array]] = {}
    for sheet, types, names in zip(counts.sheets, counts.types, raters, strict=True):
        totals[sheet.scale] = totals[sheet.scale] + types.sum(axis=0)
        for name, row in zip(names, types, strict=True):
            if name is not None:
                own.setdefault((sheet.scale, name), []).append(row)
    shares = tuple(total / total.sum() for total in totals)
    known = {
        key: weights_of_rater(np.sum(rows, axis=0), len(rows), shares[key[0]])
        for key, rows in own.items()
        if len(rows) >= MEMORY_FROM
    }
    return shares, known


def _move_scale(scale: Scale, start: Start, counts: Array, top: int) -> Scale:
    """Return ``scale`` one step further: its bias, each threshold, its noise."""
    seen = perceived(top)
    bias = float(np.mean(start.places - scale.thresholds))
    deviation = scale.thresholds - start.places + bias
    is_rating = len(start.places) == 1
    spread = DEVIATION if is_rating else ITEM_DEVIATION
    log_noise = np.log(scale.noise)

    def fit(bias: float, deviation: Array, log_noise: float) -> Array:
        """Return the penalised log-likelihood of each row of thresholds."""
        noise = np.full(len(counts), np.exp(log_noise))
        logs = np.log(graded(start.places - bias + deviation, noise, seen, scale.guessing))
        penalty = 0.5 * (deviation / spread) ** 2
        likely: Array = (counts * logs).sum(axis=(1, 2, 3)) - (penalty.sum(axis=1) if is_rating else penalty[:, 0])
        return likely

    def of_bias(move: float) -> Array:
        prior = 0.5 * ((bias + move - start.bias) / start.bias_spread) ** 2
        return np.asarray(fit(bias + move, deviation, log_noise).sum() - prior)

    bias += float(_newton(of_bias))
    if is_rating:
        for place in range(deviation.shape[1]):
            deviation = _move_one(deviation, place, lambda trial: fit(bias, trial, log_noise))
    else:
        step = _newton(lambda move: fit(bias, deviation + move, log_noise))
        deviation = deviation + step[:, None]
    deviation -= deviation.mean()  # what all thresholds share is bias, and has its own prior

    def of_noise(move: float) -> Array:
        prior = 0.5 * ((log_noise + move - np.log(start.noise)) / NOISE_DEVIATION) ** 2
        return np.asarray(fit(bias, deviation, log_noise + move).sum() - prior)

    log_noise += float(_newton(of_noise))
    return replace(scale, thresholds=_rising(start.places - bias + deviation), noise=float(np.exp(log_noise)))


def _move_units(model: RaterModel, counts: Array) -> tuple[Array, Array]:
    """Return thresholds and noise of the units, one step further."""
    grid, places = abilities(model.top), level_places(model.top)[None]
    difficulty = (model.thresholds - places).mean(axis=1)
    deviation = model.thresholds - places - difficulty[:, None]
    log_noise = np.log(model.noise)
    kinds = np.split(counts, counts.shape[2] // len(grid), axis=2)

    def fit(difficulty: Array, deviation: Array, log_noise: Array) -> Array:
        away, noise = difficulty[:, None] + deviation, np.exp(log_noise)
        logs = [np.log(graded(places + EVEN**kind * away, EVEN**kind * noise, grid)) for kind in range(len(kinds))]
        likely: Array = (
            sum((part * log).sum(axis=(1, 2)) for part, log in zip(kinds, logs, strict=True))
            - 0.5 * (difficulty / UNIT_DEVIATION) ** 2
            - 0.5 * ((deviation / DEVIATION) ** 2).sum(axis=1)
            - 0.5 * ((log_noise - np.log(UNIT_NOISE)) / UNIT_NOISE_DEVIATION) ** 2
        )
        return likely

    difficulty = difficulty + _newton(lambda move: fit(difficulty + move, deviation, log_noise))
    for place in range(deviation.shape[1]):
        deviation = _move_one(deviation, place, lambda trial: fit(difficulty, trial, log_noise))
    deviation -= deviation.mean(axis=1, keepdims=True)
    log_noise = log_noise + _newton(lambda move: fit(difficulty, deviation, log_noise + move))
    return _rising(places + difficulty[:, None] + deviation), np.exp(log_noise)


def _move_one(deviation: Array, place: int, fit: Callable[[Array], Array]) -> Array:
    """Return ``deviation`` with its column ``place`` one step further."""

    def moved(move: Array | float) -> Array:
        trial = deviation.copy()
        trial[:, place] += move
        return trial

    return moved(_newton(lambda move: fit(moved(move))))


def _newton(value: Callable[[float], Array]) -> Array:
    """Return the damped Newton step from 0 towards the top of ``value``, by differences; a function of arrays moves each element."""
    here, up, down = value(0.0), value(_STEP), value(-_STEP)
    slope, bend = (up - down) / (2 * _STEP), (up - 2 * here + down) / _STEP**2
    step = np.where(bend < 0, -slope / np.minimum(bend, -1e-9), np.sign(slope) * 0.1)
    clipped: Array = np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
    return clipped


def _rising(thresholds: Array) -> Array:
    """Return ``thresholds`` with each at least a little above the one before."""
    ramp = LEAST_GAP * np.arange(thresholds.shape[1])
    risen: Array = np.maximum.accumulate(thresholds - ramp, axis=1) + ramp
    return risen
