"""Purposes: what a thing is used for, what one can do with it, and why something is done so.

`작업 풀은 작업을 그룹으로 나누는 데 사용됩니다.` → 작업 풀은 어디에 써?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from curation.korean.predicate import Predicate, final_predicate
from datagen.documents import Paragraph
from datagen.extract.leads import KINDS
from datagen.extract.prose.definition import is_term
from datagen.extract.prose.notes import with_notes
from datagen.extract.reading import Candidate, Reading, has_topic, is_clause, section_path
from datagen.extract.screens.place import place_of
from datagen.extract.standing import leaves_open
from datagen.extract.statement import Statement, lead_of, statements
from datagen.phrasing import Slots, Template, asking, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

USE = (
    Template("N", "{term:은/는} 왜 쓰는 <거야>"),
    Template("WI", "{term:은/는} 어디에 <써>"),
    Template("WN", "{term:은/는} [뭐|무엇을] 하는 데 쓰는 <거야>"),
    Template("EC", "{term:은/는} 용도가 <뭐야>"),
    Template("PS", "{term:을/를} 쓰는 이유가 <뭐야>"),
    Template("NI", "{term:을/를} 어디에 쓰는지 <알려 줘>"),
)
HELP = (
    Template("NWE", "{term:은/는} [뭐|무엇을] 하는 데 도움이 <돼>"),
    Template("PS", "{term:은/는} 어떤 도움이 <돼>"),
)
BENEFIT = (
    Template("N", "{term:을/를} 쓰면 [뭘|무엇을] 할 수 <있어>"),
    Template("IP", "{term:을/를} 사용하면 [뭐가|무엇이] [좋아?|좋은가요?|좋습니까?]"),
    Template("EC", "{term:으로/로} [뭘|무엇을] 할 수 <있어>"),
    Template("PE", "{term:을/를} 쓰는 이유가 <뭐야>"),
    Template("NS", "{term:을/를} 사용하면 [뭘|무엇을] 할 수 있는지 <알려 줘>"),
)
GAIN = (BENEFIT[1], BENEFIT[3], Template("EC", "{term:을/를} 쓰면 좋은 점이 <뭐야>"))
AIM = (
    Template("EP", "{aim:이/가} <뭐야>"),
    Template("NM", "{aim:은/는} <뭐야>"),
    Template("CS", "{aim:이/가} [뭔지|무엇인지] <알려 줘>"),
    Template("NE", "{aim}[ 좀|을] <알려 줘>"),
)
WHY = (Template("NEPWMS", "{why}"),)
PURPOSED = (
    Template("NEP", "{name}의 목적이 <뭐야>"),
    Template("NC", "{name:은/는} 무슨 목적으로 만든 <거야>"),
    Template("SM", "{name}의 목적[ 좀|을] <알려 줘>"),
)
COVERS = (
    Template("NMPC", "{name:은/는} 어디에 [적용돼?|적용되나요?|적용됩니까?]"),
    Template("SE", "{name:이/가} 어디에 적용되는지 <알려 줘>"),
)
COVERS_WHOM = (
    Template("NMPC", "{name:은/는} 누구에게 [적용돼?|적용되나요?|적용됩니까?]"),
    Template("SE", "{name:이/가} 누구에게 적용되는지 <알려 줘>"),
)
# What a document says of itself: 이 지침은 … 정함을 목적으로 한다.
_OF_DOCUMENT = re.compile(
    r"(?:이|본) (?P<kind>\S*?(?:규정|지침|규칙|세칙|내규|요령|기준|절차서|매뉴얼|안내서|핸드북|가이드|문서|"
    r"표준|수칙))(?:은|는) (?P<rest>\S.*(?:(?P<aim>목적으로 (?:한다|합니다|해요)|목적이 있다|목적이 있습니다)|"
    r"(?:에|에게) 적용(?:한다|합니다|된다|됩니다|돼요))\.?)$"
)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TITLE_CHARS = range(4, 40)
# What ends a sentence that says what its topic is for: 나누는 데 사용됩니다, 관리에 쓴다.
_USED = re.compile(
    r"(?:(?:는|ㄴ|은|한|할) 데|에|기 위해|기 위해서) (?:주로 |자주 )?(?:쓰입니다|씁니다|쓰인다|쓴다|"
    r"(?:사용|이용|활용)(?:됩니다|합니다|된다|한다|할 수 있습니다|될 수 있습니다|하세요))\.?$"
)
_HELPS = re.compile(r"[는한] 데 (?:많은 |큰 )?도움이 (?:됩니다|된다)\.?$")
_FOR_DEED = re.compile(r" (?:데|위해서?) \S+(?: \S+){0,3}$")
_WITH = re.compile(r"^(?P<term>\S[^,.]*?)(?P<case>을|를) (?:사용|이용|활용|도입)(?:하면|할 경우) ")
_CAN = re.compile(r"수 (?:있습니다|있다)\.?$|(?:이점|장점|도움)[을이] \S+니다\.?$")
_AIMED = re.compile(r"(?P<aim>\S.*?(?:목적|까닭|이유|취지))(?:은|는) .*(?:때문|위해서|위함|것|데 있).*$")
# An ease or a saving: 더 효율적으로 작업할 수 있습니다.
_GAIN = re.compile(r"더 [가-힣]+(?:게|으로|히) |쉽게 |효율적으로 |절약")
_LABEL = re.compile(rf" (?:{KINDS})$")
# Verbs that take -도록 as what they bring about, not as their purpose: 전달하도록 지시합니다.
_CAUSING = frozenset("지시 요구 요청 구성 설정 안내 허용 지정 지원 유도 권장 정의 설계 제한 강제".split())
_LEANING = re.compile(r"(?:^|\s)(?:이|그|이러한|그러한|해당|이런|그런) ")
_AIM_CHARS, _TERM_CHARS, _LEAST_CHARS = range(6, 45), range(2, 31), 12
_WHY_CHARS = range(10, 48)


def purposes(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence that says what a thing is for, what it lets one do, or why something is done."""
    yield from _of_document(with_notes(reading))
    for section in reading.sections():
        for statement in statements(reading, section):
            if lead_of(statement.sentence.line) is not None:
                continue  # what is said of a label or a value is asked through it
            if leaves_open(statement):
                continue
            found = _aim(statement) or _use(statement) or _benefit(statement) or _why(reading.at(section), statement)
            if found is not None:
                templates, slots = found
                yield _candidate(reading, statement, templates, slots)


def _of_document(reading: Reading) -> Iterator[Candidate]:
    """What a document says of itself under its title: `이 지침은 … 정함을 목적으로 한다.`, `본 규정은 … 적용한다.`"""
    title = next((section.headings[0] for section in reading.document.sections if section.headings), None)
    name = _ASIDE.sub("", title.text).strip() if title else ""
    for section in reading.sections():
        for line in (block.line for block in section.blocks if isinstance(block, Paragraph)):
            for sentence in reading.sentences.get(line, ()):
                found = _OF_DOCUMENT.match(sentence.text)
                if not found or title is None or not name.endswith(found["kind"][-2:]) or len(name) not in _TITLE_CHARS:
                    continue
                answer = fill("{name:은/는} {rest}", {"name": name, "rest": found["rest"]})
                templates = PURPOSED if found["aim"] else COVERS_WHOM if "에게 " in found["rest"] else COVERS
                spans = (sentence.source, title.source())
                yield Candidate("purpose", templates, {"name": name}, answer, spans, section_path(section))


def _candidate(reading: Reading, statement: Statement, templates: tuple[Template, ...], slots: Slots) -> Candidate:
    """The pair, its term led in by where it stands if it is a label of a screen: 라인 빠른 탭에 있는 '단위' 필드."""
    evidence, term = statement.evidence, slots.get("term", "")
    if isinstance(term, str) and _LABEL.search(term) and (place := place_of(reading, statement.section)) is not None:
        slots, evidence = {**slots, "term": f"{place.of} {term}"}, (*evidence, *place.evidence)
    return Candidate("purpose", templates, slots, statement.say(), tuple(dict.fromkeys(evidence)), statement.path)


Found = tuple[tuple[Template, ...], Slots]


def _use(statement: Statement) -> Found | None:
    """작업 풀은 …을 나누는 데 사용됩니다."""
    text, tokens = statement.say(), statement.tokens
    topic = _topic(tokens)
    helps = _HELPS.search(text) is not None
    if topic is None or not (helps or _USED.search(text)) or _has_condition(tokens) or has_topic(tokens[topic + 1 :]):
        return None
    term = _said_before(statement, tokens[topic].start)
    is_named = bool(statement.edits) and statement.edits[0][0] == statement.start
    if not (is_named or is_term(tokens[:topic])) or len(term) not in _TERM_CHARS:
        return None
    if helps:
        return (HELP, {"term": term}) if len(text) - len(term) >= _LEAST_CHARS else None
    templates = USE if _FOR_DEED.search(text) else USE[1:2] + USE[3:4] + USE[5:]  # 검사에 쓰입니다: where, not why
    return (templates, {"term": term}) if len(text) - len(term) >= _LEAST_CHARS else None


def _benefit(statement: Statement) -> Found | None:
    """앵커링을 사용하면 …할 수 있습니다."""
    text = statement.say()
    found = _WITH.match(text)
    if found is None or not _CAN.search(text) or len(found["term"]) not in _TERM_CHARS:
        return None
    case = next((i for i, token in enumerate(statement.tokens) if token.tag == "JKO"), None)
    if case is None or not (is_term(statement.tokens[:case]) or statement.edits):
        return None
    return (GAIN if _GAIN.search(text) else BENEFIT), {"term": found["term"]}


def _aim(statement: Statement) -> Found | None:
    """GS1 표준의 목적은 …하는 것입니다 · 견본을 먼저 확인하는 까닭은 …기 위해서입니다."""
    text = statement.say()
    found = _AIMED.match(text)
    if found is None or not is_clause(statement.tokens) or _LEANING.search(found["aim"]):
        return None
    aim = found["aim"]
    is_alone = (
        " " in aim
        and "," not in aim
        and len(aim) in _AIM_CHARS
        and not re.search(r"[은는] ", aim[:-3].split(" ")[0] + " ")
    )
    return (AIM, {"aim": aim}) if is_alone else None


def _why(reading: Reading, statement: Statement) -> Found | None:
    """판매가 끝난 품목은 이력을 지키기 위해 삭제하지 않고 사용 중지로 바꿉니다 → … 왜 삭제하지 않고 …?"""
    tokens, predicate = statement.tokens, final_predicate(statement.tokens)
    topic, border = _topic(tokens), _purpose_end(tokens)
    if predicate is None or topic is None or border is None or border < topic or not is_clause(tokens):
        return None
    rest = tokens[border + 1 :]
    if len(rest) < 3 or has_topic(rest) or _has_condition(tokens) or predicate.is_copula or predicate.is_adjective:
        return None
    makes = rest[0].form == "하"  # 정할 수 있도록 하여, 쓸 수 있도록 하는
    is_second = any(token.tag == "EC" and token.form in ("며", "으며", "고") for token in tokens[:border])
    is_brought_about = tokens[border].form == "도록" and (rest[-3].form in _CAUSING or makes or is_second)
    is_passive = predicate.stem[0][1].startswith("XSV") and predicate.stem[0][0] != "하"
    is_plain = all(token.tag not in ("ETM", "EC") or token.form in ("고", "지", "어") for token in rest)
    if is_brought_about or is_passive or not is_plain or not _is_subject(reading, tokens[:topic], statement):
        return None
    head = _said_before(statement, tokens[topic].end)
    tail = statement.say(rest[0].start, statement.sentence.end).rstrip(".")
    lead = f"{head} 왜 "
    if len(lead) + len(tail) not in _WHY_CHARS:
        return None
    return _asked_why(lead, tail, predicate, rest[0].start)


def _asked_why(lead: str, tail: str, predicate: Predicate, start: int) -> Found:
    placed = replace(predicate, start=predicate.start - start + len(lead), end=predicate.end - start + len(lead))
    return (WHY, {"why": asking(lead + tail, placed)})


def _is_subject(reading: Reading, tokens: Sequence[Token], statement: Statement) -> bool:
    """Whether a topic can be asked about by itself: a term, or two words of which none counts (일부 규칙, 각 라인)."""
    name = _said_before(statement, tokens[-1].end) if tokens else ""
    counts = any(token.tag == "MM" or token.form in ("일부", "모두", "전체", "나머지") for token in tokens)
    return (
        bool(tokens)
        and not counts
        and (name in reading.terms or (is_term(tokens) and " " in name) or any(t.tag == "ETM" for t in tokens))
    )


def _topic(tokens: Sequence[Token]) -> int | None:
    """Where the topic's particle stands, in the first clause."""
    for index, token in enumerate(tokens):
        if token.tag == "JX" and token.form in ("은", "는"):
            return index
        if token.tag in ("EC", "EF"):
            return None
    return None


def _purpose_end(tokens: Sequence[Token]) -> int | None:
    """The last morpheme of a purpose: -기 위해(서), -도록."""
    for index, token in enumerate(tokens):
        if token.tag == "EC" and token.form == "도록":
            return index
        if token.form == "위하" and index and tokens[index - 1].tag == "ETN":
            return index + 1 if index + 1 < len(tokens) and tokens[index + 1].tag == "EC" else None
    return None


def _has_condition(tokens: Sequence[Token]) -> bool:
    return any(token.tag == "EC" and token.form in ("면", "으면", "려면", "지만") for token in tokens)


def _said_before(statement: Statement, end: int) -> str:
    return statement.say(statement.start, end)
