"""The shipped knowledge test is a fair one: four questions a unit, one key each, and nothing but knowledge that gives it away."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from pathlib import Path

import pytest

from competency_engine.domain.evidence import Item
from competency_engine.domain.library import Library
from competency_engine.workflows.session import open_session
from tests.catalogue.test_alike import MOST_ALIKE, worst_pairs

ROOT = Path(__file__).parents[2]
DRAFTED = dt.date(2026, 11, 22)
CAPITAL = re.compile(r"(?<![A-Za-z])[A-D](?![A-Za-z])")
QUESTION = {
    "zh": re.compile(r"(?P<stem>.+？)A\. (?P<A>[^；]+)；B\. (?P<B>[^；]+)；C\. (?P<C>[^；]+)；D\. (?P<D>[^；]+)。"),
    "en": re.compile(r"(?P<stem>.+\?) A\. (?P<A>[^;]+); B\. (?P<B>[^;]+); C\. (?P<C>[^;]+); D\. (?P<D>[^;]+)\."),
}
REASON = {"zh": "。", "en": ". "}


@pytest.fixture(scope="module")
def library() -> Library:
    return open_session(ROOT, "7n").library


@pytest.fixture(scope="module")
def items(library: Library) -> tuple[Item, ...]:
    return library.instruments["test"].items


def read(item: Item, lang: str) -> tuple[dict[str, str], str]:
    """Return the stem and the options of ``item`` by letter, and the letter of its key."""
    assert item.text is not None
    assert item.answer is not None
    text, answer = item.text.in_language(lang), item.answer.in_language(lang)  # type: ignore[arg-type]
    question = QUESTION[lang].fullmatch(text)
    assert question is not None, text
    assert CAPITAL.findall(text) == ["A", "B", "C", "D"], text
    key = answer[0]
    assert answer.startswith(f"{key}. {question[key]}{REASON[lang]}"), answer
    assert len(answer) > len(question[key]) + 5, f"{item.id} gives no reason"
    return question.groupdict(), key


def test_each_unit_has_two_questions_of_each_of_two_levels(library: Library, items: tuple[Item, ...]) -> None:
    taught = library.units.keys() - library.duty_units
    asked = [unit for unit in taught if library.tier_of(unit) in {"base", "political"}]
    levels = {unit: [item.level for item in items if item.unit == unit] for unit in asked}
    ids = [f"{unit}-Q{number}" for unit in asked for number in (1, 2, 3, 4)]

    assert len(asked) == 29
    assert levels == {unit: [1, 1, 2, 2] for unit in asked}
    assert sorted(item.id for item in items) == sorted(ids)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_each_question_has_four_options_and_its_key_repeats_one(items: tuple[Item, ...], lang: str) -> None:
    for item in items:
        question, _ = read(item, lang)
        assert len(set(question.values())) == 5, item.id


def test_both_languages_have_one_key(items: tuple[Item, ...]) -> None:
    assert [item.id for item in items if read(item, "zh")[1] != read(item, "en")[1]] == []


def test_letters_are_spread_evenly_and_no_unit_has_one_letter_only(items: tuple[Item, ...]) -> None:
    keys = [read(item, "zh")[1] for item in items]
    letters = Counter(keys)

    assert letters.keys() == set("ABCD")
    assert all(20 <= count <= 36 for count in letters.values()), letters
    assert not re.search(r"(.)\1\1", "".join(keys))
    assert all(len(set(keys[start : start + 4])) > 1 for start in range(0, len(keys), 4))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_neither_the_longest_nor_the_shortest_option_is_a_good_guess(items: tuple[Item, ...], lang: str) -> None:
    """Of four options each is the longest, or the shortest, by chance in a quarter of the questions."""
    found = Counter[str]()
    for item in items:
        question, key = read(item, lang)
        others = [len(question[letter]) for letter in "ABCD" if letter != key]
        found["longest"] += len(question[key]) > max(others)
        found["shortest"] += len(question[key]) < min(others)

    assert max(found.values()) <= 0.25 * len(items), found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_two_questions_are_alike(items: tuple[Item, ...], lang: str) -> None:
    texts = {item.id: item.text.in_language(lang) for item in items if item.text}  # type: ignore[arg-type]

    worst = worst_pairs(list(texts), list(texts.values()))

    assert len(texts) == len(items)
    assert worst[0][0] < MOST_ALIKE, worst


def test_the_laws_named_are_registered_and_in_force_and_named_in_english_too(
    library: Library, items: tuple[Item, ...]
) -> None:
    register = {name: law for law in library.laws.values() for name in (law.title.zh, *law.short)}
    named = Counter[str]()
    for item in items:
        for text in (item.text, item.answer):
            assert text is not None
            for title in re.findall("《([^》]+)》", text.zh):
                law = register.get(title)
                assert law is not None, (item.id, title)
                assert law.status_on(DRAFTED) == "in_force", (item.id, title)
                assert law.title.en.split(" of the People's Republic")[0] in text.en, (item.id, title)
                named[law.id] += 1

    assert len(named) >= 8
