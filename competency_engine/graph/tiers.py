"""What the tiers mean: the last holds the practical skills, the first of three or more the political units."""

from __future__ import annotations

from competency_engine.domain.entity import UnitId
from competency_engine.domain.library import Library


def first_tier(library: Library) -> str:
    """Return the tier that is planned first, the only one whose units may have a floor."""
    return library.model.tiers[0].id


def practical_tier(library: Library) -> str | None:
    """Return the tier of the practical skills; None when there is but one tier."""
    tiers = library.model.tiers
    return tiers[-1].id if len(tiers) > 1 else None


def political_tiers(library: Library) -> tuple[str, ...]:
    """Return the political tier; nothing when there are fewer than three."""
    return (first_tier(library),) if len(library.model.tiers) > 2 else ()


def base_tiers(library: Library) -> tuple[str, ...]:
    """Return the tiers between the political one and the practical one."""
    others = (practical_tier(library), *political_tiers(library))
    return tuple(tier.id for tier in library.model.tiers if tier.id not in others)


def skills(library: Library) -> tuple[UnitId, ...]:
    """Return the practical skills, in order of id."""
    tier = practical_tier(library)
    return tuple(unit for unit in library.units if tier is not None and library.tier_of(unit) == tier)


def activated_skills(library: Library) -> tuple[UnitId, ...]:
    """Return the practical skills that some context rule switches on, in order of id."""
    switched_on = {unit for rule in library.context_rules.values() for unit in rule.activates}
    return tuple(unit for unit in skills(library) if unit in switched_on)
