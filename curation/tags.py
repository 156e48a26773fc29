"""The facts about a row as columns: scripts, lengths, speech levels, signals. Nothing here depends on a threshold."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from curation.korean.speech_level import CASUAL, POLITE, MessageTag, SpeechLevel, tag_messages
from curation.scripts import BROKEN, script_counts, script_shares, special_shares
from curation.signals.boilerplate import find_boilerplate
from curation.signals.cut_off import find_cut_off
from curation.signals.damage import count_loose_jamo, find_mojibake
from curation.signals.echo import echo_shares
from curation.signals.refusal import find_refusals
from curation.signals.repetition import repetition_shares
from curation.signals.style import polite_styles
from curation.signals.translationese import find_translationese

Tags = Mapping[str, Any]  # one row's tags, by column name
CountTokens = Callable[[Sequence[str]], list[int]]

LEVEL_LABELS = ("polite", "casual", "mixed", "plain", "neutral")
# What the user asks and the assistant answers, joined over turns: for repeats and leaks; no shard holds them.
TEXTS = pa.schema([("question", pa.string()), ("answer", pa.string())])
_SPAN = (("turn", pa.int64()), ("start", pa.int64()), ("end", pa.int64()))
TAGS = pa.schema(
    [
        pa.field("turns", pa.int64()),
        pa.field("alternates", pa.bool_()),  # user, assistant, user, assistant …, ending with the assistant
        *(
            field
            for role in ("user", "assistant")
            for field in (
                pa.field(f"{role}_chars", pa.int64()),
                pa.field(f"{role}_tokens", pa.int64()),  # null where no tokenizer is given
                pa.field(f"{role}_broken_chars", pa.int64()),  # U+FFFD and stray control characters
                pa.field(f"{role}_hangul_share", pa.float64()),  # the four shares sum to 1, or are 0 for a blank text
                pa.field(f"{role}_latin_share", pa.float64()),
                pa.field(f"{role}_digit_share", pa.float64()),
                pa.field(f"{role}_other_share", pa.float64()),
                pa.field(f"{role}_special_share", pa.float64()),  # emoji, ornaments, invisible marks: part of other
                pa.field(f"{role}_jamo", pa.int64()),  # loose letters that are no ㅋㅋ, ㅠㅠ or ㅇㅇ
                pa.field(f"{role}_mojibake", pa.string()),  # korean.misreadings.Kind; null where none
                pa.field(f"{role}_translationese", pa.list_(pa.string())),  # signals.translationese.KINDS
                pa.field(f"{role}_level", pa.string()),  # one of LEVEL_LABELS
                pa.field(f"{role}_sentence_levels", pa.list_(pa.string())),
                # Of the sentences that have a level, how sure the least sure is; null where none has one.
                pa.field(f"{role}_level_confidence", pa.float64()),
                pa.field(f"{role}_polite_share", pa.float64()),  # of sentences with a level; null where none has one
            )
        ),
        pa.field("assistant_style", pa.string()),  # of its 존댓말: hapsyo, haeyo, both or none
        pa.field("assistant_repetition_share", pa.float64()),  # of the answer that says again what it said
        pa.field("echo_share", pa.float64()),  # of the answer that is the prompt, and of the prompt that it is
        pa.field("assistant_cut_off", pa.string()),  # signals.cut_off.KINDS; null where the answers end
        pa.field("assistant_refusal", pa.string()),  # refusal, or grounded (the material does not say); null
        pa.field("assistant_boilerplate", pa.list_(pa.string())),  # signals.boilerplate.KINDS
        # The first sentence that spoils politeness: `messages[turn].content[start:end] == quote`; null where none does.
        pa.field("assistant_offending", pa.struct([*_SPAN, ("quote", pa.string())])),
        # In all turns: `messages[turn].content[start:end]`.
        pa.field("pii", pa.list_(pa.struct([*_SPAN, ("kind", pa.string()), ("confidence", pa.string())]))),
    ]
)  # fmt: skip
_DECISIVE = POLITE | CASUAL | {SpeechLevel.PLAIN}

_Turns = list[tuple[str, str]]  # (role, content) of one row


def tag(rows: pa.Table, words: tuple[str, ...] = (), count_tokens: CountTokens | None = None) -> pa.Table:
    """The same rows with the columns of `TEXTS` and `TAGS`; `words` is Kiwi's user dictionary."""
    messages = _messages(rows["messages"])
    has_contexts = pc.greater(pc.list_value_length(rows["contexts"]), 0).to_pylist()
    questions = [_user_turns(turns, contexts) for turns, contexts in zip(messages, has_contexts, strict=True)]
    answers = [_contents(turns, "assistant") for turns in messages]
    levels = _levels([*questions, *answers], words)
    levels_asked, levels_answered = levels[: len(messages)], levels[len(messages) :]
    asked, answered = (["\n".join(turns) for turns in texts] for texts in (questions, answers))
    columns: dict[str, Any] = {
        "question": asked,
        "answer": answered,
        "turns": [len(turns) for turns in messages],
        "alternates": [_alternates(turns) for turns in messages],
        **_role_tags("user", questions, asked, levels_asked, count_tokens),
        **_role_tags("assistant", answers, answered, levels_answered, count_tokens),
        **_answer_tags(questions, answers, answered, levels_answered, words),
        "assistant_offending": list(map(_offending, messages, levels_answered)),
        "pii": _personal_data(messages),
    }
    for field in (*TEXTS, *TAGS):
        rows = rows.append_column(field, pa.array(columns[field.name], type=field.type))
    return rows


def _messages(column: pa.ChunkedArray) -> list[_Turns]:
    """Each row's turns. Column by column: dictionaries of Python would cost more than all screens together."""
    lengths = pc.list_value_length(column).to_pylist()
    turns = pc.list_flatten(column)
    roles, contents = (pc.struct_field(turns, name).to_pylist() for name in ("role", "content"))
    pairs = zip(roles, contents, strict=True)
    return [list(islice(pairs, length)) for length in lengths]


def _contents(turns: _Turns, role: str) -> list[str]:
    return [content for speaker, content in turns if speaker == role]


def _user_turns(turns: _Turns, has_contexts: bool) -> list[str]:
    """The user's turns; where contexts were put before the question, only what follows the last blank line of each."""
    texts = _contents(turns, "user")
    return [text.rstrip().rpartition("\n\n")[2] for text in texts] if has_contexts else texts


def _alternates(turns: _Turns) -> bool:
    roles = [role for role, _ in turns if role != "system"]
    return (
        bool(roles)
        and (roles[0], roles[-1]) == ("user", "assistant")
        and all(one != next_ for one, next_ in pairwise(roles))
    )


def _levels(texts: Sequence[Sequence[str]], words: tuple[str, ...]) -> list[list[MessageTag]]:
    """The tags of each row's turns. One call to Kiwi for all, so that its workers all run."""
    tagged = iter(tag_messages([text for turns in texts for text in turns], words))
    return [list(islice(tagged, len(turns))) for turns in texts]


def _role_tags(
    role: str,
    texts: Sequence[Sequence[str]],
    joined: Sequence[str],
    levels: Sequence[Sequence[MessageTag]],
    count_tokens: CountTokens | None,
) -> dict[str, Any]:
    counts = script_counts(["".join(turns) for turns in texts])
    shares = script_shares(counts)
    sentence_levels = [[sentence.level for tag in tags for sentence in tag.sentences] for tags in levels]
    return {
        f"{role}_chars": counts.sum(axis=1),
        f"{role}_tokens": _tokens(texts, count_tokens),
        f"{role}_broken_chars": counts[:, BROKEN],
        f"{role}_hangul_share": shares[:, 0],
        f"{role}_latin_share": shares[:, 1],
        f"{role}_digit_share": shares[:, 2],
        f"{role}_other_share": shares[:, 3],
        f"{role}_special_share": special_shares(counts),
        f"{role}_jamo": count_loose_jamo(joined),
        f"{role}_mojibake": find_mojibake(joined),
        f"{role}_translationese": find_translationese(joined),
        f"{role}_level": [dialogue_level([tag.label for tag in tags]) for tags in levels],
        f"{role}_sentence_levels": [[level.value for level in found] for found in sentence_levels],
        f"{role}_level_confidence": [_least_sure(tags) for tags in levels],
        f"{role}_polite_share": [_polite_share(found) for found in sentence_levels],
    }


def _answer_tags(
    questions: Sequence[Sequence[str]],
    answers: Sequence[Sequence[str]],
    answered: Sequence[str],
    levels: Sequence[Sequence[MessageTag]],
    words: tuple[str, ...],
) -> dict[str, Any]:
    return {
        "assistant_style": polite_styles([[one.level for tag in tags for one in tag.sentences] for tags in levels]),
        "assistant_repetition_share": repetition_shares(answers),
        "echo_share": echo_shares(questions, answers),
        "assistant_cut_off": find_cut_off(answers, levels, words),
        "assistant_refusal": find_refusals(answered),
        "assistant_boilerplate": find_boilerplate(answered),
    }


def _tokens(texts: Sequence[Sequence[str]], count_tokens: CountTokens | None) -> list[int | None]:
    if count_tokens is None:
        return [None] * len(texts)
    counts = iter(count_tokens([text for turns in texts for text in turns]))
    return [sum(islice(counts, len(turns))) for turns in texts]


def dialogue_level(labels: Sequence[str]) -> str:
    """The label of several turns of one speaker, by labelling rule 7: 존댓말 beside 반말 or -다 is mixed."""
    kinds = set(labels) - {"neutral"}
    if len(kinds) <= 1:
        return kinds.pop() if kinds else "neutral"
    return "casual" if kinds == {"casual", "plain"} else "mixed"


def _polite_share(levels: Sequence[SpeechLevel]) -> float | None:
    decisive = [level for level in levels if level in _DECISIVE]
    return sum(level in POLITE for level in decisive) / len(decisive) if decisive else None


def _least_sure(tags: Sequence[MessageTag]) -> float | None:
    return min((one.confidence for tag in tags for one in tag.sentences if one.level in _DECISIVE), default=None)


def _offending(turns: _Turns, tags: Sequence[MessageTag]) -> dict[str, object] | None:
    answers = ((index, content) for index, (role, content) in enumerate(turns) if role == "assistant")
    for (index, content), found in zip(answers, tags, strict=True):
        if found.offending:
            start, end = found.offending
            return {"turn": index, "start": start, "end": end, "quote": content[start:end]}
    return None


def _personal_data(messages: Sequence[_Turns]) -> list[list[dict[str, object]]]:
    from curation.pii.find import find_pii

    places = [(row, turn, text) for row, turns in enumerate(messages) for turn, (_, text) in enumerate(turns)]
    spans: list[list[dict[str, object]]] = [[] for _ in messages]
    for (row, turn, _), found in zip(places, find_pii([text for _, _, text in places]), strict=True):
        spans[row] += [
            {"turn": turn, "start": one.start, "end": one.end, "kind": one.kind, "confidence": one.confidence}
            for one in found
        ]
    return spans
