"""Notes set apart from the text, told by the word that opens them: 참고, 팁, 중요, 경고, 주의, ※."""

from __future__ import annotations

import re

from datagen.documents import Line, MarkKind, Note, Paragraph

NOTES = {
    "참고": Note.NOTE, "알림": Note.NOTE, "안내": Note.NOTE, "비고": Note.NOTE, "note": Note.NOTE, "info": Note.NOTE,
    "notice": Note.NOTE,
    "잠깐": Note.NOTE, "알아두기": Note.NOTE, "알아두세요": Note.NOTE, "팁": Note.TIP, "꿀팁": Note.TIP,
    "도움말": Note.TIP, "tip": Note.TIP, "hint": Note.TIP, "중요": Note.IMPORTANT,
    "important": Note.IMPORTANT, "경고": Note.WARNING, "위험": Note.WARNING, "warning": Note.WARNING,
    "danger": Note.WARNING, "주의": Note.CAUTION, "유의": Note.CAUTION, "caution": Note.CAUTION,
}  # fmt: skip
_WORDS = "|".join(sorted(NOTES, key=len, reverse=True))
# ※ 보류 재고는 제외한다 · [주의] 섞지 않는다 · 주의: 섞지 않는다 · 주의사항 : …
_OPENING = re.compile(
    rf"(?P<mark>※)\s*(?:(?P<marked>{_WORDS})(?:\s?사항)?\s*[:：]\s*)?"
    rf"|[\[<〈【](?P<bracketed>{_WORDS})(?:\s?사항)?[\]>〉】]\s*[:：]?\s*"
    rf"|(?P<word>{_WORDS})(?:\s?사항)?!?\s*(?P<colon>[:：]|$|(?=[^\w\s]|\s))\s*",
    re.IGNORECASE,
)


def as_note(line: Line, *, inside: Note | None = None) -> Paragraph:
    """Prose, or a note without the word that labels it; `inside` is the note that the line stands in.

    A bare word labels nothing unless it alone is bold: 주의 깊게 살핀다 is prose, and so is **알림 수신자**는 누구인가.
    The text may be left empty where the line is the label alone (a note's title).
    """
    found = _OPENING.match(line.text)
    if found is None:
        return Paragraph(line, inside)
    is_bold = any(
        mark.start == 0 and mark.kind is MarkKind.BOLD and found.end("word") <= mark.end <= found.end()
        for mark in line.marks
    )
    is_alone = found.end() == len(line.text)
    if found["word"] and not (found["colon"] in (":", "：") or is_bold or is_alone):
        return Paragraph(line, inside)
    if is_alone and not inside:
        return Paragraph(line)
    word = found["marked"] or found["bracketed"] or found["word"]
    note = NOTES[word.lower()] if word else inside or Note.NOTE
    return Paragraph(line.part(found.end(), len(line.text)), note)
