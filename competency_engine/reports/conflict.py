"""Rules that cannot hold together → table."""

from __future__ import annotations

from typing import Any

from competency_engine.planning.explain.conflict import Conflict
from competency_engine.reports.document import Block, Notes, Table, same
from competency_engine.reports.places import Places
from competency_engine.text import say


def conflict_block(conflict: Conflict, places: Places) -> Block:
    """Return the rules in conflict, each with the line where it is written."""
    if not conflict.rules:
        line = say("去掉任何规则都没有用：没有课程能带来它", "dropping rules does not help: no module brings it")
        return Notes(say("不能同时成立的规则", "Rules that cannot hold together"), (line,))
    kind = say("最少的一组", "the fewest") if conflict.smallest else say("缺一不可的一组", "none can be left out")
    title = say(
        f"不能同时成立的规则（{kind.zh}；去掉其中任何一条，其余各条就能同时成立）",
        f"Rules that cannot hold together ({kind.en}; drop any one and the others of them can)",
    )
    found = [places.rule(rule) for rule in conflict.rules]
    rows = tuple((reference.text, same(reference.place)) for reference in found)
    return Table(title, (say("规则", "Rule"), say("写在", "Written at")), rows)


def conflict_data(conflict: Conflict | None, places: Places) -> dict[str, Any] | None:
    """Return a conflict for machines."""
    if conflict is None:
        return None
    found = [(rule, places.rule(rule)) for rule in conflict.rules]
    rules = [{"kind": rule.kind, "rule": reference.text.en, "at": reference.place} for rule, reference in found]
    return {"smallest": conflict.smallest, "rules": rules}
