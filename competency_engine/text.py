"""Phrases in Chinese and English: the one bilingual value of the whole house."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Lang = Literal["zh", "en"]
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Characters that no document needs: they break XML, move a cursor, or turn the writing round."""


class Text(BaseModel):
    """One phrase in both languages of the interface."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    zh: str = Field(min_length=1, description="中文文本 / The Chinese text.")
    en: str = Field(min_length=1, description="英文文本 / The English text.")

    def in_language(self, lang: Lang) -> str:
        """Return the phrase in ``lang``."""
        return self.zh if lang == "zh" else self.en


def say(zh: str, en: str) -> Text:
    """Return the phrase whose two languages are ``zh`` and ``en``.

    Why: a message is written where its facts are known, once, in both languages.
    """
    return Text.model_construct(zh=zh, en=en)


def visible(text: str) -> str:
    r"""Return ``text`` on one line, with U+FFFD for what would break a document or turn its writing round.

    >>> visible("a\nb  c"), visible("x\u202ey") == "x\ufffdy"
    ('a b c', True)
    """
    return CONTROL.sub("\ufffd", " ".join(text.split()))


def shown(text: Text) -> Text:
    """Return ``text`` with both languages `visible`."""
    return say(visible(text.zh), visible(text.en))
