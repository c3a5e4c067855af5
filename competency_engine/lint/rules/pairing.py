"""Pairing: theory with its case, topics with their modules, and paths that add up."""

from __future__ import annotations

from collections.abc import Iterator

from competency_engine.diagnostics import Related, Severity
from competency_engine.domain.curriculum import PHASES, Module, Topic
from competency_engine.domain.library import Library
from competency_engine.lint.rule import Finding, LintContext, Rule
from competency_engine.text import say


def check_cases(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each theory module none of whose partners is a case or of the cognition phase."""
    for module in library.modules.values():
        if module.phase == "theory" and not any(_is_case(library.modules[id_]) for id_ in module.pairs_with):
            partners = ", ".join(module.pairs_with)
            message = (
                say(
                    f"理论课 {module.id} 只与 {partners} 成对",
                    f"the theory module {module.id} pairs with {partners} only",
                )
                if partners
                else say(f"理论课 {module.id} 没有成对的案例课", f"the theory module {module.id} pairs with no case")
            )
            yield Finding(
                library.where(module, "pairs_with" if partners else "id"),
                message,
                say(
                    "一门案例课（form: case_analysis 或 phase: cognition）",
                    "a case: form case_analysis or phase cognition",
                ),
                say(
                    "加上 pairs_with: […]，并在案例课里写上本课",
                    "add pairs_with: […], and name this module in the case's",
                ),
            )


def _is_case(module: Module) -> bool:
    return module.form == "case_analysis" or module.phase == "cognition"


def check_symmetry(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each pair that only one of the two modules names."""
    for module in library.modules.values():
        for index, id_ in enumerate(module.pairs_with):
            partner = library.modules[id_]
            if module.id not in partner.pairs_with:
                place = library.where(partner, "pairs_with" if partner.pairs_with else "id")
                yield Finding(
                    library.where(module, "pairs_with", index),
                    say(f"{partner.id} 没有把 {module.id} 写为成对", f"{partner.id} does not pair with {module.id}"),
                    say("两边都写", "a pair that both modules name"),
                    say(
                        f"在 {partner.id} 里加上 {module.id}，或删去这里",
                        f"add {module.id} in {partner.id}, or remove it here",
                    ),
                    (Related(place, say(f"{partner.id} 在这里", f"{partner.id} stands here")),),
                )


def check_same_subject(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each pair of a module with itself, or of modules that teach different topics or units."""
    for module in library.modules.values():
        for index, id_ in enumerate(module.pairs_with):
            partner = library.modules[id_]
            if partner is module:
                message = say(f"{module.id} 与自己成对", f"{module.id} pairs with itself")
            elif not _share_subject(module, partner, library):
                message = say(
                    f"{module.id} 与另一专题或技能的 {partner.id} 成对",
                    f"{module.id} pairs with {partner.id} of another topic or skill",
                )
            else:
                continue
            place = Related(library.where(partner, "id"), say(f"{partner.id} 在这里", f"{partner.id} stands here"))
            yield Finding(
                library.where(module, "pairs_with", index),
                message,
                say("同一专题或同一技能的另一门课程", "another module of the same topic or skill"),
                say("改为本专题、本技能的案例课", "write the case of this topic or skill"),
                () if partner is module else (place,),
            )


def _share_subject(first: Module, second: Module, library: Library) -> bool:
    if first.topic is not None and second.topic is not None:
        return first.topic == second.topic
    units = [_units(module, library) for module in (first, second)]
    return not all(units) or not units[0].isdisjoint(units[1])


def _units(module: Module, library: Library) -> set[str]:
    return {library.topics[module.topic].unit} if module.topic is not None else set(module.brings)


def check_forms(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each topic whose modules are all of one form of teaching."""
    for topic_id, topic in library.topics.items():
        modules = library.modules_of_topic[topic_id]
        forms = sorted({module.form for module in modules})
        if len(forms) == 1:
            yield Finding(
                library.where(topic, "id"),
                say(f"专题 {topic.id} 只有一种形式：{forms[0]}", f"topic {topic.id} has one form only: {forms[0]}"),
                say("至少两种教学形式", "at least two forms of teaching"),
                say("换一门课程的形式，或加一门课程", "change the form of a module, or add one"),
                tuple(Related(library.where(module, "form"), say(module.id, module.id)) for module in modules),
            )


def check_paths(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each path with a module of another topic, and each reference path whose hours are not those of its topic."""
    for topic in library.topics.values():
        for index, path in enumerate(topic.paths):
            foreign = [place for place, id_ in enumerate(path) if library.modules[id_].topic != topic.id]
            for place in foreign:
                yield _foreign(library, topic, index, place)
            if path and not foreign and index == 0:
                yield from _wrong_hours(library, topic)


def _foreign(library: Library, topic: Topic, index: int, place: int) -> Finding:
    module = library.modules[topic.paths[index][place]]
    message = (
        say(
            f"{module.id} 属于专题 {module.topic}，不属于 {topic.id}",
            f"{module.id} is of topic {module.topic}, not of {topic.id}",
        )
        if module.topic
        else say(f"{module.id} 没有写专题", f"{module.id} names no topic")
    )
    return Finding(
        library.where(topic, "paths", index, place),
        message,
        say(f"写明 topic: {topic.id} 的课程", f"a module with topic: {topic.id}"),
        say("改路径，或改课程的 topic", "mend the path, or the topic of the module"),
        (Related(library.where(module, "topic" if module.topic else "id"), say("课程在这里", "the module")),),
    )


def _wrong_hours(library: Library, topic: Topic) -> Iterator[Finding]:
    modules = [library.modules[id_] for id_ in dict.fromkeys(topic.paths[0])]
    for phase in PHASES:
        stated = getattr(topic.hours, phase)
        taught = [module for module in modules if module.phase == phase]
        counted = sum(module.hours for module in taught)
        if counted != stated:
            hours = [
                Related(library.where(m, "hours"), say(f"{m.id} {m.hours:g}学时", f"{m.id}: {m.hours:g} hours"))
                for m in taught
            ]
            yield Finding(
                library.where(topic, "paths", 0),
                say(f"这条路径的 {phase} 为{counted:g}学时", f"this path has {counted:g} hours of {phase}"),
                say(f"{stated:g}学时，同专题的 hours", f"{stated:g}, as the topic's hours say"),
                say(
                    "改课程的学时、路径，或专题的 hours",
                    "mend the hours of the modules, the path, or the topic's hours",
                ),
                (Related(library.where(topic, "hours", phase), say("专题的学时", "the topic's hours")), *hours),
            )


def check_modules(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each topic that no module teaches."""
    for topic_id, topic in library.topics.items():
        if not library.modules_of_topic[topic_id]:
            yield Finding(
                library.where(topic, "id"),
                say(f"专题 {topic.id} 没有课程", f"topic {topic.id} has no modules"),
                say("各有学时的相至少一门课程", "a module for each phase that has hours"),
                say(f"加上 topic: {topic.id} 的课程", f"add modules with topic: {topic.id}"),
            )


def check_subject(library: Library, context: LintContext) -> Iterator[Finding]:
    """Yield each topic whose modules bring nothing to the unit that it says it teaches."""
    for topic_id, topic in library.topics.items():
        modules = library.modules_of_topic[topic_id]
        if modules and not any(topic.unit in module.brings for module in modules):
            brought = ", ".join(sorted({unit for module in modules for unit in module.brings})) or "–"
            yield Finding(
                library.where(topic, "unit"),
                say(f"{topic.id} 的课程带到的单元是：{brought}", f"the modules of {topic.id} bring: {brought}"),
                say(f"至少一门课程提高 {topic.unit}", f"at least one module that brings {topic.unit}"),
                say("在课程里写 brings，或改专题的 unit", "write brings in a module, or mend the topic's unit"),
                tuple(Related(library.where(module, "id"), say(module.id, module.id)) for module in modules),
            )


RULES = (
    Rule(
        "PAI01",
        "pairing",
        Severity.ERROR,
        say("每门理论课都与案例成对", "Every theory module pairs with a case"),
        say(
            "课程的原则是“理论配案例”；没有案例的理论课会被单独排进计划，学完不会用。",
            "Theory goes with a case; without one, a plan may hold the theory alone and nobody learns to use it.",
        ),
        check_cases,
    ),
    Rule(
        "PAI02",
        "pairing",
        Severity.ERROR,
        say("成对关系两边都写", "A pair is named on both sides"),
        say(
            "成对是“要么同修，要么都不修”；只写一边，另一门就可以单独排进计划。",
            "Pairs are taken together or not at all; named on one side only, the other module may be planned alone.",
        ),
        check_symmetry,
    ),
    Rule(
        "PAI03",
        "pairing",
        Severity.ERROR,
        say("成对的是同一专题或技能的两门课程", "A pair is two modules of one topic or skill"),
        say(
            "与别的专题成对，会把无关的学时带进计划；与自己成对，等于没有写。",
            "A pair across topics drags unrelated hours into the plan; a pair with itself says nothing.",
        ),
        check_same_subject,
    ),
    Rule(
        "PAI04",
        "pairing",
        Severity.WARNING,
        say("每个专题至少两种教学形式", "A topic is taught in at least two forms"),
        say(
            "知识、素质、能力的差距要用不同形式补；只有一种形式，计划无从选择。",
            "Gaps of knowledge, quality and ability call for different forms; with one form a plan has no choice.",
        ),
        check_forms,
    ),
    Rule(
        "PAI05",
        "pairing",
        Severity.ERROR,
        say(
            "路径只含本专题的课程，参考路径的学时与专题相符",
            "A path holds its topic's modules, and the reference path adds up to its hours",
        ),
        say(
            "“专题已修”按路径判定；第一条是参考路径，公布的学时按它合计，其余是学完本专题的别的走法。",
            "A path decides when a topic is done. The first is the reference path, whose hours were published; the "
            "others are other ways through the topic.",
        ),
        check_paths,
    ),
    Rule(
        "PAI06",
        "pairing",
        Severity.ERROR,
        say("每个专题都有课程", "Every topic has modules"),
        say(
            "没有课程的专题不用学就算已修，以它为前置的条件形同虚设。",
            "A topic without modules counts as done at once, so whatever requires it requires nothing.",
        ),
        check_modules,
    ),
    Rule(
        "PAI07",
        "pairing",
        Severity.WARNING,
        say("专题的课程提高它所属的单元", "The modules of a topic bring its unit to some level"),
        say(
            "专题归在某个单元之下，课程却不提高它：不是 brings 漏了，就是 unit 写错了。",
            "A topic stands under a unit that its modules do not raise: either brings is missing or the unit is wrong.",
        ),
        check_subject,
    ),
)
