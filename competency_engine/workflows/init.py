"""Start a workspace: copy the commented templates and write the schema beside them."""

from __future__ import annotations

import shutil
from pathlib import Path

from competency_engine.errors import unwritable
from competency_engine.loading.workspace import shipped_root
from competency_engine.workflows.new_folder import refuse_full
from competency_engine.workflows.schema import schema_text

SCHEMA_PATH = Path("models", "schema", "competency-engine.schema.json")


def init(target: Path) -> tuple[Path, ...]:
    """Create a workspace in ``target`` and return the files written, relative to it.

    Raises:
        UsageError: when ``target`` holds something already, or cannot be written.
    """
    refuse_full(target)
    templates = shipped_root() / "examples" / "starter"
    try:
        shutil.copytree(templates, target, dirs_exist_ok=True)
        (target / SCHEMA_PATH).parent.mkdir(parents=True, exist_ok=True)
        (target / SCHEMA_PATH).write_text(schema_text(), encoding="utf-8", newline="\n")
    except OSError as error:
        raise unwritable(target, error) from None
    return tuple(sorted(path.relative_to(target) for path in target.rglob("*") if path.is_file()))
