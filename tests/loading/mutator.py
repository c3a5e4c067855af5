"""Break YAML in one place that is known from its raw lines; nothing here reads YAML.

It relies on how the shipped files are laid out: a top-level key starts its line, a short list or mapping stands on one
line, ``---`` alone on a line parts two documents, and no text runs over several lines.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

Lines = tuple[str, ...]

TOP = re.compile(r"(?P<key>[a-z_]+): (?P<value>\S.*)$")
ANY_KEY = re.compile(r"(?P<indent> *(?:- )?)(?P<key>[A-Za-z_][\w-]*): (?P<value>\S.*)$")
NESTED = re.compile(r"(?P<indent> +)(?P<dash>- )?(?P<key>[A-Za-z_][\w-]*):(?: |$)")
PLAIN_TEXT = re.compile(r"(?P<indent> +)(?P<key>zh|en): (?P<value>[^\"'{\[].* .*)$")

REQUIRED = {
    "competency_model": (), "domain": ("tier",), "unit": ("domain",), "role": ("skill_level", "urgent_skill_level"),
    "community_type": (), "community_fact": ("type",), "context_rule": (), "curriculum": ("model", "policy"),
    "topic": ("unit", "hours", "paths"), "module": ("phase", "mode", "form", "hours"), "pack": ("role", "topics", "hours"),
    "urgent_pack": ("skill",), "policy": ("hours_per_month",), "source": (), "law": (),
}  # fmt: skip
FIXED = ("phase", "mode", "form", "certainty", "type", "unassessed", "default_gap_kind", "prefer")
REFERENCES = ("topic", "unit", "domain", "tier", "model", "policy", "role", "skill", "deadline", "replaced_by")
REFERENCE_LISTS = ("sources", "laws", "pairs_with", "activates", "topics")
SURPRISES = ("no", "Yes", "off", "012", "1:30", "0x1F", "1_000", ".inf")
CONTROL = "\x07"


@dataclass(frozen=True)
class Mutation:
    """A file with one defect, and what must be found where; ``alone`` if nothing else may be found."""

    kind: str
    file: str
    lines: Lines
    code: str
    line: int
    column: int
    alone: bool = True

    @property
    def text(self) -> str:
        """The content of the broken file."""
        return "\n".join(self.lines)


@dataclass(frozen=True)
class Site:
    """A line, by its index, in the lines of a file."""

    lines: Lines
    index: int

    @property
    def line(self) -> str:
        """The line itself."""
        return self.lines[self.index]

    @property
    def start(self) -> int:
        """The index of the first line of the document, passing over markers and comments."""
        index = self.index
        while index and self.lines[index] != "---":
            index -= 1
        while self.lines[index] == "---" or self.lines[index].startswith("#"):
            index += 1
        return index

    @property
    def document(self) -> Lines:
        """The lines of the document."""
        end = self.start
        while end < len(self.lines) and self.lines[end] != "---":
            end += 1
        return self.lines[self.start : end]

    @property
    def document_kind(self) -> str:
        """What the document says it is."""
        return self.lines[self.start].removeprefix("kind: ")

    @property
    def is_one_line(self) -> bool:
        """Whether a top-level key has its whole value on this line."""
        return self.index + 1 == len(self.lines) or not self.lines[self.index + 1].startswith((" ", "-  "))

    def replaced(self, *lines: str) -> Lines:
        """Return all lines with others in the place of this one."""
        return (*self.lines[: self.index], *lines, *self.lines[self.index + 1 :])


@dataclass(frozen=True)
class Broken:
    """What a break gives: lines, and the code, line index and column index of what must be found."""

    lines: Lines
    code: str
    index: int
    column: int
    alone: bool = True


Break = Callable[[Site, random.Random], Broken | None]
BREAKS: dict[str, Break] = {}


def breaks(function: Break) -> Break:
    """Register ``function`` under its name."""
    BREAKS[function.__name__] = function
    return function


def at_value(site: Site, match: re.Match[str], value: str, code: str, *, alone: bool = True) -> Broken:
    """Return the break that writes ``value``, where it must be found."""
    column = match.start("value")
    return Broken(site.replaced(site.line[:column] + value), code, site.index, column, alone)


@breaks
def delete_required_key(site: Site, draw: random.Random) -> Broken | None:
    """A missing key is reported at the start of the mapping that lacks it."""
    match = TOP.match(site.line)
    required = ("kind", "id", "title", "certainty", *REQUIRED.get(site.document_kind, ()))
    if match is None or match["key"] not in required or not site.is_one_line:
        return None
    return Broken(site.replaced(), "FMT01", site.start, 0, alone=match["key"] != "id")


@breaks
def delete_language(site: Site, draw: random.Random) -> Broken | None:
    """A text in one language only: reported at the start of the text."""
    match = re.match(r"(.*?: )(\{)zh: [^{}\"]*?, (en: .*\})$", site.line)
    return match and Broken(site.replaced(match[1] + "{" + match[3]), "FMT01", site.index, match.start(2))


@breaks
def misspell_key(site: Site, draw: random.Random) -> Broken | None:
    """A misspelt key; when it was required, it is also missing."""
    match = re.match(r"([a-z_]+):( |$)", site.line)
    if match is None or match[1] == "kind":
        return None
    key = match[1] + match[1][-1]
    return Broken(site.replaced(key + site.line[match.end(1) :]), "FMT02", site.index, 0, alone=False)


@breaks
def misspell_nested_key(site: Site, draw: random.Random) -> Broken | None:
    """A misspelt language below a key."""
    match = re.match(r"( +)(zh|en): ", site.line)
    return match and Broken(
        site.replaced(f"{match[1]}{match[2]}g{site.line[match.end(2) :]}"),
        "FMT02",
        site.index,
        match.end(1),
        alone=False,
    )


@breaks
def number_in_quotes(site: Site, draw: random.Random) -> Broken | None:
    """Text where a number belongs."""
    match = re.match(r"(?P<key>hours|weight|skill_level|hours_per_month): (?P<value>[0-9.]+)$", site.line)
    return match and at_value(site, match, f'"{match["value"]}"', "FMT03")


@breaks
def list_for_text(site: Site, draw: random.Random) -> Broken | None:
    """A list where one id belongs."""
    match = TOP.match(site.line)
    if match is None or match["key"] not in REFERENCES or match["key"] == "type":
        return None
    return at_value(site, match, f"[{match['value']}]", "FMT03")


@breaks
def text_for_list(site: Site, draw: random.Random) -> Broken | None:
    """One id where a list belongs."""
    match = TOP.match(site.line)
    if match is None or match["key"] not in REFERENCE_LISTS or not re.match(r"\[[\w-]+\]$", match["value"]):
        return None
    return at_value(site, match, match["value"].strip("[]"), "FMT03")


@breaks
def level_out_of_range(site: Site, draw: random.Random) -> Broken | None:
    """A level above nine or below nought, or the level nought where one is taught or required of a role."""
    found = [
        *re.finditer(
            r"(?:^  [A-Z]+-[0-9]: |^(?:brings|raises|floor): \{[A-Z0-9]+(?:-[0-9])?: |, level: )([1-5])\b", site.line
        )
    ]
    if not found:
        return None
    match = draw.choice(found)
    entry = match.group().startswith(", level: ")  # a module may start from level 0
    level = draw.choice(("10", "99", "-1") if entry else ("0", "10", "99", "-1"))
    line = site.line[: match.start(1)] + level + site.line[match.end(1) :]
    return Broken(site.replaced(line), "FMT04", site.index, match.start(1))


@breaks
def unknown_choice(site: Site, draw: random.Random) -> Broken | None:
    """A value that is none of the fixed ones."""
    match = re.match(r"(?:  - )?(?P<key>[a-z_]+): (?P<value>\w+)$", site.line)
    if match is None or match["key"] not in FIXED:
        return None
    return at_value(site, match, match["value"] + "x", "FMT05")


@breaks
def unknown_kind(site: Site, draw: random.Random) -> Broken | None:
    """A document of no known kind."""
    match = TOP.match(site.line)
    return at_value(site, match, f"{match['value']}s", "FMT05") if match and match["key"] == "kind" else None


@breaks
def misspell_reference(site: Site, draw: random.Random) -> Broken | None:
    """One id in place of which no document stands."""
    match = TOP.match(site.line)
    if match is None or match["key"] not in REFERENCES:
        return None
    return at_value(site, match, f"{match['value']}-x", "REF01")


@breaks
def misspell_reference_in_list(site: Site, draw: random.Random) -> Broken | None:
    """One id of a list."""
    match = TOP.match(site.line)
    lists = (*REFERENCE_LISTS, "requires") if site.document_kind == "topic" else REFERENCE_LISTS
    if match is None or match["key"] not in lists or not re.match(r"\[[\w, -]+\]$", match["value"]):
        return None
    item = draw.choice([*re.finditer(r"[\w-]+", site.line[match.start("value") :])])
    start, end = match.start("value") + item.start(), match.start("value") + item.end()
    return Broken(site.replaced(f"{site.line[:end]}x{site.line[end:]}"), "REF01", site.index, start)


@breaks
def misspell_reference_in_requirement(site: Site, draw: random.Random) -> Broken | None:
    """The unit, module or topic of one requirement."""
    found = [*re.finditer(r"\{(?:unit|module|topic): ([\w-]+)", site.line)]
    if not found:
        return None
    match = draw.choice(found)
    line = f"{site.line[: match.end(1)]}x{site.line[match.end(1) :]}"
    return Broken(site.replaced(line), "REF01", site.index, match.start(1))


@breaks
def misspell_reference_in_key(site: Site, draw: random.Random) -> Broken | None:
    """The unit that a level is required of or brought to."""
    match = re.match(r"(?:  |brings: \{|raises: \{)([A-Z]+-?[0-9]+): [0-9]", site.line)
    if match is None:
        return None
    line = f"{site.line[: match.end(1)]}x{site.line[match.end(1) :]}"
    return Broken(site.replaced(line), "REF01", site.index, match.start(1))


@breaks
def duplicate_key(site: Site, draw: random.Random) -> Broken | None:
    """The same key on two lines."""
    if not TOP.match(site.line) or not site.is_one_line:
        return None
    return Broken(site.replaced(site.line, site.line), "YML02", site.index + 1, 0)


@breaks
def duplicate_document(site: Site, draw: random.Random) -> Broken | None:
    """The same document once more at the end of the file."""
    if site.index != site.start:
        return None
    end = [*site.lines]
    while not end[-1]:
        end.pop()
    line = next(index for index, line in enumerate(site.document) if line.startswith("id: "))
    return Broken((*end, "---", *site.document), "REF02", len(end) + 1 + line, 4)


@breaks
def anchor_alias_or_tag(site: Site, draw: random.Random) -> Broken | None:
    """What hides content from the reader."""
    match = ANY_KEY.match(site.line)
    if match is None:
        return None
    value = draw.choice((f"&x {match['value']}", "*x", f"!!str {match['value']}", f"!x {match['value']}"))
    return at_value(site, match, value, "YML03", alone=value != "*x" or match["key"] != "id")


@breaks
def full_width_colon(site: Site, draw: random.Random) -> Broken | None:
    """A colon from a Chinese keyboard."""
    match = ANY_KEY.match(site.line)
    if match is None:
        return None
    line = f"{site.line[: match.end('key')]}：{match['value']}"
    return Broken(site.replaced(line), "YML07", site.index, match.end("key"))


@breaks
def full_width_colon_in_braces(site: Site, draw: random.Random) -> Broken | None:
    """The same inside braces."""
    match = re.search(r"\{(zh|unit|module|topic)(: )[\w一-鿿]", site.line)
    line = match and f"{site.line[: match.start(2)]}：{site.line[match.end(2) :]}"
    return match and Broken(site.replaced(line or ""), "YML07", site.index, match.start(2))


@breaks
def missing_space(site: Site, draw: random.Random) -> Broken | None:
    """A colon glued to its value."""
    match = ANY_KEY.match(site.line)
    if match is None:
        return None
    line = f"{site.line[: match.end('key')]}:{match['value']}"
    return Broken(site.replaced(line), "YML08", site.index, match.end("key"))


@breaks
def missing_space_in_braces(site: Site, draw: random.Random) -> Broken | None:
    """The same inside braces."""
    match = re.search(r"\{(zh|unit|module|topic)(: )[\w一-鿿]", site.line)
    line = match and f"{site.line[: match.start(2)]}:{site.line[match.end(2) :]}"
    return match and Broken(site.replaced(line or ""), "YML08", site.index, match.start(2))


@breaks
def tab_indent(site: Site, draw: random.Random) -> Broken | None:
    """A tab in place of the indent."""
    match = NESTED.match(site.line)
    return match and Broken(site.replaced("\t" + site.line.lstrip()), "YML09", site.index, 0)


@breaks
def wide_indent(site: Site, draw: random.Random) -> Broken | None:
    """Ideographic or no-break spaces in place of the indent."""
    match = NESTED.match(site.line)
    spaces = draw.choice(("\u3000", "\u3000\u3000", "\u00a0\u00a0"))
    return match and Broken(site.replaced(spaces + site.line.lstrip()), "YML09", site.index, 0)


@breaks
def unclosed_quote(site: Site, draw: random.Random) -> Broken | None:
    """A quote without its partner, reported where it opens."""
    match = re.search(r": (\")[^\"]*\"(\}*)$", site.line)
    line = match and site.line[: match.start(2) - 1] + match[2]
    return match and Broken(site.replaced(line or ""), "YML01", site.index, match.start(1))


@breaks
def unclosed_bracket(site: Site, draw: random.Random) -> Broken | None:
    """A bracket without its partner, reported where it opens."""
    if not site.line.endswith(("]", "}")):
        return None
    depth, quoted = 0, False
    for column in range(len(site.line) - 1, -1, -1):
        character = site.line[column]
        quoted ^= character == '"'
        depth += 0 if quoted else (character in "]}") - (character in "[{")
        if depth == 0:
            return Broken(site.replaced(site.line[:-1]), "YML01", site.index, column)
    return None


@breaks
def surprising_value(site: Site, draw: random.Random) -> Broken | None:
    """A text that other tools take for a truth value, a number or minutes."""
    match = re.match(r"(?: +(?:zh|en)|publisher|issuer|number|url): (?P<value>[^\"'{\[].*)$", site.line)
    return match and at_value(site, match, draw.choice(SURPRISES), "YML04")


@breaks
def hours_out_of_range(site: Site, draw: random.Random) -> Broken | None:
    """Hours below or at nought, above the bound, or in tenths."""
    match = re.match(r"(?P<key>hours|hours_per_month): (?P<value>[0-9.]+)$", site.line)
    if match is None:
        return None
    value = draw.choice((f"-{match['value']}", "0", "400.25", f"{match['value'].split('.')[0]}.1", "0.3"))
    return at_value(site, match, value, "FMT04")


@breaks
def empty_value(site: Site, draw: random.Random) -> Broken | None:
    """A key without its value, reported just after the colon."""
    match = TOP.match(site.line)
    required = ("kind", "id", "title", "certainty", *REQUIRED.get(site.document_kind, ()))
    if match is None or match["key"] not in required or not site.is_one_line:
        return None
    code = "FMT05" if match["key"] in ("kind", *FIXED) else "FMT03"
    key = f"{match['key']}:"
    return Broken(site.replaced(key), code, site.index, len(key), alone=match["key"] != "id")


@breaks
def bad_id(site: Site, draw: random.Random) -> Broken | None:
    """An id with a space, a path, or too long a one; references to the right id come to nothing."""
    match = TOP.match(site.line)
    if match is None or match["key"] != "id":
        return None
    value = draw.choice((f"{match['value']} x", f"../{match['value']}", "x" * 65, f"-{match['value']}"))
    return at_value(site, match, value, "FMT04", alone=False)


@breaks
def bad_date(site: Site, draw: random.Random) -> Broken | None:
    """A date that never was."""
    match = re.match(r"(?P<key>in_force|repealed|published): (?P<value>[0-9-]{10})$", site.line)
    if match is None:
        return None
    year = match["value"][:4]
    return at_value(site, match, draw.choice((f"{year}-13-01", f"{year}-02-30", f"{year}/01/01", year)), "FMT04")


@breaks
def control_character(site: Site, draw: random.Random) -> Broken | None:
    """A character that nobody can see."""
    if len(site.line) < 2 or site.line == "---":
        return None
    column = draw.randrange(1, len(site.line))
    return Broken(site.replaced(site.line[:column] + CONTROL + site.line[column:]), "YML06", site.index, column)


@breaks
def colon_in_text(site: Site, draw: random.Random) -> Broken | None:
    """A colon and a space inside plain text."""
    match = PLAIN_TEXT.match(site.line)
    if match is None:
        return None
    column = site.line.index(" ", match.start("value"))
    return Broken(site.replaced(f"{site.line[:column]}:{site.line[column:]}"), "YML01", site.index, column)


@breaks
def stray_list_item(site: Site, draw: random.Random) -> Broken | None:
    """An item of a list among the keys of a mapping."""
    if not TOP.match(site.line) or not site.is_one_line:
        return None
    return Broken(site.replaced(site.line, "- x"), "YML01", site.index + 1, 0)


def mutate(files: Mapping[str, Lines], count: int, draw: random.Random) -> Iterator[Mutation]:
    """Yield ``count`` mutations of ``files`` (name → lines), no place twice, each kind in turn."""
    sites = [(name, index) for name, lines in sorted(files.items()) for index in range(len(lines))]
    taken: set[tuple[str, str, int]] = set()
    for number in range(count):
        kind = sorted(BREAKS)[number % len(BREAKS)]
        while True:
            name, index = draw.choice(sites)
            broken = BREAKS[kind](Site(files[name], index), draw) if (kind, name, index) not in taken else None
            if broken is not None:
                taken.add((kind, name, index))
                break
        yield Mutation(kind, name, broken.lines, broken.code, broken.index + 1, broken.column + 1, broken.alone)
