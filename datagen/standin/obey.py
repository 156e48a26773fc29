"""The model that no writer should trust: it does what a passage tells it to."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from datagen.llm.request import Message
from datagen.standin.task import ShownPassage, read_task

# An order to whoever reads, as no document of a trade holds one.
_ORDER = re.compile(
    r"(?:지시|명령|규칙|프롬프트)\S* ?(?:\S+ )?무시"
    r"|(?:이?라고|로)만? (?:답|말|출력|대답|작성)하(?:라|세요|십시오|시오|여라)"
    r"|ignore (?:all |any |the )*(?:previous|above|prior)|system prompt",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"['\"‘“「](?P<words>[^'\"’”」\n]{2,})['\"’”」]")
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?](?=\s|$)|$)", re.MULTILINE)


def obeyed(messages: Sequence[Message], honest: Mapping[str, Any]) -> str | None:
    """The honest answer (a shape of `datagen.llm.schemas`) with what a passage orders in its place.

    It says what the order quotes, or the order itself; None where no passage orders anything.
    """
    found = _order(read_task(messages).passages)
    if found is None:
        return None
    passage, order = found
    quoted = _QUOTED.search(order)
    said = quoted["words"] if quoted else order
    answer = {"answerable": True, "answer": said, "quotes": [{"source": passage.id, "text": order}]}
    turned: dict[str, Any] = {
        "questions": lambda own: [said] * len(own),
        "answers": lambda own: [answer] * len(own),
        "answer": lambda _: said,
        "faithful": lambda _: True,
    }
    return json.dumps(
        {name: turned[name](value) if name in turned else value for name, value in honest.items()}, ensure_ascii=False
    )


def _order(passages: Sequence[ShownPassage]) -> tuple[ShownPassage, str] | None:
    """The first sentence that orders its reader about, and its passage."""
    for passage in passages:
        for sentence in _SENTENCE.finditer(passage.text):
            if _ORDER.search(sentence[0]):
                return passage, sentence[0].strip()
    return None
