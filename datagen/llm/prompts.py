"""What each role is told: the prompt files, filled with fenced text in one pass.

No document's text stands in a system message, and in a user message only between fences.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from pydantic import BaseModel

from curation.korean.speech_level import SpeechLevel
from datagen.gates import Pair
from datagen.llm.fence import Shown, fence, fence_passages, read_fenced, without_markup
from datagen.llm.plans import EVOLVED, Plan
from datagen.llm.prompt_files import SLOT, Prompt, Prompts, load_prompts
from datagen.llm.request import Message, Role
from datagen.llm.schemas import Answers, Questions, Rewritten, Verdict, schema_of
from datagen.phrasing import REGISTERS

__all__ = [
    "LEVEL_NAMES", "Prompt", "Prompts", "answering", "asking", "judging", "load_prompts", "prompt_of", "repairing",
    "revising", "rewriting", "versions",
]  # fmt: skip

LEVEL_NAMES = dict(zip(REGISTERS, ("반말", "해요체", "합쇼체"), strict=True))
_MOST_RAW = 6000  # characters of a faulty answer that are shown again


def prompt_of(prompts: Prompts, role: Role) -> Prompt:
    """The prompt of a role."""
    prompt: Prompt = getattr(prompts, role.value)
    return prompt


def versions(prompts: Prompts, *roles: Role) -> str:
    """The versions of the prompts of some roles, as a row names them: asker:1f0c… answerer:9ab2…"""
    return " ".join(f"{role.value}:{prompt_of(prompts, role).version}" for role in roles)


def asking(
    prompts: Prompts, plan: Plan, shown: Sequence[Shown], *, sees_topic_only: bool = False
) -> tuple[Message, ...]:
    """What the asker reads: the task and the passages, and for an evolved question the pair it grows from.

    No questions of other passages for an example: a change to one document would change, and pay for, all requests.
    Only a near miss is always asked with the text in view: who has not read it
    cannot know what it leaves out.
    """
    sees_text = not sees_topic_only or plan.kind == "unanswerable"
    told = [
        prompts.asker.sentences[plan.kind],
        f"{plan.persona}의 말로, {LEVEL_NAMES[plan.level]} 질문을 {plan.turns}개 씁니다.",
    ]
    if not sees_text:
        told.append("자료는 제목만 보입니다. 제목을 보고 일하다가 궁금해질 만한 것을 묻습니다.")
    material = fence_passages(shown) if sees_text else _topics(shown)
    if sees_text and plan.draft is not None and plan.kind in EVOLVED:
        told.append("문답의 질문을 되풀이하지 않고, 거기에서 더 나아갑니다.")
        material += f"\n\n{_pair(plan.draft)}"
    if sees_text and plan.draft is not None and plan.kind == "fact":  # one passage's facts are not asked twice
        told.append("근거에 적힌 것을 묻습니다. 근거의 제목은 무엇에 관한 말인지 알려 줄 뿐입니다.")
        material += f"\n\n{_quotes(plan.draft)}"
    task = fence("과제", "\n".join(told), _asked(plan.kind, plan.level, plan.persona, plan.turns))
    return _messages(prompts.asker, {"과제": task, "자료": material, "형식": _schema(Questions)})


def answering(
    prompts: Prompts, questions: Sequence[str], shown: Sequence[Shown], *, answer_level: SpeechLevel,
    may_be_unanswerable: bool,
) -> tuple[Message, ...]:  # fmt: skip
    """What the answerer reads: the passages found, and every question of one pair or dialogue, in order.

    Where an answer `may_be_unanswerable`, it is asked to say so in words fit for a row; else a bare no is enough.
    """
    level = LEVEL_NAMES[answer_level]
    case = prompts.answerer.sentences["unanswerable" if may_be_unanswerable else "answerable"]
    task = fence(
        "과제", f"질문 {len(questions)}개에 {level}로 답합니다.\n{case}",
        {"종류": "answer", "말투": level, "질문수": str(len(questions))},
    )  # fmt: skip
    asked = "\n".join(fence("질문", question, {"번호": str(number)}) for number, question in enumerate(questions, 1))
    filled = {"과제": task, "자료": fence_passages(shown), "질문": asked, "형식": _schema(Answers)}
    return _messages(prompts.answerer, filled)


def rewriting(prompts: Prompts, plan: Plan, *, answer_level: SpeechLevel) -> tuple[Message, ...]:
    """What the rewriter reads: the plan's draft and the quotes it rests on."""
    if plan.draft is None:
        raise ValueError("a plan without a draft leaves nothing to rewrite")
    asked, said = LEVEL_NAMES[plan.level], LEVEL_NAMES[answer_level]
    task = fence(
        "과제", f"질문은 {plan.persona}의 말로 {asked}, 답은 {said}로 다시 씁니다.",
        {**_asked(plan.kind, plan.level, plan.persona, 1), "답변말투": said},
    )  # fmt: skip
    filled = {"과제": task, "문답": _pair(plan.draft), "근거": _quotes(plan.draft), "형식": _schema(Rewritten)}
    return _messages(prompts.rewriter, filled)


def judging(prompts: Prompts, pair: Pair, shown: Sequence[Shown]) -> tuple[Message, ...]:
    """What the judge reads: a pair after the turns before it, its quotes, and the passages that they stand in."""
    task = fence(
        "과제", "마지막 문답의 답이 근거에 맞는지 살핍니다.",
        _asked(pair.kind, pair.question_level, pair.persona, len(pair.turns)),
    )  # fmt: skip
    filled = {
        "과제": task, "자료": fence_passages(shown), "문답": "\n".join(map(_pair, pair.turns)), "근거": _quotes(pair),
        "형식": _schema(Verdict),
    }  # fmt: skip
    return _messages(prompts.judge, filled)


def repairing(prompts: Prompts, messages: Sequence[Message], raw: str, fault: str) -> tuple[Message, ...]:
    """The messages again, with the answer that could not be read and why."""
    return _going_on(prompts.repair, messages, raw, {"까닭": fence("까닭", fault)})


def revising(prompts: Prompts, messages: Sequence[Message], raw: str, gate: str, because: str) -> tuple[Message, ...]:
    """The messages again, with the answer that a gate refused, what it saw, and how to mend it."""
    mend = prompts.revise.sentences.get(gate, prompts.revise.sentences["other"])
    return _going_on(prompts.revise, messages, raw, {"까닭": fence("까닭", f"{gate}: {because}"), "고칠것": mend})


def _going_on(
    prompt: Prompt, messages: Sequence[Message], raw: str, slots: Mapping[str, str]
) -> tuple[Message, ...]:  # fmt: skip
    """The conversation, what came back (guarded as in a fence: it may hold a document's words), and what is asked."""
    (said,) = read_fenced(fence("답변", raw[:_MOST_RAW].strip() or "(빈 답)"))
    form = [block.text for block in read_fenced(messages[-1].content) if block.tag == "형식"][-1]
    more = _fill(prompt.user, {**slots, "형식": fence("형식", form)})
    return (*messages, Message("assistant", said.text), Message("user", more))


def _messages(prompt: Prompt, slots: Mapping[str, str]) -> tuple[Message, ...]:
    return Message("system", prompt.system), Message("user", _fill(prompt.user, slots))


def _fill(text: str, slots: Mapping[str, str]) -> str:
    """The text with its slots filled in one pass: what looks like a slot in a document stays as it is."""
    return SLOT.sub(lambda slot: slots[slot[1]], text)


def _asked(kind: str, level: SpeechLevel, persona: str, turns: int) -> dict[str, str]:
    return {"종류": kind, "말투": LEVEL_NAMES[level], "묻는사람": persona, "질문수": str(turns)}


def _topics(shown: Sequence[Shown]) -> str:
    """The passages' titles alone."""
    return "\n".join(
        fence("자료", heading, {"번호": one.id, "제목": heading})
        for one in shown
        for heading in [" > ".join(one.passage.headings) or one.passage.document.title]
    )


def _pair(pair: Pair) -> str:
    return fence("문답", f"{' '.join(pair.question.split())}\n{pair.answer}")


def _quotes(pair: Pair) -> str:
    return fence("근거", "\n".join(map(without_markup, pair.evidence)))


def _schema(shape: type[BaseModel]) -> str:
    return fence("형식", json.dumps(schema_of(shape), ensure_ascii=False, separators=(",", ":")))
