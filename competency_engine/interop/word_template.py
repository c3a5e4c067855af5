"""An office's own Word template, filled with a handbook; needs the extra ``office``.

A template is a stranger's file and, through its tags, a small program. So it is refused before anything in it is read when it holds
macros, embedded files, links or fields that fetch something; its tags run in jinja2's sandbox, where they see the handbook alone;
and every value goes in as text, whatever it looks like.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import unescape

from competency_engine.errors import EngineError, UsageError
from competency_engine.interop.archive import Archive, RefusedFileError
from competency_engine.render.docx import render_docx
from competency_engine.render.zipped import unzip_parts, zip_parts
from competency_engine.reports.handbook import Handbook, spoken
from competency_engine.reports.handbook_document import template_document
from competency_engine.text import Lang, Text, say, visible

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

MAX_TEMPLATE_BYTES = 8 * 1024 * 1024
_MAIN = "word/document.xml"
_EXPECTED = say("只有文字、表格、图片和字段的 docx", "a docx with nothing but text, tables, pictures and tags")
_MEND = say(
    "在 Word 或 WPS 里新建空白文档，把内容粘贴进去，另存为 docx；可从 handbook --save-template 写出的模板改起",
    "paste its content into a new document in Word or WPS and save that as docx; handbook --save-template writes one to begin with",
)
_FORBIDDEN = (
    ("vbaproject.bin", say("宏（VBA）", "macros (VBA)")),
    ("vbadata.xml", say("宏（VBA）", "macros (VBA)")),
    ("word/activex/", say("ActiveX 控件", "ActiveX controls")),
    ("word/embeddings/", say("嵌入的文件", "embedded files")),
    ("word/afchunk", say("嵌入的文件", "embedded files")),
)
_LINKS = (
    "/attachedtemplate", "/oleobject", "/package", "/afchunk", "/subdocument", "/frame", "/externallink", "/vbaproject",
    "/mailmergesource", "/mailmergeheadersource", "/control",
)  # fmt: skip
_FETCHING = re.compile(
    r"\b(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON|RD|EMBED)\b", re.IGNORECASE
)
_UNKNOWN = re.compile(r"'([^']+)'(?: is undefined| has no attribute|)")
_TAG = re.compile(r"\{[{%].{0,200}?[}%]\}", re.DOTALL)
_OPENED = re.compile(r"\{[{%#]")


class BadTemplateError(EngineError):
    """A template of which a tag cannot be filled (exit code 1)."""


class _WordArchive(Archive):
    """The parts of a Word file."""

    kind = "docx"

    def _refuse_formats(self) -> None:
        if not self.holds(_MAIN):
            raise _refusal(say("这个文件不是 docx", "this file is no docx"))

    def _refuse_parts(self) -> None:
        for name in self.parts:
            for part, noun in _FORBIDDEN:
                if name.startswith(part) or name.endswith("/" + part):
                    raise _refusal(say(f"文件里有{noun.zh}", f"the file holds {noun.en}"))
        for name in self.parts:
            if name.endswith(".rels"):
                self.parse(name, _refuse_links)
            elif name.endswith(".xml"):
                self._refuse_fields(name)

    def _refuse_fields(self, part: str) -> None:
        """Refuse fields that fetch something. Word puts one together from its runs, so they are joined before a look."""
        instructions: list[str] = []
        inside = False

        def start(element: str, attributes: dict[str, str]) -> None:
            nonlocal inside
            inside = element == "instrText"
            if element == "fldSimple":
                instructions.append(f" {attributes.get('w:instr', '')} ")

        def end(element: str) -> None:
            nonlocal inside
            inside = False

        def text(content: str) -> None:
            if inside:
                instructions.append(content)

        self.parse(part, start, end, text)
        found = _FETCHING.search("".join(instructions))
        if found is not None:
            word = found.group().upper()
            raise _refusal(
                say(f"文件里有取外部内容的域 {word}", f"the file holds the field {word}, which fetches something")
            )


def _refuse_links(element: str, attributes: dict[str, str]) -> None:
    kind = attributes.get("Type", "").lower()
    external = attributes.get("TargetMode") == "External" and not kind.endswith("/hyperlink")
    if element == "Relationship" and (external or kind.endswith(_LINKS)):
        raise _refusal(say("文件里有指向其他文件的链接", "the file holds links to other files"))


def _refusal(found: Text) -> RefusedFileError:
    return RefusedFileError(found, _EXPECTED, _MEND)


def require_docxtpl() -> None:
    """Make sure that templates can be filled.

    Raises:
        UsageError: when the library for it is not installed.
    """
    try:
        import docxtpl  # noqa: F401
    except ImportError:
        raise UsageError(
            say(
                "用自己的 Word 模板要先安装：pip install 'competency-engine[office]'",
                "A Word template of one's own needs a further package: pip install 'competency-engine[office]'",
            )
        ) from None


def starter_template(lang: Lang) -> bytes:
    """Return our layout of a handbook as a template: a Word file with the tags that an office may move, drop or style."""
    return render_docx(template_document(), lang)


def check_template(data: bytes, name: str) -> None:
    """Make sure that ``data`` is a template that may be filled; messages call it ``name``.

    Raises:
        UsageError: when it is no Word file, or holds what is refused.
    """
    require_docxtpl()
    try:
        if len(data) > MAX_TEMPLATE_BYTES:
            size = MAX_TEMPLATE_BYTES // (1024 * 1024)
            raise _refusal(say(f"文件大于 {size} MB", f"the file is larger than {size} MB"))
        _WordArchive(data)
    except RefusedFileError as error:
        found = error.texts[0]
        raise UsageError(
            say(
                f"模板 {name}：{found.zh}；应为{_EXPECTED.zh}；{_MEND.zh}",
                f"template {name}: {found.en}; expected {_EXPECTED.en}; {_MEND.en}",
            )
        ) from None


def fill_template(data: bytes, name: str, handbook: Handbook, lang: Lang) -> bytes:
    """Return the Word file that the template ``data`` becomes with ``handbook``; equal inputs give equal bytes.

    Raises:
        BadTemplateError: when a tag names no field, is broken, or does what the sandbox forbids.
    """
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    environment = _sandbox()
    template = DocxTemplate(BytesIO(data))
    fields = spoken(handbook, lang)
    buffer = BytesIO()
    try:
        template.render(fields, jinja_env=environment, autoescape=True)
        template.save(buffer)
    except TemplateError as error:
        raise _bad_tag(data, name, error, fields) from None
    except (
        TypeError,
        ValueError,
        ArithmeticError,
        OverflowError,
        RecursionError,
        AttributeError,
        LookupError,
    ) as error:
        raise _bad_tag(data, name, error, fields) from None
    finally:
        # The tree of a Word file refers to itself, and this program rarely looks for such garbage: a city's would fill the memory.
        del template
        gc.collect(0)
    return zip_parts(unzip_parts(buffer.getvalue()))


@lru_cache(maxsize=1)
def _sandbox() -> SandboxedEnvironment:
    """Return where tags run: no attribute of Python, no change of a value, no product, which could fill the memory."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.runtime import Context
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**"})

        def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
            raise SecurityError(f"{operator} is not allowed")

    return Sandbox(autoescape=True, undefined=StrictUndefined)


def _bad_tag(data: bytes, name: str, error: Exception, fields: Mapping[str, Any]) -> BadTemplateError:
    from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

    reason = visible(str(error)) or type(error).__name__
    line = _line_of(error)
    if isinstance(error, UndefinedError):
        said = _UNKNOWN.findall(reason)
        unknown = said[-1] if said else reason
        near = get_close_matches(unknown, sorted(_names(fields)), n=1, cutoff=0.6)
        hint = say(f"；是不是 {near[0]}？", f"; did you mean {near[0]}?") if near else say("", "")
        found = say(f"没有字段 {unknown}{hint.zh}", f"there is no field {unknown}{hint.en}")
        line = line or _tag_with(unknown, data)
    elif isinstance(error, SecurityError):
        found = say(f"标签做了不允许的事（{reason}）", f"a tag does what is not allowed ({reason})")
    elif isinstance(error, TemplateSyntaxError):
        found = say(f"标签写错了（{reason}）", f"a tag is broken ({reason})")
    else:
        found = say(f"标签算不出来（{reason}）", f"a tag cannot be worked out ({reason})")
    where = say(f"，在“{line}”处", f', at "{line}"') if line else say("", "")
    return BadTemplateError(
        say(
            f"模板 {name}：{found.zh}{where.zh}；可用的字段见 docs/handbook.md，在模板里改正后再运行",
            f"template {name}: {found.en}{where.en}; docs/handbook.md lists the fields; mend the tag in the template and run again",
        )
    )


def _names(fields: Any) -> set[str]:
    """Return the names of all fields, those of parts too."""
    if isinstance(fields, dict):
        return set(fields).union(*map(_names, fields.values()))
    return set().union(*map(_names, fields)) if isinstance(fields, list) else set()


def _tag_with(name: str, data: bytes) -> str:
    """Return the first tag of the template that holds ``name``; empty where none is found."""
    wanted = re.compile(rf"\b{re.escape(name)}\b")
    for part, content in unzip_parts(data):
        if part.startswith("word/") and part.endswith(".xml"):
            text = unescape(re.sub(r"<[^>]*>", "", content.decode("utf-8", "replace")))
            for tag in _TAG.findall(text):
                if wanted.search(tag):
                    return visible(tag)[:80]
    return ""


def _line_of(error: Exception) -> str:
    """Return what of the template docxtpl has put beside the error: the line with the tag; empty where it says nothing."""
    context = [re.sub(r"<[^>]*>", " ", str(line)) for line in getattr(error, "docx_context", ())]
    lines = [visible(line) for line in context if _OPENED.search(line)]
    return lines[len(lines) // 2][:80] if lines else ""
