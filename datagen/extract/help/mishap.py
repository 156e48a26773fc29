"""What went wrong, as people bring it up: 화면 꺼짐 → 화면이 꺼지는데; and what lies behind it, as a noun phrase."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import Predicate, final_predicate, with_ending, without_tail
from datagen.documents import Line
from datagen.extract.reading import NOUNS, Reading, is_noun_phrase, without_stop

if TYPE_CHECKING:
    from kiwipiepy import Token

# Nouns that name what went wrong: the particle before them, the one after them, and the verb they make:
# 인식률 저하 → 인식률이 저하되-, 인식 오류 → 인식 오류가 나-, 설비의 장애 → 설비에 장애가 나-.
_MISHAPS = {
    noun: forms
    for nouns, *forms in (
        ("저하 반복 중단 과열 두절 지연 누락 파손 손상 오염 마모 이탈 부착 변형 방전", "이/가", "", "되"),
        ("발생 감소 증가 정지 부족 불일치", "이/가", "", "하"),
        ("불량", "이/가", "", "이"),
        ("분실", "을/를", "", "하"),
        ("실패", "에", "", "하"),
        ("고장", "이/가", " ", "나"),
        ("불가", "이/가", "", "불가능하"),
        ("오류 에러", "", "이/가", "나"),
        ("장애", "에", "이/가", "나"),
        ("문제", "에", "이/가", "생기"),
    )
    for noun in nouns.split()
}
_VERB_TAGS = {"이": "VCP", "나": "VV", "생기": "VV", "되": "XSV", "하": "XSV", "불가능하": "VA"}
# Of these, what is over once it is noticed: 출력에 실패했는데, but 알람이 반복되는데.
_ONCE = frozenset("중단 정지 두절 누락 파손 손상 오염 마모 이탈 고장 실패 변형 방전 지연 부착 분실 장애 문제".split())
# Of these, what is bad wherever it stands: a heading 재고 부족 complains, a heading 물량 증가 does not.
_BAD = frozenset("불량 부족 지연 누락 파손 손상 불일치 분실 실패 고장 불가 오류 에러 장애 문제 두절".split())
# 배송 관련 문제, 기타 오류: whole classes of trouble.
_CLASSES = re.compile(r"(?:관련|기타|일반|일반적인|흔한|주요|자주 발생하는|등|의 주요)$")
# Verbs that say what happens to a thing: a noun noted down before them is their subject (화면 꺼짐).
_HAPPENS = frozenset(
    "꺼지 켜지 끊기 멈추 막히 걸리 떨어지 깨지 터지 나 어긋나 새 흔들리 풀리 느려지 사라지 번지 찢어지 늦 느리 벌어지 "
    "빠지 닳 헐거워지 뜨 눌리 잠기".split()
)
# What a complaint says: a denial, or something that has gone wrong, as a verb or as any other word.
_DENIALS = frozenset({"않", "못하", "없", "안", "못", "불가", "말"})
_WRONG_VERBS = re.compile(
    r"^(?:멈추|끊기|늦|틀리|깨지|사라지|겹치|떨어지|막히|다르|모자라|남|느리|꺼지|걸리|잠기|튕기|흐리|번지|새|넘어지|뜨|"
    r"어긋나|"
    r"깜빡|끼이|빠지|울리|무너지|찢어지|엎질러지)"
)
_WRONG = frozenset(
    "실패 오류 에러 고장 잘못 부족 지연 누락 중복 불일치 손상 파손 분실 이상 초과 만료 차단 초기화 거부".split()
)
_QUOTED = re.compile(
    r"^[\"'“‘「『](?P<message>[^\"'“”‘’「」『』]+)[\"'”’」』](?:\s*(?:오류 )?(?:메시지|오류|에러|경고|알림|팝업))?$"
)
_BUTS = frozenset({"는데", "ᆫ데", "은데"})
_TENSES = frozenset({"었", "았", "였"})


@dataclass(frozen=True, slots=True)
class Symptom:
    """A complaint as a condition (찍히지 않으면) and as people bring it up (찍히지 않는데)."""

    condition: str
    spoken: str


def complaint(text: str, tokens: Sequence[Token], *, is_told: bool) -> Symptom | None:
    """`text[start:]`, whose morphemes are `tokens`, as a complaint; None where it is none.

    `is_told`: its place (증상:, a table of symptoms) tells that it complains; else its words must.
    """
    ends = without_tail(tokens)
    if not ends or text.rstrip().endswith("?"):
        return None
    start, end = ends[0].start, ends[-1].start + ends[-1].len
    predicate = final_predicate(tokens)
    if predicate is not None and predicate.tag in ("EF", "ETN", "EC") and predicate.ending not in ("기", "까"):
        clause, found = with_subject(text[start:], tokens, _judged(predicate, tokens), start)
        is_bad = is_told or any(token.form in _DENIALS for token in ends) or any(map(_is_wrong, ends))
        if found is None or not is_bad:
            return None
        said = in_forms(clause, found)
        is_doubled = any(token.form in _BUTS for token in ends)  # 입력했는데 저장되지 않습니다
        return replace(said, spoken=said.condition) if is_doubled else said
    if not is_told and (ends[-1].form not in _BAD or _CLASSES.search(text[start : ends[-1].start].rstrip())):
        return None
    if (named := mishap(text[start:end], ends, start)) is None:
        return None
    said = in_forms(*named)
    return replace(said, spoken=with_ending(*named, "었는데")) if ends[-1].form in _ONCE else said


def message(text: str) -> Symptom | None:
    """What a screen says, as a complaint: '재고가 부족합니다' → '재고가 부족합니다'라는 메시지가 뜨면."""
    found = _QUOTED.match(text.strip())
    if found is None:
        return None
    said = attach(f"'{found['message'].strip().rstrip('.')}'", "이라는/라는")
    return Symptom(f"{said} 메시지가 뜨면", f"{said} 메시지가 뜨는데")


def in_forms(text: str, predicate: Predicate) -> Symptom:
    """A complaint that ends in a predicate, in its two forms: 화면이 꺼짐 → 화면이 꺼지면, 화면이 꺼지는데."""
    spoken = "ᆫ데" if predicate.is_adjective else "는데"
    timeless = replace(predicate, stem=tuple(part for part in predicate.stem if part[0] not in _TENSES))
    return Symptom(with_ending(text, timeless, "면").strip(), with_ending(text, predicate, spoken).strip())


def with_subject(
    text: str, tokens: Sequence[Token], predicate: Predicate, start: int = 0
) -> tuple[str, Predicate | None]:
    """A noted clause with its subject's particle: 화면 꺼짐 → 화면이 꺼짐; no predicate where the case is unknown.

    `tokens` and `predicate` count from `start` before the text.
    """
    predicate = replace(predicate, start=predicate.start - start, end=predicate.end - start)
    before = [token for token in tokens if token.start < predicate.start + start]
    if not before or before[-1].tag not in NOUNS - {"NNB"} or predicate.stem[0][1].startswith("XS"):
        has_case = any(token.tag in ("JKS", "JKC", "JKO", "JX", "JKB") for token in before)
        return text, predicate if has_case else None
    end = before[-1].start + before[-1].len - start
    if predicate.stem[0][0] not in _HAPPENS or text[end : predicate.start] != " ":
        return text, None
    said = attach(text[:end], "이/가")
    moved = len(said) - end
    text = f"{said} {text[predicate.start :]}"
    return text, replace(predicate, start=predicate.start + moved, end=predicate.end + moved)


def mishap(text: str, tokens: Sequence[Token], start: int = 0) -> tuple[str, Predicate] | None:
    """A noun phrase that names what went wrong, as a clause: 바코드 인식률 저하 → 바코드 인식률이 저하 + 되다."""
    if len(tokens) < 2 or tokens[-1].form not in _MISHAPS or tokens[-2].tag not in (*NOUNS, "JKG"):
        return None
    noun = tokens[-1].form
    case, particle, verb = _MISHAPS[noun]
    before = text[: tokens[-1].start - start].rstrip()
    if tokens[-2].tag == "JKG" and case:
        before = before.removesuffix("의")  # 설비의 장애 → 설비에 장애가
    led = f"{attach(before, case) if '/' in case else before + case} "
    if noun == "불가":
        said = led
    elif particle == " ":
        said = f"{led}{noun} "
    else:
        said = f"{led}{attach(noun, particle)} " if particle else f"{led}{noun}"
    return said, Predicate(len(said), len(said), ((verb, _VERB_TAGS[verb]),), "다", "EF")


def cause(reading: Reading, line: Line) -> str | None:
    """A cause as a noun phrase: 스캐너 렌즈 오염 · 버튼이 눌려 있는 것."""
    tokens, text = without_tail(reading.tokens(line)), without_stop(line.text)
    if len(reading.sentences.get(line, ())) != 1:
        return None
    if is_noun_phrase(tokens):
        return text.strip()
    predicate = final_predicate(tokens)
    if predicate is None or predicate.tag not in ("EF", "ETN"):
        clause = mishap(text, tokens)  # 만재 센서에 이물질 부착
        return f"{with_ending(clause[0], clause[1], 'ᆫ', 'ETM').strip()} 것" if clause else None
    text, found = with_subject(text, tokens, predicate)
    if found is None:
        return None
    happened = found.stem[0][0] in _HAPPENS and len(found.stem) == 1
    is_done = found.stem[0][0] == "않" or found.stem[-1][0] in _TENSES
    ending = "ᆫ" if found.is_adjective or happened or is_done else "는"
    plain = replace(found, stem=tuple(part for part in found.stem if part[0] not in _TENSES))
    return f"{with_ending(text, plain, ending, 'ETM').strip()} 것"


def _judged(predicate: Predicate, tokens: Sequence[Token]) -> Predicate:
    """The predicate, its 않 an adjective where it denies one: 정확하지 않은데, but 보이지 않는데."""
    denied = [token.tag for token in tokens if token.start < predicate.start][-2:]
    if predicate.stem[0][0] != "않" or not denied or not denied[0].startswith(("VA", "XSA")):
        return predicate
    return replace(predicate, stem=(("않", "VA"), *predicate.stem[1:]))


def _is_wrong(token: Token) -> bool:
    is_verb = token.tag.startswith("V")
    return bool(_WRONG_VERBS.match(token.form)) if is_verb else token.form in _WRONG
