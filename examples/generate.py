"""Write a synthetic population: communities, secretaries, what they have completed, what was assessed.

    python examples/generate.py --people 60 --seed 2026 --out examples/wuhan
    python examples/generate.py --people 68000 --out people.jsonl

Everything is invented. People are 学员0001 …, communities 社区0001 …; no name, place or figure comes from anywhere real.

The same arguments always give the same bytes. Each person has a random stream of their own, so a larger population
begins with the people of a smaller one (their labels may have more digits). Rows are written as they are made, so
memory does not grow with the number of people.

The model says what exists: units, roles, community types, facts and context rules are read from the library. What is
*likely* is written here, in the tables below; what the tables do not name is drawn by its type alone. The first
communities are each built to meet one context rule, and roles, types and kinds of record are dealt out in turn rather
than drawn, so that sixty people show everything that the model has. Training that a law demands is on nobody's record yet.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import functools
import io
import itertools
import json
import math
import multiprocessing
import random
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from competency_engine.assessment.requirements import RequiredLevel, find_requirements, holds
from competency_engine.domain.competency import (
    AnyCondition,
    CommunityFact,
    Condition,
    ContextRule,
    EveryCondition,
    FactIs,
    FactValue,
    TypeIs,
)
from competency_engine.domain.entity import PersonId, UnitId
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Person
from competency_engine.loading.workspace import shipped_root
from competency_engine.planning.compile import compile_catalogue
from competency_engine.planning.problem import Catalogue
from competency_engine.workflows.session import open_session

CURRICULUM = "7n"
AS_OF = dt.date(2026, 11, 21)
SHOWCASE = 60
CHUNK = 2000
# Steps of the shares that are dealt out: irrational, and not multiples of each other.
GOLDEN = 0.6180339887498949
SILVER = 0.41421356237309515
CASES = ("unassessed", "expired", "superseded", "below")
GAP_KINDS = {"知识空白": "knowledge", "素质短板": "quality", "能力弱项": "ability"}
HEADERS = {
    "communities": ("社区", "社区类型"),
    "people": ("学员", "社区", "任现职日期", "角色"),
    "completions": ("学员", "课程", "完成日期"),
    "evidence": ("学员", "单元", "等级", "评定日期", "有效期至", "差距类别"),
}

_TYPE_SHARES = {
    "old_estate": 30, "commodity": 28, "resettlement": 13, "village_to_community": 10, "work_unit": 9,
    "mixed_commercial": 10,
}  # fmt: skip
# Many posts changed hands in the 2026 term change.
_ROLE_SHARES = {"R1": 40, "R2": 22, "R3": 38}

# Percent of communities in which the fact is true; "" = types that are not named. Of two types the larger value counts.
_PERCENT_TRUE: dict[str, dict[str, int]] = {
    "built_before_2000": {"": 5, "old_estate": 95, "work_unit": 85, "village_to_community": 25, "mixed_commercial": 25},
    "common_revenue_disclosed": {"": 55, "commodity": 75},
    "demolition_transition": {"": 2, "old_estate": 8, "village_to_community": 20},
    "donation_or_revenue": {"": 15, "commodity": 30, "mixed_commercial": 50},
    "flood_or_geo_risk": {"": 15, "village_to_community": 30},
    "fly_wire_charging": {"": 10, "old_estate": 40, "village_to_community": 35, "work_unit": 30},
    "has_canteen_site": {"": 25, "old_estate": 40, "work_unit": 45},
    "has_owners_committee": {"": 30, "commodity": 75, "resettlement": 45, "mixed_commercial": 55},
    "has_property_service": {"": 45, "commodity": 98, "resettlement": 85, "mixed_commercial": 85},
    "high_rise": {"": 2, "commodity": 65, "resettlement": 45, "mixed_commercial": 60},
    "property_withdrawal": {"": 3, "old_estate": 10, "resettlement": 6},
    "public_space_idle": {"": 15, "old_estate": 30, "work_unit": 30},
    "reporting_duplicates": {"": 30},
    "waste_transfer_point": {"": 12},
    "weak_service_capacity": {"": 25, "resettlement": 40, "village_to_community": 40},
}
# Smallest and largest value; "" = types that are not named. Of two types the larger range counts.
_RANGES: dict[str, dict[str, tuple[int, int]]] = {
    "aged60_share": {"": (10, 24), "commodity": (6, 18), "old_estate": (20, 36), "work_unit": (22, 38)},
    "business_buildings": {"": (0, 1), "mixed_commercial": (2, 12)},
    "children_0_3": {"": (15, 70), "commodity": (40, 160), "old_estate": (8, 40), "work_unit": (5, 30)},
    "corrections_or_special_groups": {"": (0, 12), "resettlement": (2, 20)},
    "ebike_count": {"": (120, 900), "village_to_community": (400, 1600)},
    "floating_party_members": {"": (0, 6), "mixed_commercial": (5, 40), "village_to_community": (3, 30)},
    "floors_ge_4_without_elevator": {"": (0, 4), "old_estate": (8, 40), "work_unit": (6, 30), "commodity": (0, 1)},
    "grid_count": {"": (4, 14)},
    "living_alone_elderly": {"": (3, 35), "commodity": (2, 20), "old_estate": (15, 80), "work_unit": (15, 70)},
    "new_employment_workers": {"": (5, 120), "mixed_commercial": (60, 600)},
    "parking_gap": {"": (0, 150), "old_estate": (60, 420), "commodity": (0, 260), "mixed_commercial": (80, 500)},
    "petition_backlog": {"": (0, 2), "resettlement": (0, 5), "village_to_community": (0, 6)},
    "platforms": {"": (1, 3)},
    "property_complaints": {"": (0, 20), "commodity": (2, 45), "resettlement": (2, 40)},
    "social_orgs": {"": (2, 12), "commodity": (3, 18)},
    "tenant_share": {"": (5, 30), "village_to_community": (35, 75), "mixed_commercial": (20, 60)},
    "volunteers": {"": (40, 400), "commodity": (80, 700)},
}
_CHOICES: dict[str, dict[str, dict[str, int]]] = {
    "renovation_stage": {
        "": {"none": 96, "done": 4},
        "old_estate": {"none": 30, "planned": 25, "ongoing": 20, "done": 25},
        "work_unit": {"none": 35, "planned": 25, "ongoing": 20, "done": 20},
    },
}
# A fact that makes no sense unless the other one is true.
_NEEDS_TRUE = {"owners_committee_term_end": "has_owners_committee", "flood_season_start": "flood_or_geo_risk"}
_PERCENT_NOT_STATED = 12

Row = tuple[str, ...]
Rows = dict[str, list[Row]]
Item = TypeVar("Item")
Amount = TypeVar("Amount", int, tuple[int, int])


@dataclass(frozen=True)
class Course:
    """The modules that complete one topic, as catalogue indices in order of study, and the levels that they bring."""

    modules: tuple[int, ...]
    brings: tuple[tuple[UnitId, int], ...]


@dataclass(frozen=True)
class World:
    """What is the same for everyone: the arguments, and what the model offers.

    ``facts_at`` is the fact mask, in the catalogue's numbers, of holding a unit at a level by assessment.
    """

    people: int
    seed: int
    as_of: dt.date
    library: Library
    catalogue: Catalogue
    rules: tuple[ContextRule, ...]
    courses: tuple[Course, ...]
    facts_at: dict[tuple[UnitId, int], int]
    top_level: int

    def label(self, noun: str, index: int) -> str:
        """Return the label of the person or community at ``index``, e.g. 学员0001."""
        return f"{noun}{index + 1:0{max(4, len(str(self.people)))}d}"


@functools.cache
def build_world(people: int, seed: int, as_of: dt.date) -> World:
    """Return the world of ``people`` secretaries on ``as_of``, with the shipped model and curriculum.

    Why cached: each process that makes a share of the people builds it once.
    """
    library = open_session(shipped_root(), CURRICULUM).library
    catalogue = compile_catalogue(library)
    index = {module_id: position for position, module_id in enumerate(catalogue.module_ids)}
    courses = tuple(
        Course(
            tuple(index[module_id] for module_id in topic.paths[0]),
            tuple(pair for module_id in topic.paths[0] for pair in library.modules[module_id].brings.items()),
        )
        for topic in library.topics.values()
    )
    top_level = max(step.level for step in library.model.scale)
    levels = range(top_level + 1)
    facts_at = {
        (unit, level): _mask_of(unit, level, catalogue) for unit, level in itertools.product(library.units, levels)
    }
    rules = tuple(library.context_rules.values())
    return World(people, seed, as_of, library, catalogue, rules, courses, facts_at, top_level)


def _mask_of(unit: UnitId, level: int, catalogue: Catalogue) -> int:
    mask = 0
    for bit, key in enumerate(catalogue.facts):
        if key[0] in ("unit", "assessed") and key[1] == unit and int(key[2]) <= level:
            mask |= 1 << bit
    return mask


# Only random() itself is promised to stay the same from one Python to the next, so everything is drawn from it.


def _between(rng: random.Random, smallest: int, largest: int) -> int:
    return smallest + int(rng.random() * (largest - smallest + 1))


def _chance(rng: random.Random, percent: int) -> bool:
    return rng.random() * 100 < percent


def _pick(rng: random.Random, items: Sequence[Item]) -> Item:
    return items[int(rng.random() * len(items))]


def _share(position: float, shares: Mapping[str, int]) -> str:
    """Return the key at ``position``, from 0 to below 1, when the shares are laid end to end."""
    left = position * sum(shares.values())
    for key, share in shares.items():
        left -= share
        if left < 0:
            return key
    return list(shares)[-1]


def _deal(index: int, step: float) -> float:
    """Return a position from 0 to below 1; with an irrational ``step``, any run of indices covers the whole evenly.

    Why: drawn shares may leave a small type out of sixty; dealt ones cannot.
    """
    return index * step % 1.0


def make_community(index: int, world: World, rng: random.Random) -> Community:
    """Return the community at ``index``; the first ones each meet one context rule, the one at the same index."""
    rule = world.rules[index] if index < len(world.rules) else None
    demands = _demands(rule.when, rng) if rule is not None else []
    types = _types(index, world, demands, rng)
    facts = {fact.id: _likely_value(fact, types, world, rng) for fact in world.library.community_facts.values()}
    if facts.get("ebike_count") and "charging_ports" in facts:
        facts["charging_ports"] = int(facts["ebike_count"]) * _between(rng, 8, 60) // 100
    demanded = _demanded_facts(rule, demands)
    for fact_id, asked in demanded.items():
        fact = world.library.community_facts[fact_id]
        date = fact.type == "date"
        facts[fact_id] = _meeting_date(asked, world, rng) if date else _meeting_value(asked, facts[fact_id], fact, rng)
    stated = _leave_out(facts, frozenset(demanded), rng)
    name = world.label("社区", index)
    community = Community.model_construct(kind="community", id=name, title=None, types=types, facts=stated)
    if rule is not None and not holds(rule.when, community, world.as_of):
        raise ValueError(f"cannot build a community that meets {rule.id}: its condition contradicts itself")
    return community


def _demands(condition: Condition, rng: random.Random) -> list[TypeIs | FactIs]:
    """Return simple conditions that together make ``condition`` true; of alternatives, one is drawn."""
    if isinstance(condition, TypeIs | FactIs):
        return [condition]
    if isinstance(condition, EveryCondition):
        return [demand for part in condition.all for demand in _demands(part, rng)]
    return _demands(_pick(rng, condition.any), rng) if isinstance(condition, AnyCondition) else []


def _demanded_facts(rule: ContextRule | None, demands: list[TypeIs | FactIs]) -> dict[str, list[FactIs]]:
    """Return the demands on each fact; the deadline of a rule is a fact that must be stated, whatever its value."""
    demanded: dict[str, list[FactIs]] = {}
    for demand in demands:
        if isinstance(demand, FactIs):
            demanded.setdefault(demand.fact, []).append(demand)
    if rule is not None and rule.deadline is not None:
        demanded.setdefault(rule.deadline, [])
    return demanded


def _types(index: int, world: World, demands: list[TypeIs | FactIs], rng: random.Random) -> tuple[str, ...]:
    shares = {type_id: _TYPE_SHARES.get(type_id, 10) for type_id in world.library.community_types}
    types = [_pick(rng, demand.community_type) for demand in demands if isinstance(demand, TypeIs)]
    if not types:
        types = [_share(_deal(index, GOLDEN), shares)]
    if index % 7 == 3:
        types.append(_share(rng.random(), shares))
    return tuple(dict.fromkeys(types))


def _likely_value(fact: CommunityFact, types: tuple[str, ...], world: World, rng: random.Random) -> FactValue:
    """Return a value of ``fact`` that is likely in a community of ``types``."""
    if fact.type == "boolean":
        return _chance(rng, _largest(_PERCENT_TRUE.get(fact.id, {"": 30}), types))
    if fact.type == "date":
        return _likely_date(fact.id, world, rng)
    if fact.type == "choice":
        by_type = _CHOICES.get(fact.id, {"": dict.fromkeys(fact.choices, 1)})
        named = [by_type[type_id] for type_id in types if type_id in by_type]
        return _share(rng.random(), named[0] if named else by_type[""])
    smallest, largest = _largest(_RANGES.get(fact.id, {"": (0, 20)}), types)
    if fact.type == "percent":
        return _between(rng, smallest * 10, largest * 10) / 10
    return _between(rng, smallest, largest)


def _largest(by_type: Mapping[str, Amount], types: tuple[str, ...]) -> Amount:
    return max(by_type.get(type_id, by_type[""]) for type_id in types)


def _likely_date(fact_id: str, world: World, rng: random.Random) -> str:
    if fact_id == "flood_season_start":
        season = dt.date(world.as_of.year, 5, 1)
        return (season if season >= world.as_of else season.replace(year=season.year + 1)).isoformat()
    if fact_id == "residents_committee_election_due" and not _chance(rng, 30):
        return _date_in(_between(rng, 1500, 1800), world)
    smallest, largest = {"owners_committee_term_end": (-60, 1500)}.get(fact_id, (20, 330))
    return _date_in(_between(rng, smallest, largest), world)


def _date_in(days: int, world: World) -> str:
    return (world.as_of + dt.timedelta(days=days)).isoformat()


def _meeting_value(demands: list[FactIs], drawn: FactValue, fact: CommunityFact, rng: random.Random) -> FactValue:
    """Return a value of ``fact`` that meets all ``demands`` but those on dates: ``drawn``, if that number does."""
    for demand in demands:
        if demand.equals is not None or demand.one_of is not None:
            return demand.equals if demand.equals is not None else _pick(rng, demand.one_of or ())
    smallest = max((math.ceil(demand.at_least) for demand in demands if demand.at_least is not None), default=0)
    limits = [math.floor(demand.at_most) for demand in demands if demand.at_most is not None]
    limits += [100] if fact.type == "percent" else []
    if smallest <= float(drawn) <= min(limits, default=math.inf):
        return drawn
    return _between(rng, smallest, min([*limits, smallest + smallest // 2] if smallest else limits, default=0))


def _meeting_date(demands: list[FactIs], world: World, rng: random.Random) -> str:
    days = min((demand.within_days for demand in demands if demand.within_days is not None), default=90)
    return _date_in(_between(rng, days // 3, days), world)


def _leave_out(facts: dict[str, FactValue], kept: frozenset[str], rng: random.Random) -> dict[str, FactValue]:
    """Return the facts that the office states: not what makes no sense, and not everything else either."""
    for fact_id, needed in _NEEDS_TRUE.items():
        if fact_id in kept and needed not in kept and needed in facts:
            facts[needed] = True
    stated = {}
    for fact_id, value in facts.items():
        sensible = facts.get(_NEEDS_TRUE.get(fact_id, ""), True) is True
        if fact_id in kept or (sensible and not _chance(rng, _PERCENT_NOT_STATED)):
            stated[fact_id] = value
    return stated


def _cell(value: FactValue | None) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def make_person(index: int, world: World, community: Community, rng: random.Random) -> Person:
    """Return the secretary of ``community``, with a role and a date of appointment that fit each other."""
    role = _appointed_role(index, world)
    if role is not None:
        first, below = 60, 216
    else:
        tenures = {role.id: role.months_in_post for role in world.library.roles.values() if role.months_in_post}
        span = tenures[_share(_deal(index, SILVER), {id_: _ROLE_SHARES.get(id_, 20) for id_ in tenures})]
        first, below = max(1, span.at_least), span.below or span.at_least + 144
    return Person.model_construct(
        kind="person",
        id=PersonId(world.label("学员", index)),
        community=community.id,
        post_since=_months_before(world.as_of, _between(rng, first, below - 1), _between(rng, 1, 28)),
        role=role,
        completed=(),
    )


def _appointed_role(index: int, world: World) -> str | None:
    """Return the role by appointment of every 85th person, and of every 15th of the first sixty; else None.

    Why 85: the programme has 18 mentors for 1,531 secretaries.
    """
    roles = [role.id for role in world.library.roles.values() if role.months_in_post is None]
    every = 15 if index < SHOWCASE else 85
    return roles[index // every % len(roles)] if roles and index % every == every - 1 else None


def _months_before(date: dt.date, months: int, day: int) -> dt.date:
    """Return the date with this ``day`` of the month that lies ``months`` whole months before ``date``."""
    shifted = date.year * 12 + date.month - 1 - months - (day > date.day)
    return dt.date(shifted // 12, shifted % 12 + 1, day)


@dataclass
class Assessor:
    """What was recorded of one person.

    Attributes:
        rng: the person's random stream.
        top_level: highest level of the scale.
        person: label of the person.
        as_of: the date on which everything is looked at.
        ability: how the person does in general; 0 = mostly as the role requires, less = worse.
        excellent: a valid record without a gap of every unit.
        sittings: the days on which the person was assessed.
        case: what becomes of the unit at ``slot``, so that every case occurs whatever is drawn.
        slot: position among the required units.
        kind: gap kind of the person's next gap.
        held: the levels that valid records give.
    """

    rng: random.Random
    top_level: int
    person: str
    as_of: dt.date
    ability: float
    excellent: bool
    sittings: tuple[dt.date, ...]
    case: str
    slot: int
    kind: str
    held: dict[UnitId, int] = field(default_factory=dict)

    def rows(self, required: Mapping[UnitId, RequiredLevel]) -> Iterator[Row]:
        """Yield the records of the person, unit by unit, an older record first."""
        for number, (unit, needed) in enumerate(required.items()):
            case = self.case if number == self.slot and not self.excellent else self._draw_case()
            level = self._level(needed, case)
            if case == "expired":
                yield self._expired(unit, level, needed.level)
            elif case != "unassessed":
                sitting = _pick(self.rng, self.sittings)
                if case == "superseded":
                    yield self._earlier(unit, level, sitting)
                self.held[unit] = level
                valid_until = (sitting + dt.timedelta(days=730)).isoformat() if _chance(self.rng, 10) else ""
                gap_kind = self._gap_kind(level, needed.level)
                yield self.person, unit, str(level), sitting.isoformat(), valid_until, gap_kind

    def _draw_case(self) -> str:
        if self.excellent:
            return "valid"
        position = self.rng.random()
        if position < 0.15:
            return "unassessed" if position < 0.11 else "expired"
        return "superseded" if position < 0.23 else "valid"

    def _level(self, needed: RequiredLevel, case: str) -> int:
        luck = self.ability + self.rng.random() + self.rng.random() - 1
        if self.excellent:
            return min(self.top_level, needed.level + (luck > 0.4))
        offset = -2 if luck < -1 else -1 if luck < -0.4 else luck > 0.8
        if case == "below" or needed.urgent:
            offset = min(offset, -1)
        return max(0, min(self.top_level, needed.level + offset))

    def _earlier(self, unit: UnitId, level: int, sitting: dt.date) -> Row:
        date = sitting - dt.timedelta(days=_between(self.rng, 200, 700))
        before = min(self.top_level, level + 1) if _chance(self.rng, 20) else max(0, level - 1)
        return self.person, unit, str(before), date.isoformat(), "", ""

    def _expired(self, unit: UnitId, level: int, needed: int) -> Row:
        date = self.as_of - dt.timedelta(days=_between(self.rng, 800, 1100))
        valid_until = date + dt.timedelta(days=730)
        return self.person, unit, str(level), date.isoformat(), valid_until.isoformat(), self._gap_kind(level, needed)

    def _gap_kind(self, level: int, needed: int) -> str:
        if level >= needed:
            return ""
        kind, self.kind = self.kind, _pick(self.rng, tuple(GAP_KINDS))
        return kind


def make_assessor(index: int, world: World, person: Person, units: int, rng: random.Random) -> Assessor:
    """Return the assessor of ``person``, of whom ``units`` units are required.

    Every 20th person has heavy gaps; every 40th, after the communities built for the rules, has none at all.
    """
    opened = max(person.post_since, world.as_of - dt.timedelta(days=173))
    days = max(0, (world.as_of - dt.timedelta(days=21) - opened).days)
    past_rules = index - len(world.rules)
    return Assessor(
        rng=rng,
        top_level=world.top_level,
        person=person.id,
        as_of=world.as_of,
        ability=-0.7 if index % 20 == 3 else rng.random() * 0.7 - 0.35,
        excellent=past_rules >= 0 and past_rules % 40 == 5,
        sittings=tuple(opened + dt.timedelta(days=_between(rng, 0, days)) for _ in range(3)),
        case=CASES[index % len(CASES)],
        slot=index // len(CASES) * 7 % units,
        kind=tuple(GAP_KINDS)[index % len(GAP_KINDS)],
    )


def completion_rows(world: World, person: Person, held: Mapping[UnitId, int], rng: random.Random) -> Iterator[Row]:
    """Yield the modules of one or two topics that the person may have taken, each after what it needs.

    Half of them were taken since the assessments and raise a level; the others before, and the assessed levels show it.
    """
    facts = _assessed_facts(world, held)
    days_in_post = (world.as_of - person.post_since).days
    since = days_in_post < 200 or _chance(rng, 50)
    first = world.as_of - dt.timedelta(days=20 if since else _between(rng, 200, min(540, days_in_post)))
    left = 1 + _chance(rng, 50)
    turn = int(rng.random() * len(world.courses))
    for course in world.courses[turn:] + world.courses[:turn]:
        dates = _dates(course, first, world.catalogue)
        if left and dates and _raises(course, held) == since and _can_take(course, facts, world.catalogue):
            left -= 1
            first += dt.timedelta(days=8)
            for module, date in zip(course.modules, dates, strict=True):
                yield person.id, world.catalogue.module_ids[module], date.isoformat()


def _assessed_facts(world: World, held: Mapping[UnitId, int]) -> int:
    mask = 0
    for pair in held.items():
        mask |= world.facts_at[pair]
    return world.catalogue.close_gates(mask)


def _dates(course: Course, first: dt.date, catalogue: Catalogue) -> tuple[dt.date, ...]:
    """Return a day for each module, six days apart, partners on one day; empty when one does not run in that month."""
    dates = [first]
    for before, module in itertools.pairwise(course.modules):
        together = catalogue.partners[module] >> before & 1
        dates.append(dates[-1] + dt.timedelta(days=0 if together else 6))
    running = all(
        catalogue.months[module] >> date.month - 1 & 1 for module, date in zip(course.modules, dates, strict=True)
    )
    return tuple(dates) if running else ()


def _raises(course: Course, held: Mapping[UnitId, int]) -> bool:
    return any(level > held.get(unit, 0) for unit, level in course.brings)


def _can_take(course: Course, facts: int, catalogue: Catalogue) -> bool:
    for module in course.modules:
        if catalogue.needs[module] & ~facts:
            return False
        facts = catalogue.close_gates(facts | catalogue.adds[module])
    return True


def write_lines(world: World, out: Path) -> None:
    """Write the same people to the file ``out``, one complete person a line, as docs/batch.md describes."""
    with out.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_chunks(world, chunk_lines))


def chunk_lines(start: int, people: int, seed: int, as_of: dt.date) -> str:
    """Return the JSON lines of the people from ``start`` up to the next chunk."""
    world = build_world(people, seed, as_of)
    dossiers = (dossier_of(index, world) for index in range(start, min(start + CHUNK, people)))
    return "".join(json.dumps(dossier, ensure_ascii=False, separators=(",", ":")) + "\n" for dossier in dossiers)


def dossier_of(index: int, world: World) -> dict[str, object]:
    """Return all that the tables hold of the person at ``index`` as the value of a JSON line."""
    community, rows = _made(index, world)
    ((person, _, post_since, role),) = rows["people"]
    completed = [{"module": module, "date": date} for _, module, date in rows["completions"]]
    return {
        "person": {
            "kind": "person",
            "id": person,
            "community": community.id,
            "post_since": post_since,
            **({"role": role} if role else {}),
            **({"completed": completed} if completed else {}),
        },
        "community": {"kind": "community", "id": community.id, "types": community.types, "facts": community.facts},
        "evidence": [_record(row) for row in rows["evidence"]],
    }


def _record(row: Row) -> dict[str, object]:
    _, unit, level, date, valid_until, gap_kind = row
    record: dict[str, object] = {"unit": unit, "level": int(level), "date": date}
    if valid_until:
        record["valid_until"] = valid_until
    if gap_kind:
        record["gap_kind"] = GAP_KINDS[gap_kind]
    return record


def write_population(world: World, out: Path) -> None:
    """Write the four tables into the folder ``out``: UTF-8 with a mark, as spreadsheets expect it."""
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        files = {}
        for table, header in HEADERS.items():
            file = stack.enter_context((out / f"{table}.csv").open("w", encoding="utf-8-sig", newline=""))
            facts = world.library.community_facts.values() if table == "communities" else ()
            csv.writer(file).writerow((*header, *(column_of(fact) for fact in facts)))
            files[table] = file
        for texts in _chunks(world, chunk_texts):
            for table, text in texts.items():
                files[table].write(text)


def _chunks(world: World, chunk: Callable[..., Item]) -> Iterator[Item]:
    """Yield what ``chunk`` returns for some people at a time, in order; many people keep every processor busy."""
    starts = range(0, world.people, CHUNK)
    make = functools.partial(chunk, people=world.people, seed=world.seed, as_of=world.as_of)
    if len(starts) == 1:
        yield make(0)
        return
    with multiprocessing.Pool() as pool:
        yield from pool.imap(make, starts)


def chunk_texts(start: int, people: int, seed: int, as_of: dt.date) -> dict[str, str]:
    """Return the rows of the people from ``start`` up to the next chunk, by table, as CSV."""
    world = build_world(people, seed, as_of)
    texts = {table: io.StringIO(newline="") for table in HEADERS}
    writers = {table: csv.writer(text) for table, text in texts.items()}
    for index in range(start, min(start + CHUNK, people)):
        for table, rows in rows_of(index, world).items():
            writers[table].writerows(rows)
    return {table: text.getvalue() for table, text in texts.items()}


def rows_of(index: int, world: World) -> Rows:
    """Return the rows of the person at ``index`` and of the person's community, by table."""
    return _made(index, world)[1]


def _made(index: int, world: World) -> tuple[Community, Rows]:
    rng = random.Random(world.seed << 32 | index)
    community = make_community(index, world, rng)
    person = make_person(index, world, community, rng)
    asked = find_requirements(person, community, world.library, world.as_of)
    required = {unit: level for unit, level in asked.items() if unit not in world.library.duty_units}
    assessor = make_assessor(index, world, person, len(required), rng)
    evidence = list(assessor.rows(required))
    completions = completion_rows(world, person, assessor.held, rng) if index % 12 == 5 else ()
    facts = (_cell(community.facts.get(fact_id)) for fact_id in world.library.community_facts)
    return community, {
        "communities": [(community.id, ";".join(community.types), *facts)],
        "people": [(person.id, community.id, person.post_since.isoformat(), person.role or "")],
        "completions": sorted(completions, key=lambda row: row[2]),
        "evidence": evidence,
    }


def column_of(fact: CommunityFact) -> str:
    """Return the header of a fact: its Chinese title, or its id where a reader of headers would alter the title."""
    plain = unicodedata.normalize("NFKC", fact.title.zh).replace(" ", "") == fact.title.zh
    return fact.title.zh if plain else fact.id


_README = """\
# 合成学员示例 / A synthetic population

以下内容全部由程序生成：学员、社区只有编号，不含真实姓名、地点或数据；目录名只表示所用的参考模型。
Everything here was generated: people and communities are labels, and no name, place or figure is real; the folder is
named after the reference model in use.

```
python examples/generate.py --people {people} --seed {seed} --as-of {as_of} --out {out}
```

随机种子 {seed}，基准日期 {as_of}，{people} 人，每人一个社区。参数相同，文件逐字节相同。
Seed {seed}, as-of date {as_of}, {people} people, one community each. The same arguments give the same bytes.

前 {rules} 个社区各满足一条情境规则；前60人中，每类角色、社区类型和记录（未评、过期、被更新、有差距、无差距）都会出现。
Each of the first {rules} communities meets one context rule; among the first sixty people every role, community type
and kind of record (unassessed, expired, superseded, with and without a gap) occurs.

## people.csv

| 列 | Column |
|---|---|
| 学员 | label of the person |
| 社区 | community of the person |
| 任现职日期 | date of appointment; it decides the role unless 角色 does |
| 角色 | role by appointment ({appointed}), else empty |

## evidence.csv

| 列 | Column |
|---|---|
| 学员 | label of the person |
| 单元 | id of a capability unit or practical skill |
| 等级 | level recorded; 0 = assessed, below level 1 |
| 评定日期 | date of the assessment; 可早于任现职日期（此前岗位上的评定） may precede the post |
| 有效期至 | last day on which the record counts; empty = no limit |
| 差距类别 | kind of the gap, where there is one: 知识空白 knowledge, 素质短板 quality, 能力弱项 ability |

## completions.csv

| 列 | Column |
|---|---|
| 学员 | label of the person |
| 课程 | id of a completed module |
| 完成日期 | date of completion |

## communities.csv

空格表示未填报；是、否为布尔值。An empty cell is a fact not stated; 是 is true, 否 is false.
入汛日期多为5月1日，只有为汛期紧急规则而设的社区在九十日内入汛。The flood season starts on 1 May except in the
communities built for an urgent rule, where it is near.

| 列 | Column | 取值 Values |
|---|---|---|
| 社区 | label of the community | |
| 社区类型 | types of the community, separated by ; | {types} |
{facts}
"""


def write_readme(world: World, out: Path) -> None:
    """Write ``README.md`` into the folder ``out``: what the files hold and how they were made."""
    facts = world.library.community_facts.values()
    text = _README.format(
        people=world.people,
        seed=world.seed,
        as_of=world.as_of,
        out=out.as_posix(),
        rules=min(world.people, len(world.rules)),
        appointed=", ".join(role.id for role in world.library.roles.values() if role.months_in_post is None),
        types=", ".join(world.library.community_types),
        facts="\n".join(
            f"| {column_of(fact)} | {fact.title.en} | {', '.join(fact.choices) or fact.type} |" for fact in facts
        ),
    )
    (out / "README.md").write_text(text, encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a synthetic population as the command line asks."""
    parser = argparse.ArgumentParser(description="Write a synthetic population; see the top of this file.")
    parser.add_argument("--people", type=int, default=SHOWCASE, help="how many people (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=2026, help="0 or more (default: %(default)s)")
    parser.add_argument("--as-of", type=dt.date.fromisoformat, default=AS_OF, help="date (default: %(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="folder to write tables into, or a file .jsonl")
    asked = parser.parse_args(arguments)
    if asked.people < 1 or asked.seed < 0:
        parser.error("--people must be at least 1 and --seed at least 0")
    world = build_world(asked.people, asked.seed, asked.as_of)
    if asked.out.suffix == ".jsonl":
        write_lines(world, asked.out)
        return
    write_population(world, asked.out)
    write_readme(world, asked.out)


if __name__ == "__main__":
    main()
