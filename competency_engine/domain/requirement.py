"""What must hold before a module may be taken: a tree of AND, OR and k-of-n."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from competency_engine.domain.entity import Frozen, Level, ModuleRef, TopicRef, UnitRef


class UnitAtLevel(Frozen):
    """The person holds ``unit`` at ``level`` or above; 0 = anyone, where a module may start from nothing."""

    unit: UnitRef
    level: Level


class ModuleDone(Frozen):
    """The person has taken ``module``, before or within the plan."""

    module: ModuleRef


class TopicDone(Frozen):
    """One path of ``topic`` is done, or its unit is held by assessment at the policy's level."""

    topic: TopicRef


class AllOf(Frozen):
    """Every part holds."""

    all: tuple["Requirement", ...] = Field(min_length=1, description="全部满足 / Every part must hold.")


class AnyOf(Frozen):
    """At least one part holds."""

    any: tuple["Requirement", ...] = Field(min_length=1, description="满足其一 / One part is enough.")


class AtLeast(Frozen):
    """At least ``at_least`` of the parts hold."""

    at_least: int = Field(ge=1, description="至少满足几项 / How many parts must hold.")
    of: tuple["Requirement", ...] = Field(min_length=1, description="候选各项 / The parts to choose from.")


_TAG_KEYS = {
    "unit": "unit",
    "module": "module",
    "topic": "topic",
    "all": "all",
    "any": "any",
    "at_least": "at_least",
    "of": "at_least",
}
_TYPES: dict[type, str] = {
    UnitAtLevel: "unit",
    ModuleDone: "module",
    TopicDone: "topic",
    AllOf: "all",
    AnyOf: "any",
    AtLeast: "at_least",
}


def _tag(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((_TAG_KEYS[key] for key in _TAG_KEYS if key in value), None)
    return _TYPES.get(type(value))


Requirement = Annotated[
    Annotated[UnitAtLevel, Tag("unit")]
    | Annotated[ModuleDone, Tag("module")]
    | Annotated[TopicDone, Tag("topic")]
    | Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[AtLeast, Tag("at_least")],
    Discriminator(
        _tag,
        custom_error_type="requirement_shape",
        custom_error_message="expected one of: unit + level, module, topic, all, any, at_least + of",
    ),
]
Atom = UnitAtLevel | ModuleDone | TopicDone


def parts(requirement: AllOf | AnyOf | AtLeast) -> tuple[Requirement, ...]:
    """Return the direct parts of a composite requirement."""
    if isinstance(requirement, AllOf):
        return requirement.all
    return requirement.any if isinstance(requirement, AnyOf) else requirement.of


def atoms(
    requirements: tuple[Requirement, ...], path: tuple[str | int, ...] = ()
) -> Iterator[tuple[Atom, tuple[str | int, ...]]]:
    """Yield every atom with its path below ``path`` in the document, in document order."""
    for index, requirement in enumerate(requirements):
        if isinstance(requirement, AllOf | AnyOf | AtLeast):
            key = "all" if isinstance(requirement, AllOf) else "any" if isinstance(requirement, AnyOf) else "of"
            yield from atoms(parts(requirement), (*path, index, key))
        else:
            yield requirement, (*path, index)
