"""The facts about a row as columns: scripts, lengths, speech levels. Nothing here depends on a threshold."""

from collections.abc import Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curation.korean.speech_level import CASUAL, POLITE, MessageTag, SpeechLevel, tag_messages
from curation.scripts import BROKEN, script_counts, script_shares

Tags = Mapping[str, Any]  # one row's tags, by column name

LEVEL_LABELS = ("polite", "casual", "mixed", "plain", "neutral")
# What the user asks and the assistant answers, joined over turns: for repeats and leaks; no shard holds them.
TEXTS = pa.schema([("question", pa.string()), ("answer", pa.string())])
TAGS = pa.schema(
    [
        pa.field("turns", pa.int64()),
        pa.field("alternates", pa.bool_()),  # user, assistant, user, assistant …, ending with the assistant
        *(
            field
            for role in ("user", "assistant")
            for field in (
                pa.field(f"{role}_chars", pa.int64()),
                pa.field(f"{role}_broken_chars", pa.int64()),  # U+FFFD and stray control characters
                pa.field(f"{role}_hangul_share", pa.float64()),  # the four shares sum to 1, or are 0 for a blank text
                pa.field(f"{role}_latin_share", pa.float64()),
                pa.field(f"{role}_digit_share", pa.float64()),
                pa.field(f"{role}_other_share", pa.float64()),
                pa.field(f"{role}_level", pa.string()),  # one of LEVEL_LABELS
                pa.field(f"{role}_sentence_levels", pa.list_(pa.string())),
                pa.field(f"{role}_polite_share", pa.float64()),  # of sentences with a level; null where none has one
            )
        ),
        # The first sentence that spoils politeness: `messages[turn].content[start:end] == quote`; null where none does.
        pa.field(
            "assistant_offending",
            pa.struct([("turn", pa.int64()), ("start", pa.int64()), ("end", pa.int64()), ("quote", pa.string())]),
        ),
    ]
)  # fmt: skip
_DECISIVE = POLITE | CASUAL | {SpeechLevel.PLAIN}


def tag(rows: pa.Table, words: tuple[str, ...] = ()) -> pa.Table:
    """The same rows with the columns of `TEXTS` and `TAGS`; `words` is Kiwi's user dictionary."""
    messages = rows["messages"].to_pylist()
    has_contexts = pc.greater(pc.list_value_length(rows["contexts"]), 0).to_pylist()
    questions = [_user_turns(turns, contexts) for turns, contexts in zip(messages, has_contexts, strict=True)]
    answers = [_contents(turns, "assistant") for turns in messages]
    levels = _levels([*questions, *answers], words)
    columns: dict[str, list[Any] | pa.Array] = {
        "question": ["\n".join(texts) for texts in questions],
        "answer": ["\n".join(texts) for texts in answers],
        "turns": [len(turns) for turns in messages],
        "alternates": [_alternates(turns) for turns in messages],
        **_role_tags("user", questions, levels[: len(messages)]),
        **_role_tags("assistant", answers, levels[len(messages) :]),
        "assistant_offending": [
            _offending(turns, tags) for turns, tags in zip(messages, levels[len(messages) :], strict=True)
        ],
    }
    for field in (*TEXTS, *TAGS):
        rows = rows.append_column(field, pa.array(columns[field.name], type=field.type))
    return rows


def _contents(turns: Sequence[Mapping[str, str]], role: str) -> list[str]:
    return [turn["content"] for turn in turns if turn["role"] == role]


def _user_turns(turns: Sequence[Mapping[str, str]], has_contexts: bool) -> list[str]:
    """The user's turns; where contexts were put before the question, only what follows the last blank line of each."""
    texts = _contents(turns, "user")
    return [text.rstrip().rpartition("\n\n")[2] for text in texts] if has_contexts else texts


def _alternates(turns: Sequence[Mapping[str, str]]) -> bool:
    roles = [turn["role"] for turn in turns if turn["role"] != "system"]
    return (
        bool(roles)
        and (roles[0], roles[-1]) == ("user", "assistant")
        and all(one != next_ for one, next_ in pairwise(roles))
    )


def _levels(texts: Sequence[Sequence[str]], words: tuple[str, ...]) -> list[list[MessageTag]]:
    """The tags of each row's turns. One call to Kiwi for all, so that its workers all run."""
    tagged = iter(tag_messages([text for turns in texts for text in turns], words))
    return [list(islice(tagged, len(turns))) for turns in texts]


def _role_tags(role: str, texts: Sequence[Sequence[str]], levels: Sequence[Sequence[MessageTag]]) -> dict[str, Any]:
    counts = script_counts(["".join(turns) for turns in texts])
    shares = script_shares(counts)
    sentence_levels = [[sentence.level for tag in tags for sentence in tag.sentences] for tags in levels]
    return {
        f"{role}_chars": counts.sum(axis=1),
        f"{role}_broken_chars": counts[:, BROKEN],
        f"{role}_hangul_share": shares[:, 0],
        f"{role}_latin_share": shares[:, 1],
        f"{role}_digit_share": shares[:, 2],
        f"{role}_other_share": shares[:, 3],
        f"{role}_level": [dialogue_level([tag.label for tag in tags]) for tags in levels],
        f"{role}_sentence_levels": [[level.value for level in found] for found in sentence_levels],
        f"{role}_polite_share": [_polite_share(found) for found in sentence_levels],
    }


def dialogue_level(labels: Sequence[str]) -> str:
    """The label of several turns of one speaker, by labelling rule 7: 존댓말 beside 반말 or -다 is mixed."""
    kinds = set(labels) - {"neutral"}
    if len(kinds) <= 1:
        return kinds.pop() if kinds else "neutral"
    return "casual" if kinds == {"casual", "plain"} else "mixed"


def _polite_share(levels: Sequence[SpeechLevel]) -> float | None:
    decisive = [level for level in levels if level in _DECISIVE]
    return sum(level in POLITE for level in decisive) / len(decisive) if decisive else None


def _offending(turns: Sequence[Mapping[str, str]], tags: Sequence[MessageTag]) -> dict[str, object] | None:
    answers = (index for index, turn in enumerate(turns) if turn["role"] == "assistant")
    for index, found in zip(answers, tags, strict=True):
        if found.offending:
            start, end = found.offending
            return {"turn": index, "start": start, "end": end, "quote": turns[index]["content"][start:end]}
    return None
