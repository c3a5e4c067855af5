"""The whole catalogue as one HTML page: works offline, in both languages, fetches nothing and runs nothing of the files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

from markupsafe import Markup

from competency_engine.domain.competency import Domain, Unit
from competency_engine.domain.curriculum import PHASES, Module
from competency_engine.domain.entity import Entity, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.names import FORMS, MODES, TEACHERS
from competency_engine.domain.names import PHASES as PHASE_NAMES
from competency_engine.graph.ways import Way, find_ways
from competency_engine.render.own_page import page_environment, policy_hash, read_part
from competency_engine.reports.places import line_of, requirement_text
from competency_engine.text import Lang, say


def render_catalogue_page(library: Library, lang: Lang) -> str:
    """Return the page; ``lang`` is shown first, a button switches.

    Every text of the files is escaped, and only the page's own script and style are allowed to run.
    """
    style, script = read_part("catalogue.css"), read_part("catalogue.js")
    page = (
        page_environment()
        .from_string(read_part("catalogue.html.j2"))
        .render(
            library=library,
            lang=lang,
            style=Markup(style),
            script=Markup(script),
            style_hash=policy_hash(style),
            script_hash=policy_hash(script),
            modes=MODES,
            forms=FORMS,
            phases=PHASE_NAMES,
            teacher_kinds=TEACHERS,
            scale=defaultdict(lambda: say("–", "–"), {step.level: step.title for step in library.model.scale}),
            domains=_domains_of_tier(library),
            units={id_: [unit for unit in library.units.values() if unit.domain == id_] for id_ in library.domains},
            topics={id_: [topic for topic in library.topics.values() if topic.unit == id_] for id_ in library.units},
            modules_of_topic={id_: sorted(found, key=_order) for id_, found in library.modules_of_topic.items()},
            modules_of_unit=_modules_of_unit(library),
            problems=sorted(library.problems.values(), key=lambda problem: (problem.number, problem.id)),
            users={id_: [m.id for m in library.modules.values() if id_ in m.cases] for id_ in library.cases},
            needs=lambda module: tuple(requirement_text(requirement) for requirement in module.requires),
            ladder=lambda unit: tuple(_ladder(library, unit)),
            where=lambda entity: _where(library, entity),
            web=_web,
        )
    )
    return page + "\n"


def _order(module: Module) -> tuple[int, str]:
    return PHASES.index(module.phase), module.id


def _domains_of_tier(library: Library) -> dict[str, list[Domain]]:
    """Return the domains of each tier in the order in which they are written."""
    written = sorted(library.domains.values(), key=library.where)
    return {tier.id: [domain for domain in written if domain.tier == tier.id] for tier in library.model.tiers}


def _modules_of_unit(library: Library) -> dict[UnitId, list[Module]]:
    """Return the modules without a topic under the unit that each is taught for."""
    found: dict[UnitId, list[Module]] = {id_: [] for id_ in library.units}
    for module in library.modules.values():
        unit = library.unit_of(module)
        if module.topic is None and unit is not None:
            found[unit].append(module)
    return {id_: sorted(modules, key=_order) for id_, modules in found.items()}


def _ladder(library: Library, unit: Unit) -> Iterator[tuple[int, tuple[Way, ...]]]:
    for level in unit.levels:
        yield level.level, find_ways(library, UnitId(unit.id), level.level)


def _where(library: Library, entity: Entity) -> str:
    return line_of(library.where(entity))


def _web(url: str | None) -> str | None:
    """Return ``url`` when it is an address of the web, and nothing that a click could run."""
    try:
        return url if url is not None and urlsplit(url).scheme in ("http", "https") else None
    except ValueError:
        return None
