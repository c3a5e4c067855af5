"""The register of laws on a date: what binds, and every citation that a change of law makes stale."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from competency_engine.domain.entity import ModuleId
from competency_engine.workflows.laws import read_register
from competency_engine.workflows.session import Session, open_session

ROOT = Path(__file__).parents[2]
COMMITTEES, ECOLOGY = dt.date(2026, 1, 1), dt.date(2026, 8, 15)
DAY = dt.timedelta(days=1)


@pytest.fixture(scope="module")
def shipped() -> Session:
    return open_session(ROOT, "7n")


def stale(session: Session, as_of: dt.date) -> set[tuple[str, str]]:
    """Return who cites which law that does not bind on ``as_of``."""
    return {
        (citation.entity.id, cited.law.id)
        for cited in read_register(session, as_of)
        if cited.status in ("repealed", "not_yet")
        for citation, _ in cited.citations
    }


def citing(session: Session, module: str, law: str) -> Session:
    """Return ``session`` with a module that cites ``law`` alone, as it did before the change."""
    old = session.library.modules[ModuleId(module)].model_copy(update={"laws": (law,)})
    return replace(session, library=replace(session.library, modules={ModuleId(module): old}))


def test_today_nothing_of_the_shipped_catalogue_must_be_rewritten(shipped: Session) -> None:
    assert stale(shipped, dt.date(2026, 11, 22)) == set()


@pytest.mark.parametrize(
    ("changed", "module", "old", "new"),
    [
        (COMMITTEES, "T22-T", "rc-organic-law-2018", "rc-organic-law-2025"),
        (ECOLOGY, "S08-P", "solid-waste-law", "ecology-code-2026"),
    ],
)
def test_the_two_changes_of_2026_make_every_old_citation_stale_on_the_day(
    shipped: Session, changed: dt.date, module: str, old: str, new: str
) -> None:
    before = citing(shipped, module, old)
    after = citing(shipped, module, new)

    assert (module, old) not in stale(before, changed - DAY)
    assert (module, old) in stale(before, changed)
    assert (module, new) in stale(after, changed - DAY)
    assert (module, new) not in stale(after, changed)
    (law,) = [cited.law for cited in read_register(before, changed) if cited.law.id == old]
    assert law.replaced_by == new


def test_every_citation_is_counted_once_with_its_line(shipped: Session) -> None:
    register = read_register(shipped, dt.date(2026, 11, 22))
    places = [str(place) for cited in register for _, place in cited.citations]

    library = shipped.library
    written = [
        law
        for group in (library.units, library.topics, library.modules, library.problems)
        for entity in group.values()
        for law in entity.laws
    ]  # type: ignore[attr-defined]
    written += [check.law for case in library.cases.values() for check in case.law_check]
    written += [rule.law for group in (library.training_duties, library.hours_rules) for rule in group.values()]  # type: ignore[attr-defined]
    assert len(places) == len(set(places)) == len(written)
    assert all(place.startswith(("models/7n/", "curricula/7n/")) for place in places)


def test_a_law_without_a_verified_date_is_undated_and_one_that_was_repealed_is_not(shipped: Session) -> None:
    status = {cited.law.id: cited.status for cited in read_register(shipped, dt.date(2026, 11, 22))}

    assert status["charity-law-2023"] == "undated"
    assert status["property-law-2007"] == "repealed"
    assert status["civil-code"] == "in_force"
    assert {cited.law.id: cited.status for cited in read_register(shipped, dt.date(2020, 12, 31))}[
        "civil-code"
    ] == "not_yet"
