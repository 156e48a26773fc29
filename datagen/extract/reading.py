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
from datagen.extract.titles import is_manual, subject_of, topic_of
from datagen.phrasing import Slots, Template

if TYPE_CHECKING:
    from kiwipiepy import Token

NOUNS = frozenset({"NNG", "NNP", "NNB", "NR", "SL", "SN", "SH", "XSN", "XPN", "XR", "NP"})
# Last nouns, or their last morphemes, of whoever can be asked to do something: 센터장, 작업+자; not 확인, 발주, 출처.
PEOPLE = re.compile(
    r"(?:자|(?:^|[화점차업선])주|(?<![락출조대])처|(?<![검실심행감복유역공])(?<!^조)사|(?<![지복자차])원|객|"
    r"(?<![확승할라도요])인|[팀터점소반조과부실국당계]장|팀|쪽|부서|지점|본부|창고|업체|센터|사람|위원회|분석가)들?$"
)
# Who is called by an office or a team, and does or may do something: never a thing, or a firm as a whole.
SOMEBODY = re.compile(
    r"(?:[리당용업임인청독급승지]자|[직사]원|[팀점터부본장서]장|팀|부서|위원회|지점|점주|본사|기사|화주|고객|고객사|택배사|"
    r"운송사|사람|전문가)님?$"
)
# Sections that show samples, or point elsewhere: their values are no facts.
_SKIPPED = re.compile(
    r"예시|예제|(?<![않되]는 )시나리오|샘플(?:$| (?:데이터|값|코드|파일))|데모|참고(?! 사항)|추가 리소스|다음 단계|"
    r"관련 (?:문서|항목|정보|링크)|(?:^|[의용] )예(?:$|[ :\d])|"
    r"^see also|^examples?\b",
    re.IGNORECASE,
)
# Nouns too common to carry a title's subject.
COMMON = frozenset(
    "관리 처리 작업 운영 절차 방법 대응 계획 준비 사용 기준 이용 업무 정리 확인 현장 방식 화면 시스템 창고".split()
)
_JOINED = re.compile(r"(?<=\S)(?:와|(?<![효결초경통부성학사])과) |[·,] ?| 및 | [-–] ")  # 효과 분석 joins nothing
# Subjects that are a process or a place: 순환 실사에서, 컨베이어에서, but 도입 비용 관련해서.
_PROCESS = re.compile(
    r"(?:실사|검수|피킹|출고|입고|적치|보충|할당|상차|패킹|포장|정산|이관|이동|조정|도킹|하차|컨베이어|"
    r"소터|시스템|창고|센터|측정기|프린터|모듈|ERP|WMS|API|앱|AGV|설비|장비|로봇|크레인|"
    r"화면|페이지|대시보드|메뉴|탭|관리|접수|스캐너)(?: [A-Za-z0-9-]+)?$"
)
_WITH_COMMON = re.compile(rf"(?<=\S\S)(?:{'|'.join(sorted(COMMON))})$")  # 일정관리
_WORD = re.compile(r"\S+?(?=의? |의?$)")


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
    """A document with each of its lines analysed.

    `terms` are the words that stand for themselves across documents, `words` the word list Kiwi read them with.
    """

    document: Document
    sentences: Mapping[Line, tuple[Sentence, ...]]
    terms: frozenset[str]
    words: tuple[str, ...] = ()
    path: tuple[Line, ...] = ()  # the headings of the section in view
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
        return subject_of(self.document.title)

    def at(self, section: Section) -> Reading:
        """This reading with its eye on one section: what leads a question in is then what stands above it."""
        return replace(self, path=section.headings)

    @property
    def heading(self) -> str:
        """The heading of the section in view."""
        return self.path[-1].text if self.path else ""

    @property
    def _lead(self) -> str:
        """The part of the subject that leads a question in: the term of it that the heading names, or the first."""
        parts = _JOINED.split(self.subject)
        telling = (part for part in parts if part in self.heading and (" " in part or part in self.terms))
        is_bare = " " not in parts[0] and parts[0] not in self.terms and (parts[0] in COMMON or " 및 " in self.subject)
        return next(telling, self.subject if is_bare else parts[0])  # never 확인 of 확인 및 이전

    def _topics(self) -> list[str]:
        """What tells the section in view apart in a manual: its heading, and the nearest above it that tells a topic.

        상품 관리 is found over 사용 방법 and 목록 조회.
        """
        own, above = self.path[1:][-1:], reversed(self.path[1:-1])
        nearest = next(filter(self.topic, above), None)
        return [topic for line in (*own, nearest) if line is not None and (topic := self.topic(line))]

    def topic(self, heading: Line) -> str:
        """What a heading that is a name tells of the sections below it; empty for a clause, or where it tells none."""
        tokens = without_tail(self.tokens(heading))
        is_named = is_noun_phrase(tokens) or (bool(tokens) and tokens[-1].tag == "ETN")  # 데이터 내보내기
        topic = topic_of(heading.text) if is_named else ""
        return "" if _JOINED.search(topic) else topic  # 시설과 장비 is a chapter of several

    def cite_title(self, candidate: Candidate) -> Candidate:
        """The candidate with the title or heading in its evidence that led in its question and that no quote names."""
        slots = candidate.slots.values()
        texts = [text for slot in slots for text in ((slot,) if isinstance(slot, str) else slot)]
        quotes = [self.document.text[start:end] for start, end in candidate.evidence]
        for lead, heading in self._leads(candidate):
            if any(text.startswith(lead) for text in texts) and not any(lead in quote for quote in quotes):
                return replace(candidate, evidence=(*candidate.evidence, heading.source()))
        return candidate

    def _leads(self, candidate: Candidate) -> Iterator[tuple[str, Line]]:
        """What may have led a candidate's question in, with its heading: the parts of the title, what stands below."""
        sections = self.document.sections
        title = sections[0].headings[:1]
        if self.subject and title:
            yield from ((part, title[0]) for part in _JOINED.split(self.subject))
        if "sections" not in self.memory:
            self.memory["sections"] = {section_path(section): section for section in reversed(sections)}
        own: Section | None = self.memory["sections"].get(candidate.section)
        if own is not None:
            yield from ((topic, line) for line in own.headings[1:] if (topic := self.topic(line)))

    def scope(self, text: str, *, around: str = "", has_context: bool = False, is_class: bool = False) -> str:
        """`text`, led in by the title where a reader would miss it: 순환 실사에서 …, 라벨 관련해서 …

        A whole part of the title is enough in `text` (or `around`, what the question says besides), or its first word
        if that is telling (제안요청서, WMS); where the text is a clause of its own (`has_context`), any longer word of
        the title or three known terms are. `is_class`: the text opens with a class, which the title modifies. The title
        of a whole manual tells too little: there the nearest heading leads in that the text does not name.
        """
        said = f"{text} {around}"
        if is_manual(self.document.title) and (topics := self._topics()):
            left_out = next((topic for topic in topics if _first_telling(topic) not in said), "")
            if left_out or len(topics) > 1:
                return _led(left_out, text, is_class=is_class) if left_out else text
        if not self.subject or self._names_subject(said, has_context):
            return text
        parts = _JOINED.split(self.subject)
        if "·" in self.subject and not any(part in self.heading for part in parts):
            return text  # a list modifies nothing, and none of its parts is meant more than another
        if len(parts) > 1:  # OMS is none of the WMS 시스템 of WMS와 주변 시스템, nor inside that WMS
            return f"{self._lead} 관련해서 {text}"
        return _led(self._lead, text, is_class=is_class)

    def names_more(self, kind: str, key: str) -> bool:
        """Whether a class says a word of the title that its member lacks: 크로스도킹 방식, of 사후 배분형."""
        words = [word for part in _JOINED.split(self.subject) for word in part.split() if word not in COMMON]
        return any(len(word) > 2 and word in kind and word not in key for word in words)

    def _names_subject(self, text: str, has_context: bool) -> bool:
        if " ".join(self._lead.split()[-2:]) in text:
            return True  # 창고 작업의 지연 처리, of 지연 처리를 사용하려면
        parts = [[word for word in _WORD.findall(part) if word not in COMMON] for part in _JOINED.split(self.subject)]
        told = [
            part for part in parts
            if part and (len(parts) == 1 or len(part) > 1 or len(part[0]) > 2 or part[0] in self.terms)
        ]  # fmt: skip
        if any(all(word in text for word in part) or (len(part[0]) > 2 and part[0] in text) for part in told):
            return True  # 평가 영역 does not name 업체 선정과 평가
        known = {term for term in self.terms if term in text and term not in COMMON} if has_context else ()
        # The verb in 피킹할 주문 says not that 토탈 피킹 is meant; the noun in 실사 수량 does.
        words = {word for part in parts for word in part}
        telling = any(re.search(rf"{re.escape(word)}(?![하할한해했])", text) for word in words)
        return has_context and (telling or len(known) > 2)


def _first_telling(topic: str) -> str:
    """The word that names a topic: 재고 of 재고 변동 기록, 일정 of 일정관리."""
    words = topic.split()
    word = next((word for word in words if word not in COMMON), words[0])
    return _WITH_COMMON.sub("", word)


def _led(lead: str, text: str, *, is_class: bool) -> str:
    """A text behind its lead: 순환 실사에서 …, 도입 비용 관련해서 …; a class merges with it: 보충 작업 유형."""
    *before, last = lead.split()
    if is_class:
        return " ".join([*before, text] if text.startswith(f"{last} ") else [lead, text])
    return f"{lead}{'에서' if _PROCESS.search(lead) and '에서 ' not in text else ' 관련해서'} {text}"


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
