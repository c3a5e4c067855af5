"""Where content comes from: sources, and the laws and policies that it rests on."""

import datetime as dt
from typing import Literal

from pydantic import Field

from competency_engine.domain.entity import Certainty, Entity, Identifier
from competency_engine.text import Text


class Source(Entity):
    """A text that content was taken from."""

    kind: Literal["source"]
    title: Text = Field(description="出处名称 / Name of the source.")
    publisher: str | None = Field(default=None, description="发布者 / Publisher.")
    published: dt.date | None = Field(default=None, description="发布日期 / Date of publication.")
    url: str | None = Field(default=None, description="地址 / Address.")
    certainty: Certainty = Field(description="可信程度 / How sure we are of it.")
    note: Text | None = Field(default=None, description="备注 / A remark for the reader.")


LawStatus = Literal["in_force", "not_yet", "repealed", "undated"]
"""Whether a law binds on a day; undated: nobody has verified from when on, and no repeal is known."""


class Law(Entity):
    """A law, regulation or policy with the dates between which it is in force."""

    kind: Literal["law"]
    title: Text = Field(description="全称 / Full title.")
    short: tuple[str, ...] = Field(
        default=(), description="文中引用时的简称，不带书名号 / Names under which texts cite it, without brackets."
    )
    issuer: str | None = Field(default=None, description="制定机关 / Issuing authority.")
    number: str | None = Field(default=None, description="文号 / Document number.")
    in_force: dt.date | None = Field(
        default=None,
        description="施行日期，未核到的不写 / Date from which it is in force; omit when it is not verified.",
    )
    repealed: dt.date | None = Field(
        default=None, description="失效首日 / First day on which it is no longer in force."
    )
    replaced_by: Identifier | None = Field(default=None, description="被哪部取代 / Id of the law that replaces it.")
    certainty: Certainty = Field(description="可信程度 / How sure we are of it.")
    url: str | None = Field(default=None, description="官方地址 / Official address.")
    checked: dt.date | None = Field(
        default=None, description="最后核对日期 / Date on which this entry was last compared with its source."
    )
    note: Text | None = Field(default=None, description="备注 / A remark for the reader.")

    def status_on(self, date: dt.date) -> LawStatus:
        """Return whether the law binds on ``date``."""
        if self.repealed is not None and self.repealed <= date:
            return "repealed"
        if self.in_force is None:
            return "undated"
        return "in_force" if self.in_force <= date else "not_yet"
