"""The structure of units, topics and modules as tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from competency_engine.audit.structure import Measured
from competency_engine.reports.tables import Cell, Column, DataTable, count, label
from competency_engine.text import Text, say

LAYERS: dict[str, Text] = {
    "unit": say("单元", "unit"),
    "topic": say("专题", "topic"),
    "module": say("课程", "module"),
}


def structure_tables(layers: Sequence[Measured]) -> Iterator[DataTable]:
    """Yield the metrics of units, topics and modules, what everything passes through, and requisites that say nothing new."""
    columns = (
        label("layer", "层", "Layer"),
        label("id", "标识", "Id"),
        count("blocking", "阻断", "Blocking", say("它通向多少个", "how many it leads to")),
        count("delay", "延迟", "Delay", say("经过它的最长链的长度", "length of the longest chain through it")),
        Column(
            "complexity",
            say("结构复杂度", "Complexity"),
            say("阻断加延迟；学季制取三分之二", "blocking plus delay; under quarters two thirds of it"),
            "number",
        ),
        count(
            "centrality",
            "中心度",
            "Centrality",
            say("经过它的各链长度之和", "sum of the lengths of the paths through it"),
        ),
        count("reachability", "前置", "Reachability", say("之前须有多少个", "how many must come before")),
        count(
            "step",
            "最早第几步",
            "Earliest step",
            say("最早在最长链的第几步", "step of a longest chain at which it can stand at the earliest"),
        ),
        Column(
            "deferment",
            say("推迟系数", "Deferment"),
            say("1/(1+空余步数)，1 为不能推迟", "1 / (1 + free steps); 1 = it cannot be put off"),
            "number",
        ),
        count(
            "inflexibility",
            "不灵活系数",
            "Inflexibility",
            say("不是月月开的课程：错过一次的代价", "of modules that do not run all year: how dear it is to miss it"),
        ),
        count(
            "component",
            "连通块",
            "Component",
            say(
                "属于第几大的连通块；空为与谁都不相连",
                "which of the sets that hang together, the largest first; none where nothing touches it",
            ),
        ),
    )
    yield DataTable(
        "structure",
        say("结构", "Structure"),
        say(
            "每行一个单元、专题或课程；定义见 docs/structure.md",
            "a unit, topic or module a row; docs/structure.md defines the metrics",
        ),
        columns,
        tuple(row for layer in layers for row in _metric_rows(layer)),
    )
    yield DataTable(
        "bottlenecks",
        say("瓶颈", "Bottlenecks"),
        say(
            "每行一个单元或专题：直接先修 ≥ 3、直接后续 ≥ 3 或合计 ≥ 5",
            "a unit or topic a row: direct requisites ≥ 3, direct followers ≥ 3, or both ≥ 5",
        ),
        (
            label("layer", "层", "Layer"),
            label("id", "标识", "Id"),
            count("before", "直接先修", "Direct requisites"),
            count("after", "直接后续", "Direct followers"),
        ),
        tuple(row for layer in layers for row in _bottleneck_rows(layer)),
    )
    yield DataTable(
        "requisite_faults",
        say("多余和矛盾的先修", "Redundant and contradictory requisites"),
        say(
            "每行一条：redundant 已由别的先修推出（只对从头学的人），cycle 成环",
            "a requisite a row: redundant = others imply it, for whoever learns all of it here; cycle = it leads back to itself",
        ),
        (
            label("layer", "层", "Layer"),
            label("fault", "种类", "Fault"),
            label("id", "标识", "Id"),
            label("requires", "先修", "Requires"),
            label("reason", "原因", "Reason"),
        ),
        tuple(
            (layer.layer, fault.kind, fault.after, fault.before, fault.reason)
            for layer in layers
            for fault in layer.faults
        ),
    )


def _metric_rows(layer: Measured) -> Iterator[tuple[Cell, ...]]:
    if layer.metrics is None:
        return
    metrics = (
        layer.metrics.blocking,
        layer.metrics.delay,
        layer.metrics.complexity,
        layer.metrics.centrality,
        layer.metrics.reachability,
    )
    component = {course: rank for rank, part in enumerate(layer.components, start=1) for course in part}
    for course in layer.requisites.courses:
        yield (
            layer.layer,
            course,
            *(metric.values[course] for metric in metrics),
            layer.steps[course],
            round(layer.deferment[course], 4),
            layer.inflexibility.get(course),
            component.get(course),
        )


def _bottleneck_rows(layer: Measured) -> Iterator[tuple[Cell, ...]]:
    """Yield the bottlenecks of one layer, most requisites and followers first."""
    requisites = layer.requisites
    counts = {}
    for course in layer.bottlenecks:
        position = requisites.index[course]
        counts[course] = len(requisites.before[position]), len(requisites.after[position])
    for course in sorted(counts, key=lambda course: (-sum(counts[course]), course)):
        yield (layer.layer, course, *counts[course])
