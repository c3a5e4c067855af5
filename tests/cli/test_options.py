"""The language of a run: the option, then the locale."""

from __future__ import annotations

import pytest

from competency_engine.cli.options import detect_language


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["plan", "--lang", "zh"], {"LANG": "en_GB.UTF-8"}, "zh"),
        (["plan", "--lang=en"], {"LANG": "zh_CN.UTF-8"}, "en"),
        (["plan"], {"LANG": "zh_CN.UTF-8"}, "zh"),
        (["plan"], {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
        (["plan"], {"LC_MESSAGES": "zh_TW", "LANG": "de_DE"}, "zh"),
        (["plan", "--lang", "xx"], {}, "en"),
        (["plan"], {}, "en"),
    ],
)
def test_language_follows_option_then_locale(arguments: list[str], environment: dict[str, str], expected: str) -> None:
    assert detect_language(arguments, environment) == expected
