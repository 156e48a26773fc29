"""Personal data replaced by what kind of datum it was: 010-1234-5671이에요 → [전화번호]예요."""

from collections.abc import Callable, Sequence
from typing import TypedDict

from curation.pii.found import Found
from curation.pii.particles import fitted, particle_after

# Words of everyday Korean, so that a tokenizer knows their pieces and a reader the sentence; #@이름# is AI Hub's.
NAMES = {
    "rrn": "주민등록번호",
    "frn": "외국인등록번호",
    "brn": "사업자등록번호",
    "phone": "전화번호",
    "account": "계좌번호",
    "card": "카드번호",
    "passport": "여권번호",
    "license_number": "면허번호",
    "email": "이메일주소",
    "ip": "IP주소",
    "address": "주소",
    "plate": "차량번호",
}


class PiiEdit(TypedDict):
    """One change: `text[start:end]` became `after`.

    `before` names the kind and never the datum, nor a digest of it: who tries all telephone numbers finds the one
    behind a digest. It ends with the josa where that changed too: <phone>을 → [전화번호]를.
    """

    start: int
    end: int
    before: str
    after: str
    why: str


def mask(text: str, found: Sequence[Found]) -> tuple[str, list[PiiEdit]]:
    """The text with each datum of `found` as [전화번호] or the like, and the edits against `text`, ascending.

    A josa that no longer fits is part of the edit; all other text stays as it is.
    """
    return replace(text, found, lambda hit: (f"[{NAMES[hit.kind]}]", NAMES[hit.kind]))


def replace(
    text: str, found: Sequence[Found], stand_in: Callable[[Found], tuple[str, str]]
) -> tuple[str, list[PiiEdit]]:
    """As `mask`, with what stands for a datum, and the word its josa follows, given by `stand_in`."""
    pieces, edits, at = list[str](), list[PiiEdit](), 0
    for hit in found:
        after, word = stand_in(hit)
        before, end = f"<{hit.kind}>", hit.end
        if (particle := particle_after(text, hit.end)) and (fit := fitted(particle, word)) != particle:
            before, after, end = before + particle, after + fit, end + len(particle)
        pieces += text[at : hit.start], after
        edits.append(PiiEdit(start=hit.start, end=end, before=before, after=after, why=f"pii:{hit.kind}"))
        at = end
    return "".join(pieces) + text[at:], edits
