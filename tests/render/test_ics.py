"""A plan as a calendar that the library icalendar reads."""

from __future__ import annotations

import datetime as dt

import pytest
from icalendar import Calendar

from competency_engine.render.ics import _month_after, event_uid, render_ics
from competency_engine.text import Lang
from tests.worlds.handbooks import HOSTILE, handbook


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("title", ["a", *HOSTILE, "很长的课程名称，含逗号；分号\\反斜线" * 6])
def test_another_program_reads_every_module_of_its_month(title: str, lang: Lang) -> None:
    book = handbook(title)
    events = Calendar.from_ical(render_ics(book, lang)).walk("VEVENT")

    steps = [step for month in book.calendar for step in month.steps]
    assert [str(event["SUMMARY"]) for event in events] == [f"{s.module} {s.title.in_language(lang)}" for s in steps]
    assert [event.decoded("DTSTART") for event in events] == [dt.date.fromisoformat(f"{s.month}-01") for s in steps]
    assert all(event.decoded("DTEND").day == 1 for event in events)
    assert {event.decoded("DTSTAMP") for event in events} == {dt.datetime(2026, 11, 21, tzinfo=dt.UTC)}
    assert all(
        step.why.in_language(lang) in str(event["DESCRIPTION"]) for step, event in zip(steps, events, strict=True)
    )


def test_lines_have_at_most_75_octets_and_end_in_crlf() -> None:
    data = render_ics(handbook("很长的课程名称" * 20), "zh")

    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 75 and line.decode() is not None for line in data.split(b"\r\n"))


def test_the_identity_of_an_entry_is_that_of_person_module_and_month() -> None:
    uid = event_uid("学员0001", "m1", "2027-01")

    assert uid == event_uid("学员0001", "m1", "2027-01")
    assert (
        len({uid, *(event_uid(*other) for other in (("学员0002", "m1", "2027-01"), ("学员0001", "m1", "2027-02")))})
        == 3
    )
    assert uid.isascii()


def test_december_ends_in_the_next_year() -> None:
    assert (_month_after("2027-12"), _month_after("2027-01")) == ("202801", "202702")
