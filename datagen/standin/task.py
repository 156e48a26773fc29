"""A conversation's task, read back from the blocks of its prompt: what a stand-in model goes by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from curation.files import canonical_json, sha256_bytes
from curation.korean.speech_level import SpeechLevel
from datagen.llm.fence import Fenced, read_fenced
from datagen.llm.request import Message
from datagen.phrasing import REGISTERS

LEVELS = dict(zip(("반말", "해요체", "합쇼체"), REGISTERS, strict=True))


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """A passage of the prompt: its id there, its title ("입고 > 검수") and text."""

    id: str
    title: str
    text: str

    @property
    def topic(self) -> str:
        """The heading right above it."""
        return self.title.rpartition(" > ")[2] or "창고 업무"


@dataclass(frozen=True, slots=True)
class Task:
    """What a conversation asks last: the attributes of its <과제>, its blocks, and how often it came back since."""

    given: dict[str, str]
    blocks: tuple[Fenced, ...]
    round: int

    @property
    def level(self) -> SpeechLevel:
        """The register asked for; 합쇼체 where none is."""
        return LEVELS.get(self.given.get("말투", ""), SpeechLevel.HAPSYO)

    @property
    def passages(self) -> list[ShownPassage]:
        """The passages, in order."""
        return [
            ShownPassage(block.attributes.get("번호", ""), block.attributes.get("제목", ""), block.text)
            for block in self.blocks
            if block.tag == "자료"
        ]

    @property
    def pair(self) -> tuple[str, str]:
        """The question and answer of the last <문답> (its first line and the rest), or of <질문> and <답변>."""
        if pairs := self.texts("문답"):
            question, _, answer = pairs[-1].partition("\n")
            return question.strip().removeprefix("질문: "), answer.strip().removeprefix("답변: ").removeprefix("답: ")
        return "".join(self.texts("질문")[-1:]), "".join(self.texts("답변")[-1:])

    @property
    def schema(self) -> dict[str, Any] | None:
        """The last JSON schema that stands in a <형식>; None where there is none."""
        for text in reversed(self.texts("형식")):
            try:
                value = json.loads(text)
            except json.JSONDecodeError:
                continue
            if isinstance(value, dict):
                return value
        return None

    def texts(self, tag: str) -> list[str]:
        """The texts of the blocks of one name."""
        return [block.text for block in self.blocks if block.tag == tag]

    def pick(self, *about: str) -> int:
        """A number that hangs on the task and on nothing else; the next one for each time that it came back."""
        return int(sha256_bytes(canonical_json([self.given, *about]))[:12], 16) + self.round


def read_task(messages: Sequence[Message]) -> Task:
    """The last task of a conversation; what a repair quotes below it is no new passage or question."""
    given, blocks, rounds = dict[str, str](), list[Fenced](), 0
    for message in messages:
        if message.role == "assistant":
            rounds += 1
        if message.role != "user":
            continue
        found = read_fenced(message.content)
        if opened := next((block for block in found if block.tag == "과제"), None):
            given, blocks, rounds = opened.attributes, [], 0
        blocks += [block for block in found if rounds == 0 or block.tag == "형식"]
    return Task(given, tuple(blocks), rounds)
