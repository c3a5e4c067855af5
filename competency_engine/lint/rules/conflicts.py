"""Prerequisites, pairs, months and hours that cannot all hold at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from competency_engine.diagnostics import Position, Related, Severity
from competency_engine.domain.curriculum import Module, Topic
from competency_engine.domain.entity import ModuleId
from competency_engine.domain.library import Library
from competency_engine.graph.build import Node, PrerequisiteGraph, build_graph
from competency_engine.graph.queries import ancestors, descendants, edges_where
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.text import Text, say

_YEAR = range(1, 13)


def check_conflicts(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each pair, and each path of a topic, whose months, hours and prerequisites leave no way to take it."""
    graph = edges_where(
        build_graph(library), lambda edge: edge["kind"] == "requires" and edge["hard"] and not edge["alternative"]
    )
    yield from _window_conflicts(library)
    hopeless: list[set[str]] = []
    for first, second in _pairs(library):
        found = tuple(_pair_conflicts(library, first, second, _sharing_a_month(graph, library, first, second)))
        hopeless += [{first.id, second.id}] if found else []
        yield from found
    for topic in library.topics.values():
        for index, path in enumerate(topic.paths):
            if not any(pair.issubset(path) for pair in hopeless):
                yield from _path_conflicts(library, graph, topic, index, [library.modules[id_] for id_ in path])


def _window_conflicts(library: Library) -> Iterator[Finding]:
    """Yield each least of a month that is above its most."""
    policy = library.policy
    windows: tuple[tuple[str, float, str, float | None], ...] = (
        ("least_hours_per_month", policy.least_hours_per_month, "hours_per_month", policy.hours_per_month),
        (
            "least_modules_per_month",
            policy.least_modules_per_month,
            "most_modules_per_month",
            policy.most_modules_per_month,
        ),
    )
    for low, least, high, most in windows:
        if most is not None and least > most:
            yield _conflict(
                library.where(policy, low),
                say(f"{low} {least:g} 高于 {high} {most:g}", f"{low} {least:g} is above {high} {most:g}"),
                say(f"不高于 {most:g}", f"at most {most:g}"),
                (Related(library.where(policy, high), say("每月上限", "the most of a month")),),
            )


def _pairs(library: Library) -> Iterator[tuple[Module, Module]]:
    """Yield every two modules that pair, the one that says so first; of two that both do, the smaller id."""
    seen: set[frozenset[str]] = set()
    for module in library.modules.values():
        for partner in module.pairs_with:
            ends = frozenset((module.id, partner))
            if ends not in seen and len(ends) == 2:
                seen.add(ends)
                yield module, library.modules[partner]


def _sharing_a_month(graph: PrerequisiteGraph, library: Library, first: Module, second: Module) -> tuple[Module, ...]:
    """Return the two partners and every module that must stand between them."""
    ends: tuple[Node, Node] = (("module", first.id), ("module", second.id))
    between: set[Node] = set()
    for start, end in (ends, ends[::-1]):
        between |= set(descendants(graph, start)) & set(ancestors(graph, end))
    others = sorted(ModuleId(id_) for kind, id_ in between - set(ends) if kind == "module")
    return (first, second, *(library.modules[id_] for id_ in others))


def _pair_conflicts(library: Library, first: Module, second: Module, together: tuple[Module, ...]) -> Iterator[Finding]:
    position = library.where(first, "pairs_with", first.pairs_with.index(ModuleId(second.id)))
    listed = ", ".join(module.id for module in together)
    constraints = (*_pair_places(library, first, second), *_between_places(library, together))
    if not set.intersection(*(_months(module) for module in together)):
        yield _conflict(
            position,
            say(
                f"{listed} 须在同一个月，却没有共同的开课月",
                f"{listed} must share a month but are never offered in the same one",
            ),
            say("至少一个共同的开课月", "at least one month that all of them are offered in"),
            (*constraints, *_offered_places(library, together)),
        )
    limit, hours = library.policy.hours_per_month, sum(module.hours for module in together)
    if hours > limit >= max(module.hours for module in together):
        yield _conflict(
            position,
            say(
                f"{listed} 须在同一个月，共{hours:g}学时，超过每月{limit:g}学时",
                f"{listed} must share a month and take {hours:g} hours, more than the {limit:g} of a month",
            ),
            say(f"合计不超过{limit:g}学时", f"at most {limit:g} hours together"),
            (*constraints, *_hours_places(library, together)),
        )
    most = library.policy.most_modules_per_month
    if most is not None and len(together) > most:
        yield _conflict(
            position,
            say(
                f"{listed} 须在同一个月，共{len(together)}门，每月最多{most}门",
                f"{listed} must share a month: {len(together)} modules where a month holds {most}",
            ),
            say(f"不超过{most}门", f"at most {most} modules"),
            (*constraints, _policy_place(library, "most_modules_per_month")),
        )
    if len(together) > 2 and library.policy.prerequisites_by == "earlier_month":
        yield _conflict(
            position,
            say(
                f"{listed} 须在同一个月，先修却须在更早的月份满足",
                f"{listed} must share a month, but prerequisites must be met in an earlier one",
            ),
            say("成对课程之间不夹别的课程", "no module that must stand between the two"),
            (*constraints, _policy_place(library, "prerequisites_by")),
        )


def _path_conflicts(
    library: Library, graph: PrerequisiteGraph, topic: Topic, index: int, modules: list[Module]
) -> Iterator[Finding]:
    span = library.policy.longest_interval_months + 1
    interval = Related(
        library.where(library.policy, "longest_interval_months"), say("最长间隔", "the longest interval")
    )
    strict = library.policy.prerequisites_by == "earlier_month"
    if not any(_fits(graph, modules, start, span, strict) for start in _YEAR):
        yield _conflict(
            library.where(topic, "paths", index),
            say(
                f"{topic.id} 的这条路径在任何相连的{span}个月里都修不完",
                f"this path of {topic.id} fits in no {span} months in a row",
            ),
            say(f"各课程在相连的{span}个月内都开课", f"modules that are offered, in order, within {span} months"),
            (*_offered_places(library, modules), interval),
        )
    limit, hours = library.policy.hours_per_month * span, sum(module.hours for module in modules)
    if hours > limit:
        yield _conflict(
            library.where(topic, "paths", index),
            say(
                f"{topic.id} 的这条路径共{hours:g}学时，{span}个月最多{limit:g}学时",
                f"this path of {topic.id} takes {hours:g} hours; {span} months hold {limit:g}",
            ),
            say(f"合计不超过{limit:g}学时", f"at most {limit:g} hours"),
            (*_hours_places(library, modules), interval),
        )
    most = library.policy.most_modules_per_month
    if most is not None and len(modules) > most * span:
        yield _conflict(
            library.where(topic, "paths", index),
            say(
                f"{topic.id} 的这条路径有{len(modules)}门课，{span}个月最多{most * span}门",
                f"this path of {topic.id} has {len(modules)} modules; {span} months hold {most * span}",
            ),
            say(f"不超过{most * span}门", f"at most {most * span} modules"),
            (_policy_place(library, "most_modules_per_month"), interval),
        )


def _fits(graph: PrerequisiteGraph, modules: list[Module], start: int, span: int, strict: bool) -> bool:
    """Return whether ``modules``, each after what it requires, can run within ``span`` months from ``start`` on.

    ``strict``: what a module requires comes in an earlier month, but for its partners.
    """
    before = {module.id: ancestors(graph, ("module", module.id)) for module in modules}
    taken: dict[str, int] = {}
    for module in sorted(modules, key=lambda module: len(before[module.id])):
        earliest = max(
            (
                month + (strict and id_ not in module.pairs_with)
                for id_, month in taken.items()
                if ("module", id_) in before[module.id]
            ),
            default=0,
        )
        months = (offset for offset in range(earliest, span) if (start + offset - 1) % 12 + 1 in _months(module))
        month = next(months, None)
        if month is None:
            return False
        taken[module.id] = month
    return True


def _months(module: Module) -> set[int]:
    return set(module.offered or _YEAR)


def _conflict(position: Position, message: Text, expected: Text, related: tuple[Related, ...]) -> Finding:
    return Finding(
        position, message, expected, say("放宽下列约束中的一个", "relax one of the constraints below"), related
    )


def _pair_places(library: Library, first: Module, second: Module) -> Iterator[Related]:
    for module, partner in ((first, second), (second, first)):
        if partner.id in module.pairs_with:
            place = library.where(module, "pairs_with", module.pairs_with.index(ModuleId(partner.id)))
            yield Related(place, say(f"{module.id} 与 {partner.id} 成对", f"{module.id} pairs with {partner.id}"))


def _between_places(library: Library, together: tuple[Module, ...]) -> Iterator[Related]:
    for module in together[2:]:
        yield Related(
            library.where(module, "id"), say(f"{module.id} 必在两者之间", f"{module.id} must stand between the two")
        )


def _offered_places(library: Library, modules: Iterable[Module]) -> Iterator[Related]:
    for module in modules:
        if module.offered:
            months = ", ".join(str(month) for month in module.offered)
            message = say(f"{module.id} 开课月：{months}", f"{module.id} is offered in months {months}")
            yield Related(library.where(module, "offered"), message)


def _hours_places(library: Library, modules: Iterable[Module]) -> Iterator[Related]:
    for module in modules:
        message = say(f"{module.id} {module.hours:g}学时", f"{module.id}: {module.hours:g} hours")
        yield Related(library.where(module, "hours"), message)
    yield Related(library.where(library.policy, "hours_per_month"), say("每月学时上限", "the most hours in a month"))


def _policy_place(library: Library, name: str) -> Related:
    return Related(library.where(library.policy, name), say("政策的规定", "what the policy says"))


RULES = (
    Rule(
        "PRE04",
        "prerequisites",
        Severity.ERROR,
        say("成对、先修、开课月和学时上限可以同时成立", "Pairs, prerequisites, months and hours can all hold at once"),
        say(
            "每条约束单看都对，合在一起却排不进任何一个月，这些课程就永远进不了计划。",
            "Each constraint may be right by itself; together they leave no month, and the modules never enter a plan.",
        ),
        check_conflicts,
    ),
)
