"""Plans under two libraries: only those that can differ are made, and the answer is that of making all."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from competency_engine.domain.curriculum import Module
from competency_engine.domain.entity import ModuleId
from competency_engine.domain.library import Library
from competency_engine.errors import FilesInError, UsageError
from competency_engine.workflows.diff import DiffOptions, PlansCompared, compare, open_source
from competency_engine.workflows.plan import PlanOptions
from competency_engine.workflows.session import Session, open_session
from competency_engine.workflows.whatif import suppose
from tests.worlds.files import AS_OF, TINY
from tests.worlds.lines import write_people

ROOT = Path(__file__).parents[2]
SIXTY = ROOT / "examples" / "wuhan"
PLAN = PlanOptions(AS_OF)


def with_modules(session: Session, *changed: Module, without: str | None = None) -> Session:
    library = session.library
    modules = {**library.modules, **{ModuleId(module.id): module for module in changed}}
    modules = {id_: modules[id_] for id_ in sorted(modules) if id_ != without}
    return replace(session, library=_again(library, modules=modules))


def _again(library: Library, **fields: object) -> Library:
    return replace(library, **fields)  # type: ignore[arg-type]


def plans(old: Session, new: Session, people: Path, **options: bool) -> PlansCompared:
    compared = compare(("old", old), ("new", new), people, DiffOptions(PLAN, listed=True, **options)).plans
    assert compared is not None
    return compared


@pytest.fixture(scope="module")
def seven() -> Session:
    return open_session(ROOT, "7n")


def add_module(session: Session, rng: random.Random) -> Session:
    near = session.library.modules[rng.choice(sorted(session.library.modules))]
    return with_modules(
        session, near.model_copy(update={"id": f"{near.id}-9", "hours": near.hours / 2 + 0.25, "pairs_with": ()})
    )


def remove_module(session: Session, rng: random.Random) -> Session:
    """A module that no other document needs goes."""
    library = session.library
    named = {other for module in library.modules.values() for other in module.pairs_with}
    named |= {module for topic in library.topics.values() for path in topic.paths for module in path}
    named |= {step.module for pack in library.urgent_packs.values() for step in pack.steps}
    named |= {
        id_
        for id_ in library.modules
        for module in library.modules.values()
        if f"module='{id_}'" in str(module.requires)
    }
    return with_modules(session, without=rng.choice(sorted(library.modules.keys() - named)))


def raise_requirement(session: Session, rng: random.Random) -> Session:
    library = session.library
    role = library.roles[rng.choice(sorted(library.roles))]
    unit = rng.choice([unit for unit, level in sorted(role.requires.items()) if level < 4])
    raised = role.model_copy(update={"requires": {**role.requires, unit: role.requires[unit] + 1}})
    return replace(session, library=_again(library, roles={**library.roles, role.id: raised}))


def change_hours(session: Session, rng: random.Random) -> Session:
    module = session.library.modules[rng.choice(sorted(session.library.modules))]
    return with_modules(session, module.model_copy(update={"hours": module.hours + 2}))


def change_policy(session: Session, rng: random.Random) -> Session:
    library = session.library
    budget = library.policy.budget.model_copy(update={"hours_per_year": rng.choice([30.0, 50.0])})
    policy = library.policy.model_copy(update={"budget": budget})
    return replace(session, library=_again(library, policy=policy, policies={policy.id: policy}))


@pytest.mark.parametrize(
    ("change", "seed"),
    [
        (add_module, 1),
        (add_module, 2),
        (remove_module, 1),
        (raise_requirement, 1),
        (change_hours, 3),
        (change_policy, 1),
    ],
)
def test_to_make_only_the_plans_that_can_differ_gives_the_answer_of_making_all(
    seven: Session, change: Callable[[Session, random.Random], Session], seed: int
) -> None:
    new = change(seven, random.Random(seed))
    some, every = plans(seven, new, SIXTY), plans(seven, new, SIXTY, full=True)
    assert some.changes == every.changes
    assert replace(some.tally, solved=0) == replace(every.tally, solved=0)
    assert some.tally.people + len({one.person for one in some.unreadable}) == 60
    assert every.tally.solved == every.tally.people
    assert some.tally.changed <= some.tally.solved
    if change is not change_policy:
        assert some.tally.solved < every.tally.solved


def test_a_module_that_matters_to_few_makes_few_plans_anew(seven: Session) -> None:
    like = seven.library.modules[ModuleId("S09-P")]
    new = with_modules(seven, like.model_copy(update={"id": "S09-Q", "hours": 2.0}))
    compared = plans(seven, new, SIXTY)
    assert 0 < compared.tally.solved < 20
    assert compared.changes
    assert {cause for change in compared.changes for cause in change.causes} == {("module", "S09-Q")}


def test_one_library_makes_no_plan_at_all(seven: Session) -> None:
    compared = plans(seven, seven, SIXTY)
    assert (compared.tally.people, compared.tally.solved, compared.changes) == (60, 0, [])


@pytest.fixture
def tiny() -> Session:
    return open_session(TINY, "tiny")


def test_a_shorter_visit_takes_hours_from_all_who_take_it(tiny: Session, tmp_path: Path) -> None:
    """T1-P, two hours, is how BAS-1 comes to level 2."""
    people = write_people(tmp_path / "people.jsonl", range(40))
    visit = tiny.library.modules[ModuleId("T1-P")].model_copy(update={"hours": 1.0})
    compared = plans(tiny, with_modules(tiny, visit), people)
    takers = [change for change in compared.changes if ModuleId("T1-P") in change.old.modules]
    assert len(takers) > 5
    assert {change.hours for change in takers if change.old.modules == change.new.modules} == {-1.0}
    assert all(("module", "T1-P") in change.causes for change in compared.changes)


def test_people_whom_one_side_cannot_read_are_told_apart_and_not_compared(tiny: Session, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.jsonl", range(40))
    lacking = with_modules(tiny, without="P1-C")
    compared = plans(tiny, lacking, people)
    assert {one.side for one in compared.unreadable} == {"new"}
    assert {one.finding.code for one in compared.unreadable} == {"REF01"}
    assert len({one.person for one in compared.unreadable}) + compared.tally.people == 40


def test_the_answer_is_the_same_for_any_number_of_workers(tiny: Session, tmp_path: Path) -> None:
    people = write_people(tmp_path / "people.jsonl", range(120))
    visit = tiny.library.modules[ModuleId("T1-P")].model_copy(update={"hours": 1.0})
    sides = ("old", tiny), ("new", with_modules(tiny, visit))
    one, two = (compare(*sides, people, DiffOptions(PLAN, listed=True, workers=workers)).plans for workers in (1, 2))
    assert one == two


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """The tiny world below a repository: one commit, then one more in which T1-P takes an hour."""
    shutil.copytree(TINY, tmp_path / "repository" / "work")
    git(tmp_path / "repository", "init", "-q")
    work = tmp_path / "repository" / "work"
    git(work, "add", ".")
    git(work, "commit", "-qm", "first")
    topics = work / "curricula" / "tiny" / "topics.yaml"
    text = topics.read_text(encoding="utf-8")
    topics.write_text(text.replace("form: exercise\nhours: 2", "form: exercise\nhours: 1"), encoding="utf-8")
    git(work, "commit", "-qam", "second")
    return work


def test_a_revision_is_compared_with_a_folder_of_the_same_repository(repository: Path) -> None:
    old = open_source("git:HEAD~1", "tiny", repository)
    new = open_source(".", "tiny", repository)
    difference = compare(("git:HEAD~1", old), (".", new), None, DiffOptions(PLAN))
    (change,) = difference.documents
    (field,) = change.fields
    assert (change.key, field.path, field.old, field.new) == (("module", "T1-P"), "hours", 2.0, 1.0)
    assert field.old_place is not None
    assert (field.old_place.file, field.new_place) == ("curricula/tiny/topics.yaml", field.old_place)
    assert (
        compare(("HEAD", open_source("HEAD", "tiny", repository)), (".", new), None, DiffOptions(PLAN)).documents == ()
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("--output=/tmp/x", "none starts with -"),
        ("git:-x", "none starts with -"),
        ("git:", "no git revision"),
        ("git:nowhere", "no revision nowhere"),
        ("nowhere", "neither a folder nor a git revision"),
        ("git:HEAD:work", "no revision"),
        ("models", "neither models nor curricula"),
    ],
)
def test_what_is_no_source_is_refused(repository: Path, source: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        open_source(source, "tiny", repository)


def test_errors_in_files_name_the_side_that_has_them(repository: Path) -> None:
    (repository / "curricula" / "tiny" / "slip.yaml").write_text("kind: module\nid: X\n", encoding="utf-8")
    with pytest.raises(FilesInError, match=r"^\.: the files have"):
        open_source(".", "tiny", repository)
    assert open_source("HEAD", "tiny", repository).library.modules


def test_without_git_or_a_repository_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(UsageError, match="not a git repository"):
        open_source("git:HEAD", None, tmp_path)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match="not installed"):
        open_source("git:HEAD", None, tmp_path)


def supposed(session: Session, folder: Path, text: str) -> tuple[Session, list[str]]:
    (folder / "changes.yaml").write_text(text, encoding="utf-8")
    result = suppose(session, folder / "changes.yaml")
    return result.session, [note.en for note in result.also]


def test_changes_are_made_in_memory_and_no_file_is_touched(tiny: Session, tmp_path: Path) -> None:
    new, also = supposed(
        tiny,
        tmp_path,
        "drop: [module BAS-2-G]\n"
        "add:\n  - {kind: module, id: Z, title: {zh: 新, en: New}, phase: theory, mode: online, form: lecture, hours: 1, brings: {BAS-1: 1}, certainty: illustrative}\n"
        "set:\n  - {document: role new, path: requires.BAS-2, value: 2}\n"
        "unset:\n  - {document: T2, path: requires}\n"
        "hours_per_year: 13\n",
    )
    changes = compare(("old", tiny), ("new", new), None, DiffOptions(PLAN)).documents
    assert [(change.kind, change.id, change.how) for change in changes] == [
        ("role", "new", "changed"),
        ("topic", "T2", "changed"),
        ("module", "BAS-2-G", "removed"),
        ("module", "Z", "added"),
        ("policy", tiny.library.policy.id, "changed"),
    ]
    assert new.library.policy.budget.hours_per_year == 13
    assert also == []
    assert new.library_hash != tiny.library_hash
    field = changes[0].fields[0]
    assert (str(field.new_place).rpartition("/")[2], field.old, field.new) == ("changes.yaml:5:55", 1, 2)


def test_what_is_one_of_several_goes_with_a_dropped_module_and_is_told(tiny: Session, tmp_path: Path) -> None:
    path = "set: [{document: T1, path: paths, value: [[T1-T, T1-C, T1-P], [T1-C, T1-P]]}]\n"
    pairs = "  - {document: module T1-C, path: pairs_with, value: []}\n  - {document: module T1-C, path: requires, value: []}\n"
    text = path.replace("[{document", "\n  - {document", 1).replace("}]\n", "}\n") + pairs + "drop: [T1-T]\n"
    new, also = supposed(tiny, tmp_path, text)
    assert new.library.topics["T1"].paths == (("T1-C", "T1-P"),)  # type: ignore[index]
    assert also == ["paths.0 of topic T1 goes with module T1-T"]


def test_every_problem_of_a_file_of_changes_is_told_at_once_at_its_place(tiny: Session, tmp_path: Path) -> None:
    text = (
        "drop: [T1-T, NOBODY]\n"
        "dropp: []\n"
        "set:\n"
        "  - {document: role new, path: requires.BAS-2, value: 99}\n"
        "  - {document: role new, path: requires.NOBODY, value: 1}\n"
        "  - {document: role new, path: nothing.at.all, value: 1}\n"
        "  - 7\n"
        "add:\n"
        "  - {kind: module, id: Z}\n"
    )
    with pytest.raises(FilesInError) as caught:
        supposed(tiny, tmp_path, text)
    found = [(problem.position.line, problem.code) for problem in caught.value.diagnostics]
    assert {Path(problem.position.file).name for problem in caught.value.diagnostics} == {"changes.yaml"}
    assert found[:3] == [(1, "REF01"), (1, "REF01"), (2, "FMT02")]
    assert {(4, "FMT04"), (6, "FMT04"), (7, "FMT06"), (9, "FMT01")} <= set(found)
    refused = next(problem for problem in caught.value.diagnostics if "cannot be dropped" in problem.message.en)
    assert {related.message.en for related in refused.related} == {
        "module T1-C names it here",
        "topic T1 names it here",
    }
    assert {related.position.file for related in refused.related} == {"curricula/tiny/topics.yaml"}


def test_a_new_reference_to_nothing_is_told_at_its_place_in_the_changes(tiny: Session, tmp_path: Path) -> None:
    text = "set:\n  - {document: module T1-P, path: requires, value: [{module: NOBODY}]}\n"
    with pytest.raises(FilesInError) as caught:
        supposed(tiny, tmp_path, text)
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.position.line, problem.position.column) == ("REF01", 2, 62)
    assert problem.position.file.endswith("changes.yaml")
