"""The prompt files: Korean text that a user can edit, checked as it is read.

A file is Markdown in parts, with a line `---` between them: what the system says (the same for every request of a role,
and free of slots, so that no document reaches it), what the user says, with slots such as ${자료}, and for some a list
of sentences by name. A repair and a revision have no system part: they go on from the request that went wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.errors import InputError
from curation.files import sha256_bytes
from datagen.llm.plans import KINDS

SHIPPED = Path(__file__).with_name("prompts")

SLOT = re.compile(r"\$\{([^{}\n]*)\}")
_PART = re.compile(r"^---[ \t]*$", re.MULTILINE)
_SENTENCE = re.compile(r"^- (?P<name>[a-z_]+): (?P<text>\S.*)$")
_SAID = re.compile(r'"[^"\n]*"|\{"[^\n]*\}')


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file: `version` is the beginning of its text's SHA-256, `sentences` its list by name."""

    system: str
    user: str
    sentences: Mapping[str, str]
    version: str

    @property
    def instructions(self) -> str:
        """What it tells a model in its own words, for the gate that finds them in an answer.

        Without examples and quoted words: an answer may well say 제공된 자료에는 해당 내용이 없습니다.
        """
        return _SAID.sub("", "\n".join((self.system, SLOT.sub("", self.user), *self.sentences.values())))


@dataclass(frozen=True, slots=True)
class Prompts:
    """One prompt a role, and what is said after an answer with a fault (`repair`) or one that a gate refused."""

    asker: Prompt
    answerer: Prompt
    rewriter: Prompt
    judge: Prompt
    repair: Prompt
    revise: Prompt

    @property
    def versions(self) -> dict[str, str]:
        """The version of each, by its name."""
        return {name: getattr(self, name).version for name in _FORMS}


@dataclass(frozen=True, slots=True)
class _Form:
    """What a file must hold: its slots, the names of its sentences (others may stand beside), and a system part."""

    slots: tuple[str, ...]
    sentences: tuple[str, ...] = ()
    has_system: bool = True


_FORMS = {
    "asker": _Form(("과제", "자료", "형식"), tuple(kind for kind in KINDS if kind != "rewrite")),
    "answerer": _Form(("과제", "자료", "질문", "형식"), ("answerable", "unanswerable")),
    "rewriter": _Form(("과제", "문답", "근거", "형식")),
    "judge": _Form(("과제", "자료", "문답", "근거", "형식")),
    "repair": _Form(("까닭", "형식"), has_system=False),
    "revise": _Form(("까닭", "고칠것", "형식"), ("other",), has_system=False),
}


def load_prompts(folder: str = "") -> Prompts:
    """The prompts that ship, each replaced by the file of its name in `folder`, if there is one.

    Raises InputError where a file's parts, slots or sentences are not those of its role.
    """
    own = Path(folder) if folder else SHIPPED
    if not own.is_dir():
        raise InputError(
            folder, "is no folder of prompts",
            mend="give a folder with files such as asker.md, or leave llm.prompts empty",
            mend_ko="asker.md 같은 파일이 든 폴더를 지정하거나 llm.prompts를 비워 두세요",
        )  # fmt: skip
    if strangers := sorted(path.name for path in own.glob("*.md") if path.stem not in _FORMS):
        raise InputError(
            str(own / strangers[0]), "is the prompt of no role", mend=f"call it one of {', '.join(_FORMS)} (.md)",
            mend_ko=f"파일 이름을 {', '.join(_FORMS)} 가운데 하나로 고치세요 (.md)",
        )  # fmt: skip
    paths = {name: (own if (own / f"{name}.md").is_file() else SHIPPED) / f"{name}.md" for name in _FORMS}
    return Prompts(**{name: _read(path, _FORMS[name]) for name, path in paths.items()})


def _read(path: Path, form: _Form) -> Prompt:
    try:
        text = unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(str(path), "is not UTF-8", mend="save it as UTF-8", mend_ko="UTF-8로 저장하세요") from error
    parts = [part.strip() for part in _PART.split(text)]
    wanted = form.has_system + 1 + bool(form.sentences)
    if len(parts) != wanted or not all(parts):
        raise InputError(
            str(path), f"has {len(parts)} parts between lines of ---, expected {wanted}, none of them empty",
            mend=f"compare it with {path.name} as it ships: system, user, sentences, as far as it has them",
            mend_ko=f"처음에 든 {path.name}과 견주어 --- 줄로 나눈 부분(시스템, 사용자, 문장 목록)을 맞추세요",
        )  # fmt: skip
    system = parts.pop(0) if form.has_system else ""
    _check_slots(path, system, parts[0], form.slots)
    sentences = _sentences(path, parts[1], form.sentences) if form.sentences else {}
    return Prompt(system, parts[0], sentences, sha256_bytes(text.encode())[:12])


def _check_slots(path: Path, system: str, user: str, slots: Sequence[str]) -> None:
    if found := SLOT.search(system):
        raise InputError(
            str(path), f"{found[0]} stands in the system part", mend="move it below the first line of ---",
            mend_ko="첫 --- 줄 아래로 옮기세요. 시스템 부분은 모든 요청에 똑같아야 합니다",
        )  # fmt: skip
    named = SLOT.findall(user)
    every = " ".join(f"${{{slot}}}" for slot in slots)
    if unknown := sorted(set(named) - set(slots)):
        raise InputError(
            str(path), f"${{{unknown[0]}}} is no slot", mend=f"its slots are {every}",
            mend_ko=f"쓸 수 있는 자리는 {every}입니다",
        )  # fmt: skip
    if inline := [slot for slot in named if f"${{{slot}}}" not in map(str.strip, user.split("\n"))]:
        raise InputError(
            str(path), f"${{{inline[0]}}} stands beside other words", mend="give each slot a line of its own",
            mend_ko="자리마다 한 줄을 따로 쓰세요",
        )  # fmt: skip
    if wrong := [slot for slot in slots if named.count(slot) != 1]:
        raise InputError(
            str(path), f"${{{wrong[0]}}} stands {named.count(wrong[0])} times, expected once",
            mend=f"let each of {every} stand once in the user part", mend_ko=f"{every}를 사용자 부분에 한 번씩 쓰세요",
        )  # fmt: skip


def _sentences(path: Path, part: str, names: Sequence[str]) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for line in filter(None, map(str.strip, part.split("\n"))):
        found = _SENTENCE.fullmatch(line)
        if found is None or found["name"] in sentences:
            raise InputError(
                str(path), f"is no new sentence: {line[:60]}",
                mend="write lines such as - fact: 자료에 적힌 사실 하나를 묻습니다.",
                mend_ko="- fact: 자료에 적힌 사실 하나를 묻습니다. 처럼 이름마다 한 줄씩 쓰세요",
            )  # fmt: skip
        sentences[found["name"]] = found["text"]
    if missing := [name for name in names if name not in sentences]:
        raise InputError(
            str(path), f"lacks the sentence of {missing[0]}", mend=f"add a line - {missing[0]}: …",
            mend_ko=f"- {missing[0]}: … 줄을 더하세요",
        )  # fmt: skip
    return sentences
