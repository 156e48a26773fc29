"""Where, or with what, one can do something: `계획 화면에서 주기를 바꿀 수 있다.` → 주기는 어디에서 바꿀 수 있어?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from curation.korean.predicate import Predicate, final_predicate
from datagen.extract.prose.claims import asked_by
from datagen.extract.prose.definition import is_term
from datagen.extract.reading import NOUNS, PEOPLE, Candidate, Reading, is_clause
from datagen.extract.standing import hangs, leaves_open, qualified
from datagen.extract.statement import Statement, heading_named, lead_of, statements
from datagen.phrasing import Slots, Template, asking

if TYPE_CHECKING:
    from kiwipiepy import Token

WHERE = (Template("NWIS", "{object:은/는} 어디에서 {act}"), Template("CM", "{object:을/를} 어디에서 {act}"))
WITH = (
    Template("NWIS", "{object:은/는} [뭘로|무엇으로] {act}"),
    Template("CM", "{object:을/를} [뭘로|무엇으로] {act}"),
)
# Where one works on a screen: its name ends so.
_SCREEN = re.compile(
    r"(?:페이지|화면|탭|메뉴|영역|공간|앱|창|대화 ?상자|팝업|양식|워크벤치|포털|센터|대시보드|관리|설정|사이트|"
    r"클라이언트)'?$"
)
_USING = frozenset({"사용", "이용", "활용"})
# What is said besides the deed, and that a question leaves out: 필요한 경우 켤 수 있습니다.
_ASIDE = re.compile(r"(?:(?:필요|원)(?:한 경우|하면|에 따라|할 때)|언제든지|직접|또한|추가로) ")
_VAGUE = re.compile(r"^(?:새|추가|다른|모든|각|여러|다양한|관련|일부|특정|현재|선택한|이러한|나머지) |^\S+$")
_OBJECT_CHARS, _ACT_CHARS, _MEANS_CHARS = range(3, 40), range(3, 34), range(2, 50)


@dataclass(frozen=True, slots=True)
class _Deed:
    """What can be done, and where or with what."""

    means: tuple[Token, ...]
    is_tool: bool  # …을 사용하여
    object: tuple[Token, ...]  # with its particle
    start: int  # of what follows the object
    predicate: Predicate


def means(reading: Reading) -> Iterator[Candidate]:
    """A pair for each sentence that says on which screen, or with what, something can be done."""
    for section in reading.sections():
        for statement in statements(reading, section):
            if lead_of(statement.sentence.line) is None and not hangs(statement) and not leaves_open(statement):
                yield from _candidate(reading.at(section), statement)


def _candidate(reading: Reading, statement: Statement) -> Iterator[Candidate]:
    deed = _deed(statement)
    named = _named(reading, statement, deed.object) if deed is not None else None
    if deed is None or named is None or not _is_told(statement, deed.means):
        return
    thing = named.say(deed.object[0].start, deed.object[-1].start)
    line = named.sentence.line.text
    text = asked_by(_ASIDE.sub("", line[deed.start : deed.predicate.start]), line, named.tokens)
    means = named.say(deed.means[0].start, deed.means[-1].start + deed.means[-1].len)
    if len(thing) not in _OBJECT_CHARS or len(text) not in _ACT_CHARS or _VAGUE.search(thing):
        return
    act = asking(text, replace(deed.predicate, start=len(text), end=len(text)))
    is_screen = bool(_SCREEN.search(means))
    if not (is_screen or deed.is_tool) or len(means) not in _MEANS_CHARS:
        return
    slots: Slots = {"object": reading.scope(thing, around=text, has_context=True), "act": act}
    yield Candidate(
        "place" if is_screen else "purpose",
        WHERE if is_screen else WITH,
        slots,
        named.answer(),
        named.grounds,
        named.path,
    )


def _named(reading: Reading, statement: Statement, tokens: Sequence[Token]) -> Statement | None:
    """The statement with a bare object named after a heading: 기능의 상태, below GS1 기능 켜기 → GS1 기능의 상태."""
    text, first = statement.sentence.line.text, tokens[0]
    end = first.start + first.len
    if text[end : end + 2] == "의 ":
        named = heading_named(reading, statement.section, text[first.start : end])
        if named is not None:
            edits = tuple(sorted([*statement.edits, (first.start, end, named[0])]))
            return replace(statement, edits=edits, evidence=tuple(dict.fromkeys((*statement.evidence, named[1]))))
    return qualified(reading, statement, tokens)


def _is_told(statement: Statement, tokens: Sequence[Token]) -> bool:
    """Whether means are named: a label, or nouns of which none counts or points."""
    is_label = any(
        first <= tokens[-1].start < last or first <= tokens[0].start < last for first, last, _ in statement.edits
    )
    return is_label or (len(tokens) > 1 and is_term(tokens))


def _deed(statement: Statement) -> _Deed | None:
    """The parts of a sentence that says what one can do somewhere; None where it says more, or something else."""
    tokens = [token for token in statement.tokens if token.tag != "SP"]
    predicate = final_predicate(tokens)
    if predicate is None or not is_clause(tokens) or predicate.stem != (("있", tokens[-2].tag),):
        return None
    if [token.form for token in tokens[-4:-2]] not in (["ᆯ", "수"], ["을", "수"]):
        return None
    first, is_object = _after_topic(tokens)
    border = next(
        (found for found in (_border(tokens, index) for index in range(first + 1, len(tokens))) if found), None
    )
    if border is None:
        return None
    stop, last, is_tool = border
    case = next((index for index in range(last + 1, len(tokens) - 4) if tokens[index].tag == "JKO"), None)
    if (case is None) is not is_object or any(token.tag in ("EC", "JX", "MAJ") for token in tokens[first:stop]):
        return None
    thing, rest = tokens[last + 1 : (case or 0) + 1], tokens[(case or last) + 1 : -4]
    if is_object:
        thing = tokens[:first]
    chained = [token for token in rest if token.tag == "EC" and token.form not in ("고", "거나", "어")]
    if chained or len(thing) < 2 or any(token.tag in ("EC", "JX", "JKS", "JKB") for token in thing[:-1]):
        return None
    if not rest or any(token.tag in ("JKO", "JX", "JKS") for token in rest):
        return None
    return _Deed(tuple(tokens[first:stop]), is_tool, tuple(thing), rest[0].start, predicate)


def _after_topic(tokens: Sequence[Token]) -> tuple[int, bool]:
    """Where a sentence goes on after its topic, and whether that is what one acts on: 관리자는, 견본은."""
    for index, token in enumerate(tokens[:12]):
        if token.tag == "JX" and token.form in ("은", "는") and index:
            return index + 1, not PEOPLE.search(tokens[index - 1].form)
        if token.tag not in NOUNS and token.tag != "JKG":
            return 0, False
    return 0, False


def _border(tokens: Sequence[Token], index: int) -> tuple[int, int, bool] | None:
    """Where the means end, the last morpheme of their particle, and whether it is a tool: 화면|에서, 앱|을 써서."""
    token = tokens[index]
    if token.tag == "JKB" and token.form == "에서":
        return index, index, False
    uses = [following.form for following in tokens[index + 1 : index + 4]]
    if token.tag == "JKO" and len(uses) == 3 and uses[0] in _USING and uses[1] == "하" and uses[2].startswith("어"):
        return index, index + 3, True
    if token.tag == "JKO" and uses[:1] == ["통하"]:
        return index, index + 2, True
    return None
