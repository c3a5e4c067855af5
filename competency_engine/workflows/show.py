"""Look at one unit, topic, module, role or case with what leads to it and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from competency_engine.errors import UsageError
from competency_engine.graph.build import Node, build_graph
from competency_engine.graph.queries import ancestors, descendants
from competency_engine.text import say
from competency_engine.workflows.session import Session

Subject = Literal["unit", "topic", "module", "role", "case"]


@dataclass(frozen=True, slots=True)
class Shown:
    """One document of the library and its surroundings in the prerequisite graph.

    ``leads`` and ``follows`` hold everything before and after it; a role and a case have neither.
    """

    kind: Subject
    id: str
    leads: tuple[Node, ...]
    follows: tuple[Node, ...]


def show(session: Session, name: str) -> Shown:
    """Return ``name`` with its surroundings.

    Raises:
        UsageError: when no unit, topic, module, role or case has this id.
    """
    library = session.library
    groups: dict[Subject, object] = {
        "unit": library.units,
        "topic": library.topics,
        "module": library.modules,
        "role": library.roles,
        "case": library.cases,
    }
    kind = next((kind for kind, group in groups.items() if name in group), None)  # type: ignore[operator]
    if kind is None:
        near = get_close_matches(
            name, [*library.units, *library.topics, *library.modules, *library.roles, *library.cases], n=1
        )
        hint = say(f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else say("", "")
        raise UsageError(
            say(
                f"没有单元、专题、课程、角色或案例 {name}{hint.zh}",
                f"there is no unit, topic, module, role or case {name}{hint.en}",
            )
        )
    if kind == "role" or kind == "case":  # noqa: PLR1714 (narrows the type)
        return Shown(kind, name, (), ())
    graph = build_graph(library)
    node: Node = (kind, name)
    return Shown(kind, name, ancestors(graph, node), descendants(graph, node))
