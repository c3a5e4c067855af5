"""Write 24 typical secretaries: four stages of the post × six types of community.

    python examples/typical.py examples/typical

Everything is invented and nothing is drawn: the facts of each community are the table below. A newly appointed secretary (R1) has no
assessment; the others were assessed at what their role requires in every second unit and one level below in the rest. `docs/plans.md`
shows the plan of each.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from competency_engine.domain.library import Library
from competency_engine.loading.workspace import shipped_root
from competency_engine.workflows.session import open_session

CURRICULUM = "7n"
ASSESSED = "2026-10-15"
POSTS = {"R1": "2026-08-01", "R2": "2025-03-01", "R3": "2020-05-01", "R4": "2015-06-01"}
BY_APPOINTMENT = ("R4",)
FACTS: dict[str, dict[str, str]] = {
    "old_estate": {
        "built_before_2000": "是", "renovation_stage": "planned", "floors_ge_4_without_elevator": "12", "parking_gap": "80",
        "aged60_share": "28", "has_canteen_site": "是",
    },
    "commodity": {
        "has_owners_committee": "是", "owners_committee_term_end": "2027-02-15", "ebike_count": "300", "charging_ports": "20",
        "common_revenue_disclosed": "否",
    },
    "resettlement": {"petition_backlog": "4", "social_orgs": "2", "tenant_share": "45", "demolition_transition": "是"},
    "village_to_community": {
        "floating_party_members": "30", "grid_count": "12", "flood_or_geo_risk": "是", "residents_committee_election_due": "2027-02-10",
    },
    "work_unit": {"built_before_2000": "是", "floors_ge_4_without_elevator": "6", "renovation_stage": "ongoing", "living_alone_elderly": "40"},
    "mixed_commercial": {"new_employment_workers": "200", "business_buildings": "5", "platforms": "3", "children_0_3": "60"},
}  # fmt: skip


def write(folder: Path, library: Library) -> None:
    """Write communities.csv, people.csv and evidence.csv into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = sorted({fact for stated in FACTS.values() for fact in stated})
    titles = [library.community_facts[fact].title.zh for fact in facts]
    communities = [
        [_community(type_), type_, *(stated.get(fact, "") for fact in facts)] for type_, stated in FACTS.items()
    ]
    _table(folder / "communities.csv", ["社区", "社区类型", *titles], communities)
    people = [(role, type_) for role in POSTS for type_ in FACTS]
    _table(
        folder / "people.csv",
        ["学员", "社区", "任现职日期", "角色"],
        ([_person(r, t), _community(t), POSTS[r], r if r in BY_APPOINTMENT else ""] for r, t in people),
    )
    _table(
        folder / "evidence.csv",
        ["学员", "单元", "等级", "评定日期"],
        (row for role, type_ in people if role != "R1" for row in _evidence(role, type_, library)),
    )


def _evidence(role: str, type_: str, library: Library) -> Iterable[list[str]]:
    odd = list(FACTS).index(type_) % 2
    for number, (unit, level) in enumerate(sorted(library.roles[role].requires.items())):
        yield [_person(role, type_), unit, str(level - (number + odd) % 2), ASSESSED]


def _person(role: str, type_: str) -> str:
    return f"典型{role}-{type_}"


def _community(type_: str) -> str:
    return f"典型-{type_}"


def _table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    write(Path(sys.argv[1]), open_session(shipped_root(), CURRICULUM).library)
