"""Where models, curricula and people are found: the user's folder first, then what the package ships."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import competency_engine
from competency_engine.loading.files import TABLE_SUFFIXES, YAML_SUFFIXES, display_name, find_files


def shipped_root() -> Path:
    """Return the folder that holds the shipped ``models``, ``curricula`` and ``examples``."""
    package = Path(competency_engine.__file__).parent
    data = package / "_data"
    return data if data.is_dir() else package.parent


@dataclass(frozen=True)
class Workspace:
    """The user's folder; where it lacks a part, the shipped part serves."""

    root: Path

    @cached_property
    def _bases(self) -> tuple[Path, ...]:
        return self.root.resolve(), shipped_root().resolve()

    def name_of(self, path: Path) -> str:
        """Return how diagnostics and plans call ``path``: the same on every machine."""
        return display_name(path, self._bases)

    def folders(self, part: str) -> tuple[Path, ...]:
        """Return the folders below the user's ``part`` and, where no namesake hides them, the shipped ones."""
        found: dict[str, Path] = {}
        for base in (self.root / part, shipped_root() / part):
            if base.is_dir():
                for folder in sorted(base.iterdir()):
                    if folder.is_dir() and not folder.name.startswith(".") and find_files(folder):
                        found.setdefault(folder.name, folder)
        return tuple(found[name] for name in sorted(found))

    def own_folders(self, part: str) -> tuple[Path, ...]:
        """Return the folders of ``part`` that are the user's own."""
        return tuple(folder for folder in self.folders(part) if self.is_own(folder, part))

    def is_own(self, folder: Path, part: str) -> bool:
        """Return whether ``folder`` is one of the user's own below ``part``."""
        return folder.resolve().is_relative_to((self.root / part).resolve())

    def loose_files(self, part: str) -> tuple[Path, ...]:
        """Return the YAML files that lie directly in the user's ``part``, in no folder of their own."""
        base = self.root / part
        return tuple(path for path in find_files(base) if path.parent == base) if base.is_dir() else ()

    def people(self) -> Path:
        """Return the folder of people: the user's ``people``, else the shipped example."""
        own = self.root / "people"
        return own if own.is_dir() else shipped_root() / "examples" / "wuhan"


MAPPINGS_FILE = "mappings.yaml"
"""In a folder of people, how the office's spreadsheets head their columns; no document."""


def people_files(root: Path) -> tuple[Path, ...]:
    """Return the YAML and CSV files of people below ``root``."""
    return tuple(path for path in find_files(root, (*YAML_SUFFIXES, *TABLE_SUFFIXES)) if path.name != MAPPINGS_FILE)
