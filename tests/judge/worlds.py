"""Small random worlds, built in Python from a seed: a library, a population, a person, a date and a horizon.

They are meant to be nasty, not likely: requirements run in circles that only an alternative breaks, units are raised
from modules of other units, months are closed, and budgets go from nothing to more than enough.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any

from competency_engine.assessment.gaps import Assessment, assess
from competency_engine.domain.competency import (
    CommunityFact,
    CompetencyModel,
    ContextRule,
    Domain,
    FactIs,
    Role,
    ScaleLevel,
    Tier,
    Unit,
    UnitPrerequisite,
)
from competency_engine.domain.curriculum import (
    MODES,
    PHASES,
    Curriculum,
    HoursByPhase,
    Module,
    Topic,
    UrgentPack,
    UrgentStep,
)
from competency_engine.domain.entity import PersonId
from competency_engine.domain.evidence import EvidenceRecord
from competency_engine.domain.library import Library
from competency_engine.domain.people import Begun, Community, Completion, Person, Population
from competency_engine.domain.policy import (
    Budget,
    FewAbsences,
    GapKindRule,
    OnlineShare,
    Policy,
    SoftPrerequisites,
    TeachingForm,
)
from competency_engine.domain.requirement import (
    AllOf,
    AnyOf,
    AtLeast,
    ModuleDone,
    Requirement,
    TopicDone,
    UnitAtLevel,
    parts,
)
from competency_engine.planning.pose import Horizon
from competency_engine.text import Text, say

TOP_LEVEL = 3
FORMS = ("lecture", "online_course", "case_analysis", "site_visit", "discussion", "simulation")
KINDS = ("knowledge", "quality", "ability")
AS_OF = dt.date(2026, 11, 21)
SOURCED: dict[str, Any] = {"certainty": "illustrative"}


@dataclass(frozen=True)
class Size:
    """Bounds, both included, within which a world is drawn."""

    units: tuple[int, int] = (2, 5)
    modules: tuple[int, int] = (5, 12)
    topics: tuple[int, int] = (0, 2)
    months: tuple[int, int] = (1, 4)


TINY = Size()
MEDIUM = Size(units=(5, 9), modules=(18, 30), topics=(1, 5), months=(3, 12))


@dataclass(frozen=True)
class World:
    """One person to plan for, with everything that a plan depends on."""

    library: Library
    population: Population
    person_id: PersonId
    as_of: dt.date
    horizon: Horizon

    @cached_property
    def assessment(self) -> Assessment:
        """What the person must hold, holds, and is missing."""
        return assess(self.person_id, self.population, self.library, self.as_of)


def random_world(seed: int, size: Size = TINY) -> World:
    """Return the world of ``seed``, the same on every machine."""
    return _Maker(Random(seed), size).world()


def world_under_way(seed: int, size: Size = TINY) -> World:
    """Return the world of ``seed``, windowed or not, with modules begun, months away, and hours credited this year.

    The date of reference may lie within the horizon, as when a plan is made anew.
    """
    rng = Random(f"under way {seed}")
    world = rng.choice([random_world, windowed_world])(seed, size)
    horizon = world.horizon
    first = horizon.year * 12 + horizon.month - 1
    as_of = rng.choice([AS_OF, dt.date((first + 1) // 12, (first + 1) % 12 + 1, 20)])
    months = [f"{index // 12}-{index % 12 + 1:02d}" for index in range(first - 2, first + horizon.months + 1)]
    modules = sorted(world.library.modules)
    begun = tuple(
        Begun(module=module, month=rng.choice(months[:4]))
        for module in rng.sample(modules, rng.choice([0, 1, 1, 2, 3]))
    )
    credited = tuple(
        Completion(module=module, date=as_of - dt.timedelta(days=rng.randint(0, 80)))
        for module in rng.sample(modules, rng.choice([0, 0, 1, 2]))
    )
    person = world.population.persons[world.person_id]
    changed = person.model_copy(
        update={
            "begun": begun,
            "away": tuple(rng.sample(months[2:], rng.choice([0, 0, 1]))),
            "completed": person.completed + credited,
        }
    )
    population = replace(world.population, persons={world.person_id: changed})
    return replace(world, population=population, as_of=as_of)


def windowed_world(seed: int, size: Size = TINY) -> World:
    """Return the world of ``seed`` with a policy that also binds months: strict precedence, least and most of a month."""
    world = random_world(seed, size)
    rng = Random(f"window {seed}")
    months = {
        "prerequisites_by": rng.choice(["same_month", "earlier_month", "earlier_month"]),
        "least_hours_per_month": rng.choice([0, 0, 0, 0.25, 0.5, 1]),
        "least_modules_per_month": rng.choice([0, 0, 0, 0, 1]),
        "most_modules_per_month": rng.choice([None, 1, 2, 3]),
    }
    policy = world.library.policy.model_copy(update=months)
    library = replace(world.library, policy=policy, policies={"P": policy})
    return replace(world, library=library)


class _Maker:
    """Draws one world; the order of the draws is part of the seed's meaning."""

    def __init__(self, rng: Random, size: Size) -> None:
        self.rng = rng
        self.tiers = [f"tier{n}" for n in range(1, rng.randint(2, 3) + 1)]
        self.domains = {f"D{n}": rng.choice(self.tiers) for n in range(1, rng.randint(2, 4) + 1)}
        self.units = [f"U{n}" for n in range(1, rng.randint(*size.units) + 1)]
        names = rng.sample(range(1, 100), rng.randint(*size.modules))
        self.modules = [f"M{name:02d}" for name in names]
        self.topics = [f"T{n}" for n in range(1, rng.randint(*size.topics) + 1)]
        self.topic_of = {id_: rng.choice(self.topics) for id_ in self.modules if self.topics and rng.random() < 0.4}
        self.topics = [topic for topic in self.topics if topic in self.topic_of.values()]
        self.months = rng.randint(*size.months)
        self.pairs = self._pairs()

    def chance(self, share: float) -> bool:
        """Return whether something of this probability happens."""
        return self.rng.random() < share

    def some(self, things: list[str], most: int) -> list[str]:
        """Return up to ``most`` of ``things``, each once."""
        return self.rng.sample(things, self.rng.randint(0, min(most, len(things))))

    def world(self) -> World:
        """Return everything put together."""
        skills = self.some(self.units[1:], 2)
        policy = self._policy()
        library = Library(
            model=self._model(),
            curriculum=Curriculum(kind="curriculum", id="C", title=_text("C"), model="M", policy="P", **SOURCED),
            policy=policy,
            domains={
                id_: Domain(kind="domain", id=id_, title=_text(id_), tier=tier, **SOURCED)
                for id_, tier in self.domains.items()
            },
            units={id_: self._unit(id_) for id_ in self.units},
            roles={"R": self._role(skills)},
            community_facts={
                "due": CommunityFact(kind="community_fact", id="due", title=_text("due"), type="date", **SOURCED),
                "busy": CommunityFact(kind="community_fact", id="busy", title=_text("busy"), type="boolean", **SOURCED),
            },
            context_rules={rule.id: rule for rule in self._rules(skills)},
            modules={id_: self._module(id_) for id_ in sorted(self.modules)},
            topics={id_: self._topic(id_) for id_ in self.topics},
            urgent_packs={pack.id: pack for pack in self._urgent_packs(skills)},
            policies={"P": policy},
        )
        person = PersonId("someone")
        due = AS_OF + dt.timedelta(days=self.rng.randint(0, 30 * (self.months + 1)))
        facts = {"due": due.isoformat(), "busy": self.chance(0.85)}
        population = Population(
            communities={"K": Community(kind="community", id="K", types=(), facts=facts)},
            persons={person: self._person(person)},
            evidence={person: self._evidence()},
        )
        start = self.rng.choice([(2026, 11), (2026, 12), (2027, 1), (2027, 6), (2027, 11)])
        return World(library, population, person, AS_OF, Horizon(*start, self.months, self._hours_per_year()))

    def _hours_per_year(self) -> float | None:
        draw = self.rng.random()
        if draw < 0.05:
            return 0.0
        if draw < 0.35:
            return 400.0
        return None if draw < 0.6 else self.rng.randint(4, 8 * len(self.modules)) / 4

    def _pairs(self) -> dict[str, set[str]]:
        pairs: dict[str, set[str]] = {}
        for _ in range(self.rng.choice([0, 0, 1, 1, 2, 3])):
            one, other = self.rng.sample(self.modules, 2)
            pairs.setdefault(one, set()).add(other)
            pairs.setdefault(other, set()).add(one)
        return pairs

    def _model(self) -> CompetencyModel:
        return CompetencyModel(
            kind="competency_model",
            id="M",
            title=_text("M"),
            scale=tuple(
                ScaleLevel(
                    level=level,
                    title=_text("level"),
                    autonomy=_text("autonomy"),
                    complexity=_text("complexity"),
                    influence=_text("influence"),
                    evidence=_text("evidence"),
                )
                for level in range(TOP_LEVEL + 1)
            ),
            tiers=tuple(Tier(id=tier, title=_text(tier)) for tier in self.tiers),
            **SOURCED,
        )

    def _unit(self, id_: str) -> Unit:
        others = [unit for unit in self.units if unit != id_]
        first = self.some(others, 2) if self.chance(0.3) else []
        return Unit(
            kind="unit",
            id=id_,
            domain=self.rng.choice(list(self.domains)),
            title=_text(id_),
            definition=_text(id_),
            levels=(),
            prerequisites=tuple(UnitPrerequisite(unit=unit, level=self.rng.randint(1, 3)) for unit in first),
            weight=self.rng.choice([1, 1, 1, 2, 3]),
            **SOURCED,
        )

    def _role(self, skills: list[str]) -> Role:
        required = {
            unit: self.rng.choice([1, 2, 2, 3, 3]) for unit in self.units if unit not in skills and self.chance(0.9)
        }
        return Role(
            kind="role",
            id="R",
            title=_text("R"),
            requires=required,
            floor={unit: self.rng.randint(1, level) for unit, level in required.items() if self.chance(0.2)},
            skill_level=self.rng.randint(1, 2),
            urgent_skill_level=self.rng.randint(1, 3),
            **SOURCED,
        )

    def _rules(self, skills: list[str]) -> list[ContextRule]:
        rules = [
            ContextRule(
                kind="context_rule",
                id=f"switch-{skill}",
                title=_text("rule"),
                when=FactIs(fact="busy", equals=True),
                activates=(skill,),
                urgent=self.chance(0.8),
                deadline="due" if self.chance(0.8) else None,
                **SOURCED,
            )
            for skill in skills
        ]
        raised = {unit: self.rng.randint(1, 3) for unit in self.some(self.units, 1)}
        if raised:
            rules.append(
                ContextRule(
                    kind="context_rule",
                    id="raise",
                    title=_text("rule"),
                    when=FactIs(fact="busy", equals=True),
                    raises=raised,
                    **SOURCED,
                )
            )
        return rules

    def _atom(self, modules: list[str], easy: bool = False) -> Requirement:
        draw = self.rng.random()
        if self.topics and draw < 0.1:
            return TopicDone(topic=self.rng.choice(self.topics))
        if modules and draw < 0.55:
            return ModuleDone(module=self.rng.choice(modules))
        return UnitAtLevel(unit=self.rng.choice(self.units), level=1 if easy else self.rng.choice([1, 1, 1, 2, 2, 3]))

    def _requirement(self, modules: list[str], depth: int = 2) -> Requirement:
        if depth == 0 or self.chance(0.35):
            return self._atom(modules)
        several = _distinct(self._requirement(modules, depth - 1) for _ in range(self.rng.randint(2, 3)))
        draw = self.rng.random()
        if len(several) == 1:
            return several[0]
        if draw < 0.2:
            return AllOf(all=several)
        return AnyOf(any=several) if draw < 0.7 else AtLeast(at_least=self.rng.randint(1, len(several)), of=several)

    def _module(self, id_: str) -> Module:
        others = [other for other in self.modules if other != id_]
        units = self.rng.sample(self.units, self.rng.choice([0, 1, 1, 1, 1, 2, 2]))
        brings = {unit: self.rng.choice([1, 1, 1, 2, 2, 3]) for unit in units}
        return Module(
            kind="module",
            id=id_,
            topic=self.topic_of.get(id_),
            title=_text(id_),
            phase=self.rng.choice(PHASES),
            mode=self.rng.choice(MODES),
            form=self.rng.choice(FORMS),
            hours=self.rng.choice([0.25, 0.5, 0.75, 1, 1, 1.5, 2, 2, 3, 4]),
            requires=tuple(self._requirement(others) for _ in range(self.rng.choice([0, 0, 0, 1, 1, 2]))),
            recommends=_distinct(self._requirement(others, 1) for _ in range(self.rng.choice([0, 0, 1, 2]))),
            brings=brings,
            pairs_with=tuple(sorted(self.pairs.get(id_, ()))),
            offered=tuple(sorted(self.rng.sample(range(1, 13), self.rng.randint(3, 9)))) if self.chance(0.2) else (),
            validity_months=self.rng.randint(1, 30) if self.chance(0.3) else None,
            **SOURCED,
        )

    def _topic(self, id_: str) -> Topic:
        others = [topic for topic in self.topics if topic != id_]
        own = sorted(module for module, topic in self.topic_of.items() if topic == id_)
        paths = [
            tuple(self.rng.sample(own, self.rng.randint(1, min(3, len(own))))) for _ in range(self.rng.randint(1, 2))
        ]
        return Topic(
            kind="topic",
            id=id_,
            unit=self.rng.choice(self.units),
            title=_text(id_),
            hours=HoursByPhase(theory=1, cognition=1, practice=1),
            requires=tuple(self.some(others, 1)) if self.chance(0.5) else (),
            recommends=tuple(self.some(others, 2)),
            paths=tuple(paths),
            **SOURCED,
        )

    def _urgent_packs(self, skills: list[str]) -> list[UrgentPack]:
        packs = []
        for skill in skills:
            steps = [
                UrgentStep(module=module, requires=tuple(self._atom(self.modules, easy=True) for _ in range(count)))
                for module in self.some(self.modules, 3)
                for count in (self.rng.randint(0, 1),)
            ]
            if steps and self.chance(0.7):
                packs.append(
                    UrgentPack(
                        kind="urgent_pack",
                        id=f"pack-{skill}",
                        title=_text("pack"),
                        skill=skill,
                        steps=tuple(steps),
                        risk=_text("risk"),
                        **SOURCED,
                    )
                )
        return packs

    def _policy(self) -> Policy:
        preferences = [
            TeachingForm(prefer="teaching_form"),
            SoftPrerequisites(prefer="soft_prerequisites"),
            FewAbsences(prefer="few_absences", modes=tuple(self.rng.sample(MODES, 2))),
            OnlineShare(prefer="online_share", percent=self.rng.choice([0, 20, 40, 100])),
        ]
        self.rng.shuffle(preferences)
        return Policy(
            kind="policy",
            id="P",
            title=_text("P"),
            budget=Budget(
                hours_per_year=self.rng.randint(4, 8 * len(self.modules)) / 4,
                counts=tuple(self.rng.sample(MODES, self.rng.choice([2, 4, 5, 5]))),
            ),
            hours_per_month=self.rng.choice([1.5, 3, 4, 6, 8, 16, 40]),
            longest_interval_months=self.rng.randint(0, 3),
            topic_done_level=self.rng.choice([0, 1, 2, 2, 2, 3]),
            unassessed=self.rng.choice(["one_below_required", "zero"]),
            gap_kinds=tuple(
                GapKindRule(kind=kind, urgency=self.rng.randint(1, 3), forms=tuple(self.rng.sample(FORMS, 3)))
                for kind in KINDS
            ),
            default_gap_kind=self.rng.choice(KINDS),
            preferences=tuple(preferences),
            **SOURCED,
        )

    def _person(self, id_: PersonId) -> Person:
        completed = tuple(
            Completion(module=module, date=AS_OF - dt.timedelta(days=self.rng.randint(-20, 700)))
            for module in (self.some(self.modules, 2) if self.chance(0.4) else [])
        )
        return Person(
            kind="person", id=id_, community="K", post_since=dt.date(2025, 3, 1), role="R", completed=completed
        )

    def _evidence(self) -> tuple[EvidenceRecord, ...]:
        return tuple(
            EvidenceRecord(
                unit=unit,
                level=self.rng.choice([0, 0, 0, 1, 1, 2, 3]),
                date=AS_OF - dt.timedelta(days=self.rng.randint(0, 400)),
                valid_until=AS_OF + dt.timedelta(days=self.rng.randint(-100, 300)) if self.chance(0.2) else None,
                gap_kind=self.rng.choice([*KINDS, None]),
            )
            for unit in self.units
            if self.chance(0.7)
        )


def _distinct(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    return tuple({_meaning(requirement): requirement for requirement in requirements}.values())


def _meaning(requirement: Requirement) -> str:
    """Return text that is the same for requirements that differ in order, in repetition or in needless groups alone."""
    if isinstance(requirement, UnitAtLevel | ModuleDone | TopicDone):
        return requirement.model_dump_json()
    inner = sorted({_meaning(part) for part in parts(requirement)})
    if len(inner) == 1:
        return inner[0]
    count = {AllOf: len(inner), AnyOf: 1}.get(type(requirement)) or requirement.at_least  # type: ignore[union-attr]
    return f"{count} of {inner}"


def _text(words: str) -> Text:
    return say(words, words)
