"""What the dialog of rows calls the tags by which a figure opens its rows."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from curation.report.names import (
    GUARDS,
    KINDS,
    LABELS,
    LEAKS,
    LEVELS,
    MENDED,
    PERSONAL,
    RANKS,
    REASONS,
    ROLES,
    SIGNALS,
    STEPS,
    STYLES,
    Name,
)

# What stands before the value, where anything must; in the order in which a row lists its tags.
_KEYS: Mapping[str, Name] = {
    "verdict": ("", ""),
    "reason": ("", ""),
    "step": ("단계", "step"),
    "split": ("분할", "split"),
    "source": ("출처", "source"),
    "user": ("질문 말투", "question"),
    "assistant": ("답변 말투", "answer"),
    "sentence_user": ("질문 문장", "a sentence of the question"),
    "sentence_assistant": ("답변 문장", "a sentence of the answer"),
    "style": ("답변 문체", "style of the answer"),
    "license": ("라이선스", "licence"),
    "doubtful": ("말투 판정이 불확실함", "level in doubt"),
    "cluster": ("반복 무리", "cluster of repeats"),
    "cluster_size": ("반복 무리의 크기", "size of the cluster"),
    "apart": ("닮았지만 다른 행", "alike, yet no repeat"),
    "nearest": ("다른 분할의 행과 가장 닮은 질문", "question most like one of another split"),
    "leak": ("분할 사이의 겹침", "shared by two splits"),
    "between": ("두 분할", "between"),
    "pii": ("개인정보", "personal data"),
    "signal": ("눈에 띈 점", "sign of trouble"),
    "edit": ("고친 까닭", "mended"),
    "kind": ("종류", "kind"),
    "persona": ("묻는 사람", "persona"),
    "question_level": ("질문을 쓴 말투", "written level of the question"),
    "rank": ("검색 순위", "retrieval rank"),
    **{
        f"{measure}_{role}": (f"{ROLES[role][0]} {korean}", f"{ROLES[role][1]}, {english}")
        for measure, (korean, english) in {
            "chars": ("길이", "length"),
            "tokens": ("토큰", "tokens"),
            "hangul": ("한글 비율", "share of Hangul"),
        }.items()
        for role in ROLES
    },
}
_ENDINGS = {level: (korean.split(" · ")[0], english.split(" · ")[0]) for level, (korean, english) in LEVELS.items()}
_VALUES: Mapping[str, Mapping[str, Name]] = {
    "verdict": {
        "keep": ("남은 행", "kept"),
        "drop": ("버린 행", "dropped"),
        "quarantine": ("격리한 행", "quarantined"),
    },
    "step": STEPS,
    "user": LABELS,
    "assistant": LABELS,
    "sentence_user": _ENDINGS,
    "sentence_assistant": _ENDINGS,
    "style": STYLES,
    "doubtful": ROLES,
    "apart": GUARDS,
    "leak": LEAKS,
    "pii": PERSONAL,
    "edit": MENDED,
    "signal": SIGNALS,
    "kind": KINDS,
    "question_level": _ENDINGS,
    "rank": RANKS,
}
_UNITS: Mapping[str, Name] = {"chars": ("자", " characters"), "tokens": ("토큰", " tokens"), "hangul": ("%", "%")}


def tag_names(manifest: Mapping[str, Any]) -> dict[str, Name]:
    """(Korean, English) of keys (`split`) and of whole tags (`verdict:keep`); a name of a key stands before its value.

    What is not in it is data (a source, a persona) and says itself.
    """
    told = {  # what this dataset has none of needs no name
        "pii": manifest["personal_data"],
        "edit": manifest["edits"],
        "signal": manifest["statistics"]["signals"],
        **manifest["written"],
    }
    return {
        **_KEYS,
        **{
            f"{key}:{value}": name
            for key, values in _VALUES.items()
            for value, name in values.items()
            if value in told.get(key, values)
        },
        **{
            f"reason:{step['step']}/{reason}": REASONS.get(reason, (reason, reason))
            for step in manifest["steps"]
            for reason in step["reasons"]
        },
        **{
            f"{measure}_{role}:{number}": name
            for measure, edges in manifest["statistics"]["bins"].items()
            for number, name in enumerate(_ranges(edges, *_UNITS[measure]))
            for role in ROLES
        },
    }


def _ranges(edges: Sequence[float], korean: str, english: str) -> Iterator[Name]:
    """What each bin holds: 10–19자; the last is open (5,000자 이상), or ends with the whole."""
    share = korean == "%"
    shown = [round(100 * edge) if share else int(edge) for edge in edges]
    for least, above in pairwise(shown):
        text = f"{least:,}–{above if share else above - 1:,}"
        yield text + korean, text + english
    last = f"{shown[-1]:,}"
    yield (f"{last}–100%", f"{last}–100%") if share else (f"{last}{korean} 이상", f"{last}{english} and more")
