"""A sentence's morphemes as conversion needs them: what the analyser takes apart or mistakes is put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from curation.korean.predicate import CHAT_FINALS, without_tail

if TYPE_CHECKING:
    from kiwipiepy import Token

# 다고+하+어 → 대, 다고+하+ᆫ다 → 단다: the last syllable of the quoted clause, by what follows 하.
_QUOTED = {
    "어": {"다": "대", "라": "래", "자": "재", "냐": "냬"},
    "ᆫ다": {"다": "단다", "라": "란다"},
    "ᆸ니다": {"다": "답니다", "라": "랍니다"},
}


Change = tuple[int, int, str]  # [start, end) of a text, and what it becomes


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A morpheme at `text[start:end]`, in Kiwi's form and tag; contracted ones share a syllable."""

    form: str
    tag: str
    start: int
    end: int


# Pronouns and 거, with which 입 may be one syllable: 겁니다, 접니다, 뭡니까, 누굽니까.
_COPULA_FUSES = "거것저뭐구디기"


def mend(tokens: Sequence[Token], text: str) -> list[Morpheme]:
    """The morphemes of one sentence of `text`, in order, endings whole: 먹으래 is 먹+으래, not 먹+으라고+하+어."""
    found: list[Morpheme] = []
    for token in tokens:
        if token.tag == "Z_CODA":  # the ㅇ of 바쁘넹; but 랙 is no 래
            if token.form not in CHAT_FINALS and found:
                found[-1] = replace(found[-1], tag="NNG")
            continue
        tag = "JX" if token.form == "요" else token.tag
        found.append(Morpheme(token.form, tag, token.start, token.start + token.len))
        _mend_word(found, text)
        _mend_ending(found, text)
    _mend_place(found)
    return found


def _mend_word(found: list[Morpheme], text: str) -> None:
    """Predicates taken for other words: 아니야, 그래, 아세요 for cries, 계세요 and 적치한다 for nouns, 드세 too."""
    last = found[-1]
    start, end = last.start, last.end
    before = [(one.form, one.tag) for one in found[-3:-1]]
    if last.tag == "IC" and last.form in ("아니야", "아냐"):
        found[-1:] = [Morpheme("아니", "VCN", start, end - 1), Morpheme("야", "EF", end - 1, end)]
    elif last.tag == "IC" and last.form == "그래" and before:
        found[-1:] = [Morpheme("그렇", "VA-I", start, end), Morpheme("어", "EF", end - 1, end)]
    elif last.form == "세요" and before == [("계", "NNG"), ("이", "VCP")]:
        found[-3:] = [Morpheme("계시", "VV", found[-3].start, start), Morpheme("어요", "EF", start, end)]
    elif last.form == "세요" and before[-1:] == [("아", "IC")]:
        found[-2] = Morpheme("알", "VV", found[-2].start, start)
    elif last.form == "어요" and before[-1:] == [("드세", "VA")]:
        start = found[-2].start
        found[-2:] = [Morpheme("들", "VV", start, start + 1), Morpheme("세요", "EF", start + 1, end)]
    elif last.form == "오" and last.tag == "EF" and before[-1:] in ([("시", "EP")], [("으시", "EP")]):
        found[-2:] = [Morpheme("시오", "EF", found[-2].start, end)]
    elif (last.form, last.tag) == ("이", "VV") and before[-1:] and before[-1][1] in ("SW", "SN", "SL", "SH"):
        found[-1] = replace(last, tag="VCP")  # 97%입니다
    elif (
        last.form in ("ᆸ니다", "ᆸ니까")
        and before[-1:] == [("이", "VCP")]
        and len(before) > 1
        and before[0][0][-1:] not in _COPULA_FUSES
        and text[found[-2].start : found[-2].start + 1] != "입"
    ):  # 적치합니다, 셉니다: what has no 입 is no copula
        found[-3:-1] = [Morpheme(found[-3].form, "VV", found[-3].start, found[-3].end)]
    elif last.form in ("ᆫ다", "는다") and before[-1:] == [("이", "VCP")] and len(before) > 1:  # 이다 has no -ᆫ다
        found[-3:-1] = [Morpheme(found[-3].form, "VV", found[-3].start, found[-3].end)]


def _mend_ending(found: list[Morpheme], text: str) -> None:
    """One ending for the three morphemes that Kiwi makes of it."""
    if len(found) < 3:
        return
    first, middle, last = found[-3:]
    written = text[first.start : last.end]
    if first.tag == "EC" and middle.form == "하" and middle.start < first.end and last.tag.startswith("E"):
        clause = first.form.removesuffix("고")
        if first.form in ("려고", "으려고") and written.endswith("렴"):  # 가렴: 려고+하+ᆷ
            found[-3:] = [Morpheme("렴", "EF", first.start, last.end)]
        elif contracted := _QUOTED.get(last.form, {}).get(clause[-1:]):
            found[-3:] = [Morpheme(clause[:-1] + contracted, "EF", first.start, last.end)]
    elif written == "잖아" and middle.form == "않":
        found[-3:] = [Morpheme("잖아", "EF", first.start, last.end)]
    elif first.form in ("ᆯ", "을") and middle.form in ("것", "거") and last.tag in ("JKS", "JKO"):
        if written.endswith("걸"):  # 도착했을 걸: 을+거+ᆯ
            found[-2:] = [Morpheme("ᆯ걸", "EF", middle.start, last.end)]
        elif written.endswith("게") and " " not in written:  # 할게: ᆯ+것+이
            found[-3:] = [Morpheme(first.form + "게", "EF", first.start, last.end)]


def _mend_place(found: list[Morpheme]) -> None:
    """문이 잠겼는데, whose 는데 Kiwi takes for a place at the end of a sentence."""
    last = without_tail(found)
    if len(last) > 1 and last[-1].form == "데" and last[-2].form in ("는", "은", "ᆫ") and last[-2].end >= last[-1].start:
        found[len(last) - 2 : len(last)] = [Morpheme(last[-2].form + "데", "EF", last[-2].start, last[-1].end)]
