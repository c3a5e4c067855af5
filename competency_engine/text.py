"""Phrases in Chinese and English: the one bilingual value of the whole house."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Lang = Literal["zh", "en"]


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
