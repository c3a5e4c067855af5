"""The canonical CSV files of a folder of people: their text, and writing them all or none."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from competency_engine.diagnostics import SourceMap
from competency_engine.domain.evidence import Evidence
from competency_engine.domain.library import Library
from competency_engine.domain.people import Community, Dossier
from competency_engine.errors import UsageError, reason_of
from competency_engine.interop.entries import KEYS, Entry, entries_of
from competency_engine.interop.yaml_text import document
from competency_engine.loading.linking import Located
from competency_engine.loading.neutral import guard
from competency_engine.loading.tables import TableKind, normalise_header
from competency_engine.text import say

FILES: dict[TableKind, str] = {kind: f"{kind}.csv" for kind in KEYS}
"""The file of each table, in the order in which they are put in place: whoever is referred to comes first."""
_HEADERS: dict[TableKind, dict[str, str]] = {
    "communities": {"community": "社区", "title": "社区名称", "types": "社区类型", "district": "区", "street": "街道"},
    "people": {"person": "学员", "community": "社区", "post_since": "任现职日期", "role": "角色", "away": "离岗月份"},
    "sittings": {"person": "学员", "source": "来源", "date": "日期", "rater": "评分者", "valid_until": "有效期至"},
    "surveys": {"person": "学员", "date": "日期", "problems": "难题"},
    "evidence": {"person": "学员", "unit": "单元", "level": "等级", "date": "评定日期", "valid_until": "有效期至", "gap_kind": "差距类别"},
    "completions": {"person": "学员", "module": "课程", "date": "完成日期"},
    "begun": {"person": "学员", "module": "课程", "month": "开始月份"},
}  # fmt: skip
_SUFFIX = ".importing"
_NOWHERE = SourceMap("", [((), False, 1, 1)])


def table_bytes(kind: TableKind, entries: Iterable[Entry], library: Library) -> bytes:
    """Return the canonical CSV of one table, UTF-8 with a mark: the same rows in any order give the same bytes.

    Fixed columns come first, then units, items and facts in the order of the library, of which only those that some row
    fills; rows are sorted by key. Nothing in it is a formula to a spreadsheet program.
    """
    rows = sorted(entries, key=lambda entry: entry.order)
    fixed = _HEADERS[kind]
    used = {name for entry in rows for name in entry.values} - set(fixed)
    order = {name: index for index, name in enumerate(_open_columns(library))}
    further = sorted(used, key=lambda name: (order.get(name, len(order)), name))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*fixed.values(), *(_header(kind, name, library) for name in further)])
    for entry in rows:
        writer.writerow([guard(entry.values.get(name, "")) for name in (*fixed, *further)])
    return out.getvalue().encode("utf-8-sig")


def folder_files(dossiers: Iterable[Dossier], library: Library) -> dict[str, bytes]:
    """Return the files of a folder that holds ``dossiers``, by name: the canonical CSV of each table that has rows.

    Communities with a name that differs between the languages, for which the table has no room, stand in a YAML file instead.
    """
    entries: dict[TableKind, list[Entry]] = {"communities": [], "people": []}
    communities: dict[str, Community] = {}
    for dossier in dossiers:
        person = dossier.person.id
        records = Evidence(
            kind="evidence",
            id="records",
            person=person,
            records=dossier.evidence,
            sittings=dossier.sittings,
            surveys=dossier.surveys,
        )
        communities[dossier.community.id] = dossier.community
        for entry in entries_of(Located(entity, _NOWHERE) for entity in (dossier.person, records)):
            entries.setdefault(entry.kind, []).append(entry)
    files = {}
    if any(c.title is not None and c.title.zh != c.title.en for c in communities.values()):
        del entries["communities"]
        files["communities.yaml"] = "---\n".join(
            document("community", id_, community.model_dump(mode="json", exclude_unset=True, exclude={"kind", "id"}))
            for id_, community in sorted(communities.items())
        ).encode()
    else:
        entries["communities"] += entries_of(Located(community, _NOWHERE) for community in communities.values())
    return files | {FILES[kind]: table_bytes(kind, rows, library) for kind, rows in entries.items()}


def _header(kind: TableKind, name: str, library: Library) -> str:
    """Return the header of an open column: a fact by its Chinese title where that is its alone, all else by id."""
    fact = library.community_facts.get(name) if kind == "communities" else None
    if fact is None:
        return name
    title = normalise_header(fact.title.zh)
    taken = [normalise_header(n) for f in library.community_facts.values() for n in {f.id, f.title.zh, f.title.en}]
    known = {*_HEADERS[kind].values(), "日期", "单元", "等级", "课程", "学员", "来源"}
    return fact.title.zh if taken.count(title) == 1 and title not in known else name


def _open_columns(library: Library) -> Iterable[str]:
    yield from library.community_facts
    yield from library.units
    for tool in library.instruments.values():
        yield from (item.id for item in tool.items)


def write_all(folder: Path, files: Mapping[str, bytes], replace: Callable[[Path, Path], None] = os.replace) -> None:
    """Write every file of ``files`` (by name) into ``folder``, or none.

    Each is first written whole beside its place and flushed to the disk, then all are put in place one after the other. When
    one can't be, those before it are put back as they were. When the machine dies between two of them, some files are new and
    some old, each of them whole; communities and people are put in place first, so nothing refers to what is not there, and
    the same import run again completes the rest.

    Raises:
        UsageError: when a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(folder)
        staged = {folder / name: _stage(folder, name, content) for name, content in files.items()}
        before = {path: path.read_bytes() if path.exists() else None for path in staged}
    except OSError as error:
        remove_leftovers(folder)
        raise _cannot_write(folder, error) from None
    done: list[Path] = []
    try:
        for path, temporary in staged.items():
            replace(temporary, path)
            done.append(path)
    except BaseException as error:
        for path in done:
            _put_back(path, before[path])
        if isinstance(error, OSError):
            raise _cannot_write(folder, error) from None
        raise
    finally:
        remove_leftovers(folder)


def remove_leftovers(folder: Path) -> None:
    """Remove what an import that was cut short left beside the files."""
    for path in folder.glob(f".*{_SUFFIX}"):
        path.unlink(missing_ok=True)


def _stage(folder: Path, name: str, content: bytes) -> Path:
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.", suffix=_SUFFIX)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    target = folder / name
    Path(temporary).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
    return Path(temporary)


def _put_back(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
        return
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_SUFFIX)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(temporary).chmod(path.stat().st_mode & 0o777)
    Path(temporary).replace(path)


def _cannot_write(path: Path, error: OSError) -> UsageError:
    reason = reason_of(error)
    return UsageError(
        say(
            f"无法写入 {path}：{reason.zh}；什么也没有写。若文件正在 Excel 或 WPS 里打开，先关闭",
            f"cannot write {path}: {reason.en}; nothing was written. If the file is open in Excel or WPS, close it first",
        )
    )
