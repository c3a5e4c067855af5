"""Thirty curricula, each with one known defect: the audit finds every one, and ranks it first or second."""

from __future__ import annotations

import pytest

from competency_engine.audit.coverage import cover
from competency_engine.audit.findings import Finding, find_findings
from competency_engine.domain.library import Library
from competency_engine.loading.workspace import shipped_root
from competency_engine.workflows.session import open_session
from tests.audit.planting import Planted, plant


@pytest.fixture(scope="module")
def clean() -> Library:
    return open_session(shipped_root(), "7n").library


def names(finding: Finding, planted: Planted) -> bool:
    told = {finding.subject, *finding.message.en.replace(",", " ").split()}
    return finding.kind in planted.kinds and not told.isdisjoint(planted.subjects)


def test_the_clean_curriculum_has_no_error(clean: Library) -> None:
    findings = find_findings(clean, cover(clean))
    assert not [finding.message.en for finding in findings if finding.level == "error"]


@pytest.mark.parametrize("seed", range(30))
def test_a_planted_defect_is_ranked_first_or_second(clean: Library, seed: int) -> None:
    planted = plant(clean, seed)
    findings = find_findings(planted.library, cover(planted.library))
    rank = next((rank for rank, finding in enumerate(findings, 1) if names(finding, planted)), None)
    assert rank in (1, 2), f"{planted.defect} of {sorted(planted.subjects)}: {findings[0].message.en}"
