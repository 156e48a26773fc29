"""Particles that do not fit the sound before them, made right: 기록를 → 기록을, 값을(를) → 값을."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from curation.korean.hangul import FINAL_RIEUL, Normalised, final_consonant, is_syllable, rewrite
from curation.korean.josa import attach_all
from curation.korean.kiwi import tokenise

if TYPE_CHECKING:
    from kiwipiepy import Token

_SURE = 0.9
_FORMS = {form: pair for pair in ("을/를", "이/가", "은/는", "과/와", "으로/로") for form in pair.split("/")}
# A particle that may not fit. 는 is left out: after a final it is an ending far more often (있는).
_FORMS_AFTER = re.compile(r"(?P<word>[^\s(]*[가-힣A-Z0-9]['\"’”]*)(?P<form>를|가|와|로|을|이|은|과|으로)(?=[ .,)]|$)")
_DOUBLED = re.compile(
    r"(?P<word>[^\s'\"(]*[^\s(])"
    r"(?P<pair>을\(를\)|를\(을\)|이\(가\)|가\(이\)|은\(는\)|는\(은\)|과\(와\)|와\(과\)|\(으\)로)"
)
# 공급가 is a price, not 공급 with a particle that does not fit.
_PRICE = re.compile(r"(?:공급|납품|입고|출고|매입|매출|도매|소매|취득|시장|공장|낙찰|견적|협상|권장)$")


def mend_particles(texts: Sequence[str], words: tuple[str, ...] = ()) -> list[Normalised]:
    """Each text with its particles fitted to the sound before them, and its offset map; same order.

    Only 을/를, 이/가, 은/는, 과/와 and 으로/로 that Kiwi reads as particles change, and only where the sound is sure.
    """
    mended = [rewrite(text, _DOUBLED, _single) for text in texts]
    clashes = [_clashes(one.text) for one in mended]
    doubtful = [place for place, found in enumerate(clashes) if found]
    suspects = [(place, start) for place in doubtful for start in clashes[place]]
    words_alone = [_word_before(mended[place].text, start, clashes[place][start][0]) for place, start in suspects]
    # A syllable inside a word is no particle, whatever its sound (마을, 차이 금액), nor is an ending (모을 때).
    in_text = dict(
        zip(doubtful, map(_starts, tokenise([mended[place].text for place in doubtful], words)), strict=True)
    )
    alone = map(_starts, tokenise([text for text, _ in words_alone], words))
    wrong: dict[int, dict[int, tuple[int, str]]] = {}
    for (place, start), (_, at), starts in zip(suspects, words_alone, alone, strict=True):
        if start in in_text[place] and at in starts:
            wrong.setdefault(place, {})[start] = clashes[place][start]
    for place, found in wrong.items():
        mended[place] = mended[place].then(_fitted(mended[place].text, found))
    return mended


def _starts(tokens: Sequence[Token]) -> set[int]:
    """Where a morpheme that is no ending begins."""
    return {token.start for token in tokens if not token.tag.startswith("E")}


def _word_before(text: str, start: int, end: int) -> tuple[str, int]:
    """The word with its particle, cut out of its text, and where in it the particle begins."""
    first = text.rfind(" ", 0, start) + 1
    return text[first:end], start - first


def _single(found: re.Match[str]) -> str:
    """A particle written both ways, as the one that fits; kept where the sound is unsure."""
    pair = "으로/로" if "으" in found["pair"] else _FORMS[found["pair"][0]]
    fitted = attach_all([found["word"]], pair)[0]
    return fitted.text if fitted.confidence >= _SURE else found[0]


def _clashes(text: str) -> dict[int, tuple[int, str]]:
    """Where a particle may clash with the sound before it: {start: (end, what would fit)}."""
    found: dict[int, tuple[int, str]] = {}
    for match in _FORMS_AFTER.finditer(text):
        is_price = match["form"] == "가" and _PRICE.search(match["word"])
        if is_price or not _may_clash(match["word"], match["form"]):
            continue
        fitted = attach_all([match["word"]], _FORMS[match["form"]])[0]
        if fitted.confidence >= _SURE and fitted.text != match[0]:
            found[match.start("form")] = match.end("form"), fitted.text.removeprefix(match["word"])
    return found


def _may_clash(word: str, form: str) -> bool:
    """A quick look at the last syllable, before the whole word is read."""
    last = word.rstrip("'\"’”")[-1]
    if not is_syllable(last):
        return True  # Azure AD을: how it is read decides
    final = final_consonant(last)
    wants_final = form in ("을", "이", "은", "과", "으로")
    return bool(final) != wants_final or (final == FINAL_RIEUL and form == "으로")


def _fitted(text: str, wrong: Mapping[int, tuple[int, str]]) -> Normalised:
    """The text with particles replaced, and its offset map."""
    pieces, offsets, at = list[str](), list[int](), 0
    for start, (end, new) in sorted(wrong.items()):
        pieces += text[at:start], new
        offsets += [*range(at, start), *[start] * len(new)]
        at = end
    return Normalised("".join(pieces) + text[at:], [*offsets, *range(at, len(text) + 1)])
