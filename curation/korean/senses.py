"""Stems that share their letters and part by sense: 길을 걷다 걸어요 · 커버를 걷다 걷어요 · 외투를 걸다 걸어요."""

from __future__ import annotations

# What one walks along, and what one lives; any other object belongs to the other verb.
_WAYS = frozenset(
    "길 거리 산길 골목 복도 통로 산책로 해변 들판 숲 숲길 공원 계단 다리 시간 오솔길 인도 보도 가시밭길".split()
)
_LIVES = frozenset("삶 인생 생 평생 하루 세상 세월 나날 날 오늘 시대 시절 일생 생애".split())


def by_sense(form: str, tag: str, object_noun: str | None, written: str) -> tuple[str, str]:
    """The stem that is meant, as (form, tag), given its object; `written` is how the stem stands in the text."""
    if (form, tag) == ("걷", "VV-I") and object_noun is not None and object_noun not in _WAYS:
        return ("걸", "VV") if written.startswith("걸") else ("걷", "VV-R")
    if (form, tag) == ("닫", "VV-I"):
        return "닫", "VV-R"  # 3분 안에 닫는다: Kiwi's slip, 닫아 and never 달아
    if (form, tag) == ("굽", "VV-I") and object_noun is None:
        return "굽", "VV-R"  # 허리가 굽다; 빵을 굽다 has its object
    if (form, tag) == ("살", "VV") and not written.startswith("살") and object_noun is not None:
        return ("살", "VV") if object_noun in _LIVES else ("사", "VV")  # 빵을 산다
    return form, tag
