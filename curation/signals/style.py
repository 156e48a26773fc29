"""Which style of 존댓말 an answer keeps: 합쇼체 and 해요체 together are no fault, but a dataset may want one."""

from collections.abc import Sequence

from curation.korean.levels import SpeechLevel


def polite_styles(levels: Sequence[Sequence[SpeechLevel]]) -> list[str]:
    """hapsyo, haeyo, both or none, for the levels of each answer's sentences, same order."""
    return [_style(SpeechLevel.HAPSYO in found, SpeechLevel.HAEYO in found) for found in levels]


def _style(has_hapsyo: bool, has_haeyo: bool) -> str:
    if has_hapsyo and has_haeyo:
        return "both"
    return "hapsyo" if has_hapsyo else "haeyo" if has_haeyo else "none"
