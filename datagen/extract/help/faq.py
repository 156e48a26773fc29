"""Questions the source asks itself (Q. …, headings that ask, complain or wish): asked again, answered as there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.korean.predicate import final_predicate, with_ending, without_tail
from curation.korean.register import Target, convert
from datagen.documents import Block, Items, Line, MarkKind, Paragraph, Section, Table
from datagen.extract.acts import heading_text
from datagen.extract.help.mishap import complaint, message
from datagen.extract.help.reply import ANSWER_MARK, QUESTION_MARK, Reply, Want, part_of, reply_below, reply_beside
from datagen.extract.help.trouble import slots_of, wordings
from datagen.extract.reading import Candidate, Reading, is_clause, is_sentence, section_path
from datagen.phrasing import Slots, Template

ASKED = (Template("WNMCSI", "{question}"),)
# 신청을 취소하고 싶어요.
WISH = (
    Template("NI", "{wish} 어떻게 <해야 돼>"),
    Template("WCS", "{wish} 어떻게 하면 <돼>"),
    Template("NC", "{doing} 방법[ 좀|을] <알려 줘>"),
)
_ASKS = re.compile(r"(?:[?？]|(?:나|가|까)요|까)$")
# In a line that holds both: Q. … A. …, and as a term with its text: Q. …?: …, 취소하고 싶어요.: …
_BOTH = re.compile(
    rf"^(?P<asked>.+?[^\s:：])(?:\s+(?:{ANSWER_MARK.pattern.replace('^', '')})|"
    r"(?:(?<=[?？요])|(?<=[요다]\.))\s*[:：]\s+)"
)
_HELP = re.compile(r"질문|FAQ|Q ?& ?A|문의|도움말|고객 ?센터|물어보|궁금", re.IGNORECASE)
_HELP_TITLE = re.compile(r"^(?:도움말|고객 ?센터|자주 묻는 질문|FAQ)", re.IGNORECASE)
_QUESTION_HEAD = re.compile(r"^(?:자주 묻는 )?(?:질문|문의)(?: 내용| 사항)?$|^Q$")
_ANSWER_HEAD = re.compile(r"^(?:답변|답|해답|A)(?: 내용)?$")
# 주문 완료와 완결 처리의 차이점은?
_FRAGMENT = re.compile(
    r"(?<=\s)(?:차이점?|방법|이유|원인|조건|기준|종류|목적|의미|뜻|역할|장점|단점)[은는](?=\s?[?？]$)"
)
# Stiff in a question: 송장에 대한 수수료 → 송장의 수수료.
_ABOUT = re.compile(r"(?<=\S)에 대한 (?=\S)")
# What a list may answer that is no sentence.
_OPEN = re.compile(r"언제|어디|어떻게|어떤|어느|무엇|무슨|뭐|뭘|누구|누가|몇|왜|얼마|이유|방법|차이|종류|까닭")
_BROKEN_OFF = re.compile(r"면요?\s?[?？]$")  # 갑자기 못 나가게 되면요?
# Where a question that gives a choice of two is joined: 사는 편이 낫습니까, 빌리는 편이 낫습니까?
_HALVES = re.compile(r"(?<=까|요), ")
# 합쇼체 words that conversion leaves standing; 반말 and 해요체 say the right column.
_SPOKEN = (
    (re.compile(r"무엇이야(?=\?)"), "뭐야"),
    (re.compile(r"무엇이에요(?=\?)"), "뭐예요"),
    (re.compile(r"무엇인가요(?=\?)"), "뭔가요"),
    (re.compile(r"(?<!\S)무엇을(?= )"), "뭘"),
    (re.compile(r"(?<!\S)무엇으로(?= )"), "뭘로"),
    (re.compile(r"(?<!\S)무엇(?=부터|까지|이 )"), "뭐"),
    (re.compile(r"(?<=[가-힣])는가요(?=\?)"), "나요"),
)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line that may ask, from `start` to `end`, and the answer: `blocks`, or the same line from `reply_at` on.

    `is_set`: a Q or its table tells that it asks, whatever it says.
    """

    line: Line
    start: int
    end: int
    blocks: tuple[Block, ...] = ()
    is_set: bool = False
    reply_at: int | None = None


def faqs(reading: Reading) -> Iterator[Candidate]:
    """A pair for each question that a heading, a bold line or a Q-mark asks, with the answer that follows it."""
    entries = [(section, entry) for section in reading.sections() for entry in _entries(section)]
    asked = [(section, entry, text) for section, entry in entries if (text := _question(reading, entry))]
    registers = [_converted([text for _, _, text in asked], to) for to in ("hae", "haeyo", "hapsyo")]
    for (section, entry, _), *said in zip(asked, *registers, strict=True):
        reply = _reply(reading, entry, Want.FACT) if all(said) else None
        if reply is not None and not (reply.text.startswith("다음과 같습니다.") and not _OPEN.search(said[2])):
            hae, haeyo, hapsyo = (_scoped(reading, section, text) for text in said)
            yield _candidate(reading, section, entry, reply, ASKED, {"question": (hae, haeyo, hapsyo)}, hae != said[0])
    for section, entry in entries:
        yield from _of_wish(reading.at(section), section, entry)
        if entry.is_set:
            yield from _of_complaint(reading.at(section), section, entry)


def _scoped(reading: Reading, section: Section, question: str) -> str:
    """A question led in where a reader would miss the subject; what people are said to ask is whole: 자주 묻는 질문."""
    title, *below = [heading.text for heading in section.headings]
    is_own = _HELP_TITLE.search(title) is not None or any(map(_HELP.search, below))
    return question if is_own else reading.at(section).scope(question, has_context=True)


def _entries(section: Section) -> Iterator[_Entry]:
    """Every line of a section that may ask, with what follows it."""
    is_help = any(_HELP.search(heading.text) for heading in section.headings)
    for heading in section.headings[-1:]:
        start = heading.text.find(heading_text(heading.text))
        mark = QUESTION_MARK.match(heading.text, max(start, 0))
        yield _Entry(
            heading, mark.end() if mark else max(start, 0), len(heading.text), section.blocks, mark is not None
        )
    for index, block in enumerate(section.blocks):
        match block:
            case Paragraph(line=line, note=None):
                yield from _of_line(line, section.blocks[index + 1 :], is_help=is_help)
            case Items(items=items):
                for place, item in enumerate(items):
                    after = [one.line for one in items[place + 1 : place + 2]]
                    answers = [line for line in after if ANSWER_MARK.match(line.text)]
                    yield from _of_line(item.line, item.blocks or tuple(map(Paragraph, answers)), is_help=is_help)
            case Table():
                yield from _of_table(block)


def _of_table(table: Table) -> Iterator[_Entry]:
    """The rows of a table of questions and answers: 질문 | 답변."""
    heads = [head.text for head in table.header]
    asks = next((place for place, head in enumerate(heads) if _QUESTION_HEAD.match(head)), None)
    answers = next((place for place, head in enumerate(heads) if _ANSWER_HEAD.match(head)), None)
    if asks is None or answers is None:
        return
    for row in table.rows:
        line, answer = row[asks], row[answers]
        mark = QUESTION_MARK.match(line.text)
        if line.text and answer.text:
            yield _Entry(line, mark.end() if mark else 0, len(line.text), (Paragraph(answer),), is_set=True)


def _of_line(line: Line, following: tuple[Block, ...], *, is_help: bool = False) -> Iterator[_Entry]:
    """A line set apart as a question by a Q, in bold or by its page, and its answer after it or in the line itself."""
    both = _BOTH.match(line.text)
    mark = QUESTION_MARK.match(line.text)
    bold = line.marks[0].end if line.marks and line.marks[0].kind is MarkKind.BOLD and line.marks[0].start == 0 else 0
    asked = line.text[:bold].rstrip()
    # **Q. 월급날은 언제예요?** 매달 10일이에요.
    is_split = both is None and 0 < bold < len(line.text) - 1 and (mark is not None or _ASKS.search(asked) is not None)
    end = both.end("asked") if both else len(asked) if is_split else len(line.text)
    is_term = is_help and (both is not None or _ASKS.search(line.text) is not None)
    if mark or is_term or bold >= end - 1:
        is_set = mark is not None or (is_help and both is not None)
        reply_at = both.end() if both else bold if is_split else None
        yield _Entry(line, mark.end() if mark else 0, end, following, is_set, reply_at)


def _question(reading: Reading, entry: _Entry) -> str:
    """What an entry asks, as one sentence; empty where it asks nothing, or asks its reader (병합하고 싶습니까?)."""
    here, rest = part_of(reading, entry.line, entry.start, entry.end)
    text = _FRAGMENT.sub(r"\g<0> 무엇입니까", entry.line.text[entry.start : entry.end].strip())
    sentences = here.sentences.get(rest, ())
    if not _ASKS.search(text) or _BROKEN_OFF.search(text) or " " not in text or not sentences:
        return ""
    ends = without_tail(sentences[-1].tokens)
    if (ends[-2:-1] and ends[-2].form == "싶") or any(
        token.form in ("시", "으시") and token.tag == "EP" for token in sentences[-1].tokens
    ):
        return ""
    told, last = sentences[:-1], sentences[-1].text.strip()
    if not told:
        return _ABOUT.sub("의 ", text) if len(_ABOUT.findall(text)) == 1 and "의 " not in text else text
    # 비밀번호를 잊었습니다. 어떻게 해야 하나요? → 비밀번호를 잊었는데 어떻게 해야 하나요?
    said = complaint(rest.text[: told[0].end], told[0].tokens, is_told=True) if is_clause(told[0].tokens) else None
    return f"{said.spoken} {last}" if said and len(told) == 1 else ""


def _of_wish(reading: Reading, section: Section, entry: _Entry) -> Iterator[Candidate]:
    """How to do what an entry wishes: 신청을 취소하고 싶어요 → 신청을 취소하려면 어떻게 해야 돼?"""
    here, rest = part_of(reading, entry.line, entry.start, entry.end)
    tokens = without_tail(here.tokens(rest))
    forms = [token.form for token in tokens]
    if forms[-3:-1] != ["고", "싶"] or not is_sentence(here.tokens(rest)):
        return
    wanted = final_predicate(tokens[:-2])
    reply = _reply(reading, entry, Want.WAY)
    if wanted is None or reply is None:
        return
    text = rest.text[: wanted.end]
    wish, doing = with_ending(text, wanted, "려면").strip(), with_ending(text, wanted, "는", "ETM").strip()
    slots = {"wish": _scoped(reading, section, wish), "doing": _scoped(reading, section, doing)}
    yield _candidate(reading, section, entry, reply, WISH, slots, slots["wish"] != wish)


def _of_complaint(reading: Reading, section: Section, entry: _Entry) -> Iterator[Candidate]:
    """What to do about what an entry states: Q. 알림이 오지 않습니다."""
    here, rest = part_of(reading, entry.line, entry.start, entry.end)
    tokens = here.tokens(rest)
    if _ASKS.search(rest.text.strip()) or len(here.sentences.get(rest, ())) != 1 or any(t.form == "싶" for t in tokens):
        return
    said = message(rest.text) or complaint(rest.text, tokens, is_told=True)
    reply = _reply(reading, entry, Want.REMEDY) if said else None
    if said and reply and reply.acts:
        slots = slots_of(reading, said)
        yield _candidate(reading, section, entry, reply, wordings(said, reply), slots, slots["spoken"] != said.spoken)


def _reply(reading: Reading, entry: _Entry, want: Want) -> Reply | None:
    if entry.reply_at is not None:
        return reply_beside(reading, entry.line, entry.reply_at, entry.blocks, want)
    return reply_below(reading, entry.blocks, want)


def _candidate(
    reading: Reading, section: Section, entry: _Entry, reply: Reply, templates: tuple[Template, ...], slots: Slots,
    is_scoped: bool,
) -> Candidate:  # fmt: skip
    """The candidate of an entry; the title is cited where it leads the question in."""
    titles = reading.document.sections[0].headings[:1] if is_scoped else ()
    spans = (*reply.spans, entry.line.source(entry.start, entry.end), *(title.source() for title in titles))
    kind = "faq" if templates in (ASKED, WISH) else "trouble"
    return Candidate(kind, templates, slots, reply.text, tuple(dict.fromkeys(spans)), section_path(section))


def _converted(questions: Sequence[str], to: Target) -> list[str]:
    """Each question in a register, each half of a choice by itself; empty where one cannot turn."""
    halves = [_HALVES.split(question) for question in questions]
    turned = iter(convert([half for one in halves for half in one], to=to))
    said = [[next(turned) for _ in one] for one in halves]
    whole = ["" if any(half.unconverted for half in one) else ", ".join(half.text for half in one) for one in said]
    return [text and (_marked(text) if to == "hapsyo" else _spoken(text)) for text in whole]


def _marked(question: str) -> str:
    return f"{question.rstrip('.?？ ')}?"


def _spoken(question: str) -> str:
    """A question in 반말 or 해요체 without the written words: 무엇이야? → 뭐야?"""
    said = _marked(question)
    for written, spoken in _SPOKEN:
        said = written.sub(spoken, said)
    return said
