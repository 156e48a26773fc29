"""Definitions: `순환 실사는 … 세는 실사 방식이다.` → 순환 실사가 뭐야?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from curation.korean.predicate import without_tail
from datagen.documents import Paragraph
from datagen.extract.reading import COMMON, Candidate, Reading, Sentence, has_topic, is_nominal, section_path
from datagen.phrasing import Template

if TYPE_CHECKING:
    from kiwipiepy import Token

MEANING = (
    Template("NCES", "{term:이/가} <뭐야>"),
    Template("EP", "{term:이라는/라는} [게|것이] 정확히 <뭐야>"),
    Template("IS", "{term:은/는} 무슨 <뜻이야>"),
    Template("N", "{term:은/는} [뭘|무엇을] 말하는 <거야>"),
    Template("NW", "{term} 뜻[ 좀|을] <알려 줘>"),
    Template("NC", "{term:이/가} [뭔지|무엇인지] <알려 줘>"),
)
# Somebody is not asked for with 뭐.
PERSON = (
    Template("N", "{term:은/는} 어떤 사람[이야?|인가요?|입니까?]"),
    Template("NCS", "{term:은/는} [뭐|무엇을] 하는 사람[이야?|인가요?|입니까?]"),
    Template("N", "{term:이/가} 누구인지 <알려 줘>"),
)
_PERSON_TERM = re.compile(
    r"(?:담당|관리|작업|운전|승인|검수|요청|책임|운영|판매|소비|사용|수취|발송|참여)자$|화주$|기사$"
)
# A copula after these states an attribute, a reason or a degree, not what a thing is.
_NO_GENUS = frozenset(
    "것 거 때문 편 점 수 뿐 이점 장점 단점 경우 중 정도 이상 이하 이유 까닭 목적 원칙 전부 사실 신호 셈 "
    "터 탓 덕분".split()
)
# Topics that name a role in the sentence rather than a thing.
_NO_TERM = frozenset(
    "방법 목적 이유 까닭 결과 대상 기준 담당자 차이 원칙 특징 장점 단점 핵심 나머지 처음 끝 하나 둘 다음 아래".split()
)
_DEFINING_VERBS = frozenset({"말하", "뜻하", "가리키", "일컫"})
_TERM_CHARS, _LEAST_COMMENT_CHARS = range(2, 21), 12


def definitions(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence that opens a paragraph, or follows a definition in it, and says what its topic is."""
    for section in reading.sections():
        for block in section.blocks:
            if not isinstance(block, Paragraph) or block.note:
                continue
            for sentence in reading.sentences.get(block.line, ()):
                term = defined_term(sentence)
                if term is None:
                    break
                yield Candidate(
                    "definition",
                    meaning_of(term),
                    {"term": term},
                    sentence.text,
                    (sentence.source,),
                    section_path(section),
                )


def meaning_of(term: str) -> tuple[Template, ...]:
    """How one asks what a thing, or who somebody, is."""
    return PERSON if _PERSON_TERM.search(term) else MEANING


def defined_term(sentence: Sentence) -> str | None:
    """The term a sentence defines, or None."""
    tokens = without_tail(sentence.tokens)
    topic = next((i for i, token in enumerate(tokens) if token.tag == "JX" and token.form in ("은", "는")), None)
    if topic is None or not _is_term(tokens[:topic]) or not _says_what(tokens[topic + 1 :]):
        return None
    term = sentence.line.text[sentence.start : tokens[topic].start].strip()
    comment_chars = tokens[-1].end - tokens[topic].end
    return term if len(term) in _TERM_CHARS and comment_chars >= _LEAST_COMMENT_CHARS else None


def _is_term(tokens: Sequence[Token]) -> bool:
    """Whether a topic is a name of its own: nouns only, none of the words that every document shares."""
    if not is_nominal(tokens) or any(token.tag in ("NP", "JKG", "JC") for token in tokens):
        return False
    is_common = len(tokens) == 1 and tokens[0].form in COMMON
    return not is_common and tokens[-1].form not in _NO_TERM and tokens[-1].tag not in ("NNB", "SN", "NR")


def _says_what(tokens: Sequence[Token]) -> bool:
    """Whether a comment on a topic ends in modifier + genus noun + 이다, or in 을 말한다."""
    if len(tokens) < 4 or tokens[-1].tag != "EF" or has_topic(tokens):
        return False
    stem = tokens[-2]
    if stem.tag == "VCP":
        genus = tokens[-3]
        return genus.tag in ("NNG", "XSN") and genus.form not in _NO_GENUS and any(t.tag == "ETM" for t in tokens[:-3])
    verb = stem.form if stem.tag == "VV" else tokens[-3].form + stem.form if stem.tag == "XSV" else ""
    return verb in _DEFINING_VERBS
