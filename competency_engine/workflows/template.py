"""Make the workbook that an office fills in, for the model and the people of a workspace."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import get_args

from competency_engine.errors import UsageError
from competency_engine.interop.entries import Entry, entries_of
from competency_engine.interop.template import DEFAULT_ROWS, TemplateKind, build_template
from competency_engine.loading.loader import load_population, refuse_errors
from competency_engine.loading.workspace import people_files
from competency_engine.text import Lang, say
from competency_engine.workflows.session import Session


def make_template(
    session: Session,
    kind: TemplateKind,
    people: Path | None = None,
    instrument: str | None = None,
    rows: int = DEFAULT_ROWS,
    lang: Lang = "zh",
) -> bytes:
    """Return a template as an xlsx file, with the labels of the people that the workspace has; see `build_template`.

    Raises:
        UsageError: when it can't be told which instrument is meant.
        FilesInError: when a file of people holds an error.
    """
    return build_template(kind, session.library, _present(session, people), instrument, rows, lang)


def find_kind(name: str) -> TemplateKind:
    """Return the kind of template that ``name`` names.

    Raises:
        UsageError: when there is none; names the nearest one.
    """
    kinds: tuple[TemplateKind, ...] = get_args(TemplateKind)
    for kind in kinds:
        if kind == name:
            return kind
    near = get_close_matches(name, kinds, n=1)
    hint = say(f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else say("", "")
    listed = ", ".join(kinds)
    raise UsageError(
        say(f"没有模板 {name}{hint.zh}（有：{listed}）", f"there is no template {name}{hint.en} (there are: {listed})")
    )


def _present(session: Session, people: Path | None) -> list[Entry]:
    """Return the people and communities of the workspace in order of label; none where it has no people of its own."""
    root = people or session.workspace.root / "people"
    if people is None and not root.is_dir():
        return []
    _, loading = load_population(people_files(root), session.workspace, session.loading)
    refuse_errors(loading)
    found = (entry for entry in entries_of(loading.documents) if entry.kind in ("people", "communities"))
    return sorted(found, key=lambda entry: (entry.kind, entry.key))
