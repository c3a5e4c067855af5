"""Where models, curricula and people are found."""

from __future__ import annotations

from pathlib import Path

import pytest

import competency_engine
from competency_engine.loading.workspace import Workspace, people_files, shipped_root
from tests.loading.reading import SOURCE, write


def test_shipped_root_holds_models_curricula_and_examples() -> None:
    assert all((shipped_root() / part).is_dir() for part in ("models", "curricula", "examples"))


def test_shipped_root_prefers_the_data_of_an_installed_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "_data").mkdir()
    monkeypatch.setattr(competency_engine, "__file__", str(tmp_path / "__init__.py"))

    assert shipped_root() == tmp_path / "_data"
    (tmp_path / "_data").rmdir()
    assert shipped_root() == tmp_path.parent


def test_folders_are_the_users_before_the_shipped(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "models/mine/a.yaml": SOURCE,
            "models/7n/a.yaml": SOURCE,
            "models/empty/a.txt": "",
            "models/.old/a.yaml": SOURCE,
            "models/b.yaml": SOURCE,
        },
    )
    workspace = Workspace(tmp_path)

    folders = workspace.folders("models")
    assert {folder.name: folder.is_relative_to(tmp_path) for folder in folders} == {"7n": True, "mine": True}
    assert [folder.name for folder in workspace.own_folders("models")] == ["7n", "mine"]
    assert workspace.own_folders("curricula") == ()
    assert [folder.name for folder in workspace.folders("curricula")] == ["7n"]
    assert workspace.loose_files("models") == (tmp_path / "models" / "b.yaml",)
    assert workspace.loose_files("curricula") == ()


def test_name_of_is_the_same_on_every_machine(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)

    assert workspace.name_of(tmp_path / "models" / "a.yaml") == "models/a.yaml"
    assert workspace.name_of(shipped_root() / "models" / "7n" / "model.yaml") == "models/7n/model.yaml"
    assert workspace.name_of(Path("/elsewhere/a.yaml")) == "/elsewhere/a.yaml"


def test_people_are_the_users_before_the_example(tmp_path: Path) -> None:
    assert Workspace(tmp_path).people() == shipped_root() / "examples" / "wuhan"
    write(tmp_path, {"people/b.csv": "", "people/a.yaml": SOURCE, "people/c.txt": ""})

    assert Workspace(tmp_path).people() == tmp_path / "people"
    assert [path.name for path in people_files(Workspace(tmp_path).people())] == ["a.yaml", "b.csv"]
