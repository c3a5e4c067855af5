"""Both languages, punctuation, observable behaviour, personal data, white space."""

from __future__ import annotations

import pytest

from tests.lint.marks import find_marked


def source(zh, en, note=""):
    return f"""kind: source
id: extra
title:
  zh: {zh}
  en: {en}
{note}certainty: illustrative
"""


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("一篇报道", "A report"),
        ("SFIA 七个等级", "SFIA"),
        ("▶A report", "The same report"),
        ("一篇报道", "▶Report 报道"),
        ("一篇报道", "▶一篇报道"),
        ("▶SFIA", "▶中文"),
    ],
)
def test_each_language_in_its_place(zh, en, tmp_path):
    find_marked("WOR01", source(zh, en), tmp_path)


@pytest.mark.parametrize(
    "zh",
    [
        "“比例为3:1”",
        "见 ISO/IEC 20006-2 (2015)",
        "甲，乙；丙：丁？戊！（己）",
        "第3.1条",
        "▶甲,乙",
        "▶'甲:乙'",
        "▶甲;乙",
        "▶甲?",
        "▶甲!",
        "▶甲.",
        "▶甲(1)",
        "▶'(甲)'",
        "▶'A (甲)'",
    ],
)
def test_half_width_marks_beside_chinese_characters(zh, tmp_path):
    find_marked("WOR02", source(zh, "Something"), tmp_path)


def test_half_width_marks_are_shown_with_their_surroundings(tmp_path):
    (found,) = find_marked("WOR02", source("▶这是一篇很长的报道,来自一家报纸的头版", "A report"), tmp_path)

    assert found.message.zh == "中文里有半角标点：…篇很长的报道,来自一家报纸…"


@pytest.mark.parametrize(
    "en", ["“A report” – nothing new…", "▶A report，old", "▶A report（old）", "▶One、two", "▶A\u3000report"]
)
def test_full_width_marks_in_english(en, tmp_path):
    find_marked("WOR06", source("一篇报道", en), tmp_path)


AIM = """kind: module
id: SKL-1-A
title: {{zh: 了解加装电梯, en: Knowing about lifts}}
aim: {aim}
phase: practice
mode: thematic
form: exercise
hours: 1
brings: {{SKL-1: 1}}
certainty: illustrative
note: {{zh: 了解情况用, en: Know this}}
"""


@pytest.mark.parametrize(
    "aim",
    [
        "{zh: ▶掌握程序, en: ▶Is familiar with the procedure}",
        "{zh: ▶熟悉程序, en: ▶understand the procedure}",
        "{zh: ▶理解程序, en: ▶Appreciates the procedure}",
        "{zh: 说出自己了解的程序, en: Knowingly states the procedure}",
    ],
)
def test_aims_begin_with_what_can_be_seen_and_titles_and_notes_need_not(aim, tmp_path):
    find_marked("WOR03", AIM.format(aim=aim), tmp_path)


def test_definitions_and_indicators_begin_with_what_can_be_seen(tmp_path):
    text = """
kind: unit
id: SKL-1
domain: SKL
title: {zh: 加装电梯, en: Adding a lift}
definition: {zh: ▶了解加装电梯。, en: Gets lifts built.}
levels:
  - level: 1
    indicators: [{zh: 列出住户, en: ▶Knows the homes that must sign}]
certainty: illustrative
"""
    find_marked("WOR03", text, tmp_path)


@pytest.mark.parametrize(
    "note",
    [
        "▶联系电话13912345678",
        "▶身份证42010619800101001X",
        "▶身份证420106198001010012",
        "编号 139123456789",
        "编号 12912345678",
        "编号 4201061980010100123456",
    ],
)
def test_numbers_that_look_like_persons(note, tmp_path):
    find_marked("WOR04", source("一篇报道", "A report", f"note: {{zh: {note}, en: A note}}\n"), tmp_path)


def test_personal_data_is_not_repeated_in_the_message(tmp_path):
    (found,) = find_marked("WOR04", source("▶电话13912345678", "A call"), tmp_path)

    assert "13912345678" not in found.message.zh + found.message.en


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("一篇报道", '▶" A report"'),
        ("▶一篇  报道", "A report"),
        ("一篇报道", '▶"A report "'),
        ('▶"一篇报道\u3000"', "A report"),
    ],
)
def test_stray_white_space(zh, en, tmp_path):
    find_marked("WOR05", source(zh, en), tmp_path)


def test_the_line_break_at_the_end_of_a_block_text(tmp_path):
    find_marked("WOR05", source("▶>\n    一篇报道", ">-\n    A report\n    of one page"), tmp_path)
