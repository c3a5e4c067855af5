"""What to measure next → Document: the measurement, what it is worth, and how the plan hangs on the true level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from competency_engine.assessment.gaps import Assessment
from competency_engine.domain.library import Library
from competency_engine.reports.document import Document, Notes, Table, joined, same
from competency_engine.reports.evidence import percent
from competency_engine.text import Text, say

if TYPE_CHECKING:
    from competency_engine.planning.explain.measure import Proposal


def measure_document(assessment: Assessment, proposals: Sequence[Proposal], library: Library) -> Document:
    """Return the proposals for one person, the best first."""
    person = assessment.person.id
    notes = Notes(
        None,
        (
            say(
                "先测再训：只列出知道真实等级会改变计划、所省学时多于所花时间的",
                "Measure before you train: only where the true level would change the plan, and more hours are saved than it takes",
            ),
            say(
                "“值”是测过之后预计少浪费、少遗漏的学时之和；其他单元按现在采用的等级",
                "“Worth” = hours that measuring is expected to save: those that would be taken needlessly, plus those needed that would be missed; other units as they count now",
            ),
        ),
    )
    columns = (
        say("单元", "Unit"),
        say("名称", "Title"),
        say("现采用", "Counts as"),
        say("要求", "Required"),
        say("各等级的概率", "Chance of each level"),
        say("测法", "Measure by"),
        say("花（小时）", "Takes (h)"),
        say("值（学时）", "Worth (h)"),
        say("真实等级不同，总学时", "Hours in all by true level"),
    )
    rows = tuple(_row(proposal, library) for proposal in proposals)
    table = Table(say("先测这些", "Measure these first"), columns, rows)
    none = Notes(
        None,
        (
            say(
                "没有值得先测的：测了也不改变计划，或不划算",
                "Nothing is worth measuring first: the plan would not change, or not enough",
            ),
        ),
    )
    data = {"person": person, "as_of": assessment.as_of.isoformat(), "proposals": [_data(p) for p in proposals]}
    title = say(f"{person}：接下来测什么", f"{person}: what to measure next")
    return Document(title, (notes, table if rows else none), data)


def _row(proposal: Proposal, library: Library) -> tuple[Text, ...]:
    chances = joined(
        (same(f"{level}: {percent(chance)}") for level, chance in enumerate(proposal.chances) if chance >= 0.05),
        " ",
        " ",
    )
    hours = joined(
        (same(f"{level}: {hours:g}") for level, hours in enumerate(proposal.hours) if _bears(proposal, level)), " ", " "
    )
    return (
        same(proposal.unit),
        library.units[proposal.unit].title,
        same(proposal.level),
        same(proposal.required),
        chances,
        proposal.instrument.title,
        same(f"{proposal.instrument.cost_hours:g}"),
        same(f"{proposal.value:.1f}"),
        hours,
    )


def _bears(proposal: Proposal, level: int) -> bool:
    """Return whether ``level`` counts now or may be the true one; of the required level, whether it or more may be."""
    chance = sum(proposal.chances[level:]) if level == proposal.required else proposal.chances[level]
    return level == proposal.level or chance >= 0.05


def _data(proposal: Proposal) -> dict[str, object]:
    return {
        "unit": proposal.unit,
        "instrument": proposal.instrument.id,
        "value_hours": round(proposal.value, 4),
        "cost_hours": proposal.instrument.cost_hours,
        "level": proposal.level,
        "required": proposal.required,
        "chances": list(proposal.chances),
        "hours_by_true_level": list(proposal.hours),
    }
