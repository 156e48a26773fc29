"""One step of a procedure as it may stand in an answer: its instructions, labels in quotes, one mood, no asides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.korean.josa import attach
from curation.korean.predicate import Predicate, final_predicate, rejoin, without_tail
from datagen.documents import Block, Item, Items, Line, MarkKind, Paragraph
from datagen.extract.acts import DEICTIC, VERBAL, Act, act_of_heading, act_of_sentence
from datagen.extract.labels import labels, quoted
from datagen.extract.reading import PEOPLE, Reading, Sentence, has_subject, is_noun_phrase, is_sentence

# What only explains, shows, or points elsewhere; an answer does without it.
_ASIDE = re.compile(
    r"^(?:\(|예를 들어|예컨대|예:|이것은|이는|이 값|이 필드|이 옵션|이 설정|이렇게|이러한|여기|일반적으로|기본적으로"
    r"|참고|따라서|즉[, ]|자세한|더 자세한|추가 정보|나중에(?! 필요))|참조(?:하|해|바)|참고(?:하|해|바)|방금|앞서"
    r"|나타납니다|열립니다|표시됩니다"
)
_POINTER = re.compile(r"^(?:\(|예를 들어|참고|자세한)|참조(?:하|해|바)|참고(?:하|해|바)")
# A step that forks: what is left of it would be half of it.
_BRANCHES = re.compile(r"^(?:이 경우|그렇지 않으면|그렇지 않은 경우)|건너뛰|건너뜁")
# Data made up for a demonstration, or the text itself as a place.
_MADE_UP = re.compile(
    r"(?:데모|예제|예시|샘플|실습) ?(?:데이터|시나리오|값|용)"
    r"|(?:이|다음|이전|앞|예제|예시) (?:예|시나리오|섹션|토픽|항목|절차|문서)|테스트 목적|시나리오(?:에서|에 대|를 위)"
)
_ELSEWHERE = re.compile(
    r"(?:이전|앞선|위|다른) (?:섹션|절차|항목|장|절)|(?:뒷|앞)부분|설명된 대로|설명한 대로|(?:그림|표) \d"
)
# Words that lean on other steps or other text, or make a step optional.
LEANS = re.compile(
    r"선택한 \S+에 |방금|다음|아래|위의|참조|참고|이전 단계|단계를 반복|\d ?단계|나머지|섹션에"
    r"|예를 들|선택 (?:사항|과목)|필요한 경우|필요에 따라|(?:표시|나열)되는|(?:열리|나타나)는|해당|이렇게|이전에|앞서"
)
# A duty among the sentences of a step: … 항목에 대해 선택해야 합니다.
_MUST = re.compile(r"(?:[가-힣]야|면 안|지 않아야|지 말아야) ?(?:합니다|한다|하며|됩니다|된다)|십시오|세요")
# What a step ends in rather than what it asks for: 대화 상자가 열립니다.
_RESULT = re.compile(r"(?:나타납니다|열립니다|표시됩니다|나타난다|열린다|표시된다)\.?$")
# What binds a step, and what one does that something comes of: 사진이 없으면 저장되지 않는다, 입력하면 계산된다.
_BINDS = re.compile(r"(?:없으면|아니면|넘으면) [^.]*(?:않|없|못)|지 (?:않으면|못하면) ")
_BRINGS = re.compile(r"(?:선택|입력|클릭|스캔|등록|체크|저장|업로드)하면 |누르면 ")
# An order of things, no path: 외관 → 기능 → 위생 순으로 확인합니다.
_IN_TURN = re.compile(r"→[^.]*순(?:서)?(?:으로|대로) ")
# What may be done, or done instead: 행을 더할 수 있습니다. 또는 기존 행을 고릅니다.
_OFFERS = re.compile(r"수(?:도|는)? (?:있습니다|있다)\.?$|^또는|두세요\.?$|둡니다\.?$")
_ASKS_VALUE = re.compile(r"입력|선택|설정|지정|변경|고르|고릅|고른|스캔|필터")
# A value that belongs to somebody's own data: 1을 입력, A0001, FLOOR-05, 51 픽 투 팩.
_OWN_VALUE = re.compile(
    r"(?:^|(?<=[\s'\"‘“(]))(?:"
    r"\d[\d,.]*['\"’”]?(?:을|를|로|으로|과|와|이|가|은|는|에|의|인)(?=[\s.,)]|$)"
    r"|\d[\d,.]*(?= [가-힣A-Za-z])(?! ?(?:개|단계|번|자리|명|건|회|시간|분|일|월|년|박스|줄|행|열|가지|곳|장|이상))"
    r"|(?=[A-Za-z0-9_-]*\d)[A-Za-z]+[A-Za-z0-9]*[_-]?\d[\w-]*['\"’”]?(?:을|를|로|으로|과|와)(?=[\s.,)]|$)"
    r"|[A-Za-z]+\d{3,}\b|[A-Z]{2,}[-_]\d+|[A-Za-z]+_[A-Za-z]+"
    r"|(?<=[에을를] )[\"'“‘]?[A-Za-z][A-Za-z ]*['\"’”]?(?:을|를|로|으로) (?:입력|설정)"
    r")"
)
_LIKE = re.compile(r"[A-Za-z0-9가-힣]+(?:와|과) 같(?:은|이) .*(?:입력|선택|지정)")
_FIELD_LATIN = re.compile(
    r"(?:필드|옵션|목록)(?:에서|를|을) ['\"‘]?[A-Z][A-Za-z]+['\"’]?(?:를|을|로|으로) (?:선택|설정)"
)
# 다음 as what follows below, not as what is done next (선택한 다음 항목을 …).
_MODIFIED = "".join(chr(0xAC00 + syllable) for syllable in range(4, 11172, 28))
_BELOW = re.compile(
    rf"(?<![{_MODIFIED}] )다음 (?:\S+ )?"
    r"(?:값|필드|정보|설정|옵션|항목|단계|작업|페이지|표|그림|기준|행|줄|목록|중|예|호의|사항|조치)|다음과 같|다음 각"
    rf"|(?<![{_MODIFIED}] )다음 (?:\S+ ){{1,4}}중 (?:하나|한)"
)
_ALTERNATIVES = re.compile(r"다음 (?:단계|작업|절차|방법|옵션|항목|페이지)? ?중 하나")
_OUT_OF = re.compile(r"다음 (?:단계|작업|절차|방법) 중")
_IMPERATIVES = frozenset({"세요", "으세요", "ᆸ시오", "읍시오", "오", "십시오", "으십시오", "어라", "라", "어요"})
_LABELLED = re.compile(r"^(?P<label>[^.:–]{1,40}?)\s*(?:[–:]| - )\s*(?P<text>\S.*)$")
_VAGUE = re.compile(
    r"(?:^|[에서] )(?:값|옵션|숫자|번호|항목)[을를] (?:입력하거나 )?(?:선택|입력)(?:하거나 선택)?"
    r"(?:합니다|한다|하세요|하십시오)"
    r"|선택한 행을 표시|조회를 엽니다|원하는 (?:레코드|행|항목)[을를] (?:찾아 )?선택"
)
_CLICK = re.compile(
    r"^(?:(?:작업 창|도구 모음|화면|메뉴|대화 상자|페이지)에서 )?"
    r"(?:'[^'>]+'|새로 만들기|저장 후 닫기|[^ >]{1,8})(?: ?(?:버튼|단추|아이콘|페이지|창|화면))?[을를] (?:다시 )?"
    r"(?:선택|클릭|탭|누르|누릅|닫|터치)\S*$|^\S{1,8}[을를] 닫\S*$"
)
# What people do rather than what is done to them: 부서장 결재, 담당자 확인.
_BY_WHOM = re.compile(r"(?:결재|승인|확인|검토|서명|보고|접수|협의|검수|점검|심사|승낙)합니다$")
_WHO = re.compile(rf"{PEOPLE.pattern}|[가-힣](?:장|과|부|국|실)$")
# What a machine does, in note form: 대시보드 화면 자동 표시.
_BY_ITSELF = re.compile(
    r"자동으로 |(?:로드|연동|반영)합니다$|(?:버튼|메뉴|화면|창|메시지)[을를] (?:표시|활성화)합니다$"
)
_REMARK = re.compile(r"\S ?(?P<text>\([^()]+\))[.]?$")
# An object without its particle before 하여: 검색창에 상품명 입력하여 상품을 검색합니다.
_BARE_OBJECT = re.compile(
    r"(?P<noun>[가-힣A-Za-z0-9]{2,}['\"’”]?) (?P<verbal>[가-힣]{2,4})"
    r"(?P<ending>(?:하여|해서|하고|한 (?:후|뒤|다음))[ ,])"
)
_HAS_PARTICLE = re.compile(
    r"(?:[을를에로은는도만서며고여]|[가-힣]이|까지|부터|직접|함께|모두|다시|바로|자동|수동|일괄|개별)$"
)
_MODIFIED_NOUN = re.compile(r"(?:에서|[는한할된은]|의) ")
_SUB_CHARS = 110


@dataclass(frozen=True, slots=True)
class Instruction:
    """A step: `text` as an answer says it, with sub-steps on lines of their own; the spans it rests on.

    `sentence` is the one instruction it gives, None where it gives several, has parts or is a note; `first` is the
    first of several. `is_whole`: no duty, permission or path is left out. `is_bare`: nothing at all is left out.
    """

    text: str
    sources: tuple[tuple[int, int], ...]
    line: Line
    sentence: Sentence | None = None
    first: Sentence | None = None
    is_whole: bool = True
    is_bare: bool = True


def read_instruction(reading: Reading, item: Item) -> Instruction | None:
    """A list's entry as an instruction; None where it shows sample data, points elsewhere, or is no act."""
    sentences = _instructions(reading, item.line)
    if sentences is None:
        return _noun_instruction(reading, item)
    if not sentences:
        return None
    text = " ".join(stated(sentence) for sentence in sentences)
    sources = tuple(sentence.source for sentence in sentences)
    below = [block for block in item.blocks if not _is_left_out(block)]
    is_announced = _BELOW.search(sentences[-1].text) is not None
    if is_announced or any(_acts_below(reading, below)):
        return _with_parts(reading, item, sentences, below)
    if any(not isinstance(block, Items) for block in below):
        return None
    is_bare = not item.blocks and len(sentences) == len(reading.sentences[item.line])
    one = sentences[0] if len(sentences) == 1 else None
    is_whole = _is_all(reading, item, sentences, item.blocks)
    return Instruction(text, sources, item.line, one, sentences[0], is_whole, is_bare)


def _is_all(reading: Reading, item: Item, kept: Sequence[Sentence], left: Sequence[Block]) -> bool:
    """Whether no sentence that a step leaves out, on its line or in the blocks below it, tells what to do."""
    own = (sentence for sentence in reading.sentences.get(item.line, ()) if sentence not in kept)
    return not any(_demands(reading, sentence) for sentence in (*own, *every_sentence(reading, left)))


def _demands(reading: Reading, sentence: Sentence) -> bool:
    """Whether a sentence tells what to do, must be done or may be done, or where to go: no remark, no pointer."""
    if _POINTER.search(sentence.text):
        return False
    has_path = any(len(label.levels) > 1 for label in labels(sentence.line, sentence.start, sentence.end))
    has_call = _MUST.search(sentence.text) is not None or _OFFERS.search(sentence.text) is not None
    return has_path or has_call or _instructs(reading, sentence)


def _with_parts(
    reading: Reading, item: Item, sentences: Sequence[Sentence], below: Sequence[Block]
) -> Instruction | None:
    """A step with its sub-steps; None where what it announces is gone, or one of them cannot be told."""
    if len(below) != 1 or not isinstance(below[0], Items) or has_subject(sentences[-1].tokens):
        return None
    text = " ".join(stated(sentence) for sentence in sentences)
    parts = [_part(reading, part) for part in below[0].items]
    if any(part is None for part in parts) or (_ALTERNATIVES.search(text) and len(parts) < 2):
        return None
    said = [part for part in parts if part is not None]
    return Instruction(
        "\n".join([_OUT_OF.sub("다음 중", text), *(f"   - {part}" for part, _ in said)]),
        (*(sentence.source for sentence in sentences), *(span for _, spans in said for span in spans)), item.line,
        is_whole=_is_all(reading, item, sentences, [block for block in item.blocks if block is not below[0]]),
        is_bare=False,
    )  # fmt: skip


def _acts_below(reading: Reading, blocks: Sequence[Block]) -> list[bool]:
    """Of each entry of the lists below a step, whether it is a sub-step rather than a remark."""
    lines = [item.line for block in blocks if isinstance(block, Items) for item in block.items]
    firsts = [parts[0] for line in lines if (parts := reading.sentences.get(line, ()))]
    return [act_of_sentence(reading, first) is not None and not _ASIDE.search(first.text) for first in firsts]


def stated(sentence: Sentence) -> str:
    """A sentence with its labels in quotes; a request becomes a statement: 누르세요, 눌러 주세요 → 누릅니다."""
    tokens = without_tail(sentence.tokens)
    predicate = final_predicate(tokens)
    if predicate is None or predicate.tag != "EF" or predicate.ending not in _IMPERATIVES:
        is_path = _IN_TURN.search(sentence.text) is None
        text = quoted(sentence.line, sentence.start, sentence.end) if is_path else sentence.text
        text = text.replace("려면: ", "려면 ")
        return text if text.endswith((".", "!", "?")) else f"{text}."
    stem = tuple(part for part in predicate.stem if part[0] not in ("시", "으시"))
    start = predicate.start
    if stem[0] == ("주", "VX"):
        index = next(i for i, token in enumerate(tokens) if token.start >= start) - 2
        stem, start = ((tokens[index].form, tokens[index].tag),), tokens[index].start
    if stem[0][0] in ("말", "하") and stem[0][1] == "VX":
        return quoted(sentence.line, sentence.start, sentence.end)
    said = quoted(sentence.line, sentence.start, start).replace("려면: ", "려면 ")
    gap = " " if sentence.line.text[start - 1 : start] == " " else ""
    return f"{said}{gap}{rejoin(Predicate(0, 0, stem, '', 'EF'), 'ᆸ니다', 'EF')}."


def is_sample(sentence: Sentence) -> bool:
    """Whether a sentence asks for a value of somebody's own data: 1을 입력합니다, A0001을 선택합니다."""
    text = sentence.text
    if _MADE_UP.search(text):
        return True
    if not _ASKS_VALUE.search(text):
        return False
    for mark in sentence.line.marks:
        if not sentence.start <= mark.start < sentence.end:
            continue
        marked = sentence.line.text[mark.start : mark.end]
        if mark.kind in (MarkKind.ITALIC, MarkKind.CODE) and re.search(r"[A-Za-z0-9]", marked):
            return True
        if mark.kind is MarkKind.BOLD and re.match(r"[^\d].*[가-힣]|[가-힣]", marked):  # 코드 1 필드, but not 51 팔레트
            start = mark.start - sentence.start
            text = text[:start] + "가" * len(marked) + text[start + len(marked) :]
    return any(found.search(text) for found in (_OWN_VALUE, _LIKE, _FIELD_LATIN))


def _instructions(reading: Reading, line: Line) -> list[Sentence] | None:
    """The sentences of a line that instruct, asides left out; none where one cannot be told, None for no sentence."""
    sentences = reading.sentences.get(line, ())
    if not sentences or not _is_told(sentences[0]):
        return None
    kept: list[Sentence] = []
    for sentence in sentences:
        is_first = sentence is sentences[0] and not _POINTER.search(sentence.text)
        is_told = _is_told(sentence) and not _ASIDE.search(sentence.text)
        if _BRANCHES.search(sentence.text):
            return []
        is_alike = bool(kept) and all(_BRINGS.search(one.text) for one in (kept[0], sentence))
        if is_first or (is_told and (not kept or is_alike or _goes_on(reading, sentence))):
            kept.append(sentence)
    if len(kept) == 1 < len(sentences) and _RESULT.search(kept[0].text) and not _BRINGS.search(kept[0].text):
        return []
    if not kept or any(is_sample(sentence) or _ELSEWHERE.search(sentence.text) for sentence in kept):
        return []
    return kept


def _is_told(sentence: Sentence) -> bool:
    """Whether a sentence is whole, or an order in note form: 외관을 확인할 것."""
    tokens = without_tail(sentence.tokens)
    is_order = len(tokens) > 2 and tokens[-1].form == "것" and tokens[-2].form in ("ᆯ", "을") and tokens[-2].tag == "ETM"
    return is_order or is_sentence(sentence.tokens)


def _goes_on(reading: Reading, sentence: Sentence) -> bool:
    """Whether a sentence after the first says what to do, what must or what may be done, and stands by itself."""
    is_called = _MUST.search(sentence.text) or _OFFERS.search(sentence.text) or _BINDS.search(sentence.text)
    is_free = not any(token.tag in ("MM", "NP") and token.form in DEICTIC for token in sentence.tokens)
    return _instructs(reading, sentence) or (is_called is not None and is_free)


def _instructs(reading: Reading, sentence: Sentence) -> bool:
    """Whether a sentence after the first goes on with what to do."""
    tokens = without_tail(sentence.tokens)
    has_topic = any(token.tag == "JX" and token.form in ("은", "는", "ᆫ") for token in tokens)
    return not has_topic and not has_subject(tokens) and act_of_sentence(reading, sentence) is not None


def _noun_instruction(reading: Reading, item: Item) -> Instruction | None:
    """A step in note form (개조식): 송장 스캔 → 송장을 스캔합니다. A remark in brackets stays: 선택합니다(배송 시)."""
    tokens = reading.tokens(item.line)
    if item.blocks or not tokens or len(item.line.text) > _SUB_CHARS or _MADE_UP.search(item.line.text):
        return None
    act = act_of_heading(reading, item.line)
    if act is None or re.search(r"[A-Z]{0,3}\d{2,}", item.line.text) or _BY_ITSELF.search(act.statement):
        return None
    start = item.line.text.find(act.before)
    if start < 0 and any(len(label.levels) > 1 for label in labels(item.line)):
        return None
    text = _said(item.line, act, start) if start >= 0 else act.statement
    if act.thing and _BY_WHOM.search(text) and _WHO.search(act.thing) and not _MODIFIED_NOUN.search(act.thing):
        text = attach(act.thing, "이/가") + text.removeprefix(attach(act.thing, "을/를"))  # 부서장 결재
    if "→" in text:
        return None  # 발주지점에서 주문 관리 → 주문 선택: a path without its particles
    remark = _REMARK.search(item.line.text)
    text = _BARE_OBJECT.sub(_with_particle, text) + (remark["text"] if remark else "")
    return Instruction(f"{text}.", (item.line.source(),), item.line)


def _said(line: Line, act: Act, start: int) -> str:
    """An act that stands at a place of a line as a statement, its labels in quotes."""
    gap = " " if act.before.endswith(" ") else ""
    said = quoted(line, start, start + len(act.before))
    return f"{said}{gap}{rejoin(act.predicate, 'ᆸ니다', 'EF')}"


def _with_particle(found: re.Match[str]) -> str:
    """상품명 입력하여 → 상품명을 입력하여; what is an adverb or has its particle stays."""
    noun, verbal = found["noun"], found["verbal"]
    if verbal not in VERBAL or _HAS_PARTICLE.search(noun):
        return found[0]
    return f"{attach(noun, '을/를')} {verbal}{found['ending']}"


def _is_left_out(block: Block) -> bool:
    """Whether a block below a step may go: a note, or prose that says what then happens."""
    return isinstance(block, Paragraph) and not block.line.text.startswith(("또는", "혹은", "그런 다음", "다음"))


def _part(reading: Reading, item: Item) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """A sub-step or a labelled field with what to enter there, on one line; None for a sample value or a long text."""
    if any(not _is_left_out(block) for block in item.blocks):
        return None
    sentences = reading.sentences.get(item.line, ())
    if not sentences:
        return None
    first = sentences[0]
    if not _is_told(first):
        text = quoted(item.line)
        is_plain = not re.search(r"[:>\d]", item.line.text) and len(text) <= _SUB_CHARS
        return (text, (item.line.source(),)) if is_plain and is_noun_phrase(first.tokens) else None
    if labelled := _LABELLED.match(first.text):
        return _labelled_part(reading, item.line, first, labelled)
    told = _instructions(reading, item.line)
    if not told:
        return None
    text = " ".join(stated(sentence) for sentence in told)
    return (text, tuple(sentence.source for sentence in told)) if len(text) <= 2 * _SUB_CHARS else None


def _labelled_part(
    reading: Reading, line: Line, first: Sentence, labelled: re.Match[str]
) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """정책 이름 – 정책의 이름을 입력합니다. → '정책 이름': 정책의 이름을 입력합니다."""
    if is_sample(first) or _ASIDE.search(labelled["text"]) or not is_sentence(first.tokens):
        return None
    if len(first.text) > _SUB_CHARS:
        return None
    start = first.start + labelled.start("text")
    said = stated(Sentence(line, start, first.end, tuple(t for t in first.tokens if t.start >= start)))
    label = labelled["label"].strip("'\"[]")
    is_wish = label.endswith("려면")
    return (f"{label} {said}" if is_wish else f"'{label}': {said}", (first.source,))


def ended(sentence: Sentence, act: Act, form: str, tag: str = "EC") -> str:
    """A sentence's act with another ending, its labels in quotes as an answer has them: '설명'을 입력한."""
    start = sentence.line.text.find(act.before, sentence.start)
    if start < 0:
        return act.ending(form, tag)
    stop = start + len(act.before)
    gap = " " if act.before.endswith(" ") else ""
    is_path = _IN_TURN.search(sentence.text) is None
    said = quoted(sentence.line, start, stop) if is_path else sentence.line.text[start:stop]
    return f"{said}{gap}{rejoin(act.predicate, form, tag)}"


def is_vague(instruction: Instruction) -> bool:
    """Whether a step names no more than that some value is due: 단위 필드에 값을 입력합니다."""
    return _VAGUE.search(instruction.line.text) is not None


def is_click(instruction: Instruction) -> bool:
    """Whether a step only presses something or leaves a page: 저장을 선택합니다, 페이지를 닫습니다."""
    return _CLICK.search(instruction.text) is not None


def every_sentence(reading: Reading, blocks: Sequence[Block]) -> Iterator[Sentence]:
    """The sentences of prose and lists, in reading order, those inside lists too."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from reading.sentences.get(block.line, ())
        elif isinstance(block, Items):
            for item in block.items:
                yield from reading.sentences.get(item.line, ())
                yield from every_sentence(reading, item.blocks)
