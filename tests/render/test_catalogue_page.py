"""The catalogue as one page: complete, closed in itself, and deaf to whatever the files say."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from competency_engine.domain.entity import ModuleId
from competency_engine.domain.library import Library
from competency_engine.render.catalogue_page import render_catalogue_page
from competency_engine.text import Text
from competency_engine.workflows.session import open_session
from tests.worlds.files import tiny

ROOT = Path(__file__).parents[2]
VOID = {"meta", "input", "br", "hr", "img", "link"}
CHROMIUM = shutil.which("chromium")


class Reader(HTMLParser):
    """Reads a page and refuses one whose tags do not nest."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[tuple[str, str]] = []
        self.tags: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given["href"]))
        self.loads += [(tag, str(given[key])) for key in ("src", "data", "srcset") if key in given]
        assert not any(key.startswith("on") for key in given)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def shipped() -> Library:
    return open_session(ROOT, "7n").library


@pytest.fixture(scope="module")
def page(shipped: Library) -> str:
    return render_catalogue_page(shipped, "zh")


def test_every_document_of_the_catalogue_stands_in_it_once(shipped: Library, page: str) -> None:
    ids = Reader(page).ids
    assert len(ids) == len(set(ids))
    for kind, group in (
        ("unit", shipped.units), ("topic", shipped.topics), ("module", shipped.modules), ("case", shipped.cases),
        ("problem", shipped.problems), ("law", shipped.laws), ("source", shipped.sources), ("site", shipped.sites),
        ("route", shipped.routes), ("teacher", shipped.teachers), ("duty", shipped.training_duties),
        ("hours", shipped.hours_rules),
    ):  # fmt: skip
        assert {f"{kind}-{id_}" for id_ in group} <= set(ids), kind


def test_every_link_leads_somewhere_and_nothing_is_fetched(page: str) -> None:
    reader = Reader(page)
    inner = {unquote(link[1:]) for link in reader.links if link.startswith("#")}
    assert inner <= set(reader.ids)
    assert all(link.startswith(("#", "https://", "http://")) for link in reader.links)
    assert reader.loads == []
    assert {"link", "img", "iframe", "object"}.isdisjoint(reader.tags)
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


def test_what_looks_like_html_in_a_text_stays_text() -> None:
    library = tiny().library
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}"
    module = library.modules[ModuleId("T1-P")].model_copy(update={"title": Text(zh=evil, en=evil + ".")})
    law = library.laws["committee-law-2025"].model_copy(update={"url": "javascript:alert(1)"})
    changed = replace(
        library,
        modules={**library.modules, ModuleId("T1-P"): module},
        laws={**library.laws, "committee-law-2025": law},
    )

    page = render_catalogue_page(changed, "en")

    reader = Reader(page)
    assert reader.tags.count("script") == 1
    assert "img" not in reader.tags
    assert "&lt;script&gt;alert(1)" in page
    assert "{{ 7*7 }}" in page
    assert not any("javascript" in link for link in reader.links)


def test_the_same_library_gives_the_same_bytes(shipped: Library, page: str) -> None:
    assert render_catalogue_page(shipped, "zh") == page
    assert render_catalogue_page(shipped, "en") != page


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_searches_it_and_switches_language(page: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page, encoding="utf-8")

    def dump(query: str) -> str:
        quiet = (
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-sync",
        )
        command = [str(CHROMIUM), "--headless", "--no-sandbox", *quiet, f"--user-data-dir={tmp_path / 'profile'}"]
        address = f"{(tmp_path / 'page.html').as_uri()}?{query}"
        ran = subprocess.run([*command, "--dump-dom", address], capture_output=True, timeout=120, check=True)
        return ran.stdout.decode()

    found = dump("lang=en&q=elevator+lower-floor")
    assert 'data-lang="en"' in found
    shown = re.findall(r'<details class="entry module" id="module-([^"]+)"', found)
    hidden = re.findall(r'<details class="entry module away" id="module-([^"]+)"', found)
    assert set(shown)
    assert all(id_.startswith("S02") for id_ in shown)
    assert len(hidden) > 400
    hits = re.search(r'<output id="hits"[^>]*>(\d+)</output>', found)
    assert hits is not None
    assert int(hits[1]) >= len(shown)

    assert 'id="module-T01-C" ' in dump("lang=zh#module-T01-C")
    assert re.search(r'id="module-T01-C"[^>]* open=""', dump("lang=zh#module-T01-C"))
