"""A question and its answer in two fields: question/answer, prompt/completion, pairs of answers ranked or preferred."""

from collections.abc import Sequence
from typing import Any

from curation.sources.shapes.turns import Options, Recognised, Row, pair, system_turn, used

QUESTION_ANSWER = (("question", "answer"), ("Q", "A"), ("질문", "답변"), ("질문", "응답"), ("input", "output"))
PROMPT_COMPLETION = (("prompt", "completion"), ("prompt", "response"))
QUESTIONS = ("question", "Q", "질문", "prompt")
# What KoCulture's published recipe puts before each question.
SEED_PREFIX = "친구와 채팅을 하고 있다고 가정하고 다음 질문에 밈과 유행어를 활용하여 대답하세요.: "


def question_answer(row: Row, options: Options) -> Recognised | None:
    """`{"question": "재고 실사 언제 해?", "answer": "월말에 합니다."}`, also Q and A, 질문 and 답변.

    The option `prefix` stands before each question as it is written; `seed` is KoCulture's published one.
    """
    names = _present(row, QUESTION_ANSWER)
    if names is None:
        return None
    question, answer = row[names[0]], row[names[1]]
    prefix = options.get("prefix", "")
    if prefix and isinstance(question, str):
        question = (SEED_PREFIX if prefix == "seed" else prefix) + question
    turns = [*system_turn(row), *pair(question, answer)]
    return Recognised("question_answer", turns, used(row, (*names, "system")))


def prompt_completion(row: Row, _: Options) -> Recognised | None:
    """`{"prompt": "…", "completion": "…"}`, each a text or, as TRL has it, a list of messages.

    Where KTO's `label` calls the completion bad, the prompt is a question without an answer.
    """
    names = _present(row, PROMPT_COMPLETION)
    if names is None:
        return None
    if row.get("label") is False:
        return Recognised("prompt_completion", pair(row[names[0]], None), names[:1])
    turns = [*system_turn(row), *_conversation(row[names[0]], row[names[1]])]
    return Recognised("prompt_completion", turns, used(row, (*names, "system")))


def preference(row: Row, _: Options) -> Recognised | None:
    """DPO: `{"prompt": "…", "chosen": "…", "rejected": "…"}` → the chosen answer; the rejected one stays beside."""
    if "chosen" not in row or "rejected" not in row:
        return None
    if "prompt" not in row and not isinstance(row["chosen"], list):
        return None
    turns = [*system_turn(row), *_conversation(row.get("prompt"), row["chosen"])]
    return Recognised("preference", turns, used(row, ("prompt", "chosen", "system")))


def ranked(row: Row, _: Options) -> Recognised | None:
    """KoChatGPT's RM: `{"prompt": "…", "completion_0": "…", …, "ranking": [2, 1, 0]}` → the one of least rank."""
    ranking = row.get("ranking")
    if "prompt" not in row or not isinstance(ranking, list):
        return None
    names = [f"completion_{number}" for number in range(len(ranking))]
    is_ranked = names and all(name in row for name in names) and all(type(rank) is int for rank in ranking)
    if not is_ranked:
        return None
    best = names[min(range(len(ranking)), key=ranking.__getitem__)]
    return Recognised("ranked", pair(row["prompt"], row[best]), ("prompt", best))


def question(row: Row, _: Options) -> Recognised | None:
    """A question without an answer: `{"question": "재고 실사 언제 해?"}`, also Q, 질문, prompt."""
    name = next((name for name in QUESTIONS if name in row), None)
    return Recognised("question", _as_turns(row[name], "user"), (name,)) if name else None


def _present(row: Row, pairs: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    for names in pairs:
        if names[0] in row and names[1] in row:
            return names
    return None


def _conversation(prompt: object, answer: object) -> list[Any]:
    asked, answered = _as_turns(prompt, "user"), _as_turns(answer, "assistant")
    # Many preference sets repeat the prompt in the chosen conversation: it is asked once.
    is_whole = (
        isinstance(answer, list) and answer and isinstance(answer[0], dict) and answer[0].get("role") != "assistant"
    )
    return answered if is_whole else [*asked, *answered]


def _as_turns(said: object, role: str) -> list[Any]:
    if isinstance(said, list):
        return said
    return [] if said is None and role == "assistant" else [{"role": role, "content": said}]
