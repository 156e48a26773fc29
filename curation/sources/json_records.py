"""The records of a `.json` file, one by one as they stand there: a list, an object that holds one, or just objects."""

import codecs
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from curation.sources.formats import damage_of
from curation.sources.lines import DAMAGED_STREAM, HEAD_BYTES, Line, damaged, too_long

_BLOCK_BYTES = 2**20
_CUT_CHARS = 16  # a literal or an escape that a block's end cuts is reported so far before it at most
_SPACE = re.compile(r"[ \t\r\n]*+")
_OPENING = re.compile(r'\{\s*+("(?:[^"\\]|\\.){0,200}+")\s*+:')  # an object and its first key
_OBJECT_LIST = re.compile(r":\s*+\[\s*+\{")
_decode = json.JSONDecoder().raw_decode

IsRecord = Callable[[dict[str, Any]], bool]


def split_json(stream: BinaryIO, cap: int, is_record: IsRecord) -> Iterator[Line]:
    """Every record of a JSON file: the elements of its list, or of the lists of objects that its object holds.

    `is_record` says whether an object is itself a record; then its lists are its own. An element that is no JSON ends
    where the next one begins, which is told by the first key that they share; it costs no neighbour.
    """
    text = _Text(stream)
    number = 0
    line = None
    while text.skip_space():
        for line in _one_value(text, cap, is_record):
            number += 1
            yield replace(line, number=number)
    if (damage := text.damage) and not (line and line.fault and line.fault[0] == "damaged_stream"):
        yield damaged(Line(number + 1, text.offset, 0, b""), damage)


class _Text:
    """A window over a stream's text; `at` is the next character's place in it, `offset` its byte in the stream."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        # What is no UTF-8 comes through and goes out as it was; the record it stands in is found broken later.
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self.text, self.at, self.offset, self._ended = "", 0, 0, False
        if self.peek() == "\ufeff":
            self.take(1)

    @property
    def damage(self) -> str | None:
        """What ended the stream before its end, once all of it was read."""
        return damage_of(self._stream) if self._ended else None

    def more(self) -> bool:
        """Read another block, False at the end; what was taken leaves the window."""
        if self._ended:
            return False
        block = self._stream.read(_BLOCK_BYTES)
        self._ended = not block
        self.text, self.at = self.text[self.at :] + self._decoder.decode(block, self._ended), 0
        return True

    def peek(self) -> str:
        """The next character, "" at the end."""
        while self.at == len(self.text) and self.more():
            pass
        return self.text[self.at : self.at + 1]

    def skip_space(self) -> str:
        """Step over white space; the next character, "" at the end."""
        while (char := self.peek()) and (found := _SPACE.match(self.text, self.at)) and found[0]:
            self.take(found.end())
        return char

    def take(self, end: int) -> bytes:
        """The bytes up to a place in `text`, which is then the next."""
        data = self.text[self.at : end].encode("utf-8", "surrogateescape")
        self.at, self.offset = end, self.offset + len(data)
        return data

    def value(self, cap: int) -> tuple[Any, int] | None:
        """The JSON value that begins here and where it ends; None where there is none within `cap` characters."""
        while True:
            try:
                value, end = _decode(self.text, self.at)
            except json.JSONDecodeError as error:
                may_be_cut = error.pos >= len(self.text) - _CUT_CHARS or error.msg.startswith("Unterminated string")
                if may_be_cut and len(self.text) - self.at <= cap and self.more():
                    continue
                return None
            except (RecursionError, ValueError):  # ValueError: an integer of more than 4,300 digits
                return None
            if end < len(self.text) or self.text[end - 1] in '}]"' or not self.more():
                return value, end  # else a number that may go on

    def pass_over(self, until: re.Pattern[str] | None, cap: int) -> tuple[int, str, bytes]:
        """Step to the next match, or to the end: length and SHA-256 of what lay before, and `cap` + 1 bytes of it."""
        digest, length, held, begun = hashlib.sha256(), 0, b"", 1
        while True:
            found = until.search(self.text, self.at + begun) if until else None
            # A match may lie across two blocks: the last characters of a block are looked at again with the next.
            kept = 0 if self._ended else HEAD_BYTES
            piece = self.take(found.start() if found else max(self.at, len(self.text) - kept))
            digest.update(piece)
            length, begun = length + len(piece), 0
            held += piece[: cap + 1 - len(held)]
            if found or not (self.more() or self.at < len(self.text)):
                return length, digest.hexdigest(), held


def _one_value(text: _Text, cap: int, is_record: IsRecord) -> Iterator[Line]:
    """The records of one value at the top of the file."""
    if text.peek() == "[":
        text.take(text.at + 1)
        yield from _elements(text, cap)
        return
    found = text.value(cap)
    if text.peek() == "{" and (_holds_objects(found[0]) and not is_record(found[0]) if found else _may_hold(text)):
        text.take(text.at + 1)
        yield from _members(text, cap)
    else:
        yield _record(text, cap, found and found[1], _OPENING.pattern)


def _holds_objects(value: dict[str, Any]) -> bool:
    return any(isinstance(one, list) and one and isinstance(one[0], dict) for one in value.values())


def _may_hold(text: _Text) -> bool:
    """Whether an object too large to be read at once, or broken somewhere, seems to hold a list of objects."""
    return _OBJECT_LIST.search(text.text, text.at) is not None


def _members(text: _Text, cap: int) -> Iterator[Line]:
    """The elements of each list of objects in the object whose brace was just passed; its other members are no rows."""
    while (char := text.skip_space()) != "}":
        if char == ",":
            text.take(text.at + 1)
            continue
        key = text.value(cap) if char == '"' else None
        if key:
            text.take(key[1])
        if not key or text.skip_space() != ":":
            yield _record(text, cap, None, None)
            return
        text.take(text.at + 1)
        if text.skip_space() == "[" and _begins_with_object(text):
            text.take(text.at + 1)
            yield from _elements(text, cap)
            if not text.peek():
                return
        elif value := text.value(cap):
            text.take(value[1])
        else:
            yield _record(text, cap, None, None)
            return
    text.take(text.at + 1)


def _begins_with_object(text: _Text) -> bool:
    while len(text.text) - text.at < HEAD_BYTES and text.more():
        pass
    found = _SPACE.match(text.text, text.at + 1)
    return text.text.startswith("{", found.end() if found else text.at)


def _elements(text: _Text, cap: int) -> Iterator[Line]:
    """The elements of the list whose bracket was just passed, up to its end."""
    opening: str | None = None
    while (char := text.skip_space()) != "]":
        if char == ",":
            text.take(text.at + 1)
            continue
        found = text.value(cap)
        if opening is None and (first := _OPENING.match(text.text, text.at)):
            opening = rf"\{{\s*+{re.escape(first[1])}\s*+:"
        yield _record(text, cap, found and found[1], opening)
        if found is None and not text.peek():
            return
    text.take(text.at + 1)


def _record(text: _Text, cap: int, end: int | None, opening: str | None) -> Line:
    """The record that begins here; where its end is not known, all before the next opening or the end of the file."""
    offset = text.offset
    if end is not None:
        data = text.take(end)
        line = Line(0, offset, len(data), data)
        return line if len(data) <= cap else replace(line.without_data(), fault=too_long(cap))
    following = re.compile(rf"(?:,\s*+|\s++|(?<=\}}))(?={opening})") if opening else None
    length, digest, held = text.pass_over(following, cap)
    line = Line(0, offset, length, None, digest, held[:HEAD_BYTES])
    if (damage := text.damage) and not text.peek():
        return damaged(line, damage)
    if not text.peek() and not held.rstrip().endswith((b"]", b"}")):  # else a broken last element, and the list's end
        return replace(line, fault=(DAMAGED_STREAM, "the file ends before its list is closed"))
    return Line(0, offset, length, held) if length <= cap else replace(line, fault=too_long(cap))
