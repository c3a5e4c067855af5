"""Scores: does each belong to what its instrument scores, and lie in its range?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from competency_engine.diagnostics import Diagnostic, Severity, SourceMap
from competency_engine.domain.evidence import Evidence, Sitting
from competency_engine.loading.validation import suggestion
from competency_engine.text import say

ScoreRanges = Mapping[str, Mapping[str, tuple[int, int]]]
"""By instrument: lowest and highest score of each unit or item."""


def find_misfits(sitting: Sitting, ranges: ScoreRanges) -> list[str]:
    """Return the units and items that the instrument of ``sitting`` does not score, or not so."""
    of_instrument = ranges.get(sitting.source)
    if of_instrument is None:
        return []
    nothing = (1, 0)
    return [
        key
        for key, score in sitting.scores.items()
        if not (bounds := of_instrument.get(key, nothing))[0] <= score <= bounds[1]
    ]


def check_scores(evidence: Evidence, source_map: SourceMap, ranges: ScoreRanges) -> Iterator[Diagnostic]:
    """Yield a diagnostic for every score that does not fit its instrument."""
    for index, sitting in enumerate(evidence.sittings):
        for key in find_misfits(sitting, ranges):
            path = ("sittings", index, "scores", key)
            bounds = ranges[sitting.source].get(key)
            if bounds is None:
                known = suggestion(key, ranges[sitting.source]) or say(
                    "改为它评的单元或题目", "write one that it scores"
                )
                texts = (
                    say(
                        f"评估工具 {sitting.source} 不评 {key}", f"the instrument {sitting.source} does not score {key}"
                    ),
                    say("它评的单元或题目", "a unit or an item that it scores"),
                    known,
                )
                yield Diagnostic("REF04", Severity.ERROR, source_map.key(path), *texts)
            else:
                low, high = bounds
                texts = (
                    say(
                        f"{key} 的评分 {sitting.scores[key]} 超出范围",
                        f"the score {sitting.scores[key]} of {key} is out of range",
                    ),
                    say(f"{low} 到 {high} 的整数", f"a whole number from {low} to {high}"),
                    say("按评估工具的分值改正", "mend it by the range of the instrument"),
                )
                yield Diagnostic("REF04", Severity.ERROR, source_map.value(path), *texts)
