"""Handbook → calendar (RFC 5545): each planned module as an all-day entry of its month, for any calendar program."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from competency_engine.reports.handbook import Handbook, HandbookStep
from competency_engine.text import CONTROL, Lang, Text, say

_LINE_OCTETS = 75


def render_ics(handbook: Handbook, lang: Lang) -> bytes:
    """Return the calendar of a plan. An entry made from an equal person, module and month has an equal UID, so an import renews it."""
    name = say(f"{handbook.person} 学习计划", f"Study plan of {handbook.person}").in_language(lang)
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//competency-engine//handbook//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
    ]
    for month in handbook.calendar:
        for step in month.steps:
            lines += _event(handbook, step, lang)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(handbook: Handbook, step: HandbookStep, lang: Lang) -> Iterator[str]:
    summary = f"{step.module} {step.title.in_language(lang)}"
    yield "BEGIN:VEVENT"
    yield f"UID:{event_uid(handbook.person, step.module, step.month)}"
    yield f"DTSTAMP:{handbook.as_of:%Y%m%d}T000000Z"
    yield f"DTSTART;VALUE=DATE:{step.month.replace('-', '')}01"
    yield f"DTEND;VALUE=DATE:{_month_after(step.month)}01"
    yield f"SUMMARY:{_escaped(summary)}"
    yield f"DESCRIPTION:{_escaped(_details(step).in_language(lang))}"
    yield f"CATEGORIES:{_escaped(step.phase.in_language(lang))}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def event_uid(person: str, module: str, month: str) -> str:
    """Return the identity of an entry: the SHA-256 of person, module and month, which tells nothing of the person."""
    digest = hashlib.sha256("\0".join((person, module, month)).encode()).hexdigest()
    return f"{digest[:40]}@competency-engine"


def _details(step: HandbookStep) -> Text:
    return say(
        f"{step.hours:g} 学时；{step.mode.zh}·{step.form.zh}；师资：{step.teacher.zh}\n为什么：{step.why.zh}\n凭什么算完成：{step.shown_by.zh}",
        f"{step.hours:g} h; {step.mode.en}, {step.form.en}; teacher: {step.teacher.en}\nWhy: {step.why.en}\nWhat shows that it was completed: {step.shown_by.en}",
    )


def _month_after(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}{number % 12 + 1:02}"


def _escaped(text: str) -> str:
    """Return ``text`` as a value of type TEXT (RFC 5545, 3.3.11)."""
    text = CONTROL.sub("\ufffd", text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return text.replace("\r", "").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """Return a line in parts of at most 75 octets, no character cut in two (RFC 5545, 3.1)."""
    parts, current = [], b""
    for character in line:
        octets = character.encode()
        if len(current) + len(octets) > _LINE_OCTETS:
            parts.append(current)
            current = b" "
        current += octets
    return b"\r\n".join([*parts, current]) + b"\r\n"
