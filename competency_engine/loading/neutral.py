"""Text that a spreadsheet program would run as a formula: made harmless on the way out, restored on the way in.

A cell that begins with = + - @, a tab or a line break, or with the full-width forms of these, is a formula to some
program or becomes one when it is edited. An apostrophe before it makes it text everywhere (OWASP, "CSV Injection").
"""

from __future__ import annotations

import re

_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


def guard(text: str) -> str:
    """Return ``text`` so that no spreadsheet program takes it for a formula; a plain number stays a number.

    >>> guard("=1+1"), guard("＝1"), guard("-5"), guard("学员0001")
    ("'=1+1", "'＝1", '-5', '学员0001')
    """
    return "'" + text if _RISKY.match(text) and not _NUMBER.match(text) else text


def unguard(text: str) -> str:
    """Return what `guard` was given.

    >>> unguard(guard("=1+1")), unguard(guard("'=1+1")), unguard("'90s")
    ('=1+1', "'=1+1", "'90s")
    """
    return text[1:] if _GUARDED.match(text) else text
