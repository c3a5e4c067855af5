"""An audit as one HTML page: works offline, in both languages, fetches nothing, and shows the numbers of its tables and no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from competency_engine.render.audit_views import (
    Bar,
    HeatRow,
    TableView,
    anchor,
    bars,
    heat_rows,
    intervals,
    table_view,
)
from competency_engine.render.layers_svg import layers_svg
from competency_engine.render.own_page import page_environment, policy_hash, read_part
from competency_engine.reports.audit.reading import Figure, figures
from competency_engine.reports.tables import DataTable
from competency_engine.text import Lang, Text, say

if TYPE_CHECKING:
    from competency_engine.audit.summary import Audit

DRAWN: Mapping[str, Text] = {
    "topic": say("专题的先修关系", "Prerequisites of topics"),
    "unit": say("单元的先修关系", "Prerequisites of units"),
}
"""Layers that are drawn; modules are too many, their metrics stand in the table."""
_OPEN_ROWS = 70
_CLOSED = ("steps", "structure", "thickness", "staffing", "gaps_by_group")


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the page: its heading, what is drawn in it, and its tables."""

    id: str
    title: Text
    tables: tuple[TableView, ...]


def render_audit_page(audit: Audit, tables: Sequence[DataTable], smallest: int, lang: Lang) -> str:
    """Return the page; ``lang`` is shown first, a button switches.

    Args:
        audit: for the names of what is drawn and the requisites; every number comes from ``tables``.
        tables: of the audit, in which small counts are kept back already.
        smallest: the smallest count of people that is shown.
        lang: language to begin with.

    Returns:
        HTML in which every text of the files is escaped and only the page's own script and style are allowed to run.
    """
    by_id = {table.id: table for table in tables}
    links = _Links(audit, by_id)
    views = {id_: table_view(table, smallest, links.of, _opens(table)) for id_, table in by_id.items()}
    heat = _heat(by_id["steps"], links)
    style, script = read_part("audit.css"), read_part("audit.js")
    title = audit.library.curriculum.title
    page = page_environment().from_string(read_part("audit.html.j2"))
    return (
        page.render(
            lang=lang,
            style=Markup(style),
            script=Markup(script),
            style_hash=policy_hash(style),
            script_hash=policy_hash(script),
            title=say(f"{title.zh}：覆盖审计", f"Coverage audit of {title.en}"),
            audit=audit,
            figures=tuple(figures(by_id, audit.tally)),
            part=_share_of,
            sections={section.id: section for section in _sections(views)},
            heat=heat,
            top=max((row.top for row in heat), default=0),
            graphs=tuple(_graphs(audit)),
            months=_bars(by_id, "demand_months", "seats", smallest, links),
            topics=_bars(by_id, "demand_topics", "hours", smallest, links),
            gaps=_bars(by_id, "gaps", "people", smallest, links),
            panels=tuple(intervals(by_id["groups"])) if "groups" in by_id else (),
            smallest=smallest,
        )
        + "\n"
    )


class _Links:
    """Where in the page each id of the library stands."""

    def __init__(self, audit: Audit, tables: Mapping[str, DataTable]) -> None:
        covered = {str(row[0]) for row in tables["steps"].rows}
        self.own: dict[str, str] = {}
        for row in tables["structure"].rows:
            layer, id_ = row[0], str(row[1])
            if isinstance(layer, str):
                self.own.setdefault(id_, anchor("structure", layer, id_))
        self.own |= {unit: anchor("unit", unit) for unit in covered}
        self.nodes = {
            (layer.layer, course): anchor("node", layer.layer, course)
            for layer in audit.layers
            if layer.layer in DRAWN
            for course in layer.requisites.courses
        }

    def of(self, table: str, column: str, row: Sequence[object], value: str) -> str | None:
        """Return the anchor that an id in a cell leads to; None where it leads nowhere."""
        if table == "structure" and column == "id":
            return self.nodes.get((str(row[0]), value))  # type: ignore[arg-type]
        if column in ("unit", "before", "other", "topic", "module", "subject"):
            return self.own.get(value)
        return None


def _opens(table: DataTable) -> bool:
    return table.id == "findings" or (len(table.rows) <= _OPEN_ROWS and table.id not in _CLOSED)


def _share_of(figure: Figure) -> str:
    return f"{figure.value}" if figure.of is None else f"{figure.value} / {figure.of}"


_PARTS: tuple[tuple[str, Text, tuple[str, ...]], ...] = (
    ("findings", say("发现的问题", "Findings"), ("findings",)),
    ("coverage", say("覆盖", "Coverage"), ("owners", "steps")),
    ("graphs", say("结构", "Structure"), ("structure", "bottlenecks", "requisite_faults")),
    ("supply", say("供求", "Supply against demand"), ("thickness", "staffing", "visits")),
    ("demand", say("需求", "Demand"), ("demand_months", "demand_topics", "demand_modules")),
    ("gaps", say("差距", "Gaps"), ("gaps", "unserved")),
    ("groups", say("各组之间", "Groups"), ("groups", "gaps_by_group")),
    (
        "observed",
        say("数据是否支持模型", "Whether the data bear the model out"),
        ("prerequisites", "levels", "together", "never_observed"),
    ),
    ("response", say("回收和证据", "Response and evidence"), ("response",)),
)


def _sections(views: Mapping[str, TableView]) -> Iterator[Section]:
    placed = {id_ for _, _, ids in _PARTS for id_ in ids}
    for name, title, ids in _PARTS:
        found = tuple(views[id_] for id_ in ids if id_ in views)
        if found:
            yield Section(name, title, found)
    rest = tuple(view for id_, view in views.items() if id_ not in placed)
    if rest:
        yield Section("others", say("其他", "Others"), rest)


def _heat(steps: DataTable, links: _Links) -> tuple[HeatRow, ...]:
    return tuple(heat_rows(steps, lambda unit: links.nodes.get(("unit", unit))))


def _graphs(audit: Audit) -> Iterator[tuple[str, Text, Markup]]:
    titles: dict[str, Mapping[str, Text]] = {
        "topic": {str(id_): topic.title for id_, topic in audit.library.topics.items()},
        "unit": {str(id_): unit.title for id_, unit in audit.library.units.items()},
    }
    layers = {measured.layer: measured for measured in audit.layers}
    for name, label in DRAWN.items():
        requisites = layers[name].requisites  # type: ignore[index]

        def own(course: str, name: str = name) -> str:
            return anchor("node", name, course)

        if requisites.courses:
            yield name, label, Markup(layers_svg(requisites, titles[name], f"graph-{name}", label, own))


def _bars(tables: Mapping[str, DataTable], table: str, column: str, smallest: int, links: _Links) -> Iterable[Bar]:
    return tuple(bars(tables[table], column, smallest, links.of)) if table in tables else ()
