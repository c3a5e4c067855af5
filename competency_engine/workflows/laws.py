"""The register of laws on a date: what binds, and what must be rewritten."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from competency_engine.diagnostics import Position
from competency_engine.domain.library import Citation
from competency_engine.domain.reference import Law, LawStatus
from competency_engine.workflows.session import Session


@dataclass(frozen=True, slots=True)
class CitedLaw:
    """A law of the register with its status on the date and every place that cites it."""

    law: Law
    status: LawStatus
    citations: tuple[tuple[Citation, Position], ...]


def read_register(session: Session, as_of: dt.date) -> tuple[CitedLaw, ...]:
    """Return every law of the register as it is on ``as_of``, in order of id."""
    library = session.library
    cited: dict[str, list[tuple[Citation, Position]]] = {}
    for citation in library.citations():
        place = library.where(citation.entity, *citation.path)
        cited.setdefault(citation.law, []).append((citation, place))
    return tuple(CitedLaw(law, law.status_on(as_of), tuple(cited.get(law.id, ()))) for law in library.laws.values())
