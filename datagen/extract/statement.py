"""Sentences of prose that stand alone: a leaning opening dropped, what 이 and 해당 point at named, labels quoted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from curation.korean.predicate import STEMS, without_tail
from datagen.documents import (
    Block,
    Item,
    Items,
    Line,
    MarkKind,
    Note,
    Paragraph,
    Section,
    block_lines,
    every_block,
)
from datagen.extract.reading import NOUNS, Reading, Sentence, is_sentence, section_path

if TYPE_CHECKING:
    from kiwipiepy import Token

# (start, end, text): what replaces `line.text[start:end]`.
Edit = tuple[int, int, str]

# Openings that only join a sentence to the one before; without them it says the same.
_JOINING = re.compile(
    r"(?:(?:또한|그리고|따라서|그러므로|또|마찬가지로|참고로|기본적으로)[,，]?|"
    r"(?:참고|팁|주의|중요|경고|알림|안내|유의)[:：]) |[※☞▶] ?|[①-⑳] ?(?!.*[①-⑳])"
)
# The label of a note, where bold type alone sets it apart: **팁** 처음에는 천천히 하세요.
_NOTE_LABEL = re.compile(r"^\W*(?:참고|팁|주의|중요|경고|알림|안내|유의|꿀팁|Tip|TIP|Note|NOTE)(?: ?사항)?\W*$")
# A sentence that takes something out of the one before it: 다만, 의약품은 5년으로 한다.
_EXCEPTING = re.compile(r"^(?:다만[,，]?|단[,，]) \S")  # 단 높이: that of a shelf
_NO_NAME = re.compile(r" > |(?:다|요|오)$")  # a path, a sentence
_DASH = re.compile(r"[–—-] ")  # left of a lead that was a sentence
# Openings, and words anywhere, by which a sentence leans on its neighbours, shows a sample or points at the page.
_LEANING = re.compile(
    # Openings: 그러면, 이를, 예를 들어 …
    r"^(?:(?:그러나|하지만|그러면|그런|그렇|그래서|그래도|그때|그동안|그전|이때|이를|이로|이는|이것|이런|이렇|여기|반면|한편|반대로|대신|다만|"
    r"특히|예를|마지막으로|왜냐|결국|나중에|첫째|둘째|셋째|두 번째|첫 번째|다시 말|하나는|A\.|Q\.|\()"
    r"|(?:또는|혹은|즉|단|먼저|우선|곧|물론|둘|셋|이제|이후)[\s,])"
    # Samples and pages: 시나리오, 자세한 내용, 다음을, 위의 …
    r"|예를 들어|참조|(?:몇|여러|두|세|네) 가지|여러 (?:부분|단계)|자세한 (?:내용|정보)|설명(?:합니다|하는|된)|시나리오"
    r"|데모|샘플|자체 데이터|(?<!\S)이 (?:예제|가이드|안내서|연습)|뒷부분|앞부분|앞서|앞에서"
    r"|위에서 (?:설명|언급)|^(?:비슷한|같은|동일한) 방식으로"
    r"|(?<!\S)위의 |(?<!\S)아래(?:의 |와 같|에 (?:나|표시된|설명)| (?:표|그림|단계|항목|절차|예))|Contoso"
    r"|(?:^|\s)다음(?!날|\s?(?:단계로|주|달|차례|작업으로|화면으로|페이지로))"
    r"|(?<!\S)이 (?:토픽|항목|문서|절차|섹션|자습서|경우|예(?![가-힣]{2}))"
    r"|(?:이전|앞|앞선|지난) (?:방법|단계|절차|섹션|예|항목|그림|표|작업|설정)|\d+\.\d+\.\d+"
)
_POINTING = re.compile(r"(?<!\S)(?:이러한|그러한|이런|그런|해당|이|그)(?= )")
# Sections on what a release changed: true of one version only.
_RELEASES = re.compile(r"버전 \d|변경된 사항|수정 사항|릴리스 (?:노트|정보)|패치 노트|업데이트 내역")
_PRONOUNS = frozenset("이것 그것 이 그 저 여기 거기 이곳 그곳 이쪽 자기 이들 그들".split())
# Kinds of thing that a name may be put before: 작업 분할 + 기능.
# What a label may be called by (이 옵션 of the line '자동 배정'); 이 식별자 there is something else.
_LABELLED = re.compile(
    r"(?:^|\s)(?:필드|확인란|옵션|설정|매개 ?변수|버튼|단추|탭|열|값|항목|전략|방식|방법|유형|상태|모드|기능|보고서|"
    r"페이지|화면|메뉴|명령|이벤트|속성|규칙|링크|스위치|목록|상자|컬럼|칸|코드)$"
)
_FEATURE_NAME = re.compile(r"^기능 ?이름|^기능\s*[:：]|다음 기능")
_NAMED_BY_TITLE = frozenset("기능 페이지 화면 메뉴 프로세스".split())
_DEED = re.compile(r" (?:설정|구성|예약|정의|만들기|생성|사용|관리)(?:하기)?$")
_ANY = frozenset("이 그 해당 이러한 새 새로운 각 모든 다른 다음 주요 추가 일부".split())
# What parts a lead in bold from what is said of it: **상태** – 이 필드는 …
_AFTER_LEAD = re.compile(r"\s*(?:[–—:：]|-(?= ))\s*")
_PLAIN_LEAD = re.compile(r"(?P<name>[^:：–.,()]{2,30}?)(?:[:：]| [–—-]) (?=\S)")
_QUOTES = "'\"‘’“”「」"
_LABEL_CHARS, _PATH_CHARS = range(1, 31), 90


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that stands on its own: `say()` is how, `evidence` the spans it then rests on, itself first."""

    sentence: Sentence
    tokens: tuple[Token, ...]  # from `start` on, without the closing marks
    start: int
    edits: tuple[Edit, ...]
    evidence: tuple[tuple[int, int], ...]
    section: Section
    follower: Sentence | None = None  # the next sentence of the line
    note: Note | None = None
    after: Block | None = None  # the block that follows, where this is the last sentence before it
    is_step: bool = False
    above: tuple[Line, ...] = ()  # the items of lists it stands in, outermost first, its own line left out

    @property
    def path(self) -> tuple[str, ...]:
        """The headings above it."""
        return section_path(self.section)

    def say(self, start: int | None = None, end: int | None = None) -> str:
        """The sentence, or `line.text[start:end]`, with its edits made."""
        position = self.start if start is None else start
        end = self.sentence.end if end is None else end
        parts = []
        for first, last, text in self.edits:
            if first >= position and last <= end:
                parts += [self.sentence.line.text[position:first], text]
                position = last
        return "".join([*parts, self.sentence.line.text[position:end]]).strip()

    @property
    def exception(self) -> Sentence | None:
        """The next sentence, where it takes something out of this one, which is then but half of the rule."""
        return self.follower if self.follower is not None and _EXCEPTING.match(self.follower.text) else None

    def answer(self) -> str:
        """The sentence as an answer: with the exception made to it."""
        return f"{self.say()} {self.exception.text}" if self.exception else self.say()

    @property
    def grounds(self) -> tuple[tuple[int, int], ...]:
        """The spans that `answer()` rests on."""
        return (*self.evidence, self.exception.source) if self.exception else self.evidence


def statements(reading: Reading, section: Section, *, with_steps: bool = False) -> Iterator[Statement]:
    """The sentences of a section's paragraphs, bullets and notes that stand alone, in order; of steps if asked.

    Ten extractors ask for the same sentences, so a reading remembers them.
    """
    if any(_RELEASES.search(heading.text) for heading in section.headings):
        return iter(())
    key = (id(section), with_steps)
    if key not in reading.memory:
        reading.memory[key] = tuple(_of_blocks(reading, section, section.blocks, (), with_steps))
    return iter(reading.memory[key])


def _of_blocks(
    reading: Reading, section: Section, blocks: Sequence[Block], above: tuple[Line, ...], with_steps: bool
) -> Iterator[Statement]:
    for block, after in zip(blocks, (*blocks[1:], None), strict=False):
        if isinstance(block, Paragraph):
            yield from _of_line(reading, section, block.line, above, after, block.note)
        elif isinstance(block, Items):
            for item in block.items:
                if with_steps or not block.is_ordered:
                    found = _of_line(reading, section, item.line, above, _first(item), None)
                    yield from (replace(statement, is_step=block.is_ordered) for statement in found)
                yield from _of_blocks(reading, section, item.blocks, (*above, item.line), with_steps)


def _first(item: Item) -> Block | None:
    return item.blocks[0] if item.blocks else None


def _of_line(
    reading: Reading, section: Section, line: Line, above: tuple[Line, ...], after: Block | None, note: Note | None
) -> Iterator[Statement]:
    sentences = reading.sentences.get(line, ())
    for index, sentence in enumerate(sentences):
        last = index + 1 == len(sentences)
        follower = None if last else sentences[index + 1]
        found = _statement(reading, section, sentence, above)
        if found is not None:
            start, edits, evidence = found
            tokens = tuple(token for token in without_tail(sentence.tokens) if token.start >= start)
            block = after if last else None
            yield Statement(sentence, tokens, start, edits, evidence, section, follower, note, block, above=above)


def _statement(
    reading: Reading, section: Section, sentence: Sentence, above: tuple[Line, ...]
) -> tuple[int, tuple[Edit, ...], tuple[tuple[int, int], ...]] | None:
    """Where a sentence's own words start, the edits that let it stand alone and its evidence; None where it cannot."""
    if not is_sentence(sentence.tokens) and not _is_noted(sentence.tokens):
        return None
    line, start = sentence.line, sentence.start
    lead = lead_of(line)
    if lead is not None and sentence.start <= lead.start < sentence.end:
        start = lead.end
    label = next((mark for mark in line.marks if mark.kind is MarkKind.BOLD and mark.end > start), None)
    if label is not None and _NOTE_LABEL.match(line.text[start : label.end]):
        start = label.end + (line.text[label.end : label.end + 1] == " ")
    while joining := (_JOINING.match(line.text, start) or _DASH.match(line.text, start)):
        start = joining.end()
    if _LEANING.search(line.text[start : sentence.end]):
        return None
    named = _named(reading, section, sentence, start, above)
    if named is None:
        return None
    edits = sorted([*named[0], *_quoted(sentence, start, [(first, last) for first, last, _ in named[0]])])
    own = (sentence.line.source(start, sentence.end),)
    return start, tuple(edits), (*own, *(span for span in named[1] if span not in own))


def _is_noted(tokens: Sequence[Token]) -> bool:
    """Whether a sentence ends as notes and circulars do: 저장해야 함. 제출할 것."""
    ends = without_tail(tokens)
    if len(ends) < 4:
        return False
    last, before = ends[-1], ends[-2]
    is_nominal = last.tag == "ETN" and last.form in ("ᆷ", "음") and before.tag.split("-")[0] in (*STEMS, "EP")
    return is_nominal or (last.form == "것" and before.tag == "ETM" and before.form in ("ᆯ", "을"))


@dataclass(frozen=True, slots=True)
class Lead:
    """A line's opening that names something; what is said of it begins at `end`."""

    start: int
    text: str
    end: int


def lead_of(line: Line) -> Lead | None:
    """The opening of a line, bold or short, that a dash or colon parts from what is said of it."""
    mark = line.marks[0] if line.marks else None
    if mark is None or mark.kind is not MarkKind.BOLD or mark.start:
        plain = _PLAIN_LEAD.match(line.text)
        return Lead(0, plain["name"], plain.end()) if plain else None
    text = line.text[: mark.end]
    stop = len(text.rstrip(" :：–—-"))
    parting = _AFTER_LEAD.match(line.text, stop)
    return Lead(0, text[:stop], parting.end()) if parting and parting.end() < len(line.text) else None


def _named(
    reading: Reading, section: Section, sentence: Sentence, start: int, above: tuple[Line, ...]
) -> tuple[list[Edit], list[tuple[int, int]]] | None:
    """The edits that name what determiners point at, and the spans the names come from; None where one is unknown."""
    text, edits, spans = sentence.line.text, list[Edit](), list[tuple[int, int]]()
    tokens = [token for token in sentence.tokens if token.start >= start]
    if any(token.tag == "NP" and token.form in _PRONOUNS for token in tokens):
        return None
    for found in _POINTING.finditer(text, start, sentence.end):
        noun = _noun_after(tokens, found.end() + 1)
        if noun is None:
            return None
        name = text[noun[0] : noun[1]]
        if _ends_with(tokens, name, text, found.start()):  # 작업 ID를 …, 해당 작업 ID를 → 그 작업 ID를
            edits.append((*found.span(), "그"))
            continue
        referent = _referent(reading, section, sentence, above, found.start(), name)
        if referent is None:
            return None
        edits.append((found.start(), noun[1], referent[0]))
        spans.append(referent[1])
    return edits, spans


def _ends_with(tokens: Sequence[Token], name: str, text: str, before: int) -> bool:
    """Whether a chunk of nouns that ends in `name` stands before a place."""
    for token, following in pairwise(tokens):
        end = token.start + token.len
        if end < before and token.tag in NOUNS and following.tag not in NOUNS and text[:end].endswith(name):
            return True
    return False


def _noun_after(tokens: Sequence[Token], start: int) -> tuple[int, int] | None:
    """The span of the noun chunk at a place, after a determiner; None where there is none, or it is plural."""
    first = last = next((index for index, token in enumerate(tokens) if token.start == start), len(tokens))
    while last < len(tokens) and tokens[last].tag in NOUNS:
        last += 1
    if first == last or tokens[last - 1].form == "들" or (last < len(tokens) and tokens[last].tag.startswith("XS")):
        return None
    return tokens[first].start, tokens[last - 1].start + tokens[last - 1].len


def _referent(
    reading: Reading, section: Section, sentence: Sentence, above: tuple[Line, ...], before: int, noun: str
) -> tuple[str, tuple[int, int]] | None:
    """The name of what 이 {noun} points at and where it stands: the line's lead, a label before it, or a heading."""
    line = sentence.line
    for host in (line, *reversed(above)):
        lead = lead_of(host)
        may_name = lead is not None and (_LABELLED.search(noun) or lead.text.endswith(noun))
        if lead is not None and may_name and len(lead.text) in _LABEL_CHARS and not _NO_NAME.search(lead.text):
            name = lead.text if lead.text.endswith(noun) else f"'{lead.text}' {noun}"
            return name, host.source(lead.start, lead.start + len(lead.text))
        if host is line:
            labels = [
                mark for mark in line.marks if mark.kind is MarkKind.BOLD and line.text.startswith(f" {noun}", mark.end)
            ]
            earlier = {line.text[mark.start : mark.end] for mark in labels if mark.end < before}
            if len(earlier) == 1 and len(label := earlier.pop()) in _LABEL_CHARS:
                mark = next(mark for mark in labels if line.text[mark.start : mark.end] == label)
                return f"'{label}' {noun}", line.source(mark.start, mark.end + 1 + len(noun))
    if noun == "기능" and _lists_features(section):
        return None
    named = heading_named(reading, section, noun)
    return named or (None if _names_another(section, sentence, noun) else _title_named(reading, section, noun))


def heading_named(reading: Reading, section: Section, noun: str) -> tuple[str, tuple[int, int]] | None:
    """The heading, innermost first, whose nouns end in `noun` (배송 통합 정책 기능 켜기), up to there, and its span."""
    for heading in reversed(section.headings):
        found = re.search(rf"^.+ {re.escape(noun)}(?=$| |[을를의에 ])", heading.text)
        if found and _is_plain(reading, heading, found.end()):
            return found[0], heading.source(0, found.end())
    return None


def _lists_features(section: Section) -> bool:
    """Whether a section gives features by name, so that 이 기능 may be any of them."""
    return any(_FEATURE_NAME.search(line.text) for block in section.blocks for line in block_lines(block))


def _names_another(section: Section, sentence: Sentence, noun: str) -> bool:
    """Whether a section speaks of some other thing of the kind before a sentence, or the sentence is a note."""
    title = section.headings[0].text if section.headings else ""
    for block in every_block(section.blocks):
        for line in block_lines(block):
            is_here = line is sentence.line
            if is_here and isinstance(block, Paragraph) and block.note:
                return True
            text = line.text[: sentence.start] if is_here else line.text
            before = (found[1] for found in re.finditer(rf"(\S+) {re.escape(noun)}", text))
            if any(word not in title and word not in _ANY for word in before):
                return True
            if is_here:
                return False
    return False


def _title_named(reading: Reading, section: Section, noun: str) -> tuple[str, tuple[int, int]] | None:
    """The title as the name of a thing of one of the kinds that a page may be about."""
    title = section.headings[0] if section.headings else None
    if title is not None and noun == "기능" and _DEED.search(title.text):
        return None  # 배송 통합 정책 구성 is what one does with 배송 통합 정책
    if title is None or noun not in _NAMED_BY_TITLE or len(title.text) not in _LABEL_CHARS:
        return None
    if _is_plain(reading, title, len(title.text)):
        return f"{title.text} {noun}", title.source()
    tokens = reading.tokens(title)  # 작업에서 작업 풀 변경: a name only in quotes
    return (f"'{title.text}' {noun}", title.source()) if tokens and tokens[-1].tag in NOUNS else None


def _is_plain(reading: Reading, heading: Line, end: int) -> bool:
    """Whether `heading.text[:end]` is bare nouns, short enough to be a name."""
    tokens = [token for token in reading.tokens(heading) if token.start < end]
    return len(heading.text[:end]) in _LABEL_CHARS and all(token.tag in NOUNS for token in tokens)


def _quoted(sentence: Sentence, start: int, taken: Sequence[tuple[int, int]]) -> Iterator[Edit]:
    """Quotes around the labels, values and paths that the source sets in bold or italics, where it has none."""
    text = sentence.line.text
    for first, last in _labels(sentence, start):
        if any(begin < last and first < end for begin, end in taken):
            continue
        around, label = text[max(first - 1, 0) : first] + text[last : last + 1], text[first:last]
        is_short = len(label) in _LABEL_CHARS or (" > " in label and len(label) < _PATH_CHARS)
        if is_short and not any(quote in around + label for quote in _QUOTES) and _is_label(sentence, first, last):
            yield first, last, f"'{label}'"


def _is_label(sentence: Sentence, first: int, last: int) -> bool:
    """Whether a marked stretch is a name, not words that the writer stresses: **절대**, **40% 이상**, **두 번은**."""
    tokens = [token for token in sentence.tokens if first <= token.start < last]
    is_clause = bool({"JKS", "JKO", "JX"} & {token.tag for token in tokens})  # 완료로 보고: a button
    is_stress = bool(tokens) and (
        tokens[-1].tag in ("MAG", "JKS", "JKO", "JKB", "JX")
        or (is_clause and tokens[-1].tag in ("EC", "ETM", "EP"))
        or (tokens[0].tag == "SN" and len(tokens) > 1 and tokens[1].tag in ("NNB", "SW", "NR"))
    )
    label = sentence.line.text[first:last]
    return label[-1] not in ".?:," and label[0] not in "[<【" and not is_stress  # [저장] is set apart already


def _labels(sentence: Sentence, start: int) -> Iterator[tuple[int, int]]:
    """The spans set in bold or italics in a sentence; the steps of one path (A > B) as one."""
    text, held = sentence.line.text, None
    for mark in sentence.line.marks:
        if mark.kind not in (MarkKind.BOLD, MarkKind.ITALIC) or mark.start < start or mark.end > sentence.end:
            continue
        if held and text[held[1] : mark.start].strip() == ">":
            held = (held[0], mark.end)
            continue
        if held:
            yield held
        held = (mark.start, mark.end)
    if held:
        yield held
