"""How a run measures, compares, and reports: what its tables may claim."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from benchmarks import compare, methods, run, sections
from benchmarks.compare import DisagreementError
from benchmarks.measure import Method, Outcome, Timing, measure, ratio
from benchmarks.results import Results, Size
from benchmarks.run import Target, main, report


def method(name: str, asked: list[tuple[str, int]], hours: int = 4) -> Method:
    def plan(person: int) -> Outcome:
        asked.append((name, person))
        return Outcome(hours, 1, proven=True)

    return Method(name, plan)


def test_rounds_take_every_method_and_begin_with_another() -> None:
    asked: list[tuple[str, int]] = []
    timings = measure([method("one", asked), method("two", asked)], people=2, rounds=2, seconds=60)
    assert asked == [(name, person) for name in ("one", "two", "two", "one") for person in range(2)]
    assert {name: (timing.people, len(timing.rounds)) for name, timing in timings.items()} == {
        "one": (2, 2),
        "two": (2, 2),
    }


def test_a_method_out_of_time_plans_one_person_and_takes_no_other_round() -> None:
    asked: list[tuple[str, int]] = []
    measure([method("slow", asked)], people=5, rounds=3, seconds=0)
    assert asked == [("slow", 0)]


def test_a_ratio_covers_the_people_and_rounds_of_both() -> None:
    few = Timing([[1.0, 1.0], [3.0, 3.0], [2.0, 2.0]], [Outcome(0, 0, True)] * 2)
    many = Timing([[2.0, 2.0, 90.0], [2.0, 2.0, 90.0]], [Outcome(0, 0, True)] * 3)
    assert ratio(few, many).least == 0.5
    assert ratio(few, many).most == 1.5
    assert str(ratio(few, many)) == "0.5 / 1 / 1.5"


def test_a_target_is_met_not_met_or_not_measured() -> None:
    at_most, at_least = Target("time", "t", 3), Target("share", "s", 0.95, least=True)
    assert [at_most.row({"t": value})[-1] for value in (3, 3.1)] == ["met", "not met"]
    assert [at_least.row({"s": value})[-1] for value in (0.95, 0.94)] == ["met", "not met"]
    assert at_most.row({})[-1] == "not measured"


def test_every_target_of_the_comparison_names_methods_that_are_measured() -> None:
    names = {m for m in vars(methods).values() if isinstance(m, str)}
    assert {target.value.rsplit(" / ", 1)[1] for target in run.TARGETS if " / " in target.value} <= names


def test_what_was_measured_before_an_interruption_is_reported(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(size: Size, results: Results) -> Iterator[str]:
        yield "the first part"
        raise KeyboardInterrupt

    monkeypatch.setitem(sections.SECTIONS, "Everyone", interrupted)
    with pytest.raises(SystemExit, match="interrupted"):
        main(["--quick", "--only", "Everyone", "From file to file"])
    printed = capsys.readouterr().out
    assert "**Ended early: interrupted.**" in printed
    assert "the first part" in printed
    assert "Not run: Cold and warm" in printed


def test_proven_answers_that_differ_end_the_run_with_both() -> None:
    timings = measure([method("hours stage, a", []), method("hours stage, b", [], hours=8)], 1, 1, 60)

    class People:
        name, people = "world", ("学员0001",)

    with pytest.raises(DisagreementError, match=r"学员0001.*hours stage, a.*4.*hours stage, b.*8"):
        compare._agree(People(), {**timings, "all stages": timings["hours stage, a"]})


def test_the_report_names_the_processor_and_no_path() -> None:
    text = report(Results({"Everyone": ["a table"]}), "", quick=True, minutes=1)
    assert text.startswith("Quick run of ")
    assert "cores" in text
    assert "/tmp" not in text
    assert "/home" not in text
