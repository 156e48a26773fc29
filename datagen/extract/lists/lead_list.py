"""Lists that a sentence leads in: 다음 유형의 주문에 웨이브를 만들 수 있습니다 → 어떤 유형의 주문에 …?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from curation.korean.josa import attach
from curation.korean.predicate import final_predicate, with_ending, without_tail
from datagen.documents import Item, Items, Line, Section
from datagen.extract.lists.members import ITEM, MEMBERS, OPEN, Name, has_samples
from datagen.extract.reading import (
    NOUNS,
    Candidate,
    Reading,
    Sentence,
    is_clause,
    is_nominal,
    is_noun_phrase,
    section_path,
    without_stop,
)
from datagen.extract.screens.place import place_of
from datagen.extract.statement import lead_of
from datagen.phrasing import Slots, Template, asking, fill

if TYPE_CHECKING:
    from kiwipiepy import Token

LED = (Template("NMEPWIS", "{asked}"), Template("NCEM", "{whether} <알려 줘>"))
# What a lead-in says in place of the list: 다음 유형의 주문, 다음과 같은 네 가지 방법.
_NEXT = re.compile(
    r"(?:다음|아래)(?:[과와] 같은)? (?:[두세네몇]|다섯|여섯|일곱|여덟|아홉|\d+)?"
    r"(?: ?(?:가지|개의?|종류의))? ?(?=[가-힣A-Za-z])"
)
_IS_NEXT = re.compile(r"(?P<list>\S.*?)(?:은|는) (?:다음과|아래와) 같(?:습니다|다|아요|음)[.:]?$")
_NEXT_IS = re.compile(r"^(?:다음|아래)은 (?P<list>\S.*?)(?:입니다|이다|이에요|예요)[.:]?$")
_SO_MANY = re.compile(
    r"^(?P<list>\S.*)(?:에는|(?<!에)(?:은|는)) (?:두|세|네|다섯|여섯|일곱|여덟|아홉) ?가지(?:가|로)? "
    r"(?:있습니다|있다|나뉩니다|나눕니다)[.:]?$"
)
# 다음 방법 중 하나 이상을 → 어떤 방법을.
_ONE_OF = re.compile(r"(?P<noun>\S+) 중 (?:적어도 )?하나(?: 이상)?(?P<josa>을|를|이|가|은|는|에서|에|로|으로)(?= )")
# What whole sentences can be listed as; 다음 납품이 쉬워진다 lists nothing.
_TOLD_AS = re.compile(
    r"^(?:\S+ ){0,3}?\S*(?:방법|작업|조건|이유|경우|기능|동작|진술|규칙|사항|[이장단]점|특징|옵션|업데이트|정보|문제|"
    r"질문|원칙|기준|방식|내용|일|목적|유형|필드|값|매개|설정|전략|결과|역할|항목|요소|출처|정책|제한|요구|부분|단추|버튼|요건)"
)
# Sentences of which only what they list is told are no answer to what one asks: 어떤 값을 사용할 수 있어?
_BARE = re.compile(
    r"^어떤 (?:값|옵션|기능|필드|정보|항목|작업|설정|매개 ?변수|열|속성)(?:을|를|이|가)(?: \S+(?: 수)?)? ?$"
)
_ASIDE = re.compile(r"^(?:참고|예|아니요|중요|팁)[:,] |(?:^|\s)특히 ")
# What ties a lead-in to the sentence before it: 이후 새 행에 대해 다음 필드를 설정합니다.
_AGAIN = re.compile(r"^(?:이후|또한|그런 다음|그러면|그리고) ")
# Lists of which the names alone tell too little.
_NAMES_TELL_LITTLE = re.compile(r"다음.{0,12}(?:조건|경우|이유|진술)|(?:방법|조건|이유)(?:은|는) 다음과 같")
# What is somewhere, without a word of where: 다음 버튼이 포함되어 있습니다.
_IS_THERE = re.compile(r"(?:포함|표시|나열)되")
_WHERE = re.compile(r"\S(?:에|에는|에서|에서는|에도) ")
# Lead-ins over steps, links, pictures and samples list nothing.
_NO_LIST = re.compile(
    r"(?:다음|아래) (?:단계|절차|순서|링크|예|예제|예시|그림|표|섹션|항목|문서|토픽|시나리오|코드|"
    r"작업을 수행(?:합니다|하세요)|"
    r"메시지|이유|오류|내용|목록)|(?:링크|섹션|토픽|예제|예시|시나리오|데모) 중|참조|자세한|변경|개선|식별된 경우|"
    r"(?:^|\s)(?:이러한|이런|그런|그러한|여기) "
)
_POINTING = frozenset("이 그 저 해당 이런 그런 이러한 그러한".split())
# A name's value in another script, which the names alone would lose: 템플릿 이름: Accounts - Direct.
_FOREIGN = re.compile(r"^[:：\s]+[^가-힣]*[A-Za-z][^가-힣]*$")
_BULLET_CHARS, _LIST_CHARS = 110, range(4, 45)


def led_list(
    reading: Reading, section: Section, block: Items, names: Sequence[Name], intro: Line | None
) -> Candidate | None:
    """The list that a sentence leads in: 다음 유형의 주문에 웨이브를 만들 수 있습니다 → 어떤 유형의 주문에 …?"""
    sentences = reading.sentences.get(intro, ()) if intro else ()
    if not sentences or has_samples(block):
        return None
    sentence = sentences[-1]
    bullets = _bullets(reading, block, names)
    if bullets is None or _NO_LIST.search(sentence.text) or _points(sentence.tokens) or _ASIDE.search(sentence.text):
        return None
    if _are_cut(reading, block, bullets) and _NAMES_TELL_LITTLE.search(sentence.text):
        return None
    text = _AGAIN.sub("", sentence.text.rstrip(" :："))
    for pattern in (_IS_NEXT, _NEXT_IS, _SO_MANY):
        found = pattern.search(text)
        if found and len(found["list"]) in _LIST_CHARS and not OPEN.search(text) and not found["list"].endswith(" 예"):
            slots: Slots = {"list": reading.scope(found["list"], has_context=True)}
            lead = text if pattern is _SO_MANY else fill("{list:은/는} 다음과 같습니다.", {"list": found["list"]})
            return _listed(section, MEMBERS, slots, lead, bullets, sentence, block)
    lists_clauses = all(is_clause(reading.tokens(item.line)) for item in block.items)
    asked = _asked(reading, section, sentence, lists_clauses=lists_clauses)
    if asked is None:
        return None
    lead = re.sub(r"다음과 같은 ", "다음 ", text if text.endswith(".") else f"{text}.")
    return _listed(section, LED, asked, lead, bullets, sentence, block)


def _listed(
    section: Section, templates: tuple[Template, ...], slots: Slots, lead: str, bullets: Sequence[str],
    sentence: Sentence, block: Items,
) -> Candidate:  # fmt: skip
    answer = "\n".join([lead, *(f"- {bullet}" for bullet in bullets)])
    evidence = (sentence.source, *(item.line.source() for item in block.items))
    return Candidate("list", templates, slots, answer, evidence, section_path(section))


def _asked(reading: Reading, section: Section, sentence: Sentence, *, lists_clauses: bool) -> Slots | None:
    """다음 유형의 … 생성할 수 있습니다 as questions: 어떤 유형의 … 생성할 수 있어?"""
    predicate, found = final_predicate(sentence.tokens), _NEXT.search(sentence.text)
    if predicate is None or found is None or not is_clause(sentence.tokens) or predicate.is_copula:
        return None
    if len(_NEXT.findall(sentence.text)) > 1:
        return None
    start, end = sentence.start + found.start(), sentence.start + found.end()
    text = sentence.line.text
    if (
        lists_clauses
        and found[0].endswith(("다음 ", "아래 "))
        and not (_TOLD_AS.search(text[end:]) or " 중 " in text[end:])
    ):
        return None
    listed = _ONE_OF.sub(_one_of, _as_subject(sentence, end, text[end : predicate.start]))
    before = f"{_AGAIN.sub('', text[sentence.start : start])}어떤 {listed}"
    if before.count("에 대한 ") == 1 and "의 " not in before:
        before = before.replace("에 대한 ", "의 ")
    place = place_of(reading, section)
    when = f"{place.at} " if place and place.at.endswith(" 때") and " 때 " not in before else ""
    is_bare = _BARE.search(before.strip() + " ") or (_IS_THERE.search(text[end:]) and not _WHERE.search(before))
    if is_bare and not when:
        return None
    lead = f"{when}{before}" if when else reading.scope(before, has_context=True)
    placed = replace(predicate, start=len(lead), end=len(lead))
    is_adjective = predicate.is_adjective
    whether = with_ending(lead, placed, "ᆫ지" if is_adjective else "는지")
    return {"asked": asking(lead, placed), "whether": whether}


def _as_subject(sentence: Sentence, start: int, text: str) -> str:
    """정책은 순서에 영향을 준다 → 정책이 순서에 …: what one asks for is no topic yet."""
    after = [token for token in sentence.tokens if token.start >= start]
    first = next((place for place, token in enumerate(after) if token.tag not in NOUNS and token.tag != "JC"), 0)
    particle = after[first] if after else None
    if particle is None or particle.tag != "JX" or particle.form not in ("은", "는"):
        return text
    noun, rest = text[: particle.start - start], text[particle.start + particle.len - start :]
    return attach(noun, "이/가") + rest


def _one_of(found: re.Match[str]) -> str:
    """방법 중 하나를 → 방법을: the particle goes to the noun itself."""
    pairs = {
        "을": "을/를",
        "를": "을/를",
        "이": "이/가",
        "가": "이/가",
        "은": "은/는",
        "는": "은/는",
        "으로": "으로/로",
        "로": "으로/로",
    }
    josa = found["josa"]
    return attach(found["noun"], pairs[josa]) if josa in pairs else found["noun"] + josa


def _bullets(reading: Reading, block: Items, names: Sequence[Name]) -> list[str] | None:
    """The items as an answer lists them: whole where all are short, by their names where they have such; or None."""
    texts = [item.line.text for item in block.items]
    if not block.is_nested and all(
        len(text) <= _BULLET_CHARS and _is_whole(reading, item) for item, text in zip(block.items, texts, strict=True)
    ):
        nouns = {_is_noun(reading, item) for item in block.items}
        if len(nouns) == 1:  # never 컨트롤러 beside 페이지를 만드는 단계입니다
            return [without_stop(text) if True in nouns else text for text in texts]
    has_leads = all(lead_of(item.line) or ITEM.fullmatch(item.line.text) for item in block.items)
    if not names or not has_leads:
        return None
    rests = (item.line.text.partition(name.text)[2] for item, name in zip(block.items, names, strict=True))
    are_labels = all(
        name.text.endswith("이름") for name in names
    )  # 템플릿 이름, 작업 이름: the names they give are lost
    return None if are_labels or any(map(_FOREIGN.search, rests)) else [name.text for name in names]


def _are_cut(reading: Reading, block: Items, bullets: Sequence[str]) -> bool:
    """Whether bullets are but the names of items that say more."""
    return any(
        bullet.rstrip(".") != item.line.text.rstrip(".") for item, bullet in zip(block.items, bullets, strict=True)
    )


def _is_whole(reading: Reading, item: Item) -> bool:
    """Whether an item is a noun phrase or a sentence that leans on nothing."""
    tokens = reading.tokens(item.line)
    if " > " in item.line.text or "http" in item.line.text or _points(tokens):
        return False
    return is_clause(tokens) or _is_noun(reading, item)


def _is_noun(reading: Reading, item: Item) -> bool:
    tokens = reading.tokens(item.line)
    return is_noun_phrase(tokens) or is_nominal(without_tail(tokens))


def _points(tokens: Sequence[Token]) -> bool:
    return any(token.tag in ("MM", "NP") and token.form in _POINTING for token in tokens)
