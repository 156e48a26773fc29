"""Which shape a row has: every shape in one table, asked in its order, or the one the recipe names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any

from curation.errors import InputError
from curation.recipes.schema import Source
from curation.sources.shapes.aihub import TASKS, aihub_dialogue
from curation.sources.shapes.chat import messages, sharegpt
from curation.sources.shapes.descriptions import koculture_descriptions
from curation.sources.shapes.instructions import alpaca
from curation.sources.shapes.marked_text import koalpaca_text, text, usr_sys
from curation.sources.shapes.pairs import preference, prompt_completion, question, question_answer, ranked
from curation.sources.shapes.smilestyle import STYLES, smilestyle
from curation.sources.shapes.turns import Options, Recognised, Row

__all__ = ["SHAPES", "Recognised", "Shape", "check_source", "recognise"]


@dataclass(frozen=True, slots=True)
class Shape:
    """How a row of this shape is read, the fields a recipe may map to it, its options, and sets known to have it."""

    name: str
    read: Callable[[Row, Options], Recognised | None]
    korean: str
    fields: tuple[str, ...]
    # Each option's values, the default first; where there are none, any text will do.
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sets: tuple[str, ...] = ()  # a recipe may name the shape by these too


# Asked from the first to the last: who is sure by a field of its own comes before who would take almost any row.
SHAPES: tuple[Shape, ...] = (
    Shape("messages", messages, "대화 목록 (OpenAI)", ("messages",),
          sets=("openai", "smol_korean_talk", "ko_ultrachat", "korean_quality_cleaned")),
    Shape("sharegpt", sharegpt, "대화 목록 (ShareGPT)", ("conversations",)),
    Shape("aihub_dialogue", aihub_dialogue, "AI Hub 한국어 대화 요약", ("header", "body"),
          {"task": TASKS}, ("aihub_117",)),
    Shape("preference", preference, "선호 쌍 (DPO)", ("prompt", "chosen", "rejected"), sets=("dpo",)),
    Shape("ranked", ranked, "순위가 매겨진 답변 (KoChatGPT RM)", ("prompt", "ranking"), sets=("kochatgpt_rm",)),
    Shape("alpaca", alpaca, "지시문과 출력 (Alpaca)",
          ("instruction", "input", "context", "output", "response", "system", "history"),
          sets=("koalpaca", "koalpaca_v1_0", "koalpaca_v1_1", "kullm_v2", "koinstruct", "ko_wikidata_qa", "dolly")),
    Shape("prompt_completion", prompt_completion, "프롬프트와 답변", ("prompt", "completion", "response", "system"),
          sets=("kochatgpt_sft", "kto")),
    Shape("question_answer", question_answer, "질문과 답변",
          ("question", "answer", "input", "output", "system"), {"prefix": ()}, ("koculture_dialogues", "songys")),
    Shape("smilestyle", smilestyle, "말투별 문장 (SmileStyle)", tuple(STYLES),
          {"from": ("informal", *(style for style in STYLES if style != "informal")), "to": tuple(STYLES)}),
    Shape("koculture_descriptions", koculture_descriptions, "낱말과 설명 (KoCulture)",
          ("title", "content", "date", "category")),
    Shape("koalpaca_text", koalpaca_text, "### 질문 · ### 답변 글", ("text",)),
    Shape("usr_sys", usr_sys, "<usr> … <sys> … 글", ("text",)),
    Shape("question", question, "답변 없는 질문", ("question", "prompt"), sets=("kochatgpt_ppo",)),
    Shape("text", text, "글 (사용자 말로 읽음)", ("text",)),
)  # fmt: skip
_BY_NAME = {name: shape for shape in SHAPES for name in (shape.name, *shape.sets)}
_MAY_LACK = {"system", "input", "context", "history"}  # a row without them is whole


def recognise(fields: Mapping[str, Any], source: Source) -> Recognised | None:
    """The row's messages by the shape that `source` names, or else by the first that fits; None where none does.

    Where `source.fields` names fields, the shapes see these alone, each under the name it serves as. Raises InputError
    for a shape that there is none of; `check_source` finds that before any row is read.
    """
    shapes = SHAPES if source.shape is None else (_named(source.shape),)
    row = fields if not source.fields else _served(fields, source.fields)
    if row is None:
        return None
    for shape in shapes:
        found = shape.read(row, source.options)
        if found is not None:
            return _as_called(found, source.fields) if source.fields else found
    return None


def check_source(source: Source) -> None:
    """Raise InputError where an entry of `read.sources` names a shape, a role or an option that there is not."""
    shapes = SHAPES if source.shape is None else (_named(source.shape),)
    roles = sorted({role for shape in shapes for role in shape.fields})
    for role in source.fields:
        if role not in roles:
            raise _unknown(f"read.sources.fields.{role}", "a field that the shape reads", "읽는 필드", role, roles)
    known = {name: values for shape in shapes for name, values in shape.options.items()}
    for option, value in source.options.items():
        if option not in known:
            raise _unknown(f"read.sources.options.{option}", "an option of the shape", "옵션", option, [*known])
        if known[option] and value not in known[option]:
            raise _unknown(f"read.sources.options.{option}", "one of its values", "값", value, known[option])


def _named(name: str) -> Shape:
    if name not in _BY_NAME:
        raise _unknown("read.sources.shape", "a known shape", "아는 형식", name, [shape.name for shape in SHAPES])
    return _BY_NAME[name]


def _served(fields: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any] | None:
    """The named fields under the roles they serve; None where the row lacks one that it cannot be read without."""
    row = {role: fields[name] for role, name in names.items() if name in fields}
    return row if all(role in row or role in _MAY_LACK for role in names) else None


def _as_called(found: Recognised, names: Mapping[str, str]) -> Recognised:
    return replace(found, fields=tuple(names.get(role, role) for role in found.fields))


def _unknown(where: str, expected: str, expected_ko: str, given: str, known: Sequence[str]) -> InputError:
    listed = ", ".join(known) or "none"
    guess = get_close_matches(given, known, n=1)
    meant = f"did you mean {guess[0]!r}? " if guess else ""
    return InputError(
        where, f"{given!r} is not {expected}",
        mend=f"{meant}known: {listed}; python -m curation inspect FILE shows what a file holds",
        mend_ko=f"{expected_ko}: {listed}. python -m curation inspect 파일 로 무엇이 들었는지 볼 수 있습니다",
    )  # fmt: skip
