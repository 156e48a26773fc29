"""What every extractor needs to read: a document's lines as analysed sentences, and the tests asked of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from curation.korean.predicate import is_declarative, without_tail
from curation.korean.sentences import split_sentences
from datagen.documents import Document, Evidence, Line, Section, lines
from datagen.phrasing import Slots, Template

if TYPE_CHECKING:
    from kiwipiepy import Token

NOUNS = frozenset({"NNG", "NNP", "NNB", "NR", "SL", "SN", "SH", "XSN", "XPN", "XR", "NP"})
# Last nouns of whoever can be asked to do something.
PEOPLE = re.compile(r"(?:자|주|처|사|원|객|인|팀|쪽|부서|창고|업체|회사|센터|기사|제조사|본인|사람|위원회|분석가)들?$")
# Sections that show samples, or point elsewhere: their values are no facts.
_SKIPPED = re.compile(
    r"예시|예제|시나리오|샘플|데모|참고|추가 리소스|다음 단계|관련 (?:문서|항목|정보|링크)|(?:^|[의용] )예(?:$|[ :\d])|"
    r"^see also|^examples?\b",
    re.IGNORECASE,
)
# Nouns too common to carry a title's subject.
COMMON = frozenset(
    "관리 처리 작업 운영 절차 방법 대응 계획 준비 사용 기준 이용 업무 정리 확인 현장 방식 화면 시스템 창고".split()
)
# Titles that name a kind of document, not a subject a question could be scoped by.
_NO_SUBJECT = re.compile(r"질문|용어|사례|[:：]")
# The kind of document a title ends in: 물류모듈 사용자 매뉴얼 is about 물류모듈.
_DOCUMENT_KIND = re.compile(
    r"\s*(?:사용자|운용|운영자|관리자|개발|구성|운영|관리|업무|표준|작업|신입(?: 사원)?|교육)?\s*"
    r"(?:매뉴얼|설명서|가이드|안내서?|규정|지침서?|정의서|표준작업절차서|절차서|안전수칙|수칙|교육 자료|릴리스 노트|"
    r"자주 묻는 질문|FAQ|개요|소개|README|v?\d+(?:\.\d+)+)$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"(?<=\S)(?:와|(?<![효결초경통부성학사])과) |[·,] ?| 및 | [-–] ")  # 효과 분석 joins nothing
_OF = re.compile(r"(?:에 대한|[을를] 위한|에 관한|[을를] 통한|에서) ")
_VERBAL = re.compile(r" (?:설정|구성|예약|정의|만들기|생성|작업|사용)(?:하기)?$")
_UNSAFE = re.compile(r"의 | 등 | 및 \S+$|사용자 설정$")
_LEAST_SUBJECT_CHARS, _SUBJECT_CHARS = 2, 24
# Subjects that are a process or a place: 순환 실사에서, 컨베이어에서, but 도입 비용 관련해서.
_PROCESS = re.compile(
    r"(?:실사|검수|피킹|출고|입고|적치|보충|할당|상차|패킹|포장|정산|이관|이동|조정|도킹|하차|컨베이어|"
    r"소터|시스템|창고|센터|측정기|프린터|모듈|ERP|WMS|API|앱|AGV|설비|장비|로봇|크레인)(?: [A-Za-z0-9-]+)?$"
)
_WORD = re.compile(r"\S+?(?=의? |의?$)")
_BRACKETED = re.compile(r"\s*[(\[][^()\[\]]*[)\]]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """`line.text[start:end]` and its morphemes; their `start` counts from the line's beginning."""

    line: Line
    start: int
    end: int
    tokens: tuple[Token, ...]

    @property
    def text(self) -> str:
        """The sentence."""
        return self.line.text[self.start : self.end]

    @property
    def source(self) -> tuple[int, int]:
        """Its span in the document's text."""
        return self.line.source(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Reading:
    """A document with each of its lines analysed; `terms` are the words that stand for themselves across documents."""

    document: Document
    sentences: Mapping[Line, tuple[Sentence, ...]]
    terms: frozenset[str]
    heading: str = ""  # of the section in view
    memory: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)  # what was read of it once

    def sections(self) -> Iterator[Section]:
        """The sections that state facts: no examples, no references."""
        for section in self.document.sections:
            if not any(_SKIPPED.search(heading.text) for heading in section.headings):
                yield section

    def tokens(self, line: Line) -> list[Token]:
        """A line's morphemes, all its sentences together."""
        return [token for sentence in self.sentences.get(line, ()) for token in sentence.tokens]

    @property
    def subject(self) -> str:
        """The title as a question may name it; empty where the title names no subject."""
        title = _BRACKETED.sub("", self.document.title).strip()
        while (shorter := _DOCUMENT_KIND.sub("", title).strip()) != title:
            title = shorter
        if len(title) < _LEAST_SUBJECT_CHARS or _NO_SUBJECT.search(title):
            return ""
        # 이전 주문에 대한 초과 피킹 is about 초과 피킹, 처분 코드 설정 about 처분 코드; 작업의 지연 처리 stays whole.
        core = _OF.split(title)[-1]
        core = core if " " in core else title
        bare = _VERBAL.sub("", core)
        subject = bare if " " in bare and not _UNSAFE.search(core) else core
        return subject if len(subject) <= _SUBJECT_CHARS else ""

    def at(self, section: Section) -> Reading:
        """This reading with its eye on one section: a joined title then leads in by the part the section is about."""
        return replace(self, heading=section.headings[-1].text if section.headings else "")

    @property
    def _lead(self) -> str:
        """The part of the subject that leads a question in: the term of it that the heading names, or the first."""
        parts = _JOINED.split(self.subject)
        telling = (part for part in parts if part in self.heading and (" " in part or part in self.terms))
        is_bare = " " not in parts[0] and parts[0] not in self.terms and (parts[0] in COMMON or " 및 " in self.subject)
        return next(telling, self.subject if is_bare else parts[0])  # never 확인 of 확인 및 이전

    def cite_title(self, candidate: Candidate) -> Candidate:
        """The candidate with the title in its evidence, where the title led in its question and no quote names it."""
        headings = self.document.sections[0].headings
        leads = tuple(_JOINED.split(self.subject)) if self.subject else ()
        texts = [text for text in candidate.slots.values() if isinstance(text, str)]
        lead = next((lead for lead in leads if any(text.startswith(lead) for text in texts)), None)
        quotes = (self.document.text[start:end] for start, end in candidate.evidence)
        if lead is None or not headings or any(lead in quote for quote in quotes):
            return candidate
        return replace(candidate, evidence=(*candidate.evidence, headings[0].source()))

    def scope(self, text: str, *, around: str = "", has_context: bool = False, is_class: bool = False) -> str:
        """`text`, led in by the title where a reader would miss it: 순환 실사에서 …, 라벨 관련해서 …

        A whole part of the title is enough in `text` (or `around`, what the question says besides), or its first word
        if that is telling (제안요청서, WMS); where the text is a clause of its own (`has_context`), any longer word of
        the title or three known terms are. `is_class`: the text opens with a class, which the title modifies.
        """
        if not self.subject or self._names_subject(f"{text} {around}", has_context):
            return text
        if "·" in self.subject and not any(part in self.heading for part in _JOINED.split(self.subject)):
            return text  # a list modifies nothing, and none of its parts is meant more than another
        if is_class and len(_JOINED.split(self.subject)) == 1:  # OMS is none of the WMS 시스템 of WMS와 주변 시스템
            *before, last = self._lead.split()
            return " ".join([*before, text] if text.startswith(f"{last} ") else [self._lead, text])
        is_joined = len(_JOINED.split(self.subject)) > 1  # ERP is not inside the WMS of WMS와 주변 시스템
        is_process = _PROCESS.search(self._lead) and "에서 " not in text and not is_joined
        return f"{self._lead}{'에서' if is_process else ' 관련해서'} {text}"

    def names_more(self, kind: str, key: str) -> bool:
        """Whether a class says a word of the title that its member lacks: 크로스도킹 방식, of 사후 배분형."""
        words = [word for part in _JOINED.split(self.subject) for word in part.split() if word not in COMMON]
        return any(len(word) > 2 and word in kind and word not in key for word in words)

    def _names_subject(self, text: str, has_context: bool) -> bool:
        if " ".join(self._lead.split()[-2:]) in text:
            return True  # 창고 작업의 지연 처리, of 지연 처리를 사용하려면
        parts = [[word for word in _WORD.findall(part) if word not in COMMON] for part in _JOINED.split(self.subject)]
        if any(all(word in text for word in part) or (len(part[0]) > 2 and part[0] in text) for part in parts if part):
            return True
        known = {term for term in self.terms if term in text and term not in COMMON} if has_context else ()
        # The verb in 피킹할 주문 says not that 토탈 피킹 is meant; the noun in 실사 수량 does.
        words = {word for part in parts for word in part}
        telling = any(re.search(rf"{re.escape(word)}(?![하할한해했])", text) for word in words)
        return has_context and (telling or len(known) > 2)


# The wordings of a question, their slots, and the answer.
Asked = tuple[tuple[Template, ...], Slots, str]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A pair before it has passed a gate: the wordings of one question, its answer, and the spans it rests on.

    `answer` keeps the source's endings (conversion comes later); the first of `evidence` carries the fact. `elsewhere`
    is evidence from other sections or documents (two-hop). `before` is the turn that a follow-up leans on. Where not
    `is_answerable`, the question asks for what no document holds, and the answer says so.
    """

    kind: str
    templates: tuple[Template, ...]
    slots: Slots
    answer: str
    evidence: tuple[tuple[int, int], ...]
    section: tuple[str, ...]
    elsewhere: tuple[Evidence, ...] = ()
    before: Candidate | None = None
    is_answerable: bool = True


def read_sentences(documents: Sequence[Document], words: tuple[str, ...]) -> dict[Line, tuple[Sentence, ...]]:
    """Every line of every document, split and analysed in one call, so that Kiwi's workers all run."""
    every = [line for document in documents for line in dict.fromkeys(lines(document)) if line.text]
    split = split_sentences([line.text for line in every], words)
    return {
        line: tuple(Sentence(line, part.start, part.end, part.tokens) for part in parts)
        for line, parts in zip(every, split, strict=True)
    }


def section_path(section: Section) -> tuple[str, ...]:
    """The texts of a section's headings."""
    return tuple(heading.text for heading in section.headings)


def heading_source(section: Section) -> tuple[tuple[int, int], ...]:
    """The innermost heading's span, as evidence for the subject it supplies."""
    return tuple(heading.source() for heading in section.headings[-1:])


def is_clause(tokens: Sequence[Token]) -> bool:
    """Whether a line ends in a statement: 라벨을 다시 출력한다. 라벨을 다시 출력합니다."""
    tokens = without_tail(tokens)
    return bool(tokens) and is_declarative(tokens[-1])


def is_sentence(tokens: Sequence[Token]) -> bool:
    """Whether a line is a whole sentence that asks nothing, of any level: what cannot turn polite is rejected later."""
    ends = without_tail(tokens)
    return bool(ends) and ends[-1].tag == "EF" and tokens[-1].form != "?"


def is_noun_phrase(tokens: Sequence[Token]) -> bool:
    """Whether a line is one noun phrase: ends in a noun, and no particle of a clause stands outside its modifiers."""
    tokens = without_tail(tokens)
    if not tokens or tokens[-1].tag not in NOUNS or tokens[-1].form == "때":
        return False
    modifier = max((index for index, token in enumerate(tokens) if token.tag == "ETM"), default=-1)
    return not any(token.tag in ("JKS", "JKO", "JKB", "JX", "EC", "EF") for token in tokens[modifier + 1 :])


def is_nominal(tokens: Sequence[Token]) -> bool:
    """Whether a line is nouns only: no ending, no particle but 의, 과, 와."""
    return bool(tokens) and tokens[-1].tag in NOUNS and all(
        token.tag in NOUNS or token.tag in ("JC", "JKG", "SS", "SSO", "SSC", "SP", "SW", "SO") for token in tokens
    )  # fmt: skip


def has_topic(tokens: Sequence[Token]) -> bool:
    """Whether a clause names its own topic (은/는)."""
    return any(token.tag == "JX" and token.form in ("은", "는", "ᆫ") for token in tokens)


def has_subject(tokens: Sequence[Token]) -> bool:
    """Whether a clause names its own subject (이/가)."""
    return any(token.tag == "JKS" for token in tokens)


def acts(tokens: Sequence[Token]) -> bool | None:
    """Whether a subject (이/가, 은/는, 도) of a clause is somebody who acts; None where it names no subject."""
    subjects = [
        noun.form
        for noun, particle in pairwise(tokens)
        if particle.tag == "JKS" or (particle.tag == "JX" and particle.form in ("은", "는", "도"))
    ]
    return any(map(PEOPLE.search, subjects)) if subjects else None


def without_stop(text: str) -> str:
    """A cell or item without the full stop that closes it."""
    return text.rstrip().rstrip(".").rstrip()
