"""Evaluation sets: the questions a model will be judged by, read from any file that curation reads."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import accumulate
from pathlib import Path

from curation.errors import InputError
from curation.files import sha256_bytes
from curation.recipes.schema import Read
from curation.sources.inputs import InputFile, find_inputs
from curation.sources.reading import parse_chunk, scan

OWN = Path(__file__).parents[2] / "corpora" / "eval" / "casual_questions.jsonl"  # in a clone; in no wheel
_FRAME_SHARE = 0.8  # of a set's items begin, or end, with the same words: those are its frame
_FRAME_ITEMS = 5


@dataclass(frozen=True, slots=True)
class Frame:
    """The words that most items of a set begin and end with: 다음 질문에 답하세요: …"""

    before: str
    after: str

    def strip(self, text: str) -> str:
        """The text without the frame; as it is where that would leave nothing."""
        return text.removeprefix(self.before).removesuffix(self.after).strip() or text


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """One file's items, in order; `answers` are empty where it has none. The frame is stripped from `questions`."""

    name: str
    sha256: str
    ids: tuple[str, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]
    frame: Frame


def read_evaluation_sets(paths: Sequence[str]) -> list[EvaluationSet]:
    """Our own casual questions, where the project's clone has them, and the files named: by name, each name once.

    Raises InputError where one holds no item or cannot be read whole: what is not read is not kept apart.
    """
    own = [str(OWN)] if OWN.is_file() else []
    files = find_inputs([*own, *paths]) if own or paths else []
    return [_read_set(file) for file in {file.sha256: file for file in files}.values()]


def fingerprint(evaluation: EvaluationSet) -> str:
    """One digest of a set's items, whatever their order: what a manifest keeps of them, and no text."""
    items = zip(evaluation.questions, evaluation.answers, strict=True)
    return sha256_bytes("\n".join(sorted(sha256_bytes(f"{asked}\n{said}".encode()) for asked, said in items)).encode())


def find_frame(texts: Sequence[str]) -> Frame:
    """The frame of a set's items, by whole words; empty where there is none, or few items."""
    split = [text.split(" ") for text in texts]
    before = _common(split)
    after = _common([words[::-1] for words in split])[::-1]
    return Frame("".join(f"{word} " for word in before), "".join(f" {word}" for word in after))


def _common(texts: Sequence[Sequence[str]]) -> list[str]:
    """The words that enough texts begin with; each text keeps a word of its own."""
    least = max(_FRAME_ITEMS, _FRAME_SHARE * len(texts))
    starts = Counter(start for words in texts for start in accumulate(words[:-1], lambda seen, word: f"{seen} {word}"))
    frequent = [start for start, count in starts.items() if count >= least]
    return reduce(lambda one, other: max(one, other, key=len), frequent, "").split(" ") if frequent else []


def _read_set(file: InputFile) -> EvaluationSet:
    ids: list[str] = []
    questions: list[str] = []
    answers: list[str] = []
    for chunk in scan(file, Read()):
        parsed = parse_chunk(chunk, Read())
        for line in parsed.broken:
            raise InputError(
                f"{file.path}:{line.line.number}", f"is no item of an evaluation set ({line.reason})",
                mend="mend the line, or leave the file out of leaks.evaluation",
                mend_ko="그 줄을 고치거나 leaks.evaluation 에서 파일을 빼세요",
            )  # fmt: skip
        for row in parsed.rows.to_pylist():
            ids.append(row["source_row_id"] or str(row["position"]))
            said = {role: [turn["content"] for turn in row["messages"] if turn["role"] == role] for role in _ROLES}
            questions.append("\n".join(said["user"]))
            answers.append("\n".join(said["assistant"]))
    if not questions:
        raise InputError(
            str(file.path), "holds no item of an evaluation set", mend="give a file with questions in it",
            mend_ko="항목이 없습니다. 문항이 있는 파일을 지정하세요",
        )  # fmt: skip
    frame = find_frame(questions)
    stripped = tuple(frame.strip(question) for question in questions)
    return EvaluationSet(file.name, file.sha256, tuple(ids), stripped, tuple(answers), frame)


_ROLES = ("user", "assistant")
