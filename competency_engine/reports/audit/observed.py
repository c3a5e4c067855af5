"""Whether the data bear the model out, as tables."""

from __future__ import annotations

from collections.abc import Iterator

from competency_engine.audit.observed import (
    FEWEST,
    Observed,
    correlation,
    index_of,
    never_scored,
    requisites_of,
)
from competency_engine.domain.library import Library
from competency_engine.reports.tables import Cell, Column, DataTable, count, kept, label
from competency_engine.text import say

MOST_PAIRS = 100


def observed_tables(observed: Observed, library: Library, smallest: int) -> Iterator[DataTable]:
    """Yield the tables; of fewer than ``smallest`` people nothing is said, of fewer than `FEWEST` no verdict."""
    yield _prerequisites(observed, library, smallest)
    yield _levels(observed, smallest)
    yield _together(observed)
    yield _never(observed, library)


def _share(id_: str, zh: str, en: str) -> Column:
    return Column(id_, say(zh, en), say(zh, en), "share")


def _prerequisites(observed: Observed, library: Library, smallest: int) -> DataTable:
    rows: list[tuple[Cell, ...]] = []
    for pair in requisites_of(library):
        index = index_of(pair, observed)
        parts = (index.violations, index.holders - index.violations)
        shown = index.holders >= smallest and all(kept(part, smallest) is not None for part in parts)
        share = round(index.violations / index.holders, 4) if index.holders else None
        contradicted = index.low > 0.5 if index.holders >= FEWEST else None
        rows.append(
            (
                pair.unit,
                pair.before,
                pair.level,
                kept(index.people, smallest),
                kept(index.holders, smallest),
                share if shown else None,
                round(index.low, 4) if shown else None,
                round(index.high, 4) if shown else None,
                round(index.gamma, 4) if shown and index.gamma is not None else None,
                contradicted,
            )
        )
    return DataTable(
        "prerequisites",
        say("数据是否支持单元前置", "Do the data bear prerequisites out"),
        say(
            f"每行一条前置；持有后者而不够前者为违反，过半（95%下限）为与数据矛盾；不足 {FEWEST} 人不下结论",
            f"a prerequisite a row; who holds the later without the earlier violates it; contradicted when more than half do (95 % lower end); no verdict on fewer than {FEWEST}",
        ),
        (
            label("unit", "单元", "Unit"),
            label("before", "前置单元", "Needs"),
            count("level", "前置等级", "At level"),
            count("people", "两者都有等级的人", "People"),
            count("holders", "持有3级及以上", "Hold 3 or more"),
            _share("violations", "违反", "Violations"),
            _share("low", "下限", "Low"),
            _share("high", "上限", "High"),
            Column(
                "gamma",
                say("γ", "Gamma"),
                say("两单元等级的序相关，−1 到 1", "rank association of the two levels, −1 to 1"),
                "number",
            ),
            Column(
                "contradicted",
                say("与数据矛盾", "Contradicted"),
                say("数据是否与前置矛盾", "whether the data contradict it"),
                "boolean",
            ),
        ),
        tuple(rows),
    )


def _levels(observed: Observed, smallest: int) -> DataTable:
    return DataTable(
        "levels",
        say("相邻等级分得开吗", "Do adjacent levels separate"),
        say(
            "每行一个单元的一对相邻等级；模糊度 0 为完全分开，0.5 为分不开",
            "two neighbouring levels of a unit a row; blur 0 = told apart, 0.5 = not at all",
        ),
        (
            label("unit", "单元", "Unit"),
            count("lower", "低的一级", "Lower level"),
            count("people", "人数", "People", say("推定在这两级之一的人", "people likely at one of the two")),
            Column(
                "blur",
                say("模糊度", "Blur"),
                say("两级中较不可能一级的平均份额", "mean share of the less likely of the two"),
                "number",
            ),
        ),
        tuple(
            (unit, lower, int(n), round(total / n, 4))
            for (unit, lower), (n, total) in sorted(observed.blur.items())
            if n >= smallest
        ),
    )


def _together(observed: Observed) -> DataTable:
    found = [
        (correlation(sums), unit, other, sums[0])
        for (unit, other), sums in observed.together.items()
        if sums[0] >= FEWEST
    ]
    known = sorted(
        ((r, unit, other, n) for r, unit, other, n in found if r is not None), key=lambda row: (-row[0], row[1:])
    )
    return DataTable(
        "together",
        say("哪些单元一起变", "Units that move together"),
        say(f"每行一对单元，相关最强的前 {MOST_PAIRS} 对", f"a pair of units a row, the {MOST_PAIRS} most correlated"),
        (
            label("unit", "单元", "Unit"),
            label("other", "另一单元", "Other"),
            count("people", "人数", "People"),
            Column(
                "correlation",
                say("相关", "Correlation"),
                say("推定等级的相关系数", "Pearson's correlation of likely levels"),
                "number",
            ),
        ),
        tuple((unit, other, n, round(r, 4)) for r, unit, other, n in known[:MOST_PAIRS]),
    )


def _never(observed: Observed, library: Library) -> DataTable:
    return DataTable(
        "never_observed",
        say("从未观察过的指标和题目", "Indicators and items never observed"),
        say(
            "每行一个用过的评估工具里没有人被评过的题目或观察点",
            "an item of an instrument in use on which nobody was scored a row",
        ),
        (
            label("instrument", "评估工具", "Instrument"),
            label("item", "题目", "Item"),
            label("unit", "单元", "Unit"),
            count("level", "等级", "Level"),
        ),
        tuple(
            (instrument, item, library.items[instrument][item].unit, library.items[instrument][item].level)
            for instrument, items in never_scored(observed, library).items()
            for item in items
        ),
    )
