"""HTML and XHTML → the tree, by the standard library alone; and a table of HTML inside Markdown, with its offsets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from curation.korean.hangul import normalise
from datagen.documents import Item, Items, Line, MarkKind, Note, Paragraph, Parsed, Table
from datagen.readers.decoding import decode
from datagen.readers.grid import as_table
from datagen.readers.html_elements import CLOSED_BY_OPENING, INLINE, LISTS, LeftOut, is_left_out
from datagen.readers.html_frames import Frame, Heading, Piece, as_blocks, as_cell, as_item, attach, note_of, noted
from datagen.readers.html_runs import Run, is_code, line_of, paragraphs, trimmed
from datagen.readers.html_tokens import VOID, Characters, Tag, html_tokens
from datagen.readers.notes import as_note
from datagen.readers.outline import Outline

_MARKS = {
    **dict.fromkeys(("b", "strong"), MarkKind.BOLD), **dict.fromkeys(("i", "em", "cite", "dfn"), MarkKind.ITALIC),
    **dict.fromkeys(("code", "kbd", "samp", "tt", "var"), MarkKind.CODE), "a": MarkKind.LINK,
}  # fmt: skip
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# Elements that hold blocks of their own. What is not named here and is not inline only ends a paragraph.
_FRAMES = frozenset("ul ol menu dl li dt dd table tr td th caption blockquote aside pre".split())
_NOTED = frozenset("div aside section blockquote p details".split())
# Only these are counted as open: a page may invent any number of names.
_COUNTED = _FRAMES | _NOTED | frozenset(_MARKS) | frozenset(_HEADINGS) | frozenset("main article".split())
# Where 주의: begins a field or a cell, not a note.
_PLAIN = frozenset("li dd td th caption".split())
_FIRST = re.compile(r"<(?:\w{1,20}:)?h1[\s>]", re.IGNORECASE)
_DEPTH = 45  # lists and tables inside one another; deeper ones read as part of the last


def read_html(data: bytes, where: str) -> Parsed:
    """The tree of a page and the text it shows; offsets count in that text. Raises InputError for an unknown encoding.

    Left out: scripts, navigation, page header and footer, forms' controls, what is hidden, code blocks. A page without
    h1 is titled by `<title>`.
    """
    source, remarks = decode(data, where, is_html=True)
    is_xml = where.lower().endswith(".xhtml") or source.lstrip().startswith("<?xml")
    title = _title(source, is_xml=is_xml)
    # Whether an h1 is seen only a reading tells: with the title as heading where there is none, else once without.
    for heading in dict.fromkeys(("" if _FIRST.search(source) else title, title)):
        outline = Outline()
        outline.remark(*remarks)
        if heading:
            outline.heading(1, outline.line(heading))
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


class _Page:
    """The elements open at one place of the page, and what has been read of them.

    With an outline, lines are written there, and sections open; without one, lines keep their offsets in the source.
    """

    def __init__(self, outline: Outline | None) -> None:
        self.pieces: list[Piece] = []  # at the page's own level, where there is no outline
        self.remarks: list[str] = []
        self.is_titled = False
        self._outline = outline
        self._frames: list[Frame] = []
        self._opened: Counter[str] = Counter()
        self._marks: Counter[MarkKind] = Counter()
        self._runs: list[Run] = []
        self._heading = 0
        self._note: Note | None = None  # of a paragraph
        self._passed: LeftOut | None = None

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
            self._runs.append(Run(token.text, token.offsets, kinds))
            return
        for found in re.finditer(r"\n|[^\n]+", token.text):
            self._runs.append(Run(found[0], token.offsets[found.start() : found.end()], kinds, found[0] == "\n"))

    def _open(self, tag: Tag) -> None:
        name = tag.name
        if name == "br":
            self._runs.append(Run(" ", (tag.start,), (), is_break=True))
        elif name in VOID:
            if name == "hr":
                self._flush()
        elif is_left_out(tag, self._opened):
            if name not in INLINE:
                self._flush()
            self._passed = LeftOut(name)
        elif name in _MARKS:
            self._opened[name] += 1
            self._marks[_MARKS[name]] += 1
        elif name not in INLINE:
            self._flush()
            self._heading, self._note = 0 if name == "p" else self._heading, None
            if name in ("thead", "tbody", "tfoot"):
                self._head(is_open=name == "thead")
            else:
                self._open_block(tag)

    def _open_block(self, tag: Tag) -> None:
        name = tag.name
        if name in CLOSED_BY_OPENING:
            self._close_optional(*CLOSED_BY_OPENING[name])
        if name in _COUNTED:
            self._opened[name] += 1
        note = note_of(tag) if name in _NOTED else None
        if name == "p":
            self._note = note
        elif (name in _FRAMES or note) and len(self._frames) < _DEPTH and self._fits(name):
            self._settle_term()
            opened = self._opened.copy()
            opened[name] -= 1
            if name == "table":
                self._heading = 0
            frame = Frame(name, self._opened[name], opened, self._marks.copy(), note, cell=tag.attributes)
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
        return name != "li" or above in LISTS

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
        if name in INLINE:
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

    def _flush(self) -> None:
        """Make blocks of the characters gathered, in the innermost open element."""
        runs, self._runs = self._runs, []
        if not any(run.text.strip() for run in runs):
            return
        frame = self._frames[-1] if self._frames else None
        if frame is not None and frame.tag == "dt":
            frame.term = (*frame.term, *runs)
            return
        if frame is not None and frame.tag == "pre" and is_code(runs):
            return
        if self._heading:
            level, self._heading = self._heading, 0
            if (line := self._line(runs)).text:
                self._put(Heading(level, line))
            return
        if frame is not None and frame.tag == "dd" and not frame.pieces:
            runs = [*self._led_in(), *runs]
        for part in paragraphs(runs):
            if (line := self._line(part)).text:
                is_plain = frame is not None and frame.tag in _PLAIN and not (frame.tag == "li" and frame.pieces)
                self._put(Paragraph(line) if is_plain else as_note(line, inside=self._note))

    def _led_in(self) -> tuple[Run, ...]:
        """The term that a dd explains, with a colon, once."""
        above = next(frame for frame in reversed(self._frames) if frame.tag == "dl")
        term, above.term = trimmed(above.term), ()
        if not term:
            return ()
        between = " " if self._outline is None else ": "  # a colon that the source does not hold has no place there
        return (*term, Run(between, (term[-1].offsets[-1] + 1,) * len(between), ()))

    def _settle_term(self) -> None:
        """Write a term before the list or table that explains it."""
        if self._frames and self._frames[-1].tag == "dd" and not self._frames[-1].pieces:
            above = next(frame for frame in reversed(self._frames) if frame.tag == "dl")
            term, above.term = above.term, ()
            if (line := self._line(term)).text:
                self._frames[-1].pieces.append(Paragraph(line))

    def _line(self, runs: Sequence[Run]) -> Line:
        line = line_of(runs)
        if self._outline is None or not line.text:
            return line
        if not self._frames:
            self._outline.gap()
        if normalise(line.text) != line.text:  # an entity composes with its neighbour
            return self._outline.line([(run.text, run.kinds) for run in runs])
        written = self._outline.line(line.text)
        return Line(written.text, written.offsets, line.marks)

    def _put(self, piece: Piece) -> None:
        """Give a piece to the innermost open element, or to the page."""
        if self._frames:
            frame = self._frames[-1]
            if frame.tag in (*LISTS, "dl"):
                attach(frame, piece)
            elif frame.tag in ("table", "tr"):
                self._beside_table(piece)
            else:
                frame.pieces.append(piece)
        elif self._outline is None:
            self.pieces.append(piece)
        elif isinstance(piece, Heading):
            self.is_titled = self.is_titled or piece.level == 1
            self._outline.heading(piece.level, piece.line)
        else:
            self._outline.add(piece)

    def _put_all(self, pieces: Iterable[Piece]) -> None:
        for piece in pieces:
            self._put(piece)

    def _beside_table(self, piece: Piece) -> None:
        """Text between cells, which a browser moves before the table: put where the table stands."""
        inner: list[Frame] = []
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
                    self._frames[-1].items.append(as_item(as_blocks(frame.pieces)))
            case "dt":
                self._last_term(self._frames[-1])
                self._put_all(frame.pieces)
                self._frames[-1].term = frame.term
            case "td" | "th":
                self._frames[-2].rows[-1].append((as_cell(frame), tuple(frame.pieces)))
            case "table":
                self._end_table(frame)
            case "tr":
                pass
            case "caption" | "pre":
                self._put_all(frame.pieces)
            case _:
                self._put_all(noted(frame))

    def _last_term(self, frame: Frame) -> None:
        """A term that no dd explains stands as an item of its own."""
        term, frame.term = frame.term, ()
        line = self._line(term)
        if line.text:
            frame.items.append(Item(line))

    def _end_table(self, frame: Frame) -> None:
        table, remarks = as_table([[cell for cell, _ in row] for row in frame.rows])
        self.remarks.extend(remarks)
        if self._outline is not None:
            self._outline.remark(*remarks)
        if table is not None:
            self._put(table)
        else:
            self._put_all(piece for row in frame.rows for _, pieces in row for piece in pieces)
