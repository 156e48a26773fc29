"""The rules: each reads columns of tags and answers which rows show its fault; the first that answers names the reason.

What can be mended is mended first (`curation/mending/mend.py`), so that a rule sees the text as it would be written.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from curation.columns import holds_any, is_true, numbers, says
from curation.files import canonical_json
from curation.mending.mend import mend
from curation.recipes.schema import CurationRecipe
from curation.signals.boilerplate import COURTESIES

Hits = NDArray[np.bool_]

JUDGED = pa.schema([("reason", pa.string()), ("because", pa.string()), ("edits", pa.string())])
# So much of an echo is the prompt; a shorter one is a greeting returned: 안녕하세요? → 안녕하세요.
_ECHO_SHARE, _ECHO_CHARS = 0.8, 8
_BROKEN_CHARS = ("user_broken_chars", "assistant_broken_chars")
_SPECIAL_SHARES = ("user_special_share", "assistant_special_share")


@dataclass(frozen=True, slots=True)
class Rule:
    """A reason to drop, which rows give it, and what is told as evidence: columns of the row, settings of the recipe.

    It is not asked where `switch`, a setting of `[rules]`, says "keep".
    """

    reason: str
    finds: Callable[[pa.Table, CurationRecipe], Hits]
    shows: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    switch: str | None = None


def no_answer(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """A question, and no turn of the assistant to learn an answer from."""
    return ~is_true(rows, "alternates") & (numbers(rows, "assistant_chars") < 1)


def turn_order(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """Turns that do not go user, assistant, user, assistant …"""
    return ~is_true(rows, "alternates")


def mojibake(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """Text read in a wrong encoding whose letters are lost (ìž¬ê³ ), or that the recipe does not want mended."""
    return holds_any(rows, "damaged") | says(rows, "user_mojibake") | says(rows, "assistant_mojibake")


def broken_characters(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """U+FFFD, or a control character that could not be cleaned: letters were lost somewhere before."""
    asked, answered = (numbers(rows, name) > 0 for name in _BROKEN_CHARS)
    return asked | answered


def special_characters(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """Characters to be cleaned, where the recipe would rather drop the row."""
    return holds_any(rows, "special")


def empty(rows: pa.Table, recipe: CurationRecipe, *, role: str) -> Hits:
    """Nothing but blanks."""
    return numbers(rows, f"{role}_chars") < 1


def short(rows: pa.Table, recipe: CurationRecipe, *, role: str) -> Hits:
    """Fewer characters than the recipe asks for; blanks at both ends do not count."""
    least: int = getattr(recipe.rules, f"min_{role}_chars")
    return numbers(rows, f"{role}_chars") < least


def long(rows: pa.Table, recipe: CurationRecipe, *, role: str) -> Hits:
    """More characters than the recipe allows."""
    most: int = getattr(recipe.rules, f"max_{role}_chars")
    return numbers(rows, f"{role}_chars") > most


def many_tokens(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """A conversation of more tokens than the recipe allows; without a tokenizer nothing is known and none goes."""
    most = recipe.rules.max_tokens
    return (numbers(rows, "user_tokens") + numbers(rows, "assistant_tokens")) > (most or np.inf)


def little_hangul(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """Too few Hangul characters in the answer."""
    return numbers(rows, "assistant_hangul_share") < recipe.rules.min_answer_hangul_share


def many_specials(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """A question or an answer that is mostly emoji and ornaments: ★☆★☆대박★☆★☆."""
    asked, answered = (numbers(rows, name) > recipe.rules.max_special_share for name in _SPECIAL_SHARES)
    return asked | answered


def repetition(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """An answer that says again what it said: 감사합니다. 감사합니다. 감사합니다."""
    return numbers(rows, "assistant_repetition_share") > recipe.rules.max_repetition_share


def echo(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """An answer that is the question again: 재고 실사 언제 해? → 재고 실사 언제 해?"""
    return (numbers(rows, "echo_share") >= _ECHO_SHARE) & (numbers(rows, "answer_chars") >= _ECHO_CHARS)


def refusal(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """A model excuses itself: AI 언어 모델로서 답변해 드릴 수 없습니다. That the material does not say is an answer."""
    return says(rows, "assistant_refusal", "refusal")


def boilerplate(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """What belongs to a page: 무단 전재 및 재배포 금지. A courtesy spoils no answer: 도움이 되셨길 바랍니다."""
    kinds = rows["assistant_boilerplate"].combine_chunks()
    is_foreign = pc.invert(pc.is_in(kinds.flatten(), pa.array(sorted(COURTESIES))))
    hits = _none(rows)
    hits[pc.list_parent_indices(kinds).filter(is_foreign).to_numpy()] = True
    return hits


def cut_off(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """An answer that stops in the middle: 담당자는 창고를 돌며"""
    return says(rows, "assistant_cut_off")


def not_rewritten(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """An answer that was to be rewritten, with a sentence that no rule turns safely."""
    return holds_any(rows, "unconverted") & wrong_level(rows, recipe, level=None)


def wrong_level(rows: pa.Table, recipe: CurationRecipe, *, level: str | None) -> Hits:
    """An answer of this speech level (None: of any with a level) where the recipe wants another one."""
    if recipe.target_answer in ("any", level):
        return _none(rows)
    if level is None:
        return ~says(rows, "assistant_level", recipe.target_answer, "neutral")
    if level == "neutral" and recipe.rules.keep_neutral_answers:
        return _none(rows)
    return says(rows, "assistant_level", level)


def personal_data(rows: pa.Table, recipe: CurationRecipe) -> Hits:
    """Personal data in a turn, the id, `meta` or evidence, where the recipe would rather drop the row than mask it."""
    return holds_any(rows, "personal")


# In the order they are asked; the first that answers names the reason.
RULES: tuple[Rule, ...] = (
    Rule("no_answer", no_answer, shows=("turns",)),
    Rule("turn_order", turn_order, shows=("turns",)),
    Rule("mojibake", mojibake, shows=("user_mojibake", "assistant_mojibake", "damaged"), switch="damaged"),
    Rule("broken_characters", broken_characters, shows=_BROKEN_CHARS, switch="special"),
    Rule("special_characters", special_characters, shows=("special",), switch="special"),
    Rule("empty_question", partial(empty, role="question"), shows=("question_chars",)),
    Rule("empty_answer", partial(empty, role="answer"), shows=("answer_chars",)),
    *(
        Rule(f"{kind}_{role}", partial(finds, role=role), shows=(f"{role}_chars",), limits=(f"{limit}_{role}_chars",))
        for role in ("question", "answer")
        for kind, finds, limit in (("short", short, "min"), ("long", long, "max"))
    ),
    Rule("many_tokens", many_tokens, shows=("user_tokens", "assistant_tokens"), limits=("max_tokens",)),
    Rule("little_hangul", little_hangul, shows=("assistant_hangul_share",), limits=("min_answer_hangul_share",)),
    Rule("many_specials", many_specials, shows=_SPECIAL_SHARES, limits=("max_special_share",)),
    Rule("repetition", repetition, shows=("assistant_repetition_share",), limits=("max_repetition_share",)),
    Rule("echo", echo, shows=("echo_share",), switch="echo"),
    Rule("refusal", refusal, shows=("assistant_refusal",), switch="refusal"),
    Rule("boilerplate", boilerplate, shows=("assistant_boilerplate",), switch="boilerplate"),
    Rule("cut_off", cut_off, shows=("assistant_cut_off",), switch="cut_off"),
    Rule("personal_data", personal_data, shows=("personal",)),
    Rule("not_rewritten", not_rewritten, shows=("assistant_level", "unconverted"), switch="wrong_level"),
    *(
        Rule(
            f"{level}_answer",
            partial(wrong_level, level=level),
            shows=("assistant_level", "assistant_offending"),
            switch="wrong_level",
        )
        for level in ("casual", "mixed", "plain", "polite", "neutral")
    ),
)


def judge(
    rows: pa.Table,
    recipe: CurationRecipe,
    retag: Callable[[pa.Table], pa.Table],
    *,
    words: tuple[str, ...] = (),
    pseudonym_key: bytes | None = None,
) -> pa.Table:
    """The same rows in order, mended where the recipe says so, with the columns of `JUDGED`.

    `retag` takes rows whose texts were mended and gives them with tags that fit; `words` is Kiwi's user dictionary.
    `reason` is null where a row stays; `because` is its evidence as canonical JSON: offsets of `damaged`, `special` and
    `unconverted` are in the original text, those of tags in the mended one. `edits`, null where there are none, lists
    {turn, start, end, before, after, why} as canonical JSON, offsets in the turn's original text, ascending; then
    {field, before, after, why} for personal data hidden in `source_row_id` (after: "" where it is null now) and `meta`.
    Neither they nor `because` hold personal data, in a dropped row either, unless pii = "keep".
    Raises ValueError where pii = "pseudonym" and there is no `pseudonym_key`.
    """
    if not recipe.rules.enabled:
        return _with_columns(rows, JUDGED, [[None] * rows.num_rows] * len(JUDGED))
    mended = mend(rows, recipe, retag, words=words, pseudonym_key=pseudonym_key)
    facts = _with_lengths(mended.rows)
    first = _first_rules(facts, recipe)
    reasons = [RULES[number].reason if number < len(RULES) else None for number in first]
    return _with_columns(
        mended.rows.select(rows.column_names), JUDGED, [reasons, _evidence(facts, recipe, first), mended.edits]
    )


def _first_rules(facts: pa.Table, recipe: CurationRecipe) -> NDArray[np.int64]:
    """For each row the place in `RULES` of the first that gives a reason; `len(RULES)` where none does."""
    first = np.full(facts.num_rows, len(RULES))
    for number, rule in enumerate(RULES):
        if rule.switch is None or getattr(recipe.rules, rule.switch) != "keep":
            first[rule.finds(facts, recipe) & (first == len(RULES))] = number
    return first


def _evidence(facts: pa.Table, recipe: CurationRecipe, first: NDArray[np.int64]) -> list[str | None]:
    """What each row's rule shows, as canonical JSON; it is gathered for these rows alone."""
    because = list[str | None]([None] * facts.num_rows)
    for number in np.unique(first[first < len(RULES)]):
        rule, places = RULES[number], np.flatnonzero(first == number)
        limits = {name: getattr(recipe.rules, name) for name in rule.limits}
        shown = facts.select(rule.shows).take(pa.array(places)).to_pylist()
        for place, columns in zip(places, shown, strict=True):
            known = {name: value for name, value in columns.items() if value is not None}
            because[place] = canonical_json({**known, **limits}).decode()
    return because


def _none(rows: pa.Table) -> Hits:
    return np.zeros(rows.num_rows, dtype=np.bool_)


def _with_lengths(rows: pa.Table) -> pa.Table:
    """The rows with `question_chars` and `answer_chars`: without the blanks at both ends."""
    for role in ("question", "answer"):
        rows = rows.append_column(f"{role}_chars", pc.utf8_length(pc.utf8_trim_whitespace(rows[role])))
    return rows


def _with_columns(rows: pa.Table, schema: pa.Schema, columns: Sequence[Sequence[str | None]]) -> pa.Table:
    for field, values in zip(schema, columns, strict=True):
        rows = rows.append_column(field, pa.array(values, field.type))
    return rows
