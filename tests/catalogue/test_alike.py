"""No module of the shipped catalogue repeats another: titles, aims and outcomes differ."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer

from competency_engine.domain.curriculum import Module
from competency_engine.workflows.session import open_session

ROOT = Path(__file__).parents[2]
MOST_ALIKE = 0.85


@pytest.fixture(scope="module")
def modules() -> list[Module]:
    return list(open_session(ROOT, "7n").library.modules.values())


def worst_pairs(ids: list[str], texts: list[str]) -> list[tuple[float, str, str]]:
    """Return the ten pairs of ``texts`` that are most alike, by the cosine of character 2–4-grams weighted by tf-idf."""
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(2, 4)).fit_transform(texts)
    alike = numpy.triu((vectors @ vectors.T).toarray(), k=1)
    places = numpy.argsort(alike, axis=None)[::-1][:10]
    pairs = [numpy.unravel_index(place, alike.shape) for place in places]
    return [(round(float(alike[a, b]), 3), ids[a], ids[b]) for a, b in pairs]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_two_modules_have_one_title(modules: list[Module], lang: str) -> None:
    titles = [module.title.in_language(lang) for module in modules]  # type: ignore[arg-type]

    assert sorted({title for title in titles if titles.count(title) > 1}) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_two_aims_are_alike(modules: list[Module], lang: str) -> None:
    aims = {module.id: module.aim.in_language(lang) for module in modules if module.aim}  # type: ignore[arg-type]

    worst = worst_pairs(list(aims), list(aims.values()))

    sys.stdout.write(f"{lang} aims: {worst}\n")
    assert len(aims) == len(modules)
    assert worst[0][0] < MOST_ALIKE, worst


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_two_sets_of_outcomes_are_alike(modules: list[Module], lang: str) -> None:
    outcomes = {
        module.id: "\n".join(outcome.in_language(lang) for outcome in module.outcomes)  # type: ignore[arg-type]
        for module in modules
        if module.outcomes
    }

    worst = worst_pairs(list(outcomes), list(outcomes.values()))

    sys.stdout.write(f"{lang} outcomes: {worst}\n")
    assert len(outcomes) == len(modules)
    assert worst[0][0] < MOST_ALIKE, worst
