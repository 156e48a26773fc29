"""A predicate's stem with another ending: the irregular stems by Kiwi, the copula by the noun's last sound."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from curation.korean.josa import attach
from curation.korean.kiwi import analyser

# Endings with one form for verbs, one for adjectives (옮긴다 · 크다, 옮기는가 · 큰가) and one after 었 and 겠.
_BY_CLASS = {
    "다": ("는다", "다", "다"),
    "는가": ("는가", "은가", "는가"),
    "구나": ("는구나", "구나", "구나"),
    "나요": ("나요", "어요", "어요"),
    "군요": ("는군요", "군요", "군요"),
}
# 이다 after a consonant / after a vowel.
_COPULA = {
    "어요": "이에요/예요", "어": "이야/야", "다": "이다/다", "구나": "이구나/구나",
    "군요": "이군요/군요", "네": "이네/네", "지": "이지/지", "냐": "이냐/냐",
}  # fmt: skip
_COPULA_ANYWHERE = {"습니다": "입니다", "습니까": "입니까", "은가": "인가"}
# Verbs that -시- replaces; the stem without its -시-.
_HONORIFIC_VERBS = {"먹": "들", "마시": "들", "자": "주무", "말하": "말씀하"}
_COMMANDS = ("으세요", "으십시오", "어라", "읍시다", "자")
_NOT = {"어요": "에요", "어": "야"}  # 아니에요, 아니야: no 아니어요
# Stems whose 어 form the analyser does not know: 그러 + 어 → 그래; short stems that take the long one before a vowel
# (표준어 규정 16항): 머물러, 가져.
_CONTRACTED = {
    "그러": "그래", "이러": "이래", "저러": "저래", "요러": "요래", "어쩌": "어째", "뵙": "봬",
    "머물": "머물러", "서둘": "서둘러", "서툴": "서툴러", "갖": "가져", "딛": "디뎌", "내딛": "내디뎌",
}  # fmt: skip
# ㅎ stems with a dark vowel take ㅔ (누레, 퍼레); 그렇다 and its kin keep ㅐ (그래).
_EO_HIEUT = ("누렇", "퍼렇", "꺼멓", "거멓", "뻘겋", "벌겋", "멀겋", "뿌옇", "허옇", "둥그렇", "커다렇", "휑뎅그렇")


@dataclass(frozen=True, slots=True)
class Stem:
    """What an ending joins: the last predicate morpheme and what stands between it and the ending."""

    form: str
    tag: str
    noun: str = ""  # before 이다: the word it follows
    fused: str = ""  # before 이다: the noun that shares its syllable and is written anew (거: 거야, 겁니다)
    tense: str = ""  # the stem as written up to 었 or 겠: 옮겼, 되었, 했겠
    pasts: tuple[str, ...] = ()  # the pre-final endings in it but -시-: 었, 겠
    honorific: bool = False  # -시-
    is_verb: bool = True

    @property
    def is_copula(self) -> bool:
        """Whether the stem is 이다."""
        return self.tag == "VCP"

    def plain(self) -> Stem:
        """The stem without -시-: 오셨 → 왔, 하시 → 하."""
        if not self.honorific:
            return self
        tense = self.tense and _join(((self.form, self.tag), *((past, "EP") for past in self.pasts)))
        if tense and self.is_copula:
            tense = attach(self.noun, "이었/였")[len(self.noun) :]
        return replace(self, honorific=False, tense=tense)

    def bare(self) -> Stem:
        """The stem as an ending takes it that holds -시- itself: 하 + 으세요."""
        return replace(self, honorific=False)

    def honoured(self) -> Stem:
        """The stem with -시-, or the verb that honours by itself: 먹 → 드시, 했 → 하셨."""
        form = _HONORIFIC_VERBS.get(self.form, self.form)
        tense = self.tense and _join(((form, self.tag), ("시", "EP"), *((past, "EP") for past in self.pasts)))
        return replace(self, form=form, honorific=True, tense=tense)


def conjugate(stem: Stem, ending: str) -> str | None:
    """The stem with `ending`, which is named as after a consonant: 습니다, 어요, 으십시오; 다 is 는다 after a verb.

    None where the language has no such form: a copula cannot command. 되었 stays 되었, 됐 stays 됐.
    """
    if ending.startswith("시+"):
        return conjugate(replace(stem, honorific=True, is_verb=stem.is_verb), ending[2:])
    if ending in _BY_CLASS:
        verb, adjective, tense = _BY_CLASS[ending]
        ending = tense if stem.tense else verb if stem.is_verb else adjective
        if stem.form in ("있", "없") and not stem.honorific:
            ending = {"는다": "다", "은가": "는가", "는구나": "구나", "는군요": "군요"}.get(ending, ending)
    if stem.tense:
        return None if ending.startswith(("으", "읍")) else stem.tense + ending
    if stem.tag in ("VCP", "VCN") and ending in _COMMANDS:
        return None
    if stem.is_copula and not stem.honorific:
        if stem.fused == "거" and ending in ("습니다", "습니까"):
            return "겁" + ending[1:]
        after = _copula(stem.fused or stem.noun, ending)
        return None if after is None else stem.fused + after
    if stem.tag == "VCN" and not stem.honorific and ending in _NOT:
        return stem.form + _NOT[ending]
    if stem.form.endswith("하") and ending.startswith("어") and not stem.honorific:
        return f"{stem.form[:-1]}해{ending[1:]}"
    if stem.form in _CONTRACTED and ending.startswith("어") and not stem.honorific:
        return _CONTRACTED[stem.form] + ending[1:]
    if stem.form.endswith(_EO_HIEUT) and stem.tag == "VA-I" and ending.startswith("어") and not stem.honorific:
        return _fused(stem.form) + ending[1:]
    honour = (("시", "EP"),) if stem.honorific else ()
    return _join(((stem.form, stem.tag), *honour, (ending, "EF")))


def _copula(noun: str, ending: str) -> str | None:
    if ending in _COPULA_ANYWHERE:
        return _COPULA_ANYWHERE[ending]
    if ending not in _COPULA:
        return None
    # Where the noun's sound is unknown the full form is right after either: 12:00이에요, edit이다.
    after = attach(noun, _COPULA[ending])[len(noun) :]
    return _COPULA[ending].split("/")[0] if "(" in after else after


def _fused(stem: str) -> str:
    """A stem in -렇 with -어: 누렇 → 누레, 퍼렇 → 퍼레 (한글 맞춤법 18항)."""
    return stem[:-1] + chr(ord(stem[-1]) - 27 + 28)  # ㅎ falls, ㅓ becomes ㅔ


@lru_cache(maxsize=4096)
def _join(morphemes: tuple[tuple[str, str], ...]) -> str:
    return str(analyser().join(list(morphemes)))
