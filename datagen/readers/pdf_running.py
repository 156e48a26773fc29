"""Running headers, footers and page numbers of a PDF, told from its text by the writer's word or by their place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from datagen.readers.pdf_glyphs import Content, Glyph
from datagen.readers.pdf_lines import Row, rows_of, word_gap
from datagen.readers.remarks import bilingual

_MARGIN = 0.12  # of a page's height, where running headers and footers stand
_PAGE_NUMBER = re.compile(
    r"[-–—<\[(\s]*(?:page|p\.|쪽)?\s*\d{1,4}\s*(?:(?:/|of)\s*\d{1,4})?\s*(?:쪽|페이지)?[-–—>\])\s]*", re.I
)


def set_apart(pages: Mapping[int, Content], is_apart: Callable[[int, Glyph], bool]) -> list[str]:
    """A remark that names what the writer itself set apart from the text of the pages: headers, footers, watermarks."""
    apart = {
        number: [glyph for glyph in content.glyphs if glyph.is_upright and is_apart(number, glyph)]
        for number, content in pages.items()
    }
    texts = [row.text.strip() for number, found in apart.items() for row in rows_of(found, number, word_gap(found))]
    return _left_out(dict.fromkeys("#" if _PAGE_NUMBER.fullmatch(text) else text for text in texts))


def without_running(
    pages: Mapping[int, Content], rows: Mapping[int, list[Row]]
) -> tuple[dict[int, list[Row]], list[str]]:
    """The rows without headers, footers and page numbers: what stands at the same place on most pages."""

    def key(row: Row) -> tuple[str, int] | None:
        height = pages[row.page].height
        if height * _MARGIN < row.y < height * (1 - _MARGIN):
            return None
        text = row.text.strip()
        return ("#" if _PAGE_NUMBER.fullmatch(text) else re.sub(r"^\d+\s+|\s+\d+$", "#", text)), round(row.y / 4)

    places = Counter[tuple[str, int]]()
    for found in rows.values():
        places.update({place for row in found if (place := key(row)) is not None})
    # A header of the left pages alone stands on half of them.
    least = max(2, 0.4 * len(pages))
    running = {place for place, count in places.items() if count >= least}
    if len(pages) == 1:
        running = {place for place in places if place[0] == "#"}
    kept = {number: [row for row in found if key(row) not in running] for number, found in rows.items()}
    return kept, _left_out(sorted({text for text, _ in running}))


def _left_out(running: Iterable[str]) -> list[str]:
    """The remark on running headers and footers; # is a page number."""
    names = [text.strip("#") for text in running][:4]
    if not names:
        return []
    english, korean = (", ".join(name or number for name in names) for number in ("page numbers", "쪽 번호"))
    return [
        bilingual(
            f"running headers and footers were left out: {english}", f"머리말과 꼬리말은 읽지 않았습니다: {korean}"
        )
    ]
