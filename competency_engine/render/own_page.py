"""What pages with a template of their own share: parts of the template, and a policy that lets only these run."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from jinja2 import Environment, StrictUndefined

_TEMPLATES = resources.files("competency_engine.render") / "templates"


def read_part(name: str) -> str:
    """Return a template, style or script of the program."""
    return (_TEMPLATES / name).read_text(encoding="utf-8").rstrip("\n")


def policy_hash(text: str) -> str:
    """Return how a content policy names an inline script or style that may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def page_environment() -> Environment:
    """Return what fills a template: every text is escaped, and a name that is not there is an error."""
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
