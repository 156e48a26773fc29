"""The model behind `datagen.serve`: reads a prompt's blocks and answers in their schema with the no-model writer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from itertools import islice
from typing import Any

from curation.korean.kiwi import content_morphemes, tokenise
from curation.korean.speech_level import SpeechLevel
from datagen.extract.tables.absent import REFUSAL
from datagen.fidelity.facts import facts_in
from datagen.llm.request import Message
from datagen.phrasing import phrase
from datagen.standin.reread import Fact, asked_as, facts_of
from datagen.standin.sample import sample
from datagen.standin.task import ShownPassage, Task, read_task

GREETING = "안녕하세요. 자료와 질문을 함께 주시면 자료에 있는 내용으로 답해 드립니다."
_JOINT = ", 그리고 "  # of a question in two parts, each about a passage of its own
_MOST_CHARS = 80
_COVERED = 0.8  # of the asked lemmas, below which no fact answers
_FAITHFUL = 0.8
_ASKING = frozenset("하 되 있 주 알리 말 뜻 점 왜 어떻게 어떻 얼마".split())  # words of questions, not of what they ask
# What a plan of a kind asks for first, where a passage holds it.
_SUITED = {
    "deeper": ("purpose", "caution", "trouble", "definition"),
    "conditional": ("condition", "when", "permission"),
    "scenario": ("condition", "trouble", "permission", "step"),
    "comparative": ("comparison",),
}
_TWO_PASSAGES = ("comparative", "multi_hop")
# What documents of a warehouse rarely tell, by the word that would show it.
_ABSENT = (
    ("설립", "{topic:을/를} 처음 만든 회사의 설립 연도는 <언제야>"),
    ("특허", "{topic}의 특허 번호는 <뭐야>"),
    ("조례", "{topic:을/를} 정한 조례의 이름은 <뭐야>"),
    ("수상", "{topic:이/가} 상을 받은 수상 연도는 <언제야>"),
)
_PLAIN = "{topic} 관련해서 알아 둘 점을 <알려 줘>"
# Endings of questions and how else the same is asked, in each of REGISTERS.
_ENDINGS = (
    (r"(?:뭐야|뭔가요|뭐예요|무엇입니까)\?$", "[뭔지|뭔지|무엇인지] <알려 줘>"),
    (r"(?:누구야|누구인가요|누구입니까)\?$", "누구인지 <알려 줘>"),
    (r"(?:어디야|어디인가요|어디입니까)\?$", "어디인지 <알려 줘>"),
    (r"(?:언제야|언제인가요|언제입니까)\?$", "언제인지 <알려 줘>"),
    (r"(?:얼마야|얼마인가요|얼마입니까)\?$", "얼마인지 <알려 줘>"),
    (r"어떻게 (?:해야 돼|해야 하나요|해야 합니까|해|하나요|합니까)\?$", "어떻게 하면 <돼>"),
    (r"왜 (?:해|하나요|합니까)\?$", "왜 하는지 <알려 줘>"),
)
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?](?=\s|$)|$)", re.MULTILINE)


def answer_of(messages: Sequence[Message], schema: dict[str, Any] | None) -> str:
    """The answer to a conversation, in its schema: the one given, or the one that stands in the prompt.

    All that it says stands in the passages shown; the same messages give the same answer. Without a schema it is a
    polite line, for a schema of a stranger the least JSON that fits it.
    """
    task = read_task(messages)
    schema = schema or task.schema
    if schema is None:
        return GREETING
    write = _SHAPES.get(str(schema.get("title"))) if task.given else None
    return json.dumps(write(task) if write else sample(schema), ensure_ascii=False)


def _questions(task: Task) -> dict[str, Any]:
    wanted = task.given.get("질문수", "1")
    count = min(int(wanted), 4) if wanted.isdigit() and int(wanted) else 1
    kind, passages = task.given.get("종류", ""), task.passages or [ShownPassage("1", "", "")]
    first = passages[0]
    asked: list[str] = []
    if kind == "unanswerable":
        asked = _near_miss(task, passages)
    elif kind in _TWO_PASSAGES and len(passages) > 1:
        asked = _joined(task, first, passages[1])
    elif count > 1:
        asked = _followed(task, first, count)
    facts = [fact for fact in _facts(first, task.level) if fact.before is None]
    suited = [fact for fact in facts if fact.pair.kind in _SUITED.get(kind, ())] or facts
    start = task.pick(first.title, first.text)
    asked += [suited[(start + step) % len(suited)].pair.question for step in range(len(suited))]
    plain = phrase(_PLAIN, task.level, {"topic": first.topic})
    return {"questions": [*islice(dict.fromkeys(asked), count), *[plain] * count][:count]}


def _facts(
    passage: ShownPassage, level: SpeechLevel, answer_level: SpeechLevel = SpeechLevel.HAPSYO
) -> tuple[Fact, ...]:
    return facts_of(passage.title, passage.text, level, answer_level)


def _near_miss(task: Task, passages: Sequence[ShownPassage]) -> list[str]:
    """A question on the topic whose key word stands in no passage."""
    shown = "\n".join(passage.text for passage in passages)
    absent = [template for word, template in _ABSENT if word not in shown]
    start = task.pick(shown)
    return [phrase(absent[start % len(absent)], task.level, {"topic": passages[0].topic})] if absent else []


def _joined(task: Task, one: ShownPassage, other: ShownPassage) -> list[str]:
    """One question in two parts, a fact of each passage."""
    start = task.pick(one.text, other.text)
    first, second = (
        [fact.pair.question for fact in _facts(passage, task.level) if fact.before is None and _is_plain(fact)]
        for passage in (one, other)
    )
    pairs = [f"{a.rstrip('?.')}{_JOINT}{b}" for a in first for b in second if a != b]
    short = [question for question in pairs if len(question) <= _MOST_CHARS]
    return [short[start % len(short)]] if short else []


def _is_plain(fact: Fact) -> bool:
    """Whether an answer is one line, which another may follow."""
    return "\n" not in fact.pair.answer


def _followed(task: Task, passage: ShownPassage, count: int) -> list[str]:
    """The turns of a dialogue that the extractors found, if one has so many."""
    chains = [fact.pair for fact in _facts(passage, task.level) if fact.before is not None]
    fitting = [pair for pair in chains if len(pair.turns) == count] or chains
    if not fitting:
        return []
    return [turn.question for turn in fitting[task.pick(passage.text) % len(fitting)].turns]


def _answers(task: Task) -> dict[str, Any]:
    level = SpeechLevel.HAEYO if task.level is SpeechLevel.HAEYO else SpeechLevel.HAPSYO
    passages = task.passages
    known = [(passage.id, fact) for passage in passages for fact in _facts(passage, SpeechLevel.HAE, level)]
    shown = "\n".join(f"{passage.title}\n{passage.text}" for passage in passages)
    questions = task.texts("질문")
    answers = []
    for place, question in enumerate(questions):
        parts = [_best(known, [*questions[:place], part], shown) for part in question.split(_JOINT)]
        found = [part for part in parts if part is not None]
        if len(found) < len(parts):
            answers.append(_unanswered(passages, level))
            continue
        quotes = {(number, quote): None for number, fact in found for quote in fact.quotes}
        answers.append({
            "answerable": True,
            "answer": ("\n" if any(not _is_plain(fact) for _, fact in found) else " ").join(
                dict.fromkeys(fact.pair.answer for _, fact in found)
            ),
            "quotes": [{"source": number, "text": quote} for number, quote in quotes],
        })  # fmt: skip
    return {"answers": answers or [_unanswered(passages, level)]}


def _best(known: Sequence[tuple[str, Fact]], asked: Sequence[str], shown: str) -> tuple[str, Fact] | None:
    """The fact that the last question asks for: one that it words, else the one that shares most of its lemmas."""
    worded = [one for one in known if _is_asked(one[1], asked)]
    if worded:
        return max(worded, key=lambda one: len(one[1].pair.turns))
    if not known:
        return None
    lemmas = set(content_morphemes([asked[-1]])[0]) - _ASKING
    number, fact = max(known, key=lambda one: (len(lemmas & one[1].lemmas), -len(one[1].lemmas)))
    is_told = all(lemma in shown for lemma in lemmas - fact.lemmas)  # what stands nowhere was never answered
    return (number, fact) if is_told and len(lemmas & fact.lemmas) >= _COVERED * len(lemmas) > 0 else None


def _is_asked(fact: Fact, asked: Sequence[str]) -> bool:
    """Whether the last question, after those before it, is a wording of this fact."""
    if asked_as(asked[-1]) not in fact.wordings:
        return False
    return fact.before is None or (len(asked) > 1 and _is_asked(fact.before, asked[:-1]))


def _unanswered(passages: Sequence[ShownPassage], level: SpeechLevel) -> dict[str, Any]:
    """That nothing is there, and what is: the first passage's topic with its first sentence."""
    if not passages:
        return {"answerable": False, "answer": REFUSAL, "quotes": []}
    first = passages[0]
    sentence = _SENTENCE.search(first.text)
    quotes = [{"source": first.id, "text": sentence[0].strip()}] if sentence else []
    ending = "나와 있어요" if level is SpeechLevel.HAEYO else "나와 있습니다"
    refusal = REFUSAL.replace("없습니다", "없어요") if level is SpeechLevel.HAEYO else REFUSAL
    return {"answerable": False, "answer": f"{refusal} 자료에는 {first.topic} 내용만 {ending}.", "quotes": quotes}


def _rewritten(task: Task) -> dict[str, Any]:
    question, answer = task.pair
    for ending, template in _ENDINGS:
        if found := re.search(ending, question):
            return {"question": question[: found.start()] + phrase(template, task.level, {}), "answer": answer}
    return {"question": question, "answer": answer}


def _verdict(task: Task) -> dict[str, Any]:
    """Whether every number and code, and nearly all other content of the answer, stands in evidence or question."""
    question, answer = task.pair
    evidence = "\n".join(task.texts("근거"))
    titles = [passage.title for passage in task.passages]
    if answer.startswith(REFUSAL.removesuffix("없습니다.")):
        return {"faithful": True, "reason": "근거에 없다고 밝힌 답변입니다."}
    asked, said, shown = tokenise([question, answer, evidence])
    lacking = sorted(facts_in(answer, said) - facts_in(evidence, shown) - facts_in(question, asked))
    content, held = content_morphemes([answer, "\n".join([evidence, question, *titles])])
    foreign = [lemma for lemma in dict.fromkeys(content) if lemma not in held and lemma not in evidence]
    if lacking or len(foreign) > (1 - _FAITHFUL) * len(set(content)):
        named = ", ".join([*lacking, *foreign][:5])
        return {"faithful": False, "reason": f"근거에 없는 내용이 있습니다: {named}"}
    return {"faithful": True, "reason": "답변의 수치와 내용이 근거에 있습니다."}


_SHAPES = {"Questions": _questions, "Answers": _answers, "Rewritten": _rewritten, "Verdict": _verdict}
