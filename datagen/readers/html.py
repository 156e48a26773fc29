"""HTML and XHTML → the tree, by the standard library alone; and a table of HTML inside Markdown, with its offsets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from curation.korean.hangul import has_hangul, normalise
from datagen.documents import Block, Item, Items, Line, Mark, MarkKind, Note, Paragraph, Parsed, Table, block_lines
from datagen.readers.decoding import decode
from datagen.readers.grid import Cell, as_table, join
from datagen.readers.html_tokens import VOID, Characters, Tag, html_tokens
from datagen.readers.notes import NOTES, as_note
from datagen.readers.outline import EMPTY, Outline

_MARKS = {
    **dict.fromkeys(("b", "strong"), MarkKind.BOLD), **dict.fromkeys(("i", "em", "cite", "dfn"), MarkKind.ITALIC),
    **dict.fromkeys(("code", "kbd", "samp", "tt", "var"), MarkKind.CODE), "a": MarkKind.LINK,
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Elements that hold blocks of their own. What is not named here and is not inline only ends a paragraph.
_FRAMES = frozenset("ul ol menu dl li dt dd table tr td th caption blockquote aside pre".split())
_LISTS = frozenset("ul ol menu".split())
# Phrasing content (WHATWG HTML 3.2.5.2.5) that reads on in the same line.
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label map mark meter nobr output "
    "picture progress q rp rt ruby s samp small span strike strong sub sup time tt u var wbr".split()
)
# Never part of the text; a header only where it is the page's own, not an article's.
_PASSED = frozenset(
    "script style template nav footer noscript iframe svg math select datalist button object canvas audio video "
    "textarea xmp head dialog".split()
)
_ROLES = frozenset("navigation banner contentinfo search".split())
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# An end tag may be left out: what opens the one closes the other, up to the element that holds both.
_CLOSED_BY_OPENING = {
    "li": (frozenset({"li"}), _LISTS), "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})), "tr": (frozenset({"tr", "caption"}), frozenset({"table"})),
    "td": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
    "th": (frozenset({"td", "th"}), frozenset({"tr", "table"})),
}  # fmt: skip
_NOTED = frozenset("div aside section blockquote p details".split())
_BOXES = frozenset("admonition alert callout box panel message block admonitionblock bs md custom".split())
_WORD = re.compile(r"[a-z]+")
_LIST_MARK = re.compile(r"\s*(?:[-•·○●◦▪■□▶※*]\s|\d{1,2}[.)]\s|[①-⑳]|[가-하][.)]\s)")
_SENTENCE_END = re.compile(r"[.!?。:：]\s*\Z")
# Only these are counted as open: a page may invent any number of names.
_COUNTED = _FRAMES | _NOTED | frozenset(_MARKS) | frozenset(_HEADINGS) | frozenset("main article".split())
# Where 주의: begins a field or a cell, not a note.
_PLAIN = frozenset("li dd td th caption".split())
_DEPTH = 45  # lists and tables inside one another; deeper ones read as part of the last
_SPAN = re.compile(r"\d{1,5}")


@dataclass(frozen=True, slots=True)
class _Run:
    """Characters of one formatting; a break is a lone `\\n` with `is_break`."""

    text: str
    offsets: Sequence[int]
    kinds: tuple[MarkKind, ...]
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class _Heading:
    """A heading inside a cell, which becomes a section if the table turns out to be page layout."""

    level: int
    line: Line


_Piece = Block | _Heading


@dataclass(slots=True)
class _Frame:
    """An open element that holds blocks: what it has gathered, and the tags that were open before it."""

    tag: str
    number: int
    opened: Counter[str]
    marks: Counter[MarkKind]
    note: Note | None = None
    pieces: list[_Piece] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)  # of a list
    term: tuple[_Run, ...] = ()  # of a dl: the dt that waits for its dd
    rows: list[list[tuple[Cell, tuple[_Piece, ...]]]] = field(default_factory=list)  # of a table
    is_head: bool = False  # of a table: whether its rows now stand in thead; of a cell: whether it is one of a header
    cell: Mapping[str, str] = field(default_factory=dict)  # of a cell: its attributes


def read_html(data: bytes, where: str) -> Parsed:
    """The tree of a page and the text it shows; offsets count in that text. Raises InputError for an unknown encoding.

    Left out: scripts, navigation, page header and footer, forms' controls, what is hidden, code blocks. A page without
    h1 is titled by `<title>`.
    """
    source, remarks = decode(data, where, is_html=True)
    is_xml = where.lower().endswith(".xhtml") or source.lstrip().startswith("<?xml")
    for title in ("", _title(source, is_xml=is_xml)):
        outline = Outline()
        for remark in remarks:
            outline.remark(remark)
        if title:
            outline.heading(1, outline.line(title))
        page = _Page(outline)
        page.read(html_tokens(source, is_xml=is_xml))
        if page.is_titled:
            break
    return outline.parsed()


def html_table(source: str, start: int = 0, end: int | None = None) -> tuple[Table | None, tuple[str, ...]]:
    """The first table of the HTML in `source[start:end]` (None where there is none, or it is layout), and remarks.

    Offsets point into `source`, a Markdown text with tables of HTML; a space made of a `<br>` or of a joint stands for
    the character there. `source` must be in normal form.
    """
    page = _Page(None)
    page.read(html_tokens(source, start, end))
    table = next((piece for piece in page.pieces if isinstance(piece, Table)), None)
    return table, tuple(page.remarks)


def _title(source: str, *, is_xml: bool) -> str:
    """The text of the first title element that is the page's own, not a drawing's."""
    is_inside = False
    text = ""
    for token in html_tokens(source, is_xml=is_xml):
        if isinstance(token, Tag) and token.name in ("title", "body"):
            if is_inside or token.name == "body":
                break
            is_inside = not token.is_closing
        elif is_inside and isinstance(token, Characters):
            text += token.text
    return text


def line_of(runs: Sequence[_Run]) -> Line:
    """The runs as one line with the offsets they came with: runs of white space as one space, none at the ends."""
    chars: list[str] = []
    offsets: list[int] = []
    marks: list[Mark] = []
    latest: dict[MarkKind, int] = {}  # the last mark of each kind
    for run in runs:
        begin = len(chars)
        for char, offset in zip(run.text, run.offsets, strict=True):
            if not char.isspace():
                chars.append(char)
                offsets.append(offset)
            elif chars and chars[-1] != " ":
                chars.append(" ")
                offsets.append(offset)
        for kind in run.kinds if begin < len(chars) else ():
            at = latest.get(kind)
            if at is not None and marks[at].end == begin:
                marks[at] = Mark(marks[at].start, len(chars), kind)
            else:
                latest[kind] = len(marks)
                marks.append(Mark(begin, len(chars), kind))
    return Line("".join(chars), tuple(offsets), tuple(marks)).part(0, len(chars))


class _Page:
    """The elements open at one place of the page, and what has been read of them.

    With an outline, lines are written there, and sections open; without one, lines keep their offsets in the source.
    """

    def __init__(self, outline: Outline | None) -> None:
        self.pieces: list[_Piece] = []  # at the page's own level, where there is no outline
        self.remarks: list[str] = []
        self.is_titled = False
        self._outline = outline
        self._frames: list[_Frame] = []
        self._opened: Counter[str] = Counter()
        self._marks: Counter[MarkKind] = Counter()
        self._runs: list[_Run] = []
        self._heading = 0
        self._note: Note | None = None  # of a paragraph
        self._passed: _Passed | None = None

    def read(self, tokens: Iterator[Tag | Characters]) -> None:
        """Read to the end, and close what is still open."""
        for token in tokens:
            if self._passed is not None and not self._passed.ends_with(token):
                continue
            if self._passed is not None:
                is_own_end = isinstance(token, Tag) and token.is_closing and token.name == self._passed.tag
                self._passed = None
                if is_own_end:
                    continue
            if isinstance(token, Characters):
                kinds = tuple(kind for kind, count in self._marks.items() if count)
                self._text(token, kinds)
            elif token.is_closing:
                self._close(token.name)
            else:
                self._open(token)
        self._flush()
        while self._frames:
            self._end_frame()

    def _text(self, token: Characters, kinds: tuple[MarkKind, ...]) -> None:
        if not any(frame.tag == "pre" for frame in self._frames):
            self._runs.append(_Run(token.text, token.offsets, kinds))
            return
        for found in re.finditer(r"\n|[^\n]+", token.text):
            self._runs.append(_Run(found[0], token.offsets[found.start() : found.end()], kinds, found[0] == "\n"))

    def _open(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self._runs.append(_Run(" ", (tag.start,), (), is_break=True))
        elif name in VOID:
            if name == "hr":
                self._flush()
        elif self._is_passed(tag):
            if name not in _INLINE:
                self._flush()
            self._passed = _Passed(name)
        elif name in _MARKS:
            self._opened[name] += 1
            self._marks[_MARKS[name]] += 1
        elif name not in _INLINE:
            self._flush()
            self._heading, self._note = 0 if name == "p" else self._heading, None
            if name in ("thead", "tbody", "tfoot"):
                self._head(is_open=name == "thead")
            else:
                self._open_block(tag)

    def _open_block(self, tag: Tag) -> None:
        name = tag.name
        if name in _CLOSED_BY_OPENING:
            self._close_optional(*_CLOSED_BY_OPENING[name])
        if name in _COUNTED:
            self._opened[name] += 1
        note = _note(tag) if name in _NOTED else None
        if name == "p":
            self._note = note
        elif (name in _FRAMES or note) and len(self._frames) < _DEPTH and self._fits(name):
            self._settle_term()
            opened = self._opened.copy()
            opened[name] -= 1
            if name == "table":
                self._heading = 0
            frame = _Frame(name, self._opened[name], opened, self._marks.copy(), note, cell=tag.attributes)
            frame.is_head = name == "th" or (name == "td" and self._frames[-2].is_head)
            if name == "tr":
                self._frames[-1].rows.append([])
            self._frames.append(frame)
        elif name in _HEADINGS:
            self._heading = _HEADINGS[name]

    def _head(self, *, is_open: bool) -> None:
        """Rows from here on stand in the table's head, or no longer."""
        self._close_optional(frozenset({"tr", "caption"}), frozenset({"table"}))
        if self._frames and self._frames[-1].tag == "table":
            self._frames[-1].is_head = is_open

    def _fits(self, name: str) -> bool:
        """Whether an element stands where it may: a row in a table, a cell in a row."""
        above = self._frames[-1].tag if self._frames else ""
        if name in ("tr", "caption"):
            return above == "table"
        if name in ("td", "th"):
            return above == "tr"
        if name in ("dt", "dd"):
            return above == "dl"
        return name != "li" or above in _LISTS

    def _close(self, name: str) -> None:
        if name in ("thead", "tbody", "tfoot"):
            self._flush()
            self._head(is_open=False)
        if not self._opened[name] and name != "p":
            return
        if name in _MARKS:
            self._opened[name] -= 1
            kind = _MARKS[name]
            self._marks[kind] = max(self._marks[kind] - 1, 0)
            return
        if name in _INLINE:
            return
        self._flush()
        self._heading, self._note = 0, None
        number = self._opened[name]
        at = next((at for at in range(len(self._frames) - 1, -1, -1) if self._frames[at].tag == name), None)
        if at is not None and self._frames[at].number == number and self._reaches(name, at):
            while len(self._frames) > at:
                self._end_frame()
        elif not self._frames or number > self._frames[-1].opened[name]:
            self._opened[name] = max(number - 1, 0)

    def _reaches(self, name: str, at: int) -> bool:
        """Whether an end tag may close the frame: no cell stands between, unless it ends the table around it."""
        between = {frame.tag for frame in self._frames[at + 1 :]}
        return name in ("table", "tr", "td", "th") or not between & {"td", "th", "caption"}

    def _close_optional(self, tags: frozenset[str], within: frozenset[str]) -> None:
        for at in range(len(self._frames) - 1, -1, -1):
            if self._frames[at].tag in within:
                return
            if self._frames[at].tag in tags:
                while len(self._frames) > at:
                    self._end_frame()
                return

    def _is_passed(self, tag: Tag) -> bool:
        given = tag.attributes
        return (
            tag.name in _PASSED
            or (tag.name == "header" and not any(self._opened[name] for name in ("main", "article", "section")))
            or given.get("role", "").lower() in _ROLES
            or ("hidden" in given and given["hidden"] != "false")
            or given.get("aria-hidden", "").lower() == "true"
            or bool(_HIDDEN.search(given.get("style", "")))
        ) and tag.name not in ("html", "body")

    def _flush(self) -> None:
        """Make blocks of the characters gathered, in the innermost open element."""
        runs, self._runs = self._runs, []
        if not any(run.text.strip() for run in runs):
            return
        frame = self._frames[-1] if self._frames else None
        if frame is not None and frame.tag == "dt":
            frame.term = (*frame.term, *runs)
            return
        if frame is not None and frame.tag == "pre" and _is_code(runs):
            return
        if self._heading:
            level, self._heading = self._heading, 0
            if (line := self._line(runs)).text:
                self._put(_Heading(level, line))
            return
        if frame is not None and frame.tag == "dd" and not frame.pieces:
            runs = [*self._led_in(), *runs]
        for part in _paragraphs(runs):
            if (line := self._line(part)).text:
                is_plain = frame is not None and frame.tag in _PLAIN and not (frame.tag == "li" and frame.pieces)
                self._put(Paragraph(line) if is_plain else as_note(line, inside=self._note))

    def _led_in(self) -> tuple[_Run, ...]:
        """The term that a dd explains, with a colon, once."""
        above = next(frame for frame in reversed(self._frames) if frame.tag == "dl")
        term, above.term = _trimmed(above.term), ()
        if not term:
            return ()
        between = " " if self._outline is None else ": "  # a colon that the source does not hold has no place there
        return (*term, _Run(between, (term[-1].offsets[-1] + 1,) * len(between), ()))

    def _settle_term(self) -> None:
        """Write a term before the list or table that explains it."""
        if self._frames and self._frames[-1].tag == "dd" and not self._frames[-1].pieces:
            above = next(frame for frame in reversed(self._frames) if frame.tag == "dl")
            term, above.term = above.term, ()
            if (line := self._line(term)).text:
                self._frames[-1].pieces.append(Paragraph(line))

    def _line(self, runs: Sequence[_Run]) -> Line:
        line = line_of(runs)
        if self._outline is None or not line.text:
            return line
        if not self._frames:
            self._outline.gap()
        if normalise(line.text) != line.text:  # an entity composes with its neighbour
            return self._outline.line([(run.text, run.kinds) for run in runs])
        written = self._outline.line(line.text)
        return Line(written.text, written.offsets, line.marks)

    def _put(self, piece: _Piece) -> None:
        """Give a piece to the innermost open element, or to the page."""
        if self._frames:
            frame = self._frames[-1]
            if frame.tag in (*_LISTS, "dl"):
                _attach(frame, piece)
            elif frame.tag in ("table", "tr"):
                self._beside_table(piece)
            else:
                frame.pieces.append(piece)
        elif self._outline is None:
            self.pieces.append(piece)
        elif isinstance(piece, _Heading):
            self.is_titled = self.is_titled or piece.level == 1
            self._outline.heading(piece.level, piece.line)
        else:
            self._outline.add(piece)

    def _put_all(self, pieces: Iterable[_Piece]) -> None:
        for piece in pieces:
            self._put(piece)

    def _beside_table(self, piece: _Piece) -> None:
        """Text between cells, which a browser moves before the table: put where the table stands."""
        inner: list[_Frame] = []
        while self._frames and self._frames[-1].tag in ("table", "tr"):
            inner.append(self._frames.pop())
        self._put(piece)
        self._frames.extend(reversed(inner))

    def _end_frame(self) -> None:
        """Close the innermost element: what it gathered becomes a block of the one around it."""
        self._flush()
        frame = self._frames.pop()
        self._opened, self._marks, self._heading = frame.opened, frame.marks, 0
        match frame.tag:
            case "ul" | "ol" | "menu" | "dl":
                if frame.term:
                    self._last_term(frame)
                if frame.items:
                    self._put(Items(tuple(frame.items), frame.tag == "ol"))
            case "li" | "dd":
                if frame.pieces:
                    self._frames[-1].items.append(_item(_as_blocks(frame.pieces)))
            case "dt":
                self._last_term(self._frames[-1])
                self._put_all(frame.pieces)
                self._frames[-1].term = frame.term
            case "td" | "th":
                self._frames[-2].rows[-1].append((_cell(frame), tuple(frame.pieces)))
            case "table":
                self._end_table(frame)
            case "tr":
                pass
            case "caption" | "pre":
                self._put_all(frame.pieces)
            case _:
                self._put_all(_noted(frame))

    def _last_term(self, frame: _Frame) -> None:
        """A term that no dd explains stands as an item of its own."""
        term, frame.term = frame.term, ()
        line = self._line(term)
        if line.text:
            frame.items.append(Item(line))

    def _end_table(self, frame: _Frame) -> None:
        table, remark = as_table([[cell for cell, _ in row] for row in frame.rows])
        for said in filter(None, remark.split("; ")):
            self.remarks.append(said)
            if self._outline is not None:
                self._outline.remark(said)
        if table is not None:
            self._put(table)
        else:
            self._put_all(piece for row in frame.rows for _, pieces in row for piece in pieces)


@dataclass(slots=True)
class _Passed:
    """An element left out, open until its end tag, or until what ends it where the end tag was left out."""

    tag: str
    depth: int = 1
    inside: int = 0  # lists and tables open in it

    def ends_with(self, token: Tag | Characters) -> bool:
        """Whether the element ends with this token."""
        if isinstance(token, Characters):
            return False
        if self.tag == "p":
            return token.name == "p" or token.name not in (*_INLINE, *VOID)
        if token.name == self.tag and token.name not in _CLOSED_BY_OPENING:
            self.depth += -1 if token.is_closing else 1
            return self.depth == 0
        is_holder = token.name in (*_LISTS, "dl", "table")
        tags, within = _CLOSED_BY_OPENING.get(self.tag, (frozenset[str](), frozenset[str]()))
        if not self.inside and (token.name in tags or (token.is_closing and token.name in within)):
            return True
        if is_holder:
            self.inside = max(self.inside + (-1 if token.is_closing else 1), 0)
        return False


def _note(tag: Tag) -> Note | None:
    """What kind of note an element is, by its class or role; None where it is none."""
    if tag.name in ("blockquote", "aside"):
        found: Note | None = Note.NOTE
    else:
        found = None
    for label in tag.attributes.get("class", "").lower().split():
        words = _WORD.findall(label)
        kinds = [NOTES[word] for word in words if word in NOTES]
        if kinds and (len(words) == 1 or _BOXES & set(words)):
            alone = len(words) > 1 or label != "info" or _BOXES & set(tag.attributes["class"].lower().split())
            found = kinds[0] if alone else found
    return found


def _noted(frame: _Frame) -> Iterator[_Piece]:
    """The pieces of a note, its label taken off and its kind told to each paragraph."""
    note = frame.note or Note.NOTE
    for piece in frame.pieces:
        line = piece.line if isinstance(piece, Paragraph | _Heading) else None
        if line is None:
            yield piece
        elif isinstance(piece, Paragraph) and piece.note is not None:
            note = piece.note
            if line.text:
                yield piece
        else:
            paragraph = as_note(line, inside=note)
            note = paragraph.note or note
            if paragraph.line.text:
                yield paragraph


def _paragraphs(runs: Sequence[_Run]) -> Iterator[list[_Run]]:
    """Runs cut where a line break ends a paragraph: after a sentence, before a list mark, at an empty line."""
    lines: list[list[_Run]] = [[]]
    for run in runs:
        if run.is_break:
            lines.append([run])
        else:
            lines[-1].append(run)
    whole: list[_Run] = []
    before = ""
    for line in lines:
        text = "".join(run.text for run in line)
        is_new = not text.strip() or bool(_SENTENCE_END.search(before)) or bool(_LIST_MARK.match(text.lstrip() + " "))
        if whole and is_new:
            yield whole
            whole = []
        whole.extend(line)
        before = text if text.strip() else "."
    if whole:
        yield whole


def _is_code(runs: Sequence[_Run]) -> bool:
    """Whether preformatted text is code: marked so, or without Korean."""
    text = "".join(run.text for run in runs if MarkKind.CODE not in run.kinds)
    return not has_hangul(text)


def _trimmed(runs: Sequence[_Run]) -> tuple[_Run, ...]:
    """Runs without white space and colon at their end."""
    kept = list(runs)
    while kept:
        text = kept[-1].text.rstrip(" \t\n\u00a0:：")
        if text:
            kept[-1] = _Run(text, kept[-1].offsets[: len(text)], kept[-1].kinds)
            break
        kept.pop()
    return tuple(kept)


def _attach(frame: _Frame, piece: _Piece) -> None:
    """A piece that stands in a list outside its items: a text is an item, all else belongs to the last item."""
    if isinstance(piece, Paragraph | _Heading):
        frame.items.append(Item(piece.line))
    elif frame.items:
        last = frame.items.pop()
        frame.items.append(Item(last.line, (*last.blocks, piece)))
    else:
        frame.items.append(Item(EMPTY, (piece,)))


def _as_blocks(pieces: Sequence[_Piece]) -> list[Block]:
    return [Paragraph(piece.line) if isinstance(piece, _Heading) else piece for piece in pieces]


def _item(blocks: Sequence[Block]) -> Item:
    """An entry of a list: its first paragraph is its own text, which may be empty; all after it stands below."""
    first = blocks[0]
    if isinstance(first, Paragraph) and first.note is None:
        return Item(first.line, tuple(blocks[1:]))
    return Item(EMPTY, tuple(blocks))


def _cell(frame: _Frame) -> Cell:
    blocks = sum(len(piece.items) if isinstance(piece, Items) else 100 if isinstance(piece, Table) else 1
                 for piece in frame.pieces)  # fmt: skip
    line = join([line for piece in frame.pieces for line in _lines(piece)])
    return Cell(line, _span(frame, "rowspan"), _span(frame, "colspan"), frame.is_head, blocks)


def _span(frame: _Frame, name: str) -> int:
    found = _SPAN.fullmatch(frame.cell.get(name, "").strip())
    return int(found[0]) if found else 1


def _lines(piece: _Piece) -> Iterator[Line]:
    if isinstance(piece, _Heading):
        yield piece.line
    else:
        yield from block_lines(piece)
