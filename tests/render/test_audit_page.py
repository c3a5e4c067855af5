"""An audit as one page: its tables are the JSON's, cell by cell; it is closed in itself and deaf to what the files say."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from competency_engine.audit.summary import Audit
from competency_engine.render.audit_page import render_audit_page
from competency_engine.reports.audit.document import audit_document, audit_tables
from tests.worlds.audits import HOSTILE, audited, hostile

VOID = {"meta", "input", "br", "hr", "img", "link"}
CHROMIUM = shutil.which("chromium")
SMALLEST = 5


class Reader(HTMLParser):
    """Reads a page with its tables, and refuses one whose tags do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.tables: dict[str, list[list[dict[str, Any]]]] = {}
        self.types: dict[str, list[str]] = {}
        self.table = self.lang = ""
        self.cell: dict[str, Any] | None = None
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        assert not any(key.startswith("on") or key in ("style", "src", "srcset") for key in given)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given["href"]))
        self._begin(tag, given)
        if tag not in VOID:
            self.open.append(tag)

    def _begin(self, tag: str, given: dict[str, str | None]) -> None:
        if tag == "table":
            self.table = given.get("data-table") or ""
            self.tables.setdefault(self.table, [])
        elif tag == "th" and self.table:
            self.types.setdefault(self.table, []).append(str(given["data-type"]))
        elif tag == "tr":
            self.tables.get(self.table, []).append([])
        elif tag == "td":
            self.cell = {"": "", "class": given.get("class") or "", "exact": given.get("data-v")}
        elif tag == "span":
            self.lang = given.get("lang") or ""

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "td" and self.cell is not None:
            self.tables[self.table][-1].append(self.cell)
            self.cell = None
        elif tag == "span":
            self.lang = ""

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell[self.lang] = self.cell.get(self.lang, "") + data

    def value(self, table: str, cell: dict[str, Any], column: int) -> Any:
        """Return what a cell of the page says, as JSON would."""
        if {"held", "none"} & set(cell["class"].split()):
            return None
        if cell["exact"] is not None:
            return json.loads(cell["exact"])
        if self.types[table][column] == "text":
            return {"zh": cell["zh-CN"], "en": cell["en"]} if "en" in cell else cell[""]
        return json.loads(cell[""])


def page_of(audit: Audit, smallest: int = SMALLEST) -> str:
    return render_audit_page(audit, audit_tables(audit, smallest), smallest, "zh")


def data_of(audit: Audit, smallest: int = SMALLEST) -> Any:
    return json.loads(json.dumps(audit_document(audit, audit_tables(audit, smallest)).data))["tables"]


@pytest.fixture(scope="module", params=[None, "assessed"])
def audit(request: pytest.FixtureRequest) -> Audit:
    return audited(request.param)


@pytest.fixture(scope="module")
def page(audit: Audit) -> str:
    return page_of(audit)


def same(shown: Any, wanted: Any) -> bool:
    return shown == wanted or (isinstance(wanted, dict) and shown == wanted["zh"] == wanted["en"])


def test_every_table_is_the_json_cell_by_cell(audit: Audit, page: str) -> None:
    reader, data = Reader(page), data_of(audit)
    assert [table for table in reader.tables if table] != []
    assert {table for table in reader.tables if table} == set(data)
    for name, table in data.items():
        rows = [row for row in reader.tables[name] if row]
        shown = [[reader.value(name, cell, index) for index, cell in enumerate(row)] for row in rows]
        assert len(shown) == len(table["rows"]), name
        for row, wanted in zip(shown, table["rows"], strict=True):
            assert all(map(same, row, wanted)), (name, row, wanted)


def test_the_heat_map_has_the_number_of_modules_of_each_step(audit: Audit, page: str) -> None:
    steps = data_of(audit)["steps"]["rows"]
    shown = re.findall(r'data-row="(\d+)"><span class="v">(\d+)</span>', page)
    assert sorted((int(row), int(number)) for row, number in shown) == [(i, row[6]) for i, row in enumerate(steps)]


def test_every_link_leads_somewhere_and_nothing_is_fetched(page: str) -> None:
    reader = Reader(page)
    assert len(reader.ids) == len(set(reader.ids))
    assert all(link.startswith("#") for link in reader.links)
    assert {unquote(link[1:]) for link in reader.links} <= set(reader.ids)
    assert {"link", "img", "iframe", "object", "use", "image"}.isdisjoint(reader.tags)
    assert "url(" not in page
    assert "@import" not in page


def test_only_its_own_script_and_style_may_run(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'")
    for tag in ("style", "script"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert "innerHTML" not in page


def test_units_and_topics_are_drawn_with_their_requisites(audit: Audit, page: str) -> None:
    for layer in audit.layers:
        drawn = set(re.findall(f'id="node-{layer.layer}-([^"]+)"', page))
        assert drawn == (set() if layer.layer == "module" else set(layer.requisites.courses))
        if layer.layer != "module":
            (picture,) = re.findall(f'id="graph-{layer.layer}".*?</svg>', page, re.DOTALL)
            edges = re.findall('data-from="([^"]+)" data-to="([^"]+)"', picture)
            assert sorted(edges) == sorted((before, after) for before, after, _ in layer.requisites.known)


def test_small_counts_are_not_in_the_page() -> None:
    found = audited("assessed")
    reader = Reader(page_of(found, 20))
    counts = [row[3] for row in reader.tables["demand_modules"] if row]
    assert all(cell[""] == "<20" for cell in counts if "held" in cell["class"])
    assert any("held" in cell["class"] for cell in counts)
    assert all("held" in cell["class"] or int(cell[""]) == 0 or int(cell[""]) >= 20 for cell in counts)


def test_what_looks_like_html_in_a_text_stays_text() -> None:
    page = page_of(hostile(HOSTILE))
    reader = Reader(page)
    assert reader.tags.count("script") == 1
    assert "img" not in reader.tags
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7*7 }}" in page
    assert reader.tables["findings"][1][8]["zh-CN"] == HOSTILE
    assert reader.tables["findings"][1][3][""] == HOSTILE


def test_the_same_audit_gives_the_same_bytes_of_a_size_that_can_be_sent(audit: Audit, page: str) -> None:
    assert page_of(audit) == page
    assert len(page.encode()) < 3_000_000


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_opens_what_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page_of(audited("assessed")), encoding="utf-8")
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    command = [str(CHROMIUM), "--headless", "--no-sandbox", *quiet, f"--user-data-dir={tmp_path / 'profile'}"]
    address = f"{(tmp_path / 'page.html').as_uri()}?lang=en#structure-module-T01-C"
    ran = subprocess.run([*command, "--dump-dom", address], capture_output=True, timeout=120, check=True)
    dom = ran.stdout.decode()
    assert 'data-lang="en"' in dom
    assert re.search(r'<details class="table" id="table-structure"[^>]* open=""', dom)
    assert re.search(r'<tr id="structure-module-T01-C" class="on"', dom)


def test_bars_have_the_numbers_of_their_tables_and_no_number_that_is_kept_back() -> None:
    page, data = page_of(audited("assessed")), data_of(audited("assessed"))
    lists = re.findall(r'<ul class="bars">(.*?)</ul>', page, re.DOTALL)[:3]
    for name, column, shown in zip(("demand_months", "demand_topics", "gaps"), (1, 4, 2), lists, strict=True):
        told = re.findall(r'<span class="n">(.*?)</span></li>', shown)
        wanted = [row[column] for row in data[name]["rows"]]
        numbers = sorted(float(text) for text in told if re.fullmatch(r"[0-9.]+", text))
        assert numbers == sorted(float(cell) for cell in wanted if cell is not None)
        assert len(told) == len(wanted)
