"""What was estimated from a population of how its instruments and raters score, kept in a file beside the people."""

import hashlib
import json
from dataclasses import asdict, dataclass, field

CALIBRATION_FORMAT = "competency-engine calibration 1"


@dataclass(frozen=True, eq=False)
class ScaleEstimate:
    """How one instrument scores.

    Attributes:
        columns: its items, in order; empty for a rating instrument, whose units share one scale.
        thresholds: for each column (one for all units of a rating) the level from which each score is likelier than not.
        noise: scatter of a score about the level, scale of a logistic, in levels.
        types: how likely each type of rater is; as ``measurement.raters.SHIFTS``.
    """

    columns: tuple[str, ...]
    thresholds: tuple[tuple[float, ...], ...]
    noise: float
    types: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class UnitEstimate:
    """How levels of one unit go with the ability of a person: thresholds of levels 1, 2 … and their scatter, in levels."""

    thresholds: tuple[float, ...]
    noise: float


@dataclass(frozen=True, eq=False)
class Calibration:
    """Parameters of the rater model as estimated from a population.

    Attributes:
        as_of: date up to which evidence was heard, as 2026-11-22.
        people: how many people there were.
        sample: how many of them, chosen by the hash of their labels, the parameters were estimated from.
        scales: by instrument.
        units: by unit.
        ability: how likely each ability is on the grid of the model.
        raters: by ``instrument/rater``, for raters with enough sittings: how likely each type is.
        hash: SHA-256 of all the rest.
        format: what this is.
    """

    as_of: str
    people: int
    sample: int
    scales: dict[str, ScaleEstimate]
    units: dict[str, UnitEstimate]
    ability: tuple[float, ...]
    raters: dict[str, tuple[float, ...]] = field(default_factory=dict)
    hash: str = ""
    format: str = CALIBRATION_FORMAT


def hash_of(calibration: Calibration) -> str:
    """Return the SHA-256 of all of ``calibration`` but its hash."""
    value = {key: part for key, part in asdict(calibration).items() if key != "hash"}
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
