"""Dialogues: turns that lean on the ones before, out of pairs that other extractors have made.

작업 풀이 뭐야? … 그건 왜 쓰는 거야? · 냉장 구역의 온도는 몇 도야? … 그럼 냉동 구역은?
Each turn is a pair of its own, so every answer is grounded, and says in full what its question leaves out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from curation.korean.hangul import final_consonant
from curation.korean.josa import attach
from datagen.documents import Document
from datagen.extract.help.symptom import CAUSE, REMEDY
from datagen.extract.opening import opened_otherwise
from datagen.extract.procedures.sequence import FIRST, FIRST_OF_NAME, NEXT, NEXT_COURSE
from datagen.extract.prose.definition import PERSON
from datagen.extract.reading import Candidate, Reading
from datagen.extract.screens.values import CHOICE
from datagen.phrasing import REGISTERS, Slots, Template, phrase

# Finds the dialogues of one document's pairs, in reading order.
Shape = Callable[[Sequence[Candidate]], Iterator[Candidate]]

# The second turn, the third and the fourth of steps asked one by one: {then} 그다음에는.
THEN = (
    Template("WN", "{then} [뭘|무엇을] <해>"),
    Template("WNI", "{then} [뭘|무엇을] <해야 돼>"),
    Template("NM", "{then} 어떤 작업을 <해야 돼>"),
)
# Of steps that several people, or the system, take.
THEN_COURSE = (
    Template("WN", "{then} <어떻게 돼>"),
    Template("NM", "{then} 어떻게 <진행해>"),
    Template("NS", "{then} 어떤 일을 <해>"),
)
_THEN = ("그다음에는", "그러고 나면", "그러고 나서는")
MENDING = (
    Template("WNS", "[그럼|그러면] 어떻게 <해야 돼>"),
    Template("SI", "[그럼|그러면] 어떻게 <처리해>"),
    Template("WM", "[그럴 땐|그럴 때는] [뭘|무엇을] <해야 돼>"),
)
AT_THAT_TIME = (
    Template("NM", "그때 주의할 점은 <뭐야>"),
    Template("W", "그때는 [뭘|무엇을] 조심<해야 돼>"),
    Template("SM", "그때 주의할 점도 <알려 줘>"),
)
WHO = (
    Template("WNS", "[그럼|그러면] {object:은/는} 누가 {act}"),
    Template("MPE", "[그럼|그러면] {object:을/를} 누가 {act}"),
)
WHO_THERE = (Template("CNIWMS", "[그럼|그러면] 누가 {object:을/를} {act}"),)
LISTED = (
    Template("NWM", "[그럼|그러면] 어떤 것들이 <있어>"),
    Template("NCE", "[그럼|그러면] 구체적으로 [뭐가|무엇이] <있어>"),
)
OF_VALUES = (
    Template("IS", "그중에 {value:을/를} 고르면 <어떻게 돼>"),
    Template("IW", "그중에서 {value:으로/로} 설정하면 <어떻게 돼>"),
)
WHY = (Template("WNES", "왜 그런 <거야>"), Template("CPE", "이유가 <뭐야>"))
OF_THESE = (Template("NWC", "그중에 {term:은/는} <뭐야>"), Template("NI", "그중에서 {term:은/는} 무슨 <뜻이야>"))
# {short}: 그럼 수량은? · {full}: 그럼 수량에는 뭘 넣어야 돼?
NEXT_ONE = (Template("WNICS", "{short}"), Template("MPE", "{full}"))
APART = (
    Template("WN", "[그럼|그러면] 둘은 {column:이/가} 어떻게 <달라>"),
    Template("PE", "둘의 {column} 차이는 <뭐야>"),
)
# What stands for a term that the turn before defined, by its particle: 그건 왜 쓰는 거야?
_PRONOUNS = {"은/는": ("그건", "그건", "그것은"), "을/를": ("그걸", "그걸", "그것을")}
# 그걸 붙인 파렛트: nobody asks about a thing by what is done to it.
_MODIFIES = re.compile(r"(?:을|를) (?P<verb>\S+) ")
_AMONG, _OF = " 중 ", " 관련해서 "
# What one asks next of a thing that has just been explained, likeliest first.
_ASKED_OF_TERMS = "purpose procedure formula role caution permission when faq number list condition table".split()
_MOST_OF_TERM, _NONE = 2, ("", "", "")
_CASES, _NIEUN = ("condition", "may", "able"), 4  # 받침 ㄴ, as final_consonant counts
# The slots that say where or of what a question is asked, and those that name what may change.
_SHARED, _CHANGING = frozenset("of at scope when wish".split()), ("value", "label", "field")
_REASON = re.compile(r"(?P<answer>.+[.]) (?P<reason>[^.]+ 때문(?:이다|입니다)[.]?)", re.DOTALL)
# 출고 담당자는 상품을 꺼낸 다음에 라벨을 붙입니다: two steps with one subject.
_ONE_DOES_BOTH = re.compile(r"(?P<who>\S+(?: \S+)?)(?:은|는) .+? 다음에 (?P<step>.+)$", re.DOTALL)
# Characters between two neighbours: a space, or the mark of the next bullet.
_NEAR = range(9)
_GENUS = re.compile(r"(?P<genus>\S+?)(?:입니다|이다|다)\.?$")


def dialogues(drafts: Sequence[tuple[Reading, Candidate]]) -> Iterator[tuple[Document, Candidate]]:
    """Dialogues out of the pairs of each document, of each shape at most one a section."""
    by_document: dict[str, list[tuple[Reading, Candidate]]] = {}
    for draft in drafts:
        by_document.setdefault(draft[0].document.name, []).append(draft)
    for found in by_document.values():
        reading = found[0][0]
        pairs = sorted((c for _, c in found if c.before is None and c.is_answerable), key=lambda c: c.evidence[0])
        for group in SHAPES:
            taken: set[tuple[str, ...]] = set()
            for dialogue in (dialogue for shape in group for dialogue in shape(pairs)):
                if dialogue.section not in taken:
                    taken.add(dialogue.section)
                    yield reading.document, _with_title(reading, dialogue)


def _with_title(reading: Reading, dialogue: Candidate) -> Candidate:
    """The dialogue with the title cited wherever it leads an earlier question in."""
    before = dialogue.before
    return dialogue if before is None else replace(dialogue, before=reading.cite_title(_with_title(reading, before)))


def _then(before: Candidate, candidate: Candidate, templates: tuple[Template, ...], slots: Slots) -> Candidate:
    """The candidate as the turn after `before`."""
    return replace(candidate, kind="followup", templates=templates, slots=slots, before=before)


def of_terms(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """작업 풀이 뭐야? → 그건 왜 쓰는 거야?"""
    for term, definition in _definitions(found).items():
        if definition.templates == PERSON:
            continue  # 그건 is no person
        kinds: set[str] = set()
        for candidate in sorted(found, key=_likelihood):
            if candidate.kind in kinds or len(kinds) == _MOST_OF_TERM or candidate.kind not in _ASKED_OF_TERMS:
                continue
            leaning = _with_pronoun(candidate, term)
            if leaning is not None and candidate.evidence[0] != definition.evidence[0]:
                kinds.add(candidate.kind)
                yield _then(definition, candidate, *leaning)


def siblings(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """순환 실사가 뭐야? → 그럼 정기 실사는?"""
    for (term, one), (other, another) in pairwise(_definitions(found).items()):
        if _are_alike(term, one, other, another) and (one.templates == PERSON) == (another.templates == PERSON):
            lead = _lead(term)  # 재고 상태 중: said already
            yield _then(one, another, *_instead({"term": other.removeprefix(lead)}, "{term:이/가} <뭐야>", "term"))


def differences(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """결품이 뭐야? → 그럼 미출은? → 둘은 원인이 어떻게 달라?"""
    defined = _definitions(found)
    for candidate in found:
        if candidate.kind != "comparison" or "rival" not in candidate.slots:
            continue  # told apart by their definitions already
        one, other = (defined.get(str(candidate.slots[name])) for name in ("row", "rival"))
        if one is not None and other is not None and PERSON not in (one.templates, other.templates):
            second = _then(one, other, *_instead(other.slots, "{term:이/가} <뭐야>", "term"))
            yield _then(second, candidate, APART, candidate.slots)


def members(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """실사 방식에는 뭐가 있어? → 그중에 순환 실사는 뭐야?"""
    defined = _definitions(found)
    for listed in found:
        if listed.kind != "list" or "list" not in listed.slots:
            continue
        for term, member in defined.items():
            is_told = member.evidence[0] in listed.evidence
            if member.templates != PERSON and not is_told and _lists(listed, term):
                yield _then(listed, member, OF_THESE, member.slots)
                break


def values(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """'상태' 필드에는 어떤 값이 있어? → 그중에 '보류'를 고르면 어떻게 돼?"""
    for listed in found:
        for value in found:
            is_of_it = all(value.slots.get(name, "") == listed.slots.get(name) for name in ("of", "field"))
            if (listed.kind, value.kind) == ("list", "value") and is_of_it and value.templates == CHOICE:
                yield _then(listed, value, OF_VALUES, value.slots)


def reasons(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """위험물을 함께 보관해도 돼? → 왜 그런 거야?"""
    for candidate in found:
        said = _REASON.fullmatch(candidate.answer) if candidate.kind == "permission" else None
        if said is not None and len(candidate.evidence) > 1:
            *own, why = candidate.evidence
            asked = replace(candidate, answer=said["answer"], evidence=tuple(own))
            told = replace(candidate, answer=said["reason"], evidence=(why, *own))
            yield _then(asked, told, WHY, {})


def steps_in_turn(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """반품을 입고할 때 뭐부터 해야 돼? → 그다음에는 뭘 해? → 그러고 나면 뭘 해?"""
    following = [c for c in found if c.kind == "next_step" and c.templates in (NEXT, NEXT_COURSE)]
    for first in found:
        if first.kind != "step" or first.templates[0] not in (FIRST[0], FIRST_OF_NAME[0]):
            continue
        dialogue, turns = first, 0
        for candidate in following:
            is_next = dialogue.evidence[0] in candidate.evidence[1:] and dialogue.section == candidate.section
            if is_next and turns < len(_THEN):
                templates = THEN if candidate.templates == NEXT else THEN_COURSE
                told = replace(candidate, answer=_step_alone(candidate.answer))
                dialogue, turns = _then(dialogue, told, templates, {"then": _THEN[turns]}), turns + 1
        if turns:
            yield dialogue


def _step_alone(answer: str) -> str:
    """The step of 라벨을 출력한 다음에는 작업자가 라벨을 붙입니다, without the one before it."""
    _, mark, step = answer.partition(" 다음에는 ")
    joined = None if mark else _ONE_DOES_BOTH.match(answer)
    return attach(joined["who"], "이/가") + f" {joined['step']}" if joined else step or answer


def causes_and_remedies(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """바코드가 안 읽히는데 원인이 뭐야? → 그럼 어떻게 해야 돼?"""
    troubles = [c for c in found if c.kind == "trouble" and "condition" in c.slots]
    for cause in troubles:
        for remedy in troubles:
            is_one = cause.slots["condition"] == remedy.slots["condition"]
            if cause.templates == CAUSE and remedy.templates == REMEDY and is_one:
                yield _then(cause, remedy, MENDING, remedy.slots)


def cautions(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """반품을 입고하려면 어떻게 해야 돼? → 그때 주의할 점은 뭐야?"""
    for one in found:
        for other in found:
            is_one_act = one.section == other.section and "wish" in one.slots and "when" in other.slots
            if is_one_act and (one.kind, other.kind) == ("procedure", "caution"):
                yield _then(one, other, AT_THAT_TIME, other.slots)


def cases(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """수량이 모자라면 어떻게 해야 돼? → 그럼 수량이 남으면?"""
    for one, other in pairwise(c for c in found if c.kind == "condition" and "condition" in c.slots):
        are_near = one.section == other.section and other.evidence[0][0] - one.evidence[0][1] in _NEAR
        ifs = [_opening(str(c.slots["condition"]), c.answer) for c in (one, other)]
        if are_near and one.templates[0] == other.templates[0] and all(text.endswith("면") for text in ifs):
            yield _then(one, other, *_instead({"condition": ifs[1]}, _wording(other, "condition"), "condition"))


def roles(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """자리를 등록할 때 통로는 누가 확인해? → 그럼 라벨은 누가 붙여?"""
    for one, other in pairwise(c for c in found if c.kind == "role"):
        is_one_work = (
            one.section == other.section
            and one.slots.get("lead") == other.slots.get("lead")
            and bool(one.slots.get("lead"))
        )
        if is_one_work and one.evidence[0] != other.evidence[0]:
            moves = any("{object:은/는}" in template.text for template in other.templates)
            yield _then(one, other, WHO if moves else WHO_THERE, other.slots)


def parts(found: Sequence[Candidate]) -> Iterator[Candidate]:
    """입고 화면의 '수량' 필드에는 뭘 넣어야 돼? → 그럼 '단위' 필드에는?"""
    for one, other in pairwise(c for c in found if _SHARED & c.slots.keys()):
        changing = next((name for name in _CHANGING if name in other.slots), None)
        if changing is None or one.templates != other.templates or one.section != other.section:
            continue
        if {name for name in other.slots if one.slots.get(name) != other.slots[name]} == {changing}:
            yield _then(one, other, *_instead(other.slots, _wording(other, changing), changing))


# Of each group at most one dialogue a section, so that questions that stand alone remain the rule.
SHAPES: tuple[tuple[Shape, ...], ...] = (
    (of_terms,), (differences, members, siblings), (steps_in_turn, roles), (causes_and_remedies, cases), (cautions,),
    (reasons,), (values, parts),
)  # fmt: skip


def _definitions(found: Sequence[Candidate]) -> dict[str, Candidate]:
    """The first definition of each term, in reading order."""
    defined: dict[str, Candidate] = {}
    for candidate in found:
        if candidate.kind == "definition" and candidate.slots.keys() >= {"term"}:
            defined.setdefault(str(candidate.slots["term"]), candidate)
    return defined


def _lead(term: str) -> str:
    """What leads a term in, up to its class or subject: 재고 상태 중 ; empty where nothing does."""
    return next((term[: term.find(mark) + len(mark)] for mark in (_AMONG, _OF) if mark in term), "")


def _likelihood(candidate: Candidate) -> int:
    kinds = _ASKED_OF_TERMS
    return kinds.index(candidate.kind) if candidate.kind in kinds else len(kinds)


def _with_pronoun(candidate: Candidate, term: str) -> tuple[tuple[Template, ...], Slots] | None:
    """The wordings that open with the term, a pronoun in its place: 그건 왜 쓰는 거야?"""
    if candidate.kind == "list" and candidate.slots.get("list") == term:
        return LISTED, candidate.slots
    case = next((str(candidate.slots[name]) for name in _CASES if name in candidate.slots), "")
    verb = _MODIFIES.match(case, len(term)) if case.startswith(term) else None
    if verb is not None and final_consonant(verb["verb"][-1]) == _NIEUN:
        return None
    return opened_otherwise(candidate, term, lambda josa, place: _PRONOUNS.get(josa, _NONE)[place])


def _wording(candidate: Candidate, slot: str) -> str:
    """The first of a pair's wordings that names a slot."""
    return next(template.text for template in candidate.templates if f"{{{slot}" in template.text)


def _instead(slots: Slots, text: str, changing: str) -> tuple[tuple[Template, ...], Slots]:
    """그럼 {changing}은? and the same in full, what was said before left out: 그럼 {changing}에는 뭘 넣어야 돼?"""
    named, rest = str(slots[changing]), text[text.index(f"{{{changing}") :]
    mark, after = rest[: rest.index("}") + 1], rest[rest.index("}") + 1 :]
    case = next((case for case in ("에서", "에") if after.startswith(case)), "")
    if case:
        topic, after = f"{named}{case}는", after.removeprefix(case).removeprefix("는")
        opening = topic
    elif changing == "condition":
        topic = opening = named
    else:
        topic = attach(named, "은/는")
        opening = topic if re.search(r":(?:이/가|은/는|을/를)\}", mark) else phrase(mark, REGISTERS[0], slots)
    hae, haeyo, hapsyo = (
        phrase(f"[그럼|그러면] {{opening}}{after}", level, {**slots, "opening": opening}) for level in REGISTERS
    )
    asked: Slots = {"short": (f"그럼 {topic}?", f"그럼 {topic}요?", hapsyo), "full": (hae, haeyo, hapsyo)}
    return NEXT_ONE, asked


def _are_alike(term: str, one: Candidate, other: str, another: Candidate) -> bool:
    """Whether two terms are of one kind: 순환 실사 and 정기 실사, or two called 실사 방식 in one section."""
    if term.endswith(other) or other.endswith(term):
        return False  # 실사 and 순환 실사: the one holds the other
    heads = [name.rpartition(" ")[2] for name in (term, other) if " " in name]
    if len(heads) > 1 and heads[0] == heads[1]:
        return True
    genera = [found["genus"] for said in (one, another) if (found := _GENUS.search(said.answer))]
    return one.section == another.section and len(genera) > 1 and genera[0] == genera[1]


def _lists(listed: Candidate, term: str) -> bool:
    """Whether a list's answer names a term as one of its members."""
    return re.search(rf"(?:^- |, |에는 ){re.escape(term)}(?:$|,|이 있|가 있)", listed.answer, re.MULTILINE) is not None


def _opening(case: str, answer: str) -> str:
    """A case without the title that leads it in: as the answer opens with it; empty where it does not."""
    return next((case[start:] for start in range(len(case)) if answer.startswith(case[start:])), "")
