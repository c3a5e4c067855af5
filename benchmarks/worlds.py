"""Seeded random worlds with the structure of the published programme, as files that the product reads.

    python benchmarks/worlds.py --modules 511 --coupling 0.35 --gaps light --people 1531 --out world

Fifty units in three tiers, levels 0 to 5, 54 topics. A topic is taught in up to three bands, each a theory module, its case module and a
practice module; cases bring the unit to 1, 2, 4, practice to 2, 3, 5, and three in ten of those above level 2 may be entered two levels
below for more hours. Workshops raise two units at once.

- 162 modules: one band. 511: three bands and 25 workshops. 5,000: about ten alternatives for every slot, 140 workshops.
- ``coupling`` is the chance that a case or practice module also raises a second unit, that a module asks for a level of a
  unit of another topic; a topic must come after an earlier one, or had better, with half that chance each. With seed 2026 everything is
  within reach of someone who holds nothing; with others, and dense coupling, topics may wait for each other in a circle.
- ``gaps``: light, about nine units below the required level on average; heavy, about twenty-two. The gaps of one person are correlated
  through three latent abilities; seven people in a hundred have no gap when gaps are light.

Everything is invented; the same arguments give the same bytes.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from competency_engine.domain.curriculum import MODES, PHASES

UNITS = 50
TOPICS = 54
TIERS = (("political", 4), ("base", 26), ("practical", 20))
AS_OF = "2026-11-22"
_CASE_LEVELS = (1, 2, 4)
_PRACTICE_LEVELS = (2, 3, 5)
_DRAFTED = {"certainty": "illustrative"}
_FORMS = ("lecture", "case_analysis", "discussion", "simulation", "exercise", "work_task")

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """The arguments that decide a world."""

    modules: int = 511
    coupling: float = 0.35
    gaps: str = "light"
    people: int = 1531
    seed: int = 2026

    @property
    def shape(self) -> tuple[int, int, int]:
        """Bands of a topic, alternatives of a slot, workshops."""
        return {162: (1, 1, 0), 511: (3, 1, 25), 5000: (3, 10, 140)}[self.modules]

    @property
    def top_level(self) -> int:
        """The highest level that the modules bring."""
        return _PRACTICE_LEVELS[self.shape[0] - 1]

    @property
    def name(self) -> str:
        """A name for tables, e.g. ``511 coupling 0.35 light``."""
        return f"{self.modules} coupling {self.coupling} {self.gaps}"


def write_world(world: World, folder: Path) -> None:
    """Write ``models/``, ``curricula/`` and ``people.jsonl`` (a person a line) into ``folder``."""
    _write_documents(folder / "models" / "world" / "model.yaml", _model(world))
    _write_documents(folder / "curricula" / "world" / "curriculum.yaml", _curriculum(world))
    with (folder / "people.jsonl").open("w", encoding="utf-8") as file:
        for person in draw_people(world):
            file.write(json.dumps(person, ensure_ascii=False) + "\n")


def draw_people(world: World) -> Iterator[Document]:
    """Yield the people of ``world``, each from a random stream of their own."""
    required = _required(world)
    width = len(str(max(world.people, 9999)))
    for number in range(1, world.people + 1):
        rng = random.Random(f"{world.seed}/{world.gaps}/person/{number}")
        abilities = [rng.gauss(0, 1) for _ in range(3)]
        records = []
        for unit, level in required.items():
            ability = abilities[int(unit[1:]) % 3]
            threshold = {"light": 0.9, "heavy": 0.15}[world.gaps]
            missing = 0.6 * rng.gauss(0, 1) - 0.8 * ability
            held = level
            if missing > threshold:
                held = max(0, level - rng.choice((1, 1, 2) if world.gaps == "light" else (1, 2, 2, 3)))
            kind = rng.choice(("knowledge", "quality", "ability"))
            records.append({"unit": unit, "level": held, "date": "2026-09-01", "gap_kind": kind})
        label, home = f"学员{number:0{width}d}", f"社区{number:0{width}d}"
        yield {
            "person": {"kind": "person", "id": label, "community": home, "post_since": "2020-01-01"},
            "community": {"kind": "community", "id": home, "types": ["any"]},
            "evidence": records,
        }


def _required(world: World) -> dict[str, int]:
    rng = random.Random(f"{world.seed}/role")
    levels = (1, 2) if world.top_level == 2 else (2, 3, 3, 4, 5)
    return {_unit(number): rng.choice(levels) for number in range(UNITS)}


def _unit(number: int) -> str:
    return f"U{number:02d}"


def _text(text: str) -> Document:
    return {"zh": f"单元{text}", "en": f"World {text}"}


def _model(world: World) -> Iterator[Document]:
    scale = [
        {
            "level": level,
            **dict.fromkeys(("title", "autonomy", "complexity", "influence", "evidence"), _text(str(level))),
        }
        for level in range(6)
    ]
    tiers = [{"id": tier, "title": _text(tier)} for tier, _ in TIERS]
    yield {"kind": "competency_model", "id": "world", "title": _text("model"), "scale": scale, "tiers": tiers}
    for tier, _ in TIERS:
        yield {"kind": "domain", "id": tier.upper(), "tier": tier, "title": _text(tier)}
    domains = [tier.upper() for tier, units in TIERS for _ in range(units)]
    for number, domain in enumerate(domains):
        levels = [{"level": level, "indicators": [_text(str(level))]} for level in range(1, 6)]
        title = _text(_unit(number))
        yield {
            "kind": "unit",
            "id": _unit(number),
            "domain": domain,
            "title": title,
            "definition": title,
            "levels": levels,
        }
    yield {
        "kind": "role",
        "id": "R",
        "title": _text("role"),
        "months_in_post": {"at_least": 0},
        "skill_level": 1,
        "urgent_skill_level": 2,
        "requires": _required(world),
        "floor": {_unit(number): min(_required(world)[_unit(number)], 2) for number in range(TIERS[0][1])},
    }
    yield {"kind": "community_type", "id": "any", "title": _text("any")}


def _curriculum(world: World) -> Iterator[Document]:
    yield {"kind": "curriculum", "id": "world", "title": _text("curriculum"), "model": "world", "policy": "ample"}
    forms = {"knowledge": _FORMS[:2], "quality": _FORMS[1:4], "ability": _FORMS[3:]}
    yield {
        "kind": "policy",
        "id": "ample",
        "title": _text("policy"),
        "budget": {"hours_per_year": 400, "counts": MODES},
        "hours_per_month": 40,
        "gap_kinds": [
            {"kind": kind, "urgency": urgency, "forms": forms[kind]}
            for kind, urgency in (("knowledge", 1), ("quality", 2), ("ability", 2))
        ],
        "preferences": [
            {"prefer": "teaching_form"},
            {"prefer": "soft_prerequisites"},
            {"prefer": "few_absences", "modes": MODES[:1] + MODES[2:4]},
            {"prefer": "online_share", "percent": 40},
        ],
    }
    rng = random.Random(f"{world.seed}/{world.modules}/{world.coupling}/curriculum")
    for number in range(TOPICS):
        yield from _topic(world, rng, number)
    for number in range(world.shape[2]):
        yield _workshop(world, rng, number)


def _topic(world: World, rng: random.Random, number: int) -> Iterator[Document]:
    bands, alternatives, _ = world.shape
    topic, unit = f"T{number:02d}", number % UNITS
    modules: list[Document] = []
    for band, case_level, practice_level in zip(range(1, bands + 1), _CASE_LEVELS, _PRACTICE_LEVELS, strict=False):
        slots = {
            phase: [f"{topic}-{band}{phase}{_letter(i, alternatives)}" for i in range(alternatives)] for phase in "TCP"
        }
        pairs = list(zip(slots["T"], slots["C"], strict=True))
        for theory, case in pairs:
            modules.append(_module(rng, theory, "theory", topic, (1, 3), pairs_with=[case]))
            modules.append(_rise(world, rng, case, "cognition", topic, unit, case_level, (1, 4)))
            modules[-1]["requires"].append({"module": theory})
            modules[-1]["pairs_with"] = [theory]
        modules += [_rise(world, rng, id_, "practice", topic, unit, practice_level, (3, 9)) for id_ in slots["P"]]
    requires = [f"T{rng.randrange(number):02d}"] if number and rng.random() < world.coupling / 2 else []
    recommends = [f"T{rng.randrange(number):02d}"] if number and rng.random() < world.coupling / 2 else []
    path = [next(module for module in modules if module["phase"] == phase) for phase in PHASES]
    yield {
        "kind": "topic",
        "id": topic,
        "unit": _unit(unit),
        "title": _text(topic),
        "hours": {phase: module["hours"] for phase, module in zip(PHASES, path, strict=True)},
        "requires": requires,
        "recommends": [other for other in recommends if other not in requires],
        "paths": [[module["id"] for module in path]],
    }
    yield from modules


def _letter(index: int, alternatives: int) -> str:
    return "" if alternatives == 1 else "abcdefghijkl"[index]


def _module(rng: random.Random, id_: str, phase: str, topic: str, hours: tuple[int, int], **fields: Any) -> Document:
    return {
        "kind": "module",
        "id": id_,
        "topic": topic,
        "title": _text(id_),
        "phase": phase,
        "mode": rng.choice(MODES),
        "form": rng.choice(_FORMS),
        "hours": _hours(rng.randint(4 * hours[0], 4 * hours[1])),
        **fields,
    }


def _hours(quarters: int) -> int | float:
    return quarters / 4 if quarters % 4 else quarters // 4


def _rise(
    world: World, rng: random.Random, id_: str, phase: str, topic: str, unit: int, level: int, hours: tuple[int, int]
) -> Document:
    """Return a module that brings ``unit`` to ``level``, perhaps from two levels below and for half as many hours again."""
    needs = _cross_needs(world, rng, unit, level)
    brings = {_unit(unit): level} | _second(world, rng, unit, level)
    module = _module(rng, id_, phase, topic, hours, requires=needs, brings=brings)
    if level > 2 and rng.random() < 0.3:
        needs.append({"unit": _unit(unit), "level": level - 2})
        module["hours"] = _hours(round(module["hours"] * 6))
        module["reason"] = _text("intensive")
    return module


def _cross_needs(world: World, rng: random.Random, unit: int, level: int) -> list[Document]:
    """Return a level of a lower unit that must be held first, with the chance ``coupling``."""
    if unit == 0 or rng.random() >= world.coupling:
        return []
    return [{"unit": _unit(rng.randrange(unit)), "level": rng.randint(1, min(level, 3, world.top_level))}]


def _second(world: World, rng: random.Random, unit: int, level: int) -> dict[str, int]:
    """Return a second unit that is raised too, with the chance ``coupling``."""
    other = rng.randrange(UNITS)
    return {_unit(other): level} if rng.random() < world.coupling and other != unit else {}


def _workshop(world: World, rng: random.Random, number: int) -> Document:
    level = rng.randint(1, world.top_level)
    units = rng.sample(range(UNITS), 2)
    workshop = _module(rng, f"W{number:03d}", "practice", "T00", (4, 10), brings={_unit(unit): level for unit in units})
    del workshop["topic"]
    return workshop


def _write_documents(path: Path, documents: Iterator[Document]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for number, document in enumerate(documents):
            file.write("---\n" if number else "")
            for key, value in {**document, **_DRAFTED}.items():
                plain = isinstance(value, str)
                file.write(f"{key}: {value if plain else json.dumps(value, ensure_ascii=False)}\n")


def main() -> None:
    """Write one world."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", type=int, choices=(162, 511, 5000), default=511)
    parser.add_argument("--coupling", type=float, default=0.35)
    parser.add_argument("--gaps", choices=("light", "heavy"), default="light")
    parser.add_argument("--people", type=int, default=1531)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    write_world(World(given.modules, given.coupling, given.gaps, given.people, given.seed), given.out)


if __name__ == "__main__":
    main()
