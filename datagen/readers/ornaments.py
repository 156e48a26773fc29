"""Ornaments: emoji and squares before a line's text, and after a heading's, say nothing: 📋 수령 유형."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from datagen.documents import Block, Item, Items, Line, Paragraph, Section

# Emoji of Unicode's picture blocks, keycaps (1️⃣), and the squares and stars typed as bullets; arrows and circled
# numbers tell something, and stay.
_PICTURE = r"[\U0001F000-\U0001FAFF☀-➿⬀-⯿⌚-⏿■□▣▶▷►◀◆◇★☆]|[0-9#*]️?⃣"
_JOINER = r"[️‍\s]"
_BEFORE = re.compile(rf"(?:(?:{_PICTURE}){_JOINER}*)+")
_AFTER = re.compile(rf"(?:{_JOINER}*(?:{_PICTURE})️?)+$")
_SAYS_NO = re.compile(r"[❌❎✖✗✘⛔🚫]")  # ❌ 지게차 위에 탑승: without its cross the line would say the opposite


def without_ornaments(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The same tree, no heading, paragraph or list item adorned; a table's cells stay, for ✅ may be all they say."""
    bare = {line: _bare_heading(line) for section in sections for line in section.headings}
    return tuple(
        Section(tuple(bare[line] for line in section.headings), tuple(_plain(section.blocks))) for section in sections
    )


def _plain(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        match block:
            case Paragraph():
                yield replace(block, line=_bare(block.line))
            case Items():
                items = tuple(Item(_bare(item.line), tuple(_plain(item.blocks))) for item in block.items)
                yield replace(block, items=items)
            case _:
                yield block


def _bare(line: Line) -> Line:
    found = _BEFORE.match(line.text)
    if found is None or found.end() == len(line.text) or _SAYS_NO.search(found[0]):
        return line
    return line.part(found.end(), len(line.text))


def _bare_heading(line: Line) -> Line:
    after = _AFTER.search(line.text)
    return _bare(line.part(0, after.start()) if after and after.start() else line)
