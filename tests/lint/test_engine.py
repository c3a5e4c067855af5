"""Which rules are applied to which library."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields, replace

import pytest

from competency_engine.lint.engine import lint_library
from competency_engine.lint.registry import RULES
from competency_engine.lint.rule import LintContext
from tests.lint.test_shipped import ROOT
from tests.worlds.files import AS_OF, read_world, tiny

LOCAL = [rule for rule in RULES if rule.local]
GROUPS = [
    field.name for field in fields(tiny().library) if field.name not in ("model", "curriculum", "policy", "source_maps")
]


@pytest.fixture(scope="module")
def shipped():
    return read_world(ROOT, "7n", "7n").library


@pytest.mark.parametrize("kept", GROUPS)
def test_local_rules_need_no_other_documents(kept, shipped):
    alone = replace(shipped, **{name: {} for name in GROUPS if name != kept})

    for rule in LOCAL:
        assert list(rule.diagnose(alone, LintContext(AS_OF))) == [], rule.code


def test_an_incomplete_library_is_seen_by_local_rules_only():
    world = tiny()
    cut = {id_: module for id_, module in world.library.modules.items() if id_ != "T1-C"}

    assert lint_library(replace(world.library, modules=cut), AS_OF, world.loading.lines, complete=False) == []


def test_a_library_made_in_python_has_places_too():
    library = replace(tiny().library, source_maps={}, roles={})

    found = lint_library(library, AS_OF, {})

    assert [(str(d.position), d.code) for d in found] == [
        ("<unit BAS-1>:1:1", "REA04"),
        ("<unit BAS-2>:1:1", "REA04"),
        ("<unit POL-1>:1:1", "REA04"),
    ]


def test_equal_input_gives_equal_findings(shipped):
    found = lint_library(shipped, dt.date(2020, 1, 1), {})

    assert found == lint_library(shipped, dt.date(2020, 1, 1), {})
    assert len(found) > 100
