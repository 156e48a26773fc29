"""Fields: what a field, option or button is for, and what one enters there, from lists and tables of them.

`- **고정 길이** – 길이가 같으면 이 확인란을 선택합니다.` → '고정 길이' 확인란은 언제 선택해야 돼?
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import final_predicate, without_tail
from datagen.documents import Items, Line, MarkKind, Section, Table
from datagen.extract import label_wordings as ask
from datagen.extract.acts import heading_text
from datagen.extract.definition import meaning_of, without_what
from datagen.extract.leads import (
    COMMON_KINDS,
    KINDS,
    LIST_HEADING,
    SCREEN_HEADING,
    VALUES_LED,
    is_example,
    kind_led,
    kind_of,
    led_blocks,
)
from datagen.extract.place import Place, is_screen, place_of
from datagen.extract.reading import (
    Candidate,
    Reading,
    has_topic,
    heading_source,
    is_clause,
    is_nominal,
    is_noun_phrase,
    is_sentence,
    section_path,
    without_stop,
)
from datagen.extract.statement import Lead, Statement, lead_of, statements
from datagen.phrasing import Template, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

# Members of a list that its heading names: 인수증에 남기는 내용 중 외장 수량이 뭐야?
TEMPLATES = (
    Template("N", "{scope} {field:이/가} <뭐야>"),
    Template("IS", "{scope} {field:은/는} 무슨 <뜻이야>"),
    Template("NC", "{scope} {field:은/는} [뭘|무엇을] 말하는 <거야>"),
    Template("NW", "{scope} {field:이/가} [뭔지|무엇인지] <알려 줘>"),
)

# Members of a list of rules: 니켈 드럼: 최대 3단, below 적재 높이.
RULE = (
    Template("N", "{scope} {rule:이/가} <어떻게 돼>"),
    Template("IS", "{scope} {rule:은/는} <어떻게 돼>"),
    Template("NC", "{scope} {rule:이/가} [뭔지|무엇인지] <알려 줘>"),
    Template("NW", "{scope} {rule}[ 좀|을] <알려 줘>"),
)
# What a control does once it is set so: LOT관리: Y로 설정하면 …
SET = (
    Template("IM", "{at} {label:을/를} {value:으로/로} 설정하면 <어떻게 돼>"),
    Template("IW", "{at} {label:을/를} {value:으로/로} 두면 <어떻게 돼>"),
    Template("NS", "{at} {label:을/를} {value:으로/로} 설정하면 어떻게 되는지 <알려 줘>"),
    Template("WN", "{of} {label}에서 {value:을/를} 고르면 <어떻게 돼>"),
)

_FIELD = re.compile(r"(?P<name>[^:：–—]{2,20}?)\s*(?::|：|\s[–—-]\s)\s*(?P<text>\S.*)", re.DOTALL)
_TERMS = re.compile(r"(?:용어|약어|개념)(?: ?(?:설명|정리|정의|풀이|모음|사전))?$|용어집|용어의 (?:정의|뜻)|^정의$")
_ARTICLE = re.compile(r"^제 ?\d+ ?조(?:의 ?\d+)? ?\((?P<title>[^()]+)\)$")
_BRACKETED = re.compile(r"\s*\([^()]*\)$")
# Limits, rules and deeds: nouns that end a value, never a meaning, unless a modifier stands right before them.
_LIMITS = frozenset("이하 이상 미만 초과 이내 금지 필수 생략 가능 불가 제외 없음 무관 원칙 준수".split())
_DEEDS = frozenset(
    "유지 설치 실시 사용 확인 점검 보관 적재 착용 제출 보고 등록 입력 처리 교체 청소 폐기 기록 관리 부착 분리 격리 "
    "통보 승인 검사 조치 작성 이동 반입 출입 배치 비치 제한 허용 설정 선택 지정".split()
)
_OURS = re.compile(r"(?:^|\s)(?:당사|본사|자사|당 센터|본 \S+)(?=\s|[은는이가을를의에])")
_SET_SO = re.compile(r"^'?(?P<value>[A-Za-z0-9가-힣]{1,10})'?(?P<josa>으로|로) (?:설정|지정|선택)하면 (?=\S)")
_USED_SO = re.compile(r"^\S+(?: \S+){0,4} ?(?:설정|지정|선택|체크|클릭|입력)하면 |^(?:\S+ ){0,3}(?:누르면|켜면|끄면) ")
_KIND_HEADS = re.compile(rf"^(?P<kind>{KINDS}|항목|설정|설정 항목|입력 항목)(?: ?(?:이름|명|명칭))?$")
_TEXT_HEADS = re.compile(r"^(?:설명|내용|의미|뜻|용도|역할|기능|입력 내용|입력값|정의)$")
# What a cell's sentence points at is its row's label.
_THIS = re.compile(rf"(?:^|(?<=\s))(?P<this>이) (?P<kind>{KINDS}|항목|설정|값|상자)(?=[은는을를이가에의으로]|\s)")
_LEANING = re.compile(r"예를 들어|참조|자세한 |다음 |^(?:또한|그러나|그런|따라서|이러한|그 )")
_ENTER = frozenset("입력하 넣 적 기재하 기입하 작성하".split())
_CHOOSE = frozenset("선택하 고르".split())
_SPECIFY = frozenset("지정하 설정하 정하 정의하 결정하".split())
_SHOW = frozenset("나타내 표시하 보이 보여주 표시되 나타나".split())
_SERVES = frozenset("사용되 쓰이 사용하 쓰".split())
# Verbs of states and of what is done to a thing, by their tags: 되다, 설정받다, but not 내려받다.
_STATES_AND_PASSIVES = frozenset(
    {
        ("되", "XSV"),
        ("되", "VV"),
        ("받", "XSV"),
        ("당하", "XSV"),
        ("있", "VV"),
        ("있", "VA"),
        ("있", "VX"),
        ("없", "VA"),
    }
)
_OF_LABEL = re.compile(rf" (?:{KINDS}|항목|설정|값|상자|매개변수)$")
_EMPTY_WORDS = frozenset("선택 입력 지정 설정 값 이름 관련 현재 해당 되 하".split())
# 이 필드를 사용하여 …, 이 옵션을 '예'로 설정하여 …
_BY_MEANS = re.compile(r"[을를] (?:(?:사용|이용)하여|통해|사용하면|(?:'[^']+'|예|아니요)(?:으로|로) 설정하여) ")
_QUOTED = re.compile(r"[\"'‘’“”]")
# Names that only number their items: 행 1, 라인 2.
_NUMBERED = re.compile(r"^\S{1,2} ?\d+$")
# Leads that open a sentence rather than label something: 새 정책을 만들려면, 클라이언트에서.
_NO_LABEL = re.compile(r"(?:려면|으면|니다|에서|때|경우|하여)$")
_BARE = re.compile(r"^(?:[A-Z]|[A-Z]{0,2}\d+)$")
_REMARK = re.compile(r"^\([^()]*\) ")
_STEADY = frozenset("버튼 단추 아이콘 타일 토글 클래스 탭 메뉴 전략 조치".split())
_DEFAULT_SAID = re.compile(r"^(?:이 (?:필드|옵션|값)의 )?기본(?:값| 설정)(?:은|이) ")
_RANGE_SAID = re.compile(r"사이의 (?:값|숫자|정수)(?:을|를) ")
_EMPTY_SAID = re.compile(r"(?:비워 ?(?:둡니다|둘 수 있습니다|두면 됩니다)|비워 ?둔다)\.?$")
_CASE_SAID = re.compile(r"(?:려면|는 경우|은 경우|인 경우|한 경우|된 경우|될 경우|할 경우|는 경우에만|면) ")
_SET_SAID = re.compile(r"(?:으로|로) 설정(?:합니다|한다|하세요|하십시오|해야 합니다)\.?$")
_SWITCH = re.compile(r"'?(?P<value>예|아니요|아니오|켜기|끄기|켜짐|꺼짐|Y|N|사용|미사용)'?(?=(?:으로|로) 설정)")
# Names and answers in characters; the description is looked for in the first sentences.
_NAME_CHARS, _ANSWER_LEAST, _OPENING = range(1, 31), 8, 2


@dataclass(frozen=True, slots=True)
class Field:
    """A label and what is said of it: `label` as a question names it ('고정 길이' 확인란)."""

    name: str
    kind: str
    place: Place
    source: tuple[int, int]

    @property
    def label(self) -> str:
        """'고정 길이' 확인란."""
        is_said = self.name.endswith(self.kind)
        return f"'{self.name}'" if is_said else f"'{self.name}' {self.kind}"


def fields(reading: Reading) -> Iterator[Candidate]:
    """A pair for each field, option, button or member of a list that an item or a row says something about."""
    for section in reading.sections():
        if not section.headings or is_example(section):
            continue
        said = said_of_lines(reading, section)
        for block, intro in led_blocks(section.blocks):
            if isinstance(block, Items):
                yield from _of_items(reading, section, block, intro, said)
            elif isinstance(block, Table) and is_field_table(block):
                yield from _of_table(reading, section, block, intro)


def is_field_table(table: Table) -> bool:
    """Whether a table says of each field what it is: 필드 | 설명; its rows belong here, not to the table of cells."""
    heads = [cell.text for cell in table.header]
    return len(heads) > 1 and _KIND_HEADS.match(heads[0]) is not None and _TEXT_HEADS.match(heads[1]) is not None


def said_of_lines(reading: Reading, section: Section) -> dict[Line, list[Statement]]:
    """What stands alone of each line of a section, in order."""
    lines: dict[Line, list[Statement]] = {}
    for statement in statements(reading, section, with_steps=True):
        line = statement.sentence.line
        lines.setdefault(line, []).append(_after_lead(statement, lead_of(line)))
    return lines


def _after_lead(statement: Statement, lead: Lead | None) -> Statement:
    """A statement without what it holds of its line's lead, where a sentence was cut within it: **마라 가** – …"""
    if lead is None or not statement.start < lead.end < statement.sentence.end:
        return statement
    tokens = tuple(token for token in statement.tokens if token.start >= lead.end)
    edits = tuple(edit for edit in statement.edits if edit[0] >= lead.end)
    own = statement.sentence.line.source(lead.end, statement.sentence.end)
    return replace(statement, start=lead.end, tokens=tokens, edits=edits, evidence=(own, *statement.evidence[1:]))


def _of_items(
    reading: Reading, section: Section, block: Items, intro: Line | None, said: dict[Line, list[Statement]]
) -> Iterator[Candidate]:
    led = kind_led(intro) or _kind_shared(section, block, intro)
    is_plain = not block.is_ordered and not led
    matches = [_FIELD.fullmatch(item.line.text) for item in block.items]
    article = _ARTICLE.match(section.headings[-1].text)
    heading = article["title"] if article else heading_text(section.headings[-1].text)
    if _TERMS.search(heading) and any(matches):
        for item, found in zip(block.items, matches, strict=True):
            if found:
                yield from _term(reading, section, item.line, found)
        return
    names_list = LIST_HEADING.search(section.headings[-1].text) or SCREEN_HEADING.match(section.headings[-1].text)
    if is_plain and len(matches) > 1 and all(matches) and names_list:
        for item, found in zip(block.items, matches, strict=True):
            if found and _is_told(reading, item.line, found.start("text")):
                yield from _plain_label(reading, section, item.line, found, intro)
            elif found:
                yield from _member(reading.at(section), section, item.line, found, intro)
        return
    for item in block.items:
        line, lead = item.line, lead_of(item.line)
        if lead is None or len(lead.text) not in _NAME_CHARS or " > " in lead.text or _is_sample(line, lead.end):
            continue
        kind = kind_of(line, lead.end) or led
        if lead.text == kind or _NUMBERED.match(lead.text) or _NO_LABEL.search(lead.text):
            continue
        if kind and (place := place_of(reading, section, intro)) is not None:
            field = Field(lead.text, kind, place, line.source(0, len(lead.text)))
            yield from _of_label(reading, section, line, lead.end, field, said.get(line, []))


def _member(
    reading: Reading, section: Section, item: Line, found: re.Match[str], intro: Line | None
) -> Iterator[Candidate]:
    """The pair of a member of a list that the heading names: what it is, or the rule that is set for it."""
    if (meaning := _meaning(reading, item, found)) is None:
        return
    name, text, tokens = found["name"].strip(), *meaning
    evidence = (item.source(*found.span("text")), item.source(*found.span("name")), *heading_source(section))
    if not _is_rule(tokens):
        if (scope := _scope(reading, section.headings[-1])) is not None:
            answer = fill("{field:은/는} {meaning}입니다.", {"field": name, "meaning": text})
            slots = {"scope": scope, "field": name}
            yield Candidate("field", TEMPLATES, slots, answer, evidence, section_path(section))
    elif (column := _rule_named(reading, section, intro)) is not None:
        rule, spans = f"{name}의 {column[0]}", column[1]
        answer = fill("{rule:은/는} {text}입니다.", {"rule": rule, "text": text})
        scoped = reading.scope(rule, has_context=True).removesuffix(rule).strip()
        yield Candidate("field", RULE, {"scope": scoped, "rule": rule}, answer, (*evidence[:2], *spans),
                        section_path(section))  # fmt: skip


def _term(reading: Reading, section: Section, item: Line, found: re.Match[str]) -> Iterator[Candidate]:
    """The pair of an entry of a list of terms: 유휴재고: 최근 90일 동안 출고 실적이 없는 재고."""
    meaning = _meaning(reading, item, found)
    if meaning is None or _is_limit(meaning[1]) or _OURS.search(meaning[0]):
        return
    name = found["name"].strip()
    answer = fill("{field:은/는} {meaning}입니다.", {"field": name, "meaning": meaning[0]})
    evidence = (item.source(*found.span("text")), item.source(*found.span("name")), *heading_source(section))
    term = _BRACKETED.sub("", name) or name
    yield Candidate("definition", meaning_of(term), {"term": term}, answer, evidence, section_path(section))


def _meaning(reading: Reading, item: Line, found: re.Match[str]) -> tuple[str, list[Token]] | None:
    """What stands after a member's colon, as a noun phrase, and its morphemes; None where it is no noun phrase."""
    text = without_stop(found["text"])
    if reading.document.text[item.offsets[found.start("text")] - 1] in "*_":
        return None  # **작업 풀 ID:** *Webshop*: what is set in italics is a sample value, no meaning
    tokens = [token for token in reading.tokens(item) if token.start >= found.start("text")]
    if _BARE.match(found["name"].strip()):
        return None  # 201, A: no name without its class
    if is_noun_phrase(tokens) and tokens[-2:-1] and tokens[-2].form in ("때", "마다", "시", "경우"):
        return None  # 필요할 때 실시: an act in a case, no noun phrase
    if not is_noun_phrase(tokens):
        predicate = final_predicate(tokens)
        if predicate is None or not is_clause(tokens) or not predicate.is_copula or has_topic(tokens):
            return None
        text = text[: predicate.start - found.start("text")]
        tokens = [token for token in tokens if token.start < predicate.start]
    return text, list(without_tail(tokens))


def _is_limit(tokens: Sequence[Token]) -> bool:
    """Whether a noun phrase is a value, a limit or a deed to be done: 상대습도 60% 이하 유지, 최대 5단."""
    modifier = max((index for index, token in enumerate(tokens) if token.tag in ("ETM", "MM")), default=-1)
    head = tokens[modifier + 1 :]
    if not head or any(token.form in _LIMITS for token in head):
        return True
    is_number = len(head) > 1 and head[-2].tag in ("SN", "NR") and head[-1].tag in ("NNB", "NNG", "SL", "SW")
    is_deed = head[-1].form in _DEEDS and (len(head) > 1 or modifier < 0)
    return is_number or is_deed or head[-1].tag in ("SN", "NR")


def _is_rule(tokens: Sequence[Token]) -> bool:
    """Whether a noun phrase without a modifier of its own sets a value or a deed; 상품의 등급 is neither."""
    return _is_limit(tokens) and not any(token.tag == "JKG" for token in tokens)


def _rule_named(
    reading: Reading, section: Section, intro: Line | None
) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """What a list of rules is about (적재 높이 기준) and the spans that say so: its parent below a heading in 기준."""
    heading = heading_text(section.headings[-1].text)
    if not heading.endswith("기준") or not is_nominal(reading.tokens(section.headings[-1])):
        return None
    if intro is None:
        return heading, heading_source(section)
    if not is_nominal(reading.tokens(intro)) or len(intro.text) not in _NAME_CHARS:
        return None
    column = intro.text if intro.text.endswith("기준") else f"{intro.text} 기준"
    return column, (intro.source(), *heading_source(section))


def _scope(reading: Reading, heading: Line) -> str | None:
    """Where a member stands: 실사 계획 화면에 있는 · 인수증에 남기는 내용 중; None where the heading names no list."""
    if screen := SCREEN_HEADING.match(heading.text):
        return f"{heading_text(screen['screen'])}에 있는"
    is_plain = all(token.tag != "ETM" for token in reading.tokens(heading))
    is_list = LIST_HEADING.search(heading.text)
    return reading.scope(f"{heading_text(heading.text)} 중", is_class=is_plain) if is_list else None


def _is_told(reading: Reading, line: Line, start: int) -> bool:
    """Whether an item tells what to do with its label: 거래처 : 돋보기를 눌러 거래처를 선택합니다."""
    sentences = [sentence for sentence in reading.sentences.get(line, ()) if sentence.end > start]
    return bool(sentences) and _verb(without_tail(sentences[0].tokens)) in (*_ENTER, *_CHOOSE)


def _plain_label(
    reading: Reading, section: Section, line: Line, found: re.Match[str], intro: Line | None
) -> Iterator[Candidate]:
    """The pairs of a label that is not set in bold."""
    name = found["name"].strip()
    if not _NO_LABEL.search(name) and (place := place_of(reading, section, intro)) is not None:
        field = Field(name, "항목", place, line.source(*found.span("name")))
        said = list(said_in_cell(reading, section, field.label, line, found.start("text")))
        yield from _of_label(reading, section, line, found.start("text"), field, said)


def _kind_shared(section: Section, block: Items, intro: Line | None) -> str:
    """What the labels of a list are where neither they nor the lead-in say: fields, as on any screen."""
    if intro is not None and VALUES_LED.search(intro.text):
        return ""
    has_labels = not block.is_ordered and len(block.items) > 1 and all(lead_of(item.line) for item in block.items)
    told = any(kind_of(item.line) in ("필드", "확인란", "옵션") for item in block.items)
    return "필드" if has_labels and (told or is_screen(section.headings[-1].text)) else ""


def _is_sample(line: Line, start: int) -> bool:
    """Whether what is said is set in italics or as code: **작업 풀 ID:** *Webshop*, a value, no meaning."""
    return any(
        mark.kind in (MarkKind.ITALIC, MarkKind.CODE) and mark.start <= start and mark.end >= len(line.text) - 2
        for mark in line.marks
    )


def _of_label(
    reading: Reading, section: Section, line: Line, start: int, field: Field, said: Sequence[Statement]
) -> Iterator[Candidate]:
    """The pairs of one label: what its first sentence says of it, then what further ones do."""
    if not any(statement.start == start for statement in said):
        yield from _noun_phrase(reading, section, line, start, field)
    is_told = False
    for index, statement in enumerate(said):
        shaped = _shape(field, statement) if index < _OPENING and not is_told else None
        is_told |= shaped is not None
        shaped = shaped or _aside(field, statement)
        if shaped is not None:
            templates, slots, answer = shaped
            yield _candidate(section, field, templates, slots, answer, statement.evidence)


def _noun_phrase(reading: Reading, section: Section, line: Line, start: int, field: Field) -> Iterator[Candidate]:
    """A label said to be a noun phrase without a verb: 위치에 대해 수행된 마지막 작업의 시각."""
    sentences = [sentence for sentence in reading.sentences.get(line, ()) if sentence.end > start]
    if not sentences:
        return
    end = sentences[0].end
    tokens = [token for token in sentences[0].tokens if token.start >= start]
    text = without_stop(line.text[start:end])
    is_value = any(
        mark.kind in (MarkKind.ITALIC, MarkKind.CODE) and mark.start <= start < mark.end for mark in line.marks
    )
    if (
        is_noun_phrase(tokens)
        and not is_value
        and "=" not in text
        and not _is_tautology(field, tokens)
        and len(text) >= _ANSWER_LEAST
    ):
        answer = fill("{label:은/는} {text}입니다.", {"label": field.label, "text": text})
        yield _candidate(section, field, ask.MEANING, {}, answer, (line.source(start, end),))


def _candidate(
    section: Section, field: Field, templates: tuple[Template, ...], slots: dict[str, str], answer: str,
    evidence: tuple[tuple[int, int], ...],
) -> Candidate:  # fmt: skip
    if templates is ask.MEANING:
        templates = without_what(ask.MEANING, field.name)
    slots = {"label": field.label, "at": field.place.at, "of": field.place.of, **slots}
    spans = (*evidence, field.source, *field.place.evidence)
    return Candidate("field", templates, slots, answer, tuple(dict.fromkeys(spans)), section_path(section))


Shaped = tuple[tuple[Template, ...], dict[str, str], str]


def _shape(field: Field, statement: Statement) -> Shaped | None:
    """The question and the answer for the sentence that opens a label's description."""
    text, tokens = _REMARK.sub("", statement.say()), statement.tokens
    if (
        field.name == field.kind
        or _names_amiss(field, statement)
        or _is_tautology(field, tokens)
        or len(text) < _ANSWER_LEAST
        or " > " in text
    ):
        return None
    names_label, verb = field.label in text, _verb(tokens)
    if so := _SET_SO.match(text):
        rest = text[so.end("josa") :].lstrip()
        return SET, {"value": f"'{so['value']}'"}, f"{attach(field.label, '을/를')} '{so['value']}'{so['josa']} {rest}"
    if _USED_SO.match(text):
        return None  # what follows its use is not what it is for
    if verb in _CHOOSE and re.search(rf"{re.escape(field.label)}[을를] 선택\S+$", text):
        return (ask.TICKED, {}, text) if _CASE_SAID.search(text) else None
    if names_label and _SET_SAID.search(text) and (value := _SWITCH.search(text)):
        quoted = text[: value.start()] + f"'{value['value']}'" + text[value.end() :]
        return (ask.SWITCHED, {"value": value["value"]}, quoted) if _CASE_SAID.search(text) else None
    if _CASE_SAID.search(text) and names_label and not text.startswith(f"{field.label}"):
        return None  # what holds in one case is no description
    if text.startswith(field.label):
        return _said_of(field, text, tokens, verb)
    return None if names_label else _without_label(field, text, tokens, verb)


def _said_of(field: Field, text: str, tokens: Sequence[Token], verb: str) -> Shaped | None:
    """A description that opens with its label: '정렬' 필드는 …하는 순서를 나타냅니다."""
    rest = text[len(field.label) :]
    if re.search(r"경우에만|때만|필수|만 (?:사용|적용|유효)", text):
        return None
    if re.match(r"[은는] ", rest):
        predicate = final_predicate(tokens)
        if predicate is not None and predicate.is_copula:
            return ask.MEANING, {}, text
        if verb in _SHOW and field.kind not in _STEADY - {"타일"}:
            return ask.SHOWN, {}, text
        return (ask.ROLE, {}, text) if verb in _SHOW or _acts(tokens, verb) else None
    if re.match(r"에는 .*(?:포함|표시|나타)", rest):
        return ask.SHOWN, {}, text
    return (ask.ROLE, {}, text) if _BY_MEANS.match(rest) else None


def _without_label(field: Field, text: str, tokens: Sequence[Token], verb: str) -> Shaped | None:
    """A description that leaves its label out: what one enters, chooses or sets there, what it is, what it does."""
    predicate = final_predicate(tokens)
    if predicate is None or not is_clause(tokens) or any(token.tag == "NP" for token in tokens):
        return None
    has_own = has_topic(tokens)
    if predicate.is_copula:
        return (
            None if has_own else (ask.MEANING, {}, fill("{label:은/는} {text}", {"label": field.label, "text": text}))
        )
    if has_own or _is_possible(tokens):
        return None
    for verbs, templates, particle in (
        (_ENTER, ask.ENTERED, "에는"),
        (_CHOOSE, ask.CHOSEN, "에서는"),
        (_SPECIFY, ask.SPECIFIED, "에서는"),
    ):
        if verb in verbs and field.kind not in _STEADY:
            return templates, {}, f"{field.label}{particle} {text}"
    if not _has_subject(tokens) and (verb in _SHOW or _acts(tokens, verb)):
        return (
            ask.SHOWN if verb in _SHOW else ask.ROLE,
            {},
            fill("{label:은/는} {text}", {"label": field.label, "text": text}),
        )
    return None


def _aside(field: Field, statement: Statement) -> Shaped | None:
    """What a further sentence says of a label: its default, its range, when it stays empty."""
    text = statement.say()
    slots = {"label": field.label}
    predicate = final_predicate(statement.tokens)
    if (default := _DEFAULT_SAID.match(text)) and predicate is not None and predicate.is_copula:
        return ask.DEFAULT, {}, fill(f"{{label}}의 {text[default.start() :]}", slots)
    if _EMPTY_SAID.search(text) and field.label in text and _CASE_SAID.search(text):
        return ask.LEFT_EMPTY, {}, text
    if _RANGE_SAID.search(text) and _verb(statement.tokens) in (*_ENTER, *_CHOOSE) and field.label not in text:
        return ask.RANGE, {}, f"{field.label}에는 {text}"
    return None


def _names_amiss(field: Field, statement: Statement) -> bool:
    """Whether what a sentence points at was named by the label though it is no label: '유형' 애플리케이션 식별자."""
    named = [text for _, _, text in statement.edits if text == "그" or text.startswith(f"'{field.name}' ")]
    return any(not _OF_LABEL.search(text) for text in named)


def _acts(tokens: Sequence[Token], verb: str) -> bool:
    """Whether a sentence says what a label does or serves for, not what state it is in: 비어 있다, 함께 작동한다."""
    predicate = final_predicate(tokens)
    is_state = predicate is not None and predicate.stem[0] in _STATES_AND_PASSIVES
    return (any(token.tag == "JKO" for token in tokens) and not is_state) or verb in _SERVES


def _verb(tokens: Sequence[Token]) -> str:
    """The stem of a sentence's verb with its noun: 입력하, 나타내, 보여주."""
    predicate = final_predicate(tokens)
    if predicate is None:
        return ""
    stem = predicate.stem[0][0]
    before = [token for token in without_tail(tokens) if token.start + token.len <= predicate.start]
    if predicate.stem[0][1].startswith("XSV") and before:
        return str(before[-1].form) + stem
    if stem == "주" and len(before) > 1 and before[-2].form == "보이":
        return "보이"
    return stem


def _is_possible(tokens: Sequence[Token]) -> bool:
    """Whether a sentence says only what can or should be: 입력할 수 있습니다."""
    return any(token.tag == "NNB" and token.form == "수" for token in tokens[-4:])


def _has_subject(tokens: Sequence[Token]) -> bool:
    """Whether the main clause has a subject of its own; one inside a modifier is the modifier's."""
    modifier = max((index for index, token in enumerate(tokens) if token.tag == "ETM"), default=-1)
    return any(token.tag == "JKS" for token in tokens[modifier + 1 :])


def _is_tautology(field: Field, tokens: Sequence[Token]) -> bool:
    """Whether a description says only the words of its label and place: 정책 이름 – 정책의 이름입니다."""
    likened = max((index for index, token in enumerate(tokens) if token.form == "같"), default=-1)
    nouns = [token for token in tokens[likened + 1 :] if token.tag in ("NNG", "NNP", "SL", "VA", "VV", "XR")]
    told = [token.form for token in nouns if token.form not in _EMPTY_WORDS]
    return all(form in f"{field.label} {field.place.at}" for form in told)


def _of_table(reading: Reading, section: Section, table: Table, intro: Line | None) -> Iterator[Candidate]:
    """The pairs of a table of labels, one row each."""
    found = _KIND_HEADS.match(table.header[0].text)
    kind = found["kind"] if found else ""
    for row in table.rows:
        name, line = row[0], row[1]
        place = place_of(reading, section, intro)
        if place is None or len(name.text) not in _NAME_CHARS or not line.text or name.text.endswith("."):
            continue
        field = Field(name.text, kind_of(line) or COMMON_KINDS.get(kind, kind), place, name.source())
        yield from _of_label(reading, section, line, 0, field, list(said_in_cell(reading, section, field.label, line)))


def said_in_cell(reading: Reading, section: Section, label: str, line: Line, begin: int = 0) -> Iterator[Statement]:
    """The sentences of a cell, from `begin` on, that stand alone, with 이 필드 replaced by the label of its row."""
    for sentence in reading.sentences.get(line, ()):
        start = max(sentence.start, begin)
        if (
            sentence.end > begin
            and is_sentence(sentence.tokens)
            and not _LEANING.search(line.text[start : sentence.end])
        ):
            edits = tuple(
                (found.start("this"), found.end("kind"), label)
                for found in _THIS.finditer(line.text, sentence.start, sentence.end)
            )
            edits += tuple(
                (mark.start, mark.end, f"'{line.text[mark.start : mark.end]}'")
                for mark in line.marks
                if mark.kind in (MarkKind.BOLD, MarkKind.ITALIC)
                if sentence.start <= mark.start and mark.end <= sentence.end and mark.end - mark.start in _NAME_CHARS
                if not _QUOTED.search(line.text[mark.start : mark.end])
            )
            tokens = tuple(token for token in without_tail(sentence.tokens) if token.start >= start)
            own = line.source(start, sentence.end)
            yield Statement(sentence, tokens, start, tuple(sorted(edits)), (own,), section)
