"""Identity: every thing has a name of its own, stands once, and adds up to what was published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import get_args

from competency_engine.diagnostics import Related, Severity
from competency_engine.domain.casebook import Problem
from competency_engine.domain.curriculum import PHASES, HoursByPhase, Module, Topic
from competency_engine.domain.entity import Entity
from competency_engine.domain.library import Library
from competency_engine.domain.policy import GapKind
from competency_engine.graph.tiers import base_tiers, political_tiers
from competency_engine.lint.fields import normalised, walk_phrases, walk_values
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.text import say


def check_titles(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each title that another document of the kind has already."""
    first: dict[tuple[str, str, str], Entity] = {}
    for entity in sorted(library.entities(), key=lambda entity: library.where(entity, "id")):
        titles = {lang: phrase for lang, phrase, path in walk_phrases(entity) if path[0] == "title"}
        owners = {
            lang: first.setdefault((entity.kind, lang, normalised(title)), entity) for lang, title in titles.items()
        }
        taken = next((lang for lang, owner in owners.items() if owner is not entity), None)
        if taken is not None:
            yield _same_title(library, entity, owners[taken], taken, titles[taken])


def _same_title(library: Library, entity: Entity, owner: Entity, lang: str, found: str) -> Finding:
    return Finding(
        library.where(entity, "title", lang),
        say(
            f"{entity.id} 的名称“{found}”与 {owner.id} 相同",
            f"the title “{found}” of {entity.id} is also that of {owner.id}",
        ),
        say("同类文档名称各不相同", "a title of its own for each document of a kind"),
        say("写出两者的区别，或合并为一份", "say in the title how they differ, or merge the two"),
        (Related(library.where(owner, "title", lang), say("首次使用在这里", "first used here")),),
    )


def check_counts(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each published number of units or topics that the files do not add up to."""
    counts = library.model.published_counts
    tiers = (*base_tiers(library), *(political_tiers(library) if counts.includes_political else ()))
    capabilities = {id_: unit for id_, unit in library.units.items() if id_ not in library.duty_units}
    units = Counter(unit.domain for id_, unit in capabilities.items() if library.tier_of(id_) in tiers)
    topics = Counter(library.units[t.unit].domain for t in library.topics.values() if library.tier_of(t.unit) in tiers)
    for name, published, counted, noun in (
        ("base_units", counts.base_units, units, say("单元", "units")),
        ("base_topics", counts.base_topics, topics, say("专题", "topics")),
    ):
        if published is not None and published != counted.total():
            listed = ", ".join(f"{domain} {counted[domain]}" for domain in sorted(counted)) or "–"
            yield Finding(
                library.where(library.model, "published_counts", name),
                say(f"公布的{noun.zh}数是 {published}", f"the published number of {noun.en} is {published}"),
                say(
                    f"{counted.total()}，即文件中的{noun.zh}（{listed}）",
                    f"{counted.total()}, the {noun.en} in the files ({listed})",
                ),
                say(
                    "改数字，或补、删文件；含政治能力时写 includes_political: true",
                    "mend the number or the files; if it counts the political ones, write includes_political: true",
                ),
            )


def check_hours(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each published total of hours that the topics do not add up to."""
    published = library.curriculum.published_hours
    for name, hours, tiers in (
        ("base", published.base, base_tiers(library)),
        ("political", published.political, political_tiers(library)),
    ):
        if hours is not None:
            topics = tuple(topic for topic in library.topics.values() if library.tier_of(topic.unit) in tiers)
            yield from _wrong_hours(library, name, hours, topics)


def _wrong_hours(library: Library, name: str, hours: HoursByPhase, topics: tuple[Topic, ...]) -> Iterator[Finding]:
    for phase in PHASES:
        stated = getattr(hours, phase)
        counted = sum(getattr(topic.hours, phase) for topic in topics)
        if stated != counted:
            yield Finding(
                library.where(library.curriculum, "published_hours", name, phase),
                say(f"公布的 {name} {phase} 学时是 {stated:g}", f"the published {phase} hours ({name}) are {stated:g}"),
                say(
                    f"{counted:g}，即 {len(topics)} 个专题的合计",
                    f"{counted:g}, the total of the topics in the files ({len(topics)})",
                ),
                say("改这个数，或改专题的学时", "mend this number, or the hours of the topics"),
            )


def check_module_ids(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each module whose id does not begin with what it belongs to."""
    for module in library.modules.values():
        owners = _owners(module, library)
        if owners and not any(_begins_with(module.id, owner) for owner in owners):
            listed = " / ".join(f"{owner}-…" for owner in owners)
            yield Finding(
                library.where(module, "id"),
                say(
                    f"课程 id {module.id} 看不出属于谁", f"the id {module.id} does not show what the module belongs to"
                ),
                say(listed, listed),
                say("给课程换一个以此开头的 id", "give the module an id that begins so"),
            )


def _owners(module: Module, library: Library) -> tuple[str, ...]:
    if module.topic is not None:
        return (module.topic,)
    partners = (library.modules[id_] for id_ in module.pairs_with)
    units = module.brings or {unit: level for partner in partners for unit, level in partner.brings.items()}
    return tuple(sorted(units))


def _begins_with(id_: str, owner: str) -> bool:
    rest = id_.removeprefix(owner)
    return id_.startswith(owner) and not (owner[-1].isdigit() and rest[:1].isdigit())


def check_problem_numbers(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each problem whose number an earlier one has."""
    first: dict[int, Problem] = {}
    for problem in sorted(library.problems.values(), key=lambda problem: library.where(problem, "id")):
        owner = first.setdefault(problem.number, problem)
        if owner is not problem:
            yield Finding(
                library.where(problem, "number"),
                say(f"序号 {problem.number} 已是 {owner.id} 的", f"the number {problem.number} is that of {owner.id}"),
                say("每个问题一个序号", "a number of its own for each problem"),
                say("换一个序号", "write another number"),
                (Related(library.where(owner, "number"), say("首次使用在这里", "first used here")),),
            )


def check_lists(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each entry that stands a second time in a list; lists of prerequisites are left to PRE02."""
    for entity in library.entities():
        for value, path in walk_values(entity):
            plain = isinstance(value, tuple) and all(isinstance(item, str | int) for item in value)
            if plain and not (isinstance(entity, Topic) and path[0] in ("requires", "recommends")):
                yield from _repeated(library, entity, value, path, ())
    yield from _repeated(library, library.model, tuple(tier.id for tier in library.model.tiers), ("tiers",), ("id",))


def _repeated(
    library: Library, entity: Entity, items: tuple[str | int, ...], path: tuple[str | int, ...], rest: tuple[str, ...]
) -> Iterator[Finding]:
    for index, item in enumerate(items):
        first = items.index(item)
        if first != index:
            yield Finding(
                library.where(entity, *path, index, *rest),
                say(f"{path[-1]} 里 {item} 重复", f"{item} stands twice in {path[-1]}"),
                say("每项一次", "each entry once"),
                say("删去其中一个", "remove one of them"),
                (Related(library.where(entity, *path, first, *rest), say("首次出现在这里", "first written here")),),
            )


def check_gap_kinds(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each kind of gap for which a policy has no rule, or two."""
    for policy in library.policies.values():
        kinds = [rule.kind for rule in policy.gap_kinds]
        for kind in get_args(GapKind):
            if kind not in kinds:
                yield Finding(
                    library.where(policy, "gap_kinds", key=True),
                    say(f"{policy.id} 没有 {kind} 的规则", f"{policy.id} has no rule for {kind}"),
                    say("knowledge、quality、ability 各一条", "one rule each for knowledge, quality and ability"),
                    say(f"加上 kind: {kind} 的一条", f"add one with kind: {kind}"),
                )
        for index, kind in enumerate(kinds):
            first = kinds.index(kind)
            if first != index:
                yield Finding(
                    library.where(policy, "gap_kinds", index, "kind"),
                    say(f"{policy.id} 有两条 {kind} 的规则", f"{policy.id} has two rules for {kind}"),
                    say("每类差距一条", "one rule for each kind of gap"),
                    say("删去其中一条", "remove one of them"),
                    (
                        Related(
                            library.where(policy, "gap_kinds", first, "kind"),
                            say("第一条在这里", "the first stands here"),
                        ),
                    ),
                )


RULES = (
    Rule(
        "IDN01",
        "identity",
        Severity.WARNING,
        say("同类文档的名称各不相同", "Documents of a kind have different titles"),
        say(
            "计划、课表和报表里只写名称；两份同名，学员和老师就分不清是哪一份。",
            "Plans, timetables and reports show titles; where two are alike, nobody can tell which one is meant.",
        ),
        check_titles,
    ),
    Rule(
        "IDN02",
        "identity",
        Severity.ERROR,
        say("公布的单元数和专题数与文件相符", "Published numbers of units and topics match the files"),
        say(
            "数量是对外公布的；对不上，说明少写、多写了一份，或政治能力算法不同。",
            "The numbers are public; where they differ, a file is missing or one too many, or the political ones are "
            "counted otherwise.",
        ),
        check_counts,
    ),
    Rule(
        "IDN03",
        "identity",
        Severity.ERROR,
        say("公布的学时与专题合计相符", "Published hours match the total of the topics"),
        say(
            "预算和课表按专题学时安排；与公布的合计不符，计划的学时就不可信。",
            "Budgets and timetables go by the hours of the topics; where they differ from the published total, the "
            "hours of no plan can be trusted.",
        ),
        check_hours,
    ),
    Rule(
        "IDN04",
        "identity",
        Severity.WARNING,
        say("课程的 id 以所属专题或单元的 id 开头", "A module's id begins with that of its topic or unit"),
        say(
            "id 出现在成绩册、表格和计划里；从 id 看出归属，查错快得多。",
            "Ids stand in records, tables and plans; an id that shows where it belongs makes mistakes easy to see.",
        ),
        check_module_ids,
    ),
    Rule(
        "IDN05",
        "identity",
        Severity.WARNING,
        say("列表里每项只写一次", "An entry stands once in a list"),
        say(
            "重复的一项多半是改错了行：本来要写的那一项漏掉了。",
            "A repeated entry is mostly a slip: the one that was meant is missing.",
        ),
        check_lists,
        local=True,
    ),
    Rule(
        "IDN06",
        "identity",
        Severity.ERROR,
        say("政策对每类差距恰有一条规则", "A policy has exactly one rule for each kind of gap"),
        say(
            "测评可以记下任何一类差距；没有规则的一类算不出紧迫度，写了两条则只有第一条起作用。",
            "Evidence may name any kind of gap; without a rule it has no urgency, of two rules only one counts.",
        ),
        check_gap_kinds,
        local=True,
    ),
    Rule(
        "IDN07",
        "identity",
        Severity.ERROR,
        say("每个问题的序号不同", "Every problem has a number of its own"),
        say(
            "问题按序号查；两个问题同号，按序号就查不到其中任何一个。",
            "Problems are asked for by number; where two share one, neither is found by it.",
        ),
        check_problem_numbers,
    ),
)
