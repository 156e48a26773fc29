"""Label answers: how what a sentence says of a label is asked for and answered.

`길이가 같으면 이 확인란을 선택합니다.` of '고정 길이' → '고정 길이' 확인란은 언제 선택해야 돼?
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import final_predicate, without_tail
from datagen.extract.acts import VERBAL
from datagen.extract.leads import KINDS
from datagen.extract.reading import has_topic, is_clause, is_noun_phrase
from datagen.extract.screens import label_wordings as ask
from datagen.extract.screens.place import Place
from datagen.extract.statement import Statement
from datagen.phrasing import Template, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

_SET_SO = re.compile(r"^'?(?P<value>[A-Za-z0-9가-힣]{1,10})'?(?P<josa>으로|로) (?:설정|지정|선택)하면 (?=\S)")
_USED_SO = re.compile(r"^\S+(?: \S+){0,4} ?(?:설정|지정|선택|체크|클릭|입력)하면 |^(?:\S+ ){0,3}(?:누르면|켜면|끄면) ")
ENTER = frozenset("입력하 넣 적 기재하 기입하 작성하".split())
CHOOSE = frozenset("선택하 고르".split())
_SPECIFY = frozenset("지정하 설정하 정하 정의하 결정하".split())
_SHOW = frozenset("나타내 표시하 보이 보여주 표시되 나타나 나열하".split())
_VIEWS = frozenset("페이지 목록 화면 보고서".split())
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
_OF_LABEL = re.compile(rf" (?:{KINDS}|항목|설정|값|상자|매개변수|페이지|목록|화면|보고서)$")
_EMPTY_WORDS = frozenset("선택 입력 지정 설정 값 이름 관련 현재 해당 되 하".split())
_BY_MEANS = re.compile(r"[을를] (?:(?:사용|이용)하여|통해|사용하면) ")  # 이 필드를 사용하여 …
# What somebody does there, not the label: '예'를 눌러 연결을 끊습니다, 세부 정보를 봅니다.
_BY_HAND = re.compile(r"[을를로] (?:눌러|누르고|클릭하여|클릭해|선택하여|선택해|설정하여|지정하여|입력하여) ")
_USERS = frozenset("보 확인하 검토하 알아보 살펴보".split())
_MUST_DO = re.compile(r"(?:(?P<deed>입력|선택|지정|설정)해|\S)야 (?:합|한|됩|된)\S+$")  # 정수를 입력해야 합니다
# Values in brackets behind a noun that is not theirs: 식별자('숫자', '날짜')로 읽는 값의 유형.
_VALUES_INSIDE = re.compile(r"\('[^()]*'\)(?:의|[을를] \S+(?:하여|해)) ")
# Nouns that say how or when something is done, no object of it: 실시간 표시.
_MANNERS = frozenset("자동 수동 실시간 즉시 직접 일괄 개별 별도 정상 완전 추가 임시 별 순 후 뒤 시".split())
_CODED = re.compile(r"=|^[^\s/]+(?:/[^\s/]+)+$|, [A-Z0-9]")  # a formula; a mere list of choices: 재직/휴직/퇴직
# Values alone, and what only says how much or in which unit: 일반 / 긴급, 1 이상, 낱개 기준.
_VALUES = re.compile(r"[^\s/,()]{1,12}(?: [^\s/,()]{1,8})?(?: / [^\s/,()]{1,12}(?: [^\s/,()]{1,8})?)+")
_MEASURED = re.compile(
    r"^(?:최대|최소|기본(?:값)?) |^\d\S{0,6}$|^\S+ (?:기준|단위)(?:입니다|이다)?\.?$|"
    r"(?:이상|이하|이내|미만|초과|가능|불가|필수)(?:입니다|이다)?\.?$"
)
_ALLOWED_SAID = re.compile(r"^[^.]+만 (?:입력|선택|지정)할 수 있(?:습니다|다|어요)\.?$")
_REQUIRED_SAID = re.compile(r"(?:경우(?:에는?)?|때(?:는|만)?|이?면) 필수(?:입니다|이다|임)\.?$")
_BRACKETED = re.compile(r"\s*\([^()]*\)$")
_REMARK = re.compile(r"^\([^()]*\) ")
_STEADY = frozenset("버튼 단추 아이콘 타일 토글 클래스 탭 메뉴 전략 조치".split())
_DEFAULT_SAID = re.compile(r"^(?:이 (?:필드|옵션|값)의 )?기본(?:값| 설정)(?:은|이) ")
_RANGE_SAID = re.compile(r"사이의 (?:값|숫자|정수)(?:을|를) ")
_EMPTY_SAID = re.compile(r"(?:비워 ?(?:둡니다|둘 수 있습니다|두면 됩니다)|비워 ?둔다)\.?$")
_CASE_SAID = re.compile(r"(?:려면|는 경우|은 경우|인 경우|한 경우|된 경우|될 경우|할 경우|는 경우에만|면) ")
_IF = re.compile(r"면 ")  # 미등록 품목이면 붉게 표시됩니다: of one case only
_SET_SAID = re.compile(r"(?:으로|로) 설정(?:합니다|한다|하세요|하십시오|해야 합니다)\.?$")
_SWITCH = re.compile(
    r"'?(?P<value>예|아니요|아니오|켜기|끄기|켜짐|꺼짐|Y|N|TRUE|FALSE|True|False|사용|미사용)'?(?=(?:으로|로) 설정)"
)
ANSWER_LEAST = 8  # characters


@dataclass(frozen=True, slots=True)
class Field:
    """A label and what is said of it: `label` as a question names it ('고정 길이' 확인란)."""

    name: str
    kind: str
    place: Place
    source: tuple[int, int]
    is_entered: bool = False  # its list is led in as what one enters

    @property
    def label(self) -> str:
        """'고정 길이' 확인란."""
        is_said = self.name.endswith(self.kind)
        return f"'{self.name}'" if is_said else f"'{self.name}' {self.kind}"


Shaped = tuple[tuple[Template, ...], dict[str, str], str]


def shape(field: Field, statement: Statement) -> Shaped | None:
    """The question and the answer for the sentence that opens a label's description."""
    text, tokens = _REMARK.sub("", statement.say()), statement.tokens
    if (
        field.name == field.kind
        or _names_amiss(field, statement)
        or is_tautology(field, tokens)
        or len(text) < ANSWER_LEAST
        or " > " in text
        or _VALUES_INSIDE.search(text)
    ):
        return None
    names_label, verb = field.label in text, verb_of(tokens)
    if _REQUIRED_SAID.search(text) and not (names_label or has_topic(tokens)):
        return ask.REQUIRED_WHEN, {}, fill("{label:은/는} {text}", {"label": field.label, "text": text})
    if so := _SET_SO.match(text):
        rest = text[so.end("josa") :].lstrip()
        return (
            ask.SET,
            {"value": f"'{so['value']}'"},
            f"{attach(field.label, '을/를')} '{so['value']}'{so['josa']} {rest}",
        )
    if _USED_SO.match(text):
        return None  # what follows its use is not what it is for
    if verb in CHOOSE and re.search(rf"{re.escape(field.label)}[을를] 선택\S+$", text):
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
            return _shown(field), {}, text
        return (ask.ROLE, {}, text) if verb in _SHOW or _acts(tokens, verb) else None
    if re.match(r"에는 .*(?:포함|표시|나타)", rest):
        return _shown(field), {}, text
    return (ask.ROLE, {}, text) if _BY_MEANS.match(rest) else None


def _shown(field: Field) -> tuple[Template, ...]:
    return ask.VIEWED if field.kind in _VIEWS else ask.SHOWN


def _without_label(field: Field, text: str, tokens: Sequence[Token], verb: str) -> Shaped | None:
    """A description that leaves its label out: what one enters, chooses or sets there, what it is, what it does."""
    predicate = final_predicate(tokens)
    if predicate is None or not is_clause(tokens) or any(token.tag == "NP" for token in tokens):
        return None
    has_own = has_topic(tokens)
    if _MEASURED.search(text) or (verb in _SHOW and _IF.search(text)):
        return None
    if predicate.is_copula:
        return (
            None if has_own else (ask.MEANING, {}, fill("{label:은/는} {text}", {"label": field.label, "text": text}))
        )
    if _ALLOWED_SAID.match(text) and not (has_own or _IF.search(text)) and field.kind not in _STEADY:
        return ask.ALLOWED, {}, f"{field.label}에는 {text}"
    if has_own or _is_possible(tokens):
        return None
    if must := _MUST_DO.search(text):
        return _set_there(field, text, f"{must['deed']}하") if must["deed"] else None
    has_object = any(token.tag == "JKO" for token in tokens)  # 최대 행 수로 설정합니다: of what?
    if (has_object or verb not in _SPECIFY) and (there := _set_there(field, text, verb)) is not None:
        return there
    if not _has_subject(tokens) and not _BY_HAND.search(text) and (verb in _SHOW or _acts(tokens, verb)):
        return (
            _shown(field) if verb in _SHOW else ask.ROLE,
            {},
            fill("{label:은/는} {text}", {"label": field.label, "text": text}),
        )
    return None


def aside(field: Field, statement: Statement) -> Shaped | None:
    """What a further sentence says of a label: its default, its range, when it stays empty."""
    text = statement.say()
    slots = {"label": field.label}
    predicate = final_predicate(statement.tokens)
    if (default := _DEFAULT_SAID.match(text)) and predicate is not None and predicate.is_copula:
        return ask.DEFAULT, {}, fill(f"{{label}}의 {text[default.start() :]}", slots)
    if _EMPTY_SAID.search(text) and field.label in text and _CASE_SAID.search(text):
        return ask.LEFT_EMPTY, {}, text
    if _RANGE_SAID.search(text) and verb_of(statement.tokens) in (*ENTER, *CHOOSE) and field.label not in text:
        return ask.RANGE, {}, f"{field.label}에는 {text}"
    return None


def shape_phrase(field: Field, text: str, tokens: Sequence[Token]) -> Shaped | None:
    """The question and the answer for a description without a verb: a deed (이관할 지점 선택) or what the label is."""
    if _VALUES.fullmatch(text) and field.kind not in _STEADY:
        values = attach(", ".join(text.split(" / ")), "이/가")
        return ask.VALUES, {}, f"{field.label}의 값에는 {values} 있습니다."
    if is_tautology(field, tokens) or _is_thin(field, text, tokens):
        return None
    if _CODED.search(text) or _MEASURED.search(text):
        return None
    if (deed := deed_said(text, tokens)) is not None:
        said, verb = deed
        if verb in _SHOW or field.kind in _STEADY:
            return ask.ROLE, {}, fill("{label:은/는} {said}", {"label": field.label, "said": said})
        return _set_there(field, said, verb)
    is_remarked_deed = _BRACKETED.search(text) and _BRACKETED.sub("", text).rsplit(" ", 1)[-1] in VERBAL
    if not is_noun_phrase(tokens) or is_remarked_deed:
        return None  # 시간 선택 (30분 단위): its remark would be lost
    if field.is_entered:
        return ask.ENTERED, {}, fill("{label}에는 {text:을/를} 입력합니다.", {"label": field.label, "text": text})
    return ask.MEANING, {}, fill("{label:은/는} {text}입니다.", {"label": field.label, "text": text})


def _is_thin(field: Field, text: str, tokens: Sequence[Token]) -> bool:
    """Whether a short description tells too little: one word or the label's own (직위: 직원 직위), but itemNo: 품번."""
    if len(text) >= ANSWER_LEAST or field.name.isascii():
        return False
    return " " not in text or "," in text or any(token.form in field.name for token in tokens)


def _set_there(field: Field, said: str, verb: str) -> Shaped | None:
    """The question and the answer for what one enters, chooses or sets at a label."""
    for verbs, templates, particle in (
        (ENTER, ask.ENTERED, "에는"),
        (CHOOSE, ask.CHOSEN, "에서는"),
        (_SPECIFY, ask.SPECIFIED, "에서는"),
    ):
        if verb in verbs and field.kind not in _STEADY:
            return templates, {}, f"{field.label}{particle} {said}"
    return None


def deed_said(text: str, tokens: Sequence[Token]) -> tuple[str, str] | None:
    """A deed in noun form as a sentence, and its verb: 상세 정보 표시 → 상세 정보를 표시합니다."""
    deed = (
        next((word for word in (text.rsplit(" ", 1)[-1], tokens[-1].form) if word in VERBAL), "")
        if text and tokens
        else ""
    )
    before = text.removesuffix(deed).rstrip()
    ahead = [token for token in tokens if token.start < tokens[0].start + len(before)]
    if not deed or not ahead or not text.endswith(deed):
        return None
    if "/" in before and deed == "선택":  # 긴급/일반 선택
        return f"{before} 중에서 선택합니다.", "선택하"
    if ahead[-1].tag in ("NNG", "NNP", "SL", "XSN") and ahead[-1].form not in _MANNERS and "," not in text:
        before = attach(before, "을/를")
    elif ahead[-1].tag not in ("JKO", "JKB", "JX"):
        return None
    return f"{before} {deed}합니다.", f"{deed}하"


def _names_amiss(field: Field, statement: Statement) -> bool:
    """Whether what a sentence points at was named by the label though it is no label: '유형' 애플리케이션 식별자."""
    named = [text for _, _, text in statement.edits if text == "그" or text.startswith(f"'{field.name}' ")]
    return any(not _OF_LABEL.search(text) for text in named)


def _acts(tokens: Sequence[Token], verb: str) -> bool:
    """Whether a sentence says what a label does or serves for, not what state it is in: 비어 있다, 함께 작동한다."""
    predicate = final_predicate(tokens)
    is_state = predicate is not None and predicate.stem[0] in _STATES_AND_PASSIVES
    does = any(token.tag == "JKO" for token in tokens) and not is_state and verb not in _USERS
    return does or verb in _SERVES


def verb_of(tokens: Sequence[Token]) -> str:
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


def is_tautology(field: Field, tokens: Sequence[Token]) -> bool:
    """Whether a description says only the words of its label and place: 정책 이름 – 정책의 이름입니다."""
    likened = max((index for index, token in enumerate(tokens) if token.form == "같"), default=-1)
    nouns = [token for token in tokens[likened + 1 :] if token.tag in ("NNG", "NNP", "SL", "VA", "VV", "XR")]
    told = [token.form for token in nouns if token.form not in _EMPTY_WORDS]
    return all(form in f"{field.label} {field.place.at}" for form in told)
